//! Is it meant as such an event at all? Evidence for a trigger, and the topic of the story.
//!
//! Owns the check of a pattern's needs, and the counts of sport, show and trade words that speak against a story.
//! Weighs nothing: `confidence` does.

use super::frame::Frame;
use super::reading::Reading;
use crate::lexicon::kinds::{Kinds, Need, Pattern, Where};
use crate::mention::{Place, Trigger};
use crate::text::{Document, Label, Tag};

/// How many words after a trigger may be its object, whatever the tree says.
const OBJECT_REACH: usize = 6;

/// The word classes that judge, by their bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Classes {
    pub force: u32,
    pub violence: u32,
    pub state: u32,
    pub person: u32,
    pub office: u32,
    pub crowd: u32,
    pub accident: u32,
    pub thing: u32,
    pub court: u32,
    pub memory: u32,
    pub campaign: u32,
    pub animal: u32,
    pub tech: u32,
    pub habit: u32,
    territory: usize,
    country: usize,
    place: usize,
    state_class: usize,
    person_class: usize,
    office_class: usize,
    pub sport: u32,
    pub show: u32,
    pub trade: u32,
}

impl Classes {
    pub fn of(kinds: &Kinds) -> Classes {
        let bit = |name: &str| kinds.class(name).map_or(0, |class| 1 << class);
        let number = |name: &str| kinds.class(name).unwrap_or(usize::MAX);
        Classes {
            force: bit("force"),
            violence: bit("violence"),
            state: bit("state"),
            person: bit("person"),
            office: bit("office"),
            crowd: bit("crowd"),
            accident: bit("accident"),
            thing: bit("thing"),
            court: bit("court"),
            memory: bit("memory"),
            campaign: bit("campaign"),
            animal: bit("animal"),
            tech: bit("tech"),
            habit: bit("habit"),
            territory: number("territory"),
            country: number("country"),
            place: number("place"),
            state_class: number("state"),
            person_class: number("person"),
            office_class: number("office"),
            sport: bit("sport"),
            show: bit("show"),
            trade: bit("trade"),
        }
    }
}

/// What a story is about: words of a topic in a hundred.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Topic {
    pub sport: f32,
    pub show: f32,
    pub trade: f32,
    pub war: f32,
    pub politics: f32,
    pub court: f32,
    pub campaign: f32,
    pub tech: f32,
    /// The classes of all its words, a bit each.
    pub classes: u32,
}

/// How much of a story decides its topic, in words.
const TOPIC_WORDS_MAX: usize = 400;

pub fn topic(document: &Document, kinds: &Kinds, classes: &Classes) -> Topic {
    let (mut words, mut topic) = (0, Topic::default());
    'read: for s in 0..document.sentences.len() {
        for t in 0..document.sentences[s].tokens.len() {
            if words == TOPIC_WORDS_MAX {
                break 'read;
            }
            let found = kinds.classes_of(&document.word(s, t).to_lowercase());
            let one = |class: u32| f32::from(u8::from(found & class != 0));
            topic.sport += one(classes.sport);
            topic.show += one(classes.show);
            topic.trade += one(classes.trade);
            topic.court += one(classes.court);
            topic.campaign += one(classes.campaign);
            topic.tech += one(classes.tech);
            topic.classes |= found;
            topic.politics += one(classes.state | classes.office);
            topic.war += one(classes.force | classes.violence);
            words += 1;
        }
    }
    // Small texts are no evidence: the counts are smoothed as if the text went on with other matter.
    let scale = 100.0 / (words as f32 + 20.0);
    Topic {
        sport: topic.sport * scale,
        show: topic.show * scale,
        trade: topic.trade * scale,
        war: topic.war * scale,
        politics: topic.politics * scale,
        court: topic.court * scale,
        campaign: topic.campaign * scale,
        tech: topic.tech * scale,
        classes: topic.classes,
    }
}

/// Whether one of the pattern's needs is met; true where it has none.
pub fn needs_met(
    reading: &Reading,
    trigger: &Trigger,
    pattern: &Pattern,
    frame: &Frame,
    places: &[&Place],
    classes: &Classes,
) -> bool {
    pattern.needs.is_empty()
        || pattern.needs.iter().any(|need| met(reading, trigger, need, frame, places, classes))
}

/// Whether the story, if not the sentence, meets a need that may stand anywhere near.
pub fn met_by_story(pattern: &Pattern, topic: &Topic) -> bool {
    pattern.needs.iter().any(|need| need.place == Where::Near && topic.classes & (1 << need.class) != 0)
}

fn met(
    reading: &Reading,
    trigger: &Trigger,
    need: &Need,
    frame: &Frame,
    places: &[&Place],
    classes: &Classes,
) -> bool {
    match need.place {
        Where::Near => {
            let outside = |t: usize| t < trigger.at.first || t >= trigger.at.end;
            (0..reading.len()).any(|t| outside(t) && is_of(reading, t, need.class, places, classes, false))
        }
        Where::Object => {
            let end = (trigger.at.end + OBJECT_REACH).min(reading.len());
            let told = frame.all_patients.iter().any(|&t| phrase_is(reading, t, need.class, places, classes));
            let open = frame.all_patients.is_empty() || frame.given;
            let mut near = (trigger.head + 1..end).take_while(|&t| reading.tag(t) != Tag::Punct);
            told || (open
                && near.any(|t| {
                    reading.tag(t) != Tag::Cd && is_of(reading, t, need.class, places, classes, true)
                }))
        }
        Where::Subject | Where::By => {
            frame.agents.iter().any(|&t| phrase_is(reading, t, need.class, places, classes))
        }
    }
}

/// Whether the phrase that a token heads is of a class: the head, its modifiers or what it is joined with.
fn phrase_is(reading: &Reading, head: usize, class: usize, places: &[&Place], classes: &Classes) -> bool {
    is_of(reading, head, class, places, classes, true)
        || reading
            .children(head)
            .iter()
            .filter(|&&t| {
                matches!(
                    reading.label(t),
                    Label::Compound
                        | Label::Amod
                        | Label::Flat
                        | Label::Conj
                        | Label::Appos
                        | Label::NmodPoss
                        | Label::Nummod
                )
            })
            .any(|&t| is_of(reading, t, class, places, classes, true))
}

fn is_of(
    reading: &Reading,
    t: usize,
    class: usize,
    places: &[&Place],
    classes: &Classes,
    argument: bool,
) -> bool {
    if reading.has_class(t, 1 << class) {
        return true;
    }
    let place_here = || places.iter().find(|p| p.at.first <= t && t < p.at.end);
    if class == classes.territory || class == classes.place {
        return place_here().is_some_and(|p| !p.demonym);
    }
    if class == classes.country {
        return place_here().is_some_and(|p| p.class == crate::mention::PlaceClass::Country);
    }
    if class == classes.state_class {
        return place_here().is_some_and(|p| p.demonym || p.class == crate::mention::PlaceClass::Country);
    }
    if argument && (class == classes.person_class || class == classes.office_class) {
        let named = reading.tag(t).is_proper() && place_here().is_none();
        let counted = class == classes.person_class && matches!(reading.tag(t), Tag::Cd);
        return named || counted || matches!(reading.tag(t), Tag::Prp) && reading.word(t) != "it";
    }
    false
}
