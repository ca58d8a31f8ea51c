//! The rules of the house, each told as what must be absent.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which room may name which. `main` and the binaries stand outside the house.
const MAY_IMPORT: [(&str, &[&str]); 14] = [
    ("clock", &[]),
    ("text", &[]),
    ("feed", &[]),
    ("schedule", &[]),
    ("story", &["feed"]),
    ("lexicon", &["text"]),
    ("mention", &["text", "lexicon"]),
    ("event", &["text", "lexicon", "mention"]),
    ("store", &["feed", "story", "text", "lexicon", "mention", "event"]),
    ("config", &["feed", "schedule"]),
    ("pipeline", &["clock", "feed", "story", "text", "lexicon", "mention", "event", "store", "schedule"]),
    ("daemon", &["pipeline", "store", "schedule", "config", "clock", "feed", "lexicon"]),
    (
        "cli",
        &[
            "clock", "feed", "story", "text", "lexicon", "mention", "event", "store", "pipeline", "schedule",
            "config", "daemon",
        ],
    ),
    ("lib", &[]),
];

/// A file is about 300 lines; none is longer than this.
const LINES_MAX: usize = 600;
/// A function is seldom longer than 70 lines; none is longer than this.
const FUNCTION_LINES_MAX: usize = 100;

struct Source {
    path: String,
    /// Without comments.
    code: String,
    whole: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let whole = fs::read_to_string(&path).expect("a readable source file");
            let code = whole
                .lines()
                .map(|line| line.split("//").next().unwrap_or(""))
                .collect::<Vec<_>>()
                .join("\n");
            let path = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            Source { path, code, whole }
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn room(path: &str) -> &str {
    let inside = path.trim_start_matches("src/");
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// Every `crate::room` that the code names, in paths and in grouped imports.
fn rooms_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            named.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            continue;
        };
        let mut depth = 1;
        let mut word = String::new();
        for letter in group.chars() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => named.push(std::mem::take(&mut word)),
                _ if depth == 1 && (letter.is_alphanumeric() || letter == '_') => word.push(letter),
                ':' if depth == 1 && !word.is_empty() => {
                    named.push(std::mem::take(&mut word));
                }
                _ => {}
            }
            if depth == 0 {
                named.push(word);
                break;
            }
        }
    }
    named
}

#[test]
fn rooms_import_only_what_stands_above_them() {
    let table: BTreeMap<_, _> = MAY_IMPORT.into_iter().collect();
    let mut wrong = Vec::new();
    for source in sources("src") {
        let room = room(&source.path);
        if room == "main" || room == "bin" {
            continue;
        }
        let allowed =
            table.get(room).unwrap_or_else(|| panic!("{}: a room that the table does not know", source.path));
        for named in rooms_named(&source.code) {
            if table.contains_key(named.as_str()) && named != room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{}: `{room}` must not import `{named}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `words` may stand only in files whose path begins with one of `places`.
fn check_absent(words: &[&str], places: &[&str], rule: &str) {
    let mut wrong = Vec::new();
    for source in sources("src") {
        if places.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        for word in words {
            if source.code.contains(word) {
                wrong.push(format!("{}: `{word}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

#[test]
fn sql_stands_in_the_store_alone() {
    let words = ["rusqlite", "SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA "];
    check_absent(&words, &["src/store"], "no SQL outside the store");
}

#[test]
fn the_clock_is_asked_in_one_place() {
    let words = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
    check_absent(&words, &["src/clock.rs", "src/bin/"], "no clock call outside clock.rs");
}

#[test]
fn only_the_command_line_prints() {
    let words = ["println!", "eprintln!", "print!(", "dbg!", "io::stdout", "io::stderr"];
    check_absent(&words, &["src/cli", "src/main.rs", "src/bin/"], "no printing outside cli");
}

#[test]
fn one_file_speaks_http_and_one_parses_feeds() {
    check_absent(&["reqwest"], &["src/feed/fetch"], "only feed/fetch.rs names reqwest");
    check_absent(&["feed_rs"], &["src/feed/parse"], "only feed/parse.rs names feed_rs");
}

#[test]
fn every_file_says_what_it_owns_and_is_of_a_readable_size() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        if !source.whole.starts_with("//!") {
            wrong.push(format!("{}: does not open by saying what it owns", source.path));
        }
        let lines = source.whole.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{}: {lines} lines, at most {LINES_MAX}", source.path));
        }
        for (name, lines) in long_functions(&source.whole) {
            wrong.push(format!("{}: fn {name} has {lines} lines, at most {FUNCTION_LINES_MAX}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Functions that exceed the limit: from the line that holds `fn` to the brace at its own indentation.
fn long_functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let Some((before, after)) = trimmed.split_once("fn ") else { continue };
        let keywords = ["pub", "async", "const", "unsafe", "pub(crate)", "pub(super)"];
        if !before.split_whitespace().all(|word| keywords.contains(&word)) {
            continue;
        }
        let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let close = format!("{}}}", " ".repeat(line.len() - trimmed.len()));
        let length = lines[start..].iter().position(|line| *line == close).map_or(0, |at| at + 1);
        if length > FUNCTION_LINES_MAX {
            found.push((name, length));
        }
    }
    found
}

/// The project's own Rust files except this one, which has to name what it forbids.
fn all_but_this() -> impl Iterator<Item = Source> {
    let folders = ["src", "tests", "benches"];
    folders.into_iter().flat_map(sources).filter(|source| !source.path.ends_with("tidy.rs"))
}

#[test]
fn nothing_is_left_for_later() {
    let words = ["TODO", "FIXME", "todo!(", "unimplemented!(", "allow(dead_code)", "#[ignore"];
    let mut wrong = Vec::new();
    for source in all_but_this() {
        if source.path.ends_with("utils.rs") || source.path.ends_with("helpers.rs") {
            wrong.push(format!("{}: a file owns one thing and is named for it", source.path));
        }
        let here = words.iter().filter(|word| source.whole.contains(**word));
        wrong.extend(here.map(|word| format!("{}: `{word}`", source.path)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_project_names_no_machine() {
    let mut wrong = Vec::new();
    for source in all_but_this() {
        let here = ["/work/", "/root/", "/home/"].into_iter().filter(|word| source.whole.contains(word));
        wrong.extend(here.map(|word| format!("{}: `{word}`", source.path)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_example_configuration_names_every_option() {
    let text = fs::read_to_string(root().join("config/dateline.toml")).expect("the example configuration");
    let mut missing = Vec::new();
    for option in dateline::config::options() {
        let key = option.rsplit('.').next().unwrap_or(&option);
        let named = text.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ']);
            line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
                || line.starts_with(&format!("[{key}]"))
                || line.starts_with(&format!("[[{key}]]"))
        });
        if !named {
            missing.push(option);
        }
    }
    assert!(missing.is_empty(), "config/dateline.toml does not name: {}", missing.join(", "));
}
