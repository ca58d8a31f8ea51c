//! Finds the words of a field that could name a place, with what stands beside them.
//!
//! Owns which spans are looked up and what the gazetteer has for them. Leaves to `guard` whether a span is a place here, and to
//! `resolve` which of its places is meant.

use crate::lexicon::places::fold::{self, Word};
use crate::lexicon::places::{EntryId, Gazetteer, Level};
use crate::text::{Document, Field};

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Lower,
    /// "Kabul"
    Capital,
    /// "KABUL", "US"
    Upper,
    /// "D" of "D."
    Initial,
    Number,
}

/// What stands between a word and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    Space,
    Hyphen,
    Comma,
    Possessive,
    Dot,
    Slash,
    /// Anything else: other marks, a blank line, the end.
    Break,
}

#[derive(Debug)]
pub struct Token {
    pub word: Word,
    pub shape: Shape,
    /// After the word.
    pub gap: Gap,
    /// First of its sentence.
    pub first: bool,
}

/// The words of one field.
#[derive(Debug)]
pub struct Line<'a> {
    pub field: Field,
    pub text: &'a str,
    pub tokens: Vec<Token>,
    /// Most words are capitalised, as in a headline: capitals tell nothing.
    pub title_case: bool,
}

/// How a span came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    /// Written exactly as an abbreviation ("US", "U.A.E").
    Exact,
    /// "Ky." after a comma, or with its dot.
    Abbreviation,
    Demonym,
}

/// A span that could name a place.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Index into the lines.
    pub line: usize,
    /// Token range in the line.
    pub first: usize,
    pub end: usize,
    /// Bytes in the field.
    pub start_byte: usize,
    pub end_byte: usize,
    pub key: String,
    pub kind: Kind,
    /// What the gazetteer has under this name, and whether it is the main name there.
    pub options: Vec<(EntryId, bool)>,
}

impl<'a> Line<'a> {
    pub fn new(document: &'a Document, field: Field) -> Line<'a> {
        let text = document.field(field);
        let mut words = Vec::new();
        fold::words(text, &mut words);
        let mut starts = document.sentences.iter().filter(|s| s.field == field).map(|s| s.span).peekable();
        let mut open = None;
        let mut tokens = Vec::with_capacity(words.len());
        for (i, word) in words.iter().enumerate() {
            let mut first = false;
            while let Some(span) = starts.next_if(|span| span.start <= word.start) {
                open = Some(span);
                first = true;
            }
            first &= open.is_some();
            let next = words.get(i + 1).map_or(text.len(), |w| w.start);
            let gap = if i + 1 == words.len() { Gap::Break } else { gap(&text[word.end..next]) };
            tokens.push(Token { word: *word, shape: shape(&text[word.start..word.end]), gap, first });
        }
        let (mut capital, mut all) = (0, 0);
        for token in tokens.iter().filter(|t| t.word.end - t.word.start > 3) {
            all += 1;
            capital += usize::from(matches!(token.shape, Shape::Capital | Shape::Upper));
        }
        Line { field, text, tokens, title_case: field == Field::Title && capital * 4 > all * 3 && all > 2 }
    }

    pub fn word(&self, token: usize) -> &'a str {
        let word = self.tokens[token].word;
        &self.text[word.start..word.end]
    }

    /// The token before, where only a space parts them.
    pub fn before(&self, token: usize) -> Option<usize> {
        let before = token.checked_sub(1)?;
        (self.tokens[before].gap == Gap::Space).then_some(before)
    }

    /// The token after the last of a range, where only a space parts them.
    pub fn after(&self, end: usize) -> Option<usize> {
        (end < self.tokens.len() && self.tokens[end - 1].gap == Gap::Space).then_some(end)
    }

    /// Whether a word in capitals stands in a headline of capitals, or opens its sentence as a dateline does.
    pub fn shouts(&self, token: usize) -> bool {
        let upper =
            |t: Option<usize>| t.and_then(|t| self.tokens.get(t)).is_some_and(|t| t.shape == Shape::Upper);
        // "SWAT officers" opens a sentence, but "CAIRO (Reuters)" a story.
        let on = self.after(token + 1).is_some_and(|next| self.tokens[next].shape == Shape::Lower);
        (self.tokens[token].first && !on) || upper(token.checked_sub(1)) || upper(Some(token + 1))
    }

    pub fn is_capital(&self, token: usize) -> bool {
        matches!(self.tokens[token].shape, Shape::Capital | Shape::Upper)
    }
}

fn shape(word: &str) -> Shape {
    let mut chars = word.chars();
    match chars.next() {
        Some(c) if c.is_uppercase() => match chars.next() {
            None => Shape::Initial,
            Some(_) if word.chars().any(char::is_lowercase) => Shape::Capital,
            Some(_) => Shape::Upper,
        },
        Some(c) if c.is_numeric() => Shape::Number,
        // "al-Qaeda" is two words; "eThekwini" is one, and a name.
        Some(c) if c.is_lowercase() && chars.next().is_some_and(char::is_uppercase) => Shape::Capital,
        _ => Shape::Lower,
    }
}

fn gap(between: &str) -> Gap {
    match between {
        " " => return Gap::Space,
        "-" => return Gap::Hyphen,
        ", " => return Gap::Comma,
        ". " => return Gap::Dot,
        _ => {}
    }
    let blank_lines = between.bytes().filter(|b| *b == b'\n').count() > 1;
    match between.trim() {
        "" if between.is_empty() || blank_lines => Gap::Break,
        "" => Gap::Space,
        "," if !blank_lines => Gap::Comma,
        "." | ".," if !blank_lines => Gap::Dot,
        "-" | "‑" | "–" if between.len() == between.trim().len() => Gap::Hyphen,
        "/" => Gap::Slash,
        "'s" | "’s" | "'S" | "’S" | "'" | "’" => Gap::Possessive,
        _ => Gap::Break,
    }
}

/// Every candidate of a line, left to right, longest first, none over another.
pub fn candidates(line: &Line, index: usize, gazetteer: &Gazetteer, out: &mut Vec<Candidate>) {
    let mut buffer = String::new();
    let mut at = 0;
    while at < line.tokens.len() {
        at = match one(line, index, at, gazetteer, &mut buffer) {
            Some(candidate) => {
                let end = candidate.end;
                out.push(candidate);
                end
            }
            None => at + 1,
        };
    }
}

fn one(
    line: &Line,
    index: usize,
    at: usize,
    gazetteer: &Gazetteer,
    buffer: &mut String,
) -> Option<Candidate> {
    let token = &line.tokens[at];
    let capital = line.is_capital(at);
    // "al-Hasakah" begins with a small article.
    let article =
        token.shape == Shape::Lower && token.gap == Gap::Hyphen && token.word.end - token.word.start <= 3;
    if !capital && !article {
        return None;
    }
    let make = |end: usize, kind: Kind, options: Vec<(EntryId, bool)>, key: &str| {
        let mut end_byte = line.tokens[end - 1].word.end;
        let dotted =
            line.text[line.tokens[end - 1].word.start..end_byte].contains('.') || kind == Kind::Abbreviation;
        if dotted && line.text[end_byte..].starts_with('.') {
            end_byte += 1;
        }
        Candidate {
            line: index,
            first: at,
            end,
            start_byte: token.word.start,
            end_byte,
            key: key.to_owned(),
            kind,
            options,
        }
    };
    let demonym = demonym(line, at, gazetteer);
    let exact = gazetteer.exact(line.word(at)).map(|id| (at + 1, id));
    let name = name(line, at, gazetteer, buffer);
    let longest = name.unwrap_or(0);
    if let Some((end, id)) = demonym.filter(|d| d.0 >= longest) {
        let key = line.text[token.word.start..line.tokens[end - 1].word.end].to_lowercase();
        return Some(make(end, Kind::Demonym, vec![(id, true)], &key));
    }
    if let Some((end, id)) = exact.filter(|e| e.0 >= longest) {
        return Some(make(end, Kind::Exact, vec![(id, true)], line.word(at)));
    }
    if let Some(id) = abbreviation(line, at, gazetteer) {
        return Some(make(at + 1, Kind::Abbreviation, vec![(id, true)], line.word(at)));
    }
    let end = name?;
    let mut options: Vec<_> = gazetteer.named(buffer).collect();
    // An old spelling of a town does not take a country's name ("Iraq" was once written for Arak).
    let country = |(id, main): &(EntryId, bool)| *main && gazetteer.get(*id).level == Level::Country;
    if options.iter().any(country) {
        options.retain(|(id, main)| *main || gazetteer.get(*id).level != Level::City);
    }
    Some(make(end, Kind::Name, options, buffer))
}

/// "Israeli", "SYRIAN", "South Korean": the end of the span, and the place.
fn demonym(line: &Line, at: usize, gazetteer: &Gazetteer) -> Option<(usize, EntryId)> {
    let written = |end: usize| -> Option<EntryId> {
        let text = &line.text[line.tokens[at].word.start..line.tokens[end - 1].word.end];
        if line.tokens[at].shape != Shape::Upper {
            return gazetteer.demonym(text);
        }
        let mut chars = text.chars();
        let first = chars.next()?;
        gazetteer.demonym(&(first.to_string() + &chars.as_str().to_lowercase()))
    };
    let pair = line
        .after(at + 1)
        .filter(|next| line.is_capital(*next))
        .and_then(|_| written(at + 2))
        .map(|id| (at + 2, id));
    pair.or_else(|| written(at + 1).map(|id| (at + 1, id)))
}

/// "Ky." with its dot, or "Austin, TX" after a comma and a capital.
fn abbreviation(line: &Line, at: usize, gazetteer: &Gazetteer) -> Option<EntryId> {
    let id = gazetteer.abbreviation(line.word(at))?;
    let dotted = line.tokens[at].gap == Gap::Dot || line.text[line.tokens[at].word.end..].starts_with('.');
    let upper = line.tokens[at].shape == Shape::Upper;
    let after_comma = at > 0 && line.tokens[at - 1].gap == Gap::Comma && line.is_capital(at - 1);
    // "R-Ky.": the party mark of a legislator
    let after_party =
        at > 0 && line.tokens[at - 1].gap == Gap::Hyphen && line.tokens[at - 1].shape == Shape::Initial;
    // "Mich. utilities": with its dot before a small word, and no English word itself
    let before_small = dotted
        && at + 1 < line.tokens.len()
        && line.tokens[at].gap == Gap::Dot
        && line.tokens[at + 1].shape == Shape::Lower
        && !matches!(
            line.word(at),
            "Miss"
                | "Wash"
                | "Ill"
                | "Ore"
                | "Del"
                | "La"
                | "Mo"
                | "Kan"
                | "Cal"
                | "Man"
                | "Penn"
                | "Ark"
                | "Mont"
        );
    ((after_comma || after_party) && (dotted || upper) || before_small).then_some(id)
}

/// The end of the longest name that begins at a token; its folded form is left in `buffer`.
fn name(line: &Line, at: usize, gazetteer: &Gazetteer, buffer: &mut String) -> Option<usize> {
    buffer.clear();
    // "Dar es Salaam": small, but no word of English.
    let article = |i: usize| {
        line.is_capital(i)
            || line.tokens[i].gap == Gap::Hyphen
            || matches!(line.word(i), "al" | "el" | "es" | "ez" | "ed")
    };
    fold::fold_word(line.word(at), article(at), buffer);
    let most = gazetteer.words_after(buffer);
    if most == 0 {
        return None;
    }
    // "SWAT", "NICE": capitals amid small letters abbreviate something else.
    let acronym = line.tokens[at].shape == Shape::Upper && buffer.len() <= 5 && !line.shouts(at);
    let mut best = (line.is_capital(at) && !acronym && gazetteer.named(buffer).next().is_some())
        .then_some((at + 1, buffer.len()));
    for end in at + 1..(at + most).min(line.tokens.len()) {
        let gap = line.tokens[end - 1].gap;
        let dotted = gap == Gap::Dot && matches!(line.word(end - 1), "St" | "Ste" | "Mt" | "Ft");
        // "Cox's Bazar"
        if !(matches!(gap, Gap::Space | Gap::Hyphen | Gap::Possessive) || dotted) {
            break;
        }
        fold::fold_word(line.word(end), article(end), buffer);
        // The last word is written small only in names of our own ("Lachin corridor").
        let small = line.tokens[end].shape == Shape::Lower;
        if if small { gazetteer.sense(buffer).is_some() } else { gazetteer.named(buffer).next().is_some() } {
            best = Some((end + 1, buffer.len()));
        }
    }
    let (end, length) = best?;
    buffer.truncate(length);
    Some(end)
}

/// The largest thing that the options hold, as a first guess without context.
pub fn biggest(options: &[(EntryId, bool)], gazetteer: &Gazetteer) -> Option<EntryId> {
    options.iter().max_by_key(|(id, main)| (weight(*id, gazetteer), *main)).map(|(id, _)| *id)
}

fn weight(id: EntryId, gazetteer: &Gazetteer) -> u32 {
    let entry = gazetteer.get(id);
    match entry.level {
        Level::Country | Level::Region | Level::Water => u32::MAX,
        Level::Unit => 900_000,
        Level::District => 20_000,
        Level::City => entry.population,
    }
}
