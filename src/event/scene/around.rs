//! The place of an event from all its mentions, and from the text around them.
//!
//! Owns which mention's place wins and what stands in where none has one. Leaves one mention's own place to `scene`.

use super::site::site_place;
use super::{WITHIN, anchor, bearer, event_place, is_base, is_behind_in, is_within};
use crate::event::EventPlace;
use crate::event::candidate::{Candidate, Scope};
use crate::event::reading::Reading;
use crate::event::reality::Reality;
use crate::lexicon::{ActorKind, Country};
use crate::mention::{Place, PlaceClass};
use crate::text::Label;

/// Where an event was, from what its mentions say and, where they say nothing, from what stands around them.
pub fn place(scope: &Scope, members: &[&Candidate], kind: &str) -> Option<EventPlace> {
    let exact =
        |m: &&&Candidate| m.place.is_some_and(|p| scope.mentions.places[p].class != PlaceClass::Country);
    let told = members.iter().find(exact).or_else(|| members.iter().find(|m| m.place.is_some()));
    // "in Hertfordshire ... in Watford": the narrower of two that hold each other.
    let at = |m: &Candidate| m.place.map(|p| &scope.mentions.places[p]);
    let narrower = |m: &&&Candidate| {
        let pair = at(m).zip(told.and_then(|m| at(m)));
        pair.is_some_and(|(inner, outer)| is_within(inner, outer))
    };
    let told = members.iter().find(narrower).or(told);
    if let Some((site, member)) = members.iter().find_map(|m| Some((m.site?, m))) {
        let holder = member.place.or_else(|| told.and_then(|m| m.place));
        return Some(site_place(scope.document, site, holder.map(|p| &scope.mentions.places[p])));
    }
    let place = match told {
        Some(member) => member.place,
        None if matches!(kind, "agreement" | "sanction" | "aid" | "ceasefire" | "meeting") => None,
        // Police and courts act at home, and abroad only where it is said.
        None if kind == "arrest" && !says_where(scope, members) => {
            let home = home(scope, members);
            if home.is_some() {
                return home;
            }
            nearby(scope, members)
        }
        None => nearby(scope, members),
    };
    // "SOCHI, Russia - A conference in Russia": the dateline says where in the country of the lead's event.
    let lead = members.iter().any(|m| m.ordinal == 0 && !m.judgement.circumstance);
    let places = &scope.mentions.places;
    let dateline = || {
        let told = &places[place.filter(|_| lead)?];
        places.iter().position(|p| p.dateline && is_within(p, told))
    };
    match dateline().or(place) {
        Some(p) => Some(event_place(scope.document, &scope.mentions.places[p])),
        None if matches!(kind, "arrest" | "attack" | "mobilization" | "release") => home(scope, members),
        None => None,
    }
}

/// Whether the sentence of the first mention names a place with "in" or its like.
fn says_where(scope: &Scope, members: &[&Candidate]) -> bool {
    let s = members[0].trigger.at.sentence;
    likeliest(scope, s).is_some_and(|(within, _)| within)
}

/// Police and courts act at home: "Greek police detained".
fn home(scope: &Scope, members: &[&Candidate]) -> Option<EventPlace> {
    let country = members.iter().flat_map(|m| &m.sources).find_map(|actor| match actor.kind {
        ActorKind::Police => actor.country,
        ActorKind::Military if actor.name.contains("security force") => actor.country,
        ActorKind::Government if members[0].judgement.reality == Reality::Occurred => actor.country,
        _ => None,
    })?;
    land(scope, country)
}

/// A country as a place.
pub fn land(scope: &Scope, country: Country) -> Option<EventPlace> {
    let places = &scope.lexicon.places;
    let entry = places.get(places.country(country)?);
    Some(EventPlace {
        name: places.country_name(country)?.to_owned(),
        country: Some(country),
        admin1: None,
        coordinates: Some((f64::from(entry.latitude), f64::from(entry.longitude))),
        geonameid: (entry.geonameid != 0).then_some(entry.geonameid),
    })
}

/// The place that its own sentence, the sentence before, the title or the lead names, for a mention that names none.
fn nearby(scope: &Scope, members: &[&Candidate]) -> Option<usize> {
    let first = members.first()?;
    let likeliest = |s: usize| likeliest(scope, s).map(|(_, place)| place);
    let s = first.trigger.at.sentence;
    let before = s.checked_sub(1).filter(|_| !first.judgement.circumstance);
    likeliest(s)
        .or_else(|| before.and_then(likeliest))
        .or_else(|| (0..scope.text_start).find_map(likeliest))
        .or_else(|| if scope.text_start < s { likeliest(scope.text_start) } else { None })
        .or_else(|| scope.mentions.places.iter().position(|place| place.dateline))
}

/// Of the places of a sentence, the one that is likeliest a scene: said with "in", and rather a town than a country.
/// Who speaks, and those with whom or by whom it is done, are none.
fn likeliest(scope: &Scope, sentence: usize) -> Option<(bool, usize)> {
    let places = &scope.mentions.places;
    let here =
        |place: &Place| place.at.sentence == sentence && !place.demonym && !place.nested && !place.dateline;
    if !places.iter().any(here) {
        return None;
    }
    let reading = Reading::new(scope.document, sentence, &scope.lexicon.kinds);
    let rank = |place: &Place| {
        let token = bearer(&reading, anchor(&reading, place));
        let case = reading.case(token);
        let within = case.is_some_and(|case| WITHIN.contains(&case))
            || case.is_none() && is_behind_in(&reading, place);
        let by = matches!(case, Some("with" | "by" | "against" | "from" | "between"));
        let of_deed = place.class == PlaceClass::Country && reading.label(token) == Label::Compound;
        let acts = reading.label(token).is_nominal_subject() || reading.label(token) == Label::OblAgent;
        let party = !reading.is_title() && (by || acts || of_deed) || is_base(&reading, place);
        (!party).then_some((!within, place.class == PlaceClass::Country))
    };
    let ranked = places.iter().enumerate().filter(|(_, place)| here(place));
    ranked.filter_map(|(p, place)| Some((rank(place)?, p))).min().map(|((loose, _), p)| (!loose, p))
}
