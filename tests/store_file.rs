//! The file itself: who may open it, what a lock or a kill does to it, and that nothing is lost or doubled.

use dateline::feed::{Feed, Learned};
use dateline::store::{Outcome, PollRecord, Store};
use rusqlite::Connection;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn new_store(path: &Path) -> Store {
    let mut store = Store::open_writer(path).unwrap();
    store.sync_feeds(&[Feed::new("a", "https://a.example/".parse().unwrap())]).unwrap();
    store
}

fn poll(store: &mut Store) -> dateline::store::Result<dateline::store::Added> {
    let now = "2024-03-01T10:00:00Z".parse().unwrap();
    let learned = Learned::default();
    let record = PollRecord {
        feed: "a",
        started_at: now,
        outcome: Outcome::Unchanged,
        status: Some(304),
        bytes: 0,
        entries: 0,
        milliseconds: 1,
        error: None,
        learned: &learned,
    };
    store.commit(&record, &[], 1, now)
}

#[test]
fn strange_newer_and_older_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, sql: &str, writer: &str, reader: &str| {
        let path = folder.path().join(name);
        drop(new_store(&path));
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let message =
            |opened: dateline::store::Result<Store>| opened.err().map_or(String::new(), |e| e.to_string());
        let (write, read) = (message(Store::open_writer(&path)), message(Store::open_reader(&path)));
        assert!(write.contains(writer) && write.is_empty() == writer.is_empty(), "{name}: {write}");
        assert!(read.contains(reader) && read.is_empty() == reader.is_empty(), "{name}: {read}");
    };
    check("newer", "PRAGMA user_version = 9999", "newer dateline", "newer dateline");
    check("foreign", "PRAGMA application_id = 7", "another program", "another program");
    let path = folder.path().join("older.db");
    let old = include_str!("../migrations/0001_feeds_and_stories.sql");
    let c = Connection::open(&path).unwrap();
    c.execute_batch(&format!("{old} PRAGMA application_id = 0x64746c6e; PRAGMA user_version = 1;")).unwrap();
    drop(c);
    assert!(Store::open_reader(&path).unwrap_err().to_string().contains("older schema"));
    drop(Store::open_writer(&path).unwrap());
    assert!(Store::open_reader(&path).is_ok());
}

#[test]
fn a_user_who_holds_the_write_lock_delays_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let mut store = new_store(&path);
    let user = Connection::open(&path).unwrap();
    user.execute_batch("BEGIN IMMEDIATE").unwrap();
    let holder = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        user.execute_batch("ROLLBACK").unwrap();
    });
    let start = Instant::now();
    poll(&mut store).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(1000));
    holder.join().unwrap();
    let polls: i64 = store_count(&path, "SELECT count(*) FROM poll");
    assert_eq!(polls, 1);
}

#[test]
fn a_reader_in_a_long_transaction_sees_its_moment_and_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let mut store = new_store(&path);
    poll(&mut store).unwrap();
    let user = Connection::open(&path).unwrap();
    let count = || user.query_row("SELECT count(*) FROM poll", [], |r| r.get::<_, i64>(0)).unwrap();
    user.execute_batch("BEGIN").unwrap();
    assert_eq!(count(), 1);
    for _ in 0..50 {
        poll(&mut store).unwrap();
    }
    assert_eq!(count(), 1);
    assert!(dateline::store::log_bytes(&path) > 0);
    user.execute_batch("COMMIT").unwrap();
    assert_eq!(count(), 51);
    store.checkpoint().unwrap();
    assert_eq!(dateline::store::log_bytes(&path), 0);
}

#[test]
fn a_backup_is_complete_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("timeline.db"), folder.path().join("copy.db"));
    let mut store = new_store(&path);
    poll(&mut store).unwrap();
    store.backup(&copy).unwrap();
    assert!(store.backup(&copy).is_err(), "an existing file is not overwritten");
    let verified = Store::open_writer(&copy).unwrap().verify().unwrap();
    assert_eq!(verified.problems, Vec::<String>::new());
    assert!(verified.counts.contains(&("poll".to_owned(), 1)));
    let c = Connection::open(&copy).unwrap();
    c.execute_batch("DROP TRIGGER report_kept").unwrap();
    let verified = Store::open_reader(&copy).unwrap().verify().unwrap();
    assert_eq!(verified.problems, ["report_kept is missing from the schema"]);
}

fn store_count(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
}

/// The real binary reads as another user of the file's group, who may write neither file nor folder: while the
/// writer runs, after it stopped, and after it was killed (which leaves the log as it was).
#[cfg(unix)]
#[test]
fn a_group_member_reads_during_a_run_after_a_stop_and_after_a_crash() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("timeline.db");
    let binary = folder.path().join("dateline");
    std::fs::copy(env!("CARGO_BIN_EXE_dateline"), &binary).unwrap();
    if chown(folder.path(), None, Some(NOBODY)).is_err() || !is_root() {
        eprintln!("skipped: only root can act as two users");
        return;
    }
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o2750)).unwrap();
    let read = || {
        for name in ["timeline.db", "timeline.db-wal", "timeline.db-shm"] {
            std::fs::set_permissions(folder.path().join(name), PermissionsExt::from_mode(0o640)).unwrap();
        }
        let mut command = Command::new(&binary);
        command.args(["timeline", "--format", "jsonl", "--database"]).arg(&path);
        let output = command.current_dir("/").uid(NOBODY).gid(NOBODY).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let mut store = new_store(&path);
    poll(&mut store).unwrap();
    read();
    // A crash: the log as a killed process leaves it, with commits that are not yet in the file.
    poll(&mut store).unwrap();
    let log = std::fs::read(folder.path().join("timeline.db-wal")).unwrap();
    let file = std::fs::read(&path).unwrap();
    drop(store);
    read();
    std::fs::write(&path, file).unwrap();
    std::fs::write(folder.path().join("timeline.db-wal"), log).unwrap();
    read();
    assert_eq!(store_count(&path, "SELECT count(*) FROM poll"), 2);
}

#[cfg(unix)]
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout == b"0\n")
}

fn write_feed(path: &Path, feed: usize, items: usize) {
    let mut xml = String::from("<rss version=\"2.0\"><channel><title>Paper</title>");
    for item in 0..items {
        xml.push_str(&format!(
            "<item><guid>f{feed}i{item}</guid><link>https://f{feed}.example/{item}</link>\
            <title>Gunmen kill {item} guards in town number {item}</title>\
            <description>Gunmen killed {item} guards on Friday in Herat, police of district {feed} said.</description>\
            <pubDate>Sat, 02 Mar 2024 10:00:00 GMT</pubDate></item>"
        ));
    }
    xml.push_str("</channel></rss>");
    std::fs::write(path, xml).unwrap();
}

/// Polls with the real binary are killed at random moments; then one is left alone.
#[test]
fn kills_at_random_moments_lose_and_double_nothing() {
    const FEEDS: usize = 8;
    let rounds: usize = std::env::var("DATELINE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let folder = tempfile::tempdir().unwrap();
    let mut config = String::from("database = \"timeline.db\"\n");
    let feed = |n: usize| folder.path().join(format!("feed{n}.xml"));
    for n in 0..FEEDS {
        write_feed(&feed(n), n, 10);
        config.push_str(&format!(
            "[[feed]]\nname = \"f{n}\"\nurl = \"file://{}\"\nevery = \"30m\"\n",
            feed(n).display()
        ));
    }
    let config_path = folder.path().join("config.toml");
    std::fs::write(&config_path, config).unwrap();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(["poll", "--all", "--quiet", "--config"]).arg(&config_path);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let whole = Instant::now();
    assert!(start().wait().unwrap().success());
    let whole = whole.elapsed();
    let mut items = [10; FEEDS];
    let mut killed = 0;
    let mut dice: u64 = 0x5EED;
    for round in 0..rounds {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let changed = round % FEEDS;
        items[changed] += 5;
        write_feed(&feed(changed), changed, items[changed]);
        let mut child = start();
        std::thread::sleep(whole.mul_f64((dice % 1000) as f64 / 1000.0));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
    }
    let path = folder.path().join("timeline.db");
    // A feed in whose reading the process died several times is set aside until the user says otherwise.
    let aside = Connection::open(&path).unwrap();
    let aside = aside.execute("UPDATE feed SET state = 'active', unfinished_polls = 0", []).unwrap();
    assert_eq!(aside, FEEDS);
    let output = start().wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("{killed} of {rounds} killed in mid-run, {whole:?} a whole run");
    assert!(killed * 2 >= rounds);
    let total: usize = items.iter().sum();
    assert_eq!(store_count(&path, "SELECT count(*) FROM story"), total as i64);
    assert_eq!(store_count(&path, "SELECT count(*) FROM sighting"), total as i64);
    let doubled = "SELECT count(*) FROM (SELECT 1 FROM report WHERE NOT EXISTS (SELECT 1 FROM withdrawal
        WHERE withdrawal.report = report.id) GROUP BY story, kind, field, quote_start, date_start HAVING count(*) > 1)";
    assert_eq!(store_count(&path, doubled), 0);
    let verified = Store::open_reader(&path).unwrap().verify().unwrap();
    assert_eq!(verified.problems, Vec::<String>::new());
}
