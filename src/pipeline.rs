//! The recipe, read top to bottom: what happens to one feed in one poll.
//!
//! Owns the order of the steps and where each runs: the network on the runtime, reading on worker threads, the
//! database on its own thread. Leaves every step to its room, and when to poll to `daemon`.

use crate::clock;
use crate::feed::fetch::{self, Fetched, Fetcher};
use crate::feed::parse::{self, ParseError};
use crate::feed::{Article, Feed, Learned, Parsed, State, learn};
use crate::lexicon::Lexicon;
use crate::store::{self, Added, Outcome, PollRecord, Reading, Store, Verdict};
use crate::story::article::{self, Robots};
use crate::story::read;
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use std::sync::Arc;
use tokio::sync::Semaphore;
use url::Url;

pub mod extract;
pub mod writer;

use writer::{Stopped, Writer};

/// When a feed of which this was learned is to be polled again.
pub type Plan = Arc<dyn Fn(&Learned, DateTime<Utc>) -> DateTime<Utc> + Send + Sync>;

/// Everything that a poll needs; clones share it.
#[derive(Clone)]
pub struct Pipeline {
    pub fetcher: Arc<Fetcher>,
    pub lexicon: Arc<Lexicon>,
    pub writer: Writer,
    pub limits: parse::Limits,
    pub robots: Arc<Robots>,
    /// Documents read at once: each may take memory in proportion to the longest answer.
    pub readers: Arc<Semaphore>,
}

/// The document of a fresh answer or why it is none, what its stories tell, how many milliseconds it took to find
/// that out, and when it was.
type Digested = (Option<Result<Parsed, ParseError>>, Vec<Reading>, u64, DateTime<Utc>);

/// What came of one poll.
#[derive(Debug)]
pub struct Polled {
    pub outcome: Outcome,
    pub status: Option<u16>,
    pub bytes: u64,
    pub entries: usize,
    pub error: Option<String>,
    /// What had to be mended before the document could be read.
    pub repaired: Vec<String>,
    pub added: Added,
    pub milliseconds: u64,
    /// Of these, how long the new stories were read for events.
    pub reading_milliseconds: u64,
    /// Failures in a row before this poll.
    pub failures_before: u32,
    /// What is now remembered of the feed, with the time of its next poll.
    pub learned: Learned,
    /// No server was reached, which may be this machine's own fault.
    pub unreached: bool,
}

/// Why a poll left no trace. The feed's memory is as before, so the next poll asks for the same again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("a worker thread panicked while reading the feed; please report the panic in the log")]
    Worker,
}

impl Pipeline {
    /// Polls one feed: fetch, parse, read, judge, extract, commit.
    pub async fn poll(&self, feed: Arc<Feed>, learned: Learned, plan: Plan) -> Result<Polled, Error> {
        let started_at = clock::now();
        let ticks = clock::ticks();
        if learned.begun().state == State::Quarantined {
            return self.set_aside(&feed, learned.begun(), started_at).await;
        }
        let fetched = self.fetcher.fetch(&feed, &learned, started_at).await;
        let failures_before = learned.failures;
        let (parsed, readings, reading_milliseconds, now) =
            match self.digest(&feed, &fetched, learned.unfinished).await {
                // A document over which the program panics is a failure of its feed: it is not asked for every
                // minute, and what is said of it tells what to do.
                Err(Error::Worker) => (Some(Err(ParseError::Panicked)), Vec::new(), 0, clock::now()),
                digested => digested?,
            };
        let mut learned = learn::after(&learned, &fetched, parsed.as_ref().map(Result::as_ref), now);
        learned.next_poll_at = Some(plan(&learned, now));
        let polled = Polled {
            outcome: outcome(&fetched, &learned),
            status: fetched.status,
            bytes: fetched.bytes,
            entries: readings.len(),
            error: learned.last_error.clone().filter(|_| learned.failures > 0),
            repaired: parsed.and_then(Result::ok).map(|parsed| parsed.repaired).unwrap_or_default(),
            added: Added::default(),
            milliseconds: ticks.elapsed().as_millis() as u64,
            reading_milliseconds,
            failures_before,
            learned,
            unreached: matches!(&fetched.outcome, fetch::Outcome::Failed(error) if error.is_unreached()),
        };
        self.commit(&feed, polled, started_at, readings, now).await
    }

    /// Parses a fresh answer and reads what is new in it. Before that the store notes that it is being read: a
    /// feed whose reading kills the process twice is set aside.
    async fn digest(&self, feed: &Arc<Feed>, fetched: &Fetched, unfinished: u32) -> Result<Digested, Error> {
        let fetch::Outcome::Fresh { body, content_type } = &fetched.outcome else {
            return Ok((None, Vec::new(), 0, clock::now()));
        };
        let noted = [(feed.name.clone(), unfinished + 1)];
        self.writer.together(move |store| store.note_unfinished(&noted)).await??;
        let parsed = self.parse(body, content_type.as_deref(), &fetched.url).await?;
        let now = clock::now();
        let (mut readings, mut milliseconds) = (Vec::new(), 0);
        if let Ok(parsed) = &parsed {
            let stories = parsed.entries.iter().map(|entry| read::read(feed, entry, now));
            let unread = stories.map(|story| Reading::new(story, None)).collect();
            (readings, milliseconds) = self.read(feed, unread).await?;
        }
        Ok((Some(parsed), readings, milliseconds, now))
    }

    /// A feed that is set aside is not asked; that it is, is kept and said.
    async fn set_aside(&self, feed: &Feed, learned: Learned, now: DateTime<Utc>) -> Result<Polled, Error> {
        let polled = Polled {
            outcome: Outcome::Failed,
            status: None,
            bytes: 0,
            entries: 0,
            error: learned.last_error.clone(),
            repaired: Vec::new(),
            added: Added::default(),
            milliseconds: 0,
            reading_milliseconds: 0,
            failures_before: learned.failures,
            learned,
            unreached: false,
        };
        self.commit(feed, polled, now, Vec::new(), now).await
    }

    /// The document of a fresh answer.
    async fn parse(
        &self,
        body: &[u8],
        content_type: Option<&str>,
        base: &Url,
    ) -> Result<Result<Parsed, ParseError>, Error> {
        let (body, content_type, base) = (body.to_vec(), content_type.map(str::to_owned), base.clone());
        let limits = self.limits;
        let _permit = self.readers.acquire().await.map_err(|_| Error::Worker)?;
        tokio::task::spawn_blocking(move || parse::read(&body, content_type.as_deref(), Some(&base), limits))
            .await
            .map_err(|_| Error::Worker)
    }

    /// Which stories are new or changed, what they tell, and the milliseconds that reading them took.
    async fn read(&self, feed: &Arc<Feed>, readings: Vec<Reading>) -> Result<(Vec<Reading>, u64), Error> {
        let name = feed.name.clone();
        let judged = move |store: &mut Store| {
            let verdicts = store.judge(&name, &readings)?;
            Ok(verdicts.into_iter().zip(readings).collect())
        };
        let mut judged: Vec<(Verdict, Reading)> = self.writer.together(judged).await??;
        if feed.article == Article::Page {
            self.take_pages(feed, &mut judged).await;
        }
        let (lexicon, feed) = (self.lexicon.clone(), feed.clone());
        let _permit = self.readers.acquire().await.map_err(|_| Error::Worker)?;
        tokio::task::spawn_blocking(move || {
            let tell = |(verdict, reading): (Verdict, Reading)| match verdict.is_to_be_read() {
                true => {
                    let events = extract::read(&reading.story, feed.country.as_deref(), &lexicon);
                    reading.telling(events)
                }
                false => reading,
            };
            let ticks = clock::ticks();
            let readings = judged.into_par_iter().map(tell).collect();
            (readings, ticks.elapsed().as_millis() as u64)
        })
        .await
        .map_err(|_| Error::Worker)
    }

    /// Gives new stories the text of their pages, one after the other, because they are mostly of one host. A page
    /// that cannot be had leaves the story as the feed tells it.
    async fn take_pages(&self, feed: &Feed, judged: &mut [(Verdict, Reading)]) {
        for (verdict, reading) in judged {
            let link = reading.story.link.as_deref().and_then(|link| link.parse().ok());
            let (Verdict::New, Some(link)) = (*verdict, link) else { continue };
            match article::fetch(&self.fetcher, &self.robots, &link, clock::now()).await {
                Ok(text) if article::is_of(&text, &reading.story) => reading.take_page(text),
                Ok(_) => tracing::debug!(feed = feed.name, url = %link, "the page is of something else"),
                Err(error) => tracing::debug!(feed = feed.name, url = %link, %error, "page not read"),
            }
        }
    }

    async fn commit(
        &self,
        feed: &Feed,
        mut polled: Polled,
        started_at: DateTime<Utc>,
        readings: Vec<Reading>,
        now: DateTime<Utc>,
    ) -> Result<Polled, Error> {
        let name = feed.name.clone();
        Ok(self
            .writer
            .together(move |store| {
                let record = PollRecord {
                    feed: &name,
                    started_at,
                    outcome: polled.outcome,
                    status: polled.status,
                    bytes: polled.bytes,
                    entries: polled.entries,
                    milliseconds: polled.milliseconds,
                    error: polled.error.as_deref(),
                    learned: &polled.learned,
                };
                polled.added = store.commit(&record, &readings, extract::EXTRACTOR, now)?;
                Ok(polled)
            })
            .await??)
    }
}

fn outcome(fetched: &Fetched, learned: &Learned) -> Outcome {
    match &fetched.outcome {
        fetch::Outcome::Gone => Outcome::Gone,
        fetch::Outcome::Wait => Outcome::Waiting,
        fetch::Outcome::Unchanged => Outcome::Unchanged,
        fetch::Outcome::Fresh { .. } if learned.failures == 0 => Outcome::Fresh,
        fetch::Outcome::Fresh { .. } | fetch::Outcome::Failed(_) => Outcome::Failed,
    }
}
