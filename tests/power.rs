//! The power fails: what was written after the last sync may be on the disk or not, piece by piece, in any order.
//!
//! Every write of the real program to its file and to the log beside it is kept, with every sync. Then the power is cut
//! at random moments: what was synced is there, of the rest some pieces are. The file must be whole each time, hold a
//! beginning of what was stored, and never a validator without its stories; the next poll makes up for what is lost.

#[path = "support/chance.rs"]
mod chance;
#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;
#[path = "support/shim.rs"]
#[expect(dead_code, reason = "it keeps the writes and is ordered to do nothing")]
mod shim;

use chance::Chance;
use program::Program;
use rusqlite::Connection;
use server::{Reply, Server};
use shim::Shim;
use std::path::Path;

const FEEDS: usize = 12;
/// How many stories a feed shows at its first, second, ... poll; its ETag is this number.
const SHOWN: [usize; 4] = [40, 52, 60, 75];
/// A disk writes so many bytes at once or none of them.
const SECTOR: usize = 512;
/// One cut of so many is also polled once more.
const POLLED: usize = 12;

fn feed(number: usize, stories: usize) -> String {
    let item = |story: usize| {
        format!(
            "<item><guid isPermaLink='false'>{number}-{story}</guid><title>Gunmen kill {story} guards in Herat</title>\
             <description>Gunmen killed {story} guards in Herat on Friday, police of district {number} said.{}</description></item>",
            " The road was closed.".repeat(story % 40)
        )
    };
    format!("<rss version='2.0'><channel>{}</channel></rss>", (0..stories).map(item).collect::<String>())
}

enum Deed {
    Write { at: usize, bytes: Vec<u8> },
    Sync,
    Cut { size: usize },
}

/// Something that was done to the database (file 0) or its log (file 1).
struct Done {
    file: usize,
    deed: Deed,
}

fn journal(path: &Path) -> Vec<Done> {
    let bytes = std::fs::read(path).expect("a journal");
    let (mut rest, mut all) = (&bytes[..], Vec::new());
    while !rest.is_empty() {
        let number =
            |index: usize| i64::from_ne_bytes(rest[index * 8..][..8].try_into().expect("8 bytes")) as usize;
        let (kind, file, at, size) = (number(0) as u8, number(1), number(2), number(3));
        let deed = match kind {
            b'w' => Deed::Write { at, bytes: rest[32..][..size].to_vec() },
            b's' => Deed::Sync,
            b't' => Deed::Cut { size: at },
            other => panic!("a record of kind {other}"),
        };
        all.push(Done { file, deed });
        rest = &rest[32 + size..];
    }
    all
}

/// A file after the power has failed. `likely`: of ten pieces that were not synced so many are there.
fn survive(before: &[u8], done: &[&Deed], likely: usize, chance: &mut Chance) -> Vec<u8> {
    let synced = done.iter().rposition(|deed| matches!(deed, Deed::Sync)).unwrap_or(0);
    let mut file = before.to_vec();
    for (index, deed) in done.iter().enumerate() {
        let mut is_there = || index < synced || chance.below(10) < likely;
        match deed {
            Deed::Write { at, bytes } => {
                for (piece, part) in bytes.chunks(SECTOR).enumerate().filter(|_| is_there()) {
                    let start = at + piece * SECTOR;
                    file.resize(file.len().max(start + part.len()), 0);
                    file[start..][..part.len()].copy_from_slice(part);
                }
            }
            Deed::Cut { size } if is_there() => file.resize(*size, 0),
            Deed::Cut { .. } | Deed::Sync => {}
        }
    }
    file
}

/// What is wrong with a file after a cut; how many stories it holds.
fn check(path: &Path) -> Result<usize, String> {
    let c = Connection::open(path).map_err(|e| e.to_string())?;
    let count = |sql: &str| c.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| e.to_string());
    let whole: String =
        c.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(|e| e.to_string())?;
    if whole != "ok" {
        return Err(whole);
    }
    let ahead = "SELECT count(*) FROM feed WHERE etag IS NOT NULL AND CAST(trim(etag, '\"') AS INTEGER)
        > (SELECT count(*) FROM sighting WHERE sighting.feed = feed.id)";
    match count(ahead)? {
        0 => Ok(count("SELECT count(*) FROM story")? as usize),
        feeds => Err(format!("{feeds} feeds whose validator is ahead of their stories")),
    }
}

#[test]
fn a_power_cut_damages_nothing_and_what_it_takes_is_polled_again() {
    let cuts = std::env::var("DATELINE_CUTS").ok().and_then(|n| n.parse().ok()).unwrap_or(120);
    let server = Server::start();
    let mut config = String::from("[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\n");
    for number in 0..FEEDS {
        let reply = |stories: usize| Reply::versioned(&format!("\"{stories}\""), feed(number, stories));
        server.script(&format!("/{number}"), SHOWN.map(reply).to_vec());
        let url = server.url_of_host(2 + number as u8, &format!("/{number}"));
        config.push_str(&format!("[[feed]]\nname = \"f{number}\"\nurl = \"{url}\"\n"));
    }
    // A file that rests, with no feed polled: from here on everything is kept.
    let program = Program::new(&config.replace("127.0.0.0/8", "127.0.0.1/32"));
    program.run(&["poll"]);
    let names = ["timeline.db", "timeline.db-wal"];
    let before = names.map(|name| std::fs::read(program.path(name)).expect("a file"));
    program.configure(&config);
    let shim = Shim::new(&program.path(""));
    let kept = program.path("journal");
    let mut environment = shim.environment.clone();
    environment.push(("DATELINE_TEST_JOURNAL".to_owned(), kept.display().to_string()));
    for _ in SHOWN {
        let mut polls = program.start(&["poll", "--all", "--quiet"], &environment, "log");
        assert!(polls.wait().expect("an end").success());
    }
    let all = journal(&kept);
    let syncs = |file| all.iter().filter(|d| d.file == file && matches!(d.deed, Deed::Sync)).count();
    assert!(syncs(0) >= SHOWN.len() && syncs(1) >= SHOWN.len(), "{} and {} syncs", syncs(0), syncs(1));
    let mut chance = Chance(0x0FF);
    let (mut wrong, mut held) = (Vec::new(), Vec::new());
    for cut in 0..cuts {
        let until = 1 + chance.below(all.len());
        let likely = [0, 3, 5, 9][cut % 4];
        let after = Program::new(&config);
        for (file, name) in names.iter().enumerate() {
            let done: Vec<&Deed> = all[..until].iter().filter(|d| d.file == file).map(|d| &d.deed).collect();
            let survived = survive(&before[file], &done, likely, &mut chance);
            std::fs::write(after.path(name), survived).expect("a writable folder");
        }
        match check(&after.path("timeline.db")) {
            Ok(stories) => held.push(stories),
            Err(problem) => wrong.push(format!("cut {cut} after {until} of {}: {problem}", all.len())),
        }
        if cut % POLLED == 0 {
            let output = after.run(&["poll", "--all", "--quiet"]);
            assert!(output.status.success(), "{}", program::text(&output.stderr));
            let [stories] = after.query::<i64>("SELECT count(*) FROM sighting")[..] else {
                panic!("one row")
            };
            assert_eq!(
                stories as usize,
                FEEDS * SHOWN[SHOWN.len() - 1],
                "cut {cut}: nothing lost, nothing double"
            );
        }
    }
    held.sort_unstable();
    println!("{} deeds, {cuts} cuts; stories held: {:?}", all.len(), held);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held.first() < held.last(), "cuts at all moments");
}
