//! The places that a story offers for an event, weighed against each other: that of its own sentences by the tree,
//! every other that is named around, and none.
//!
//! Owns what is offered and the features. What the tree says is the rest of `scene`; the weights are data
//! (`config/lexicon/confidence.toml`), fitted on annotated news.

use super::{WITHIN, around, bearer, event_place, is_behind_in, is_within};
use crate::event::EventPlace;
use crate::event::candidate::{Candidate, Scope};
use crate::event::confidence;
use crate::event::dating::offer::lead;
use crate::event::reading::Reading;
use crate::event::values::{self, at, set, yes};
use crate::mention::{Place, PlaceClass};
use crate::text::Field;

/// A place named this many sentences away from every mention is not offered, but for those of the title, the lead
/// and the dateline.
const APART_MAX: usize = 4;
/// No more are weighed.
const OFFERS_MAX: usize = 24;

const NAMES: [&str; 44] = [
    "rule",
    "rule-site",
    "rule-home",
    "rule-country",
    "own",
    "own-first",
    "here",
    "here-first",
    "here-within",
    "here-bare",
    "here-near",
    "here-behind",
    "here-agent",
    "here-patient",
    "here-subject",
    "before",
    "before-within",
    "before-last",
    "before-far",
    "behind",
    "behind-within",
    "behind-far",
    "in-title",
    "in-lead",
    "in-lead-within",
    "dateline",
    "city",
    "admin",
    "country",
    "region",
    "water",
    "nested",
    "told-often",
    "holds-rule",
    "within-rule",
    "other-land-than-rule",
    "land-of-source",
    "land-of-target",
    "sure",
    "none",
    "none-beside-rule",
    "none-verb",
    "none-brief",
    "none-planned",
];

const SIZE: usize = NAMES.len();

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// A place that an event may have, with what speaks for it, in the order of the names.
#[derive(Debug, Clone)]
pub struct Offer {
    pub place: Option<EventPlace>,
    pub values: [f32; SIZE],
}

impl Offer {
    /// What counts for more or less with the kind of the event.
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let told = NAMES.iter().zip(self.values);
        told.filter(|(name, value)| {
            *value != 0.0
                && matches!(
                    **name,
                    "rule"
                        | "none"
                        | "here"
                        | "here-within"
                        | "here-agent"
                        | "dateline"
                        | "country"
                        | "before"
                )
        })
        .map(|(name, value)| (*name, value))
    }
}

/// The likeliest place; None where none is likelier.
pub fn choose(
    scope: &Scope,
    readings: &[Reading],
    candidates: &[Candidate],
    group: &[usize],
) -> Option<EventPlace> {
    let kind = &scope.kind(&candidates[group[0]].trigger).name;
    let mut best: Option<(f32, Offer)> = None;
    if !scope.models.knows(kind) {
        // A kind of the user's own has no weights: its place is that of the rule.
        let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
        return around::place(scope, &members, kind);
    }
    for offer in offers(scope, readings, candidates, group) {
        let worth = confidence::placed(&scope.models, kind, &offer);
        if best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, offer));
        }
    }
    best.and_then(|(_, offer)| offer.place)
}

/// Every place that the event may have, each once, first that of the rule, and none.
pub fn offers(scope: &Scope, readings: &[Reading], candidates: &[Candidate], group: &[usize]) -> Vec<Offer> {
    let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
    let first = &candidates[lead(candidates, group)];
    let kind = &scope.kind(&first.trigger).name;
    let rule = around::place(scope, &members, kind);
    let mut offers: Vec<Offer> = Vec::new();
    let places = &scope.mentions.places;
    // The mention that the rule chose, where it chose one.
    let ruled = rule.as_ref().and_then(|rule| {
        places.iter().position(|place| !place.demonym && event_place(scope.document, place).name == rule.name)
    });
    if let Some(rule) = &rule {
        let mut values = [0.0; SIZE];
        set(&mut values, at!("rule"), 1.0);
        set(&mut values, at!("rule-site"), yes(rule.geonameid.is_none()));
        set(&mut values, at!("rule-home"), yes(ruled.is_none() && rule.geonameid.is_some()));
        let country = ruled.is_some_and(|place| places[place].class == PlaceClass::Country);
        set(&mut values, at!("rule-country"), yes(country));
        offers.push(Offer { place: Some(rule.clone()), values });
    }
    let eye = Eye { scope, readings, members, first, ruled };
    for (index, place) in places.iter().enumerate() {
        if place.demonym || offers.len() >= OFFERS_MAX {
            continue;
        }
        let Some(values) = eye.weigh(index) else { continue };
        let told = event_place(scope.document, place);
        let same = |offer: &&mut Offer| {
            offer.place.as_ref().is_some_and(|known| {
                known.name == told.name || known.geonameid.is_some() && known.geonameid == told.geonameid
            })
        };
        match offers.iter_mut().find(same) {
            Some(offer) => {
                values::join(&mut offer.values, &values);
            }
            None => offers.push(Offer { place: Some(told), values }),
        }
    }
    let mut values = [0.0; SIZE];
    set(&mut values, at!("none"), 1.0);
    set(&mut values, at!("none-beside-rule"), yes(rule.is_some()));
    set(&mut values, at!("none-verb"), yes(eye.first.verbal));
    set(&mut values, at!("none-brief"), yes(scope.shape.brief));
    let planned = eye.first.judgement.reality == crate::event::reality::Reality::Planned;
    set(&mut values, at!("none-planned"), yes(planned));
    offers.push(Offer { place: None, values });
    offers
}

/// An event as the weighing of its places sees it.
struct Eye<'a> {
    scope: &'a Scope<'a>,
    readings: &'a [Reading<'a>],
    members: Vec<&'a Candidate>,
    first: &'a Candidate,
    ruled: Option<usize>,
}

impl Eye<'_> {
    /// What speaks for a named place; None where it stands too far off.
    fn weigh(&self, index: usize) -> Option<[f32; SIZE]> {
        let place = &self.scope.mentions.places[index];
        let sentence = place.at.sentence;
        let mut values = [0.0; SIZE];
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        let mut near = place.dateline;
        let own = |m: &&&Candidate| m.place == Some(index);
        if self.members.iter().any(|m| own(&m)) {
            near = true;
            put(at!("own"), true);
            put(at!("own-first"), own(&&self.first));
        }
        let within = self.is_said_within(place);
        let title = self.scope.document.sentences[sentence].field == Field::Title;
        let here: Vec<&&Candidate> =
            self.members.iter().filter(|m| m.trigger.at.sentence == sentence).collect();
        if let Some(member) = here.iter().min_by_key(|m| m.trigger.head.abs_diff(place.at.first)) {
            near = true;
            put(at!("here"), true);
            put(at!("here-first"), self.first.trigger.at.sentence == sentence);
            put(at!("here-within"), within);
            put(at!("here-bare"), !within);
            put(at!("here-near"), member.trigger.head.abs_diff(place.at.first) <= 4);
            put(at!("here-behind"), place.at.first > member.trigger.head);
            let inside = |t: &usize| place.at.first <= *t && *t < place.at.end;
            put(at!("here-agent"), here.iter().any(|m| m.frame.agents.iter().any(inside)));
            put(at!("here-patient"), here.iter().any(|m| m.frame.patients.iter().any(inside)));
            put(at!("here-subject"), self.is_subject(place));
        } else if !title {
            let all = || self.members.iter().filter(|m| !m.title).map(|m| m.trigger.at.sentence);
            let before = all().filter_map(|s| s.checked_sub(sentence)).min();
            let behind = all().filter_map(|s| sentence.checked_sub(s)).min();
            if let Some(by) = before.filter(|&by| by <= APART_MAX) {
                near = true;
                put(at!("before"), by == 1);
                put(at!("before-far"), by > 1);
                put(at!("before-within"), within);
                put(at!("before-last"), self.is_last_before(index));
            } else if let Some(by) = behind.filter(|&by| by <= APART_MAX) {
                near = true;
                put(at!("behind"), by == 1);
                put(at!("behind-far"), by > 1);
                put(at!("behind-within"), within);
            }
            if sentence == self.scope.text_start {
                near = true;
                put(at!("in-lead"), true);
                put(at!("in-lead-within"), within);
            }
        }
        if title && here.is_empty() {
            near = true;
            put(at!("in-title"), true);
        }
        put(at!("dateline"), place.dateline);
        put(at!("nested"), place.nested);
        match place.class {
            PlaceClass::City => put(at!("city"), true),
            PlaceClass::Admin => put(at!("admin"), true),
            PlaceClass::Country => put(at!("country"), true),
            PlaceClass::Region => put(at!("region"), true),
            PlaceClass::Water => put(at!("water"), true),
        }
        if let Some(rule) = self.ruled.map(|rule| &self.scope.mentions.places[rule]) {
            put(at!("holds-rule"), is_within(rule, place));
            put(at!("within-rule"), is_within(place, rule));
            put(at!("other-land-than-rule"), rule.country.is_some() && place.country != rule.country);
        }
        let land = |actors: &[crate::mention::Actor]| {
            place.country.is_some() && actors.iter().any(|actor| actor.country == place.country)
        };
        put(at!("land-of-source"), self.members.iter().any(|m| land(&m.sources)));
        put(at!("land-of-target"), self.members.iter().any(|m| land(&m.targets)));
        let often =
            self.scope.mentions.places.iter().filter(|other| !other.demonym && other.name == place.name);
        set(&mut values, at!("told-often"), (often.count() as f32).ln());
        set(&mut values, at!("sure"), place.score);
        near.then_some(values)
    }

    /// "In Goma", "the city of Goma" under "in"; by the words alone where the sentence was not read.
    fn is_said_within(&self, place: &Place) -> bool {
        match self.reading(place.at.sentence) {
            Some(reading) => {
                let token = bearer(reading, super::anchor(reading, place));
                let case = reading.case(token);
                case.is_some_and(|case| WITHIN.contains(&case))
                    || case.is_none() && is_behind_in(reading, place)
            }
            None => place.at.first.checked_sub(1).is_some_and(|before| {
                let word = self.scope.document.word(place.at.sentence, before).to_lowercase();
                WITHIN.contains(&word.as_str())
            }),
        }
    }

    fn is_subject(&self, place: &Place) -> bool {
        self.reading(place.at.sentence).is_some_and(|reading| {
            reading.label(bearer(reading, super::anchor(reading, place))).is_nominal_subject()
        })
    }

    /// Whether no other place is named between it and the event's first mention in the text.
    fn is_last_before(&self, index: usize) -> bool {
        let begins = self.members.iter().filter(|m| !m.title).map(|m| m.trigger.at).min();
        let places = &self.scope.mentions.places;
        let before = |place: &&Place| {
            !place.demonym && begins.is_some_and(|begins| place.at.sentence < begins.sentence)
        };
        let last = places.iter().filter(before).map(|place| place.at).max();
        last == Some(places[index].at)
    }

    fn reading(&self, sentence: usize) -> Option<&Reading<'_>> {
        let place = self.readings.binary_search_by_key(&sentence, |reading| reading.sentence).ok()?;
        Some(&self.readings[place])
    }
}
