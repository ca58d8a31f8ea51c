//! The tellings of an event and what is believed of it, kept in memory while they are in use.
//!
//! Most reports are compared with events of the last days, again and again; reading a candidate from its rows costs
//! more than comparing it. Owns what is kept and when it is forgotten; leaves the rows to `rows`, the rules to
//! `event::belief`.

use super::super::Result;
use super::rows;
use crate::event::belief::{self, Belief};
use crate::event::identity::{self, Known, Meeting, Telling};
use crate::mention::Interval;
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// Tellings kept, of all events together: some sixteen megabytes. Beyond this the events go that were not asked for the
/// longest. To read again what did not fit costs more than all else that a report does, so the events of a day full of
/// news should fit.
const KEPT: usize = 8_192;
/// Tellings of one event that are compared and settled: the newest.
pub(super) const TELLINGS: usize = 400;

/// The tellings that stand, in the order in which they came, and what is believed because of them.
#[derive(Debug, Default)]
pub(super) struct Account {
    tellings: Vec<Arc<Known>>,
    belief: OnceLock<Option<Belief>>,
}

impl Account {
    pub fn new(tellings: Vec<Arc<Known>>) -> Account {
        Account { tellings, belief: OnceLock::new() }
    }

    pub fn tellings(&self) -> &[Arc<Known>] {
        &self.tellings
    }

    /// None where no telling stands.
    pub fn belief(&self) -> Option<&Belief> {
        self.belief.get_or_init(|| belief::settle(self.tellings.iter().map(|t| &**t))).as_ref()
    }

    /// The account with one more telling, and what that changes.
    pub fn with(&self, telling: &Arc<Known>) -> (String, Account) {
        let shortened = match self.tellings.len() < TELLINGS {
            true => None,
            false => Some(Account::new(self.tellings[self.tellings.len() + 1 - TELLINGS..].to_vec())),
        };
        let before = shortened.as_ref().unwrap_or(self);
        let after = Account::new(before.tellings.iter().chain([telling]).cloned().collect());
        (after.change_from(before), after)
    }

    /// What changed, in words; empty where nothing did.
    pub fn change_from(&self, before: &Account) -> String {
        match (before.belief(), self.belief()) {
            (Some(old), Some(new)) => belief::change(old, new),
            _ => "first report".to_owned(),
        }
    }

    /// Whether any telling has a date that can meet the new one's.
    pub fn may_meet(&self, new: &Telling) -> bool {
        let Some(meeting) = identity::days_to_meet(new) else { return true };
        let Meeting { days, week_early, week_late, misdated_before } = meeting;
        let within = |day, of: &Interval| of.start <= day && day <= of.end;
        self.tellings.iter().any(|known| match &known.event.date {
            None => true,
            Some(d) => {
                (d.interval.start <= days.end && d.interval.end >= days.start)
                    || within(d.interval.end, &week_early)
                    || within(d.interval.start, &week_late)
                    || (misdated_before.is_some() && identity::seems_misdated(known))
            }
        })
    }
}

/// The accounts of events that were in use lately.
#[derive(Debug, Default)]
pub(crate) struct Lately {
    /// With the number of a use, the last or one of the last.
    accounts: HashMap<i64, (u64, Arc<Account>)>,
    /// The events by these uses.
    uses: BTreeMap<u64, i64>,
    next_use: u64,
    /// Of all accounts together.
    tellings: usize,
    changes: u64,
}

impl Lately {
    /// Grows with every account that differs from what it was: what a failed transaction wrote must be forgotten.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The title of a story is a part of its tellings, so an edit may touch any account.
    pub fn clear(&mut self) {
        *self = Lately { changes: self.changes + 1, ..Lately::default() };
    }

    pub(super) fn holds(&self, event: i64) -> bool {
        self.accounts.contains_key(&event)
    }

    pub(super) fn read(&mut self, c: &Connection, event: i64) -> Result<Arc<Account>> {
        let held = self.accounts.len() as u64;
        if let Some((used, account)) = self.accounts.get_mut(&event) {
            // What is in the news is asked for by every report: a use soon after one that was noted is not.
            if self.next_use - *used > held / 4 {
                self.uses.remove(used);
                self.uses.insert(self.next_use, event);
                *used = self.next_use;
                self.next_use += 1;
            }
            return Ok(account.clone());
        }
        let reports = rows::of_event(c, event)?;
        let known = |r: rows::Report| Arc::new(Known::new(r.telling));
        let account = Arc::new(Account::new(reports.into_iter().map(known).collect()));
        self.insert(event, account.clone());
        Ok(account)
    }

    pub(super) fn keep(&mut self, event: i64, account: Account) {
        self.changes += 1;
        self.remove(event);
        self.insert(event, Arc::new(account));
    }

    pub(super) fn forget(&mut self, event: i64) {
        self.changes += 1;
        self.remove(event);
    }

    fn remove(&mut self, event: i64) {
        if let Some((used, gone)) = self.accounts.remove(&event) {
            self.uses.remove(&used);
            self.tellings -= gone.tellings.len();
        }
    }

    /// Puts in an account that is not held.
    fn insert(&mut self, event: i64, account: Arc<Account>) {
        self.tellings += account.tellings.len();
        self.uses.insert(self.next_use, event);
        self.accounts.insert(event, (self.next_use, account));
        self.next_use += 1;
        while self.tellings > KEPT {
            let Some((_, &longest_ago)) = self.uses.first_key_value() else { break };
            self.remove(longest_ago);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Quote, Status};
    use crate::text::{Field, Span};

    fn telling() -> Arc<Known> {
        let event = Event {
            kind: "attack".to_owned(),
            subtype: None,
            status: Status::Occurred,
            date: None,
            place: None,
            actors: Vec::new(),
            killed: None,
            injured: None,
            count: 1,
            people: None,
            plover: None,
            cameo: None,
            confidence: 0.9,
            mentions: Vec::new(),
            quote: Quote { field: Field::Title, span: Span { start: 0, end: 0 }, text: String::new() },
        };
        Arc::new(Known::new(Telling {
            event,
            story: 1,
            feed: 1,
            source: 1,
            told_at: chrono::DateTime::UNIX_EPOCH,
            headline: String::new(),
        }))
    }

    #[test]
    fn events_with_many_tellings_take_no_more_memory_than_many_events() {
        let telling = telling();
        let mut lately = Lately::default();
        for event in 0..100 {
            lately.keep(event, Account::new(vec![telling.clone(); TELLINGS]));
            lately.keep(event, Account::new(vec![telling.clone(); TELLINGS]));
            let held: usize = lately.accounts.values().map(|(_, account)| account.tellings.len()).sum();
            assert!(lately.holds(event) && held == lately.tellings && held <= KEPT, "{held}");
            assert_eq!(lately.accounts.len(), lately.uses.len());
        }
        assert!(!lately.holds(0), "what nobody asks for is forgotten");
        lately.forget(99);
        assert!(!lately.holds(99));
        lately.clear();
        assert_eq!((lately.tellings, lately.uses.len()), (0, 0));
    }

    #[test]
    fn what_is_asked_for_again_and_again_is_not_forgotten() {
        let c = Connection::open_in_memory().unwrap();
        let mut lately = Lately::default();
        lately.keep(0, Account::new(vec![telling(); 10]));
        for event in 1..100 {
            lately.keep(event, Account::new(vec![telling(); TELLINGS]));
            // There are no rows to read it from.
            assert_eq!(lately.read(&c, 0).unwrap().tellings().len(), 10);
        }
    }
}
