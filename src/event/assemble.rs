//! From the mentions of one story to its events.
//!
//! Owns the order of the work: read each trigger in its sentence, believe or drop it, join what tells the same
//! happening, settle what the event is. Each step is a file of its own.

use super::candidate::{self, Candidate, Scope};
use super::company::Member;
use super::dating::StoryShape;
use super::dating::offer::{Dates, Offer};
use super::reading::Reading;
use super::reality::{self, Reality, Tense};
use super::sense::{self, Classes};
use super::{Event, cast, company, confidence, join, scene, settle, unlike};
use super::{dating, tense};
use crate::lexicon::Lexicon;
use crate::lexicon::kinds::Sides;
use crate::lexicon::kinds::cue::Cue;
use crate::mention::{Context, Mentions, Trigger};
use crate::text::{Document, Field};
use std::collections::BTreeMap;

/// Texts of no more sentences are feed items or lines of a chronicle, whose reports are today's.
const BRIEF_SENTENCES: usize = 4;
/// A story yields no more events than this.
const EVENTS_MAX: usize = 200;

/// Why a candidate is no event of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Part of the event of this number.
    Event(usize),
    Unreal(&'static str),
    /// Below the line.
    Unlikely,
}

/// The events, with every candidate that was weighed.
pub struct Trace {
    pub events: Vec<Event>,
    pub candidates: Vec<Candidate>,
    /// One a candidate.
    pub verdicts: Vec<Verdict>,
    /// One a candidate: the values that `confidence` weighs.
    pub features: Vec<Vec<f32>>,
    /// One a candidate: how it stands among the others.
    pub members: Vec<Member>,
    /// One a candidate: the values that speak for the publication day.
    pub today: Vec<Vec<f32>>,
    /// One an event: the people that it was offered.
    pub casts: Vec<Vec<cast::offer::Offer>>,
    /// One an event: the places that it was offered.
    pub places: Vec<Vec<scene::offer::Offer>>,
    /// For each event as somebody who knows tells them apart: the candidates that tell it, and the dates that they are
    /// offered together.
    pub told: Vec<(Vec<usize>, Vec<Offer>)>,
    /// Two candidates of one kind that may be one (first, second), with the values that `join` weighs.
    pub pairs: Vec<(usize, usize, Vec<f32>)>,
}

/// The events of a document, in the order in which it first tells them.
pub fn assemble(
    document: &Document,
    mentions: &Mentions,
    lexicon: &Lexicon,
    context: &Context,
) -> Vec<Event> {
    weigh(document, mentions, lexicon, context, None).events
}

/// As `assemble`, with the candidates, what became of them, and the values that were weighed.
pub fn trace(document: &Document, mentions: &Mentions, lexicon: &Lexicon, context: &Context) -> Trace {
    trace_told(document, mentions, lexicon, context, &|_| None)
}

/// The number of the event that a candidate tells; None where it tells none.
pub type Told<'t> = &'t dyn Fn(&Candidate) -> Option<usize>;

/// As `trace`, where somebody knows which candidates tell which event.
pub fn trace_told(
    document: &Document,
    mentions: &Mentions,
    lexicon: &Lexicon,
    context: &Context,
    told: Told,
) -> Trace {
    weigh(document, mentions, lexicon, context, Some(told))
}

/// `told`: given where the weighed values are kept too.
fn weigh(
    document: &Document,
    mentions: &Mentions,
    lexicon: &Lexicon,
    context: &Context,
    told: Option<Told>,
) -> Trace {
    let classes = Classes::of(&lexicon.kinds);
    let text_start = document.sentences.partition_point(|s| s.field == Field::Title);
    let mut readings = Vec::new();
    for trigger in &mentions.triggers {
        if readings.last().is_none_or(|r: &Reading| r.sentence != trigger.at.sentence) {
            readings.push(Reading::new(document, trigger.at.sentence, &lexicon.kinds));
        }
    }
    let scope = Scope {
        document,
        mentions,
        lexicon,
        classes,
        models: confidence::Models::of(&lexicon.kinds),
        topic: sense::topic(document, &lexicon.kinds, &classes),
        shape: shape(document, lexicon, text_start),
        published: context.published,
        dated: mentions.whens.iter().any(|when| dating::date_of(when).is_some()),
        text_start,
    };
    let mut candidates = Vec::new();
    for reading in &readings {
        let here: Vec<&Trigger> =
            mentions.triggers.iter().filter(|t| t.at.sentence == reading.sentence).collect();
        let first = candidates.len();
        for trigger in &here {
            let beside: Vec<&Trigger> = here.iter().copied().filter(|other| other != trigger).collect();
            let mut candidate = candidate::read(&scope, reading, trigger, &beside);
            if let Some(why) = unlike::why(&candidate, reading, &scope) {
                candidate.judgement.reality = Reality::Unreal(why);
            }
            candidates.push(candidate);
        }
        dating::adopt(reading, &scope, &mut candidates[first..]);
        for candidate in &mut candidates[first..] {
            confidence::weigh(candidate, &scope);
        }
    }
    let members: Vec<Member> = candidates.iter().map(Member::of).collect();
    for (candidate, company) in candidates.iter_mut().zip(company::features(&members)) {
        confidence::weigh_in_company(candidate, &company, &scope);
    }
    rivals(&mut candidates);
    // "visited Oslo to meet the king": the purpose is part of the visit, if there is one.
    let purpose = |c: &Candidate| {
        let aim = c.judgement.reality == Reality::Unreal("purpose");
        lexicon.kinds.get(c.trigger.kind).sides == Sides::One && c.verbal && aim
    };
    let believed = |c: &Candidate| c.score >= confidence::ACCEPT && is_grounded(c) && !purpose(c);
    let accepted = select(&candidates, believed);
    let echoes = select(&candidates, |c| {
        let pointing = (c.judgement.definite && !c.verbal) || (join::is_consequence(c) && is_real(c));
        !believed(c) && (purpose(c) || (pointing && c.score >= confidence::ECHO))
    });
    let dates = Dates::of(&scope, &readings);
    for index in 0..candidates.len() {
        if told.is_some() || candidates[index].score >= confidence::ECHO {
            candidates[index].gist.days = dates.spread(&scope, &candidates, index);
        }
    }
    let groups = join::join(&scope, &candidates, &accepted, &echoes);
    let mut verdicts: Vec<Verdict> = candidates
        .iter()
        .map(|c| match c.judgement.reality {
            Reality::Unreal(why) => Verdict::Unreal(why),
            _ => Verdict::Unlikely,
        })
        .collect();
    let mut events = Vec::new();
    for (number, group) in groups.iter().take(EVENTS_MAX).enumerate() {
        for &member in group {
            verdicts[member] = Verdict::Event(number);
        }
        events.push(settle::settle(&scope, &readings, &candidates, group, &dates));
    }
    let mut trace = Trace {
        events,
        candidates,
        verdicts,
        features: vec![],
        members,
        today: vec![],
        casts: vec![],
        places: vec![],
        told: vec![],
        pairs: vec![],
    };
    if let Some(told) = told {
        keep_values(&mut trace, &scope, &readings, &groups);
        keep_told(&mut trace, &scope, &dates, told);
    }
    trace
}

/// Fills in what was weighed.
fn keep_values(trace: &mut Trace, scope: &Scope, readings: &[Reading], groups: &[Vec<usize>]) {
    let candidates = &trace.candidates;
    trace.features = candidates.iter().map(|c| confidence::features(c, scope)).collect();
    trace.today = candidates.iter().map(|c| confidence::today_features(c, scope).to_vec()).collect();
    trace.casts = groups.iter().map(|g| cast::offer::offers(scope, readings, candidates, g)).collect();
    trace.places = groups.iter().map(|g| scene::offer::offers(scope, readings, candidates, g)).collect();
    trace.pairs = pairs(scope, candidates);
}

/// Fills in the dates that the mentions of one event are offered. A group of the program's own may mix them with
/// another's, and would teach that a date which the tree gives a mention is not to be trusted.
fn keep_told(trace: &mut Trace, scope: &Scope, dates: &Dates, told: Told) {
    let candidates = &trace.candidates;
    let mut groups: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if let Some(event) = told(candidate).filter(|_| is_grounded(candidate)) {
            groups.entry((event, candidate.trigger.kind)).or_default().push(index);
        }
    }
    let offered = |group: Vec<usize>| {
        let members: Vec<&Candidate> = group.iter().map(|&i| &candidates[i]).collect();
        let offers = dates.offers(scope, candidates, &group, settle::status(&members));
        (group, offers)
    };
    trace.told = groups.into_values().map(offered).collect();
}

fn pairs(scope: &Scope, candidates: &[Candidate]) -> Vec<(usize, usize, Vec<f32>)> {
    let mut found = Vec::new();
    for (second, new) in candidates.iter().enumerate() {
        for (first, known) in candidates[..second].iter().enumerate() {
            let alike = known.trigger.kind == new.trigger.kind && is_grounded(known) && is_grounded(new);
            if alike && !join::conflict(scope, known, new) {
                let between = join::between(candidates, first, second);
                found.push((first, second, join::features(scope, known, new, between).to_vec()));
            }
        }
    }
    found
}

fn select(candidates: &[Candidate], keep: impl Fn(&Candidate) -> bool) -> Vec<usize> {
    (0..candidates.len()).filter(|&i| keep(&candidates[i])).collect()
}

/// One word tells one kind: of two readings of the same head, the likelier stands.
fn rivals(candidates: &mut [Candidate]) {
    for i in 0..candidates.len() {
        let beaten = candidates.iter().enumerate().any(|(j, other)| {
            let same = other.trigger.at.sentence == candidates[i].trigger.at.sentence
                && other.trigger.head == candidates[i].trigger.head;
            j != i && same && is_grounded(other) && (other.score, j) > (candidates[i].score, i)
        });
        if beaten {
            candidates[i].score = candidates[i].score.min(confidence::ECHO / 2.0);
        }
    }
}

/// A candidate whose own words deny it, wish it or make it a condition is believed where all else makes it as likely
/// as this: the tree may hang the denial on the wrong word.
const DENIED_YET_LIKELY: f32 = 0.65;

/// Not a word so common ("held", "fell") that without its needs it tells nothing, nor what the text itself denies,
/// wishes or makes a condition. Purposes ("fired rockets to hit the base") and what somebody may have done are weighed.
fn is_grounded(candidate: &Candidate) -> bool {
    let denied = match candidate.judgement.reality {
        Reality::Unreal("purpose" | "only possible" | "striven for") => false,
        Reality::Unreal(why) => !reality::is_of_mood(why) || candidate.score < DENIED_YET_LIKELY,
        _ => false,
    };
    let needy = candidate.strict || candidate.trust < 0.5;
    !denied && (!needy || !candidate.has_needs || candidate.needs_met)
}

fn is_real(candidate: &Candidate) -> bool {
    is_grounded(candidate) && !matches!(candidate.judgement.reality, Reality::Unreal(_))
}

fn shape(document: &Document, lexicon: &Lexicon, text_start: usize) -> StoryShape {
    let sentences = document.sentences.len() - text_start;
    let present_lead = text_start < document.sentences.len() && {
        let reading = Reading::new(document, text_start, &lexicon.kinds);
        reading.root().is_some_and(|root| tense::tense_of(&reading, root) == Tense::Present)
    };
    let asks = text_start > 0 && {
        let words = || (0..document.sentences[0].tokens.len()).map(|t| document.word(0, t));
        let opens =
            words().next().is_some_and(|word| lexicon.kinds.is_cue(Cue::Explains, &word.to_lowercase()));
        opens || words().next_back() == Some("?")
    };
    StoryShape { asks, brief: sentences <= BRIEF_SENTENCES, short: sentences <= 2, present_lead }
}
