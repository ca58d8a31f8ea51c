//! Is it meant as such an event at all? Evidence for a trigger, and the topic of the story.
//!
//! Owns the check of a pattern's needs, and the counts of sport, show and trade words that speak against a story.
//! Weighs nothing: `confidence` does.

use super::frame::Frame;
use super::reading::Reading;
use crate::lexicon::kinds::{Kinds, Need, Pattern, Where};
use crate::mention::{Place, PlaceClass, Trigger};
use crate::text::{Document, Label, Tag};

/// How many words after a trigger may be its object, whatever the tree says.
const OBJECT_REACH: usize = 6;

/// The word classes that judge, by their bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Classes {
    pub force: u64,
    pub violence: u64,
    pub state: u64,
    pub person: u64,
    pub office: u64,
    pub crowd: u64,
    pub accident: u64,
    pub thing: u64,
    pub court: u64,
    pub memory: u64,
    pub campaign: u64,
    pub animal: u64,
    pub tech: u64,
    pub habit: u64,
    pub nature: u64,
    pub obstacle: u64,
    pub apparatus: u64,
    pub casualty: u64,
    territory: usize,
    country: usize,
    place: usize,
    state_class: usize,
    person_class: usize,
    office_class: usize,
    pub sport: u64,
    pub show: u64,
    pub trade: u64,
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
            nature: bit("nature"),
            obstacle: bit("obstacle"),
            apparatus: bit("apparatus"),
            casualty: bit("casualty"),
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
    pub classes: u64,
}

/// So many words of a topic in a hundred make a story one of it, if war has no more.
const MAINLY_MIN: f32 = 2.0;

impl Topic {
    /// Whether the story is one of a topic: a story of a match has words of violence too, but more of the game.
    pub fn is_mainly(&self, share: f32) -> bool {
        share >= MAINLY_MIN && share >= self.war
    }
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
            let one = |class: u64| f32::from(u8::from(found & class != 0));
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

/// Whether the story, if not the sentence, meets a need that may stand anywhere near.
pub fn met_by_story(pattern: &Pattern, topic: &Topic) -> bool {
    pattern.needs.iter().any(|need| need.place == Where::Near && topic.classes & (1 << need.class) != 0)
}

/// Where the evidence for one trigger is sought.
pub struct Evidence<'a> {
    pub reading: &'a Reading<'a>,
    pub trigger: &'a Trigger,
    pub frame: &'a Frame,
    pub places: &'a [&'a Place],
    pub classes: &'a Classes,
    /// A bare name may stand for somebody in office: the story speaks of offices, or the lexicon knows the name.
    pub offices: bool,
}

impl Evidence<'_> {
    /// Whether one of the pattern's needs is met, and one of those that must stand with it; true where it has none.
    pub fn meets(&self, pattern: &Pattern) -> bool {
        let one_of = |needs: &[Need]| needs.is_empty() || needs.iter().any(|need| self.met(need));
        one_of(&pattern.needs) && one_of(&pattern.with)
    }

    fn met(&self, need: &Need) -> bool {
        let reading = self.reading;
        match need.place {
            Where::Near => {
                let outside = |t: usize| t < self.trigger.at.first || t >= self.trigger.at.end;
                (0..reading.len()).any(|t| outside(t) && self.is_of(t, need.class, false))
            }
            Where::Object => {
                let end = (self.trigger.at.end + OBJECT_REACH).min(reading.len());
                let patients = &self.frame.all_patients;
                let open = patients.is_empty() || self.frame.given;
                let mut near = (self.trigger.head + 1..end).take_while(|&t| reading.tag(t) != Tag::Punct);
                patients.iter().any(|&t| self.phrase_is(t, need))
                    || (open
                        && near.any(|t| reading.tag(t) != Tag::Cd && self.is_of(t, need.class, !need.word)))
            }
            Where::Subject | Where::By => self.frame.agents.iter().any(|&t| self.phrase_is(t, need)),
            Where::Modifier => modifiers(reading, self.trigger).any(|t| self.is_of(t, need.class, false)),
            Where::Under => reading
                .child(self.trigger.head, Label::Case)
                .is_some_and(|t| self.is_of(t, need.class, false)),
        }
    }

    /// Whether the phrase that a token heads is of a class: the head, its modifiers or what it is joined with.
    fn phrase_is(&self, head: usize, need: &Need) -> bool {
        let beside = |t: usize| {
            matches!(
                self.reading.label(t),
                Label::Compound
                    | Label::Amod
                    | Label::Flat
                    | Label::Conj
                    | Label::Appos
                    | Label::NmodPoss
                    | Label::Nummod
            )
        };
        let children = self.reading.children(head).iter().copied().filter(|&t| beside(t));
        std::iter::once(head).chain(children).any(|t| self.is_of(t, need.class, !need.word))
    }

    /// `argument`: names, numbers and pronouns stand for people.
    fn is_of(&self, t: usize, class: usize, argument: bool) -> bool {
        let (reading, classes) = (self.reading, self.classes);
        if reading.has_class(t, 1 << class) {
            return true;
        }
        let place_here = || self.places.iter().find(|p| p.at.first <= t && t < p.at.end);
        if class == classes.territory || class == classes.place {
            return place_here().is_some_and(|p| !p.demonym);
        }
        if class == classes.country {
            return place_here().is_some_and(|p| p.class == PlaceClass::Country);
        }
        if class == classes.state_class {
            return place_here().is_some_and(|p| p.demonym || p.class == PlaceClass::Country);
        }
        if argument && (class == classes.person_class || class == classes.office_class) {
            let named = reading.tag(t).is_proper() && place_here().is_none();
            let pronoun = matches!(reading.tag(t), Tag::Prp) && reading.word(t) != "it";
            let counted = matches!(reading.tag(t), Tag::Cd);
            return match class == classes.person_class {
                true => named || pronoun || counted,
                false => self.offices && (named || pronoun),
            };
        }
        false
    }
}

/// Whether an argument shows that another sense is meant. Only the argument's own head speaks here: who kills a
/// storm chaser is no storm.
pub fn is_barred(reading: &Reading, trigger: &Trigger, pattern: &Pattern, frame: &Frame) -> bool {
    let has = |bar: &Need, t: usize| reading.has_class(t, 1 << bar.class);
    pattern.bars.iter().any(|bar| match bar.place {
        Where::Near => (0..reading.len()).any(|t| has(bar, t)),
        Where::Object => {
            let own = reading.child(trigger.head, Label::Obj);
            frame.all_patients.iter().copied().chain(own).any(|t| has(bar, t))
        }
        Where::Subject | Where::By => frame.agents.iter().any(|&t| has(bar, t)),
        Where::Modifier => modifiers(reading, trigger).any(|t| has(bar, t)),
        Where::Under => reading.child(trigger.head, Label::Case).is_some_and(|t| has(bar, t)),
    })
}

fn modifiers<'r>(reading: &'r Reading, trigger: &Trigger) -> impl Iterator<Item = usize> + 'r {
    reading.children(trigger.head).iter().copied().filter(|&t| {
        matches!(reading.label(t), Label::Amod | Label::Compound | Label::NmodPoss | Label::Flat)
    })
}
