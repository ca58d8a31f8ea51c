//! The loop: which feed is polled next, and everything that can wake the service.
//!
//! Owns the life of the process between start and stop. Leaves what a poll does to `pipeline`, when a feed is
//! due to `schedule`, and what is said on a terminal to `cli`.

use crate::clock;
use crate::config::{Config, Configured};
use crate::feed::fetch::Fetcher;
use crate::feed::{Learned, State, parse};
use crate::lexicon::Lexicon;
use crate::pipeline::writer::{Stopped, Writer};
use crate::pipeline::{self, Pipeline, Plan, Polled};
use crate::schedule::{self, Queue};
use crate::store::{self, Store};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

mod notify;
mod serve;

pub use serve::serve;

/// Why the service cannot go on, or a round of polls cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("{0}")]
    Network(String),
    #[error("{doing}: {source}")]
    System { doing: &'static str, source: std::io::Error },
}

/// One feed of the configuration and what is remembered of it.
struct Slot {
    configured: Arc<Configured>,
    learned: Learned,
    /// The feed's own number: its jitter depends on nothing else.
    seed: u64,
}

/// The end of one poll.
pub struct Ended<'a> {
    pub feed: &'a str,
    pub result: &'a Result<Polled, pipeline::Error>,
    /// Feeds of this round that are not polled yet.
    pub left: usize,
}

/// All feeds of a configuration, the queue of what is due, and the polls under way.
struct Round {
    slots: Vec<Slot>,
    queue: Queue,
    polls: JoinSet<(usize, Result<Polled, pipeline::Error>)>,
    pipeline: Pipeline,
    concurrent_max: usize,
}

impl Round {
    /// Opens the database, tells it the configured feeds, and learns what it remembers of them.
    fn open(config: &Config, lexicon: Arc<Lexicon>) -> Result<(Round, JoinHandle<()>), Error> {
        let mut store = Store::open_writer(&config.database)?;
        let slots = slots(config, &mut store)?;
        let fetcher = Fetcher::new(&config.network).map_err(|error| Error::Network(error.to_string()))?;
        let (writer, handle) = Writer::start(store)
            .map_err(|source| Error::System { doing: "starting the database thread", source })?;
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        let pipeline = Pipeline {
            fetcher: Arc::new(fetcher),
            lexicon,
            writer,
            robots: Arc::default(),
            limits: parse::Limits { entries_max: config.network.entries_max as usize, ..Default::default() },
            readers: Arc::new(Semaphore::new(cores)),
        };
        let round = Round {
            slots,
            queue: Queue::new(config.network.host_gap_s),
            polls: JoinSet::new(),
            pipeline,
            concurrent_max: config.network.concurrent_max as usize,
        };
        Ok((round, handle))
    }

    /// Takes over another configuration of the same database: feeds that stay keep their place and what is
    /// under way, new ones are added, removed ones are left behind, switched off.
    async fn adopt(&mut self, config: &Config, lexicon: Arc<Lexicon>) -> Result<(), Error> {
        let fetcher = Fetcher::new(&config.network).map_err(|error| Error::Network(error.to_string()))?;
        let feeds: Vec<_> = config.feeds.iter().map(|configured| configured.feed.clone()).collect();
        let known = self.pipeline.writer.with(move |store| store.sync_feeds(&feeds)).await??;
        for slot in &mut self.slots {
            slot.learned.state = State::Removed;
        }
        for (configured, known) in config.feeds.iter().cloned().zip(known) {
            let name = configured.feed.name.as_str();
            match self.slots.iter_mut().find(|slot| slot.configured.feed.name == name) {
                Some(slot) => *slot = Slot::new(configured, known.learned),
                None => self.slots.push(Slot::new(configured, known.learned)),
            }
        }
        self.pipeline.fetcher = Arc::new(fetcher);
        self.pipeline.lexicon = lexicon;
        self.pipeline.limits.entries_max = config.network.entries_max as usize;
        self.concurrent_max = config.network.concurrent_max as usize;
        Ok(())
    }

    /// Starts the polls that are due, as far as hosts and the limit allow.
    fn start_due(&mut self, now: DateTime<Utc>) {
        while self.polls.len() < self.concurrent_max {
            let slots = &self.slots;
            let Some(index) = self.queue.pop(now, |index| slots[index].host()) else { return };
            let slot = &self.slots[index];
            let (feed, learned, plan) =
                (Arc::new(slot.configured.feed.clone()), slot.learned.clone(), slot.plan());
            let pipeline = self.pipeline.clone();
            self.polls.spawn(async move {
                // A task of its own, so that a panic ends the poll and not the count of what is under way.
                let poll = tokio::spawn(async move { pipeline.poll(feed, learned, plan).await });
                (index, poll.await.unwrap_or(Err(pipeline::Error::Worker)))
            });
        }
    }

    /// Takes in a poll that has ended: its host is free again, its feed has a new memory.
    fn finish(&mut self, index: usize, result: &Result<Polled, pipeline::Error>, now: DateTime<Utc>) {
        let hold = result.as_ref().ok().and_then(|polled| polled.hold_host_until);
        if let Some(host) = self.slots[index].host() {
            self.queue.finished(host, now, hold);
        }
        if let Ok(polled) = result {
            self.slots[index].learned = polled.learned.clone();
        }
    }
}

impl Slot {
    /// The host that must not be asked twice at once; None for a file.
    fn host(&self) -> Option<&str> {
        self.configured.feed.url.host_str()
    }

    fn new(configured: Configured, learned: Learned) -> Slot {
        let seed = xxhash_rust::xxh3::xxh3_64(configured.feed.name.as_bytes());
        Slot { configured: Arc::new(configured), learned, seed }
    }

    fn plan(&self) -> Plan {
        let (configured, seed) = (self.configured.clone(), self.seed);
        Arc::new(move |learned, now| next(&configured, learned, now, seed))
    }

    /// Whether the feed is polled at all.
    fn is_live(&self) -> bool {
        self.configured.enabled && matches!(self.learned.state, State::Active)
    }
}

/// When a feed is polled again after a poll at `now`.
fn next(configured: &Configured, learned: &Learned, now: DateTime<Utc>, seed: u64) -> DateTime<Utc> {
    let demand = schedule::Demand {
        not_before: learned.not_before,
        wait_s: learned.wait_s,
        skip_hours: learned.skip_hours.clone(),
        skip_days: learned.skip_days.clone(),
        failures: learned.failures,
        failure_wait_s: learned.failure_wait_s(),
    };
    schedule::next(&configured.cadence, configured.zone, &demand, now, seed)
}

fn slots(config: &Config, store: &mut Store) -> Result<Vec<Slot>, Error> {
    let feeds: Vec<_> = config.feeds.iter().map(|configured| configured.feed.clone()).collect();
    let known = store.sync_feeds(&feeds)?;
    Ok(config.feeds.iter().cloned().zip(known).map(|(feed, known)| Slot::new(feed, known.learned)).collect())
}

/// What a round of polls came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub polled: usize,
    pub failed: usize,
    /// Feeds that were not due, are switched off, or are gone.
    pub skipped: usize,
    pub new_stories: usize,
    pub revised_stories: usize,
    pub new_events: Vec<String>,
    pub revised_events: usize,
}

/// Polls every feed that is due, once; with `all`, also those that are not. `report` hears of each poll.
pub fn poll_once(
    config: &Config,
    lexicon: Arc<Lexicon>,
    all: bool,
    mut report: impl FnMut(Ended),
) -> Result<Summary, Error> {
    let runtime = runtime()?;
    let (mut round, handle) = Round::open(config, lexicon)?;
    let now = clock::now();
    let mut summary = Summary::default();
    let patience = chrono::Duration::seconds(config.network.host_gap_s.min(86_400) as i64 + 60);
    for (index, slot) in round.slots.iter().enumerate() {
        let due = slot.learned.next_poll_at.is_none_or(|at| at <= now);
        if slot.is_live() && (due || all) {
            round.queue.set(index, now);
        } else {
            summary.skipped += 1;
        }
    }
    runtime.block_on(async {
        while !round.queue.is_empty() || !round.polls.is_empty() {
            let now = clock::now();
            round.start_due(now);
            let next = round.queue.next_due();
            // A host that asked for an hour of peace (429) gets it; this round does not wait for it.
            if round.polls.is_empty() && next.is_some_and(|at| at > now + patience) {
                summary.skipped += round.queue.len();
                break;
            }
            let wait = next.map_or(MINUTE, |at| until(at, now));
            tokio::select! {
                Some(ended) = round.polls.join_next() => {
                    let Ok((index, result)) = ended else { continue };
                    round.finish(index, &result, clock::now());
                    summary.count(&result);
                    let left = round.queue.len() + round.polls.len();
                    report(Ended { feed: &round.slots[index].configured.feed.name, result: &result, left });
                }
                () = tokio::time::sleep(wait), if round.polls.len() < round.concurrent_max => {}
            }
        }
    });
    // A search finds everything that this round has brought.
    while runtime.block_on(round.pipeline.writer.with(Store::catch_up))?? {}
    drop(round);
    let _ = handle.join();
    Ok(summary)
}

/// The longest sleep: the clock may be moved while we sleep.
const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

/// How long to sleep until `at`, never longer than a minute, never shorter than a moment.
fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> std::time::Duration {
    (at - now).to_std().unwrap_or_default().clamp(std::time::Duration::from_millis(20), MINUTE)
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::System { doing: "starting the runtime", source })
}

impl Summary {
    fn count(&mut self, result: &Result<Polled, pipeline::Error>) {
        self.polled += 1;
        match result {
            Ok(polled) => {
                self.failed += usize::from(polled.error.is_some());
                self.new_stories += polled.added.new_stories;
                self.revised_stories += polled.added.revised_stories;
                self.revised_events += polled.added.revised_events.len();
                self.new_events.extend(polled.added.new_events.iter().map(|event| event.uid.clone()));
            }
            Err(_) => self.failed += 1,
        }
    }
}
