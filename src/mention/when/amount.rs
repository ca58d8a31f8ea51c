//! Amounts of time: "two weeks", "a three-day visit", "several months", "two weeks ago", "three days after the attack", "for a third day".
//!
//! Owns how much is said, and from where it is counted. Leaves to `event` the date of the event that an expression is counted from.

use super::deictic::step_of;
use super::direction::Direction;
use super::moment::{Amount, Moment, shift_days, shift_months};
use super::piece::Kind;
use super::reader::{Found, Reader, Shift};
use crate::lexicon::calendar::{Role, Unit, Word};
use chrono::{Datelike, NaiveDate};

/// An anchor's name is at most so many pieces.
const ANCHOR_MAX: usize = 8;

impl Reader<'_> {
    /// How many: "two", "2 1/2", "a", "half a", "a few", "several", "a couple of", "dozens of", "two and a half".
    pub fn amount(&self, i: usize) -> Option<(Amount, usize)> {
        if let Some((n, j)) = self.number(i) {
            // "2 1/2"
            if [j, j + 1, j + 2].map(|k| self.get(k).map(|p| p.kind))
                == [Some(Kind::Digits(1, 1)), Some(Kind::Mark('/')), Some(Kind::Digits(2, 1))]
            {
                return Some((Amount::AndHalf(n), j + 3));
            }
            if self.mark(j, '½') {
                return Some((Amount::AndHalf(n), j + 1));
            }
            if self.mark(j, '.')
                && !self.pieces[j].spaced
                && matches!(self.get(j + 1).map(|p| p.kind), Some(Kind::Digits(5, 1)))
            {
                return Some((Amount::AndHalf(n), j + 2));
            }
            if self.is(j, Role::And) && self.is(j + 1, Role::A) && self.is(j + 2, Role::Half) {
                return Some((Amount::AndHalf(n), j + 3));
            }
            return Some((Amount::Whole(n), j));
        }
        match self.role(i)? {
            Role::A => match self.role(i + 1) {
                Some(Role::Few) => Some((Amount::Vague, i + 2)),
                Some(Role::Couple) => Some((Amount::Whole(2), self.skip(i + 2, Role::Of))),
                Some(Role::Half) => Some((Amount::AndHalf(0), self.hyphen(i + 2))),
                Some(Role::Additional | Role::Full) => Some((Amount::Whole(1), i + 2)),
                _ => Some((Amount::Whole(1), i + 1)),
            },
            Role::Half if self.is(i + 1, Role::A) => Some((Amount::AndHalf(0), i + 2)),
            Role::Couple => Some((Amount::Whole(2), self.skip(i + 1, Role::Of))),
            Role::Few => Some((Amount::Vague, i + 1)),
            Role::Some if self.number(i + 1).is_some() => {
                self.number(i + 1).map(|(n, j)| (Amount::Whole(n), j))
            }
            Role::Some => Some((Amount::Vague, i + 1)),
            Role::Another => self
                .number(i + 1)
                .map_or(Some((Amount::Whole(1), i + 1)), |(n, j)| Some((Amount::Whole(n), j))),
            Role::Additional => self.number(i + 1).map(|(n, j)| (Amount::Whole(n), j)),
            Role::Dozens => Some((Amount::Vague, self.skip(i + 1, Role::Of))),
            _ => None,
        }
    }

    /// The unit after an amount, past a hyphen and words like "more", "straight", "full": the unit and where it ends.
    pub fn unit_after_amount(&self, j: usize) -> Option<(Unit, usize)> {
        let mut k = self.hyphen(j);
        for _ in 0..2 {
            let filler = matches!(
                self.role(k),
                Some(Role::More | Role::Additional | Role::Straight | Role::Full | Role::Long | Role::Fiscal)
            ) || matches!(
                self.lower(k).as_deref(),
                Some("trading" | "business" | "working" | "calendar" | "good" | "solid" | "whole")
            );
            k += usize::from(filler);
        }
        match self.word(k)? {
            Word::Unit(unit, _) => Some((unit, k + 1)),
            // "second" orders by itself, and is a length after a number.
            Word::Ordinal(2) if k > j && self.raw(k) == "second" => Some((Unit::Second, k + 1)),
            _ => None,
        }
    }

    /// An amount of time and what it is counted from.
    pub fn quantity(&self, i: usize) -> Option<Found> {
        if self.before(i).is_some_and(|p| {
            !self.pieces[i].spaced && matches!(p.kind, Kind::Mark('$' | '£' | '€' | '.' | ',' | ':' | '/'))
        }) {
            return None;
        }
        let (mut amount, mut j) = self.amount(i)?;
        let (unit, mut end) = self.unit_after_amount(j).or_else(|| {
            // "two to three weeks", "12 to 18 months", "five or six days": the first amount tells, the unit follows the second.
            let k = j + 1;
            let joins = self.mark(j, '-') || matches!(self.role(j), Some(Role::To | Role::Or));
            if !joins {
                return None;
            }
            let (second, after) = self.amount(k)?;
            amount = second;
            j = after;
            self.unit_after_amount(after)
        })?;
        if !Reader::plausible(amount, unit)
            || matches!(unit, Unit::Weekend | Unit::Quarter)
                && amount == Amount::Whole(1)
                && self.is(i, Role::A)
        {
            return None;
        }
        // "a minute and a half", "an hour and a half".
        if self.is(end, Role::And)
            && self.is(end + 1, Role::A)
            && self.is(end + 2, Role::Half)
            && let Amount::Whole(n) = amount
        {
            (amount, end) = (Amount::AndHalf(n), end + 3);
        }
        if self.is_age(end) {
            return None;
        }
        if self.hyphen(end) > end && self.is(end + 1, Role::Long) {
            return Some(Found::new(i, end + 2, Moment::Duration(amount, unit)));
        }
        if self.per(i, end) {
            return Some(Found::new(i, end, Moment::Set(Moment::Duration(Amount::Whole(1), unit).value())));
        }
        if amount == Amount::Vague && self.is(i, Role::Dozens) && unit < Unit::Hour {
            return None;
        }
        self.counted(i, end, amount, unit)
    }

    /// "-old", "years old": an age, which dates nothing.
    fn is_age(&self, end: usize) -> bool {
        self.is(self.hyphen(end), Role::Old) || self.lower(self.hyphen(end)).is_some_and(|w| w == "olds")
    }

    /// "10,000 barrels a day", "twice a week": a rate.
    fn per(&self, i: usize, end: usize) -> bool {
        if !self.is(i, Role::A)
            || end != i + 2
            || matches!(
                self.role(end),
                Some(Role::Ago | Role::Earlier | Role::Later | Role::Before | Role::After)
            )
        {
            return false;
        }
        let Some(before) = self.before(i) else { return false };
        let word = self.text[before.start..before.end].to_lowercase();
        let plural = matches!(before.kind, Kind::Other)
            && word.len() > 3
            && word.ends_with('s')
            && !matches!(word.as_str(), "lasts" | "takes" | "this" | "ends");
        plural && !before.capital
            || matches!(before.role(), Some(Role::Once | Role::Person))
            || before.is_mark('%')
            || matches!(before.kind, Kind::Digits(..))
    }

    /// "ago", "earlier", "later", "after the attack", "before", "from now", or nothing behind an amount.
    fn counted(&self, i: usize, end: usize, amount: Amount, unit: Unit) -> Option<Found> {
        let plain = Found::new(i, end, Moment::Duration(amount, unit));
        let compared = self.hyphen(end);
        if compared > end
            && unit == Unit::Year
            && matches!(self.role(compared), Some(Role::Ago | Role::Earlier))
        {
            return self.ago(i, compared + 1, amount, unit);
        }
        if self.is(end, Role::Ago) {
            return self.ago(i, end + 1, amount, unit);
        }
        let sign = match self.role(end) {
            Some(Role::Earlier) => -1,
            Some(Role::Later) => 1,
            Some(Role::Before) => -1,
            Some(Role::After | Role::Following) => 1,
            Some(Role::From) if self.is(end + 1, Role::Now) => {
                let date = self.moved(self.published, amount, unit, 1)?;
                return Some(Found::new(i, end + 2, date));
            }
            _ => {
                let covers = self
                    .within(i, amount, unit)
                    .or_else(|| self.run_of_days(i, end, amount, unit))
                    .or_else(|| self.stay(i, end, amount, unit));
                return Some(plain.covering(covers));
            }
        };
        let bare = matches!(self.role(end), Some(Role::Earlier | Role::Later));
        if !bare {
            let mut found = plain;
            self.count_from(&mut found, end + 1, amount, unit, sign);
            return Some(found);
        }
        self.earlier(i, end, amount, unit, sign, plain)
    }

    /// "a day earlier", "two weeks later": counted from the date told last.
    fn earlier(
        &self,
        i: usize,
        end: usize,
        amount: Amount,
        unit: Unit,
        sign: i32,
        plain: Found,
    ) -> Option<Found> {
        let shift = whole(amount).zip(step_of(unit)).map(|(n, s)| (sign * n, s));
        // Accounts compare with the same period of the year before.
        if let (Unit::Year, Some(account), Amount::Whole(n)) = (unit, &self.memory.account, amount) {
            return Some(
                Found::new(i, end + 1, back_years(account, sign * i32::try_from(n).ok()?)?).compared(),
            );
        }
        let from = self.memory.last.as_ref().and_then(Moment::anchor);
        let moved = from.and_then(|d| self.moved(d, amount, unit, sign));
        let mut found = match moved {
            // Hours and days stay lengths in TIMEX3; the days that they reach are known all the same.
            Some(moment) if unit < Unit::Week => Found { end: end + 1, ..plain }
                .covering(self.exact_last().and(Some(moment)).filter(|_| unit >= Unit::Day)),
            Some(moment) => Found::new(i, end + 1, moment),
            None if unit == Unit::Year => {
                Found::new(i, end + 1, self.moved(self.published, amount, unit, sign)?)
            }
            None => Found { end: end + 1, ..plain },
        };
        found.anchor = Some(Shift { by: shift, anchor: None });
        Some(found)
    }

    /// Counts `found` from what stands at `j`: a date, or words that name an event.
    pub fn count_from(&self, found: &mut Found, j: usize, amount: Amount, unit: Unit, sign: i32) {
        let shift = whole(amount).zip(step_of(unit)).map(|(n, s)| (sign * n, s));
        let mut end = j;
        while end < j + ANCHOR_MAX
            && self.get(end).is_some_and(|p| !matches!(p.kind, Kind::Mark(c) if c != '-' && c != '\''))
        {
            if end > j
                && matches!(
                    self.role(end),
                    Some(Role::In | Role::On | Role::At | Role::And | Role::By | Role::To | Role::For)
                )
            {
                break;
            }
            end += 1;
        }
        let dated = (j..end).find_map(|k| {
            self.get(k).filter(|p| p.capital || p.word().is_some()).and_then(|_| self.named_day(k))
        });
        if let Some(base) = dated
            .and_then(|f| f.moment.anchor().filter(|_| matches!(f.moment, Moment::Day(_) | Moment::Time(..))))
        {
            found.covers = self.moved(base, amount, unit, sign);
        }
        found.anchor = Some(Shift { by: shift, anchor: (end > j).then_some((j, end)) });
    }

    /// What lies so far before publication.
    fn ago(&self, i: usize, end: usize, amount: Amount, unit: Unit) -> Option<Found> {
        if unit == Unit::Year
            && let (Some(account), Amount::Whole(1)) = (&self.memory.account, amount)
        {
            return back_years(account, -1).map(|m| Found::new(i, end, m).compared());
        }
        if amount == Amount::Vague {
            return Some(Found::new(i, end, Moment::Reference("PAST_REF")));
        }
        let moment = match self.moved(self.published, amount, unit, -1)? {
            // Whoever counts in weeks means the week, not the day.
            Moment::Day(d) if matches!(unit, Unit::Week | Unit::Fortnight) => Moment::Week(d),
            moment => moment,
        };
        Some(Found::new(i, end, moment))
    }

    /// A date moved by an amount; days and weeks keep the day, months and years do not.
    fn moved(&self, from: NaiveDate, amount: Amount, unit: Unit, sign: i32) -> Option<Moment> {
        let n = whole(amount)?;
        let by = i64::from(sign) * i64::from(n);
        Some(match unit {
            Unit::Second | Unit::Minute => Moment::Day(from),
            Unit::Hour => Moment::Day(shift_days(from, if n >= 24 { by / 24 } else { 0 })?),
            Unit::Day | Unit::Night => Moment::Day(shift_days(from, by)?),
            Unit::Week => Moment::Day(shift_days(from, by * 7)?),
            Unit::Fortnight => Moment::Day(shift_days(from, by * 14)?),
            Unit::Weekend => Moment::Weekend(shift_days(super::moment::monday(from), 5 + by * 7)?),
            Unit::Month | Unit::Quarter => {
                let months =
                    i32::try_from(by).ok()?.checked_mul(if unit == Unit::Quarter { 3 } else { 1 })?;
                let month = shift_months(from.with_day(1)?, months)?;
                if unit == Unit::Quarter {
                    Moment::Quarter(month.year(), month.month0() / 3 + 1)
                } else {
                    Moment::Month(month.year(), month.month())
                }
            }
            Unit::Year | Unit::Decade => {
                let years = i32::try_from(by).ok()?.checked_mul(if unit == Unit::Decade { 10 } else { 1 })?;
                let year = from.year().checked_add(years)?;
                super::moment::day(year, 1, 1).map(|_| Moment::Year(year))?
            }
            Unit::Century => Moment::Century(
                i32::try_from(i64::from(from.year() / 100) + by).ok().filter(|c| (10..30).contains(c))?,
            ),
        })
    }

    /// "within 48 hours" of a clause that looks ahead: from publication on.
    fn within(&self, i: usize, amount: Amount, unit: Unit) -> Option<Moment> {
        let ahead = self.before(i).is_some_and(|p| p.is(Role::Within))
            && self.direction(i, i + 1) == Direction::Ahead;
        let n = i64::from(whole(amount)?);
        let days = match unit {
            Unit::Hour => (n + 23) / 24,
            Unit::Day => n,
            Unit::Week => n * 7,
            _ => return None,
        };
        if ahead { Some(Moment::Days(self.published, shift_days(self.published, days)?)) } else { None }
    }

    /// "for three straight days", "13 consecutive nights": they end at publication.
    fn run_of_days(&self, i: usize, end: usize, amount: Amount, unit: Unit) -> Option<Moment> {
        let straight = (i..end).any(|k| self.is(k, Role::Straight)) || self.is(end, Role::Straight);
        let n = i64::from(whole(amount)?);
        if !straight || !matches!(unit, Unit::Day | Unit::Night) || n < 1 {
            return None;
        }
        Some(Moment::Days(shift_days(self.published, 1 - n)?, self.published))
    }

    /// "a two-day visit from 3 March": so many days from that one on.
    fn stay(&self, i: usize, end: usize, amount: Amount, unit: Unit) -> Option<Moment> {
        let n = i64::from(whole(amount)?);
        if unit != Unit::Day || !(2..=31).contains(&n) {
            return None;
        }
        let begun = (1..=4).any(|n| self.begins(i.saturating_sub(n)));
        let from = (end..end + 8).find(|k| {
            (begun && self.is(*k, Role::On))
                || matches!(self.role(*k), Some(Role::From | Role::BeginningOn))
                || matches!(self.lower(*k).as_deref(), Some("beginning" | "begins" | "began" | "starts"))
        })?;
        let Moment::Day(first) = self.named_day(self.skip(from + 1, Role::On))?.moment else { return None };
        Some(Moment::Days(first, shift_days(first, n - 1)?))
    }

    /// "began", "start", "launched".
    fn begins(&self, i: usize) -> bool {
        let word = self.raw(i).to_lowercase();
        ["beg", "start", "launch", "open"].iter().any(|stem| word.starts_with(stem))
    }

    /// "for a third day", "on its fourth day": the days from the first to publication.
    pub fn for_an_nth_day(&self, i: usize) -> Option<Found> {
        let j = i + 1;
        let determined = matches!(self.role(j), Some(Role::A | Role::The))
            || matches!(self.lower(j).as_deref(), Some("its" | "their"));
        if !determined {
            return None;
        }
        let (n, k) = self.ordinal(j + 1)?;
        let k = self.skip(k, Role::Straight);
        let (unit, false) = self.unit(k)? else { return None };
        if !matches!(unit, Unit::Day | Unit::Night) || n < 2 {
            return None;
        }
        let first = shift_days(self.published, 1 - i64::from(n))?;
        let start = if matches!(self.role(j), Some(Role::A | Role::The)) { j } else { j + 1 };
        Some(
            Found::new(start, k + 1, Moment::Day(self.published))
                .covering(Some(Moment::Days(first, self.published))),
        )
    }

    /// A unit without an amount: "for weeks", "days after the attack", "decades ago", "a week-long strike", "year-end".
    pub fn bare_unit(&self, i: usize) -> Option<Found> {
        let (unit, plural) = self.unit(i)?;
        let j = i + 1;
        if unit == Unit::Weekend && !plural && self.hyphen(j) == j {
            return self.the_weekend(i, j);
        }
        if !plural {
            let k = self.hyphen(j);
            if k == j {
                return if unit == Unit::Year && self.is(j, Role::End) { self.year_end(i, j) } else { None };
            }
            return match (unit, self.role(k)) {
                (Unit::Year, Some(Role::End)) => self.year_end(i, k),
                (Unit::Year, Some(Role::Earlier | Role::Ago)) => {
                    self.ago(i, k + 1, Amount::Whole(1), Unit::Year)
                }
                (_, Some(Role::Long)) => Some(Found::new(i, k + 1, Moment::Duration(Amount::Whole(1), unit))),
                _ => None,
            };
        }
        if unit < Unit::Hour {
            return None;
        }
        let plain = Found::new(i, j, Moment::Duration(Amount::Vague, unit));
        match self.role(j) {
            Some(Role::Ago) => Some(Found::new(i, j + 1, Moment::Reference("PAST_REF"))),
            Some(Role::Earlier | Role::Later) => {
                let mut found = Found { end: j + 1, ..plain };
                found.anchor = Some(Shift { by: None, anchor: None });
                Some(found)
            }
            Some(Role::Before | Role::After | Role::Following) => {
                let sign = if self.is(j, Role::Before) { -1 } else { 1 };
                let mut found = plain;
                self.count_from(&mut found, j + 1, Amount::Vague, unit, sign);
                Some(found)
            }
            _ if self.is(self.hyphen(j), Role::Long) && self.hyphen(j) > j => {
                Some(Found::new(i, j + 2, plain.moment))
            }
            _ => {
                let led = self.before(i).is_some_and(|p| {
                    matches!(p.role(), Some(Role::For | Role::In | Role::Within | Role::After | Role::Over))
                });
                let of = self.is(j, Role::Of) && self.before(i).is_some_and(|p| p.is(Role::After));
                (led && !self.mark(j, '-') || of).then_some(plain)
            }
        }
    }

    /// "year-end": the last day of the year; "year-end profits" dates nothing.
    fn year_end(&self, i: usize, k: usize) -> Option<Found> {
        let accounts =
            ["net", "profit", "profits", "results", "earnings", "figures", "bonus", "bonuses", "report"];
        if self.lower(k + 1).is_some_and(|w| accounts.contains(&w.as_str())) {
            return None;
        }
        let year = self.published.year()
            - i32::from(self.published.month() < 3 && self.direction(i, k + 1) != Direction::Ahead);
        Some(Found::new(i, k + 1, Moment::Day(super::moment::day(year, 12, 31)?)))
    }
}

fn whole(amount: Amount) -> Option<i32> {
    match amount {
        Amount::Whole(n) | Amount::AndHalf(n) => i32::try_from(n).ok().filter(|n| *n < 200_000),
        Amount::Vague => None,
    }
}

/// The same quarter or year of account, some years away.
fn back_years(account: &Moment, by: i32) -> Option<Moment> {
    Some(match account {
        Moment::Quarter(y, q) => Moment::Quarter(y.checked_add(by)?, *q),
        Moment::SomeQuarter(y) => Moment::SomeQuarter(y.checked_add(by)?),
        Moment::Year(y) => Moment::Year(y.checked_add(by)?),
        _ => return None,
    })
}
