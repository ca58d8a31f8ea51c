//! What the service says, and the names under which the journal's catalogue explains it
//! (`systemd/dateline.catalog`).
//!
//! Owns the numbers: `journalctl MESSAGE_ID=...` finds a message whatever its words are, and `journalctl -x` adds
//! what to do. A number once given is never given to another message.

use crate::feed::State;
use crate::pipeline::Polled;

pub const STARTED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e01";
pub const STOPPED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e02";
pub const HOUR: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e03";
pub const RELOADED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e04";
pub const RELOAD_REFUSED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e05";
pub const FEED_FAILS: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e06";
pub const FEED_WELL: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e07";
pub const FEED_GONE: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e08";
pub const FEED_SET_ASIDE: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e09";
pub const DATABASE_LOCKED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0a";
pub const DATABASE_WELL: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0b";
pub const CLOCK_MOVED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0c";
pub const NETWORK_BACK: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0d";
pub const ENDED: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0f";
pub const LOG_LARGE: &str = "5f2f0c7e8a1d4b6f9c3e70d1a4b85e0e";

/// One line a poll for those who debug; a line for everybody when a feed starts to fail, is well again, or is not
/// polled any more.
pub fn polled(feed: &str, url: &str, polled: &Polled, failures_before: u32) {
    let added = &polled.added;
    tracing::debug!(
        feed,
        url,
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
    let failures = polled.learned.failures;
    match (&polled.error, polled.learned.state) {
        (Some(error), State::Gone) => {
            tracing::warn!(
                message_id = FEED_GONE,
                feed,
                url,
                error,
                "feed is gone; it is not polled any more"
            );
        }
        (error, State::Quarantined) => {
            tracing::error!(message_id = FEED_SET_ASIDE, feed, url, error, "feed is set aside");
        }
        (Some(error), _) if failures_before == 0 => {
            let next_try = polled.learned.next_poll_at.map(|at| at.to_rfc3339());
            tracing::warn!(message_id = FEED_FAILS, feed, url, error, next_try, "feed cannot be read");
        }
        (Some(error), _) => tracing::debug!(feed, url, error, failures, "feed still cannot be read"),
        (None, _) if failures_before > 0 => {
            tracing::info!(
                message_id = FEED_WELL,
                feed,
                url,
                failures = failures_before,
                "feed is well again"
            );
        }
        (None, _) => {}
    }
}
