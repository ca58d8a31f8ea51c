//! Places that the gazetteer does not have, where the text itself says what they are: "the village of Nabi Salih, in the West Bank".
//!
//! Owns this pattern. Such a place keeps its written name and stands where its holder stands; a place without a known holder is left
//! out. Leaves every name on record to `guard` and `resolve`.

use super::scan::{Candidate, Gap, Kind, Line, Shape};
use super::words::{Kinds, kinds};
use crate::lexicon::places::fold::fold;
use crate::lexicon::places::{EntryId, Gazetteer, Level};
use std::collections::HashMap;

/// The most words of an unknown name.
const WORDS_MAX: usize = 4;
/// How many words before the name its holder may stand.
const BACK_MAX: usize = 300;
/// How many words after the name its holder may begin.
const HOLDER_WITHIN: usize = 6;

/// An unknown place and the place on record that holds it.
#[derive(Debug)]
pub struct Unknown {
    pub line: usize,
    pub start_byte: usize,
    pub end_byte: usize,
    pub holder: EntryId,
}

/// Finds them among the tokens that no accepted candidate covers. `resolved` is None for what was not accepted.
pub fn find(
    lines: &[Line],
    candidates: &[Candidate],
    resolved: &[Option<EntryId>],
    gazetteer: &Gazetteer,
) -> Vec<Unknown> {
    let mut found = Vec::new();
    let mut named: HashMap<String, EntryId> = HashMap::new();
    let mut runs = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, l)| !l.title_case) {
        let mut covered = vec![None; line.tokens.len()];
        for (i, candidate) in
            candidates.iter().enumerate().filter(|(i, c)| c.line == index && resolved[*i].is_some())
        {
            covered[candidate.first..candidate.end].fill(Some(i));
        }
        let text = Text { line, covered: &covered, candidates, resolved, gazetteer };
        let mut at = 0;
        while at < line.tokens.len() {
            let end = text.run(at);
            if end > at {
                let holder = if text.is_told(at, end) { text.holder(at, end) } else { None };
                let span = (line.tokens[at].word.start, line.tokens[end - 1].word.end);
                if let Some(holder) = holder {
                    named.entry(fold(&line.text[span.0..span.1])).or_insert(holder);
                }
                runs.push((index, span, holder));
            }
            at = end.max(at + 1);
        }
    }
    if named.is_empty() {
        return found;
    }
    for (line, (start_byte, end_byte), holder) in runs {
        let again = || named.get(&fold(&lines[line].text[start_byte..end_byte])).copied();
        if let Some(holder) = holder.or_else(again) {
            found.push(Unknown { line, start_byte, end_byte, holder });
        }
    }
    found
}

struct Text<'a> {
    line: &'a Line<'a>,
    /// The accepted candidate of each token.
    covered: &'a [Option<usize>],
    candidates: &'a [Candidate],
    resolved: &'a [Option<EntryId>],
    gazetteer: &'a Gazetteer,
}

impl Text<'_> {
    fn is_open(&self, token: usize) -> bool {
        self.line.tokens[token].shape == Shape::Capital && self.covered[token].is_none()
    }

    /// The end of a run of uncovered capitalised words that begins here, or the token itself where none does.
    fn run(&self, at: usize) -> usize {
        let line = self.line;
        let mut end = at;
        while end < line.tokens.len() && end - at < WORDS_MAX && self.is_open(end) {
            end += 1;
            if !matches!(line.tokens[end - 1].gap, Gap::Space | Gap::Hyphen)
                || line.tokens.get(end).is_some_and(|t| t.first)
            {
                break;
            }
        }
        let more =
            end < line.tokens.len() && line.after(end.max(1)).is_some_and(|t| self.is_open(t)) && end > at;
        let barred =
            Kinds::DAY.either(Kinds::TITLE).either(Kinds::BODY).either(Kinds::STREET).either(Kinds::BRAND);
        let name = (at..end).all(|t| !kinds(&line.word(t).to_lowercase()).is(barred));
        if more || !name { at } else { end }
    }

    fn small(&self, token: Option<usize>) -> String {
        token.map(|t| self.line.word(t).to_lowercase()).unwrap_or_default()
    }

    /// Whether the words around say that the run is a place.
    fn is_told(&self, at: usize, end: usize) -> bool {
        let line = self.line;
        let Some(before) = line.before(at) else { return false };
        let word = self.small(Some(before));
        if word == "of" {
            let noun = self.small(line.before(before));
            if kinds(&noun).is(Kinds::SETTLEMENT)
                && !matches!(noun.as_str(), "mayor" | "capital" | "outskirts")
            {
                return true;
            }
        }
        let locative = kinds(&word).is(Kinds::LOCATIVE) || matches!(word.as_str(), "to" | "of");
        let single_english = end == at + 1 && self.gazetteer.is_english(&fold(line.word(at)));
        if single_english || !(locative || word == "the") {
            return false;
        }
        let noun = self.small(line.after(end));
        if matches!(
            noun.as_str(),
            "village"
                | "town"
                | "neighborhood"
                | "neighbourhood"
                | "district"
                | "suburb"
                | "hamlet"
                | "county"
                | "township"
        ) {
            return true;
        }
        // "in Toco, Texas"
        let holder = (line.tokens[end - 1].gap == Gap::Comma)
            .then(|| self.covered.get(end).copied().flatten())
            .flatten();
        locative
            && holder.is_some_and(|i| {
                self.holds(i) && line.tokens[self.candidates[i].end - 1].gap != Gap::Possessive
            })
    }

    /// Whether a candidate is a unit, a country or a land region, named as such.
    fn holds(&self, candidate: usize) -> bool {
        let level = self.resolved[candidate].map(|id| self.gazetteer.get(id).level);
        self.candidates[candidate].kind != Kind::Demonym
            && level
                .is_some_and(|l| matches!(l, Level::Country | Level::Unit | Level::District | Level::Region))
    }

    /// The place that holds the run: the next in its sentence if it is near, or else the nearest before, a name rather than a demonym.
    fn holder(&self, at: usize, end: usize) -> Option<EntryId> {
        let place = |t: usize| {
            self.covered[t]
                .filter(|i| self.resolved[*i].is_some_and(|id| self.gazetteer.get(id).level != Level::Water))
        };
        let tokens = &self.line.tokens;
        let next =
            (end..tokens.len().min(end + HOLDER_WITHIN)).take_while(|t| !tokens[*t].first).find_map(place);
        let next = next.filter(|i| self.candidates[*i].kind != Kind::Demonym);
        let far = at.saturating_sub(BACK_MAX);
        let start = (far..=at).rev().find(|t| tokens[*t].first).unwrap_or(far);
        let earlier: Vec<usize> = (start..at).rev().filter_map(place).collect();
        let named = earlier.iter().copied().find(|i| self.candidates[*i].kind != Kind::Demonym);
        let before =
            || (far..start).rev().filter_map(place).find(|i| self.candidates[*i].kind != Kind::Demonym);
        next.or(named).or(earlier.first().copied()).or_else(before).and_then(|i| self.resolved[i])
    }
}
