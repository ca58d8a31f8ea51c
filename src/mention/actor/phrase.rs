//! One noun phrase into an actor: name, kind and country from the known names, nationalities, places and role
//! words that it is composed of.
//!
//! Owns composition. Leaves what stands beside the head to `modifier`, titles and names of people to `person`,
//! pronouns and definite references to `refer`.

use super::bounds::{Bounds, bounds};
use super::modifier::{Modifiers, is_ally, modifiers, of_object};
use super::person::{apposition, gender, holder, introduce, split_title, titled, within};
use super::story::{self, Toponym};
use super::{Actor, Found, Noun};
use crate::lexicon::ActorKind;
use crate::lexicon::actors::words::{Words, fold};
use crate::lexicon::actors::{Id, Role};
use crate::mention::PlaceClass;
use crate::text::{At, Label, Tag};

/// Heads that count what follows "of": the actor is what is counted.
const QUANTITIES: &[&str] = &[
    "dozens",
    "hundreds",
    "thousands",
    "scores",
    "tens",
    "number",
    "handful",
    "majority",
    "lot",
    "lots",
    "group",
    "groups",
    "crowd",
    "crowds",
    "couple",
    "pair",
    "team",
    "millions",
    "some",
    "many",
    "most",
    "several",
    "all",
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "half",
    "part",
    "rest",
    "series",
    "wave",
    "waves",
    "mob",
    "gang",
    "kind",
    "type",
    "third",
    "both",
    "each",
    "dozen",
    "body",
    "bodies",
];

/// Reads the phrase that a token heads; without a depth, references are left as they stand. None where it denotes
/// nobody.
pub fn read(found: &Found, sentence: usize, head: usize, depth: Option<usize>) -> Option<Noun> {
    if let Some(counted) = counted(found, sentence, head) {
        return match depth {
            Some(depth) => found.noun_at(sentence, counted, depth + 1),
            None => read(found, sentence, counted, None),
        };
    }
    let tag = found.document.tag(sentence, head);
    let known = found.story.name_at(sentence, head).copied();
    let toponym = found.story.toponym_at(sentence, head);
    if known.is_none() && toponym.is_none() {
        let word = found.word(sentence, head);
        let nominal = matches!(tag, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Fw)
            || matches!(tag, Tag::Jj | Tag::Vbn | Tag::Vbg | Tag::Cd) && is_role(found, word)
            || mistagged_end(found, sentence, head).is_some();
        if !nominal || found.lexicon.is_nobody(&fold(word)) || !word.chars().any(char::is_alphabetic) {
            return None;
        }
    }
    let mut reach = bounds(found, sentence, head);
    if let Some(end) = mistagged_end(found, sentence, reach.core.end) {
        (reach.core.end, reach.whole.end) = (end, end);
    }
    if let Some(name) = known
        && name.at.end >= reach.core.end
    {
        return Some(from_name(found, head, name.id, name.at));
    }
    // "spokesman" as the head of "spokesman Khalid Omar": the name that ends the phrase is meant.
    let tail =
        found.story.names(sentence).iter().find(|name| name.at.end == reach.core.end && name.at.first > head);
    if let Some(name) = tail.filter(|name| found.lexicon.get(name.id).person) {
        return Some(from_name(found, head, name.id, name.at));
    }
    if let Some(toponym) = toponym
        && toponym.at.end >= reach.core.end
        && is_ally(found, toponym.at)
    {
        return None;
    }
    if let Some(toponym) = toponym
        && toponym.at.end >= reach.core.end
        && !ends_a_name(found, reach.core, toponym)
    {
        return Some(from_place(found, head, toponym, reach));
    }
    let mut noun = compose(found, head, reach);
    if depth.is_some() {
        owned(found, reach, &mut noun);
    }
    Some(noun)
}

/// "Hamas fighters crossed": a word for people right after a known name or a nationality is a noun, whatever its tag,
/// where its ending allows no verb.
fn mistagged_end(found: &Found, sentence: usize, end: usize) -> Option<usize> {
    let before = end.checked_sub(1)?;
    let named = found.story.name_at(sentence, before).is_some_and(|name| name.at.end == end)
        || found
            .story
            .toponym_at(sentence, before)
            .is_some_and(|toponym| toponym.demonym && toponym.at.end == end);
    if !named || end >= found.document.sentences[sentence].tokens.len() {
        return None;
    }
    let word = fold(found.word(sentence, end));
    let noun = NOUN_ENDINGS.iter().any(|ending| word.ends_with(ending));
    (noun && found.lexicon.role_at_end(&[&word]).is_some_and(|(role, _)| role.is_person())).then_some(end + 1)
}

/// Endings of plurals that are no verbs.
const NOUN_ENDINGS: &[&str] =
    &["fighters", "ists", "men", "women", "ants", "ents", "soldiers", "rebels", "officials", "officers"];

/// "dozens of militants": the token that is counted.
fn counted(found: &Found, sentence: usize, head: usize) -> Option<usize> {
    let word = found.word(sentence, head).to_lowercase();
    if !QUANTITIES.contains(&word.as_str()) {
        return None;
    }
    let tree = found.document.tree(sentence);
    let of = |child: &usize| {
        matches!(tree.labels[*child], Label::Nmod | Label::Obl)
            && tree
                .children(*child)
                .any(|case| tree.labels[case] == Label::Case && found.word(sentence, case) == "of")
    };
    tree.children(head).find(of).filter(|&child| child > head)
}

fn is_role(found: &Found, word: &str) -> bool {
    found.lexicon.role_at_end(&[&fold(word)]).is_some()
}

/// A person's surname that is also a town: "Ahmed Kabul". True where the phrase is a name of several words that
/// the place ends, and the place is not the whole of it.
fn ends_a_name(found: &Found, core: At, toponym: &Toponym) -> bool {
    let before = toponym.at.first.checked_sub(1);
    core.first < toponym.at.first
        && before.is_some_and(|token| found.document.tag(core.sentence, token) == Tag::Nnp)
        && !toponym.demonym
        && found.story.person(&fold(found.word(core.sentence, toponym.at.end - 1))).is_some()
}

fn from_name(found: &Found, head: usize, id: Id, at: At) -> Noun {
    let named = found.lexicon.get(id);
    let name = match found.story.person(&fold(found.document.phrase(at))) {
        // "Lavrov" is called by the full name that the story gave him.
        Some(person) if named.person && person.id == Some(id) => person.name.clone(),
        _ => clean(found.document.phrase(at)),
    };
    let actor = Actor {
        at,
        head,
        name,
        canonical: Some(named.name.clone()),
        kind: named.kind_on(found.day),
        country: named.country,
    };
    let plural = !named.person;
    Noun {
        actor,
        role: None,
        person: named.person,
        plural,
        gender: None,
        named: true,
        subject: is_subject(found, at.sentence, head),
    }
}

/// A country, a capital or another place that acts, or its people.
fn from_place(found: &Found, head: usize, toponym: &Toponym, reach: Bounds) -> Noun {
    let sentence = toponym.at.sentence;
    let text = found.document.phrase(toponym.at);
    let mut kind = ActorKind::Unknown;
    let mut name = clean(text);
    let mut canonical = None;
    let mut plural = false;
    if toponym.demonym {
        let counted = reach.whole.first < toponym.at.first
            && matches!(
                found.word(sentence, reach.whole.first).to_lowercase().as_str(),
                "a" | "an" | "one" | "two" | "three" | "four" | "five"
            );
        let people = (text.ends_with('s') && !text.ends_with("ss")) || text.ends_with("men") || counted;
        if people {
            (kind, plural) = (ActorKind::Civilian, !counted);
        } else {
            // "Israeli strikes" are Israel's.
            kind = ActorKind::Government;
            name = toponym.name.clone();
            canonical = Some(toponym.name.clone());
        }
    } else if toponym.class == PlaceClass::Country {
        kind = ActorKind::Government;
        canonical = Some(toponym.name.clone());
    } else if is_capital(found, toponym) {
        kind = ActorKind::Government;
    }
    let at = if toponym.demonym { reach.core } else { toponym.at };
    let person = kind == ActorKind::Civilian;
    Noun {
        actor: Actor { at, head, name, canonical, kind, country: toponym.country },
        role: None,
        person,
        plural,
        gender: None,
        named: true,
        subject: is_subject(found, sentence, head),
    }
}

fn is_capital(found: &Found, toponym: &Toponym) -> bool {
    toponym.class == PlaceClass::City
        && toponym.country.is_some()
        && found.lexicon.capital(&fold(&toponym.name)) == toponym.country
}

pub fn compose(found: &Found, head: usize, reach: Bounds) -> Noun {
    let core = reach.core;
    let text = found.document.phrase(core);
    let words = Words::new(text);
    let folded: Vec<&str> = (0..words.len()).map(|word| words.folded(word)).collect();
    let (title, tail) = split_title(found, &words, &folded);
    if let (Some((title, length)), Some(tail)) = (title, tail) {
        return titled(found, head, reach, (title, &folded[..tail], length), &text[words.span(tail).0..]);
    }
    let modifiers = modifiers(found, core, head, reach.whole);
    let role = found
        .lexicon
        .role_at_end(&folded)
        .map(|(role, length)| (within(found, role, &folded, length), length));
    if let Some((role, length)) = role {
        return by_role(found, head, reach, (role, &folded, length), modifiers);
    }
    proper(found, head, reach, text, &folded, modifiers)
}

/// A phrase whose head is a word for people or bodies.
pub fn by_role(
    found: &Found,
    head: usize,
    reach: Bounds,
    (role, folded, length): (Role, &[&str], usize),
    modifiers: Modifiers,
) -> Noun {
    let sentence = reach.core.sentence;
    let last = folded.last().copied().unwrap_or("");
    let plural = is_plural(found, sentence, head, last);
    let mut name = clean(found.document.phrase(reach.core));
    let mut country = modifiers.country;
    let mut body = modifiers.body;
    if let Some(object) = of_object(found, sentence, head, reach.core.end) {
        let known = found.story.name_at(sentence, object);
        let toponym = found.story.toponym_at(sentence, object);
        let at = known.map(|name| name.at).or(toponym.map(|toponym| toponym.at));
        country = country
            .or(known.and_then(|name| found.lexicon.get(name.id).country))
            .or(toponym.and_then(|t| t.country));
        body = body.or(known.map(|name| name.id).filter(|&id| !found.lexicon.get(id).person));
        if let Some(at) = at
            && reach.core.end < at.end
        {
            name = format!("{name} of {}", clean(found.document.phrase(at)));
        }
    }
    let mut kind = role.kind;
    let mut canonical = None;
    if let Some(id) = body {
        let named = found.lexicon.get(id);
        let body_kind = named.kind_on(found.day);
        country = named.country.or(country);
        let own = matches!(
            folded[folded.len().saturating_sub(length)..].first(),
            Some(&"fighter" | &"fighters" | &"militant" | &"militants")
        );
        if (role.inherits() || own) && body_kind != ActorKind::Unknown {
            kind = body_kind;
            if (plural || !role.is_person()) && fights(kind) {
                canonical = Some(named.name.clone());
            }
        }
    } else if modifiers.allied && role.inherits() && role.kind == ActorKind::Military {
        // Whom another power backs is no regular army.
        kind = ActorKind::ArmedGroup;
    } else if role.is_person() && kind == ActorKind::Government && canonical.is_none() {
        canonical = holder(found, folded, length, country, plural);
    }
    let actor = Actor { at: reach.core, head, name, canonical, kind, country };
    let gender = gender(last);
    Noun {
        actor,
        role: Some(role),
        person: role.is_person(),
        plural,
        gender,
        named: body.is_some(),
        subject: is_subject(found, sentence, head),
    }
}

fn fights(kind: ActorKind) -> bool {
    matches!(kind, ActorKind::ArmedGroup | ActorKind::Military | ActorKind::Police | ActorKind::Criminal)
}

/// A phrase without a role word: a name that nobody listed, or a thing.
fn proper(
    found: &Found,
    head: usize,
    reach: Bounds,
    text: &str,
    folded: &[&str],
    modifiers: Modifiers,
) -> Noun {
    let sentence = reach.core.sentence;
    let name = clean(found.document.phrase(reach.core));
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let proper = capital && matches!(found.document.tag(sentence, head), Tag::Nnp | Tag::Nnps);
    let plural = is_plural(found, sentence, head, folded.last().copied().unwrap_or(""));
    let actor = Actor {
        at: reach.core,
        head,
        name,
        canonical: None,
        kind: ActorKind::Unknown,
        country: modifiers.country,
    };
    let mut noun = Noun {
        actor,
        role: None,
        person: false,
        plural,
        gender: None,
        named: proper,
        subject: is_subject(found, sentence, head),
    };
    if !proper {
        // "the port of Odessa", "the headquarters of the League": the name says which.
        let object = of_object(found, sentence, head, reach.core.end);
        let whose = object.and_then(|object| {
            let known = found.story.name_at(sentence, object).map(|name| name.at);
            known.or(found.story.toponym_at(sentence, object).map(|toponym| toponym.at))
        });
        if let Some(at) = whose.filter(|at| reach.core.end < at.end) {
            noun.actor.name = format!("{} of {}", noun.actor.name, clean(found.document.phrase(at)));
        }
        return noun;
    }
    let last = folded.last().copied().unwrap_or("");
    if let Some(person) = found.story.person(last) {
        noun.person = true;
        introduce(found, &mut noun, person);
        if noun.actor.kind == ActorKind::Unknown {
            apposition(found, &mut noun);
        }
    } else if let Some(long) = found.story.long_form(&folded.join(" ")) {
        noun.plural = true;
        noun.actor.canonical = Some(match long.id {
            Some(id) => found.lexicon.get(id).name.clone(),
            None => long.name.clone(),
        });
        noun.actor.kind = long
            .id
            .map(|id| found.lexicon.get(id).kind_on(found.day))
            .or(long.kind)
            .unwrap_or(ActorKind::Unknown);
        noun.actor.country =
            long.id.and_then(|id| found.lexicon.get(id).country).or(long.country).or(noun.actor.country);
    } else if let Some(kind) = story::kind_of_name(text, found.lexicon) {
        noun.actor.kind = kind;
    } else {
        noun.person = folded.len() > 1 && modifiers.country.is_none();
        apposition(found, &mut noun);
    }
    noun
}

/// "its embassy" is named by its owner.
fn owned(found: &Found, reach: Bounds, noun: &mut Noun) {
    let sentence = reach.core.sentence;
    let owner =
        (reach.whole.first..reach.core.first).find(|&token| found.document.tag(sentence, token) == Tag::PrpS);
    let Some(owner) = owner.filter(|_| is_office_or_body(found, sentence, noun.actor.head)) else { return };
    if let Some(owner) = super::refer::pronoun(found, sentence, owner) {
        let mark = if owner.plural && owner.actor.name.ends_with('s') { "'" } else { "'s" };
        noun.actor.name = format!("{}{mark} {}", owner.actor.name, noun.actor.name);
        noun.actor.country = noun.actor.country.or(owner.actor.country);
    }
}

/// "its embassy" is nothing without its owner; "his wife" is a wife.
fn is_office_or_body(found: &Found, sentence: usize, head: usize) -> bool {
    found.lexicon.role_at_end(&[&fold(found.word(sentence, head))]).is_some_and(|(role, _)| !role.is_person())
}

fn is_subject(found: &Found, sentence: usize, head: usize) -> bool {
    matches!(found.document.label(sentence, head), Label::Nsubj | Label::NsubjPass | Label::NsubjOuter)
}

fn is_plural(found: &Found, sentence: usize, head: usize, folded: &str) -> bool {
    if NOUN_ENDINGS
        .iter()
        .any(|ending| folded.ends_with(ending) && (ending.ends_with('s') || ending.ends_with("men")))
    {
        return true;
    }
    matches!(found.document.tag(sentence, head), Tag::Nns | Tag::Nnps)
        || matches!(folded, "police" | "people" | "staff" | "personnel" | "military")
}

/// A name in one line, without quotation marks and doubled blanks.
pub fn clean(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace(['"', '“', '”'], "")
}
