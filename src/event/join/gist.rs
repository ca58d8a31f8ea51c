//! What the sentence of a candidate speaks of, for comparing it with another's: names, other words, how the trigger is
//! introduced, and the days that it may be of.
//!
//! Owns what is kept of a sentence. Leaves to `join` what the likeness of two weighs.

use crate::event::reading::Reading;
use crate::lexicon::kinds::cue::Cue;
use crate::mention::Interval;
use crate::text::{Label, Tag};
use xxhash_rust::xxh3::xxh3_64;

/// No more words of a sentence are compared.
const WORDS_MAX: usize = 80;

#[derive(Debug, Clone, Default)]
pub struct Gist {
    /// Parts of proper names, and the lemmas of other nouns, verbs and adjectives, as sorted hashes.
    names: Vec<u64>,
    words: Vec<u64>,
    /// "an attack": new to the reader.
    pub indefinite: bool,
    /// "another attack", "the second blast", "earlier talks": told apart from one that is known.
    pub other: bool,
    /// The days that the event may be of, with how likely each is; what is missing to 1 is for no date.
    pub days: Vec<(Interval, f32)>,
}

impl Gist {
    pub fn of(reading: &Reading, head: usize) -> Gist {
        let hash = |t: usize| xxh3_64(reading.lemma(t).to_lowercase().as_bytes());
        let pick = |keep: &dyn Fn(usize) -> bool| {
            let mut found: Vec<u64> =
                (0..reading.len()).filter(|&t| t != head && keep(t)).take(WORDS_MAX).map(hash).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let long = |t: usize| reading.word(t).len() > 2;
        let content = |t: usize| {
            matches!(reading.tag(t), Tag::Nn | Tag::Nns | Tag::Jj) || reading.is_verb(t) && long(t)
        };
        let beside = || reading.children(head).iter().copied();
        Gist {
            names: pick(&|t| reading.tag(t).is_proper() && long(t)),
            words: pick(&content),
            indefinite: beside()
                .any(|c| reading.label(c) == Label::Det && matches!(reading.word(c), "a" | "an")),
            other: beside().any(|c| reading.kinds.is_cue(Cue::Others, reading.word(c))),
            days: Vec::new(),
        }
    }

    /// The share of the names of the poorer that both tell; None where one tells no name.
    pub fn shared_names(&self, other: &Gist) -> Option<f32> {
        shared(&self.names, &other.names)
    }

    pub fn shared_words(&self, other: &Gist) -> Option<f32> {
        shared(&self.words, &other.words)
    }

    /// How likely both are of the same days, and how likely of days apart.
    pub fn days_shared(&self, other: &Gist) -> (f32, f32) {
        let (mut same, mut apart) = (0.0, 0.0);
        for (a, likely) in &self.days {
            for (b, too) in &other.days {
                let both = likely * too;
                if a == b {
                    same += both;
                } else if a.end < b.start || b.end < a.start {
                    apart += both;
                }
            }
        }
        (same, apart)
    }
}

fn shared(a: &[u64], b: &[u64]) -> Option<f32> {
    let fewer = a.len().min(b.len());
    (fewer > 0).then(|| {
        let both = a.iter().filter(|one| b.binary_search(one).is_ok()).count();
        both as f32 / fewer as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(day: u32) -> Interval {
        let date = NaiveDate::from_ymd_opt(2024, 3, day).unwrap();
        Interval { start: date, end: date }
    }

    #[test]
    fn days_weigh_by_how_likely_they_are() {
        let one = Gist { days: vec![(day(3), 0.5), (day(4), 0.25)], ..Gist::default() };
        let two = Gist { days: vec![(day(4), 1.0)], ..Gist::default() };
        assert_eq!(one.days_shared(&two), (0.25, 0.5));
        assert_eq!(one.days_shared(&Gist::default()), (0.0, 0.0));
    }

    #[test]
    fn a_likeness_is_a_share_of_the_poorer() {
        assert_eq!(shared(&[1, 2, 3, 4], &[2, 9]), Some(0.5));
        assert_eq!(shared(&[], &[2]), None);
    }
}
