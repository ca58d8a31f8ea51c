//! Words, numbers and marks of a stretch of text, each with what the calendar says of it.
//!
//! Owns the lexing that dates need ("2nd", "a.m.", "mid-May", "3/12/2022" fall apart the same way whatever the document's tokens are).
//! Leaves combinations to the grammar. Linear in the text; knows no sentence but where one begins.

use crate::lexicon::calendar::{Calendar, Role, Word};

/// What stands in one place of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A word that the calendar knows.
    Word(Word),
    /// A whole number in digits: its value, and how many digits.
    Digits(u32, u8),
    /// "22nd"; the value.
    DigitsOrdinal(u32),
    /// "1990s", "'70s": the first year, and whether the century was given.
    Decade(u32, bool),
    /// "am", "pm", "a.m.", "p.m.": true after noon.
    Half(bool),
    /// A mark; dashes are '-', curly apostrophes '\''.
    Mark(char),
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// A space or line stands before it.
    pub spaced: bool,
    /// It opens a sentence.
    pub opens: bool,
    /// Its first letter is a capital.
    pub capital: bool,
}

/// Numbers beyond this many digits count something else than time.
const DIGITS_MAX: usize = 9;

/// Cuts `text[start..end]`; `starts` are the bytes where sentences begin, in order.
pub fn cut(text: &str, start: usize, end: usize, starts: &[usize], calendar: &Calendar) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity((end - start) / 5 + 1);
    let mut at = start;
    let mut spaced = true;
    let mut next_start = 0;
    let mut lower = String::with_capacity(32);
    while let Some(c) = text[at..end].chars().next() {
        if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' {
            at += c.len_utf8();
            spaced = true;
            continue;
        }
        let (length, kind) = if c.is_ascii_digit() {
            number(&text[at..end])
        } else if c.is_alphabetic() {
            word(&text[at..end], calendar, &mut lower)
        } else {
            mark(&text[at..end], c)
        };
        let mut opens = false;
        while next_start < starts.len() && starts[next_start] <= at {
            opens = true;
            next_start += 1;
        }
        // A sentence that seems to begin after "Sept." with a number does not.
        if opens && matches!(kind, Kind::Digits(..)) {
            let dotted =
                |p: &[Piece]| matches!(p, [.., a, b] if is_month_short(a.kind) && b.kind == Kind::Mark('.'));
            opens = !dotted(&pieces);
        }
        pieces.push(Piece { start: at, end: at + length, kind, spaced, opens, capital: c.is_uppercase() });
        at += length;
        spaced = false;
    }
    pieces
}

fn is_month_short(kind: Kind) -> bool {
    matches!(kind, Kind::Word(Word::MonthShort(_) | Word::WeekdayShort(_)))
}

/// A run of digits with what clings to it.
fn number(text: &str) -> (usize, Kind) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = if digits <= DIGITS_MAX { text[..digits].parse::<u32>().ok() } else { None };
    let rest = &text.as_bytes()[digits..];
    let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let tail = text[digits..digits + letters].to_ascii_lowercase();
    let Some(value) = value else { return (digits + letters, Kind::Other) };
    let open = |n: usize| !text[n..].starts_with(|c: char| c.is_alphanumeric());
    match tail.as_str() {
        "" => (digits, Kind::Digits(value, digits as u8)),
        "st" | "nd" | "rd" | "th" if digits <= 2 && open(digits + letters) => {
            (digits + letters, Kind::DigitsOrdinal(value))
        }
        "s" if (digits == 4 || digits == 2) && value % 10 == 0 && open(digits + letters) => {
            (digits + letters, Kind::Decade(value, digits == 4))
        }
        // "6am", "10pm", "24h": the letters are words of their own.
        "am" | "pm" | "a" | "p" | "h" | "hrs" => (digits, Kind::Digits(value, digits as u8)),
        _ => (digits + letters, Kind::Other),
    }
}

fn word(text: &str, calendar: &Calendar, lower: &mut String) -> (usize, Kind) {
    let length = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let word = &text[..length];
    if let Some((n, after_noon)) = half_of_day(text, word) {
        return (n, Kind::Half(after_noon));
    }
    lower.clear();
    lower.extend(word.chars().flat_map(char::to_lowercase));
    (length, calendar.word(lower).map_or(Kind::Other, Kind::Word))
}

/// "a.m.", "PM", "p.m": bytes, and whether after noon. A final dot belongs to it after dots inside.
fn half_of_day(text: &str, word: &str) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let first = bytes.first()?.to_ascii_lowercase();
    if first != b'a' && first != b'p' {
        return None;
    }
    if word.len() == 2 && bytes[1].eq_ignore_ascii_case(&b'm') {
        return Some((2, first == b'p'));
    }
    let dotted = word.len() == 1
        && bytes.get(1) == Some(&b'.')
        && bytes.get(2).is_some_and(|b| b.eq_ignore_ascii_case(&b'm'));
    if !dotted || bytes.get(3).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some((3 + usize::from(bytes.get(3) == Some(&b'.')), first == b'p'))
}

fn mark(text: &str, c: char) -> (usize, Kind) {
    // "'90s"
    if matches!(c, '\'' | '’' | '‘') {
        let rest = &text[c.len_utf8()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &rest[digits..];
        if digits == 2 && tail.starts_with('s') && !tail[1..].starts_with(|c: char| c.is_alphanumeric()) {
            return (c.len_utf8() + 3, Kind::Decade(rest[..2].parse().unwrap_or(0), false));
        }
    }
    let kind = match c {
        '\'' | '’' | '‘' | 'ʼ' => '\'',
        '-' | '‐' | '‑' | '‒' | '–' => '-',
        other => other,
    };
    (c.len_utf8(), Kind::Mark(kind))
}

impl Piece {
    pub fn word(&self) -> Option<Word> {
        match self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn role(&self) -> Option<Role> {
        match self.kind {
            Kind::Word(Word::Role(role)) => Some(role),
            _ => None,
        }
    }

    pub fn is(&self, role: Role) -> bool {
        self.role() == Some(role)
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}
