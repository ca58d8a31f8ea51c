//! The documented queries, timed in one file.
//!
//! Owns how they are found and timed, and the table. Leaves whether they answer rightly to the tests.

use super::median;
use std::path::Path;
use std::time::Instant;

pub fn query(path: &Path) {
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
