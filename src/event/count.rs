//! How many were killed, injured, taken or freed, and how many happenings are told together.
//!
//! Owns which toll belongs to which trigger. Leaves to `mention::toll` what the numbers are.

use super::frame::Frame;
use super::reading::Reading;
use super::sense::Classes;
use crate::mention::{Harm, Toll, toll};
use crate::text::{Label, Tag};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The dead are told beside others ("also", "another"): they are added to those of the sentence.
    pub more: bool,
    pub killed: Option<u32>,
    pub injured: Option<u32>,
    pub people: Option<u32>,
}

impl Counts {
    /// Whether anybody is counted.
    pub fn any(&self) -> bool {
        self.killed.is_some() || self.injured.is_some() || self.people.is_some()
    }
}

/// The tolls of a sentence, for one trigger of it. `rivals`: the heads of the other triggers of the kind.
pub fn counts(
    reading: &Reading,
    head: usize,
    harm_of_kind: Option<Harm>,
    rivals: &[usize],
    tolls: &[&Toll],
) -> Counts {
    let mine: Vec<&Toll> =
        tolls.iter().copied().filter(|toll| belongs(reading, head, rivals, toll)).collect();
    let sum = |harm: Harm| total(reading, mine.iter().copied().filter(|t| t.harm == harm));
    let first_dead = mine.iter().copied().find(|t| t.harm == Harm::Killed);
    Counts {
        more: first_dead.is_some_and(|t| is_more(reading, t)),
        killed: sum(Harm::Killed),
        injured: sum(Harm::Injured),
        people: harm_of_kind.and_then(sum),
    }
}

/// The harm that a kind itself is.
pub fn harm_of(kind: &str) -> Option<Harm> {
    match kind {
        "arrest" => Some(Harm::Arrested),
        "abduction" => Some(Harm::Abducted),
        "release" => Some(Harm::Released),
        _ => None,
    }
}

/// A toll belongs to the trigger that stands nearest to it, by the tree, then by words.
fn belongs(reading: &Reading, head: usize, rivals: &[usize], toll: &Toll) -> bool {
    let near = |trigger: usize| {
        let steps = path(reading, toll.head, trigger);
        (steps, trigger.abs_diff(toll.head))
    };
    let own = near(head);
    // "An attack that killed 12", "the attack killed 12": the verb of harm and its deed tell one toll.
    let shares = |rival: usize| {
        let of_deed = reading.head(rival) == Some(head)
            && matches!(reading.label(rival), Label::AclRelcl | Label::Acl | Label::Advcl);
        rival == toll.head && (of_deed || reading.subject_child(rival) == Some(head))
    };
    rivals.iter().all(|&rival| shares(rival) || own <= near(rival))
}

/// Steps in the tree between two tokens.
fn path(reading: &Reading, a: usize, b: usize) -> usize {
    let up: Vec<usize> = reading.upward(a).collect();
    reading
        .upward(b)
        .enumerate()
        .find_map(|(steps, t)| up.iter().position(|&u| u == t).map(|more| steps + more))
        .unwrap_or(usize::MAX / 2)
}

/// Numbers under one harm word are added; a second harm word adds only where the text says "also" or "another".
fn total<'t>(reading: &Reading, tolls: impl Iterator<Item = &'t Toll>) -> Option<u32> {
    let tolls: Vec<&Toll> = tolls.collect();
    let first = tolls.first()?;
    let mut sum: u32 = 0;
    for toll in &tolls {
        let more = is_more(reading, toll);
        if toll.head == first.head || more {
            sum = sum.saturating_add(toll.number);
        }
    }
    Some(sum)
}

fn is_more(reading: &Reading, toll: &Toll) -> bool {
    let first = toll.at.first.saturating_sub(2);
    let end = (toll.head + 2).min(reading.len()).max(first);
    reading.words[first..end].iter().any(|w| matches!(w.as_str(), "also" | "another" | "additional"))
}

/// One person of whom the trigger itself says that he was killed.
pub fn single_victim(reading: &Reading, frame: &Frame, classes: &Classes) -> bool {
    let [victim] = frame.patients[..] else { return false };
    let pronoun = matches!(reading.word(victim), "he" | "she" | "him" | "her");
    let singular = pronoun || matches!(reading.tag(victim), Tag::Nn | Tag::Nnp);
    let person = pronoun || reading.has_class(victim, classes.person) || reading.tag(victim) == Tag::Nnp;
    let joined =
        reading.children(victim).iter().any(|&c| matches!(reading.label(c), Label::Conj | Label::Nummod));
    singular && person && !joined
}

/// "eight attacks": how many happenings a plural trigger counts.
pub fn happenings(reading: &Reading, head: usize) -> u32 {
    if !matches!(reading.tag(head), Tag::Nns) {
        return 1;
    }
    let count = reading
        .children(head)
        .iter()
        .find(|&&c| reading.label(c) == Label::Nummod)
        .and_then(|&c| toll::number_of(reading.word(c)));
    count.filter(|n| (1..1000).contains(n)).unwrap_or(1)
}
