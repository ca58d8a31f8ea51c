//! "The city was retaken", "in the capital": a place that is told by a word and was named before.
//!
//! Owns which words may stand for a named place, and for which. Leaves names to the rest of `scene`.

use super::{Scene, TO_PLACES, WITHIN};
use crate::event::candidate::Scope;
use crate::event::reading::Reading;
use crate::lexicon::actors::words::fold;
use crate::mention::{Place, PlaceClass};
use crate::text::Label;

/// How many sentences back the name may stand.
const SENTENCES_BACK: usize = 8;

/// What a word for a place asks of the name before.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    Town,
    Capital,
    Unit,
    Country,
}

impl Scene<'_> {
    /// The place named before that a word beside the trigger stands for.
    pub fn recalled<'s>(&self, scope: &'s Scope) -> Option<&'s Place> {
        let Scene { reading, trigger, kind, .. } = *self;
        let clause = reading.clause_of(trigger.head);
        (0..reading.len()).find_map(|token| {
            let asks = asks(reading.word(token))?;
            let own = reading.is_under(token, clause) && is_pointing(reading, token);
            let patient = TO_PLACES.contains(&kind) && self.frame.all_patients.contains(&token);
            let within = reading.case(token).is_some_and(|case| WITHIN.contains(&case));
            let from = kind == "withdrawal" && reading.case(token) == Some("from");
            let told = own && (patient || within || from || self.is_visited(token));
            told.then(|| antecedent(scope, reading, token, asks)).flatten()
        })
    }
}

fn asks(word: &str) -> Option<Asks> {
    match word {
        "city" | "town" | "village" | "hamlet" | "neighbourhood" | "neighborhood" | "suburb"
        | "community" => Some(Asks::Town),
        "capital" => Some(Asks::Capital),
        "province" | "region" | "state" | "governorate" | "district" | "enclave" | "territory" | "island"
        | "county" => Some(Asks::Unit),
        "country" | "nation" => Some(Asks::Country),
        _ => None,
    }
}

/// "the city", "this town", "the capital city"; not "the city of Goma" or "a city".
fn is_pointing(reading: &Reading, token: usize) -> bool {
    let mut determined = false;
    for &child in reading.children(token) {
        match reading.label(child) {
            Label::Det => determined = matches!(reading.word(child), "the" | "this" | "that"),
            Label::NmodPoss => determined |= matches!(reading.word(child), "its" | "their"),
            Label::Nmod if reading.case(child) != Some("of") => {}
            Label::Nmod | Label::Appos | Label::Flat => return false,
            Label::Compound if reading.tag(child).is_proper() => return false,
            _ => {}
        }
    }
    determined
}

/// The nearest name before that fits.
fn antecedent<'s>(scope: &'s Scope, reading: &Reading, token: usize, asks: Asks) -> Option<&'s Place> {
    let fits = |place: &&Place| {
        !place.demonym
            && !place.nested
            && match asks {
                Asks::Town => place.class == PlaceClass::City,
                Asks::Capital => {
                    place.class == PlaceClass::City
                        && place.country.is_some()
                        && scope.lexicon.actors.capital(&fold(&place.name)) == place.country
                }
                Asks::Unit => matches!(place.class, PlaceClass::Admin | PlaceClass::Region),
                Asks::Country => place.class == PlaceClass::Country,
            }
    };
    let s = reading.sentence;
    let earlier = |place: &&Place| {
        place.at.sentence < s && s - place.at.sentence <= SENTENCES_BACK
            || place.at.sentence == s && place.at.end <= token
    };
    scope.mentions.places.iter().rev().filter(earlier).find(fits)
}
