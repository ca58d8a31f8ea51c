//! The places that a story offers for an event, weighed against each other: that of its own sentences by the tree,
//! every other that is named around, and none.
//!
//! Owns what is offered and the features. What the tree says is the rest of `scene`; the weights are data
//! (`config/lexicon/confidence.toml`), fitted on annotated news.

use super::{WITHIN, anchor, around, bearer, event_place, is_behind_in, is_place_noun, is_within};
use crate::event::EventPlace;
use crate::event::candidate::{Candidate, Scope};
use crate::event::confidence;
use crate::event::dating::offer::lead;
use crate::event::reading::Reading;
use crate::event::values::{self, at, set, yes};
use crate::mention::{Place, PlaceClass};
use crate::text::{Field, Label};

/// A place named this many sentences away from every mention is not offered, but for those of the title, the lead
/// and the dateline.
const APART_MAX: usize = 4;
/// No more are weighed.
const OFFERS_MAX: usize = 24;

const NAMES: [&str; 74] = [
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
    "here-nearest",
    "here-only",
    "here-first-named",
    "here-far",
    "here-next",
    "case-in",
    "case-at",
    "case-near",
    "case-on",
    "case-of",
    "case-to",
    "case-from",
    "case-over",
    "case-against",
    "case-with",
    "case-by",
    "case-between",
    "case-for",
    "case-other",
    "case-none",
    "nation",
    "nation-only",
    "nation-here",
    "nation-title",
    "nation-agent",
    "nation-patient",
    "nation-within",
    "nation-site",
    "nation-of-trigger",
    "nation-behind",
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
    /// The words right before and right behind its names, as the file of weights names them.
    pub words: Vec<String>,
}

impl Offer {
    /// What counts for more or less with the kind of the event.
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let told = NAMES.iter().zip(self.values);
        told.filter(|(name, value)| *value != 0.0 && is_by_kind(name)).map(|(name, value)| (*name, value))
    }
}

pub fn is_by_kind(name: &str) -> bool {
    matches!(
        name,
        "rule" | "none" | "here" | "here-within" | "here-agent" | "dateline" | "country" | "before"
    )
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
    let weights = confidence::of_places(&scope.models, kind);
    for offer in offers(scope, readings, candidates, group) {
        let worth = confidence::sum(&weights, &offer.values)
            + confidence::of_words(&scope.models, "place-words", &offer.words);
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
        offers.push(Offer { place: Some(rule.clone()), values, words: Vec::new() });
    }
    let eye = Eye { scope, readings, members, first, ruled };
    for (index, place) in places.iter().enumerate().filter(|(_, place)| !place.demonym) {
        let Some(values) = eye.weigh(index) else { continue };
        add(&mut offers, event_place(scope.document, place), values, eye.words(place));
    }
    // "Several German cities", "a Syrian town": the nation tells the land, where nothing tells more.
    for place in places.iter().filter(|place| place.demonym) {
        let told = place.country.and_then(|country| around::land(scope, country));
        if let Some((told, mut values)) = told.zip(eye.weigh_nation(place)) {
            let id = told.geonameid;
            let named = offers.iter().any(|o| o.place.as_ref().is_some_and(|p| p.geonameid == id));
            set(&mut values, at!("nation-only"), yes(!named));
            add(&mut offers, told, values, Vec::new());
        }
    }
    let mut values = [0.0; SIZE];
    set(&mut values, at!("none"), 1.0);
    set(&mut values, at!("none-beside-rule"), yes(rule.is_some()));
    set(&mut values, at!("none-verb"), yes(eye.first.verbal));
    set(&mut values, at!("none-brief"), yes(scope.shape.brief));
    let planned = eye.first.judgement.reality == crate::event::reality::Reality::Planned;
    set(&mut values, at!("none-planned"), yes(planned));
    offers.push(Offer { place: None, values, words: Vec::new() });
    offers
}

/// The same place told twice is one offer, by the name that came first.
fn add(offers: &mut Vec<Offer>, told: EventPlace, values: [f32; SIZE], words: Vec<String>) {
    let same = |offer: &Offer| {
        offer.place.as_ref().is_some_and(|known| {
            known.name == told.name || known.geonameid.is_some() && known.geonameid == told.geonameid
        })
    };
    match offers.iter().position(same) {
        Some(known) => {
            let offer = &mut offers[known];
            values::join(&mut offer.values, &values);
            offer.words.extend(words);
            offer.words.sort_unstable();
            offer.words.dedup();
        }
        None if offers.len() < OFFERS_MAX => offers.push(Offer { place: Some(told), values, words }),
        None => {}
    }
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
        if !here.is_empty() {
            self.weigh_beside(place, &here, &mut values);
        }
        near.then_some(values)
    }

    /// How it stands among the places of a mention's sentence, and under which preposition.
    fn weigh_beside(&self, place: &Place, here: &[&&Candidate], values: &mut [f32; SIZE]) {
        let mut put = |place: usize, condition: bool| set(values, place, yes(condition));
        let apart = |other: &Place| {
            here.iter().map(|m| m.trigger.head.abs_diff(other.at.first)).min().unwrap_or(usize::MAX)
        };
        let others: Vec<&Place> = self
            .scope
            .mentions
            .places
            .iter()
            .filter(|other| other.at.sentence == place.at.sentence && !other.demonym && !other.nested)
            .collect();
        let own = apart(place);
        put(at!("here-nearest"), others.iter().all(|other| own <= apart(other)));
        put(at!("here-only"), others.len() == 1);
        put(at!("here-first-named"), others.first().is_some_and(|first| first.at == place.at));
        put(at!("here-far"), own > 12);
        put(at!("here-next"), own <= 2);
        let Some(reading) = self.reading(place.at.sentence) else { return };
        let case = match reading.case(bearer(reading, anchor(reading, place))) {
            Some("in" | "inside") => at!("case-in"),
            Some("at") => at!("case-at"),
            Some("near" | "off" | "outside") => at!("case-near"),
            Some("on") => at!("case-on"),
            Some("of" | "'s" | "’s") => at!("case-of"),
            Some("to" | "into" | "toward" | "towards") => at!("case-to"),
            Some("from") => at!("case-from"),
            Some("over" | "across" | "around") => at!("case-over"),
            Some("against") => at!("case-against"),
            Some("with") => at!("case-with"),
            Some("by") => at!("case-by"),
            Some("between") => at!("case-between"),
            Some("for") => at!("case-for"),
            Some(_) => at!("case-other"),
            None => at!("case-none"),
        };
        put(case, true);
    }

    /// What speaks for the land of a nation that is named in a mention's sentence, the title or the lead.
    fn weigh_nation(&self, nation: &Place) -> Option<[f32; SIZE]> {
        let sentence = nation.at.sentence;
        let title = self.scope.document.sentences[sentence].field == Field::Title;
        let here: Vec<&&Candidate> =
            self.members.iter().filter(|m| m.trigger.at.sentence == sentence).collect();
        if here.is_empty() && !title && sentence != self.scope.text_start {
            return None;
        }
        let mut values = [0.0; SIZE];
        let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
        put(at!("nation"), true);
        put(at!("nation-here"), !here.is_empty());
        put(at!("nation-title"), title);
        let Some(reading) = self.reading(sentence).filter(|_| !here.is_empty()) else { return Some(values) };
        let token = anchor(reading, nation);
        let modifies =
            matches!(reading.label(token), Label::Amod | Label::Compound | Label::NmodPoss | Label::NmodDesc);
        let noun = reading.head(token).filter(|_| modifies);
        let is =
            |tokens: &[usize]| tokens.contains(&token) || noun.is_some_and(|noun| tokens.contains(&noun));
        put(at!("nation-agent"), here.iter().any(|m| is(&m.frame.agents)));
        put(at!("nation-patient"), here.iter().any(|m| is(&m.frame.all_patients)));
        let within = |noun| reading.case(bearer(reading, noun)).is_some_and(|case| WITHIN.contains(&case));
        put(at!("nation-within"), noun.is_some_and(within));
        put(at!("nation-site"), noun.is_some_and(|noun| is_place_noun(reading, noun)));
        put(at!("nation-of-trigger"), here.iter().any(|m| reading.head(token) == Some(m.trigger.head)));
        put(at!("nation-behind"), here.iter().any(|m| nation.at.first > m.trigger.head));
        Some(values)
    }

    /// The words right before and right behind a name.
    fn words(&self, place: &Place) -> Vec<String> {
        let word = |side: &str, token: usize| {
            let word = self.scope.document.word(place.at.sentence, token).to_lowercase().replace('’', "'");
            let plain = word.chars().all(|c| c.is_alphabetic() || ",.:;()'-".contains(c));
            plain.then(|| format!("{side}:{word}"))
        };
        let count = self.scope.document.sentences[place.at.sentence].tokens.len();
        let before = place.at.first.checked_sub(1).and_then(|token| word("before", token));
        let behind = Some(place.at.end).filter(|&end| end < count).and_then(|token| word("behind", token));
        before.into_iter().chain(behind).collect()
    }

    /// "In Goma", "the city of Goma" under "in"; by the words alone where the sentence was not read.
    fn is_said_within(&self, place: &Place) -> bool {
        match self.reading(place.at.sentence) {
            Some(reading) => {
                let token = bearer(reading, anchor(reading, place));
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
            reading.label(bearer(reading, anchor(reading, place))).is_nominal_subject()
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
