//! Cuts a field into sentences, as news writes them.
//!
//! Owns the boundaries: full stops that end and those that abbreviate, quotes that close after them, blank
//! lines, list bullets, lines that are sentences and lines that were only wrapped. Leaves tokens to `token`.
//! One pass; no character is looked at more than a bounded number of times.

use super::Span;
use super::token::ABBREVIATIONS;

/// Abbreviations that stand before a name or figure and so never end a sentence.
const TITLES: &[&str] = &[
    "adm", "approx", "atty", "brig", "ca", "capt", "cf", "cmdr", "col", "comdr", "cpl", "dr", "drs", "e.g",
    "eq", "fig", "figs", "fr", "gen", "gov", "hon", "i.e", "insp", "lt", "maj", "messrs", "mr", "mrs", "ms",
    "msgr", "mt", "nos", "pp", "pres", "prof", "pvt", "rep", "reps", "rev", "sen", "sens", "sgt", "st",
    "supt", "viz", "vol", "vols", "vs",
];

/// Words that begin a sentence far more often than they follow an abbreviation within one.
const STARTERS: &[&str] = &[
    "a",
    "after",
    "all",
    "although",
    "an",
    "and",
    "another",
    "as",
    "at",
    "both",
    "but",
    "by",
    "during",
    "earlier",
    "every",
    "few",
    "for",
    "from",
    "he",
    "her",
    "his",
    "how",
    "however",
    "i",
    "if",
    "in",
    "it",
    "its",
    "last",
    "many",
    "meanwhile",
    "more",
    "most",
    "no",
    "now",
    "of",
    "on",
    "one",
    "or",
    "other",
    "our",
    "she",
    "since",
    "so",
    "some",
    "that",
    "the",
    "their",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "under",
    "until",
    "we",
    "what",
    "when",
    "where",
    "while",
    "who",
    "why",
    "with",
    "you",
];

/// The sentences of a field: in order, trimmed of white space, none empty.
pub fn split(text: &str) -> Vec<Span> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for line in lines(text) {
        if line.breaks {
            add(text, start, line.start, &mut sentences);
            start = line.start;
        }
        if line.end > line.start {
            within(text, &mut start, line, &mut sentences);
        }
    }
    add(text, start, text.len(), &mut sentences);
    sentences
}

fn add(text: &str, start: usize, end: usize, sentences: &mut Vec<Span>) {
    let part = &text[start..end];
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let start = start + (part.len() - part.trim_start().len());
        sentences.push(Span { start, end: start + trimmed.len() });
    }
}

/// A line of the field; `breaks` says whether a sentence must begin with it.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    breaks: bool,
}

/// The lines of a field. A newline only wraps where the next word would not have fitted into the paragraph's
/// width, or where the text runs on in lower case; elsewhere it separates.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive(['\n', '\u{2028}', '\u{2029}']) {
        lines.push(Line { start: at, end: at + raw.trim_end().len(), breaks: true });
        at += raw.len();
    }
    let mut first = 0;
    while first < lines.len() {
        let blank = |line: &Line| line.end <= line.start;
        let last = first + lines[first..].iter().position(blank).unwrap_or(lines.len() - first);
        let width = lines[first..last].iter().map(|l| l.end - l.start).max().unwrap_or(0);
        for i in first + 1..last {
            let previous = &text[lines[i - 1].start..lines[i - 1].end];
            let this = &text[lines[i].start..lines[i].end];
            lines[i].breaks = !wraps(previous, this, width);
        }
        first = last + 1;
    }
    lines
}

/// Whether `next` continues the sentence of `previous` in a paragraph `width` bytes wide.
fn wraps(previous: &str, next: &str, width: usize) -> bool {
    let word = next.split_whitespace().next().unwrap_or("");
    if is_bullet(word) {
        return false;
    }
    let full = width <= 130 && previous.len() + 1 + word.len() > width.max(40);
    let runs_on = next.trim_start().starts_with(|c: char| c.is_lowercase())
        && !previous.ends_with(['.', '!', '?', '”', '"']);
    full || runs_on || previous.ends_with(',')
}

/// "-", "•", "1.", "2)", "(a)": the mark of a list entry.
fn is_bullet(word: &str) -> bool {
    let core = word.trim_start_matches('(').trim_end_matches(['.', ')']);
    matches!(word, "-" | "*" | "•" | "–" | "—" | "·" | "▪" | "‣" | "●")
        || (core.len() < word.len()
            && (core.len() <= 2 && !core.is_empty())
            && core.bytes().all(|b| b.is_ascii_digit()))
}

/// Finds the ends within one line and adds the sentences that they close.
fn within(text: &str, start: &mut usize, line: Line, sentences: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut at = line.start;
    while at < line.end {
        let b = bytes[at];
        let mark = match b {
            b'.' | b'!' | b'?' => 1,
            0xE2 if bytes[at..].starts_with("…".as_bytes()) => 3,
            0xE3 if bytes[at..].starts_with("。".as_bytes()) => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        let mut end = at + mark;
        while end < line.end && matches!(bytes[end], b'.' | b'!' | b'?') {
            end += 1;
        }
        let closed = end + closers(&text[end..line.end]);
        let closed = closed + notes(&text[closed..line.end]);
        if ends_here(text, *start, at, end, closed) {
            add(text, *start, closed, sentences);
            *start = closed;
        }
        at = closed.max(end);
    }
}

/// The bytes of the quotes and brackets that close right after a terminator.
fn closers(rest: &str) -> usize {
    let kept = rest.trim_start_matches(['"', '\'', '”', '’', ')', ']', '»', '*']);
    let length = rest.len() - kept.len();
    // A quote glued to the next word opens it.
    if length > 0 && kept.starts_with(char::is_alphanumeric) { 0 } else { length }
}

/// The bytes of the reference marks that follow a full stop: " [3] [4]".
fn notes(rest: &str) -> usize {
    let mut length = 0;
    loop {
        let after = &rest[length..];
        let mark = after.trim_start();
        let Some(inside) = mark.strip_prefix('[') else { return length };
        match inside.bytes().take(NOTE_MAX_BYTES).position(|b| b == b']') {
            Some(close) if inside[..close].bytes().all(|b| b.is_ascii_digit() || b == b',') => {
                length += after.len() - mark.len() + close + 2;
            }
            _ => return length,
        }
    }
}

const NOTE_MAX_BYTES: usize = 12;

/// Where the word that ends at `at` begins; None where it is longer than any abbreviation.
fn word_start(text: &str, start: usize, at: usize) -> Option<usize> {
    let before = text[start..at].char_indices().rev().take(ABBREVIATION_MAX_CHARS + 1);
    let mut first = at;
    for (i, c) in before {
        if c.is_whitespace() || is_opener(c) {
            return Some(first);
        }
        first = start + i;
    }
    (first == start).then_some(first)
}

const ABBREVIATION_MAX_CHARS: usize = 24;

/// Whether the terminator at `at..end`, closed at `closed`, ends the sentence that began at `start`.
fn ends_here(text: &str, start: usize, at: usize, end: usize, closed: usize) -> bool {
    let rest = &text[closed..];
    let gap = rest.starts_with(|c: char| c.is_whitespace());
    let word_start = word_start(text, start, at);
    let word = word_start.map_or("", |from| &text[from..at]);
    let next = rest.trim_start().trim_start_matches(is_opener).trim_start();
    let next_word = &next[..next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len())];
    // "A. Smith" begins with an initial, not with the article.
    let next_word = if next_word.len() == 1 && next[1..].starts_with('.') { "" } else { next_word };
    if !gap {
        // "end.Next": markup took the space away. Only plain words count, or file names would break.
        return end == at + 1
            && closed == end
            && text.as_bytes()[at] == b'.'
            && word.len() > 2
            && word.chars().all(char::is_lowercase)
            && is_capitalised(next_word)
            && is_listed(STARTERS, next_word);
    }
    let Some(first) = next.chars().next() else { return false };
    if text.as_bytes()[at] != b'.' {
        return !(first.is_lowercase() || first.is_ascii_punctuation() && closed == end);
    }
    if first.is_lowercase() {
        return false;
    }
    if end > at + 1 || word.is_empty() {
        return true; // an ellipsis, or a word too long for an abbreviation
    }
    if closed > end && !word.contains('.') {
        return true;
    }
    full_stop_ends(word, word_start == Some(start), next_word, first)
}

/// Whether the full stop after `word` ends a sentence, the next beginning with `next_word`.
fn full_stop_ends(word: &str, opens: bool, next_word: &str, first: char) -> bool {
    let word = word.trim_start_matches(['"', '\'', '“', '‘', '(', '[']);
    let lower = word.to_lowercase();
    if TITLES.binary_search(&lower.as_str()).is_ok() {
        return lower.len() > 2
            && first.is_alphabetic()
            && is_listed(STARTERS, next_word)
            && lower != "e.g"
            && lower != "i.e";
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if opens
        && (word.chars().all(|c| c.is_ascii_digit()) && word.len() <= 2 || letters == 1 && word.len() == 1)
    {
        return false; // "1. First point", "A. First point"
    }
    if lower == "no" || lower == "nos" {
        return !first.is_ascii_digit();
    }
    let initial = letters == 1 && word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 2) && letters > 1;
    if initial || dotted || ABBREVIATIONS.binary_search(&lower.as_str()).is_ok() {
        return first.is_alphabetic() && is_listed(STARTERS, next_word);
    }
    true
}

fn is_opener(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '‘' | '(' | '[' | '«' | '*')
}

fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

fn is_listed(list: &[&str], word: &str) -> bool {
    word.len() <= 10 && list.binary_search(&word.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected` marks the boundaries with " | ".
    fn check(text: &str, expected: &str) {
        let found: Vec<&str> = split(text).iter().map(|s| &text[s.start..s.end]).collect();
        assert_eq!(found.join(" | ").replace('\n', "/"), expected, "{text}");
    }

    #[test]
    fn lists_are_sorted() {
        assert!(TITLES.is_sorted() && STARTERS.is_sorted());
    }

    #[test]
    fn plain() {
        check("Rain fell. Nobody came! Why? It ended", "Rain fell. | Nobody came! | Why? | It ended");
        check("", "");
        check(" \n \n", "");
    }

    #[test]
    fn abbreviations() {
        check(
            "Lt. Col. A. B. Smith Jr. met Gen. Brown. He left.",
            "Lt. Col. A. B. Smith Jr. met Gen. Brown. | He left.",
        );
        check("He fled the U.S. He is wanted.", "He fled the U.S. | He is wanted.");
        check(
            "The U.S. Army came at 5 p.m. Monday. Acme Inc. fell.",
            "The U.S. Army came at 5 p.m. Monday. | Acme Inc. fell.",
        );
        check(
            "KABUL, Dec. 2 (AP) - Six died. More followed.",
            "KABUL, Dec. 2 (AP) - Six died. | More followed.",
        );
        check("Room No. 10 is shut. No. It is open.", "Room No. 10 is shut. | No. | It is open.");
    }

    #[test]
    fn quotes() {
        check(
            "“We won.” He smiled. \"Go!\" she said. (They went.) So",
            "“We won.” | He smiled. | \"Go!\" she said. | (They went.) | So",
        );
        check("He fled in 1990. [3] [14] He came back.", "He fled in 1990. [3] [14] | He came back.");
        check("He said \"no.\" \"Yes,\" she said.", "He said \"no.\" | \"Yes,\" she said.");
    }

    #[test]
    fn lines_and_lists() {
        check("Heading\n\nBody text. More", "Heading | Body text. | More");
        check("Points:\n- one thing\n- another", "Points: | - one thing | - another");
        check(
            "Short heading\nThe body of it begins here and goes on for a good while.",
            "Short heading | The body of it begins here and goes on for a good while.",
        );
        check(
            "A long line of a wrapped paragraph that reaches the Old\nTown of the city and then goes on to the next line with\nwords.",
            "A long line of a wrapped paragraph that reaches the Old/Town of the city and then goes on to the next line with/words.",
        );
    }

    #[test]
    fn lost_spaces() {
        check(
            "The market was hit.The army denied it. See example.com now.",
            "The market was hit. | The army denied it. | See example.com now.",
        );
    }
}
