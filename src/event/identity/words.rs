//! Which words two tellings share.
//!
//! Owns the words that carry meaning and their weights. Leaves what else tellings have in common to its parent.

use super::{Comparison, Known, Reason, Telling};
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};
use xxhash_rust::xxh3::xxh3_64;

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
pub(super) const SAID_ALIKE: f32 = 0.3;

/// The same where both stories are about it: two that lead with one kind of event in one country on one day.
const LED_ALIKE: f32 = 0.22;

/// The same for an event that is known again days later, without a date.
pub(super) const LATE_ALIKE: f32 = 0.45;

/// The words of a quote that carry meaning, cut to their stems.
pub fn content_words(quote: &str) -> BTreeSet<String> {
    quote.split(|c: char| !c.is_alphanumeric()).filter_map(stem).collect()
}

/// The first six letters in lower case, so that inflection matters less; None for an empty word.
pub(super) fn stem(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let short = lower.chars().count() < 3 && !lower.starts_with(|c: char| c.is_ascii_digit());
    (!short && !EMPTY_WORDS.contains(lower.as_str())).then(|| lower.chars().take(6).collect())
}

/// The meaning words of a telling with their weights: of its quote, and of the headline where the story is about
/// the event. Names and numbers tell events apart better than other words.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// The hash of each word and its weight, in the order of the hashes.
    weights: Vec<(u64, f32)>,
    total: f32,
}

impl Words {
    pub fn of(telling: &Telling) -> Words {
        let mut weights = Vec::new();
        let headline = if telling.leads() { telling.headline.as_str() } else { "" };
        for text in [telling.event.quote.text.as_str(), headline] {
            for (position, word) in text.split(|c: char| !c.is_alphanumeric()).enumerate() {
                let Some(stem) = stem(word) else { continue };
                let first = word.chars().next();
                let name = position > 0 && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
                weights.push((xxh3_64(stem.as_bytes()), if name { 2.0_f32 } else { 1.0 }));
            }
        }
        // Of a word that stands there twice the heavier one.
        weights.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        weights.dedup_by_key(|(word, _)| *word);
        let total = weights.iter().map(|(_, weight)| weight).sum();
        Words { weights, total }
    }

    /// Too few to say anything.
    fn is_short(&self) -> bool {
        self.weights.len() < 3
    }

    pub fn holds(&self, stem: u64) -> bool {
        self.weights.binary_search_by_key(&stem, |(word, _)| *word).is_ok()
    }

    /// The Dice coefficient, so that a long quote does not hold every short one.
    pub fn in_common(&self, other: &Words) -> f32 {
        let mut shared = 0.0;
        let (mut ours, mut theirs) = (self.weights.as_slice(), other.weights.as_slice());
        while let ([(a, v), our_rest @ ..], [(b, w), their_rest @ ..]) = (ours, theirs) {
            if a == b {
                shared += v.min(*w);
            }
            if a <= b {
                ours = our_rest;
            }
            if b <= a {
                theirs = their_rest;
            }
        }
        2.0 * shared / (self.total + other.total)
    }
}

/// Adds what the words weigh; returns the share that is common with any telling. Where dates are vague, only nearly the
/// same words tell an event from the others of its year.
pub(super) fn compare(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known, vague: bool) -> f32 {
    if new.words.is_short() {
        return 0.0;
    }
    let best = known
        .iter()
        .filter(|k| !k.words.is_short())
        .map(|k| k.words.in_common(&new.words))
        .fold(None, |best: Option<f32>, x| Some(best.map_or(x, |b| b.max(x))));
    let both_lead = new.leads() && known.iter().any(|k| k.leads());
    if let Some(share) = best {
        comparison.specific |= share
            >= match (vague, both_lead) {
                (true, _) => LATE_ALIKE,
                (false, true) => LED_ALIKE,
                (false, false) => SAID_ALIKE,
            };
        let weight = (share * 4.0 - 0.6).clamp(-0.6, 2.2);
        if weight != 0.0 {
            comparison.score += weight;
            comparison.reasons.push(Reason::Words(share, weight));
        }
    }
    if both_lead {
        comparison.add(0.4, "what both stories are about");
    }
    best.unwrap_or(0.0)
}
