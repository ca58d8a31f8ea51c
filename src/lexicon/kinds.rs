//! The kinds of events: which words may tell one, what must stand beside them, what they become in PLOVER
//! and CAMEO.
//!
//! Owns the vocabulary of the files in `config/lexicon/kinds`, and finds it in a row of words. Whether a
//! word that stands there means an event is for `event` to judge.

pub mod cue;
pub mod inflect;
mod read;

use super::Problem;
use std::collections::HashMap;

/// What a trigger's head must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Verb,
    Noun,
    Any,
}

/// Who stands where: all participants together, or one who does and one to whom it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    One,
    Two,
}

/// Which argument it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The object, or whom "on" and "against" name.
    Object,
    /// Only whom "against", "from" or the like name: the object is the means or the place.
    Against,
    /// Who gets the object.
    Receiver,
}

/// Where a word of evidence must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Anywhere in the sentence.
    Near,
    Subject,
    Object,
    /// After "by".
    By,
    /// Before or after the trigger as its own modifier ("tariff assault", "fight for votes").
    Modifier,
    /// As the trigger's own preposition ("calls for the release").
    Under,
}

/// A word class that speaks for a trigger; of several needs, one is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub place: Where,
    pub class: usize,
    /// Only a word of the class: no name, number or pronoun stands for it.
    pub word: bool,
}

/// Words beside the trigger that settle the subtype.
#[derive(Debug, Clone, PartialEq)]
pub struct Subtype {
    pub name: String,
    pub words: Vec<String>,
    /// Only within the trigger's own phrase, not the clause.
    pub close: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub form: Form,
    pub words: Vec<Word>,
    /// Index of the word that governs arguments.
    pub head: usize,
    pub subtype: Option<String>,
    /// 0 to 1: how often the words tell such an event where their needs are met.
    pub trust: f32,
    pub needs: Vec<Need>,
    /// Of these one is needed too.
    pub with: Vec<Need>,
    /// Without its needs it tells nothing, whatever else speaks for it.
    pub strict: bool,
    /// Word classes whose presence shows that another sense is meant.
    pub bars: Vec<Need>,
    /// Whether a participle before its noun tells the deed ("the kidnapped boy") or a state ("occupied land").
    pub attributive: bool,
    /// Words that look like a trigger and are none ("heart attack").
    pub idiom: bool,
}

/// One word of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// Any of these, in lower case.
    Of(Vec<String>),
    /// Up to five words of any sort.
    Gap,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    pub name: String,
    pub plover: String,
    pub cameo: String,
    pub sides: Sides,
    pub target: Target,
    /// Whether it is scheduled as meetings are: of violence what is announced is a threat, and what was attempted
    /// was begun.
    pub scheduled: bool,
    pub subtypes: Vec<Subtype>,
    pub patterns: Vec<Pattern>,
    /// Texts that tell such an event, and texts that only look so: the file's own proof.
    pub examples: Vec<String>,
    pub rejects: Vec<String>,
}

/// The longest gap within a pattern, in words.
const GAP_MAX: usize = 5;

/// Every kind, and the way from words to patterns.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    kinds: Vec<Kind>,
    /// A word that a pattern has at `anchor` -> (kind, pattern, anchor).
    anchors: HashMap<String, Vec<(u16, u16, u8)>>,
    classes: Vec<String>,
    /// Word -> a bit a class.
    members: HashMap<String, u64>,
    /// Word -> a bit a list of cues.
    cues: HashMap<String, u32>,
    /// The models' weights: section -> feature -> weight.
    weights: HashMap<String, HashMap<String, f32>>,
}

/// A pattern that stands in a row of words, at `first..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub kind: usize,
    pub pattern: usize,
    pub first: usize,
    pub end: usize,
    /// The position of the pattern's head.
    pub head: usize,
}

/// The kinds that come with the program.
const BUILT_IN: &[(&str, &str)] = &[
    ("attack.toml", include_str!("../../config/lexicon/kinds/attack.toml")),
    ("abduction.toml", include_str!("../../config/lexicon/kinds/abduction.toml")),
    ("capture.toml", include_str!("../../config/lexicon/kinds/capture.toml")),
    ("arrest.toml", include_str!("../../config/lexicon/kinds/arrest.toml")),
    ("protest.toml", include_str!("../../config/lexicon/kinds/protest.toml")),
    ("mobilization.toml", include_str!("../../config/lexicon/kinds/mobilization.toml")),
    ("withdrawal.toml", include_str!("../../config/lexicon/kinds/withdrawal.toml")),
    ("release.toml", include_str!("../../config/lexicon/kinds/release.toml")),
    ("aid.toml", include_str!("../../config/lexicon/kinds/aid.toml")),
    ("meeting.toml", include_str!("../../config/lexicon/kinds/meeting.toml")),
    ("ceasefire.toml", include_str!("../../config/lexicon/kinds/ceasefire.toml")),
    ("agreement.toml", include_str!("../../config/lexicon/kinds/agreement.toml")),
    ("sanction.toml", include_str!("../../config/lexicon/kinds/sanction.toml")),
];

const CONFIDENCE: &str = include_str!("../../config/lexicon/confidence.toml");
const CUES: &str = include_str!("../../config/lexicon/cues.toml");
const CONTEXT: &str = include_str!("../../config/lexicon/context.toml");

impl Kinds {
    /// The built-in kinds and the user's own. A user's kind with a built-in name replaces it.
    ///
    /// # Errors
    /// Every fault of every file, with its line.
    pub fn load(user_files: &[(String, String)]) -> Result<Kinds, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut kinds = Kinds::default();
        read::classes("context.toml", CONTEXT, &mut kinds, &mut problems);
        read::cues("cues.toml", CUES, &mut kinds, &mut problems);
        read::weights("confidence.toml", CONFIDENCE, &mut kinds, &mut problems);
        let own = BUILT_IN.iter().map(|(file, text)| (*file, *text));
        for (file, text) in own.chain(user_files.iter().map(|(file, text)| (file.as_str(), text.as_str()))) {
            if let Some(kind) = read::kind(file, text, &kinds, &mut problems) {
                match kinds.kinds.iter_mut().find(|known| known.name == kind.name) {
                    Some(known) => *known = kind,
                    None => kinds.kinds.push(kind),
                }
            }
        }
        if problems.is_empty() {
            kinds.index();
            Ok(kinds)
        } else {
            problems.sort();
            Err(problems)
        }
    }

    pub fn all(&self) -> &[Kind] {
        &self.kinds
    }

    pub fn get(&self, kind: usize) -> &Kind {
        &self.kinds[kind]
    }

    /// The number of a word class; its words have that bit.
    pub fn class(&self, name: &str) -> Option<usize> {
        self.classes.iter().position(|class| class == name)
    }

    /// The classes of a word in lower case, a bit each.
    pub fn classes_of(&self, word: &str) -> u64 {
        self.members.get(word).copied().unwrap_or(0)
    }

    /// Whether a word stands in a list of cues.
    pub fn is_cue(&self, cue: cue::Cue, word: &str) -> bool {
        self.cues.get(word).is_some_and(|bits| bits & cue.bit() != 0)
    }

    /// A section of the models' weights; None where the file has none.
    pub fn weights(&self, section: &str) -> Option<&HashMap<String, f32>> {
        self.weights.get(section)
    }

    /// A pattern is looked up by its rarest word: the last of a noun phrase, else the first.
    fn index(&mut self) {
        for (k, kind) in self.kinds.iter().enumerate() {
            for (p, pattern) in kind.patterns.iter().enumerate() {
                let anchor = pattern.head;
                if let Word::Of(forms) = &pattern.words[anchor] {
                    for form in forms {
                        let entry = (k as u16, p as u16, anchor as u8);
                        self.anchors.entry(form.clone()).or_default().push(entry);
                    }
                }
            }
        }
    }

    /// Every pattern in a row of words in lower case. Idioms are found like the rest.
    pub fn find(&self, words: &[&str]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for &(kind, pattern, anchor) in self.anchors.get(*word).map_or(&[][..], Vec::as_slice) {
                let (kind, pattern) = (kind as usize, pattern as usize);
                let parts = &self.kinds[kind].patterns[pattern].words;
                let after = forward(&parts[anchor as usize + 1..], words, at + 1);
                let before = backward(&parts[..anchor as usize], words, at);
                if let (Some(first), Some(end)) = (before, after) {
                    hits.push(Hit { kind, pattern, first, end, head: at });
                }
            }
        }
        hits
    }
}

/// Where the parts end when they begin at `at`.
fn forward(parts: &[Word], words: &[&str], at: usize) -> Option<usize> {
    match parts.split_first() {
        None => Some(at),
        Some((Word::Gap, rest)) => (0..=GAP_MAX)
            .take_while(|skip| at + skip <= words.len() && !words[at..at + skip].iter().any(|w| is_stop(w)))
            .find_map(|skip| forward(rest, words, at + skip)),
        Some((Word::Of(forms), rest)) => {
            let word = words.get(at)?;
            forms.iter().any(|form| form == word).then(|| forward(rest, words, at + 1))?
        }
    }
}

/// Where the parts begin when they end at `at`.
fn backward(parts: &[Word], words: &[&str], at: usize) -> Option<usize> {
    match parts.split_last() {
        None => Some(at),
        Some((Word::Gap, rest)) => (0..=GAP_MAX)
            .take_while(|skip| *skip <= at && !words[at - skip..at].iter().any(|w| is_stop(w)))
            .find_map(|skip| backward(rest, words, at - skip)),
        Some((Word::Of(forms), rest)) => {
            let before = at.checked_sub(1)?;
            let word = words[before];
            forms.iter().any(|form| form == word).then(|| backward(rest, words, before))?
        }
    }
}

/// What no gap may span.
fn is_stop(word: &str) -> bool {
    matches!(word, "." | ";" | ":" | "—" | "–" | "(" | ")" | "that" | "which" | "who" | "?" | "!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_kinds_load() {
        let kinds = Kinds::load(&[]).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert_eq!(kinds.all().len(), 13);
    }

    #[test]
    fn patterns_stand_in_rows_of_words() {
        let kinds = Kinds::load(&[]).expect("sound files");
        let check = |text: &str, kind: &str, wanted: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let hits = kinds.find(&words);
            let found: Vec<String> = hits
                .iter()
                .filter(|hit| kinds.get(hit.kind).name == kind)
                .map(|hit| words[hit.first..hit.end].join(" "))
                .collect();
            assert!(found.iter().any(|f| f == wanted), "{wanted} not in {found:?}");
        };
        check("rebels attacked the depot", "attack", "attacked");
        check("they opened fire on a crowd", "attack", "opened fire");
        check("militants shot two guards dead", "attack", "shot two guards dead");
        check("a car bomb went off", "attack", "car bomb");
        check("both armies held five hours of talks", "meeting", "talks");
        check("the two signed a long delayed treaty", "agreement", "signed a long delayed treaty");
        check("he had a heart attack", "attack", "heart attack");
    }

    #[test]
    fn faults_are_told_with_file_and_line() {
        let check = |text: &str, line: usize, part: &str| {
            let files = [("mine.toml".to_owned(), text.to_owned())];
            let problems = Kinds::load(&files).expect_err("a fault");
            assert!(
                problems.iter().any(|p| p.file == "mine.toml" && p.line == line && p.message.contains(part)),
                "{problems:?}"
            );
        };
        let head = "name = \"flood\"\nplover = \"\"\ncameo = \"\"\nsides = \"one\"\n";
        check("name = \n", 1, "");
        check(&format!("{head}[[trigger]]\nas = \"noun\"\nwords = []\n"), 5, "no words");
        check(&format!("{head}[[trigger]]\nas = \"nuon\"\nwords = [\"flood\"]\n"), 6, "nuon");
        check(
            &format!("{head}[[trigger]]\nas = \"noun\"\nneeds = [\"wet\"]\nwords = [\"flood\"]\n"),
            7,
            "wet",
        );
        check(&format!("{head}[[trigger]]\nas = \"noun\"\ntrust = 3.0\nwords = [\"flood\"]\n"), 5, "trust");
        check(&format!("{head}[[trigger]]\nas = \"noun\"\nwords = [\"_\"]\n"), 7, "a word");
        check(&format!("{head}colour = \"blue\"\n"), 5, "colour");
    }
}
