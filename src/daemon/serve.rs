//! The service: everything that can wake it, and what it does then.

use super::notify::Notify;
use super::{Error, MINUTE, Round, Slot, Summary, next, runtime, until};
use crate::clock;
use crate::config::{self, Config};
use crate::lexicon::Lexicon;
use crate::pipeline::{self, Polled};
use chrono::{DateTime, Duration, Utc};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long polls under way may take to end after a stop was asked for; the rest of five seconds closes the
/// database.
const GRACE: std::time::Duration = std::time::Duration::from_millis(3_500);
/// A poll whose result could not be stored is tried again after this.
const STORE_RETRY_S: i64 = 60;
/// The wall clock against the monotonic one: a difference beyond this is a jump.
const JUMP_S: i64 = 60;

/// Everything that can wake the service.
enum Wake {
    /// A feed is due, or a minute has passed.
    Due,
    Ended(usize, Box<Result<Polled, pipeline::Error>>),
    Reload,
    Stop(&'static str),
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
    /// The two clocks when they were last compared.
    compared: (DateTime<Utc>, Instant),
}

/// Runs the service until it is told to stop (SIGTERM, SIGINT). SIGHUP reads the configuration at `path` again.
/// `lexicon_of` loads the lexicon that a configuration asks for.
pub fn serve(
    path: &Path,
    config: Config,
    lexicon: Arc<Lexicon>,
    lexicon_of: impl Fn(&Config) -> Result<Arc<Lexicon>, String>,
) -> Result<(), Error> {
    let runtime = runtime()?;
    let (round, handle) = Round::open(&config, lexicon)?;
    let result = runtime.block_on(async {
        let now = clock::now();
        let mut service = Service {
            path: path.to_owned(),
            config,
            round,
            keeping: Housekeeping {
                since: Summary::default(),
                heartbeat_at: now + Duration::hours(1),
                trim_at: now,
                compared: (now, clock::ticks()),
            },
            notify: Notify::new(clock::ticks()),
        };
        service.run(lexicon_of).await
    });
    // Dropping the service closed the store's queue; its thread ends when the file is closed.
    let _ = handle.join();
    tracing::info!("stopped");
    result
}

struct Service {
    path: PathBuf,
    config: Config,
    round: Round,
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
        let live = self.round.slots.iter().filter(|slot| slot.is_live()).count();
        tracing::info!(feeds = live, database = %self.config.database.display(), "started");
        self.notify.ready(&format!("{live} feeds"));
        loop {
            let now = clock::now();
            self.mind_the_clock(now);
            self.round.start_due(now);
            self.notify.turn(clock::ticks(), &self.round.pipeline.writer).await;
            match self.wake(&mut signals).await {
                Wake::Due => {}
                Wake::Ended(index, result) => self.ended(index, &result),
                Wake::Reload => {
                    self.notify.reloading();
                    self.reload(&lexicon_of).await?;
                    self.notify.ready(&self.status());
                }
                Wake::Stop(why) => {
                    tracing::info!(signal = why, polls = self.round.polls.len(), "stopping");
                    self.notify.stopping();
                    self.stop().await;
                    return Ok(());
                }
            }
            self.keep_house().await?;
        }
    }

    async fn wake(&mut self, signals: &mut Signals) -> Wake {
        let full = self.round.polls.len() >= self.round.concurrent_max;
        let wait = match self.round.queue.next_due() {
            Some(at) if !full => until(at, clock::now()),
            _ => MINUTE,
        };
        let wait = wait.min(self.notify.patience());
        tokio::select! {
            _ = signals.terminate.recv() => Wake::Stop("SIGTERM"),
            _ = signals.interrupt.recv() => Wake::Stop("SIGINT"),
            _ = signals.hangup.recv() => Wake::Reload,
            Some(Ok((index, result))) = self.round.polls.join_next() => Wake::Ended(index, Box::new(result)),
            () = tokio::time::sleep(wait) => Wake::Due,
        }
    }

    /// One line on how it stands.
    fn status(&self) -> String {
        let live = self.round.slots.iter().filter(|slot| slot.is_live()).count();
        let failing =
            self.round.slots.iter().filter(|slot| slot.is_live() && slot.learned.failures > 0).count();
        format!("{live} feeds, {failing} failing, {} polls under way", self.round.polls.len())
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
            return;
        }
        self.round.queue.set(index, slot.due(now));
    }

    fn ended(&mut self, index: usize, result: &Result<Polled, pipeline::Error>) {
        let now = clock::now();
        let failures_before = self.round.slots[index].learned.failures;
        self.round.finish(index, result, now);
        self.keeping.since.count(result);
        let slot = &self.round.slots[index];
        let feed = slot.configured.feed.name.as_str();
        match result {
            Ok(polled) => say(feed, polled, failures_before),
            Err(error) => tracing::error!(feed, %error, "poll not stored; it is made again in a minute"),
        }
        if !slot.is_live() {
            return;
        }
        let at = match result {
            Ok(polled) => polled.learned.next_poll_at.unwrap_or(now + Duration::hours(1)),
            Err(_) => now + Duration::seconds(STORE_RETRY_S),
        };
        self.round.queue.set(index, at);
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
        tracing::warn!(seconds = jump_s, "the clock was moved; schedules are counted anew");
        if jump_s > 0 {
            return;
        }
        for index in 0..self.round.slots.len() {
            let slot = &mut self.round.slots[index];
            if slot.is_live() {
                let again = next(&slot.configured, &slot.learned, now, slot.seed);
                slot.learned.next_poll_at = slot.learned.next_poll_at.map(|at| at.min(again));
                slot.learned.last_poll_at = slot.learned.last_poll_at.map(|at| at.min(now));
                self.plan(index, now);
            }
        }
    }

    /// Reads the configuration again: all of it is taken, or nothing.
    async fn reload(
        &mut self,
        lexicon_of: impl Fn(&Config) -> Result<Arc<Lexicon>, String>,
    ) -> Result<(), Error> {
        let config = match config::load(&self.path) {
            Ok(config) => config,
            Err(problems) => {
                for problem in &problems.0 {
                    tracing::error!(%problem, "the configuration is wrong; everything stays as it was");
                }
                return Ok(());
            }
        };
        if config.database != self.config.database {
            let database = config.database.display().to_string();
            tracing::error!(database, "another database needs a restart; everything stays as it was");
            return Ok(());
        }
        let lexicon = match lexicon_of(&config) {
            Ok(lexicon) => lexicon,
            Err(problem) => {
                tracing::error!(problem, "the lexicon is wrong; everything stays as it was");
                return Ok(());
            }
        };
        if let Err(error) = self.round.adopt(&config, lexicon).await {
            tracing::error!(%error, "the configuration cannot be taken; everything stays as it was");
            return Ok(());
        }
        self.config = config;
        self.plan_all(clock::now());
        let live = self.round.slots.iter().filter(|slot| slot.is_live()).count();
        tracing::info!(feeds = live, "configuration read again");
        Ok(())
    }

    async fn keep_house(&mut self) -> Result<(), Error> {
        let now = clock::now();
        if now >= self.keeping.heartbeat_at {
            let since = std::mem::take(&mut self.keeping.since);
            tracing::info!(
                polls = since.polled,
                failed = since.failed,
                new_stories = since.new_stories,
                new_events = since.new_events.len(),
                "an hour's work"
            );
            self.round.queue.trim(now);
            self.notify.status(&self.status());
            self.keeping.heartbeat_at = now + Duration::hours(1);
        }
        if now >= self.keeping.trim_at {
            self.keeping.trim_at = now + Duration::days(1);
            let polls_before = now - Duration::days(i64::from(self.config.poll_log_days));
            let copies_before = now - Duration::days(i64::from(self.config.near_copy_days));
            let trimmed = self.round.pipeline.writer.with(move |store| {
                store.forget_polls(polls_before)?;
                store.forget_sketches(copies_before, SKETCHES_A_DAY)?;
                store.checkpoint()
            });
            if let Err(error) = trimmed.await? {
                tracing::warn!(%error, "old poll logs not trimmed; tried again in a day");
            }
        }
        Ok(())
    }

    /// Lets polls under way end, but not for long; what they have not stored they fetch again next time.
    async fn stop(&mut self) {
        let deadline = tokio::time::sleep(GRACE);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                () = &mut deadline => break,
                ended = self.round.polls.join_next() => match ended {
                    Some(Ok((index, result))) => self.round.finish(index, &result, clock::now()),
                    Some(Err(_)) => {}
                    None => break,
                },
            }
        }
        self.round.polls.abort_all();
    }
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
    /// When a feed is due, from what is remembered of it. A schedule that was made denser since the last poll
    /// counts; one that was made sparser counts after the next.
    fn due(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        match (self.learned.next_poll_at, self.learned.last_poll_at) {
            (Some(at), Some(last)) => at.min(next(&self.configured, &self.learned, last, self.seed)),
            (Some(at), None) => at,
            (None, _) => now,
        }
    }
}

/// One line a poll for those who debug; a line for everybody when a feed starts to fail or is well again.
fn say(feed: &str, polled: &Polled, failures_before: u32) {
    let added = &polled.added;
    tracing::debug!(
        feed,
        outcome = polled.outcome.word(),
        status = polled.status,
        bytes = polled.bytes,
        entries = polled.entries,
        new_stories = added.new_stories,
        revised_stories = added.revised_stories,
        new_events = added.new_events.len(),
        milliseconds = polled.milliseconds,
        repaired = polled.repaired.join("; "),
        "polled"
    );
    match &polled.error {
        Some(error) if failures_before == 0 => {
            let next = polled.learned.next_poll_at.map(|at| at.to_rfc3339());
            tracing::warn!(feed, error, next_try = next, "feed cannot be read");
        }
        Some(error) => {
            tracing::debug!(feed, error, failures = polled.learned.failures, "feed still cannot be read")
        }
        None if failures_before > 0 => tracing::info!(feed, failures = failures_before, "feed is well again"),
        None => {}
    }
}
