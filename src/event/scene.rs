//! Where it happened: which of the text's places belongs to a trigger.
//!
//! Owns the choice. Leaves to `mention::place` what a name denotes.

use super::EventPlace;
use super::frame::Frame;
use super::reading::Reading;
use crate::mention::{Place, PlaceClass};
use crate::text::{Document, Label};

/// Places beyond this rank are of the sentence, not of the trigger.
const RANK_MAX: u32 = 3;

/// The place of a trigger within its sentence.
/// `loose`: a place that only shares the sentence will do.
pub fn in_sentence<'p>(
    reading: &Reading,
    head: usize,
    frame: &Frame,
    places: &[&'p Place],
    loose: bool,
) -> Option<&'p Place> {
    let ranked: Vec<(u32, &Place)> = places
        .iter()
        .copied()
        .filter(|place| !place.demonym && !place.nested && !place.dateline)
        .filter_map(|place| rank(reading, head, frame, place).map(|r| (r, place)))
        .filter(|(rank, _)| loose || *rank <= RANK_MAX)
        .collect();
    let (least, best) = ranked.iter().copied().min_by_key(|(r, place)| (*r, place.at.first))?;
    // "Zamfara in Nigeria", "Nigeria's Zamfara": the smaller place says more.
    let finer = ranked.iter().copied().filter(|(r, place)| {
        *r <= least + 2 && place.country == best.country && place.class != PlaceClass::Country
    });
    match best.class {
        PlaceClass::Country => {
            finer.min_by_key(|(r, place)| (*r, place.at.first)).map_or(Some(best), |(_, p)| Some(p))
        }
        _ => Some(best),
    }
}

/// 0: part of the trigger's phrase; 1: of its clause; 2: what it is done to; 3: elsewhere in the sentence.
fn rank(reading: &Reading, head: usize, frame: &Frame, place: &Place) -> Option<u32> {
    let token = anchor(reading, place);
    let case = locative_case(reading, token);
    let locative = case.is_some_and(|case| {
        matches!(
            case,
            "in" | "at"
                | "near"
                | "on"
                | "outside"
                | "across"
                | "around"
                | "inside"
                | "throughout"
                | "over"
                | "off"
                | "into"
                | "along"
                | "within"
                | "to"
                | "toward"
                | "towards"
                | "of"
                | "for"
        )
    });
    let attributed = case.is_some_and(|case| matches!(case, "by" | "with" | "between" | "against" | "from"));
    let under = reading.is_under(token, head);
    let direct = reading.case(token).is_some()
        || matches!(
            reading.label(token),
            Label::Appos | Label::Conj | Label::Flat | Label::List | Label::NmodUnmarked
        );
    if under
        && locative
        && direct
        && !reading.upward(token).take_while(|&t| t != head).any(|t| reading.opens_clause(t))
    {
        return Some(0);
    }
    let object = reading.head(token) == Some(head) && reading.label(token) == Label::Obj;
    if object {
        return Some(0);
    }
    // "the Kabul attack": a town before a deed is where; a country is who.
    let town = reading.label(token) == Label::Compound && place.class != PlaceClass::Country;
    if town && reading.is_under(token, head) {
        return Some(1);
    }
    if frame.agents.contains(&token) && !locative {
        return None;
    }
    let clause = reading.clause_of(head);
    if locative && reading.is_under(token, clause) && case != Some("of") {
        let split = reading.upward(token).take_while(|&t| t != clause).any(|t| reading.opens_clause(t));
        return Some(if split { 3 } else { 1 + u32::from(!direct) });
    }
    if frame.patients.iter().any(|&p| reading.is_under(token, p)) {
        return Some(2);
    }
    let subject = reading.label(token).is_nominal_subject() && place.class == PlaceClass::Country;
    if attributed || subject {
        return None;
    }
    Some(if under { 2 } else { 4 })
}

fn anchor(reading: &Reading, place: &Place) -> usize {
    (place.at.first..place.at.end.min(reading.len()))
        .find(|&t| reading.head(t).is_none_or(|head| head < place.at.first || head >= place.at.end))
        .unwrap_or(place.at.first)
}

/// The preposition of the phrase that a place stands in: its own, or that of what it is named beside.
fn locative_case<'r>(reading: &'r Reading, token: usize) -> Option<&'r str> {
    reading.upward(token).take(4).find_map(|t| {
        let inner = t == token
            || matches!(
                reading.label(token),
                Label::Appos
                    | Label::Compound
                    | Label::Conj
                    | Label::NmodPoss
                    | Label::Flat
                    | Label::Nmod
                    | Label::NmodUnmarked
                    | Label::List
                    | Label::Amod
            );
        inner.then(|| reading.case(t)).flatten()
    })
}

/// As the event keeps it: the name as the text has it.
pub fn event_place(document: &Document, place: &Place) -> EventPlace {
    EventPlace {
        name: name(document, place),
        country: place.country,
        admin1: place.admin1.clone(),
        coordinates: Some((place.latitude, place.longitude)),
        geonameid: place.geonameid,
    }
}

/// As the text has it, save where the text shouts ("KABUL").
fn name(document: &Document, place: &Place) -> String {
    let written = document.phrase(place.at);
    let shouts = written.len() > 3 && !written.contains(char::is_lowercase);
    if shouts { place.name.clone() } else { written.to_owned() }
}
