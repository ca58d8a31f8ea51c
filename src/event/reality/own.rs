//! What a trigger says of itself: its auxiliaries, its negation, its own modifiers, and what an infinitive hangs on.
//!
//! Owns the first verdict. Leaves to the parent what stands above in the tree.

use super::{ATTEMPTED, Reality, Tense, has};
use crate::event::reading::Reading;
use crate::event::tense::tense_of;
use crate::lexicon::kinds::cue::Cue;
use crate::text::{Label, Tag};

/// What the verb itself and its auxiliaries say.
pub(super) fn own_verb(reading: &Reading, verb: usize) -> Reality {
    if is_negated(reading, verb) || reading.subject_child(verb).is_some_and(|t| is_negated(reading, t)) {
        return Reality::Unreal("negated");
    }
    if let Some(modal) = modal(reading, verb) {
        return if is_conditioned(reading, verb) {
            Reality::Unreal("condition")
        } else {
            modal_reality(modal)
        };
    }
    if has_condition(reading, verb) || is_conditioned(reading, verb) {
        return Reality::Unreal("condition");
    }
    let doer =
        reading.subject(verb).map(|t| match (reading.word(t), reading.label(verb), reading.head(verb)) {
            ("that" | "which", Label::AclRelcl, Some(noun)) => noun,
            _ => t,
        });
    let doer = doer.filter(|_| !reading.is_passive(verb) || matches!(reading.lemma(verb), "fight" | "wage"));
    if doer.is_some_and(|t| has(reading, Cue::States, reading.word(t))) {
        return Reality::Unreal("no deed");
    }
    if reading.tag(verb) == Tag::Vb && preceded_by_to(reading, verb) {
        return infinitive(reading, verb);
    }
    Reality::Occurred
}

pub(super) fn own_noun(reading: &Reading, noun: usize) -> Reality {
    for &child in reading.children(noun) {
        let word = reading.word(child);
        match reading.label(child) {
            Label::Det if matches!(word, "no" | "any" | "every" | "neither") => {
                return Reality::Unreal("negated");
            }
            Label::Amod | Label::Compound | Label::Advmod if has(reading, Cue::UnrealAdjectives, word) => {
                return Reality::Unreal("only possible");
            }
            // "A law prohibiting demonstrations", where the parser takes the verb for an adjective.
            Label::Amod
                if reading.tag(child) == Tag::Vbg && has(reading, Cue::Preventions, reading.lemma(child)) =>
            {
                return Reality::Unreal("negated");
            }
            Label::Amod if has(reading, Cue::PlannedAdjectives, word) => return Reality::Planned,
            Label::Case if word == "without" => return Reality::Unreal("negated"),
            // "In case of an attack", "in the event of an attack".
            Label::Case if word == "of" && matches!(reading.before(child, 1), "case" | "event") => {
                return Reality::Unreal("condition");
            }
            Label::Acl if matches!(word, "planned" | "scheduled" | "expected" | "slated") => {
                return Reality::Planned;
            }
            _ => {}
        }
    }
    Reality::Occurred
}

fn modal_reality(modal: &str) -> Reality {
    match modal {
        "will" | "'ll" | "’ll" | "shall" | "wo" => Reality::Planned,
        "would" | "'d" | "’d" => Reality::Planned,
        _ => Reality::Unreal("only possible"),
    }
}

pub(super) fn modal<'r>(reading: &'r Reading, verb: usize) -> Option<&'r str> {
    let near = |t: usize| reading.tag(t) == Tag::Md;
    if let Some(t) = reading.auxiliaries(verb).find(|&t| near(t)) {
        return Some(reading.word(t));
    }
    // "will shoot and kill", "may be hit": the auxiliary stands with the first conjunct.
    if reading.label(verb) == Label::Conj {
        let first = reading.first_conjunct(verb);
        if first != verb && reading.subject_child(verb).is_none() {
            return reading.auxiliaries(first).find(|&t| near(t)).map(|t| reading.word(t));
        }
    }
    None
}

pub(super) fn is_negated(reading: &Reading, token: usize) -> bool {
    let denied = |c: usize| {
        matches!(reading.label(c), Label::Advmod | Label::Det | Label::Cc | Label::CcPreconj)
            && matches!(
                reading.word(c),
                "not" | "n't" | "n’t" | "never" | "no" | "neither" | "nor" | "hardly"
            )
            && reading.after(c, 1) != "only"
    };
    // "Will under no circumstances withdraw".
    let ruled_out = |c: usize| {
        matches!(
            reading.word(c),
            "circumstances" | "circumstance" | "way" | "means" | "account" | "time" | "point" | "condition"
        ) && reading.child(c, Label::Det).is_some_and(|det| reading.word(det) == "no")
    };
    reading.children(token).iter().any(|&c| denied(c) || ruled_out(c))
}

pub(super) fn has_condition(reading: &Reading, verb: usize) -> bool {
    let ahead = matches!(reading.tag(verb), Tag::Vbp | Tag::Vbz)
        || reading.auxiliaries(verb).any(|t| matches!(reading.word(t), "is" | "are" | "has" | "have"));
    reading.children(verb).iter().any(|&c| {
        matches!(reading.label(c), Label::Mark | Label::Advmod)
            && match reading.word(c) {
                "if" | "unless" | "whether" | "lest" | "should" => true,
                "until" | "before" => ahead,
                _ => false,
            }
    })
}

/// "would visit if": an if-clause hangs on the verb.
pub(super) fn is_conditioned(reading: &Reading, verb: usize) -> bool {
    reading.children(verb).iter().any(|&c| {
        reading.label(c) == Label::Advcl
            && reading.children(c).iter().any(|&m| {
                matches!(reading.label(m), Label::Mark | Label::Advmod)
                    && matches!(reading.word(m), "if" | "unless")
            })
    })
}

fn preceded_by_to(reading: &Reading, verb: usize) -> bool {
    reading.children(verb).iter().any(|&c| reading.label(c) == Label::Mark && reading.word(c) == "to")
        || reading.before(verb, 1) == "to"
}

/// "to X" under something: a plan, a beginning, a purpose or a wish.
fn infinitive(reading: &Reading, verb: usize) -> Reality {
    let first = reading.first_conjunct(verb);
    let Some(governor) = reading.head(first) else {
        // A headline's future: "Leaders to meet in Oslo".
        return Reality::Planned;
    };
    let lemma = reading.lemma(governor);
    if has(reading, Cue::Beginnings, lemma) && reading.label(first) == Label::Xcomp {
        return Reality::Occurred;
    }
    if has(reading, Cue::Attempts, lemma) && is_begun(reading, governor) {
        return Reality::Unreal(ATTEMPTED);
    }
    if lemma == "be" || has(reading, Cue::Plans, lemma) || reading.word(governor) == "set" {
        return if is_negated(reading, governor) { Reality::Unreal("negated") } else { Reality::Planned };
    }
    if reading.label(first) == Label::Acl
        && !reading.is_verb(governor)
        && reading.is_title()
        && reading.head(governor).is_none()
    {
        return Reality::Planned;
    }
    if has(reading, Cue::PlanNouns, lemma) || has(reading, Cue::PlanNouns, reading.word(governor)) {
        return Reality::Planned;
    }
    if matches!(lemma, "ultimatum" | "deadline" | "order" | "call" | "request") {
        return Reality::Unreal("wished or threatened");
    }
    // "urged the alliance to send troops": the tree may hang the infinitive on the one who is urged.
    let urging = reading.head(governor).filter(|&verb| {
        matches!(reading.label(governor), Label::Obj | Label::Iobj)
            && has(reading, Cue::Wishes, reading.lemma(verb))
    });
    // "Kept militants from using the valley to launch attacks".
    if is_prevented(reading, governor) {
        return Reality::Unreal("negated");
    }
    if has(reading, Cue::Ready, lemma)
        || has(reading, Cue::Ready, reading.word(governor))
        || has(reading, Cue::Wishes, lemma)
        || urging.is_some()
        || lemma == "tell"
    {
        return Reality::Unreal("wished or threatened");
    }
    Reality::Unreal("purpose")
}

/// "Blocks the army from deploying troops".
pub(super) fn is_prevented(reading: &Reading, verb: usize) -> bool {
    let preventer = reading.head(verb).is_some_and(|up| has(reading, Cue::Preventions, reading.lemma(up)));
    preventer && reading.children(verb).iter().any(|&c| reading.word(c) == "from")
}

/// An attempt that somebody made: told in the past, or named by a noun.
fn is_begun(reading: &Reading, governor: usize) -> bool {
    let made = !reading.is_verb(governor)
        || matches!(
            tense_of(reading, governor),
            Tense::Past | Tense::Perfect | Tense::Pluperfect | Tense::None
        );
    made && !is_negated(reading, governor) && modal(reading, governor).is_none()
}
