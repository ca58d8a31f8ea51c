//! When to poll: cadence, back-off, jitter, a server's demands, and a queue of what is due.
//!
//! Owns the arithmetic of time and the fairness towards hosts. Pure: `now` is passed in. Knows feeds only as
//! numbers and hosts only as names; leaves what a server said to `feed`.

use chrono::{DateTime, Datelike, Duration, Timelike, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

mod cron;
pub mod queue;

pub use queue::Queue;

/// By default nobody is polled twice within this time.
const HOURLY_S: i64 = 3_600;
/// Nobody needs a feed more often than this.
const EVERY_MIN_S: i64 = 60;
const EVERY_MAX_S: i64 = 366 * 86_400;
/// Failures in a row lengthen the wait up to this.
const BACK_OFF_MAX_S: i64 = 86_400;
/// A wait that a document asks for (ttl, sy:update*) beyond this is taken for this.
const WAIT_MAX_S: i64 = 7 * 86_400;
/// A demand of a server (max-age, Retry-After) beyond this is taken for this.
const DEMAND_MAX_S: i64 = 31 * 86_400;
/// Jitter lengthens an interval by at most this part of it, and by no more than this.
const JITTER_PART: i64 = 10;
const JITTER_MAX_S: i64 = 600;

/// How often the user wants a feed polled.
#[derive(Debug, Clone, PartialEq)]
pub enum Cadence {
    /// Seconds from the end of one poll to the next.
    Every(i64),
    /// Shared by the feeds that name it.
    Cron(Arc<cron::Cron>),
}

/// Why a text is no cadence, and what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CadenceError {
    #[error("\"{0}\" is no interval; write a number and a unit, such as \"30m\", \"2h\" or \"1d\"")]
    Interval(String),
    #[error("\"{0}\" is out of range; an interval is from 1m to 366d")]
    Range(String),
    #[error(
        "\"{text}\" has {count} fields; a schedule has five (minute hour day month weekday), or is @hourly and its kind"
    )]
    Fields { text: String, count: usize },
    #[error("\"{field}\" is no {name}; {advice}")]
    Field { field: String, name: &'static str, advice: String },
    #[error("\"{0}\" never comes: there is no such day")]
    Never(String),
}

impl Cadence {
    pub fn hourly() -> Cadence {
        Cadence::Every(HOURLY_S)
    }

    /// Five fields as in crontab(5), or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
    pub fn cron(text: &str) -> Result<Cadence, CadenceError> {
        cron::Cron::parse(text).map(|cron| Cadence::Cron(Arc::new(cron)))
    }
}

impl std::str::FromStr for Cadence {
    type Err = CadenceError;

    /// An interval: "90s", "30m", "2h", "1d".
    fn from_str(text: &str) -> Result<Cadence, CadenceError> {
        let wrong = || CadenceError::Interval(text.to_owned());
        let trimmed = text.trim();
        let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = trimmed.split_at(digits);
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let unit = match unit.trim() {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(wrong()),
        };
        match number.checked_mul(unit) {
            Some(seconds) if (EVERY_MIN_S..=EVERY_MAX_S).contains(&seconds) => Ok(Cadence::Every(seconds)),
            _ => Err(CadenceError::Range(text.to_owned())),
        }
    }
}

/// What others ask of us beside the user: all of it can lengthen a wait, none of it shorten one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demand {
    /// The server's own demand: max-age, Expires, Retry-After.
    pub not_before: Option<DateTime<Utc>>,
    /// What the document asks for between polls (ttl, sy:update*), in seconds.
    pub wait_s: Option<u64>,
    /// Hours (GMT) in which the publisher wants no polls.
    pub skip_hours: Vec<u8>,
    /// Days (0 is Monday, GMT) on which the publisher wants no polls.
    pub skip_days: Vec<u8>,
    /// Failures in a row.
    pub failures: u32,
    /// The shortest wait after the kind of failure that happened, in seconds: hours after a 401 or 403.
    pub failure_wait_s: u64,
}

/// When a feed that was polled at `now` is polled again. `seed` is the feed's own number: the same feed always
/// gets the same jitter, so that intervals are even, and different feeds get different ones.
pub fn next(cadence: &Cadence, zone: Tz, demand: &Demand, now: DateTime<Utc>, seed: u64) -> DateTime<Utc> {
    // `now` is told in whole seconds: up to one more has passed, and nobody is asked early.
    let since = now + Duration::seconds(1);
    let (scheduled, interval_s) = match cadence {
        Cadence::Every(seconds) => (since + Duration::seconds(*seconds), *seconds),
        Cadence::Cron(cron) => {
            let at = cron.next(zone, now).unwrap_or(now + Duration::seconds(BACK_OFF_MAX_S));
            (at, 0)
        }
    };
    let mut at = scheduled;
    if let Some(wait_s) = demand.wait_s {
        at = at.max(since + Duration::seconds(seconds(wait_s).min(WAIT_MAX_S)));
    }
    if demand.failures > 0 {
        at = at.max(since + Duration::seconds(back_off_s(interval_s, demand)));
    }
    if let Some(not_before) = demand.not_before {
        at = at.max(not_before.min(since + Duration::seconds(DEMAND_MAX_S)));
    }
    at = after_skipped(at, demand);
    at + Duration::seconds(jitter_s(interval_s.max(60), seed))
}

/// Doubles with every failure in a row, up to a day. The first failure costs one usual interval.
fn back_off_s(interval_s: i64, demand: &Demand) -> i64 {
    let base = interval_s.max(EVERY_MIN_S * 5).max(seconds(demand.failure_wait_s));
    let doublings = (demand.failures - 1).min(20);
    base.saturating_mul(1 << doublings).min(BACK_OFF_MAX_S.max(interval_s))
}

/// A number from outside as seconds: never negative, never large enough to overflow a time.
fn seconds(number: u64) -> i64 {
    number.min(DEMAND_MAX_S as u64) as i64
}

fn jitter_s(interval_s: i64, seed: u64) -> i64 {
    let most = (interval_s / JITTER_PART).clamp(1, JITTER_MAX_S);
    // A multiplicative hash: feeds are numbered one by one and must not be spread one by one.
    (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as i64 % most
}

/// The first moment from `at` on that is in none of the skipped hours and days. A publisher who skips every
/// hour of the week is not believed.
fn after_skipped(at: DateTime<Utc>, demand: &Demand) -> DateTime<Utc> {
    let skipped = |time: DateTime<Utc>| {
        demand.skip_hours.contains(&(time.hour() as u8))
            || demand.skip_days.contains(&(time.weekday().num_days_from_monday() as u8))
    };
    let mut time = at;
    for _ in 0..7 * 24 {
        if !skipped(time) {
            return time;
        }
        let hour = Duration::hours(1);
        time = (time + hour).with_minute(0).and_then(|t| t.with_second(0)).unwrap_or(time + hour);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    /// The wait in seconds of an hourly feed without jitter, from the end of the second of its poll.
    fn wait(demand: &Demand) -> i64 {
        let now = time("2026-03-10T12:00:00Z");
        (next(&Cadence::hourly(), Tz::UTC, demand, now, 0) - now).num_seconds() - 1
    }

    #[test]
    fn intervals_are_a_number_and_a_unit() {
        for (text, seconds) in
            [("30m", 1_800), ("2h", 7_200), ("1d", 86_400), ("90 s", 90), ("60 min", 3_600)]
        {
            assert_eq!(text.parse(), Ok(Cadence::Every(seconds)), "{text}");
        }
        for text in ["", "m", "30", "-5m", "1.5h", "30 fortnights", "30m extra"] {
            assert_eq!(text.parse::<Cadence>(), Err(CadenceError::Interval(text.into())), "{text}");
        }
        for text in ["0m", "10s", "400d", "99999999999999999d"] {
            assert!(text.parse::<Cadence>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_poll_at_the_end_of_a_second_makes_the_next_no_earlier() {
        let polled = time("2026-03-10T12:00:00.999Z");
        let told = time("2026-03-10T12:00:00Z");
        assert!(
            next(&Cadence::Every(60), Tz::UTC, &Demand::default(), told, 0) >= polled + Duration::seconds(60)
        );
    }

    #[test]
    fn demands_lengthen_a_wait_and_never_shorten_it() {
        let at = |s| Some(time("2026-03-10T12:00:01Z") + Duration::seconds(s));
        assert_eq!(wait(&Demand::default()), 3_600);
        assert_eq!(wait(&Demand { wait_s: Some(60), ..Demand::default() }), 3_600);
        assert_eq!(wait(&Demand { wait_s: Some(7_200), ..Demand::default() }), 7_200);
        assert_eq!(wait(&Demand { not_before: at(60), ..Demand::default() }), 3_600);
        assert_eq!(wait(&Demand { not_before: at(172_800), ..Demand::default() }), 172_800);
    }

    #[test]
    fn nonsense_is_clamped() {
        let far = time("2999-01-01T00:00:00Z");
        assert_eq!(wait(&Demand { wait_s: Some(u64::MAX), ..Demand::default() }), WAIT_MAX_S);
        assert_eq!(wait(&Demand { not_before: Some(far), ..Demand::default() }), DEMAND_MAX_S);
        let always = Demand { skip_hours: (0..24).collect(), ..Demand::default() };
        assert_eq!(wait(&always), 3_600);
    }

    #[test]
    fn failures_double_the_wait_up_to_a_day() {
        let failed =
            |failures, failure_wait_s| wait(&Demand { failures, failure_wait_s, ..Demand::default() });
        assert_eq!([failed(1, 0), failed(2, 0), failed(3, 0)], [3_600, 7_200, 14_400]);
        assert_eq!([failed(6, 0), failed(u32::MAX, 0)], [86_400, 86_400]);
        assert_eq!(failed(1, 14_400), 14_400);
    }

    #[test]
    fn skipped_hours_and_days_are_waited_out() {
        let next = |demand| next(&Cadence::hourly(), Tz::UTC, &demand, time("2026-03-10T12:00:00Z"), 0);
        let hours = Demand { skip_hours: vec![13, 14], ..Demand::default() };
        assert_eq!(next(hours), time("2026-03-10T15:00:00Z"));
        // 10 March 2026 is a Tuesday.
        assert_eq!(next(Demand { skip_days: vec![1], ..Demand::default() }), time("2026-03-11T00:00:00Z"));
    }

    #[test]
    fn jitter_is_small_late_and_a_feeds_own() {
        let now = time("2026-03-10T12:00:00Z");
        let waits: Vec<i64> = (0..200)
            .map(|seed| {
                (next(&Cadence::hourly(), Tz::UTC, &Demand::default(), now, seed) - now).num_seconds()
            })
            .collect();
        assert!(waits.iter().all(|wait| (3_601..3_961).contains(wait)));
        let distinct: std::collections::BTreeSet<_> = waits.iter().collect();
        assert!(distinct.len() > 100, "{} different waits of 200", distinct.len());
    }
}
