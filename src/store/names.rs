//! How times, dates and enumerations are written in the database.
//!
//! Owns the words that the schema's `CHECK`s hold, both ways. An unknown word is an error of the file.

use super::{Error, Result};
use crate::event::{Basis, Role, Status};
use crate::feed::State;
use crate::lexicon::ActorKind;
use crate::mention::Precision;
use crate::text::Field;
use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike, Utc};

// Written and read by hand: chrono's formats are interpreted anew each time, and every row has several times.

pub fn time<Z: TimeZone>(at: &DateTime<Z>) -> String {
    let at = at.with_timezone(&Utc);
    let mut text = day(at.date_naive());
    text.reserve(10);
    for (mark, number) in [('T', at.hour()), (':', at.minute()), (':', at.second())] {
        text.push(mark);
        push_number(&mut text, number, 2);
    }
    text.push('Z');
    text
}

pub fn read_time(text: &str) -> Result<DateTime<Utc>> {
    let read = || {
        let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
        let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
        Some(read_day(day).ok()?.and_hms_opt(hour, minute, second)?.and_utc())
    };
    read().ok_or_else(|| Error::Value(format!("time {text:?}")))
}

/// Years before 1 and after 9999 do not sort as text; no date that a text names is one.
pub fn day(day: NaiveDate) -> String {
    let mut text = String::with_capacity(20);
    push_number(&mut text, day.year().clamp(0, 9999) as u32, 4);
    text.push('-');
    push_number(&mut text, day.month(), 2);
    text.push('-');
    push_number(&mut text, day.day(), 2);
    text
}

fn push_number(text: &mut String, number: u32, digits: u32) {
    for place in (0..digits).rev() {
        text.push(char::from(b'0' + (number / 10u32.pow(place) % 10) as u8));
    }
}

/// Three numbers of so many digits each.
fn numbers(text: &str, mark: char, digits: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(mark);
    let mut found = [0; 3];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.bytes().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
    }
    parts.next().is_none().then_some(found)
}

pub fn read_day(text: &str) -> Result<NaiveDate> {
    numbers(text, '-', [4, 2, 2])
        .and_then(|[year, month, day]| NaiveDate::from_ymd_opt(year as i32, month, day))
        .ok_or_else(|| Error::Value(format!("date {text:?}")))
}

/// Both directions of one enumeration.
macro_rules! words {
    ($type:ident, $write:ident, $read:ident, $($variant:ident = $word:literal),+ $(,)?) => {
        pub fn $write(value: $type) -> &'static str {
            match value { $($type::$variant => $word),+ }
        }
        pub fn $read(word: &str) -> Result<$type> {
            match word {
                $($word => Ok($type::$variant),)+
                _ => Err(Error::Value(format!(concat!(stringify!($type), " {:?}"), word))),
            }
        }
    };
}

words!(
    State,
    state,
    read_state,
    Active = "active",
    Paused = "paused",
    Gone = "gone",
    Removed = "removed",
    Quarantined = "quarantined"
);

/// Enumerations that name themselves are read back by their names.
macro_rules! named {
    ($read:ident, $type:ident, [$($variant:ident),+ $(,)?]) => {
        pub fn $read(word: &str) -> Result<$type> {
            [$($type::$variant),+]
                .into_iter()
                .find(|v| v.name() == word)
                .ok_or_else(|| Error::Value(format!(concat!(stringify!($type), " {:?}"), word)))
        }
    };
}

words!(Field, field, read_field, Title = "title", Text = "text");
named!(read_status, Status, [Occurred, Planned]);
named!(read_precision, Precision, [Day, Week, Month, Year]);
named!(read_basis, Basis, [Stated, Relative, Publication]);
named!(read_role, Role, [Source, Target]);

pub fn read_actor_kind(word: &str) -> Result<ActorKind> {
    ActorKind::ALL
        .into_iter()
        .find(|k| k.name() == word)
        .ok_or_else(|| Error::Value(format!("actor kind {word:?}")))
}
