//! Finds the toponyms and demonyms of a document and says where they are.
//!
//! Owns the order of the work: look up, judge, resolve. Uses capitals, neighbours and the gazetteer only; no tags and no trees, so that it
//! keeps pace with the reading. Leaves to `event` whether a place is where something happened.
//!
//! A name means one place throughout a document, unless the text itself tells otherwise ("Paris, Texas").

mod guard;
mod hearsay;
mod resolve;
mod scan;
mod unknown;
mod words;

use super::{Context, Place, PlaceClass};
use crate::lexicon::places::{EntryId, Gazetteer, Level};
use crate::text::{Document, Field, Span};
use scan::{Candidate, Kind, Line};

/// Every place and demonym of a document, in the order of the text.
pub fn find(document: &Document, gazetteer: &Gazetteer, context: &Context) -> Vec<Place> {
    let lines = [Line::new(document, Field::Title), Line::new(document, Field::Text)];
    let mut candidates = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        scan::candidates(line, index, gazetteer, &mut candidates);
    }
    if candidates.is_empty() {
        return Vec::new();
    }
    let parents = resolve::parents(&lines, &candidates, gazetteer);
    let held: Vec<bool> = parents.iter().map(Option::is_some).collect();
    let elsewhere = resolve::elsewhere(&lines, &candidates, &parents, gazetteer);
    let hearsay = hearsay::Hearsay::gather(&lines, &candidates, gazetteer);
    let verdicts = guard::judge(&lines, &candidates, &held, &hearsay, gazetteer, context.home);
    let keep: Vec<bool> = verdicts.iter().map(|v| v.points >= guard::ENOUGH).collect();
    let told =
        resolve::Told { parents: &parents, elsewhere: &elsewhere, institutions: &hearsay.institutions };
    let resolved = resolve::resolve(&candidates, &verdicts, &keep, &told, gazetteer, context);
    let accepted: Vec<Option<EntryId>> =
        keep.iter().zip(&resolved).map(|(k, r)| r.filter(|_| *k).map(|(id, _)| id)).collect();
    let mut places = Vec::new();
    for unknown in unknown::find(&lines, &candidates, &accepted, gazetteer) {
        places.extend(unrecorded(document, &lines, &unknown, gazetteer));
    }
    for (i, candidate) in candidates.iter().enumerate() {
        if let (true, Some((id, score))) = (keep[i], resolved[i]) {
            places.extend(place(document, &lines, candidate, &verdicts[i], id, score, gazetteer));
        }
    }
    places.sort_by_key(|p| (p.at.sentence, p.span.start));
    places
}

/// A place that only the text knows, at its holder's point.
fn unrecorded(
    document: &Document,
    lines: &[Line],
    unknown: &unknown::Unknown,
    gazetteer: &Gazetteer,
) -> Option<Place> {
    /// The point is its holder's.
    const SCORE: f32 = 0.4;
    let line = &lines[unknown.line];
    let span = Span { start: unknown.start_byte, end: unknown.end_byte };
    let sentence = document.sentence_at(line.field, span.start)?;
    let holder = gazetteer.get(unknown.holder);
    Some(Place {
        at: document.tokens_in(sentence, span)?,
        span,
        name: line.text[span.start..span.end].to_owned(),
        class: PlaceClass::City,
        country: holder.country,
        admin1: gazetteer.unit_code(unknown.holder).map(str::to_owned),
        latitude: f64::from(holder.latitude),
        longitude: f64::from(holder.longitude),
        geonameid: None,
        demonym: false,
        nested: false,
        dateline: false,
        score: SCORE,
    })
}

fn place(
    document: &Document,
    lines: &[Line],
    candidate: &Candidate,
    verdict: &guard::Verdict,
    id: EntryId,
    score: f32,
    gazetteer: &Gazetteer,
) -> Option<Place> {
    let field = lines[candidate.line].field;
    let span = Span { start: candidate.start_byte, end: candidate.end_byte };
    let sentence = document.sentence_at(field, span.start)?;
    let at = document.tokens_in(sentence, span)?;
    let entry = gazetteer.get(id);
    Some(Place {
        at,
        span,
        name: gazetteer.name(id).to_owned(),
        class: class(entry.level),
        country: entry.country,
        admin1: gazetteer.unit_code(id).map(str::to_owned),
        latitude: f64::from(entry.latitude),
        longitude: f64::from(entry.longitude),
        geonameid: (entry.geonameid != 0).then_some(entry.geonameid),
        demonym: candidate.kind == Kind::Demonym,
        nested: verdict.nested,
        dateline: verdict.dateline,
        score,
    })
}

fn class(level: Level) -> PlaceClass {
    match level {
        Level::Country => PlaceClass::Country,
        Level::Unit | Level::District => PlaceClass::Admin,
        Level::City => PlaceClass::City,
        Level::Region => PlaceClass::Region,
        Level::Water => PlaceClass::Water,
    }
}
