//! A telling with what is compared of it again and again.
//!
//! Owns what is made once of a telling: its weighted words, the keys of its actors, its countries. A new telling is
//! compared with some sixty events, each told many times; making these anew for every comparison cost more than all
//! the comparing. Leaves what they weigh to its parent.

use super::dates::Days;
use super::words::{self, Words};
use super::{Point, Telling, actor_key, countries, dates, is_named, kin, plain};
use crate::event::EventActor;
use crate::lexicon::{ActorKind, Country};
use std::ops::Deref;
use xxhash_rust::xxh3::xxh3_64;

/// A telling, ready to be compared.
#[derive(Debug, Clone)]
pub struct Known {
    telling: Telling,
    pub(super) words: Words,
    pub(super) actors: Vec<Actor>,
    /// Of its place and its actors, each once.
    pub(super) countries: Vec<Country>,
    /// The hash of the place's plain name.
    pub(super) place: Option<u64>,
    pub(super) at: Option<Point>,
    /// The day on which it was told, in days of the common era.
    pub(super) told: i64,
    pub(super) days: Option<Days>,
    /// The day that its weekday may mean beside the one counted.
    pub(super) week_later: Option<i64>,
    /// The ways of being kindred that its subtype has.
    pub(super) kin: u32,
    /// The persons that it names: by the stem of the last word of each, as the words of a quote are kept.
    pub(super) persons: Vec<u64>,
    pub(super) is_launch: bool,
    pub(super) rarity: f32,
}

/// An actor of a telling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Actor {
    /// The hash of the name by which it may be found again.
    pub key: u64,
    pub named: bool,
    pub canonical: bool,
}

impl Known {
    pub fn new(telling: Telling) -> Known {
        let event = &telling.event;
        let actor = |a| Actor {
            key: xxh3_64(actor_key(a).as_bytes()),
            named: is_named(a),
            canonical: a.canonical_name.is_some(),
        };
        let mut named: Vec<Country> = Vec::new();
        for country in countries(event) {
            if !named.contains(&country) {
                named.push(country);
            }
        }
        Known {
            words: Words::of(&telling),
            actors: event.actors.iter().map(actor).collect(),
            countries: named,
            place: event.place.as_ref().map(|p| xxh3_64(plain(&p.name).as_bytes())),
            at: event.place.as_ref().and_then(|p| p.coordinates).map(Point::of),
            told: dates::day_number(telling.told_at.date_naive()),
            days: event.date.as_ref().map(Days::of),
            week_later: dates::week_later(&telling).map(dates::day_number),
            kin: event.subtype.as_deref().map_or(0, kin::kin),
            persons: event.actors.iter().filter_map(person).collect(),
            is_launch: kin::is_launch(event),
            rarity: kin::rarity(event),
            telling,
        }
    }
}

/// The last name of an actor who is called like a person, first name and last: `Ada Poe`, not `Police` or `the Poes`.
/// Institutions are called like persons too; one ministry takes part in many events.
fn person(actor: &EventActor) -> Option<u64> {
    use ActorKind::{ArmedGroup, Business, Civilian, Criminal, Unknown};
    let nameless = matches!(actor.kind, ArmedGroup | Business | Civilian | Criminal | Unknown);
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().skip(1).all(|c| c.is_lowercase() || !c.is_ascii_alphanumeric())
    };
    let words: Vec<&str> = actor.name.split_whitespace().collect();
    let called = (2..=4).contains(&words.len()) && words.iter().all(|w| is_name(w));
    if !(nameless && called && actor.canonical_name.is_none()) {
        return None;
    }
    words::stem(words.last()?).map(|stem| xxh3_64(stem.as_bytes()))
}

impl Known {
    /// By which each of its actors may be found again, in their order.
    pub fn actor_keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.actors.iter().map(|a| a.key)
    }

    /// Whether it names a person of the other, as an actor or in its words.
    pub(super) fn names_a_person_of(&self, other: &Known) -> bool {
        other.persons.iter().any(|p| self.persons.contains(p) || self.words.holds(*p))
    }
}

impl Deref for Known {
    type Target = Telling;

    fn deref(&self) -> &Telling {
        &self.telling
    }
}
