//! Who acts and who suffers: the actor that a noun phrase, a pronoun or a short form denotes.
//!
//! Owns names, kinds and countries of actors, and what "he", "the group" or "its embassy" stand for. Leaves to
//! `event` which token is an argument of what, and to `lexicon::actors` who exists.
//!
//! Nothing is read before it is asked for, except names: they are looked up in the whole document at once, because
//! a short form follows a full name that may stand anywhere before.

mod bounds;
mod modifier;
mod person;
mod phrase;
mod refer;
mod story;

use super::{Actor, Context, Place};
use crate::lexicon::actors::{Actors, Role};
use crate::text::{At, Document, Label, Tag};
use chrono::NaiveDate;
use std::cell::OnceCell;
use story::{Story, Toponym};

/// Longer sentences are lists or markup; no actors are sought in them.
const SENTENCE_TOKENS_MAX: usize = 300;
/// How many conjuncts of one phrase are read.
const CONJUNCTS_MAX: usize = 12;
/// How often one phrase may lead to another ("dozens of members of the group that ...").
const DEPTH_MAX: usize = 4;

/// The actors of one document, read on demand.
pub struct Found<'a> {
    document: &'a Document,
    lexicon: &'a Actors,
    /// The day on which roles are judged.
    day: NaiveDate,
    story: Story,
    nouns: Vec<OnceCell<Vec<Noun>>>,
}

/// An actor with what decides which pronouns may mean it.
#[derive(Debug, Clone, PartialEq)]
struct Noun {
    actor: Actor,
    role: Option<Role>,
    person: bool,
    plural: bool,
    gender: Option<Gender>,
    /// A proper name stands behind it.
    named: bool,
    subject: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gender {
    Female,
    Male,
}

/// Makes a document's actors known. `places` are those of `mention::place::find`.
pub fn find<'a>(
    document: &'a Document,
    lexicon: &'a Actors,
    places: &[Place],
    context: &Context,
) -> Found<'a> {
    Found {
        document,
        lexicon,
        day: context.published,
        story: Story::read(document, lexicon, places, context.published),
        nouns: document.sentences.iter().map(|_| OnceCell::new()).collect(),
    }
}

impl Found<'_> {
    /// The actors that a sentence names, in order: those of a known kind or a proper name.
    pub fn actors(&self, sentence: usize) -> Vec<Actor> {
        let known = |noun: &&Noun| noun.named || noun.role.is_some();
        let heads = self.nouns(sentence).iter().filter(known).map(|noun| noun.actor.head);
        heads.filter_map(|head| self.at_head(sentence, head)).collect()
    }

    /// The actor that a token denotes, which is the head of an argument: noun, name, pronoun, or the nationality
    /// before a deed ("Israeli strikes"). None where it denotes nobody: times, numbers, unresolved pronouns.
    pub fn at_head(&self, sentence: usize, token: usize) -> Option<Actor> {
        self.noun_at(sentence, token, 0).map(|noun| noun.actor)
    }

    /// As `at_head`, with everything that is joined to the token by "and", "or" or commas.
    pub fn at_heads(&self, sentence: usize, token: usize) -> Vec<Actor> {
        if self.skips(sentence, token) {
            return Vec::new();
        }
        let mut heads = vec![token];
        let mut next = 0;
        while next < heads.len() && heads.len() < CONJUNCTS_MAX {
            let tree = self.document.tree(sentence);
            let conjuncts: Vec<usize> =
                tree.children(heads[next]).filter(|&child| tree.labels[child] == Label::Conj).collect();
            heads.extend(conjuncts.into_iter().filter(|&child| self.is_nominal(sentence, child)));
            next += 1;
        }
        let mut actors: Vec<Actor> = Vec::new();
        for head in heads {
            for actor in self.shared_head(sentence, head) {
                if !actors.iter().any(|known| known.name == actor.name) {
                    actors.push(actor);
                }
            }
        }
        actors
    }

    /// "Russian and Ukrainian officials", "both sides": two actors under one head.
    fn shared_head(&self, sentence: usize, head: usize) -> Vec<Actor> {
        if let Some(both) = refer::both(self, sentence, head) {
            return both.into_iter().map(|noun| noun.actor).collect();
        }
        let Some(noun) = self.noun_at(sentence, head, 0) else { return Vec::new() };
        if noun.plural
            && let Some(countries) = modifier::coordinated_countries(self, &noun.actor)
        {
            return countries;
        }
        vec![noun.actor]
    }

    /// Whether a toponym is but a word of a longer name of somebody who is not of that place: the town in "Boko Haram".
    pub fn swallows(&self, place: &Place) -> bool {
        let longer = |name: &&story::Name| {
            let (at, of) = (name.at, place.at);
            at.first <= of.first && of.end <= at.end && of.end - of.first < at.end - at.first
        };
        self.story
            .names(place.at.sentence)
            .iter()
            .find(longer)
            .is_some_and(|name| self.lexicon.get(name.id).country != place.country)
    }

    fn skips(&self, sentence: usize, token: usize) -> bool {
        let Some(found) = self.document.sentences.get(sentence) else { return true };
        token >= found.tokens.len() || found.tokens.len() > SENTENCE_TOKENS_MAX
    }

    fn noun_at(&self, sentence: usize, token: usize, depth: usize) -> Option<Noun> {
        if depth > DEPTH_MAX || self.skips(sentence, token) {
            return None;
        }
        match self.document.tag(sentence, token) {
            Tag::Prp | Tag::PrpS => refer::pronoun(self, sentence, token),
            Tag::Wp | Tag::Wdt | Tag::WpS => refer::relative(self, sentence, token, depth),
            Tag::Dt if self.story.toponym_at(sentence, token).is_none() => None,
            _ => {
                let token = self.titled(sentence, token).unwrap_or(token);
                let noun = phrase::read(self, sentence, token, Some(depth))?;
                let named =
                    refer::named(self, sentence, &noun).or_else(|| refer::apposed(self, sentence, &noun));
                Some(named.or_else(|| refer::definite(self, sentence, &noun)).unwrap_or(noun))
            }
        }
    }

    /// "Colombian president Gustavo Petro": the title is whoever bears the name behind it.
    fn titled(&self, sentence: usize, token: usize) -> Option<usize> {
        let title = self.document.label(sentence, token) == Label::NmodDesc;
        let name = self.document.tree(sentence).heads[token].filter(|&name| title && name > token)?;
        matches!(self.document.tag(sentence, name), Tag::Nnp | Tag::Nnps).then_some(name)
    }

    /// The nouns of a sentence that head phrases of their own, in order.
    fn nouns(&self, sentence: usize) -> &[Noun] {
        let Some(cell) = self.nouns.get(sentence) else { return &[] };
        cell.get_or_init(|| {
            let tokens = self.document.sentences[sentence].tokens.len();
            if tokens > SENTENCE_TOKENS_MAX {
                return Vec::new();
            }
            let mut nouns: Vec<Noun> = Vec::new();
            for token in (0..tokens).filter(|&token| self.heads_phrase(sentence, token)) {
                let Some(noun) = phrase::read(self, sentence, token, None) else { continue };
                if nouns.iter().all(|known| known.actor.at != noun.actor.at) {
                    nouns.push(noun);
                }
            }
            nouns
        })
    }

    fn heads_phrase(&self, sentence: usize, token: usize) -> bool {
        let inner = matches!(
            self.document.label(sentence, token),
            Label::Compound | Label::Flat | Label::Fixed | Label::Goeswith | Label::NmodDesc | Label::Amod
        );
        !inner && self.is_nominal(sentence, token)
    }

    fn is_nominal(&self, sentence: usize, token: usize) -> bool {
        let noun = matches!(
            self.document.tag(sentence, token),
            Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps | Tag::Prp | Tag::Fw
        );
        // "A civilian", "the wounded": what an article makes a noun.
        let tree = self.document.tree(sentence);
        let made = || {
            self.document.tag(sentence, token) == Tag::Jj
                && tree.labels[token] != Label::Amod
                && tree.children(token).any(|child| tree.labels[child] == Label::Det)
        };
        noun || made()
            || self.story.name_at(sentence, token).is_some()
            || self.story.toponym_at(sentence, token).is_some_and(|toponym| !toponym.demonym)
    }

    fn word(&self, sentence: usize, token: usize) -> &str {
        self.document.word(sentence, token)
    }

    fn toponyms_in(&self, at: At) -> impl Iterator<Item = &Toponym> {
        self.story.toponyms(at.sentence).iter().filter(move |t| t.at.first >= at.first && t.at.end <= at.end)
    }
}
