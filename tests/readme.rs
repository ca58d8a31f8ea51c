//! What the README prints is what the program prints: the demonstration's timeline and the answer to every query.
//!
//! `DATELINE_UPDATE=1 cargo test --release --test readme` writes the present answers into the README, for a person
//! to read before they are committed.

use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to copy").flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a file copied");
    }
}

/// Polls the demonstration in `folder`; what it prints.
fn poll(folder: &Path, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["poll", "--config", "demo.toml"])
        .args(more)
        .current_dir(folder)
        .env_remove("DATELINE_LOG")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("text");
    lines.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn show(value: ValueRef) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(_) => "(bytes)".to_owned(),
    }
}

/// The rows of a query as the sqlite3 shell prints them.
fn answer(database: &Path, sql: &str) -> String {
    let connection = rusqlite::Connection::open(database).expect("the demonstration's timeline");
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("an answer");
    let mut out = String::new();
    while let Some(row) = rows.next().expect("a row") {
        let cells: Vec<String> = (0..columns).map(|at| show(row.get_ref(at).expect("a column"))).collect();
        out.push_str(&cells.join("|"));
        out.push('\n');
    }
    out
}

/// The README with the program's own answers: the first ```text block is the demonstration's output, every
/// other one follows the ```sql block that it answers.
fn answered(readme: &str, demo: &str, database: &Path) -> String {
    let mut out = String::new();
    let mut sql: Option<String> = None;
    let mut first = true;
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let block = |lines: &mut std::str::Lines| -> String {
            lines.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
        };
        match line {
            "```sql" => {
                let query = block(&mut lines);
                out.push_str(&query);
                out.push_str("```\n");
                sql = Some(query);
            }
            "```text" => {
                block(&mut lines);
                match sql.take() {
                    Some(sql) => out.push_str(&answer(database, &sql)),
                    None if first => out.push_str(demo),
                    None => panic!("a block of text that answers nothing"),
                }
                first = false;
                out.push_str("```\n");
            }
            _ => {}
        }
    }
    out
}

#[test]
fn the_readme_prints_what_the_program_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("config/demo"), &folder.path().join("demo"));
    std::fs::copy(root().join("config/demo.toml"), folder.path().join("demo.toml")).expect("a configuration");
    let demo = poll(folder.path(), &[]);
    let again = poll(folder.path(), &["--all"]);
    assert_eq!(
        again, "4 feeds polled: 0 new stories, 0 new events\n",
        "the demonstration polled again adds nothing"
    );

    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let now = answered(&readme, &demo, &folder.path().join("demo.db"));
    assert!(now.matches("```sql").count() >= 12, "the README asks the timeline twelve questions");
    if std::env::var_os("DATELINE_UPDATE").is_some() {
        std::fs::write(&path, now).expect("a writable README");
    } else {
        assert_eq!(readme, now, "the README is out of date: see the top of this test");
    }
}
