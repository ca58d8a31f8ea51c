//! The documented queries, timed in one file.
//!
//! Owns how they are found and timed, and the table. Leaves whether they answer rightly, and that none of them reads a
//! big table from end to end, to the tests.

use super::{median, processor};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

const PAGES: [&str; 2] = ["docs/database.md", "README.md"];
/// Times that each query is asked once its pages are in memory.
const TIMES: usize = 9;

/// One query of a page, and the line before it that says what it asks.
struct Documented {
    asks: String,
    sql: String,
}

fn documented(page: &str) -> Vec<Documented> {
    let text = std::fs::read_to_string(page).unwrap_or_default();
    let parts: Vec<&str> = text.split("```sql").collect();
    let pairs = parts.windows(2).map(|pair| {
        let asks = pair[0].trim_end().lines().last().unwrap_or("");
        let sql = pair[1].split("```").next().unwrap_or("");
        Documented { asks: asks.trim_end_matches([':', '?']).into(), sql: sql.trim().into() }
    });
    pairs.collect()
}

/// What one query took: the first time with nothing of the file in memory, and the median of the times after it; by
/// the clock, and by the processor where others keep it busy.
struct Took {
    rows: usize,
    cold: Duration,
    warm: Duration,
    processor: Duration,
}

/// A table for a note. A query of the past is asked of the file's own last day.
pub fn query(path: &Path) {
    let c = Connection::open(path).expect("a timeline");
    let text = |sql: &str| c.query_row(sql, [], |row| row.get::<_, String>(0)).expect("an answer");
    let uid =
        text("SELECT uid FROM event JOIN report ON event = event.id GROUP BY event HAVING count(*) > 2");
    let now = text("SELECT max(recorded_at) FROM event_revision");
    println!("| query | rows | warm ms | of processor | cold ms | plan |\n|---|---|---|---|---|---|");
    let mut slowest = Duration::ZERO;
    for Documented { asks, sql } in PAGES.into_iter().flat_map(documented) {
        let sql = sql.replace("0123456789abcdef", &uid).replace("'now'", &format!("'{now}'"));
        let took = time(path, &sql);
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        println!(
            "| {asks} | {} | {} | {} | {} | {} |",
            took.rows,
            ms(took.warm),
            ms(took.processor),
            ms(took.cold),
            plan(&c, &sql)
        );
        slowest = slowest.max(took.warm);
    }
    println!("\nslowest, warm: {slowest:.1?}");
}

fn plan(c: &Connection, sql: &str) -> String {
    let mut plan = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
    let steps: Vec<String> =
        plan.query_map([], |row| row.get(3)).expect("a plan").map(Result::unwrap).collect();
    steps.join("; ")
}

/// Times one query on a new connection, first with nothing of the file in memory.
fn time(path: &Path, sql: &str) -> Took {
    // dd tells the system to forget its pages of the file.
    let forget = format!("if={}", path.display());
    let _ =
        std::process::Command::new("dd").args([&forget, "iflag=nocache", "count=0", "status=none"]).status();
    let c = Connection::open(path).expect("a timeline");
    let run = || {
        let (start, spent) = (Instant::now(), processor::spent());
        let mut statement = c.prepare(sql).expect("a documented query");
        let mut rows = statement.query([]).expect("a documented query");
        let mut count = 0;
        while rows.next().expect("a row").is_some() {
            count += 1;
        }
        (count, start.elapsed(), processor::spent() - spent)
    };
    let (rows, cold, _) = run();
    let warm: Vec<_> = (0..TIMES).map(|_| run()).collect();
    Took {
        rows,
        cold,
        warm: median(warm.iter().map(|run| run.1).collect()),
        processor: median(warm.iter().map(|run| run.2).collect()),
    }
}
