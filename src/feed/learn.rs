//! What one poll teaches about a feed.
//!
//! Owns which validators are kept, when a redirect is believed, and what counts as a failure. Pure: the state
//! before and what came back make the state after. Leaves the time of the next poll to `schedule`.

use chrono::{DateTime, Duration, Utc};

use super::fetch::{Fetched, Outcome};
use super::parse::ParseError;
use super::{Learned, Parsed, State};

/// After so many failures at an address that a redirect led to, the user's own is tried again.
const MOVED_FAILURES_MAX: u32 = 3;
/// A server that refuses us is left alone for hours.
const REFUSED_WAIT_S: u64 = 4 * 3_600;
/// How long a host is left alone where its 429 names no time.
const HOLD_S: i64 = 300;
/// A feed that was being read when the process died is set aside the second time.
const UNFINISHED_MAX: u32 = 2;

impl Learned {
    /// The shortest wait after the failure that happened last, seconds.
    pub fn failure_wait_s(&self) -> u64 {
        match self.last_status {
            Some(401 | 403) if self.failures > 0 => REFUSED_WAIT_S,
            _ => 0,
        }
    }

    /// Until when the whole host is to be left alone: a 429 speaks for the host, a 503 for the feed.
    pub fn host_held_until(&self) -> Option<DateTime<Utc>> {
        let polled_at = self.last_poll_at.filter(|_| self.last_status == Some(429))?;
        Some(self.not_before.unwrap_or(polled_at + Duration::seconds(HOLD_S)))
    }

    /// The state to write before a poll begins. A feed whose reading killed the process twice is set aside,
    /// so that one poisoned feed cannot make a circle of crashes.
    pub fn begun(&self) -> Learned {
        if self.unfinished >= UNFINISHED_MAX {
            let error = "set aside: the program died twice while reading this feed; enable it again to retry";
            return Learned {
                state: State::Quarantined,
                last_error: Some(error.to_string()),
                ..self.clone()
            };
        }
        Learned { unfinished: self.unfinished + 1, ..self.clone() }
    }
}

/// The state after a poll. `parsed` is what became of a fresh body; None where there was none to read.
pub fn after(
    before: &Learned,
    fetched: &Fetched,
    parsed: Option<Result<&Parsed, &ParseError>>,
    now: DateTime<Utc>,
) -> Learned {
    let mut learned = before.clone();
    learned.unfinished = 0;
    learned.last_poll_at = Some(now);
    learned.last_status = fetched.status;
    // `now` is told in whole seconds: up to one more has passed.
    learned.not_before =
        fetched.wait_s.map(|s| now + Duration::seconds(1 + s.min(i64::MAX as u64 / 2_000) as i64));
    let trouble = match (&fetched.outcome, parsed) {
        (Outcome::Unchanged, _) => None,
        (Outcome::Fresh { .. }, Some(Err(error))) => Some(error.to_string()),
        (Outcome::Fresh { .. }, Some(Ok(parsed))) => {
            learned.wait_s = parsed.wait_s;
            learned.skip_hours = parsed.skip_hours.clone();
            learned.skip_days = parsed.skip_days.clone();
            learned.title = parsed.title.clone().or(learned.title);
            None
        }
        // A body that nobody has read proves nothing; its validators would hide it for ever.
        (Outcome::Fresh { .. }, None) => Some("the document was not read".to_string()),
        (Outcome::Gone, _) => {
            learned.state = State::Gone;
            Some("the owner has ended this feed (HTTP 410); it is not polled any more".to_string())
        }
        (Outcome::Wait, _) => Some(wait_words(fetched)),
        (Outcome::Failed(error), _) => Some(error.to_string()),
    };
    match trouble {
        None => succeed(&mut learned, fetched, now),
        Some(error) => {
            learned.failures = learned.failures.saturating_add(1);
            learned.last_error = Some(error);
            if learned.failures >= MOVED_FAILURES_MAX {
                (learned.moved_to, learned.moving_to) = (None, None);
            }
        }
    }
    learned
}

fn wait_words(fetched: &Fetched) -> String {
    let who =
        if fetched.status == Some(429) { "too many requests, says the server" } else { "the server is busy" };
    let status = fetched.status.unwrap_or_default();
    match fetched.wait_s {
        Some(seconds) => format!("{who} (HTTP {status}); it asks for {seconds} s of peace"),
        None => format!("{who} (HTTP {status})"),
    }
}

fn succeed(learned: &mut Learned, fetched: &Fetched, now: DateTime<Utc>) {
    learned.failures = 0;
    learned.last_error = None;
    learned.last_success_at = Some(now);
    if learned.state == State::Gone {
        learned.state = State::Active;
    }
    learned.body_hash = fetched.body_hash.or(learned.body_hash);
    if fetched.status == Some(304) {
        // A 304 replaces what it names and leaves the rest.
        learned.etag = fetched.etag.clone().or(learned.etag.take());
        learned.last_modified = fetched.last_modified.clone().or(learned.last_modified.take());
    } else {
        learned.etag = fetched.etag.clone();
        learned.last_modified = fetched.last_modified.clone();
    }
    learned.validators_url = Some(fetched.url.to_string());
    match &fetched.moved_to {
        Some(target) if learned.moving_to.as_deref() == Some(target.as_str()) => {
            (learned.moved_to, learned.moving_to) = (Some(target.to_string()), None);
        }
        target => learned.moving_to = target.as_ref().map(|t| t.to_string()),
    }
}
