//! Feeds: the configured ones as rows, what was learned about them, the log of polls.
//!
//! Owns `feed` and `poll`. Leaves to `feed` what the learned state means and to `schedule` when to poll.

use super::{Doing, Error, Result, Store, names};
use crate::feed::{Feed, Learned};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use std::borrow::Borrow;
use std::collections::HashMap;

/// How a poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// New bytes, read.
    Fresh,
    /// 304, or the same bytes.
    Unchanged,
    /// The server asked for patience (429, 503, Retry-After).
    Waiting,
    /// 410.
    Gone,
    Failed,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Fresh => "fresh",
            Outcome::Unchanged => "unchanged",
            Outcome::Waiting => "waiting",
            Outcome::Gone => "gone",
            Outcome::Failed => "failed",
        }
    }
}

/// One poll of one feed, to be logged with what it learned.
#[derive(Debug, Clone)]
pub struct PollRecord<'a> {
    /// The feed's name.
    pub feed: &'a str,
    pub started_at: DateTime<Utc>,
    pub outcome: Outcome,
    /// Of the last HTTP answer.
    pub status: Option<u16>,
    /// Of the decoded body.
    pub bytes: u64,
    pub entries: usize,
    pub milliseconds: u64,
    pub error: Option<&'a str>,
    /// The feed's state after this poll; written in the same transaction as its stories.
    pub learned: &'a Learned,
}

/// One row of `feed_health`.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    pub feed: String,
    pub url: String,
    pub state: String,
    pub last_poll_at: Option<String>,
    pub last_success_at: Option<String>,
    pub next_poll_at: Option<String>,
    pub failures: u32,
    pub last_error: Option<String>,
    pub stories: u32,
    pub stories_7d: u32,
    pub events_7d: u32,
}

/// What the database remembers of one configured feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub name: String,
    pub learned: Learned,
}

const REMOVE: &str = "UPDATE feed SET state = 'removed' WHERE id = ?1";

const INSERT: &str = "INSERT INTO feed (name, url) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";

/// A new address is a new feed to learn about: validators, redirects and failures of the old one go.
const READDRESS: &str = "UPDATE feed SET url = ?2, state = 'active', moved_to = NULL, moving_to = NULL,
    validators_url = NULL, etag = NULL, last_modified = NULL, body_hash = NULL, not_before = NULL,
    last_status = NULL, wait_seconds = NULL, skip_hours = '[]', skip_days = '[]',
    next_poll_at = NULL, failures = 0, last_error = NULL, unfinished_polls = 0
    WHERE name = ?1 AND url <> ?2";

/// A feed that was taken out of the configuration and put back is polled again.
const RESTORE: &str = "UPDATE feed SET state = 'active', next_poll_at = NULL
    WHERE name = ?1 AND state = 'removed'";

const LEARNED: &str =
    "SELECT state, moved_to, moving_to, validators_url, etag, last_modified, body_hash, title,
    next_poll_at, last_poll_at, last_success_at, not_before, last_status, wait_seconds, skip_hours, skip_days,
    failures, last_error, unfinished_polls FROM feed WHERE name = ?1";

const EVERY: &str =
    "SELECT state, moved_to, moving_to, validators_url, etag, last_modified, body_hash, title,
    next_poll_at, last_poll_at, last_success_at, not_before, last_status, wait_seconds, skip_hours, skip_days,
    failures, last_error, unfinished_polls, id, name, url
    FROM feed";

const LEARN: &str = "UPDATE feed SET state = :state, moved_to = :moved_to, moving_to = :moving_to,
    validators_url = :validators_url, etag = :etag, last_modified = :last_modified, body_hash = :body_hash,
    title = :title, next_poll_at = :next_poll_at, last_poll_at = :last_poll_at,
    last_success_at = :last_success_at, not_before = :not_before, last_status = :last_status,
    wait_seconds = :wait_s, skip_hours = :skip_hours, skip_days = :skip_days, failures = :failures,
    last_error = :last_error, unfinished_polls = :unfinished WHERE name = :name";

const COUNT: &str = "UPDATE feed SET stories = stories + ?2 WHERE id = ?1";

const LOG: &str = "INSERT INTO poll (feed, started_at, outcome, status, bytes, entries, new_stories,
    milliseconds, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const UNFINISHED: &str = "UPDATE feed SET unfinished_polls = ?2 WHERE name = ?1";

const FORGET_POLLS: &str = "DELETE FROM poll WHERE started_at < ?1";

const HEALTH: &str = "SELECT feed, url, state, last_poll_at, last_success_at, next_poll_at, failures,
    last_error, stories, stories_7d, events_7d FROM feed_health ORDER BY feed";

impl Store {
    /// Makes the rows agree with the configuration and returns what is known of each feed, in its order.
    /// Feeds that are no longer configured are marked as removed; their stories stay. Reads the feeds once and
    /// writes only what differs, so that the start of a service with very many feeds is quick.
    pub fn sync_feeds(&mut self, feeds: &[impl Borrow<Feed>]) -> Result<Vec<Known>> {
        let (mut known, removed) = self.compare(feeds)?;
        let other: Vec<usize> = (0..feeds.len()).filter(|index| known[*index].is_none()).collect();
        if !other.is_empty() || !removed.is_empty() {
            let what = "writing the configured feeds";
            self.write(|c, _| {
                for id in &removed {
                    c.prepare_cached(REMOVE).and_then(|mut s| s.execute([id])).doing(what)?;
                }
                for feed in other.iter().map(|index| feeds[*index].borrow()) {
                    let row = (&feed.name, feed.url.as_str());
                    c.prepare_cached(INSERT).and_then(|mut s| s.execute(row)).doing(what)?;
                    c.prepare_cached(READDRESS).and_then(|mut s| s.execute(row)).doing(what)?;
                    c.prepare_cached(RESTORE).and_then(|mut s| s.execute([&feed.name])).doing(what)?;
                }
                Ok(())
            })?;
        }
        // The rows of very many feeds were read once and are not needed again soon.
        self.give_back()?;
        for index in other {
            known[index] = Some(self.learned(&feeds[index].borrow().name)?);
        }
        let names = feeds.iter().map(|feed| feed.borrow().name.clone());
        let known = known.into_iter().map(Option::unwrap_or_default);
        Ok(names.zip(known).map(|(name, learned)| Known { name, learned }).collect())
    }

    /// What is known of each of these feeds, None where its row does not agree with the configuration yet; and the
    /// rows of feeds that are not configured any more.
    fn compare(&self, feeds: &[impl Borrow<Feed>]) -> Result<(Vec<Option<Learned>>, Vec<i64>)> {
        let what = "reading the feeds";
        let places = feeds.iter().map(Borrow::borrow).enumerate();
        let places: HashMap<&str, usize> = places.map(|(index, feed)| (feed.name.as_str(), index)).collect();
        let (mut known, mut removed) = (vec![None; feeds.len()], Vec::new());
        let mut statement = self.connection.prepare(EVERY).doing(what)?;
        let mut rows = statement.query([]).doing(what)?;
        while let Some(row) = rows.next().doing(what)? {
            let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?)).doing(what);
            let is_removed = text("state")? == "removed";
            match places.get(text("name")?) {
                Some(index) if !is_removed && text("url")? == feeds[*index].borrow().url.as_str() => {
                    known[*index] = Some(read_learned(row)?);
                }
                None if !is_removed => removed.push(row.get("id").doing(what)?),
                Some(_) | None => {}
            }
        }
        Ok((known, removed))
    }

    /// What is remembered of one feed.
    pub fn learned(&self, feed: &str) -> Result<Learned> {
        self.connection
            .prepare_cached(LEARNED)
            .and_then(|mut s| s.query_row([feed], |row| Ok(read_learned(row))).optional())
            .doing("reading what is known of a feed")?
            .unwrap_or_else(|| Err(Error::NoFeed(feed.to_owned())))
    }

    /// Notes how many polls of these feeds were begun and not ended: one more before an answer is read; as
    /// many as before where the poll was given up for another reason. A poll that ends writes its own state.
    /// So a feed whose answer kills the process is known at the next start by its unfinished polls.
    pub fn note_unfinished(&mut self, feeds: &[(String, u32)]) -> Result<()> {
        self.write(|c, _| {
            for feed in feeds {
                c.prepare_cached(UNFINISHED)
                    .and_then(|mut s| s.execute((&feed.0, feed.1)))
                    .doing("noting that a poll is under way")?;
            }
            Ok(())
        })
    }

    /// Writes the state of feeds alone, where no poll took place.
    pub fn learn(&mut self, feeds: &[(String, Learned)]) -> Result<()> {
        self.write(|c, _| feeds.iter().try_for_each(|(feed, learned)| self::learn(c, feed, learned)))
    }

    /// Deletes log rows of polls before `before`. Only the log: stories and the timeline are kept for ever.
    pub fn forget_polls(&mut self, before: DateTime<Utc>) -> Result<usize> {
        self.write(|c, _| c.execute(FORGET_POLLS, [names::time(&before)]).doing("trimming the poll log"))
    }

    pub fn health(&self) -> Result<Vec<Health>> {
        let what = "reading the health of the feeds";
        let mut statement = self.connection.prepare_cached(HEALTH).doing(what)?;
        let rows = statement.query_map([], |row| {
            Ok(Health {
                feed: row.get(0)?,
                url: row.get(1)?,
                state: row.get(2)?,
                last_poll_at: row.get(3)?,
                last_success_at: row.get(4)?,
                next_poll_at: row.get(5)?,
                failures: row.get(6)?,
                last_error: row.get(7)?,
                stories: row.get(8)?,
                stories_7d: row.get(9)?,
                events_7d: row.get(10)?,
            })
        });
        rows.and_then(Iterator::collect).doing(what)
    }
}

pub(super) fn learn(c: &Connection, feed: &str, learned: &Learned) -> Result<()> {
    let time = |t: &Option<DateTime<Utc>>| t.as_ref().map(names::time);
    let changed = c
        .prepare_cached(LEARN)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":name": feed,
                ":state": names::state(learned.state),
                ":moved_to": learned.moved_to,
                ":moving_to": learned.moving_to,
                ":validators_url": learned.validators_url,
                ":etag": learned.etag,
                ":last_modified": learned.last_modified,
                ":body_hash": learned.body_hash.map(|h| h as i64),
                ":title": learned.title,
                ":next_poll_at": time(&learned.next_poll_at),
                ":last_poll_at": time(&learned.last_poll_at),
                ":last_success_at": time(&learned.last_success_at),
                ":not_before": time(&learned.not_before),
                ":last_status": learned.last_status,
                ":wait_s": learned.wait_s.map(|s| s as i64),
                ":skip_hours": list(&learned.skip_hours),
                ":skip_days": list(&learned.skip_days),
                ":failures": learned.failures,
                ":last_error": learned.last_error,
                ":unfinished": learned.unfinished,
            })
        })
        .doing("writing what was learned of a feed")?;
    if changed == 0 { Err(Error::NoFeed(feed.to_owned())) } else { Ok(()) }
}

/// Counts entries that a feed has shown for the first time.
pub(super) fn count(c: &Connection, feed: i64, entries: i64) -> Result<()> {
    if entries == 0 {
        return Ok(());
    }
    c.prepare_cached(COUNT)
        .and_then(|mut s| s.execute((feed, entries)))
        .doing("counting the stories of a feed")
        .map(drop)
}

pub(super) fn log(c: &Connection, feed: i64, poll: &PollRecord, new_stories: usize) -> Result<()> {
    c.prepare_cached(LOG)
        .and_then(|mut s| {
            s.execute((
                feed,
                names::time(&poll.started_at),
                poll.outcome.word(),
                poll.status,
                poll.bytes as i64,
                poll.entries as i64,
                new_stories as i64,
                poll.milliseconds as i64,
                poll.error,
            ))
        })
        .doing("logging a poll")
        .map(drop)
}

/// A list of small numbers as JSON.
fn list(numbers: &[u8]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u8::to_string).collect();
    format!("[{}]", numbers.join(","))
}

fn read_list(json: &str) -> Result<Vec<u8>> {
    serde_json::from_str(json).map_err(|e| Error::Value(format!("{json}: {e}")))
}

fn read_learned(row: &Row) -> Result<Learned> {
    fn get<T: rusqlite::types::FromSql>(row: &Row, column: &'static str) -> Result<T> {
        row.get(column).doing("reading what is known of a feed")
    }
    let time = |column| -> Result<Option<DateTime<Utc>>> {
        get::<Option<String>>(row, column)?.map(|t| names::read_time(&t)).transpose()
    };
    Ok(Learned {
        state: names::read_state(&get::<String>(row, "state")?)?,
        moved_to: get(row, "moved_to")?,
        moving_to: get(row, "moving_to")?,
        validators_url: get(row, "validators_url")?,
        etag: get(row, "etag")?,
        last_modified: get(row, "last_modified")?,
        body_hash: get::<Option<i64>>(row, "body_hash")?.map(|h| h as u64),
        title: get(row, "title")?,
        next_poll_at: time("next_poll_at")?,
        last_poll_at: time("last_poll_at")?,
        last_success_at: time("last_success_at")?,
        not_before: time("not_before")?,
        last_status: get(row, "last_status")?,
        wait_s: get::<Option<i64>>(row, "wait_seconds")?.map(|s| s as u64),
        skip_hours: read_list(&get::<String>(row, "skip_hours")?)?,
        skip_days: read_list(&get::<String>(row, "skip_days")?)?,
        failures: get(row, "failures")?,
        last_error: get(row, "last_error")?,
        unfinished: get(row, "unfinished_polls")?,
    })
}
