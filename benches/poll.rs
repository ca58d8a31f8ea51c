//! Five hundred feeds of twenty entries from a server on loopback: the CPU of a first poll and of one in which
//! nothing has changed, beside a bare client, parser and insert.
//!
//! `cargo bench --bench poll`. The server is another process, so its work is not counted; everything measured
//! runs on one thread and is counted in its CPU time, so that a busy machine disturbs little. Three rounds in
//! turn, the median counts. Nothing is extracted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

#[path = "../tests/support/processor.rs"]
mod processor;

use chrono::{DateTime, Utc};
use dateline::feed::fetch::{Fetched, Fetcher, Options, Outcome};
use dateline::feed::parse::{self, Limits};
use dateline::feed::{Allow, Feed, Learned, learn};
use dateline::store::{self, PollRecord, Reading, Store};
use dateline::story::read;
use futures_util::StreamExt;
use futures_util::stream;
use url::Url;

const FEEDS: usize = 500;
const ENTRIES: usize = 20;
const CONCURRENT: usize = 32;
const ROUNDS: usize = 3;
/// Set in the process that serves.
const SERVE: &str = "DATELINE_BENCH_SERVE";

fn main() {
    if std::env::var_os(SERVE).is_some() {
        return serve();
    }
    let (mut child, address) = server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows: Vec<[f64; 5]> = Vec::new();
    for round in 0..ROUNDS {
        let bare = cpu_s(|| runtime.block_on(bare(&address, &folder.path().join(format!("bare{round}.db")))));
        let mut poller = Poller::new(&address, &folder.path().join(format!("full{round}.db")));
        let reading = cpu_s(|| runtime.block_on(poller.read_all()));
        let first = cpu_s(|| runtime.block_on(poller.poll_all(FEEDS)));
        let [stories, verdicts, commits] = poller.spent_s;
        println!("parsing and reading {stories:.3} s, verdicts {verdicts:.3} s, commits {commits:.3} s");
        let behind = cpu_s(|| while poller.store.catch_up().expect("indexes") {});
        let unchanged = cpu_s(|| runtime.block_on(poller.poll_all(0)));
        println!(
            "bare {bare:.3} s, first poll {first:.3} s (of which fetch and parse {reading:.3} s), search index behind it {behind:.3} s, all unchanged {unchanged:.3} s"
        );
        rows.push([bare, first, first / bare, unchanged, (first + behind) / bare]);
    }
    let median = |column: usize| {
        let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!(
        "median of {ROUNDS}: first poll {:.2} times bare, with the indexes behind it {:.2} times, \
        all unchanged {:.3} s of CPU",
        median(2),
        median(4),
        median(3)
    );
    child.kill().expect("the server ends");
}

/// CPU seconds of this thread.
fn cpu_s(work: impl FnOnce()) -> f64 {
    let before = processor::spent();
    work();
    (processor::spent() - before).as_secs_f64()
}

/// A client, a parser, an insert: the least that a poller must do.
async fn bare(address: &str, path: &Path) {
    let connection = rusqlite::Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             CREATE TABLE story (id INTEGER PRIMARY KEY, feed INTEGER, guid TEXT, link TEXT, title TEXT,
                 summary TEXT, published TEXT, UNIQUE (feed, guid));
             CREATE INDEX by_link ON story (link); CREATE INDEX by_time ON story (published);",
        )
        .expect("a schema");
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(no_certificates())
        .no_proxy()
        .build()
        .expect("a client");
    let bodies = stream::iter(0..FEEDS).map(|number| {
        let request = client.get(format!("{address}/{number}"));
        async move { (number, request.send().await.expect("an answer").bytes().await.expect("a body")) }
    });
    let mut bodies = bodies.buffer_unordered(CONCURRENT);
    while let Some((number, body)) = bodies.next().await {
        let feed = feed_rs::parser::parse(&body[..]).expect("a feed");
        connection.execute_batch("BEGIN").expect("a transaction");
        for entry in feed.entries {
            let text = |t: Option<feed_rs::model::Text>| t.map(|t| t.content);
            let values = (
                number as i64,
                entry.id,
                entry.links.first().map(|l| l.href.clone()),
                text(entry.title),
                text(entry.summary),
                entry.published.map(|d| d.to_rfc3339()),
            );
            let insert = "INSERT INTO story (feed, guid, link, title, summary, published) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            connection.prepare_cached(insert).expect("a statement").execute(values).expect("a row");
        }
        connection.execute_batch("COMMIT").expect("a commit");
    }
}

fn no_certificates() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

/// This program without extraction.
struct Poller {
    fetcher: Fetcher,
    store: Store,
    feeds: Vec<(Feed, Learned)>,
    /// CPU seconds of parsing and reading stories, judging them, committing them.
    spent_s: [f64; 3],
}

impl Poller {
    fn new(address: &str, path: &Path) -> Poller {
        let allow = Allow::parse(&["127.0.0.1/32"]).expect("a network");
        let feeds: Vec<Feed> = (0..FEEDS)
            .map(|n| {
                Feed::new(&format!("feed{n}"), Url::parse(&format!("{address}/{n}")).expect("an address"))
            })
            .collect();
        let mut store = Store::open_writer(path).expect("a database");
        store.sync_feeds(&feeds).expect("rows of feeds");
        let feeds = feeds.into_iter().map(|feed| (feed, Learned::default())).collect();
        Poller {
            fetcher: Fetcher::new(&Options { allow, ..Options::default() }).expect("a client"),
            store,
            feeds,
            spent_s: [0.0; 3],
        }
    }

    /// Fetching and parsing alone.
    async fn read_all(&self) {
        let polls = stream::iter(&self.feeds).map(|(feed, learned)| self.fetcher.fetch(feed, learned, now()));
        let mut polls = polls.buffer_unordered(CONCURRENT);
        while let Some(fetched) = polls.next().await {
            if let Outcome::Fresh { body, .. } = &fetched.outcome {
                let parsed = parse::read(body, None, Some(&fetched.url), Limits::default()).expect("a feed");
                assert_eq!(parsed.entries.len(), ENTRIES);
            }
        }
    }

    async fn poll_all(&mut self, fresh: usize) {
        let Poller { fetcher, store, feeds, spent_s } = self;
        let known = feeds.clone();
        let polls = known.iter().enumerate().map(|(number, (feed, learned))| {
            let fetcher = &*fetcher;
            async move { (number, fetcher.fetch(feed, learned, now()).await) }
        });
        // What has arrived meanwhile is written together, as the service does it.
        let mut polls = stream::iter(polls).buffer_unordered(CONCURRENT).ready_chunks(CONCURRENT);
        let mut changed = 0;
        while let Some(arrived) = polls.next().await {
            let mut read = Vec::new();
            spent_s[0] += cpu_s(|| {
                for (number, fetched) in arrived {
                    read.push(read_feed(&mut feeds[number], fetched, number));
                }
            });
            let fresh = read.iter().filter(|(_, _, readings)| !readings.is_empty()).count();
            changed += fresh;
            // The service asks for verdicts on fresh documents only.
            if fresh > 0 {
                spent_s[1] += cpu_s(|| {
                    let judged = store.together(|store| {
                        for (number, _, readings) in &read {
                            store.judge(&feeds[*number].0.name, readings).expect("verdicts");
                        }
                    });
                    judged.expect("verdicts");
                });
            }
            spent_s[2] += cpu_s(|| {
                let committed = store.together(|store| {
                    for (number, fetched, readings) in &read {
                        write_feed(store, &feeds[*number], fetched, readings);
                    }
                });
                committed.expect("a commit");
            });
        }
        assert_eq!(changed, fresh);
    }
}

/// The stories of a fetched feed; its memory is brought up.
fn read_feed(
    (feed, learned): &mut (Feed, Learned),
    fetched: Fetched,
    number: usize,
) -> (usize, Fetched, Vec<Reading>) {
    let mut readings = Vec::new();
    let mut parsed = None;
    if let Outcome::Fresh { body, content_type } = &fetched.outcome {
        let document = parse::read(body, content_type.as_deref(), Some(&fetched.url), Limits::default());
        let entries = document.as_ref().map(|d| &d.entries[..]).unwrap_or_default();
        let stories = entries.iter().map(|entry| read::read(feed, entry, now()));
        readings = stories.map(|story| Reading::new(story, None)).collect();
        parsed = Some(document);
    }
    *learned = learn::after(learned, &fetched, parsed.as_ref().map(Result::as_ref), now());
    (number, fetched, readings)
}

fn write_feed(store: &mut Store, (feed, learned): &(Feed, Learned), fetched: &Fetched, readings: &[Reading]) {
    let record = PollRecord {
        feed: &feed.name,
        started_at: now(),
        outcome: if readings.is_empty() { store::Outcome::Unchanged } else { store::Outcome::Fresh },
        status: fetched.status,
        bytes: fetched.bytes,
        entries: readings.len(),
        milliseconds: 0,
        error: learned.last_error.as_deref(),
        learned,
    };
    store.commit(&record, readings, 0, now()).expect("a commit");
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_748_944_800, 0).expect("a time")
}

/// Starts this program again as a server, and waits for its address.
fn server() -> (Child, String) {
    let program = std::env::current_exe().expect("this program");
    let mut child =
        Command::new(program).env(SERVE, "1").stdout(Stdio::piped()).spawn().expect("a server process");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
    (child, line.trim().to_string())
}

fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || answer(stream));
    }
}

fn answer(mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    loop {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend_from_slice(&part[..read]),
        }
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        head.clear();
        let number = text.split(['/', ' ']).nth(2).and_then(|n| n.parse().ok()).unwrap_or(0);
        let etag = format!("\"{number}\"");
        let answer = if text.contains(&etag) {
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_string()
        } else {
            let body = document(number);
            let length = body.len();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {etag}\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A feed of its own words: about 30 KB.
fn document(number: usize) -> String {
    let mut state = number as u64 + 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut n = (state >> 33) % 40_000;
        let mut word = String::new();
        while n > 0 {
            word.push_str(
                ["ba", "co", "di", "fu", "ge", "la", "mo", "ni", "pu", "re", "sa", "to"][(n % 12) as usize],
            );
            n /= 12;
        }
        word
    };
    let mut words = |count: usize| (0..count).map(|_| word()).collect::<Vec<_>>().join(" ");
    let items: String = (0..ENTRIES)
        .map(|entry| {
            format!(
                "<item><title>{}</title><link>https://feed{number}.example/{entry}</link><guid>{number}-{entry}</guid>\
                 <pubDate>Tue, 03 Jun 2025 09:{entry:02}:00 GMT</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item>\n",
                words(8),
                words(190)
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Feed {number}</title>{items}</channel></rss>"
    )
}
