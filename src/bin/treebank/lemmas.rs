//! Finds the edits that turn forms into lemmas: of whole words, and of endings for words never seen.
//!
//! Owns the counting. What the program knows by heart (irregular forms) is in `text::lemma`.

use crate::conllu::Gold;
use dateline::text::Tag;
use dateline::text::lemma::{ENDING_MAX_BYTES, Edit, is_inflected, key};
use std::collections::BTreeMap;

/// The arguments of `Lemmas::new`.
pub struct Trained {
    pub edits: Vec<Edit>,
    pub entries: Vec<(u32, u8)>,
}

/// An edit needs so many different words to stand for an ending.
const WORDS_MIN: usize = 2;

pub fn train(sentences: &[&Gold]) -> Trained {
    let mut words: BTreeMap<(Tag, String), BTreeMap<Edit, usize>> = BTreeMap::new();
    for gold in sentences {
        for ((word, lemma), &tag) in gold.words.iter().zip(&gold.lemmas).zip(&gold.tags) {
            let (word, lemma) = (word.to_lowercase().replace('’', "'"), lemma.to_lowercase());
            if is_inflected(tag) && word.is_ascii() && lemma.is_ascii() && lemma != "_" {
                *words
                    .entry((tag, word.clone()))
                    .or_default()
                    .entry(Edit::between(&word, &lemma))
                    .or_default() += 1;
            }
        }
    }
    let words: BTreeMap<(Tag, String), Edit> =
        words.into_iter().map(|(word, edits)| (word, commonest(&edits))).collect();
    let mut endings: BTreeMap<(Tag, String), BTreeMap<Edit, usize>> = BTreeMap::new();
    for ((tag, word), edit) in &words {
        for n in 1..=ENDING_MAX_BYTES.min(word.len()) {
            let ending = word[word.len() - n..].to_owned();
            *endings.entry((*tag, ending)).or_default().entry(edit.clone()).or_default() += 1;
        }
    }
    let endings: BTreeMap<(Tag, String), Edit> = endings
        .into_iter()
        .filter(|(key, edits)| key.1.len() == 1 || edits.values().sum::<usize>() >= WORDS_MIN)
        .map(|(key, edits)| (key, commonest(&edits)))
        .collect();
    let shorter = |tag: Tag, word: &str, from: usize| {
        (1..from).rev().find_map(|n| endings.get(&(tag, word.get(word.len().checked_sub(n)?..)?.to_owned())))
    };
    let mut edits: Vec<Edit> = Vec::new();
    let mut entries = Vec::new();
    let mut add = |key: u32, edit: &Edit| {
        let index = edits.iter().position(|e| e == edit).unwrap_or_else(|| {
            edits.push(edit.clone());
            edits.len() - 1
        });
        if index < 255 {
            entries.push((key, index as u8));
        }
    };
    // What a shorter ending says already need not be said.
    for ((tag, ending), edit) in &endings {
        if shorter(*tag, ending, ending.len()) != Some(edit) {
            add(key(ending, false, *tag), edit);
        }
    }
    for ((tag, word), edit) in &words {
        if shorter(*tag, word, ENDING_MAX_BYTES.min(word.len()) + 1) != Some(edit) {
            add(key(word, true, *tag), edit);
        }
    }
    entries.sort_unstable();
    entries.dedup_by_key(|e| e.0);
    edits.truncate(255);
    Trained { edits, entries }
}

fn commonest(edits: &BTreeMap<Edit, usize>) -> Edit {
    let most = edits.iter().max_by_key(|&(edit, count)| (*count, std::cmp::Reverse(edit)));
    most.map(|(edit, _)| edit.clone()).unwrap_or(Edit { cut: 0, add: String::new() })
}
