//! Events against the annotated news of the shared folder: prints the figures of its `score.py`
//! (`cargo test --release --test gold -- --nocapture`) and guards a floor. Skipped where the folder is absent.

use dateline::event::{Event, Role, assemble};
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::{Document, Field, Span};
use serde_json::{Value, json};
use std::path::PathBuf;

#[path = "support/score.rs"]
mod score;

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

/// A little below what is reached: a change that loses more than this is not taken.
const FLOORS: [(&str, f64); 5] =
    [("seed", 90.0), ("entries", 87.0), ("core", 79.0), ("items", 68.0), ("articles", 73.0)];

/// Prints the figures of a set; gives its mention F1.
fn figures(set: &str, read: &[(Value, Vec<Value>)]) -> f64 {
    let all = score::score(read, &[]);
    let main = score::score(read, &["attack", "meeting", "ceasefire"]);
    eprintln!(
        "{set:<9}{:>8.1}{:>8.1}{:>8.1}{:>10.1}{:>8.1}{:>8.1}{:>8.1}{:>8.1}{:>8.1}{:>6} in {}",
        all.mention.f1(),
        all.event.f1(),
        all.dated.f1(),
        main.dated.f1(),
        all.status.percent(),
        all.place.percent(),
        all.killed.percent(),
        all.source.f1(),
        all.target.f1(),
        all.quiet_events,
        all.quiet_sentences,
    );
    all.mention.f1()
}

#[test]
fn annotated_news_is_read() {
    let Some(shared) = shared() else {
        eprintln!("no shared folder: skipped");
        return;
    };
    eprintln!(
        "set       mention   event   dated  AMC dated  status   place  killed  source  target  false events in quiet sentences"
    );
    let lexicon = Lexicon::load(&[]).expect("sound files");
    for set in SETS {
        let Ok(lines) = std::fs::read_to_string(shared.join(format!("gold/dev/{set}.jsonl"))) else {
            continue;
        };
        let mut read = Vec::new();
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            let value: Value = serde_json::from_str(line).expect("JSON");
            let document = Document::new(text(&value, "title"), text(&value, "text"));
            let published =
                text(&value, "published").get(..10).and_then(|day| day.parse().ok()).expect("a day");
            let context = Context { published, published_at: None, country: None, home: None };
            let mentions = mention::find(&document, &lexicon, &context);
            let events = assemble::assemble(&document, &mentions, &lexicon, &context);
            let events: Vec<Value> = events.iter().map(|event| event_json(&document, event)).collect();
            read.push((value, events));
        }
        let floor = FLOORS.iter().find(|(name, _)| *name == set).map_or(0.0, |(_, floor)| *floor);
        let mention = figures(set, &read);
        assert!(mention >= floor, "{set}: mention F1 {mention:.1} is below {floor}");
    }
}
