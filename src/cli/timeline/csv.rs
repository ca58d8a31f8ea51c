//! Comma-separated values (RFC 4180), safe to open in a spreadsheet: no cell that comes from a story can become
//! a formula.

use crate::store::timeline::TimelineRow;
use serde_json::Value;

pub fn write(rows: &[TimelineRow]) -> String {
    let header = COLUMNS.join(",");
    let mut out = format!("{header}\r\n");
    for row in rows {
        let object = serde_json::to_value(row).unwrap_or(Value::Null);
        let cells: Vec<String> = COLUMNS.iter().map(|column| cell(&object[*column])).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// The columns of the view `timeline`.
const COLUMNS: [&str; 26] = [
    "event_id",
    "kind",
    "subtype",
    "status",
    "date_start",
    "date_end",
    "date_precision",
    "place",
    "admin1",
    "country",
    "latitude",
    "longitude",
    "source_actors",
    "target_actors",
    "killed",
    "injured",
    "occurrences",
    "summary",
    "report_count",
    "story_count",
    "feed_count",
    "confidence",
    "plover",
    "cameo",
    "first_reported_at",
    "last_reported_at",
];

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => quote(&defuse(text)),
        number => number.to_string(),
    }
}

/// Spreadsheets read a cell that begins with one of these as a formula, also after spaces; an apostrophe
/// makes it text.
fn defuse(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    match clean.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠') => format!("'{clean}"),
        _ if clean.starts_with(['\t', '\n']) => format!("'{clean}"),
        _ => clean,
    }
}

fn quote(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The cells of one record, as a reader of RFC 4180 sees them.
    fn parse(line: &str) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                letter => cell.push(letter),
            }
        }
        cells.push(cell);
        assert!(!quoted, "an open quote: {line}");
        cells
    }

    #[test]
    fn formulas_become_text() {
        for text in ["=1+1", "@SUM(A1)", " =cmd", "-2+3", "\t=1", "＝1"] {
            assert!(defuse(text).starts_with('\''), "{text}");
        }
        assert_eq!(defuse("a = b"), "a = b");
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_cell(texts in proptest::collection::vec(any::<String>(), 1..5)) {
            let line = texts.iter().map(|t| quote(&defuse(t))).collect::<Vec<_>>().join(",");
            let cells = parse(&line);
            prop_assert_eq!(cells.len(), texts.len());
            for cell in cells {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']));
            }
        }
    }
}
