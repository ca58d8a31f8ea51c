//! A timeline of years, made in minutes.
//!
//! Owns how a file is made from the first days that the program writes itself: the rows of each table are copied with
//! other keys, hashes and days, the secondary indexes are left out meanwhile and built at the end from sorted rows,
//! by their own statements. Leaves the stories to `world`.

use super::world::{SECONDS_A_STORY, open};
use super::{count, fill};
use std::path::Path;
use std::time::Instant;

/// Stories that the program writes itself, of sixteen days; the others are copies of them.
const SLICE: usize = 10_800;
/// By this much the blocks of sixteen days differ: see `store::events::blocks`.
const BLOCKS: i64 = 1 << 42;
/// What the program writes of stories and events.
const TABLES: [&str; 11] = [
    "story",
    "sighting",
    "story_sketch",
    "story_band",
    "event",
    "event_revision",
    "event_actor",
    "current_actor",
    "report",
    "event_block",
    "truce",
];
/// More rows than any table holds for one slice.
const ROWS: i64 = 1_000_000;

pub fn spread(path: &Path, stories: usize, events: usize) {
    let mut store = open(path);
    let start = Instant::now();
    let say = |what: &str| eprintln!("{:.0} s: {what}", start.elapsed().as_secs_f32());
    fill(&mut store, SLICE.min(stories), events, 20);
    while store.catch_up().expect("indexes") {}
    drop(store);
    say("the first slice stands");
    let c = rusqlite::Connection::open(path).expect("a timeline");
    c.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;
        PRAGMA journal_mode = OFF; PRAGMA threads = 2",
    )
    .expect("settings");
    let indexes = texts(&c, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL");
    for name in texts(&c, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL") {
        c.execute_batch(&format!("DROP INDEX {name}")).expect("no index");
    }
    for table in TABLES {
        c.execute_batch("BEGIN").expect("a transaction");
        for slice in 1..stories / SLICE {
            c.execute_batch(&moved(&c, table, slice)).expect(table);
        }
        c.execute_batch("COMMIT").expect("a commit");
        say(&format!("{table} copied"));
    }
    for index in indexes {
        c.execute_batch(&index).expect("an index");
    }
    say("indexes built");
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

fn texts(c: &rusqlite::Connection, sql: &str) -> Vec<String> {
    let mut statement = c.prepare(sql).expect("a question");
    statement.query_map([], |row| row.get(0)).expect("answers").map(Result::unwrap).collect()
}

/// Copies the first slice of a table: other rows, other words' hashes, another time.
fn moved(c: &rusqlite::Connection, table: &str, slice: usize) -> String {
    let columns = texts(c, &format!("SELECT name FROM pragma_table_info('{table}')"));
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
        "date_start" | "date_end" | "event_date" | "published_day" | "seen_day" => {
            format!("date({column}, '+{days} days')")
        }
        c if c.ends_with("_at") => format!("strftime('%Y-%m-%dT%H:%M:%SZ', {c}, '+{days} days')"),
        _ => column.clone(),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let key = ["id", "story", "event", "revision"].into_iter().find(|k| columns.iter().any(|c| c == k));
    format!("INSERT INTO {table} SELECT {values} FROM {table} WHERE {} < {ROWS}", key.expect("a key"))
}
