//! A trigger with everything that its own sentence tells of it: the unit that is judged and joined.
//!
//! Owns the reading of one trigger. Leaves to `confidence` whether it is believed and to `join` which candidates
//! tell the same happening.

use super::confidence::Models;
use super::count::{self, Counts};
use super::dating::{self, StoryShape};
use super::frame::{self, Frame};
use super::join::gist::Gist;
use super::reading::Reading;
use super::reality::{self, Judgement, Tense};
use super::scene::{self, Scene};
use super::sense::{self, Classes, Evidence, Topic};
use super::tie::{self, Tie};
use super::{EventDate, tense};
use crate::lexicon::kinds::{Form, Kind, Pattern, Sides};
use crate::lexicon::{ActorKind, Lexicon};
use crate::mention::{Actor, Mentions, Place, PlaceClass, Toll, Trigger, When};
use crate::text::{At, Document, Label, Tag};

#[derive(Debug, Clone)]
pub struct Candidate {
    pub trigger: Trigger,
    pub verbal: bool,
    /// The sentence's place among the sentences of its field, from 0.
    pub ordinal: usize,
    pub title: bool,
    pub subtype: Option<String>,
    pub judgement: Judgement,
    pub frame: Frame,
    pub sources: Vec<Actor>,
    pub targets: Vec<Actor>,
    pub date: Option<EventDate>,
    /// Index of the date's expression in the mentions.
    pub when: Option<usize>,
    /// Whether it is news of the publication day where no date is given.
    pub breaks_news: bool,
    /// Index of the place in the mentions.
    pub place: Option<usize>,
    /// A named site within it that the gazetteer does not have.
    pub site: Option<At>,
    pub counts: Counts,
    /// How many happenings the words count together.
    pub count: u32,
    pub needs_met: bool,
    pub has_needs: bool,
    /// Without its needs it tells nothing.
    pub strict: bool,
    /// The story meets the needs, if not the sentence.
    pub story_met: bool,
    /// A participle that stands as an adjective ("the bombed houses").
    pub attributive: bool,
    /// A noun before another noun ("protest leaders").
    pub compound: bool,
    /// The sentence speaks of an accident or an illness.
    pub accident: bool,
    /// The tense of the sentence's main verb.
    pub root: Tense,
    /// How it stands to the sentence's main word.
    pub stance: Tie,
    /// The sentence gives a date that is not this candidate's.
    pub date_beside: bool,
    /// "The ongoing talks".
    pub ongoing: bool,
    /// The label of the trigger's head in the tree.
    pub label: Label,
    pub tag: Tag,
    /// The word classes of the sentence, a bit each.
    pub around: u64,
    /// A noun without article, number or modifier.
    pub naked: bool,
    /// The writer speaks of himself or to the reader.
    pub first_person: bool,
    /// The day that the publication day is counted from this event ("three days after the attack").
    pub counted_back: Option<EventDate>,
    pub trust: f32,
    pub quoted: bool,
    pub question: bool,
    pub lemma: String,
    /// What its sentence speaks of.
    pub gist: Gist,
    /// How likely it tells an event, from 0 to 1.
    pub score: f32,
    /// What it brings to being joined: told before, and told after the other.
    pub as_known: f32,
    pub as_new: f32,
}

/// What every candidate of a document shares.
pub struct Scope<'a> {
    pub document: &'a Document,
    pub mentions: &'a Mentions<'a>,
    pub lexicon: &'a Lexicon,
    pub classes: Classes,
    pub models: Models<'a>,
    pub topic: Topic,
    pub shape: StoryShape,
    pub published: chrono::NaiveDate,
    /// Whether the story gives any date.
    pub dated: bool,
    /// Index of the first sentence of the text.
    pub text_start: usize,
}

impl Scope<'_> {
    pub fn kind(&self, trigger: &Trigger) -> &Kind {
        self.lexicon.kinds.get(trigger.kind)
    }

    pub fn pattern(&self, trigger: &Trigger) -> &Pattern {
        &self.kind(trigger).patterns[trigger.pattern]
    }
}

/// Words of state and office in a hundred, from which a story is about politics.
const POLITICAL: f32 = 3.0;

/// Whether an actor is known to act for a state, a force or a body of states.
fn is_official(actor: &Actor) -> bool {
    actor.country.is_some()
        || matches!(
            actor.kind,
            ActorKind::Government | ActorKind::Military | ActorKind::ArmedGroup | ActorKind::Igo
        )
}

/// Reads one trigger. `beside`: the other triggers of its sentence.
pub fn read(scope: &Scope, reading: &Reading, trigger: &Trigger, beside: &[&Trigger]) -> Candidate {
    let (kind, pattern) = (scope.kind(trigger), scope.pattern(trigger));
    let verbal = match pattern.form {
        Form::Verb => true,
        Form::Noun => false,
        Form::Any => reading.is_verb(trigger.head) && !acts_as_noun(reading, trigger.head),
    };
    let frame = frame::frame(reading, trigger.at, trigger.head, verbal, kind);
    let judgement = reality::judge_of(kind, reading, trigger.head, verbal);
    let (title, ordinal) =
        (reading.is_title(), reading.sentence - if reading.is_title() { 0 } else { scope.text_start });
    let places: Vec<&Place> =
        scope.mentions.places.iter().filter(|p| p.at.sentence == reading.sentence).collect();
    let dated = dated(
        scope,
        reading,
        trigger,
        verbal,
        beside.is_empty() && !judgement.circumstance && judgement.depth <= 1,
    );
    let others: Vec<usize> =
        beside.iter().filter(|other| other.kind != trigger.kind).map(|other| other.head).collect();
    let scene = Scene { reading, trigger, verbal, kind: &kind.name, frame: &frame, others: &others };
    // "The city was retaken": named before, it tells more than a country or nothing does.
    let place = match scene.in_sentence(&places) {
        Some(place) if place.class != PlaceClass::Country => Some(place),
        place => scene
            .recalled(scope)
            .filter(|told| place.is_none_or(|place| scene::is_within(told, place)))
            .or(place),
    };
    let site = scene.site(scope, &places, place);
    let count = if verbal { 1 } else { happenings(scope, reading, trigger.head) };
    let counts = counts(scope, reading, trigger, beside, &frame, count);
    let (mut sources, targets) = actors(scope, reading, &frame, trigger, beside);
    // A town where it happened did nothing: "the Kabul bombing", "visited Kabul".
    if let Some(place) = place.filter(|place| place.class != PlaceClass::Country) {
        sources.retain(|actor| {
            actor.at.first >= place.at.end || place.at.first >= actor.at.end || actor.at.end > place.at.end
        });
    }
    let evidence = Evidence {
        reading,
        trigger,
        frame: &frame,
        places: &places,
        classes: &scope.classes,
        offices: scope.topic.politics >= POLITICAL || sources.iter().chain(&targets).any(is_official),
    };
    Candidate {
        verbal,
        ordinal,
        title,
        subtype: subtype(kind, pattern, reading, trigger),
        breaks_news: dating::breaks_news(&judgement, &scope.shape, title, ordinal),
        date: dated
            .as_ref()
            .map(|(_, date)| date.clone())
            .or_else(|| dating::since(reading, &judgement, scope.mentions.whens.iter(), scope.published)),
        when: dated.and_then(|(when, _)| scope.mentions.whens.iter().position(|w| std::ptr::eq(w, when))),
        site,
        place: place.and_then(|place| scope.mentions.places.iter().position(|p| std::ptr::eq(p, place))),
        counts,
        count,
        needs_met: evidence.meets(pattern),
        has_needs: !(pattern.needs.is_empty() && pattern.with.is_empty()),
        strict: pattern.strict,
        story_met: sense::met_by_story(pattern, &scope.topic),
        attributive: verbal && reading.label(trigger.head) == Label::Amod,
        trust: pattern.trust,
        quoted: is_quoted(reading, trigger.head),
        question: reading.words.last().is_some_and(|w| w == "?"),
        lemma: reading.lemma(trigger.head).to_owned(),
        gist: Gist::of(reading, trigger.head),
        root: reading.root().map_or(Tense::None, |root| tense::tense_of(reading, root)),
        stance: tie::to_root(reading, trigger.head),
        date_beside: false,
        ongoing: reading.children(trigger.head).iter().any(|&c| goes_on(reading.word(c))),
        label: reading.label(trigger.head),
        tag: reading.tag(trigger.head),
        around: reading.classes.iter().fold(0, |all, class| all | class),
        naked: !verbal && reading.children(trigger.head).is_empty(),
        compound: !verbal && reading.label(trigger.head) == Label::Compound,
        accident: (0..reading.len())
            .filter(|&t| t < trigger.at.first || t >= trigger.at.end)
            .any(|t| reading.has_class(t, scope.classes.accident)),
        first_person: reading.words.iter().any(|w| {
            matches!(w.as_str(), "i" | "you" | "your" | "my" | "me" | "we" | "us" | "our" | "i'm" | "n't")
        }),
        counted_back: dating::counted_back(reading, trigger, scope),
        score: 0.0,
        as_known: 0.0,
        as_new: 0.0,
        trigger: trigger.clone(),
        judgement,
        frame,
        sources,
        targets,
    }
}

/// "The ongoing talks".
fn goes_on(word: &str) -> bool {
    matches!(word, "ongoing" | "continuing" | "current" | "latest")
}

/// The date that the sentence gives the trigger, by the tree; `lone`: or because nothing else is told there.
fn dated<'s>(
    scope: &'s Scope,
    reading: &Reading,
    trigger: &Trigger,
    verbal: bool,
    lone: bool,
) -> Option<(&'s When, EventDate)> {
    let whens = || scope.mentions.whens.iter().filter(|when| !dating::counts_from(when, trigger));
    let own = dating::in_sentence(reading, trigger.head, verbal, whens());
    own.or_else(|| if lone { dating::alone(reading, whens()) } else { None })
}

/// How many happenings a noun counts.
fn happenings(scope: &Scope, reading: &Reading, head: usize) -> u32 {
    let dates = |t: usize| {
        let inside = |at: At| at.sentence == reading.sentence && (at.first..at.end).contains(&t);
        scope.mentions.whens.iter().any(|when| inside(when.at))
    };
    count::happenings(reading, head, dates)
}

/// The people that the trigger counts. `count`: how many happenings it counts.
fn counts(
    scope: &Scope,
    reading: &Reading,
    trigger: &Trigger,
    beside: &[&Trigger],
    frame: &Frame,
    count: u32,
) -> Counts {
    let tolls: Vec<&Toll> =
        scope.mentions.tolls.iter().filter(|t| t.at.sentence == reading.sentence).collect();
    let rivals: Vec<usize> =
        beside.iter().filter(|other| other.kind == trigger.kind).map(|other| other.head).collect();
    let mut counts =
        count::counts(reading, trigger.head, count::harm_of(&scope.kind(trigger).name), &rivals, &tolls);
    let one = || {
        is_lethal(reading, trigger) && count::single_victim(reading, frame, &scope.classes)
            || count::is_died_of(reading, trigger.head, &scope.classes)
    };
    if counts.killed.is_none() && one() {
        counts.killed = Some(1);
    }
    // "Two killings": so many died.
    if counts.killed.is_none() && count > 1 && is_lethal(reading, trigger) {
        counts.killed = Some(count);
    }
    counts
}

/// A word that may be both stands as a noun after an article or an adjective.
fn acts_as_noun(reading: &Reading, head: usize) -> bool {
    reading.children(head).iter().any(|&c| matches!(reading.label(c), Label::Det | Label::Amod))
        || head.checked_sub(1).is_some_and(|t| matches!(reading.tag(t), Tag::Dt | Tag::PrpS))
}

/// Whether the trigger says by itself that somebody died.
fn is_lethal(reading: &Reading, trigger: &Trigger) -> bool {
    let head = reading.lemma(trigger.head);
    let within = || trigger.at.first..trigger.at.end;
    let dead = within().any(|t| matches!(reading.word(t), "dead" | "death" | "kill"))
        || head == "gun" && within().any(|t| reading.word(t) == "down");
    // "The fatal stabbing of", "fatally shot", "the shooting death of".
    let beside =
        |words: &[&str]| reading.children(trigger.head).iter().any(|&c| words.contains(&reading.word(c)));
    let death = reading.label(trigger.head) == Label::Compound
        && reading.head(trigger.head).is_some_and(|noun| reading.lemma(noun) == "death");
    let verbs = ["kill", "murder", "assassinate", "behead", "slay", "execute", "lynch", "massacre"];
    let nouns = ["assassination", "killing", "slaying", "beheading", "lynching"];
    !beside(&["attempted"])
        && (dead || death || beside(&["fatal", "fatally"]) || verbs.contains(&head) || nouns.contains(&head))
}

/// Whom the arguments denote. Weapons, deeds and things do nothing of themselves; a town that somebody visits is
/// where, not who.
fn actors(
    scope: &Scope,
    reading: &Reading,
    frame: &Frame,
    trigger: &Trigger,
    beside: &[&Trigger],
) -> (Vec<Actor>, Vec<Actor>) {
    let one_side = scope.kind(trigger).sides == Sides::One;
    // Who is hurt by an attack is told by its toll, unless it says more of them.
    let nameless = scope.kind(trigger).name == "attack";
    let is_deed = |t: usize| {
        std::iter::once(&trigger)
            .chain(beside)
            .any(|deed| deed.at.first <= t && t < deed.at.end && deed.head == t)
    };
    let is_town = |t: usize| {
        let towns = [PlaceClass::City, PlaceClass::Admin, PlaceClass::Region, PlaceClass::Water];
        scope.mentions.places.iter().any(|p| {
            !p.demonym
                && p.at.sentence == reading.sentence
                && p.at.first <= t
                && t < p.at.end
                && towns.contains(&p.class)
                && (matches!(reading.label(t), Label::Obj | Label::Compound)
                    || reading.case(t).is_some_and(|c| matches!(c, "in" | "at" | "to")))
        })
    };
    let read = |tokens: &[usize], source: bool| {
        let mut found: Vec<Actor> = Vec::new();
        for &token in tokens {
            // "both sides": the two that were named before.
            if matches!(reading.word(token), "sides" | "parties") {
                let both = scope.mentions.actors.at_heads(reading.sentence, token);
                if both.len() > 1 {
                    found.extend(both);
                    continue;
                }
            }
            let thing =
                reading.has_class(token, scope.classes.thing) && (source || one_side || is_deed(token));
            let scene = is_town(token) && (one_side || reading.label(token) == Label::Compound);
            if scene {
                continue;
            }
            // "Four Russian missiles struck": the weapon's owner did it.
            let owner = reading.children(token).iter().copied().find(|&c| frame::owns(reading, c));
            let token = match owner.filter(|_| thing && source && !one_side) {
                Some(owner) => owner,
                None if thing => continue,
                None => token,
            };
            for actor in scope.mentions.actors.at_heads(reading.sentence, token) {
                // The name before a weapon may be the weapon's own.
                let weapon = thing && source && actor.kind == ActorKind::Unknown;
                let empty = weapon
                    || nameless && !source && is_bare(&actor.name)
                    || reading.has_class(token, scope.classes.thing)
                        && actor.name.to_lowercase() == reading.word(token);
                if !empty && !found.iter().any(|known| known.name == actor.name) {
                    found.push(actor);
                }
            }
        }
        found
    };
    let mut sources = read(&frame.agents, true);
    let mut targets = read(&frame.patients, false);
    // "Clashes between the army and the rebels": the first named is the doer.
    let between = frame.agents.iter().any(|&t| reading.case(t) == Some("between"));
    if !one_side && between && sources.len() > 1 && targets.is_empty() {
        targets = sources.split_off(1);
    }
    if sources.is_empty() {
        sources = implied(scope, reading, trigger);
    }
    targets.retain(|target| !sources.iter().any(|source| source.name == target.name));
    (sources, targets)
}

/// "people", "dozens": so many of nobody in particular.
pub fn is_bare(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or("");
    let amount = |word: &str| {
        matches!(
            word,
            "dozens" | "hundreds" | "thousands" | "millions" | "scores" | "others" | "people" | "persons"
        )
    };
    let counted = name
        .split(' ')
        .all(|word| amount(word) || crate::mention::toll::number_of(&word.to_lowercase()).is_some());
    amount(last.to_lowercase().as_str()) && counted
}

/// Police who tell of an arrest made it.
fn implied(scope: &Scope, reading: &Reading, trigger: &Trigger) -> Vec<Actor> {
    if scope.kind(trigger).name != "arrest" {
        return Vec::new();
    }
    let tells = |&verb: &usize| {
        matches!(reading.lemma(verb), "say" | "announce" | "confirm" | "report" | "reveal" | "tell" | "state")
    };
    reading
        .upward(trigger.head)
        .skip(1)
        .filter(tells)
        .filter_map(|verb| reading.subject_child(verb))
        .map(|subject| scope.mentions.actors.at_heads(reading.sentence, subject))
        .find(|found| found.iter().any(|actor| actor.kind == ActorKind::Police))
        .unwrap_or_default()
}

/// The pattern's own subtype, else what words beside the trigger say, else what words of the clause say.
fn subtype(kind: &Kind, pattern: &Pattern, reading: &Reading, trigger: &Trigger) -> Option<String> {
    let own = trigger.at.first.saturating_sub(3)..(trigger.at.end + 2).min(reading.len());
    let hit = |range: std::ops::Range<usize>, close: bool| {
        kind.subtypes
            .iter()
            .filter(|subtype| subtype.close || !close)
            .find(|subtype| range.clone().any(|t| subtype.words.iter().any(|w| w == reading.word(t))))
            .map(|subtype| subtype.name.clone())
    };
    hit(trigger.at.first..trigger.at.end, false)
        .or_else(|| pattern.subtype.clone())
        .or_else(|| hit(own, true))
        .or_else(|| hit(clause_range(reading, trigger.head), false))
}

/// The words around a trigger up to the clause's commas.
fn clause_range(reading: &Reading, head: usize) -> std::ops::Range<usize> {
    let stop = |t: usize| matches!(reading.word(t), ";" | "." | ":" | "—" | "–");
    let first = (0..head).rev().find(|&t| stop(t)).map_or(0, |t| t + 1);
    let end = (head..reading.len()).find(|&t| stop(t)).unwrap_or(reading.len());
    first..end
}

/// Whether the trigger stands within quotation marks in its sentence.
fn is_quoted(reading: &Reading, head: usize) -> bool {
    let marks = |range: std::ops::Range<usize>| {
        range.filter(|&t| matches!(reading.word(t), "\"" | "“" | "”" | "``" | "''")).count()
    };
    marks(0..head) % 2 == 1 && marks(head..reading.len()) > 0
}
