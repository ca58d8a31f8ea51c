//! `dateline explain`: how a text is read, aligned so that a person can check it: sentences, trees, mentions,
//! events, and why a candidate was dropped.

use super::{Exit, fail, style};
use crate::event::assemble::{self, Trace, Verdict};
use crate::event::{Event, Role};
use crate::lexicon::{Country, Lexicon};
use crate::mention::{self, Context, Mentions};
use crate::text::{At, Document, Field};
use chrono::NaiveDate;
use clap::Args;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A text longer than this is no story.
const TEXT_MAX_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A plain text file; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// The headline
    #[arg(long, default_value = "")]
    title: String,
    /// The day of publication, from which relative dates are counted; today where it is not given
    #[arg(long, value_name = "DAY")]
    published: Option<NaiveDate>,
    /// The outlet's country (ISO 3166-1)
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Show the dependency trees too
    #[arg(long)]
    trees: bool,
    #[command(flatten)]
    lexicon: super::LexiconOption,
}

pub fn run(arguments: Arguments) -> Exit {
    let (text, lexicon) = match read(&arguments.file).and_then(|text| Ok((text, arguments.lexicon.load()?))) {
        Ok(prepared) => prepared,
        Err(message) => return fail(message),
    };
    let context = Context {
        published: arguments.published.unwrap_or_else(|| crate::clock::now().date_naive()),
        published_at: None,
        country: arguments.country.as_deref().and_then(Country::new),
        home: None,
    };
    print!("{}", explain(&arguments.title, &text, &lexicon, &context, arguments.trees));
    Exit::Fine
}

fn read(path: &Path) -> Result<String, String> {
    let trouble = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut text = String::new();
    let mut input: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(std::io::stdin().lock().take(TEXT_MAX_BYTES)),
        _ => Box::new(std::fs::File::open(path).map_err(trouble)?.take(TEXT_MAX_BYTES)),
    };
    input.read_to_string(&mut text).map_err(trouble)?;
    Ok(text)
}

/// The whole explanation as text.
pub fn explain(title: &str, text: &str, lexicon: &Lexicon, context: &Context, trees: bool) -> String {
    let document = Document::new(title, text);
    let mentions = mention::find(&document, lexicon, context);
    let trace = assemble::trace(&document, &mentions, lexicon, context);
    let mut out = String::new();
    for sentence in 0..document.sentences.len() {
        let field = match document.sentences[sentence].field {
            Field::Title => "title",
            Field::Text => "text",
        };
        line(&mut out, &format!("[{sentence}] {field}: {}", document.quote(sentence)));
        if trees {
            tree(&mut out, &document, sentence);
        }
        found(&mut out, &document, &mentions, sentence);
        candidates(&mut out, &document, lexicon, &trace, sentence);
    }
    let _ = writeln!(out);
    for (number, event) in trace.events.iter().enumerate() {
        line(&mut out, &format!("event {number}: {}", told(event)));
    }
    if trace.events.is_empty() {
        let _ = writeln!(out, "no events");
    }
    out
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{}", style::line(text));
}

fn tree(out: &mut String, document: &Document, sentence: usize) {
    let (tags, tree) = (document.tags(sentence), document.tree(sentence));
    for (token, tag) in tags.iter().enumerate() {
        let head = match tree.heads[token] {
            Some(head) => format!("{head} {}", document.word(sentence, head)),
            None => "-".to_owned(),
        };
        let row = format!(
            "    {token:>3} {:<18} {:<6} {:<16} {:<14} {head}",
            document.word(sentence, token),
            format!("{tag:?}"),
            tree.lemmas[token],
            format!("{:?}", tree.labels[token]),
        );
        line(out, row.trim_end());
    }
}

fn found(out: &mut String, document: &Document, mentions: &Mentions, sentence: usize) {
    for when in mentions.whens.iter().filter(|when| when.at.sentence == sentence) {
        let days =
            when.resolved.map_or("no days".to_owned(), |days| format!("{} to {}", days.start, days.end));
        let words = document.phrase(when.at);
        line(out, &format!("    when    {words}: {} {}, {days}", when.kind.name(), when.value));
    }
    for place in mentions.places.iter().filter(|place| place.at.sentence == sentence) {
        let country = place.country.map_or("-".to_owned(), |country| country.to_string());
        let sort = match place {
            place if place.demonym => "demonym of",
            place if place.nested => "within a name, is",
            place if place.dateline => "dateline, is",
            _ => "is",
        };
        line(out, &format!("    place   {}: {sort} {}, {country}", document.phrase(place.at), place.name));
    }
    for toll in mentions.tolls.iter().filter(|toll| toll.at.sentence == sentence) {
        let words = document.phrase(toll.at);
        line(out, &format!("    toll    {words}: {:?} {} ({:?})", toll.harm, toll.number, toll.qualifier));
    }
}

fn candidates(out: &mut String, document: &Document, lexicon: &Lexicon, trace: &Trace, sentence: usize) {
    for (candidate, verdict) in trace.candidates.iter().zip(&trace.verdicts) {
        let at: At = candidate.trigger.at;
        if at.sentence != sentence {
            continue;
        }
        let fate = match verdict {
            Verdict::Event(number) => format!("event {number}"),
            Verdict::Unreal(why) => format!("dropped: {why}"),
            Verdict::Unlikely => "dropped: not likely enough".to_owned(),
        };
        let kind = &lexicon.kinds.get(candidate.trigger.kind).name;
        line(out, &format!("    trigger {}: {kind}, {:.2}, {fate}", document.phrase(at), candidate.score));
    }
}

/// An event on one line.
fn told(event: &Event) -> String {
    let mut parts = vec![event.kind.clone()];
    parts.extend(event.subtype.clone());
    parts.push(event.status.name().to_owned());
    parts.push(match &event.date {
        Some(date) if date.interval.start == date.interval.end => {
            format!("on {} ({})", date.interval.start, date.basis.name())
        }
        Some(date) => format!("{} to {} ({})", date.interval.start, date.interval.end, date.basis.name()),
        None => "undated".to_owned(),
    });
    if let Some(place) = &event.place {
        let country = place.country.map(|country| format!(" ({country})")).unwrap_or_default();
        parts.push(format!("in {}{country}", place.name));
    }
    for (role, word) in [(Role::Source, "by"), (Role::Target, "to")] {
        let names: Vec<&str> =
            event.actors.iter().filter(|actor| actor.role == role).map(|actor| actor.name.as_str()).collect();
        if !names.is_empty() {
            parts.push(format!("{word} {}", names.join(" + ")));
        }
    }
    let counts = [(event.killed, "killed"), (event.injured, "injured"), (event.people, "people")];
    parts.extend(counts.into_iter().filter_map(|(count, word)| Some(format!("{} {word}", count?))));
    if event.count != 1 {
        parts.push(format!("{} times", event.count));
    }
    parts.push(format!("confidence {:.2}", event.confidence));
    format!("{}; mentions {}", parts.join(", "), event.mentions.len())
}
