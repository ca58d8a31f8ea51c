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
    /// What is now remembered of the feed, with the time of its next poll.
    pub learned: Learned,
    /// The host asked to be left alone until then.
    pub hold_host_until: Option<DateTime<Utc>>,
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
        let parsed = self.parse(&feed, &fetched).await?;
        let now = clock::now();
        let mut readings = Vec::new();
        if let Some(Ok(parsed)) = &parsed {
            let stories = parsed.entries.iter().map(|entry| read::read(&feed, entry, now));
            readings = self.read(&feed, stories.map(|story| Reading::new(story, None)).collect()).await?;
        }
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
            learned,
            hold_host_until: fetched.host_held_until(now),
        };
        self.commit(&feed, polled, started_at, readings, now).await
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
            learned,
            hold_host_until: None,
        };
        self.commit(feed, polled, now, Vec::new(), now).await
    }

    /// The document of a fresh answer. Before it is read the store notes that it is being read: a feed whose
    /// reading kills the process twice is set aside.
    async fn parse(
        &self,
        feed: &Feed,
        fetched: &Fetched,
    ) -> Result<Option<Result<Parsed, ParseError>>, Error> {
        let fetch::Outcome::Fresh { body, content_type } = &fetched.outcome else { return Ok(None) };
        let name = feed.name.clone();
        self.writer.together(move |store| store.begin_poll(&name)).await??;
        let (body, content_type, base) = (body.clone(), content_type.clone(), fetched.url.clone());
        let limits = self.limits;
        let _permit = self.readers.acquire().await.map_err(|_| Error::Worker)?;
        tokio::task::spawn_blocking(move || parse::read(&body, content_type.as_deref(), Some(&base), limits))
            .await
            .map(Some)
            .map_err(|_| Error::Worker)
    }

    /// Which stories are new or changed, and what they tell.
    async fn read(&self, feed: &Arc<Feed>, readings: Vec<Reading>) -> Result<Vec<Reading>, Error> {
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
            let tell = |(verdict, mut reading): (Verdict, Reading)| {
                if verdict.is_to_be_read() {
                    reading.events = Some(extract::read(&reading.story, feed.country.as_deref(), &lexicon));
                }
                reading
            };
            judged.into_par_iter().map(tell).collect()
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
                Ok(text) if text.len() > reading.story.text().len() => reading.take_page(text),
                Ok(_) => {}
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
