//! The figures of the gold folder's `score.py`, on the same files and by the same rules.
//!
//! Owns the arithmetic. What is right or wrong is for the annotation guide to say.

use serde_json::Value;
use std::collections::BTreeSet;

/// A share: so many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub right: usize,
    pub of: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    pub fn percent(self) -> f64 {
        100.0 * self.right as f64 / self.of.max(1) as f64
    }
}

/// What is found against what is annotated; the right ones may be counted from either side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    pub precision: Share,
    pub recall: Share,
}

impl Found {
    fn of(right: usize, found: usize, gold: usize) -> Found {
        Found { precision: Share { right, of: found }, recall: Share { right, of: gold } }
    }

    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision.percent(), self.recall.percent());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }
}

/// The figures of one set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    pub mention: Found,
    pub event: Found,
    pub dated: Found,
    pub status: Share,
    pub place: Share,
    pub killed: Share,
    pub source: Found,
    pub target: Found,
    pub quiet_sentences: usize,
    pub quiet_events: usize,
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The sentence of a mention: -1 is the title; None lies past what was annotated.
fn sentence_of(document: &Value, mention: &Value) -> Option<i64> {
    if let Some(sentence) = mention["s"].as_i64() {
        return Some(sentence);
    }
    if mention["in"] == "title" {
        return Some(-1);
    }
    let start = mention["start"].as_u64()?;
    list(document, "sentences").iter().position(|span| Some(start) < span[1].as_u64()).map(|at| at as i64)
}

fn sentences(document: &Value, event: &Value) -> BTreeSet<i64> {
    list(event, "mentions").iter().filter_map(|mention| sentence_of(document, mention)).collect()
}

fn words(name: &str) -> BTreeSet<String> {
    const STOP: [&str; 12] = ["the", "a", "an", "of", "in", "and", "for", "to", "s", "its", "his", "her"];
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty() && !STOP.contains(word) && *word != "their")
        .map(str::to_owned)
        .collect()
}

/// Half of their words are shared, or one's words are all the other's.
fn same_name(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let both = a.intersection(&b).count();
    both * 2 >= a.union(&b).count() || a.is_subset(&b) || b.is_subset(&a)
}

fn when(event: &Value) -> Option<(&str, &str)> {
    let start = event["date"]["start"].as_str().filter(|start| !start.is_empty())?;
    Some((start, event["date"]["end"].as_str().unwrap_or("")))
}

fn same_place(predicted: &Value, gold: &Value) -> bool {
    match (predicted["place"]["name"].as_str(), gold["place"]["name"].as_str()) {
        (Some(p), Some(g)) => same_name(p, g),
        _ => false,
    }
}

fn agreement(predicted: &Value, gold: &Value) -> usize {
    let same = |key: &str| predicted[key] == gold[key];
    [
        when(predicted) == when(gold),
        same("status"),
        same("killed"),
        same("subtype"),
        same_place(predicted, gold),
    ]
    .into_iter()
    .filter(|agrees| *agrees)
    .count()
}

/// Pairs of the same kind that share a sentence, the best agreeing first.
fn matched<'v>(document: &Value, predicted: &[&'v Value], gold: &[&'v Value]) -> Vec<(&'v Value, &'v Value)> {
    let mut pairs = Vec::new();
    for (i, p) in predicted.iter().enumerate() {
        let told = sentences(document, p);
        for (j, g) in gold.iter().enumerate() {
            let shared = told.intersection(&sentences(document, g)).count();
            if shared > 0 && p["kind"] == g["kind"] {
                pairs.push((agreement(p, g), shared, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut used_p, mut used_g, mut kept) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (_, _, i, j) in pairs {
        if !used_p.contains(&i) && !used_g.contains(&j) {
            used_p.insert(i);
            used_g.insert(j);
            kept.push((predicted[i], gold[j]));
        }
    }
    kept
}

fn names(event: &Value, role: &str) -> Vec<String> {
    list(event, role).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn roles(found: &mut Found, predicted: &Value, gold: &Value, role: &str) {
    let (p, g) = (names(predicted, role), names(gold, role));
    for name in &p {
        found.precision.add(g.iter().any(|other| same_name(name, other)));
    }
    for name in &g {
        found.recall.add(p.iter().any(|other| same_name(name, other)));
    }
}

/// The figures over documents with their annotation, and what was found in each. `kinds`: only these; all where
/// it is empty.
pub fn score(documents: &[(Value, Vec<Value>)], kinds: &[&str]) -> Score {
    let mut score = Score::default();
    let (mut mentions, mut events, mut dated) = ([0; 3], [0; 3], 0);
    let keep = |event: &Value| kinds.is_empty() || event["kind"].as_str().is_some_and(|k| kinds.contains(&k));
    for (document, predicted) in documents {
        let gold: Vec<&Value> = list(document, "events").iter().filter(|e| keep(e)).collect();
        let found: Vec<&Value> =
            predicted.iter().filter(|e| keep(e) && !sentences(document, e).is_empty()).collect();
        let told = |events: &[&Value]| -> BTreeSet<(i64, String)> {
            let of = |event: &&Value| {
                let kind = event["kind"].as_str().unwrap_or("").to_owned();
                sentences(document, event).into_iter().map(move |sentence| (sentence, kind.clone()))
            };
            events.iter().flat_map(of).collect()
        };
        let (gold_told, found_told) = (told(&gold), told(&found));
        mentions[0] += gold_told.intersection(&found_told).count();
        mentions[1] += found_told.len();
        mentions[2] += gold_told.len();
        if gold.is_empty() {
            score.quiet_sentences += list(document, "sentences").len();
            score.quiet_events += found.len();
        }
        let pairs = matched(document, &found, &gold);
        events[0] += pairs.len();
        events[1] += found.len();
        events[2] += gold.len();
        for (p, g) in pairs {
            let right = p["status"] == g["status"];
            score.status.add(right);
            dated += usize::from(right && when(p) == when(g));
            if g["place"]["name"].as_str().is_some_and(|name| !name.is_empty()) {
                score.place.add(same_place(p, g));
            }
            if !g["killed"].is_null() {
                score.killed.add(p["killed"] == g["killed"]);
            }
            roles(&mut score.source, p, g, "source");
            roles(&mut score.target, p, g, "target");
        }
    }
    score.mention = Found::of(mentions[0], mentions[1], mentions[2]);
    score.event = Found::of(events[0], events[1], events[2]);
    score.dated = Found::of(dated, events[1], events[2]);
    score
}
