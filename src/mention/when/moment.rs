//! What an expression denotes once it is resolved: a day, a week, a season, a length of time ...
//!
//! Owns the TIMEX3 value of each and the days that it covers. Knows no text.

use crate::lexicon::calendar::Unit;
use crate::mention::{Interval, Precision, TimexType};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// A resolved expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Moment {
    Day(NaiveDate),
    /// First and last day.
    Days(NaiveDate, NaiveDate),
    /// A stretch of whole weeks, months or years: first and last day.
    Stretch(NaiveDate, NaiveDate, Precision),
    /// A time of a day: the TIMEX3 part after the date ("TMO", "T14:00").
    Time(NaiveDate, String),
    /// Named by its Monday.
    Week(NaiveDate),
    /// Named by its Saturday.
    Weekend(NaiveDate),
    Month(i32, u32),
    Quarter(i32, u32),
    /// A quarter of a year that the text leaves open.
    SomeQuarter(i32),
    Half(i32, u32),
    Season(i32, &'static str),
    Year(i32),
    /// 199 for the nineties.
    Decade(i32),
    /// 19 for the twentieth century.
    Century(i32),
    Reference(&'static str),
    Duration(Amount, Unit),
    /// The TIMEX3 value of a repetition.
    Set(String),
    /// A value that denotes no known day ("XXXX-05").
    Open(String),
}

/// How much of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    Whole(u32),
    /// "two and a half".
    AndHalf(u32),
    /// "a few", "several": X.
    Vague,
}

/// Years that a date may have.
pub const YEARS: std::ops::RangeInclusive<i32> = 1000..=2999;

/// A day whose year is one that news may speak of.
pub fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    if YEARS.contains(&year) { NaiveDate::from_ymd_opt(year, month, day) } else { None }
}

pub fn shift_days(day: NaiveDate, by: i64) -> Option<NaiveDate> {
    let moved = if by < 0 {
        day.checked_sub_days(Days::new(by.unsigned_abs()))
    } else {
        day.checked_add_days(Days::new(by.unsigned_abs()))
    };
    moved.filter(|d| YEARS.contains(&d.year()))
}

pub fn shift_months(day: NaiveDate, by: i32) -> Option<NaiveDate> {
    let moved = if by < 0 {
        day.checked_sub_months(Months::new(by.unsigned_abs()))
    } else {
        day.checked_add_months(Months::new(by.unsigned_abs()))
    };
    moved.filter(|d| YEARS.contains(&d.year()))
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).first_day()
}

fn month_end(year: i32, month: u32) -> Option<NaiveDate> {
    let (y, m) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(y, m, 1)?.pred_opt()
}

impl Moment {
    pub fn kind(&self) -> TimexType {
        match self {
            Moment::Time(..) => TimexType::Time,
            Moment::Duration(..) => TimexType::Duration,
            Moment::Set(_) => TimexType::Set,
            _ => TimexType::Date,
        }
    }

    /// The TIMEX3 value.
    pub fn value(&self) -> String {
        match self {
            Moment::Day(d) => d.to_string(),
            Moment::Days(a, b) | Moment::Stretch(a, b, _) => format!("{a}/{b}"),
            Moment::Time(d, part) => format!("{d}{part}"),
            Moment::Week(d) => d.format("%G-W%V").to_string(),
            Moment::Weekend(d) => d.format("%G-W%V-WE").to_string(),
            Moment::Month(y, m) => format!("{y:04}-{m:02}"),
            Moment::Quarter(y, q) => format!("{y:04}-Q{q}"),
            Moment::SomeQuarter(y) => format!("{y:04}-QX"),
            Moment::Half(y, h) => format!("{y:04}-H{h}"),
            Moment::Season(y, code) => format!("{y:04}-{code}"),
            Moment::Year(y) => format!("{y:04}"),
            Moment::Decade(n) => format!("{n:03}"),
            Moment::Century(n) => format!("{n:02}"),
            Moment::Reference(r) => (*r).to_owned(),
            Moment::Duration(amount, unit) => duration(*amount, *unit),
            Moment::Set(value) | Moment::Open(value) => value.clone(),
        }
    }

    /// The days that it covers, and how exactly; seasons, decades and lengths of time cover none that are known.
    pub fn days(&self) -> Option<(Interval, Precision)> {
        let (start, end, precision) = match *self {
            Moment::Day(d) | Moment::Time(d, _) => (d, d, Precision::Day),
            Moment::Days(a, b) => (a, b, Precision::Day),
            Moment::Stretch(a, b, precision) => (a, b, precision),
            Moment::Week(d) => (monday(d), shift_days(monday(d), 6)?, Precision::Week),
            Moment::Weekend(d) => (d, shift_days(d, 1)?, Precision::Day),
            Moment::Month(y, m) => (day(y, m, 1)?, month_end(y, m)?, Precision::Month),
            Moment::Quarter(y, q) => (day(y, q * 3 - 2, 1)?, month_end(y, q * 3)?, Precision::Month),
            Moment::Half(y, h) => (day(y, h * 6 - 5, 1)?, month_end(y, h * 6)?, Precision::Month),
            Moment::Year(y) => (day(y, 1, 1)?, day(y, 12, 31)?, Precision::Year),
            _ => return None,
        };
        Some((Interval { start, end }, precision))
    }

    /// A day within it from which others may be counted.
    pub fn anchor(&self) -> Option<NaiveDate> {
        match *self {
            Moment::Season(y, code) => day(y, season_month(code), 1),
            Moment::SomeQuarter(y) => day(y, 1, 1),
            _ => self.days().map(|(interval, _)| interval.start),
        }
    }
}

/// The month in which a season is at its height, in the north.
pub fn season_month(code: &str) -> u32 {
    match code {
        "SP" => 4,
        "SU" => 7,
        "FA" => 10,
        _ => 1,
    }
}

fn duration(amount: Amount, unit: Unit) -> String {
    let (factor, letter, time) = match unit {
        Unit::Second => (1, "S", true),
        Unit::Minute => (1, "M", true),
        Unit::Hour => (1, "H", true),
        Unit::Day => (1, "D", false),
        Unit::Night => (1, "NI", false),
        Unit::Weekend => (1, "WE", false),
        Unit::Week => (1, "W", false),
        Unit::Fortnight => (2, "W", false),
        Unit::Month => (1, "M", false),
        Unit::Quarter => (1, "Q", false),
        Unit::Year => (1, "Y", false),
        Unit::Decade => (10, "Y", false),
        Unit::Century => (100, "Y", false),
    };
    let head = if time { "PT" } else { "P" };
    match (amount, unit) {
        (Amount::Vague, Unit::Decade) => "PXDE".to_owned(),
        (Amount::Vague, Unit::Century) => "PXCE".to_owned(),
        (Amount::Vague, _) => format!("{head}X{letter}"),
        (Amount::Whole(n), _) => format!("{head}{}{letter}", u64::from(n) * factor),
        (Amount::AndHalf(n), Unit::Year) => format!("P{n}Y6M").replace("P0Y", "P"),
        (Amount::AndHalf(n), Unit::Hour) => format!("PT{n}H30M").replace("PT0H", "PT"),
        (Amount::AndHalf(n), Unit::Minute) => format!("PT{n}M30S").replace("PT0M", "PT"),
        (Amount::AndHalf(n), Unit::Day) => format!("P{n}DT12H").replace("P0DT", "PT"),
        (Amount::AndHalf(n), Unit::Decade) => format!("P{}Y", n * 10 + 5),
        (Amount::AndHalf(n), Unit::Century) => format!("P{}Y", n * 100 + 50),
        (Amount::AndHalf(n), _) => format!("{head}{n}.5{letter}"),
    }
}
