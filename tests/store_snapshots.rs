//! Feeds polled again and again: every item is one story, edits are revisions, items that come back are not new.
//! Measured on successive snapshots of real feeds that are not part of the project; skipped where absent.

use chrono::{DateTime, NaiveDateTime, Utc};
use dateline::feed::parse::{self, Limits};
use dateline::feed::{Feed, Learned};
use dateline::store::{Outcome, PollRecord, Reading, Store};
use dateline::story::read;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("shared"));
    named.into_iter().chain(above).find(|p| p.is_dir())
}

/// Snapshots of all series in the order of time: series, when, file.
fn snapshots() -> Option<Vec<(String, DateTime<Utc>, PathBuf)>> {
    let mut snapshots = Vec::new();
    for series in std::fs::read_dir(shared()?.join("feeds/snap")).ok()? {
        let series = series.ok()?;
        let name = series.file_name().to_string_lossy().into_owned();
        for file in std::fs::read_dir(series.path()).ok()? {
            let file = file.ok()?;
            let stem = file.file_name().to_string_lossy().into_owned();
            let digits: String = stem.chars().filter(char::is_ascii_digit).take(14).collect();
            let at = NaiveDateTime::parse_from_str(&digits, "%Y%m%d%H%M%S").ok()?.and_utc();
            snapshots.push((name.clone(), at, file.path()));
        }
    }
    snapshots.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    Some(snapshots)
}

#[test]
fn items_of_successive_snapshots_are_stored_once() {
    let Some(snapshots) = snapshots() else {
        eprintln!("skipped: no shared feeds");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let mut store = Store::open_writer(&path).unwrap();
    let mut feeds: BTreeMap<String, Feed> = BTreeMap::new();
    for (series, ..) in &snapshots {
        let url = format!("https://{}.example/rss", series.replace('_', "-")).parse().unwrap();
        feeds.insert(series.clone(), Feed::new(series, url));
    }
    store.sync_feeds(&feeds.values().cloned().collect::<Vec<_>>()).unwrap();
    // The rule, checked by hand on samples: in these feeds every article has one canonical address, whatever its
    // ids and titles do meanwhile (one outlet counts its ids up, one repeats items within a document).
    let mut distinct: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (series, at, file) in &snapshots {
        let feed = &feeds[series];
        let parsed =
            parse::read(&std::fs::read(file).unwrap(), None, Some(&feed.url), Limits::default()).unwrap();
        let stories: Vec<_> = parsed.entries.iter().map(|e| read::read(feed, e, *at)).collect();
        let addresses = distinct.entry(series).or_default();
        addresses.extend(stories.iter().map(|s| s.url.clone().expect("an address")));
        let learned = Learned::default();
        let poll = PollRecord {
            feed: series,
            started_at: *at,
            outcome: Outcome::Fresh,
            status: Some(200),
            bytes: 0,
            entries: stories.len(),
            milliseconds: 0,
            error: None,
            learned: &learned,
        };
        let readings: Vec<Reading> = stories.into_iter().map(|s| Reading::new(s, None)).collect();
        store.commit(&poll, &readings, 1, *at).unwrap();
        let again = store.commit(&poll, &readings, 1, *at).unwrap();
        assert_eq!((again.new_stories, again.revised_stories), (0, 0), "{series} {at}: the same poll again");
    }
    let reader = rusqlite::Connection::open(&path).unwrap();
    let count = |sql: &str, series: &str| reader.query_row(sql, [series], |r| r.get::<_, i64>(0)).unwrap();
    for (series, addresses) in &distinct {
        let stories = count(
            "SELECT count(DISTINCT story) FROM sighting JOIN feed ON feed.id = sighting.feed WHERE feed.name = ?1",
            series,
        );
        let revisions = count(
            "SELECT count(*) FROM story_revision JOIN story ON story.id = story_revision.story
            JOIN feed ON feed.id = story.feed WHERE feed.name = ?1",
            series,
        );
        eprintln!("{series}: {} addresses, {stories} stories, {revisions} revisions", addresses.len());
        assert_eq!(stories, addresses.len() as i64, "{series}");
        if series.starts_with("wiki") {
            assert!(revisions >= 5, "items edited in place are revisions");
        }
    }
}
