//! The timeline as a table that fits the terminal.

use super::super::style;
use super::toll;
use crate::store::timeline::TimelineRow;
use comfy_table::{Color, Table};

/// One row an event, in the order given.
pub fn table(rows: &[TimelineRow]) -> Table {
    let mut table = style::table(&["date", "what", "where", "who", "toll", "told by", "in words", "event"]);
    for row in rows {
        table.add_row(vec![
            style::cell(date(row)),
            style::coloured(what(row), color(row)),
            style::cell(place(row)),
            style::cell(who(row)),
            style::cell(toll(row)),
            style::cell(told_by(row)),
            style::cell(&row.summary),
            style::cell(&row.event_id),
        ]);
    }
    table
}

fn color(row: &TimelineRow) -> Color {
    match (row.status.as_str(), row.kind.as_str()) {
        ("retracted", _) => Color::Grey,
        ("planned", _) => Color::Cyan,
        (_, "attack" | "abduction" | "capture") => Color::Red,
        (_, "ceasefire" | "agreement" | "release" | "aid" | "withdrawal") => Color::Green,
        _ => Color::Yellow,
    }
}

/// As exact as it is known: a day, a span of days, a month, a year.
pub fn date(row: &TimelineRow) -> String {
    let (Some(start), Some(end)) = (&row.date_start, &row.date_end) else { return "undated".to_owned() };
    match row.date_precision.as_str() {
        "month" if start.get(..7) == end.get(..7) => start.get(..7).unwrap_or(start).to_owned(),
        "year" if start.get(..4) == end.get(..4) => start.get(..4).unwrap_or(start).to_owned(),
        _ if start == end => start.clone(),
        _ => format!("{start} to {end}"),
    }
}

fn what(row: &TimelineRow) -> String {
    let mut what = row.kind.clone();
    if let Some(subtype) = &row.subtype {
        what.push_str(&format!(" ({subtype})"));
    }
    if row.occurrences > 1 {
        what.push_str(&format!(" x{}", row.occurrences));
    }
    if row.status != "occurred" {
        what.push_str(&format!(", {}", row.status));
    }
    what
}

fn place(row: &TimelineRow) -> String {
    let parts = [&row.place, &row.country].into_iter().flatten().map(String::as_str);
    parts.collect::<Vec<_>>().join(", ")
}

fn who(row: &TimelineRow) -> String {
    match (&row.source_actors, &row.target_actors) {
        (Some(source), Some(target)) => format!("{source} > {target}"),
        (Some(source), None) => source.clone(),
        (None, Some(target)) => format!("> {target}"),
        (None, None) => String::new(),
    }
}

fn told_by(row: &TimelineRow) -> String {
    let plural = |n: u32, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    match (row.story_count, row.feed_count) {
        (0, _) => "nobody any more".to_owned(),
        (1, _) => "1 story".to_owned(),
        (n, feeds) => format!("{n} stories, {}", plural(feeds, "feed")),
    }
}
