//! The service for an hour among a thousand feeds that misbehave at random: does its memory stay flat, does it keep its
//! times, is any story lost or doubled?
//!
//! `DATELINE_SOAK_S=3600 cargo bench --bench soak`; without the variable it runs for two minutes. Every feed is polled
//! every minute: a five-minute schedule, compressed five times. One poll of five goes wrong in one of the ways of
//! `Fault`; the wall clock of the service is moved now and then, and its disk is full once; a feed has a new story every five polls or so. The
//! server keeps its own record, against which the timeline is checked in the end.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[path = "../tests/support/chance.rs"]
mod chance;
#[path = "../tests/support/shim.rs"]
mod shim;

use chance::Chance;

const FEEDS: usize = 1_000;
/// A feed that answered well is due after 60 s and a jitter of at most 6 s; what is more than this late is missed.
const WAIT_S: f64 = 66.0;
const LATE_S: f64 = 30.0;
/// Entries that a feed shows at once.
const WINDOW: usize = 20;
/// The clock is moved so often and by as much, ahead and back in turn.
const STEP_EVERY_S: u64 = 420;
const STEP_S: i64 = 300;
/// The disk is full once, for so long, from the first third of the time on.
const FULL: Duration = Duration::from_secs(40);
const NO_SPACE: i64 = 28;
/// What was due at a jump of the clock, or while the disk was full, is judged again after this.
const AMNESTY_MS: i64 = 200_000;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Reset,
    Trouble,
    Cut,
    Slow,
    Huge,
    /// Another encoding: no fault, but a trap.
    Utf16,
}

#[derive(Default)]
struct Feed {
    /// Stories told so far.
    told: usize,
    /// When the last answer was given, if it was a good one.
    well_at: Option<Instant>,
}

struct Server {
    feeds: Vec<Mutex<Feed>>,
    chance: Mutex<Chance>,
    /// Every story that a whole and good answer has shown.
    shown: Mutex<HashSet<(usize, usize)>>,
    record: Mutex<Record>,
    faults: AtomicBool,
    /// Milliseconds since the start until which no wait is judged, because the clock was moved.
    amnesty_ms: AtomicI64,
    begun: Instant,
}

#[derive(Default)]
struct Record {
    requests: usize,
    faults: usize,
    unchanged: usize,
    waits: usize,
    early: usize,
    missed: usize,
    longest_s: f64,
    /// What was early or missed: when, which feed, and after how long.
    odd: Vec<String>,
}

fn document(feed: usize, told: usize) -> String {
    const TOWNS: [&str; 8] = ["Herat", "Mosul", "Aleppo", "Goma", "Kharkiv", "Gao", "Sittwe", "Taiz"];
    const DEEDS: [&str; 4] = [
        "Gunmen killed {n} guards in {t} on Monday, police said.",
        "A bomb wounded {n} people at a market in {t}, officials said.",
        "Police in {t} arrested {n} men after a protest over water.",
        "The ministers of two countries met in {t} for talks on {n} prisoners.",
    ];
    let items: String = (told.saturating_sub(WINDOW)..told)
        .map(|story| {
            let number = feed * 7 + story;
            let deed = DEEDS[number % 4].replace("{n}", &(2 + number % 90).to_string());
            let deed = deed.replace("{t}", TOWNS[number / 4 % 8]);
            format!(
                "<item><guid isPermaLink=\"false\">{feed}-{story}</guid><title>{deed}</title>\
                 <link>https://paper{feed}.example/{story}</link><pubDate>Mon, 09 Mar 2026 10:00:00 GMT</pubDate>\
                 <description>{deed} It was report {story} of paper {feed}.</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper {feed}</title>{items}</channel></rss>"
    )
}

impl Server {
    fn start() -> (Arc<Server>, u16) {
        let listener = TcpListener::bind("0.0.0.0:0").expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let server = Arc::new(Server {
            feeds: (0..FEEDS).map(|_| Mutex::default()).collect(),
            chance: Mutex::new(Chance(0x50AC)),
            shown: Mutex::default(),
            record: Mutex::default(),
            faults: AtomicBool::new(true),
            amnesty_ms: AtomicI64::new(0),
            begun: Instant::now(),
        });
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = serving.clone();
                std::thread::spawn(move || drop(server.serve(stream)));
            }
        });
        (server, port)
    }

    /// Waits are not judged for a while.
    fn forgive(&self) {
        let until = self.begun.elapsed().as_millis() as i64 + AMNESTY_MS;
        self.amnesty_ms.store(until, Ordering::Relaxed);
    }

    fn fault(&self) -> (Fault, bool) {
        let mut chance = self.chance.lock().expect("a lock");
        let new = chance.below(5) == 0;
        if !self.faults.load(Ordering::Relaxed) {
            return (Fault::None, false);
        }
        let fault = match chance.below(1_000) {
            0..50 => Fault::Reset,
            50..100 => Fault::Trouble,
            100..140 => Fault::Cut,
            140..155 => Fault::Slow,
            155..160 => Fault::Huge,
            160..200 => Fault::Utf16,
            _ => Fault::None,
        };
        (fault, new)
    }

    /// How long the feed was left in peace after a good answer, against what it should have been.
    fn judge(&self, number: usize, feed: &Feed) {
        let mut record = self.record.lock().expect("a lock");
        record.requests += 1;
        // The last poll, after the service has ended, asks all feeds whether they are due or not.
        if !self.faults.load(Ordering::Relaxed) {
            return;
        }
        let Some(wait_s) = feed.well_at.map(|at| at.elapsed().as_secs_f64()) else { return };
        if (self.begun.elapsed().as_millis() as i64) < self.amnesty_ms.load(Ordering::Relaxed) {
            return;
        }
        record.waits += 1;
        record.longest_s = record.longest_s.max(wait_s);
        record.early += usize::from(wait_s < 59.0);
        record.missed += usize::from(wait_s > WAIT_S + LATE_S);
        if !(59.0..=WAIT_S + LATE_S).contains(&wait_s) {
            let at_s = self.begun.elapsed().as_secs();
            record.odd.push(format!("at {at_s} s feed {number} was asked after {wait_s:.1} s"));
        }
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut line, mut number, mut known) = (String::new(), None, None);
        while reader.read_line(&mut line)? > 2 {
            if let Some(target) = line.strip_prefix("GET /") {
                number = target.split(' ').next().and_then(|n| n.parse::<usize>().ok());
            } else if let Some((name, value)) = line.split_once(": ")
                && name.eq_ignore_ascii_case("if-none-match")
            {
                known = value.trim().trim_matches('"').parse::<usize>().ok();
            }
            line.clear();
        }
        let Some(number) = number.filter(|n| *n < FEEDS) else { return Ok(()) };
        let (fault, new) = self.fault();
        let (told, body) = {
            let mut feed = self.feeds[number].lock().expect("a lock");
            self.judge(number, &feed);
            feed.told += usize::from(new || feed.told == 0);
            feed.well_at = matches!(fault, Fault::None | Fault::Utf16).then(Instant::now);
            (feed.told, document(number, feed.told))
        };
        let head = |length: usize| {
            format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"{told}\"\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
            )
        };
        if !matches!(fault, Fault::None | Fault::Utf16) {
            self.record.lock().expect("a lock").faults += 1;
        }
        match fault {
            Fault::None if known == Some(told) => {
                self.record.lock().expect("a lock").unchanged += 1;
                return stream.write_all(
                    format!("HTTP/1.1 304 Not Modified\r\nConnection: close\r\nETag: \"{told}\"\r\n\r\n")
                        .as_bytes(),
                );
            }
            Fault::None => stream.write_all(format!("{}{body}", head(body.len())).as_bytes())?,
            Fault::Utf16 => {
                let wide: Vec<u8> =
                    format!("\u{feff}{body}").encode_utf16().flat_map(u16::to_le_bytes).collect();
                stream.write_all(head(wide.len()).as_bytes())?;
                stream.write_all(&wide)?;
            }
            Fault::Reset => return Ok(()),
            Fault::Trouble => {
                return stream
                    .write_all(b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            }
            Fault::Cut => {
                return stream
                    .write_all(format!("{}{}", head(body.len()), &body[..body.len() / 2]).as_bytes());
            }
            Fault::Slow => {
                stream.write_all(head(100_000).as_bytes())?;
                for _ in 0..60 {
                    stream.write_all(b" ")?;
                    std::thread::sleep(Duration::from_millis(500));
                }
                return Ok(());
            }
            Fault::Huge => {
                stream.write_all(head(40 << 20).as_bytes())?;
                return (0..640).try_for_each(|_| stream.write_all(&[b' '; 65_536]));
            }
        }
        let shown = (told.saturating_sub(WINDOW)..told).map(|story| (number, story));
        self.shown.lock().expect("a lock").extend(shown);
        Ok(())
    }
}

/// Kilobytes of resident memory.
fn memory_kb(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

fn configure(folder: &Path, port: u16) {
    let mut config = String::from(
        "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 1\nidle_timeout_s = 5\ntotal_timeout_s = 20\n\
         [defaults]\nevery = \"1m\"\n",
    );
    for feed in 0..FEEDS {
        let host = format!("127.0.{}.{}", feed / 200, feed % 200 + 1);
        config.push_str(&format!("[[feed]]\nname = \"f{feed}\"\nurl = \"http://{host}:{port}/{feed}\"\n"));
    }
    std::fs::write(folder.join("dateline.toml"), config).expect("a writable folder");
}

fn signal(child: &Child) {
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

fn main() {
    let length_s = std::env::var("DATELINE_SOAK_S").ok().and_then(|s| s.parse().ok()).unwrap_or(120);
    let length = Duration::from_secs(length_s);
    let folder = tempfile::tempdir().expect("a folder");
    let (server, port) = Server::start();
    configure(folder.path(), port);
    let shim = shim::Shim::new(folder.path());
    let log = std::fs::File::create(folder.path().join("log")).expect("a writable folder");
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("run")
        .current_dir(folder.path())
        .envs(shim.environment.clone())
        .stdin(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the program starts");
    let mut memory: Vec<f64> = Vec::new();
    let (mut stepped, mut ahead) = (0, false);
    let full = length / 3..length / 3 + FULL;
    while begun.elapsed() < length {
        let is_full = full.contains(&begun.elapsed());
        shim.order("write_error", if is_full { NO_SPACE } else { 0 });
        if is_full {
            server.forgive();
        }
        std::thread::sleep(Duration::from_secs(5));
        assert_eq!(child.try_wait().expect("a process of ours"), None, "the service has ended");
        memory.push(memory_kb(&child));
        let step = begun.elapsed().as_secs() / STEP_EVERY_S;
        if step > stepped {
            (stepped, ahead) = (step, !ahead);
            server.forgive();
            shim.order("clock_s", if ahead { STEP_S } else { 0 });
        }
    }
    signal(&child);
    let stop = Instant::now();
    assert!(child.wait().expect("an end").success());
    let stopped = stop.elapsed();
    report(&server, &memory, stopped, folder.path());
}

fn report(server: &Server, memory: &[f64], stopped: Duration, folder: &Path) {
    // What was shown while the service was stopping is shown again, well, and stored.
    server.faults.store(false, Ordering::Relaxed);
    let last = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["poll", "--all", "--quiet"])
        .current_dir(folder)
        .output()
        .expect("the program starts");
    let quarter = |number: usize| {
        let part = &memory[memory.len() * number / 4..memory.len() * (number + 1) / 4];
        part.iter().sum::<f64>() / part.len().max(1) as f64 / 1_024.0
    };
    let quarters = [quarter(0), quarter(1), quarter(2), quarter(3)];
    println!(
        "memory by quarter, MB: {:.1} {:.1} {:.1} {:.1}",
        quarters[0], quarters[1], quarters[2], quarters[3]
    );
    println!("last quarter against the second: {:+.1} %", (quarters[3] / quarters[1] - 1.0) * 100.0);
    let record = server.record.lock().expect("a lock");
    println!(
        "{} requests, {} of them faults, {} unchanged; {} waits judged, longest {:.1} s, {} early, {} missed",
        record.requests,
        record.faults,
        record.unchanged,
        record.waits,
        record.longest_s,
        record.early,
        record.missed
    );
    record.odd.iter().for_each(|line| println!("{line}"));
    let connection = rusqlite::Connection::open(folder.join("timeline.db")).expect("a timeline");
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("an answer");
    let mut statement = connection.prepare("SELECT entry_key FROM sighting").expect("a right query");
    let keys = statement.query_map([], |row| row.get::<_, String>(0)).expect("an answer");
    let stored: HashSet<(usize, usize)> = keys
        .flatten()
        .filter_map(|key| key.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))))
        .collect();
    let shown = server.shown.lock().expect("a lock");
    let lost = shown.difference(&stored).count();
    let stories = count("SELECT count(*) FROM story");
    let doubled = stories - count("SELECT count(DISTINCT url) FROM story");
    println!(
        "{} stories shown, {stories} stored, {lost} lost, {doubled} doubled; {} events; stopped in {:.1} s",
        shown.len(),
        count("SELECT count(*) FROM timeline"),
        stopped.as_secs_f64()
    );
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    let moved = log.lines().filter(|line| line.contains("the clock was moved")).count();
    let bad = log.lines().filter(|line| line.contains("ERROR")).count();
    println!(
        "the service noticed {moved} steps of the clock; {bad} errors in its log; last poll: {}",
        last.status
    );
    assert_eq!((lost, doubled), (0, 0));
}
