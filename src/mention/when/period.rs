//! Stretches of time with a name: quarters, halves, seasons, decades, centuries, the week of a date, feasts, years of account.
//!
//! Owns which one is meant. Leaves the day of a feast to `lexicon::calendar`.

use super::direction::Direction;
use super::moment::{Moment, YEARS, day, season_month, shift_days, shift_months};
use super::piece::Kind;
use super::reader::{Found, Reader};
use crate::lexicon::calendar::{Role, Unit, Word};
use chrono::Datelike;

/// A feast's name is at most so many bytes.
const FEAST_MAX: usize = 40;

impl Reader<'_> {
    /// What an ordinal makes of the unit after it: "third quarter", "first half of 2022", "20th century", "the 2nd".
    pub fn ordered(&self, i: usize, j: usize) -> Option<Found> {
        let j = self.skip(j, Role::Fiscal);
        let (n, k) = self.ordinal(j)?;
        let k = self.hyphen(k);
        match self.word(k)? {
            Word::Unit(Unit::Quarter, false) if (1..=4).contains(&n) => Some(self.nth_quarter(i, k + 1, n)),
            Word::Role(Role::Half) if n <= 2 && (self.is(k + 1, Role::Of) || j > i) => {
                let of_year = self.year_named(k + 1);
                let (year, end) = of_year?;
                Some(Found::new(i, end, Moment::Half(year, n)))
            }
            Word::Unit(Unit::Century, false) => {
                Some(Found::new(i, k + 1, Moment::Century(i32::try_from(n).ok()? - 1)).stated())
            }
            _ => None,
        }
    }

    /// "the 20th century", "the 2nd" of the month that is being told.
    pub fn century_at(&self, i: usize, j: usize) -> Option<Found> {
        let (n, k) = self.ordinal(j)?;
        (self.unit(self.hyphen(k))?.0 == Unit::Century).then_some(())?;
        Some(Found::new(i, self.hyphen(k) + 1, Moment::Century(i32::try_from(n).ok()? - 1)).stated())
    }

    /// The year behind a part of it: "of 2022", "2022", "of last year", "this year", "of the year".
    fn year_named(&self, i: usize) -> Option<(i32, usize)> {
        let j = self.skip(i, Role::Of);
        let fiscal = self.skip(j, Role::Fiscal);
        if let Some(Kind::Digits(n, 4)) = self.get(fiscal).map(|p| p.kind) {
            let year = i32::try_from(n).ok().filter(|y| YEARS.contains(y))?;
            return Some((year, fiscal + 1));
        }
        let (by, k) = match self.role(j)? {
            Role::Last => (-1, j + 1),
            Role::This | Role::The => (0, j + 1),
            Role::Next => (1, j + 1),
            _ => return None,
        };
        let k = self.skip(k, Role::Fiscal);
        matches!(self.unit(k)?, (Unit::Year, false)).then_some((self.published.year() + by, k + 1))
    }

    /// A quarter by its number: of the year named, else the latest that has begun.
    fn nth_quarter(&self, i: usize, end: usize, n: u32) -> Found {
        if let Some((year, after)) = self.year_named(end) {
            return Found::new(i, after, Moment::Quarter(year, n));
        }
        let current = self.published.month0() / 3 + 1;
        let mut year = self.published.year();
        let direction = self.direction(i, end);
        if n > current && (direction == Direction::Behind && n - current >= 2 || n - current == 3) {
            year -= 1;
        }
        if n < current && direction == Direction::Ahead && current - n >= 2 {
            year += 1;
        }
        Found::new(i, end, Moment::Quarter(year, n))
    }

    /// "third quarter" at `j`, of a year given before it.
    pub fn quarter_of(&self, i: usize, j: usize, year: i32) -> Option<Found> {
        let j = self.skip(j, Role::Fiscal);
        if let Some((n @ 1..=4, k)) = self.ordinal(j) {
            let k = self.hyphen(k);
            return (self.unit(k)?.0 == Unit::Quarter)
                .then(|| Found::new(i, k + 1, Moment::Quarter(year, n)));
        }
        if self.unit(j)? == (Unit::Quarter, false) {
            let quarter = match &self.memory.account {
                Some(Moment::Quarter(_, q)) => Moment::Quarter(year, *q),
                _ => Moment::SomeQuarter(year),
            };
            return Some(Found::new(i, j + 1, quarter));
        }
        None
    }

    /// "the quarter", "the latest period": the one that the accounts told last are of, else the last that has ended.
    pub fn account_period(&self, i: usize, j: usize) -> Option<Found> {
        let unit = self.unit(j);
        if unit != Some((Unit::Quarter, false)) && !self.is(j, Role::Period) {
            return match unit? {
                (Unit::Week, false) => {
                    Some(Found::new(i, j + 1, Moment::Week(shift_days(self.published, -7)?)))
                }
                _ => None,
            };
        }
        let moment = match &self.memory.account {
            Some(account @ (Moment::Quarter(..) | Moment::SomeQuarter(_))) => account.clone(),
            _ => {
                let month = shift_months(self.published.with_day(1)?, -3)?;
                Moment::Quarter(month.year(), month.month0() / 3 + 1)
            }
        };
        Some(Found::new(i, j + 1, moment))
    }

    /// "the year-ago quarter", "the 1988 period", "the year two thousand", "the year 2000".
    pub fn the_year(&self, i: usize, j: usize) -> Option<Found> {
        if let Some(Kind::Digits(_, 4)) = self.get(j).map(|p| p.kind) {
            let found = self.year(j)?;
            return (found.end > j + 1).then_some(Found { start: i, ..found });
        }
        if self.unit(j)? != (Unit::Year, false) {
            return None;
        }
        if let Some(Kind::Digits(n, 4)) = self.get(j + 1).map(|p| p.kind) {
            let year = i32::try_from(n).ok().filter(|y| YEARS.contains(y))?;
            return Some(Found::new(i, j + 2, Moment::Year(year)).stated());
        }
        if let Some((n @ 1000..=2999, end)) = self.number(j + 1) {
            return Some(Found::new(i, end, Moment::Year(i32::try_from(n).ok()?)).stated());
        }
        let compared = self.hyphen(j + 1);
        if compared > j + 1 && matches!(self.role(compared), Some(Role::Ago | Role::Earlier)) {
            let inner = self.bare_unit(j)?;
            let k = inner.end;
            if let Some((n @ 1..=4, o)) = self.ordinal(k)
                && self.unit(self.hyphen(o)).is_some_and(|(u, _)| u == Unit::Quarter)
            {
                return Some(
                    Found::new(i, self.hyphen(o) + 1, Moment::Quarter(self.published.year() - 1, n))
                        .compared(),
                );
            }
            let tail = self.is(k, Role::Period) || self.unit(k).is_some_and(|(u, _)| u == Unit::Quarter);
            return Some(Found { start: i, end: k + usize::from(tail), ..inner });
        }
        None
    }

    /// "fiscal 1989", "fiscal year 2023".
    pub fn fiscal(&self, i: usize) -> Option<Found> {
        let j = if self.unit(i + 1).is_some_and(|(u, p)| u == Unit::Year && !p) { i + 2 } else { i + 1 };
        if let Some((year, end)) = self.year_named(j).filter(|_| !self.is(j, Role::Of)) {
            return Some(Found::new(i, end, Moment::Year(year)).stated());
        }
        self.ordered(i, i)
    }

    /// Seasons: after "the", "in", "last" and with a year; a bare word may mean a leap or a well.
    pub fn season(&self, i: usize, j: usize) -> Option<Found> {
        let Word::Season(code, plural) = self.word(j)? else { return None };
        let end = j + 1;
        if plural
            || code == "FA"
                && self.raw(j).eq_ignore_ascii_case("fall")
                && i == j
                && !self.before(i).is_some_and(|p| p.is(Role::In))
        {
            return None;
        }
        if let Some((year, end)) = self.year_named(end) {
            let stated = matches!(self.pieces[end - 1].kind, Kind::Digits(..));
            let found = Found::new(i, end, Moment::Season(year, code));
            return Some(if stated { found.stated() } else { found });
        }
        if let Some(found) = self.spoken_year(self.skip(end, Role::Of))
            && let Moment::Year(year) = found.moment
        {
            return Some(Found::new(i, found.end, Moment::Season(year, code)));
        }
        let led = self.before(i).is_some_and(|p| {
            matches!(
                p.role(),
                Some(
                    Role::In
                        | Role::During
                        | Role::By
                        | Role::Since
                        | Role::Until
                        | Role::Through
                        | Role::Early
                        | Role::Late
                        | Role::Of
                )
            )
        });
        let part_of = self.base < j && i == j;
        if !(led || part_of && i == j) {
            return None;
        }
        let year = self.month_year(season_month(code), self.direction(i, end))?;
        Some(Found::new(i, end, Moment::Season(year, code)))
    }

    /// "the 1990s", "the '70s", "the nineties".
    pub fn decade(&self, i: usize, j: usize) -> Option<Found> {
        let decade = match self.get(j)?.kind {
            Kind::Decade(n, true) => i32::try_from(n).ok().filter(|y| YEARS.contains(y))? / 10,
            Kind::Decade(n, false) => 190 + i32::try_from(n).ok()? / 10,
            Kind::Word(Word::Decade(n)) => {
                // "in their seventies" is an age; "in the seventies" may be a temperature, but is a decade more often.
                let led = i < j || self.base < j;
                led.then_some(190 + i32::try_from(n).ok()? / 10)?
            }
            _ => return None,
        };
        let bare_two = matches!(self.get(j)?.kind, Kind::Decade(_, false));
        if bare_two
            && self.before(i).is_some_and(|p| {
                matches!(
                    self.text[p.start..p.end].to_lowercase().as_str(),
                    "his" | "her" | "their" | "my" | "our"
                )
            })
        {
            return None;
        }
        Some(Found::new(i, j + 1, Moment::Decade(decade)).stated())
    }

    /// "the week of March 6", "the week ending 5 May".
    pub fn week_of(&self, i: usize, j: usize) -> Option<Found> {
        let (unit @ (Unit::Week | Unit::Month), false) = self.unit(j)? else { return None };
        if !matches!(self.role(j + 1)?, Role::Of | Role::Ending | Role::BeginningOn) {
            return None;
        }
        let inner = self.named_day(self.skip(j + 2, Role::The))?;
        match (unit, &inner.moment) {
            (Unit::Week, Moment::Day(d)) => Some(Found { start: i, moment: Moment::Week(*d), ..inner }),
            (Unit::Month, Moment::Month(..)) => Some(Found { start: i, ..inner }),
            _ => None,
        }
    }

    /// A feast by its name; its year, where none is given, is the one nearest to publication that fits the clause.
    pub fn feast(&self, i: usize) -> Option<Found> {
        self.feast_of(i, i, None)
    }

    /// "the Easter weekend" and the like: the feast is what counts.
    pub fn feast_season(&self, i: usize, j: usize) -> Option<Found> {
        self.feast_of(i, j, None).filter(|f| matches!(f.moment, Moment::Week(_) | Moment::Weekend(_)))
    }

    pub fn pointed_feast(&self, i: usize, k: usize, next: bool, last: bool) -> Option<Found> {
        let direction = if next {
            Direction::Ahead
        } else if last {
            Direction::Behind
        } else {
            Direction::Unknown
        };
        self.feast_of(i, k, Some(direction))
    }

    fn feast_of(&self, i: usize, j: usize, pointed: Option<Direction>) -> Option<Found> {
        let piece = self.get(j)?;
        if !(piece.capital || matches!(piece.kind, Kind::Digits(..))) {
            return None;
        }
        let first = &self.text[piece.start..piece.end];
        let lower_first = first.to_lowercase();
        if !self.calendar.starts_feast(&lower_first) {
            return None;
        }
        let window: String = self.text[piece.start..]
            .chars()
            .take(FEAST_MAX + 24)
            .map(|c| if c == '’' { '\'' } else { c })
            .collect();
        let window = window.to_lowercase();
        let (feast, length) = self.calendar.feast(&lower_first, &window)?;
        let mut end = j;
        let mut seen = 0;
        while let Some(p) = self.get(end).filter(|_| seen < length) {
            seen =
                self.text[piece.start..p.end].chars().map(|c| if c == '’' { 1 } else { c.len_utf8() }).sum();
            end += 1;
        }
        if let Some(date) = self.calendar.once(feast) {
            return (date <= self.published).then(|| Found::new(i, end, Moment::Day(date)).stated());
        }
        let y = self.published.year();
        let named = self.year_named(self.comma(end)).filter(|_| pointed.is_none());
        let (date, days) = match named {
            Some((year, _)) => self.calendar.day_of(feast, year)?,
            None => {
                let direction = pointed.unwrap_or_else(|| self.direction(i, end));
                let strict = i64::from(pointed.is_some());
                let days = [y - 1, y, y + 1].into_iter().filter_map(|year| self.calendar.day_of(feast, year));
                let away = |d: &(chrono::NaiveDate, u32)| (d.0 - self.published).num_days();
                match direction {
                    Direction::Behind => days.filter(|d| away(d) <= -strict).max_by_key(away),
                    Direction::Ahead => days.filter(|d| away(d) >= strict).min_by_key(away),
                    Direction::Unknown => days.min_by_key(|d| away(d).abs()),
                }?
            }
        };
        end = named.map_or(end, |(_, e)| e);
        // "Easter weekend", "Thanksgiving week".
        match self.unit(end) {
            Some((Unit::Weekend, false)) => {
                return Some(Found::new(
                    i,
                    end + 1,
                    Moment::Weekend(shift_days(super::moment::monday(date), 5)?),
                ));
            }
            Some((Unit::Week, false)) => return Some(Found::new(i, end + 1, Moment::Week(date))),
            _ => {}
        }
        let moment = if days > 1 {
            Moment::Days(date, shift_days(date, i64::from(days) - 1)?)
        } else {
            Moment::Day(date)
        };
        day(date.year(), 1, 1)?;
        Some(Found::new(i, end, moment))
    }
}
