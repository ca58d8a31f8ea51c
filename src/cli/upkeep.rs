//! `dateline backup`, `verify` and `reextract`: keeping the timeline well.

use super::{ConfigOption, DatabaseOption, Exit, fail, style};
use crate::clock;
use crate::pipeline::extract::{self, EXTRACTOR};
use crate::store::upkeep::Unread;
use crate::store::{self, Store};
use chrono::NaiveDate;
use clap::Args;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;

/// Stories read and written together; a run that is stopped loses no more than these.
const BATCH: usize = 200;

#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to write; it must not exist yet
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseOption,
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    database: DatabaseOption,
}

#[derive(Debug, Args)]
pub struct ReextractArguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Only stories published on or after this day
    #[arg(long, value_name = "DAY")]
    since: Option<NaiveDate>,
}

/// Copies the timeline while it is in use.
pub fn backup(arguments: BackupArguments) -> Exit {
    let done = open(&arguments.database)
        .and_then(|store| store.backup(&arguments.file).map_err(|error| error.to_string()));
    match done {
        Ok(()) => {
            println!("{}: written", arguments.file.display());
            Exit::Fine
        }
        Err(message) => fail(message),
    }
}

/// Checks the whole file.
pub fn verify(arguments: VerifyArguments) -> Exit {
    let verified =
        open(&arguments.database).and_then(|store| store.verify().map_err(|error| error.to_string()));
    let verified = match verified {
        Ok(verified) => verified,
        Err(message) => return fail(message),
    };
    let mut table = style::table(&["table", "rows"]);
    for (name, rows) in &verified.counts {
        table.add_row(vec![style::cell(name), style::cell(rows.to_string())]);
    }
    println!("{}", table.trim_fmt());
    if verified.problems.is_empty() {
        println!("all right");
        return Exit::Fine;
    }
    for problem in &verified.problems {
        eprintln!("{}", style::line(problem));
    }
    eprintln!(
        "the timeline is not right: restore the last good copy, or keep this file and report the above"
    );
    Exit::Some
}

fn open(database: &DatabaseOption) -> Result<Store, String> {
    let path = database.path()?;
    Store::open_reader(&path).map_err(|error| error.to_string())
}

/// Reads stored stories again that an older extractor has read.
pub fn reextract(arguments: ReextractArguments) -> Exit {
    match read_again(&arguments) {
        Ok((stories, events)) => {
            println!("{stories} stories read again, {events} events changed");
            Exit::Fine
        }
        Err(message) => fail(message),
    }
}

fn read_again(arguments: &ReextractArguments) -> Result<(usize, usize), String> {
    let (config, lexicon) = super::prepare(&arguments.config.config)?;
    let countries: HashMap<&str, &str> = config
        .feeds
        .iter()
        .filter_map(|feed| Some((feed.feed.name.as_str(), feed.feed.country.as_deref()?)))
        .collect();
    let trouble = |error: store::Error| error.to_string();
    let mut store = Store::open_writer(&config.database).map_err(trouble)?;
    let (mut after, mut stories, mut events) = (0, 0, 0);
    loop {
        let unread = store.unread(EXTRACTOR, arguments.since, after, BATCH).map_err(trouble)?;
        let Some(last) = unread.last() else { break };
        after = last.id;
        let readings: Vec<(Unread, _)> = unread
            .into_par_iter()
            .map(|unread| {
                let country = countries.get(unread.story.feed.as_str()).copied();
                let events = extract::read(&unread.story, country, &lexicon);
                (unread, events)
            })
            .collect();
        stories += readings.len();
        events += store.reread(&readings, EXTRACTOR, clock::now()).map_err(trouble)?.len();
    }
    while store.catch_up().map_err(trouble)? {}
    Ok((stories, events))
}
