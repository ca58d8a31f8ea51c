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
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Tellings kept, of all events together: some eight megabytes. Beyond this all are forgotten, which is simpler than to
/// know which are needed least.
const KEPT: usize = 4_096;
/// Tellings of one event that are compared and settled: the newest.
pub(super) const TELLINGS: usize = 400;

/// The tellings that stand, in the order in which they came, and what is believed because of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    tellings: Vec<Arc<Known>>,
    belief: OnceCell<Option<Arc<Belief>>>,
}

impl Account {
    pub fn new(tellings: Vec<Arc<Known>>) -> Account {
        Account { tellings, belief: OnceCell::new() }
    }

    pub fn tellings(&self) -> &[Arc<Known>] {
        &self.tellings
    }

    /// None where no telling stands.
    pub fn belief(&self) -> Option<&Belief> {
        self.belief
            .get_or_init(|| belief::settle(self.tellings.iter().map(|t| &***t)).map(Arc::new))
            .as_deref()
    }

    /// The account with one more telling, and what that changes.
    pub fn with(&self, telling: &Arc<Known>) -> (String, Account) {
        let before = match self.tellings.len() < TELLINGS {
            true => self.clone(),
            false => Account::new(self.tellings[self.tellings.len() + 1 - TELLINGS..].to_vec()),
        };
        let after = Account::new(before.tellings.iter().chain([telling]).cloned().collect());
        (after.change_from(&before), after)
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
    accounts: HashMap<i64, Account>,
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
        self.changes += 1;
        self.drop_all();
    }

    fn drop_all(&mut self) {
        self.accounts.clear();
        self.tellings = 0;
    }

    pub(super) fn holds(&self, event: i64) -> bool {
        self.accounts.contains_key(&event)
    }

    pub(super) fn read(&mut self, c: &Connection, event: i64) -> Result<Account> {
        if let Some(account) = self.accounts.get(&event) {
            return Ok(account.clone());
        }
        let reports = rows::of_event(c, event)?;
        let account = Account::new(reports.into_iter().map(|r| Arc::new(Known::new(r.telling))).collect());
        self.insert(event, account.clone());
        Ok(account)
    }

    pub(super) fn keep(&mut self, event: i64, account: Account) {
        self.changes += 1;
        self.insert(event, account);
    }

    pub(super) fn forget(&mut self, event: i64) {
        self.changes += 1;
        self.remove(event);
    }

    fn remove(&mut self, event: i64) {
        if let Some(gone) = self.accounts.remove(&event) {
            self.tellings -= gone.tellings.len();
        }
    }

    fn insert(&mut self, event: i64, account: Account) {
        self.remove(event);
        if self.tellings + account.tellings.len() > KEPT {
            self.drop_all();
        }
        self.tellings += account.tellings.len();
        self.accounts.insert(event, account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Quote, Status};
    use crate::text::{Field, Span};

    #[test]
    fn events_with_many_tellings_take_no_more_memory_than_many_events() {
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
        let telling = Arc::new(Known::new(Telling {
            event,
            story: 1,
            feed: 1,
            source: 1,
            told_at: chrono::DateTime::UNIX_EPOCH,
            headline: String::new(),
        }));
        let mut lately = Lately::default();
        for event in 0..100 {
            lately.keep(event, Account::new(vec![telling.clone(); TELLINGS]));
            lately.keep(event, Account::new(vec![telling.clone(); TELLINGS]));
            let held: usize = lately.accounts.values().map(|account| account.tellings.len()).sum();
            assert!(lately.holds(event) && held == lately.tellings && held <= KEPT, "{held}");
        }
        lately.forget(99);
        assert!(!lately.holds(99));
        lately.clear();
        assert_eq!(lately.tellings, 0);
    }
}
