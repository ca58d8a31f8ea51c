//! The figures themselves: their names, their labels, and how they are counted.

use super::super::Round;
use crate::feed::State;
use crate::pipeline::{self, Polled};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds that a poll takes: from a 304 on the spot to the limit of a request.
const POLL_BUCKETS_S: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
const READING_BUCKETS_S: [f64; 8] = [0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByState {
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByKind {
    kind: String,
}

pub struct Figures {
    registry: Registry,
    feeds: Family<ByState, Gauge>,
    polls: Family<ByOutcome, Counter>,
    poll_s: Histogram,
    reading_s: Histogram,
    bytes: Counter,
    new_stories: Counter,
    revised_stories: Counter,
    events: Family<ByKind, Counter>,
    queued: Gauge,
    under_way: Gauge,
    waiting: Gauge,
    unwritable: Gauge,
    log_bytes: Gauge,
    database_bytes: Gauge,
    memory_bytes: Gauge,
}

impl Figures {
    pub fn new() -> Figures {
        let mut figures = Figures {
            registry: Registry::with_prefix("dateline"),
            feeds: Family::default(),
            polls: Family::default(),
            poll_s: Histogram::new(POLL_BUCKETS_S),
            reading_s: Histogram::new(READING_BUCKETS_S),
            bytes: Counter::default(),
            new_stories: Counter::default(),
            revised_stories: Counter::default(),
            events: Family::default(),
            queued: Gauge::default(),
            under_way: Gauge::default(),
            waiting: Gauge::default(),
            unwritable: Gauge::default(),
            log_bytes: Gauge::default(),
            database_bytes: Gauge::default(),
            memory_bytes: Gauge::default(),
        };
        let f = &mut figures;
        let r = &mut f.registry;
        r.register("feeds", "Configured feeds by state", f.feeds.clone());
        r.register("polls", "Polls that ended, by outcome", f.polls.clone());
        r.register("poll_seconds", "Time from the request to the stored result", f.poll_s.clone());
        r.register(
            "reading_seconds",
            "Time in which the new stories of a poll were read",
            f.reading_s.clone(),
        );
        r.register("received_bytes", "Bytes of decoded answers", f.bytes.clone());
        r.register("new_stories", "Stories not seen before", f.new_stories.clone());
        r.register("revised_stories", "Stories whose text was changed", f.revised_stories.clone());
        r.register("new_events", "Events not on the timeline before, by kind", f.events.clone());
        r.register("queued_feeds", "Feeds that wait for their time or their host", f.queued.clone());
        r.register("polls_under_way", "Polls under way", f.under_way.clone());
        r.register(
            "database_requests_waiting",
            "Requests that wait for the database thread",
            f.waiting.clone(),
        );
        r.register("database_unwritable", "1 while polling waits for the database", f.unwritable.clone());
        r.register("database_log_bytes", "Size of the write-ahead log", f.log_bytes.clone());
        r.register("database_bytes", "Size of the timeline file", f.database_bytes.clone());
        r.register("resident_memory_bytes", "Memory of the process", f.memory_bytes.clone());
        figures
    }

    pub fn polled(&self, result: &Result<Polled, pipeline::Error>) {
        let Ok(polled) = result else {
            self.polls.get_or_create(&ByOutcome { outcome: "not stored" }).inc();
            return;
        };
        self.polls.get_or_create(&ByOutcome { outcome: polled.outcome.word() }).inc();
        self.poll_s.observe(polled.milliseconds as f64 / 1_000.0);
        if polled.entries > 0 {
            self.reading_s.observe(polled.reading_milliseconds as f64 / 1_000.0);
        }
        self.bytes.inc_by(polled.bytes);
        self.new_stories.inc_by(polled.added.new_stories as u64);
        self.revised_stories.inc_by(polled.added.revised_stories as u64);
        for event in &polled.added.new_events {
            self.events.get_or_create(&ByKind { kind: event.kind.clone() }).inc();
        }
    }

    /// What is counted and not added up.
    pub fn count(&self, round: &Round, unwritable: bool) {
        let mut states = [("well", 0), ("failing", 0), ("paused", 0), ("gone", 0), ("quarantined", 0)];
        for slot in &round.slots {
            let state = match slot.kept.state {
                State::Active if slot.kept.failures > 0 => 1,
                State::Active => 0,
                State::Paused => 2,
                State::Gone => 3,
                State::Quarantined => 4,
                State::Removed => continue,
            };
            states[state].1 += 1;
        }
        for (state, count) in states {
            self.feeds.get_or_create(&ByState { state }).set(count);
        }
        self.queued.set(round.queue.len() as i64);
        self.under_way.set(round.polls.len() as i64);
        self.waiting.set(round.pipeline.writer.waiting() as i64);
        self.unwritable.set(i64::from(unwritable));
    }

    /// All figures as text (OpenMetrics).
    pub fn text(&self, log_bytes: u64, database_bytes: u64) -> String {
        self.log_bytes.set(log_bytes as i64);
        self.database_bytes.set(database_bytes as i64);
        self.memory_bytes.set(memory_bytes().unwrap_or_default());
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

/// Resident memory of this process; None where the system does not say.
fn memory_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1_024)
}
