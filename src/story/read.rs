//! Entry to story: which date and which text win, and why.
//!
//! Owns the choice among what an entry offers. Leaves markup to `html`, addresses to `link`, and whether the
//! story is new to `dedup`.

use super::{Story, html};
use crate::feed::{Entry, Feed};
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;

/// A date further ahead than this is a clock or a typing error, not an embargo.
const AHEAD_MAX_HOURS: i64 = 36;
/// Longer texts are cut at a sentence's end: nobody writes news of this length.
const TEXT_MAX_BYTES: usize = 400_000;
const TITLE_MAX_BYTES: usize = 2_000;

/// Reads one entry. `now` stands in for a publication time that is missing or cannot be true.
pub fn read(feed: &Feed, entry: &Entry, now: DateTime<Utc>) -> Story {
    let title = cut(html::line(entry.title.as_deref().unwrap_or_default()), TITLE_MAX_BYTES);
    let (summary, body) = texts(entry);
    let published_at = believable(entry.published, now).or_else(|| believable(entry.updated, now));
    Story {
        feed: feed.name.clone(),
        key: entry.key.clone(),
        link: entry.link.clone(),
        url: entry.link.as_deref().and_then(super::link::canonical),
        title,
        summary,
        body,
        author: entry.author.as_deref().map(html::line).filter(|name| !name.is_empty()),
        language: feed.language.as_deref().map(str::to_owned).or_else(|| entry.language.clone()),
        published_at,
        updated_at: entry.updated,
        seen_at: now,
        published_day: publication_day(published_at.unwrap_or(now.fixed_offset()), feed.timezone),
    }
}

/// Summary and body as plain text. The longer of the two that an entry offers is the body; the body is left
/// empty where it says no more than the summary.
fn texts(entry: &Entry) -> (String, String) {
    let read = |markup: &Option<String>| {
        let mut text = html::text(markup.as_deref().unwrap_or_default());
        text.truncate(trim_teaser(&text).len());
        text
    };
    let (mut summary, mut body) = (read(&entry.summary), read(&entry.content));
    if body.len() < summary.len() {
        std::mem::swap(&mut summary, &mut body);
    }
    if summary.is_empty() || body == summary {
        return (cut(body, TEXT_MAX_BYTES), String::new());
    }
    (cut(summary, TEXT_MAX_BYTES), cut(body, TEXT_MAX_BYTES))
}

/// The beginning of a text: feeds end a shortened one with an invitation that is no part of it.
fn trim_teaser(text: &str) -> &str {
    const TEASERS: [&str; 8] = [
        "continue reading...",
        "continue reading…",
        "continue reading",
        "read more...",
        "read more…",
        "read more",
        "read full story",
        "full story",
    ];
    let trimmed = text.trim_end_matches([' ', '\n', '»', '>', '→']);
    for teaser in TEASERS {
        let Some(at) = trimmed.len().checked_sub(teaser.len()) else { continue };
        if trimmed.is_char_boundary(at) && trimmed[at..].eq_ignore_ascii_case(teaser) {
            let before = trimmed[..at].trim_end();
            if before.is_empty()
                || before.ends_with(['.', '…', '!', '?', ']', '”', '"', '’'])
                || trimmed[..at].ends_with('\n')
            {
                return before;
            }
        }
    }
    text.trim_end()
}

/// None for a time that lies ahead of the clock: it is not believed.
fn believable(time: Option<DateTime<FixedOffset>>, now: DateTime<Utc>) -> Option<DateTime<FixedOffset>> {
    time.filter(|time| *time <= now + Duration::hours(AHEAD_MAX_HOURS))
}

/// The day on which the publisher's own clock stood: an item stamped 01:30 UTC by a New York paper speaks of
/// the day before. The feed's configured zone wins over the offset that the item carries.
pub fn publication_day(published_at: DateTime<FixedOffset>, timezone: Option<Tz>) -> NaiveDate {
    match timezone {
        Some(zone) => published_at.with_timezone(&zone).date_naive(),
        None => published_at.date_naive(),
    }
}

/// At most `max` bytes, cut after a sentence or a word.
fn cut(text: String, max: usize) -> String {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let end = head.rfind(". ").map(|at| at + 1).or_else(|| head.rfind(' ')).unwrap_or(end);
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2022-12-05T12:00:00Z".parse().expect("a time")
    }

    fn feed(timezone: Option<Tz>) -> Feed {
        Feed { timezone, ..Feed::new("paper", "https://paper.example/feed".parse().expect("a URL")) }
    }

    fn at(text: &str) -> Option<DateTime<FixedOffset>> {
        Some(DateTime::parse_from_rfc3339(text).expect("a time"))
    }

    fn check_day(published: &str, zone: Option<Tz>, expected: &str) {
        let entry = Entry { published: at(published), ..Entry::default() };
        let story = read(&feed(zone), &entry, now());
        assert_eq!(story.published_day.to_string(), expected, "{published} in {zone:?}");
    }

    #[test]
    fn the_publication_day_is_the_publishers() {
        check_day("2022-12-04T01:30:00Z", None, "2022-12-04");
        check_day("2022-12-04T01:30:00Z", Some(chrono_tz::America::New_York), "2022-12-03");
        check_day("2022-12-04T23:30:00Z", Some(chrono_tz::Asia::Karachi), "2022-12-05");
        check_day("2022-12-03T20:30:00-05:00", None, "2022-12-03");
    }

    #[test]
    fn a_time_ahead_of_the_clock_is_not_believed() {
        let entry = Entry { published: at("2031-01-01T00:00:00Z"), ..Entry::default() };
        let story = read(&feed(None), &entry, now());
        assert_eq!((story.published_at, story.published_day.to_string()), (None, "2022-12-05".into()));
    }

    #[test]
    fn an_update_time_stands_in_for_a_missing_publication_time() {
        let entry = Entry { updated: at("2022-12-01T10:00:00Z"), ..Entry::default() };
        assert_eq!(read(&feed(None), &entry, now()).published_day.to_string(), "2022-12-01");
    }

    fn check_texts(summary: &str, content: &str, expected: (&str, &str)) {
        let entry =
            Entry { summary: Some(summary.into()), content: Some(content.into()), ..Entry::default() };
        let story = read(&feed(None), &entry, now());
        assert_eq!((story.summary.as_str(), story.body.as_str()), expected);
    }

    #[test]
    fn the_longer_text_is_the_body() {
        check_texts("Short.", "<p>Longer text.</p>", ("Short.", "Longer text."));
        check_texts("Quite a long text.", "Short.", ("Short.", "Quite a long text."));
        check_texts("Same.", "<p>Same.</p>", ("Same.", ""));
        check_texts("", "Only.", ("Only.", ""));
    }

    #[test]
    fn teasers_are_no_part_of_the_text() {
        check_texts("Troops left the town. Continue reading...", "", ("Troops left the town.", ""));
        check_texts("Pupils read more", "", ("Pupils read more", ""));
    }

    #[test]
    fn a_text_beyond_the_limit_ends_with_a_sentence() {
        let entry = Entry { summary: Some("Some words here. ".repeat(40_000)), ..Entry::default() };
        let story = read(&feed(None), &entry, now());
        assert!(story.summary.len() <= TEXT_MAX_BYTES && story.summary.ends_with('.'));
    }
}
