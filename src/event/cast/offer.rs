//! Everybody whom the sentences of an event name, with what speaks for their having done it or suffered it.
//!
//! Owns who is offered and the features. The weights are data (`config/lexicon/confidence.toml`), fitted on annotated
//! news.

use super::by_rule;
use crate::event::Role;
use crate::event::candidate::{Candidate, Scope};
use crate::event::dating::offer::lead;
use crate::event::frame::is_building;
use crate::event::reading::Reading;
use crate::event::reality::Tense;
use crate::event::values::{self, at, set, yes};
use crate::lexicon::ActorKind;
use crate::lexicon::kinds::cue::Cue;
use crate::mention::{Actor, PlaceClass};
use crate::text::{Label, Tag};

/// So many sentences of an event, and so many people of a sentence, are looked at.
const SENTENCES_MAX: usize = 5;
const HEADS_MAX: usize = 24;

const NAMES: [&str; 84] = [
    "bias",
    "rule-source",
    "rule-target",
    "rule-source-only",
    "rule-target-only",
    "rule-has-source",
    "rule-has-target",
    "agent",
    "agent-first",
    "patient",
    "patient-first",
    "concerned",
    "before",
    "behind",
    "near",
    "far",
    "in-clause",
    "of-trigger",
    "of-verb-above",
    "above-trigger",
    "says",
    "title",
    "lead-mention",
    "late-mention",
    "elsewhere",
    "named",
    "canonical",
    "country-known",
    "pronoun",
    "plural",
    "determined",
    "counted",
    "town",
    "country",
    "within",
    "verbal",
    "passive",
    "present",
    "told-again",
    "is-government",
    "is-military",
    "is-police",
    "is-armed",
    "is-party",
    "is-civilian",
    "is-body",
    "is-business",
    "is-media",
    "is-criminal",
    "is-unknown",
    "at-nsubj",
    "at-nsubj-pass",
    "at-obj",
    "at-obl",
    "at-agent",
    "at-nmod",
    "at-compound",
    "at-poss",
    "at-amod",
    "at-appos",
    "at-conj",
    "at-root",
    "case-by",
    "case-of",
    "case-in",
    "case-on",
    "case-with",
    "case-between",
    "case-against",
    "case-from",
    "case-to",
    "case-for",
    "case-none",
    "thing",
    "weapon",
    "one-word",
    "long",
    "in-title",
    "in-lead",
    "root-subject",
    "between-first",
    "between-second",
    "joint-first",
    "joint-second",
];

const SIZE: usize = NAMES.len();

pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// Somebody, with what speaks for a part in the event, in the order of the names.
#[derive(Debug, Clone)]
pub struct Offer {
    pub actor: Actor,
    pub values: [f32; SIZE],
    /// The noun by which somebody without a name is told, as the file of weights names it.
    pub words: Vec<String>,
}

impl Offer {
    /// Source and target by the rule alone, as likelihoods.
    pub fn by_rule(&self) -> [f32; 2] {
        [self.values[at!("rule-source")], self.values[at!("rule-target")]]
    }

    /// What counts for more or less with the kind of the event.
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let told = NAMES.iter().zip(self.values);
        told.filter(|(name, value)| *value != 0.0 && is_by_kind(name)).map(|(name, value)| (*name, value))
    }
}

/// The parts by rule and by tree, and what somebody is: an army suffers a capture, a crowd does a protest.
pub fn is_by_kind(name: &str) -> bool {
    ["is-", "at-", "case-", "of-", "between-", "joint-"].iter().any(|group| name.starts_with(group))
        || matches!(name, "bias" | "rule-source" | "rule-target" | "agent" | "patient" | "country")
}

/// Everybody, each once: first whom the rule has, then in the order of the text.
pub fn offers(scope: &Scope, readings: &[Reading], candidates: &[Candidate], group: &[usize]) -> Vec<Offer> {
    let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
    let first = &candidates[lead(candidates, group)];
    let kind = scope.kind(&first.trigger);
    let rule = by_rule(scope, &members, kind);
    let count = |role: Role| rule.iter().filter(|(of, _)| *of == role).count();
    let (sources, targets) = (count(Role::Source), count(Role::Target));
    let mut offers: Vec<Offer> = Vec::new();
    for (role, actor) in &rule {
        let mut values = [0.0; SIZE];
        let (own, only, alone) = match role {
            Role::Source => (at!("rule-source"), at!("rule-source-only"), sources == 1),
            Role::Target => (at!("rule-target"), at!("rule-target-only"), targets == 1),
        };
        set(&mut values, own, 1.0);
        set(&mut values, only, yes(alone));
        add(&mut offers, actor.clone(), values, None);
    }
    let mut sentences: Vec<usize> = members.iter().map(|m| m.trigger.at.sentence).collect();
    sentences.dedup();
    for sentence in sentences.into_iter().take(SENTENCES_MAX) {
        let Ok(place) = readings.binary_search_by_key(&sentence, |reading| reading.sentence) else {
            continue;
        };
        let reading = &readings[place];
        let here: Vec<&Candidate> =
            members.iter().copied().filter(|m| m.trigger.at.sentence == sentence).collect();
        let heads = (0..reading.len()).filter(|&t| may_be_somebody(scope, reading, &here, t));
        for token in heads.take(HEADS_MAX) {
            for actor in scope.mentions.actors.at_heads(sentence, token) {
                // A pronoun's name may stand in another sentence.
                let own = actor.at.sentence == sentence && actor.head < reading.len();
                let token = if own { actor.head } else { token };
                let values = weigh(scope, reading, &here, first, token);
                let common = !actor.name.starts_with(char::is_uppercase);
                let word = Some(reading.lemma(token)).filter(|_| common && own);
                add(&mut offers, actor, values, word);
            }
        }
    }
    for offer in &mut offers {
        set(&mut offer.values, at!("bias"), 1.0);
        set(&mut offer.values, at!("rule-has-source"), yes(sources > 0));
        set(&mut offer.values, at!("rule-has-target"), yes(targets > 0));
        let here = offer.values[at!("before")] + offer.values[at!("behind")] > 0.0;
        set(&mut offer.values, at!("elsewhere"), yes(!here));
        of_actor(&mut offer.values, &offer.actor);
    }
    offers
}

/// The same person or body told twice is one offer, by the name that came first.
fn add(offers: &mut Vec<Offer>, actor: Actor, values: [f32; SIZE], word: Option<&str>) {
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || c == '-');
    let words = word.filter(plain).map(str::to_owned).into_iter().collect();
    let same = |offer: &&mut Offer| {
        offer.actor.name.eq_ignore_ascii_case(&actor.name)
            || offer.actor.canonical.is_some() && offer.actor.canonical == actor.canonical
    };
    match offers.iter_mut().find(same) {
        Some(offer) => {
            let again = offer.values[at!("before")] + offer.values[at!("behind")] > 0.0;
            values::join(&mut offer.values, &values);
            set(&mut offer.values, at!("told-again"), yes(again));
            if offer.words.is_empty() {
                offer.words = words;
            }
        }
        None => offers.push(Offer { actor, values, words }),
    }
}

/// Nouns, names and pronouns that head a phrase, and nationalities before a noun; not the deed's own words or a day.
fn may_be_somebody(scope: &Scope, reading: &Reading, here: &[&Candidate], token: usize) -> bool {
    let own = here.iter().any(|m| m.trigger.head == token);
    let timed = || {
        let inside =
            |at: crate::text::At| at.sentence == reading.sentence && at.first <= token && token < at.end;
        scope.mentions.whens.iter().any(|when| inside(when.at))
    };
    let tag = reading.tag(token);
    let label = reading.label(token);
    let name = tag.is_proper();
    let heads = match label {
        Label::Flat | Label::Case | Label::Det | Label::Nummod | Label::Goeswith => false,
        // "Prime Minister" before a name is the one who is named.
        Label::NmodDesc => !reading.head(token).is_some_and(|head| reading.tag(head).is_proper()),
        // "The embassy attack": the building is what was struck.
        Label::Compound => {
            name || matches!(tag, Tag::Nns)
                || is_role(scope, reading, token)
                || is_building(reading.word(token))
        }
        Label::Amod => {
            tag == Tag::Jj && reading.document.word(reading.sentence, token).starts_with(char::is_uppercase)
        }
        _ => true,
    };
    heads
        && !own
        && (tag.is_noun()
            // "A civilian", "the wounded": what an article makes a noun.
            || tag == Tag::Jj && reading.child(token, Label::Det).is_some()
            || tag == Tag::Prp || tag == Tag::PrpS || label == Label::Amod || tag == Tag::Cd)
        && !timed()
}

/// A common noun for those who fight or keep order: "militant attacks".
fn is_role(scope: &Scope, reading: &Reading, token: usize) -> bool {
    reading.has_class(token, scope.classes.force)
}

/// The token by which the tree holds somebody: of several ("the army and police"), of the parts of a name, the first.
fn holder(reading: &Reading, token: usize) -> usize {
    let joined = |&t: &usize| matches!(reading.label(t), Label::Conj | Label::Flat);
    std::iter::successors(Some(token), |t| reading.head(*t).filter(|_| joined(t)))
        .find(|t| !joined(t))
        .unwrap_or(token)
}

/// What one naming says.
fn weigh(
    scope: &Scope,
    reading: &Reading,
    here: &[&Candidate],
    first: &Candidate,
    token: usize,
) -> [f32; SIZE] {
    let mut values = [0.0; SIZE];
    let mut put = |place: usize, condition: bool| set(&mut values, place, yes(condition));
    let top = holder(reading, token);
    let label = reading.label(top);
    let agent = |m: &&&Candidate| m.frame.agents.contains(&token) || m.frame.agents.contains(&top);
    let patient = |m: &&&Candidate| m.frame.patients.contains(&token) || m.frame.patients.contains(&top);
    put(at!("at-conj"), top != token);
    put(at!("agent"), here.iter().any(|m| agent(&m)));
    put(at!("agent-first"), first.trigger.at.sentence == reading.sentence && agent(&&first));
    put(at!("patient"), here.iter().any(|m| patient(&m)));
    put(at!("patient-first"), first.trigger.at.sentence == reading.sentence && patient(&&first));
    put(at!("concerned"), here.iter().any(|m| m.frame.all_patients.contains(&token)));
    let nearest = here.iter().min_by_key(|m| m.trigger.head.abs_diff(token));
    if let Some(member) = nearest {
        let head = member.trigger.head;
        put(at!("before"), token < head);
        put(at!("behind"), token >= head);
        put(at!("near"), head.abs_diff(token) <= 3);
        put(at!("far"), head.abs_diff(token) > 10);
        put(at!("in-clause"), reading.clause_of(token) == reading.clause_of(head));
        put(at!("of-trigger"), reading.head(top) == Some(head));
        put(at!("of-verb-above"), reading.head(head).is_some() && reading.head(top) == reading.head(head));
        put(at!("above-trigger"), reading.is_under(head, token));
        put(at!("verbal"), member.verbal);
        put(at!("passive"), member.verbal && reading.is_passive(head));
        put(at!("present"), member.judgement.tense == Tense::Present);
        put(at!("title"), member.title);
        put(at!("lead-mention"), std::ptr::eq(*member, first));
        put(at!("late-mention"), !std::ptr::eq(*member, first));
    }
    let says = reading.head(top).is_some_and(|verb| {
        label.is_nominal_subject() && reading.kinds.is_cue(Cue::Sayings, reading.lemma(verb))
    });
    put(at!("says"), says);
    put(at!("in-title"), reading.is_title());
    put(at!("in-lead"), reading.sentence == scope.text_start);
    let root = reading.head(top).is_some_and(|verb| reading.head(verb).is_none());
    put(at!("root-subject"), label == Label::Nsubj && root);
    // "A clash between smugglers and guards", "troops and rebels clashed": two sides.
    let first_of_several = top == token && reading.child(token, Label::Conj).is_some();
    let between = matches!(reading.case(top), Some("between"));
    put(at!("between-first"), between && top == token);
    put(at!("between-second"), between && top != token);
    let acts = label.is_nominal_subject()
        && here.iter().any(|m| m.verbal && reading.head(top) == Some(m.trigger.head));
    put(at!("joint-first"), acts && first_of_several);
    put(at!("joint-second"), acts && top != token);
    let tag = reading.tag(token);
    put(at!("pronoun"), tag == Tag::Prp || tag == Tag::PrpS);
    put(at!("plural"), matches!(tag, Tag::Nns | Tag::Nnps));
    put(at!("determined"), reading.child(token, Label::Det).is_some());
    put(at!("counted"), reading.child(token, Label::Nummod).is_some() || tag == Tag::Cd);
    put(at!("thing"), reading.has_class(token, scope.classes.thing));
    put(at!("weapon"), reading.has_class(token, scope.classes.violence));
    for place in scope.mentions.places.iter().filter(|place| {
        place.at.sentence == reading.sentence
            && place.at.first <= token
            && token < place.at.end
            && !place.demonym
    }) {
        put(at!("country"), place.class == PlaceClass::Country);
        put(at!("town"), place.class != PlaceClass::Country);
        put(at!("within"), place.nested);
    }
    if let Some(place) = LABELS.iter().position(|(known, _)| *known == label) {
        put(LABELS[place].1, true);
    }
    match reading.case(token).or_else(|| reading.case(top)) {
        Some("by") => put(at!("case-by"), true),
        Some("of" | "'s") => put(at!("case-of"), true),
        Some("in" | "at" | "near") => put(at!("case-in"), true),
        Some("on" | "upon") => put(at!("case-on"), true),
        Some("with") => put(at!("case-with"), true),
        Some("between" | "among") => put(at!("case-between"), true),
        Some("against" | "toward" | "towards") => put(at!("case-against"), true),
        Some("from") => put(at!("case-from"), true),
        Some("to" | "into") => put(at!("case-to"), true),
        Some("for") => put(at!("case-for"), true),
        _ => put(at!("case-none"), true),
    }
    values
}

const LABELS: [(Label, usize); 11] = [
    (Label::Nsubj, at!("at-nsubj")),
    (Label::NsubjPass, at!("at-nsubj-pass")),
    (Label::Obj, at!("at-obj")),
    (Label::Obl, at!("at-obl")),
    (Label::OblAgent, at!("at-agent")),
    (Label::Nmod, at!("at-nmod")),
    (Label::Compound, at!("at-compound")),
    (Label::NmodPoss, at!("at-poss")),
    (Label::Amod, at!("at-amod")),
    (Label::Appos, at!("at-appos")),
    (Label::Root, at!("at-root")),
];

/// What somebody is, wherever named.
fn of_actor(values: &mut [f32; SIZE], actor: &Actor) {
    let place = match actor.kind {
        ActorKind::Government => at!("is-government"),
        ActorKind::Military => at!("is-military"),
        ActorKind::Police => at!("is-police"),
        ActorKind::ArmedGroup => at!("is-armed"),
        ActorKind::Party => at!("is-party"),
        ActorKind::Civilian => at!("is-civilian"),
        ActorKind::Igo | ActorKind::Ngo => at!("is-body"),
        ActorKind::Business => at!("is-business"),
        ActorKind::Media => at!("is-media"),
        ActorKind::Criminal => at!("is-criminal"),
        ActorKind::Unknown => at!("is-unknown"),
    };
    set(values, place, 1.0);
    let words = actor.name.split(' ').count();
    set(values, at!("one-word"), yes(words == 1));
    set(values, at!("long"), yes(words > 4));
    set(values, at!("named"), yes(actor.name.contains(char::is_uppercase)));
    set(values, at!("canonical"), yes(actor.canonical.is_some()));
    set(values, at!("country-known"), yes(actor.country.is_some()));
}
