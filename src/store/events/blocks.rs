//! Where an event is looked up: keys made of its kind, a country or an actor, and a bin of days.
//!
//! Owns which keys an event is written under and which a new report searches. Leaves the comparison of what
//! they find to `event::identity`.

use super::super::{Doing, Result};
use crate::event::identity::{self, Telling, actor_key};
use crate::event::{Event, EventDate};
use crate::mention::{Interval, Precision};
use chrono::{Datelike, NaiveDate, TimeDelta};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use xxhash_rust::xxh3::xxh3_64;

/// The events of some blocks of one span of days, the newest block first, in it the newest event.
const BLOCKS: &str = "SELECT block, event FROM event_block WHERE block BETWEEN ?1 AND ?2
    ORDER BY block DESC, event DESC";

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

/// Bits of a block that number the bins of one span: four bins, sixteen days. The span itself stands in the first
/// bits, so that what is written these days stands side by side.
const BIN_BITS: u32 = 2;
const HASH_BITS: u32 = 40;

/// The blocks of one kind and anchor in some days or months.
#[derive(Debug, Clone)]
pub(super) struct Blocks {
    hash: i64,
    numbers: RangeInclusive<i64>,
}

impl Blocks {
    fn block(&self, number: i64) -> i64 {
        let (span, bin) = (number >> BIN_BITS, number & ((1 << BIN_BITS) - 1));
        (span << (HASH_BITS + BIN_BITS)) | (self.hash << BIN_BITS) | bin
    }

    /// Each block.
    pub fn all(&self) -> impl Iterator<Item = i64> + '_ {
        self.numbers.clone().map(|number| self.block(number))
    }

    /// Ranges that hold these blocks and no others, the newest first.
    fn ranges(&self) -> impl Iterator<Item = RangeInclusive<i64>> + '_ {
        let (first, last) = (*self.numbers.start(), *self.numbers.end());
        (first >> BIN_BITS..=last >> BIN_BITS).rev().map(move |span| {
            let start = (span << BIN_BITS).max(first);
            let end = (((span + 1) << BIN_BITS) - 1).min(last);
            self.block(start)..=self.block(end)
        })
    }
}

pub(super) fn range(kind: &str, anchor: &str, bin: &str, numbers: RangeInclusive<i64>) -> Blocks {
    let hash = xxh3_64(format!("{kind}\n{anchor}\n{bin}").as_bytes());
    Blocks { hash: (hash & ((1 << HASH_BITS) - 1)) as i64, numbers }
}

/// The newest events of each block, at most `limit` of one.
pub(super) fn events(
    c: &Connection,
    blocks: impl IntoIterator<Item = Blocks>,
    limit: usize,
) -> Result<BTreeSet<i64>> {
    let what = "looking for events that may be the same";
    let mut found = BTreeSet::new();
    let mut statement = c.prepare_cached(BLOCKS).doing(what)?;
    let blocks: Vec<Blocks> = blocks.into_iter().collect();
    for range in blocks.iter().flat_map(Blocks::ranges) {
        let mut last = Some(*range.end());
        // A full block is left for the one before it: it may hold thousands.
        while let Some(end) = last.take() {
            let mut rows = statement.query((range.start(), end)).doing(what)?;
            let (mut block, mut count) = (None, 0);
            while let Some(row) = rows.next().doing(what)? {
                let this: i64 = row.get(0).doing(what)?;
                count = if block == Some(this) { count + 1 } else { 1 };
                block = Some(this);
                if count > limit {
                    last = (this > *range.start()).then(|| this - 1);
                    break;
                }
                found.insert(row.get(1).doing(what)?);
            }
        }
    }
    Ok(found)
}

fn bins(first: i64, last: i64) -> RangeInclusive<i64> {
    first.div_euclid(BLOCK_DAYS)..=last.div_euclid(BLOCK_DAYS)
}

fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Months of a wide interval that are indexed.
const MAX_MONTHS: i64 = 12;

pub(super) fn months(interval: &Interval) -> RangeInclusive<i64> {
    let month = |d: NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    let first = month(interval.start);
    first..=month(interval.end).min(first + MAX_MONTHS)
}

/// An interval of at most a week stands in bins of days, a wider one in months, an undated event in the days
/// in which it was told.
pub(super) fn to_write(telling: &Telling) -> Vec<Blocks> {
    let mut blocks = Vec::new();
    for (name, anchor) in keys(telling) {
        match &telling.event.date {
            Some(date) if is_narrow(date) => {
                let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
                blocks.push(range(name, &anchor, "day", bins(first, last)));
                blocks.extend(a_week_later(telling).map(|days| range(name, &anchor, "day", days)));
            }
            Some(date) => blocks.push(range(name, &anchor, "month", months(&date.interval))),
            None => {}
        }
        if is_of_the_days_it_is_told(telling) {
            let told = day_number(telling.told_at.date_naive());
            blocks.push(range(name, &anchor, "told", bins(told, told)));
        }
    }
    blocks.extend(landmark_blocks(telling, 0));
    blocks
}

/// Whether nothing but the day of the story tells when: without a date, or with one that seems misread.
fn is_of_the_days_it_is_told(telling: &Telling) -> bool {
    telling.event.date.is_none() || identity::seems_misdated(telling)
}

/// Everything under which an event is written and a report searched: what it may be called, with where and who.
fn keys(telling: &Telling) -> Vec<(&str, String)> {
    let anchors = all_anchors(telling);
    let names = identity::names(&telling.event);
    names.into_iter().flat_map(|name| anchors.iter().map(move |a| (name, a.clone()))).collect()
}

/// The bin of the day a week later, where a weekday may have been counted into the wrong week.
fn a_week_later(telling: &Telling) -> impl Iterator<Item = RangeInclusive<i64>> {
    identity::week_later(telling).into_iter().map(|day| bins(day_number(day), day_number(day)))
}

/// A toll so high that it is known again without a date: in its country, by its size.
fn landmark_blocks(telling: &Telling, around: i64) -> Option<Blocks> {
    let landmark = identity::landmark(&telling.event)?;
    let country = telling.event.place.as_ref()?.country?;
    let step = landmark.step();
    let steps = (step - around).max(0)..=step + around;
    Some(range(&telling.event.kind, &format!("in {country}"), "toll", steps))
}

fn is_narrow(date: &EventDate) -> bool {
    (date.interval.end - date.interval.start).num_days() <= 7
        && matches!(date.precision, Precision::Day | Precision::Week)
}

fn around(day: NaiveDate, from: i64, to: i64) -> Interval {
    let moved = |by| day.checked_add_signed(TimeDelta::days(by)).unwrap_or(day);
    Interval { start: moved(from), end: moved(to) }
}

pub(super) fn to_search(telling: &Telling) -> Vec<Blocks> {
    let told = day_number(telling.told_at.date_naive());
    let lately = around(telling.told_at.date_naive(), -10, 1);
    let mut blocks: Vec<Blocks> = landmark_blocks(telling, 1).into_iter().collect();
    for (name, anchor) in keys(telling) {
        let mut search = |bin: &str, numbers| blocks.push(range(name, &anchor, bin, numbers));
        if let Some(date) = &telling.event.date {
            let (first, last) = (day_number(date.interval.start), day_number(date.interval.end));
            let last = last.min(first + 35);
            search("day", bins(first - 1, last + 1));
            a_week_later(telling).for_each(|days| search("day", days));
            search("month", months(&date.interval));
            search("told", bins(last - 1, last + 11));
        }
        if is_of_the_days_it_is_told(telling) {
            search("told", bins(told - 10, told + 10));
            search("day", bins(told - 10, told + 1));
            search("month", months(&lately));
        }
    }
    blocks
}
