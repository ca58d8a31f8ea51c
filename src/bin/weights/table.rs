//! From judged candidates to the file of weights.
//!
//! Owns which cases each model learns from, and the file's layout.

use super::annotated::{Annotated, Judged};
use super::logistic::{self, Case};
use super::report;
use dateline::event::company::{self, Member};
use dateline::event::dating::offer;
use dateline::event::{cast, confidence, join, scene};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How firmly a weight is held near nought: features that many cases share, and those of one word.
const RIDGE: f64 = 4.0;
const RIDGE_LEMMA: f64 = 4.0;
const RIDGE_COMPANY: f64 = 2.0;
const RIDGE_PAIRS: f64 = 12.0;
const RIDGE_DATES: f64 = 4.0;
const RIDGE_PARTS: f64 = 3.0;
const RIDGE_PLACES: f64 = 3.0;
/// A word judged fewer times than this has no weight of its own.
const LEMMA_MIN: usize = 4;
/// Nor has one beside the offers of fewer documents.
const WORD_MIN: usize = 4;

/// Fits the models on all documents, prints how each holds on documents left out, and gives the file.
pub fn fit(documents: &[Annotated]) -> String {
    let mut toml = String::from(HEAD);
    believed(documents, &mut toml);
    paired(documents, &mut toml);
    dated(documents, &mut toml);
    placed(documents, &mut toml);
    took_part(documents, &mut toml);
    toml
}

const HEAD: &str = "\
# The weights by which a candidate is believed and joined with another, and an event dated, placed and peopled (see
# src/event/confidence.rs, join.rs and the files named offer.rs): logistic models, fitted with a ridge on annotated news by the `weights`
# command. A feature that is not listed weighs nothing.
";

fn number(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

fn dense(values: &[f32]) -> Vec<(usize, f64)> {
    values.iter().enumerate().filter(|(_, v)| **v != 0.0).map(|(i, v)| (i, f64::from(*v))).collect()
}

fn section(toml: &mut String, name: &str, rows: impl Iterator<Item = (String, f64)>) {
    writeln!(toml, "\n[{name}]").expect("memory");
    for (key, weight) in rows.filter(|(_, weight)| weight.abs() >= 0.005) {
        writeln!(toml, "{key} = {weight:.2}").expect("memory");
    }
}

/// Whether a candidate tells an event, by itself and in company.
fn believed(documents: &[Annotated], toml: &mut String) {
    let names = confidence::feature_names();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut lemmas: BTreeMap<String, usize> = BTreeMap::new();
    let all = || documents.iter().flat_map(|document| &document.candidates);
    for candidate in all() {
        kinds.entry(candidate.kind.clone()).or_default();
        *lemmas.entry(candidate.key()).or_default() += 1;
    }
    lemmas.retain(|_, count| *count >= LEMMA_MIN);
    for (place, number) in kinds.values_mut().chain(lemmas.values_mut()).enumerate() {
        *number = names.len() + place;
    }
    let mut ridge = vec![RIDGE; names.len() + kinds.len()];
    ridge.resize(names.len() + kinds.len() + lemmas.len(), RIDGE_LEMMA);
    let mut cases = Vec::new();
    for document in documents {
        for candidate in &document.candidates {
            let mut values = dense(&candidate.features);
            values.extend(kinds.get(&candidate.kind).map(|&column| (column, 1.0)));
            values.extend(lemmas.get(&candidate.key()).map(|&column| (column, 1.0)));
            let is = candidate.said.event.is_some();
            cases.push(Case { document: number(&document.id), values, weight: document.weight, is });
        }
    }
    let alone = logistic::held_out(&cases, &ridge);
    report::print("believed alone", &cases, &alone);
    let weights = logistic::fit(cases.iter(), &ridge);
    section(toml, "weights", names.iter().zip(&weights).map(|(name, w)| ((*name).to_owned(), *w)));
    section(toml, "kinds", kinds.iter().map(|(name, &column)| (name.clone(), weights[column])));
    section(toml, "lemmas", lemmas.iter().map(|(key, &column)| (format!("\"{key}\""), weights[column])));
    in_company(documents, &alone, toml);
}

/// Whether a candidate is believed, by how likely all of its story are by themselves: as weights say that never saw
/// the story, since those of the first model fit the stories that they were made of too well.
fn in_company(documents: &[Annotated], alone: &[f64], toml: &mut String) {
    let mut model = Model {
        name: "believed in company",
        ridge: RIDGE_COMPANY,
        sections: vec![("company", owned(company::feature_names())), ("company-kinds", kinds(documents))],
        cases: Vec::new(),
    };
    let mut alone = alone.iter();
    for document in documents {
        let member = |candidate: &Judged| Member {
            alone: *alone.next().expect("a likelihood a candidate") as f32,
            ..candidate.member.clone()
        };
        let members: Vec<Member> = document.candidates.iter().map(member).collect();
        for (candidate, values) in document.candidates.iter().zip(company::features(&members)) {
            model.add(document, &[&values], &candidate.kind, candidate.said.event.is_some());
        }
    }
    model.write(toml);
}

/// One model over groups of features, each a section of the file; the last group is the kinds.
struct Model {
    name: &'static str,
    ridge: f64,
    sections: Vec<(&'static str, Vec<String>)>,
    cases: Vec<Case>,
}

impl Model {
    fn add(&mut self, document: &Annotated, groups: &[&[f32]], kind: &str, is: bool) {
        let mut values = Vec::new();
        let mut start = 0;
        for (group, (_, names)) in groups.iter().zip(&self.sections) {
            values.extend(dense(group).into_iter().map(|(column, value)| (column + start, value)));
            start += names.len();
        }
        let kinds = &self.sections[groups.len()].1;
        values.extend(kinds.iter().position(|name| name == kind).map(|column| (start + column, 1.0)));
        self.cases.push(Case { document: number(&document.id), values, weight: document.weight, is });
    }

    fn write(&self, toml: &mut String) {
        let size = self.sections.iter().map(|(_, names)| names.len()).sum();
        let ridge = vec![self.ridge; size];
        report::print(self.name, &self.cases, &logistic::held_out(&self.cases, &ridge));
        let mut weights = logistic::fit(self.cases.iter(), &ridge).into_iter();
        for (name, features) in &self.sections {
            section(toml, name, features.iter().cloned().zip(weights.by_ref()));
        }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn kinds(documents: &[Annotated]) -> Vec<String> {
    let all = documents.iter().flat_map(|document| &document.candidates);
    let names: BTreeSet<&String> = all.map(|candidate| &candidate.kind).collect();
    names.into_iter().cloned().collect()
}

/// Whether two candidates that each tell an event tell the same.
fn paired(documents: &[Annotated], toml: &mut String) {
    let mut model = Model {
        name: "pairs",
        ridge: RIDGE_PAIRS,
        sections: vec![
            ("pairs", owned(join::feature_names())),
            ("pairs-known", owned(confidence::feature_names())),
            ("pairs-new", owned(confidence::feature_names())),
            ("pairs-kinds", kinds(documents)),
        ],
        cases: Vec::new(),
    };
    for document in documents {
        for (a, b, values) in &document.pairs {
            let (known, new) = (&document.candidates[*a], &document.candidates[*b]);
            if let (Some(first), Some(second)) = (known.said.event, new.said.event) {
                let groups = [values.as_slice(), &known.features, &new.features];
                model.add(document, &groups, &new.kind, first == second);
            }
        }
    }
    model.write(toml);
}

/// Which of the dates that a story offers is an event's.
fn dated(documents: &[Annotated], toml: &mut String) {
    let kinds = kinds(documents);
    let sections = [
        ("dates", owned(offer::feature_names())),
        ("today", owned(confidence::today_names())),
        ("today-candidate", owned(confidence::feature_names())),
        ("today-kinds", kinds.clone()),
    ];
    let starts: Vec<usize> = sections
        .iter()
        .scan(0, |end, (_, names)| {
            let start = *end;
            *end += names.len();
            Some(start)
        })
        .collect();
    let mut choices = Vec::new();
    let mut without = 0;
    for document in documents {
        for choice in &document.choices {
            let Some(right) = choice.offers.iter().position(|offer| offer.is) else {
                without += 1;
                continue;
            };
            let lead = &document.candidates[choice.lead];
            let kind = kinds.iter().position(|name| *name == lead.kind).map_or(0, |place| place);
            let offers = choice.offers.iter().map(|offer| {
                let mut values = dense(&offer.values);
                if offer.today {
                    for (group, start) in [(&lead.today, starts[1]), (&lead.features, starts[2])] {
                        values
                            .extend(dense(group).into_iter().map(|(column, value)| (column + start, value)));
                    }
                    values.push((starts[3] + kind, 1.0));
                }
                values
            });
            let offers = offers.collect();
            choices.push(logistic::Choice { document: number(&document.id), offers, right });
        }
    }
    let ridge = vec![RIDGE_DATES; starts[3] + kinds.len()];
    report::print_choices("dates", &choices, &logistic::choices_held_out(&choices, &ridge), without);
    let mut weights = logistic::fit_choices(choices.iter(), &ridge).into_iter();
    for (name, features) in &sections {
        section(toml, name, features.iter().cloned().zip(weights.by_ref()));
    }
}

/// The columns of what counts by the kind, behind the `first` others.
fn columns(keys: impl Iterator<Item = String>, first: usize) -> BTreeMap<String, usize> {
    let mut own: BTreeMap<String, usize> = keys.map(|key| (key, 0)).collect();
    for (place, column) in own.values_mut().enumerate() {
        *column = first + place;
    }
    own
}

/// The columns of words, behind the `first` others. `told`: those of each document.
fn words<'w>(told: impl Iterator<Item = BTreeSet<&'w String>>, first: usize) -> BTreeMap<String, usize> {
    let mut count: BTreeMap<&String, usize> = BTreeMap::new();
    for word in told.flatten() {
        *count.entry(word).or_default() += 1;
    }
    columns(count.into_iter().filter(|(_, n)| *n >= WORD_MIN).map(|(word, _)| word.clone()), first)
}

/// Which of the places that a story offers is an event's.
fn placed(documents: &[Annotated], toml: &mut String) {
    let names = scene::offer::feature_names();
    let all = documents.iter().flat_map(|document| &document.sites);
    let keys = all.flat_map(|(kind, sites)| {
        sites
            .iter()
            .flat_map(move |site| site.by_kind.iter().map(move |(name, _)| confidence::part(kind, name)))
    });
    let own = columns(keys, names.len());
    let told = documents.iter().map(|document| {
        document.sites.iter().flat_map(|(_, sites)| sites).flat_map(|site| &site.words).collect()
    });
    let words = words(told, names.len() + own.len());
    let mut choices = Vec::new();
    let mut without = 0;
    for document in documents {
        for (kind, sites) in &document.sites {
            let Some(right) = sites.iter().position(|site| site.is) else {
                without += 1;
                continue;
            };
            let offers = sites.iter().map(|site| {
                let mut values = dense(&site.values);
                let by_kind = site.by_kind.iter();
                values.extend(
                    by_kind.map(|(name, value)| (own[&confidence::part(kind, name)], f64::from(*value))),
                );
                values.extend(site.words.iter().filter_map(|word| Some((*words.get(word)?, 1.0))));
                values
            });
            let offers = offers.collect();
            choices.push(logistic::Choice { document: number(&document.id), offers, right });
        }
    }
    let ridge = vec![RIDGE_PLACES; names.len() + own.len() + words.len()];
    report::print_choices("places", &choices, &logistic::choices_held_out(&choices, &ridge), without);
    let weights = logistic::fit_choices(choices.iter(), &ridge);
    section(toml, "place", names.iter().zip(&weights).map(|(name, w)| ((*name).to_owned(), *w)));
    section(toml, "place-kinds", own.iter().map(|(key, &column)| (format!("\"{key}\""), weights[column])));
    section(toml, "place-words", words.iter().map(|(key, &column)| (format!("\"{key}\""), weights[column])));
}

/// Who did it, and to whom it was done.
fn took_part(documents: &[Annotated], toml: &mut String) {
    let names = cast::offer::feature_names();
    let all = documents.iter().flat_map(|document| &document.parts);
    let keys =
        all.flat_map(|part| part.by_kind.iter().map(|(feature, _)| confidence::part(&part.kind, feature)));
    let own = columns(keys, names.len());
    let told = documents.iter().map(|document| document.parts.iter().flat_map(|part| &part.words).collect());
    let words = words(told, names.len() + own.len());
    let ridge = vec![RIDGE_PARTS; names.len() + own.len() + words.len()];
    for (role, is_source) in [("source", true), ("target", false)] {
        let mut cases = Vec::new();
        for document in documents {
            for part in &document.parts {
                let mut values = dense(&part.values);
                let by_kind = part.by_kind.iter();
                values.extend(by_kind.map(|(feature, value)| {
                    (own[&confidence::part(&part.kind, feature)], f64::from(*value))
                }));
                values.extend(part.words.iter().filter_map(|word| Some((*words.get(word)?, 1.0))));
                let is = if is_source { part.source } else { part.target };
                cases.push(Case { document: number(&document.id), values, weight: 1.0, is });
            }
        }
        report::print(role, &cases, &logistic::held_out(&cases, &ridge));
        let weights = logistic::fit(cases.iter(), &ridge);
        section(toml, role, names.iter().zip(&weights).map(|(name, w)| ((*name).to_owned(), *w)));
        let by_kind = own.iter().map(|(key, &column)| (format!("\"{key}\""), weights[column]));
        section(toml, &format!("{role}-kinds"), by_kind);
        let by_word = words.iter().map(|(key, &column)| (format!("\"{key}\""), weights[column]));
        section(toml, &format!("{role}-words"), by_word);
    }
}
