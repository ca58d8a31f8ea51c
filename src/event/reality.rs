//! Did it happen, is it to happen, or is it only spoken of?
//!
//! Owns negation, modality, demands, threats, hopes, conditions, plans, and the place of the clause in the
//! sentence. The judge walks from the trigger up the tree; each governor on the way may change the verdict. A
//! happening that the text presupposes ("condemned the attack") is real whatever governs it.

mod own;

use self::own::{has_condition, is_conditioned, is_negated, is_prevented, modal, own_noun, own_verb};
use super::reading::Reading;
use super::tense::{tense_of, tense_of_noun};
use crate::lexicon::kinds::Kind;
use crate::lexicon::kinds::cue::Cue;
use crate::text::{Label, Tag};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reality {
    Occurred,
    Planned,
    /// Not a happening, and why.
    Unreal(&'static str),
}

/// "Tried to kill the mayor", "held for attempted murder": begun, if it is a deed at all.
pub const ATTEMPTED: &str = "attempted";

/// Whether a reason is one of this file, of negation and mood, rather than of what the words mean.
pub fn is_of_mood(why: &str) -> bool {
    const REASONS: [&str; 9] = [
        "wished or threatened",
        "condition",
        "negated",
        "rejected",
        "cancelled",
        "lifted",
        "question",
        "no deed",
        ATTEMPTED,
    ];
    REASONS.contains(&why)
}

impl Reality {
    /// What it is of a kind of violence: that is not scheduled but threatened, and attempted once it is begun.
    /// `known`: a noun below the noun of what is planned ("to join the bombings probe").
    pub fn of_violence(self, known: bool) -> Reality {
        match self {
            Reality::Planned if known => Reality::Occurred,
            Reality::Planned => Reality::Unreal("wished or threatened"),
            Reality::Unreal(ATTEMPTED) => Reality::Occurred,
            other => other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    Present,
    Past,
    Perfect,
    Pluperfect,
    Future,
    /// A participle or a noun that takes its time from elsewhere.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    pub reality: Reality,
    pub tense: Tense,
    /// Told in passing: "amid clashes", "after the talks", "a group that attacked".
    pub circumstance: bool,
    /// Clauses between the trigger and the top of the sentence; attribution ("officials said") does not count.
    pub depth: usize,
    /// The definite article, a possessive or "this" points at something known.
    pub definite: bool,
    /// A bare plural, which may be a habit as well as a happening.
    pub bare_plural: bool,
    /// A noun under a verb that presupposes it ("condemned the attack"): nothing says that it is new.
    pub background: bool,
    /// What somebody says in the sentence's main clause.
    pub attributed: bool,
}

/// The judgement of a trigger of a kind.
pub fn judge_of(kind: &Kind, reading: &Reading, head: usize, verbal: bool) -> Judgement {
    let mut judgement = judge(reading, head, verbal);
    if !kind.scheduled {
        let below = matches!(reading.label(head), Label::Compound | Label::Nmod | Label::NmodPoss);
        judgement.reality = judgement.reality.of_violence(!verbal && below);
    }
    judgement
}

/// The judgement of a trigger by its head token. `verbal`: the trigger is a verb.
fn judge(reading: &Reading, head: usize, verbal: bool) -> Judgement {
    let definite = !verbal && is_definite(reading, head);
    let tense = if verbal { tense_of(reading, head) } else { tense_of_noun(reading, head) };
    let mut judgement = Judgement {
        reality: Reality::Occurred,
        tense,
        circumstance: false,
        depth: 0,
        definite,
        bare_plural: !verbal && is_bare_plural(reading, head),
        background: !verbal && is_background(reading, head),
        attributed: false,
    };
    let own = if verbal { own_verb(reading, head) } else { own_noun(reading, head) };
    judgement.reality = own;
    walk(reading, head, verbal, &mut judgement);
    // "plans to send envoys after gunmen fired on its embassy": what was done before a plan is done.
    let past = matches!(reading.tag(head), Tag::Vbd | Tag::Vbn);
    let before =
        |t: usize| reading.case(t).is_some_and(|case| matches!(case, "after" | "following" | "since"));
    if judgement.reality == Reality::Planned && verbal && past && own != Reality::Planned {
        let inner = reading.upward(head).take_while(|&t| !reading.is_verb(t) || t == head);
        if inner.chain(std::iter::once(head)).any(before) {
            judgement.reality = own;
            judgement.circumstance = true;
        }
    }
    if is_question(reading) {
        judgement.reality = Reality::Unreal("question");
    }
    if judgement.reality == Reality::Occurred && judgement.tense == Tense::Future {
        judgement.reality = Reality::Planned;
    }
    judgement
}

fn has(reading: &Reading, cue: Cue, word: &str) -> bool {
    reading.kinds.is_cue(cue, word)
}

/// Whether the verb above a noun presupposes it rather than tells it.
fn is_background(reading: &Reading, noun: usize) -> bool {
    // "Market attack: minister resigns" is about what followed.
    if reading.is_title()
        && (reading.after(noun, 1) == ":"
            || matches!(reading.after(noun, 1), "suspect" | "suspects" | "victims" | "trial"))
    {
        return true;
    }
    let top = reading.first_conjunct(noun);
    let Some(verb) = reading.upward(top).skip(1).find(|&t| reading.is_verb(t)) else { return false };
    let direct = reading.head(top) == Some(verb);
    let lemma = reading.lemma(verb);
    let case = reading.case(top).unwrap_or("");
    if direct && reading.label(top).is_subject() && !reading.is_passive(verb) {
        return false;
    }
    let during = matches!(case, "in" | "during" | "by" | "at" | "with" | "for" | "to");
    !(has(reading, Cue::Happenings, lemma)
        || has(reading, Cue::Telling, lemma)
        || (direct && reading.label(top) == Label::Obl && during))
}

/// A question asks; "Why are nurses on strike?" tells as much as it asks, but no news.
fn is_question(reading: &Reading) -> bool {
    let asks = matches!(
        reading.words.first().map(String::as_str),
        Some(
            "why"
                | "how"
                | "what"
                | "is"
                | "are"
                | "could"
                | "should"
                | "can"
                | "would"
                | "will"
                | "do"
                | "does"
                | "did"
                | "who"
                | "which"
                | "where"
        )
    );
    asks && reading.words.iter().any(|w| w == "?")
}

/// "Called off its strike".
fn is_called_off(reading: &Reading, verb: usize) -> bool {
    reading.lemma(verb) == "call" && reading.children(verb).iter().any(|&c| reading.word(c) == "off")
}

/// From the trigger to the top of the sentence.
fn walk(reading: &Reading, head: usize, verbal: bool, judgement: &mut Judgement) {
    let mut at = head;
    let mut noun = !verbal;
    // "calls for the release of": the article points forward, at nothing known.
    let pointed =
        reading.children(head).iter().any(|&c| matches!(reading.label(c), Label::Nmod | Label::Acl));
    let mut presupposed = judgement.definite && !pointed;
    while let Some(up) = reading.head(at) {
        let label = reading.label(at);
        let lemma = reading.lemma(up);
        if judgement.reality != Reality::Occurred && judgement.reality != Reality::Planned {
            return;
        }
        match label {
            Label::Conj => {
                at = up;
                continue;
            }
            Label::Advcl | Label::AdvclRelcl | Label::AclRelcl | Label::Parataxis => {
                clause_edge(reading, at, label, judgement);
                if has(reading, Cue::Ready, reading.word(up)) && reading.before(at, 1) == "to" {
                    judgement.reality = Reality::Unreal("wished or threatened");
                    return;
                }
                if has_condition(reading, at) {
                    judgement.reality = Reality::Unreal("condition");
                    return;
                }
                if is_prevented(reading, at) {
                    judgement.reality = Reality::Unreal("negated");
                    return;
                }
                // What stands above no longer governs it, but still tells how deep it stands.
                if label == Label::Advcl
                    && reading.tag(at) == Tag::Vbg
                    && judgement.reality == Reality::Occurred
                {
                    match modal(reading, up) {
                        Some("will" | "shall" | "'ll" | "’ll") => judgement.reality = Reality::Planned,
                        Some(_) => judgement.reality = Reality::Unreal("only possible"),
                        None => {}
                    }
                }
                judgement.depth += usize::from(label != Label::Parataxis);
                judgement.depth += reading.upward(up).filter(|&t| reading.opens_clause(t)).count();
                return;
            }
            _ => {}
        }
        if noun && is_presupposed(reading, at, up) {
            judgement.circumstance = true;
            judgement.depth += reading.upward(up).filter(|&t| reading.opens_clause(t)).count();
            return;
        }
        if noun && !reading.is_verb(up) {
            nominal(reading, at, up, judgement);
        } else if reading.is_verb(up) {
            governed(reading, at, up, noun, presupposed, judgement);
            if label == Label::Acl {
                judgement.depth += 1;
            }
            noun = false;
            judgement.attributed |=
                label == Label::Ccomp && has(reading, Cue::Sayings, lemma) && reading.head(up).is_none();
            presupposed |= has(reading, Cue::Sayings, lemma);
        } else {
            predicate(reading, at, up, judgement);
            noun = true;
        }
        at = up;
    }
}

/// "Urged calm after the attack", "no panic in the wake of the raids": what governs the rest of the
/// sentence does not reach it.
fn is_presupposed(reading: &Reading, at: usize, up: usize) -> bool {
    let case = reading.case(at).unwrap_or("");
    has(reading, Cue::Presupposing, case)
        || matches!(case, "of" | "to" | "for" | "with") && has(reading, Cue::Sequels, reading.word(up))
}

/// A clause beside its head's clause: is what it tells a circumstance?
fn clause_edge(reading: &Reading, at: usize, label: Label, judgement: &mut Judgement) {
    let mark = reading
        .children(at)
        .iter()
        .copied()
        .find(|&c| matches!(reading.label(c), Label::Mark | Label::Advmod | Label::Case));
    let word = mark.map_or("", |c| reading.word(c));
    match label {
        Label::AclRelcl => judgement.circumstance = true,
        Label::Advcl
            if matches!(word, "after" | "since" | "before" | "despite" | "because" | "until" | "once") =>
        {
            judgement.circumstance = true;
        }
        _ => {}
    }
}

/// The trigger is a noun below another noun or adjective.
fn nominal(reading: &Reading, at: usize, up: usize, judgement: &mut Judgement) {
    let word = reading.word(up);
    let case = reading.case(at).unwrap_or("");
    let none = reading.child(up, Label::Det).is_some_and(|c| reading.word(c) == "no");
    match reading.label(at) {
        // "No plan for a strike".
        Label::Nmod | Label::Acl
            if none && (has(reading, Cue::PlanNouns, word) || has(reading, Cue::Possibilities, word)) =>
        {
            judgement.reality = Reality::Unreal("negated");
        }
        Label::Nmod | Label::Compound | Label::NmodPoss | Label::Acl
            if has(reading, Cue::PlanNouns, word) =>
        {
            judgement.reality = Reality::Planned;
        }
        Label::Nmod | Label::Compound | Label::Acl | Label::Obl
            if has(reading, Cue::Possibilities, word)
                && !has(reading, Cue::Harmless, word)
                && !matches!(case, "after" | "amid" | "following" | "since" | "during" | "before") =>
        {
            judgement.reality = Reality::Unreal("only possible");
        }
        Label::Nmod | Label::Compound
            if reading.children(up).iter().any(|&c| has(reading, Cue::UnrealAdjectives, reading.word(c))) =>
        {
            judgement.reality = Reality::Unreal("only possible");
        }
        Label::Nmod if has(reading, Cue::Circumstances, case) => judgement.circumstance = true,
        Label::Obl if has(reading, Cue::Ready, word) => {
            judgement.reality = Reality::Unreal("wished or threatened")
        }
        _ => {}
    }
}

/// What governs is an adjective or noun used as predicate.
fn predicate(reading: &Reading, at: usize, up: usize, judgement: &mut Judgement) {
    let (word, lemma) = (reading.word(up), reading.lemma(up));
    judgement.circumstance |=
        matches!(word, "charges" | "charge" | "allegations" | "accusations" | "suspicion");
    if has(reading, Cue::Ready, word) || has(reading, Cue::Ready, lemma) {
        judgement.reality = Reality::Unreal("wished or threatened");
    } else if has(reading, Cue::PlanNouns, word) {
        judgement.reality = Reality::Planned;
    } else if has(reading, Cue::Possibilities, word) && !has(reading, Cue::Harmless, word) {
        judgement.reality = Reality::Unreal("only possible");
    } else if reading.label(at) == Label::AclRelcl {
        judgement.circumstance = true;
        judgement.depth += 1;
    }
}

/// What governs is a verb.
fn governed(
    reading: &Reading,
    at: usize,
    up: usize,
    noun: bool,
    presupposed: bool,
    judgement: &mut Judgement,
) {
    let lemma = reading.lemma(up);
    let label = reading.label(at);
    let core = matches!(
        label,
        Label::Obj | Label::Nsubj | Label::NsubjPass | Label::Xcomp | Label::Ccomp | Label::Iobj | Label::Acl
    );
    if matches!(label, Label::Obl | Label::OblUnmarked)
        && !oblique(reading, at, lemma, presupposed, judgement)
    {
        return;
    }
    let undone =
        matches!(label, Label::Obj | Label::NsubjPass | Label::Nsubj) && has(reading, Cue::Undone, lemma);
    if noun && (undone || is_called_off(reading, up)) {
        judgement.reality = Reality::Unreal("cancelled");
        return;
    }
    if noun
        && core
        && has(reading, Cue::Lifted, lemma)
        && matches!(reading.word(at), "sanctions" | "sanction" | "embargo" | "ban" | "blockade")
    {
        judgement.reality = Reality::Unreal("lifted");
        return;
    }
    let infinite = matches!(reading.tag(up), Tag::Vb | Tag::Vbg) && reading.label(up) != Label::Root;
    let modal_free = modal(reading, up).is_none();
    let striving = has(reading, Cue::AlwaysPursuits, lemma)
        || (infinite
            && modal_free
            && has(reading, Cue::Pursuits, lemma)
            && own_verb(reading, up) != Reality::Occurred
            && own_verb(reading, up) != Reality::Planned);
    if noun && !presupposed && striving && matches!(label, Label::Obj | Label::Obl | Label::NsubjPass) {
        // "Wants to hold talks", "did not begin to negotiate a truce": no more real than the verb.
        judgement.reality = match own_verb(reading, up) {
            Reality::Unreal(why @ ("wished or threatened" | "negated")) => Reality::Unreal(why),
            _ => Reality::Unreal("striven for"),
        };
        return;
    }
    if noun && matches!(label, Label::Obj | Label::NsubjPass) && has(reading, Cue::Denials, lemma) {
        judgement.reality = Reality::Unreal("rejected");
        return;
    }
    let subject = matches!(label, Label::Nsubj | Label::NsubjPass);
    if core
        && has(reading, Cue::Wishes, lemma)
        && !has(reading, Cue::Sayings, lemma)
        && !presupposed
        && !(noun && lemma == "call" && label == Label::Obj)
        && (!subject || reading.children(up).iter().any(|&c| reading.label(c) == Label::AuxPass))
    {
        let begun = label == Label::Acl;
        if !begun {
            judgement.reality = Reality::Unreal("wished or threatened");
            return;
        }
    }
    if noun && is_conditioned(reading, up) {
        judgement.reality = Reality::Unreal("condition");
        return;
    }
    if has(reading, Cue::Happenings, lemma) || !noun {
        if is_negated(reading, up) && (noun || label == Label::Xcomp) {
            judgement.reality = Reality::Unreal("negated");
            return;
        }
        if has(reading, Cue::Happenings, lemma) && noun && (core || label == Label::Obl) {
            happening(reading, up, judgement);
        }
    } else if noun
        && core
        && !presupposed
        && modal(reading, up).is_some_and(|m| !matches!(m, "will" | "would"))
    {
        judgement.reality = Reality::Unreal("only possible");
    }
    if label == Label::Ccomp && modal(reading, up).is_none() && has_condition(reading, at) {
        judgement.reality = Reality::Unreal("condition");
    }
    if label == Label::Ccomp && !has(reading, Cue::Sayings, lemma) {
        judgement.depth += 1;
    }
}

/// What a verb does to what stands behind a preposition; whether its mood concerns it at all.
fn oblique(reading: &Reading, at: usize, lemma: &str, presupposed: bool, judgement: &mut Judgement) -> bool {
    let case = reading.case(at).unwrap_or("");
    let circumstance = has(reading, Cue::Circumstances, case);
    judgement.circumstance |= circumstance;
    let wished = match case {
        "for" => matches!(
            lemma,
            "call" | "appeal" | "press" | "push" | "hope" | "ask" | "campaign" | "wait" | "lobby" | "pray"
        ),
        "of" | "about" | "against" => lemma == "warn",
        "with" => lemma == "threaten",
        _ => false,
    };
    if wished && !presupposed {
        judgement.reality = Reality::Unreal("wished or threatened");
        return false;
    }
    // "Could lead to a truce", "may end in a clash".
    let outcome = matches!(case, "to" | "in" | "into")
        && matches!(lemma, "lead" | "end" | "result" | "turn" | "escalate" | "develop" | "culminate");
    let open = reading.head(at).and_then(|verb| modal(reading, verb)).is_some_and(|m| m != "will");
    if outcome && open && !presupposed {
        judgement.reality = Reality::Unreal("only possible");
        return false;
    }
    let aside = circumstance && !matches!(case, "to" | "for" | "of");
    !aside && matches!(lemma, "engage" | "participate" | "agree" | "enter" | "take")
}

/// The trigger is the noun of a light verb: the verb's time and mood are the event's.
fn happening(reading: &Reading, verb: usize, judgement: &mut Judgement) {
    match own_verb(reading, verb) {
        Reality::Occurred => {
            if judgement.reality == Reality::Occurred {
                judgement.tense = tense_of(reading, verb);
            }
        }
        other => judgement.reality = other,
    }
}

fn is_definite(reading: &Reading, noun: usize) -> bool {
    reading.children(noun).iter().any(|&c| match reading.label(c) {
        Label::Det => matches!(reading.word(c), "the" | "this" | "that" | "these" | "those" | "both"),
        Label::NmodPoss => true,
        _ => false,
    })
}

fn is_bare_plural(reading: &Reading, noun: usize) -> bool {
    let plural = matches!(reading.tag(noun), Tag::Nns | Tag::Nnps);
    plural
        && !reading
            .children(noun)
            .iter()
            .any(|&c| matches!(reading.label(c), Label::Det | Label::NmodPoss | Label::Nummod))
}
