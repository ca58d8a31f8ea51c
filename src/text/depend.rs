//! The parser: from the network's scores to one tree.
//!
//! Owns the decoding: the best projective tree with one root (Eisner 1996), and the cut of sentences that are
//! too long. Leaves the scores to `network`, tags to `tag` and the last word on objects to `complement`.

use super::complement::settle;
use super::inventory::{Label, Tag};
use super::network::{Ids, Network, Vocabulary};
use super::word::Form;

/// A longer sentence is parsed in pieces, each hung on the first one's root.
pub const SENTENCE_MAX_TOKENS: usize = 160;

/// The compiled model.
#[derive(Debug)]
pub struct Parser {
    pub vocabulary: Vocabulary,
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
    /// Reads a sentence that the tagger has tagged.
    pub fn parse(&self, forms: &[Form], tags: &[Tag]) -> Parse {
        let mut whole = Parse::default();
        let mut root = None;
        for (forms, tags) in forms.chunks(SENTENCE_MAX_TOKENS).zip(tags.chunks(SENTENCE_MAX_TOKENS)) {
            let offset = whole.heads.len();
            let piece = self.piece(forms, tags);
            whole.tags.extend(piece.tags);
            for (i, (head, label)) in piece.heads.into_iter().zip(piece.labels).enumerate() {
                let hung = head.is_none() && root.is_some();
                whole.heads.push(if hung { root } else { head.map(|h| h + offset) });
                whole.labels.push(if hung { Label::Parataxis } else { label });
                if head.is_none() && root.is_none() {
                    root = Some(i);
                }
            }
        }
        whole
    }

    fn piece(&self, forms: &[Form], tags: &[Tag]) -> Parse {
        let mut ids: Vec<Ids> = Vec::with_capacity(forms.len() + 1);
        ids.push(Vocabulary::ROOT_IDS);
        ids.extend(forms.iter().zip(tags).map(|(form, &tag)| self.vocabulary.ids(form, tag)));
        let scores = self.network.score(&ids);
        let heads = tree(&scores.arcs, scores.stride, scores.rows);
        let labels = self.network.labels(&scores, &heads);
        let mut parse = Parse {
            tags: scores.tags[1..].to_vec(),
            heads: heads[1..].iter().map(|h| h.checked_sub(1)).collect(),
            labels: labels[1..].to_vec(),
        };
        settle(forms, &mut parse);
        parse
    }
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
    let mut arcs: Vec<(usize, std::cmp::Reverse<usize>)> =
        (1..rows).map(|d| (d.min(heads[d]), std::cmp::Reverse(d.max(heads[d])))).collect();
    arcs.sort_unstable();
    let mut open: Vec<usize> = Vec::new();
    for (start, std::cmp::Reverse(end)) in arcs {
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
