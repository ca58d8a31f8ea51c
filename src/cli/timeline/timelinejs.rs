//! The JSON of the TimelineJS viewer. Its texts are HTML there, so all that comes from stories is escaped.

use super::atom::escape;
use super::{headline, toll};
use crate::store::timeline::TimelineRow;
use serde_json::{Map, Value, json};

pub fn write(rows: &[TimelineRow]) -> String {
    let events: Vec<Value> = rows.iter().filter_map(slide).collect();
    format!("{}\n", json!({ "title": { "text": { "headline": "Timeline" } }, "events": events }))
}

/// None for an undated event: the viewer has no place for it.
fn slide(row: &TimelineRow) -> Option<Value> {
    let start = date(row.date_start.as_deref()?, &row.date_precision)?;
    let end = date(row.date_end.as_deref()?, &row.date_precision)?;
    let toll = toll(row);
    let text = if toll.is_empty() {
        format!("<p>{}</p>", escape(&row.summary))
    } else {
        format!("<p>{}</p><p>{toll}</p>", escape(&row.summary))
    };
    let mut slide = json!({
        "unique_id": row.event_id,
        "group": row.kind,
        "start_date": start,
        "text": { "headline": escape(&headline(row)), "text": text },
    });
    if row.date_start != row.date_end {
        slide["end_date"] = end;
    }
    Some(slide)
}

/// As exact as the event is known: a month has no day.
fn date(day: &str, precision: &str) -> Option<Value> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let mut date = Map::new();
    date.insert("year".into(), json!(parts.next()??));
    if precision != "year" {
        date.insert("month".into(), json!(parts.next()??));
        if precision != "month" {
            date.insert("day".into(), json!(parts.next()??));
        }
    }
    Some(Value::Object(date))
}
