//! `docs/recipes.md` is true: every block of shell, Python and R in it runs against a timeline, in its order, where the tools
//! that it names are installed. And what the program writes for other programs, they can read.

use dateline::feed::parse::{self, Limits};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with the timeline of the demonstration as `timeline.db`.
fn demonstration() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    std::fs::create_dir(&demo).unwrap();
    for entry in std::fs::read_dir(root().join("config/demo")).unwrap().flatten() {
        std::fs::copy(entry.path(), demo.join(entry.file_name())).unwrap();
    }
    let config = std::fs::read_to_string(root().join("config/demo.toml")).unwrap();
    let config = config.replace("\"demo.db\"", "\"timeline.db\"");
    std::fs::write(folder.path().join("dateline.toml"), config).unwrap();
    let polled = dateline(folder.path(), &["poll"]);
    assert!(polled.status.success(), "{}", text(&polled.stderr));
    folder
}

fn dateline(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.args(arguments).current_dir(folder).env_remove("DATELINE_CONFIG").env_remove("DATELINE_LOG");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The blocks of a document: language and text.
fn blocks(document: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push((language.to_owned(), block.join("\n")));
    }
    blocks
}

/// A command that finds the program by its name.
fn tool(name: &str, folder: &Path) -> Command {
    let ours = Path::new(env!("CARGO_BIN_EXE_dateline")).parent().unwrap().to_owned();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(ours).chain(std::env::split_paths(&paths));
    let mut command = Command::new(name);
    command.current_dir(folder).env("PATH", std::env::join_paths(paths).unwrap());
    command
}

fn has(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

#[test]
fn every_recipe_runs_where_its_tools_are_installed() {
    let folder = demonstration();
    let recipes = std::fs::read_to_string(root().join("docs/recipes.md")).unwrap();
    let (mut ran, mut skipped) = (0, Vec::new());
    for (language, block) in blocks(&recipes) {
        let (program, option, there) = match language.as_str() {
            "python" => {
                let imports = block.lines().next().unwrap_or_default().to_owned();
                let there = has(tool("python3", folder.path()).args(["-c", &imports]));
                ("python3", "-c", there)
            }
            "r" => {
                let library = block.lines().next().unwrap_or_default().to_owned();
                ("Rscript", "-e", has(tool("Rscript", folder.path()).args(["-e", &library])))
            }
            "sh" => {
                let name = block.split_whitespace().next().unwrap_or_default().to_owned();
                ("sh", "-c", has(tool(&name, folder.path()).arg("--version")))
            }
            _ => continue,
        };
        if !there {
            skipped.push(block.lines().next().unwrap_or_default().to_owned());
            continue;
        }
        let output = tool(program, folder.path()).args([option, &block]).output().unwrap();
        assert!(output.status.success(), "{block}\n{}", text(&output.stderr));
        ran += 1;
    }
    eprintln!("ran {ran} recipes; without their tools: {skipped:?}");
    assert!(ran >= 2, "at least the program's own");
}

/// Grafana writes the range of the panel into the query, in milliseconds.
#[test]
fn the_panel_of_a_dashboard_reads_the_days_of_its_range() {
    let folder = demonstration();
    let recipes = std::fs::read_to_string(root().join("docs/recipes.md")).unwrap();
    let panel = blocks(&recipes).into_iter().find(|(_, block)| block.contains("$__from")).unwrap().1;
    let day = |day: &str| chrono::DateTime::parse_from_rfc3339(day).unwrap();
    let (from, to) = (day("2022-12-01T00:00:00Z"), day("2022-12-03T23:59:59Z"));
    let panel = panel
        .replace("$__from", &from.timestamp_millis().to_string())
        .replace("$__to", &to.timestamp_millis().to_string());
    let c = rusqlite::Connection::open(folder.path().join("timeline.db")).unwrap();
    let mut statement = c.prepare(&panel).unwrap();
    assert!(statement.column_names().eq(["time", "metric", "value"]));
    let rows: Vec<(i64, String, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let expected = [("2022-12-02T00:00:00Z", "attack", 1), ("2022-12-03T00:00:00Z", "arrest", 1)]
        .map(|(at, kind, count)| (day(at).timestamp(), kind.to_owned(), count));
    assert_eq!(rows, expected);
    let mut plan = c.prepare(&format!("EXPLAIN QUERY PLAN {panel}")).unwrap();
    let plan: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
}

#[test]
fn the_feed_of_the_timeline_is_a_feed_to_our_own_parser() {
    let folder = demonstration();
    let written = dateline(folder.path(), &["timeline", "--format", "atom", "--limit", "0"]);
    let events = dateline(folder.path(), &["timeline", "--format", "jsonl", "--limit", "0"]);
    let parsed = parse::read(&written.stdout, Some("application/atom+xml"), None, Limits::default()).unwrap();
    assert!(parsed.repaired.is_empty(), "{:?}", parsed.repaired);
    assert_eq!(parsed.entries.len(), text(&events.stdout).lines().count());
    for line in text(&events.stdout).lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let uid = event["event_id"].as_str().unwrap();
        assert!(parsed.entries.iter().any(|e| format!("{e:?}").contains(uid)), "{uid}");
    }
}

#[test]
fn an_event_is_explained_with_its_reasons() {
    let folder = demonstration();
    let rows = dateline(folder.path(), &["timeline", "--format", "jsonl", "--limit", "0"]);
    let told_most = text(&rows.stdout)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .max_by_key(|event| event["report_count"].as_u64())
        .unwrap();
    let uid = told_most["event_id"].as_str().unwrap();
    let explained = dateline(folder.path(), &["explain-event", uid]);
    assert!(explained.status.success(), "{}", text(&explained.stderr));
    let page = text(&explained.stdout);
    for part in [
        "believed",
        "report 1: ",
        "placed    new; ",
        "placed    joined at ",
        "  +",
        "\nhistory\n",
        "first report",
    ] {
        assert!(page.contains(part), "{part:?} in\n{page}");
    }
    let object = dateline(folder.path(), &["explain-event", uid, "--json"]);
    let object: serde_json::Value = serde_json::from_slice(&object.stdout).unwrap();
    assert_eq!(
        object["reports"].as_array().unwrap().len() as u64,
        told_most["report_count"].as_u64().unwrap()
    );
    let unknown = dateline(folder.path(), &["explain-event", "0000000000000000"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("0000000000000000"), "{}", text(&unknown.stderr));
}
