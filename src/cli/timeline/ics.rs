//! A calendar (RFC 5545): one all-day entry a dated event. Undated events have no place in a calendar.

use super::{headline, toll};
use crate::store::timeline::TimelineRow;
use chrono::{Days, NaiveDate};

/// Octets of a line before it must be folded.
const LINE_MAX: usize = 75;

pub fn write(rows: &[TimelineRow]) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dateline//timeline//EN", "CALSCALE:GREGORIAN"] {
        line(&mut out, text);
    }
    for row in rows {
        entry(&mut out, row);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn entry(out: &mut String, row: &TimelineRow) {
    let day = |text: &Option<String>| text.as_deref().and_then(|d| d.parse::<NaiveDate>().ok());
    let (Some(start), Some(end)) = (day(&row.date_start), day(&row.date_end)) else { return };
    // The end of an all-day entry is the day after its last.
    let end = end.checked_add_days(Days::new(1)).unwrap_or(end);
    let stamp: String = row.last_reported_at.chars().filter(char::is_ascii_alphanumeric).collect();
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}@dateline", escape(&row.event_id)));
    line(out, &format!("DTSTAMP:{stamp}"));
    line(out, &format!("DTSTART;VALUE=DATE:{}", start.format("%Y%m%d")));
    line(out, &format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")));
    line(out, &format!("SUMMARY:{}", escape(&headline(row))));
    let toll = toll(row);
    let separator = if toll.is_empty() { "" } else { "\n" };
    line(out, &format!("DESCRIPTION:{}", escape(&format!("{}{separator}{toll}", row.summary))));
    if let Some(place) = &row.place {
        line(out, &format!("LOCATION:{}", escape(place)));
    }
    if let Some((latitude, longitude)) = row.latitude.zip(row.longitude) {
        line(out, &format!("GEO:{latitude:.6};{longitude:.6}"));
    }
    line(out, &format!("CATEGORIES:{}", escape(&row.kind)));
    line(
        out,
        if row.status == "planned" {
            "STATUS:TENTATIVE"
        } else if row.status == "retracted" {
            "STATUS:CANCELLED"
        } else {
            "STATUS:CONFIRMED"
        },
    );
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// Text of a property value: one line, with its separators escaped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// One content line, folded between characters.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for letter in text.chars() {
        if octets + letter.len_utf8() > LINE_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_begins_a_line_of_its_own(text in any::<String>()) {
            let mut out = String::new();
            line(&mut out, &format!("SUMMARY:{}", escape(&text)));
            for part in out.trim_end_matches("\r\n").split("\r\n") {
                prop_assert!(part.len() <= LINE_MAX);
                prop_assert!(part.starts_with("SUMMARY:") || part.starts_with(' '));
                prop_assert!(!part.contains(['\r', '\n']));
            }
            let unfolded = out.replace("\r\n ", "");
            prop_assert_eq!(unfolded.trim_end_matches("\r\n"), format!("SUMMARY:{}", escape(&text)));
        }
    }
}
