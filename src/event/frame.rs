//! Who does it and to whom: the arguments of a trigger, as head tokens.
//!
//! Owns the paths through the tree: active, passive, nominal, relative, participial, coordinated and light-verb
//! forms. Leaves to `mention::actor` whom a token denotes.

mod order;
mod words;

pub use order::{is_building, owns};

use super::reading::Reading;
use crate::lexicon::kinds::{Kind, Sides, Target};
use crate::text::{At, Label, Tag};
use words::{DONE_TO, LIGHT, STRIKING};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    pub agents: Vec<usize>,
    pub patients: Vec<usize>,
    /// With those that the kind does not count as its target: they are evidence all the same.
    pub all_patients: Vec<usize>,
    /// The object is what is given, and may stand behind who gets it.
    pub given: bool,
    /// The verb that carries a noun trigger ("held talks"), or the trigger itself.
    pub verb: Option<usize>,
}

/// The arguments of the trigger whose words are `at` and whose head is `head`.
pub fn frame(reading: &Reading, at: At, head: usize, verbal: bool, kind: &Kind) -> Frame {
    let sides = kind.sides;
    let mut frame = if verbal { of_verb(reading, head) } else { of_noun(reading, head, kind) };
    frame.all_patients = frame.patients.clone();
    // "Food was delivered to the camp": what is given is evidence, though who gets it is the target.
    let given = |&c: &usize| verbal && matches!(reading.label(c), Label::Obj | Label::NsubjPass);
    frame.all_patients.extend(reading.children(head).iter().copied().filter(given));
    order::complete(reading, at, head, verbal, kind, &mut frame);
    let more =
        frame.patients.iter().filter(|t| !frame.all_patients.contains(t)).copied().collect::<Vec<usize>>();
    frame.all_patients.extend(more);
    match kind.target {
        Target::Object => {}
        Target::Against => frame.patients.retain(|&t| is_opponent(reading, t)),
        // Those who are evacuated are themselves helped.
        Target::Receiver if reading.word(head).starts_with("evacuat") => {}
        Target::Receiver => {
            frame.given = true;
            receivers(reading, head, &mut frame);
        }
    }
    if sides == Sides::One {
        let patients = std::mem::take(&mut frame.patients);
        frame.agents.extend(patients);
    }
    [&mut frame.agents, &mut frame.patients].into_iter().for_each(dedup);
    let agents = frame.agents.clone();
    frame.patients.retain(|t| !agents.contains(t));
    frame
}

fn is_opponent(reading: &Reading, token: usize) -> bool {
    matches!(reading.case(token).unwrap_or(""), "against" | "toward" | "towards")
}

/// Who gets what is given: "to the refugees", "Kyiv" before the goods, "for Sudan".
fn receivers(reading: &Reading, head: usize, frame: &mut Frame) {
    let direct = reading.child(head, Label::Iobj);
    let goods = frame.patients.iter().flat_map(|&goods| reading.children(goods));
    // "vehicles and ammunition to Ukraine": the last of the goods may have who gets them.
    let joined = goods
        .clone()
        .filter(|&&t| reading.label(t) == Label::Conj)
        .flat_map(|&goods| reading.children(goods));
    let near = goods.chain(joined).chain(reading.children(head));
    let given: Vec<usize> = near
        .copied()
        .filter(|&t| matches!(reading.label(t), Label::Nmod | Label::Obl))
        .filter(|&t| matches!(reading.case(t), Some("to" | "for")) && !is_time(reading, t))
        .collect();
    frame.patients = direct.into_iter().chain(given).collect();
}

fn dedup(tokens: &mut Vec<usize>) {
    let mut kept = Vec::new();
    tokens.retain(|t| {
        let new = !kept.contains(t);
        kept.push(*t);
        new
    });
}

fn of_verb(reading: &Reading, verb: usize) -> Frame {
    let mut frame = Frame { verb: Some(verb), ..Frame::default() };
    let passive = reading.is_passive(verb)
        || order::shares_passive(reading, verb)
        || order::is_headline_passive(reading, verb);
    let subject = reading.subject(verb);
    if passive {
        frame.agents.extend(by(reading, verb));
        match reading.label(verb) {
            Label::Acl | Label::Amod if subject.is_none() => {
                frame.patients.extend(order::described(reading, verb).or(reading.head(verb)));
            }
            _ => frame.patients.extend(subject),
        }
    } else {
        frame.agents.extend(subject);
        frame.patients.extend(reading.child(verb, Label::Obj));
        frame.agents.extend(by(reading, verb));
    }
    for (case, token) in obliques(reading, verb) {
        match case {
            _ if order::is_aim(reading, verb, case) && !is_time(reading, token) => {
                frame.patients = vec![token];
            }
            "on" | "at" | "against"
                if frame.patients.is_empty()
                    && !order::takes_object(reading, verb)
                    && !is_time(reading, token) =>
            {
                frame.patients.push(token)
            }
            "with" | "between" if is_meeting_like(reading, verb) => frame.patients.push(token),
            "to" if matches!(
                reading.lemma(verb),
                "send"
                    | "provide"
                    | "give"
                    | "deliver"
                    | "pledge"
                    | "supply"
                    | "donate"
                    | "ship"
                    | "offer"
                    | "surrender"
                    | "speak"
                    | "talk"
            ) =>
            {
                // The goods are no target; who gets them is.
                frame.patients = vec![token];
            }
            "on" if matches!(reading.lemma(verb), "impose" | "slap") => frame.patients = vec![token],
            _ => {}
        }
    }
    if matches!(reading.lemma(verb), "send" | "provide" | "give" | "offer")
        && let Some(receiver) = reading.child(verb, Label::Iobj)
    {
        frame.patients = vec![receiver];
    }
    frame
}

/// Whom a passive names with "by".
fn by(reading: &Reading, token: usize) -> Vec<usize> {
    reading
        .children(token)
        .iter()
        .copied()
        .filter(|&c| {
            reading.label(c) == Label::OblAgent
                || (matches!(reading.label(c), Label::Obl | Label::Nmod) && reading.case(c) == Some("by"))
        })
        .filter(|&c| !is_time(reading, c))
        .collect()
}

fn obliques<'r>(reading: &'r Reading, token: usize) -> Vec<(&'r str, usize)> {
    reading
        .children(token)
        .iter()
        .copied()
        .filter(|&c| matches!(reading.label(c), Label::Obl | Label::Nmod | Label::OblAgent))
        .filter_map(|c| reading.case(c).map(|case| (case, c)))
        .collect()
}

fn is_meeting_like(reading: &Reading, verb: usize) -> bool {
    matches!(
        reading.lemma(verb),
        "meet"
            | "talk"
            | "speak"
            | "confer"
            | "negotiate"
            | "discuss"
            | "hold"
            | "sign"
            | "agree"
            | "reach"
            | "clash"
            | "fight"
            | "battle"
            | "have"
            | "sit"
            | "shake"
            | "strike"
            | "conclude"
            | "begin"
            | "resume"
            | "start"
            | "make"
    )
}

/// Times, grounds and manners, which prepositions introduce as they do people.
fn is_time(reading: &Reading, token: usize) -> bool {
    matches!(
        reading.word(token),
        "monday"
            | "tuesday"
            | "wednesday"
            | "thursday"
            | "friday"
            | "saturday"
            | "sunday"
            | "january"
            | "february"
            | "march"
            | "april"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
            | "week"
            | "weeks"
            | "month"
            | "months"
            | "year"
            | "years"
            | "day"
            | "days"
            | "night"
            | "morning"
            | "evening"
            | "afternoon"
            | "today"
            | "yesterday"
            | "hours"
            | "time"
            | "condition"
            | "end"
            | "start"
            | "least"
            | "behalf"
            | "suspicion"
            | "charges"
            | "grounds"
            | "bail"
            | "parole"
            | "site"
            | "scene"
    ) || reading.tag(token) == Tag::Cd
}

fn of_noun(reading: &Reading, noun: usize, kind: &Kind) -> Frame {
    let sides = kind.sides;
    // "the Smith rally", "a summit protest": a protest is named after its cause or its place.
    let by_cause = |t: usize| kind.name == "protest" && reading.tag(t).is_proper();
    let mut frame = Frame::default();
    let done_to = DONE_TO.contains(&reading.word(noun));
    // "Pakistan's embassy attack", "the German consulate bombing": the building is struck, and its owner strikes nobody.
    let building = reading
        .children(noun)
        .iter()
        .copied()
        .find(|&t| reading.label(t) == Label::Compound && order::is_building(reading.word(t)));
    frame.patients.extend(building.filter(|_| sides == Sides::Two));
    let owns_building = |t: usize| building.is_some_and(|building| t < building);
    for &child in reading.children(noun) {
        match reading.label(child) {
            Label::NmodPoss | Label::Compound | Label::Amod if owns_building(child) => {}
            Label::NmodPoss if done_to => frame.patients.push(child),
            Label::NmodPoss => frame.agents.push(child),
            Label::Compound | Label::Amod | Label::NmodDesc
                if names_somebody(reading, child) && !by_cause(child) =>
            {
                frame.agents.push(child)
            }
            Label::Nmod | Label::Obl => {
                let case = reading.case(child).unwrap_or("");
                nominal_argument(&mut frame, case, child, done_to, sides, reading);
            }
            Label::Acl => participle(reading, child, &mut frame),
            _ => {}
        }
    }
    under_verb(reading, noun, &mut frame);
    frame
}

fn nominal_argument(
    frame: &mut Frame,
    case: &str,
    token: usize,
    done_to: bool,
    sides: Sides,
    reading: &Reading,
) {
    if is_time(reading, token) {
        return;
    }
    match case {
        "by" => frame.agents.push(token),
        "on" | "against" | "targeting" | "upon" if sides == Sides::Two => frame.patients.push(token),
        "of" if done_to => frame.patients.push(token),
        "of" => frame.agents.push(token),
        "with" if sides == Sides::Two => frame.patients.push(token),
        "between" | "among" | "with" => frame.agents.push(token),
        "to" if matches!(sides, Sides::Two) => frame.patients.push(token),
        _ => {}
    }
}

/// "an attack carried out by rebels", "a bomb targeting a convoy", "sanctions imposed on Iran".
fn participle(reading: &Reading, verb: usize, frame: &mut Frame) {
    if reading.tag(verb) == Tag::Vbg {
        frame.patients.extend(reading.child(verb, Label::Obj));
        return;
    }
    frame.agents.extend(by(reading, verb));
    for (case, token) in obliques(reading, verb) {
        if matches!(case, "on" | "against") && !is_time(reading, token) {
            frame.patients.push(token);
        }
    }
}

/// What the verb above a noun trigger tells of the doers.
fn under_verb(reading: &Reading, noun: usize, frame: &mut Frame) {
    let top = reading.first_conjunct(noun);
    let Some(verb) = reading.head(top) else { return };
    if !reading.is_verb(verb) {
        return;
    }
    let lemma = reading.lemma(verb);
    let label = reading.label(top);
    let case = reading.case(top).unwrap_or("");
    match label {
        Label::Obj | Label::Obl | Label::Xcomp if LIGHT.contains(&lemma) => {
            let arrival = matches!(lemma, "arrive" | "travel" | "go" | "meet") && case != "for";
            if label == Label::Obl && (arrival || !matches!(case, "in" | "to" | "for" | "on" | "into" | "at"))
            {
                return;
            }
            frame.verb = Some(verb);
            if frame.agents.is_empty() {
                match reading.is_passive(verb) {
                    true => frame.agents.extend(by(reading, verb)),
                    false => frame.agents.extend(reading.subject(verb)),
                }
            } else if let Some(subject) = reading.subject(verb)
                && matches!(case, "" | "for")
                && !reading.is_passive(verb)
            {
                frame.agents.insert(0, subject);
            }
            for (case, token) in obliques(reading, verb) {
                match case {
                    "on" | "against" if token != top && !is_time(reading, token) => {
                        frame.patients.push(token)
                    }
                    "with" | "between" if token != top => frame.agents.push(token),
                    _ => {}
                }
            }
        }
        Label::NsubjPass if LIGHT.contains(&lemma) => {
            frame.verb = Some(verb);
            frame.agents.extend(by(reading, verb));
            for (case, token) in obliques(reading, verb) {
                match case {
                    "on" | "against" if !is_time(reading, token) => frame.patients.push(token),
                    "with" | "between" => frame.agents.push(token),
                    _ => {}
                }
            }
        }
        // "killed ten in a raid"
        Label::Obl if order::is_means(reading, verb, case) => {
            frame.verb = Some(verb);
            if frame.agents.is_empty() {
                frame.agents.extend(reading.subject(verb));
            }
            if frame.patients.is_empty() {
                frame.patients.extend(reading.child(verb, Label::Obj));
            }
        }
        Label::Nsubj if STRIKING.contains(&lemma) => {
            frame.verb = Some(verb);
            if frame.patients.is_empty() {
                frame.patients.extend(reading.child(verb, Label::Obj));
            }
        }
        // "killed in an attack by militants", "injured when a bomb exploded"
        Label::Obl | Label::OblAgent
            if matches!(case, "in" | "during" | "by") && STRIKING.contains(&lemma) =>
        {
            frame.verb = Some(verb);
            if reading.is_passive(verb) {
                order::suffered(reading, verb, frame);
            }
        }
        Label::Nsubj if matches!(lemma, "erupt" | "break" | "take" | "resume" | "begin" | "occur") => {
            frame.verb = Some(verb);
            for (case, token) in obliques(reading, verb) {
                if matches!(case, "between" | "with") {
                    frame.agents.push(token);
                }
            }
        }
        _ => {}
    }
}

/// Whether a word before a noun trigger names who did it: a name or a nationality.
fn names_somebody(reading: &Reading, token: usize) -> bool {
    let word = reading.document.word(reading.sentence, token);
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    let shout = reading.is_title();
    (capital && (reading.tag(token).is_proper() || reading.tag(token) == Tag::Jj || !shout))
        || matches!(
            reading.word(token),
            "militant"
                | "rebel"
                | "police"
                | "insurgent"
                | "army"
                | "military"
                | "government"
                | "terrorist"
                | "guerrilla"
                | "student"
                | "farmers"
                | "opposition"
                | "separatist"
                | "gang"
                | "jihadist"
                | "mob"
                | "islamist"
                | "coalition"
                | "regime"
                | "paramilitary"
                | "cartel"
                | "militia"
        )
}
