//! Which language a text is in; above all, whether it is English.
//!
//! Owns the decision. `whichlang` tells sixteen languages apart and calls everything one of them, so English is asked
//! for twice: by its letters, and by the share of its words that are known, from the tagger's dictionary or from a
//! list of common ones. Languages that the identifier never heard of fail the second test.

use super::model::embedded;
use super::tag::UNKNOWN;
use super::word::{Form, is_caseless};
use std::collections::HashSet;
use whichlang::{Lang, detect_language};

/// How much of a text is looked at.
const LOOKED_AT_MAX_BYTES: usize = 1000;
/// The share of known words that English has at least, even where names crowd it.
const KNOWN_SHARE_MIN: f64 = 0.45;
/// The share from which on a text is English whatever its letters look like.
const KNOWN_SHARE_SURE: f64 = 0.8;
/// The listed words have so many bytes at least. The list was counted on text with foreign names and titles in it, and
/// its short words are as often of another language ("van", "por", "der").
pub const WORD_MIN_BYTES: usize = 4;

/// The list: the hashes of normal forms, four bytes each, sorted. Made by `treebank words`, see NOTICE.
static WORDS: &[u8] = include_bytes!("../../config/data/english.words");

/// Whether the list holds a normal form.
fn is_listed(norm: u32) -> bool {
    WORDS.as_chunks::<4>().0.binary_search_by_key(&norm, |&bytes| u32::from_le_bytes(bytes)).is_ok()
}

/// The ISO 639-1 code of the language; None where it is none of those that the identifier knows, or the text has no words.
pub fn language(text: &str) -> Option<&'static str> {
    let text = beginning(text);
    let Count { words, known, taught } = count(text);
    if words == 0 {
        return None;
    }
    let share = known as f64 / words as f64;
    let guess = detect_language(text);
    let sure = share >= KNOWN_SHARE_SURE && words >= 3 && taught > 0;
    if sure || guess == Lang::Eng && share >= KNOWN_SHARE_MIN {
        return Some("en");
    }
    code(guess).filter(|&code| code != "en")
}

/// Whether a text is English.
pub fn is_english(text: &str) -> bool {
    language(text) == Some("en")
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).find(|&at| at >= LOOKED_AT_MAX_BYTES);
    &text[..end.unwrap_or(text.len())]
}

/// Different words of letters.
struct Count {
    words: usize,
    /// Those that the dictionary or the list holds.
    known: usize,
    /// Those that the dictionary holds.
    taught: usize,
}

/// Counts the words, each once, as a repeated one says nothing new. Capitalised words that the dictionary does
/// not hold are likely names, which no language owns, and many languages share single letters: they count
/// neither way.
fn count(text: &str) -> Count {
    let tagger = &embedded().tagger;
    let caseless = is_caseless(text.split_whitespace());
    let mut seen = HashSet::new();
    let mut count = Count { words: 0, known: 0, taught: 0 };
    for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')) {
        let stem = word.split(['\'', '’']).next().unwrap_or(word);
        let Some(first) = stem.chars().find(|c| c.is_alphabetic()) else { continue };
        let norm = Form::new(stem, false, false).norm;
        if stem.len() < 2 || !seen.insert(norm) {
            continue;
        }
        let taught = tagger.class(norm).0 != UNKNOWN;
        let name = first.is_uppercase() && !caseless;
        let known = taught || !name && is_listed(norm);
        count.taught += usize::from(taught);
        count.known += usize::from(known);
        count.words += usize::from(known || !name);
    }
    count
}

fn code(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Ara => "ar",
        Lang::Cmn => "zh",
        Lang::Deu => "de",
        Lang::Eng => "en",
        Lang::Fra => "fr",
        Lang::Hin => "hi",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Por => "pt",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Vie => "vi",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        let (words, rest) = WORDS.as_chunks::<4>();
        assert!(rest.is_empty() && words.is_sorted_by_key(|&bytes| u32::from_le_bytes(bytes)));
        assert!(is_listed(Form::new("bandits", false, false).norm));
        assert!(!is_listed(Form::new("wateka", false, false).norm));
    }
}
