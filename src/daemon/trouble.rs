//! Trouble that is the machine's and no feed's: a database that cannot be written, a network that reaches nobody.
//!
//! Owns what follows from it for the polls. Pure: `now` is passed in. While the database cannot be written nobody
//! is asked, because what they would answer is lost and they would be asked again. A feed that failed only because
//! no server at all was reached is tried again soon after one is.

use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;

/// How often it is tried whether the database can be written again.
const PROBE_S: i64 = 15;
/// After how many polls in a row that reached nobody the network is taken for dead; fewer where there are fewer
/// feeds. Among thousands of feeds half of which are dead so many do not come in a row by chance: but the dead end
/// first, so that it must also be more than may be under way at once.
const UNREACHED_MIN: usize = 20;
/// Feeds that failed in an outage are tried again within this time after it, spread evenly.
const SPREAD_S: u64 = 300;

/// A database that cannot be written.
#[derive(Debug)]
pub struct Locked {
    pub since: DateTime<Utc>,
    pub reason: String,
    pub probe_at: DateTime<Utc>,
    /// A probe was written: one poll at a time may show whether the rest can be, too.
    pub recovering: bool,
}

impl Locked {
    pub fn new(now: DateTime<Utc>, reason: String) -> Locked {
        Locked { since: now, reason, probe_at: now + Duration::seconds(PROBE_S), recovering: false }
    }

    /// It still cannot be written.
    pub fn again(&mut self, now: DateTime<Utc>) {
        self.recovering = false;
        self.probe_at = now + Duration::seconds(PROBE_S);
    }
}

/// Polls in a row that reached nobody.
#[derive(Debug, Default)]
pub struct Outage {
    polls: usize,
    /// Feeds that were well before.
    struck: BTreeSet<usize>,
}

impl Outage {
    pub fn unreached(&mut self, feed: usize, was_well: bool) {
        self.polls += 1;
        if was_well {
            self.struck.insert(feed);
        }
    }

    /// A server has answered. Returns the feeds that may have failed for no fault of their own; `feeds` is how
    /// many are polled at all, `at_once` how many of them at the same time.
    pub fn reached(&mut self, feeds: usize, at_once: usize) -> BTreeSet<usize> {
        let outage = std::mem::take(self);
        let enough = UNREACHED_MIN.max(2 * at_once).min(feeds.saturating_sub(1)).max(2);
        if outage.polls >= enough { outage.struck } else { BTreeSet::new() }
    }
}

/// When a feed with this number of its own is tried again after an outage.
pub fn after_outage(now: DateTime<Utc>, seed: u64) -> DateTime<Utc> {
    now + Duration::seconds((seed % SPREAD_S) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Polls 0, 1, 2, ... of so many feeds reach nobody, then one does: how many are tried again? Ten are polled at once.
    fn struck(polls: usize, feeds: usize) -> usize {
        let mut outage = Outage::default();
        (0..polls).for_each(|feed| outage.unreached(feed % feeds, true));
        let struck = outage.reached(feeds, 10).len();
        assert_eq!(outage.reached(feeds, 10).len(), 0, "an outage ends once");
        struck
    }

    #[test]
    fn an_outage_is_told_from_feeds_that_are_dead() {
        assert_eq!([struck(19, 1_000), struck(20, 1_000), struck(500, 1_000)], [0, 20, 500]);
        let mut busy = Outage::default();
        (0..127).for_each(|feed| busy.unreached(feed, true));
        assert_eq!(busy.reached(5_000, 64).len(), 0, "the dead among those that are under way end first");
        assert_eq!([struck(1, 3), struck(2, 3), struck(3, 3), struck(1, 1)], [0, 2, 3, 0]);
        let mut outage = Outage::default();
        (0..50).for_each(|feed| outage.unreached(feed, feed % 2 == 0));
        assert_eq!(outage.reached(100, 10).len(), 25, "feeds that were dead before stay at their pace");
    }

    #[test]
    fn a_database_is_probed_now_and_then() {
        let now: DateTime<Utc> = "2026-03-10T12:00:00Z".parse().expect("a time");
        let mut locked = Locked::new(now, "disk full".to_owned());
        assert_eq!((locked.probe_at - now).num_seconds(), PROBE_S);
        locked.recovering = true;
        locked.again(now + Duration::seconds(20));
        assert_eq!(((locked.probe_at - now).num_seconds(), locked.recovering), (20 + PROBE_S, false));
        assert!((0..1_000).all(|seed| after_outage(now, seed) < now + Duration::seconds(SPREAD_S as i64)));
    }
}
