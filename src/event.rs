//! An `Event`: who did what to whom, where, when, how many, how sure, and which words say so.
//!
//! Owns the happening as one story tells it. An event knows its quote, not its story; the store joins them.

use crate::lexicon::{ActorKind, Country};
use crate::mention::{Interval, Precision};
use crate::text::{Field, Span};

pub mod assemble;
pub mod belief;
pub mod candidate;
pub mod cast;
pub mod confidence;
pub mod count;
pub mod dating;
pub mod frame;
pub mod identity;
pub mod join;
pub mod reading;
pub mod reality;
pub mod scene;
pub mod sense;
pub mod settle;
pub mod tense;
pub mod tie;
pub mod unlike;
pub mod values;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Occurred,
    Planned,
}

impl Status {
    /// The word for it in output and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Status::Occurred => "occurred",
            Status::Planned => "planned",
        }
    }
}

/// How a date came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The text gives it in full.
    Stated,
    /// Counted from the publication day or another date of the text.
    Relative,
    /// A breaking report without a date word: its publication day.
    Publication,
}

impl Basis {
    /// The word for it in output and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Relative => "relative",
            Basis::Publication => "publication",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Source,
    Target,
}

impl Role {
    /// The word for it in output and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Source => "source",
            Role::Target => "target",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct EventDate {
    pub interval: Interval,
    pub precision: Precision,
    pub basis: Basis,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EventPlace {
    pub name: String,
    pub country: Option<Country>,
    /// ISO 3166-2.
    pub admin1: Option<String>,
    /// Degrees; None where the name is not in the gazetteer.
    pub coordinates: Option<(f64, f64)>,
    pub geonameid: Option<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EventActor {
    pub role: Role,
    pub name: String,
    pub canonical_name: Option<String>,
    pub kind: ActorKind,
    pub country: Option<Country>,
}

/// One place in the text that names the happening.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMention {
    pub field: Field,
    /// The trigger's words, in bytes of the field.
    pub span: Span,
    pub trigger: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The name of the kind in the lexicon: `attack`, `meeting`, ...
    pub kind: String,
    pub subtype: Option<String>,
    pub status: Status,
    pub date: Option<EventDate>,
    pub place: Option<EventPlace>,
    pub actors: Vec<EventActor>,
    pub killed: Option<u32>,
    pub injured: Option<u32>,
    /// How many happenings the text counts together.
    pub count: u32,
    /// People arrested, abducted, released, or taking part, where the text counts them.
    pub people: Option<u32>,
    pub plover: Option<String>,
    pub cameo: Option<String>,
    /// 0 to 1: how likely the event is right in kind and status.
    pub confidence: f32,
    pub mentions: Vec<EventMention>,
    /// The sentence that says so best.
    pub quote: Quote,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    pub field: Field,
    pub span: Span,
    pub text: String,
}
