//! Keeping the file well: copies while it is in use, checks, the retention of what is not the timeline, and
//! reading stored stories again after an upgrade.
//!
//! Never deletes a story, a report or a revision. Leaves to the caller when to do what.

use super::events::{self, Teller};
use super::{Doing, Error, Result, Store, migrate, names};
use crate::event::Event;
use crate::story::Story;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use rusqlite::{Connection, Row};
use std::path::Path;

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Rows of each table.
    pub counts: Vec<(String, i64)>,
    /// Empty where all is well.
    pub problems: Vec<String>,
}

/// A stored story that is to be read (again), and its row.
#[derive(Debug, Clone, PartialEq)]
pub struct Unread {
    pub id: i64,
    pub story: Story,
}

/// What must never be found, each with what it means.
const CHECKS: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM event WHERE current IS NULL",
        "events that have no current revision",
    ),
    (
        "SELECT count(*) FROM event WHERE current <> (SELECT max(id) FROM event_revision WHERE event = event.id)",
        "events whose current revision is not their newest",
    ),
    (
        "SELECT count(*) FROM event JOIN event_revision AS revision ON revision.id = event.current
            WHERE (event.kind, event.subtype, event.status, event.date_start, event.date_end, event.date_precision,
            event.place, event.admin1, event.country, event.latitude, event.longitude, event.source_actors,
            event.target_actors, event.killed, event.injured, event.occurrences, event.summary, event.report_count,
            event.story_count, event.feed_count, event.source_count, event.confidence, event.plover, event.cameo,
            event.first_reported_at, event.last_reported_at) IS NOT
            (revision.kind, revision.subtype, revision.status, revision.date_start, revision.date_end,
            revision.date_precision, revision.place, revision.admin1, revision.country, revision.latitude,
            revision.longitude, revision.source_actors, revision.target_actors, revision.killed, revision.injured,
            revision.occurrences, revision.summary, revision.report_count, revision.story_count, revision.feed_count,
            revision.source_count, revision.confidence, revision.plover, revision.cameo, revision.first_reported_at,
            revision.last_reported_at)",
        "events that are shown otherwise than their current revision says",
    ),
    (
        "SELECT count(*) FROM event WHERE
            (SELECT group_concat(role || name || coalesce(canonical_name, '') || kind || coalesce(country, ''), '; ')
            FROM (SELECT * FROM event_actor WHERE revision = event.current ORDER BY position)) IS NOT
            (SELECT group_concat(role || name || coalesce(canonical_name, '') || kind || coalesce(country, ''), '; ')
            FROM (SELECT * FROM current_actor AS actor WHERE actor.event = event.id AND actor.event_kind = event.kind
            AND actor.event_date IS event.date_start ORDER BY position))",
        "events whose current actors are not those of their current revision",
    ),
    (
        "SELECT count(*) FROM feed
            WHERE stories <> (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id)",
        "feeds whose count of stories is wrong",
    ),
    (
        "SELECT count(*) FROM event WHERE NOT EXISTS (SELECT 1 FROM report WHERE report.event = event.id)",
        "events that no report tells",
    ),
    (
        "SELECT count(*) FROM story WHERE NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.story = story.id)",
        "stories that no feed has shown",
    ),
    (
        "SELECT count(*) FROM story WHERE revision <>
            1 + (SELECT count(*) FROM story_revision WHERE story_revision.story = story.id)",
        "stories whose earlier texts are missing",
    ),
    (
        "SELECT count(*) FROM story WHERE same_as >= id",
        "copies that are older than what they copy",
    ),
    (
        "SELECT count(*) FROM event
            WHERE report_count <> (SELECT count(*) FROM report WHERE report.event = event.id
            AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE withdrawal.report = report.id)) AND report_count < 400",
        "events whose count of reports is wrong",
    ),
    (
        "SELECT (SELECT count(*) FROM story WHERE id <= (SELECT max(id) FROM story_search_docsize))
            <> (SELECT count(*) FROM story_search_docsize)",
        "story search out of step (INSERT INTO story_search (story_search) VALUES ('rebuild') mends it)",
    ),
    (
        "SELECT (SELECT count(*) FROM event_revision WHERE id <= (SELECT max(id) FROM event_search_docsize))
            <> (SELECT count(*) FROM event_search_docsize)",
        "event search out of step (INSERT INTO event_search (event_search) VALUES ('rebuild') mends it)",
    ),
];

const TABLES: &[&str] = &[
    "feed",
    "poll",
    "story",
    "story_revision",
    "sighting",
    "event",
    "event_revision",
    "event_actor",
    "current_actor",
    "report",
    "withdrawal",
    "truce",
];

const SCHEMA: &str = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";

/// Of each story the text that stands, and the first entry that showed it.
const UNREAD: &str = "SELECT story.id, feed.name, sighting.entry_key, sighting.link, story.url, story.title,
    story.summary, story.body, story.author, story.language, story.published_at,
    story.published_offset_minutes, story.updated_at, story.first_seen_at, story.published_day
    FROM story JOIN feed ON feed.id = story.feed
    JOIN sighting ON sighting.story = story.id AND sighting.feed = story.feed
    WHERE story.id > ?1 AND (story.extractor IS NULL OR story.extractor < ?2) AND story.published_day >= ?3
    GROUP BY story.id ORDER BY story.id LIMIT ?4";

const READ: &str = "UPDATE story SET extractor = ?2 WHERE id = ?1";
const REVISION: &str = "SELECT revision FROM story WHERE id = ?1";

impl Store {
    /// Copies the timeline as it stands, while it is written to; the copy is compact and complete in one file.
    pub fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(Error::Io { path: to.to_owned(), doing: "writing the backup", source });
        }
        let name = to.to_str().ok_or_else(|| Error::Value(format!("file name {}", to.display())))?;
        self.connection.execute("VACUUM INTO ?1", [name]).doing("writing the backup").map(drop)
    }

    /// Checks the file, its schema, its references and what must hold on the timeline. Reads everything: takes
    /// about a minute for every ten gigabytes.
    pub fn verify(&self) -> Result<Verified> {
        let what = "verifying the timeline";
        let mut found = Verified::default();
        let c = &self.connection;
        let mut integrity = c.prepare("PRAGMA integrity_check").doing(what)?;
        let lines = integrity.query_map([], |row| row.get::<_, String>(0)).doing(what)?;
        for line in lines {
            let line = line.doing(what)?;
            if line != "ok" {
                found.problems.push(format!("damaged file: {line}"));
            }
        }
        let mut orphans = c.prepare("PRAGMA foreign_key_check").doing(what)?;
        let orphans = orphans.query_map([], |row| row.get::<_, String>(0)).doing(what)?.count();
        if orphans > 0 {
            found.problems.push(format!("{orphans} rows refer to rows that do not exist"));
        }
        let expected = schema(&migrate::empty()?)?;
        let schema = schema(c)?;
        for (name, sql) in &expected {
            match schema.iter().find(|(n, _)| n == name) {
                None => found.problems.push(format!("{name} is missing from the schema")),
                Some((_, s)) if s != sql => found.problems.push(format!("{name} was altered in the schema")),
                Some(_) => {}
            }
        }
        for (sql, meaning) in CHECKS {
            let count: i64 = c.query_row(sql, [], |row| row.get(0)).doing(what)?;
            if count > 0 {
                found.problems.push(format!("{count} {meaning}"));
            }
        }
        for table in TABLES {
            let count =
                c.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).doing(what)?;
            found.counts.push(((*table).to_owned(), count));
        }
        Ok(found)
    }

    /// Stories that this version of the extractor has not read, published on or after `since`, in the order of
    /// their rows after `after`; at most `limit`.
    pub fn unread(
        &self,
        extractor: u32,
        since: Option<NaiveDate>,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Unread>> {
        let what = "looking for stories to read";
        let since = since.map(names::day).unwrap_or_default();
        let mut statement = self.connection.prepare_cached(UNREAD).doing(what)?;
        let mut rows = statement.query((after, extractor, since, limit as i64)).doing(what)?;
        let mut unread = Vec::new();
        while let Some(row) = rows.next().doing(what)? {
            unread.push(read_unread(row)?);
        }
        Ok(unread)
    }

    /// Places the events of stories that were read again: reports that say the same stay, others are withdrawn
    /// or added. Returns the events that changed. What is written is not read again, so a run that was stopped
    /// goes on where it was.
    pub fn reread(
        &mut self,
        readings: &[(Unread, Vec<Event>)],
        extractor: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<String>> {
        let changed = self.write(|c, memory| {
            let mut changed = Vec::new();
            for (Unread { id, story }, events) in readings {
                let revision = c
                    .prepare_cached(REVISION)
                    .and_then(|mut s| s.query_row([id], |row| row.get(0)))
                    .doing("reading a story's revision")?;
                let by_key = format!("{}\n{}", story.feed, story.key);
                let teller = Teller {
                    id: *id,
                    revision,
                    title: &story.title,
                    text: story.text(),
                    identity: story.url.as_deref().unwrap_or(&by_key),
                    extractor,
                    now,
                };
                let placed = events::place(c, &mut memory.lately, teller, events, false)?;
                changed.extend(placed.opened);
                changed.extend(placed.revised);
                c.prepare_cached(READ)
                    .and_then(|mut s| s.execute((id, extractor)))
                    .doing("noting that a story was read")?;
            }
            changed.sort();
            changed.dedup();
            Ok(changed)
        })?;
        self.behind |= !changed.is_empty();
        Ok(changed)
    }
}

fn schema(c: &Connection) -> Result<Vec<(String, String)>> {
    let what = "reading the schema";
    let mut statement = c.prepare(SCHEMA).doing(what)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).doing(what)
}

fn read_unread(row: &Row) -> Result<Unread> {
    let what = "reading a story";
    let published: Option<String> = row.get(10).doing(what)?;
    let offset: Option<i32> = row.get(11).doing(what)?;
    let published_at = match published {
        Some(text) => Some(with_offset(names::read_time(&text)?, offset.unwrap_or(0))),
        None => None,
    };
    let updated: Option<String> = row.get(12).doing(what)?;
    let story = Story {
        feed: row.get(1).doing(what)?,
        key: row.get(2).doing(what)?,
        link: row.get(3).doing(what)?,
        url: row.get(4).doing(what)?,
        title: row.get(5).doing(what)?,
        summary: row.get(6).doing(what)?,
        body: row.get(7).doing(what)?,
        author: row.get(8).doing(what)?,
        language: row.get(9).doing(what)?,
        published_at,
        updated_at: updated.map(|t| names::read_time(&t)).transpose()?.map(|t| with_offset(t, 0)),
        seen_at: names::read_time(&row.get::<_, String>(13).doing(what)?)?,
        published_day: names::read_day(&row.get::<_, String>(14).doing(what)?)?,
    };
    Ok(Unread { id: row.get(0).doing(what)?, story })
}

fn with_offset(at: DateTime<Utc>, minutes: i32) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(minutes.saturating_mul(60)) {
        Some(offset) => at.with_timezone(&offset),
        None => at.into(),
    }
}
