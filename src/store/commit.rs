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
use crate::story::dedup::{self, Words};
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use std::sync::atomic::Ordering;

/// A story of a poll with what was read from it.
#[derive(Debug, Clone)]
pub struct Reading {
    pub story: Story,
    /// The words of its title and text, made once: they are compared again and again.
    words: Words,
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
        Reading { story, feed_hash: words.hash(), words, events }
    }

    /// Takes the text of the story's page for its body.
    pub fn take_page(&mut self, text: String) {
        self.story.body = text;
        self.words = Words::of(&self.story.title, self.story.text());
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
const KIND: &str =
    "SELECT kind FROM event JOIN event_revision ON event_revision.id = event.current WHERE event.uid = ?1";

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
            let mut added = Added::default();
            let identities = dedup::identities(readings.iter().map(|r| &r.story));
            let mut finder = Finder::new(c, feed)?;
            for (identity, reading) in identities.iter().zip(readings) {
                // A poll of many stories may take longer than a stop may.
                if impatient.load(Ordering::Relaxed) {
                    return Err(Error::Stopping);
                }
                let found = finder.find(&reading.story, identity, reading.feed_hash)?;
                let by = By { feed, extractor, now };
                write_story(c, memory, by, reading, &found, &mut added)?;
            }
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

fn write_story(
    c: &Connection,
    memory: &mut Memory,
    by: By,
    reading: &Reading,
    found: &Found,
    added: &mut Added,
) -> Result<()> {
    let By { feed, extractor, now } = by;
    let Reading { story, words, feed_hash, events } = reading;
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
            (stories::insert(c, &mut memory.recent, feed, story, words, read)?, false)
        }
    };
    stories::sight(c, feed, found, story, id, *feed_hash)?;
    let (true, Some(events)) = (found.verdict.is_to_be_read(), events) else { return Ok(()) };
    if found.story.is_none() && events.is_empty() {
        return Ok(());
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
    Ok(())
}
