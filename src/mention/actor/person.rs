//! People: titles before names, appositions after them, and who holds an office on the story's day.
//!
//! Owns what a title tells of a person. Leaves which words make the phrase to `bounds`.

use super::bounds::{Bounds, bounds};
use super::modifier::modifiers;
use super::phrase::{by_role, clean, compose};
use super::story::Introduced;
use super::{Found, Gender, Noun};
use crate::lexicon::actors::Role;
use crate::lexicon::actors::words::{Words, fold};
use crate::lexicon::{ActorKind, Country};
use crate::text::Label;

/// "Iranian Foreign Minister Javad Zarif": the role at the front, and the word at which the name begins.
pub fn split_title(found: &Found, words: &Words, folded: &[&str]) -> (Option<(Role, usize)>, Option<usize>) {
    for split in (1..folded.len()).rev() {
        let named = (split..folded.len()).all(|word| {
            words.is_capital(word) || folded[word].len() <= 3 || word > split && words.follows_hyphen(word)
        });
        if !named || !words.is_capital(split) && folded.len() - split < 2 {
            continue;
        }
        if let Some((role, length)) = found.lexicon.role_at_end(&folded[..split])
            && role.is_person()
            && found.lexicon.role_at_end(&folded[split..]).is_none()
        {
            return (Some((role, length)), Some(split));
        }
    }
    (None, None)
}

/// A role's kind within its compound: an officer of the police is police, a leader of the opposition a party's.
pub fn within(found: &Found, role: Role, folded: &[&str], length: usize) -> Role {
    if !role.inherits() || length >= folded.len() {
        return role;
    }
    match found.lexicon.role_at_end(&folded[..folded.len() - length]) {
        Some((outer, _)) if outer.kind != ActorKind::Unknown && outer.kind != ActorKind::Civilian => {
            Role { kind: outer.kind, sort: role.sort }
        }
        _ => role,
    }
}

/// Titles that stand before a given name.
const ROYAL: &[&str] =
    &["king", "queen", "prince", "princess", "emperor", "empress", "emir", "sultan", "pope", "patriarch"];

/// A person with a title before the name.
pub fn titled(
    found: &Found,
    head: usize,
    reach: Bounds,
    (role, before, length): (Role, &[&str], usize),
    name: &str,
) -> Noun {
    let role = within(found, role, before, length);
    let modifiers = modifiers(found, reach.core, head, reach.whole);
    let mut noun = by_role(found, head, reach, (role, before, length), modifiers);
    noun.actor.name = clean(name);
    noun.actor.canonical = None;
    noun.person = true;
    noun.plural = false;
    noun.named = true;
    // "King Hussein" bears no surname: another of that name is somebody else.
    let royal = before.last().is_some_and(|title| ROYAL.contains(title));
    let surname = fold(name);
    let surname = surname.rsplit(' ').next().unwrap_or("");
    if royal {
        return noun;
    }
    if let Some(person) = found.story.person(surname) {
        introduce(found, &mut noun, person);
    } else if let Some(id) = found.lexicon.office_holder(surname, found.day)
        && matches!(role.kind, ActorKind::Government | ActorKind::Military | ActorKind::Igo)
        && !name.contains(' ')
    {
        let named = found.lexicon.get(id);
        if noun.actor.country.is_none() || noun.actor.country == named.country {
            noun.actor.canonical = Some(named.name.clone());
            noun.actor.kind = named.kind_on(found.day);
            noun.actor.country = named.country;
        }
    }
    noun
}

/// Fills in what the story said when it introduced somebody.
pub fn introduce(found: &Found, noun: &mut Noun, person: &Introduced) {
    let name = noun.actor.name.as_str();
    if person.name.ends_with(name) || person.name.split(' ').next() == Some(name) {
        noun.actor.name.clone_from(&person.name);
    }
    if let Some(id) = person.id {
        let named = found.lexicon.get(id);
        noun.actor.canonical = Some(named.name.clone());
        noun.actor.kind = named.kind_on(found.day);
        noun.actor.country = named.country.or(noun.actor.country);
        return;
    }
    if noun.actor.kind == ActorKind::Unknown
        && let Some(kind) = person.kind
    {
        noun.actor.kind = kind;
    }
    noun.actor.country = noun.actor.country.or(person.country);
}

/// "the Russian foreign minister" is whoever holds the office on the story's day.
pub fn holder(
    found: &Found,
    folded: &[&str],
    length: usize,
    country: Option<Country>,
    plural: bool,
) -> Option<String> {
    let country = country.filter(|_| !plural)?;
    let office = folded[folded.len().checked_sub(length)?..].join(" ").replace("defense", "defence");
    let former =
        folded.iter().any(|word| matches!(*word, "former" | "ex" | "late" | "deposed" | "ousted" | "exiled"));
    let id = if former { None } else { found.lexicon.holder_of(&office, country, found.day) }?;
    Some(found.lexicon.get(id).name.clone())
}

/// "Omar Haid, a police officer": the apposition says what the name is.
pub fn apposition(found: &Found, noun: &mut Noun) {
    let sentence = noun.actor.at.sentence;
    let tree = found.document.tree(sentence);
    let Some(appos) = tree.children(noun.actor.head).find(|&child| tree.labels[child] == Label::Appos) else {
        return;
    };
    if appos < noun.actor.at.end
        || found.story.name_at(sentence, appos).is_some()
        || found.story.toponym_at(sentence, appos).is_some()
    {
        return;
    }
    let reach = bounds(found, sentence, appos);
    let said = compose(found, appos, reach);
    if said.role.is_some() {
        noun.actor.kind = said.actor.kind;
        noun.actor.country = noun.actor.country.or(said.actor.country);
        noun.person |= said.person;
    }
}

pub fn gender(folded: &str) -> Option<Gender> {
    const FEMALE: &[&str] = &[
        "girl",
        "mother",
        "sister",
        "daughter",
        "wife",
        "queen",
        "princess",
        "actress",
        "lady",
        "mrs",
        "ms",
        "aunt",
        "grandmother",
        "niece",
        "schoolgirl",
        "widow",
        "nun",
        "empress",
    ];
    const MALE: &[&str] = &[
        "boy",
        "father",
        "brother",
        "son",
        "husband",
        "king",
        "prince",
        "actor",
        "mr",
        "uncle",
        "grandfather",
        "nephew",
        "schoolboy",
        "monk",
        "priest",
        "emperor",
        "sheikh",
        "imam",
    ];
    if folded.ends_with("woman") || FEMALE.contains(&folded) {
        Some(Gender::Female)
    } else if folded.ends_with("man") || MALE.contains(&folded) {
        Some(Gender::Male)
    } else {
        None
    }
}
