//! The state of reading: the pieces, what is known of the story, and what the text has dated so far.
//!
//! Owns look-ahead within a sentence and the order in which the rules are tried. Leaves each family of expressions to a file of its own.

use super::moment::{Amount, Moment};
use super::piece::{Kind, Piece};
use crate::lexicon::Country;
use crate::lexicon::calendar::{Calendar, Role, Unit, Word};
use crate::mention::Unit as Step;
use chrono::NaiveDate;
use std::cell::Cell;

/// Expressions within expressions.
const DEPTH_MAX: u8 = 4;
/// Words of one number.
const NUMBER_MAX: usize = 12;

pub struct Reader<'a> {
    pub text: &'a str,
    pub title: bool,
    pub pieces: &'a [Piece],
    pub calendar: &'a Calendar,
    pub published: NaiveDate,
    pub country: Option<Country>,
    pub memory: Memory,
    /// The piece at which the expression under reading begins.
    pub base: usize,
    /// How deep expressions stand within expressions ("since the week of ...").
    pub depth: Cell<u8>,
}

/// What the text has dated so far.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The last expression that covers known days.
    pub last: Option<Moment>,
    /// The last quarter or year of account.
    pub account: Option<Moment>,
    /// The day told last, and the piece where.
    pub day_in_sentence: Option<(usize, NaiveDate)>,
}

/// An expression found: where it ends, and what it denotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// May stand before the piece at which reading began.
    pub start: usize,
    pub end: usize,
    pub moment: Moment,
    pub modifier: Option<&'static str>,
    pub relative: bool,
    pub anchor: Option<Shift>,
    /// Expressions that follow within the same phrase ("2 and 3 May").
    pub also: Vec<(usize, usize, Moment)>,
    /// The days that it covers, where the moment itself does not tell.
    pub covers: Option<Moment>,
    /// A period of account that another is compared with: it leaves the account told last as it is.
    pub compared: bool,
}

/// Counted from an event or an earlier expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    pub by: Option<(i32, Step)>,
    /// Pieces that name the anchor.
    pub anchor: Option<(usize, usize)>,
}

impl Found {
    pub fn new(start: usize, end: usize, moment: Moment) -> Found {
        Found {
            start,
            end,
            moment,
            modifier: None,
            relative: true,
            anchor: None,
            also: Vec::new(),
            covers: None,
            compared: false,
        }
    }

    /// Named only to compare.
    pub fn compared(self) -> Found {
        Found { compared: true, ..self }
    }

    /// The text states it in full.
    pub fn stated(self) -> Found {
        Found { relative: false, ..self }
    }

    pub fn modified(self, modifier: &'static str) -> Found {
        Found { modifier: Some(modifier), ..self }
    }

    /// A length of time that nevertheless covers known days.
    pub fn covering(self, days: Option<Moment>) -> Found {
        Found { covers: days, ..self }
    }
}

impl<'a> Reader<'a> {
    /// A piece of the sentence that is being read; None beyond its end.
    pub fn get(&self, i: usize) -> Option<&'a Piece> {
        let piece = self.pieces.get(i)?;
        if piece.opens && i > self.base { None } else { Some(piece) }
    }

    /// The piece before one, in the same sentence.
    pub fn before(&self, i: usize) -> Option<&'a Piece> {
        if self.pieces.get(i)?.opens { None } else { self.pieces.get(i.checked_sub(1)?) }
    }

    pub fn word(&self, i: usize) -> Option<Word> {
        self.get(i)?.word()
    }

    pub fn role(&self, i: usize) -> Option<Role> {
        self.get(i)?.role()
    }

    pub fn is(&self, i: usize, role: Role) -> bool {
        self.role(i) == Some(role)
    }

    pub fn mark(&self, i: usize, mark: char) -> bool {
        self.get(i).is_some_and(|p| p.is_mark(mark))
    }

    /// Past a hyphen that joins two words.
    pub fn hyphen(&self, i: usize) -> usize {
        let joined =
            self.mark(i, '-') && !self.pieces[i].spaced && self.get(i + 1).is_some_and(|p| !p.spaced);
        i + usize::from(joined)
    }

    /// Past an optional comma.
    pub fn comma(&self, i: usize) -> usize {
        i + usize::from(self.mark(i, ','))
    }

    /// Past an optional word.
    pub fn skip(&self, i: usize, role: Role) -> usize {
        i + usize::from(self.is(i, role))
    }

    /// Past "'s".
    pub fn possessive(&self, i: usize) -> Option<usize> {
        let s = self.mark(i, '\'') && !self.pieces[i].spaced && self.lower(i + 1).as_deref() == Some("s");
        s.then_some(i + 2)
    }

    /// A piece's text in lower case.
    pub fn lower(&self, i: usize) -> Option<String> {
        self.get(i).map(|p| self.text[p.start..p.end].to_lowercase())
    }

    pub fn raw(&self, i: usize) -> &'a str {
        self.pieces.get(i).map_or("", |p| &self.text[p.start..p.end])
    }

    /// A unit of time; "second" after a number is one, though by itself it orders.
    pub fn unit(&self, i: usize) -> Option<(Unit, bool)> {
        match self.word(i)? {
            Word::Unit(unit, plural) => Some((unit, plural)),
            _ => None,
        }
    }

    /// A whole number in digits or words: its value and where it ends. "twenty-four", "two hundred", "1,500" fall here as well.
    pub fn number(&self, i: usize) -> Option<(u32, usize)> {
        match self.get(i)?.kind {
            Kind::Digits(mut n, _) => {
                let mut j = i + 1;
                while self.mark(j, ',') && !self.pieces[j].spaced {
                    let Some(Kind::Digits(part, 3)) = self.get(j + 1).filter(|p| !p.spaced).map(|p| p.kind)
                    else {
                        break;
                    };
                    n = n.checked_mul(1000)?.checked_add(part)?;
                    j += 2;
                }
                Some((n, j))
            }
            Kind::Word(Word::Number(n)) => {
                let (mut total, mut j) = (n, i + 1);
                while let Some(Word::Number(next)) = self.word(self.hyphen(j)).filter(|_| j < i + NUMBER_MAX)
                {
                    total = match next {
                        100 | 1000 => total.checked_mul(next)?,
                        1..=99 if (20..100).contains(&total) && total % 10 == 0 && next < 10 => total + next,
                        1..=99 if total >= 100 => total + next,
                        _ => break,
                    };
                    j = self.hyphen(j) + 1;
                }
                Some((total, j))
            }
            _ => None,
        }
    }

    /// "3rd", "third", "twenty-first".
    pub fn ordinal(&self, i: usize) -> Option<(u32, usize)> {
        match self.get(i)?.kind {
            Kind::DigitsOrdinal(n) => Some((n, i + 1)),
            Kind::Word(Word::Ordinal(n)) => Some((n, i + 1)),
            Kind::Word(Word::Number(tens @ (20 | 30 | 40 | 50 | 60 | 70 | 80 | 90))) => {
                let j = self.hyphen(i + 1);
                match self.word(j)? {
                    Word::Ordinal(n) if n < 10 => Some((tens + n, j + 1)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The expression that begins at a piece.
    pub fn read(&mut self, i: usize) -> Option<Found> {
        self.base = i;
        self.modified(i).or_else(|| self.core(i))
    }

    /// A day by its own name, nothing around it: what others are counted from.
    pub fn named_day(&self, i: usize) -> Option<Found> {
        let found = match self.get(i)?.kind {
            Kind::Word(Word::Weekday(_)) => self.weekday(i),
            Kind::Word(Word::Month(_) | Word::MonthShort(_)) => self.month(i),
            Kind::Word(Word::Role(role @ (Role::Yesterday | Role::Today | Role::Tomorrow))) => {
                self.day_word(i, role)
            }
            Kind::Digits(..) => self.numeric(i).or_else(|| self.day_month(i)),
            Kind::DigitsOrdinal(_) | Kind::Word(Word::Ordinal(_)) => self.day_month(i),
            _ => None,
        };
        found.or_else(|| self.feast(i))
    }

    /// Expressions without hedges before them; None beyond a depth that no sentence of sense has.
    pub fn core(&self, i: usize) -> Option<Found> {
        if self.depth.get() >= DEPTH_MAX {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let found = self.core_at(i);
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// The more specific rules first.
    fn core_at(&self, i: usize) -> Option<Found> {
        let piece = self.get(i)?;
        match piece.kind {
            Kind::Digits(..) => self
                .clock(i)
                .or_else(|| self.numeric(i))
                .or_else(|| self.day_month(i))
                .or_else(|| self.feast(i))
                .or_else(|| self.quantity(i))
                .or_else(|| self.year(i)),
            Kind::DigitsOrdinal(_) => self.day_month(i).or_else(|| self.ordered(i, i)),
            Kind::Decade(..) => self.decade(i, i),
            Kind::Word(word) => self.feast(i).or_else(|| self.worded(i, word)),
            Kind::Other => self.feast(i),
            Kind::Half(_) | Kind::Mark(_) => None,
        }
    }

    fn worded(&self, i: usize, word: Word) -> Option<Found> {
        match word {
            Word::Month(_) | Word::MonthShort(_) => self.month(i),
            Word::Weekday(_) | Word::WeekdayShort(_) => self.weekday(i),
            Word::Number(_) => self
                .clock(i)
                .or_else(|| self.day_month(i))
                .or_else(|| self.quantity(i))
                .or_else(|| self.spoken_year(i)),
            Word::Ordinal(_) => self.day_month(i).or_else(|| self.ordered(i, i)),
            Word::Weekdays(n) => self.weekdays(i, n),
            Word::Unit(..) => self.bare_unit(i),
            Word::Part(code, false) => self.part_before(i, code),
            Word::Part(..) => None,
            Word::Season(..) => self.season(i, i),
            Word::Decade(_) => self.decade(i, i),
            Word::Frequency(value) => Some(Found::new(i, i + 1, Moment::Set(value.to_owned()))),
            Word::Reference(value) => {
                // "as soon as", "soon after" order events and date none.
                let orders = matches!(self.role(i + 1), Some(Role::As | Role::After | Role::Before));
                (!orders).then(|| Found::new(i, i + 1, Moment::Reference(value)))
            }
            Word::Zone(_) => None,
            Word::Role(role) => self.by_role(i, role),
        }
    }

    fn by_role(&self, i: usize, role: Role) -> Option<Found> {
        match role {
            Role::The => self.after_the(i),
            Role::A
            | Role::Few
            | Role::Couple
            | Role::Some
            | Role::Half
            | Role::Another
            | Role::Additional
            | Role::Dozens => self.quantity(i).or_else(|| self.ordered(i, self.skip(i, Role::A))),
            Role::Yesterday | Role::Today | Role::Tomorrow | Role::Tonight | Role::Overnight => {
                self.day_word(i, role)
            }
            Role::Now => Some(Found::new(i, i + 1, Moment::Reference("PRESENT_REF"))),
            Role::Current => {
                self.deictic(i, i).or_else(|| Some(Found::new(i, i + 1, Moment::Reference("PRESENT_REF"))))
            }
            Role::Each => self.each(i),
            Role::Noon | Role::Midnight => self.clock(i),
            Role::Fiscal => self.fiscal(i),
            Role::For | Role::On | Role::In => self.for_an_nth_day(i),
            Role::Since => self.since(i),
            Role::Until | Role::By => self.until_then(i).or_else(|| self.deictic(i, i)),
            _ => self.deictic(i, i),
        }
    }

    /// "since February": from then to publication.
    fn since(&self, i: usize) -> Option<Found> {
        let mut found = self.part_of(i + 1).or_else(|| self.core(i + 1))?;
        // What has lasted since a day began before publication: "since year-end", "since Dec. 20" told in November.
        if let Moment::Day(d) = found.moment
            && d > self.published
            && found.relative
        {
            found.moment = Moment::Day(super::moment::shift_months(d, -12)?);
        }
        let (interval, precision) =
            found.moment.days().filter(|(interval, _)| interval.start < self.published)?;
        let covers = Moment::Stretch(interval.start, self.published, precision);
        Some(Found { start: i + 1, ..found }.covering(Some(covers)))
    }

    /// After "the": what may take it into its extent.
    fn after_the(&self, i: usize) -> Option<Found> {
        let j = i + 1;
        self.day_before_day(i)
            .or_else(|| self.deictic(i, j))
            .or_else(|| self.ordered(i, j))
            .or_else(|| self.decade(i, j))
            .or_else(|| self.week_of(i, j))
            .or_else(|| self.feast_season(i, j))
            .or_else(|| self.season(i, j))
            .or_else(|| self.the_year(i, j))
            .or_else(|| self.the_unit(i, j))
    }

    /// Hedges and parts of a period before an expression.
    fn modified(&self, i: usize) -> Option<Found> {
        if let Some((j, modifier, only_amounts)) = self.hedge(i) {
            let j_the = self.skip(j, Role::The);
            let inner = self.core(j).or_else(|| if j_the > j { self.core(j_the) } else { None })?;
            let amount = matches!(inner.moment, Moment::Duration(..))
                || inner.moment.kind() == crate::mention::TimexType::Duration;
            let dated = !only_amounts && !matches!(inner.moment, Moment::Reference(_) | Moment::Set(_));
            let ago =
                matches!(self.get(j).map(|p| p.kind), Some(Kind::Digits(..) | Kind::Word(Word::Number(_))))
                    || self.is(j, Role::A);
            if !(amount || dated || ago) || matches!(inner.moment, Moment::Reference(_)) && !ago {
                return None;
            }
            return Some(Found { start: i, modifier: Some(modifier), ..inner });
        }
        self.part_of(i)
    }

    /// "about", "more than", "at least": where the amount begins, the TIMEX3 mod, whether it goes with amounts only.
    fn hedge(&self, i: usize) -> Option<(usize, &'static str, bool)> {
        let role = self.role(i)?;
        let next = self.role(i + 1);
        Some(match (role, next) {
            (Role::More | Role::Less, Some(Role::Than)) => {
                (i + 2, if role == Role::More { "MORE_THAN" } else { "LESS_THAN" }, true)
            }
            (Role::No | Role::Not, Some(Role::More)) if self.is(i + 2, Role::Than) => {
                (i + 3, "EQUAL_OR_LESS", true)
            }
            (Role::No | Role::Not, Some(Role::Less)) if self.is(i + 2, Role::Than) => {
                (i + 3, "EQUAL_OR_MORE", true)
            }
            (Role::At, Some(Role::Least)) => (i + 2, "EQUAL_OR_MORE", true),
            (Role::At, Some(Role::Most)) => (i + 2, "EQUAL_OR_LESS", true),
            (Role::Up, Some(Role::To)) => (i + 2, "EQUAL_OR_LESS", true),
            (Role::About, _) if !matches!(self.word(i + 1), Some(Word::Weekday(_))) => {
                (i + 1, "APPROX", false)
            }
            (Role::Over, Some(Role::The)) => return None,
            (Role::Nearly | Role::Under, _) => (i + 1, "LESS_THAN", true),
            (Role::Over, _) => (i + 1, "MORE_THAN", true),
            _ => return None,
        })
    }

    /// "early next year", "late Monday", "mid-May", "the end of the month", "earlier in the week".
    fn part_of(&self, i: usize) -> Option<Found> {
        let role = self.role(i)?;
        let (modifier, j) = match role {
            Role::Early | Role::Earlier => ("START", self.hyphen(i + 1)),
            Role::Late | Role::Later => ("END", self.hyphen(i + 1)),
            Role::Mid => ("MID", self.hyphen(i + 1)),
            Role::The | Role::End | Role::Start => {
                let k = self.skip(i, Role::The);
                let (modifier, adjective) = match self.role(k)? {
                    Role::End => ("END", false),
                    Role::Start => ("START", false),
                    Role::Mid => ("MID", false),
                    Role::Early if k > i => ("START", true),
                    Role::Late if k > i => ("END", true),
                    _ => return None,
                };
                if !adjective && !self.is(k + 1, Role::Of) {
                    return None;
                }
                if adjective {
                    let of_hours = self.unit(k + 1).is_some_and(|(u, p)| p && u == Unit::Hour)
                        && self.is(k + 2, Role::Of);
                    if of_hours {
                        return self
                            .core(k + 3)
                            .filter(|f| f.moment.anchor().is_some())
                            .map(|f| Found { start: f.start, ..f });
                    }
                    return self
                        .decade(i, k + 1)
                        .or_else(|| self.century_at(i, k + 1))
                        .map(|f| f.modified(modifier));
                }
                (modifier, k + 2)
            }
            _ => return None,
        };
        let vague = matches!(role, Role::Earlier | Role::Later);
        let j = if matches!(role, Role::Early | Role::Late | Role::Earlier | Role::Later | Role::Mid) {
            self.skip(j, Role::In)
        } else {
            j
        };
        // "early on Monday": the extent is the day's alone, which the next piece will give.
        let inner = self
            .core(j)
            .filter(|f| !matches!(f.moment, Moment::Duration(..) | Moment::Reference(_) | Moment::Set(_)))?;
        if vague && matches!(inner.moment, Moment::Decade(_) | Moment::Century(_)) {
            return None;
        }
        Some(Found { start: i, modifier: Some(modifier), ..inner })
    }

    /// Whether an amount is one that lengths of time may have.
    pub fn plausible(amount: Amount, unit: Unit) -> bool {
        match amount {
            Amount::Whole(n) | Amount::AndHalf(n) => n <= if unit >= Unit::Year { 10_000 } else { 100_000 },
            Amount::Vague => true,
        }
    }
}
