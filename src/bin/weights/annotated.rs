//! Documents with what a person said of their candidates, beside what the event room weighs of each.
//!
//! Owns the two formats of annotation and how an annotation finds its candidate.

use chrono::NaiveDate;
use dateline::event::assemble::{self, Trace, Verdict};
use dateline::event::candidate::Candidate;
use dateline::event::company::Member;
use dateline::event::confidence;
use dateline::event::dating::offer::{self, Offer};
use dateline::event::scene;
use dateline::lexicon::Lexicon;
use dateline::mention::{self, Context};
use dateline::text::{Document, Field, Span};
use serde_json::{Value, json};

/// What a person said of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The number of the event that it tells, in its document; None where it tells none.
    pub event: Option<usize>,
    /// The event's date; None where nothing is said of it.
    pub date: Option<Dated>,
}

/// The date of an event, as a person has it: from one day to another, or none.
pub type Dated = Option<(NaiveDate, NaiveDate)>;

/// A date offered to an event, weighed and judged.
pub struct Day {
    pub values: Vec<f32>,
    /// The publication day is weighed by more: what the event's first mention says.
    pub today: bool,
    pub is: bool,
}

/// Somebody offered to an event, weighed and judged.
pub struct Part {
    pub kind: String,
    pub values: Vec<f32>,
    /// What counts by the kind too.
    pub by_kind: Vec<(&'static str, f32)>,
    pub words: Vec<String>,
    pub source: bool,
    pub target: bool,
}

/// A place offered to an event, with what counts by the kind too, and whether it is the right one.
pub struct Site {
    pub values: Vec<f32>,
    pub by_kind: Vec<(&'static str, f32)>,
    pub words: Vec<String>,
    pub is: bool,
}

/// An event whose date is known, with its offers.
pub struct Choice {
    /// The event's first mention among the candidates.
    pub lead: usize,
    pub offers: Vec<Day>,
}

/// One candidate, weighed and judged.
pub struct Judged {
    pub kind: String,
    pub lemma: String,
    pub verbal: bool,
    pub features: Vec<f32>,
    /// As the others of its story see it.
    pub member: Member,
    /// What speaks for the publication day.
    pub today: Vec<f32>,
    pub said: Said,
}

impl Judged {
    /// The trigger's word as an entry of the file: its kind, its lemma, and whether it is a verb.
    pub fn key(&self) -> String {
        confidence::word(&self.kind, &self.lemma, self.verbal)
    }
}

pub struct Annotated {
    pub id: String,
    /// How much each of its candidates counts.
    pub weight: f64,
    pub candidates: Vec<Judged>,
    /// Two candidates that may be one, with what speaks for it.
    pub pairs: Vec<(usize, usize, Vec<f32>)>,
    pub choices: Vec<Choice>,
    pub parts: Vec<Part>,
    /// The kind of an event, with the places that it was offered.
    pub sites: Vec<(String, Vec<Site>)>,
}

pub fn read(file: &str) -> Result<Vec<Value>, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("reading {file}: {e}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| serde_json::from_str(line).map_err(|e| format!("{file}:{}: {e}", n + 1))).collect()
}

fn string<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

struct Read {
    document: Document,
    context: Context,
}

fn open(value: &Value) -> Result<Read, String> {
    let day = string(value, "published").get(..10).and_then(|day| day.parse().ok());
    let published = day.ok_or_else(|| format!("{}: no publication day", value["id"]))?;
    Ok(Read {
        document: Document::new(string(value, "title"), string(value, "text")),
        context: Context { published, published_at: None, country: None, home: None },
    })
}

fn field_name(field: Field) -> &'static str {
    if field == Field::Title { "title" } else { "text" }
}

/// A span in characters of its field.
fn points(document: &Document, field: Field, span: Span) -> (usize, usize) {
    let text = document.field(field);
    let start = text[..span.start].chars().count();
    (start, start + text[span.start..span.end].chars().count())
}

/// The document with its candidates, for a person to judge.
pub fn list(value: &Value, lexicon: &Lexicon) -> Result<Value, String> {
    let Read { document, context } = open(value)?;
    let mentions = mention::find(&document, lexicon, &context);
    let trace = assemble::trace(&document, &mentions, lexicon, &context);
    let candidates: Vec<Value> = trace
        .candidates
        .iter()
        .map(|candidate| {
            let at = candidate.trigger.at;
            let field = document.sentences[at.sentence].field;
            let (start, end) = points(&document, field, document.span(at));
            let quote = document.quote(at.sentence);
            json!({"in": field_name(field), "start": start, "end": end, "sentence": quote,
                "kind": lexicon.kinds.get(candidate.trigger.kind).name, "trigger": document.phrase(at),
                "score": candidate.score, "reality": format!("{:?}", candidate.judgement.reality)})
        })
        .collect();
    Ok(json!({"id": value["id"], "published": value["published"], "title": value["title"],
        "candidates": candidates}))
}

/// The values that the models weigh, with what was said of each candidate.
pub fn weigh(value: &Value, lexicon: &Lexicon) -> Result<Annotated, String> {
    let Read { document, context } = open(value)?;
    let mentions = mention::find(&document, lexicon, &context);
    let events = value.get("events");
    let told = |candidate: &Candidate| {
        from_events(value, events?, &document, lexicon, candidate).and_then(|said| said.event)
    };
    let trace = assemble::trace_told(&document, &mentions, lexicon, &context, &told);
    let said: Vec<Option<Said>> = match (events, value.get("judged")) {
        (Some(events), _) => {
            let judge = |candidate: &Candidate| from_events(value, events, &document, lexicon, candidate);
            trace.candidates.iter().map(judge).collect()
        }
        (None, Some(judged)) => from_judged(judged, &document, lexicon, &trace),
        (None, None) => return Err(format!("{}: neither events nor judged", value["id"])),
    };
    // Candidates that nobody judged are left out; pairs name the places of those that stay.
    let mut place = vec![None; said.len()];
    let mut candidates = Vec::new();
    for (i, said) in said.iter().enumerate() {
        let Some(said) = *said else { continue };
        let candidate = &trace.candidates[i];
        place[i] = Some(candidates.len());
        candidates.push(Judged {
            kind: lexicon.kinds.get(candidate.trigger.kind).name.clone(),
            lemma: candidate.lemma.clone(),
            verbal: candidate.verbal,
            features: trace.features[i].clone(),
            member: trace.members[i].clone(),
            today: trace.today[i].clone(),
            said,
        });
    }
    let pairs =
        trace.pairs.iter().filter_map(|(a, b, values)| Some((place[*a]?, place[*b]?, values.clone())));
    let pairs = pairs.collect();
    let choices = choices(&trace, &said, &place);
    let parts = value.get("events").map_or(Vec::new(), |events| parts(events, lexicon, &trace, &said));
    let sites = value.get("events").map_or(Vec::new(), |events| sites(events, lexicon, &trace, &said));
    let id = string(value, "id").to_owned();
    Ok(Annotated { id, weight: 1.0, pairs, choices, parts, sites, candidates })
}

/// The candidates of an event, and what was said of the first of them that an annotation names.
fn told_by(trace: &Trace, number: usize, said: &[Option<Said>]) -> Option<(Vec<usize>, Said)> {
    let group: Vec<usize> =
        (0..said.len()).filter(|&i| trace.verdicts[i] == Verdict::Event(number)).collect();
    let lead = offer::lead(&trace.candidates, &group);
    let mut told = std::iter::once(lead).chain(group.iter().copied()).filter_map(|i| said[i]);
    let said = told.find(|said| said.event.is_some())?;
    Some((group, said))
}

/// The annotated event that an event of its kind tells, and the kind.
fn same_kind<'v>(
    events: &'v Value,
    lexicon: &Lexicon,
    trace: &Trace,
    number: usize,
    said: &[Option<Said>],
) -> Option<(&'v Value, String)> {
    let (group, said) = told_by(trace, number, said)?;
    let event = events.get(said.event?)?;
    let kind = &lexicon.kinds.get(trace.candidates[group[0]].trigger.kind).name;
    (string(event, "kind") == kind).then(|| (event, kind.clone()))
}

/// Everybody whom an event was offered, against those whom the annotated one names.
fn parts(events: &Value, lexicon: &Lexicon, trace: &Trace, said: &[Option<Said>]) -> Vec<Part> {
    let mut found = Vec::new();
    for (number, cast) in trace.casts.iter().enumerate() {
        let Some((event, kind)) = same_kind(events, lexicon, trace, number, said) else { continue };
        let named = |role: &str, name: &str| {
            let mut names = event[role].as_array().into_iter().flatten().filter_map(Value::as_str);
            names.any(|known| is_same_name(known, name))
        };
        found.extend(cast.iter().map(|offer| Part {
            kind: kind.clone(),
            values: offer.values.to_vec(),
            by_kind: offer.by_kind().collect(),
            words: offer.words.clone(),
            source: named("source", &offer.actor.name),
            target: named("target", &offer.actor.name),
        }));
    }
    found
}

/// The places that an event was offered; of several that bear the annotated name, the first is the right one.
fn sites(
    events: &Value,
    lexicon: &Lexicon,
    trace: &Trace,
    said: &[Option<Said>],
) -> Vec<(String, Vec<Site>)> {
    let mut found = Vec::new();
    for (number, offers) in trace.places.iter().enumerate() {
        let Some((event, kind)) = same_kind(events, lexicon, trace, number, said) else { continue };
        let name = event["place"]["name"].as_str();
        let is = |offer: &scene::offer::Offer| match (name, &offer.place) {
            (Some(name), Some(place)) => is_same_name(name, &place.name),
            (None, None) => true,
            _ => false,
        };
        let right = offers.iter().position(is);
        let site = |(place, offer): (usize, &scene::offer::Offer)| Site {
            values: offer.values.to_vec(),
            by_kind: offer.by_kind().collect(),
            words: offer.words.clone(),
            is: right == Some(place),
        };
        found.push((kind, offers.iter().enumerate().map(site).collect()));
    }
    found
}

/// Half of the words of two names, or all of the shorter, are the same.
fn is_same_name(a: &str, b: &str) -> bool {
    const SMALL: &[&str] =
        &["the", "a", "an", "of", "and", "in", "for", "to", "s", "its", "his", "her", "their"];
    let words = |name: &str| -> std::collections::BTreeSet<String> {
        let lower = name.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty() && !SMALL.contains(word)).map(str::to_owned).collect()
    };
    let (a, b) = (words(a), words(b));
    let both = a.intersection(&b).count();
    both > 0 && (2 * both >= a.union(&b).count() || both == a.len() || both == b.len())
}

/// The annotated events whose date is known, with what their mentions were offered. `place`: where a candidate stands
/// among those that were judged.
fn choices(trace: &Trace, said: &[Option<Said>], place: &[Option<usize>]) -> Vec<Choice> {
    let mut found = Vec::new();
    for (group, offers) in &trace.told {
        let lead = offer::lead(&trace.candidates, group);
        let (Some(date), Some(lead)) = (said[lead].and_then(|said| said.date), place[lead]) else { continue };
        let is =
            |offer: &Offer| offer.date.as_ref().map(|date| (date.interval.start, date.interval.end)) == date;
        let day = |offer: &Offer| Day { values: offer.values.to_vec(), today: offer.today, is: is(offer) };
        found.push(Choice { lead, offers: offers.iter().map(day).collect() });
    }
    found
}

/// A proof is written to be plain: it must hold more than any single case of the news.
const PROOF: f64 = 5.0;

/// The kinds' own examples and rejects, each a document of its own.
pub fn proofs(lexicon: &Lexicon) -> Result<Vec<Annotated>, String> {
    let mut found = Vec::new();
    for kind in lexicon.kinds.all() {
        for (texts, event) in [(&kind.examples, json!(1)), (&kind.rejects, Value::Null)] {
            for (number, text) in texts.iter().enumerate() {
                let id = format!("{} {event} {number}", kind.name);
                let mut value = json!({"id": id, "published": "2024-03-14", "title": "", "text": text});
                let listed = list(&value, lexicon)?;
                let own = listed["candidates"].as_array().into_iter().flatten();
                let judged =
                    own.filter(|candidate| candidate["kind"] == kind.name.as_str()).map(|candidate| {
                        let mut judged = candidate.clone();
                        judged["event"] = event.clone();
                        // Nothing is said of its date.
                        judged["date"] = json!({});
                        judged
                    });
                value["judged"] = judged.collect();
                found.push(Annotated { weight: PROOF, ..weigh(&value, lexicon)? });
            }
        }
    }
    Ok(found)
}

fn dated(date: &Value) -> Option<Dated> {
    let day = |key: &str| date.get(key).and_then(Value::as_str).and_then(|day| day.parse().ok());
    match date {
        Value::Null => Some(None),
        _ => Some(Some((day("start")?, day("end")?))),
    }
}

/// A candidate tells an annotated event of its kind that is mentioned in its sentence, by the same words if any.
fn from_events(
    value: &Value,
    events: &Value,
    document: &Document,
    lexicon: &Lexicon,
    candidate: &Candidate,
) -> Option<Said> {
    let ends: Vec<u64> =
        value["sentences"].as_array().into_iter().flatten().filter_map(|s| s[1].as_u64()).collect();
    let events: Vec<&Value> = events.as_array().into_iter().flatten().collect();
    let at = candidate.trigger.at;
    let field = document.sentences[at.sentence].field;
    let (start, _) = points(document, field, document.span(at));
    let sentence = match field {
        Field::Title => -1,
        Field::Text => ends.iter().position(|&end| (start as u64) < end)? as i64,
    };
    let kind = &lexicon.kinds.get(candidate.trigger.kind).name;
    let words = document.phrase(at).to_lowercase();
    let told = |event: &&&Value, same: bool| {
        string(event, "kind") == kind
            && event["mentions"].as_array().into_iter().flatten().any(|mention| {
                let trigger = string(mention, "trigger").to_lowercase();
                mention["s"].as_i64() == Some(sentence)
                    && (!same || trigger.contains(&words) || words.contains(&trigger))
            })
    };
    let number = |same| events.iter().position(|event| told(&event, same));
    let event = number(true).or_else(|| number(false));
    let date = event.and_then(|event| dated(&events[event]["date"]));
    Some(Said { event, date })
}

fn from_judged(judged: &Value, document: &Document, lexicon: &Lexicon, trace: &Trace) -> Vec<Option<Said>> {
    let judged: Vec<&Value> = judged.as_array().into_iter().flatten().collect();
    let judge = |candidate: &Candidate| {
        let at = candidate.trigger.at;
        let field = document.sentences[at.sentence].field;
        let (start, _) = points(document, field, document.span(at));
        let kind = &lexicon.kinds.get(candidate.trigger.kind).name;
        let found = judged.iter().find(|one| {
            string(one, "in") == field_name(field)
                && one["start"].as_u64() == Some(start as u64)
                && string(one, "kind") == kind
        })?;
        let event = found["event"].as_u64().map(|event| event as usize);
        let date = event.and_then(|_| dated(&found["date"]));
        Some(Said { event, date })
    };
    trace.candidates.iter().map(judge).collect()
}
