//! The database under load: how fast it is written, judged and queried, small and large.
//!
//! Owns what is measured of writing, and the commands. Leaves the stories to `world`, files of many years to `large` and
//! the documented queries to `queries`. Run one with
//! `cargo bench --bench store -- COMMAND`:
//!
//! - `write`                stories a second of processor time with everything on, against the bare insert of the same
//!   stories, and of all rows that they become; what the indexes behind the commits cost is counted
//! - `spread FILE STORIES N` makes a file of so many stories, of which each tells N events (0: a third tell one): the
//!   first sixteen days of them by this program, the others by copies of those, moved in time
//! - `more FILE...`         what judging and committing one new story costs in each of these files
//! - `query FILE`           times the documented queries in that file, warm and cold, with their plans
//!
//! Without a command (as `cargo bench` runs it) it does `write` on a small scale.

use dateline::store::{Reading, Store};
use std::path::Path;
use std::time::{Duration, Instant};

mod large;
#[path = "../../tests/support/processor.rs"]
mod processor;
mod queries;
mod world;

use large::spread;
use queries::query;
use world::{BATCH, World, commit, feed_name, open, when};

/// What so many stories cost, committed in transactions of so many polls.
fn fill(store: &mut Store, stories: usize, events: usize, polls: usize) -> Duration {
    let mut world = World::new(0, events);
    let mut spent = Duration::ZERO;
    for group in 0..stories / BATCH / polls {
        let polls: Vec<_> = (group * polls..(group + 1) * polls).map(|poll| world.poll(poll)).collect();
        let start = processor::spent();
        let all = |store: &mut Store| polls.iter().for_each(|(feed, at, r)| commit(store, feed, r, *at));
        match polls.len() {
            1 => all(store),
            _ => store.together(all).expect("a commit"),
        }
        spent += processor::spent() - start;
    }
    spent
}

/// As the program has it.
const SETTINGS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16000;
    PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;";

/// What it costs to bring all that was written into the file: without this a commit would be cheaper, the later it is.
fn settle(c: &rusqlite::Connection) -> Duration {
    let start = processor::spent();
    c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
    processor::spent() - start
}

/// The least that could be done: the same bytes in one table with its key, in the same transactions, with the same
/// settings, in a file beside.
fn bare(path: &Path, stories: usize, polls: usize) -> Duration {
    let mut c = rusqlite::Connection::open(path).expect("a writable file");
    c.execute_batch(SETTINGS).expect("settings");
    c.execute_batch(
        "CREATE TABLE story (id INTEGER PRIMARY KEY, url TEXT UNIQUE, published_at TEXT, seen_at TEXT, title TEXT,
            summary TEXT, body TEXT) STRICT;",
    )
    .expect("a table");
    let mut world = World::new(0, 0);
    let mut spent = Duration::ZERO;
    for group in 0..stories / BATCH / polls {
        let polls: Vec<_> = (group * polls..(group + 1) * polls).map(|poll| world.poll(poll)).collect();
        let start = processor::spent();
        let transaction = c.transaction().expect("a transaction");
        for Reading { story, .. } in polls.iter().flat_map(|(_, _, readings)| readings) {
            let time = story.seen_at.to_rfc3339();
            transaction
                .prepare_cached(
                    "INSERT INTO story (url, published_at, seen_at, title, summary, body) VALUES (?, ?, ?, ?, ?, ?)",
                )
                .and_then(|mut s| {
                    s.execute((&story.url, &time, &time, &story.title, &story.summary, &story.body))
                })
                .expect("a row");
        }
        transaction.commit().expect("a commit");
        spent += processor::spent() - start;
    }
    spent + settle(&c)
}

/// What the timeline is made of, by the contract.
const TOLD: [&str; 6] = ["story", "sighting", "event", "event_revision", "event_actor", "report"];

/// The bare insert of all rows that a finished file holds of these, in as many transactions: no index but the key, no
/// trigger, no search, and nothing looked up.
fn bare_rows(full: &Path, path: &Path, transactions: usize) -> Duration {
    let from = rusqlite::Connection::open(full).expect("a timeline");
    let mut c = rusqlite::Connection::open(path).expect("a writable file");
    c.execute_batch(SETTINGS).expect("settings");
    let tables = TOLD.map(|table| {
        let mut statement = from.prepare(&format!("SELECT rowid, * FROM {table}")).or_else(|_| {
            // Without a row id the order of the keys.
            from.prepare(&format!("SELECT row_number() OVER (), * FROM {table}"))
        });
        let statement = statement.as_mut().expect("a question");
        let columns = statement.column_count();
        let names = (0..columns).map(|n| format!(", c{n}")).skip(1).collect::<String>();
        c.execute_batch(&format!("CREATE TABLE {table} (c0 INTEGER PRIMARY KEY{names})")).expect("a table");
        let places = ", ?".repeat(columns - 1);
        let rows: Vec<Vec<rusqlite::types::Value>> = statement
            .query_map([], |row| (0..columns).map(|n| row.get(n)).collect())
            .expect("rows")
            .map(Result::unwrap)
            .collect();
        (format!("INSERT INTO {table} VALUES (?{places})"), rows)
    });
    let mut spent = Duration::ZERO;
    for part in 0..transactions {
        let start = processor::spent();
        let transaction = c.transaction().expect("a transaction");
        for (insert, rows) in &tables {
            let mut insert = transaction.prepare_cached(insert).expect("a statement");
            for row in &rows[rows.len() * part / transactions..rows.len() * (part + 1) / transactions] {
                insert.execute(rusqlite::params_from_iter(row)).expect("a row");
            }
        }
        transaction.commit().expect("a commit");
        spent += processor::spent() - start;
    }
    spent + settle(&c)
}

/// With transactions of single polls, and of twenty polls as under load.
fn write(stories: usize) {
    for polls in [1, 20] {
        println!("{polls} polls a transaction; stories a second of processor time:");
        println!(
            "| the stories bare | all rows bare | committed | and indexed | to the stories bare | to all rows bare |"
        );
        println!("|---|---|---|---|---|---|");
        write_in(stories, polls);
    }
}

fn write_in(stories: usize, polls: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, round: usize| folder.path().join(format!("{name}{round}.db"));
    // One of each in turn, so that a busy machine slows both alike.
    let mut ratios = Vec::new();
    for round in 0..3 {
        let bare = bare(&file("bare", round), stories, polls);
        let mut store = open(&file("full", round));
        let committed = fill(&mut store, stories, 0, polls);
        let start = processor::spent();
        while store.catch_up().expect("indexes") {}
        store.checkpoint().expect("a checkpoint");
        let full = committed + (processor::spent() - start);
        drop(store);
        let rows = bare_rows(&file("full", round), &file("rows", round), stories / BATCH / polls);
        let rates = [bare, rows, committed, full].map(|t| format!("{:.0}", stories as f64 / t.as_secs_f64()));
        let ratio = |of: Duration| {
            let [a, b] = [committed, full].map(|t| t.as_secs_f64() / of.as_secs_f64());
            format!("{a:.1}, {b:.1}")
        };
        println!("| {} | {} | {} |", rates.join(" | "), ratio(bare), ratio(rows));
        ratios.push([bare, rows].map(|of| full.as_secs_f64() / of.as_secs_f64()));
    }
    let median = [0, 1].map(|of| {
        ratios.sort_by(|a, b| a[of].total_cmp(&b[of]));
        format!("{:.1}", ratios[ratios.len() / 2][of])
    });
    println!(
        "median with everything on: {} times the stories bare, {} times all rows bare",
        median[0], median[1]
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Stories of which each tells one event, judged and committed one by one: what the first cost is not counted, because
/// they find nothing in memory.
const WARMING: usize = 500;
const MEASURED: usize = 1_500;

/// What one story cost, by the clock and of the processor.
#[derive(Clone, Copy)]
struct Cost(Duration, Duration);

fn cost<T>(what: impl FnOnce() -> T) -> Cost {
    let (start, spent) = (Instant::now(), processor::spent());
    what();
    Cost(start.elapsed(), processor::spent() - spent)
}

/// The cost of one more story in each file, in turn, so that a busy machine slows all alike.
fn more(paths: &[&str]) {
    let mut files: Vec<_> = paths
        .iter()
        .map(|path| {
            let stories = count(Path::new(path), "SELECT count(*) FROM story");
            (open(Path::new(path)), World::new(stories, 1), stories, Vec::new(), Vec::new())
        })
        .collect();
    for number in 0..WARMING + MEASURED {
        for (store, world, from, judging, placing) in &mut files {
            let (feed, at) = (feed_name(*from + number), when(*from + number));
            let reading = world.reading(&feed, at);
            judging.push(cost(|| store.judge(&feed, std::slice::from_ref(&reading)).expect("a verdict")));
            placing.push(cost(|| commit(store, &feed, std::slice::from_ref(&reading), at)));
        }
    }
    println!("| stories | events | step | median ms | 95 of 100 below | of processor, median | 95 of 100 |");
    println!("|---|---|---|---|---|---|---|");
    for (path, (store, _, from, judging, placing)) in paths.iter().zip(files) {
        drop(store);
        let events = count(Path::new(path), "SELECT count(*) FROM event");
        let both = judging.iter().zip(&placing).map(|(a, b)| Cost(a.0 + b.0, a.1 + b.1)).collect();
        for (step, costs) in [("judging", judging), ("placing and commit", placing), ("both", both)] {
            println!("| {from} | {events} | {step} | {} |", figures(&costs[WARMING..]));
        }
    }
}

fn figures(costs: &[Cost]) -> String {
    let figures = [|c: &Cost| c.0, |c: &Cost| c.1].map(|of| {
        let mut times: Vec<Duration> = costs.iter().map(of).collect();
        times.sort();
        let ms = |time: Duration| format!("{:.2}", time.as_secs_f64() * 1000.0);
        format!("{} | {}", ms(times[times.len() / 2]), ms(times[times.len() * 95 / 100]))
    });
    figures.join(" | ")
}

fn count(path: &Path, sql: &str) -> usize {
    let c = rusqlite::Connection::open(path).expect("a timeline");
    c.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number") as usize
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["spread", path, stories, events] => {
            let number = |text: &str| text.parse().expect("a number");
            spread(Path::new(path), number(stories), number(events));
        }
        ["more", ref paths @ ..] if !paths.is_empty() => more(paths),
        ["query", path] => query(Path::new(path)),
        ["write"] => write(20_000),
        _ => write(2_000),
    }
}
