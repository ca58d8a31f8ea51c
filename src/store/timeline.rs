//! Readers of the timeline: what the command line shows, through the same public views that any SQL client
//! reads.
//!
//! Owns filters and rows. Leaves formats to `cli::timeline`.

use super::{Doing, Error, Result, Store, names};
use crate::event::identity::kilometres;
use chrono::{DateTime, Days, NaiveDate, Utc};
use rusqlite::{Row, ToSql};
use serde::Serialize;

/// One row of the view `timeline`, in the order of its columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineRow {
    pub event_id: String,
    pub kind: String,
    pub subtype: Option<String>,
    pub status: String,
    pub date_start: Option<String>,
    pub date_end: Option<String>,
    pub date_precision: String,
    pub place: Option<String>,
    pub admin1: Option<String>,
    pub country: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub source_actors: Option<String>,
    pub target_actors: Option<String>,
    pub killed: Option<u32>,
    pub injured: Option<u32>,
    pub occurrences: u32,
    pub summary: String,
    pub report_count: u32,
    pub story_count: u32,
    pub feed_count: u32,
    pub confidence: f64,
    pub plover: Option<String>,
    pub cameo: Option<String>,
    pub first_reported_at: String,
    pub last_reported_at: String,
}

impl TimelineRow {
    fn read(row: &Row) -> rusqlite::Result<TimelineRow> {
        Ok(TimelineRow {
            event_id: row.get(0)?,
            kind: row.get(1)?,
            subtype: row.get(2)?,
            status: row.get(3)?,
            date_start: row.get(4)?,
            date_end: row.get(5)?,
            date_precision: row.get(6)?,
            place: row.get(7)?,
            admin1: row.get(8)?,
            country: row.get(9)?,
            latitude: row.get(10)?,
            longitude: row.get(11)?,
            source_actors: row.get(12)?,
            target_actors: row.get(13)?,
            killed: row.get(14)?,
            injured: row.get(15)?,
            occurrences: row.get(16)?,
            summary: row.get(17)?,
            report_count: row.get(18)?,
            story_count: row.get(19)?,
            feed_count: row.get(20)?,
            confidence: row.get(21)?,
            plover: row.get(22)?,
            cameo: row.get(23)?,
            first_reported_at: row.get(24)?,
            last_reported_at: row.get(25)?,
        })
    }
}

/// Which events to read; filters combine, an empty filter is every event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Events that may have happened on or after this day.
    pub since: Option<NaiveDate>,
    /// Events that may have happened on or before this day.
    pub until: Option<NaiveDate>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Latitude, longitude (degrees) and distance (kilometres).
    pub near: Option<(f64, f64, f64)>,
    pub kinds: Vec<String>,
    /// `occurred`, `planned` or `retracted`.
    pub status: Option<String>,
    /// Part of an actor's name or canonical name, case ignored.
    pub actor: Option<String>,
    /// An FTS5 query over summary, place and actors.
    pub text: Option<String>,
    /// Independent sources.
    pub min_sources: Option<u32>,
    pub min_confidence: Option<f64>,
    /// Told by a story that was seen in this feed.
    pub feed: Option<String>,
    /// The timeline as it stood then.
    pub as_of: Option<DateTime<Utc>>,
    /// Only what was recorded after this revision.
    pub after_revision: Option<i64>,
    /// These events only.
    pub uids: Option<Vec<String>>,
    /// The latest so many.
    pub limit: Option<usize>,
}

/// Longest interval that a date can have: what `since` must look back for events under way.
const LONGEST_DAYS: i64 = 366;

/// Of today each event has one row; of a day in the past the revision is chosen that stood then.
const TODAY: &str = "(SELECT id AS event, current AS revision, event.* FROM event)";
const PAST: &str = "(SELECT event.uid, revision.id AS revision, revision.*
    FROM event_revision AS revision JOIN event ON event.id = revision.event)";

const SELECT: &str = "SELECT uid, kind, subtype, status, date_start, date_end, date_precision, place, admin1,
    country, latitude, longitude, source_actors, target_actors, killed, injured, occurrences, summary,
    report_count, story_count, feed_count, confidence, plover, cameo, first_reported_at, last_reported_at";

/// Every condition that a filter can set, with its parameter.
const AS_OF: &str = "revision = (SELECT max(id) FROM event_revision AS other
    WHERE other.event = shown.event AND other.recorded_at <= :as_of)";
const SINCE: &str = "date_start >= :since_start AND date_end >= :since";
const UNTIL: &str = "date_start <= :until";
const COUNTRY: &str = "country = :country";
const NEAR: &str = "latitude BETWEEN :south AND :north";
const KINDS: &str = "kind IN (SELECT value FROM json_each(:kinds))";
const STATUS: &str = "status = :status";
const ACTOR: &str = "revision IN (SELECT revision FROM event_actor
    WHERE name LIKE :actor ESCAPE '\\' OR canonical_name LIKE :actor ESCAPE '\\')";
const ACTOR_TODAY: &str = "event IN (SELECT event FROM current_actor
    WHERE name LIKE :actor ESCAPE '\\' OR canonical_name LIKE :actor ESCAPE '\\')";
const TEXT: &str = "revision IN (SELECT rowid FROM event_search WHERE event_search MATCH :text)";
/// An event is found by any of its revisions, and shown if that is the current one.
const TEXT_TODAY: &str = "event IN (SELECT event FROM event_revision
    WHERE id IN (SELECT rowid FROM event_search WHERE event_search MATCH :text))
    AND revision IN (SELECT rowid FROM event_search WHERE event_search MATCH :text)";
const MIN_SOURCES: &str = "source_count >= :min_sources";
const MIN_CONFIDENCE: &str = "confidence >= :min_confidence";
const FEED: &str = "event IN (SELECT report.event FROM report JOIN sighting ON sighting.story = report.story
    JOIN feed ON feed.id = sighting.feed WHERE feed.name = :feed)";
const AFTER: &str = "event IN (SELECT event FROM event_revision WHERE id > :after) AND revision > :after";
const UIDS: &str = "uid IN (SELECT value FROM json_each(:uids))";

/// The latest first, so that a limit keeps them; those without a date last.
const ORDER: &str = "ORDER BY date_start DESC, revision DESC LIMIT :limit";

const LAST_REVISION: &str = "SELECT coalesce(max(id), 0) FROM event_revision";

/// Each kind once, by leaps over the index.
const KINDS_THERE: &str = "WITH RECURSIVE there (kind) AS (
    SELECT min(kind) FROM event WHERE kind IS NOT NULL
    UNION ALL
    SELECT (SELECT min(kind) FROM event WHERE kind > there.kind) FROM there WHERE kind IS NOT NULL)
    SELECT kind FROM there WHERE kind IS NOT NULL";

const FEEDS_THERE: &str = "SELECT name FROM feed ORDER BY name";

/// Conditions and the values of their parameters, gathered.
#[derive(Default)]
struct Conditions {
    sql: Vec<&'static str>,
    values: Vec<(&'static str, Box<dyn ToSql>)>,
}

impl Conditions {
    fn add<V: ToSql + 'static>(&mut self, sql: &'static str, name: &'static str, value: Option<V>) {
        if let Some(value) = value {
            self.sql.push(sql);
            self.values.push((name, Box::new(value)));
        }
    }

    fn set(&mut self, name: &'static str, value: impl ToSql + 'static) {
        self.values.push((name, Box::new(value)));
    }
}

fn conditions(filter: &Filter) -> Conditions {
    let mut c = Conditions::default();
    let today = filter.as_of.is_none();
    c.add(AS_OF, ":as_of", filter.as_of.as_ref().map(names::time));
    c.add(SINCE, ":since", filter.since.map(names::day));
    if let Some(since) = filter.since {
        let earliest = since.checked_sub_days(Days::new(LONGEST_DAYS as u64)).unwrap_or(since);
        c.set(":since_start", names::day(earliest));
    }
    c.add(UNTIL, ":until", filter.until.map(names::day));
    c.add(COUNTRY, ":country", filter.country.as_ref().map(|c| c.to_ascii_uppercase()));
    if let Some((latitude, _, km)) = filter.near {
        let degrees = km / 110.0;
        c.add(NEAR, ":south", Some(latitude - degrees));
        c.set(":north", latitude + degrees);
    }
    let list = |l: &[String]| serde_json::to_string(l).unwrap_or_default();
    c.add(KINDS, ":kinds", (!filter.kinds.is_empty()).then(|| list(&filter.kinds)));
    c.add(STATUS, ":status", filter.status.clone());
    c.add(if today { ACTOR_TODAY } else { ACTOR }, ":actor", filter.actor.as_deref().map(like));
    c.add(if today { TEXT_TODAY } else { TEXT }, ":text", filter.text.clone());
    c.add(MIN_SOURCES, ":min_sources", filter.min_sources);
    c.add(MIN_CONFIDENCE, ":min_confidence", filter.min_confidence);
    c.add(FEED, ":feed", filter.feed.clone());
    c.add(AFTER, ":after", filter.after_revision);
    c.add(UIDS, ":uids", filter.uids.as_deref().map(list));
    // A circle is cut out of its band of latitude after reading, so the limit must wait.
    let limit = if filter.near.is_some() { None } else { filter.limit };
    c.set(":limit", limit.map_or(-1, |l| l as i64));
    c
}

/// A pattern that finds the text anywhere and nothing else.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

impl Store {
    /// The events that pass a filter, in the order of their dates; those without a date stand last, in the order
    /// in which they were recorded.
    pub fn timeline(&self, filter: &Filter) -> Result<Vec<TimelineRow>> {
        let what = "reading the timeline";
        let conditions = conditions(filter);
        let from = if filter.as_of.is_some() { PAST } else { TODAY };
        let passes = if conditions.sql.is_empty() { "true" } else { &conditions.sql.join(" AND ") };
        let sql = format!("{SELECT} FROM {from} AS shown WHERE {passes} {ORDER}");
        let values: Vec<(&str, &dyn ToSql)> =
            conditions.values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let mut statement = self.connection.prepare_cached(&sql).doing(what)?;
        let rows = statement.query_map(values.as_slice(), TimelineRow::read);
        let mut rows: Vec<TimelineRow> =
            rows.and_then(Iterator::collect).map_err(|source| match &filter.text {
                Some(text) if source.to_string().contains("fts5") => {
                    Error::Search { text: text.clone(), reason: source.to_string() }
                }
                _ => Error::Sql { doing: what, source },
            })?;
        if let Some((latitude, longitude, km)) = filter.near {
            rows.retain(|row| {
                row.latitude.zip(row.longitude).is_some_and(|at| kilometres(at, (latitude, longitude)) <= km)
            });
            rows.truncate(filter.limit.unwrap_or(usize::MAX));
        }
        rows.reverse();
        rows.sort_by_key(|row| row.date_start.is_none());
        Ok(rows)
    }

    /// The newest revision: what `Filter::after_revision` starts from.
    pub fn last_revision(&self) -> Result<i64> {
        self.connection.query_row(LAST_REVISION, [], |row| row.get(0)).doing("reading the timeline")
    }

    /// The kinds that stand on the timeline.
    pub fn kinds(&self) -> Result<Vec<String>> {
        self.words(KINDS_THERE)
    }

    /// The names of all feeds, also of removed ones.
    pub fn feed_names(&self) -> Result<Vec<String>> {
        self.words(FEEDS_THERE)
    }

    fn words(&self, sql: &str) -> Result<Vec<String>> {
        let what = "reading the timeline";
        let mut statement = self.connection.prepare_cached(sql).doing(what)?;
        statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).doing(what)
    }
}
