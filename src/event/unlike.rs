//! What has the words of an event and is none: accidents, works of fiction, states, other senses.
//!
//! Owns the refusals that hold whatever else speaks for a candidate. Whether it happened is for `reality` to say,
//! how likely the rest is for `confidence`.

use super::candidate::{Candidate, Scope};
use super::confidence;
use super::join;
use super::reading::Reading;
use super::sense;
use crate::lexicon::kinds::{Form, Pattern, Word};
use crate::text::{Label, Tag};

/// Why a candidate is none, if it is none.
pub fn why(candidate: &Candidate, reading: &Reading, scope: &Scope) -> Option<&'static str> {
    let pattern = scope.pattern(&candidate.trigger);
    if !pattern.attributive && reading.label(candidate.trigger.head) == Label::Amod {
        return Some("a state");
    }
    if is_adjective(candidate, reading, pattern) {
        return Some("another sense");
    }
    if sense::is_barred(reading, &candidate.trigger, pattern, &candidate.frame) {
        return Some("another sense");
    }
    if is_verb_after_all(candidate, reading, scope) {
        return Some("another sense");
    }
    if is_apparatus(candidate, reading, scope) {
        return Some("another sense");
    }
    if is_month(candidate, reading) {
        return Some("a month");
    }
    if is_bidding(candidate, reading) {
        return Some("asked for");
    }
    if is_acquitted(candidate, reading) {
        return Some("cleared of it");
    }
    if is_accident(candidate, reading, scope) || is_run_over(candidate, reading) {
        return Some("accident");
    }
    if is_own_life(candidate, reading, scope) {
        return Some("a suicide");
    }
    if is_habit(candidate, reading) {
        return Some("a habit");
    }
    if is_of_a_game(candidate, scope) {
        return Some("a game or a show");
    }
    if is_of_the_dead(candidate, reading, scope) {
        return Some("of the dead");
    }
    if is_guarded_against(candidate, reading) {
        return Some("guarded against");
    }
    is_fiction(candidate, reading, scope).then_some("a work tells it")
}

/// "Took her own life by hanging", "committed suicide by setting himself on fire": done to nobody else. A suicide
/// bombing is, and so is what others are told to have died of beside it.
fn is_own_life(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    if scope.kind(&candidate.trigger).name != "attack"
        || reading.word(candidate.trigger.at.first) == "suicide"
    {
        return false;
    }
    let own = |t: usize| matches!(reading.word(t), "his" | "her" | "their" | "own");
    let taken = |t: usize| {
        reading.word(t) == "life" && t > 0 && own(t - 1) && {
            let verb = reading.head(t);
            verb.is_some_and(|verb| matches!(reading.lemma(verb), "take" | "end"))
        }
    };
    let committed = |t: usize| {
        reading.word(t) == "suicide" && reading.head(t).is_some_and(|verb| reading.lemma(verb) == "commit")
    };
    let oneself = candidate.verbal
        && (candidate.trigger.at.first..(candidate.trigger.at.end + 1).min(reading.len()))
            .any(|t| matches!(reading.word(t), "himself" | "herself" | "themselves"))
        && !matches!(candidate.lemma.as_str(), "blow" | "detonate" | "explode");
    let told = (0..reading.len()).any(|t| taken(t) || committed(t));
    oneself
        || told && candidate.targets.is_empty() && candidate.counts.killed.is_none_or(|killed| killed <= 1)
}

/// "City's attack faltered": in a story of sport or shows nothing of the kind happens, unless somebody is hurt or
/// somebody acts who does so for a state, a force or the law.
fn is_of_a_game(candidate: &Candidate, scope: &Scope) -> bool {
    let topic = &scope.topic;
    let acts = candidate.sources.iter().chain(&candidate.targets).any(confidence::acts);
    !scope.kind(&candidate.trigger).scheduled
        && (topic.is_mainly(topic.sport) || topic.is_mainly(topic.show))
        && !candidate.counts.any()
        && !acts
}

/// "Returned the hostages' bodies", "the release of four bodies": nobody is freed.
fn is_of_the_dead(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    let at = candidate.trigger.at;
    let end = (at.end + 4).min(reading.len());
    let dead = |t: usize| matches!(reading.word(t), "body" | "bodies" | "remains" | "corpse" | "corpses");
    scope.kind(&candidate.trigger).name == "release"
        && (at.first..end).take_while(|&t| !matches!(reading.word(t), "," | ";" | "and")).any(dead)
}

/// "Attacks are common in the region".
fn is_habit(candidate: &Candidate, reading: &Reading) -> bool {
    let head = candidate.trigger.head;
    let often = |t: usize| {
        matches!(
            reading.word(t),
            "common"
                | "commonplace"
                | "frequent"
                | "rare"
                | "routine"
                | "usual"
                | "normal"
                | "uncommon"
                | "infrequent"
        )
    };
    candidate.judgement.bare_plural
        && reading.label(head) == Label::Nsubj
        && reading.head(head).is_some_and(often)
}

/// "Insurance against abduction", "a law against torture": what has neither article nor number there is any.
fn is_guarded_against(candidate: &Candidate, reading: &Reading) -> bool {
    let head = candidate.trigger.head;
    let own = |&c: &usize| {
        matches!(reading.label(c), Label::Det | Label::NmodPoss | Label::Nummod | Label::Amod | Label::Nmod)
    };
    !candidate.verbal
        && matches!(reading.tag(head), Tag::Nn | Tag::Nnp)
        && reading.case(head) == Some("against")
        && !reading.children(head).iter().any(own)
}

/// "Bomb shelters", "the murder rate", "a strike team".
fn is_apparatus(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    let head = candidate.trigger.head;
    !candidate.verbal
        && reading.label(head) == Label::Compound
        && reading.head(head).is_some_and(|above| reading.has_class(above, scope.classes.apparatus))
}

/// "The president's March order": in running text a capital makes it the month, unless a name stands before it.
fn is_month(candidate: &Candidate, reading: &Reading) -> bool {
    let head = candidate.trigger.head;
    let word = |t: usize| reading.document.word(reading.sentence, t);
    let capital = |t: usize| word(t).starts_with(char::is_uppercase);
    let named = head.checked_sub(1).is_some_and(|before| capital(before) && reading.tag(before).is_proper());
    head > 0
        && word(head) == "March"
        && !named
        && reading.label(head) == Label::Compound
        && (0..reading.len()).any(|t| word(t).len() > 3 && !capital(t))
}

/// "Meet the first pilot": a sentence that opens with the bare verb bids.
fn is_bidding(candidate: &Candidate, reading: &Reading) -> bool {
    let head = candidate.trigger.head;
    let opens = (0..head).all(|t| !reading.word(t).starts_with(char::is_alphanumeric));
    candidate.verbal
        && opens
        && matches!(reading.tag(head), Tag::Vb | Tag::Vbp)
        && reading.word(head) == reading.lemma(head)
        && reading.subject_child(head).is_none()
        && reading.auxiliaries(head).next().is_none()
}

/// "Cleared of rape": what a court does not find.
fn is_acquitted(candidate: &Candidate, reading: &Reading) -> bool {
    let top = reading.first_conjunct(candidate.trigger.head);
    reading.head(top).is_some_and(|verb| matches!(reading.lemma(verb), "clear" | "acquit" | "exonerate"))
        && matches!(reading.case(top), Some("of" | "from"))
}

/// "Struck by a car as he crossed": traffic.
fn is_run_over(candidate: &Candidate, reading: &Reading) -> bool {
    let traffic = |t: usize| {
        let word = reading.word(t);
        matches!(
            word,
            "car" | "bus" | "truck" | "van" | "train" | "lorry" | "vehicle" | "motorcycle" | "tram" | "taxi"
        )
    };
    matches!(
        candidate.lemma.as_str(),
        "hit" | "strike" | "kill" | "crush" | "injure" | "mow" | "run" | "knock"
    ) && reading.children(candidate.trigger.head).iter().any(|&c| reading.case(c) == Some("by") && traffic(c))
}

/// "Offensive remarks", "offensive operations": a noun's form before another noun is an adjective.
fn is_adjective(candidate: &Candidate, reading: &Reading, pattern: &Pattern) -> bool {
    let head = candidate.trigger.head;
    pattern.form == Form::Noun
        && pattern.words.len() == 1
        && reading.tag(head) == Tag::Jj
        && reading.label(head) == Label::Amod
}

/// "Minister blasts critics": a noun's form that has subject and object is a verb, and the kind knows no such verb.
fn is_verb_after_all(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    let pattern = scope.pattern(&candidate.trigger);
    let head = candidate.trigger.head;
    let verb_too = || {
        scope.kind(&candidate.trigger).patterns.iter().any(|other| {
            other.form == Form::Verb
                && matches!(other.words.as_slice(), [Word::Of(forms)] if forms.iter().any(|f| f == reading.word(head)))
        })
    };
    pattern.form == Form::Noun
        && pattern.words.len() == 1
        && !verb_too()
        && matches!(reading.tag(head), Tag::Vbz | Tag::Vbp | Tag::Vb | Tag::Vbd)
        && reading.child(head, Label::Obj).is_some()
        && reading.child(head, Label::Nsubj).is_some()
}

/// Words of force and violence in a hundred, up to which a story speaks of no attack: the dead themselves are such.
const WARLIKE: f32 = 6.0;

/// Dead without anybody who kills: beside a word of accident, or by what the sentence names as the cause.
fn is_accident(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    let strikes = matches!(candidate.lemma.as_str(), "hit" | "strike" | "ram" | "plough" | "plow" | "crush");
    // "A 6.3 earthquake strikes near the town": parsers may take the verb for a noun.
    let natural = |&c: &usize| reading.has_class(c, scope.classes.nature);
    let by_nature = strikes && reading.children(candidate.trigger.head).iter().any(natural);
    let struck = join::is_consequence(candidate) || (candidate.verbal && strikes) || by_nature;
    if !struck {
        return false;
    }
    let force = (0..reading.len()).any(|t| reading.has_class(t, scope.classes.force));
    // "A quake shook Nepal, killing 40": parsers may take anything for the doer there.
    let natural = (0..reading.len()).any(|t| {
        reading.has_class(t, scope.classes.nature) && reading.tag(t).is_noun() && reading.after(t, 1) != "of"
    });
    if natural && !force && !is_armed(reading, scope) {
        return true;
    }
    let unowned = candidate.accident && candidate.sources.is_empty() && !force;
    // "Three dead in the north || Their coach had left the road after a collision": the next sentence tells the cause.
    let told = scope.shape.brief
        && scope.topic.war <= WARLIKE
        && scope.topic.classes & scope.classes.accident != 0
        && candidate.sources.is_empty();
    by_nature || unowned || told || (!is_armed(reading, scope) && cause(candidate, reading, scope, force))
}

/// A word of weapons or violence that tells neither the dead nor who carries arms.
fn is_armed(reading: &Reading, scope: &Scope) -> bool {
    let classes = &scope.classes;
    (0..reading.len()).any(|t| {
        reading.has_class(t, classes.violence)
            && !reading.has_class(t, classes.casualty | classes.force)
            && !matches!(
                reading.word(t),
                "fire" | "murder" | "war" | "jets" | "explosion" | "explosions" | "blast" | "blasts"
            )
    })
}

/// "Killed in a coach crash", "a landslide kills", "killed when a roof fell", "a lorry overturned, killing two".
fn cause(candidate: &Candidate, reading: &Reading, scope: &Scope, force: bool) -> bool {
    let head = candidate.trigger.head;
    let mishap = |t: usize| {
        let caught = reading.head(t).is_some_and(|verb| reading.lemma(verb) == "catch");
        let ablaze = matches!(reading.word(t), "fire" | "fires")
            && !force
            && (caught || reading.child(t, Label::Det).is_some());
        ablaze || reading.has_class(t, scope.classes.accident | scope.classes.nature)
    };
    // "Rammed into a tree": what a driver runs into of himself.
    let into = |t: usize| {
        reading.children(t).iter().any(|&c| {
            matches!(reading.label(c), Label::Obl | Label::Obj)
                && reading.has_class(c, scope.classes.obstacle)
        })
    };
    let catches = |t: usize| reading.child(t, Label::Obj).is_some_and(mishap) && reading.lemma(t) == "catch";
    let clause =
        |t: usize| mishap(t) || into(t) || catches(t) || reading.subject_child(t).is_some_and(mishap);
    let first = reading.first_conjunct(head);
    let joined = reading.children(first).iter().copied().filter(|&c| reading.label(c) == Label::Conj);
    let verbs: Vec<usize> = [head, first].into_iter().chain(joined.filter(|&c| reading.is_verb(c))).collect();
    let below = verbs.iter().flat_map(|&verb| reading.children(verb)).any(|&c| match reading.label(c) {
        Label::Obl | Label::OblAgent | Label::Nmod => {
            let case = reading.case(c).unwrap_or("");
            matches!(case, "in" | "by" | "from" | "after" | "during" | "of" | "to") && mishap(c)
        }
        Label::Advcl => clause(c),
        Label::Nsubj => mishap(c),
        _ => false,
    });
    let ablaze = |t: usize| reading.lemma(t) == "catch" && reading.after(t, 1) == "fire";
    if !force && (0..reading.len()).any(ablaze) {
        return true;
    }
    let told_by = reading.label(first) == Label::Advcl && reading.head(first).is_some_and(clause);
    below || told_by
}

/// "The battle scenes were shot in Morocco", "a film about a siege": made, or told by what was made.
fn is_fiction(candidate: &Candidate, reading: &Reading, scope: &Scope) -> bool {
    // "A series of raids" is so many of them.
    let shown = |t: usize| reading.has_class(t, scope.classes.show) && reading.word(t) != "series";
    let head = candidate.trigger.head;
    let above = reading.head(head).is_some_and(shown);
    if reading.label(head) == Label::Compound {
        return above;
    }
    if candidate.verbal {
        let is_object = |t: usize| matches!(reading.label(t), Label::Obj | Label::NsubjPass);
        return candidate.lemma == "shoot"
            && reading.children(head).iter().any(|&t| is_object(t) && shown(t));
    }
    above && reading.case(head).is_some_and(|case| matches!(case, "about" | "on" | "of"))
}
