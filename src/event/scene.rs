//! Where it happened: which of the text's places belongs to a trigger.
//!
//! Owns the choice. Leaves to `mention::place` what a name denotes.
//!
//! A place counts by its role: "in Goma" beside the trigger says where; the second of "Bhutan and Israel agree" is
//! a party, as the first is; what sanctions are laid on is no scene; what is visited, struck or taken is one.

use super::EventPlace;
use super::frame::Frame;
use super::reading::Reading;
use crate::mention::{Place, PlaceClass};
use crate::text::{At, Document, Label, Tag};

/// Words that say where, whatever stands before them.
const WITHIN: &[&str] = &[
    "in",
    "at",
    "near",
    "inside",
    "outside",
    "across",
    "around",
    "throughout",
    "within",
    "off",
    "along",
    "amid",
    "between",
    "through",
    "over",
    "above",
    "beside",
    "behind",
    "into",
];
/// Words that say where only beside what happens to a place: "an attack on Kyiv", "the fall of Raqqa".
const UPON: &[&str] = &["on", "of", "to", "toward", "towards", "for", "from", "against"];
/// Kinds that are done to a place, so that what they are done to is where they were.
const TO_PLACES: &[&str] = &["attack", "capture", "mobilization", "withdrawal", "protest"];
/// Nouns whose capitalised form ends the name of a building or site.
const SITES: &[&str] = &[
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

/// Nouns that stand for the place that they are of: "the city of Goma", "all the territory of Libya".
const PARTS: &[&str] = &[
    "city",
    "area",
    "capital",
    "territory",
    "parts",
    "part",
    "outskirts",
    "north",
    "south",
    "east",
    "west",
    "centre",
    "center",
    "rest",
    "border",
    "countryside",
    "governorate",
    "state",
    "coast",
    "streets",
    "airspace",
    "resort",
];

/// The place of a trigger within its sentence. `kind`: what the trigger tells.
pub fn in_sentence<'p>(
    reading: &Reading,
    head: usize,
    kind: &str,
    frame: &Frame,
    places: &[&'p Place],
) -> Option<&'p Place> {
    let scene = Scene { reading, head, kind, frame };
    // "to Kabul after gunmen fired on its embassy there": the place named last before the word.
    let clause = reading.clause_of(head);
    let there =
        reading.children(clause).iter().chain(reading.children(head)).find(|&&t| reading.word(t) == "there");
    if let Some(&there) = there {
        let before = places.iter().copied().filter(|place| !place.demonym && place.at.end <= there);
        if let Some(place) = before.max_by_key(|place| place.at.end) {
            return Some(place);
        }
    }
    places
        .iter()
        .copied()
        .filter(|place| !place.demonym)
        .filter_map(|place| scene.rank(place).map(|rank| (rank, place)))
        .min_by_key(|(rank, place)| (*rank, place.at.first))
        .map(|(_, place)| place)
}

struct Scene<'a> {
    reading: &'a Reading<'a>,
    head: usize,
    kind: &'a str,
    frame: &'a Frame,
}

impl Scene<'_> {
    /// 0: says where, beside the trigger; 1: says where, in its clause; 2: what is done to; 3: says where,
    /// elsewhere in the sentence.
    fn rank(&self, place: &Place) -> Option<u32> {
        let Scene { reading, head, .. } = *self;
        let name = anchor(reading, place);
        let token = bearer(reading, name);
        if self.is_visited(token) {
            return Some(0);
        }
        // Cities are struck; countries strike.
        if self.modifies_trigger(name) && place.class != PlaceClass::Country {
            return Some(2);
        }
        // "Kabul police", "the Bank of England": part of another name, unless that name is a place's.
        if place.nested && token == name {
            return self.is_arrested_by(name).then_some(2);
        }
        if self.is_party(token) {
            return None;
        }
        let case = reading.case(token);
        let within = case.is_some_and(|case| WITHIN.contains(&case));
        let upon = case.is_some_and(|case| UPON.contains(&case));
        let apart =
            |top: usize| reading.upward(token).take_while(|&t| t != top).any(|t| reading.opens_clause(t));
        let under = reading.is_under(token, head) && !apart(head);
        if under && within {
            return Some(0);
        }
        let clause = reading.clause_of(head);
        if within && reading.is_under(token, clause) {
            return Some(if apart(clause) { 3 } else { 1 });
        }
        // "the Gaza truce", "a ceasefire for Gaza": a region has a truce, a country makes one.
        let truce = self.kind == "ceasefire" && place.class != PlaceClass::Country;
        let onto = TO_PLACES.contains(&self.kind) || truce;
        if onto && self.frame.patients.iter().any(|&patient| token == patient || self.holds(token, patient)) {
            return Some(2);
        }
        if onto && under && (upon || self.modifies_trigger(name)) {
            return Some(2);
        }
        (within && (TO_PLACES.contains(&self.kind) || self.is_person_kind())).then_some(3)
    }

    /// Whoever does it, or is named beside them, is not where it happens.
    fn is_party(&self, token: usize) -> bool {
        if self.reading.case(token).is_some_and(|case| WITHIN.contains(&case)) {
            return false;
        }
        let by = |t: usize| self.frame.agents.contains(&t);
        let modifies = matches!(
            self.reading.label(token),
            Label::Compound | Label::NmodPoss | Label::Amod | Label::NmodUnmarked | Label::Nmod
        );
        by(token) || (modifies && self.reading.head(token).is_some_and(by))
    }

    /// "Kabul police arrested": police act in their own town.
    fn is_arrested_by(&self, name: usize) -> bool {
        self.kind == "arrest" && self.reading.head(name).is_some_and(|head| self.frame.agents.contains(&head))
    }

    /// "Kyiv's airport": the patient is of the place.
    fn holds(&self, token: usize, patient: usize) -> bool {
        let label = self.reading.label(token);
        self.reading.is_under(token, patient)
            && matches!(label, Label::NmodPoss | Label::Compound | Label::Nmod | Label::Appos)
    }

    /// "the Kabul bombing".
    fn modifies_trigger(&self, name: usize) -> bool {
        self.reading.head(name) == Some(self.head)
            && matches!(self.reading.label(name), Label::Compound | Label::NmodPoss | Label::NmodUnmarked)
    }

    /// "visited Ottawa", "arrived in", "a trip to Beijing".
    fn is_visited(&self, token: usize) -> bool {
        const VISITS: &[&str] = &["visit", "tour", "trip", "travel", "arrive", "fly", "return"];
        let Scene { reading, head, .. } = *self;
        self.kind == "meeting"
            && VISITS.contains(&reading.lemma(head))
            && (reading.label(token) == Label::Obj || reading.case(token).is_some_and(|case| case == "to"))
    }

    fn is_person_kind(&self) -> bool {
        matches!(self.kind, "arrest" | "abduction" | "release")
    }
}

/// The named building, site or district in which it happened, where the gazetteer has no such name: its words
/// in the sentence.
pub fn site(reading: &Reading, head: usize, kind: &str, frame: &Frame, places: &[&Place]) -> Option<At> {
    if !TO_PLACES.contains(&kind) && !matches!(kind, "arrest" | "abduction" | "release" | "meeting") {
        return None;
    }
    let scene = Scene { reading, head, kind, frame };
    let clause = reading.clause_of(head);
    (0..reading.len()).find_map(|token| {
        let visited = scene.is_visited(token);
        let case = if visited { "at" } else { reading.case(token)? };
        let named = |t: usize| matches!(reading.tag(t), Tag::Nnp | Tag::Nnps);
        // "the Tsuen Wan district": the noun is small, the name before it is not.
        let proper = named(token) || (token > 0 && named(token - 1) && SITES.contains(&reading.word(token)));
        let within = matches!(case, "in" | "at" | "near" | "outside" | "inside");
        let apart = || reading.upward(token).take_while(|&t| t != clause).any(|t| reading.opens_clause(t));
        if !proper || !within || !reading.is_under(token, clause) || apart() {
            return None;
        }
        let at = name_around(reading, token)?;
        let known = places
            .iter()
            .any(|place| place.at.first < at.end && at.first < place.at.end && place.at.end + 1 >= at.end);
        (!known && is_site(reading, at)).then_some(at)
    })
}

/// The capitalised words of a name that ends with `last`.
fn name_around(reading: &Reading, last: usize) -> Option<At> {
    let is_part = |t: usize| {
        let word = reading.document.word(reading.sentence, t);
        word.chars().next().is_some_and(char::is_uppercase) || matches!(word, "'s" | "’s" | "'" | "’" | "-")
    };
    let mut first = last;
    while first > 0 && is_part(first - 1) {
        first -= 1;
    }
    while first < last && !reading.document.word(reading.sentence, first).starts_with(char::is_alphabetic) {
        first += 1;
    }
    (first < last && is_part(first)).then_some(At { sentence: reading.sentence, first, end: last + 1 })
}

fn is_site(reading: &Reading, at: At) -> bool {
    SITES.contains(&reading.word(at.end - 1))
}

fn anchor(reading: &Reading, place: &Place) -> usize {
    (place.at.first..place.at.end.min(reading.len()))
        .find(|&t| reading.head(t).is_none_or(|head| head < place.at.first || head >= place.at.end))
        .unwrap_or(place.at.first)
}

/// The token whose role a name shares: the first of its conjuncts, what it is named beside ("Zeebrugge,
/// Belgium"), the common noun that it names ("the city of Goma", "the Luhansk region").
fn bearer(reading: &Reading, name: usize) -> usize {
    let mut token = name;
    for _ in 0..6 {
        let Some(head) = reading.head(token) else { break };
        let place_noun = SITES.contains(&reading.word(head)) || PARTS.contains(&reading.word(head));
        let shares = match reading.label(token) {
            Label::Conj => !reading.is_verb(head) && reading.case(token).is_none(),
            Label::Appos | Label::Flat | Label::List | Label::NmodUnmarked => true,
            Label::Compound | Label::NmodPoss => place_noun,
            Label::Nmod => place_noun && reading.case(token) == Some("of"),
            _ => false,
        };
        if !shares || reading.is_verb(head) {
            break;
        }
        token = head;
    }
    token
}

/// As the event keeps it: the name as the text has it.
pub fn event_place(document: &Document, place: &Place) -> EventPlace {
    let words = document.phrase(place.at);
    // Datelines and shouted headlines are in capitals; the gazetteer knows the name's usual form.
    let shouted = words.len() > 3 && !words.chars().any(char::is_lowercase);
    let name =
        if shouted && place.class != PlaceClass::Country { place.name.clone() } else { words.to_owned() };
    EventPlace {
        name,
        country: place.country,
        admin1: place.admin1.clone(),
        coordinates: Some((place.latitude, place.longitude)),
        geonameid: place.geonameid,
    }
}

/// A site that the gazetteer does not have stands where the place that holds it stands.
pub fn site_place(document: &Document, site: At, holder: Option<&Place>) -> EventPlace {
    EventPlace {
        name: document.phrase(site).to_owned(),
        country: holder.and_then(|place| place.country),
        admin1: holder.and_then(|place| place.admin1.clone()),
        coordinates: holder.map(|place| (place.latitude, place.longitude)),
        geonameid: None,
    }
}
