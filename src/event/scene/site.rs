//! Named buildings, sites and small places that the gazetteer does not have: "the Azovstal steel plant".
//!
//! Owns which words of a sentence name such a site and that it is where the trigger happened.

use super::{Scene, TO_PLACES};
use crate::event::EventPlace;
use crate::event::candidate::Scope;
use crate::event::reading::Reading;
use crate::lexicon::actors::words::fold;
use crate::lexicon::{ActorKind, Country};
use crate::mention::{Place, PlaceClass};
use crate::text::{At, Document, Tag};

/// Nouns whose capitalised form ends the name of a building or site.
pub const SITES: &[&str] = &[
    "airport",
    "airfield",
    "base",
    "airbase",
    "mosque",
    "church",
    "cathedral",
    "temple",
    "synagogue",
    "hall",
    "street",
    "square",
    "bridge",
    "station",
    "school",
    "college",
    "university",
    "hospital",
    "house",
    "palace",
    "stadium",
    "market",
    "camp",
    "prison",
    "jail",
    "mall",
    "hotel",
    "park",
    "district",
    "province",
    "region",
    "village",
    "town",
    "valley",
    "crossing",
    "checkpoint",
    "tower",
    "towers",
    "center",
    "centre",
    "embassy",
    "consulate",
    "avenue",
    "road",
    "island",
    "port",
    "beach",
    "plaza",
    "club",
    "nightclub",
    "cafe",
    "theatre",
    "theater",
    "arena",
    "museum",
    "dam",
    "plant",
    "refinery",
    "county",
    "governorate",
    "oblast",
    "neighbourhood",
    "neighborhood",
    "suburb",
    "forest",
    "mountain",
    "mountains",
    "hills",
    "barracks",
    "monastery",
    "shrine",
];

/// Seats that the news names without their country.
const SEATS: &[(&str, &str)] = &[
    ("white house", "US"),
    ("oval office", "US"),
    ("pentagon", "US"),
    ("capitol", "US"),
    ("camp david", "US"),
    ("mar-a-lago", "US"),
    ("kremlin", "RU"),
    ("downing street", "GB"),
    ("buckingham palace", "GB"),
    ("chequers", "GB"),
    ("elysee palace", "FR"),
    ("blue house", "KR"),
];

impl Scene<'_> {
    /// The named building, site or village in which it happened, or which was struck or taken, where the gazetteer
    /// has no such name: its words in the sentence. `told`: the place that the gazetteer has for it.
    pub fn site(&self, scope: &Scope, places: &[&Place], told: Option<&Place>) -> Option<At> {
        let Scene { reading, kind, .. } = *self;
        let person_kind = matches!(kind, "arrest" | "abduction" | "release");
        if !TO_PLACES.contains(&kind) && !person_kind && kind != "meeting" {
            return None;
        }
        let clause = reading.clause_of(self.trigger.head);
        let inside = |token: usize| {
            let apart =
                || reading.upward(token).take_while(|&t| t != clause).any(|t| reading.opens_clause(t));
            reading.is_under(token, clause) && !apart()
        };
        let known = |at: At| {
            let covers = |place: &&Place| place.at.first < at.end && at.first < place.at.end;
            places.iter().filter(|place| covers(place)).any(|place| place.at.end + 1 >= at.end)
        };
        let named = (0..reading.len()).find_map(|token| {
            // What was struck names the place only where nothing else does.
            let struck = told.is_none()
                && matches!(kind, "attack" | "capture")
                && self.frame.all_patients.contains(&token);
            let case = if self.is_visited(token) || struck { "at" } else { reading.case(token)? };
            let within = matches!(case, "in" | "at" | "near" | "outside" | "inside");
            // "the Tsuen Wan district": the noun is small, the name before it is not.
            if !within || !SITES.contains(&reading.word(token)) || !inside(token) {
                return None;
            }
            name_around(reading, token).filter(|&at| !known(at))
        });
        let broad = told.is_none_or(|place| place.class == PlaceClass::Country) && kind != "meeting";
        named.or_else(|| {
            (0..reading.len()).filter(|_| broad).find_map(|token| {
                let within = matches!(reading.case(token), Some("in" | "near" | "outside"));
                let at = (within && inside(token)).then(|| unknown_name(scope, reading, token)).flatten()?;
                (!known(at)).then_some(at)
            })
        })
    }
}

/// The words of a name that ends with the noun `last`: "the Mazar Hotel", "the Azovstal steel plant".
fn name_around(reading: &Reading, last: usize) -> Option<At> {
    /// So many small words may stand between the name and the noun.
    const BETWEEN_MAX: usize = 2;
    let is_part = |t: usize| {
        let word = reading.document.word(reading.sentence, t);
        word.chars().next().is_some_and(char::is_uppercase) || matches!(word, "'s" | "’s" | "'" | "’" | "-")
    };
    let mut first = last;
    while first > 0 && is_part(first - 1) {
        first -= 1;
    }
    if first == last && !is_part(last) {
        let between = (first.saturating_sub(BETWEEN_MAX)..first)
            .rev()
            .take_while(|&t| matches!(reading.tag(t), Tag::Nn | Tag::Jj) && !is_part(t))
            .count();
        let name = first - between;
        first = name;
        while first > 0 && is_part(first - 1) && reading.tag(first - 1).is_proper() {
            first -= 1;
        }
        if first == name {
            return None;
        }
    }
    while first < last && !reading.document.word(reading.sentence, first).starts_with(char::is_alphabetic) {
        first += 1;
    }
    // "a U.S. base" is not named.
    let named = (first..last).any(|t| reading.tag(t).is_proper() && !reading.word(t).contains('.'));
    (first < last && is_part(first) && named).then_some(At {
        sentence: reading.sentence,
        first,
        end: last + 1,
    })
}

/// "a police station in Naungmon": a name that is no English word and nobody's.
fn unknown_name(scope: &Scope, reading: &Reading, token: usize) -> Option<At> {
    let sentence = reading.sentence;
    let proper = |t: usize| {
        reading.tag(t) == Tag::Nnp
            && reading.document.word(sentence, t).chars().filter(|c| c.is_lowercase()).count() > 2
    };
    if !proper(token) || scope.lexicon.places.is_english(reading.word(token)) {
        return None;
    }
    let mut end = token + 1;
    while end < reading.len() && proper(end) && reading.head(end) == Some(token) {
        end += 1;
    }
    let mut first = token;
    while first > 0 && proper(first - 1) && reading.is_under(first - 1, token) {
        first -= 1;
    }
    let nobody = scope
        .mentions
        .actors
        .at_head(sentence, token)
        .is_some_and(|actor| actor.kind == ActorKind::Unknown && actor.canonical.is_none());
    let plain = end == reading.len() || !reading.tag(end).is_proper();
    (nobody && plain).then_some(At { sentence, first, end })
}

/// A site that the gazetteer does not have stands where the place that holds it stands.
pub fn site_place(document: &Document, site: At, holder: Option<&Place>) -> EventPlace {
    let name = document.phrase(site);
    let folded = fold(name);
    let seat = SEATS.iter().find(|(seat, _)| folded.ends_with(seat)).and_then(|(_, code)| Country::new(code));
    EventPlace {
        name: name.to_owned(),
        country: seat.or(holder.and_then(|place| place.country)),
        admin1: holder.and_then(|place| place.admin1.clone()),
        coordinates: holder.map(|place| (place.latitude, place.longitude)),
        geonameid: None,
    }
}
