//! Measures sentence boundaries and tokens against a treebank's raw text.
//!
//! Owns the rebuilding of the text and the two F1 figures: of the places where sentences end, and of token spans. Leaves trees to `evaluate`.

use crate::conllu::Gold;
use dateline::text::Document;
use std::collections::HashSet;

/// Precision and recall as one figure, in percent.
pub fn f1(found: usize, gold: usize, both: usize) -> f64 {
    200.0 * both as f64 / (found + gold).max(1) as f64
}

/// The text that the sentences stood in, and the gold spans in it.
pub struct Raw {
    pub text: String,
    /// Where sentences end.
    pub ends: HashSet<usize>,
    pub tokens: HashSet<(usize, usize)>,
}

/// Joins sentences by spaces and paragraphs by blank lines.
pub fn rebuild(sentences: &[Gold]) -> Raw {
    let mut raw = Raw { text: String::new(), ends: HashSet::new(), tokens: HashSet::new() };
    for gold in sentences {
        if gold.opens_paragraph && !raw.text.is_empty() {
            raw.text.truncate(raw.text.trim_end().len());
            raw.text.push_str("\n\n");
        }
        for (word, &glued) in gold.words.iter().zip(&gold.glued) {
            let at = raw.text.len();
            raw.text.push_str(word);
            raw.tokens.insert((at, raw.text.len()));
            if !glued {
                raw.text.push(' ');
            }
        }
        raw.ends.insert(raw.text.trim_end().len());
    }
    raw
}

/// (sentence F1, token F1) in percent.
pub fn measure(sentences: &[Gold]) -> (f64, f64) {
    let raw = rebuild(sentences);
    let document = Document::new("", &raw.text);
    let found: HashSet<_> = document.sentences.iter().map(|s| s.span.end).collect();
    let tokens: HashSet<_> =
        document.sentences.iter().flat_map(|s| s.tokens.iter().map(|t| (t.span.start, t.span.end))).collect();
    (
        f1(found.len(), raw.ends.len(), found.intersection(&raw.ends).count()),
        f1(tokens.len(), raw.tokens.len(), tokens.intersection(&raw.tokens).count()),
    )
}
