//! `dateline opml`: feed lists of other readers in, ours out.

use super::{ConfigOption, Exit, fail};
use crate::config;
use crate::feed::opml::{self, Listed};
use clap::{Args, Subcommand};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A feed list longer than this is some other file.
const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the feeds of an OPML file as blocks for the configuration
    Import {
        /// The OPML file; `-` is standard input
        file: PathBuf,
        /// A configuration whose names are not to be used again
        #[arg(long, value_name = "FILE")]
        beside: Option<PathBuf>,
    },
    /// Print the configured feeds as OPML
    Export {
        #[command(flatten)]
        config: ConfigOption,
    },
}

pub fn run(arguments: Arguments) -> Exit {
    let printed = match arguments.command {
        Command::Import { file, beside } => import(&file, beside.as_deref()),
        Command::Export { config } => export(&config.config),
    };
    match printed {
        Ok(text) => {
            print!("{text}");
            Exit::Fine
        }
        Err(message) => fail(message),
    }
}

fn import(file: &Path, beside: Option<&Path>) -> Result<String, String> {
    let trouble = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut text = String::new();
    let mut limited: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin().lock().take(FILE_MAX_BYTES)),
        _ => Box::new(std::fs::File::open(file).map_err(trouble)?.take(FILE_MAX_BYTES)),
    };
    limited.read_to_string(&mut text).map_err(trouble)?;
    let feeds = opml::import(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let taken: Vec<String> = match beside {
        None => Vec::new(),
        Some(path) => names(path)?.into_iter().map(|feed| feed.title).collect(),
    };
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    Ok(opml::toml_blocks(&feeds, &taken))
}

fn export(path: &Path) -> Result<String, String> {
    Ok(opml::export("Feeds of dateline", &names(path)?))
}

fn names(path: &Path) -> Result<Vec<Listed>, String> {
    let config = config::load(path).map_err(|problems| problems.to_string())?;
    let feeds = config.feeds.into_iter().map(|configured| configured.feed);
    Ok(feeds.map(|feed| Listed { title: feed.name, url: feed.url }).collect())
}
