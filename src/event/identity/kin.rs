//! Kinds of event that one paper calls by one name and another by the other, and marks by which an event is
//! known again long after.
//!
//! Owns which kinds and subtypes are neighbours, how rare a kind is, and what makes a toll a landmark. Leaves
//! what else tellings have in common to its parent.

use super::{Comparison, Known, plain};
use crate::event::{Event, EventPlace};
use std::sync::Arc;

/// The names under which an event is looked for: its kind, and what it may also be called.
pub fn names(event: &Event) -> Vec<&str> {
    let mut names = vec![event.kind.as_str()];
    names.extend(neighbourhood(event, is_launch(event)));
    names
}

/// What neighbouring kinds share. Police arrest whom others say they abducted; a truce that is agreed is an
/// agreement; a riot is a clash.
fn neighbourhood(event: &Event, is_launch: bool) -> Option<&'static str> {
    match (event.kind.as_str(), event.subtype.as_deref()) {
        _ if is_launch => Some("launch"),
        ("arrest" | "abduction", _) => Some("taken"),
        ("agreement", _) | ("ceasefire", Some("agreed")) => Some("accord"),
        ("protest", Some("riot")) | ("attack", Some("clash")) => Some("riot"),
        _ => None,
    }
}

/// What is launched: letters with which the words begin.
const LAUNCHED: &[&str] = &["missile", "rocket", "ballistic", "projectile", "satellite", "icbm", "warhead"];

/// A missile that flies over a country and strikes nobody is a test to one paper and an attack to the other.
pub(super) fn is_launch(event: &Event) -> bool {
    let harmless = event.killed.unwrap_or(0) == 0 && event.injured.unwrap_or(0) == 0;
    match (event.kind.as_str(), event.subtype.as_deref()) {
        (_, Some("weapons-test")) => true,
        ("attack", None | Some("shelling" | "airstrike" | "shooting")) if harmless => {
            let words = event.quote.text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
            words.into_iter().any(|word| LAUNCHED.iter().any(|launched| word.starts_with(launched)))
        }
        _ => false,
    }
}

/// What two neighbouring kinds lack of being one.
const NEIGHBOURS: f32 = -0.3;

pub(super) fn compare_kinds(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known) {
    if known.iter().any(|k| k.event.kind == new.event.kind) {
        return;
    }
    let neighbours = |k: &Known| neighbourhood(&k.event, k.is_launch);
    match neighbours(new) {
        Some("launch") if known.iter().any(|k| k.is_launch) => comparison.note("both launches"),
        Some(shared) if known.iter().any(|k| neighbours(k) == Some(shared)) => {
            comparison.add(NEIGHBOURS, "neighbouring kinds");
        }
        _ => comparison.refuse("another kind"),
    }
}

/// Two reports of one day and country are the sooner one event, the rarer its kind. Attacks, arrests, meetings
/// and protests happen daily in many countries; a country tests a missile or frees captives a few times a year.
pub(super) fn rarity(event: &Event) -> f32 {
    match (event.kind.as_str(), event.subtype.as_deref()) {
        (_, Some("weapons-test" | "ramming" | "chemical" | "assassination")) => 0.6,
        ("release" | "abduction" | "capture" | "ceasefire", _) => 0.4,
        ("sanction" | "agreement" | "withdrawal", _) => 0.2,
        _ => 0.0,
    }
}

/// Ways of attack that one paper calls by one name and another by the other.
const KINDRED: &[&[&str]] = &[
    &["bombing", "suicide-bombing", "arson"],
    &["airstrike", "shelling", "bombing"],
    &["shooting", "clash", "raid", "assassination", "execution"],
    &["stabbing", "assault", "assassination"],
    &["ramming", "assault"],
    &["visit", "talks", "summit"],
    &["session", "talks"],
    &["call", "talks"],
    &["demonstration", "riot"],
    &["deployment", "exercise"],
    &["agreed", "started"],
    &["agreed", "extended"],
    &["riot", "clash"],
];

/// The groups of kindred ways that a subtype is in: two of one group are kindred.
pub(super) fn kin(subtype: &str) -> u32 {
    (0..).zip(KINDRED).filter(|(_, group)| group.contains(&subtype)).map(|(n, _)| 1 << n).sum()
}

/// Whether two events may be told with these subtypes and be one.
pub(super) fn subtypes_meet(a: &Known, b: &Known) -> bool {
    match (a.event.subtype.as_deref(), b.event.subtype.as_deref()) {
        (Some(x), Some(y)) => x == y || a.kin & b.kin != 0 || (a.is_launch && b.is_launch),
        _ => true,
    }
}

/// Kinds of which many countries have several a day, by the same actors.
pub(super) fn is_daily(known: &Known) -> bool {
    matches!(known.event.kind.as_str(), "attack" | "arrest" | "protest") && !known.is_launch
}

pub(super) fn compare_subtypes(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known) {
    let Some(subtype) = new.event.subtype.as_deref() else { return };
    let others = || known.iter().filter_map(|k| k.event.subtype.as_deref());
    if others().next().is_none() {
        return;
    }
    if others().any(|other| other == subtype) {
        comparison.add(0.4, format!("both {subtype}"));
    } else if known.iter().any(|k| k.kin & new.kin != 0) {
        comparison.note("kindred subtypes");
    } else if new.is_launch && known.iter().any(|k| k.is_launch) {
        comparison.note("both launches");
    } else if new.event.kind == "ceasefire" {
        comparison.refuse("another act of a truce");
    } else {
        comparison.add(-1.0, "other subtypes");
    }
}

/// Dead from which an attack is so grave that a town has one with the very toll.
const LANDMARK_KILLED: u32 = 40;
/// Growth by which two numbers still are one toll.
const LANDMARK_GROWTH: f64 = 1.03;

/// A high toll in one town, by which an event is known again when the date misleads: a feed that dates old
/// stories anew, a look back without a date. Round numbers are estimates and mark nothing.
pub fn landmark(event: &Event) -> Option<Landmark<'_>> {
    let killed = event.killed.filter(|k| *k >= LANDMARK_KILLED && k % 10 != 0)?;
    let town = event.place.as_ref().filter(|p| p.admin1.is_some() && p.coordinates.is_some())?;
    (event.count == 1).then_some(Landmark { killed, town })
}

#[derive(Debug, Clone, Copy)]
pub struct Landmark<'a> {
    killed: u32,
    town: &'a EventPlace,
}

impl Landmark<'_> {
    /// Numbers that are one toll stand in the same step or in the next.
    pub fn step(&self) -> i64 {
        (f64::from(self.killed).ln() / LANDMARK_GROWTH.ln()).floor() as i64
    }

    fn is_of(&self, other: &Landmark) -> bool {
        let (low, high) = (self.killed.min(other.killed), self.killed.max(other.killed));
        let one_town = self.town.geonameid.is_some() && self.town.geonameid == other.town.geonameid
            || plain(&self.town.name) == plain(&other.town.name);
        one_town && f64::from(high) <= f64::from(low) * LANDMARK_GROWTH
    }
}

/// Dead from which a number is hardly met again in the same town within days.
const TELLING_KILLED: u32 = 10;

/// Whether two tellings give the same number of dead in the same town.
pub(super) fn share_toll(a: &Known, b: &Known) -> bool {
    let id = |k: &Known| k.event.place.as_ref().and_then(|p| p.geonameid);
    let one_town = a.place.is_some() && (a.place == b.place || id(a).is_some() && id(a) == id(b));
    one_town && a.event.killed.is_some_and(|n| n >= TELLING_KILLED) && a.event.killed == b.event.killed
}

/// Whether two tellings are marked by the same high toll in the same town.
pub(super) fn share_landmark(a: &Event, b: &Event) -> bool {
    landmark(a).zip(landmark(b)).is_some_and(|(a, b)| a.is_of(&b))
}
