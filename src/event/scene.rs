//! Where it happened: which of the text's places belongs to a trigger.
//!
//! Owns the choice. Leaves to `mention::place` what a name denotes.
//!
//! A place counts by its role: "in Goma" beside the trigger says where; the second of "Bhutan and Israel agree" is
//! a party, as the first is; what sanctions are laid on is no scene; what is visited, struck or taken is one.

mod around;
mod recall;
mod site;

pub use around::place;
pub use recall::recalled;
pub use site::site;

use super::EventPlace;
use super::frame::Frame;
use super::reading::Reading;
use crate::mention::{Place, PlaceClass, Trigger};
use crate::text::{Document, Label, Tag};
use site::SITES;

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
    "enclave",
    "community",
    "settlement",
    "municipality",
    "commune",
    "zone",
    "half",
];

/// Nouns and verbs whose "to" says where somebody goes to meet.
const JOURNEYS: &[&str] = &[
    "visit",
    "tour",
    "trip",
    "travel",
    "arrive",
    "fly",
    "return",
    "delegation",
    "team",
    "mission",
    "envoy",
    "head",
    "go",
    "come",
    "journey",
    "send",
    "lead",
    "invite",
];

/// The place of a trigger within its sentence. `kind`: what the trigger tells.
pub fn in_sentence<'p>(
    reading: &Reading,
    trigger: &Trigger,
    kind: &str,
    frame: &Frame,
    places: &[&'p Place],
) -> Option<&'p Place> {
    let head = trigger.head;
    let scene = Scene { reading, head, end: trigger.at.end, kind, frame };
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
        .map(|(_, place)| refined(reading, place, places))
}

/// "Saudi Arabia's capital, Riyadh", "Nigeria's Zamfara State": of names that tell the same place, the one that tells
/// it most exactly.
fn refined<'p>(reading: &Reading, chosen: &'p Place, places: &[&'p Place]) -> &'p Place {
    let top = |place: &Place| {
        let mut token = anchor(reading, place);
        for _ in 0..6 {
            let shares = matches!(
                reading.label(token),
                Label::NmodPoss
                    | Label::Compound
                    | Label::Nmod
                    | Label::Appos
                    | Label::Flat
                    | Label::NmodUnmarked
                    | Label::List
            );
            match reading.head(token) {
                Some(head) if shares && !reading.is_verb(head) => token = head,
                _ => break,
            }
        }
        token
    };
    let phrase = top(chosen);
    places
        .iter()
        .copied()
        .filter(|place| !place.demonym && !place.nested && is_within(place, chosen))
        .filter(|place| top(place) == phrase && reading.case(anchor(reading, place)) != Some("from"))
        .min_by_key(|place| (u8::from(place.class != PlaceClass::City), place.at.first))
        .unwrap_or(chosen)
}

/// Whether a town or province lies in a country or province.
pub fn is_within(inner: &Place, outer: &Place) -> bool {
    match outer.class {
        PlaceClass::Country => inner.class != PlaceClass::Country && inner.country == outer.country,
        PlaceClass::Admin => {
            inner.class == PlaceClass::City && inner.admin1.is_some() && inner.admin1 == outer.admin1
        }
        PlaceClass::Region | PlaceClass::Water | PlaceClass::City => false,
    }
}

struct Scene<'a> {
    reading: &'a Reading<'a>,
    head: usize,
    /// The end of the trigger's words.
    end: usize,
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
        if self.is_visited(token) || self.follows(place) {
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
        // "abducted from a school in Zamfara"; "peacekeepers from Fiji" are but of it.
        if self.is_person_kind() && case == Some("from") && reading.head(token) == Some(head) {
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

    /// "visited Ottawa", "a trip to Beijing", "sent a delegation to Haiti", "led a team to Kabul to meet".
    fn is_visited(&self, token: usize) -> bool {
        let Scene { reading, head, .. } = *self;
        if self.kind != "meeting" {
            return false;
        }
        let visit = matches!(reading.lemma(head), "visit" | "tour");
        if visit && reading.label(token) == Label::Obj && reading.head(token) == Some(head) {
            return true;
        }
        if reading.case(token) != Some("to") {
            return false;
        }
        let Some(above) = reading.head(token).filter(|&above| JOURNEYS.contains(&reading.lemma(above)))
        else {
            return false;
        };
        let clause = reading.clause_of(head);
        let purpose = matches!(reading.label(clause), Label::Advcl | Label::Xcomp | Label::Acl);
        let around = reading.head(clause).filter(|_| purpose).map(|up| reading.clause_of(up));
        let own = reading.clause_of(above);
        own == clause || Some(own) == around
    }

    /// "The summit in Geneva", "fighting in the town of Goma": right behind the trigger's words, whatever the tree
    /// makes of it.
    fn follows(&self, place: &Place) -> bool {
        let reading = self.reading;
        let first = place.at.first;
        let gap = self.end..first;
        first > self.end
            && gap.len() <= 4
            && matches!(reading.word(self.end), "in" | "at" | "near" | "outside" | "inside")
            && gap.skip(1).all(|t| {
                is_place_noun(reading, t)
                    || matches!(reading.tag(t), Tag::Dt | Tag::Jj)
                    || reading.word(t) == "of"
            })
    }

    fn is_person_kind(&self) -> bool {
        matches!(self.kind, "arrest" | "abduction" | "release")
    }
}

fn anchor(reading: &Reading, place: &Place) -> usize {
    (place.at.first..place.at.end.min(reading.len()))
        .find(|&t| reading.head(t).is_none_or(|head| head < place.at.first || head >= place.at.end))
        .unwrap_or(place.at.first)
}

/// A word for a part of the world, in the singular or plural.
fn is_place_noun(reading: &Reading, t: usize) -> bool {
    [reading.word(t), reading.lemma(t)].iter().any(|word| SITES.contains(word) || PARTS.contains(word))
}

/// The token whose role a name shares: the first of its conjuncts, what it is named beside ("Zeebrugge,
/// Belgium"), the common noun that it names ("the city of Goma", "the Luhansk region").
fn bearer(reading: &Reading, name: usize) -> usize {
    let mut token = name;
    for _ in 0..6 {
        let Some(head) = reading.head(token) else { break };
        let place_noun = is_place_noun(reading, head);
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
