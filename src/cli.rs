//! The command line: the only room that prints.
//!
//! Owns the commands, their options, what they print and how they exit. Leaves all work to the rooms.
//!
//! Results go to standard output, everything else to standard error, so that output can be piped.

use crate::config::{self, Config};
use crate::lexicon::{Lexicon, Problem};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

mod check;
mod discover;
mod doctor;
mod explain;
mod explain_event;
mod extract;
mod feeds;
mod generate;
mod log;
mod opml;
mod parse;
mod poll;
mod run;
pub mod style;
mod timeline;
mod upkeep;

/// How the program ends. Documented in the help and the manual page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All fine.
    Fine = 0,
    /// The work was done, but some of it failed: a feed could not be read, a document could not be parsed.
    Some = 1,
    /// Nothing was done: wrong usage, a wrong configuration, an unusable database.
    Unusable = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

const EXIT_HELP: &str = "\
Exit codes:
  0  all fine
  1  the work was done, but some of it failed (for example, one feed of many could not be read)
  2  nothing was done: wrong usage, a wrong configuration, or a database that cannot be used";

/// Polls news feeds, extracts dated events, and appends them to a SQLite timeline.
///
/// Start with `dateline check --config FILE` and `dateline poll --config FILE`, look at the result with
/// `dateline timeline`, and leave `dateline run` to your service manager. The timeline is an ordinary SQLite
/// file: query it with any tool while the program runs.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, after_help = EXIT_HELP, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogOptions,
}

#[derive(Debug, Clone, Args)]
struct LogOptions {
    /// How much to log: error, warn, info, debug, trace, or a filter such as `dateline=debug`
    #[arg(long, global = true, value_name = "LEVEL", env = "DATELINE_LOG", default_value = "warn")]
    log: String,
    /// How to log: text for people, json for machines, journal for the journal of systemd with every value as a
    /// field; auto is journal where systemd listens and text elsewhere
    #[arg(long, global = true, value_enum, default_value = "auto")]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Auto,
    Text,
    Json,
    Journal,
}

#[derive(Debug, Clone, Args)]
struct ConfigOption {
    /// The configuration file
    #[arg(long, short, value_name = "FILE", env = "DATELINE_CONFIG", default_value = "dateline.toml")]
    config: PathBuf,
}

/// Where the timeline is: a file, or what the configuration names.
#[derive(Debug, Clone, Args)]
struct DatabaseOption {
    /// The timeline database, instead of the one that the configuration names
    #[arg(long, short, value_name = "FILE")]
    database: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigOption,
}

impl DatabaseOption {
    fn path(&self) -> Result<PathBuf, String> {
        match &self.database {
            Some(path) => Ok(path.clone()),
            None => {
                config::load(&self.config.config).map(|config| config.database).map_err(|e| e.to_string())
            }
        }
    }
}

#[derive(Debug, Clone, Args)]
struct LexiconOption {
    /// Files of actors and event kinds to read after the built-in ones
    #[arg(long = "lexicon", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl LexiconOption {
    fn load(&self) -> Result<Arc<Lexicon>, String> {
        lexicon(&self.files)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service: poll every feed on its schedule until told to stop
    Run(run::Arguments),
    /// Poll every feed that is due, once, then exit
    Poll(poll::Arguments),
    /// Check the configuration and the lexicon; say every problem with its place and what to do
    Check(check::Arguments),
    /// Check everything, from the configuration to each feed, and say what to do; safe beside a running service
    Doctor(doctor::Arguments),
    /// Show the timeline: filters, and output for people and programs
    Timeline(timeline::Arguments),
    /// Show the health of the feeds, and in plain words what is wrong
    Feeds(feeds::Arguments),
    /// Extract events, dates or places from documents (JSON Lines in, JSON Lines out)
    Extract(extract::Arguments),
    /// Show how a text is read: sentences, mentions, events, and why a candidate was dropped
    Explain(explain::Arguments),
    /// Show why the timeline shows an event as it does: reports, decisions, history
    ExplainEvent(explain_event::Arguments),
    /// Show what would be read from feed files, one JSON object a file
    Parse(parse::Arguments),
    /// Print the feeds that a web page names, as blocks for the configuration
    Discover(discover::Arguments),
    /// Import or export lists of feeds (OPML)
    Opml(opml::Arguments),
    /// Copy the timeline to a file, safely, while it is in use
    Backup(upkeep::BackupArguments),
    /// Check the timeline: the file, its schema, and what must hold in it
    Verify(upkeep::VerifyArguments),
    /// Read stored stories again after an upgrade; can be stopped and goes on where it was
    Reextract(upkeep::ReextractArguments),
    /// Print a completion script for a shell
    Completions(generate::CompletionArguments),
    /// Print the manual page, or write one page a command into a folder
    Man(generate::ManArguments),
}

/// Parses the arguments, runs the command, and says how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(message) = log::start(&cli.log, matches!(cli.command, Command::Run(_))) {
        return fail(&message).into();
    }
    let exit = match cli.command {
        Command::Run(arguments) => run::run(arguments),
        Command::Poll(arguments) => poll::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Timeline(arguments) => timeline::run(arguments),
        Command::Feeds(arguments) => feeds::run(arguments),
        Command::Extract(arguments) => extract::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::ExplainEvent(arguments) => explain_event::run(arguments),
        Command::Parse(arguments) => parse::run(arguments),
        Command::Discover(arguments) => discover::run(arguments),
        Command::Opml(arguments) => opml::run(arguments),
        Command::Backup(arguments) => upkeep::backup(arguments),
        Command::Verify(arguments) => upkeep::verify(arguments),
        Command::Reextract(arguments) => upkeep::reextract(arguments),
        Command::Completions(arguments) => generate::completions(arguments),
        Command::Man(arguments) => generate::man(arguments),
    };
    exit.into()
}

/// The lexicon with the user's own files; the message names every problem.
fn lexicon(files: &[PathBuf]) -> Result<Arc<Lexicon>, String> {
    let mut texts = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}; is [lexicon] files right?", path.display()))?;
        texts.push((path.display().to_string(), text));
    }
    let lines =
        |problems: Vec<Problem>| problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n");
    Lexicon::load(&texts).map(Arc::new).map_err(lines)
}

/// A configuration and the lexicon that it asks for.
fn prepare(path: &Path) -> Result<(Config, Arc<Lexicon>), String> {
    let config = config::load(path).map_err(|problems| problems.to_string())?;
    let lexicon = lexicon(&config.lexicon_files)?;
    Ok((config, lexicon))
}

/// Says why nothing was done.
fn fail(message: impl std::fmt::Display) -> Exit {
    eprintln!("dateline: {message}");
    Exit::Unusable
}
