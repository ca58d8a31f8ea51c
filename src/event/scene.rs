//! Where it happened: which of the text's places belongs to a trigger.
//!
//! Owns the choice. Leaves to `mention::place` what a name denotes.
//!
//! A place counts by its role: "in Goma" beside the trigger says where; the second of "Bhutan and Israel agree" is
//! a party, as the first is; what sanctions are laid on is no scene; what is visited, struck or taken is one.

mod around;
pub mod offer;
mod recall;
mod site;

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
            ) || reading.label(token) == Label::Conj
                && reading.head(token).is_some_and(|head| is_place_noun(reading, head) && head + 2 == token);
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

/// "Pakistan's embassy", "the German consulate": a country's mission stands in another.
fn sends_mission(reading: &Reading, place: &Place) -> bool {
    let genitive = usize::from(matches!(reading.word_or_end(place.at.end), "'s" | "’s" | "'" | "’"));
    let mission = reading.word_or_end(place.at.end + genitive);
    place.class == PlaceClass::Country && matches!(mission, "embassy" | "consulate" | "mission")
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

/// A trigger as the choice of its place sees it.
pub struct Scene<'a> {
    pub reading: &'a Reading<'a>,
    pub trigger: &'a Trigger,
    pub verbal: bool,
    pub kind: &'a str,
    pub frame: &'a Frame,
    /// The heads of the sentence's triggers of other kinds.
    pub others: &'a [usize],
}

impl Scene<'_> {
    /// The place of the trigger within its sentence.
    pub fn in_sentence<'p>(&self, places: &[&'p Place]) -> Option<&'p Place> {
        let Scene { reading, .. } = *self;
        let head = self.trigger.head;
        // "to Kabul after gunmen fired on its embassy there": the place named last before the word.
        let clause = reading.clause_of(head);
        let there = reading
            .children(clause)
            .iter()
            .chain(reading.children(head))
            .find(|&&t| reading.word(t) == "there");
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
            .filter_map(|place| self.rank(place).map(|rank| (rank, place)))
            .min_by_key(|(rank, place)| (*rank, place.at.first))
            .map(|(_, place)| refined(reading, place, places))
    }

    /// 0: says where, beside the trigger; 1: says where, in its clause; 2: what is done to; 3: says where,
    /// elsewhere in the sentence.
    fn rank(&self, place: &Place) -> Option<u32> {
        let Scene { reading, .. } = *self;
        let head = self.trigger.head;
        let name = anchor(reading, place);
        let token = bearer(reading, name);
        if is_base(reading, place) || sends_mission(reading, place) {
            return None;
        }
        if self.is_visited(token) || self.follows(place) {
            return Some(0);
        }
        // Cities are struck; countries strike.
        let struck = self.modifies_trigger(name) || self.precedes(place);
        if struck && place.class != PlaceClass::Country && self.may_bear(name) {
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
        let within =
            case.is_some_and(|case| WITHIN.contains(&case)) || case.is_none() && is_behind_in(reading, place);
        let apart =
            |top: usize| reading.upward(token).take_while(|&t| t != top).any(|t| reading.opens_clause(t));
        let under = reading.is_under(token, head) && !apart(head);
        if within {
            return self.rank_within(token, under, apart(reading.clause_of(head)));
        }
        self.rank_upon(place, name, token, under).then_some(2)
    }

    /// "in Goma", wherever in the sentence it hangs.
    fn rank_within(&self, token: usize, under: bool, apart: bool) -> Option<u32> {
        let Scene { reading, .. } = *self;
        // "signed a deal after a meeting in Hanoi": the place is the meeting's.
        let other = reading
            .upward(token)
            .skip(1)
            .take_while(|&t| t != self.trigger.head)
            .any(|t| self.others.contains(&t) && !reading.is_under(self.trigger.head, t));
        let loose = TO_PLACES.contains(&self.kind) || self.is_person_kind();
        if under && !other {
            return Some(0);
        }
        if reading.is_under(token, reading.clause_of(self.trigger.head)) && (loose || !other) {
            let near = loose || matches!(reading.case(token), Some("in" | "at" | "near"));
            return if apart || other { loose.then_some(3) } else { near.then_some(1) };
        }
        loose.then_some(3)
    }

    /// "an attack on Kyiv", "seized the port of Odessa", "Raqqa is under the control of": what it is done to.
    fn rank_upon(&self, place: &Place, name: usize, token: usize, under: bool) -> bool {
        let Scene { reading, .. } = *self;
        let head = self.trigger.head;
        // "the Gaza truce", "a ceasefire for Gaza": a region has a truce, a country makes one.
        let truce = self.kind == "ceasefire" && place.class != PlaceClass::Country;
        let onto = TO_PLACES.contains(&self.kind) || truce;
        let patients = &self.frame.all_patients;
        if onto && patients.iter().any(|&patient| token == patient || self.holds(token, patient)) {
            return true;
        }
        let case = reading.case(token).unwrap_or("");
        if self.kind == "capture" && !self.verbal && reading.label(token).is_nominal_subject() {
            return reading.head(token) == Some(head);
        }
        let left = self.kind == "withdrawal";
        let upon = match case {
            "from" => left,
            "to" | "toward" | "towards" | "for" => !left && UPON.contains(&case),
            _ => UPON.contains(&case),
        };
        let of_subject = || {
            reading.upward(token).take_while(|&t| t != head).any(|t| reading.label(t).is_nominal_subject())
        };
        if onto && under && (upon || self.modifies_trigger(name)) && !of_subject() {
            return true;
        }
        // "abducted from a school in Zamfara"; "peacekeepers from Fiji" are but of it.
        self.is_person_kind() && case == "from" && reading.head(token) == Some(head)
    }

    /// "Tokyo's pledge" is no pledge in Tokyo, "the Geneva talks" are talks there.
    fn may_bear(&self, name: usize) -> bool {
        TO_PLACES.contains(&self.kind)
            || self.is_person_kind()
            || self.reading.label(name) != Label::NmodPoss && self.kind != "aid" && self.kind != "sanction"
    }

    /// "The Las Vegas shooting", "the Mumbai hotel siege": right before the deed, whatever the tree makes of it.
    fn precedes(&self, place: &Place) -> bool {
        let first = self.trigger.at.first;
        let site = place.at.end + 1 == first && SITES.contains(&self.reading.word(place.at.end));
        !self.verbal
            && matches!(self.kind, "attack" | "capture" | "protest" | "abduction")
            && (place.at.end == first || site)
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
        self.reading.head(name) == Some(self.trigger.head)
            && matches!(self.reading.label(name), Label::Compound | Label::NmodPoss | Label::NmodUnmarked)
    }

    /// "visited Ottawa", "a trip to Beijing", "sent a delegation to Haiti", "led a team to Kabul to meet".
    fn is_visited(&self, token: usize) -> bool {
        let Scene { reading, .. } = *self;
        let head = self.trigger.head;
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
        let (end, first) = (self.trigger.at.end, place.at.first);
        let gap = end..first;
        first > end
            && gap.len() <= 4
            && matches!(reading.word(end), "in" | "at" | "near" | "outside" | "inside")
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

/// "The Moscow-based exchange": where somebody is at home.
fn is_base(reading: &Reading, place: &Place) -> bool {
    matches!(reading.words.get(place.at.end).map(String::as_str), Some("-" | "–"))
        && reading.words.get(place.at.end + 1).is_some_and(|word| {
            matches!(
                word.as_str(),
                "based" | "born" | "backed" | "led" | "made" | "owned" | "flagged" | "bound"
            )
        })
}

/// Whether "in" or its like stands before a name that the tree hangs on something else.
fn is_behind_in(reading: &Reading, place: &Place) -> bool {
    let first = place.at.first;
    let small = |t: &usize| matches!(reading.tag(*t), Tag::Dt | Tag::Jj);
    let before = (first.saturating_sub(3)..first).rev().find(|t| !small(t));
    before.is_some_and(|t| matches!(reading.word(t), "in" | "at" | "near" | "inside" | "outside"))
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
