//! Any string is a document: no panic, and time that grows with length, on text made to hurt.

use dateline::text::{At, Document, language, number};
use proptest::prelude::*;

/// Reads everything that can be read; returns the number of tokens. The invariants hold for every string.
fn read(text: &str, syntax: bool) -> usize {
    let document = Document::new("", text);
    let mut tokens = 0;
    let mut at = 0;
    for (s, sentence) in document.sentences.iter().enumerate() {
        assert!(sentence.span.start >= at && sentence.span.end <= text.len());
        at = sentence.span.end;
        let mut end = sentence.span.start;
        for (t, token) in sentence.tokens.iter().enumerate() {
            assert!(token.span.start >= end && token.span.start < token.span.end && token.span.end <= at);
            let gap = &text[end..token.span.start];
            assert!(!gap.chars().any(char::is_alphanumeric), "lost {gap:?}");
            end = token.span.end;
            document.word(s, t);
        }
        tokens += sentence.tokens.len();
        if syntax && !sentence.tokens.is_empty() {
            let tree = document.tree(s);
            assert_eq!(tree.heads.len(), sentence.tokens.len());
            assert_eq!(document.tags(s).len(), sentence.tokens.len());
            assert_eq!(tree.heads.iter().filter(|h| h.is_none()).count(), 1, "one root");
            let root = tree.root().expect("a root");
            assert!((0..tree.heads.len()).all(|t| tree.is_under(t, root)), "a tree");
            document.phrase(At { sentence: s, first: 0, end: sentence.tokens.len() });
            number::find(&document, s);
        }
    }
    language::is_english(text);
    tokens
}

#[test]
fn ten_megabytes_without_a_space() {
    read(&"x".repeat(10 << 20), false);
    read(&"é".repeat(5 << 20), false);
    read(&"12,".repeat(1 << 20), false);
    read(&"a-".repeat(1 << 20), false);
    read(&"1-".repeat(1 << 20), false);
    read(&"1/".repeat(1 << 20), false);
    read(&"a&".repeat(1 << 20), false);
    read(&"a.".repeat(1 << 20), false);
    read(&"a'".repeat(1 << 20), false);
    read(&"'s".repeat(1 << 20), false);
}

#[test]
fn brackets_quotes_and_stops() {
    for piece in
        ["(", ")", "[", "\"", "“", "'", ".", "!", "?", ". ", "\n", "\n\n", " [1]", "- ", "\u{301}", "www."]
    {
        read(&piece.repeat(100_000), false);
        read(&piece.repeat(300), true);
    }
}

#[test]
fn a_sentence_without_an_end() {
    let words = "and the men of the town who went to the house of the ".repeat(200);
    assert!(read(&words, true) > 2000);
    read(&"buffalo ".repeat(5000), true);
}

#[test]
fn mixed_scripts() {
    read("Кабул 喀布尔 كابل काबुल ກາບູນ 🇦🇫👩‍👩‍👧‍👦 \u{202e}Kabul\u{202c} K\u{200b}abul ﷽ İstanbul ẞ ǅ ﬁ", true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_text(text in "\\PC{0,300}") {
        read(&text, true);
    }

    #[test]
    fn random_marks(text in "[a-cA-C0-2 .,'’\"“”()\\[\\]\\-–/:;!?$%&@#\n]{0,200}") {
        read(&text, true);
    }
}
