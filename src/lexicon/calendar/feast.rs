//! The day of a feast in a year: Easter by both reckonings, the Islamic and the Jewish year.
//!
//! Owns the computations. Leaves which feasts there are, and their names, to the calendar's file.

use super::{Hijri, Rule, nth};
use chrono::{Datelike, Duration, NaiveDate};

pub(super) fn day(rule: &Rule, hijri: &Hijri, year: i32) -> Option<NaiveDate> {
    let shifted = |day: Option<NaiveDate>, by: i32| day?.checked_add_signed(Duration::days(i64::from(by)));
    match rule {
        Rule::Fixed([month, day]) => NaiveDate::from_ymd_opt(year, *month, *day),
        Rule::Nth([month, weekday, which]) => {
            nth(year, (*month).try_into().ok()?, (*weekday).try_into().ok()?, *which)
        }
        Rule::Thanksgiving(by) => shifted(nth(year, 11, 4, 4), *by),
        Rule::Easter(by) => shifted(easter(year), *by),
        Rule::Orthodox(by) => shifted(orthodox_easter(year), *by),
        Rule::Hijri([month, day]) => hijri_day(hijri, year, *month, *day),
        Rule::RoshHashanah(by) => shifted(jewish_new_year(year), *by),
        // The new year of the following autumn comes 163 days after the first day of Passover.
        Rule::Passover(by) => shifted(jewish_new_year(year), *by - 163),
        Rule::Once(day) => (day.year() == year).then_some(*day),
        Rule::Days(days) => days.iter().find(|d| d.year() == year).copied(),
    }
}

/// Easter Sunday of the western churches (the anonymous Gregorian algorithm, Nature, 1876).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, (n / 31).try_into().ok()?, (n % 31 + 1).try_into().ok()?)
}

/// Easter Sunday of the eastern churches (Meeus, Julian algorithm), in the Gregorian calendar.
fn orthodox_easter(year: i32) -> Option<NaiveDate> {
    let d = (19 * (year % 19) + 15) % 30;
    let e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
    let n = d + e + 114;
    let julian = NaiveDate::from_ymd_opt(year, (n / 31).try_into().ok()?, (n % 31 + 1).try_into().ok()?)?;
    let behind = year / 100 - year / 400 - 2;
    julian.checked_add_signed(Duration::days(i64::from(behind)))
}

/// The first day in a Gregorian year that is such a day of the Islamic year.
fn hijri_day(table: &Hijri, year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let mut start = table.first_day;
    for lengths in &table.long_months {
        let mut first = start;
        for m in 1..=12 {
            let long = lengths >> (m - 1) & 1;
            if m == month && first.year() <= year {
                let found = first.checked_add_signed(Duration::days(i64::from(day) - 1))?;
                if found.year() == year {
                    return Some(found);
                }
            }
            first = first.checked_add_signed(Duration::days(29 + i64::from(long)))?;
        }
        start = first;
        if start.year() > year + 1 {
            break;
        }
    }
    None
}

/// 1 Tishri in the autumn of a Gregorian year: the mean new moon, put off by the four rules (Reingold and Dershowitz,
/// Calendrical Calculations).
fn jewish_new_year(year: i32) -> Option<NaiveDate> {
    if !(1..=2999).contains(&year) {
        return None;
    }
    let elapsed = |year: i64| {
        let months = (235 * year - 234).div_euclid(19);
        let parts = 12_084 + 13_753 * months;
        let day = 29 * months + parts.div_euclid(25_920);
        if (3 * (day + 1)).rem_euclid(7) < 3 { day + 1 } else { day }
    };
    let jewish = i64::from(year) + 3761;
    let (before, this, after) = (elapsed(jewish - 1), elapsed(jewish), elapsed(jewish + 1));
    let correction = if after - this == 356 {
        2
    } else if this - before == 382 {
        1
    } else {
        0
    };
    // Day 0 of the count is the day before 7 October 3761 BCE (Julian), 1,373,427 days before day 1 of the common era.
    NaiveDate::from_num_days_from_ce_opt((this + correction - 1_373_427).try_into().ok()?)
}
