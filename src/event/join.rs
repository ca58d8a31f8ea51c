//! One happening, one event: which candidates of a story tell the same.
//!
//! Owns the decision. Conflict (another day, another place, another number of dead, planned against done) keeps
//! candidates apart; nearness, definiteness, shared words and shared people bring them together.

use super::candidate::{Candidate, Scope};
use super::reality::Reality;
use crate::mention::{Place, Precision};

/// Points from which two candidates are one.
const JOIN: f32 = 1.0;

/// Groups the candidates, each group in the order of the text. `echoes` join an existing group or vanish.
pub fn join(
    scope: &Scope,
    candidates: &[Candidate],
    accepted: &[usize],
    echoes: &[usize],
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &index in accepted {
        match best(scope, candidates, &groups, index) {
            Some(group) => groups[group].push(index),
            None => groups.push(vec![index]),
        }
    }
    for &index in echoes {
        if let Some(group) = best(scope, candidates, &groups, index) {
            groups[group].push(index);
        }
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    groups
}

fn best(scope: &Scope, candidates: &[Candidate], groups: &[Vec<usize>], index: usize) -> Option<usize> {
    groups
        .iter()
        .enumerate()
        .filter_map(|(g, group)| affinity(scope, candidates, group, index).map(|points| (g, points)))
        .filter(|(_, points)| *points >= JOIN)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(g, _)| g)
}

/// How well a candidate fits a group; None where they conflict.
fn affinity(scope: &Scope, candidates: &[Candidate], group: &[usize], index: usize) -> Option<f32> {
    let new = &candidates[index];
    let mut best = f32::MIN;
    for &member in group {
        let known = &candidates[member];
        if known.trigger.kind != new.trigger.kind && !is_kin(scope, known, new) {
            return None;
        }
        best = best.max(pair(scope, known, new)?);
    }
    Some(best)
}

/// "The agreement" after a truce is the truce.
fn is_kin(scope: &Scope, known: &Candidate, new: &Candidate) -> bool {
    let (old, now) = (&scope.kind(&known.trigger).name, &scope.kind(&new.trigger).name);
    old == "ceasefire" && now == "agreement" && new.judgement.definite && !new.verbal
}

/// Points for two candidates of one kind; None where they cannot be one.
fn pair(scope: &Scope, known: &Candidate, new: &Candidate) -> Option<f32> {
    let mut points = 0.0;
    if planned(known) != planned(new) && !new.judgement.definite {
        return None;
    }
    if known.count != new.count {
        return None;
    }
    if let (Some(a), Some(b)) = (&known.date, &new.date) {
        let exact = a.precision == Precision::Day && b.precision == Precision::Day;
        let apart = a.interval.end < b.interval.start || b.interval.end < a.interval.start;
        if apart {
            return None;
        }
        points += if exact { 0.8 } else { 0.3 };
    }
    points += places(scope, known, new)?;
    points += match (known.counts.killed, new.counts.killed) {
        (Some(a), Some(b)) if a == b => 1.0,
        (Some(_), Some(_)) => -0.8,
        _ => 0.0,
    };
    points += match (&known.subtype, &new.subtype) {
        (Some(a), Some(b)) if a == b => 0.3,
        (Some(a), Some(b)) => subtype_conflict(a, b),
        _ => 0.0,
    };
    points += people(known, new);
    points += nearness(scope, known, new);
    if twins(known, new) {
        return None;
    }
    if new.judgement.definite {
        points += 0.6;
    }
    if known.lemma == new.lemma {
        points += 0.4;
    }
    if new.judgement.circumstance
        && !new.judgement.definite
        && new.date.is_none()
        && known.trigger.at.sentence != new.trigger.at.sentence
    {
        points -= 0.3;
    }
    Some(points)
}

fn planned(candidate: &Candidate) -> bool {
    candidate.judgement.reality == Reality::Planned
}

/// A bombing is not a stabbing; a bombing may be told as a suicide bombing, a meeting as talks.
fn subtype_conflict(a: &str, b: &str) -> f32 {
    let close = [
        ["bombing", "suicide-bombing"],
        ["visit", "talks"],
        ["summit", "talks"],
        ["session", "talks"],
        ["call", "talks"],
        ["clash", "shooting"],
        ["agreed", "started"],
        ["airstrike", "bombing"],
        ["airstrike", "shelling"],
        ["shelling", "bombing"],
        ["raid", "shooting"],
        ["ramming", "suicide-bombing"],
        ["agreed", "extended"],
        ["visit", "summit"],
    ];
    if close.iter().any(|pair| pair.contains(&a) && pair.contains(&b)) { 0.0 } else { -1.0 }
}

fn places(scope: &Scope, known: &Candidate, new: &Candidate) -> Option<f32> {
    let get = |candidate: &Candidate| candidate.place.map(|p| &scope.mentions.places[p]);
    let (Some(a), Some(b)) = (get(known), get(new)) else { return Some(0.0) };
    if same_place(a, b) {
        return Some(0.6);
    }
    if a.country.is_some() && b.country.is_some() && a.country != b.country {
        return None;
    }
    if within(a, b) || within(b, a) { Some(0.3) } else { Some(-0.8) }
}

fn same_place(a: &Place, b: &Place) -> bool {
    a.name == b.name || (a.geonameid.is_some() && a.geonameid == b.geonameid)
}

/// A town lies in its country and province.
fn within(inner: &Place, outer: &Place) -> bool {
    use crate::mention::PlaceClass;
    match outer.class {
        PlaceClass::Country => inner.country == outer.country,
        PlaceClass::Admin => inner.class == PlaceClass::City && inner.admin1 == outer.admin1,
        PlaceClass::Region | PlaceClass::Water => true,
        PlaceClass::City => false,
    }
}

fn people(known: &Candidate, new: &Candidate) -> f32 {
    let shared = |a: &[crate::mention::Actor], b: &[crate::mention::Actor]| {
        a.iter().any(|x| {
            b.iter().any(|y| x.name == y.name || (x.canonical.is_some() && x.canonical == y.canonical))
        })
    };
    let both = |a: &[crate::mention::Actor], b: &[crate::mention::Actor]| !a.is_empty() && !b.is_empty();
    let mut points = 0.0;
    for (a, b) in [(&known.sources, &new.sources), (&known.targets, &new.targets)] {
        if shared(a, b) {
            points += 0.6;
        } else if both(a, b) {
            points -= 0.2;
        }
    }
    points
}

/// What violence does to people and things: told beside an attack, it is that attack.
const CONSEQUENCES: &[&str] = &[
    "kill",
    "injure",
    "wound",
    "die",
    "maim",
    "hurt",
    "destroy",
    "damage",
    "explode",
    "detonate",
    "blast",
    "explosion",
    "gunfire",
    "fire",
];

pub fn is_consequence(candidate: &Candidate) -> bool {
    CONSEQUENCES.contains(&candidate.lemma.as_str())
}

/// "French sanctions on one, German sanctions on another": the same noun twice in a sentence is two happenings,
/// unless the second points back.
fn twins(known: &Candidate, new: &Candidate) -> bool {
    known.trigger.at.sentence == new.trigger.at.sentence
        && !known.verbal
        && !new.verbal
        && known.lemma == new.lemma
        && !new.judgement.definite
        && !known.judgement.definite
}

/// Title and lead tell the same; a sentence goes on about the one before; two triggers in one clause are one.
fn nearness(scope: &Scope, known: &Candidate, new: &Candidate) -> f32 {
    let (first, second) = (&known.judgement, &new.judgement);
    let aside = first.circumstance != second.circumstance;
    let linked = is_consequence(known) || is_consequence(new);
    if known.title && !new.title && new.ordinal == 0 {
        return 0.8;
    }
    if known.title && new.title {
        return 0.4;
    }
    let (a, b) = (known.trigger.at.sentence, new.trigger.at.sentence);
    let near = if scope.shape.brief { 0.6 } else { 0.4 };
    match b.abs_diff(a) {
        0 if linked && !aside => 1.2,
        0 if linked => 0.6,
        0 if aside => 0.1,
        0 => 0.7,
        1 if linked && !aside => near + 0.4,
        1 => near,
        2..=4 if linked && !aside => 0.4,
        2..=4 => 0.1,
        _ => 0.0,
    }
}
