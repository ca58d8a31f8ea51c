//! What is due, and whose turn it is.
//!
//! Owns one heap of due times for all feeds and the spacing of requests to one host: at most one in flight,
//! some seconds apart. A feed costs a few bytes here and no task.

use chrono::{DateTime, Duration, Utc};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

/// The feeds of one process, by number.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Reverse<(DateTime<Utc>, Entry)>>,
    hosts: HashMap<String, Host>,
    /// The due time that counts for a feed; entries of the heap that disagree are stale.
    due: HashMap<usize, DateTime<Utc>>,
    /// Feeds that wait for their host; others that stand in a host's line are stale.
    waiting: HashSet<usize>,
    host_gap_s: u64,
    /// How often `set` was called.
    order: u64,
}

/// Feeds that are due at the same time come in the order in which they were set, so that none is starved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    order: u64,
    feed: usize,
}

#[derive(Debug, Default)]
struct Host {
    in_flight: bool,
    free_at: Option<DateTime<Utc>>,
    /// Feeds that are due and wait for the host, in the order in which they came due.
    waiting: VecDeque<usize>,
}

impl Queue {
    /// `host_gap_s`: seconds between the end of one request to a host and the next request to it.
    pub fn new(host_gap_s: u64) -> Queue {
        Queue { host_gap_s, ..Queue::default() }
    }

    /// Sets when a feed is due; a later call for the same feed replaces the earlier.
    pub fn set(&mut self, feed: usize, at: DateTime<Utc>) {
        self.waiting.remove(&feed);
        self.due.insert(feed, at);
        self.order += 1;
        self.heap.push(Reverse((at, Entry { order: self.order, feed })));
    }

    /// Forgets a feed.
    pub fn remove(&mut self, feed: usize) {
        self.due.remove(&feed);
        self.waiting.remove(&feed);
    }

    /// A host asked to be left alone (429) before this process began.
    pub fn hold(&mut self, host: &str, until: DateTime<Utc>) {
        let free_at = &mut self.hosts.entry(host.to_owned()).or_default().free_at;
        *free_at = Some(free_at.map_or(until, |at| at.max(until)));
    }

    /// The wall clock was moved by so many seconds: what hosts were promised is counted by the new one.
    pub fn clock_moved(&mut self, seconds: i64) {
        for host in self.hosts.values_mut() {
            let moved = |at: DateTime<Utc>| at.checked_add_signed(Duration::try_seconds(seconds)?);
            host.free_at = host.free_at.map(|at| moved(at).unwrap_or(at));
        }
    }

    /// The next feed that may be polled now, if there is one; its host is then busy until `finished`.
    /// `host_of` names a feed's host; None (a file) waits for nobody.
    pub fn pop<'a>(
        &mut self,
        now: DateTime<Utc>,
        host_of: impl Fn(usize) -> Option<&'a str>,
    ) -> Option<usize> {
        while let Some(Reverse((at, Entry { feed, .. }))) = self.heap.peek().copied() {
            if at > now {
                return None;
            }
            self.heap.pop();
            if self.due.get(&feed) != Some(&at) {
                continue;
            }
            let Some(name) = host_of(feed) else {
                self.due.remove(&feed);
                return Some(feed);
            };
            let host = self.hosts.entry(name.to_owned()).or_default();
            if host.in_flight || host.free_at.is_some_and(|free_at| free_at > now) {
                self.due.remove(&feed);
                host.waiting.push_back(feed);
                self.waiting.insert(feed);
                self.wake(name);
                continue;
            }
            self.due.remove(&feed);
            host.in_flight = true;
            return Some(feed);
        }
        None
    }

    /// A request to a host has ended. `hold_until`: the host asked to be left alone (429).
    pub fn finished(&mut self, host: &str, now: DateTime<Utc>, hold_until: Option<DateTime<Utc>>) {
        let free_at = now + Duration::seconds(self.host_gap_s.min(86_400) as i64);
        let entry = self.hosts.entry(host.to_owned()).or_default();
        entry.in_flight = false;
        entry.free_at = Some(hold_until.map_or(free_at, |hold| hold.max(free_at)));
        if entry.waiting.is_empty() && hold_until.is_none() && self.host_gap_s == 0 {
            self.hosts.remove(host);
        } else {
            self.wake(host);
        }
    }

    /// Puts the first feed that waits for a host back into the heap, for when the host is free.
    fn wake(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        if host.in_flight {
            return;
        }
        let Some(at) = host.free_at else { return };
        while let Some(feed) = host.waiting.pop_front() {
            if self.waiting.remove(&feed) {
                return self.set(feed, at);
            }
        }
    }

    /// When `pop` may next have something: the earliest due time.
    pub fn next_due(&mut self) -> Option<DateTime<Utc>> {
        while let Some(Reverse((at, Entry { feed, .. }))) = self.heap.peek().copied() {
            if self.due.get(&feed) == Some(&at) {
                return Some(at);
            }
            self.heap.pop();
        }
        None
    }

    /// Feeds that are neither in flight nor forgotten.
    pub fn len(&self) -> usize {
        self.due.len() + self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets hosts that need no spacing any more, so that memory follows the feeds that are configured.
    pub fn trim(&mut self, now: DateTime<Utc>) {
        self.hosts.retain(|_, host| {
            host.in_flight || !host.waiting.is_empty() || host.free_at.is_some_and(|free_at| free_at > now)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(second)
    }

    fn host(feed: usize) -> Option<&'static str> {
        match feed {
            0..10 => Some("one.example"),
            10..20 => Some("two.example"),
            _ => None,
        }
    }

    #[test]
    fn feeds_come_in_the_order_in_which_they_are_due() {
        let mut queue = Queue::new(0);
        for (feed, second) in [(1, 30), (11, 10), (20, 20)] {
            queue.set(feed, at(second));
        }
        assert_eq!((queue.pop(at(5), host), queue.next_due()), (None, Some(at(10))));
        assert_eq!(
            [queue.pop(at(60), host), queue.pop(at(60), host), queue.pop(at(60), host)],
            [Some(11), Some(20), Some(1)]
        );
        assert_eq!((queue.pop(at(60), host), queue.len()), (None, 0));
    }

    #[test]
    fn one_host_has_one_request_in_flight_and_seconds_between_two() {
        let mut queue = Queue::new(5);
        for feed in [1, 2, 3, 11] {
            queue.set(feed, at(0));
        }
        assert_eq!(
            [queue.pop(at(0), host), queue.pop(at(0), host), queue.pop(at(0), host)],
            [Some(1), Some(11), None]
        );
        queue.finished("one.example", at(2), None);
        assert_eq!((queue.pop(at(6), host), queue.next_due()), (None, Some(at(7))));
        assert_eq!(queue.pop(at(7), host), Some(2));
        queue.finished("one.example", at(8), None);
        assert_eq!(queue.pop(at(13), host), Some(3));
    }

    #[test]
    fn a_host_that_asks_for_peace_is_left_alone_with_all_its_feeds() {
        let mut queue = Queue::new(1);
        for feed in [1, 2] {
            queue.set(feed, at(0));
        }
        assert_eq!(queue.pop(at(0), host), Some(1));
        queue.finished("one.example", at(1), Some(at(600)));
        queue.set(1, at(10));
        assert_eq!(queue.pop(at(599), host), None);
        assert_eq!(queue.pop(at(600), host), Some(2));
    }

    #[test]
    fn the_last_word_on_a_feed_counts() {
        let mut queue = Queue::new(0);
        queue.set(1, at(10));
        queue.set(1, at(100));
        queue.set(2, at(20));
        queue.remove(2);
        assert_eq!((queue.pop(at(50), host), queue.next_due(), queue.len()), (None, Some(at(100)), 1));
    }

    #[test]
    fn a_feed_that_waits_for_its_host_and_is_set_anew_is_polled_once() {
        let mut queue = Queue::new(1);
        for feed in [1, 2, 3] {
            queue.set(feed, at(0));
        }
        assert_eq!(queue.pop(at(0), host), Some(1));
        assert_eq!((queue.pop(at(0), host), queue.len()), (None, 2));
        queue.set(2, at(500));
        queue.remove(3);
        queue.finished("one.example", at(0), None);
        assert_eq!((queue.pop(at(499), host), queue.len()), (None, 1));
        assert_eq!((queue.pop(at(500), host), queue.len()), (Some(2), 0));
    }

    #[test]
    fn a_hold_from_before_counts_and_moves_with_the_clock() {
        let mut queue = Queue::new(1);
        queue.hold("one.example", at(1_000));
        queue.set(1, at(0));
        assert_eq!((queue.pop(at(0), host), queue.next_due()), (None, Some(at(1_000))));
        queue.clock_moved(-900);
        queue.set(1, at(0));
        assert_eq!((queue.pop(at(99), host), queue.pop(at(100), host)), (None, Some(1)));
    }

    #[test]
    fn a_thousand_feeds_of_one_host_all_get_their_turn() {
        let mut queue = Queue::new(2);
        for feed in 0..1_000 {
            queue.set(feed, at(0));
        }
        let all = |_| Some("one.example");
        let mut polled = Vec::new();
        for second in 0..2_000 {
            if let Some(feed) = queue.pop(at(second), all) {
                polled.push(feed);
                queue.finished("one.example", at(second), None);
            }
        }
        assert_eq!(polled, (0..1_000).collect::<Vec<_>>());
        queue.trim(at(5_000));
        assert!(queue.is_empty() && queue.hosts.is_empty());
    }
}
