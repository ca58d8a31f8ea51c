//! The loop: which feed is polled next, and everything that can wake the service.
//!
//! Owns the life of the process between start and stop. Leaves what a poll does to `pipeline`, when a feed is
//! due to `schedule`, and what is said on a terminal to `cli`.

use crate::clock;
use crate::config::{Config, Configured};
use crate::feed::fetch::Fetcher;
use crate::feed::packed::Packed;
use crate::feed::{Learned, State, parse};
use crate::lexicon::Lexicon;
use crate::pipeline::writer::{Stopped, Writer};
use crate::pipeline::{self, Pipeline, Plan, Polled};
use crate::schedule::{self, Queue};
use crate::store::{self, Store};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::Semaphore;
use tokio::task::{self, JoinSet};

pub mod memory;
mod message;
mod monitor;
mod notify;
mod serve;
mod trouble;

pub use message::ENDED;
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
    #[error(
        "{path}: {source}: the file is damaged, and nothing more is written to it. Keep it; put the last good copy \
         (`dateline backup`) in its place, or save what can be read with `sqlite3 {path} .recover`"
    )]
    Damaged { path: String, source: store::Error },
}

impl Error {
    /// Only a person can mend it: starting again is in vain.
    pub fn is_lasting(&self) -> bool {
        match self {
            Error::Damaged { .. } | Error::Network(_) => true,
            Error::Store(error) => error.is_lasting(),
            Error::Stopped(_) | Error::System { .. } => false,
        }
    }
}

/// One feed of the configuration and what is remembered of it.
struct Slot {
    configured: Arc<Configured>,
    kept: Packed,
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
    polls: JoinSet<Result<Polled, pipeline::Error>>,
    /// Of which feed a poll under way is, and the host that it keeps busy.
    under_way: HashMap<task::Id, (usize, Option<String>)>,
    pipeline: Pipeline,
    concurrent_max: usize,
}

impl Round {
    /// Opens the database, tells it the configured feeds, and learns what it remembers of them.
    /// `feeds` are those of the configuration: nobody else keeps them.
    fn open(
        config: &Config,
        feeds: Vec<Configured>,
        lexicon: Arc<Lexicon>,
    ) -> Result<(Round, JoinHandle<()>), Error> {
        let damaged = |error| damaged(error, &config.database);
        let mut store = Store::open_writer(&config.database).map_err(damaged)?;
        let slots = slots(feeds, &mut store, clock::now()).map_err(damaged)?;
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
        let mut queue = Queue::new(config.network.host_gap_s);
        for slot in &slots {
            if let (Some(host), Some(until)) = (slot.host(), slot.learned().host_held_until()) {
                queue.hold(host, until);
            }
        }
        let round = Round {
            slots,
            queue,
            polls: JoinSet::new(),
            under_way: HashMap::new(),
            pipeline,
            concurrent_max: config.network.concurrent_max as usize,
        };
        Ok((round, handle))
    }

    /// Takes over another configuration of the same database: feeds that stay keep their place and what is
    /// under way, new ones are added, removed ones are left behind, switched off.
    async fn adopt(
        &mut self,
        config: &Config,
        feeds: Vec<Configured>,
        lexicon: Arc<Lexicon>,
    ) -> Result<(), Error> {
        let fetcher = Fetcher::new(&config.network).map_err(|error| Error::Network(error.to_string()))?;
        let new = self.pipeline.writer.with(move |store| slots(feeds, store, clock::now())).await??;
        for slot in &mut self.slots {
            slot.kept.state = State::Removed;
        }
        let known = self.slots.iter().enumerate();
        let known: HashMap<String, usize> =
            known.map(|(index, slot)| (slot.configured.feed.name.clone(), index)).collect();
        for slot in new {
            match known.get(&slot.configured.feed.name) {
                Some(index) => self.slots[*index] = slot,
                None => self.slots.push(slot),
            }
        }
        self.pipeline.fetcher = Arc::new(fetcher);
        self.pipeline.lexicon = lexicon;
        self.pipeline.limits.entries_max = config.network.entries_max as usize;
        self.concurrent_max = config.network.concurrent_max as usize;
        Ok(())
    }

    /// Starts the polls that are due, as far as hosts allow, so that at most so many are under way.
    fn start_due(&mut self, now: DateTime<Utc>, most: usize) {
        while self.polls.len() < most {
            let slots = &self.slots;
            let Some(index) = self.queue.pop(now, |index| slots[index].host()) else { return };
            let slot = &self.slots[index];
            let (feed, learned, plan) = (Arc::new(slot.configured.feed.clone()), slot.learned(), slot.plan());
            let host = slot.host().map(str::to_owned);
            let pipeline = self.pipeline.clone();
            let poll = self.polls.spawn(async move { pipeline.poll(feed, learned, plan).await });
            self.under_way.insert(poll.id(), (index, host));
        }
    }

    fn is_under_way(&self, index: usize) -> bool {
        self.under_way.values().any(|(other, _)| *other == index)
    }

    /// The next poll that ends; None where none is under way. Its host is then free again, and its feed has a
    /// new memory. May be given up while it waits.
    async fn ended(&mut self) -> Option<(usize, Result<Polled, pipeline::Error>)> {
        let (id, result) = match self.polls.join_next_with_id().await? {
            Ok(ended) => ended,
            Err(error) => (error.id(), Err(pipeline::Error::Worker)),
        };
        let (index, host) = self.under_way.remove(&id)?;
        let learned = result.as_ref().ok().map(|polled| &polled.learned);
        if let Some(host) = host {
            let hold = learned.and_then(Learned::host_held_until);
            self.queue.finished(&host, clock::now(), hold);
        }
        if let Some(learned) = learned {
            let slot = &mut self.slots[index];
            // What was removed or switched off in the meantime stays so.
            let state = slot.kept.state;
            slot.keep(learned);
            if matches!(state, State::Removed | State::Paused) {
                slot.kept.state = state;
            }
        }
        Some((index, result))
    }

    /// Gives up what is under way. What was not stored is fetched again next time, and no feed is blamed for it.
    async fn give_up(&mut self) -> Result<(), Error> {
        let unread: Vec<(String, u32)> = self
            .under_way
            .values()
            .map(|(index, _)| &self.slots[*index])
            .map(|slot| (slot.configured.feed.name.clone(), slot.kept.unfinished))
            .collect();
        self.polls.shutdown().await;
        self.under_way.clear();
        if !unread.is_empty() {
            self.pipeline.writer.with(move |store| store.note_unfinished(&unread)).await??;
        }
        Ok(())
    }
}

impl Slot {
    /// The host that must not be asked twice at once; None for a file.
    fn host(&self) -> Option<&str> {
        self.configured.feed.url.host_str()
    }

    fn new(configured: Configured, learned: &Learned) -> Slot {
        let kept = Packed::new(learned, configured.feed.url.as_str());
        Slot { configured: Arc::new(configured), kept }
    }

    /// What is remembered of the feed.
    fn learned(&self) -> Learned {
        self.kept.unpack(self.configured.feed.url.as_str())
    }

    fn keep(&mut self, learned: &Learned) {
        self.kept = Packed::new(learned, self.configured.feed.url.as_str());
    }

    /// The feed's own number: its jitter depends on nothing else.
    fn seed(&self) -> u64 {
        xxhash_rust::xxh3::xxh3_64(self.configured.feed.name.as_bytes())
    }

    /// Times in the future were told by a clock that is right again: what was to happen so long after the last poll
    /// happens so long after now, or the feed would rest until that day. True where anything was changed.
    fn rebase(&mut self, now: DateTime<Utc>) -> bool {
        let mut learned = self.learned();
        let Some(last) = learned.last_poll_at.filter(|last| *last > now) else { return false };
        learned.last_poll_at = Some(now);
        learned.last_success_at = learned.last_success_at.map(|at| at.min(now));
        learned.not_before = learned.not_before.map(|demand| now + (demand - last));
        let again = next(&self.configured, &learned, now, self.seed());
        learned.next_poll_at = learned.next_poll_at.map(|at| at.min(again));
        self.keep(&learned);
        true
    }

    fn plan(&self) -> Plan {
        let (configured, seed) = (self.configured.clone(), self.seed());
        Arc::new(move |learned, now| next(&configured, learned, now, seed))
    }

    /// Whether the feed is polled at all.
    fn is_live(&self) -> bool {
        self.configured.enabled && matches!(self.kept.state, State::Active)
    }
}

/// The memory of a feed that was switched off, or on again, since; None where nothing changes. Switching a feed
/// off and on again also takes one back that was set aside.
fn switched(enabled: bool, learned: &Learned) -> Option<Learned> {
    let state = match (enabled, learned.state) {
        (false, State::Active | State::Quarantined) => State::Paused,
        (true, State::Paused) => State::Active,
        _ => return None,
    };
    Some(Learned { state, unfinished: 0, ..learned.clone() })
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

/// Tells the database the configured feeds, and learns what it remembers of them.
fn slots(feeds: Vec<Configured>, store: &mut Store, now: DateTime<Utc>) -> store::Result<Vec<Slot>> {
    let known = store.sync_feeds(&feeds)?;
    let (mut slots, mut changed) = (Vec::with_capacity(known.len()), Vec::new());
    for (configured, known) in feeds.into_iter().zip(known) {
        let switched = switched(configured.enabled, &known.learned);
        let mut slot = Slot::new(configured, switched.as_ref().unwrap_or(&known.learned));
        if slot.rebase(now) || switched.is_some() {
            changed.push(slot.memory());
        }
        slots.push(slot);
    }
    if !changed.is_empty() {
        store.learn(&changed)?;
    }
    Ok(slots)
}

/// Trouble with the database, told as damage where it is that.
fn damaged(error: store::Error, database: &Path) -> Error {
    match error.is_damage() {
        true => Error::Damaged { path: database.display().to_string(), source: error },
        false => Error::Store(error),
    }
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
    let (mut round, handle) = Round::open(config, config.feeds.clone(), lexicon)?;
    let most = round.concurrent_max;
    let now = clock::now();
    let mut summary = Summary::default();
    let patience = chrono::Duration::seconds(config.network.host_gap_s.min(86_400) as i64 + 60);
    for (index, slot) in round.slots.iter().enumerate() {
        let due = slot.kept.next_poll_at.is_none_or(|at| at <= now);
        if slot.is_live() && (due || all) {
            round.queue.set(index, now);
        } else {
            summary.skipped += 1;
        }
    }
    runtime.block_on(async {
        while !round.queue.is_empty() || !round.polls.is_empty() {
            let now = clock::now();
            round.start_due(now, most);
            let next = round.queue.next_due();
            // A host that asked for an hour of peace (429) gets it; this round does not wait for it.
            if round.polls.is_empty() && next.is_some_and(|at| at > now + patience) {
                summary.skipped += round.queue.len();
                break;
            }
            let wait = next.map_or(MINUTE, |at| until(at, now));
            tokio::select! {
                Some((index, result)) = round.ended() => {
                    summary.count(&result);
                    let left = round.queue.len() + round.polls.len();
                    report(Ended { feed: &round.slots[index].configured.feed.name, result: &result, left });
                }
                () = tokio::time::sleep(wait), if round.polls.len() < most => {}
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
