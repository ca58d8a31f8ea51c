//! One happening, one event: which candidates of a story tell the same.
//!
//! Owns the decision. Conflict (another day, another country, planned against done) keeps two candidates apart
//! whatever else agrees; for the rest a logistic model weighs nearness, definiteness, shared words and shared
//! people. Its weights stand beside those of `confidence`.

pub mod gist;

use super::candidate::{Candidate, Scope};
use super::confidence;
use super::reality::Reality;
use super::values::yes;
use crate::mention::{Actor, Place, PlaceClass, Precision};
use crate::text::{Label, Tag};

/// Likelihood from which two candidates are one.
const JOIN: f32 = 0.48;

const NAMES: [&str; 50] = [
    "bias",
    "same-sentence",
    "next-sentence",
    "near-sentence",
    "brief",
    "title-lead",
    "title-other",
    "definite",
    "same-lemma",
    "same-subtype",
    "other-subtype",
    "same-day",
    "overlapping-dates",
    "new-date-alone",
    "soft-date-apart",
    "same-place",
    "place-within",
    "other-place",
    "new-place-alone",
    "same-dead",
    "other-dead",
    "shared-source",
    "other-source",
    "shared-target",
    "other-target",
    "aside",
    "both-aside",
    "consequence",
    "consequence-here",
    "bare-plural",
    "twins",
    "both-verbs",
    "known-title",
    "known-lead",
    "planned",
    "new-noun",
    "far",
    "indefinite",
    "other",
    "known-other",
    "shared-names",
    "no-shared-names",
    "shared-words",
    "same-days",
    "days-apart",
    "between",
    "new-names",
    "roles-crossed",
    "aside-indefinite",
    "aside-bare",
];

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

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
        .filter_map(|(g, group)| affinity(scope, candidates, group, index).map(|likely| (g, likely)))
        .filter(|(_, likely)| *likely >= JOIN)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(g, _)| g)
}

/// How well a candidate fits a group: the mean over its members, so that one member alike does not draw in what the
/// others are unlike; None where it conflicts with any.
fn affinity(scope: &Scope, candidates: &[Candidate], group: &[usize], index: usize) -> Option<f32> {
    let new = &candidates[index];
    let mut sum = 0.0;
    for &member in group {
        let known = &candidates[member];
        if known.trigger.kind != new.trigger.kind && !is_kin(scope, known, new) || conflict(scope, known, new)
        {
            return None;
        }
        let purpose = is_purpose_of(scope, known, new)
            || is_purpose_of(scope, new, known)
            || is_outcome_of(scope, known, new);
        let apart = between(candidates, member.min(index), member.max(index));
        sum += if purpose { 1.0 } else { likelihood(scope, known, new, apart) };
    }
    Some(sum / group.len() as f32)
}

/// "The agreement" after a truce is the truce.
fn is_kin(scope: &Scope, known: &Candidate, new: &Candidate) -> bool {
    let (old, now) = (&scope.kind(&known.trigger).name, &scope.kind(&new.trigger).name);
    old == "ceasefire" && now == "agreement" && new.judgement.definite && !new.verbal
}

/// "visited Kabul for talks": one meeting, told by its journey and its purpose.
fn is_purpose_of(scope: &Scope, talks: &Candidate, visit: &Candidate) -> bool {
    let (at, of) = (talks.trigger.at, visit.trigger.at);
    if at.sentence != of.sentence || talks.verbal || visit.subtype.as_deref() != Some("visit") {
        return false;
    }
    let document = scope.document;
    let (head, verb) = (talks.trigger.head, visit.trigger.head);
    document.head(at.sentence, head) == Some(verb)
        && document.tree(at.sentence).children(head).any(|child| document.word(at.sentence, child) == "for")
}

/// "killing 10 and injuring several", "shelled the town, killing two": what was suffered hangs on the deed, or on
/// what else was suffered.
fn is_outcome_of(scope: &Scope, deed: &Candidate, outcome: &Candidate) -> bool {
    let (at, of) = (outcome.trigger.at, deed.trigger.at);
    if at.sentence != of.sentence || !outcome.verbal || !is_consequence(outcome) {
        return false;
    }
    let head = scope.document.head(at.sentence, outcome.trigger.head) == Some(deed.trigger.head);
    let label = scope.document.label(at.sentence, outcome.trigger.head);
    head && match label {
        Label::Conj => is_consequence(deed),
        Label::Advcl | Label::Acl => scope.document.tag(at.sentence, outcome.trigger.head) == Tag::Vbg,
        _ => false,
    }
}

/// What no agreement outweighs.
pub fn conflict(scope: &Scope, known: &Candidate, new: &Candidate) -> bool {
    let planned = planned(known) != planned(new) && !new.judgement.definite;
    // "Eight attacks that killed 10": the dead are those of all eight.
    let near = known.trigger.at.sentence == new.trigger.at.sentence
        && (is_consequence(known) || is_consequence(new));
    let counted = known.count != new.count && !near;
    let dates = match (&known.date, &new.date) {
        (Some(a), Some(b)) => a.interval.end < b.interval.start || b.interval.end < a.interval.start,
        _ => false,
    };
    let countries = match (place(scope, known), place(scope, new)) {
        (Some(a), Some(b)) => a.country.is_some() && b.country.is_some() && a.country != b.country,
        _ => false,
    };
    planned || counted || dates || countries
}

fn likelihood(scope: &Scope, known: &Candidate, new: &Candidate, between: usize) -> f32 {
    confidence::joined(&scope.models, known, new, &features(scope, known, new, between))
}

/// What speaks for and against, in the order of the names. `between`: likely mentions that stand between the two.
pub fn features(scope: &Scope, known: &Candidate, new: &Candidate, between: usize) -> [f32; NAMES.len()] {
    let apart = new.trigger.at.sentence.abs_diff(known.trigger.at.sentence);
    let lead = !new.title && new.ordinal == 0;
    let aside = known.judgement.circumstance != new.judgement.circumstance;
    let consequence = is_consequence(known) || is_consequence(new);
    let (day, overlap) = dates(known, new);
    let names = new.gist.shared_names(&known.gist);
    let (same_days, days_apart) = new.gist.days_shared(&known.gist);
    let (same_place, within, other_place) = places(scope, known, new);
    let dead = |same: bool| match (known.counts.killed, new.counts.killed) {
        (Some(a), Some(b)) => yes((a == b) == same),
        _ => 0.0,
    };
    let subtypes = match (&known.subtype, &new.subtype) {
        (Some(a), Some(b)) if a == b => (true, false),
        (Some(a), Some(b)) => (false, !is_close(a, b)),
        _ => (false, false),
    };
    let (source, target) = (people(&known.sources, &new.sources), people(&known.targets, &new.targets));
    [
        1.0,
        yes(apart == 0),
        yes(apart == 1),
        yes((2..=4).contains(&apart)),
        yes(scope.shape.brief),
        yes(known.title && lead),
        yes(known.title && !lead && !new.title),
        yes(new.judgement.definite),
        yes(known.lemma == new.lemma),
        yes(subtypes.0),
        yes(subtypes.1),
        yes(day),
        yes(overlap),
        yes(new.date.is_some() && known.date.is_none()),
        yes(is_soft_apart(scope, known, new)),
        yes(same_place),
        yes(within),
        yes(other_place),
        yes(new.place.is_some() && known.place.is_none()),
        dead(true),
        dead(false),
        yes(source == Some(true)),
        yes(source == Some(false)),
        yes(target == Some(true)),
        yes(target == Some(false)),
        yes(aside),
        yes(known.judgement.circumstance && new.judgement.circumstance),
        yes(consequence),
        yes(consequence && apart == 0),
        yes(new.judgement.bare_plural),
        yes(twins(known, new)),
        yes(known.verbal && new.verbal),
        yes(known.title),
        yes(!known.title && known.ordinal == 0),
        yes(planned(known) && planned(new)),
        yes(!new.verbal),
        (apart as f32).ln_1p(),
        yes(new.gist.indefinite),
        yes(new.gist.other),
        yes(known.gist.other),
        names.unwrap_or(0.0),
        yes(names == Some(0.0)),
        new.gist.shared_words(&known.gist).unwrap_or(0.0),
        same_days,
        days_apart,
        (between as f32).ln_1p(),
        yes(names.is_none()),
        yes(people(&known.sources, &new.targets) == Some(true)
            || people(&known.targets, &new.sources) == Some(true)),
        yes(aside && new.gist.indefinite),
        yes(aside && !new.verbal && !new.gist.indefinite && !new.judgement.definite),
    ]
}

/// How many likely mentions of the same kind stand between two.
pub fn between(candidates: &[Candidate], first: usize, second: usize) -> usize {
    let kind = candidates[second].trigger.kind;
    let likely = |c: &&Candidate| c.trigger.kind == kind && c.score >= confidence::ACCEPT;
    candidates[first + 1..second].iter().filter(likely).count()
}

fn planned(candidate: &Candidate) -> bool {
    candidate.judgement.reality == Reality::Planned
}

fn place<'s>(scope: &'s Scope, candidate: &Candidate) -> Option<&'s Place> {
    candidate.place.map(|p| &scope.mentions.places[p])
}

/// The same day; else days in common.
fn dates(known: &Candidate, new: &Candidate) -> (bool, bool) {
    let (Some(a), Some(b)) = (&known.date, &new.date) else { return (false, false) };
    let exact = a.precision == Precision::Day && b.precision == Precision::Day;
    (exact, !exact)
}

/// One breaks today's news, the other has a date of another day.
fn is_soft_apart(scope: &Scope, known: &Candidate, new: &Candidate) -> bool {
    let other = |dated: &Candidate, news: &Candidate| {
        news.breaks_news
            && news.date.is_none()
            && dated
                .date
                .as_ref()
                .is_some_and(|d| scope.published < d.interval.start || d.interval.end < scope.published)
    };
    other(known, new) || other(new, known)
}

/// A bombing is not a stabbing; a bombing may be told as a suicide bombing, a visit as talks.
fn is_close(a: &str, b: &str) -> bool {
    const CLOSE: [[&str; 2]; 14] = [
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
    CLOSE.iter().any(|pair| pair.contains(&a) && pair.contains(&b))
}

/// The same place, one within the other, or two.
fn places(scope: &Scope, known: &Candidate, new: &Candidate) -> (bool, bool, bool) {
    let (Some(a), Some(b)) = (place(scope, known), place(scope, new)) else { return (false, false, false) };
    let same = a.name == b.name || (a.geonameid.is_some() && a.geonameid == b.geonameid);
    let within = !same && (within(a, b) || within(b, a));
    (same, within, !same && !within)
}

/// A town lies in its country and province.
fn within(inner: &Place, outer: &Place) -> bool {
    match outer.class {
        PlaceClass::Country => inner.country == outer.country,
        PlaceClass::Admin => inner.class == PlaceClass::City && inner.admin1 == outer.admin1,
        PlaceClass::Region | PlaceClass::Water => true,
        PlaceClass::City => false,
    }
}

/// Whether two lists share somebody; None where one is empty.
fn people(a: &[Actor], b: &[Actor]) -> Option<bool> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let same =
        |x: &Actor, y: &Actor| x.name == y.name || (x.canonical.is_some() && x.canonical == y.canonical);
    Some(a.iter().any(|x| b.iter().any(|y| same(x, y))))
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
