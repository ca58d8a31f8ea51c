//! Events against the annotated news of the shared folder: writes the predictions that its `score.py` reads, and
//! guards a floor. Skipped where the folder is absent.
//!
//! With `DATELINE_GOLD_OUT=folder` the predictions and every candidate with its features are written there.

use dateline::event::assemble::{self, Trace, Verdict};
use dateline::event::{Event, Role, confidence, join};
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::{Document, Field, Span};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

const SETS: [&str; 5] = ["seed", "entries", "core", "items", "articles"];

fn shared() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("DATELINE_SHARED") {
        return Some(PathBuf::from(path));
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.ancestors().map(|folder| folder.join("shared")).find(|folder| folder.is_dir())
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn points(string: &str, span: Span) -> (usize, usize) {
    let start = string[..span.start].chars().count();
    (start, start + string[span.start..span.end].chars().count())
}

fn event_json(document: &Document, event: &Event) -> Value {
    let names = |role: Role| -> Vec<&str> {
        event.actors.iter().filter(|a| a.role == role).map(|a| a.name.as_str()).collect()
    };
    let mentions: Vec<Value> = event
        .mentions
        .iter()
        .map(|m| {
            let (start, end) = points(document.field(m.field), m.span);
            let field = if m.field == Field::Title { "title" } else { "text" };
            json!({"in": field, "start": start, "end": end, "trigger": m.trigger})
        })
        .collect();
    json!({
        "kind": event.kind,
        "subtype": event.subtype,
        "status": event.status.name(),
        "date": event.date.as_ref().map(|d| json!({
            "start": d.interval.start.to_string(),
            "end": d.interval.end.to_string(),
            "precision": d.precision.name(),
        })),
        "date_basis": event.date.as_ref().map(|d| d.basis.name()),
        "place": event.place.as_ref().map(|p| json!({"name": p.name, "country": p.country.map(|c| c.code().to_owned())})),
        "source": names(Role::Source),
        "target": names(Role::Target),
        "killed": event.killed,
        "injured": event.injured,
        "count": event.count,
        "confidence": event.confidence,
        "mentions": mentions,
    })
}

/// Every candidate of a document with its features, one JSON object a line.
fn candidates(document: &Document, trace: &Trace, lexicon: &Lexicon, id: &Value, dump: &mut String) {
    for (((candidate, verdict), features), news) in
        trace.candidates.iter().zip(&trace.verdicts).zip(&trace.features).zip(&trace.news)
    {
        let at = candidate.trigger.at;
        let field = document.sentences[at.sentence].field;
        let (start, _) = points(document.field(field), document.span(at));
        let verdict = match verdict {
            Verdict::Event(number) => format!("event {number}"),
            Verdict::Unreal(why) => (*why).to_owned(),
            Verdict::Unlikely => "unlikely".to_owned(),
        };
        let record = json!({
            "id": id,
            "kind": lexicon.kinds.get(candidate.trigger.kind).name,
            "in": if field == Field::Title { "title" } else { "text" },
            "start": start,
            "trigger": document.phrase(at),
            "score": candidate.score,
            "verdict": verdict,
            "features": features,
            "news": news,
            "path": path(document, at.sentence, candidate.trigger.head),
            "judgement": format!("{:?}", candidate.judgement),
            "date": candidate.date.as_ref().map(|d| d.interval.start.to_string()),
        });
        writeln!(dump, "{record}").expect("memory");
    }
}

/// A token and what stands above it in the tree.
fn path(document: &Document, sentence: usize, token: usize) -> String {
    let tree = document.tree(sentence);
    let steps = std::iter::successors(Some(token), |&t| tree.heads[t]).take(8);
    let told = |t: usize| {
        format!(
            "{}/{}/{}",
            document.word(sentence, t),
            document.tag(sentence, t).name(),
            tree.labels[t].name()
        )
    };
    steps.map(told).collect::<Vec<_>>().join(" < ")
}

/// The score's `mention` figure: which sentences tell an event of which kind.
#[derive(Default)]
struct Mentioned {
    right: usize,
    found: usize,
    gold: usize,
}

impl Mentioned {
    fn count(&mut self, document: &Value, predicted: &[Value]) {
        let told = |events: &[Value],
                    sentence_of: &dyn Fn(&Value) -> Option<i64>|
         -> BTreeSet<(i64, String)> {
            let of = |event: &Value| -> Vec<(i64, String)> {
                let mentions = event["mentions"].as_array().cloned().unwrap_or_default();
                let kind = text(event, "kind");
                mentions.iter().filter_map(sentence_of).map(|sentence| (sentence, kind.to_owned())).collect()
            };
            events.iter().flat_map(of).collect()
        };
        let ends: Vec<u64> = document["sentences"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|span| span[1].as_u64())
            .collect();
        let holding = |mention: &Value| match text(mention, "in") {
            "title" => Some(-1),
            _ => ends.iter().position(|&end| mention["start"].as_u64() < Some(end)).map(|at| at as i64),
        };
        let annotated = document["events"].as_array().cloned().unwrap_or_default();
        let gold = told(&annotated, &|mention| mention["s"].as_i64());
        let found = told(predicted, &holding);
        self.right += gold.intersection(&found).count();
        self.found += found.len();
        self.gold += gold.len();
    }

    fn f1(&self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

/// A little below what is reached: a change that loses more than this is not taken.
const FLOORS: [(&str, f64); 5] =
    [("seed", 90.0), ("entries", 87.0), ("core", 79.0), ("items", 68.0), ("articles", 73.0)];

#[test]
fn annotated_news_is_read() {
    let Some(shared) = shared() else {
        eprintln!("no shared folder: skipped");
        return;
    };
    let lexicon = Lexicon::load(&[]).expect("sound files");
    let out = std::env::var_os("DATELINE_GOLD_OUT").map(PathBuf::from);
    for set in SETS {
        let Ok(lines) = std::fs::read_to_string(shared.join(format!("gold/dev/{set}.jsonl"))) else {
            continue;
        };
        let (mut predictions, mut dump, mut pairs) = (String::new(), String::new(), String::new());
        let mut mentioned = Mentioned::default();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let value: Value = serde_json::from_str(line).expect("JSON");
            let document = Document::new(text(&value, "title"), text(&value, "text"));
            let published =
                text(&value, "published").get(..10).and_then(|day| day.parse().ok()).expect("a day");
            let context = Context { published, published_at: None, country: None, home: None };
            let mentions = mention::find(&document, &lexicon, &context);
            let trace = assemble::trace(&document, &mentions, &lexicon, &context);
            let events: Vec<Value> = trace.events.iter().map(|event| event_json(&document, event)).collect();
            mentioned.count(&value, &events);
            writeln!(predictions, "{}", json!({"id": value["id"], "events": events})).expect("memory");
            if out.is_some() {
                writeln!(pairs, "{}", json!({"id": value["id"], "pairs": trace.pairs})).expect("memory");
            }
            candidates(&document, &trace, &lexicon, &value["id"], &mut dump);
        }
        let floor = FLOORS.iter().find(|(name, _)| *name == set).map_or(0.0, |(_, floor)| *floor);
        eprintln!("{set}: mention F1 {:.1}", mentioned.f1());
        assert!(mentioned.f1() >= floor, "{set}: mention F1 {:.1} is below {floor}", mentioned.f1());
        if let Some(out) = &out {
            std::fs::write(out.join(format!("{set}.pairs.jsonl")), pairs).expect("a writable folder");
            std::fs::write(out.join("news.txt"), confidence::news_names().join("\n"))
                .expect("a writable folder");
            std::fs::write(out.join("pairs.txt"), join::feature_names().join("\n"))
                .expect("a writable folder");
            std::fs::write(out.join(format!("{set}.pred.jsonl")), predictions).expect("a writable folder");
            std::fs::write(out.join(format!("{set}.cand.jsonl")), dump).expect("a writable folder");
            std::fs::write(out.join("features.txt"), confidence::feature_names().join("\n"))
                .expect("a writable folder");
        }
    }
}

#[test]
fn candidates_of_the_kinds_examples_are_written() {
    let Some(out) = std::env::var_os("DATELINE_GOLD_OUT").map(PathBuf::from) else { return };
    let lexicon = Lexicon::load(&[]).expect("sound files");
    let published = "2024-03-14".parse().expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let mut dump = String::new();
    for kind in lexicon.kinds.all() {
        for (texts, wanted) in [(&kind.examples, "example"), (&kind.rejects, "reject")] {
            for text in texts {
                let document = Document::new("", text);
                let mentions = mention::find(&document, &lexicon, &context);
                let trace = assemble::trace(&document, &mentions, &lexicon, &context);
                let id = json!([kind.name, wanted, text]);
                candidates(&document, &trace, &lexicon, &id, &mut dump);
            }
        }
    }
    std::fs::write(out.join("kinds.cand.jsonl"), dump).expect("a writable folder");
}

/// Reviews, letters and manuals tell no events: what is found there is wrong, nearly always.
#[test]
fn candidates_of_other_prose_are_written() {
    let Some(out) = std::env::var_os("DATELINE_GOLD_OUT").map(PathBuf::from) else { return };
    let Some(shared) = shared() else { return };
    let lexicon = Lexicon::load(&[]).expect("sound files");
    let published = "2024-03-14".parse().expect("a day");
    let context = Context { published, published_at: None, country: None, home: None };
    let mut dump = String::new();
    for file in ["ewt-train.conllu", "gum-train-clean.conllu"] {
        let Ok(lines) = std::fs::read_to_string(shared.join("treebanks").join(file)) else { continue };
        let mut id = String::new();
        for line in lines.lines() {
            if let Some(name) = line.strip_prefix("# sent_id = ") {
                name.clone_into(&mut id);
            }
            let quiet = [
                "reviews",
                "answers",
                "email",
                "GUM_academic",
                "GUM_textbook",
                "GUM_voyage",
                "GUM_vlog",
                "GUM_whow",
            ]
            .iter()
            .any(|genre| id.starts_with(genre));
            if let Some(text) = line.strip_prefix("# text = ").filter(|_| quiet) {
                let document = Document::new("", text);
                let mentions = mention::find(&document, &lexicon, &context);
                let trace = assemble::trace(&document, &mentions, &lexicon, &context);
                candidates(&document, &trace, &lexicon, &json!([id, "other", text]), &mut dump);
            }
        }
    }
    std::fs::write(out.join("other.cand.jsonl"), dump).expect("a writable folder");
}
