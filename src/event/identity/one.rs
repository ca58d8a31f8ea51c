//! Whether two events of the timeline turn out to be one.
//!
//! Stories come in any order: the first two tellings of an event may have nothing to be known by, and a third shows that
//! they tell the same. Owns that decision, for which all tellings of both are looked at. Leaves how
//! a telling is compared with an event to its parent.

use super::{Comparison, JOIN, Known, compare, dates, told_apart};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Of the tellings of two events that are one, at most so many may refuse the other event: accounts of the first hours
/// contradict each other, and which came first must not decide.
const REFUSING_MAX: f32 = 0.95;
/// What at least one telling must score with the other event: more than a telling needs to join one.
const BRIDGED: f32 = 1.8;
/// The score from which a telling may show that another event is one with the event that it joins.
pub const BRIDGES: f32 = 0.6;

/// Of the tellings of the smaller event at least so many must join the larger: then another order of arrival would have
/// made one event of them.
const JOINING_MIN: f32 = 0.5;
/// A story tells two events apart where so many pairs of its tellings differ.
const APART_MIN: f32 = 0.5;
/// At most so many of the stories of the smaller event may tell the larger beside it as another.
const APART_MAX: f32 = 0.8;

/// Whether two events turn out to be one, now that a telling has come that fits both: `known` with the telling,
/// and `other`. Says why.
pub fn are_one(known: &[Arc<Known>], other: &[Arc<Known>]) -> Option<String> {
    let (few, many) = if other.len() <= known.len() { (other, known) } else { (known, other) };
    if mostly_told_apart(few, many) || !dates::of_one_day(few, many) {
        return None;
    }
    let comparisons: Vec<Comparison> = few.iter().map(|t| compare_with_others(many, t)).collect();
    let fitting: Vec<&Comparison> = comparisons.iter().filter(|c| !c.refused).collect();
    let refusing = comparisons.len() - fitting.len();
    let joining = fitting.iter().filter(|c| c.score >= JOIN).count();
    let best = fitting.into_iter().max_by(|a, b| a.score.total_cmp(&b.score))?;
    let count = comparisons.len() as f32;
    let one = (refusing as f32 <= REFUSING_MAX * count && best.score >= BRIDGED)
        || joining as f32 >= JOINING_MIN * count;
    one.then(|| format!("{:.1}: {}", best.score, best.reasons()))
}

/// A telling compared with what other stories tell; with its own where there are no others.
fn compare_with_others(known: &[Arc<Known>], telling: &Known) -> Comparison {
    let others: Vec<Arc<Known>> = known.iter().filter(|k| k.story != telling.story).cloned().collect();
    compare(if others.is_empty() { known } else { &others }, telling)
}

/// Whether of the stories that tell one event most tell the other beside it.
fn mostly_told_apart(few: &[Arc<Known>], many: &[Arc<Known>]) -> bool {
    let stories: BTreeSet<i64> = few.iter().map(|t| t.story).collect();
    let apart = |story: &&i64| {
        let of_story = |tellings: &[Arc<Known>]| -> Vec<Arc<Known>> {
            tellings.iter().filter(|t| t.story == **story).cloned().collect()
        };
        let (ours, theirs) = (of_story(few), of_story(many));
        let told_apart = |a: &Known, b: &Known| {
            let mut comparison = Comparison::default();
            told_apart(&mut comparison, a, b);
            comparison.refused
        };
        let pairs = ours.len() * theirs.len();
        let refusing: usize = ours.iter().map(|a| theirs.iter().filter(|b| told_apart(a, b)).count()).sum();
        pairs > 0 && refusing as f32 >= APART_MIN * pairs as f32
    };
    stories.iter().filter(apart).count() as f32 > APART_MAX * stories.len() as f32
}
