//! The evidence behind the timeline: which stories tell an event, in which words, and how its account changed.
//!
//! Owns the readers of reports and revisions. Leaves the timeline itself to `timeline`.

use super::{Doing, Error, Result, Store};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

/// One telling of an event by one story.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportRow {
    pub event_id: String,
    pub story_id: i64,
    pub feed: String,
    pub published_at: Option<String>,
    pub title: String,
    pub url: Option<String>,
    pub kind: String,
    pub status: String,
    pub date_start: Option<String>,
    pub date_end: Option<String>,
    pub date_precision: String,
    pub place: Option<String>,
    pub country: Option<String>,
    pub killed: Option<u32>,
    pub injured: Option<u32>,
    pub quote: String,
    pub confidence: f64,
    /// `title` or `text`: where the quote stands, in characters.
    pub field: String,
    pub quote_start: i64,
    pub quote_end: i64,
    pub recorded_at: String,
    /// The story whose copy this one is.
    pub same_as: Option<i64>,
    /// Why it joined the event, or opened it.
    pub decision: String,
    /// Set where the report no longer stands, with the reason.
    pub withdrawn: Option<String>,
}

/// One state of an event's account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryRow {
    pub recorded_at: String,
    pub change: String,
    pub status: String,
    pub date_start: Option<String>,
    pub date_end: Option<String>,
    pub place: Option<String>,
    pub killed: Option<u32>,
    pub killed_low: Option<u32>,
    pub killed_high: Option<u32>,
    pub injured: Option<u32>,
    pub report_count: u32,
    pub source_count: u32,
    pub confidence: f64,
    pub summary: String,
    pub feed: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
}

const REPORTS: &str = "SELECT event.uid, report.story, feed.name, story.published_at, story.title, story.url,
    report.kind, report.status, report.date_start, report.date_end, report.date_precision, report.place,
    report.country, report.killed, report.injured, report.quote, report.confidence, report.field,
    report.quote_start, report.quote_end, report.recorded_at, story.same_as, report.decision, withdrawal.reason
    FROM report JOIN event ON event.id = report.event JOIN story ON story.id = report.story
    JOIN feed ON feed.id = story.feed LEFT JOIN withdrawal ON withdrawal.report = report.id
    WHERE event.uid = ?1 ORDER BY report.id";

const HISTORY: &str = "SELECT recorded_at, change, status, date_start, date_end, place, killed, killed_low,
    killed_high, injured, report_count, source_count, confidence, summary, feed, title, url
    FROM timeline_history WHERE event_id = ?1 ORDER BY revision";

const EXISTS: &str = "SELECT 1 FROM event WHERE uid = ?1";

impl Store {
    /// Every report of an event in the order in which they came, with those that no longer stand.
    pub fn reports(&self, uid: &str) -> Result<Vec<ReportRow>> {
        rows(&self.connection, REPORTS, uid, read_report)
    }

    /// What was believed of an event, and when, the oldest first.
    pub fn history(&self, uid: &str) -> Result<Vec<HistoryRow>> {
        rows(&self.connection, HISTORY, uid, read_history)
    }
}

fn rows<T>(c: &Connection, sql: &str, uid: &str, read: fn(&Row) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    let what = "reading the evidence";
    let known =
        c.prepare_cached(EXISTS).and_then(|mut s| s.query_row([uid], |_| Ok(())).optional()).doing(what)?;
    if known.is_none() {
        return Err(Error::NoEvent(uid.to_owned()));
    }
    let mut statement = c.prepare_cached(sql).doing(what)?;
    statement.query_map([uid], read).and_then(Iterator::collect).doing(what)
}

fn read_report(row: &Row) -> rusqlite::Result<ReportRow> {
    Ok(ReportRow {
        event_id: row.get(0)?,
        story_id: row.get(1)?,
        feed: row.get(2)?,
        published_at: row.get(3)?,
        title: row.get(4)?,
        url: row.get(5)?,
        kind: row.get(6)?,
        status: row.get(7)?,
        date_start: row.get(8)?,
        date_end: row.get(9)?,
        date_precision: row.get(10)?,
        place: row.get(11)?,
        country: row.get(12)?,
        killed: row.get(13)?,
        injured: row.get(14)?,
        quote: row.get(15)?,
        confidence: row.get(16)?,
        field: row.get(17)?,
        quote_start: row.get(18)?,
        quote_end: row.get(19)?,
        recorded_at: row.get(20)?,
        same_as: row.get(21)?,
        decision: row.get(22)?,
        withdrawn: row.get(23)?,
    })
}

fn read_history(row: &Row) -> rusqlite::Result<HistoryRow> {
    Ok(HistoryRow {
        recorded_at: row.get(0)?,
        change: row.get(1)?,
        status: row.get(2)?,
        date_start: row.get(3)?,
        date_end: row.get(4)?,
        place: row.get(5)?,
        killed: row.get(6)?,
        killed_low: row.get(7)?,
        killed_high: row.get(8)?,
        injured: row.get(9)?,
        report_count: row.get(10)?,
        source_count: row.get(11)?,
        confidence: row.get(12)?,
        summary: row.get(13)?,
        feed: row.get(14)?,
        title: row.get(15)?,
        url: row.get(16)?,
    })
}
