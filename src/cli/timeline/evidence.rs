//! An event with the sentences that say so.

use super::super::style::line;
use super::{headline, table, toll};
use crate::store::evidence::ReportRow;
use crate::store::timeline::TimelineRow;
use serde_json::{Value, json};
use std::fmt::Write;

/// The row as one JSON object, with its reports where they are asked for.
pub fn json(row: &TimelineRow, reports: Option<&[ReportRow]>) -> String {
    let mut object = serde_json::to_value(row).unwrap_or(Value::Null);
    if let (Value::Object(map), Some(reports)) = (&mut object, reports) {
        map.insert("reports".to_owned(), json!(reports));
    }
    object.to_string()
}

/// A paragraph for people.
pub fn describe(row: &TimelineRow, reports: &[ReportRow]) -> String {
    let mut text = format!("{}  {}", table::date(row), headline(row));
    let toll = toll(row);
    if !toll.is_empty() {
        let _ = write!(text, "; {toll}");
    }
    let _ = writeln!(text, "  [{}, confidence {:.2}]", row.event_id, row.confidence);
    for report in reports {
        let told = report.published_at.as_deref().unwrap_or(&report.recorded_at);
        let day = told.get(..10).unwrap_or(told);
        let withdrawn =
            report.withdrawn.as_ref().map(|why| format!(" (withdrawn: {why})")).unwrap_or_default();
        let _ = writeln!(text, "    {day} {}: {}{withdrawn}", line(&report.feed), line(&report.title));
        let _ = writeln!(text, "      \"{}\"", line(&report.quote));
        if let Some(url) = &report.url {
            let _ = writeln!(text, "      {}", line(url));
        }
    }
    text
}
