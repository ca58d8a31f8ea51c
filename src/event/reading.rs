//! One sentence as the event room reads it: words, classes and tree, with the questions that its judges ask.
//!
//! Owns navigation. Answers hold where the tree fails too: a question that the tree cannot answer gives None or
//! an empty list, never a guess.

use crate::lexicon::kinds::Kinds;
use crate::text::{Document, Field, Label, Tag};

/// How many conjuncts, ancestors or steps are followed at most.
const STEPS_MAX: usize = 12;

pub struct Reading<'a> {
    pub document: &'a Document,
    pub kinds: &'a Kinds,
    pub sentence: usize,
    /// In lower case.
    pub words: Vec<String>,
    /// The word classes of each word, a bit each.
    pub classes: Vec<u64>,
    pub tags: Vec<Tag>,
    heads: &'a [Option<usize>],
    labels: &'a [Label],
    lemmas: &'a [String],
    children: Vec<Vec<usize>>,
}

impl<'a> Reading<'a> {
    pub fn new(document: &'a Document, sentence: usize, kinds: &'a Kinds) -> Reading<'a> {
        let count = document.sentences[sentence].tokens.len();
        let words: Vec<String> = (0..count).map(|t| document.word(sentence, t).to_lowercase()).collect();
        let tree = document.tree(sentence);
        let mut children = vec![Vec::new(); count];
        for (t, head) in tree.heads.iter().enumerate() {
            if let Some(head) = head {
                children[*head].push(t);
            }
        }
        let mut tags = document.tags(sentence).to_vec();
        for t in 0..count {
            // "Soldiers retreated": taggers take some pasts for adjectives; an adjective has no object or subject.
            let governs = children[t]
                .iter()
                .any(|&c| matches!(tree.labels[c], Label::Obj | Label::Nsubj | Label::NsubjPass));
            if tags[t] == Tag::Jj
                && words[t].ends_with("ed")
                && governs
                && !children[t].iter().any(|&c| tree.labels[c] == Label::Cop)
            {
                tags[t] = Tag::Vbd;
            }
        }
        Reading {
            document,
            kinds,
            sentence,
            classes: words.iter().map(|word| kinds.classes_of(word)).collect(),
            words,
            tags,
            heads: &tree.heads,
            labels: &tree.labels,
            lemmas: &tree.lemmas,
            children,
        }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn is_title(&self) -> bool {
        self.document.sentences[self.sentence].field == Field::Title
    }

    pub fn word(&self, t: usize) -> &str {
        &self.words[t]
    }

    /// The word, or nothing behind the last.
    pub fn word_or_end(&self, t: usize) -> &str {
        self.words.get(t).map_or("", String::as_str)
    }

    pub fn lemma(&self, t: usize) -> &str {
        &self.lemmas[t]
    }

    pub fn tag(&self, t: usize) -> Tag {
        self.tags[t]
    }

    pub fn label(&self, t: usize) -> Label {
        self.labels[t]
    }

    pub fn head(&self, t: usize) -> Option<usize> {
        self.heads[t]
    }

    /// The head of the sentence.
    pub fn root(&self) -> Option<usize> {
        (0..self.len()).find(|&t| self.heads[t].is_none())
    }

    pub fn children(&self, t: usize) -> &[usize] {
        &self.children[t]
    }

    pub fn child(&self, t: usize, label: Label) -> Option<usize> {
        self.children[t].iter().copied().find(|&c| self.labels[c] == label)
    }

    pub fn before(&self, t: usize, steps: usize) -> &str {
        t.checked_sub(steps).map_or("", |i| self.words[i].as_str())
    }

    pub fn after(&self, t: usize, steps: usize) -> &str {
        self.words.get(t + steps).map_or("", String::as_str)
    }

    /// The token and what stands above it, upward.
    pub fn upward(&self, t: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(t), |&t| self.heads[t]).take(STEPS_MAX)
    }

    /// The preposition of a nominal ("in", "because of").
    pub fn case(&self, t: usize) -> Option<&str> {
        // A quotation mark may pass for the sign of a genitive.
        let word =
            |c: &usize| self.word(*c).starts_with(|c: char| c.is_alphabetic() || c == '\'' || c == '’');
        let of =
            |label: Label| self.children[t].iter().copied().find(|c| self.labels[*c] == label && word(c));
        of(Label::Case).or_else(|| of(Label::Mark)).map(|c| self.word(c))
    }

    pub fn is_verb(&self, t: usize) -> bool {
        self.tags[t].is_verb()
    }

    /// Whether a token begins a clause of its own that stands beside its head's clause.
    pub fn opens_clause(&self, t: usize) -> bool {
        match self.labels[t] {
            Label::Acl
            | Label::AclRelcl
            | Label::Advcl
            | Label::AdvclRelcl
            | Label::Ccomp
            | Label::Parataxis => true,
            Label::Csubj | Label::CsubjPass => true,
            Label::Conj => self.is_verb(t),
            _ => false,
        }
    }

    /// The token that heads the clause of `t`: the nearest verb or clause opener at or above it.
    pub fn clause_of(&self, t: usize) -> usize {
        let mut last = t;
        for up in self.upward(t) {
            last = up;
            if self.opens_clause(up) || (self.is_verb(up) && self.labels[up] != Label::Amod) {
                break;
            }
        }
        last
    }

    /// The first of a chain of conjuncts.
    pub fn first_conjunct(&self, t: usize) -> usize {
        let mut t = t;
        for _ in 0..STEPS_MAX {
            match (self.labels[t], self.heads[t]) {
                (Label::Conj, Some(head)) => t = head,
                _ => break,
            }
        }
        t
    }

    pub fn has_class(&self, t: usize, class: u64) -> bool {
        self.classes[t] & class != 0
    }

    /// Whether `t` stands at or below `top`.
    pub fn is_under(&self, t: usize, top: usize) -> bool {
        std::iter::successors(Some(t), |&t| self.heads[t]).take(self.len() + 1).any(|up| up == top)
    }

    /// The verb's own subject.
    pub fn subject_child(&self, verb: usize) -> Option<usize> {
        self.children[verb].iter().copied().find(|&c| self.labels[c].is_nominal_subject())
    }

    /// The subject of a verb, its own or of the verb that it is joined to or controlled by.
    pub fn subject(&self, verb: usize) -> Option<usize> {
        let mut at = verb;
        for _ in 0..STEPS_MAX {
            if let Some(subject) = self.subject_child(at) {
                return Some(subject);
            }
            let head = self.heads[at]?;
            match self.labels[at] {
                Label::Conj | Label::Xcomp | Label::Aux | Label::AuxPass | Label::Cop
                    if self.is_verb(head) =>
                {
                    at = head
                }
                Label::Advcl if self.is_verb(head) && self.tags[at] == Tag::Vbg => at = head,
                // "the gunmen who shot", "men wearing": the noun is the subject.
                Label::Acl if self.tags[at] == Tag::Vbg && !self.is_verb(head) => return Some(head),
                _ => return None,
            }
        }
        None
    }

    pub fn is_passive(&self, verb: usize) -> bool {
        self.children[verb].iter().any(|&c| {
            matches!(self.labels[c], Label::NsubjPass | Label::AuxPass | Label::CsubjPass | Label::OblAgent)
        }) || (self.tags[verb] == Tag::Vbn
            && matches!(self.labels[verb], Label::Acl | Label::Amod)
            && self.child(verb, Label::Obj).is_none())
    }

    /// The tense that governs a verb: its own tag or that of its auxiliaries.
    pub fn auxiliaries(&self, verb: usize) -> impl Iterator<Item = usize> + '_ {
        self.children[verb]
            .iter()
            .copied()
            .filter(|&c| matches!(self.labels[c], Label::Aux | Label::AuxPass | Label::Cop))
    }
}
