//! Copies of one text are found, different articles on one topic are not joined. Measured on a corpus of news
//! that is not part of the project; skipped where it is absent.

use chrono::{DateTime, Duration, Utc};
use dateline::feed::{Feed, Learned};
use dateline::store::{Outcome, PollRecord, Reading, Store};
use dateline::story::Story;
use std::path::PathBuf;

/// The folder of shared data: `DATELINE_SHARED`, or `shared` beside the project or above it.
fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("shared"));
    named.into_iter().chain(above).find(|p| p.is_dir())
}

struct Article {
    id: String,
    title: String,
    text: String,
    published: DateTime<Utc>,
}

fn articles() -> Option<Vec<Article>> {
    let path = shared()?.join("stories/clusters.jsonl");
    let lines = std::fs::read_to_string(path).ok()?;
    let read = |line: &str| {
        let v: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        Article {
            id: text("id"),
            title: text("title"),
            text: text("text"),
            published: format!("{}Z", text("published")).parse().unwrap(),
        }
    };
    Some(lines.lines().map(read).collect())
}

fn story(feed: &str, id: &str, title: &str, text: &str, at: DateTime<Utc>) -> Story {
    Story {
        feed: feed.into(),
        key: id.into(),
        link: None,
        url: Some(format!("https://{feed}.example/{id}")),
        title: title.into(),
        summary: text.chars().take(200).collect(),
        body: text.into(),
        author: None,
        language: None,
        published_at: Some(at.into()),
        updated_at: None,
        seen_at: at,
        published_day: at.date_naive(),
    }
}

fn commit(store: &mut Store, feed: &str, stories: Vec<Story>) {
    let learned = Learned::default();
    let now = stories.iter().map(|s| s.seen_at).max().unwrap();
    let poll = PollRecord {
        feed,
        started_at: now,
        outcome: Outcome::Fresh,
        status: Some(200),
        bytes: 0,
        entries: stories.len(),
        milliseconds: 0,
        error: None,
        learned: &learned,
    };
    let readings: Vec<Reading> = stories.into_iter().map(|s| Reading::new(s, None)).collect();
    store.commit(&poll, &readings, 1, now).unwrap();
}

fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['.', '\n']).filter(|s| !s.trim().is_empty()).collect()
}

/// A generator of repeatable choices (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// What editors do to an agency's text.
fn edits(text: &str, other: &str) -> Vec<(&'static str, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut dice = Dice(0x5EED + words.len() as u64);
    let changed: Vec<&str> = words.iter().map(|w| if dice.roll(20) == 0 { "altered" } else { w }).collect();
    let fewer: String =
        sentences(text).into_iter().enumerate().filter(|(i, _)| i % 5 != 4).map(|(_, s)| s).collect();
    let foreign: Vec<&str> = other.split_whitespace().collect();
    let fifth = words.len() / 5;
    let mut replaced = words[..words.len() - fifth].to_vec();
    replaced.extend(foreign.iter().cycle().take(fifth));
    vec![
        ("framed", format!("By Our Correspondent. {text} Reporting by the desk; editing by the night desk.")),
        ("5 % of words changed", changed.join(" ")),
        ("every fifth sentence dropped", fewer),
        ("last fifth replaced", replaced.join(" ")),
        ("cut to 70 %", words[..words.len() * 7 / 10].join(" ")),
    ]
}

#[test]
fn edited_copies_are_found_and_other_articles_are_not() {
    let Some(articles) = articles() else {
        eprintln!("skipped: no shared corpus");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let mut store = Store::open_writer(&path).unwrap();
    let feeds: Vec<Feed> = ["first", "copies"]
        .iter()
        .map(|f| Feed::new(f, format!("https://{f}.example/").parse().unwrap()))
        .collect();
    store.sync_feeds(&feeds).unwrap();
    let originals = articles.iter().map(|a| story("first", &a.id, &a.title, &a.text, a.published)).collect();
    commit(&mut store, "first", originals);
    let reader = rusqlite::Connection::open(&path).unwrap();

    let joined =
        "SELECT a.title, b.title FROM story a JOIN story b ON b.id = a.same_as JOIN feed ON feed.id = a.feed
        WHERE feed.name = 'first'";
    let mut statement = reader.prepare(joined).unwrap();
    let pairs: Vec<(String, String)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (a, b) in &pairs {
        eprintln!("joined: {a} = {b}");
    }
    // The corpus holds agency copies under several addresses: these were read, and each is a
    // copy.
    assert!(pairs.len() <= 22, "{} articles joined", pairs.len());

    let mut copies = Vec::new();
    for (i, a) in articles.iter().enumerate() {
        let other = &articles[(i + articles.len() / 2) % articles.len()].text;
        for (edit, text) in edits(&a.text, other) {
            let at = a.published + Duration::days(1);
            copies.push(story("copies", &format!("{}-{edit}", a.id), &a.title, &text, at));
        }
    }
    commit(&mut store, "copies", copies);
    let found = "SELECT substr(sighting.entry_key, 58), count(*), sum(story.same_as IS NOT NULL AND
        coalesce(original.same_as, original.id) = coalesce(story.same_as, 0)) FROM story JOIN sighting ON sighting.story = story.id
        JOIN feed ON feed.id = sighting.feed JOIN sighting AS of_original
        ON of_original.entry_key = substr(sighting.entry_key, 1, 56) JOIN story AS original
        ON original.id = of_original.story WHERE feed.name = 'copies' GROUP BY 1";
    let mut statement = reader.prepare(found).unwrap();
    let rows =
        statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, f64>(1)?, r.get::<_, f64>(2)?)));
    let (mut all, mut hits) = (0.0, 0.0);
    for row in rows.unwrap() {
        let (edit, of, n) = row.unwrap();
        eprintln!("{edit}: {n} of {of}");
        (all, hits) = (all + of, hits + n);
    }
    assert!(all > 1500.0, "{all} copies");
    assert!(hits / all >= 0.99, "recall {:.4}", hits / all);
}
