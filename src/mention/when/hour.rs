//! Times of day: "10 p.m. Wednesday", "at 6am local time", "13:40 GMT", "noon Thursday", "4 in the morning".
//!
//! Owns hours, minutes and the words for them. Converts no zones: the day is the one that the text names, as its readers would say it.

use super::direction::Direction;
use super::moment::{Moment, shift_days};
use super::piece::Kind;
use super::reader::{Found, Reader};
use crate::lexicon::calendar::{Role, Unit, Word};

/// A day may stand so many pieces before its hour.
const SENTENCE_MAX: usize = 100;

impl Reader<'_> {
    /// A time by the clock, with the day that stands beside it, else the day told last in its sentence, else publication.
    pub fn clock(&self, i: usize) -> Option<Found> {
        let (hour, minute, mut j, sure) = self.hour(i)?;
        let (hour, sure) = match self.get(j).map(|p| p.kind) {
            Some(Kind::Half(after_noon)) if hour <= 12 => {
                j += 1;
                (hour % 12 + if after_noon { 12 } else { 0 }, true)
            }
            _ => (hour, sure),
        };
        let (hour, sure) = match self.half_named(j) {
            Some((after_noon, end)) if hour <= 12 => {
                j = end;
                (hour % 12 + if after_noon { 12 } else { 0 }, true)
            }
            _ => (hour, sure),
        };
        let zoned = self.zone(j);
        j = zoned.unwrap_or(j);
        if !(sure || zoned.is_some()) {
            return None;
        }
        let k = self.skip(self.comma(j), Role::On);
        let beside = self.get(k).and_then(|p| p.word()).and_then(|word| match word {
            Word::Weekday(_) | Word::WeekdayShort(_) => self.weekday(k),
            Word::Month(_) | Word::MonthShort(_) => self.month(k),
            Word::Role(role @ (Role::Yesterday | Role::Today | Role::Tomorrow)) => self.day_word(k, role),
            _ => None,
        });
        let beside = beside
            .or_else(|| matches!(self.get(k)?.kind, Kind::Digits(..)).then(|| self.day_month(k)).flatten());
        // "10:35 a.m. (0735 GMT) Friday"
        let beside = beside.or_else(|| {
            let close = (k + 1..k + 5).find(|c| self.mark(k, '(') && self.mark(*c, ')'))?;
            let day = self.weekday(self.skip(close + 1, Role::On))?;
            Some(Found { end: j, ..day })
        });
        let (date, end, relative) = match beside {
            Some(Found { moment: Moment::Day(d), end, relative, .. }) => (d, end, relative),
            _ => (self.day_told_before(i).unwrap_or(self.published), j, true),
        };
        let value = match (hour, minute) {
            (24, 0) => "T24:00".to_owned(),
            (h @ 0..=23, m) => format!("T{h:02}:{m:02}"),
            _ => return None,
        };
        let mut found = Found::new(i, end, Moment::Time(date, value));
        found.relative = relative;
        // Midnight to come is where the next day begins.
        if hour == 24 && self.direction(i, end) == Direction::Ahead {
            found = found.covering(shift_days(date, 1).map(Moment::Day));
        }
        Some(found)
    }

    /// Hour and minute, where they end, and whether they are a time without more.
    fn hour(&self, i: usize) -> Option<(u32, u32, usize, bool)> {
        match self.get(i)?.kind {
            Kind::Word(Word::Role(Role::Noon)) => return Some((12, 0, i + 1, true)),
            Kind::Word(Word::Role(Role::Midnight)) => return Some((24, 0, i + 1, true)),
            _ => {}
        }
        let (n, digits) = match self.get(i)?.kind {
            Kind::Digits(n, digits) => (n, digits),
            Kind::Word(Word::Number(n @ 1..=12)) => (n, 0),
            _ => return None,
        };
        if self.before(i).is_some_and(|p| {
            !self.pieces[i].spaced && matches!(p.kind, Kind::Mark('.' | ':' | '/' | '-' | ',' | '$'))
        }) {
            return None;
        }
        let at = self.before(i).is_some_and(|p| {
            matches!(
                p.role(),
                Some(
                    Role::At
                        | Role::About
                        | Role::By
                        | Role::Before
                        | Role::After
                        | Role::Until
                        | Role::Since
                )
            )
        });
        // "13:40", "9.30 pm", "1340 GMT"
        if (1..=2).contains(&digits)
            && let Some(Kind::Mark(mark @ (':' | '.'))) =
                self.get(i + 1).filter(|p| !p.spaced).map(|p| p.kind)
            && let Some(Kind::Digits(minute @ 0..=59, 2)) =
                self.get(i + 2).filter(|p| !p.spaced).map(|p| p.kind)
        {
            let mut j = i + 3;
            if self.mark(j, ':') && matches!(self.get(j + 1).map(|p| p.kind), Some(Kind::Digits(_, 2))) {
                j += 2;
            }
            return (n <= 23).then_some((n, minute, j, mark == ':' && at));
        }
        if digits == 4 && n % 100 < 60 && n / 100 < 24 && self.zone(i + 1).is_some() {
            return Some((n / 100, n % 100, i + 1, false));
        }
        // "six o'clock"
        if self.lower(i + 1).as_deref() == Some("o") && self.mark(i + 2, '\'') && self.is(i + 3, Role::Clock)
        {
            return (1..=12).contains(&n).then_some((n, 0, i + 4, true));
        }
        let half = matches!(self.get(i + 1).map(|p| p.kind), Some(Kind::Half(_)))
            || self.half_named(i + 1).is_some() && (at || digits > 0);
        (digits <= 2 && (1..=12).contains(&n) && half).then_some((n, 0, i + 1, false))
    }

    /// "in the morning", "in the afternoon", "at night".
    fn half_named(&self, i: usize) -> Option<(bool, usize)> {
        let named = self.is(i, Role::In) && self.is(i + 1, Role::The);
        match self.word(if named { i + 2 } else { i + 1 })? {
            Word::Part("MO", false) if named => Some((false, i + 3)),
            Word::Part("AF" | "EV", false) if named => Some((true, i + 3)),
            Word::Unit(Unit::Night, false) if self.is(i, Role::At) => Some((true, i + 2)),
            _ => None,
        }
    }

    /// A zone's letters, or "local time"; where it ends.
    fn zone(&self, i: usize) -> Option<usize> {
        let j = i + usize::from(self.mark(i, '('));
        if self.is(j, Role::Local) && self.is(j + 1, Role::Time) {
            return Some(j + 2);
        }
        match self.word(j)? {
            Word::Zone(_) if self.pieces[j].capital && j == i => Some(j + 1),
            _ => None,
        }
    }

    /// The day named before in the same sentence.
    fn day_told_before(&self, i: usize) -> Option<chrono::NaiveDate> {
        let (sentence_start, last) = self.memory.day_in_sentence?;
        (i.saturating_sub(SENTENCE_MAX)..=i)
            .rev()
            .find(|k| self.pieces[*k].opens)
            .filter(|open| *open <= sentence_start)
            .map(|_| last)
    }
}
