//! A telling with what is compared of it again and again.
//!
//! Owns what is made once of a telling: its weighted words, the keys of its actors, its countries. A new telling is
//! compared with some sixty events, each told many times; making these anew for every comparison cost more than all
//! the comparing. Leaves what they weigh to its parent.

use super::words::Words;
use super::{Telling, actor_key, countries, is_named, kin, plain};
use crate::lexicon::Country;
use std::ops::Deref;
use xxhash_rust::xxh3::xxh3_64;

/// A telling, ready to be compared.
#[derive(Debug, Clone)]
pub struct Known {
    telling: Telling,
    pub(super) words: Words,
    pub(super) actors: Vec<Actor>,
    /// Of its place and its actors.
    pub(super) countries: Vec<Country>,
    /// The hash of the place's plain name.
    pub(super) place: Option<u64>,
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
        Known {
            words: Words::of(&telling),
            actors: event.actors.iter().map(actor).collect(),
            countries: countries(event).collect(),
            place: event.place.as_ref().map(|p| xxh3_64(plain(&p.name).as_bytes())),
            is_launch: kin::is_launch(event),
            rarity: kin::rarity(event),
            telling,
        }
    }
}

impl Deref for Known {
    type Target = Telling;

    fn deref(&self) -> &Telling {
        &self.telling
    }
}
