//! `dateline explain-event`: why the timeline shows an event as it does: which stories tell it, in which words,
//! what each says, why it was taken for the same event, and how the account grew.
//!
//! Owns how the evidence is laid out. Leaves its reading to `store::evidence` and the decisions, which are kept
//! with the reports, to `event::identity`.

use super::style::line;
use super::{DatabaseOption, Exit, fail};
use crate::store::Store;
use crate::store::evidence::{HistoryRow, ReportRow};
use clap::Args;
use std::fmt::Write;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The event's id, as `timeline` shows it
    #[arg(value_name = "UID")]
    event: String,
    /// One JSON object with the reports and the history, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseOption,
}

pub fn run(arguments: Arguments) -> Exit {
    match explain(&arguments) {
        Ok(text) => {
            print!("{text}");
            Exit::Fine
        }
        Err(message) => fail(message),
    }
}

fn explain(arguments: &Arguments) -> Result<String, String> {
    let path = arguments.database.path()?;
    let store = Store::open_reader(&path).map_err(|e| e.to_string())?;
    let uid = arguments.event.trim();
    let reports = store.reports(uid).map_err(|e| e.to_string())?;
    let history = store.history(uid).map_err(|e| e.to_string())?;
    if arguments.json {
        let object = serde_json::json!({ "event_id": uid, "reports": reports, "history": history });
        return Ok(format!("{object}\n"));
    }
    Ok(lay_out(uid, &reports, &history))
}

fn lay_out(uid: &str, reports: &[ReportRow], history: &[HistoryRow]) -> String {
    let mut out = format!("event {}\n", line(uid));
    if let Some(now) = history.last() {
        field(&mut out, 2, "believed", &believed(now));
        field(
            &mut out,
            2,
            "told by",
            &format!("{} reports of {} independent sources", now.report_count, now.source_count),
        );
        field(&mut out, 2, "sure", &format!("{:.2}", now.confidence));
        field(&mut out, 2, "summary", &now.summary);
    }
    for (number, report) in (1..).zip(reports) {
        let _ = writeln!(out, "\nreport {number}: {}: {}", line(&report.feed), line(&report.title));
        tell(&mut out, report);
    }
    let _ = writeln!(out, "\nhistory");
    for row in history {
        let by = match (&row.feed, &row.title) {
            (Some(feed), Some(title)) => format!("  ({}: {})", line(feed), line(title)),
            _ => String::new(),
        };
        let _ = writeln!(out, "  {}  {}{by}", row.recorded_at, line(&row.change));
    }
    out
}

/// Columns of a field's name.
const NAME_WIDTH: usize = 10;

fn field(out: &mut String, indent: usize, name: &str, value: &str) {
    let _ = writeln!(out, "{:indent$}{name:<NAME_WIDTH$}{}", "", line(value));
}

fn tell(out: &mut String, report: &ReportRow) {
    let told = report.published_at.as_deref().unwrap_or(&report.recorded_at);
    field(out, 2, "told", told);
    let mut says = vec![report.kind.clone(), report.status.clone()];
    says.push(days(report.date_start.as_deref(), report.date_end.as_deref()));
    says.extend(place(report.place.as_deref(), report.country.as_deref()));
    says.extend(toll(report.killed, report.injured));
    says.push(format!("confidence {:.2}", report.confidence));
    field(out, 2, "says", &says.join(", "));
    let at = format!("{} {}..{}", report.field, report.quote_start, report.quote_end);
    field(out, 2, "in words", &format!("\"{}\" [{at}]", line(&report.quote)));
    if let Some(url) = &report.url {
        field(out, 2, "link", url);
    }
    if let Some(first) = report.same_as {
        field(out, 2, "copy", &format!("of story {first}, so it is no source of its own"));
    }
    decision(out, &report.decision);
    if let Some(why) = &report.withdrawn {
        let why = match why.as_str() {
            "edited" => "the paper edited the claim away",
            "reread" => "a later extractor does not find it",
            "merged" => "its event turned out to be another, which tells it now",
            other => other,
        };
        field(out, 2, "withdrawn", why);
    }
}

/// The verdict, and below it each reason with its weight in a column.
fn decision(out: &mut String, decision: &str) {
    let (verdict, reasons) = decision.split_once(": ").unwrap_or((decision, ""));
    field(out, 2, "placed", verdict);
    for reason in reasons.split("; ").filter(|r| !r.is_empty()) {
        let (why, weight) = match reason.rsplit_once(' ') {
            Some((why, weight)) if weight.parse::<f32>().is_ok() => (why, weight),
            _ => (reason, ""),
        };
        let _ = writeln!(out, "{:indent$}{weight:>4}  {}", "", line(why), indent = 2 + NAME_WIDTH);
    }
}

fn believed(row: &HistoryRow) -> String {
    let mut parts = vec![row.status.clone(), days(row.date_start.as_deref(), row.date_end.as_deref())];
    parts.extend(row.place.clone());
    parts.extend(toll(row.killed, row.injured));
    if let (Some(low), Some(high)) = (row.killed_low, row.killed_high)
        && low != high
    {
        parts.push(format!("reports of the killed range from {low} to {high}"));
    }
    parts.join(", ")
}

fn days(start: Option<&str>, end: Option<&str>) -> String {
    match (start, end) {
        (Some(start), Some(end)) if start == end => start.to_owned(),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        _ => "undated".to_owned(),
    }
}

fn place(name: Option<&str>, country: Option<&str>) -> Option<String> {
    match (name, country) {
        (Some(name), Some(country)) => Some(format!("{name} ({country})")),
        (name, country) => name.or(country).map(str::to_owned),
    }
}

fn toll(killed: Option<u32>, injured: Option<u32>) -> impl Iterator<Item = String> {
    [killed.map(|n| format!("{n} killed")), injured.map(|n| format!("{n} injured"))].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_in_columns() {
        let mut out = String::new();
        decision(
            &mut out,
            "joined at 2.3: both bombing +0.4; kindred subtypes; told days apart, without a date -0.4",
        );
        let expected = "  placed    joined at 2.3\n\
            \x20           +0.4  both bombing\n\
            \x20                 kindred subtypes\n\
            \x20           -0.4  told days apart, without a date\n";
        assert_eq!(out, expected);
    }

    #[test]
    fn a_verdict_without_reasons_stands_alone() {
        let mut out = String::new();
        decision(&mut out, "new; no event of its kind, time and place");
        assert_eq!(out, "  placed    new; no event of its kind, time and place\n");
    }
}
