//! The dateline that opens a dispatch: "KABUL, Afghanistan (Reuters) - ".
//!
//! Owns how many tokens it takes. It is no part of the sentence after it, and a parser that takes it for one loses
//! the subject.

/// A dateline is no longer than this, in tokens.
const TOKENS_MAX: usize = 14;

/// The number of tokens of a sentence that are its dateline, dash included; 0 where there is none.
pub fn length<'a>(mut words: impl Iterator<Item = &'a str>) -> usize {
    let Some(first) = words.next() else { return 0 };
    if !is_shouted(first) {
        return 0;
    }
    for (at, word) in words.enumerate().take(TOKENS_MAX) {
        match word {
            "-" | "–" | "—" | "--" => return at + 2,
            "," | "(" | ")" | "." | "/" | "and" | "of" | "the" | "de" | "al" => {}
            word if word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) => {}
            _ => return 0,
        }
    }
    0
}

/// A town in capitals.
fn is_shouted(word: &str) -> bool {
    word.chars().count() >= 3 && word.chars().all(|c| c.is_uppercase() || matches!(c, '-' | '.' | '\'' | '’'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, expected: usize) {
        assert_eq!(length(sentence.split(' ')), expected, "{sentence}");
    }

    #[test]
    fn datelines_end_with_their_dash() {
        check("KABUL - Gunmen opened fire .", 2);
        check("KABUL , Afghanistan ( Reuters ) - Gunmen opened fire .", 7);
        check("UNITED NATIONS — The council met .", 3);
        check("GOMA , March 3 -- Rebels took the town .", 5);
    }

    #[test]
    fn shouts_abbreviations_and_dashes_in_sentences_are_none() {
        check("NATO said that troops - some 300 - had left .", 0);
        check("Kabul - the capital - was quiet .", 0);
        check("UK - based group condemns attack", 0);
        check("TROOPS TAKE TOWN", 0);
        check("", 0);
    }
}
