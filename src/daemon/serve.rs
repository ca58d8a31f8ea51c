//! The service: everything that can wake it, and what it does then.
//!
//! Never waits for the database in its own turn, so that signals and the watchdog are heard while it is locked.

use super::monitor::Monitor;
use super::notify::Notify;
use super::trouble::{self, Locked, Outage};
use super::{Error, MINUTE, Round, Slot, Summary, memory, message, next, runtime, until};
use crate::clock;
use crate::config::{self, Config};
use crate::feed::Learned;
use crate::lexicon::Lexicon;
use crate::pipeline::writer::Stopped;
use crate::pipeline::{self, Polled};
use crate::store::{self, Store};
use chrono::{DateTime, Duration, Utc};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

/// How long polls under way may take to end after a stop was asked for; the rest of five seconds closes the
/// database.
const GRACE: std::time::Duration = std::time::Duration::from_millis(3_000);
/// How long threads that nobody waits for may take to end.
const THREADS_GRACE: std::time::Duration = std::time::Duration::from_millis(500);
/// A poll whose result could not be stored is tried again after this, once the database can be written.
const STORE_RETRY_S: i64 = 15;
/// A poll that ended in a fault of the program is made again after this.
const FAULT_RETRY_S: i64 = 3_600;
/// The wall clock against the monotonic one: a difference beyond this is a jump.
const JUMP_S: i64 = 60;
/// A write-ahead log beyond this is said: a reader that holds a transaction makes it grow.
const LOG_LARGE_BYTES: u64 = 1 << 30;
/// How often memory that is not needed is given back: pages of the database and documents leave a little more behind
/// in every minute.
const GIVE_BACK_EVERY: std::time::Duration = std::time::Duration::from_secs(120);
/// How often the figures of the monitor are counted anew, at most.
const COUNT_EVERY: std::time::Duration = std::time::Duration::from_secs(5);

/// Everything that can wake the service.
enum Wake {
    /// A feed is due, or a minute has passed.
    Due,
    Ended(usize, Box<Result<Polled, pipeline::Error>>),
    Done(Chore),
    Reload,
    Stop(&'static str),
}

/// Work of the database that the service asked for and does not wait for.
enum Chore {
    Trimmed(Result<store::Result<()>, Stopped>),
    Probed(Result<store::Result<()>, Stopped>),
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

/// What is counted between two heartbeats, and what is done once an hour or a day.
struct Housekeeping {
    since: Summary,
    heartbeat_at: DateTime<Utc>,
    trim_at: DateTime<Utc>,
    given_back_at: Instant,
    /// When the figures of the monitor were counted last, and whether anything has happened since.
    counted_at: Option<Instant>,
    uncounted: bool,
    /// The two clocks when they were last compared.
    compared: (DateTime<Utc>, Instant),
}

/// Runs the service until it is told to stop (SIGTERM, SIGINT). SIGHUP reads the configuration at `path` again.
/// `lexicon_of` loads the lexicon that a configuration asks for.
pub fn serve(
    path: &Path,
    mut config: Config,
    lexicon: Arc<Lexicon>,
    lexicon_of: impl Fn(&Config) -> Result<Arc<Lexicon>, String>,
) -> Result<(), Error> {
    let runtime = runtime()?;
    let feeds = std::mem::take(&mut config.feeds);
    let (round, handle) = Round::open(&config, feeds, lexicon)?;
    let result = runtime.block_on(async {
        let now = clock::now();
        let monitor = Monitor::start(config.monitor.as_ref(), &config.database).await?;
        let mut service = Service {
            path: path.to_owned(),
            config,
            round,
            chores: JoinSet::new(),
            locked: None,
            outage: Outage::default(),
            monitor,
            keeping: Housekeeping {
                since: Summary::default(),
                heartbeat_at: now + Duration::hours(1),
                trim_at: now,
                given_back_at: clock::ticks(),
                counted_at: None,
                uncounted: true,
                compared: (now, clock::ticks()),
            },
            notify: Notify::new(clock::ticks()),
        };
        let result = service.run(lexicon_of).await;
        service.chores.shutdown().await;
        result
    });
    // Names that are still being asked for, or a document that is still being read, hold up nobody. Then the store's
    // queue is closed; its thread ends when the file is.
    runtime.shutdown_timeout(THREADS_GRACE);
    let _ = handle.join();
    tracing::info!(message_id = message::STOPPED, "stopped");
    result
}

struct Service {
    path: PathBuf,
    config: Config,
    round: Round,
    chores: JoinSet<Chore>,
    /// While the database cannot be written.
    locked: Option<Locked>,
    outage: Outage,
    monitor: Monitor,
    keeping: Housekeeping,
    notify: Notify,
}

impl Service {
    async fn run(
        &mut self,
        lexicon_of: impl Fn(&Config) -> Result<Arc<Lexicon>, String>,
    ) -> Result<(), Error> {
        let mut signals = Signals::listen()?;
        self.plan_all(clock::now());
        let database = self.config.database.display();
        tracing::info!(message_id = message::STARTED, feeds = self.live(), %database, "started");
        self.monitor.ready();
        self.notify.ready(&self.status());
        memory::give_back();
        loop {
            let now = clock::now();
            self.mind_the_clock(now);
            self.round.start_due(now, self.polls_max());
            self.probe(now);
            self.count();
            self.notify.turn(clock::ticks(), &self.round.pipeline.writer).await;
            let wake = self.wake(&mut signals).await;
            let mut stop = None;
            match wake {
                Wake::Due => {}
                Wake::Ended(index, result) => self.ended(index, *result)?,
                Wake::Done(chore) => self.done(chore)?,
                Wake::Reload => {
                    self.notify.reloading();
                    stop = self.reload(&lexicon_of, &mut signals).await?;
                    self.notify.ready(&self.status());
                }
                Wake::Stop(why) => stop = Some(why),
            }
            if let Some(why) = stop {
                tracing::info!(signal = why, polls = self.round.polls.len(), "stopping");
                self.notify.stopping();
                self.stop().await;
                return Ok(());
            }
            self.keep_house();
        }
    }

    async fn wake(&mut self, signals: &mut Signals) -> Wake {
        let full = self.round.polls.len() >= self.polls_max();
        let now = clock::now();
        let mut wait = match self.round.queue.next_due() {
            Some(at) if !full => until(at, now),
            _ => MINUTE,
        };
        if let Some(locked) = &self.locked {
            wait = wait.min(until(locked.probe_at, now));
        }
        if self.keeping.uncounted {
            wait = wait.min(COUNT_EVERY);
        }
        let wait = wait.min(self.notify.patience());
        tokio::select! {
            _ = signals.terminate.recv() => Wake::Stop("SIGTERM"),
            _ = signals.interrupt.recv() => Wake::Stop("SIGINT"),
            _ = signals.hangup.recv() => Wake::Reload,
            Some(Ok(chore)) = self.chores.join_next() => Wake::Done(chore),
            Some((index, result)) = self.round.ended() => Wake::Ended(index, Box::new(result)),
            () = tokio::time::sleep(wait) => Wake::Due,
        }
    }

    /// How many polls may be under way.
    fn polls_max(&self) -> usize {
        match &self.locked {
            None => self.round.concurrent_max,
            Some(locked) => usize::from(locked.recovering),
        }
    }

    fn live(&self) -> usize {
        self.round.slots.iter().filter(|slot| slot.is_live()).count()
    }

    /// One line on how it stands.
    fn status(&self) -> String {
        let failing = self.round.slots.iter().filter(|slot| slot.is_live() && slot.kept.failures > 0).count();
        let live = self.live();
        match &self.locked {
            Some(locked) => format!("{live} feeds wait: the database cannot be written: {}", locked.reason),
            None => format!("{live} feeds, {failing} failing, {} polls under way", self.round.polls.len()),
        }
    }

    /// Sets when every live feed is due, from what is remembered: a restart makes nobody early.
    fn plan_all(&mut self, now: DateTime<Utc>) {
        for index in 0..self.round.slots.len() {
            self.plan(index, now);
        }
    }

    fn plan(&mut self, index: usize, now: DateTime<Utc>) {
        let slot = &self.round.slots[index];
        if !slot.is_live() {
            self.round.queue.remove(index);
        } else if !self.round.is_under_way(index) {
            self.round.queue.set(index, slot.due(now));
        }
    }

    fn ended(&mut self, index: usize, result: Result<Polled, pipeline::Error>) -> Result<(), Error> {
        let now = clock::now();
        self.keeping.uncounted = true;
        self.keeping.since.count(&result);
        let slot = &self.round.slots[index];
        let feed = slot.configured.feed.name.clone();
        let live = slot.is_live();
        self.monitor.polled(&result);
        let at = match result {
            Ok(polled) => {
                message::polled(&feed, slot.configured.feed.url.as_str(), &polled, polled.failures_before);
                self.unlock(now);
                self.mind_the_network(index, &polled, now);
                let slot = &mut self.round.slots[index];
                if slot.rebase(now) {
                    // The clock was put back after the poll had read it.
                    let memory = slot.memory();
                    self.keep(vec![memory]);
                }
                self.round.slots[index].kept.next_poll_at.unwrap_or(now + Duration::hours(1))
            }
            Err(pipeline::Error::Store(error)) => {
                self.lock(error, now)?;
                now + Duration::seconds(STORE_RETRY_S)
            }
            Err(pipeline::Error::Stopped(stopped)) => return Err(stopped.into()),
            Err(error @ pipeline::Error::Worker) => {
                tracing::error!(feed, %error, "poll not ended; it is made again in an hour");
                now + Duration::seconds(FAULT_RETRY_S)
            }
        };
        if live {
            self.round.queue.set(index, at);
        }
        Ok(())
    }

    /// The database cannot be written: nobody is asked until it can.
    fn lock(&mut self, error: store::Error, now: DateTime<Utc>) -> Result<(), Error> {
        if error.is_damage() {
            return Err(super::damaged(error, &self.config.database));
        }
        match &mut self.locked {
            Some(locked) => locked.again(now),
            None => {
                tracing::error!(message_id = message::DATABASE_LOCKED, %error, "the database cannot be written; polling waits until it can");
                self.locked = Some(Locked::new(now, error.to_string()));
                self.keeping.uncounted = true;
                self.notify.status(&self.status());
            }
        }
        Ok(())
    }

    /// A poll was stored: the database can be written.
    fn unlock(&mut self, now: DateTime<Utc>) {
        let Some(locked) = self.locked.take_if(|locked| locked.recovering) else { return };
        self.keeping.uncounted = true;
        let seconds = (now - locked.since).num_seconds();
        tracing::warn!(
            message_id = message::DATABASE_WELL,
            seconds,
            "the database can be written again; polling goes on"
        );
        self.notify.status(&self.status());
    }

    /// Asks, now and then, whether the database can be written again.
    fn probe(&mut self, now: DateTime<Utc>) {
        let Some(locked) = &mut self.locked else { return };
        if locked.recovering || now < locked.probe_at {
            return;
        }
        locked.again(now);
        let writer = self.round.pipeline.writer.clone();
        self.chores.spawn(async move { Chore::Probed(writer.with(Store::probe).await) });
    }

    fn done(&mut self, chore: Chore) -> Result<(), Error> {
        let now = clock::now();
        match chore {
            Chore::Probed(probed) => match probed? {
                Ok(()) => self.locked.iter_mut().for_each(|locked| locked.recovering = true),
                Err(error) => self.lock(error, now)?,
            },
            Chore::Trimmed(done) => match done? {
                Ok(()) => {}
                Err(error) => self.lock(error, now)?,
            },
        }
        Ok(())
    }

    /// Where every poll reached nobody and now one reached somebody, the network was away: feeds that failed for
    /// that alone do not wait as if it were their fault.
    fn mind_the_network(&mut self, index: usize, polled: &Polled, now: DateTime<Utc>) {
        if polled.unreached {
            return self.outage.unreached(index, polled.failures_before == 0);
        }
        if polled.status.is_none() {
            return;
        }
        let struck = self.outage.reached(self.live(), self.round.concurrent_max);
        if struck.is_empty() {
            return;
        }
        tracing::warn!(
            message_id = message::NETWORK_BACK,
            feeds = struck.len(),
            "the network was away and is back"
        );
        let mut again = Vec::new();
        for index in struck {
            let under_way = self.round.is_under_way(index);
            let slot = &mut self.round.slots[index];
            let at = trouble::after_outage(now, slot.seed());
            let soon = slot.kept.next_poll_at.is_none_or(|next| next > at);
            if slot.is_live() && slot.kept.failures > 0 && soon && !under_way {
                slot.kept.next_poll_at = Some(at);
                again.push(slot.memory());
                self.round.queue.set(index, at);
            }
        }
        self.keep(again);
    }

    /// A clock that was put back would let every feed rest until it has caught up; one that was put forward
    /// makes every feed due once, and the queue spreads them.
    fn mind_the_clock(&mut self, now: DateTime<Utc>) {
        let (wall, ticks) = self.keeping.compared;
        let passed = clock::ticks().duration_since(ticks).as_secs() as i64;
        let jump_s = (now - wall).num_seconds() - passed;
        self.keeping.compared = (now, clock::ticks());
        if jump_s.abs() <= JUMP_S {
            return;
        }
        tracing::warn!(
            message_id = message::CLOCK_MOVED,
            seconds = jump_s,
            "the clock was moved; schedules are counted anew"
        );
        self.round.queue.clock_moved(jump_s);
        if jump_s < 0 {
            self.keeping.heartbeat_at = self.keeping.heartbeat_at.min(now + Duration::hours(1));
            self.keeping.trim_at = self.keeping.trim_at.min(now + Duration::days(1));
            let mut rebased = Vec::new();
            for slot in &mut self.round.slots {
                if slot.rebase(now) {
                    rebased.push(slot.memory());
                }
            }
            self.plan_all(now);
            self.keep(rebased);
        }
    }

    /// Writes what is remembered of feeds, without waiting for it: this process knows it in any case, and only a
    /// restart or a reload asks the database.
    fn keep(&self, feeds: Vec<(String, Learned)>) {
        self.round.pipeline.writer.post(move |store| {
            if let Err(error) = store.learn(&feeds) {
                tracing::debug!(%error, "new times of feeds are not kept");
            }
        });
    }

    /// Reads the configuration again: all of it is taken, or nothing. Says whether to stop.
    async fn reload(
        &mut self,
        lexicon_of: impl Fn(&Config) -> Result<Arc<Lexicon>, String>,
        signals: &mut Signals,
    ) -> Result<Option<&'static str>, Error> {
        let mut config = match config::load(&self.path) {
            Ok(config) => config,
            Err(problems) => {
                problems.0.iter().for_each(|problem| refuse(problem));
                return Ok(None);
            }
        };
        if config.database != self.config.database {
            refuse(&"another database needs a restart");
            return Ok(None);
        }
        let lexicon = match lexicon_of(&config) {
            Ok(lexicon) => lexicon,
            Err(problem) => {
                refuse(&problem);
                return Ok(None);
            }
        };
        let mut place = None;
        if config.monitor != self.config.monitor {
            match self.monitor.open(config.monitor.as_ref()).await {
                Ok(opened) => place = Some(opened),
                Err(error) => {
                    refuse(&error);
                    return Ok(None);
                }
            }
        }
        let feeds = std::mem::take(&mut config.feeds);
        let adopted = tokio::select! {
            adopted = self.round.adopt(&config, feeds, lexicon) => adopted,
            _ = signals.terminate.recv() => return Ok(Some("SIGTERM")),
            _ = signals.interrupt.recv() => return Ok(Some("SIGINT")),
        };
        match adopted {
            Ok(()) => {}
            Err(Error::Store(error)) if error.is_damage() => {
                return Err(super::damaged(error, &self.config.database));
            }
            Err(error) => {
                refuse(&error);
                return Ok(None);
            }
        }
        if let Some(place) = place {
            self.monitor.move_to(place);
        }
        self.config = config;
        self.keeping.uncounted = true;
        self.plan_all(clock::now());
        memory::give_back();
        tracing::info!(message_id = message::RELOADED, feeds = self.live(), "configuration read again");
        Ok(None)
    }

    /// The figures of the monitor, as far as they are counted and not added up.
    fn count(&mut self) {
        let ticks = clock::ticks();
        let trouble = self.locked.as_ref().map(|locked| locked.reason.as_str());
        self.monitor.turned(trouble);
        let due = self.keeping.counted_at.is_none_or(|at| ticks.duration_since(at) >= COUNT_EVERY);
        if due && self.keeping.uncounted {
            self.monitor.count(&self.round, trouble.is_some());
            (self.keeping.counted_at, self.keeping.uncounted) = (Some(ticks), false);
        }
    }

    fn keep_house(&mut self) {
        let now = clock::now();
        if now >= self.keeping.heartbeat_at {
            let since = std::mem::take(&mut self.keeping.since);
            tracing::info!(
                message_id = message::HOUR,
                polls = since.polled,
                failed = since.failed,
                new_stories = since.new_stories,
                new_events = since.new_events.len(),
                status = self.status(),
                "an hour's work"
            );
            let log_bytes = store::log_bytes(&self.config.database);
            if log_bytes > LOG_LARGE_BYTES {
                tracing::warn!(
                    message_id = message::LOG_LARGE,
                    log_bytes,
                    "the write-ahead log is large: a reader holds a transaction open"
                );
            }
            self.round.queue.trim(now);
            self.notify.status(&self.status());
            self.keeping.heartbeat_at = now + Duration::hours(1);
        }
        let ticks = clock::ticks();
        if ticks.duration_since(self.keeping.given_back_at) >= GIVE_BACK_EVERY {
            self.keeping.given_back_at = ticks;
            self.round.pipeline.writer.post(|store| {
                if let Err(error) = store.give_back() {
                    tracing::debug!(%error, "memory of the database not given back");
                }
                memory::give_back();
            });
        }
        if now >= self.keeping.trim_at {
            self.keeping.trim_at = now + Duration::days(1);
            let polls_before = now - Duration::days(i64::from(self.config.poll_log_days));
            let copies_before = now - Duration::days(i64::from(self.config.near_copy_days));
            let writer = self.round.pipeline.writer.clone();
            let trim = move |store: &mut Store| {
                store.forget_polls(polls_before)?;
                store.forget_sketches(copies_before, SKETCHES_A_DAY)?;
                store.checkpoint()
            };
            self.chores.spawn(async move { Chore::Trimmed(writer.with(trim).await) });
        }
    }

    /// Lets polls under way end, but not for long; what they have not stored they fetch again next time.
    async fn stop(&mut self) {
        let deadline = tokio::time::sleep(GRACE);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                () = &mut deadline => break,
                ended = self.round.ended() => if ended.is_none() { break },
            }
        }
        self.round.pipeline.writer.hurry();
        if let Err(error) = self.round.give_up().await {
            tracing::warn!(%error, "polls that were given up are not noted");
        }
    }
}

/// Why a reload changes nothing.
fn refuse(problem: &dyn std::fmt::Display) {
    tracing::error!(message_id = message::RELOAD_REFUSED, %problem, "reload refused; everything stays as it was");
}

/// Near-duplicate sketches forgotten in one day's trim: bounds the time that the writer is busy.
const SKETCHES_A_DAY: usize = 20_000;

impl Signals {
    fn listen() -> Result<Signals, Error> {
        let listen =
            |kind| signal(kind).map_err(|source| Error::System { doing: "listening to signals", source });
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }
}

impl Slot {
    /// What is remembered of the feed, by its name.
    pub(super) fn memory(&self) -> (String, Learned) {
        (self.configured.feed.name.clone(), self.learned())
    }

    /// When a feed is due, from what is remembered of it. A schedule that was made denser since the last poll
    /// counts; one that was made sparser counts after the next.
    fn due(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let learned = self.learned();
        match (learned.next_poll_at, learned.last_poll_at) {
            (Some(at), Some(last)) => at.min(next(&self.configured, &learned, last, self.seed())),
            (Some(at), None) => at,
            (None, _) => now,
        }
    }
}
