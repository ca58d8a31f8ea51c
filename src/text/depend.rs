//! The parser: from the network's scores to one tree.
//!
//! Owns the decoding: the best projective tree with one root (Eisner 1996), and the cut of sentences that are
//! too long. Leaves the scores to `network`, tags to `tag` and the last word on objects to `complement`.

use super::complement::settle;
use super::inventory::{Label, Tag};
use super::matrix::TILE;
use super::network::Network;
use super::vocabulary::{Embeddings, Ids, TABLES, Vocabulary, distinct, embed};
use super::word::Form;
use std::cmp::Reverse;

/// A longer sentence is parsed in pieces, each hung on the first one's root.
pub const SENTENCE_MAX_TOKENS: usize = 160;

/// So many sentences are looked at together, for words that recur: the memory that it takes is bounded.
const SENTENCES_MAX: usize = 32;

/// The compiled model.
#[derive(Debug)]
pub struct Parser {
    pub vocabulary: Vocabulary,
    pub embeddings: [Embeddings; TABLES],
    pub network: Network,
}

/// What the network makes of a sentence, an entry a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// Read in context; better than those that the parser was given.
    pub tags: Vec<Tag>,
    /// None for the root.
    pub heads: Vec<Option<usize>>,
    pub labels: Vec<Label>,
}

impl Parse {
    /// Puts a piece of the same sentence behind those before it.
    fn append(&mut self, piece: Parse) {
        let offset = self.heads.len();
        let first = self.heads.iter().position(Option::is_none);
        self.tags.extend(piece.tags);
        for (head, label) in piece.heads.into_iter().zip(piece.labels) {
            let hung = head.is_none() && first.is_some();
            self.heads.push(head.map(|head| head + offset).or(first));
            self.labels.push(if hung { Label::Parataxis } else { label });
        }
    }

    /// The same sentence with the dateline that stands before it: `count` tokens, hung on the root.
    pub fn after<'a>(mut self, count: usize, words: impl Iterator<Item = &'a str>) -> Parse {
        if count == 0 {
            return self;
        }
        let root = self.heads.iter().position(Option::is_none).map(|root| root + count);
        for head in self.heads.iter_mut().flatten() {
            *head += count;
        }
        let tags: Vec<Tag> = words
            .take(count)
            .map(|word| match word.chars().find(|c| c.is_alphanumeric()) {
                Some(letter) if letter.is_numeric() => Tag::Cd,
                Some(_) => Tag::Nnp,
                None => Tag::Punct,
            })
            .collect();
        let labels: Vec<Label> =
            tags.iter().map(|&tag| if tag == Tag::Punct { Label::Punct } else { Label::Dep }).collect();
        self.tags.splice(0..0, tags);
        self.labels.splice(0..0, labels);
        self.heads.splice(0..0, std::iter::repeat_n(root, count));
        self
    }
}

impl Parser {
    /// Reads sentences that the tagger has tagged; what comes of one does not depend on the others.
    pub fn parse_all(&self, sentences: &[(Vec<Form>, Vec<Tag>)]) -> Vec<Parse> {
        sentences.chunks(SENTENCES_MAX).flat_map(|sentences| self.parse_some(sentences)).collect()
    }

    fn parse_some(&self, sentences: &[(Vec<Form>, Vec<Tag>)]) -> Vec<Parse> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut ids: Vec<Ids> = Vec::new();
        for (sentence, (forms, tags)) in sentences.iter().enumerate() {
            for (forms, tags) in forms.chunks(SENTENCE_MAX_TOKENS).zip(tags.chunks(SENTENCE_MAX_TOKENS)) {
                pieces.push(Piece { sentence, forms, first: ids.len() });
                ids.push(Vocabulary::ROOT_IDS);
                ids.extend(forms.iter().zip(tags).map(|(form, &tag)| self.vocabulary.ids(form, tag)));
            }
        }
        let (different, places) = distinct(&ids);
        let inputs = self.network.inputs(&embed(&self.embeddings, &different, self.network.shape.input), 0);
        // Those of like lengths together, so that they go side by side to the end.
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by_key(|&piece| Reverse(pieces[piece].forms.len()));
        let mut parses = vec![Parse::default(); pieces.len()];
        for batch in order.chunks(TILE) {
            let some: Vec<&Piece> = batch.iter().map(|&piece| &pieces[piece]).collect();
            for (&piece, parse) in batch.iter().zip(self.read(&some, &inputs, &places)) {
                parses[piece] = parse;
            }
        }
        let mut whole = vec![Parse::default(); sentences.len()];
        for (piece, parse) in pieces.iter().zip(parses) {
            whole[piece.sentence].append(parse);
        }
        whole
    }

    /// Reads a few pieces side by side, the longest first.
    fn read(&self, pieces: &[&Piece], inputs: &[f32], places: &[usize]) -> Vec<Parse> {
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.forms.len() + 1).collect();
        let places: Vec<usize> = pieces
            .iter()
            .zip(&lengths)
            .flat_map(|(piece, length)| &places[piece.first..][..*length])
            .copied()
            .collect();
        let scores = self.network.score(inputs, &places, &lengths);
        let mut heads: Vec<usize> = Vec::with_capacity(places.len());
        for &length in &lengths {
            let root = heads.len();
            let (arcs, stride) = self.network.heads(&scores, root..root + length);
            heads.extend(tree(&arcs, stride, length).into_iter().map(|head| root + head));
        }
        let labels = self.network.labels(&scores, &heads, &lengths);
        let mut root = 0;
        let parse = |(piece, &length): (&&Piece, &usize)| {
            let rows = root + 1..root + length;
            let mut parse = Parse {
                tags: scores.tags[rows.clone()].to_vec(),
                heads: heads[rows.clone()].iter().map(|head| (head - root).checked_sub(1)).collect(),
                labels: labels[rows].to_vec(),
            };
            root += length;
            settle(piece.forms, &mut parse);
            parse
        };
        pieces.iter().zip(&lengths).map(parse).collect()
    }
}

/// A sentence, or as much of it as is read at once.
struct Piece<'a> {
    sentence: usize,
    forms: &'a [Form],
    /// Where its rows begin among those of all pieces, the root's before its tokens'.
    first: usize,
}

/// The best projective tree with one root: `heads[0]` is 0 and means nothing.
pub fn tree(arcs: &[f32], stride: usize, rows: usize) -> Vec<usize> {
    let greedy = greedy(arcs, stride, rows);
    if is_projective_tree(&greedy) { greedy } else { eisner(arcs, stride, rows) }
}

/// Each token's best head; where these make a proper tree, it is the best one.
fn greedy(arcs: &[f32], stride: usize, rows: usize) -> Vec<usize> {
    let best = |d: usize| {
        let line = &arcs[d * stride..][..rows];
        let mut top = 0;
        for (h, &score) in line.iter().enumerate() {
            if h != d && score > line[top] {
                top = h;
            }
        }
        top
    };
    (0..rows).map(|d| if d == 0 { 0 } else { best(d) }).collect()
}

/// One root, no cycle, no crossing arcs. A walk over the tokens with a stack of open arcs, linear but for the climbs
/// of the cycle check.
fn is_projective_tree(heads: &[usize]) -> bool {
    let rows = heads.len();
    if heads.iter().skip(1).filter(|&&h| h == 0).count() != 1 {
        return false;
    }
    // Marks: 0 unseen, d on the current climb from d, rows that a climb has shown to reach the root.
    let mut marks = vec![0; rows];
    for d in 1..rows {
        let mut at = d;
        while at != 0 && marks[at] == 0 {
            marks[at] = d;
            at = heads[at];
        }
        if at != 0 && marks[at] == d {
            return false;
        }
        let mut at = d;
        while at != 0 && marks[at] == d {
            marks[at] = rows;
            at = heads[at];
        }
    }
    let mut arcs: Vec<(usize, Reverse<usize>)> =
        (1..rows).map(|d| (d.min(heads[d]), Reverse(d.max(heads[d])))).collect();
    arcs.sort_unstable();
    let mut open: Vec<usize> = Vec::new();
    for (start, Reverse(end)) in arcs {
        while open.last().is_some_and(|&o| o <= start) {
            open.pop();
        }
        if open.last().is_some_and(|&o| o < end) {
            return false;
        }
        open.push(end);
    }
    true
}

/// Eisner's algorithm over the tokens; the root's one dependant is chosen afterwards.
fn eisner(arcs: &[f32], stride: usize, rows: usize) -> Vec<usize> {
    let n = rows;
    let score = |head: usize, dependant: usize| arcs[dependant * stride + head];
    // Spans s..=t of tokens 1..n. Complete and incomplete, headed left or right; the split of each.
    let at = |s: usize, t: usize| s * n + t;
    let mut complete_l = vec![0f32; n * n];
    let mut complete_r = vec![0f32; n * n];
    let mut open_l = vec![f32::NEG_INFINITY; n * n];
    let mut open_r = vec![f32::NEG_INFINITY; n * n];
    let mut splits = vec![[0u16; 3]; n * n];
    for length in 1..n.saturating_sub(1) {
        for s in 1..n - length {
            let t = s + length;
            let (mut best, mut split) = (f32::NEG_INFINITY, s);
            for k in s..t {
                let value = complete_r[at(s, k)] + complete_l[at(k + 1, t)];
                if value > best {
                    (best, split) = (value, k);
                }
            }
            open_l[at(s, t)] = best + score(t, s);
            open_r[at(s, t)] = best + score(s, t);
            let (mut left, mut left_split) = (f32::NEG_INFINITY, s);
            let (mut right, mut right_split) = (f32::NEG_INFINITY, t);
            for k in s..t {
                let value = complete_l[at(s, k)] + open_l[at(k, t)];
                if value > left {
                    (left, left_split) = (value, k);
                }
                let value = open_r[at(s, k + 1)] + complete_r[at(k + 1, t)];
                if value > right {
                    (right, right_split) = (value, k + 1);
                }
            }
            complete_l[at(s, t)] = left;
            complete_r[at(s, t)] = right;
            splits[at(s, t)] = [split as u16, left_split as u16, right_split as u16];
        }
    }
    let mut heads = vec![0; n];
    if n < 2 {
        return heads;
    }
    let total = |r: usize| complete_l[at(1, r)] + complete_r[at(r, n - 1)] + score(0, r);
    let root = (2..n).fold(1, |top, r| if total(r) > total(top) { r } else { top });
    let mut stack = vec![(1, root, Kind::CompleteLeft), (root, n - 1, Kind::CompleteRight)];
    while let Some((s, t, kind)) = stack.pop() {
        if s == t {
            continue;
        }
        let [split, left, right] = splits[at(s, t)].map(usize::from);
        match kind {
            Kind::CompleteLeft => stack.extend([(s, left, Kind::CompleteLeft), (left, t, Kind::OpenLeft)]),
            Kind::CompleteRight => {
                stack.extend([(s, right, Kind::OpenRight), (right, t, Kind::CompleteRight)])
            }
            Kind::OpenLeft | Kind::OpenRight => {
                let (head, dependant) = if matches!(kind, Kind::OpenLeft) { (t, s) } else { (s, t) };
                heads[dependant] = head;
                stack.extend([(s, split, Kind::CompleteRight), (split + 1, t, Kind::CompleteLeft)]);
            }
        }
    }
    heads
}

/// Which end of a span heads it, and whether the other end may still take dependants.
#[derive(Clone, Copy)]
enum Kind {
    CompleteLeft,
    CompleteRight,
    OpenLeft,
    OpenRight,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that favour the given heads.
    fn check(wanted: &[usize], expected: &[usize]) {
        let rows = wanted.len();
        let mut arcs = vec![0.0; rows * rows];
        for (d, &h) in wanted.iter().enumerate() {
            arcs[d * rows + h] = 1.0 + d as f32 / 100.0;
        }
        assert_eq!(tree(&arcs, rows, rows), expected, "{wanted:?}");
        assert!(rows == 1 || is_projective_tree(&eisner(&arcs, rows, rows)));
    }

    #[test]
    fn proper_trees_stand() {
        check(&[0, 2, 0, 2, 3], &[0, 2, 0, 2, 3]);
        check(&[0, 0], &[0, 0]);
        check(&[0], &[0]);
    }

    #[test]
    fn one_root_no_cycle_no_crossing() {
        for wanted in [[0, 0, 0, 2, 3], [0, 2, 1, 2, 0], [0, 3, 4, 0, 3]] {
            assert!(!is_projective_tree(&wanted));
            let rows = wanted.len();
            let mut arcs = vec![0.0; rows * rows];
            for (d, &h) in wanted.iter().enumerate() {
                arcs[d * rows + h] = 1.0;
            }
            assert!(is_projective_tree(&tree(&arcs, rows, rows)), "{wanted:?}");
        }
    }
}
