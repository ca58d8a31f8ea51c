//! How times, dates and enumerations are written in the database.
//!
//! Owns the words that the schema's `CHECK`s hold, both ways. An unknown word is an error of the file.

use super::{Error, Result};
use crate::event::{Basis, Role, Status};
use crate::feed::State;
use crate::lexicon::ActorKind;
use crate::mention::Precision;
use crate::text::Field;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};

pub fn time<Z: TimeZone>(at: &DateTime<Z>) -> String {
    at.with_timezone(&Utc).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub fn read_time(text: &str) -> Result<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ")
        .map(|t| t.and_utc())
        .map_err(|_| Error::Value(format!("time {text:?}")))
}

pub fn day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

pub fn read_day(text: &str) -> Result<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Error::Value(format!("date {text:?}")))
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
