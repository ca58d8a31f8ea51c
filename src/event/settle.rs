//! What a group of mentions says together: the event's date, place, people, numbers and words.
//!
//! Owns the choice among what the mentions say. The earlier and more exact telling wins.

use super::candidate::{Candidate, Scope};
use super::count;
use super::dating::offer::Dates;
use super::reading::Reading;
use super::reality::Reality;
use super::{Basis, Event, EventDate, EventMention, Quote, Status, cast, scene};
use crate::lexicon::kinds::Sides;
use crate::text::Field;

/// `readings`: of the sentences that hold triggers.
pub fn settle(
    scope: &Scope,
    readings: &[Reading],
    candidates: &[Candidate],
    group: &[usize],
    dates: &Dates,
) -> Event {
    let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
    let best = strongest(&members);
    let kind = scope.kind(&members[0].trigger);
    let status = status(&members);
    let date = dates.choose(scope, candidates, group, status);
    let harms = count::harm_of(&kind.name).is_none() && kind.sides == Sides::Two && kind.plover == "ASSAULT";
    let subtype = subtype(&members);
    // Who telephones is in two places.
    let call = subtype.as_deref() == Some("call");
    let score = members.iter().map(|m| m.score).fold(0.0, f32::max);
    Event {
        kind: kind.name.clone(),
        subtype,
        status,
        date,
        place: if call { None } else { scene::offer::choose(scope, readings, candidates, group) },
        actors: cast::actors(scope, readings, candidates, group),
        killed: if harms { killed(&members) } else { None },
        injured: members.iter().find_map(|m| m.counts.injured).filter(|_| harms),
        count: members.iter().map(|m| m.count).max().unwrap_or(1),
        people: members.iter().find_map(|m| m.counts.people),
        plover: Some(kind.plover.clone()).filter(|code| !code.is_empty()),
        cameo: Some(kind.cameo.clone()).filter(|code| !code.is_empty()),
        confidence: score,
        mentions: members.iter().map(|m| mention(scope, m)).collect(),
        quote: quote(scope, best),
    }
}

/// The mention that tells most: in the lead rather than the title, with more said.
fn strongest<'c>(members: &[&'c Candidate]) -> &'c Candidate {
    let said = |c: &Candidate| {
        let some = |condition: bool| u32::from(condition);
        2 * some(!c.title)
            + 2 * some(c.date.is_some())
            + some(c.place.is_some())
            + some(!c.sources.is_empty())
            + some(!c.targets.is_empty())
            + some(c.counts.killed.is_some())
    };
    let mut best = members[0];
    for member in &members[1..] {
        if said(member) > said(best) {
            best = member;
        }
    }
    best
}

/// Planned or occurred, as most of the members have it.
pub fn status(members: &[&Candidate]) -> Status {
    let planned = members.iter().filter(|m| m.judgement.reality == Reality::Planned).count();
    let occurred = members.iter().filter(|m| m.judgement.reality == Reality::Occurred).count();
    let first = members.iter().find(|m| !matches!(m.judgement.reality, Reality::Unreal(_)));
    if planned > 0 && (first.is_some_and(|m| m.judgement.reality == Reality::Planned) || planned > occurred) {
        Status::Planned
    } else {
        Status::Occurred
    }
}

/// The first toll that is told; with what the same sentence adds to it ("two guards were also killed").
fn killed(members: &[&Candidate]) -> Option<u32> {
    let first = members.iter().find(|m| m.counts.killed.is_some())?;
    let mut sum = first.counts.killed?;
    for member in members {
        let added = member.trigger.at.sentence == first.trigger.at.sentence
            && member.trigger.head != first.trigger.head
            && member.counts.more;
        sum = sum.saturating_add(member.counts.killed.filter(|_| added).unwrap_or(0));
    }
    Some(sum)
}

fn subtype(members: &[&Candidate]) -> Option<String> {
    let mut votes: Vec<(&str, usize)> = Vec::new();
    for subtype in members.iter().filter_map(|m| m.subtype.as_deref()) {
        match votes.iter_mut().find(|(name, _)| *name == subtype) {
            Some((_, count)) => *count += 1,
            None => votes.push((subtype, 1)),
        }
    }
    // The more special of two that agree.
    for (special, general) in [
        ("suicide-bombing", "bombing"),
        ("summit", "talks"),
        ("visit", "talks"),
        ("violated", "agreed"),
        ("ended", "agreed"),
        ("extended", "agreed"),
        ("started", "agreed"),
    ] {
        if votes.iter().any(|(name, _)| *name == special) {
            votes.retain(|(name, _)| *name != general);
        }
    }
    let most = votes.iter().map(|(_, count)| *count).max()?;
    votes.into_iter().find(|(_, count)| *count == most).map(|(name, _)| name.to_owned())
}

fn mention(scope: &Scope, member: &Candidate) -> EventMention {
    let at = member.trigger.at;
    let field = scope.document.sentences[at.sentence].field;
    EventMention { field, span: scope.document.span(at), trigger: scope.document.phrase(at).to_owned() }
}

fn quote(scope: &Scope, best: &Candidate) -> Quote {
    let s = best.trigger.at.sentence;
    let sentence = &scope.document.sentences[s];
    let field: Field = sentence.field;
    Quote { field, span: sentence.span, text: scope.document.quote(s).to_owned() }
}

/// Whether a date was given, not supposed.
pub fn is_given(date: &EventDate) -> bool {
    date.basis != Basis::Publication
}
