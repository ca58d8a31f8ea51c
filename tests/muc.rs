//! The attacks of the MUC-4 messages of the shared folder, printed by `cargo test --release --test muc -- --nocapture`:
//! how many of the annotated ATTACK and BOMBING templates have an event of the right kind, and of those the right
//! date. Skipped where the folder is absent.

use chrono::NaiveDate;
use dateline::event::{Event, assemble};
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::Document;
use rayon::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

/// A little below what is reached, in percent.
const FLOOR: f64 = 50.0;

fn messages() -> Option<Vec<Value>> {
    let shared = match std::env::var_os("DATELINE_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared"))
            .find(|folder| folder.is_dir())?,
    };
    let lines = std::fs::read_to_string(shared.join("events/muc4_dev.jsonl")).ok()?;
    Some(lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

/// "30 DEC 89"; anything else is no day.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&text.trim().to_lowercase(), "%d %b %y").ok()
}

/// A day or a span of days; "- 30 DEC 89" only says that it was not later, and is no date.
fn span(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    match text.split_once(" - ") {
        Some((start, end)) => Some((day(start)?, day(end)?)),
        None => day(text).map(|day| (day, day)),
    }
}

#[derive(Default)]
struct Counts {
    templates: usize,
    right_kind: usize,
    bombings: usize,
    bombings_as_such: usize,
    dated: usize,
    right_date: usize,
}

/// Pairs each template with one event of the message, with an equal date where there is one.
fn count(message: &Value, events: &[Event]) -> Counts {
    let mut counts = Counts::default();
    let mut free: Vec<&Event> = events.iter().filter(|event| event.kind == "attack").collect();
    let told = |template: &Value| {
        let kind = template["type"].as_str().unwrap_or("");
        let stage = template["stage"].as_str().unwrap_or("");
        matches!(kind, "ATTACK" | "BOMBING") && stage != "THREATENED"
    };
    let templates: Vec<&Value> =
        message["events"].as_array().into_iter().flatten().filter(|template| told(template)).collect();
    let date_of = |template: &Value| template["date"].as_str().and_then(span);
    let same = |event: &Event, date: Option<(NaiveDate, NaiveDate)>| {
        let found = event.date.as_ref().map(|d| (d.interval.start, d.interval.end));
        date.is_some() && found == date
    };
    let is_bombing = |event: &Event| event.subtype.as_deref().is_some_and(|s| s.ends_with("bombing"));
    counts.templates = templates.len();
    for template in templates {
        let (date, bombing) = (date_of(template), template["type"] == "BOMBING");
        counts.bombings += usize::from(bombing);
        let best = (0..free.len())
            .max_by_key(|&i| (same(free[i], date), is_bombing(free[i]) == bombing, free.len() - i));
        let Some(event) = best.map(|i| free.remove(i)) else { continue };
        counts.right_kind += 1;
        counts.bombings_as_such += usize::from(bombing && is_bombing(event));
        counts.dated += usize::from(date.is_some());
        counts.right_date += usize::from(same(event, date));
    }
    counts
}

#[test]
fn attacks_of_the_messages_are_found() {
    let Some(messages) = messages() else {
        eprintln!("no shared folder: skipped");
        return;
    };
    let lexicon = Lexicon::load(&[]).expect("sound files");
    for (name, lower) in [("as they are", false), ("in small letters", true)] {
        let total = messages
            .par_iter()
            .filter_map(|message| {
                let published = message["dateline"].as_str().and_then(day)?;
                let text = message["text"].as_str().unwrap_or("");
                let text = if lower { text.to_lowercase() } else { text.to_owned() };
                let document = Document::new("", &text);
                let context = Context { published, published_at: None, country: None, home: None };
                let mentions = mention::find(&document, &lexicon, &context);
                Some(count(message, &assemble::assemble(&document, &mentions, &lexicon, &context)))
            })
            .reduce(Counts::default, |a, b| Counts {
                templates: a.templates + b.templates,
                right_kind: a.right_kind + b.right_kind,
                bombings: a.bombings + b.bombings,
                bombings_as_such: a.bombings_as_such + b.bombings_as_such,
                dated: a.dated + b.dated,
                right_date: a.right_date + b.right_date,
            });
        let share = |right: usize, of: usize| 100.0 * right as f64 / of.max(1) as f64;
        eprintln!(
            "{name}: {} of {} templates have an attack ({:.1} %), {} of {} bombings a bombing ({:.1} %); of {} with a \
             day {} have it ({:.1} %)",
            total.right_kind,
            total.templates,
            share(total.right_kind, total.templates),
            total.bombings_as_such,
            total.bombings,
            share(total.bombings_as_such, total.bombings),
            total.dated,
            total.right_date,
            share(total.right_date, total.dated),
        );
        assert!(total.templates > 800);
        assert!(share(total.right_kind, total.templates) >= FLOOR, "{name}: fewer attacks than before");
    }
}
