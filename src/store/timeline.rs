//! Readers of the timeline: what the command line shows, through the same public views that any SQL client
//! reads.
//!
//! Owns filters and rows. Leaves formats to `cli::timeline`.

use super::{Doing, Result, Store};
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

/// The columns of the view, in its order.
pub const COLUMNS: &str =
    "event_id, kind, subtype, status, date_start, date_end, date_precision, place, admin1,
    country, latitude, longitude, source_actors, target_actors, killed, injured, occurrences, summary,
    report_count, story_count, feed_count, confidence, plover, cameo, first_reported_at, last_reported_at";

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
    /// Events that may have happened on or after this day, `YYYY-MM-DD`.
    pub since: Option<String>,
    /// Events that may have happened on or before this day.
    pub until: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub kind: Option<String>,
    pub status: Option<String>,
    /// Part of an actor's name, or a canonical name.
    pub actor: Option<String>,
    pub min_confidence: Option<f64>,
    /// These events only.
    pub uids: Option<Vec<String>>,
    pub limit: Option<usize>,
}

impl Store {
    /// The events that pass a filter, by date; undated ones stand last, by when they were first reported.
    pub fn timeline(&self, filter: &Filter) -> Result<Vec<TimelineRow>> {
        let mut conditions: Vec<&str> = vec!["1"];
        let mut values: Vec<(&str, &dyn ToSql)> = Vec::new();
        let uids = filter.uids.as_ref().map(|u| serde_json::to_string(u).unwrap_or_default());
        let actor = filter.actor.as_ref().map(|a| format!("%{}%", a.replace(['%', '_'], "")));
        let limit = filter.limit.map_or(-1, |l| l as i64);
        macro_rules! when {
            ($option:expr, $name:literal, $condition:literal) => {
                if let Some(value) = &$option {
                    conditions.push($condition);
                    values.push(($name, value));
                }
            };
        }
        when!(filter.since, ":since", "date_end >= :since");
        when!(filter.until, ":until", "date_start <= :until");
        when!(filter.country, ":country", "country = :country");
        when!(filter.kind, ":kind", "kind = :kind");
        when!(filter.status, ":status", "status = :status");
        when!(
            actor,
            ":actor",
            "event_id IN (SELECT event_id FROM timeline_actor
            WHERE name LIKE :actor OR canonical_name LIKE :actor)"
        );
        when!(filter.min_confidence, ":confidence", "confidence >= :confidence");
        when!(uids, ":uids", "event_id IN (SELECT value FROM json_each(:uids))");
        values.push((":limit", &limit));
        let sql = format!(
            "SELECT {COLUMNS} FROM timeline WHERE {}
            ORDER BY date_start IS NULL, date_start, first_reported_at, event_id LIMIT :limit",
            conditions.join(" AND ")
        );
        let what = "reading the timeline";
        let mut statement = self.connection.prepare_cached(&sql).doing(what)?;
        let rows = statement.query_map(values.as_slice(), TimelineRow::read);
        rows.and_then(Iterator::collect).doing(what)
    }
}
