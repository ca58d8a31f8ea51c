//! A timeline to write into: its file, its feeds, stories as their papers publish them, and polls that bring them.
//!
//! Leaves what the stories tell to those who use it.

use chrono::{DateTime, Utc};
use dateline::feed::{Feed, Learned};
use dateline::store::{Added, Outcome, PollRecord, Reading, Store};
use dateline::story::Story;
use std::path::Path;

/// Opens the file to write; it knows these feeds.
pub fn open<'a>(path: &Path, feeds: impl IntoIterator<Item = &'a str>) -> Store {
    let mut store = Store::open_writer(path).expect("a file to write");
    let address = |name: &str| format!("https://{name}.example/rss.xml").parse().expect("an address");
    let feeds: Vec<Feed> = feeds.into_iter().map(|name| Feed::new(name, address(name))).collect();
    store.sync_feeds(&feeds).expect("feeds");
    store
}

/// A story without a body, published when seen.
pub fn story(feed: &str, path: &str, title: &str, text: &str, at: DateTime<Utc>) -> Story {
    let url = format!("https://{feed}.example/{path}");
    Story {
        feed: feed.into(),
        key: url.clone(),
        link: Some(url.clone()),
        url: Some(url),
        title: title.into(),
        summary: text.into(),
        body: String::new(),
        author: None,
        language: Some("en".into()),
        published_at: Some(at.into()),
        updated_at: None,
        seen_at: at,
        published_day: at.date_naive(),
    }
}

/// Commits what one poll brought.
pub fn commit(
    store: &mut Store,
    feed: &str,
    at: DateTime<Utc>,
    learned: &Learned,
    readings: &[Reading],
) -> Added {
    let poll = PollRecord {
        feed,
        started_at: at,
        outcome: Outcome::Fresh,
        status: Some(200),
        bytes: 0,
        entries: readings.len(),
        milliseconds: 0,
        error: None,
        learned,
    };
    store.commit(&poll, readings, 1, at).expect("a commit")
}
