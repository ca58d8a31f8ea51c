//! How likely a candidate tells an event: a logistic model over few structural features.
//!
//! Owns the features and the sum. The weights are data (`config/lexicon/confidence.toml`), fitted on annotated
//! news; nothing here knows single words.

use super::candidate::{Candidate, Scope};
use super::cast;
use super::company;
use super::dating::offer;
use super::join;
use super::reality::{Reality, Tense};
use super::scene;
use super::sense::Classes;
use super::tie;
use super::values::{self, yes};
use crate::lexicon::ActorKind;
use crate::lexicon::kinds::Kinds;
use crate::mention::{Actor, Precision};
use crate::text::{Label, Tag};

/// A candidate at or above this is an event.
pub const ACCEPT: f32 = 0.5;
/// Between this and `ACCEPT` a candidate only joins an event that is told elsewhere.
pub const ECHO: f32 = 0.12;

const NAMES: [&str; 121] = [
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
    "unreal-negated",
    "unreal-only-possible",
    "unreal-condition",
    "unreal-no-deed",
    "unreal-wished-or-threatened",
    "unreal-purpose",
    "unreal-striven-for",
    "unreal-other",
    "unreal-definite",
    "is-root",
    "is-nsubj",
    "is-obj",
    "is-obl",
    "is-nmod",
    "is-conj",
    "is-acl",
    "is-relcl",
    "is-advcl",
    "is-ccomp",
    "is-xcomp",
    "is-parataxis",
    "is-appos",
    "source-government",
    "source-military",
    "source-police",
    "source-armed",
    "source-party",
    "source-civilian",
    "source-body",
    "source-business",
    "source-media",
    "source-criminal",
    "source-named",
    "source-common",
    "target-government",
    "target-military",
    "target-police",
    "target-armed",
    "target-party",
    "target-civilian",
    "target-body",
    "target-business",
    "target-media",
    "target-criminal",
    "target-named",
    "target-common",
    "with-sport",
    "with-show",
    "with-trade",
    "with-accident",
    "with-court",
    "with-memory",
    "with-campaign",
    "with-animal",
    "with-tech",
    "with-habit",
    "with-violence",
    "with-force",
    "with-crowd",
    "kin",
    "others",
    "topic-court",
    "topic-campaign",
    "topic-tech",
    "plural",
    "naked",
    "past-year",
    "long-ago",
    "of-sport",
    "of-shows",
    "of-trade",
];

/// The features of a candidate, in the order of their names.
pub fn features(candidate: &Candidate, scope: &Scope) -> Vec<f32> {
    let mut values = told(candidate, scope).to_vec();
    values.extend(reasons(candidate));
    values.extend(LABELS.map(|label| yes(candidate.label == label)));
    values.extend(roles(&candidate.sources));
    values.extend(roles(&candidate.targets));
    values.extend(surroundings(candidate, &scope.classes));
    values.extend(story(candidate, scope));
    debug_assert_eq!(values.len(), NAMES.len());
    values
}

/// Where the head of a trigger stands in the tree.
const LABELS: [Label; 13] = [
    Label::Root,
    Label::Nsubj,
    Label::Obj,
    Label::Obl,
    Label::Nmod,
    Label::Conj,
    Label::Acl,
    Label::AclRelcl,
    Label::Advcl,
    Label::Ccomp,
    Label::Xcomp,
    Label::Parataxis,
    Label::Appos,
];

/// Why it is not told as a happening, and whether it is known all the same.
fn reasons(candidate: &Candidate) -> [f32; 9] {
    let mut values = [0.0; 9];
    if let Reality::Unreal(why) = candidate.judgement.reality {
        let place = match why {
            "negated" => 0,
            "only possible" => 1,
            "condition" => 2,
            "no deed" => 3,
            "wished or threatened" => 4,
            "purpose" => 5,
            "striven for" => 6,
            _ => 7,
        };
        values[place] = 1.0;
        values[8] = yes(candidate.judgement.definite);
    }
    values
}

/// Of what kinds the actors of a role are.
fn roles(actors: &[Actor]) -> [f32; 12] {
    let mut values = [0.0; 12];
    for actor in actors {
        let place = match actor.kind {
            ActorKind::Government => 0,
            ActorKind::Military => 1,
            ActorKind::Police => 2,
            ActorKind::ArmedGroup => 3,
            ActorKind::Party => 4,
            ActorKind::Civilian => 5,
            ActorKind::Igo | ActorKind::Ngo => 6,
            ActorKind::Business => 7,
            ActorKind::Media => 8,
            ActorKind::Criminal => 9,
            ActorKind::Unknown if actor.name.starts_with(char::is_uppercase) => 10,
            ActorKind::Unknown => 11,
        };
        values[place] = 1.0;
    }
    values
}

/// The classes of the words in the sentence.
fn surroundings(candidate: &Candidate, classes: &Classes) -> [f32; 13] {
    let near = |class: u64| yes(candidate.around & class != 0);
    [
        near(classes.sport),
        near(classes.show),
        near(classes.trade),
        near(classes.accident),
        near(classes.court),
        near(classes.memory),
        near(classes.campaign),
        near(classes.animal),
        near(classes.tech),
        near(classes.habit),
        near(classes.violence),
        near(classes.force),
        near(classes.crowd),
    ]
}

/// A date longer ago than this is no news, in days.
const YEAR: i64 = 366;

/// What the rest of the story adds.
fn story(candidate: &Candidate, scope: &Scope) -> [f32; 12] {
    let sentence = candidate.trigger.at.sentence;
    let elsewhere = scope.mentions.triggers.iter().filter(|other| other.at.sentence != sentence);
    let (mut kin, mut others) = (0.0_f32, 0.0_f32);
    for other in elsewhere {
        if other.kind == candidate.trigger.kind { kin += 1.0 } else { others += 1.0 }
    }
    let age = candidate.date.as_ref().map(|date| (scope.published - date.interval.end).num_days());
    let year = candidate.date.as_ref().is_some_and(|date| date.precision == Precision::Year);
    [
        kin.ln_1p(),
        others.ln_1p(),
        scope.topic.court.min(8.0),
        scope.topic.campaign.min(8.0),
        scope.topic.tech.min(8.0),
        yes(matches!(candidate.tag, Tag::Nns | Tag::Nnps)),
        yes(candidate.naked),
        yes(year),
        yes(age.is_some_and(|age| age > YEAR)),
        yes(scope.topic.is_mainly(scope.topic.sport)),
        yes(scope.topic.is_mainly(scope.topic.show)),
        yes(scope.topic.is_mainly(scope.topic.trade)),
    ]
}

/// Whether somebody acts for a state, a body of states, a force or the law.
pub fn acts(actor: &Actor) -> bool {
    let kinds = [
        ActorKind::Government,
        ActorKind::Military,
        ActorKind::Police,
        ActorKind::ArmedGroup,
        ActorKind::Igo,
    ];
    kinds.contains(&actor.kind) || actor.country.is_some()
}

/// What the sentence tells of the candidate.
fn told(candidate: &Candidate, scope: &Scope) -> [f32; 50] {
    let judgement = &candidate.judgement;
    let known = |actors: &[Actor]| actors.iter().any(|a| a.kind != ActorKind::Unknown);
    let acting = |actors: &[Actor]| actors.iter().any(acts);
    let tense = |tense: Tense| yes(judgement.tense == tense);
    let missing = candidate.has_needs && !candidate.needs_met;
    let late = !candidate.title && candidate.ordinal > 2;
    let (sources, targets) = (&candidate.sources, &candidate.targets);
    let context =
        !sources.is_empty() || !targets.is_empty() || candidate.place.is_some() || candidate.date.is_some();
    let toll = candidate.counts.any();
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

/// A trigger's word as the file of weights names it: "arrest:to-hold" for the verb, "meeting:a-talk" for the noun.
pub fn word(kind: &str, lemma: &str, verbal: bool) -> String {
    format!("{kind}:{}{lemma}", if verbal { "to-" } else { "a-" })
}

/// The weights of the models, in the order of their features.
pub struct Models<'k> {
    kinds: &'k Kinds,
    believed: Vec<f32>,
    company: Vec<f32>,
    dates: Vec<f32>,
    today: Vec<f32>,
    today_candidate: Vec<f32>,
    place: Vec<f32>,
    source: Vec<f32>,
    target: Vec<f32>,
    pairs: Vec<f32>,
    pairs_known: Vec<f32>,
    pairs_new: Vec<f32>,
}

impl<'k> Models<'k> {
    pub fn of(kinds: &'k Kinds) -> Models<'k> {
        let section = |name: &str, features: &[&str]| -> Vec<f32> {
            let weights = kinds.weights(name);
            let weight = |feature: &&str| weights.and_then(|w| w.get(*feature)).copied().unwrap_or(0.0);
            features.iter().map(weight).collect()
        };
        Models {
            kinds,
            believed: section("weights", &NAMES),
            company: section("company", company::feature_names()),
            dates: section("dates", offer::feature_names()),
            today: section("today", &TODAY_NAMES),
            today_candidate: section("today-candidate", &NAMES),
            place: section("place", scene::offer::feature_names()),
            source: section("source", cast::offer::feature_names()),
            target: section("target", cast::offer::feature_names()),
            pairs: section("pairs", join::feature_names()),
            pairs_known: section("pairs-known", &NAMES),
            pairs_new: section("pairs-new", &NAMES),
        }
    }

    /// Whether the kind was among those that the weights were fitted on.
    pub fn knows(&self, kind: &str) -> bool {
        self.kinds.weights("kinds").is_some_and(|weights| weights.contains_key(kind))
    }

    /// Weights with what a kind adds to those of some features.
    fn of_kind(
        &self,
        weights: &[f32],
        section: &str,
        kind: &str,
        names: &[&str],
        adds: fn(&str) -> bool,
    ) -> Vec<f32> {
        let own = |name: &str| if adds(name) { self.of_name(section, &part(kind, name)) } else { 0.0 };
        names.iter().zip(weights).map(|(name, weight)| weight + own(name)).collect()
    }

    fn of_name(&self, section: &str, name: &str) -> f32 {
        self.kinds.weights(section).and_then(|weights| weights.get(name)).copied().unwrap_or(0.0)
    }
}

pub fn sum(weights: &[f32], values: &[f32]) -> f32 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

/// From what speaks for and against to a likelihood from 0 to 1.
pub fn likelihood(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}

/// Weighs a candidate by all that its own features say: whether it is believed, and what it brings to being joined.
pub fn weigh(candidate: &mut Candidate, scope: &Scope) {
    let models = &scope.models;
    let kind = &scope.kind(&candidate.trigger).name;
    let values = features(candidate, scope);
    let own = models.of_name("lemmas", &word(kind, &candidate.lemma, candidate.verbal));
    candidate.score = likelihood(sum(&models.believed, &values) + models.of_name("kinds", kind) + own);
    candidate.as_known = sum(&models.pairs_known, &values);
    candidate.as_new = sum(&models.pairs_new, &values) + models.of_name("pairs-kinds", kind);
}

/// Weighs a candidate anew by what the story tells beside it.
pub fn weigh_in_company(candidate: &mut Candidate, company: &[f32], scope: &Scope) {
    let models = &scope.models;
    let own = models.of_name("company-kinds", &scope.kind(&candidate.trigger).name);
    candidate.score = likelihood(sum(&models.company, company) + own);
}

/// How likely two candidates tell one happening; `values` are what `join` says of them.
pub fn joined(models: &Models, known: &Candidate, new: &Candidate, values: &[f32]) -> f32 {
    likelihood(sum(&models.pairs, values) + known.as_known + new.as_new)
}

/// What speaks for the places that events of a kind are offered, against each other.
pub fn of_places(models: &Models, kind: &str) -> Vec<f32> {
    let names = scene::offer::feature_names();
    models.of_kind(&models.place, "place-kinds", kind, names, scene::offer::is_by_kind)
}

/// What speaks for somebody's having done an event of a kind, and for having suffered it.
pub fn of_people(models: &Models, kind: &str) -> [Vec<f32>; 2] {
    let of = |weights: &[f32], section: &str| {
        models.of_kind(weights, section, kind, cast::offer::feature_names(), cast::offer::is_by_kind)
    };
    [of(&models.source, "source-kinds"), of(&models.target, "target-kinds")]
}

/// What single words beside an offer say for it; a word that the file does not have says nothing.
pub fn of_words(models: &Models, section: &str, words: &[String]) -> f32 {
    words.iter().map(|word| models.of_name(section, word)).sum()
}

/// What somebody is to an event of a kind, as the file of weights names it.
pub fn part(kind: &str, feature: &str) -> String {
    format!("{kind}:{feature}")
}

/// What speaks for the date that an event is offered, against its other offers.
pub fn dated(models: &Models, offer: &[f32]) -> f32 {
    sum(&models.dates, offer)
}

/// What speaks for the publication day, beside what the offer says, by the event's first mention.
pub fn today(candidate: &Candidate, scope: &Scope) -> f32 {
    let models = &scope.models;
    sum(&models.today, &today_features(candidate, scope))
        + sum(&models.today_candidate, &features(candidate, scope))
        + models.of_name("today-kinds", &scope.kind(&candidate.trigger).name)
}

const TODAY_OWN_NAMES: [&str; 41] = [
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
    "root-present",
    "root-past",
    "root-perfect",
    "root-none",
    "said-perfect",
    "said-present",
    "brief-perfect",
    "brief-circumstance",
    "brief-depth",
    "date-beside",
    "date-in-story",
    "ongoing",
    "sentence",
    "brief-root-present",
    "asks",
];

const TODAY_SIZE: usize = TODAY_OWN_NAMES.len() + tie::NAMES.len();

/// Those of the tie to the sentence's main word stand last.
const TODAY_NAMES: [&str; TODAY_SIZE] = values::names(&TODAY_OWN_NAMES, &tie::NAMES);

pub fn today_names() -> &'static [&'static str] {
    &TODAY_NAMES
}

/// What speaks for a report of the publication day, in the order of the names.
pub fn today_features(candidate: &Candidate, scope: &Scope) -> [f32; TODAY_SIZE] {
    let (judgement, shape) = (&candidate.judgement, &scope.shape);
    let tense = |tense: Tense| yes(judgement.tense == tense);
    let lead = !candidate.title && candidate.ordinal == 0;
    let toll = candidate.counts.killed.is_some() || candidate.counts.injured.is_some();
    let own: [f32; TODAY_OWN_NAMES.len()] = [
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
        yes(candidate.root == Tense::Present),
        yes(candidate.root == Tense::Past),
        yes(candidate.root == Tense::Perfect),
        yes(candidate.root == Tense::None),
        yes(judgement.attributed && judgement.tense == Tense::Perfect),
        yes(judgement.attributed && judgement.tense == Tense::Present),
        yes(shape.brief && judgement.tense == Tense::Perfect),
        yes(shape.brief && judgement.circumstance),
        if shape.brief { judgement.depth.min(3) as f32 } else { 0.0 },
        yes(candidate.date_beside),
        yes(scope.dated),
        yes(candidate.ongoing),
        (candidate.ordinal as f32).ln_1p(),
        yes(shape.brief && candidate.root == Tense::Present),
        yes(shape.asks),
    ];
    let mut values = [0.0; TODAY_SIZE];
    values[..own.len()].copy_from_slice(&own);
    tie::put(&candidate.stance, &mut values);
    values
}
