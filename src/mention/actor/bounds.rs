//! How far a noun phrase reaches around its head: the words before it that modify it, the words of a name after it.
//!
//! Owns extents, from tags and the tree together. Leaves what the words mean to `phrase`.

use super::Found;
use crate::text::{At, Label, Tag};

/// No phrase is read further than this to the left of its head, in tokens.
const LEFT_TOKENS_MAX: usize = 14;
/// No name goes on further than this after its head, in tokens.
const RIGHT_TOKENS_MAX: usize = 8;

/// The phrase with its determiners, and the part that names: no determiners, counts or adverbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub whole: At,
    pub core: At,
}

pub fn bounds(found: &Found, sentence: usize, head: usize) -> Bounds {
    let end = right(found, sentence, head);
    let first = left(found, sentence, head);
    let mut core = first;
    while core < head && !opens_core(found, sentence, core) {
        core += 1;
    }
    Bounds { whole: At { sentence, first, end }, core: At { sentence, first: core, end } }
}

fn left(found: &Found, sentence: usize, head: usize) -> usize {
    let document = found.document;
    let tree = document.tree(sentence);
    let mut first = head;
    while first > 0 && head - first < LEFT_TOKENS_MAX {
        let token = first - 1;
        if let Some(name) = found.story.name_at(sentence, first)
            && name.at.first < first
        {
            first = name.at.first;
            continue;
        }
        let joins =
            matches!(found.word(sentence, token), "-" | "–" | "'" | "’" | "\"" | "“" | "”" | "/" | ".");
        let modifies = matches!(
            document.tag(sentence, token),
            Tag::Nn
                | Tag::Nns
                | Tag::Nnp
                | Tag::Nnps
                | Tag::Jj
                | Tag::Jjr
                | Tag::Jjs
                | Tag::Cd
                | Tag::Vbn
                | Tag::Vbg
                | Tag::Pos
                | Tag::PrpS
                | Tag::Dt
                | Tag::Pdt
                | Tag::Hyph
                | Tag::Afx
                | Tag::Fw
                | Tag::Cc
                | Tag::Rb
        );
        // A known name or a nationality right before the head modifies it, whatever the tree says.
        let adjacent = first == head
            && (found.story.name_at(sentence, token).is_some_and(|name| name.at.end == head)
                || found.story.toponym_at(sentence, token).is_some_and(|toponym| toponym.demonym));
        if !(joins || modifies && (adjacent || tree.is_under(token, head))) {
            break;
        }
        let label = tree.labels[token];
        let argument =
            matches!(label, Label::Nsubj | Label::NsubjPass | Label::Obj | Label::Obl | Label::Conj);
        if argument && tree.heads[token] == Some(head) && !adjacent {
            break;
        }
        first = token;
        if matches!(document.tag(sentence, token), Tag::Dt | Tag::PrpS) && label != Label::Conj {
            // "the Taliban's fighters": the article belongs to the possessor, and opens the phrase all the same.
            break;
        }
    }
    // What joins must join something.
    while first < head && !found.word(sentence, first).chars().any(char::is_alphanumeric) {
        first += 1;
    }
    first
}

/// The end of the name that goes on after the head: "President" + "Vladimir Putin", "Brigade" + "444".
fn right(found: &Found, sentence: usize, head: usize) -> usize {
    let document = found.document;
    let tree = document.tree(sentence);
    let mut end = head + 1;
    if let Some(name) = found.story.name_at(sentence, head) {
        end = end.max(name.at.end);
    }
    if let Some(toponym) = found.story.toponym_at(sentence, head) {
        end = end.max(toponym.at.end);
    }
    while end < tree.heads.len() && end - head <= RIGHT_TOKENS_MAX {
        let proper = matches!(document.tag(sentence, end), Tag::Nnp | Tag::Nnps);
        let joins = found.word(sentence, end) == "-"
            && end + 1 < tree.heads.len()
            && matches!(document.tag(sentence, end + 1), Tag::Nnp | Tag::Nnps | Tag::Nn);
        let part = matches!(
            tree.labels[end],
            Label::Flat
                | Label::Compound
                | Label::NmodDesc
                | Label::Fixed
                | Label::Appos
                | Label::Punct
                | Label::Nmod
                | Label::Goeswith
        );
        if !(tree.is_under(end, head) && part && (proper || joins)) {
            break;
        }
        match found.story.name_at(sentence, end) {
            Some(name) => end = end.max(name.at.end),
            None => end += 1,
        }
    }
    while end > head + 1 && found.word(sentence, end - 1) == "-" {
        end -= 1;
    }
    end.min(tree.heads.len())
}

/// Whether the core of a phrase may begin with a token.
fn opens_core(found: &Found, sentence: usize, token: usize) -> bool {
    if found.story.name_at(sentence, token).is_some() || found.story.toponym_at(sentence, token).is_some() {
        return true;
    }
    match found.document.tag(sentence, token) {
        Tag::Dt | Tag::Pdt | Tag::PrpS | Tag::Pos | Tag::Cc | Tag::Rb | Tag::Punct | Tag::In => false,
        Tag::Cd => is_measure(found, sentence, token),
        Tag::Vbg | Tag::Vbn => {
            let word = found.word(sentence, token).to_lowercase();
            !matches!(word.as_str(), "including" | "estimated" | "remaining" | "following")
        }
        Tag::Jj | Tag::Jjr | Tag::Jjs => {
            let word = found.word(sentence, token).to_lowercase();
            !COUNTS.contains(&word.as_str())
        }
        _ => found.word(sentence, token).chars().any(char::is_alphanumeric),
    }
}

/// "36-year-old man" is a description, "thirty-six men" a count.
fn is_measure(found: &Found, sentence: usize, token: usize) -> bool {
    let tokens = found.document.sentences[sentence].tokens.len();
    token + 2 < tokens
        && found.word(sentence, token + 1) == "-"
        && matches!(
            found.word(sentence, token + 2).to_lowercase().as_str(),
            "year" | "month" | "week" | "day" | "strong" | "man" | "woman" | "member" | "nation" | "party"
        )
}

/// Adjectives that count or order and do not describe.
const COUNTS: &[&str] = &[
    "more",
    "most",
    "many",
    "several",
    "few",
    "other",
    "another",
    "least",
    "some",
    "various",
    "numerous",
    "first",
    "second",
    "last",
    "next",
    "same",
    "own",
    "such",
    "certain",
    "different",
    "further",
    "additional",
    "multiple",
    "countless",
    "alleged",
    "suspected",
    "unidentified",
    "unknown",
    "total",
];
