//! Real feeds as they changed, served on loopback and polled by the program after each change: every item is one
//! story. On series of snapshots that are not part of the project; skipped where absent.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;

use dateline::feed::Feed;
use dateline::feed::parse::{self, Limits};
use dateline::story::read;
use program::{Program, text};
use server::{Reply, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Polls; of a longer series so many snapshots, evenly spread.
const ROUNDS: usize = 10;

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("DATELINE_SHARED").map(PathBuf::from);
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|p| p.join("shared"));
    named.into_iter().chain(above).find(|p| p.is_dir())
}

/// The snapshots of each series in the order of time.
fn series() -> Option<BTreeMap<String, Vec<Vec<u8>>>> {
    let mut all = BTreeMap::new();
    for folder in std::fs::read_dir(shared()?.join("feeds/snap")).ok()?.flatten() {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.path()).ok()?.flatten().map(|file| file.path()).collect();
        // Their names begin with their times.
        files.sort();
        let step = files.len().div_ceil(ROUNDS);
        let bodies = files.iter().step_by(step).map(|file| std::fs::read(file).unwrap()).collect();
        all.insert(folder.file_name().to_string_lossy().replace('_', "-"), bodies);
    }
    Some(all)
}

#[test]
fn a_feed_that_is_polled_as_it_changes_gives_every_item_once() {
    let Some(series) = series() else {
        eprintln!("skipped: no shared feeds");
        return;
    };
    let server = Server::start();
    let mut config = "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\n".to_owned();
    let mut distinct: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, bodies) in &series {
        let url = server.url(&format!("/{name}"));
        config.push_str(&format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\n"));
        let feed = Feed::new(name, url.parse().unwrap());
        let mut replies = Vec::new();
        for (version, body) in bodies.iter().enumerate() {
            let parsed = parse::read(body, None, Some(&feed.url), Limits::default()).unwrap();
            let stories = parsed.entries.iter().map(|entry| read::read(&feed, entry, dateline::clock::now()));
            distinct.entry(name).or_default().extend(stories.map(|s| s.url.expect("an address")));
            replies.push(Reply::versioned(&format!("\"{version}\""), body.clone()));
        }
        server.script(&format!("/{name}"), replies);
    }
    let program = Program::new(&config);
    for round in 0..=ROUNDS {
        let status = program.start(&["poll", "--all"], &[], "log").wait().unwrap();
        let log = || std::fs::read_to_string(program.path("log")).unwrap();
        assert!(status.success(), "round {round}: {}", log());
    }
    for (name, addresses) in &distinct {
        let count = |sql: &str| program.query::<i64>(&sql.replace('?', &format!("'{name}'")))[0];
        let stories = count(
            "SELECT count(DISTINCT story) FROM sighting JOIN feed ON feed.id = feed WHERE feed.name = ?",
        );
        let revisions = count(
            "SELECT count(*) FROM story_revision JOIN story ON story.id = story
            JOIN feed ON feed.id = story.feed WHERE feed.name = ?",
        );
        eprintln!("{name}: {} addresses, {stories} stories, {revisions} revisions", addresses.len());
        assert_eq!(stories, addresses.len() as i64, "{name}");
    }
    let output = text(&program.run(&["verify"]).stdout);
    assert!(output.contains("all right"), "{output}");
}
