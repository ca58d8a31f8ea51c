//! Which words two tellings share.
//!
//! Owns the words that carry meaning and their weights. Leaves what else tellings have in common to its parent.

use super::{Comparison, Newcomer, Telling};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

/// Words of the quotes that say nothing of what happened.
static EMPTY_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    HashSet::from([
        "the",
        "and",
        "for",
        "that",
        "with",
        "was",
        "were",
        "has",
        "have",
        "had",
        "from",
        "his",
        "her",
        "its",
        "their",
        "they",
        "this",
        "which",
        "who",
        "after",
        "said",
        "been",
        "but",
        "not",
        "are",
        "would",
        "will",
        "people",
        "also",
        "into",
        "than",
        "when",
        "about",
        "more",
        "one",
        "two",
        "there",
        "what",
        "says",
        "over",
        "out",
        "while",
        "where",
        "all",
        "other",
        "could",
        "during",
        "before",
        "according",
        "told",
        "year",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ])
});

/// The share of common words from which two tellings speak of one thing.
const SAID_ALIKE: f32 = 0.3;

/// The words of a quote that carry meaning, cut to their stems.
pub fn content_words(quote: &str) -> BTreeSet<String> {
    quote.split(|c: char| !c.is_alphanumeric()).filter_map(stem).collect()
}

/// The first six letters in lower case, so that inflection matters less; None for an empty word.
fn stem(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let short = lower.chars().count() < 3 && !lower.starts_with(|c: char| c.is_ascii_digit());
    (!short && !EMPTY_WORDS.contains(lower.as_str())).then(|| lower.chars().take(6).collect())
}

/// The meaning words of a telling with their weights: of its quote, and of the headline where the story is about
/// the event. Names and numbers tell events apart better than other words.
pub(super) fn weighted(telling: &Telling) -> BTreeMap<String, f32> {
    let mut weights = BTreeMap::new();
    let headline = if telling.leads() { telling.headline.as_str() } else { "" };
    for text in [telling.event.quote.text.as_str(), headline] {
        for (position, word) in text.split(|c: char| !c.is_alphanumeric()).enumerate() {
            let Some(stem) = stem(word) else { continue };
            let first = word.chars().next();
            let name = position > 0 && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
            let weight: &mut f32 = weights.entry(stem).or_insert(1.0);
            if name {
                *weight = 2.0;
            }
        }
    }
    weights
}

pub(super) fn compare(comparison: &mut Comparison, known: &[Telling], newcomer: &Newcomer) {
    let Newcomer { telling: new, words: ours } = newcomer;
    if ours.len() < 3 {
        return;
    }
    let weight = |words: &BTreeMap<String, f32>| words.values().sum::<f32>();
    let best = known
        .iter()
        .map(weighted)
        .filter(|theirs| theirs.len() >= 3)
        .map(|theirs| {
            let shared: f32 = ours.iter().filter_map(|(word, w)| theirs.get(word).map(|v| w.min(*v))).sum();
            // The Dice coefficient, so that a long quote does not hold every short one.
            2.0 * shared / (weight(ours) + weight(&theirs))
        })
        .fold(None, |best: Option<f32>, x| Some(best.map_or(x, |b| b.max(x))));
    if let Some(share) = best {
        comparison.specific |= share >= SAID_ALIKE;
        let weight = (share * 4.0 - 0.6).clamp(-0.6, 2.2);
        comparison.add(weight, format!("{:.0} % of the words in common", share * 100.0));
    }
    if new.leads() && known.iter().any(Telling::leads) {
        comparison.add(0.4, "what both stories are about");
    }
}
