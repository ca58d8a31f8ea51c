//! A feed of the timeline (RFC 4287), the latest news first.

use super::{headline, toll};
use crate::store::timeline::TimelineRow;

/// The `updated` of a feed without entries: the element is required, and any fixed time keeps the output stable.
const NEVER: &str = "1970-01-01T00:00:00Z";
/// Entry identities are tag URIs (RFC 4151) under a name that no one can own (RFC 2606).
const TAG: &str = "tag:dateline.invalid,2024";

pub fn write(rows: &[TimelineRow]) -> String {
    let mut rows: Vec<&TimelineRow> = rows.iter().collect();
    rows.sort_by(|a, b| b.last_reported_at.cmp(&a.last_reported_at));
    let updated = rows.first().map_or(NEVER, |row| row.last_reported_at.as_str());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xmlns:georss=\"http://www.georss.org/georss\">\n<title>Timeline</title>\n<id>{TAG}:timeline</id>\n\
         <updated>{}</updated>\n<author><name>dateline</name></author>\n",
        escape(updated)
    );
    for row in rows {
        entry(&mut out, row);
    }
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, row: &TimelineRow) {
    let when = row.date_start.as_deref().map_or_else(String::new, |day| format!("{day}: "));
    let toll = toll(row);
    let toll = if toll.is_empty() { toll } else { format!(" ({toll})") };
    let mut add = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    add("<entry>".into());
    add(format!("<title>{}</title>", escape(&format!("{when}{}{toll}", headline(row)))));
    add(format!("<id>{TAG}:event/{}</id>", escape(&row.event_id)));
    add(format!("<published>{}</published>", escape(&row.first_reported_at)));
    add(format!("<updated>{}</updated>", escape(&row.last_reported_at)));
    add(format!("<category term=\"{}\"/>", escape(&row.kind)));
    add(format!("<summary>{}</summary>", escape(&row.summary)));
    if let Some((latitude, longitude)) = row.latitude.zip(row.longitude) {
        add(format!("<georss:point>{latitude} {longitude}</georss:point>"));
    }
    add("</entry>".into());
}

/// Text for an element or an attribute; characters that XML 1.0 does not allow are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{FFFE}' | '\u{FFFF}' => {}
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_becomes_markup(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let xml = format!("<a b=\"{escaped}\">{escaped}</a>");
            let mut reader = quick_xml::Reader::from_str(&xml);
            let mut elements = 0;
            loop {
                match reader.read_event().expect("well-formed") {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(_) => elements += 1,
                    _ => {}
                }
            }
            prop_assert_eq!(elements, 1);
        }
    }
}
