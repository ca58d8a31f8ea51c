//! `dateline timeline`: the timeline, filtered, for people and programs.
//!
//! Owns the filters as words and which format prints. Leaves the query to `store::timeline` and each format to
//! its file.

use super::{DatabaseOption, Exit, fail, style};
use crate::clock;
use crate::store::Store;
use crate::store::timeline::{Filter, TimelineRow};
use clap::{Args, ValueEnum};
use std::io::Write;

mod atom;
mod csv;
mod evidence;
mod geojson;
mod ics;
mod stats;
mod table;
mod timelinejs;
mod words;

pub use table::table;

/// Events that are shown where nothing says how many.
const LIMIT: usize = 100;
/// How often `--follow` looks for news, seconds.
const FOLLOW_EVERY_S: u64 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For the terminal
    Table,
    /// One JSON object an event
    Jsonl,
    /// For spreadsheets; cells cannot become formulas
    Csv,
    /// Points for maps
    Geojson,
    /// A calendar (RFC 5545)
    Ics,
    /// A feed (RFC 4287)
    Atom,
    /// For the TimelineJS viewer
    Timelinejs,
}

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseOption,
    /// On or after this day: 2024-03-31, today, yesterday, 7d, 4w
    #[arg(long, value_name = "DAY", value_parser = words::day)]
    since: Option<words::Day>,
    /// On or before this day
    #[arg(long, value_name = "DAY", value_parser = words::day)]
    until: Option<words::Day>,
    /// On this day
    #[arg(long, value_name = "DAY", value_parser = words::day, conflicts_with_all = ["since", "until"])]
    on: Option<words::Day>,
    /// In this country: a two-letter code such as AF
    #[arg(long, value_name = "CODE", value_parser = words::country)]
    country: Option<String>,
    /// Within KM kilometres of a point given in degrees: 34.5,69.2,50
    #[arg(long, value_name = "LAT,LON,KM", value_parser = words::near, allow_hyphen_values = true)]
    near: Option<words::Near>,
    /// Of these kinds: attack, meeting, ceasefire, ... (several with commas)
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// That names this actor: part of a name
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Whose summary, place or actors match these words (AND, OR, NOT, "phrases", prefix*)
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Told by at least so many independent sources
    #[arg(long, value_name = "N")]
    min_sources: Option<u32>,
    /// From 0 to 1
    #[arg(long, value_name = "C", value_parser = words::share)]
    min_confidence: Option<f64>,
    /// Told by this feed
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
    /// The timeline as it was believed then: a day (its end) or a time such as 2024-03-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = words::moment)]
    as_of: Option<words::Moment>,
    /// The latest so many; 0 for all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Show the sentences that say so, with their stories and links (table, jsonl)
    #[arg(long)]
    evidence: bool,
    /// Draw counts by day, kind and country instead
    #[arg(long, conflicts_with_all = ["follow", "evidence"])]
    stats: bool,
    /// Wait for news and show it as it comes (table, jsonl)
    #[arg(long, short, conflicts_with = "as_of")]
    follow: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Status {
    Occurred,
    Planned,
    Retracted,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Occurred => "occurred",
            Status::Planned => "planned",
            Status::Retracted => "retracted",
        }
    }
}

pub fn run(arguments: Arguments) -> Exit {
    match show(&arguments) {
        Ok(()) => Exit::Fine,
        Err(message) => fail(message),
    }
}

fn show(arguments: &Arguments) -> Result<(), String> {
    let lines = matches!(arguments.format, Format::Table | Format::Jsonl);
    if (arguments.evidence || arguments.follow) && !lines {
        return Err("--evidence and --follow go with --format table or jsonl".into());
    }
    let path = arguments.database.path()?;
    let store = Store::open_reader(&path).map_err(|e| e.to_string())?;
    let filter = filter(arguments);
    check(&store, &filter)?;
    let mut from = store.last_revision().map_err(|e| e.to_string())?;
    let rows = store.timeline(&filter).map_err(|e| e.to_string())?;
    if arguments.stats {
        return print(&stats::draw(&rows));
    }
    print(&render(arguments, &store, &rows)?)?;
    if !arguments.follow {
        return Ok(());
    }
    loop {
        std::thread::sleep(std::time::Duration::from_secs(FOLLOW_EVERY_S));
        let last = store.last_revision().map_err(|e| e.to_string())?;
        if last > from {
            let news = Filter { after_revision: Some(from), limit: None, ..filter.clone() };
            let rows = store.timeline(&news).map_err(|e| e.to_string())?;
            if !rows.is_empty() {
                print(&render(arguments, &store, &rows)?)?;
            }
            from = last;
        }
    }
}

fn filter(arguments: &Arguments) -> Filter {
    let today = clock::now().date_naive();
    let day = |d: &Option<words::Day>| d.map(|d| d.on(today));
    let all = arguments.stats || arguments.limit == Some(0);
    Filter {
        since: day(&arguments.since).or(day(&arguments.on)),
        until: day(&arguments.until).or(day(&arguments.on)),
        country: arguments.country.clone(),
        near: arguments.near.map(|n| (n.latitude, n.longitude, n.km)),
        kinds: arguments.kinds.iter().map(|k| k.to_ascii_lowercase()).collect(),
        status: arguments.status.map(|s| s.word().to_owned()),
        actor: arguments.actor.clone(),
        text: arguments.text.clone(),
        min_sources: arguments.min_sources,
        min_confidence: arguments.min_confidence,
        feed: arguments.feed.clone(),
        as_of: arguments.as_of.map(|m| m.0),
        limit: if all { None } else { Some(arguments.limit.unwrap_or(LIMIT)) },
        ..Filter::default()
    }
}

/// Words that name nothing in this timeline are a slip of the hand: say what there is.
fn check(store: &Store, filter: &Filter) -> Result<(), String> {
    let among = |what: &str, word: &str, known: Vec<String>| {
        if known.is_empty() || known.iter().any(|k| k == word) {
            return Ok(());
        }
        Err(format!("no {what} {word:?} in this timeline; it has: {}", known.join(", ")))
    };
    for kind in &filter.kinds {
        among("kind", kind, store.kinds().map_err(|e| e.to_string())?)?;
    }
    if let Some(feed) = &filter.feed {
        among("feed", feed, store.feed_names().map_err(|e| e.to_string())?)?;
    }
    Ok(())
}

fn render(arguments: &Arguments, store: &Store, rows: &[TimelineRow]) -> Result<String, String> {
    let evidence = |row: &TimelineRow| match arguments.evidence {
        true => store.reports(&row.event_id).map(Some).map_err(|e| e.to_string()),
        false => Ok(None),
    };
    Ok(match arguments.format {
        Format::Table if arguments.evidence => {
            let mut out = String::new();
            for row in rows {
                out.push_str(&evidence::describe(row, &evidence(row)?.unwrap_or_default()));
                out.push('\n');
            }
            out
        }
        Format::Table => format!("{}\n", table(rows)),
        Format::Jsonl => {
            let mut out = String::new();
            for row in rows {
                out.push_str(&evidence::json(row, evidence(row)?.as_deref()));
                out.push('\n');
            }
            out
        }
        Format::Csv => csv::write(rows),
        Format::Geojson => geojson::write(rows),
        Format::Ics => ics::write(rows),
        Format::Atom => atom::write(rows),
        Format::Timelinejs => timelinejs::write(rows),
    })
}

/// Prints; a reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("writing: {e}")),
        _ => Ok(()),
    }
}

/// A row in the words of a sentence head: `attack (bombing) in Herat, AF`. Shared by the formats.
fn headline(row: &TimelineRow) -> String {
    let mut text = row.kind.clone();
    if let Some(subtype) = &row.subtype {
        text.push_str(&format!(" ({subtype})"));
    }
    match (&row.place, &row.country) {
        (Some(place), Some(country)) => text.push_str(&format!(" in {place}, {country}")),
        (Some(place), None) => text.push_str(&format!(" in {place}")),
        (None, Some(country)) => text.push_str(&format!(" in {country}")),
        (None, None) => {}
    }
    if row.status != "occurred" {
        text.push_str(&format!(", {}", row.status));
    }
    style::line(&text)
}

/// `12 killed, 3 injured`; empty where neither is known.
fn toll(row: &TimelineRow) -> String {
    let part = |n: Option<u32>, word| n.map(|n| format!("{n} {word}"));
    let parts: Vec<String> =
        [part(row.killed, "killed"), part(row.injured, "injured")].into_iter().flatten().collect();
    parts.join(", ")
}
