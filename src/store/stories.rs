//! Stories: what is known already, what is new, what was edited.
//!
//! Owns the look-ups and rows of `story`, `story_revision`, `sighting` and the near-duplicate index. Leaves
//! to `story::dedup` when two are the same, and to `commit` the transaction.

use super::{Doing, Result, Store, names};
use crate::story::Story;
use crate::story::dedup::{self, Earlier, Identity, Sketch, Words};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, named_params};

/// What a story is to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Never seen.
    New,
    /// Known, with these words.
    Unchanged,
    /// Known, with other words.
    Revised,
}

impl Verdict {
    /// Whether events are to be read from it.
    pub fn is_to_be_read(self) -> bool {
        self != Verdict::Unchanged
    }
}

/// A story of a poll, found or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub key: String,
    pub verdict: Verdict,
    /// The known story.
    pub story: Option<i64>,
    /// This feed has shown it under this key.
    pub sighted: bool,
}

const BY_KEY: &str =
    "SELECT story.id, sighting.text_hash, story.text_hash, story.feed, story.url, story.title,
    story.published_at, length(story.body) + length(story.summary)
    FROM sighting JOIN story ON story.id = sighting.story
    WHERE sighting.feed = ?1 AND sighting.entry_key = ?2";

const BY_URL: &str = "SELECT id, text_hash, text_hash, feed, url, title, published_at,
    length(body) + length(summary) FROM story WHERE url = ?2 ORDER BY feed <> ?1, id LIMIT 4";

const BY_TEXT: &str = "SELECT id, text_hash, text_hash, feed, url, title, published_at,
    length(body) + length(summary) FROM story WHERE feed = ?1 AND text_hash = ?2 ORDER BY id LIMIT 4";

const ORIGINAL_BY_TEXT: &str = "SELECT coalesce(same_as, id) FROM story WHERE text_hash = ?1 AND id <> ?2
    ORDER BY id LIMIT 1";

/// The newest first: a copy follows its original within days.
const BY_BAND: &str =
    "SELECT story FROM story_band WHERE band = ?1 AND story <> ?2 ORDER BY story DESC LIMIT 8";

const SKETCH: &str = "SELECT minima, coalesce(story.same_as, story.id), title, iif(body = '', summary, body)
    FROM story_sketch JOIN story ON story.id = story_sketch.story WHERE story_sketch.story = ?1";

const INSERT_STORY: &str =
    "INSERT INTO story (feed, url, published_at, published_offset_minutes, published_day,
    updated_at, first_seen_at, last_seen_at, extractor, text_hash, language, author, title, summary, body)
    VALUES (:feed, :url, :published_at, :offset, :published_day, :updated_at, :seen_at, :seen_at, :extractor,
    :text_hash, :language, :author, :title, :summary, :body)";

const SET_ORIGINAL: &str = "UPDATE story SET same_as = ?2 WHERE id = ?1";

const KEEP_REVISION: &str = "INSERT INTO story_revision
    (story, revision, updated_at, replaced_at, text_hash, title, summary, body)
    SELECT id, revision, updated_at, ?2, text_hash, title, summary, body FROM story WHERE id = ?1";

const REVISE: &str = "UPDATE story SET feed = :feed, revision = revision + 1, updated_at = :updated_at,
    last_seen_at = :seen_at, extractor = :extractor, text_hash = :text_hash, title = :title,
    summary = :summary, body = :body WHERE id = :id";

const TOUCH: &str = "UPDATE story SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2";

const SIGHT: &str =
    "INSERT INTO sighting (feed, entry_key, story, link, text_hash, first_seen_at, last_seen_at)
    VALUES (:feed, :key, :story, :link, :text_hash, :seen_at, :seen_at)
    ON CONFLICT (feed, entry_key) DO UPDATE
    SET text_hash = excluded.text_hash, link = excluded.link, last_seen_at = excluded.last_seen_at";

const INSERT_SKETCH: &str =
    "INSERT OR REPLACE INTO story_sketch (story, seen_day, minima) VALUES (?1, ?2, ?3)";
const INSERT_BAND: &str = "INSERT OR IGNORE INTO story_band (band, story) VALUES (?1, ?2)";

const OLD_SKETCHES: &str = "SELECT story, title, iif(body = '', summary, body) FROM story_sketch
    JOIN story ON story.id = story_sketch.story WHERE seen_day < ?1 LIMIT ?2";
const FORGET_BAND: &str = "DELETE FROM story_band WHERE band = ?1 AND story = ?2";
const FORGET_SKETCH: &str = "DELETE FROM story_sketch WHERE story = ?1";

/// A text from another feed replaces a story's own where it is this much longer.
const FULLER: f64 = 1.5;

impl Store {
    /// Says of each story of one poll whether it is new, edited or known, without writing anything: so that
    /// only what is new is read. `commit` decides again, because other polls may be written in between.
    /// Judge the stories as the feed gives them, before page texts are fetched.
    pub fn judge(&self, feed: &str, stories: &[Story]) -> Result<Vec<Verdict>> {
        let feed = feed_id(&self.connection, feed)?;
        dedup::identities(stories)
            .iter()
            .zip(stories)
            .map(|(identity, story)| {
                let hash = dedup::text_hash(&story.title, story.text());
                find(&self.connection, feed, story, identity, hash).map(|found| found.verdict)
            })
            .collect()
    }

    /// Empties the near-duplicate index of stories last seen before `before`, at most `limit` of them, so
    /// that the write lock is never held for long; returns how many.
    pub fn forget_sketches(&mut self, before: DateTime<Utc>, limit: usize) -> Result<usize> {
        let what = "trimming the near-duplicate index";
        self.write(|c| {
            let day = names::day(before.date_naive());
            let mut statement = c.prepare_cached(OLD_SKETCHES).doing(what)?;
            let old: Vec<(i64, String, String)> = statement
                .query_map((&day, limit as i64), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .and_then(Iterator::collect)
                .doing(what)?;
            let mut forget_band = c.prepare_cached(FORGET_BAND).doing(what)?;
            for (story, title, text) in &old {
                for band in Words::of(title, text).sketch().map(|s| s.bands()).unwrap_or_default() {
                    forget_band.execute((band as i64, story)).doing(what)?;
                }
                c.prepare_cached(FORGET_SKETCH).and_then(|mut s| s.execute([story])).doing(what)?;
            }
            Ok(old.len())
        })
    }
}

pub(super) fn feed_id(c: &Connection, name: &str) -> Result<i64> {
    c.prepare_cached("SELECT id FROM feed WHERE name = ?1")
        .and_then(|mut s| s.query_row([name], |row| row.get(0)).optional())
        .doing("looking up a feed")?
        .ok_or_else(|| super::Error::NoFeed(name.to_owned()))
}

struct KnownStory {
    id: i64,
    /// Of the text as the feed in question last gave it, where it has; else of the story.
    seen_hash: u64,
    story_hash: u64,
    feed: i64,
    earlier: Earlier,
    length: usize,
}

fn known(c: &Connection, sql: &str, feed: i64, other: &dyn rusqlite::ToSql) -> Result<Vec<KnownStory>> {
    let what = "looking up a story";
    let mut statement = c.prepare_cached(sql).doing(what)?;
    let rows = statement
        .query_map((feed, other), |row| {
            let published: Option<String> = row.get(6)?;
            Ok(KnownStory {
                id: row.get(0)?,
                seen_hash: row.get::<_, i64>(1)? as u64,
                story_hash: row.get::<_, i64>(2)? as u64,
                feed: row.get(3)?,
                earlier: Earlier {
                    url: row.get(4)?,
                    title: row.get(5)?,
                    published_at: published.and_then(|t| names::read_time(&t).ok()),
                },
                length: row.get::<_, i64>(7)? as usize,
            })
        })
        .doing(what)?;
    rows.collect::<rusqlite::Result<_>>().doing(what)
}

/// Whether the words differ from what is known in a way that makes a revision.
fn verdict(known: &KnownStory, feed: i64, story: &Story, hash: u64) -> Verdict {
    if hash == known.seen_hash || hash == known.story_hash {
        return Verdict::Unchanged;
    }
    let length = story.body.chars().count() + story.summary.chars().count();
    // Another feed's shorter or equal cut of the text is no edit of it.
    if known.feed == feed || length as f64 > known.length as f64 * FULLER {
        Verdict::Revised
    } else {
        Verdict::Unchanged
    }
}

pub(super) fn find(
    c: &Connection,
    feed: i64,
    story: &Story,
    identity: &Identity,
    hash: u64,
) -> Result<Found> {
    let mut key = identity.key.clone();
    for _ in 0..2 {
        match known(c, BY_KEY, feed, &key)?.first() {
            Some(k) if dedup::key_reused(&k.earlier, story) => {
                key = dedup::longer_key(&key, story);
            }
            Some(k) => {
                let verdict = verdict(k, feed, story, hash);
                return Ok(Found { key, verdict, story: Some(k.id), sighted: true });
            }
            None => break,
        }
    }
    if let (true, Some(url)) = (identity.address_identifies, &story.url) {
        let pages = known(c, BY_URL, feed, url)?;
        if let Some(k) = pages.iter().find(|k| dedup::same_page(&k.earlier, story)) {
            let verdict = verdict(k, feed, story, hash);
            return Ok(Found { key, verdict, story: Some(k.id), sighted: false });
        }
    }
    let same = known(c, BY_TEXT, feed, &(hash as i64))?;
    if let Some(k) = same.iter().find(|k| dedup::same_time(&k.earlier, story)) {
        return Ok(Found { key, verdict: Verdict::Unchanged, story: Some(k.id), sighted: false });
    }
    Ok(Found { key, verdict: Verdict::New, story: None, sighted: false })
}

/// Writes a new story and what finds its copies; returns its id.
pub(super) fn insert(c: &Connection, feed: i64, story: &Story, extractor: Option<u32>) -> Result<i64> {
    let what = "writing a story";
    let words = Words::of(&story.title, story.text());
    let (hash, sketch) = (words.hash(), words.sketch());
    c.prepare_cached(INSERT_STORY)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":feed": feed,
                ":url": story.url,
                ":published_at": story.published_at.as_ref().map(names::time),
                ":offset": story.published_at.map(|t| t.offset().local_minus_utc() / 60),
                ":published_day": names::day(story.published_day),
                ":updated_at": story.updated_at.as_ref().map(names::time),
                ":seen_at": names::time(&story.seen_at),
                ":extractor": extractor,
                ":text_hash": hash as i64,
                ":language": story.language,
                ":author": story.author,
                ":title": story.title,
                ":summary": story.summary,
                ":body": story.body,
            })
        })
        .doing(what)?;
    let id = c.last_insert_rowid();
    if let Some(original) = original(c, id, story, hash, sketch.as_ref())? {
        c.prepare_cached(SET_ORIGINAL).and_then(|mut s| s.execute((id, original))).doing(what)?;
    }
    if let Some(sketch) = sketch {
        let day = names::day(story.seen_at.date_naive());
        c.prepare_cached(INSERT_SKETCH)
            .and_then(|mut s| s.execute((id, day, sketch.bytes().as_slice())))
            .doing(what)?;
        let mut statement = c.prepare_cached(INSERT_BAND).doing(what)?;
        for band in sketch.bands() {
            statement.execute((band as i64, id)).doing(what)?;
        }
    }
    Ok(id)
}

/// The first story that told this text.
fn original(
    c: &Connection,
    id: i64,
    story: &Story,
    hash: u64,
    sketch: Option<&Sketch>,
) -> Result<Option<i64>> {
    let what = "looking for copies of a story";
    let Some(sketch) = sketch else { return Ok(None) };
    let exact = c
        .prepare_cached(ORIGINAL_BY_TEXT)
        .and_then(|mut s| s.query_row((hash as i64, id), |row| row.get(0)).optional())
        .doing(what)?;
    if exact.is_some() {
        return Ok(exact);
    }
    let mut candidates: Vec<i64> = Vec::new();
    let mut by_band = c.prepare_cached(BY_BAND).doing(what)?;
    for band in sketch.bands() {
        let rows = by_band.query_map((band as i64, id), |row| row.get(0)).doing(what)?;
        for story in rows {
            candidates.push(story.doing(what)?);
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    let mut best: Option<(f64, i64)> = None;
    let mut by_id = c.prepare_cached(SKETCH).doing(what)?;
    for candidate in candidates {
        let row = by_id
            .query_row([candidate], |row| {
                Ok((
                    row.get::<_, Vec<u8>>(0)?,
                    row.get(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                ))
            })
            .optional()
            .doing(what)?;
        let Some((minima, original, title, text)) = row else { continue };
        let similarity = sketch.similarity(&minima);
        let accepted = sketch.accepts(similarity, dedup::same_words(&title, &story.title))
            && (!sketch.is_short() || dedup::numbers_agree(&text, story.text()));
        if accepted && best.is_none_or(|(s, _)| similarity > s) {
            best = Some((similarity, original));
        }
    }
    Ok(best.map(|(_, original)| original).filter(|o| *o != id))
}

/// Keeps the text as a revision and writes the new one.
pub(super) fn revise(
    c: &Connection,
    id: i64,
    feed: i64,
    story: &Story,
    extractor: Option<u32>,
) -> Result<()> {
    let what = "revising a story";
    let seen_at = names::time(&story.seen_at);
    c.prepare_cached(KEEP_REVISION).and_then(|mut s| s.execute((id, &seen_at))).doing(what)?;
    c.prepare_cached(REVISE)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":id": id,
                ":feed": feed,
                ":updated_at": story.updated_at.as_ref().map(names::time),
                ":seen_at": seen_at,
                ":extractor": extractor,
                ":text_hash": dedup::text_hash(&story.title, story.text()) as i64,
                ":title": story.title,
                ":summary": story.summary,
                ":body": story.body,
            })
        })
        .doing(what)
        .map(drop)
}

/// Notes that a feed shows a story now.
pub(super) fn sight(
    c: &Connection,
    feed: i64,
    found: &Found,
    story: &Story,
    id: i64,
    seen_hash: u64,
) -> Result<()> {
    let what = "noting a sighting";
    let seen_at = names::time(&story.seen_at);
    c.prepare_cached(SIGHT)
        .and_then(|mut s| {
            s.execute(named_params! {
                ":feed": feed,
                ":key": found.key,
                ":story": id,
                ":link": story.link,
                ":text_hash": seen_hash as i64,
                ":seen_at": seen_at,
            })
        })
        .doing(what)?;
    c.prepare_cached(TOUCH).and_then(|mut s| s.execute((id, seen_at))).doing(what).map(drop)
}
