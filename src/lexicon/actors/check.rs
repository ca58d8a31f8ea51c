//! Files of actors into the lexicon, or the list of everything that is wrong with them.
//!
//! Owns what the values must be: known kinds, country codes, one meaning to a name, terms in order. A mistake in
//! one entry hides no mistake in another.

use super::file::{self, File};
use super::words::{Words, fold};
use super::{ActorKind, Actors, Alias, Case, Country, Id, Named, Problem, ROLE_WORDS_MAX, Role, Sort, Term};
use chrono::NaiveDate;
use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

/// An abbreviation of at least this many letters is also a word to the eye, and written "Isis", "Nato", "Unicef".
const SPOKEN_LETTERS_MIN: usize = 4;

#[derive(Default)]
pub struct Check {
    problems: Vec<Problem>,
    /// By name; later files replace.
    entries: HashMap<String, Entry>,
    roles: HashMap<String, (Role, Place)>,
    nobody: HashSet<Box<str>>,
    capitals: HashMap<String, Country>,
}

/// Where something was said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    file: String,
    line: usize,
}

struct Entry {
    named: Named,
    aliases: Vec<(String, Vec<String>)>,
    place: Place,
}

/// The lines of one file.
struct Source<'a> {
    name: &'a str,
    /// The byte at which each line begins.
    starts: Vec<usize>,
}

impl Source<'_> {
    fn place(&self, byte: usize) -> Place {
        Place { file: self.name.to_owned(), line: self.starts.partition_point(|&start| start <= byte) }
    }
}

/// The sections of a file whose entries are named actors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Group,
    Organisation,
    Person,
}

impl Check {
    /// Reads one file. Errors are gathered, not returned.
    pub fn read(&mut self, name: &str, content: &str) {
        let starts = std::iter::once(0).chain(content.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let source = Source { name, starts };
        let file: File = match toml::from_str(content) {
            Ok(file) => file,
            Err(error) => {
                let place = source.place(error.span().map_or(0, |span| span.start));
                return self.problem(&place, error.message());
            }
        };
        let sections = [
            (Section::Group, file.group),
            (Section::Organisation, file.organisation),
            (Section::Person, file.person),
        ];
        let mut here: HashMap<String, usize> = HashMap::new();
        for (section, entries) in sections {
            for (key, entry) in entries {
                let place = source.place(key.span().start);
                let name = key.into_inner();
                if let Some(line) = here.insert(name.clone(), place.line) {
                    let message =
                        format!("`{name}` stands in this file already, on line {line}; keep one of the two");
                    self.problem(&place, &message);
                }
                self.entry(&source, section, name, entry, place);
            }
        }
        self.read_roles(&source, file.roles);
        self.nobody.extend(file.nobody.iter().map(|word| fold(word).into()));
        for (code, names) in file.capital {
            let place = source.place(code.span().start);
            match Country::new(code.get_ref()) {
                Some(country) => self.capitals.extend(names.iter().map(|name| (fold(name), country))),
                None => self.problem(&place, &bad_country(code.get_ref())),
            }
        }
    }

    fn problem(&mut self, place: &Place, message: &str) {
        self.problems.push(Problem {
            file: place.file.clone(),
            line: place.line,
            message: message.to_owned(),
        });
    }

    fn entry(&mut self, source: &Source, section: Section, name: String, entry: file::Entry, place: Place) {
        let kind = match (&entry.kind, section) {
            (Some(kind), _) => self.kind(source, kind),
            (None, Section::Group) => Some(ActorKind::ArmedGroup),
            (None, Section::Person) => Some(ActorKind::Civilian),
            (None, Section::Organisation) => {
                self.problem(
                    &place,
                    &format!("`{name}` has no kind; an organisation needs `kind = \"...\"`"),
                );
                None
            }
        };
        let country = entry.country.as_ref().and_then(|code| {
            let country = Country::new(code.get_ref());
            if country.is_none() {
                self.problem(&source.place(code.span().start), &bad_country(code.get_ref()));
            }
            country
        });
        let terms = self.terms(source, &name, entry.roles);
        let mut aliases = vec![(name.clone(), entry.needs)];
        aliases.extend(entry.aliases.into_iter().map(|alias| (alias.text, alias.needs)));
        for (text, _) in &aliases {
            if fold(text).is_empty() {
                self.problem(&place, &format!("`{name}` has a name without a letter; remove it"));
            }
        }
        let person = section == Section::Person;
        let named =
            Named { name: name.clone(), country, person, kind: kind.unwrap_or(ActorKind::Unknown), terms };
        self.entries.insert(name, Entry { named, aliases, place });
    }

    fn kind(&mut self, source: &Source, kind: &toml::Spanned<String>) -> Option<ActorKind> {
        let found = ActorKind::from_name(kind.get_ref());
        if found.is_none() {
            let known: Vec<&str> = ActorKind::ALL.iter().map(|kind| kind.name()).collect();
            let message =
                format!("`{}` is no kind of actor; the kinds are {}", kind.get_ref(), known.join(", "));
            self.problem(&source.place(kind.span().start), &message);
        }
        found
    }

    fn terms(&mut self, source: &Source, name: &str, roles: Vec<toml::Spanned<file::Term>>) -> Vec<Term> {
        let mut terms: Vec<(Term, Place)> = Vec::new();
        for role in roles {
            let place = source.place(role.span().start);
            let role = role.into_inner();
            let kind = match &role.kind {
                Some(kind) => self.kind(source, kind).unwrap_or(ActorKind::Unknown),
                None => ActorKind::Government,
            };
            let (Some(from), until) = (day(&role.from), role.until.as_ref().map(day)) else {
                self.problem(&place, &format!("`{name}`: `from` is no day; write 2021-08-15"));
                continue;
            };
            if until == Some(None) {
                self.problem(&place, &format!("`{name}`: `until` is no day; write 2021-08-15"));
            }
            let until = until.flatten();
            if until.is_some_and(|until| until <= from) {
                self.problem(&place, &format!("`{name}`: `until` must be later than `from`"));
            }
            terms.push((Term { office: role.office, kind, from, until }, place));
        }
        terms.sort_by_key(|(term, _)| term.from);
        for pair in terms.windows(2) {
            let [(first, _), (second, place)] = pair else { continue };
            if first.until.is_none_or(|until| second.from < until) {
                let message = format!(
                    "`{name}`: the role `{}` from {} begins before the role `{}` ends; roles must not overlap (`until` is the first day after)",
                    second.office, second.from, first.office
                );
                self.problem(place, &message);
            }
        }
        terms.into_iter().map(|(term, _)| term).collect()
    }

    fn read_roles(&mut self, source: &Source, roles: Vec<file::Roles>) {
        for list in roles {
            let kind = self.kind(source, &list.kind);
            let sort = match list.sort.get_ref().as_str() {
                "person" => Some(Sort::Person),
                "member" => Some(Sort::Member),
                "office" => Some(Sort::Office),
                "body" => Some(Sort::Body),
                "force" => Some(Sort::Force),
                other => {
                    let message = format!(
                        "`{other}` is no sort of role; the sorts are person, member, office, body, force"
                    );
                    self.problem(&source.place(list.sort.span().start), &message);
                    None
                }
            };
            let (Some(kind), Some(sort)) = (kind, sort) else { continue };
            for word in list.words {
                self.role(source, &word, Role { kind, sort });
            }
        }
    }

    fn role(&mut self, source: &Source, word: &toml::Spanned<String>, role: Role) {
        let place = source.place(word.span().start);
        let key = fold(word.get_ref());
        let length = key.split(' ').count();
        if key.is_empty() || length > ROLE_WORDS_MAX {
            let message =
                format!("`{}` has {length} words; a role has 1 to {ROLE_WORDS_MAX}", word.get_ref());
            return self.problem(&place, &message);
        }
        match self.roles.entry(key) {
            Slot::Vacant(slot) => {
                slot.insert((role, place));
            }
            Slot::Occupied(mut slot) if slot.get().1.file != place.file => {
                slot.insert((role, place));
            }
            Slot::Occupied(slot) => {
                let line = slot.get().1.line;
                let message = format!(
                    "the role `{}` stands in this file already, on line {line}; keep one",
                    word.get_ref()
                );
                self.problem(&place, &message);
            }
        }
    }

    /// The lexicon, if nothing was wrong.
    pub fn finish(mut self) -> Result<Actors, Vec<Problem>> {
        let mut entries: Vec<Entry> = std::mem::take(&mut self.entries).into_values().collect();
        entries.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.named.name.cmp(&b.named.name)));
        self.clashes(&entries);
        if !self.problems.is_empty() {
            self.problems.sort();
            return Err(self.problems);
        }
        let mut actors = Actors {
            roles: self.roles.into_iter().map(|(word, (role, _))| (word.into(), role)).collect(),
            capitals: self.capitals.into_iter().map(|(name, country)| (name.into(), country)).collect(),
            nobody: self.nobody,
            ..Actors::default()
        };
        for entry in entries {
            let id = Id(actors.named.len() as u32);
            for (text, needs) in &entry.aliases {
                let words = Words::new(text);
                let rest: Vec<&str> = (1..words.len()).map(|word| words.folded(word)).collect();
                actors.aliases.entry(words.folded(0).into()).or_default().push(Alias {
                    id,
                    rest: rest.join(" ").into(),
                    length: words.len().min(usize::from(u8::MAX)) as u8,
                    cases: (0..words.len()).map(|word| case(&words, word)).collect(),
                    needs: needs.clone().into(),
                });
            }
            if entry.named.person {
                let folded = fold(&entry.named.name);
                let family_first = entry.named.country.is_some_and(Country::puts_family_first);
                let surname = if family_first { folded.split(' ').next() } else { folded.rsplit(' ').next() };
                actors.surnames.entry(surname.unwrap_or_default().into()).or_default().push(id);
            }
            actors.named.push(entry.named);
        }
        for aliases in actors.aliases.values_mut() {
            aliases.sort_by_key(|alias| (std::cmp::Reverse(alias.length), alias.needs.is_empty()));
        }
        Ok(actors)
    }

    /// A name that needs no context must mean one actor.
    fn clashes(&mut self, entries: &[Entry]) {
        let mut owners: HashMap<String, usize> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            for (text, needs) in &entry.aliases {
                if !needs.is_empty() {
                    continue;
                }
                let owner = *owners.entry(fold(text)).or_insert(index);
                if owner != index {
                    let other = &entries[owner];
                    let message = format!(
                        "`{text}` names `{}` and also `{}` ({}:{}); give one of them `needs`, or remove it",
                        entry.named.name, other.named.name, other.place.file, other.place.line
                    );
                    self.problem(&entry.place, &message);
                }
            }
        }
    }
}

fn bad_country(code: &str) -> String {
    format!("`{code}` is no country; write the two letters of ISO 3166-1, as \"FR\"")
}

fn day(date: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = date.date?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// Articles that news writes with a capital or without: "Al-Qaeda", "al-Qaeda".
const ARTICLES: &[&str] = &["al", "an", "ar", "as", "at", "ad", "az", "ash", "el", "ul", "the"];

fn case(words: &Words, word: usize) -> Case {
    if words.len() > 1 && ARTICLES.contains(&words.folded(word)) {
        return Case::Any;
    }
    let letters = words.folded(word).chars().filter(|c| c.is_alphabetic()).count();
    if words.has_inner_capital(word) && !words.is_upper(word) {
        Case::Inner
    } else if words.is_upper(word) && letters > 1 && letters < SPOKEN_LETTERS_MIN {
        Case::Upper
    } else if words.is_capital(word) {
        Case::Capital
    } else {
        Case::Any
    }
}
