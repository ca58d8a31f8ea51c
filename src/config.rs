//! The only reader of the configuration file.
//!
//! Owns every option: its name, its default, its limits, and what to say when it is wrong. All problems are
//! said at once, each with its place. Leaves what the options do to the rooms whose structs it fills.

use crate::feed::fetch;
use reader::{Reader, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml::de::DeTable;

pub mod feeds;
mod monitor;
mod network;
mod reader;

pub use feeds::Configured;
pub use monitor::Listen;

/// A configuration file longer than this is some other file.
const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;
const DATABASE: &str = "timeline.db";
const NEAR_COPY_DAYS: u32 = 60;
const POLL_LOG_DAYS: u32 = 90;

/// Everything that the user may decide.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that it was read from.
    pub path: PathBuf,
    pub database: PathBuf,
    pub feeds: Vec<Configured>,
    pub network: fetch::Options,
    /// Where metrics and health can be asked for; None: nowhere.
    pub monitor: Option<Listen>,
    /// Files of actors and of event kinds that are read after the built-in ones.
    pub lexicon_files: Vec<PathBuf>,
    /// For how long a story can be recognised as a near copy of an earlier one.
    pub near_copy_days: u32,
    /// For how long the log of polls is kept. The timeline is kept for ever.
    pub poll_log_days: u32,
}

/// Something wrong in the configuration, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// From 1; 0 where the problem concerns the file as a whole.
    pub line: usize,
    pub column: usize,
    pub field: String,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Every problem of one file.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.iter().map(|problem| problem.to_string()).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<Problem>);

/// Reads and checks a configuration file.
pub fn load(path: &Path) -> Result<Config, Problems> {
    let whole = |message: String| {
        let file = path.display().to_string();
        Problems(vec![Problem { file, line: 0, column: 0, field: String::new(), message }])
    };
    let size = std::fs::metadata(path)
        .map_err(|error| {
            whole(format!("cannot be read ({error}); name your configuration with --config FILE"))
        })?
        .len();
    if size > FILE_MAX_BYTES {
        return Err(whole(format!("{size} bytes are no configuration; at most {FILE_MAX_BYTES}")));
    }
    let source = std::fs::read_to_string(path).map_err(|error| whole(format!("cannot be read ({error})")))?;
    parse(&source, path)
}

/// Reads and checks the text of a configuration; `path` is what relative paths are relative to.
pub fn parse(source: &str, path: &Path) -> Result<Config, Problems> {
    let file = path.display().to_string();
    let mut reader = Reader::new(&file, source);
    let config = read(&mut reader, source, path);
    let mut problems = std::mem::take(&mut reader.problems);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(Problems(problems)),
    }
}

/// The name of every option, as `table.key`.
pub fn options() -> BTreeSet<String> {
    let every_table = "[network]\n[defaults]\n[monitor]\n[lexicon]\n[stories]\n[retention]\n[[feed]]\n";
    let mut reader = Reader::new("", every_table);
    read(&mut reader, every_table, Path::new("all.toml"));
    let name = |(table, key): &(&str, &str)| {
        if table.is_empty() { (*key).to_owned() } else { format!("{table}.{key}") }
    };
    reader.options.iter().map(name).collect()
}

fn read(reader: &mut Reader, source: &str, path: &Path) -> Option<Config> {
    let (document, errors) = DeTable::parse_recoverable(source);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        reader.problem(span, "", error.message().to_owned());
    }
    if !errors.is_empty() {
        return None;
    }
    read_root(reader, document.get_ref(), path)
}

fn read_root(reader: &mut Reader, document: &DeTable, path: &Path) -> Option<Config> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut root = reader.root(document);
    let database = reader.text(&mut root, "database").map_or(DATABASE, |found| found.value);
    let table = reader.table(&mut root, "network");
    let network = network::read(reader, table, folder);
    let table = reader.table(&mut root, "monitor");
    let monitor = monitor::read(reader, table, folder);
    let table = reader.table(&mut root, "defaults");
    let mut shared = feeds::Shared::default();
    let defaults = feeds::Defaults::read(reader, table, &mut shared);
    let mut lexicon_files = Vec::new();
    if let Some(mut table) = reader.table(&mut root, "lexicon") {
        let files = reader.list(&mut table, "files", |text| feeds::resolve(text, folder));
        lexicon_files = files.unwrap_or_default();
        reader.finish(table);
    }
    let near_copy_days = days(reader, &mut root, "stories", "near_copy_days", NEAR_COPY_DAYS);
    let poll_log_days = days(reader, &mut root, "retention", "poll_log_days", POLL_LOG_DAYS);
    let tables = reader.tables(&mut root, "feed");
    let feed = |table| feeds::read(reader, table, folder, &defaults, &mut shared);
    let feeds: Vec<_> = tables.into_iter().filter_map(feed).collect();
    check_repeats(reader, &feeds);
    reader.finish(root);
    Some(Config {
        path: path.to_owned(),
        database: folder.join(database),
        feeds,
        network: network?,
        monitor,
        lexicon_files,
        near_copy_days,
        poll_log_days,
    })
}

/// A table whose one option is a number of days, at most ten years.
fn days(reader: &mut Reader, root: &mut Table, name: &'static str, key: &'static str, default: u32) -> u32 {
    let Some(mut table) = reader.table(root, name) else { return default };
    let days = reader.integer(&mut table, key, 1..3_651).map_or(default, |days| days as u32);
    reader.finish(table);
    days
}

/// Two feeds of one name would share one memory; one address twice would be asked twice. What follows `#` is
/// never sent, so it makes no other address.
fn check_repeats(reader: &mut Reader, feeds: &[Configured]) {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut addresses: BTreeMap<&str, usize> = BTreeMap::new();
    for configured in feeds {
        let (name, line) = (configured.feed.name.as_str(), configured.line as usize);
        let first = *names.entry(name).or_insert(line);
        if first != line {
            let message = format!("\"{name}\" is taken by the feed on line {first}; give it another name");
            reader.problem_on_line(line, "feed.name", message);
        }
        let address = configured.feed.url.as_str().split('#').next().unwrap_or_default();
        let first = *addresses.entry(address).or_insert(line);
        if first != line {
            let message = format!("is the address of the feed on line {first} too; keep one of the two");
            reader.problem_on_line(line, "feed.url", message);
        }
    }
}
