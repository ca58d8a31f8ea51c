//! What finds near copies and events told again, made anew for what an older version of the program stored.
//!
//! Owns how far that has come (`unindexed`). A migration that changes how these are made empties them and leaves the
//! rest to this: a large file would be migrated for minutes otherwise. Leaves the rows to `copies` and `events`.

use super::{Doing, Result, Store, copies, events, names};
use chrono::TimeDelta;
use rusqlite::Connection;

/// Rows of one transaction.
const BATCH: i64 = 256;
/// What is older than the newest by so many days is left: copies follow within days, and even a high toll in one
/// town is not told again after more than a year.
const STORY_DAYS: i64 = 60;
const EVENT_DAYS: i64 = 400;

const LEFT: &str = "SELECT newest FROM unindexed WHERE name = ?1";
const IS_LEFT: &str = "SELECT EXISTS (SELECT 1 FROM unindexed WHERE newest > 0)";
const SET_LEFT: &str = "UPDATE unindexed SET newest = ?2 WHERE name = ?1";
const NEWEST_STORY: &str = "SELECT first_seen_at FROM story ORDER BY id DESC LIMIT 1";
const NEWEST_EVENT: &str = "SELECT created_at FROM event ORDER BY id DESC LIMIT 1";
const EVENTS: &str =
    "SELECT id FROM event WHERE id <= ?1 AND id > ?1 - ?2 AND created_at >= ?3 ORDER BY id DESC";

pub(super) fn is_left(c: &Connection) -> Result<bool> {
    c.query_row(IS_LEFT, [], |row| row.get(0)).doing("reading what is not indexed")
}

/// The time from which rows are indexed.
fn since(c: &Connection, newest: &str, days: i64) -> Result<String> {
    let newest: String = c.query_row(newest, [], |row| row.get(0)).doing("reading the newest row")?;
    Ok(names::time(&(names::read_time(&newest)? - TimeDelta::days(days))))
}

/// Indexes the next batch of stories or of events; whether some are left.
fn batch(
    c: &Connection,
    name: &str,
    index: impl Fn(&Connection, i64) -> Result<Option<i64>>,
) -> Result<bool> {
    let what = "indexing what was stored before";
    let newest: i64 = c.query_row(LEFT, [name], |row| row.get(0)).doing(what)?;
    if newest == 0 {
        return Ok(false);
    }
    let left = index(c, newest)?.unwrap_or(0);
    c.execute(SET_LEFT, (name, left)).doing(what)?;
    Ok(left > 0)
}

fn stories(c: &Connection, newest: i64) -> Result<Option<i64>> {
    let oldest = copies::remember_again(c, newest, &since(c, NEWEST_STORY, STORY_DAYS)?, BATCH)?;
    Ok(oldest.map(|id| id - 1))
}

fn told_events(c: &Connection, newest: i64) -> Result<Option<i64>> {
    let what = "indexing events that were stored before";
    let mut statement = c.prepare_cached(EVENTS).doing(what)?;
    let ids: Vec<i64> = statement
        .query_map((newest, BATCH, since(c, NEWEST_EVENT, EVENT_DAYS)?), |row| row.get(0))
        .and_then(Iterator::collect)
        .doing(what)?;
    for id in &ids {
        events::index_again(c, *id)?;
    }
    // Older ones were created before: none in the batch means that none is left.
    Ok(ids.last().map(|id| id - 1))
}

impl Store {
    /// Indexes one batch; whether some are left.
    pub(super) fn refill(&mut self) -> Result<bool> {
        if !is_left(&self.connection)? {
            return Ok(false);
        }
        self.write(|c, _| Ok(batch(c, "event", told_events)? | batch(c, "story", stories)?))
    }
}
