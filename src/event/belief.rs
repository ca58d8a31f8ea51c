//! What is believed of an event that several stories tell, where they differ.
//!
//! Owns the rules: each is pure and sees all tellings that stand, so that the order in which they came does
//! not matter. Leaves to `identity` which tellings belong together.

use super::cast;
use super::identity::{Known, status_of};
use super::{Basis, Event, EventActor, EventDate, EventPlace, Role, Status};
use crate::mention::Precision;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A number with the range that the tellings give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub number: u32,
    pub low: u32,
    pub high: u32,
}

/// The settled account of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    pub kind: String,
    pub subtype: Option<String>,
    pub status: Status,
    pub date: Option<EventDate>,
    pub place: Option<EventPlace>,
    pub actors: Vec<EventActor>,
    pub killed: Option<Count>,
    pub injured: Option<Count>,
    pub occurrences: u32,
    pub people: Option<u32>,
    /// The sentence that says it best.
    pub summary: String,
    pub reports: usize,
    pub stories: usize,
    pub feeds: usize,
    /// Independent ones.
    pub sources: usize,
    pub confidence: f32,
    pub plover: Option<String>,
    pub cameo: Option<String>,
    pub first_reported_at: DateTime<Utc>,
    pub last_reported_at: DateTime<Utc>,
}

/// No account is ever certain.
const MAX_CONFIDENCE: f32 = 0.99;
const MAX_ACTORS: usize = 12;
const MAX_SUMMARY_CHARS: usize = 400;

/// What to believe; None where no telling stands.
pub fn settle<'a>(tellings: impl IntoIterator<Item = &'a Known>) -> Option<Belief> {
    let mut ordered: Vec<&Known> = tellings.into_iter().collect();
    ordered.sort_by_key(|t| (t.told_at, t.story, t.event.quote.span.start));
    let (first, last) = (ordered.first()?, ordered.last()?);
    let events: Vec<&Event> = ordered.iter().map(|t| &t.event).collect();
    let best = best(&ordered)?;
    let distinct = |of: fn(&Known) -> i64| {
        let mut ids: Vec<i64> = ordered.iter().map(|t| of(t)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    };
    let kind = commonest(events.iter().map(|e| &e.kind))?;
    // Ways and codes belong to a kind: a test of arms is no way of attack.
    let of_kind = || events.iter().filter(|e| e.kind == *kind);
    Some(Belief {
        kind: kind.clone(),
        subtype: commonest(of_kind().filter_map(|e| e.subtype.as_ref())).cloned(),
        status: status_of(ordered.iter().map(|t| &***t)),
        date: date(&events),
        place: place(&events),
        actors: actors(&ordered),
        killed: count(&ordered, |e| e.killed),
        injured: count(&ordered, |e| e.injured),
        occurrences: commonest(events.iter().map(|e| &e.count)).copied().unwrap_or(1),
        people: count(&ordered, |e| e.people).map(|c| c.number),
        summary: best.event.quote.text.chars().take(MAX_SUMMARY_CHARS).collect(),
        reports: ordered.len(),
        stories: distinct(|t| t.story),
        feeds: distinct(|t| t.feed),
        sources: distinct(|t| t.source),
        confidence: confidence(&ordered),
        plover: commonest(of_kind().filter_map(|e| e.plover.as_ref())).cloned(),
        cameo: commonest(of_kind().filter_map(|e| e.cameo.as_ref())).cloned(),
        first_reported_at: first.told_at,
        last_reported_at: last.told_at,
    })
}

/// The surest telling, the earliest of equals.
fn best<'a>(ordered: &[&'a Known]) -> Option<&'a Known> {
    ordered.iter().copied().rev().max_by(|a, b| a.event.confidence.total_cmp(&b.event.confidence))
}

/// The value told most often; of equals the one told first.
fn commonest<'a, T: Ord + 'a>(values: impl Iterator<Item = &'a T>) -> Option<&'a T> {
    let mut counts: BTreeMap<&T, (usize, std::cmp::Reverse<usize>)> = BTreeMap::new();
    for (position, value) in values.enumerate() {
        counts.entry(value).or_insert((0, std::cmp::Reverse(position))).0 += 1;
    }
    counts.into_iter().max_by_key(|(_, rank)| *rank).map(|(value, _)| value)
}

/// The most precise date, of those the best founded, of those the one told most often.
fn date(events: &[&Event]) -> Option<EventDate> {
    let rank = |d: &EventDate| (d.precision, d.basis);
    let finest = events.iter().filter_map(|e| e.date.as_ref()).map(rank).min()?;
    let founded: Vec<&EventDate> =
        events.iter().filter_map(|e| e.date.as_ref()).filter(|d| rank(d) == finest).collect();
    let interval = *commonest(founded.iter().map(|d| &d.interval))?;
    Some(EventDate { interval, precision: finest.0, basis: finest.1 })
}

/// The most specific place, of those the one told most often.
fn place(events: &[&Event]) -> Option<EventPlace> {
    let places: Vec<&EventPlace> = events.iter().filter_map(|e| e.place.as_ref()).collect();
    let detail = |p: &EventPlace| (p.admin1.is_some(), p.coordinates.is_some(), p.country.is_some());
    let finest = places.iter().map(|p| detail(p)).max()?;
    let finest: Vec<&EventPlace> = places.into_iter().filter(|p| detail(p) == finest).collect();
    let name = commonest(finest.iter().map(|p| &p.name))?;
    finest.into_iter().find(|p| p.name == *name).cloned()
}

/// Everybody whom a telling names, the most told first.
fn actors(ordered: &[&Known]) -> Vec<EventActor> {
    let mut keys: Vec<(Role, u64)> = Vec::new();
    let mut actors: Vec<(usize, EventActor)> = Vec::new();
    for (actor, key) in ordered.iter().flat_map(|t| t.event.actors.iter().zip(t.actor_keys())) {
        let key = (actor.role, key);
        let position = keys.iter().position(|k| *k == key).unwrap_or_else(|| {
            keys.push(key);
            actors.push((0, actor.clone()));
            keys.len() - 1
        });
        let (count, kept) = &mut actors[position];
        *count += 1;
        if kept.canonical_name.is_none() {
            kept.canonical_name.clone_from(&actor.canonical_name);
        }
        if kept.country.is_none() {
            kept.country = actor.country;
        }
    }
    actors.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let mut kept: Vec<EventActor> = Vec::new();
    for (_, actor) in actors {
        let known = |a: &EventActor| {
            a.role == actor.role && cast::is_vaguer((&a.name, a.kind), (&actor.name, actor.kind))
        };
        if kept.len() < MAX_ACTORS && !kept.iter().any(known) {
            kept.push(actor);
        }
    }
    kept
}

/// The number told last, unless two independent sources gave another one before and only one stands behind
/// the last: then theirs.
fn count(ordered: &[&Known], get: fn(&Event) -> Option<u32>) -> Option<Count> {
    let told: Vec<(u32, i64)> = ordered.iter().filter_map(|t| get(&t.event).map(|n| (n, t.source))).collect();
    let (last, _) = *told.last()?;
    let backers =
        |n: u32| told.iter().filter(|(m, _)| *m == n).map(|(_, s)| s).collect::<BTreeSet<_>>().len();
    let number = if backers(last) >= 2 {
        last
    } else {
        // A toll grows, so a higher number told last needs no second source; a lower one may be a part of it,
        // and a far higher one may be another event's.
        let backed = told.iter().rev().map(|(n, _)| *n).find(|n| backers(*n) >= 2);
        match backed {
            Some(b) if last < b || last > b.saturating_mul(3) => b,
            _ => last,
        }
    };
    let numbers = || told.iter().map(|(n, _)| *n);
    Some(Count { number, low: numbers().min()?, high: numbers().max()? })
}

/// Independent sources that agree leave less doubt: the doubts are multiplied, copies count once.
fn confidence(ordered: &[&Known]) -> f32 {
    let mut by_source: BTreeMap<i64, f32> = BTreeMap::new();
    for telling in ordered {
        let best = by_source.entry(telling.source).or_default();
        *best = best.max(telling.event.confidence.clamp(0.0, 1.0));
    }
    let doubt: f32 = by_source.values().map(|c| 1.0 - c).product();
    ((1.0 - doubt).min(MAX_CONFIDENCE) * 1000.0).round() / 1000.0
}

/// What a new account changes, in words; empty where nothing that the timeline shows has changed.
pub fn change(old: &Belief, new: &Belief) -> String {
    let mut changes: Vec<String> = Vec::new();
    let mut word = |name: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            let show = |v: Option<String>| v.unwrap_or_else(|| "unknown".to_owned());
            changes.push(format!("{name}: {} -> {}", show(old), show(new)));
        }
    };
    word("kind", Some(old.kind.clone()), Some(new.kind.clone()));
    word("subtype", old.subtype.clone(), new.subtype.clone());
    word("status", Some(old.status.name().into()), Some(new.status.name().into()));
    word("date", old.date.as_ref().map(date_words), new.date.as_ref().map(date_words));
    word("place", old.place.as_ref().map(|p| p.name.clone()), new.place.as_ref().map(|p| p.name.clone()));
    let number = |c: &Option<Count>| c.map(|c| c.number.to_string());
    word("killed", number(&old.killed), number(&new.killed));
    word("injured", number(&old.injured), number(&new.injured));
    word("people", old.people.map(|n| n.to_string()), new.people.map(|n| n.to_string()));
    word("occurrences", Some(old.occurrences.to_string()), Some(new.occurrences.to_string()));
    let actors = |b: &Belief| Some(b.actors.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join("; "));
    word("actors", actors(old), actors(new));
    word("reports", Some(old.reports.to_string()), Some(new.reports.to_string()));
    word("summary", Some(old.summary.clone()), Some(new.summary.clone()));
    changes.join(", ")
}

fn date_words(date: &EventDate) -> String {
    let basis = match date.basis {
        Basis::Stated => "stated",
        Basis::Relative => "relative",
        Basis::Publication => "publication day",
    };
    let days = match date.precision {
        Precision::Day if date.interval.start == date.interval.end => date.interval.start.to_string(),
        _ => format!("{}..{}", date.interval.start, date.interval.end),
    };
    format!("{days} ({basis})")
}
