//! Expressions that point from publication, or from the date told last: yesterday, last week, next year, that day, this morning,
//! the following month, the day before yesterday, the weekend.
//!
//! Owns what "last", "this", "next" and "that" choose. Leaves amounts ("two weeks ago") to `amount`, quarters and seasons to `period`.

use super::direction::Direction;
use super::moment::{Amount, Moment, day, monday, shift_days, shift_months};
use super::piece::Kind;
use super::reader::{Found, Reader, Shift};
use crate::lexicon::calendar::{Role, Unit, Word};
use crate::mention::{Precision, Unit as Step};
use chrono::{Datelike, NaiveDate};

/// Which one of a kind is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Last,
    This,
    Next,
    /// Counted from the date told last.
    That,
    Before,
    After,
}

impl Reader<'_> {
    /// yesterday, today, tomorrow, tonight, overnight, with a part of the day behind.
    pub fn day_word(&self, i: usize, role: Role) -> Option<Found> {
        let today = self.published;
        // "USA Today" is a name.
        if self.pieces[i].capital
            && self.before(i).is_some_and(|p| p.capital && matches!(p.kind, Kind::Other))
            && !self.title
        {
            return None;
        }
        if let Some(found) = self.age(i, role) {
            return Some(found);
        }
        let by = match role {
            Role::Yesterday => -1,
            Role::Tomorrow => 1,
            _ => 0,
        };
        let date = shift_days(today, by)?;
        let (part, end) = self.part_after(i + 1);
        let moment = match (part, role) {
            (Some(part), _) => Moment::Time(date, part),
            (None, Role::Tonight | Role::Overnight) => Moment::Time(date, "TNI".to_owned()),
            _ => Moment::Day(date),
        };
        // "overnight Tuesday": the weekday names the day.
        if role == Role::Overnight
            && let Some(found) = self.weekday(self.skip(i + 1, Role::On))
        {
            return Some(Found { start: i, ..found });
        }
        Some(Found::new(i, end, moment))
    }

    /// "today's youth", "the cities of tomorrow": an age, not a day.
    fn age(&self, i: usize, role: Role) -> Option<Found> {
        let reference = match role {
            Role::Today => "PRESENT_REF",
            Role::Tomorrow => "FUTURE_REF",
            _ => return None,
        };
        let of = self.before(i).is_some_and(|p| p.is(Role::Of));
        let whose = || {
            let first = self.possessive(i + 1)?;
            let second = self.get(first).filter(|p| !p.capital).map(|_| first + 1);
            [Some(first), second]
                .into_iter()
                .flatten()
                .find(|k| self.lower(*k).is_some_and(|w| self.calendar.has_an_age(&w)))
        };
        (of || whose().is_some()).then(|| Found::new(i, i + 1, Moment::Reference(reference)))
    }

    /// "mid-afternoon yesterday", "midday today".
    pub fn part_before(&self, i: usize, code: &str) -> Option<Found> {
        let Word::Role(role @ (Role::Yesterday | Role::Today | Role::Tomorrow)) = self.word(i + 1)? else {
            return None;
        };
        match self.day_word(i + 1, role)?.moment {
            Moment::Day(date) => Some(Found::new(i, i + 2, Moment::Time(date, format!("T{code}")))),
            _ => None,
        }
    }

    /// "until then", "by then": the day told last.
    pub fn until_then(&self, i: usize) -> Option<Found> {
        (self.lower(i + 1)? == "then").then_some(())?;
        Some(Found::new(i + 1, i + 2, Moment::Day(self.exact_last()?)))
    }

    /// "morning", "night" after a day: the TIMEX3 part and where it ends.
    pub fn part_after(&self, i: usize) -> (Option<String>, usize) {
        match self.word(i) {
            Some(Word::Part(code, false)) => (Some(format!("T{code}")), i + 1),
            Some(Word::Unit(Unit::Night, false)) => (Some("TNI".to_owned()), i + 1),
            _ => (None, i),
        }
    }

    /// "the day before yesterday", "the day after tomorrow".
    pub fn day_before_day(&self, i: usize) -> Option<Found> {
        if self.unit(i + 1)? != (Unit::Day, false) {
            return None;
        }
        let by = match self.role(i + 2)? {
            Role::Before => -1,
            Role::After => 1,
            _ => return None,
        };
        let from = self.named_day(i + 3).or_else(|| self.deictic(i + 3, i + 3))?;
        let Moment::Day(base) = from.moment else { return None };
        Some(Found::new(i, from.end, Moment::Day(shift_days(base, by)?)))
    }

    /// What follows "last", "this", "next", "that", "the past" ...; `i` where the extent begins, `j` at the pointing word.
    pub fn deictic(&self, i: usize, j: usize) -> Option<Found> {
        let the = j > i;
        let (which, mut k) = match self.role(j)? {
            Role::Last => (Which::Last, j + 1),
            Role::Past => (Which::Last, j + 1),
            Role::Next if the => (Which::After, j + 1),
            Role::Next => (Which::Next, j + 1),
            Role::This | Role::Current => (Which::This, j + 1),
            Role::Coming => (Which::Next, j + 1),
            Role::That | Role::Same => (Which::That, j + 1),
            Role::Previous => (Which::Before, j + 1),
            Role::Following => (Which::After, j + 1),
            Role::These if self.unit(j + 1) == Some((Unit::Day, true)) => {
                return Some(Found::new(i, j + 2, Moment::Reference("PRESENT_REF")));
            }
            Role::Latest => return self.account_period(i, j + 1),
            // "recent weeks"
            Role::Recent => {
                let (unit, true) = self.unit(j + 1)? else { return None };
                return Some(Found::new(i, j + 2, Moment::Duration(Amount::Vague, unit)));
            }
            Role::Future => return self.future(i, j),
            _ => return None,
        };
        let lead = self.role(j);
        let which = match (lead, self.role(k)) {
            (Some(Role::This | Role::The), Some(Role::Past)) => Which::Last,
            (Some(Role::This), Some(Role::Coming)) => Which::Next,
            (Some(Role::That), Some(Role::Same)) => Which::That,
            _ => which,
        };
        if matches!(self.role(k), Some(Role::Past | Role::Coming | Role::Same))
            && matches!(lead, Some(Role::This | Role::That))
        {
            k += 1;
        }
        if let Some(found) = self.count_of(i, k, which) {
            return Some(found);
        }
        self.pointed(i, k, which, lead, the)
    }

    /// "the past two weeks", "the next few days", "the last 24 hours", "the first nine months" are lengths that cover known days.
    fn count_of(&self, i: usize, k: usize, which: Which) -> Option<Found> {
        let (amount, j) = self.amount(k).filter(|(_, j)| *j > k)?;
        let (unit, end) = self.unit_after_amount(j)?;
        if matches!(which, Which::This | Which::That) {
            return None;
        }
        let found = Found::new(i, end, Moment::Duration(amount, unit));
        let days = match (amount, unit) {
            (Amount::Whole(n), Unit::Hour) => i64::from(n).checked_add(23)? / 24,
            (Amount::Whole(n), Unit::Day | Unit::Night) => i64::from(n) - 1,
            (Amount::Whole(n), Unit::Week) => i64::from(n) * 7,
            (Amount::Whole(n), Unit::Month | Unit::Year | Unit::Decade) if which == Which::Last => {
                let months = i32::try_from(n).ok()?.checked_mul(if unit == Unit::Month {
                    1
                } else if unit == Unit::Year {
                    12
                } else {
                    120
                })?;
                let precision = if unit == Unit::Month { Precision::Month } else { Precision::Year };
                let from = shift_months(self.published, -months);
                return Some(found.covering(from.map(|d| Moment::Stretch(d, self.published, precision))));
            }
            _ => return Some(found),
        };
        let (a, b) = match which {
            Which::Last => (shift_days(self.published, -days), Some(self.published)),
            Which::After if !self.is(k - 1, Role::Next) => return Some(found),
            Which::Next | Which::After => (Some(self.published), shift_days(self.published, days)),
            _ => return Some(found),
        };
        Some(found.covering(a.zip(b).map(|(a, b)| Moment::Days(a, b))))
    }

    /// One unit, weekday, month or part of the day that is pointed at.
    fn pointed(&self, i: usize, k: usize, which: Which, lead: Option<Role>, the: bool) -> Option<Found> {
        let k_fiscal = self.skip(k, Role::Fiscal);
        if let Some((unit, plural)) = self.unit(k_fiscal) {
            if plural {
                return self.pointed_plural(i, k, which, unit);
            }
            if the
                && matches!(lead, Some(Role::Past | Role::Last))
                && matches!(
                    unit,
                    Unit::Decade | Unit::Month | Unit::Week | Unit::Day | Unit::Hour | Unit::Century
                )
            {
                let found = Found::new(i, k + 1, Moment::Duration(Amount::Whole(1), unit));
                let back = match unit {
                    Unit::Week => 7,
                    Unit::Day => 1,
                    _ => return Some(found),
                };
                let days = shift_days(self.published, -back).map(|d| Moment::Days(d, self.published));
                return Some(found.covering(days));
            }
            let found = self.pointed_unit(i, k_fiscal, which, unit);
            // "Over the past year" ends today, though TIMEX3 gives the year before.
            if the && lead == Some(Role::Past) && unit == Unit::Year {
                let from = shift_months(self.published, -12);
                return found
                    .map(|f| f.covering(from.map(|d| Moment::Stretch(d, self.published, Precision::Year))));
            }
            return found;
        }
        let Some(word) = self.word(k) else {
            return self.pointed_feast(i, k, which == Which::Next, which == Which::Last);
        };
        match word {
            Word::Weekday(n) => {
                let date = self.pointed_weekday(n, which)?;
                Some(Found::new(i, self.part_after(k + 1).1, Moment::Day(date)))
            }
            Word::Month(m) | Word::MonthShort(m) if self.pieces[k].capital => {
                let (_, _, end) = self.month_name(k)?;
                // "this 2 May" and "last May 5" are dates in full.
                let dated = self.month(k).filter(|f| matches!(f.moment, Moment::Day(_)));
                let year = self.pointed_month(m, which)?;
                match dated.map(|f| (f.moment.anchor(), f.end)) {
                    Some((Some(d), end)) => {
                        Some(Found::new(i, end, Moment::Day(day(year, d.month(), d.day())?)))
                    }
                    _ => Some(Found::new(i, end, Moment::Month(year, m))),
                }
            }
            Word::Season(code, _) => {
                let year = self.pointed_season(code, which)?;
                Some(Found::new(i, k + 1, Moment::Season(year, code)))
            }
            Word::Part(code, false) => self.pointed_part(i, k, which, code),
            Word::Ordinal(_) | Word::Role(Role::Full | Role::Fiscal) => None,
            _ => self.pointed_feast(i, k, which == Which::Next, matches!(which, Which::Last)),
        }
    }

    /// "past weeks", "the coming months": a length that nobody counts.
    /// The day told last, where it was told to the day.
    pub fn exact_last(&self) -> Option<NaiveDate> {
        match self.memory.last.as_ref()? {
            Moment::Day(d) | Moment::Time(d, _) | Moment::Days(_, d) => Some(*d),
            _ => None,
        }
    }

    fn pointed_plural(&self, i: usize, k: usize, which: Which, unit: Unit) -> Option<Found> {
        matches!(which, Which::Last | Which::Next)
            .then(|| Found::new(i, k + 1, Moment::Duration(Amount::Vague, unit)))
    }

    fn pointed_unit(&self, i: usize, k: usize, which: Which, unit: Unit) -> Option<Found> {
        let end = k + 1;
        let from = match which {
            Which::That | Which::Before | Which::After => self.memory.last.as_ref().and_then(Moment::anchor),
            _ => Some(self.published),
        };
        // "That day" needs a day, not a month or a year.
        let from = match (which, unit) {
            (Which::That | Which::Before | Which::After, Unit::Day | Unit::Night) => {
                from.and(self.exact_last())
            }
            _ => from,
        };
        let by = match which {
            Which::Last | Which::Before => -1,
            Which::Next | Which::After => 1,
            _ => 0,
        };
        let step = step_of(unit);
        let Some(from) = from else {
            // "the next day" with nothing dated before it: counted from an event.
            let anchor = step.filter(|_| matches!(which, Which::Before | Which::After))?;
            let mut found = Found::new(i, end, Moment::Open(open_value(unit).to_owned()));
            found.anchor = Some(Shift { by: Some((by, anchor)), anchor: None });
            return Some(found);
        };
        // "last year's third quarter".
        if unit == Unit::Year
            && let Some(p) = self.possessive(end)
            && let Some(found) = self.quarter_of(i, p, from.year() + by)
        {
            return Some(found);
        }
        let moment = match unit {
            Unit::Day => Moment::Day(shift_days(from, i64::from(by))?),
            Unit::Night if by < 0 => Moment::Time(shift_days(from, -1)?, "TNI".to_owned()),
            Unit::Night => Moment::Time(shift_days(from, i64::from(by))?, "TNI".to_owned()),
            Unit::Week => Moment::Week(shift_days(from, i64::from(by) * 7)?),
            Unit::Weekend => self.weekend(from, by)?,
            Unit::Month => {
                let month = shift_months(from.with_day(1)?, by)?;
                Moment::Month(month.year(), month.month())
            }
            Unit::Quarter => {
                let month = shift_months(from.with_day(1)?, by * 3)?;
                Moment::Quarter(month.year(), month.month0() / 3 + 1)
            }
            Unit::Year => day(from.year() + by, 1, 1).map(|d| Moment::Year(d.year()))?,
            Unit::Decade => Moment::Decade(from.year() / 10 + by),
            Unit::Century => Moment::Century(from.year() / 100 + by),
            _ => return None,
        };
        let mut found = Found::new(i, end, moment);
        if matches!(which, Which::Before | Which::After) {
            found.anchor = step.map(|s| Shift { by: Some((by, s)), anchor: None });
        }
        Some(found)
    }

    /// The weekend of a date: in a report on Saturday or Sunday that very one, in the week the one before.
    fn weekend(&self, from: NaiveDate, by: i32) -> Option<Moment> {
        shift_days(monday(from), 5 + 7 * i64::from(by)).map(Moment::Weekend)
    }

    /// "the weekend": the latest, or the coming one where the clause looks ahead.
    pub fn the_weekend(&self, i: usize, end: usize) -> Option<Found> {
        let on_it = self.published.weekday().number_from_monday() >= 6;
        let by = if on_it || self.direction(i, end) == Direction::Ahead { 0 } else { -1 };
        Some(Found::new(i, end, self.weekend(self.published, by)?))
    }

    fn pointed_weekday(&self, weekday: u32, which: Which) -> Option<NaiveDate> {
        match which {
            Which::Last => self.weekday_until(weekday, 1),
            Which::Next => self.weekday_from(weekday, 1),
            Which::This => match self.direction(self.base, self.base + 2) {
                Direction::Behind => self.weekday_until(weekday, 0),
                _ => shift_days(monday(self.published), i64::from(weekday) - 1),
            },
            Which::That | Which::Before | Which::After => {
                let Some(from) = self.memory.last.as_ref().and_then(Moment::anchor) else {
                    return self.weekday_until(weekday, 7);
                };
                let back = (from.weekday().number_from_monday() + 7 - weekday) % 7;
                match which {
                    Which::After => shift_days(from, 7 - i64::from(back)),
                    Which::Before => shift_days(from, if back == 0 { -7 } else { -i64::from(back) }),
                    _ => shift_days(from, -i64::from(back)),
                }
            }
        }
    }

    fn pointed_month(&self, month: u32, which: Which) -> Option<i32> {
        let (y, m) = (self.published.year(), self.published.month());
        Some(match which {
            Which::Last | Which::Before => y - i32::from(month >= m),
            Which::Next | Which::After => y + i32::from(month <= m),
            Which::This => y,
            Which::That => self.memory.last.as_ref().and_then(Moment::anchor).map_or(y, |d| d.year()),
        })
    }

    fn pointed_season(&self, code: &str, which: Which) -> Option<i32> {
        let (y, m) = (self.published.year(), self.published.month());
        // The month in which a season has ended, counted from January of the year that names it.
        let ended = match code {
            "SP" => 6,
            "SU" => 9,
            "FA" => 12,
            _ => 15,
        };
        Some(match which {
            Which::Last | Which::Before => y - i32::from(m < ended) - i32::from(code == "WI" && m < 3),
            Which::Next | Which::After => y + i32::from(m + 2 >= ended.min(12)),
            _ => y - i32::from(code == "WI" && m < 6),
        })
    }

    fn pointed_part(&self, i: usize, k: usize, which: Which, code: &'static str) -> Option<Found> {
        let told = || self.memory.last.as_ref().and_then(Moment::anchor);
        let date = match which {
            Which::This => self.published,
            Which::Last | Which::Before => shift_days(self.published, -1)?,
            Which::That => told()?,
            Which::Next => shift_days(self.published, 1)?,
            Which::After => shift_days(told()?, 1)?,
        };
        Some(Found::new(i, k + 1, Moment::Time(date, format!("T{code}"))))
    }

    /// "the future", "the near future", "future" before a noun.
    fn future(&self, i: usize, j: usize) -> Option<Found> {
        if i == j {
            return None;
        }
        Some(Found::new(i, j + 1, Moment::Reference("FUTURE_REF")))
    }

    /// "the weekend", "the quarter", "the past", "the day", "the near future".
    pub fn the_unit(&self, i: usize, j: usize) -> Option<Found> {
        if matches!(self.lower(j).as_deref(), Some("near" | "foreseeable" | "distant"))
            && self.is(j + 1, Role::Future)
        {
            return self.future(i, j + 1);
        }
        if self.is(j, Role::Past)
            && self.before(i).is_some_and(|p| p.is(Role::In))
            && self.get(j + 1).is_none_or(|p| matches!(p.kind, Kind::Mark(_)))
        {
            return Some(Found::new(i, j + 1, Moment::Reference("PAST_REF")));
        }
        match self.unit(j)? {
            (Unit::Weekend, false) => self.the_weekend(i, j + 1),
            (Unit::Quarter, false) => self.account_period(i, j),
            (unit @ (Unit::Day | Unit::Week | Unit::Month | Unit::Year), false) => {
                let before = self.before(i).and_then(|p| p.role());
                // "later in the day", "earlier in the week": the one that is being told.
                let told = matches!(before, Some(Role::In))
                    && i >= 2
                    && matches!(
                        self.pieces[i - 2].role(),
                        Some(Role::Later | Role::Earlier | Role::Early | Role::Late)
                    );
                // "Later in the day" says no more than the day itself would.
                let in_day = unit == Unit::Day && matches!(before, Some(Role::In));
                let of_end = self.base < i && !in_day;
                let year = unit == Unit::Year && matches!(before, Some(Role::For | Role::Of | Role::During));
                let told = told && unit != Unit::Day;
                if told || of_end || year {
                    self.pointed_unit(i, j, Which::This, unit)
                } else {
                    self.day_after_event(i, j, unit)
                }
            }
            _ => None,
        }
    }

    /// "the day after the attack", "the week before the vote".
    fn day_after_event(&self, i: usize, j: usize, unit: Unit) -> Option<Found> {
        let sign = match self.role(j + 1)? {
            Role::After | Role::Following => 1,
            Role::Before => -1,
            _ => return None,
        };
        let mut found = Found::new(i, j + 1, Moment::Open(open_value(unit).to_owned()));
        self.count_from(&mut found, j + 2, Amount::Whole(1), unit, sign);
        Some(found)
    }

    /// Each and every: "every day", "each Thursday".
    pub fn each(&self, i: usize) -> Option<Found> {
        if let Some((unit, false)) = self.unit(i + 1) {
            return Some(Found::new(i, i + 2, Moment::Set(Moment::Duration(Amount::Whole(1), unit).value())));
        }
        if let Some((amount, j)) = self.amount(i + 1)
            && let Some((unit, end)) = self.unit_after_amount(j)
        {
            return Some(Found::new(i, end, Moment::Set(Moment::Duration(amount, unit).value())));
        }
        match self.word(i + 1)? {
            Word::Weekday(n) => {
                let (part, end) = self.part_after(i + 2);
                Some(Found::new(i, end, Moment::Set(format!("XXXX-WXX-{n}{}", part.unwrap_or_default()))))
            }
            Word::Month(m) => Some(Found::new(i, i + 2, Moment::Set(format!("XXXX-{m:02}")))),
            Word::Part(code, _) => Some(Found::new(i, i + 2, Moment::Set(format!("XXXX-XX-XXT{code}")))),
            Word::Season(code, _) => Some(Found::new(i, i + 2, Moment::Set(format!("XXXX-{code}")))),
            _ => None,
        }
    }

    /// "Mondays".
    pub fn weekdays(&self, i: usize, weekday: u32) -> Option<Found> {
        self.pieces[i].capital.then(|| Found::new(i, i + 1, Moment::Set(format!("XXXX-WXX-{weekday}"))))
    }
}

/// The unit in which an anchored shift is told.
pub fn step_of(unit: Unit) -> Option<Step> {
    Some(match unit {
        Unit::Hour => Step::Hour,
        Unit::Day | Unit::Night => Step::Day,
        Unit::Week | Unit::Fortnight => Step::Week,
        Unit::Month => Step::Month,
        Unit::Year | Unit::Decade => Step::Year,
        _ => return None,
    })
}

/// The TIMEX3 value of a unit that is not known.
pub fn open_value(unit: Unit) -> &'static str {
    match unit {
        Unit::Week | Unit::Weekend => "XXXX-WXX",
        Unit::Month => "XXXX-XX",
        Unit::Year | Unit::Decade | Unit::Century => "XXXX",
        _ => "XXXX-XX-XX",
    }
}
