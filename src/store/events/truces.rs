//! The life of a truce: agreed, started, extended, violated, ended.
//!
//! Each act is an event of its own; this links the acts of one truce. Leaves to `event::identity` whether two
//! reports tell the same act.

use super::super::{Doing, Result, names};
use super::blocks::{self, anchors, range};
use crate::event::identity::Telling;
use chrono::{Datelike, NaiveDate};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the lexicon whose events make a truce.
pub(super) const KIND: &str = "ceasefire";
/// Months that may lie between two acts of one truce.
const MONTHS: i64 = 12;

/// Acts of one block: the newest.
const ACTS_OF_BLOCK: usize = 16;
const INSERT_BLOCK: &str = "INSERT OR IGNORE INTO event_block (block, event) VALUES (?1, ?2)";
const TRUCE: &str = "SELECT truce FROM truce WHERE event = ?1";
const INSERT: &str = "INSERT OR IGNORE INTO truce (event, truce) VALUES (?1, ?2)";

/// The last act of a truce up to a day.
const LAST_ACT: &str =
    "SELECT event.subtype, coalesce(event.date_end, substr(event.first_reported_at, 1, 10))
    AS day FROM truce JOIN event ON event.id = truce.event
    WHERE truce.truce = ?1 AND day <= ?2 AND truce.event <> ?3
    ORDER BY day DESC, truce.event DESC LIMIT 1";

/// Puts an act into the truce whose parties it shares, or makes it the first act of a new one.
pub(super) fn link(c: &Connection, event: i64, telling: &Telling) -> Result<()> {
    let what = "linking the acts of a truce";
    let day = day_of(telling);
    let parties = anchors(&telling.event);
    let known: Option<i64> = c
        .prepare_cached(TRUCE)
        .and_then(|mut s| s.query_row([event], |r| r.get(0)).optional())
        .doing(what)?;
    let truce = match known {
        Some(_) => None,
        None => Some(find(c, event, telling, &parties, day)?.unwrap_or(event)),
    };
    if let Some(truce) = truce {
        c.prepare_cached(INSERT).and_then(|mut s| s.execute((event, truce))).doing(what)?;
    }
    index(c, event, telling)
}

/// The last day of an act.
fn day_of(telling: &Telling) -> NaiveDate {
    telling.event.date.as_ref().map_or(telling.told_at.date_naive(), |d| d.interval.end)
}

/// Writes where an act of a truce is looked up.
pub(super) fn index(c: &Connection, event: i64, telling: &Telling) -> Result<()> {
    let what = "indexing the acts of a truce";
    let (day, parties) = (day_of(telling), anchors(&telling.event));
    let mut statement = c.prepare_cached(INSERT_BLOCK).doing(what)?;
    for party in &parties {
        for block in range("truce", party, "month", month(day)..=month(day)).all() {
            statement.execute((block, event)).doing(what)?;
        }
    }
    Ok(())
}

fn month(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// The truce with which the act shares more than half of the fewer parties and places. One that had ended is
/// not agreed again: that is the next.
fn find(
    c: &Connection,
    event: i64,
    telling: &Telling,
    parties: &BTreeSet<String>,
    day: NaiveDate,
) -> Result<Option<i64>> {
    let what = "looking for the truce of an act";
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    for party in parties {
        let months = month(day) - MONTHS..=month(day) + 1;
        let acts = blocks::events(c, [range("truce", party, "month", months)], ACTS_OF_BLOCK)?;
        for act in acts.into_iter().filter(|a| *a != event) {
            *shared.entry(act).or_default() += 1;
        }
    }
    let mut best: Option<(usize, i64)> = None;
    for (act, count) in shared {
        let theirs = super::rows::of_event(c, act)?
            .iter()
            .flat_map(|r| anchors(&r.telling.event))
            .collect::<BTreeSet<_>>();
        if count * 2 > parties.len().min(theirs.len()) && best.is_none_or(|(b, _)| count >= b) {
            best = Some((count, act));
        }
    }
    let Some((_, act)) = best else { return Ok(None) };
    let truce: Option<i64> =
        c.prepare_cached(TRUCE).and_then(|mut s| s.query_row([act], |r| r.get(0)).optional()).doing(what)?;
    let Some(truce) = truce else { return Ok(None) };
    let last: Option<Option<String>> = c
        .prepare_cached(LAST_ACT)
        .and_then(|mut s| s.query_row((truce, names::day(day), event), |r| r.get(0)).optional())
        .doing(what)?;
    let begins = matches!(telling.event.subtype.as_deref(), Some("agreed" | "started"));
    let over = last.flatten().as_deref() == Some("ended");
    Ok((!(begins && over)).then_some(truce))
}
