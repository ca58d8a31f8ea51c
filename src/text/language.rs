//! Which language a text is in; above all, whether it is English.
//!
//! Owns the decision. `whichlang` tells sixteen languages apart and calls everything one of them, so English is asked
//! for twice: by its letters, and by the share of its words that the tagger's dictionary knows. Languages
//! that the identifier never heard of fail the second test.

use super::model::embedded;
use super::tag::UNKNOWN;
use super::word::Form;
use whichlang::{Lang, detect_language};

/// How much of a text is looked at.
const LOOKED_AT_MAX_BYTES: usize = 1000;
/// The share of known words that English has at least, even where names crowd it.
const KNOWN_SHARE_MIN: f64 = 0.45;
/// The share from which on a text is English whatever its letters look like.
const KNOWN_SHARE_SURE: f64 = 0.8;

/// The ISO 639-1 code of the language; None where it is none of those that the identifier knows, or the text has no words.
pub fn language(text: &str) -> Option<&'static str> {
    let text = beginning(text);
    let (known, words) = known_words(text);
    if words == 0 {
        return None;
    }
    let share = known as f64 / words as f64;
    let guess = detect_language(text);
    if share >= KNOWN_SHARE_SURE && words >= 3 || guess == Lang::Eng && share >= KNOWN_SHARE_MIN {
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

/// How many of the words of letters the dictionary holds, of how many. Capitalised words that it does not
/// hold are likely names, which no language owns, and many languages share single letters: they count neither
/// way.
fn known_words(text: &str) -> (usize, usize) {
    let tagger = &embedded().tagger;
    let (mut known, mut words) = (0, 0);
    for word in text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')) {
        let stem = word.split(['\'', '’']).next().unwrap_or(word);
        let Some(first) = stem.chars().find(|c| c.is_alphabetic()) else { continue };
        if stem.len() < 2 {
            continue;
        }
        let is_known = tagger.class(Form::new(stem, false, false).norm).0 != UNKNOWN;
        known += usize::from(is_known);
        words += usize::from(is_known || !first.is_uppercase());
    }
    (known, words)
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
