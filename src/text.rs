//! A `Document`: the title and text of one story, cut into sentences and tokens, with Penn tags, lemmas and
//! typed dependencies on demand.
//!
//! Owns spans and syntax. Knows nothing of stories, feeds, or what words mean (`lexicon`, `mention`).
//! Text rooms return values, never errors: any string is a document.
//!
//! Tags and trees are made the first time that a sentence is asked for them, so that only sentences which
//! a cheap scan selected are ever parsed; `Document::read` makes those of several at once.

use std::sync::OnceLock;

pub mod complement;
pub mod dateline;
pub mod depend;
pub mod inventory;
pub mod language;
pub mod lemma;
pub mod matrix;
pub mod model;
pub mod network;
pub mod number;
pub mod offset;
pub mod recur;
pub mod sentence;
pub mod tag;
pub mod token;
pub mod vocabulary;
pub mod word;

use depend::Parse;
pub use inventory::{Label, Tag};

/// Which field of the story a sentence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Title,
    Text,
}

/// A range of bytes in the field's string; always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A range of tokens within one sentence: `first..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    pub sentence: usize,
    pub first: usize,
    pub end: usize,
}

/// One token: its place in the field. Words, punctuation and clitics ("n't", "'s") are tokens of their own,
/// as in Universal Dependencies English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
}

#[derive(Debug)]
pub struct Sentence {
    pub field: Field,
    pub span: Span,
    pub tokens: Vec<Token>,
    syntax: OnceLock<Syntax>,
}

type Syntax = (Vec<Tag>, Tree);

/// The dependency tree of one sentence, an entry a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The head token; None for the root.
    pub heads: Vec<Option<usize>>,
    pub labels: Vec<Label>,
    pub lemmas: Vec<String>,
}

#[derive(Debug)]
pub struct Document {
    title: String,
    text: String,
    pub sentences: Vec<Sentence>,
}

impl Document {
    pub fn new(title: &str, text: &str) -> Document {
        let mut sentences = Vec::new();
        for (field, string) in [(Field::Title, title), (Field::Text, text)] {
            for span in sentence::split(string) {
                let tokens = token::tokenise(string, span);
                if !tokens.is_empty() {
                    sentences.push(Sentence { field, span, tokens, syntax: OnceLock::new() });
                }
            }
        }
        Document { title: title.to_owned(), text: text.to_owned(), sentences }
    }

    pub fn field(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Text => &self.text,
        }
    }

    /// The words of a sentence, as the text has them.
    pub fn quote(&self, sentence: usize) -> &str {
        let s = &self.sentences[sentence];
        &self.field(s.field)[s.span.start..s.span.end]
    }

    pub fn word(&self, sentence: usize, token: usize) -> &str {
        let s = &self.sentences[sentence];
        let span = s.tokens[token].span;
        &self.field(s.field)[span.start..span.end]
    }

    /// The text of a token range.
    pub fn phrase(&self, at: At) -> &str {
        let s = &self.sentences[at.sentence];
        let span = self.span(at);
        &self.field(s.field)[span.start..span.end]
    }

    /// The bytes of a token range in its field.
    pub fn span(&self, at: At) -> Span {
        let tokens = &self.sentences[at.sentence].tokens;
        Span { start: tokens[at.first].span.start, end: tokens[at.end - 1].span.end }
    }

    /// Penn tags of a sentence; made with the tree at the first call.
    pub fn tags(&self, sentence: usize) -> &[Tag] {
        &self.syntax(sentence).0
    }

    pub fn tag(&self, sentence: usize, token: usize) -> Tag {
        self.tags(sentence)[token]
    }

    /// The tree of a sentence; made at the first call.
    pub fn tree(&self, sentence: usize) -> &Tree {
        &self.syntax(sentence).1
    }

    /// Makes the trees of sentences that will be asked for, which is faster than making one after the other.
    pub fn read(&self, sentences: impl IntoIterator<Item = usize>) {
        let unread = |&s: &usize| self.sentences[s].syntax.get().is_none();
        let sentences: Vec<usize> = sentences.into_iter().filter(unread).collect();
        for (&s, syntax) in sentences.iter().zip(self.analyse(&sentences)) {
            self.sentences[s].syntax.get_or_init(|| syntax);
        }
    }

    fn syntax(&self, sentence: usize) -> &Syntax {
        let alone = || self.analyse(&[sentence]).pop().expect("one for each");
        self.sentences[sentence].syntax.get_or_init(alone)
    }

    /// Tags and trees of sentences.
    fn analyse(&self, sentences: &[usize]) -> Vec<Syntax> {
        let model = model::embedded();
        let words = |s: usize| (0..self.sentences[s].tokens.len()).map(move |token| self.word(s, token));
        let before = |s: usize| {
            let length = dateline::length(words(s));
            if length < self.sentences[s].tokens.len() { length } else { 0 }
        };
        let befores: Vec<usize> = sentences.iter().map(|&s| before(s)).collect();
        let cut = sentences.iter().zip(&befores).map(|(&s, &before)| words(s).skip(before));
        let parses = model.parse_all(cut).into_iter().zip(sentences).zip(&befores);
        let whole = parses.map(|((parse, &s), &before)| {
            let Parse { tags, heads, labels } = parse.after(before, words(s));
            let lemmas = words(s).zip(&tags).map(|(word, &tag)| model.lemmas.lemma(word, tag)).collect();
            (tags, Tree { heads, labels, lemmas })
        });
        whole.collect()
    }

    pub fn head(&self, sentence: usize, token: usize) -> Option<usize> {
        self.tree(sentence).heads[token]
    }

    pub fn label(&self, sentence: usize, token: usize) -> Label {
        self.tree(sentence).labels[token]
    }

    pub fn lemma(&self, sentence: usize, token: usize) -> &str {
        &self.tree(sentence).lemmas[token]
    }

    /// Whether a token is punctuation by its characters; needs no tags.
    pub fn is_punct(&self, sentence: usize, token: usize) -> bool {
        !self.word(sentence, token).chars().any(|c| c.is_alphanumeric() || matches!(c, '$' | '%' | '€' | '£'))
    }

    /// The sentence whose span holds a byte of a field.
    pub fn sentence_at(&self, field: Field, byte: usize) -> Option<usize> {
        let after = self.sentences.partition_point(|s| (s.field, s.span.start) <= (field, byte));
        let s = after.checked_sub(1)?;
        let found = &self.sentences[s];
        (found.field == field && byte < found.span.end).then_some(s)
    }

    /// The tokens that overlap a span of bytes of a sentence's field; None where there are none.
    pub fn tokens_in(&self, sentence: usize, span: Span) -> Option<At> {
        let tokens = &self.sentences[sentence].tokens;
        let first = tokens.partition_point(|t| t.span.end <= span.start);
        let end = tokens.partition_point(|t| t.span.start < span.end);
        (first < end).then_some(At { sentence, first, end })
    }
}

impl Tree {
    /// The direct dependants of a token, in order.
    pub fn children(&self, token: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.heads.len()).filter(move |&t| self.heads[t] == Some(token))
    }

    /// The first dependant of a token with a label.
    pub fn child(&self, token: usize, label: Label) -> Option<usize> {
        self.children(token).find(|&t| self.labels[t] == label)
    }

    /// Whether `ancestor` is the token or stands above it.
    pub fn is_under(&self, token: usize, ancestor: usize) -> bool {
        std::iter::successors(Some(token), |&t| self.heads[t])
            .take(self.heads.len() + 1)
            .any(|t| t == ancestor)
    }

    /// The tokens from the first to the last that stand under a token, itself included: (first, end).
    pub fn subtree(&self, token: usize) -> (usize, usize) {
        let (mut first, mut end) = (token, token + 1);
        for t in (0..self.heads.len()).filter(|&t| self.is_under(t, token)) {
            (first, end) = (first.min(t), end.max(t + 1));
        }
        (first, end)
    }

    /// The root of the sentence.
    pub fn root(&self) -> Option<usize> {
        self.heads.iter().position(Option::is_none)
    }
}
