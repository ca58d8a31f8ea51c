//! Where an event is looked up: keys made of its kind, a country or an actor, and a bin of days.
//!
//! Owns which keys an event is written under and which a new report searches. Leaves the comparison of what
//! they find to `event::identity`.

use crate::event::identity::{self, Telling, actor_key};
use crate::event::{Event, EventDate};
use crate::mention::{Interval, Precision};
use chrono::Datelike;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Days of one block.
const BLOCK_DAYS: i64 = 4;

/// Where an event can be met again: kind with country or actor, in bins of days.
pub(super) fn anchors(event: &Event) -> BTreeSet<String> {
    let mut anchors: BTreeSet<String> = BTreeSet::new();
    if let Some(place) = &event.place {
        match place.country {
            Some(country) => anchors.insert(format!("in {country}")),
            None => anchors.insert(format!("at {}", place.name.to_lowercase())),
        };
    }
    for actor in event.actors.iter().filter(|a| a.canonical_name.is_some()).take(3) {
        anchors.insert(format!("by {}", actor_key(actor)));
    }
    for country in event.actors.iter().filter_map(|a| a.country).take(3) {
        anchors.insert(format!("in {country}"));
    }
    anchors
}

/// Words of names by which a report without place and actors can find an event that has them, and be found.
fn name_anchors(telling: &Telling) -> BTreeSet<String> {
    let event = &telling.event;
    let anchor = |word: &str| {
        let word = word.to_lowercase();
        (word.chars().count() >= 4).then(|| format!("name {word}"))
    };
    let longest = |text: &str| text.split_whitespace().max_by_key(|w| w.len()).and_then(anchor);
    match &event.place {
        Some(place) => longest(&place.name).into_iter().collect(),
        None if event.actors.iter().any(|a| a.country.is_some() || a.canonical_name.is_some()) => {
            BTreeSet::new()
        }
        None => {
            let words = event.quote.text.split(|c: char| !c.is_alphanumeric()).skip(1);
            let names = words.filter(|w| w.starts_with(char::is_uppercase));
            names.filter_map(anchor).take(4).collect()
        }
    }
}

/// Where and who, by which an event is written and a report searched.
fn all_anchors(telling: &Telling) -> BTreeSet<String> {
    let mut all = anchors(&telling.event);
    all.extend(name_anchors(telling));
    if all.is_empty() {
        // Nothing but words: the longest of the quote stand for it.
        let mut words: Vec<String> = identity::content_words(&telling.event.quote.text).into_iter().collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
        all.extend(words.into_iter().take(3).map(|w| format!("word {w}")));
    }
    all
}

pub(super) fn block(kind: &str, anchor: &str, bin: &str, number: i64) -> i64 {
    xxh3_64(format!("{kind}\n{anchor}\n{bin}{number}").as_bytes()) as i64
}

fn bins(first: i64, last: i64) -> std::ops::RangeInclusive<i64> {
    first.div_euclid(BLOCK_DAYS)..=last.div_euclid(BLOCK_DAYS)
}

fn day_number(day: chrono::NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Months of a wide interval that are indexed.
const MAX_MONTHS: i64 = 12;

pub(super) fn months(interval: &Interval) -> std::ops::RangeInclusive<i64> {
    let month = |d: chrono::NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    let first = month(interval.start);
    first..=month(interval.end).min(first + MAX_MONTHS)
}

/// An interval of at most a week stands in bins of days, a wider one in months, an undated event in the days
/// in which it was told.
pub(super) fn to_write(telling: &Telling) -> Vec<i64> {
    let mut blocks = Vec::new();
    for (name, anchor) in keys(telling) {
        match &telling.event.date {
            Some(date) if is_narrow(date) => {
                let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
                blocks.extend(bins(first, last).map(|n| block(name, &anchor, "day", n)));
                blocks.extend(a_week_later(telling).map(|n| block(name, &anchor, "day", n)));
            }
            Some(date) => blocks.extend(months(&date.interval).map(|n| block(name, &anchor, "month", n))),
            None => {
                let told = day_number(telling.told_at.date_naive());
                blocks.extend(bins(told, told).map(|n| block(name, &anchor, "told", n)));
            }
        }
    }
    blocks.extend(landmark_block(telling, 0));
    blocks
}

/// Everything under which an event is written and a report searched: what it may be called, with where and who.
fn keys(telling: &Telling) -> Vec<(&str, String)> {
    let anchors = all_anchors(telling);
    let names = identity::names(&telling.event);
    names.into_iter().flat_map(|name| anchors.iter().map(move |a| (name, a.clone()))).collect()
}

/// The bin of the day a week later, where a weekday may have been counted into the wrong week.
fn a_week_later(telling: &Telling) -> impl Iterator<Item = i64> {
    identity::week_later(telling).into_iter().flat_map(|day| bins(day_number(day), day_number(day)))
}

/// A toll so high that it is known again without a date: in its country, by its size.
fn landmark_block(telling: &Telling, step: i64) -> Option<i64> {
    let landmark = identity::landmark(&telling.event)?;
    let country = telling.event.place.as_ref()?.country?;
    Some(block(&telling.event.kind, &format!("in {country}"), "toll", landmark.step() + step))
}

fn is_narrow(date: &EventDate) -> bool {
    (date.interval.end - date.interval.start).num_days() <= 7
        && matches!(date.precision, Precision::Day | Precision::Week)
}

pub(super) fn to_search(telling: &Telling) -> Vec<i64> {
    let told = day_number(telling.told_at.date_naive());
    let mut blocks: Vec<i64> = (-1..=1).filter_map(|step| landmark_block(telling, step)).collect();
    for (name, anchor) in keys(telling) {
        let mut search = |bin: &str, numbers: &mut dyn Iterator<Item = i64>| {
            blocks.extend(numbers.map(|n| block(name, &anchor, bin, n)));
        };
        match &telling.event.date {
            Some(date) => {
                let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
                let last = last.min(first + 35);
                search("day", &mut bins(first - 1, last + 1));
                search("day", &mut a_week_later(telling));
                search("month", &mut months(&date.interval));
                search("told", &mut bins(last - 1, last + 11));
            }
            None => {
                search("told", &mut bins(told - 10, told + 10));
                search("day", &mut bins(told - 10, told + 1));
            }
        }
    }
    blocks
}
