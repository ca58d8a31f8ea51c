//! What a document as a whole says of its names: which are people, which are also written small, whose institutions it speaks of.
//!
//! Owns this gathering. Leaves the verdict on a single candidate to `guard`.

use super::scan::{Candidate, Gap, Kind, Line, Shape};
use super::words::{Kinds, kinds};
use crate::lexicon::Country;
use crate::lexicon::places::Gazetteer;
use crate::lexicon::places::fold::fold_word;
use std::collections::HashSet;

/// The most institutions that count.
const INSTITUTIONS_MAX: usize = 3;

#[derive(Default)]
pub struct Hearsay {
    /// Folded words that the document also writes small.
    pub small: HashSet<String>,
    /// Folded first and last words of people's names.
    pub people: HashSet<String>,
    /// The countries whose institutions the document names ("RCMP", "Taoiseach"), one for each such word.
    pub institutions: Vec<Country>,
}

impl Hearsay {
    pub fn gather(lines: &[Line], candidates: &[Candidate], gazetteer: &Gazetteer) -> Hearsay {
        let single = |c: &&Candidate| matches!(c.kind, Kind::Name | Kind::Demonym) && c.end == c.first + 1;
        let keys: HashSet<&str> = candidates.iter().filter(single).map(|c| c.key.as_str()).collect();
        let mut hearsay = Hearsay::default();
        let mut folded = String::new();
        let mut seen = HashSet::new();
        for line in lines {
            for at in 0..line.tokens.len() {
                let word = line.word(at);
                if line.tokens[at].shape == Shape::Lower {
                    if word.len() > 2 && keys.contains(word) {
                        hearsay.small.insert(word.to_owned());
                    }
                    continue;
                }
                if hearsay.institutions.len() < INSTITUTIONS_MAX
                    && let Some(country) = gazetteer.institution(word)
                    && seen.insert(word)
                {
                    hearsay.institutions.push(country);
                }
                let Some(last) = person(line, at, gazetteer, &mut folded) else { continue };
                for part in [at, last] {
                    folded.clear();
                    fold_word(line.word(part), false, &mut folded);
                    if keys.contains(folded.as_str()) {
                        hearsay.people.insert(folded.clone());
                    }
                }
            }
        }
        hearsay
    }
}

/// The last token of a person's name that begins here: a title or a given name, initials, a capitalised word.
fn person(line: &Line, at: usize, gazetteer: &Gazetteer, folded: &mut String) -> Option<usize> {
    if !line.is_capital(at) || line.title_case {
        return None;
    }
    folded.clear();
    fold_word(line.word(at), false, folded);
    let titled = kinds(folded).is(Kinds::TITLE);
    if !titled && !gazetteer.is_given_name(folded) {
        return None;
    }
    let mut last = None;
    for next in at + 1..(at + 4).min(line.tokens.len()) {
        let gap = line.tokens[next - 1].gap;
        let initial = line.tokens[next - 1].shape == Shape::Initial || (titled && next == at + 1);
        if !(gap == Gap::Space || gap == Gap::Dot && initial) || line.tokens[next].shape == Shape::Lower {
            break;
        }
        if line.is_capital(next) {
            if !could_be_surname(line, next, gazetteer) {
                break;
            }
            last = Some(next);
        }
    }
    last
}

/// Whether a capitalised word can be the surname after a given name: it is one, or is no word of English ("Israel Katz", but "Israel
/// Defense Forces").
pub fn could_be_surname(line: &Line, token: usize, gazetteer: &Gazetteer) -> bool {
    let mut folded = String::new();
    fold_word(line.word(token), false, &mut folded);
    let office = Kinds::BODY.either(Kinds::TITLE).either(Kinds::UNIT).either(Kinds::DAY);
    !kinds(&folded).is(office) && (gazetteer.is_surname(&folded) || !gazetteer.is_english(&folded))
}
