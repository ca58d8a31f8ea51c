//! What `dateline explain` prints for texts of our own, as a person would read it aloud: what was found, what was
//! dropped, and why.
//!
//! `DATELINE_UPDATE_GOLDEN=1 cargo test --test explain` writes the file anew; read the difference before you keep it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/explain.txt");

fn explain(title: &str, text: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["explain", "--published", "2024-03-14", "--title", title])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    program.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("written");
    let out = program.wait_with_output().expect("an end");
    assert!(out.status.success());
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn explanations_stay_as_they_are() {
    let golden = std::fs::read_to_string(PATH).expect("the golden file");
    let mut made = String::new();
    for line in golden.lines().filter(|line| line.starts_with("# ")) {
        let (title, text) = line[2..].split_once(" | ").unwrap_or(("", &line[2..]));
        writeln!(made, "{line}\n{}\n", explain(title, text).trim_end()).expect("memory");
    }
    if std::env::var_os("DATELINE_UPDATE_GOLDEN").is_some() {
        std::fs::write(PATH, &made).expect("writing the golden file");
    }
    let golden = std::fs::read_to_string(PATH).expect("the golden file");
    assert!(made.matches("\n# ").count() >= 20);
    for (number, (old, new)) in golden.lines().zip(made.lines()).enumerate() {
        assert_eq!(new, old, "line {} of {PATH}", number + 1);
    }
    assert_eq!(golden.lines().count(), made.lines().count());
}
