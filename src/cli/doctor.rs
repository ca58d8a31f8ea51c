//! `dateline doctor`: is everything as it should be, and what to do where it is not?
//!
//! Safe beside a running service: the timeline is only read, and every feed is asked at most once, politely, with the
//! validators that are known. Nothing that is learned here is kept.

use super::{ConfigOption, Exit, style};
use crate::clock;
use crate::config::{self, Config, Configured};
use crate::feed::fetch::{self, Fetcher, Outcome};
use crate::feed::{Learned, parse};
use crate::store::{self, Store};
use chrono::{DateTime, Utc};
use clap::Args;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Less free space than this is too little for a service that is left alone.
const FREE_MIN_BYTES: u64 = 500 << 20;
/// A write-ahead log beyond this means that a reader holds a transaction open.
const LOG_LARGE_BYTES: u64 = 1 << 30;
/// A clock that is wrong by more than this dates stories wrongly.
const CLOCK_WRONG_S: i64 = 120;
/// Servers asked at once.
const HOSTS_MAX: usize = 16;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Ask only this feed; may be given several times
    #[arg(long, value_name = "NAME")]
    feed: Vec<String>,
    /// Ask no feed
    #[arg(long, conflicts_with = "feed")]
    offline: bool,
}

/// What was found, said as it is found.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn well(&self, what: &str, words: impl AsRef<str>) {
        println!("ok     {what}: {}", style::line(words.as_ref()));
    }

    fn note(&self, what: &str, words: impl AsRef<str>) {
        println!("note   {what}: {}", style::line(words.as_ref()));
    }

    fn wrong(&mut self, what: &str, words: impl AsRef<str>) {
        self.wrong += 1;
        println!("WRONG  {what}: {}", style::line(words.as_ref()));
    }
}

pub fn run(arguments: Arguments) -> Exit {
    let mut found = Findings::default();
    let config = match config::load(&arguments.config.config) {
        Ok(config) => config,
        Err(problems) => {
            problems.0.iter().for_each(|problem| found.wrong("configuration", problem.to_string()));
            return Exit::Unusable;
        }
    };
    let enabled = config.feeds.iter().filter(|feed| feed.enabled).count();
    found.well("configuration", format!("{}: {enabled} feeds to poll", config.path.display()));
    match super::lexicon(&config.lexicon_files) {
        Ok(_) => found.well("lexicon", "loaded"),
        Err(message) => found.wrong("lexicon", message),
    }
    secrets(&config, &mut found);
    let learned = database(&config, &mut found);
    certificates(&config, &mut found);
    if !arguments.offline {
        let asked =
            |feed: &&Configured| arguments.feed.is_empty() || arguments.feed.contains(&feed.feed.name);
        let feeds: Vec<&Configured> = config.feeds.iter().filter(|feed| feed.enabled).filter(asked).collect();
        for name in &arguments.feed {
            if !feeds.iter().any(|feed| feed.feed.name == *name) {
                found.wrong("feed", format!("{name}: no feed of this name is to be polled"));
            }
        }
        network(&config, &feeds, &learned, &mut found);
    }
    match found.wrong {
        0 => println!("all is well"),
        1 => println!("1 thing is wrong"),
        count => println!("{count} things are wrong"),
    }
    if found.wrong == 0 { Exit::Fine } else { Exit::Some }
}

/// Secrets are read with the configuration; here it is asked who else can read them.
fn secrets(config: &Config, found: &mut Findings) {
    let secret = config.feeds.iter().filter(|feed| feed.feed.credentials.is_some()).count();
    if secret > 0 {
        found.well("credentials", format!("those of {secret} feeds were found"));
    }
    let exposed = config.feeds.iter().filter(|feed| !feed.feed.headers.is_empty()).count();
    let mode = std::fs::metadata(&config.path).map_or(0, |file| file.mode());
    if exposed > 0 && mode & 0o004 != 0 {
        found.note(
            "credentials",
            format!(
                "{exposed} feeds have headers in a file that everybody can read; if they are secret: chmod 640 {}",
                config.path.display()
            ),
        );
    }
}

/// The file, its folder, its log. Returns what is remembered of the feeds.
fn database(config: &Config, found: &mut Findings) -> BTreeMap<String, Learned> {
    let path = &config.database;
    let name = path.display();
    folder(path, found);
    let store = match Store::open_reader(path) {
        Ok(store) => store,
        Err(store::Error::Missing { .. }) => {
            found.note("database", format!("{name}: not made yet; the first poll makes it"));
            return BTreeMap::new();
        }
        Err(error @ store::Error::Older { .. }) => {
            found.note("database", error.to_string());
            return BTreeMap::new();
        }
        Err(error) => {
            found.wrong("database", error.to_string());
            return BTreeMap::new();
        }
    };
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    match store::writer_of(path) {
        Some(holder) => found.well("database", format!("{name}: {}, written by {holder}", size(bytes))),
        None => found.note("database", format!("{name}: {}; no dateline writes to it now", size(bytes))),
    }
    let log_bytes = store::log_bytes(path);
    if log_bytes > LOG_LARGE_BYTES {
        let advice = "some program holds a read transaction open; end it, and the log shrinks again";
        found.wrong("database", format!("its write-ahead log has {}: {advice}", size(log_bytes)));
    }
    let mut learned = BTreeMap::new();
    let now = clock::now();
    let mut ahead = 0;
    for feed in &config.feeds {
        match store.learned(&feed.feed.name) {
            Ok(known) => {
                ahead += usize::from(
                    known.last_poll_at.is_some_and(|at| (at - now).num_seconds() > CLOCK_WRONG_S),
                );
                learned.insert(feed.feed.name.clone(), known);
            }
            Err(store::Error::NoFeed(_)) => {}
            Err(error) => {
                found.wrong("database", error.to_string());
                break;
            }
        }
    }
    if ahead > 0 {
        let advice = "the clock is or was wrong; `timedatectl` shows whether it is kept";
        found.wrong("clock", format!("{ahead} feeds were last polled in the future: {advice}"));
    }
    learned
}

/// Whether this user may write where the database is, and whether there is room.
fn folder(path: &Path, found: &mut Findings) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = folder.display();
    let Ok(about) = std::fs::metadata(folder) else {
        return found
            .wrong("database", format!("{name}: there is no such folder; make it, or change `database`"));
    };
    if about.mode() & 0o002 != 0 && about.mode() & 0o1000 == 0 {
        found.wrong("database", format!("{name}: everybody can write here; chmod o-w {name}"));
    }
    let Ok(disk) = rustix::fs::statvfs(folder) else { return };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) {
        found.wrong("database", format!("{name}: the file system is read-only"));
    } else if free < FREE_MIN_BYTES {
        found.wrong("database", format!("{name}: only {} free; make room", size(free)));
    } else {
        found.well("disk", format!("{name}: {} free", size(free)));
    }
}

fn certificates(config: &Config, found: &mut Findings) {
    let (built_in, own) = fetch::authorities();
    found.well("certificates", format!("{built_in} authorities built in, {own} of this machine"));
    if let Err(error) = Fetcher::new(&config.network) {
        found.wrong("network", error.to_string());
    }
}

/// What became of asking one feed.
struct Answer {
    feed: String,
    /// Err: what is wrong.
    words: Result<String, String>,
    unreached: bool,
    /// By how much the server's clock is ahead of ours.
    ahead_s: Option<i64>,
}

/// Every feed once, one request at a time to a host.
fn network(
    config: &Config,
    feeds: &[&Configured],
    learned: &BTreeMap<String, Learned>,
    found: &mut Findings,
) {
    let Ok(fetcher) = Fetcher::new(&config.network) else { return };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return found.wrong("network", format!("starting the runtime: {error}")),
    };
    let mut hosts: BTreeMap<String, Vec<(Configured, Learned)>> = BTreeMap::new();
    for feed in feeds {
        let host = feed.feed.url.host_str().unwrap_or_default().to_owned();
        let known = learned.get(&feed.feed.name).cloned().unwrap_or_default();
        hosts.entry(host).or_default().push(((*feed).clone(), known));
    }
    let answers = runtime.block_on(ask_all(Arc::new(fetcher), hosts, config.network.host_gap_s));
    runtime.shutdown_background();
    let unreached = answers.iter().filter(|answer| answer.unreached).count();
    if unreached > 1 && unreached == answers.len() {
        found.wrong(
            "network",
            "no feed could be reached: is this machine connected, does it reach a name server \
             (`getent hosts example.org`), does it need a proxy?",
        );
    }
    let mut offsets: Vec<i64> = answers.iter().filter_map(|answer| answer.ahead_s).collect();
    offsets.sort_unstable();
    if let Some(middle) = offsets.get(offsets.len() / 2) {
        if middle.abs() > CLOCK_WRONG_S {
            let words =
                format!("wrong by about {middle} s, say the servers; `timedatectl` shows whether it is kept");
            found.wrong("clock", words);
        } else {
            let servers = if offsets.len() == 1 { "server" } else { "servers" };
            found.well("clock", format!("agrees with {} {servers}", offsets.len()));
        }
    }
    for answer in answers {
        match answer.words {
            Ok(words) => found.well("feed", format!("{}: {words}", answer.feed)),
            Err(words) => found.wrong("feed", format!("{}: {words}", answer.feed)),
        }
    }
}

async fn ask_all(
    fetcher: Arc<Fetcher>,
    hosts: BTreeMap<String, Vec<(Configured, Learned)>>,
    host_gap_s: u64,
) -> Vec<Answer> {
    let places = Arc::new(tokio::sync::Semaphore::new(HOSTS_MAX));
    let mut tasks = tokio::task::JoinSet::new();
    for feeds in hosts.into_values() {
        let (fetcher, places) = (fetcher.clone(), places.clone());
        tasks.spawn(async move {
            let _place = places.acquire_owned().await;
            let mut answers = Vec::new();
            for (number, (feed, known)) in feeds.into_iter().enumerate() {
                if number > 0 {
                    tokio::time::sleep(Duration::from_secs(host_gap_s)).await;
                }
                answers.push(ask(&fetcher, &feed, &known, clock::now()).await);
            }
            answers
        });
    }
    let mut answers: Vec<Answer> = tasks.join_all().await.into_iter().flatten().collect();
    answers.sort_by(|a, b| a.feed.cmp(&b.feed));
    answers
}

async fn ask(fetcher: &Fetcher, feed: &Configured, known: &Learned, now: DateTime<Utc>) -> Answer {
    let mut answer =
        Answer { feed: feed.feed.name.clone(), words: Ok(String::new()), unreached: false, ahead_s: None };
    if let Some(until) = known.not_before.filter(|until| *until > now) {
        answer.words =
            Ok(format!("not asked: its server wants to be left alone until {}", until.to_rfc3339()));
        return answer;
    }
    let fetched = fetcher.fetch(&feed.feed, known, now).await;
    answer.ahead_s = fetched.server_time.map(|at| (at - clock::now()).num_seconds());
    answer.words = match &fetched.outcome {
        Outcome::Unchanged => Ok("unchanged".to_owned()),
        Outcome::Gone => {
            Err("its owner has ended it (HTTP 410); remove it, or give its new address".to_owned())
        }
        Outcome::Wait => Ok("its server asks for patience".to_owned()),
        Outcome::Failed(error) => {
            answer.unreached = error.is_unreached();
            Err(error.to_string())
        }
        Outcome::Fresh { body, content_type } => {
            let limits = parse::Limits::default();
            match parse::read(body, content_type.as_deref(), Some(&fetched.url), limits) {
                Ok(parsed) if parsed.entries.is_empty() => Err("a feed without a single entry".to_owned()),
                Ok(parsed) => Ok(format!("{}, {} entries", parsed.format, parsed.entries.len())),
                Err(error) => Err(error.to_string()),
            }
        }
    };
    if let (Ok(words), Some(moved)) = (&mut answer.words, &fetched.moved_to) {
        words.push_str(&format!("; it has moved to {moved}, put that into the configuration"));
    }
    answer
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
