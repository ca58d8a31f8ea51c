//! What one poll brought, written in one transaction: stories, sightings, revisions, reports, events, the log
//! row, and the feed's validators. All of it or none, so that the validators are never ahead of the stories.
//!
//! Leaves the rows themselves to `stories`, `events` and `feeds`.

use super::events::{self, Teller};
use super::feeds::{self, PollRecord};
use super::memory::Memory;
use super::stories::{self, Finder, Found, Verdict};
use super::{Doing, Error, Result, Store};
use crate::event::Event;
use crate::story::Story;
use crate::story::dedup::{self, Sketch, Words};
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

/// A story of a poll with what was read from it.
#[derive(Debug, Clone)]
pub struct Reading {
    pub story: Story,
    /// The words of its title and text, made once: they are compared again and again.
    pub(super) words: Words,
    /// What finds its copies, once it is needed.
    sketch: OnceLock<Option<Sketch>>,
    /// The hash of title and text as the feed gives them: by it an edit is told. Differs from the story's own where
    /// the text was fetched from its page.
    pub(super) feed_hash: u64,
    /// None where nothing was read because `judge` said that the story is unchanged.
    pub events: Option<Vec<Event>>,
}

impl Reading {
    /// A reading of a story as the feed gives it.
    pub fn new(story: Story, events: Option<Vec<Event>>) -> Reading {
        let words = Words::of(&story.title, story.text());
        let reading =
            Reading { story, feed_hash: words.hash(), words, sketch: OnceLock::new(), events: None };
        match events {
            Some(events) => reading.telling(events),
            None => reading,
        }
    }

    /// The reading with the events of the story. What finds its copies is made here too, where stories are read beside
    /// one another, so that the one who writes them need not.
    pub fn telling(mut self, events: Vec<Event>) -> Reading {
        self.events = Some(events);
        self.sketch();
        self
    }

    /// None for a story too short to be compared by parts.
    pub(super) fn sketch(&self) -> Option<&Sketch> {
        self.sketch.get_or_init(|| self.words.sketch()).as_ref()
    }

    /// Takes the text of the story's page for its body.
    pub fn take_page(&mut self, text: String) {
        self.story.body = text;
        self.words = Words::of(&self.story.title, self.story.text());
        self.sketch = OnceLock::new();
    }
}

/// What a commit added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    pub new_stories: usize,
    pub revised_stories: usize,
    /// Events that the timeline did not hold before.
    pub new_events: Vec<NewEvent>,
    /// Events that are now shown otherwise: one more report, a new toll.
    pub revised_events: Vec<String>,
}

/// An event that a commit opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub uid: String,
    /// The row of the story that told it.
    pub story: i64,
    pub kind: String,
}

const REVISION: &str = "SELECT revision FROM story WHERE id = ?1";
const KIND: &str = "SELECT kind FROM event WHERE uid = ?1";

impl Store {
    /// Writes a poll. `extractor` is the version of the extractor that made the events.
    pub fn commit(
        &mut self,
        poll: &PollRecord,
        readings: &[Reading],
        extractor: u32,
        now: DateTime<Utc>,
    ) -> Result<Added> {
        let impatient = self.impatience();
        let added = self.write(|c, memory| {
            let feed = stories::feed_id(c, poll.feed)?;
            let (mut added, mut sighted) = (Added::default(), 0);
            let identities = dedup::identities(readings.iter().map(|r| &r.story));
            let mut finder = Finder::new(c, feed)?;
            for (identity, reading) in identities.iter().zip(readings) {
                // A poll of many stories may take longer than a stop may.
                if impatient.load(Ordering::Relaxed) {
                    return Err(Error::Stopping);
                }
                let found = finder.find(&reading.story, identity, reading.feed_hash)?;
                let by = By { feed, extractor, now };
                sighted += i64::from(write_story(c, memory, by, reading, &found, &mut added)?);
            }
            feeds::count(c, feed, sighted)?;
            feeds::learn(c, poll.feed, poll.learned)?;
            feeds::log(c, feed, poll, added.new_stories)?;
            Ok(added)
        })?;
        self.behind |= added != Added::default();
        Ok(added)
    }
}

/// Who writes a story, and when.
#[derive(Debug, Clone, Copy)]
struct By {
    feed: i64,
    extractor: u32,
    now: DateTime<Utc>,
}

/// Writes one story and what it tells; whether the feed shows this entry for the first time.
fn write_story(
    c: &Connection,
    memory: &mut Memory,
    by: By,
    reading: &Reading,
    found: &Found,
    added: &mut Added,
) -> Result<bool> {
    let By { feed, extractor, now } = by;
    let Reading { story, words, feed_hash, events, .. } = reading;
    let read = events.as_ref().map(|_| extractor);
    let (id, edited) = match (found.story, found.verdict) {
        (Some(id), Verdict::Revised) => {
            stories::revise(c, id, feed, story, words.hash(), read)?;
            memory.lately.clear();
            added.revised_stories += 1;
            (id, true)
        }
        (Some(id), _) => (id, false),
        (None, _) => {
            added.new_stories += 1;
            (stories::insert(c, &mut memory.recent, feed, reading, read)?, false)
        }
    };
    let first = stories::sight(c, feed, found, story, id, *feed_hash)?;
    let (true, Some(events)) = (found.verdict.is_to_be_read(), events) else { return Ok(first) };
    if found.story.is_none() && events.is_empty() {
        return Ok(first);
    }
    let revision = c
        .prepare_cached(REVISION)
        .and_then(|mut s| s.query_row([id], |r| r.get(0)))
        .doing("reading a story's revision")?;
    let by_key = format!("{}\n{}", story.feed, found.key);
    let teller = Teller {
        id,
        revision,
        title: &story.title,
        text: story.text(),
        identity: story.url.as_deref().unwrap_or(&by_key),
        extractor,
        now,
    };
    let placed = events::place(c, &mut memory.lately, teller, events, edited)?;
    for uid in placed.opened {
        let kind = c
            .prepare_cached(KIND)
            .and_then(|mut s| s.query_row([&uid], |row| row.get(0)))
            .doing("reading an event's kind")?;
        added.new_events.push(NewEvent { uid, story: id, kind });
    }
    for uid in placed.revised {
        let new = added.new_events.iter().any(|e| e.uid == uid);
        if !new && !added.revised_events.contains(&uid) {
            added.revised_events.push(uid);
        }
    }
    Ok(first)
}
