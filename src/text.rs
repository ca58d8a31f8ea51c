//! A `Document`: the title and text of one story, cut into sentences and tokens, with Penn tags, lemmas and
//! typed dependencies on demand.
//!
//! Owns spans and syntax. Knows nothing of stories, feeds, or what words mean (`lexicon`, `mention`).
//! Text rooms return values, never errors: any string is a document.
//!
//! Tags and trees are made the first time that a sentence is asked for them, so that only sentences which
//! a cheap scan selected are ever parsed.

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

/// A Penn Treebank tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tag {
    Cc,
    Cd,
    Dt,
    Ex,
    Fw,
    In,
    Jj,
    Jjr,
    Jjs,
    Ls,
    Md,
    Nn,
    Nnp,
    Nnps,
    Nns,
    Pdt,
    Pos,
    Prp,
    PrpS,
    Rb,
    Rbr,
    Rbs,
    Rp,
    Sym,
    To,
    Uh,
    Vb,
    Vbd,
    Vbg,
    Vbn,
    Vbp,
    Vbz,
    Wdt,
    Wp,
    WpS,
    Wrb,
    Add,
    Afx,
    Gw,
    Hyph,
    Nfp,
    Xx,
    Punct,
}

/// A Universal Dependencies relation, English inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    Acl,
    AclRelcl,
    Advcl,
    AdvclRelcl,
    Advmod,
    Amod,
    Appos,
    Aux,
    AuxPass,
    Case,
    Cc,
    CcPreconj,
    Ccomp,
    Compound,
    CompoundPrt,
    Conj,
    Cop,
    Csubj,
    CsubjPass,
    Dep,
    Det,
    DetPredet,
    Discourse,
    Dislocated,
    Expl,
    Fixed,
    Flat,
    Goeswith,
    Iobj,
    List,
    Mark,
    Nmod,
    NmodDesc,
    NmodPoss,
    NmodUnmarked,
    Nsubj,
    NsubjOuter,
    NsubjPass,
    Nummod,
    Obj,
    Obl,
    OblAgent,
    OblUnmarked,
    Orphan,
    Parataxis,
    Punct,
    Reparandum,
    Root,
    Vocative,
}

use std::sync::OnceLock;

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
    tags: OnceLock<Vec<Tag>>,
    tree: OnceLock<Tree>,
}

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
            let mut start = 0;
            for part in string.split_inclusive(". ") {
                let span = Span { start, end: start + part.len() };
                start = span.end;
                let tokens = part
                    .split_whitespace()
                    .map(|word| {
                        let at = word.as_ptr() as usize - string.as_ptr() as usize;
                        Token { span: Span { start: at, end: at + word.len() } }
                    })
                    .collect();
                sentences.push(Sentence {
                    field,
                    span,
                    tokens,
                    tags: OnceLock::new(),
                    tree: OnceLock::new(),
                });
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

    /// Penn tags of a sentence; made at the first call.
    pub fn tags(&self, sentence: usize) -> &[Tag] {
        let s = &self.sentences[sentence];
        s.tags.get_or_init(|| vec![Tag::Nn; s.tokens.len()])
    }

    /// The tree of a sentence; made at the first call.
    pub fn tree(&self, sentence: usize) -> &Tree {
        let s = &self.sentences[sentence];
        s.tree.get_or_init(|| Tree {
            heads: vec![None; s.tokens.len()],
            labels: vec![Label::Root; s.tokens.len()],
            lemmas: (0..s.tokens.len()).map(|t| self.word(sentence, t).to_lowercase()).collect(),
        })
    }
}
