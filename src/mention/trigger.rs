//! Finds the words that may tell an event.
//!
//! Owns the choice among patterns that overlap, by length, idiom and part of speech. Whether the words mean
//! an event where they stand is for `event` to judge.

use super::Trigger;
use crate::lexicon::kinds::{Form, Hit, Kinds, Pattern};
use crate::text::{At, Document, Field, Tag};

/// Sentences with more words than this are no prose; nothing is looked for in them.
const SENTENCE_TOKENS_MAX: usize = 400;

/// Every trigger of a document, in the order of the text. Only sentences that hold one are tagged.
pub fn find(document: &Document, kinds: &Kinds) -> Vec<Trigger> {
    let mut held = Vec::new();
    for (s, sentence) in document.sentences.iter().enumerate() {
        let count = sentence.tokens.len();
        if count <= SENTENCE_TOKENS_MAX {
            let lower: Vec<String> = (0..count).map(|t| document.word(s, t).to_lowercase()).collect();
            let words: Vec<&str> = lower.iter().map(String::as_str).collect();
            let hits = kinds.find(&words);
            if !hits.is_empty() {
                held.push((s, lower, hits));
            }
        }
    }
    document.read(held.iter().map(|(s, ..)| *s));
    let mut found = Vec::new();
    for (s, lower, hits) in held {
        let words: Vec<&str> = lower.iter().map(String::as_str).collect();
        in_sentence(document, s, &words, hits, kinds, &mut found);
    }
    found
}

fn in_sentence(
    document: &Document,
    s: usize,
    words: &[&str],
    mut hits: Vec<Hit>,
    kinds: &Kinds,
    found: &mut Vec<Trigger>,
) {
    let pattern = |hit: &Hit| &kinds.get(hit.kind).patterns[hit.pattern];
    let idioms: Vec<Hit> = hits.iter().copied().filter(|hit| pattern(hit).idiom).collect();
    hits.retain(|hit| {
        let p = pattern(hit);
        !p.idiom
            && !idioms.iter().any(|idiom| idiom.kind == hit.kind && covers(idiom, hit))
            && fits(document, s, hit.head, p)
            && !is_in_name(document, s, hit)
            && !is_compound_adjective(words, hit)
    });
    // The longest first; of equals, the one that fits the word's tag, then the one that the lexicon trusts more.
    let finite = |hit: &Hit| {
        matches!(document.tags(s)[hit.head], Tag::Vbz | Tag::Vbp | Tag::Vbd | Tag::Vb)
            && pattern(hit).form == Form::Verb
    };
    hits.sort_by(|a, b| {
        let length = |hit: &Hit| hit.end - hit.first;
        let trust = |hit: &Hit| pattern(hit).trust;
        length(b).cmp(&length(a)).then(finite(b).cmp(&finite(a))).then(trust(b).total_cmp(&trust(a)))
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let shadowed = kept.iter().any(|k| match k.kind == hit.kind {
            true => k.first < hit.end && hit.first < k.end,
            false => covers(k, &hit) && k.end - k.first > hit.end - hit.first,
        });
        if !shadowed {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| (hit.first, hit.kind));
    found.extend(kept.into_iter().map(|hit| Trigger {
        at: At { sentence: s, first: hit.first, end: hit.end },
        head: hit.head,
        kind: hit.kind,
        pattern: hit.pattern,
    }));
}

fn covers(outer: &Hit, inner: &Hit) -> bool {
    outer.first <= inner.first && inner.end <= outer.end
}

/// "Liberation Front", "Human Rights March": a capital word among capital words is part of a name. Headlines
/// capitalise everything, so there it is no sign.
fn is_in_name(document: &Document, s: usize, hit: &Hit) -> bool {
    let capital = |t: usize| document.word(s, t).starts_with(char::is_uppercase);
    let count = document.sentences[s].tokens.len();
    let title = document.sentences[s].field == Field::Title;
    if title
        || hit.end - hit.first > 1
        || hit.first == 0
        || !capital(hit.first)
        || document.word(s, hit.first) == "Summit"
    {
        return false;
    }
    let plain = |t: usize| {
        let word = document.word(s, t);
        word.len() > 3 && word.starts_with(char::is_lowercase)
    };
    (0..count).filter(|&t| plain(t)).count() >= 2
        && (capital(hit.first - 1) || (hit.end < count && capital(hit.end)))
}

/// "rebel-held", "Moscow-backed", "battle-hardened", "strike-prone": the word is part of an adjective.
fn is_compound_adjective(words: &[&str], hit: &Hit) -> bool {
    let after = words.get(hit.end).zip(words.get(hit.end + 1));
    let second = hit.first > 0 && words[hit.first - 1] == "-" && words[hit.first].ends_with(['d', 'n']);
    let first = after.is_some_and(|(mark, word)| {
        *mark == "-"
            && ["ed", "prone", "style", "like", "free", "related", "torn", "ready", "worn"]
                .iter()
                .any(|end| word.ends_with(end))
    });
    hit.end - hit.first == 1 && (first || second)
}

/// Whether the part of speech agrees. Headlines confuse taggers, so there a plain form may be either.
fn fits(document: &Document, s: usize, head: usize, pattern: &Pattern) -> bool {
    let tag = document.tags(s)[head];
    let title = document.sentences[s].field == Field::Title;
    let before = head.checked_sub(1).map(|t| document.tags(s)[t]);
    match pattern.form {
        Form::Any => true,
        // "protest" is no superlative, whatever its ending tells a tagger.
        _ if matches!(tag, Tag::Jjs | Tag::Jjr | Tag::Rbs) => true,
        // A past that the tagger takes for an adjective: not before its noun.
        Form::Verb if tag == Tag::Jj && document.word(s, head).ends_with("ed") => {
            let noun = |t: Option<&Tag>| t.is_some_and(|t| t.is_noun());
            !noun(document.tags(s).get(head + 1)) || before.is_some_and(|t| t.is_noun())
        }
        Form::Verb => {
            tag.is_verb() || (title && matches!(tag, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Jj))
        }
        Form::Noun => {
            let named = pattern.words.len() > 1;
            tag.is_noun()
                || matches!(tag, Tag::Jj | Tag::Vbg)
                || named
                || (title && matches!(tag, Tag::Vb | Tag::Vbz | Tag::Vbp))
                || matches!(before, Some(Tag::Dt | Tag::Jj | Tag::PrpS | Tag::Cd | Tag::Pos))
        }
    }
}
