//! What the order of words says of a trigger's arguments where the tree is silent or wrong.
//!
//! Owns the fixed places of English: a deed's preposition right behind it, the doer's nationality right before it, the
//! struck right behind "kills", the claimed and the accused. Adds only where the tree found nobody.

use super::words::STRIKING;
use super::{Frame, by, is_time, names_somebody};
use crate::event::reading::Reading;
use crate::lexicon::kinds::{Kind, Sides, Target};
use crate::text::{At, Label, Tag};

/// How many words a noun phrase may have before its head.
const PHRASE_MAX: usize = 7;

/// Adds to a frame what stands around the trigger's words.
pub fn complete(reading: &Reading, at: At, head: usize, verbal: bool, kind: &Kind, frame: &mut Frame) {
    // "military operation": a word of the deed's own name is no doer, but a nationality is.
    let own = |t: usize| at.first <= t && t < at.end;
    let common = |t: usize| reading.document.word(reading.sentence, t).chars().all(char::is_lowercase);
    frame.agents.retain(|&t| !(own(t) && common(t)));
    if matches!(kind.name.as_str(), "attack" | "sanction") {
        // "severed ties", "opened fire": nor is it the sufferer.
        frame.patients.retain(|&t| !(own(t) && common(t)) || reading.case(t) == Some("of"));
    }
    if kind.name == "protest" && frame.patients.is_empty() {
        frame.patients.extend(opposed(reading, at));
    }
    if kind.sides == Sides::One {
        // Where they meet is no party.
        frame.patients.retain(|&t| !matches!(reading.case(t), Some("at" | "on" | "in" | "during" | "from")));
    }
    if frame.agents.is_empty() && !verbal {
        frame.agents.extend(doer_before(reading, at, kind));
    }
    if frame.agents.is_empty() && !verbal && matches!(kind.name.as_str(), "attack" | "abduction") {
        frame.agents.extend(doer_named_by(reading, at));
    }
    behind(reading, at, head, verbal, kind, frame);
    carrying(reading, at, head, verbal, frame);
    if !verbal && frame.patients.is_empty() && kind.sides == Sides::Two {
        frame.patients.extend(struck_behind(reading, at.end));
    }
    if frame.agents.is_empty() && (verbal || kind.name == "protest") {
        frame.agents.extend(plural_before(reading, head));
    }
    if frame.agents.is_empty() && verbal && !reading.is_passive(head) {
        frame.agents.extend(controller(reading, head));
    }
    if kind.name == "arrest" && !verbal && frame.patients.is_empty() {
        frame.patients.extend(held_in(reading, head));
    }
    if kind.name == "sanction" {
        sanctioned_before(reading, at, head, frame);
    }
    if frame.agents.is_empty() && !verbal && reading.child(head, Label::Cop).is_none() {
        // "Hundreds of women protest": a verb that was taken for a noun keeps its subject.
        frame.agents.extend(reading.subject_child(head).filter(|_| kind.name == "protest"));
    }
    if frame.agents.is_empty() && kind.name == "ceasefire" {
        frame.agents.extend(accusing(reading, head));
    }
    if frame.agents.is_empty() && matches!(kind.name.as_str(), "attack" | "abduction") {
        frame.agents.extend(claimed(reading, head).or_else(|| accused(reading, head)));
    }
    if kind.name == "meeting" {
        let known = frame.agents.iter().chain(&frame.patients).copied().collect::<Vec<usize>>();
        if let [partner] = known[..]
            && reading.case(partner) == Some("with")
        {
            frame.agents.extend(counterpart(reading, head).filter(|&t| t != partner));
        }
    }
}

/// "Russian shelling", "the militant attack": whoever stands right before a deed did it. A protest is named after its
/// cause.
fn doer_before(reading: &Reading, at: At, kind: &Kind) -> Option<usize> {
    if kind.name == "protest" {
        return None;
    }
    let first = at.first.saturating_sub(3);
    (first..at.first)
        .rev()
        .take_while(|&t| {
            matches!(reading.tag(t), Tag::Jj | Tag::Nn | Tag::Nnp | Tag::Nns) && reading.word(t) != ","
        })
        .find(|&t| reading.tag(t) == Tag::Jj && !is_initials(reading, t) && names_somebody(reading, t))
}

/// "The airport shooting suspect Juan Peres", "the bombing mastermind": who is called after the deed did it.
fn doer_named_by(reading: &Reading, at: At) -> Option<usize> {
    let doer = at.end;
    let called = matches!(
        reading.word_or_end(doer),
        "suspect"
            | "suspects"
            | "mastermind"
            | "masterminds"
            | "perpetrator"
            | "perpetrators"
            | "plotter"
            | "plotters"
    );
    if !called {
        return None;
    }
    let part = matches!(reading.label(doer), Label::Compound | Label::Flat | Label::NmodDesc);
    let name = reading.head(doer).filter(|&name| part && reading.tag(name).is_proper());
    Some(name.unwrap_or(doer))
}

/// "Women were beaten and robbed": the second participle is as passive as the first.
pub fn shares_passive(reading: &Reading, verb: usize) -> bool {
    let first = reading.first_conjunct(verb);
    first != verb
        && reading.tag(verb) == Tag::Vbn
        && reading.is_passive(first)
        && reading.child(verb, Label::Obj).is_none()
        && reading.subject_child(verb).is_none()
}

/// "The family of a soldier arrested abroad": a participle describes the noun right before it, if that is part of the
/// phrase that it hangs on.
pub fn described(reading: &Reading, participle: usize) -> Option<usize> {
    let before = participle.checked_sub(1)?;
    let head = reading.head(participle)?;
    let noun = matches!(reading.tag(before), Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps);
    (noun && head < before && reading.label(before) == Label::Nmod && reading.is_under(before, head))
        .then_some(before)
}

/// "Guards were hurt in clashes with smugglers": who is hurt is the victim, so the others are the doers.
pub fn suffered(reading: &Reading, verb: usize, frame: &mut Frame) {
    let others = |t: &usize| reading.case(*t) == Some("with");
    frame.agents.extend(frame.patients.iter().copied().filter(others));
    frame.patients.retain(|t| !others(t));
    if frame.patients.is_empty() {
        frame.patients.extend(reading.subject(verb));
    }
}

/// "Rammed a lorry into the gate", "fired rockets at the port": what is aimed at, where the object is the means.
pub fn is_aim(reading: &Reading, verb: usize, case: &str) -> bool {
    match reading.lemma(verb) {
        "ram" | "crash" | "drive" | "plow" | "plough" | "smash" | "slam" | "steer" => case == "into",
        "fire" | "launch" | "hurl" | "throw" | "lob" | "drop" | "open" => {
            matches!(case, "at" | "on" | "into" | "towards" | "toward" | "against")
        }
        _ => false,
    }
}

/// Whether a deed is the means of an active verb of force: "killed ten in a raid".
pub fn is_means(reading: &Reading, verb: usize, case: &str) -> bool {
    matches!(case, "in" | "during" | "with")
        && STRIKING.contains(&reading.lemma(verb))
        && !reading.is_passive(verb)
        && reading.child(verb, Label::Obj).is_some()
}

/// Verbs whose sufferer is their object, never what "on" or "at" adds ("freed on parole").
pub fn takes_object(reading: &Reading, verb: usize) -> bool {
    matches!(
        reading.lemma(verb),
        "arrest"
            | "hold"
            | "kill"
            | "injure"
            | "wound"
            | "stab"
            | "murder"
            | "kidnap"
            | "abduct"
            | "detain"
            | "free"
            | "release"
            | "target"
            | "seize"
            | "bomb"
            | "hit"
            | "assassinate"
            | "behead"
            | "jail"
            | "capture"
    )
}

/// "Prison attacked", "Driver held for theft": a headline leaves the auxiliary out; a past without object is passive.
pub fn is_headline_passive(reading: &Reading, verb: usize) -> bool {
    reading.is_title()
        && matches!(reading.tag(verb), Tag::Vbd | Tag::Vbn)
        && (takes_object(reading, verb) || matches!(reading.lemma(verb), "attack" | "shoot"))
        && reading.child(verb, Label::Obj).is_none()
        // "Since rebels attacked".
        && reading.child(verb, Label::Mark).is_none()
        && !reading.auxiliaries(verb).any(|t| matches!(reading.word(t), "has" | "have" | "had"))
}

/// Whether a word names the owner of the noun that it stands with: "Russian missiles", "the army's shells".
pub fn owns(reading: &Reading, token: usize) -> bool {
    match reading.label(token) {
        Label::NmodPoss => true,
        Label::Compound => reading.tag(token).is_proper(),
        Label::Amod => reading.tag(token) == Tag::Jj && names_somebody(reading, token),
        _ => false,
    }
}

/// "An anti-League march": whom the word before the protest is against.
fn opposed(reading: &Reading, at: At) -> Option<usize> {
    (at.first.saturating_sub(4)..at.first).find_map(|t| match reading.word(t) {
        "anti" if reading.after(t, 1) == "-" => Some(t + 2).filter(|&t| t < at.first),
        _ => None,
    })
}

/// Letters that stand for words are seldom a nationality, whatever the tag.
fn is_initials(reading: &Reading, t: usize) -> bool {
    reading.document.word(reading.sentence, t).chars().all(char::is_uppercase)
}

/// The complements of the prepositions that follow the trigger's words before the next verb or comma. "On" and "to"
/// count right behind the words only, where they can mean nothing else.
fn behind(reading: &Reading, at: At, head: usize, verbal: bool, kind: &Kind, frame: &mut Frame) {
    let two = kind.sides == Sides::Two;
    let receives = kind.target == Target::Receiver;
    let sanction = kind.name == "sanction";
    let reach = if receives || sanction { 2 * PHRASE_MAX + 4 } else { PHRASE_MAX + 2 };
    for t in at.end..(at.end + reach).min(reading.len()) {
        let verb = reading.is_verb(t) && !matches!(reading.label(t), Label::Amod | Label::Compound);
        if verb || (reading.tag(t) == Tag::Punct && reading.word(t) != "-") {
            break;
        }
        let Some(token) = complement(reading, t).filter(|&c| c > head && !is_time(reading, c)) else {
            continue;
        };
        let next = t == at.end;
        match reading.word(t) {
            // What a deed is done on tells more than who is hurt by it.
            "on" | "against" if two && next && !verbal => frame.patients = vec![token],
            "on" if two && (next || sanction) && frame.patients.is_empty() => frame.patients.push(token),
            "against" if two && frame.patients.is_empty() => frame.patients.push(token),
            "to" | "with" if sanction && frame.patients.is_empty() => frame.patients.push(token),
            "by" if frame.agents.is_empty() => frame.agents.push(token),
            "between" | "with" if !two && !frame.agents.contains(&token) => frame.agents.push(token),
            "for" | "to" if receives && frame.patients.is_empty() => frame.patients.push(token),
            _ => {}
        }
    }
}

/// The head of the phrase that a preposition opens: the token that has it as its case, if it does follow.
fn complement(reading: &Reading, preposition: usize) -> Option<usize> {
    let head = reading.head(preposition)?;
    let case = matches!(reading.label(preposition), Label::Case | Label::Mark);
    (case && head > preposition && head < preposition + 2 * PHRASE_MAX).then_some(head)
}

/// "carried out hundreds of attacks", "severs ties": the verb among the trigger's words has the subject.
fn carrying(reading: &Reading, at: At, head: usize, verbal: bool, frame: &mut Frame) {
    for verb in (at.first..at.end.min(reading.len())).filter(|&t| t != head && reading.is_verb(t)) {
        if frame.agents.is_empty() {
            if reading.is_passive(verb) {
                frame.agents.extend(by(reading, verb));
            } else {
                frame.agents.extend(reading.subject(verb));
            }
        }
        // "Shoot and kill seven farmers": the object may hang on either.
        if verbal && frame.patients.is_empty() && !reading.is_passive(verb) {
            frame.patients.extend(reading.child(verb, Label::Obj).filter(|&t| t >= at.end));
        }
        if frame.verb.is_none() {
            frame.verb = Some(verb);
        }
    }
}

/// "Shelling kills six civilians": the noun phrase behind a verb of harm that follows the deed.
fn struck_behind(reading: &Reading, end: usize) -> Option<usize> {
    if end >= reading.len() || !STRIKING.contains(&reading.lemma(end)) || reading.word(end).ends_with("ing") {
        return None;
    }
    let noun = |t: usize| matches!(reading.tag(t), Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps);
    let opens = |t: usize| {
        noun(t)
            || matches!(reading.tag(t), Tag::Dt | Tag::Cd | Tag::Jj | Tag::Jjs | Tag::PrpS)
            || matches!(reading.word(t), "at" | "least" | "more" | "than" | "up" | "to" | "of")
    };
    let stop = (end + 1 + PHRASE_MAX).min(reading.len());
    (end + 1..stop).take_while(|&t| opens(t)).skip_while(|&t| !noun(t)).take_while(|&t| noun(t)).last()
}

/// "Gunmen shoot and kill": a plural noun modifies no other noun, so it is the subject of what was taken for one.
fn plural_before(reading: &Reading, verb: usize) -> Option<usize> {
    let top = reading.first_conjunct(verb);
    let before = top.checked_sub(1)?;
    let subject = reading.label(before) == Label::Compound && reading.head(before) == Some(top);
    (subject && matches!(reading.tag(before), Tag::Nns | Tag::Nnps)).then_some(before)
}

/// Who is to do what an infinitive tells: the object of "ask" and its like, else the subject of the verb above.
fn controller(reading: &Reading, verb: usize) -> Option<usize> {
    let infinitive =
        reading.tag(verb) == Tag::Vb && reading.children(verb).iter().any(|&c| reading.word(c) == "to");
    if !infinitive {
        return None;
    }
    let above = reading.upward(verb).skip(1).find(|&t| reading.is_verb(t))?;
    match reading.lemma(above) {
        "ask" | "urge" | "order" | "tell" | "allow" | "force" | "persuade" | "help" | "send" | "want" => {
            reading.child(above, Label::Obj)
        }
        _ => reading.subject(above),
    }
}

/// "He is in custody", "remained under house arrest", "the man in detention".
fn held_in(reading: &Reading, noun: usize) -> Option<usize> {
    if !matches!(reading.case(noun), Some("in" | "into" | "under")) {
        return None;
    }
    if let Some(subject) = reading.subject_child(noun) {
        return Some(subject);
    }
    let above = reading.head(noun)?;
    if !reading.is_verb(above) {
        return (reading.label(noun) == Label::Nmod).then_some(above);
    }
    reading.child(above, Label::Obj).or_else(|| reading.subject(above))
}

/// "claimed responsibility for the attack", "blamed the attack on the rebels", "blamed the rebels for the attack".
fn claimed(reading: &Reading, deed: usize) -> Option<usize> {
    let above = reading.head(reading.first_conjunct(deed))?;
    if matches!(reading.word(above), "responsibility" | "credit") {
        let verb = reading.head(above)?;
        return reading.subject(verb).filter(|_| {
            matches!(reading.lemma(verb), "claim" | "take" | "accept" | "admit" | "acknowledge" | "bear")
        });
    }
    if reading.lemma(above) != "blame" {
        return None;
    }
    let object = reading.child(above, Label::Obj);
    if reading.case(deed) == Some("for") {
        return if reading.is_passive(above) { reading.subject(above) } else { object };
    }
    reading.children(above).iter().copied().find(|&t| t > deed && reading.case(t) == Some("on"))
}

/// Buildings that stand before the deed that was done to them.
pub fn is_building(word: &str) -> bool {
    matches!(
        word,
        "embassy"
            | "consulate"
            | "mosque"
            | "church"
            | "synagogue"
            | "temple"
            | "hotel"
            | "airport"
            | "hospital"
            | "school"
            | "university"
            | "mall"
            | "market"
            | "nightclub"
            | "prison"
            | "checkpoint"
            | "convoy"
            | "base"
            | "airbase"
            | "barracks"
            | "cathedral"
            | "monastery"
            | "shrine"
            | "restaurant"
            | "stadium"
            | "theatre"
            | "theater"
            | "library"
            | "museum"
            | "refinery"
            | "pipeline"
            | "dam"
    )
}

/// "The Russia sanctions": a country's own name before the noun is under them, a nationality or a power's initials
/// ("U.S. sanctions") impose them.
fn sanctioned_before(reading: &Reading, at: At, head: usize, frame: &mut Frame) {
    let named = |t: usize| {
        let word = reading.document.word(reading.sentence, t);
        reading.tag(t) == Tag::Nnp
            && reading.label(t) == Label::Compound
            && reading.head(t) == Some(head)
            && word.chars().skip(1).any(char::is_lowercase)
            && !word.contains('.')
    };
    let Some(token) = head.checked_sub(1).filter(|&t| named(t)) else { return };
    let others = frame.agents.iter().any(|&t| t != token);
    if frame.patients.is_empty() && (others || at.first < token) {
        frame.agents.retain(|&t| t != token);
        frame.patients.push(token);
    }
}

/// "Both sides accuse each other of breaking the truce": who accuses and who is accused are its parties.
fn accusing(reading: &Reading, deed: usize) -> Vec<usize> {
    let accuses = |&verb: &usize| matches!(reading.lemma(verb), "accuse" | "blame");
    let Some(verb) = reading.upward(deed).skip(1).take(4).find(accuses) else { return Vec::new() };
    let accused =
        reading.child(verb, Label::Obj).filter(|&t| !matches!(reading.word(t), "other" | "another"));
    accused.into_iter().chain(reading.subject(verb)).collect()
}

/// Whom the sentence accuses of the deed: "is charged with the murder", "accused of shooting", "arrested for robbing".
fn accused(reading: &Reading, deed: usize) -> Option<usize> {
    let mut below = deed;
    for up in reading.upward(deed).skip(1).take(3) {
        let mark = reading.case(below).unwrap_or("");
        let blamed = match reading.lemma(up) {
            "accuse" | "suspect" | "convict" | "acquit" => matches!(mark, "of" | "in"),
            "charge" => matches!(mark, "with" | "for" | "over"),
            "arrest" | "detain" | "jail" | "prosecute" | "try" | "indict" | "imprison" => {
                matches!(mark, "for" | "over")
            }
            _ => false,
        };
        if blamed && reading.is_verb(up) {
            // "Man in court charged with": the man is charged.
            let governor = reading.head(up).filter(|_| matches!(reading.label(up), Label::Acl));
            let governor = governor.and_then(|t| match reading.case(t) {
                Some("in") => reading.head(t),
                _ => Some(t),
            });
            return match reading.child(up, Label::Obj) {
                Some(object) => Some(object),
                None => reading.subject(up).or(governor),
            };
        }
        below = up;
    }
    None
}

/// "In a meeting with the envoy, the minister said": the other party is the subject of the clause around.
fn counterpart(reading: &Reading, deed: usize) -> Option<usize> {
    reading
        .upward(deed)
        .skip(1)
        .filter(|&t| reading.is_verb(t) && !reading.is_passive(t))
        .find_map(|verb| reading.subject(verb))
        .filter(|&t| t != deed)
}
