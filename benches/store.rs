//! The database under load: how fast it is written, judged and queried, small and large.
//!
//! Owns a generator of plausible timelines and the measurements. Run one with
//! `cargo bench --bench store -- COMMAND`:
//!
//! - `write`                stories a second of processor time with everything on, against the bare insert of the same
//!   bytes; what the indexes behind the commits cost is counted
//! - `spread FILE STORIES N` makes a file of so many stories, of which each tells N events (0: a third tell one): the
//!   first sixteen days of them by this program, the others by copies of those, moved in time, through the same
//!   schema with its triggers and indexes
//! - `more FILE`            what judging and committing one new story costs in that file
//! - `query FILE`           times the documented queries in that file, warm and cold, with their plans
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
        match dice.skewed(40_000) {
            300..310 => text.push_str("embassy"),
            400..410 => text.push_str("gunfire"),
            n => text.push_str(&word(n)),
        }
    }
    text
}

const KINDS: [(&str, &str); 7] = [
    ("attack", "bombing"),
    ("attack", "shooting"),
    ("meeting", "talks"),
    ("arrest", ""),
    ("protest", "demonstration"),
    ("ceasefire", "violated"),
    ("ceasefire", "ended"),
];

/// The more often in the news, the earlier.
const COUNTRIES: &str = "US UA RU IL AF CN GB IN FR SY PK IR DE TR IQ YE NG SD MM ET ML SO KP KR JP SA EG LB \
    VE CO MX BR HT PH ID TH BD LK CD CF CM BF NE TD LY TN DZ MA KE UG RS PL GR IT ES NL SE AU CA ZA";

fn country(number: usize) -> Option<Country> {
    COUNTRIES.split(' ').nth(number % 60).and_then(Country::new)
}

/// Who is named often; the others have names of no language.
fn party(number: usize) -> String {
    match number {
        504 => "Taliban".into(),
        n => format!("{} forces", word(n)),
    }
}

/// Towns of a country that make news: so few that many stories tell the same event, or as many as there are.
const FEW_TOWNS: usize = 25;
const ALL_TOWNS: usize = 1_200;

fn event(dice: &mut Dice, day: NaiveDate, quote: &str, towns: usize) -> Event {
    let (kind, subtype) = KINDS[dice.skewed(KINDS.len())];
    let (nation, town) = (dice.skewed(60), dice.skewed(towns));
    let role = |role, n: usize| EventActor {
        role,
        name: party(n),
        canonical_name: Some(party(n)),
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
            name: format!("{}{}", word(nation * 1_301 + town), word(town)),
            country: country(nation),
            admin1: Some(format!("X-{nation}-{}", town % 7)),
            coordinates: Some((
                nation as f64 - 30.0 + (town % 40) as f64 * 0.3,
                nation as f64 * 2.0 + (town / 40) as f64 * 0.3,
            )),
            geonameid: Some((nation * 10_000 + town) as u32),
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

/// Stories, some of whose events another story has told already.
struct World {
    dice: Dice,
    number: usize,
    told: Vec<Event>,
    /// Of one story; 0: every third tells one.
    events: usize,
    towns: usize,
}

impl World {
    fn new(from: usize, events: usize) -> World {
        let towns = if events == 0 { FEW_TOWNS } else { ALL_TOWNS };
        World { dice: Dice(0xDA7E + from as u64), number: from, told: Vec::new(), events, towns }
    }

    fn reading(&mut self, feed: &str, at: DateTime<Utc>) -> Reading {
        self.number += 1;
        let words = 120 + self.dice.skewed(300);
        let body = text(&mut self.dice, words);
        let events = match self.events {
            0 if self.dice.roll(10) < 3 => 1,
            events => events,
        };
        let quotes: Vec<&str> = body.split(". ").collect();
        let events = (0..events).map(|n| self.event(at, quotes[n % quotes.len()])).collect();
        let url = format!("https://{feed}.example/{}/{}", at.format("%Y/%m/%d"), self.number);
        let story = Story {
            feed: feed.into(),
            key: url.clone(),
            link: Some(url.clone()),
            url: Some(url),
            title: text(&mut self.dice, 9),
            summary: quotes[0].into(),
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

    /// What one poll brings: its feed, its time, its stories.
    fn poll(&mut self, number: usize) -> (String, DateTime<Utc>, Vec<Reading>) {
        let (feed, at) = (feed_name(number), when(number * BATCH));
        let readings = (0..BATCH).map(|_| self.reading(&feed, at)).collect();
        (feed, at, readings)
    }

    /// Two of three events are new.
    fn event(&mut self, at: DateTime<Utc>, quote: &str) -> Event {
        if self.dice.roll(3) == 0 && !self.told.is_empty() {
            let mut event = self.told[self.dice.roll(self.told.len())].clone();
            event.killed = event.killed.map(|k| k + self.dice.roll(3) as u32);
            return event;
        }
        let day = at.date_naive() - Days::new(self.dice.roll(3) as u64);
        let event = event(&mut self.dice, day, quote, self.towns);
        self.told.push(event.clone());
        if self.told.len() > 400 {
            self.told.remove(0);
        }
        event
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
    "2021-03-01T00:00:00Z".parse().expect("a time")
}

/// 128 seconds from one story to the next: a quarter of a million a year.
fn when(number: usize) -> DateTime<Utc> {
    beginning() + TimeDelta::seconds(SECONDS_A_STORY * number as i64)
}

const SECONDS_A_STORY: i64 = 128;

/// The processor time that this thread has had: on a busy machine the clock tells how busy it is. The clock of the
/// wall where the system does not tell.
fn processor() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|n| n.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// What so many stories cost, committed in transactions of so many polls.
fn fill(store: &mut Store, stories: usize, events: usize, polls: usize) -> Duration {
    let mut world = World::new(0, events);
    let mut spent = Duration::ZERO;
    for group in 0..stories / BATCH / polls {
        let polls: Vec<_> = (group * polls..(group + 1) * polls).map(|poll| world.poll(poll)).collect();
        let start = processor();
        let all = |store: &mut Store| polls.iter().for_each(|(feed, at, r)| commit(store, feed, r, *at));
        match polls.len() {
            1 => all(store),
            _ => store.together(all).expect("a commit"),
        }
        spent += processor() - start;
    }
    spent
}

/// The least that could be done: the same bytes in one table with its key, in the same transactions.
fn bare(path: &Path, stories: usize, polls: usize) -> Duration {
    let mut c = rusqlite::Connection::open(path).expect("a writable file");
    c.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE story (id INTEGER PRIMARY KEY, url TEXT UNIQUE, published_at TEXT, seen_at TEXT, title TEXT,
            summary TEXT, body TEXT) STRICT;",
    )
    .expect("a table");
    let mut world = World::new(0, 0);
    let mut spent = Duration::ZERO;
    for group in 0..stories / BATCH / polls {
        let polls: Vec<_> = (group * polls..(group + 1) * polls).map(|poll| world.poll(poll)).collect();
        let start = processor();
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
        spent += processor() - start;
    }
    spent
}

/// With transactions of single polls, and of twenty polls as under load.
fn write(stories: usize) {
    for polls in [1, 20] {
        println!("{polls} polls a transaction:");
        write_in(stories, polls);
    }
}

fn write_in(stories: usize, polls: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    // One of each in turn, so that a busy machine slows both alike.
    let mut ratios = Vec::new();
    for round in 0..3 {
        let bare = bare(&folder.path().join(format!("bare{round}.db")), stories, polls);
        let mut store = open(&folder.path().join(format!("full{round}.db")));
        let committed = fill(&mut store, stories, 0, polls);
        let start = processor();
        while store.catch_up().expect("indexes") {}
        let full = committed + (processor() - start);
        let rate = |spent: Duration| stories as f64 / spent.as_secs_f64();
        let ratio = |spent: Duration| spent.as_secs_f64() / bare.as_secs_f64();
        ratios.push(ratio(full));
        println!(
            "bare {:.0} stories/s, committed {:.0} stories/s (ratio {:.2}), indexed {:.0} stories/s (ratio {:.2})",
            rate(bare),
            rate(committed),
            ratio(committed),
            rate(full),
            ratio(full)
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
fn more(path: &Path) {
    let mut store = open(path);
    let from: usize = count(path, "SELECT count(*) FROM story");
    let mut world = World::new(from, 0);
    let (mut judging, mut placing, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for number in from..from + 2_000 {
        let (feed, at) = (feed_name(number), when(number));
        let reading = world.reading(&feed, at);
        let tells = reading.events.as_ref().is_some_and(|e| !e.is_empty());
        let start = Instant::now();
        store.judge(&feed, std::slice::from_ref(&reading)).expect("a verdict");
        let judged = start.elapsed();
        commit(&mut store, &feed, &[reading], at);
        judging.push(judged);
        if tells {
            placing.push(start.elapsed() - judged);
            both.push(start.elapsed());
        }
    }
    println!(
        "at {from} stories and {} events: judging {:?}, committing a story with an event {:?}, both {:?} (medians)",
        count(path, "SELECT count(*) FROM event"),
        median(judging),
        median(placing),
        median(both)
    );
}

fn count(path: &Path, sql: &str) -> usize {
    let c = rusqlite::Connection::open(path).expect("a timeline");
    c.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number") as usize
}

/// Stories that the program writes itself, of sixteen days; the others are copies of them.
const SLICE: usize = 10_800;
/// By this much the blocks of sixteen days differ: see `store::events::blocks`.
const BLOCKS: i64 = 1 << 42;
/// More rows than any table holds for one slice.
const ROWS: i64 = 1_000_000;

fn spread(path: &Path, stories: usize, events: usize) {
    let mut store = open(path);
    let start = Instant::now();
    let say = |what: &str| eprintln!("{:.0} s: {what}", start.elapsed().as_secs_f32());
    fill(&mut store, SLICE.min(stories), events, 20);
    while store.catch_up().expect("indexes") {}
    drop(store);
    say("the first slice stands");
    let c = rusqlite::Connection::open(path).expect("a timeline");
    c.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
        PRAGMA journal_mode = OFF",
    )
    .expect("settings");
    let tables = [
        "story",
        "sighting",
        "story_sketch",
        "story_band",
        "event",
        "event_revision",
        "event_actor",
        "report",
        "event_block",
        "truce",
    ];
    for slice in 1..stories / SLICE {
        c.execute_batch("BEGIN").expect("a transaction");
        for table in tables {
            c.execute_batch(&moved(&c, table, slice)).expect(table);
        }
        c.execute_batch("COMMIT").expect("a commit");
        say(&format!("{} stories", (slice + 1) * SLICE));
    }
    c.execute_batch("UPDATE written_band SET story = (SELECT max(id) FROM story)").expect("a mark");
    drop(c);
    let mut store = open(path);
    while store.catch_up().expect("indexes") {}
    store.checkpoint().expect("a checkpoint");
    say("indexed for search");
    for table in ["story", "event", "event_revision", "report"] {
        println!("{} rows of {table}", count(path, &format!("SELECT count(*) FROM {table}")));
    }
}

/// Copies the first slice of a table: other rows, other words' hashes, another time.
fn moved(c: &rusqlite::Connection, table: &str, slice: usize) -> String {
    let mut statement = c.prepare("SELECT name FROM pragma_table_info(?1)").expect("columns");
    let columns: Vec<String> =
        statement.query_map([table], |row| row.get(0)).expect("columns").map(Result::unwrap).collect();
    let days = slice as i64 * SLICE as i64 * SECONDS_A_STORY / 86_400;
    let rows = slice as i64 * ROWS;
    let blocks = slice as i64 * BLOCKS;
    let values = columns.iter().map(|column| match column.as_str() {
        "feed" | "position" => column.clone(),
        "id" | "story" | "event" | "revision" | "report" | "current" | "truce" | "same_as"
            if (table, column.as_str()) != ("story", "revision") =>
        {
            format!("{column} + {rows}")
        }
        "block" => format!("{column} + {blocks}"),
        "band" | "text_hash" => format!("{column} + {slice}"),
        "uid" => "printf('%016x', random())".into(),
        "url" | "entry_key" | "link" => format!("{column} || '?{slice}'"),
        "date_start" | "date_end" | "published_day" | "seen_day" => format!("date({column}, '+{days} days')"),
        c if c.ends_with("_at") => format!("strftime('%Y-%m-%dT%H:%M:%SZ', {c}, '+{days} days')"),
        _ => column.clone(),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let key = ["id", "story", "event", "revision"].into_iter().find(|k| columns.iter().any(|c| c == k));
    format!("INSERT INTO {table} SELECT {values} FROM {table} WHERE {} < {ROWS}", key.expect("a key"))
}

fn query(path: &Path) {
    let open = || rusqlite::Connection::open(path).expect("a timeline");
    let uid: String = open()
        .query_row(
            "SELECT uid FROM report JOIN event ON event.id = event GROUP BY event.id HAVING count(*) > 2",
            [],
            |r| r.get(0),
        )
        .expect("an event told three times");
    let now: String =
        open().query_row("SELECT max(recorded_at) FROM event_revision", [], |r| r.get(0)).expect("a time");
    for page in ["docs/database.md", "README.md"] {
        let page = std::fs::read_to_string(page).unwrap_or_default();
        for block in page.split("```sql").skip(1) {
            let sql = block.split("```").next().unwrap_or("").trim();
            time(path, &sql.replace("0123456789abcdef", &uid).replace("'now'", &format!("'{now}'")));
        }
    }
}

/// Times one query on a new connection, first with nothing of the file in memory.
fn time(path: &Path, sql: &str) {
    // dd tells the system to forget its pages of the file.
    let forget = format!("if={}", path.display());
    let _ =
        std::process::Command::new("dd").args([&forget, "iflag=nocache", "count=0", "status=none"]).status();
    let c = rusqlite::Connection::open(path).expect("a timeline");
    let run = || {
        let start = Instant::now();
        let mut statement = c.prepare(sql).expect("a documented query");
        let mut rows = statement.query([]).expect("a documented query");
        let mut count = 0;
        while rows.next().expect("a row").is_some() {
            count += 1;
        }
        (count, start.elapsed())
    };
    let (rows, cold) = run();
    let warm = median((0..5).map(|_| run().1).collect());
    let mut plan = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
    let plan: Vec<String> =
        plan.query_map([], |row| row.get(3)).expect("a plan").map(Result::unwrap).collect();
    println!(
        "{warm:.1?} warm, {cold:.1?} cold, {rows} rows: {}\n    {}",
        sql.replace('\n', " "),
        plan.join("; ")
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["spread", path, stories, events] => {
            let number = |text: &str| text.parse().expect("a number");
            spread(Path::new(path), number(stories), number(events));
        }
        ["more", path] => more(Path::new(path)),
        ["query", path] => query(Path::new(path)),
        ["write"] => write(20_000),
        _ => write(2_000),
    }
}
