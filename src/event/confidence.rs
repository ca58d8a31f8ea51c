//! How likely a candidate tells an event: a logistic model over few structural features.
//!
//! Owns the features and the sum. The weights are data (`config/lexicon/confidence.toml`), fitted on annotated
//! news; nothing here knows single words.

use super::candidate::{Candidate, Scope};
use super::reality::{Reality, Tense};
use crate::lexicon::ActorKind;
use crate::lexicon::kinds::Kinds;

/// A candidate at or above this is an event.
pub const ACCEPT: f32 = 0.5;
/// Between this and `ACCEPT` a candidate only joins an event that is told elsewhere.
pub const ECHO: f32 = 0.12;

const NAMES: [&str; 50] = [
    "bias",
    "trust",
    "needs-met",
    "needs-missing",
    "verbal",
    "definite",
    "bare-plural",
    "present",
    "past",
    "perfect",
    "pluperfect",
    "no-tense",
    "planned",
    "circumstance",
    "depth",
    "title",
    "lead",
    "early",
    "late",
    "brief",
    "has-source",
    "has-target",
    "known-source",
    "known-target",
    "has-place",
    "has-date",
    "has-toll",
    "sport",
    "show",
    "trade",
    "war",
    "quoted",
    "question",
    "unreal",
    "long-pattern",
    "unnamed-noun",
    "counted",
    "both-sides",
    "needs-story",
    "weak-missing",
    "attributive",
    "compound",
    "accident",
    "background",
    "echo-verb",
    "first-person",
    "politics",
    "bare",
    "actor-class",
    "peaceful",
];

/// The features of a candidate, in the order of their names.
pub fn features(candidate: &Candidate, scope: &Scope) -> [f32; NAMES.len()] {
    let judgement = &candidate.judgement;
    let yes = |condition: bool| f32::from(u8::from(condition));
    let known = |actors: &[crate::mention::Actor]| actors.iter().any(|a| a.kind != ActorKind::Unknown);
    let acting = |actors: &[crate::mention::Actor]| {
        actors.iter().any(|a| {
            matches!(
                a.kind,
                ActorKind::Government
                    | ActorKind::Military
                    | ActorKind::Police
                    | ActorKind::ArmedGroup
                    | ActorKind::Igo
            ) || a.country.is_some()
        })
    };
    let tense = |tense: Tense| yes(judgement.tense == tense);
    let missing = candidate.has_needs && !candidate.needs_met;
    let late = !candidate.title && candidate.ordinal > 2;
    let (sources, targets) = (&candidate.sources, &candidate.targets);
    let context =
        !sources.is_empty() || !targets.is_empty() || candidate.place.is_some() || candidate.date.is_some();
    let toll = candidate.counts.killed.is_some()
        || candidate.counts.injured.is_some()
        || candidate.counts.people.is_some();
    [
        1.0,
        candidate.trust,
        yes(candidate.has_needs && candidate.needs_met),
        yes(missing && !candidate.story_met),
        yes(candidate.verbal),
        yes(judgement.definite),
        yes(judgement.bare_plural),
        tense(Tense::Present),
        tense(Tense::Past),
        tense(Tense::Perfect),
        tense(Tense::Pluperfect),
        tense(Tense::None),
        yes(judgement.reality == Reality::Planned),
        yes(judgement.circumstance),
        judgement.depth.min(3) as f32,
        yes(candidate.title),
        yes(!candidate.title && candidate.ordinal == 0),
        yes(!candidate.title && (1..=2).contains(&candidate.ordinal)),
        yes(late),
        yes(scope.shape.brief),
        yes(!sources.is_empty()),
        yes(!targets.is_empty()),
        yes(known(sources)),
        yes(known(targets)),
        yes(candidate.place.is_some()),
        yes(candidate.date.is_some()),
        yes(toll),
        scope.topic.sport.min(6.0),
        scope.topic.show.min(6.0),
        scope.topic.trade.min(6.0),
        scope.topic.war.min(8.0),
        yes(candidate.quoted),
        yes(candidate.question),
        yes(matches!(judgement.reality, Reality::Unreal(_))),
        yes(candidate.trigger.at.end - candidate.trigger.at.first > 1),
        yes(!candidate.verbal && !context),
        yes(candidate.count > 1),
        yes(!sources.is_empty() && !targets.is_empty()),
        yes(missing && candidate.story_met),
        if missing { 1.0 - candidate.trust } else { 0.0 },
        yes(candidate.attributive),
        yes(candidate.compound),
        yes(candidate.accident),
        yes(judgement.background),
        yes(candidate.verbal && judgement.depth > 0 && judgement.circumstance),
        yes(candidate.first_person),
        scope.topic.politics.min(8.0),
        yes(!context && !toll),
        yes(acting(sources) || acting(targets)),
        yes(scope.topic.war + scope.topic.politics < 2.0),
    ]
}

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// From 0 to 1.
pub fn score(candidate: &Candidate, scope: &Scope) -> f32 {
    let kinds: &Kinds = &scope.lexicon.kinds;
    let values = features(candidate, scope);
    let sum: f32 = NAMES.iter().zip(values).map(|(name, value)| kinds.weight(name) * value).sum();
    let kind = kinds.kind_weight(&scope.kind(&candidate.trigger).name);
    1.0 / (1.0 + (-(sum + kind)).exp())
}

const NEWS_NAMES: [&str; 26] = [
    "bias",
    "rule",
    "present",
    "past",
    "perfect",
    "pluperfect",
    "no-tense",
    "circumstance",
    "depth",
    "background",
    "attributed",
    "title",
    "lead",
    "brief",
    "short",
    "brief-lead",
    "brief-late",
    "present-lead",
    "past-under-present",
    "verbal",
    "definite",
    "bare-plural",
    "has-toll",
    "has-place",
    "has-source",
    "participle",
];

pub fn news_names() -> &'static [&'static str] {
    &NEWS_NAMES
}

/// What speaks for a report of the publication day where the text gives no date, in the order of the names.
pub fn news_features(candidate: &Candidate, scope: &Scope) -> [f32; NEWS_NAMES.len()] {
    let (judgement, shape) = (&candidate.judgement, &scope.shape);
    let yes = |condition: bool| f32::from(u8::from(condition));
    let tense = |tense: Tense| yes(judgement.tense == tense);
    let lead = !candidate.title && candidate.ordinal == 0;
    let toll = candidate.counts.killed.is_some() || candidate.counts.injured.is_some();
    [
        1.0,
        yes(candidate.breaks_news),
        tense(Tense::Present),
        tense(Tense::Past),
        tense(Tense::Perfect),
        tense(Tense::Pluperfect),
        tense(Tense::None),
        yes(judgement.circumstance),
        judgement.depth.min(3) as f32,
        yes(judgement.background),
        yes(judgement.attributed),
        yes(candidate.title),
        yes(lead),
        yes(shape.brief),
        yes(shape.short),
        yes(shape.brief && lead),
        yes(shape.brief && !lead && !candidate.title),
        yes(shape.present_lead),
        yes(shape.present_lead && judgement.tense == Tense::Past),
        yes(candidate.verbal),
        yes(judgement.definite),
        yes(judgement.bare_plural),
        yes(toll),
        yes(candidate.place.is_some()),
        yes(!candidate.sources.is_empty()),
        yes(candidate.verbal && judgement.tense == Tense::None),
    ]
}

/// How likely a candidate is news of the publication day.
pub fn news(candidate: &Candidate, scope: &Scope) -> f32 {
    let kinds: &Kinds = &scope.lexicon.kinds;
    let values = news_features(candidate, scope);
    let sum: f32 = NEWS_NAMES.iter().zip(values).map(|(name, value)| kinds.news_weight(name) * value).sum();
    1.0 / (1.0 + (-sum).exp())
}
