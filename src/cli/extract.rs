//! `dateline extract`: documents in, events or dates or places out, both as JSON Lines.
//!
//! Owns the JSON formats. Reads in batches, works on every core, answers in the order of the input.

use super::{Exit, fail};
use crate::event::{Event, Role};
use crate::lexicon::{Country, Lexicon};
use crate::mention::{Context, Place, When};
use crate::pipeline::extract;
use crate::text::offset::CodePoints;
use crate::text::{Document, Field};
use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};

/// Documents read before they are worked on together.
const BATCH: usize = 256;
/// One line of input: a document longer than this is refused.
const LINE_MAX_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print only temporal expressions (TIMEX3) or only toponyms
    #[arg(long, value_enum)]
    only: Option<Only>,
    #[command(flatten)]
    lexicon: super::LexiconOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    Dates,
    Places,
}

/// One document of the input.
#[derive(Debug, Deserialize)]
struct Input {
    id: Value,
    published: String,
    #[serde(default)]
    title: String,
    text: String,
    feed_country: Option<String>,
    /// Latitude and longitude of the outlet's home, in degrees.
    feed_home: Option<(f64, f64)>,
}

pub fn run(arguments: Arguments) -> Exit {
    let lexicon = match arguments.lexicon.load() {
        Ok(lexicon) => lexicon,
        Err(message) => return fail(message),
    };
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut number = 0;
    loop {
        let lines = match batch(&mut input) {
            Ok(lines) if lines.is_empty() => return Exit::Fine,
            Ok(lines) => lines,
            Err(message) => return fail(message),
        };
        let answers: Vec<Result<Value, String>> =
            lines.par_iter().map(|line| answer(line, arguments.only, &lexicon)).collect();
        for result in answers {
            number += 1;
            let value = match result {
                Ok(value) => value,
                Err(message) => return fail(format!("standard input, line {number}: {message}")),
            };
            if writeln!(output, "{value}").is_err() {
                // The reader has gone away, as `head` does.
                return Exit::Fine;
            }
        }
        if output.flush().is_err() {
            return Exit::Fine;
        }
    }
}

fn batch(input: &mut impl BufRead) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    while lines.len() < BATCH {
        let mut line = String::new();
        let read = std::io::Read::take(&mut *input, LINE_MAX_BYTES as u64).read_line(&mut line);
        match read.map_err(|error| format!("standard input: {error}"))? {
            0 => break,
            LINE_MAX_BYTES => return Err(format!("a line is longer than {LINE_MAX_BYTES} bytes")),
            _ if line.trim().is_empty() => {}
            _ => lines.push(line),
        }
    }
    Ok(lines)
}

fn answer(line: &str, only: Option<Only>, lexicon: &Lexicon) -> Result<Value, String> {
    let input: Input = serde_json::from_str(line).map_err(|error| {
        format!("{error}; expected {{\"id\", \"published\", \"text\"}} and perhaps \"title\"")
    })?;
    let (published, published_at) = publication(&input.published)?;
    let country = match &input.feed_country {
        None => None,
        Some(code) => {
            Some(Country::new(code).ok_or_else(|| format!("feed_country {code:?} is no two-letter code"))?)
        }
    };
    let context = Context { published, published_at, country, home: input.feed_home };
    let document = Document::new(&input.title, &input.text);
    let points = Points { title: CodePoints::new(&input.title), text: CodePoints::new(&input.text) };
    Ok(match only {
        Some(Only::Dates) => {
            let found = extract::dates(&document, lexicon, &context);
            let dates: Vec<Value> = found.iter().map(|when| date(when, &document, &points)).collect();
            json!({"id": input.id, "dates": dates})
        }
        Some(Only::Places) => {
            let found = extract::places(&document, lexicon, &context);
            let places: Vec<Value> = found.iter().map(|found| place(found, &document, &points)).collect();
            json!({"id": input.id, "places": places})
        }
        None => {
            let found = extract::events(&document, lexicon, &context);
            let events: Vec<Value> = found.iter().map(|found| event(found, &points)).collect();
            json!({"id": input.id, "events": events})
        }
    })
}

/// A day, or a full RFC 3339 time.
fn publication(text: &str) -> Result<(NaiveDate, Option<DateTime<FixedOffset>>), String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok((day, None));
    }
    DateTime::parse_from_rfc3339(text)
        .map(|time| (time.date_naive(), Some(time)))
        .map_err(|_| format!("published {text:?} is neither a day (2022-12-05) nor an RFC 3339 time"))
}

struct Points<'a> {
    title: CodePoints<'a>,
    text: CodePoints<'a>,
}

impl Points<'_> {
    fn at(&self, field: Field, byte: usize) -> usize {
        match field {
            Field::Title => self.title.at(byte),
            Field::Text => self.text.at(byte),
        }
    }
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Text => "text",
    }
}

fn date(when: &When, document: &Document, points: &Points) -> Value {
    let field = document.sentences[when.at.sentence].field;
    json!({
        "in": field_name(field),
        "start": points.at(field, when.span.start),
        "end": points.at(field, when.span.end),
        "text": &document.field(field)[when.span.start..when.span.end],
        "type": when.kind.name(),
        "value": when.value,
        "mod": when.modifier,
        "resolved": when.resolved.map(|interval| json!({"start": interval.start, "end": interval.end})),
    })
}

fn place(found: &Place, document: &Document, points: &Points) -> Value {
    let field = document.sentences[found.at.sentence].field;
    json!({
        "in": field_name(field),
        "start": points.at(field, found.span.start),
        "end": points.at(field, found.span.end),
        "text": &document.field(field)[found.span.start..found.span.end],
        "name": found.name,
        "country": found.country.map(|country| country.to_string()),
        "admin1": found.admin1,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "geonameid": found.geonameid,
        "demonym": found.demonym,
    })
}

fn event(event: &Event, points: &Points) -> Value {
    let named = |role: Role| -> Vec<&str> {
        event.actors.iter().filter(|actor| actor.role == role).map(|actor| actor.name.as_str()).collect()
    };
    let actors: Vec<Value> = event
        .actors
        .iter()
        .map(|actor| {
            json!({
                "role": actor.role.name(), "name": actor.name, "canonical_name": actor.canonical_name,
                "kind": actor.kind.name(), "country": actor.country.map(|country| country.to_string()),
            })
        })
        .collect();
    let mentions: Vec<Value> = event
        .mentions
        .iter()
        .map(|mention| {
            json!({
                "in": field_name(mention.field),
                "start": points.at(mention.field, mention.span.start),
                "end": points.at(mention.field, mention.span.end),
                "trigger": mention.trigger,
            })
        })
        .collect();
    json!({
        "kind": event.kind, "subtype": event.subtype, "status": event.status.name(),
        "date": event.date.as_ref().map(|date| json!({
            "start": date.interval.start, "end": date.interval.end, "precision": date.precision.name(),
        })),
        "date_basis": event.date.as_ref().map(|date| date.basis.name()),
        "place": event.place.as_ref().map(|place| json!({
            "name": place.name, "country": place.country.map(|country| country.to_string()),
            "admin1": place.admin1,
            "latitude": place.coordinates.map(|(latitude, _)| latitude),
            "longitude": place.coordinates.map(|(_, longitude)| longitude),
        })),
        "source": named(Role::Source), "target": named(Role::Target), "actors": actors,
        "killed": event.killed, "injured": event.injured, "count": event.count, "people": event.people,
        "confidence": (f64::from(event.confidence) * 100.0).round() / 100.0,
        "plover": event.plover, "cameo": event.cameo,
        "mentions": mentions,
    })
}
