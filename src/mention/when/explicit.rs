//! Dates that name a day, a month or a year: "2 December 2022", "Dec. 2", "2–5 March", "2022-12-02", "in 1998", "Monday, Oct. 26".
//!
//! Owns their forms and the year that a text leaves out. Leaves direction to `direction`, and everything said in relation to another
//! day to its neighbours. An impossible day is no date; a year lies in 1000 to 2999.

use super::direction::Direction;
use super::moment::{Moment, YEARS, day, monday, shift_days};
use super::piece::Kind;
use super::reader::{Found, Reader};
use crate::lexicon::Country;
use crate::lexicon::calendar::{Role, Unit, Word};
use crate::mention::Precision;
use chrono::{Datelike, NaiveDate};

impl Reader<'_> {
    /// A month's number, whether it stands as an abbreviation, and where it ends (its dot included where a number follows or it is one).
    pub fn month_name(&self, i: usize) -> Option<(u32, bool, usize)> {
        let piece = self.get(i)?;
        if !piece.capital {
            return None;
        }
        match piece.word()? {
            Word::Month(m) => Some((m, false, i + 1)),
            Word::MonthShort(m) => {
                let dot = self.mark(i + 1, '.') && !self.pieces[i + 1].spaced;
                Some((m, true, i + 1 + usize::from(dot)))
            }
            _ => None,
        }
    }

    /// A day of a month: "2", "2nd", "second".
    fn day_number(&self, i: usize) -> Option<(u32, usize)> {
        let (n, j) = match self.get(i)?.kind {
            Kind::Digits(n, 1 | 2) => {
                // "May 1,500", "May 5:30", "May 5.2", "March 10%" speak of something else.
                let glued = |m: char| self.mark(i + 1, m) && !self.pieces[i + 1].spaced;
                let number_follows =
                    self.get(i + 2).is_some_and(|p| !p.spaced && matches!(p.kind, Kind::Digits(..)));
                if ([',', '.', ':', '/'].iter().any(|m| glued(*m)) && number_follows) || self.mark(i + 1, '%')
                {
                    return None;
                }
                (n, i + 1)
            }
            Kind::DigitsOrdinal(n) => (n, i + 1),
            _ => self.ordinal(i)?,
        };
        (1..=31).contains(&n).then_some((n, j))
    }

    /// A year that completes a date: "2022", ", 2022", "nineteen ninety-six".
    fn year_after(&self, i: usize) -> Option<(i32, usize)> {
        let j = self.comma(i);
        if let Some(Kind::Digits(n, 4)) = self.get(j).map(|p| p.kind) {
            let year = i32::try_from(n).ok().filter(|y| YEARS.contains(y))?;
            let counts = self.lower(j + 1).is_some_and(|w| self.calendar.is_counted(&w));
            return (!counts && !self.mark(j + 1, '%')).then_some((year, j + 1));
        }
        if j == i {
            self.spoken_year(j)
                .and_then(|f| if let Moment::Year(y) = f.moment { Some((y, f.end)) } else { None })
        } else {
            None
        }
    }

    /// "this year", "last year", "of next year" after a month or a day.
    fn relative_year_after(&self, i: usize) -> Option<(i32, usize)> {
        let j = self.skip(i, Role::Of);
        let by = match self.role(j)? {
            Role::This => 0,
            Role::Last => -1,
            Role::Next => 1,
            _ => return None,
        };
        matches!(self.unit(j + 1)?, (Unit::Year, false)).then_some((self.published.year() + by, j + 2))
    }

    /// The year of a month and day that names none: the nearest that fits the clause's direction.
    pub fn year_for(&self, month: u32, of_month: u32, direction: Direction) -> Option<i32> {
        let y = self.published.year();
        let distance =
            |year: i32| day(year, month, of_month.clamp(1, 28)).map(|d| (d - self.published).num_days());
        let nearest = [y, y - 1, y + 1].into_iter().filter_map(|year| distance(year).map(|d| (d, year)));
        let slack = if of_month == 0 { 31 } else { 0 };
        match direction {
            Direction::Behind => nearest.filter(|(d, _)| *d <= slack).max().map(|(_, year)| year),
            Direction::Ahead => nearest.filter(|(d, _)| *d >= -slack).min().map(|(_, year)| year),
            Direction::Unknown => nearest.min_by_key(|(d, _)| d.abs()).map(|(_, year)| year),
        }
    }

    /// A day whose year may be left out; whether the year was inferred.
    fn dated(&self, year: Option<i32>, month: u32, of_month: u32, span: (usize, usize)) -> Option<NaiveDate> {
        let year = match year {
            Some(year) => year,
            None => {
                // News dates a day without its year by the nearest one, whatever the tense: an announced date seldom lies beyond.
                let direction = self.direction(span.0, span.1);
                let nearest = self.year_for(month, of_month, Direction::Unknown)?;
                let found = day(nearest, month, of_month)?;
                let days = (found - self.published).num_days();
                match direction {
                    Direction::Behind if days > 75 => nearest - 1,
                    Direction::Ahead if days < -120 => nearest + 1,
                    _ => nearest,
                }
            }
        };
        day(year, month, of_month)
    }

    /// "2 December 2022", "2nd of May", "2–5 March", "3 and 4 May", "28 Feb to 3 March".
    pub fn day_month(&self, i: usize) -> Option<Found> {
        let (first, mut j) = self.day_number(i)?;
        if self
            .before(i)
            .is_some_and(|p| !self.pieces[i].spaced && (p.is_mark('.') || p.is_mark(',') || p.is_mark(':')))
        {
            return None;
        }
        let mut second = None;
        if let Some((range, k)) = self.joint(j)
            && let Some((n, after)) = self.day_number(k)
        {
            second = Some((n, range, k, after));
            j = after;
        }
        let j_month = self.skip(self.hyphen(j), Role::Of);
        let (month, _, mut end) = self.month_name(j_month)?;
        let stated = self.year_after(end);
        let year = stated.or_else(|| self.relative_year_after(end));
        end = year.map_or(end, |(_, e)| e);
        let year = year.map(|(y, _)| y);
        let date = self.dated(year, month, first, (i, end))?;
        let mut found = match second {
            None => self.day_range_months(i, date, end, year.is_some())?,
            Some((n, true, ..)) => {
                let last = day(date.year(), month, n).filter(|d| *d > date)?;
                Found::new(i, end, Moment::Days(date, last))
            }
            Some((n, false, k, _)) => {
                let other = day(date.year(), month, n)?;
                let mut found = Found::new(i, j.min(k) - 1, Moment::Day(date));
                found.end = i + 1;
                found.also.push((k, end, Moment::Day(other)));
                found
            }
        };
        found.relative = stated.is_none();
        Some(found)
    }

    /// "28 February to 3 March": the second day with a month of its own.
    fn day_range_months(&self, i: usize, first: NaiveDate, end: usize, has_year: bool) -> Option<Found> {
        let single = Found::new(i, end, Moment::Day(first));
        let Some((true, k)) = self.joint(end) else { return Some(single) };
        let Some((n, after)) = self.day_number(k) else { return Some(single) };
        let Some((month, _, after)) = self.month_name(self.skip(after, Role::Of)) else {
            return Some(single);
        };
        let year = self.year_after(after);
        let last = day(year.map_or(first.year(), |(y, _)| y), month, n).filter(|d| *d > first);
        Some(match last {
            Some(last) if year.is_none() || !has_year => {
                let first = year
                    .and_then(|(y, _)| day(y, first.month(), first.day()))
                    .filter(|d| *d < last)
                    .unwrap_or(first);
                self.stretch((i, end), first, (k, year.map_or(after, |(_, e)| e)), last)
            }
            _ => single,
        })
    }

    /// Two days in full with "to" or "until" between are two expressions, the first of which covers what lies between;
    /// a hyphen makes one of them.
    fn stretch(&self, a: (usize, usize), first: NaiveDate, b: (usize, usize), last: NaiveDate) -> Found {
        let days = Moment::Days(first, last);
        if self.mark(a.1, '-') {
            return Found::new(a.0, b.1, days);
        }
        let mut found = Found::new(a.0, a.1, Moment::Day(first)).covering(Some(days));
        found.also.push((b.0, b.1, Moment::Day(last)));
        found
    }

    /// What joins two days: true for a range, false for a list; and where the second begins.
    fn joint(&self, i: usize) -> Option<(bool, usize)> {
        if self.mark(i, '-') {
            return Some((true, i + 1));
        }
        match self.role(i)? {
            Role::To | Role::Through | Role::Until => Some((true, i + 1)),
            Role::And if self.before(self.base).is_some_and(|p| p.is(Role::Between)) => Some((true, i + 1)),
            Role::And | Role::Or => Some((false, i + 1)),
            _ => None,
        }
    }

    /// The year of a month that stands alone: the latest such month, unless the clause looks ahead, or the coming one is next door
    /// and the past one far.
    pub fn month_year(&self, month: u32, direction: Direction) -> Option<i32> {
        let (y, m) = (self.published.year(), self.published.month());
        let year = match direction {
            Direction::Ahead => y + i32::from(month < m),
            Direction::Behind => y - i32::from(month > m),
            Direction::Unknown => {
                let ahead = (month + 12 - m) % 12;
                if ahead <= 3 { y + i32::from(month < m) } else { y - i32::from(month > m) }
            }
        };
        YEARS.contains(&year).then_some(year)
    }

    /// What begins with the name of a month.
    pub fn month(&self, i: usize) -> Option<Found> {
        let (month, short, mut j) = self.month_name(i)?;
        if let Some(found) = self.month_day(i, month, self.skip(j, Role::The)) {
            return Some(found);
        }
        if let Some((year, end)) = self.year_after(self.skip(j, Role::Of)) {
            return Some(Found::new(i, end, Moment::Month(year, month)).stated());
        }
        if let Some((year, end)) = self.relative_year_after(self.comma(j)) {
            return Some(Found::new(i, end, Moment::Month(year, month)));
        }
        if !self.month_alone(i, short, j) || self.impossible_day(i, month, j) {
            return None;
        }
        if short && j == i + 2 && self.get(j).is_none() {
            j = i + 1;
        }
        // "Until October", "by May": the nearest, whatever the verb.
        let bound = self.before(i).is_some_and(|p| matches!(p.role(), Some(Role::Until | Role::By)));
        let direction = if bound && self.direction(i, j) == Direction::Behind {
            Direction::Unknown
        } else {
            self.direction(i, j)
        };
        let year = self.month_year(month, direction)?;
        Some(Found::new(i, j, Moment::Month(year, month)))
    }

    /// "Dec. 2, 2022", "March 2-5", "April 24 and 25", "March eighth".
    fn month_day(&self, i: usize, month: u32, j: usize) -> Option<Found> {
        let (first, mut end) = self.day_number(j)?;
        // "May 5 people", with a count and no date.
        if self.lower(end).is_some_and(|w| self.calendar.is_counted(&w)) && !self.pieces[end].capital {
            return None;
        }
        let mut second = None;
        if let Some((range, k)) = self.joint(end)
            && let Some((n, after)) = self.day_number(k)
            && self.month_name(after).is_none()
            && n > first
            && self.lower(after).is_none_or(|w| !self.calendar.is_counted(&w) && self.unit(after).is_none())
            && (range || !matches!(self.get(after).map(|p| p.kind), Some(Kind::Other)))
        {
            second = Some((n, range, k, after));
        }
        let tail = second.map_or(end, |(_, _, _, after)| after);
        let stated = self.year_after(tail);
        let year = stated.or_else(|| self.relative_year_after(tail));
        let full = year.map_or(tail, |(_, e)| e);
        let date = self.dated(year.map(|(y, _)| y), month, first, (i, full))?;
        if second.is_none() {
            end = full;
        }
        let mut found = match second {
            Some((n, true, ..)) => {
                end = full;
                Found::new(i, end, Moment::Days(date, day(date.year(), month, n)?))
            }
            Some((n, false, k, _)) => {
                let mut found = Found::new(i, end, Moment::Day(date));
                found.also.push((k, full, Moment::Day(day(date.year(), month, n)?)));
                found
            }
            None => self.month_range(i, date, end, year.is_some()),
        };
        found.relative = stated.is_none();
        Some(found)
    }

    /// "February 28-March 3".
    fn month_range(&self, i: usize, first: NaiveDate, end: usize, has_year: bool) -> Found {
        let single = Found::new(i, end, Moment::Day(first));
        let range = || {
            let (true, k) = self.joint(end)? else { return None };
            let (month, _, j) = self.month_name(k)?;
            let (n, after) = self.day_number(j)?;
            let year = self.year_after(after);
            let last = day(year.map_or(first.year(), |(y, _)| y), month, n)?;
            let first = year.and_then(|(y, _)| day(y, first.month(), first.day())).unwrap_or(first);
            (last > first && !(has_year && year.is_none()))
                .then(|| self.stretch((i, end), first, (k, year.map_or(after, |(_, e)| e)), last))
        };
        range().unwrap_or(single)
    }

    /// "31 February", "Feb. 30": neither a day nor a month.
    fn impossible_day(&self, i: usize, month: u32, j: usize) -> bool {
        let never = |n: u32| n <= 99 && day(2000, month, n).is_none();
        let before = self.before(i).is_some_and(|p| matches!(p.kind, Kind::Digits(n, 1 | 2) if never(n)));
        before || matches!(self.get(j).map(|p| p.kind), Some(Kind::Digits(n, 1 | 2)) if never(n))
    }

    /// Whether a month's name without day and year is a month: not the modal, the verb, or somebody's name.
    fn month_alone(&self, i: usize, short: bool, j: usize) -> bool {
        let led = self.before(i).is_some_and(|p| {
            p.is_mark('-')
                || matches!(
                    p.role(),
                    Some(
                        Role::In
                            | Role::Of
                            | Role::Since
                            | Role::Until
                            | Role::Last
                            | Role::Next
                            | Role::This
                            | Role::By
                            | Role::Early
                            | Role::Late
                            | Role::Mid
                            | Role::From
                            | Role::During
                            | Role::Through
                            | Role::Between
                            | Role::Past
                            | Role::Before
                            | Role::After
                            | Role::To
                            | Role::For
                            | Role::The
                            | Role::And
                            | Role::A
                            | Role::Each
                    )
                )
        });
        let name = self.raw(i);
        let doubtful = matches!(name, "May" | "MAY" | "March" | "MARCH");
        // A capital follows a name's first part: "June Allyson", but not "June's".
        let named = self.get(j).is_some_and(|p| p.capital && p.word().is_none())
            && matches!(name, "April" | "May" | "June" | "August" | "March");
        if doubtful {
            let strongly = self.before(i).is_some_and(|p| {
                !matches!(p.role(), Some(Role::And | Role::To | Role::For | Role::A | Role::By))
                    || p.is_mark('-')
            });
            let accession =
                self.before(i).is_some_and(|p| matches!(p.role(), Some(Role::To | Role::By | Role::And)))
                    && self.get(j).is_none_or(|p| matches!(p.kind, Kind::Mark('.' | ',' | ';')));
            return led && (strongly && !named || accession);
        }
        if short {
            return led && !named && self.raw(i) != "Sun";
        }
        led || !named
    }

    /// Dates in figures. `2022-12-02`, `2/12/2022` by the outlet's country, `12/2022`.
    pub fn numeric(&self, i: usize) -> Option<Found> {
        let figure = |k: usize| match self.get(k).map(|p| (p.kind, p.spaced)) {
            Some((Kind::Digits(n, digits), false)) => Some((n, digits)),
            _ => None,
        };
        let Kind::Digits(a, digits) = self.get(i)?.kind else { return None };
        let Kind::Mark(mark @ ('-' | '/' | '.')) = self.get(i + 1)?.kind else { return None };
        let glued_before = self.before(i).is_some_and(|p| {
            !self.pieces[i].spaced && matches!(p.kind, Kind::Mark('-' | '/' | '.' | '$' | ':'))
        });
        if self.pieces[i + 1].spaced || glued_before {
            return None;
        }
        let (b, b_digits) = figure(i + 2)?;
        let third = if self.mark(i + 3, mark) && !self.pieces[i + 3].spaced { figure(i + 4) } else { None };
        let goes_on = |k: usize| {
            self.get(k).is_some_and(|p| !p.spaced && matches!(p.kind, Kind::Mark('-' | '/')))
                && figure(k + 1).is_some()
        };
        if let Some((c, c_digits)) = third {
            if goes_on(i + 5) {
                return None;
            }
            let date = match (digits, b_digits, c_digits) {
                (4, 1 | 2, 1 | 2) => day(i32::try_from(a).ok()?, b, c)?,
                (1 | 2, 1 | 2, 4) => self.by_locale(a, b, i32::try_from(c).ok()?)?,
                (1 | 2, 1 | 2, 2) if mark == '/' => {
                    let c = i32::try_from(c).ok()?;
                    self.by_locale(a, b, if c < 70 { 2000 + c } else { 1900 + c })?
                }
                _ => return None,
            };
            return Some(Found::new(i, i + 5, Moment::Day(date)).stated());
        }
        let month = (digits <= 2 && b_digits == 4 && mark == '/' && (1..=12).contains(&a) && !goes_on(i + 3))
            .then_some((i32::try_from(b).ok()?, a));
        let (year, month) = month.filter(|(y, _)| (1900..2100).contains(y))?;
        Some(Found::new(i, i + 3, Moment::Month(year, month)).stated())
    }

    /// Two figures and a year: the United States put the month first, the rest of the world the day; what is impossible decides.
    fn by_locale(&self, a: u32, b: u32, year: i32) -> Option<NaiveDate> {
        let month_first = self.country == Country::new("US");
        let (one, other) = (day(year, a, b), day(year, b, a));
        if month_first { one.or(other) } else { other.or(one) }
    }

    /// A bare number of four digits that is a year, and spans of years ("1992-95", "2003–2006").
    pub fn year(&self, i: usize) -> Option<Found> {
        let Kind::Digits(n, 4) = self.get(i)?.kind else { return None };
        let year = i32::try_from(n).ok().filter(|y| YEARS.contains(y))?;
        if !self.is_year(i, year) {
            return None;
        }
        if self.mark(i + 1, '-') && !self.pieces[i + 1].spaced && self.get(i + 2).is_some_and(|p| !p.spaced) {
            let last = match self.pieces[i + 2].kind {
                Kind::Digits(n, 2) => Some(year / 100 * 100 + n as i32),
                Kind::Digits(n, 4) => i32::try_from(n).ok(),
                _ => None,
            };
            if let Some(last) = last {
                let fits = last > year && last - year < 100 && YEARS.contains(&last);
                let (a, b) = (day(year, 1, 1)?, day(last, 12, 31)?);
                return fits.then(|| Found::new(i, i + 3, Moment::Stretch(a, b, Precision::Year)).stated());
            }
        }
        if self.is(i + 1, Role::Period) {
            return Some(Found::new(i, i + 2, Moment::Year(year)).stated());
        }
        if let Some(found) = self.quarter_of(i, i + 1, year) {
            return Some(found.stated());
        }
        Some(Found::new(i, i + 1, Moment::Year(year)).stated())
    }

    /// Whether a number of four digits is a year: by the word before it, and by what it might count.
    fn is_year(&self, i: usize, year: i32) -> bool {
        let next = self.lower(i + 1).unwrap_or_default();
        let glued_after = self.get(i + 1).is_some_and(|p| !p.spaced);
        let number_goes_on = glued_after
            && matches!(self.get(i + 1).map(|p| p.kind), Some(Kind::Mark(',' | '.' | '/' | ':')))
            && self.get(i + 2).is_some_and(|p| !p.spaced && matches!(p.kind, Kind::Digits(..)));
        if self.calendar.is_counted(&next)
            || number_goes_on
            || self.mark(i + 1, '%')
            || self.unit(i + 1).is_some_and(|(u, p)| p || u != Unit::Quarter)
        {
            return false;
        }
        let Some(before) = self.before(i) else {
            return (1900..=self.published.year() + 10).contains(&year) && self.mark(i + 1, ',');
        };
        let glued = !self.pieces[i].spaced;
        if let Kind::Mark(mark) = before.kind {
            let hyphen = mark == '-'
                && glued
                && self.pieces.get(i.wrapping_sub(2)).is_some_and(|p| !matches!(p.kind, Kind::Digits(..)));
            let open = matches!(mark, '(' | '[' | ',' | ';' | '"' | '“') && !(glued && mark == ',') || hyphen;
            return open && (1900..=self.published.year() + 15).contains(&year);
        }
        let word = self.text[before.start..before.end].to_lowercase();
        let (strong, weak) = self.calendar.leads_year(&word);
        // "about 2000 soldiers" counts; a round number before a plural does.
        let plural = next.len() > 3 && next.ends_with('s') && !self.pieces[i + 1].capital && year % 100 == 0;
        if plural {
            return false;
        }
        if strong {
            return (1000..=self.published.year() + 100).contains(&year);
        }
        let months = matches!(before.kind, Kind::Word(Word::Month(_) | Word::MonthShort(_)));
        let near = (1900..=self.published.year() + if weak { 35 } else { 15 }).contains(&year);
        near && (weak
            || months
            || before.capital
            || matches!(before.kind, Kind::Other | Kind::Word(_))
                && !matches!(before.kind, Kind::Word(Word::Number(_))))
    }

    /// "nineteen ninety-six", "twenty twenty-two".
    pub fn spoken_year(&self, i: usize) -> Option<Found> {
        let Word::Number(century @ 18..=20) = self.word(i)? else { return None };
        let j = self.hyphen(i + 1);
        let Word::Number(tens @ (10..=19 | 20 | 30 | 40 | 50 | 60 | 70 | 80 | 90)) = self.word(j)? else {
            return None;
        };
        let (rest, end) = match self.word(self.hyphen(j + 1)) {
            Some(Word::Number(n @ 1..=9)) if tens >= 20 => (tens + n, self.hyphen(j + 1) + 1),
            _ => (tens, j + 1),
        };
        Some(Found::new(i, end, Moment::Year(i32::try_from(century * 100 + rest).ok()?)).stated())
    }

    /// What begins with the name of a weekday.
    pub fn weekday(&self, i: usize) -> Option<Found> {
        if self.is_in_a_name(i) {
            return None;
        }
        let (weekday, mut j) = match self.get(i)?.word()? {
            Word::Weekday(n) if self.pieces[i].capital => (n, i + 1),
            Word::WeekdayShort(n) if self.pieces[i].capital => {
                let k = i + 1 + usize::from(self.mark(i + 1, '.'));
                let dated = self.month(self.comma(k)).or_else(|| self.day_month(self.comma(k))).is_some();
                if !dated && (k == i + 1 || matches!(self.raw(i), "Sun" | "Sat" | "Wed" | "Mon")) {
                    return None;
                }
                (n, k)
            }
            _ => return None,
        };
        let k = self.skip(self.comma(j), Role::The);
        let explicit = self
            .month(k)
            .or_else(|| self.day_month(k))
            .or_else(|| self.numeric(k))
            .filter(|f| matches!(f.moment, Moment::Day(_)));
        if let Some(found) = explicit {
            return Some(Found { start: i, also: Vec::new(), ..found });
        }
        // "Monday of last week", "Friday next week", "Monday this week".
        let of = self.skip(self.comma(j), Role::Of);
        if let Some((by, end)) = self.week_shift(of) {
            let date = shift_days(monday(self.published), i64::from(by) * 7 + i64::from(weekday) - 1)?;
            return Some(Found::new(i, end, Moment::Day(date)));
        }
        let date = match self.direction(i, j) {
            // "Wednesday's ruling" names what has been, unless the clause says "will".
            Direction::Ahead if self.possessive(j).is_none() || self.says_will(i) => {
                self.weekday_from(weekday, 0)?
            }
            _ => self.weekday_until(weekday, 0)?,
        };
        // "Tuesday nights" repeat.
        if let Some(Word::Unit(Unit::Night, true) | Word::Part(_, true)) = self.word(j) {
            return Some(Found::new(
                i,
                j + 1,
                Moment::Set(format!("XXXX-WXX-{weekday}{}", self.plural_part(j))),
            ));
        }
        // "Friday night" and "Friday morning" date by their day, as newspapers are read; an evening is a time.
        let (part, end) = self.part_after(j);
        j = end;
        let moment = match part {
            Some(part) if part == "TEV" => Moment::Time(date, part),
            _ => Moment::Day(date),
        };
        Some(Found::new(i, j, moment))
    }

    /// The TIMEX3 part of "mornings", "nights".
    fn plural_part(&self, i: usize) -> String {
        match self.word(i) {
            Some(Word::Part(code, _)) => format!("T{code}"),
            _ => "TNI".to_owned(),
        }
    }

    fn week_shift(&self, i: usize) -> Option<(i32, usize)> {
        let by = match self.role(i)? {
            Role::Last => -1,
            Role::This => 0,
            Role::Next => 1,
            _ => return None,
        };
        matches!(self.unit(i + 1)?, (Unit::Week, false)).then_some((by, i + 2))
    }

    /// "Bloody Sunday", "Super Tuesday", "the Sunday Times": a day of history, a day of elections, a paper.
    fn is_in_a_name(&self, i: usize) -> bool {
        let before = i > 0 && matches!(self.raw(i - 1), "Bloody" | "Black" | "Super" | "Giving" | "Fat");
        let after =
            matches!(self.raw(i + 1), "Times" | "Telegraph" | "Mirror" | "Express" | "Mail" | "Herald");
        before || after
    }

    /// The latest such weekday that lies at least `back` days before publication.
    pub fn weekday_until(&self, weekday: u32, back: i64) -> Option<NaiveDate> {
        let from = shift_days(self.published, -back)?;
        let since = (from.weekday().number_from_monday() + 7 - weekday) % 7;
        shift_days(from, -i64::from(since))
    }

    /// The first such weekday at least `ahead` days after publication.
    pub fn weekday_from(&self, weekday: u32, ahead: i64) -> Option<NaiveDate> {
        let from = shift_days(self.published, ahead)?;
        let until = (weekday + 7 - from.weekday().number_from_monday()) % 7;
        shift_days(from, i64::from(until))
    }
}
