//! Stories: what is known already, what is new, what was edited.
//!
//! Owns the look-ups and rows of `story`, `story_revision` and `sighting`. Leaves to `story::dedup` when two are
//! the same, to `copies` the same text at other addresses, and to `commit` the transaction.

use super::copies::{self, Recent};
use super::{Doing, Reading, Result, Store, names};
use crate::story::Story;
use crate::story::dedup::{self, Earlier, Identity};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, named_params, params};

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
    story.published_at, octet_length(story.body) + octet_length(story.summary)
    FROM sighting JOIN story ON story.id = sighting.story
    WHERE sighting.feed = ?1 AND sighting.entry_key = ?2";

/// In the order of the index, which costs no sorting; a front page may have very many.
const BY_URL: &str = "SELECT id, text_hash, text_hash, feed, url, title, published_at,
    octet_length(body) + octet_length(summary) FROM story WHERE url = ?1 ORDER BY id LIMIT 64";
/// Of the stories at an address so many are compared, first the feed's own.
const PAGES: usize = 4;

const BY_TEXT: &str = "SELECT id, text_hash, text_hash, feed, url, title, published_at,
    octet_length(body) + octet_length(summary) FROM story WHERE feed = ?1 AND text_hash = ?2 ORDER BY id LIMIT 4";

const INSERT_STORY: &str =
    "INSERT INTO story (feed, url, published_at, published_offset_minutes, published_day, updated_at,
    first_seen_at, last_seen_at, same_as, extractor, text_hash, language, author, title, summary, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

const KEEP_REVISION: &str = "INSERT INTO story_revision
    (story, revision, updated_at, replaced_at, text_hash, title, summary, body)
    SELECT id, revision, updated_at, ?2, text_hash, title, summary, body FROM story WHERE id = ?1";

const REVISE: &str = "UPDATE story SET feed = :feed, revision = revision + 1, updated_at = :updated_at,
    last_seen_at = :seen_at, extractor = :extractor, text_hash = :text_hash, title = :title,
    summary = :summary, body = :body WHERE id = :id";

const TOUCH: &str = "UPDATE story SET last_seen_at = ?2 WHERE id = ?1 AND last_seen_at < ?2";

const SIGHT: &str =
    "INSERT INTO sighting (feed, entry_key, story, link, text_hash, first_seen_at, last_seen_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (feed, entry_key) DO NOTHING";
const SIGHT_AGAIN: &str =
    "UPDATE sighting SET link = ?3, text_hash = ?4, last_seen_at = ?5 WHERE feed = ?1 AND entry_key = ?2";

/// A text from another feed replaces a story's own where it is this much longer.
const FULLER: f64 = 1.5;

impl Store {
    /// Says of each story of one poll whether it is new, edited or known, without writing anything: so that
    /// only what is new is read. `commit` decides again, because other polls may be written in between.
    /// Judge the stories as the feed gives them, before page texts are fetched.
    pub fn judge(&self, feed: &str, readings: &[Reading]) -> Result<Vec<Verdict>> {
        let c = &self.connection;
        // One transaction for all look-ups: each would lock and unlock the file for itself.
        let reading = match c.is_autocommit() {
            true => Some(c.unchecked_transaction().doing("looking up stories")?),
            false => None,
        };
        let mut finder = Finder::new(c, feed_id(c, feed)?)?;
        let verdicts = dedup::identities(readings.iter().map(|r| &r.story))
            .iter()
            .zip(readings)
            .map(|(identity, r)| finder.find(&r.story, identity, r.feed_hash).map(|found| found.verdict))
            .collect();
        drop((finder, reading));
        verdicts
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
    /// Bytes of summary and body.
    length: usize,
}

/// The stories that a look-up finds.
fn known(statement: &mut CachedStatement, by: impl Params) -> Result<Vec<KnownStory>> {
    let what = "looking up a story";
    let rows = statement
        .query_map(by, |row| {
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
    let length = story.body.len() + story.summary.len();
    // Another feed's shorter or equal cut of the text is no edit of it.
    if known.feed == feed || length as f64 > known.length as f64 * FULLER {
        Verdict::Revised
    } else {
        Verdict::Unchanged
    }
}

/// Looks up the stories of one poll; its statements are prepared once for all of them.
pub(super) struct Finder<'c> {
    feed: i64,
    by_key: CachedStatement<'c>,
    by_url: CachedStatement<'c>,
    by_text: CachedStatement<'c>,
}

impl<'c> Finder<'c> {
    pub fn new(c: &'c Connection, feed: i64) -> Result<Finder<'c>> {
        let prepare = |sql| c.prepare_cached(sql).doing("preparing to look up stories");
        Ok(Finder { feed, by_key: prepare(BY_KEY)?, by_url: prepare(BY_URL)?, by_text: prepare(BY_TEXT)? })
    }

    pub fn find(&mut self, story: &Story, identity: &Identity, hash: u64) -> Result<Found> {
        let feed = self.feed;
        let mut key = identity.key.clone();
        for _ in 0..2 {
            match known(&mut self.by_key, (feed, &key))?.first() {
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
            let mut pages = known(&mut self.by_url, [url])?;
            pages.sort_by_key(|page| page.feed != feed);
            let mut pages = pages.iter().take(PAGES);
            if let Some(k) = pages.find(|k| dedup::same_page(&k.earlier, story)) {
                let verdict = verdict(k, feed, story, hash);
                return Ok(Found { key, verdict, story: Some(k.id), sighted: false });
            }
        }
        let same = known(&mut self.by_text, (feed, hash as i64))?;
        if let Some(k) = same.iter().find(|k| dedup::same_time(&k.earlier, story)) {
            return Ok(Found { key, verdict: Verdict::Unchanged, story: Some(k.id), sighted: false });
        }
        Ok(Found { key, verdict: Verdict::New, story: None, sighted: false })
    }
}

/// Writes a new story and what finds its copies; returns its id.
pub(super) fn insert(
    c: &Connection,
    recent: &mut Recent,
    feed: i64,
    reading: &Reading,
    extractor: Option<u32>,
) -> Result<i64> {
    let story = &reading.story;
    let (hash, sketch) = (reading.words.hash(), reading.sketch());
    let same_as = match sketch {
        Some(sketch) => copies::original(c, recent, story, hash, sketch)?,
        None => None,
    };
    c.prepare_cached(INSERT_STORY)
        .and_then(|mut s| {
            s.execute(params![
                feed,
                story.url,
                story.published_at.as_ref().map(names::time),
                story.published_at.map(|t| t.offset().local_minus_utc() / 60),
                names::day(story.published_day),
                story.updated_at.as_ref().map(names::time),
                names::time(&story.seen_at),
                same_as,
                extractor,
                hash as i64,
                story.language,
                story.author,
                story.title,
                story.summary,
                story.body,
            ])
        })
        .doing("writing a story")?;
    let id = c.last_insert_rowid();
    if let Some(sketch) = sketch {
        copies::remember(c, recent, id, story, sketch)?;
    }
    Ok(id)
}

/// Keeps the text as a revision and writes the new one.
pub(super) fn revise(
    c: &Connection,
    id: i64,
    feed: i64,
    story: &Story,
    hash: u64,
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
                ":text_hash": hash as i64,
                ":title": story.title,
                ":summary": story.summary,
                ":body": story.body,
            })
        })
        .doing(what)
        .map(drop)
}

/// Notes that a feed shows a story now; whether it is the first time that it does so under this key.
pub(super) fn sight(
    c: &Connection,
    feed: i64,
    found: &Found,
    story: &Story,
    id: i64,
    seen_hash: u64,
) -> Result<bool> {
    let what = "noting a sighting";
    let seen_at = names::time(&story.seen_at);
    let (key, link, hash) = (&found.key, &story.link, seen_hash as i64);
    let first = !found.sighted
        && c.prepare_cached(SIGHT)
            .and_then(|mut s| s.execute((feed, key, id, link, hash, &seen_at)))
            .doing(what)?
            == 1;
    if !first {
        c.prepare_cached(SIGHT_AGAIN)
            .and_then(|mut s| s.execute((feed, key, link, hash, &seen_at)))
            .doing(what)?;
    }
    if found.story.is_some() {
        c.prepare_cached(TOUCH).and_then(|mut s| s.execute((id, seen_at))).doing(what)?;
    }
    Ok(first)
}
