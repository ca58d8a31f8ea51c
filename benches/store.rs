//! The database under load: how fast it is written, judged and queried, small and large.
//!
//! Owns a generator of plausible timelines and the measurements. Run one with
//! `cargo bench --bench store -- COMMAND`:
//!
//! - `write`            stories a second with everything on, against the bare insert of the same bytes
//! - `grow FILE STORIES` fills a file to so many stories (and a third as many events), then measures what judging
//!   and committing one new story costs
//! - `query FILE`       times the documented queries on a file, with their plans
//!
//! Without a command (as `cargo bench` runs it) it does `write` on a small scale.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use dateline::event::{Basis, Event, EventActor, EventDate, EventPlace, Quote, Role, Status};
use dateline::feed::{Feed, Learned};
use dateline::lexicon::{ActorKind, Country};
use dateline::mention::{Interval, Precision};
use dateline::store::{Outcome, PollRecord, Reading, Store};
use dateline::story::Story;
use dateline::text::{Field, Span};
use std::path::Path;
use std::time::{Duration, Instant};

const FEEDS: usize = 200;
/// Stories of one poll.
const BATCH: usize = 20;

/// A generator of repeatable choices (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    /// Small numbers often, large ones seldom: how words, countries and papers are spread.
    fn skewed(&mut self, sides: usize) -> usize {
        let a = self.roll(sides);
        let b = self.roll(sides);
        a.min(b).min(self.roll(sides))
    }
}

const SYLLABLES: [&str; 24] = [
    "ka", "ro", "mi", "ten", "sal", "dor", "ve", "lun", "pra", "shi", "bo", "gar", "ne", "tul", "ha", "rim",
    "os", "fel", "qua", "jin", "wer", "ub", "cy", "zan",
];

fn word(number: usize) -> String {
    let mut n = number;
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[n % 24]);
        n /= 24;
        if n == 0 {
            return word;
        }
    }
}

fn text(dice: &mut Dice, words: usize) -> String {
    let mut text = String::new();
    for i in 0..words {
        if i > 0 {
            text.push_str(if i % 17 == 0 { ". " } else { " " });
        }
        text.push_str(&word(dice.skewed(40_000)));
    }
    text
}

const KINDS: [(&str, &str); 6] = [
    ("attack", "bombing"),
    ("attack", "shooting"),
    ("meeting", "talks"),
    ("arrest", ""),
    ("protest", "demonstration"),
    ("ceasefire", "violated"),
];

fn country(number: usize) -> Option<Country> {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    Country::new(&format!("{}{}", letter(number), letter(number * 7 + 3)))
}

fn event(dice: &mut Dice, day: NaiveDate, quote: &str) -> Event {
    let (kind, subtype) = KINDS[dice.skewed(KINDS.len())];
    let (nation, town) = (dice.skewed(60), dice.skewed(25));
    let role = |role, n: usize| EventActor {
        role,
        name: format!("{} forces", word(n)),
        canonical_name: Some(format!("{} forces", word(n))),
        kind: ActorKind::Military,
        country: country(n % 60),
    };
    Event {
        kind: kind.into(),
        subtype: (!subtype.is_empty()).then(|| subtype.into()),
        status: Status::Occurred,
        date: (dice.roll(8) > 0).then_some(EventDate {
            interval: Interval { start: day, end: day },
            precision: Precision::Day,
            basis: Basis::Relative,
        }),
        place: Some(EventPlace {
            name: format!("{}{}", word(nation * 31 + town), word(town)),
            country: country(nation),
            admin1: Some(format!("X-{nation}-{}", town % 7)),
            coordinates: Some((nation as f64 - 30.0 + town as f64 * 0.3, nation as f64 * 2.0)),
            geonameid: Some((nation * 100 + town) as u32),
        }),
        actors: vec![role(Role::Source, 500 + dice.skewed(400)), role(Role::Target, 500 + dice.skewed(400))],
        killed: (kind == "attack").then(|| dice.skewed(60) as u32),
        injured: None,
        count: 1,
        people: None,
        plover: Some("ASSAULT".into()),
        cameo: Some("190".into()),
        confidence: 0.5 + dice.roll(50) as f32 / 100.0,
        mentions: Vec::new(),
        quote: Quote { field: Field::Text, span: Span { start: 0, end: quote.len() }, text: quote.into() },
    }
}

/// Stories of one poll; a third tell an event, some of them one that another story has told.
struct World {
    dice: Dice,
    number: usize,
    told: Vec<Event>,
}

impl World {
    fn new(from: usize) -> World {
        World { dice: Dice(0xDA7E + from as u64), number: from, told: Vec::new() }
    }

    fn reading(&mut self, feed: &str, at: DateTime<Utc>) -> Reading {
        self.number += 1;
        let words = 120 + self.dice.skewed(300);
        let body = text(&mut self.dice, words);
        let quote: String = body.split(". ").next().unwrap_or("").into();
        let events = match self.dice.roll(10) {
            0 | 1 => {
                let day = at.date_naive() - Days::new(self.dice.roll(3) as u64);
                let event = event(&mut self.dice, day, &quote);
                self.told.push(event.clone());
                if self.told.len() > 400 {
                    self.told.remove(0);
                }
                vec![event]
            }
            2 if !self.told.is_empty() => {
                let mut event = self.told[self.dice.roll(self.told.len())].clone();
                event.killed = event.killed.map(|k| k + self.dice.roll(3) as u32);
                vec![event]
            }
            _ => Vec::new(),
        };
        let url = format!("https://{feed}.example/{}/{}", at.format("%Y/%m/%d"), self.number);
        let story = Story {
            feed: feed.into(),
            key: url.clone(),
            link: Some(url.clone()),
            url: Some(url),
            title: text(&mut self.dice, 9),
            summary: quote,
            body,
            author: None,
            language: Some("en".into()),
            published_at: Some(at.into()),
            updated_at: None,
            seen_at: at,
            published_day: at.date_naive(),
        };
        Reading::new(story, Some(events))
    }
}

fn feed_name(number: usize) -> String {
    format!("paper{}", number % FEEDS)
}

fn open(path: &Path) -> Store {
    let mut store = Store::open_writer(path).expect("a writable file");
    let feeds: Vec<Feed> = (0..FEEDS)
        .map(|n| {
            let name = feed_name(n);
            let url = format!("https://{name}.example/rss").parse().expect("an address");
            Feed::new(&name, url)
        })
        .collect();
    store.sync_feeds(&feeds).expect("feeds");
    store
}

fn commit(store: &mut Store, feed: &str, readings: &[Reading], at: DateTime<Utc>) {
    let learned = Learned::default();
    let poll = PollRecord {
        feed,
        started_at: at,
        outcome: Outcome::Fresh,
        status: Some(200),
        bytes: 0,
        entries: readings.len(),
        milliseconds: 0,
        error: None,
        learned: &learned,
    };
    store.commit(&poll, readings, 1, at).expect("a commit");
}

fn beginning() -> DateTime<Utc> {
    "2019-01-01T00:00:00Z".parse().expect("a time")
}

/// Five years hold a million stories: 160 seconds from one to the next.
fn when(number: usize) -> DateTime<Utc> {
    beginning() + TimeDelta::seconds(160 * number as i64)
}

fn fill(store: &mut Store, from: usize, to: usize) -> Duration {
    let mut world = World::new(from);
    let mut spent = Duration::ZERO;
    let mut number = from;
    while number < to {
        let (feed, at) = (feed_name(number / BATCH), when(number));
        let readings: Vec<Reading> = (0..BATCH.min(to - number)).map(|_| world.reading(&feed, at)).collect();
        let start = Instant::now();
        commit(store, &feed, &readings, at);
        spent += start.elapsed();
        number += readings.len();
        if number % 100_000 < BATCH {
            println!("{number} stories, {:.0} a second so far", (number - from) as f64 / spent.as_secs_f64());
        }
    }
    spent
}

/// The least that could be done: the same bytes in one table with its key, in the same transactions.
fn bare(path: &Path, stories: usize) -> Duration {
    let mut c = rusqlite::Connection::open(path).expect("a writable file");
    c.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE story (id INTEGER PRIMARY KEY, url TEXT UNIQUE, published_at TEXT, seen_at TEXT, title TEXT,
            summary TEXT, body TEXT) STRICT;",
    )
    .expect("a table");
    let mut world = World::new(0);
    let mut spent = Duration::ZERO;
    for poll in 0..stories / BATCH {
        let (feed, at) = (feed_name(poll), when(poll * BATCH));
        let readings: Vec<Reading> = (0..BATCH).map(|_| world.reading(&feed, at)).collect();
        let start = Instant::now();
        let transaction = c.transaction().expect("a transaction");
        for Reading { story, .. } in &readings {
            let time = at.to_rfc3339();
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
        spent += start.elapsed();
    }
    spent
}

fn write(stories: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    // One of each in turn, so that a busy machine slows both alike.
    let mut ratios = Vec::new();
    for round in 0..3 {
        let bare = bare(&folder.path().join(format!("bare{round}.db")), stories);
        let mut store = open(&folder.path().join(format!("full{round}.db")));
        let full = fill(&mut store, 0, stories);
        let rate = |spent: Duration| stories as f64 / spent.as_secs_f64();
        ratios.push(full.as_secs_f64() / bare.as_secs_f64());
        println!(
            "bare {:.0} stories/s, full {:.0} stories/s, ratio {:.2}",
            rate(bare),
            rate(full),
            ratios[round]
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[1]);
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Judges and commits single stories: the cost of one more.
fn one_more(store: &mut Store, from: usize) {
    let mut world = World::new(from);
    let (mut judging, mut placing) = (Vec::new(), Vec::new());
    for number in from..from + 2_000 {
        let (feed, at) = (feed_name(number), when(number));
        let reading = world.reading(&feed, at);
        let start = Instant::now();
        store.judge(&feed, std::slice::from_ref(&reading.story)).expect("a verdict");
        judging.push(start.elapsed());
        let tells = reading.events.as_ref().is_some_and(|e| !e.is_empty());
        let start = Instant::now();
        commit(store, &feed, &[reading], at);
        if tells {
            placing.push(start.elapsed());
        }
    }
    println!(
        "at {from} stories: judging {:?}, committing a story with an event {:?} (medians)",
        median(judging),
        median(placing)
    );
}

fn grow(path: &Path, stories: usize) {
    let mut store = open(path);
    let start = 10_000.min(stories);
    fill(&mut store, 0, start);
    one_more(&mut store, start);
    fill(&mut store, start + 2_000, stories);
    one_more(&mut store, stories);
}

fn query(path: &Path) {
    let store = Store::open_reader(path).expect("a timeline");
    let c = rusqlite::Connection::open(path).expect("a timeline");
    let documented = std::fs::read_to_string("docs/database.md").unwrap_or_default();
    for block in documented.split("```sql").skip(1) {
        let sql = block.split("```").next().unwrap_or("").trim();
        let start = Instant::now();
        let run = || {
            let mut statement = c.prepare(sql).expect("a documented query");
            let mut rows = statement.query([]).expect("a documented query");
            let mut count = 0;
            while rows.next().expect("a row").is_some() {
                count += 1;
            }
            count
        };
        run();
        let first = start.elapsed();
        let times = (0..5)
            .map(|_| {
                let start = Instant::now();
                run();
                start.elapsed()
            })
            .collect();
        println!(
            "{:?} warm, {first:?} first, {} rows: {}",
            median(times),
            run(),
            sql.lines().next().unwrap_or("")
        );
    }
    drop(store);
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["grow", path, stories] => grow(Path::new(path), stories.parse().expect("a number of stories")),
        ["query", path] => query(Path::new(path)),
        ["write"] => write(20_000),
        _ => write(2_000),
    }
}
