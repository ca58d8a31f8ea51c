//! Makes training sentences in the manner of headlines and of all-capital wires out of ordinary ones.
//!
//! Owns the transformations: no articles, no passive auxiliary, the present for the past, no full stop,
//! capitals everywhere. The treebanks hold few headlines, and news is full of them. Chance only picks.

use crate::conllu::Gold;
use crate::random::Random;
use dateline::text::{Label, Tag};

/// One sentence in so many becomes a headline too, where it can.
const HEADLINE_ONE_IN: usize = 2;
/// One sentence in so many is repeated in capitals.
const CAPITALS_ONE_IN: usize = 16;
const HEADLINE_MAX_TOKENS: usize = 28;

/// The sentences made from `gold`, in order.
pub fn copies(gold: &[Gold]) -> Vec<Gold> {
    let mut random = Random::new(23);
    let mut copies = Vec::new();
    for sentence in gold {
        if random.below(HEADLINE_ONE_IN) == 0
            && let Some(headline) = headline(sentence)
        {
            copies.push(match random.below(3) {
                0 => recase(&headline, title_case),
                1 => recase(&headline, |word| word.to_uppercase()),
                _ => headline,
            });
        }
        if random.below(CAPITALS_ONE_IN) == 0 {
            copies.push(recase(sentence, |word| word.to_uppercase()));
        }
    }
    copies
}

fn recase(gold: &Gold, case: impl Fn(&str) -> String) -> Gold {
    Gold { words: gold.words.iter().map(|w| case(w)).collect(), ..gold.clone() }
}

fn title_case(word: &str) -> String {
    let small = ["a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "and", "or", "as", "'s", "n't"];
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if !small.contains(&word) => first.to_uppercase().chain(chars).collect(),
        _ => word.to_owned(),
    }
}

/// The sentence as a headline would tell it: a verb with a noun for its subject at the root.
fn headline(gold: &Gold) -> Option<Gold> {
    let count = gold.words.len();
    let root = gold.heads.iter().position(Option::is_none)?;
    let subject = (0..count).find(|&t| gold.heads[t] == Some(root) && gold.labels[t].is_nominal_subject())?;
    if !(4..=HEADLINE_MAX_TOKENS).contains(&count) || !gold.verbs[root] || !gold.tags[subject].is_noun() {
        return None;
    }
    let leaf = |t: usize| !gold.heads.contains(&Some(t));
    let dropped = |t: usize| {
        let lower = gold.words[t].to_lowercase();
        let article = gold.labels[t] == Label::Det && matches!(lower.as_str(), "a" | "an" | "the");
        let passive = gold.labels[t] == Label::AuxPass && gold.tags[t].is_finite();
        let stop = t + 1 == count && matches!(lower.as_str(), "." | "!");
        leaf(t) && (article || passive || stop)
    };
    let kept: Vec<usize> = (0..count).filter(|&t| !dropped(t)).collect();
    let plural = matches!(gold.tags[subject], Tag::Nns | Tag::Nnps)
        || (0..count).any(|t| gold.heads[t] == Some(subject) && gold.labels[t] == Label::Conj);
    let mut out = Gold { origin: gold.origin, ..Gold::default() };
    for &t in &kept {
        let (word, tag) = present(gold, t, plural);
        out.words.push(word);
        out.tags.push(tag);
        out.lemmas.push(gold.lemmas[t].clone());
        out.glued.push(gold.glued[t]);
        out.verbs.push(gold.verbs[t]);
        out.puncts.push(gold.puncts[t]);
        out.heads.push(match gold.heads[t] {
            Some(head) => Some(kept.binary_search(&head).ok()?),
            None => None,
        });
        out.labels.push(gold.labels[t]);
    }
    (out.words.len() < count).then_some(out)
}

/// A word of the headline: finite verbs of the past, at the root or joined to it, tell it in the present.
fn present(gold: &Gold, t: usize, plural: bool) -> (String, Tag) {
    let main = gold.heads[t].is_none()
        || gold.labels[t] == Label::Conj && gold.heads[t].is_some_and(|h| gold.heads[h].is_none());
    let lemma = &gold.lemmas[t];
    if !main || gold.tags[t] != Tag::Vbd || lemma == "be" || lemma == "have" {
        return (gold.words[t].clone(), gold.tags[t]);
    }
    if plural { (lemma.clone(), Tag::Vbp) } else { (third_person(lemma), Tag::Vbz) }
}

fn third_person(lemma: &str) -> String {
    let consonant_y = lemma
        .strip_suffix('y')
        .filter(|stem| stem.ends_with(|c: char| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')));
    match consonant_y {
        Some(stem) => format!("{stem}ies"),
        None if ["s", "x", "z", "ch", "sh", "o"].iter().any(|end| lemma.ends_with(end)) => {
            format!("{lemma}es")
        }
        None => format!("{lemma}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_it_like_a_headline() {
        let words = ["The", "army", "seized", "a", "town", "."];
        let tags = [Tag::Dt, Tag::Nn, Tag::Vbd, Tag::Dt, Tag::Nn, Tag::Punct];
        let labels = [Label::Det, Label::Nsubj, Label::Root, Label::Det, Label::Obj, Label::Punct];
        let gold = Gold {
            words: words.map(String::from).to_vec(),
            lemmas: ["the", "army", "seize", "a", "town", "."].map(String::from).to_vec(),
            glued: vec![false; 6],
            tags: tags.to_vec(),
            verbs: vec![false, false, true, false, false, false],
            puncts: vec![false; 6],
            heads: vec![Some(1), Some(2), None, Some(4), Some(2), Some(2)],
            labels: labels.to_vec(),
            ..Gold::default()
        };
        let made = headline(&gold).expect("a headline");
        assert_eq!(made.words.join(" "), "army seizes town");
        assert_eq!(made.heads, [Some(1), None, Some(1)]);
        assert_eq!(made.tags, [Tag::Nn, Tag::Vbz, Tag::Nn]);
        assert_eq!(third_person("deny") + &third_person("clash"), "deniesclashes");
    }
}
