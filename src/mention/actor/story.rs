//! What the story as a whole tells of names: which known actors it names where, who was introduced by full name
//! and title, and which abbreviations it explains.
//!
//! Owns names in running text, found by capitals and the lexicon alone, without tags or trees. Leaves phrases to
//! `phrase`.

use crate::lexicon::actors::words::{Words, fold};
use crate::lexicon::actors::{Actors, Id, Role};
use crate::lexicon::{ActorKind, Country};
use crate::mention::{Place, PlaceClass};
use crate::text::{At, Document, Field, Span};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Somebody or something that the story introduced at full length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduced {
    pub name: String,
    pub id: Option<Id>,
    pub kind: Option<ActorKind>,
    pub country: Option<Country>,
}

/// A name that the lexicon knows, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    pub at: At,
    pub id: Id,
}

/// What an actor needs to know of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toponym {
    pub at: At,
    pub name: String,
    pub class: PlaceClass,
    pub country: Option<Country>,
    pub demonym: bool,
}

#[derive(Debug, Default)]
pub struct Story {
    names: Vec<Vec<Name>>,
    toponyms: Vec<Vec<Toponym>>,
    /// By the folded last word of the full name.
    people: HashMap<String, Introduced>,
    /// By the folded abbreviation.
    short: HashMap<String, Introduced>,
}

/// A full name longer than this, in words, is not a name.
const NAME_WORDS_MAX: usize = 6;
/// The longest name for which a story gives an abbreviation, in words.
const LONG_WORDS_MAX: usize = 10;
/// How many words before a name may be its title.
const TITLE_WORDS_MAX: usize = 5;

/// Small words within the names of people.
const PARTICLES: &[&str] = &[
    "abd", "abu", "al", "bin", "bint", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "e", "el",
    "en", "i", "ibn", "la", "le", "of", "the", "ul", "ur", "van", "von", "y", "ag", "ould", "ur",
];

/// Words that are capital at the head of a sentence and no part of a name; days and months beside them.
const NOT_NAMES: &[&str] = &[
    "a",
    "about",
    "after",
    "against",
    "ahead",
    "all",
    "also",
    "although",
    "amid",
    "among",
    "an",
    "and",
    "another",
    "as",
    "at",
    "because",
    "before",
    "both",
    "but",
    "by",
    "despite",
    "during",
    "each",
    "earlier",
    "even",
    "every",
    "following",
    "for",
    "former",
    "from",
    "he",
    "her",
    "here",
    "his",
    "how",
    "however",
    "i",
    "if",
    "in",
    "instead",
    "is",
    "it",
    "its",
    "last",
    "late",
    "later",
    "like",
    "many",
    "meanwhile",
    "more",
    "most",
    "my",
    "new",
    "no",
    "not",
    "now",
    "of",
    "on",
    "one",
    "only",
    "or",
    "our",
    "over",
    "she",
    "since",
    "so",
    "some",
    "still",
    "such",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "three",
    "through",
    "to",
    "two",
    "under",
    "until",
    "was",
    "we",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "why",
    "with",
    "within",
    "without",
    "yesterday",
    "you",
    "your",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Story {
    pub fn read(document: &Document, lexicon: &Actors, places: &[Place], day: NaiveDate) -> Story {
        let mut story = Story { toponyms: vec![Vec::new(); document.sentences.len()], ..Story::default() };
        for place in places {
            if let Some(found) = story.toponyms.get_mut(place.at.sentence) {
                found.push(Toponym {
                    at: place.at,
                    name: place.name.clone(),
                    class: place.class,
                    country: place.country,
                    demonym: place.demonym,
                });
            }
        }
        for sentence in 0..document.sentences.len() {
            let line = Line::new(document, sentence);
            story.names.push(line.names(lexicon));
            line.abbreviations(lexicon, &mut story);
            if document.sentences[sentence].field == Field::Text {
                line.people(lexicon, &mut story, day);
            }
        }
        story
    }

    /// The known name that covers a token.
    pub fn name_at(&self, sentence: usize, token: usize) -> Option<&Name> {
        self.names.get(sentence)?.iter().find(|name| name.at.first <= token && token < name.at.end)
    }

    pub fn names(&self, sentence: usize) -> &[Name] {
        self.names.get(sentence).map_or(&[], Vec::as_slice)
    }

    pub fn toponyms(&self, sentence: usize) -> &[Toponym] {
        self.toponyms.get(sentence).map_or(&[], Vec::as_slice)
    }

    /// The place or nationality that covers a token.
    pub fn toponym_at(&self, sentence: usize, token: usize) -> Option<&Toponym> {
        self.toponyms(sentence).iter().find(|found| found.at.first <= token && token < found.at.end)
    }

    /// Who is meant by the last word of a name.
    pub fn person(&self, surname: &str) -> Option<&Introduced> {
        self.people.get(surname)
    }

    /// What an abbreviation stands for.
    pub fn long_form(&self, short: &str) -> Option<&Introduced> {
        self.short.get(short)
    }
}

/// One sentence as words.
struct Line<'a> {
    document: &'a Document,
    sentence: usize,
    text: &'a str,
    start: usize,
    words: Words,
}

impl<'a> Line<'a> {
    fn new(document: &'a Document, sentence: usize) -> Line<'a> {
        let text = document.quote(sentence);
        let start = document.sentences[sentence].span.start;
        Line { document, sentence, text, start, words: Words::new(text) }
    }

    fn at(&self, first: usize, end: usize) -> Option<At> {
        let span = Span {
            start: self.start + self.words.span(first).0,
            end: self.start + self.words.span(end - 1).1,
        };
        self.document.tokens_in(self.sentence, span)
    }

    fn slice(&self, first: usize, end: usize) -> &'a str {
        &self.text[self.words.span(first).0..self.words.span(end - 1).1]
    }

    /// What stands between a word and the next.
    fn gap(&self, word: usize) -> &'a str {
        &self.text[self.words.span(word).1..self.words.span(word + 1).0]
    }

    fn names(&self, lexicon: &Actors) -> Vec<Name> {
        let holds = |word: &str| {
            contains_word(self.document.field(Field::Title), word)
                || contains_word(self.document.field(Field::Text), word)
        };
        let mut names = Vec::new();
        let mut word = 0;
        while word < self.words.len() {
            let Some(hit) = lexicon.name_at(&self.words, word, holds) else {
                word += 1;
                continue;
            };
            if let Some(at) = self.at(word, word + hit.length) {
                names.push(Name { at, id: hit.id });
            }
            word += hit.length;
        }
        names
    }

    /// "Tehreek-e-Taliban Pakistan (TTP)": the long form stands right before the bracket, and begins with the letter
    /// with which the short form begins.
    fn abbreviations(&self, lexicon: &Actors, story: &mut Story) {
        for word in 1..self.words.len() {
            let opens = self.gap(word - 1).trim_start().starts_with('(') && self.gap(word - 1).len() <= 3;
            let closes = self.text[self.words.span(word).1..].starts_with(')');
            let letters = self.words.folded(word).chars().count();
            if !(opens && closes && self.words.is_upper(word) && (2..=LONG_WORDS_MAX).contains(&letters)) {
                continue;
            }
            let Some(first) = self.long_form_before(word) else { continue };
            let name = self.slice(first, word);
            let known = story.names.last().and_then(|names| {
                let at = self.at(first, word)?;
                names
                    .iter()
                    .find(|name| name.at.first < at.end && at.first < name.at.end && name.at.end == at.end)
            });
            let id = known.map(|name| name.id);
            story.short.entry(self.words.folded(word).to_owned()).or_insert_with(|| Introduced {
                name: name.to_owned(),
                id,
                kind: kind_of_name(name, lexicon),
                country: None,
            });
        }
    }

    fn long_form_before(&self, bracket: usize) -> Option<usize> {
        let short = self.words.folded(bracket);
        let initial = short.chars().next()?;
        let mut first = bracket;
        let mut best = None;
        while first > 0 && bracket - first < LONG_WORDS_MAX {
            first -= 1;
            let joined = first + 1 == bracket || is_joint(self.gap(first));
            let small = matches!(
                self.words.folded(first),
                "of" | "for" | "and" | "the" | "s" | "in" | "de" | "e" | "i" | "ul" | "al" | "on"
            );
            if !joined || !(small || self.words.is_capital(first)) {
                break;
            }
            let length = bracket - first;
            let near = length <= short.chars().count() + 3 && length >= 2;
            if near && self.words.is_capital(first) && self.words.folded(first).starts_with(initial) {
                best = Some(first);
            }
        }
        best
    }

    /// People introduced by full name, or by title and name.
    fn people(&self, lexicon: &Actors, story: &mut Story, day: NaiveDate) {
        let mut word = 0;
        while word < self.words.len() {
            let end = self.run_end(word);
            if end > word {
                self.person(lexicon, story, (word, end), day);
            }
            word = end.max(word + 1);
        }
    }

    /// The end of the run of capital words, with particles within, that begins at a word.
    fn run_end(&self, first: usize) -> usize {
        if !self.words.is_capital(first) || NOT_NAMES.contains(&self.words.folded(first)) {
            return first;
        }
        let mut end = first + 1;
        let mut next = end;
        while next < self.words.len()
            && is_joint(self.gap(next - 1))
            && next - first < TITLE_WORDS_MAX + NAME_WORDS_MAX
        {
            if self.words.is_capital(next) && self.text.as_bytes()[self.words.span(next).0].is_ascii_digit() {
                break;
            }
            if self.words.is_capital(next) {
                next += 1;
                end = next;
            } else if PARTICLES.contains(&self.words.folded(next)) {
                next += 1;
            } else {
                break;
            }
        }
        end
    }

    fn person(&self, lexicon: &Actors, story: &mut Story, (run, end): (usize, usize), day: NaiveDate) {
        let mut first = run;
        let mut title = None;
        for split in run + 1..end {
            let before: Vec<&str> = (run..split).map(|word| self.words.folded(word)).collect();
            if let Some((role, length)) = lexicon.role_at_end(&before)
                && role.is_person()
            {
                (first, title) = (split, Some((role, split - length)));
            }
        }
        if title.is_none() && run > 0 && is_joint(self.gap(run - 1)) {
            let from = run.saturating_sub(TITLE_WORDS_MAX);
            let before: Vec<&str> = (from..run).map(|word| self.words.folded(word)).collect();
            title = lexicon
                .role_at_end(&before)
                .filter(|(role, _)| role.is_person())
                .map(|(role, length)| (role, run - length));
        }
        let Some(at) = self.at(first, end) else { return };
        let mut last = self.words.folded(end - 1).to_owned();
        let known =
            story.names(self.sentence).iter().find(|name| name.at.first < at.end && at.first < name.at.end);
        if let Some(name) = known {
            let named = lexicon.get(name.id);
            if named.person && name.at.end == at.end {
                if named.country.is_some_and(Country::puts_family_first) {
                    last = self.words.folded(first).to_owned();
                }
                let introduced = Introduced {
                    name: self.slice(first, end).to_owned(),
                    id: Some(name.id),
                    kind: None,
                    country: None,
                };
                story.people.entry(last).or_insert(introduced);
            }
            return;
        }
        let words = end - first;
        let body: Vec<&str> = (first..end).map(|word| self.words.folded(word)).collect();
        let placed = story.toponyms(self.sentence).iter().any(|t| t.at.end == at.end && t.at.first < at.end);
        if words > NAME_WORDS_MAX
            || (words < 2 && title.is_none())
            || lexicon.role_at_end(&body).is_some()
            || (placed && title.is_none())
            || last.chars().count() < 2
        {
            return;
        }
        // "Park Soo-hyun" is Park.
        if words == 3 && self.words.follows_hyphen(end - 1) && !self.words.is_capital(end - 1) {
            last = self.words.folded(first).to_owned();
        }
        let (kind, country) = self.titled(lexicon, story, title, day);
        let introduced = Introduced { name: self.slice(first, end).to_owned(), id: None, kind, country };
        match story.people.get_mut(&last) {
            None => {
                story.people.insert(last, introduced);
            }
            Some(known) if known.name.ends_with(&introduced.name) || introduced.name == known.name => {
                known.kind = known.kind.or(kind);
                known.country = known.country.or(country);
            }
            Some(_) => {}
        }
    }

    /// Kind and country that a title and what stands right before it give.
    fn titled(
        &self,
        lexicon: &Actors,
        story: &Story,
        title: Option<(Role, usize)>,
        day: NaiveDate,
    ) -> (Option<ActorKind>, Option<Country>) {
        let Some((role, start)) = title else { return (None, None) };
        let mut before = start;
        if before > 0 && self.words.folded(before - 1) == "s" {
            before -= 1;
        }
        if before == 0 {
            return (Some(role.kind), None);
        }
        let Some(token) = self.at(before - 1, before).map(|at| at.end - 1) else {
            return (Some(role.kind), None);
        };
        if let Some(name) = story.name_at(self.sentence, token)
            && role.inherits()
        {
            let named = lexicon.get(name.id);
            return (Some(named.kind_on(day)), named.country);
        }
        let country = story.toponym_at(self.sentence, token).and_then(|toponym| toponym.country);
        (Some(role.kind), country)
    }
}

/// Whether words with this between them may be one name.
fn is_joint(gap: &str) -> bool {
    matches!(gap, " " | "-" | "'" | "’" | "\u{a0}" | "‑" | ". ")
}

/// What the words of an unknown body's name tell of it.
pub fn kind_of_name(name: &str, lexicon: &Actors) -> Option<ActorKind> {
    const FIGHTING: &[&str] = &[
        "liberation",
        "resistance",
        "revolutionary",
        "jihad",
        "mujahideen",
        "mujahedin",
        "insurgent",
        "salvation",
    ];
    let folded = fold(name);
    let words: Vec<&str> = folded.split(' ').collect();
    if words.iter().any(|word| FIGHTING.contains(word)) {
        return Some(ActorKind::ArmedGroup);
    }
    let end = words.iter().position(|word| matches!(*word, "of" | "for")).unwrap_or(words.len());
    lexicon.role_at_end(&words[..end]).map(|(role, _)| role.kind)
}

/// Whether a text holds a word, or a word that begins with it.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}
