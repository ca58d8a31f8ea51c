//! Whether the dates of two tellings can be of one event.
//!
//! Owns how far apart which dates may be, and which days a store has to search. Leaves what else tellings have
//! in common to its parent.

use super::{Comparison, Known, Telling, kin, words};
use crate::event::{Basis, EventDate, Status};
use crate::mention::{Interval, Precision};
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::sync::Arc;

/// Days that a publication day may be off from the day it reports: the news breaks past midnight, or
/// elsewhere.
const SLACK_DAYS: i64 = 1;
/// By so much a story may seem to come before what it tells.
const EARLY_DAYS: i64 = -SLACK_DAYS;
/// An event without a date was told at most so long after another telling of it.
const UNDATED_DAYS: i64 = 10;
/// What is planned without a date came at most so long after it was told.
const COMING_DAYS: i64 = -40;
/// News without a date is of the days in which it is told.
pub(super) const NEWS_DAYS: i64 = 3;
/// And from then on it is later than that.
const LATER_DAYS: i64 = NEWS_DAYS + 1;
/// Where nobody gives a date, what is told days apart is the sooner another event: a war brings such news daily.
const SAME_NEWS_DAYS: i64 = 1;
/// Days from which a span of time says no more of an event than its year.
const LONG_DAYS: i64 = 62;
/// What it weighs that dates meet in no more than a season or year.
pub(super) const LONG: f32 = -0.5;
/// A week, by which a relative date may be early.
const WEEK_DAYS: i64 = 7;
/// What a date loses that is read as a week later.
const A_WEEK_LATER: f32 = 0.4;
/// Between two tellings of an event that a landmark joins, whatever their dates.
const LANDMARK_DAYS: i64 = 400;

/// How well dates fit; None where they cannot be of one event.
type Fit = (Option<f32>, &'static str);

/// Of the tellings that give an event a day, at least so many must be able to mean the new one's: else event
/// after event would be drawn in by tellings that are vague.
const AGREEING_MIN: f32 = 0.3;

/// Adds what the dates weigh and returns it.
pub(super) fn compare(comparison: &mut Comparison, known: &[Arc<Known>], new: &Known) -> f32 {
    let fits: Vec<Fit> = known.iter().map(|k| fit(k, new)).collect();
    // The best agreement with any telling: an event's own tellings may differ by a day.
    let best = fits.iter().max_by(|a, b| a.0.unwrap_or(f32::MIN).total_cmp(&b.0.unwrap_or(f32::MIN)));
    let Some(&(weight, why)) = best else { return 0.0 };
    let dated = || known.iter().zip(&fits).filter(|(k, _)| gives_a_day(k));
    let agreeing = dated().filter(|(_, fit)| fit.0.is_some()).count();
    let known_by_toll = known.iter().zip(&fits).any(|(k, fit)| fit.0.is_some() && kin::share_toll(k, new));
    let drifts = (agreeing as f32) < AGREEING_MIN * dated().count() as f32 && !known_by_toll;
    match weight {
        Some(weight) if !drifts => {
            comparison.add(weight, why);
            return weight;
        }
        _ if known.iter().any(|k| has_landmark_in_common(k, new)) => {
            comparison.add(-0.2, "other dates, but so high a toll in one town");
        }
        _ if known.iter().any(|k| is_led_by_one_news(k, new)) => {
            comparison.add(ANOTHER_DATE, "other dates, but what both stories are about in the same days");
        }
        Some(_) => comparison.refuse("most tell other days"),
        None => comparison.refuse(why),
    }
    0.0
}

/// What other dates weigh where one of them is misread.
const ANOTHER_DATE: f32 = -0.8;

/// Whether a headline or lead gives a day that is not of its news.
pub fn seems_misdated(telling: &Telling) -> bool {
    let told = telling.told_at.date_naive();
    let before = telling.event.date.as_ref().map(|d| (told - d.interval.end).num_days());
    telling.leads() && before.is_some_and(|days| days > NEWS_DAYS)
}

/// What news is about happened these days, so where a headline or lead gives another day the date may be misread. It is
/// known again by its town and its words.
fn is_led_by_one_news(known: &Known, new: &Known) -> bool {
    let apart = (new.told_at - known.told_at).num_hours().abs();
    known.place.is_some()
        && known.place == new.place
        && known.leads()
        && new.leads()
        && apart <= SAME_NEWS_DAYS * 24
        && seems_misdated(known) != seems_misdated(new)
        && kin::subtypes_meet(known, new)
        && known.words.in_common(&new.words) >= words::SAID_ALIKE
}

/// Whether two events can be one by the days that their tellings give: tellings without a date must not make one event
/// of two days.
pub(super) fn of_one_day(few: &[Arc<Known>], many: &[Arc<Known>]) -> bool {
    let (mut pairs, mut meeting) = (0, 0);
    for a in few {
        for b in many {
            let meets = fit(a, b).0.is_some();
            if has_landmark_in_common(a, b) || (meets && kin::share_toll(a, b)) {
                return true;
            }
            if !is_long(a) && !is_long(b) && seems_misdated(a) == seems_misdated(b) {
                pairs += 1;
                meeting += usize::from(meets);
            }
        }
    }
    meeting as f32 >= AGREEING_MIN * pairs as f32
}

/// Days between a telling and the first of an event's, by the day that each gives or in which it is told; None where
/// both sides give dates, which say more.
pub(super) fn apart_undated(known: &[Arc<Known>], new: &Telling) -> Option<i64> {
    let dated = |t: &Telling| t.event.date.is_some();
    if dated(new) && known.iter().any(|k| dated(k)) {
        return None;
    }
    let day = |t: &Telling| match &t.event.date {
        Some(date) if date.precision == Precision::Day => date.interval.end,
        _ => t.told_at.date_naive(),
    };
    let first = known.iter().map(|k| day(k)).min()?;
    Some((day(new) - first).num_days().abs())
}

/// The days of a date, ready to be compared: numbers of the common era.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    start: i64,
    end: i64,
    precision: Precision,
    basis: Basis,
}

impl Days {
    pub fn of(date: &EventDate) -> Days {
        let EventDate { interval, precision, basis } = *date;
        Days { start: day_number(interval.start), end: day_number(interval.end), precision, basis }
    }

    fn is_long(&self) -> bool {
        self.end - self.start > LONG_DAYS
    }

    /// The one day to which a day may have to be moved.
    fn moved(self, to: i64) -> Days {
        Days { start: to, end: to, ..self }
    }
}

pub(super) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

fn is_long(known: &Known) -> bool {
    known.days.is_some_and(|d| d.is_long())
}

fn gives_a_day(telling: &Telling) -> bool {
    let date = telling.event.date.as_ref();
    date.is_some_and(|d| d.precision == Precision::Day && d.basis != Basis::Publication)
}

/// Whether one is told as still to come when the other had already happened: a second visit is planned after the
/// first.
pub(super) fn planned_after_it_was(planned: &Telling, past: &Telling) -> bool {
    let over = past.event.date.as_ref().filter(|d| d.precision == Precision::Day).map(|d| d.interval.end);
    planned.event.status == Status::Planned
        && past.event.status == Status::Occurred
        && over.is_some_and(|over| (planned.told_at.date_naive() - over).num_days() > SLACK_DAYS)
}

/// Whether one story gives two events days that differ.
pub(super) fn told_apart(a: &Known, b: &Known) -> bool {
    let stated = |k: &Known| k.days.filter(|d| d.basis != Basis::Publication);
    let (Some(x), Some(y)) = (stated(a), stated(b)) else { return false };
    match (x.precision, y.precision) {
        (Precision::Day, Precision::Day) => (x.start, x.end) != (y.start, y.end),
        _ => fit(a, b).0.is_none(),
    }
}

/// So high a toll is told of one event, unless both stories give its date in full.
fn has_landmark_in_common(known: &Telling, new: &Telling) -> bool {
    let stated = |t: &Telling| t.event.date.as_ref().is_some_and(|d| d.basis == Basis::Stated);
    kin::share_landmark(&known.event, &new.event)
        && (new.told_at - known.told_at).num_days().abs() <= LANDMARK_DAYS
        && !(stated(known) && stated(new))
}

/// Days of other tellings with which a telling's date can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    pub days: Interval,
    /// Days whose dates may be a week early, and those for which this one may be.
    pub week_early: Interval,
    pub week_late: Interval,
    /// A telling that leads with an earlier day may have misread it; None where this one does not lead.
    pub misdated_before: Option<NaiveDate>,
}

/// Every telling dated otherwise is refused; None where the date refuses nobody.
pub fn days_to_meet(telling: &Telling) -> Option<Meeting> {
    let date = telling
        .event
        .date
        .as_ref()
        .filter(|_| kin::landmark(&telling.event).is_none() && !seems_misdated(telling))?;
    let Interval { start, end } = date.interval;
    let earlier = |by| start.checked_sub_signed(TimeDelta::days(by)).unwrap_or(start);
    let later = |by| end.checked_add_signed(TimeDelta::days(by)).unwrap_or(end);
    let around = |f: &dyn Fn(i64) -> NaiveDate, from: i64, to: i64| Interval { start: f(from), end: f(to) };
    Some(Meeting {
        days: Interval { start: earlier(SLACK_DAYS), end: later(SLACK_DAYS) },
        week_early: around(&earlier, WEEK_DAYS + SLACK_DAYS, WEEK_DAYS - SLACK_DAYS),
        week_late: around(&later, WEEK_DAYS - SLACK_DAYS, WEEK_DAYS + SLACK_DAYS),
        misdated_before: telling.leads().then(|| {
            let told = telling.told_at.date_naive();
            told.checked_sub_signed(TimeDelta::days(NEWS_DAYS - SAME_NEWS_DAYS)).unwrap_or(told)
        }),
    })
}

/// The day that a weekday may mean beside the one counted. A story of Monday evening that says "early on
/// Tuesday", where it is Tuesday already, seems to mean the week before.
pub fn week_later(telling: &Telling) -> Option<NaiveDate> {
    let date = telling.event.date.as_ref()?;
    let Interval { start, end } = date.interval;
    let before = (telling.told_at.date_naive() - start).num_days();
    let counted = date.basis == Basis::Relative && start == end;
    (counted && (WEEK_DAYS - 1..=WEEK_DAYS).contains(&before))
        .then(|| start.checked_add_signed(TimeDelta::days(WEEK_DAYS)))
        .flatten()
}

fn fit(known: &Known, new: &Known) -> Fit {
    let apart = (new.told - known.told).abs();
    let (a, b) = match (known.days, new.days) {
        (Some(a), Some(b)) => (a, b),
        (None, None) if apart <= SAME_NEWS_DAYS => {
            return (Some(0.2), "told in the same days, without a date");
        }
        (None, None) if apart <= UNDATED_DAYS => return (Some(-0.8), "told days apart, without a date"),
        (None, None) => return (None, "told at other times, without a date"),
        (Some(date), None) | (None, Some(date)) => {
            let undated = if known.days.is_none() { known } else { new };
            return match undated.told - date.end {
                EARLY_DAYS..=UNDATED_DAYS if date.is_long() => {
                    (Some(LONG), "one without a date, one of a season or year")
                }
                EARLY_DAYS..=NEWS_DAYS => (Some(0.4), "one without a date, told in those days"),
                LATER_DAYS..=UNDATED_DAYS => (Some(-0.4), "one without a date"),
                COMING_DAYS..EARLY_DAYS if undated.event.status == Status::Planned => {
                    (Some(-0.4), "planned without a date")
                }
                _ => (None, "one without a date, told at another time"),
            };
        }
    };
    let as_told = dated_fit(a, b);
    if as_told.0.is_some() {
        return as_told;
    }
    let later = [(known.week_later, a, b), (new.week_later, b, a)];
    let weight = later
        .into_iter()
        .filter_map(|(to, early, other)| dated_fit(early.moved(to?), other).0)
        .fold(None, |best: Option<f32>, w| Some(best.map_or(w, |b| b.max(w))));
    match weight {
        Some(weight) => (Some(weight - A_WEEK_LATER), "the same weekday, counted from the day before it"),
        None => as_told,
    }
}

fn dated_fit(a: Days, b: Days) -> Fit {
    let gap = (a.start - b.end).max(b.start - a.end);
    let exact = a.precision == Precision::Day && b.precision == Precision::Day;
    if gap > 0 {
        let counted = [a.basis, b.basis].iter().any(|b| *b != Basis::Stated);
        let reported = [a.basis, b.basis].contains(&Basis::Publication);
        return match gap {
            // News is mostly told the day after.
            SLACK_DAYS if reported && exact => (Some(0.7), "told the day after"),
            SLACK_DAYS if counted && exact => (Some(0.3), "the day before or after"),
            _ => (None, "dates that do not meet"),
        };
    }
    if a.is_long() || b.is_long() {
        return (Some(LONG), "the same season or year");
    }
    match (exact, a.precision.max(b.precision)) {
        (true, _) if (a.start, a.end) == (b.start, b.end) => (Some(1.2), "the same day"),
        (true, _) => (Some(0.8), "days that overlap"),
        (false, Precision::Week) => (Some(0.7), "the same week"),
        (false, _) => (Some(0.2), "the same month"),
    }
}
