//! Spans of a document that mean something: times, places, actors, triggers, tolls.
//!
//! Owns what a phrase denotes. Leaves to `event` which mentions belong together, and to `text` all syntax.

use crate::lexicon::{ActorKind, Country, Lexicon};
use crate::text::{At, Document, Span};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

pub mod actor;
pub mod place;
pub mod toll;
pub mod trigger;
pub mod when;

/// Everything in a document that means something, for the event room to put together.
pub struct Mentions<'a> {
    pub triggers: Vec<Trigger>,
    pub whens: Vec<When>,
    pub places: Vec<Place>,
    pub actors: actor::Found<'a>,
    /// Those of the sentences that hold a trigger, and of their neighbours.
    pub tolls: Vec<Toll>,
}

/// Finds them. The triggers come first: a document without any is read no further.
pub fn find<'a>(document: &'a Document, lexicon: &'a Lexicon, context: &Context) -> Mentions<'a> {
    let mut triggers = trigger::find(document, &lexicon.kinds);
    if triggers.is_empty() {
        let actors = actor::find(document, &lexicon.actors, &[], context);
        return Mentions { triggers, whens: Vec::new(), places: Vec::new(), actors, tolls: Vec::new() };
    }
    let mut places = place::find(document, &lexicon.places, context);
    let actors = actor::find(document, &lexicon.actors, &places, context);
    places.retain(|place| place.demonym || !actors.swallows(place));
    let mut sentences: Vec<usize> = triggers
        .iter()
        .flat_map(|t| [t.at.sentence, t.at.sentence + 1])
        .filter(|s| *s < document.sentences.len())
        .collect();
    sentences.sort_unstable();
    sentences.dedup();
    let tolls = toll::find(document, &sentences);
    let whens = spans(document, when::find(document, lexicon.calendar, context));
    // The month of March is no march.
    triggers.retain(|t| {
        !whens.iter().any(|w| w.at.sentence == t.at.sentence && w.at.first <= t.head && t.head < w.at.end)
    });
    Mentions { triggers, whens, places, actors, tolls }
}

/// "From 28 to 30 March", "between 30 July and 2 August 2010": two days are one span of days.
fn spans(document: &Document, whens: Vec<When>) -> Vec<When> {
    let mut merged: Vec<When> = Vec::new();
    for when in whens {
        let span = merged.last().and_then(|first| span(document, first, &when));
        match (span, merged.last_mut()) {
            (Some(span), Some(first)) => *first = span,
            _ => merged.push(when),
        }
    }
    merged
}

fn span(document: &Document, first: &When, last: &When) -> Option<When> {
    let (a, b) = (first.at, last.at);
    let s = a.sentence;
    if s != b.sentence || b.first != a.end + 1 || a.first == 0 {
        return None;
    }
    let opens = document.word(s, a.first - 1).to_lowercase();
    let joins = document.word(s, a.end).to_lowercase();
    let pair = matches!(
        (opens.as_str(), joins.as_str()),
        ("from", "to" | "until" | "through" | "till") | ("between", "and")
    );
    let (start, end) = (first.resolved?, last.resolved?);
    if !pair || first.precision != last.precision {
        return None;
    }
    // "30 July and 2 August 2010": the year of the last is the year of both.
    let mut opening = start.start;
    if first.relative && !last.relative {
        opening = opening.with_year(end.end.year())?;
    }
    (opening <= end.end).then(|| When {
        at: At { sentence: s, first: a.first, end: b.end },
        span: Span { start: first.span.start, end: last.span.end },
        resolved: Some(Interval { start: opening, end: end.end }),
        relative: last.relative,
        ..first.clone()
    })
}

/// What is known of a story before it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The publication day, in the publisher's own time zone.
    pub published: NaiveDate,
    /// The publication time with its offset, where the story gives one.
    pub published_at: Option<DateTime<FixedOffset>>,
    /// The outlet's home country, where the feed's configuration gives one.
    pub country: Option<Country>,
    /// The outlet's home place (latitude, longitude), where known.
    pub home: Option<(f64, f64)>,
}

/// An inclusive interval of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    Day,
    Week,
    Month,
    Year,
}

impl Precision {
    /// The word for it in output and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Day => "day",
            Precision::Week => "week",
            Precision::Month => "month",
            Precision::Year => "year",
        }
    }
}

/// The TIMEX3 types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimexType {
    Date,
    Time,
    Duration,
    Set,
}

impl TimexType {
    /// The word for it in output and in the database.
    pub fn name(self) -> &'static str {
        match self {
            TimexType::Date => "DATE",
            TimexType::Time => "TIME",
            TimexType::Duration => "DURATION",
            TimexType::Set => "SET",
        }
    }
}

/// A temporal expression (TIMEX3).
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    pub at: At,
    /// The TIMEX3 extent in the field: no leading preposition.
    pub span: Span,
    pub kind: TimexType,
    /// TIMEX3 `value`: `2022-12-02`, `2022-W48`, `PAST_REF`, `P3D`, ...
    pub value: String,
    /// TIMEX3 `mod`: `START`, `MID`, `END`, `APPROX`, ...
    pub modifier: Option<&'static str>,
    /// The days that it denotes, where it denotes some.
    pub resolved: Option<Interval>,
    pub precision: Option<Precision>,
    /// True where the value was computed from the publication date or another expression; false where the
    /// text states it in full.
    pub relative: bool,
    /// "three days after the attack", "a day earlier": how far from what.
    pub anchored: Option<Anchored>,
}

/// An expression that is counted from an event or an earlier expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchored {
    /// The shift from the anchor's date: (amount, unit); amount is negative for "before", "earlier".
    /// None where it is vague ("days after").
    pub shift: Option<(i32, Unit)>,
    /// The words that name the anchor ("the attack"); None for "a day earlier", whose anchor is the
    /// preceding event or date.
    pub anchor: Option<At>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// What sort of thing a toponym names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceClass {
    City,
    Admin,
    Country,
    Region,
    Water,
}

/// A toponym, resolved; or a demonym ("Israeli"), which gives a country but never an event's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub at: At,
    pub span: Span,
    /// The gazetteer's main name.
    pub name: String,
    pub class: PlaceClass,
    pub country: Option<Country>,
    /// ISO 3166-2, where known.
    pub admin1: Option<String>,
    pub latitude: f64,
    pub longitude: f64,
    pub geonameid: Option<u32>,
    pub demonym: bool,
    /// Stands inside the name of an organisation or a person's title ("Kabul police", "Bank of England").
    pub nested: bool,
    /// Opens the story as its dateline ("KABUL (Reuters) -").
    pub dateline: bool,
    /// 0 to 1: how sure the resolution is.
    pub score: f32,
}

/// Somebody who can do or suffer something.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    pub at: At,
    /// The head token (index in the sentence).
    pub head: usize,
    /// As named in the text: the head noun phrase, pronouns and short forms resolved to the name.
    pub name: String,
    pub canonical: Option<String>,
    pub kind: ActorKind,
    pub country: Option<Country>,
}

/// Words that may tell an event of some kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    pub at: At,
    /// The token that governs arguments.
    pub head: usize,
    /// Index into `lexicon.kinds`.
    pub kind: usize,
    /// Index of the pattern within the kind.
    pub pattern: usize,
}

/// How a number is hedged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualifier {
    Exact,
    AtLeast,
    UpTo,
    About,
}

/// A count of people to whom something happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Toll {
    pub at: At,
    pub harm: Harm,
    pub number: u32,
    pub qualifier: Qualifier,
    /// Who: "civilians", "soldiers".
    pub who: Option<String>,
    /// The verb or noun that carries the harm (token in the sentence).
    pub head: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Harm {
    Killed,
    Injured,
    Arrested,
    Abducted,
    Released,
    Missing,
}
