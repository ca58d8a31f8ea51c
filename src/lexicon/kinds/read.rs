//! Reads and checks the files of the kinds.
//!
//! Owns their grammar. A trigger is a row of words in dictionary form: "a|b" is either word, "_" up to five
//! words of any sort. The head (a verb pattern's first word, a noun pattern's last) takes its inflected forms.

use super::cue::Cue;
use super::{Form, Kind, Kinds, Need, Pattern, Sides, Subtype, Target, Where, Word, inflect};
use crate::lexicon::Problem;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use toml::Spanned;

/// A word carries its classes as the bits of a `u64`.
const CLASSES_MAX: usize = 64;
const PATTERN_WORDS_MAX: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    name: String,
    plover: String,
    cameo: String,
    sides: Spanned<String>,
    target: Option<Spanned<String>>,
    #[serde(default = "yes")]
    scheduled: bool,
    trigger: Vec<Spanned<TriggerTable>>,
    #[serde(default)]
    idiom: Vec<IdiomTable>,
    #[serde(default)]
    subtype: Vec<SubtypeTable>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    rejects: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggerTable {
    r#as: Spanned<String>,
    #[serde(default = "half")]
    trust: f32,
    subtype: Option<String>,
    #[serde(default)]
    needs: Vec<Spanned<String>>,
    #[serde(default)]
    with: Vec<Spanned<String>>,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    bars: Vec<Spanned<String>>,
    #[serde(default = "yes")]
    attributive: bool,
    words: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdiomTable {
    words: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubtypeTable {
    name: String,
    words: Vec<String>,
    scope: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    classes: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CueFile {
    cues: BTreeMap<String, Vec<String>>,
}

fn half() -> f32 {
    0.5
}

fn yes() -> bool {
    true
}

/// One file with its faults.
struct File<'a> {
    name: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl File<'_> {
    fn fault(&mut self, byte: usize, message: impl Into<String>) {
        let line = self.text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1;
        self.problems.push(Problem { file: self.name.to_owned(), line, message: message.into() });
    }

    fn parse<T: serde::de::DeserializeOwned>(&mut self) -> Option<T> {
        match toml::from_str(self.text) {
            Ok(table) => Some(table),
            Err(error) => {
                let byte = error.span().map_or(0, |span| span.start);
                self.fault(byte, error.message().to_owned());
                None
            }
        }
    }
}

/// The word classes of the context file.
pub fn classes(name: &str, text: &str, kinds: &mut Kinds, problems: &mut Vec<Problem>) {
    let mut file = File { name, text, problems };
    let Some(table) = file.parse::<ClassFile>() else { return };
    if table.classes.len() > CLASSES_MAX {
        file.fault(0, format!("at most {CLASSES_MAX} classes; merge some"));
        return;
    }
    for (class, words) in table.classes {
        let bit = 1 << kinds.classes.len();
        kinds.classes.push(class);
        for word in words {
            *kinds.members.entry(word).or_default() |= bit;
        }
    }
}

/// The lists of cue words; every list that the program names must be there, and no other.
pub fn cues(name: &str, text: &str, kinds: &mut Kinds, problems: &mut Vec<Problem>) {
    let mut file = File { name, text, problems };
    let Some(table) = file.parse::<CueFile>() else { return };
    for (cue, key) in Cue::ALL {
        match table.cues.get(*key) {
            Some(words) => {
                for word in words {
                    *kinds.cues.entry(word.clone()).or_default() |= cue.bit();
                }
            }
            None => file.fault(0, format!("the list \"{key}\" is missing")),
        }
    }
    for key in table.cues.keys().filter(|key| !Cue::ALL.iter().any(|(_, known)| known == key)) {
        file.fault(0, format!("no list is named \"{key}\""));
    }
}

/// The weights of the confidence file.
pub fn weights(name: &str, text: &str, kinds: &mut Kinds, problems: &mut Vec<Problem>) {
    let mut file = File { name, text, problems };
    if let Some(table) = file.parse::<HashMap<String, HashMap<String, f32>>>() {
        kinds.weights = table;
    }
}

/// The kind that a file describes; None where it is faulty.
pub fn kind(name: &str, text: &str, kinds: &Kinds, problems: &mut Vec<Problem>) -> Option<Kind> {
    let mut file = File { name, text, problems };
    let table = file.parse::<KindFile>()?;
    let before = file.problems.len();
    let sides = match table.sides.get_ref().as_str() {
        "one" => Sides::One,
        "two" => Sides::Two,
        other => {
            file.fault(table.sides.span().start, format!("sides is \"one\" or \"two\", not \"{other}\""));
            Sides::One
        }
    };
    let target = match table.target.as_ref().map(|t| (t.get_ref().as_str(), t.span().start)) {
        None | Some(("object", _)) => Target::Object,
        Some(("against", _)) => Target::Against,
        Some(("receiver", _)) => Target::Receiver,
        Some((other, at)) => {
            file.fault(at, format!("target is \"object\", \"against\" or \"receiver\", not \"{other}\""));
            Target::Object
        }
    };
    let mut patterns = Vec::new();
    for trigger in &table.trigger {
        triggers(trigger, kinds, &mut file, &mut patterns);
    }
    for words in table.idiom.iter().flat_map(|idiom| &idiom.words).flat_map(spellings) {
        patterns.extend(idiom(&words, &mut file));
    }
    let mut subtypes = Vec::new();
    for subtype in table.subtype {
        let close = match subtype.scope.get_ref().as_str() {
            "phrase" => true,
            "clause" => false,
            other => {
                let message = format!("scope is \"phrase\" or \"clause\", not \"{other}\"");
                file.fault(subtype.scope.span().start, message);
                continue;
            }
        };
        subtypes.push(Subtype { name: subtype.name, words: subtype.words, close });
    }
    (file.problems.len() == before).then_some(Kind {
        name: table.name,
        plover: table.plover,
        cameo: table.cameo,
        sides,
        target,
        scheduled: table.scheduled,
        subtypes,
        patterns,
        examples: table.examples,
        rejects: table.rejects,
    })
}

fn triggers(table: &Spanned<TriggerTable>, kinds: &Kinds, file: &mut File, patterns: &mut Vec<Pattern>) {
    let start = table.span().start;
    let table = table.get_ref();
    let forms: &[Form] = match table.r#as.get_ref().as_str() {
        "verb" => &[Form::Verb],
        "noun" => &[Form::Noun],
        "any" => &[Form::Any],
        other => {
            let message = format!("as is \"verb\", \"noun\" or \"any\", not \"{other}\"");
            file.fault(table.r#as.span().start, message);
            return;
        }
    };
    if table.words.is_empty() {
        file.fault(start, "a trigger with no words");
    }
    if !(0.0..=1.0).contains(&table.trust) {
        file.fault(start, format!("trust is between 0 and 1, not {}", table.trust));
    }
    let needs: Vec<Need> = table.needs.iter().filter_map(|text| need(text, kinds, file)).collect();
    let with: Vec<Need> = table.with.iter().filter_map(|text| need(text, kinds, file)).collect();
    let bars: Vec<Need> = table.bars.iter().filter_map(|text| need(text, kinds, file)).collect();
    for words in table.words.iter().flat_map(spellings) {
        for form in forms {
            let head = |parts: &[Word]| match form {
                Form::Noun => noun_head(words.get_ref(), parts.len()),
                Form::Verb | Form::Any => verb_head(words.get_ref()),
            };
            let Some((head, words)) = row(&words, *form, head, file) else { continue };
            patterns.push(Pattern {
                form: *form,
                words,
                head,
                subtype: table.subtype.clone(),
                trust: table.trust,
                needs: needs.clone(),
                with: with.clone(),
                strict: table.strict,
                bars: bars.clone(),
                attributive: table.attributive,
                idiom: false,
            });
        }
    }
}

/// A hyphen joins a prefix to its word, and stands alone between words: the text may have either.
fn spellings(words: &Spanned<String>) -> Vec<Spanned<String>> {
    let mut all = vec![words.clone()];
    let parts: Vec<&str> = words.get_ref().split(' ').collect();
    for (at, part) in parts.iter().enumerate() {
        for choice in part.split('|').filter(|choice| choice.contains('-')) {
            let apart = choice.replace('-', " - ");
            let mut parts = parts.clone();
            parts[at] = &apart;
            all.push(Spanned::new(words.span(), parts.join(" ")));
        }
    }
    all
}

/// A noun phrase ends in its head, or has it before "of" or "in" ("release of hostages").
fn noun_head(text: &str, count: usize) -> usize {
    let words: Vec<&str> = text.split(' ').collect();
    let before = words.iter().position(|w| matches!(*w, "of" | "in" | "to" | "by" | "for" | "_"));
    before.map_or(count - 1, |at| if at == 0 { count - 1 } else { at - 1 })
}

/// A verb phrase begins with its head, save where a noun and a gap go before ("truce _ expire").
fn verb_head(text: &str) -> usize {
    let words: Vec<&str> = text.split(' ').collect();
    match words.iter().position(|w| *w == "_") {
        Some(1) if words[0].contains('|') => 2,
        // "test - fire": the last part is inflected.
        _ if words.get(1) == Some(&"-") => 2,
        _ => 0,
    }
}

fn idiom(words: &Spanned<String>, file: &mut File) -> Option<Pattern> {
    let count = words.get_ref().split(' ').count();
    let (head, words) = row(words, Form::Any, |_| count - 1, file)?;
    let words = words.into_iter().map(all_forms).collect();
    Some(Pattern {
        form: Form::Any,
        words,
        head,
        subtype: None,
        trust: 0.0,
        needs: Vec::new(),
        with: Vec::new(),
        strict: false,
        bars: Vec::new(),
        attributive: true,
        idiom: true,
    })
}

fn all_forms(word: Word) -> Word {
    match word {
        Word::Of(forms) => {
            let mut all: Vec<String> = forms.iter().flat_map(|f| inflected(f, Form::Any)).collect();
            all.sort();
            all.dedup();
            Word::Of(all)
        }
        Word::Gap => Word::Gap,
    }
}

fn inflected(word: &str, form: Form) -> Vec<String> {
    match form {
        Form::Verb => inflect::verb(word),
        Form::Noun => inflect::noun(word),
        Form::Any => inflect::verb(word).into_iter().chain(inflect::noun(word)).collect(),
    }
}

/// The words of a pattern with the forms of its head, and where the head stands.
fn row(
    text: &Spanned<String>,
    form: Form,
    head: impl Fn(&[Word]) -> usize,
    file: &mut File,
) -> Option<(usize, Vec<Word>)> {
    let mut parts: Vec<Word> = text
        .get_ref()
        .split(' ')
        .map(|part| match part {
            "_" => Word::Gap,
            _ => Word::Of(part.split('|').map(str::to_lowercase).collect()),
        })
        .collect();
    let head = head(&parts);
    let fault = match parts.get(head) {
        Some(Word::Of(_)) if parts.len() <= PATTERN_WORDS_MAX && parts.last() != Some(&Word::Gap) => None,
        Some(Word::Of(_)) => Some(format!("at most {PATTERN_WORDS_MAX} words, and no gap at the end")),
        _ => Some("a trigger begins or ends with a word, not with a gap".to_owned()),
    };
    if let Some(message) = fault {
        file.fault(text.span().start, message);
        return None;
    }
    if let Word::Of(forms) = &mut parts[head] {
        *forms = forms.iter().flat_map(|word| inflected(word, form)).collect();
        forms.sort();
        forms.dedup();
    }
    Some((head, parts))
}

fn need(text: &Spanned<String>, kinds: &Kinds, file: &mut File) -> Option<Need> {
    let (place, class) = match text.get_ref().split_once(':') {
        Some(("object" | "object-word", class)) => (Where::Object, class),
        Some(("subject" | "subject-word", class)) => (Where::Subject, class),
        Some(("by", class)) => (Where::By, class),
        Some(("modifier", class)) => (Where::Modifier, class),
        Some(("under", class)) => (Where::Under, class),
        Some((other, _)) => {
            let known = "subject:, subject-word:, object:, object-word:, by:, modifier:, under:";
            file.fault(text.span().start, format!("\"{other}:\" is none of {known}"));
            return None;
        }
        None => (Where::Near, text.get_ref().as_str()),
    };
    let word = text.get_ref().contains("-word:");
    let found = kinds.class(class);
    if found.is_none() {
        let known = kinds.classes.join(", ");
        file.fault(text.span().start, format!("no word class \"{class}\"; there are {known}"));
    }
    Some(Need { place, class: found?, word })
}
