//! Who acts in the news: groups, organisations and people by name, with what they are on a given day; and the
//! words for people and bodies ("soldier", "embassy") with their kinds.
//!
//! Owns the vocabulary, its look-up by words, and what holds on which day. Leaves to `mention::actor` where a name
//! or word stands in a text and whom it denotes there. The files under `config/lexicon/actors` are compiled in; a
//! user's file has the same shape, and its entries replace those of the same name.

mod check;
mod file;
pub mod words;

use super::{ActorKind, Country, Problem};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use words::Words;

/// The files that are compiled in, in the order in which they are read.
macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../config/lexicon/actors/", $name)))),+]
    };
}

const SHIPPED: &[(&str, &str)] = shipped![
    "capitals.toml",
    "groups-africa-east-central-south.toml",
    "groups-africa-west-north.toml",
    "groups-americas.toml",
    "groups-asia-pacific.toml",
    "groups-europe-eurasia.toml",
    "groups-historical-transnational.toml",
    "groups-middle-east.toml",
    "groups-south-asia.toml",
    "organisations-armies.toml",
    "organisations-business.toml",
    "organisations-governments.toml",
    "organisations-international.toml",
    "organisations-ngo.toml",
    "organisations-security.toml",
    "people-africa.toml",
    "people-americas.toml",
    "people-asia-pacific.toml",
    "people-europe.toml",
    "people-middle-east.toml",
    "roles.toml",
];

impl Country {
    /// Whether names there begin with the family's: "Kim Jong-un" is Kim.
    pub fn puts_family_first(self) -> bool {
        matches!(self.code(), "CN" | "HK" | "KH" | "KP" | "KR" | "SG" | "TW" | "VN")
    }
}

/// An index into the named actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

/// What a word for people or bodies tells of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A human being or several.
    Person,
    /// A human being whose kind is that of the body named with the word: "Hamas official".
    Member,
    /// Like a member; the word stands before names: "President", "Colonel".
    Office,
    /// An organisation.
    Body,
    /// A body whose kind is that of the body named with the word: "rebel forces".
    Force,
}

/// The entry of one word for people or bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    pub kind: ActorKind,
    pub sort: Sort,
}

impl Role {
    /// Whether the word stands for human beings, not for an organisation.
    pub fn is_person(self) -> bool {
        matches!(self.sort, Sort::Person | Sort::Member | Sort::Office)
    }

    /// Whether the body named with the word lends it its kind.
    pub fn inherits(self) -> bool {
        matches!(self.sort, Sort::Member | Sort::Office | Sort::Force)
    }
}

/// An actor that the lexicon knows by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub name: String,
    pub country: Option<Country>,
    /// A human being.
    pub person: bool,
    /// The kind outside the terms.
    kind: ActorKind,
    /// In order of time, without overlap.
    terms: Vec<Term>,
}

/// Days through which an actor was of some kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    pub office: String,
    pub kind: ActorKind,
    pub from: NaiveDate,
    /// The first day after the term; None while it lasts.
    pub until: Option<NaiveDate>,
}

impl Named {
    /// What the actor is on a day.
    pub fn kind_on(&self, day: NaiveDate) -> ActorKind {
        self.term_on(day).map_or(self.kind, |term| term.kind)
    }

    /// The term that covers a day.
    pub fn term_on(&self, day: NaiveDate) -> Option<&Term> {
        self.terms.iter().find(|term| term.from <= day && term.until.is_none_or(|until| day < until))
    }
}

/// How a word of a name must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Capital,
    /// A capital after the first letter: "LeT" is no "Let".
    Inner,
    Upper,
}

/// One way to write an actor's name.
#[derive(Debug, Clone, PartialEq)]
struct Alias {
    id: Id,
    /// The folded words after the first, joined by blanks.
    rest: Box<str>,
    length: u8,
    cases: Box<[Case]>,
    /// Words of which the document must hold one.
    needs: Box<[String]>,
}

/// A name found at the head of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub id: Id,
    /// How many words the name takes.
    pub length: usize,
}

/// Everything that the program knows of actors.
#[derive(Debug, Default)]
pub struct Actors {
    named: Vec<Named>,
    /// By the first folded word; the longest first.
    aliases: HashMap<Box<str>, Vec<Alias>>,
    /// People by the last folded word of their names.
    surnames: HashMap<Box<str>, Vec<Id>>,
    roles: HashMap<Box<str>, Role>,
    nobody: HashSet<Box<str>>,
    capitals: HashMap<Box<str>, Country>,
}

/// No word for people is longer than this, in words.
const ROLE_WORDS_MAX: usize = 5;

impl Actors {
    /// Reads the files that are compiled in, then the user's own as (name, content); a later entry replaces an
    /// earlier one of the same name. Errors: every problem of every file, none of them applied.
    pub fn load(user_files: &[(String, String)]) -> Result<Actors, Vec<Problem>> {
        let mut check = check::Check::default();
        for (name, content) in SHIPPED {
            check.read(name, content);
        }
        for (name, content) in user_files {
            check.read(name, content);
        }
        check.finish()
    }

    pub fn get(&self, id: Id) -> &Named {
        &self.named[id.0 as usize]
    }

    /// How many actors are known by name.
    pub fn len(&self) -> usize {
        self.named.len()
    }

    pub fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Named> {
        self.named.iter()
    }

    /// The longest name that begins at a word. `holds` tells whether the document holds a word that a short or
    /// ambiguous name asks for.
    pub fn name_at(&self, words: &Words, first: usize, holds: impl Fn(&str) -> bool) -> Option<Hit> {
        let aliases = self.aliases.get(words.folded(first))?;
        let mut best: Option<(Hit, bool)> = None;
        for alias in aliases {
            let length = usize::from(alias.length);
            if let Some((hit, needy)) = best {
                // The aliases come longest first; among equals, a name whose context is met is surer than one that asks for none.
                if hit.length > length || needy {
                    break;
                }
            }
            if !alias.matches(words, first) {
                continue;
            }
            let needy = !alias.needs.is_empty();
            if needy && !alias.needs.iter().any(|word| holds(word)) {
                continue;
            }
            if best.is_none() || needy {
                best = Some((Hit { id: alias.id, length }, needy));
            }
        }
        best.map(|(hit, _)| hit)
    }

    /// The one person of a surname who held an office on a day; None where there are several.
    pub fn office_holder(&self, surname: &str, day: NaiveDate) -> Option<Id> {
        let mut holders =
            self.surnames.get(surname)?.iter().filter(|&&id| self.get(id).term_on(day).is_some());
        let holder = *holders.next()?;
        holders.next().is_none().then_some(holder)
    }

    /// Who held an office of a country on a day: `("president", RU, day)`.
    pub fn holder_of(&self, office: &str, country: Country, day: NaiveDate) -> Option<Id> {
        let holds = |named: &Named| {
            named.person
                && named.country == Some(country)
                && named.term_on(day).is_some_and(|term| term.office == office)
        };
        self.named.iter().position(holds).map(|index| Id(index as u32))
    }

    /// The word for people or bodies that ends a run of folded words, in singular or plural: the longest, with the
    /// number of words it takes.
    pub fn role_at_end(&self, words: &[&str]) -> Option<(Role, usize)> {
        let last = words.last()?;
        let mut key = String::with_capacity(32);
        for length in (1..=words.len().min(ROLE_WORDS_MAX)).rev() {
            key.clear();
            for word in &words[words.len() - length..words.len() - 1] {
                key.push_str(word);
                key.push(' ');
            }
            let stem = key.len();
            key.push_str(last);
            if let Some(role) = self.roles.get(key.as_str()) {
                return Some((*role, length));
            }
            for singular in words::singulars(last) {
                key.truncate(stem);
                key.push_str(&singular);
                if let Some(role) = self.roles.get(key.as_str()) {
                    return Some((*role, length));
                }
            }
        }
        None
    }

    /// Whether a folded noun, in singular or plural, is one that neither acts nor suffers.
    pub fn is_nobody(&self, word: &str) -> bool {
        self.nobody.contains(word)
            || words::singulars(word).any(|singular| self.nobody.contains(singular.as_str()))
    }

    /// The country of which a folded name is the seat of government.
    pub fn capital(&self, folded: &str) -> Option<Country> {
        self.capitals.get(folded).copied()
    }
}

impl Alias {
    fn matches(&self, words: &Words, first: usize) -> bool {
        let length = usize::from(self.length);
        if first + length > words.len() {
            return false;
        }
        let mut rest = &*self.rest;
        for word in first + 1..first + length {
            let Some(after) = rest.strip_prefix(words.folded(word)) else { return false };
            rest = match after.strip_prefix(' ') {
                Some(next) => next,
                None if after.is_empty() && word + 1 == first + length => after,
                None => return false,
            };
        }
        self.cases.iter().zip(first..).all(|(case, word)| match case {
            Case::Any => true,
            Case::Capital => words.is_capital(word),
            Case::Inner => words.has_inner_capital(word),
            Case::Upper => words.is_upper(word),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_load() {
        let actors = Actors::load(&[]).unwrap_or_else(|problems| {
            panic!("{}", problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert!(actors.len() > 1000, "{}", actors.len());
    }
}
