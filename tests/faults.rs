//! What the service does when the machine lets it down: each fault, what is said of it, and that nothing is lost.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;
#[path = "support/shim.rs"]
mod shim;

use program::{Program, text};
use server::{Reply, Server};
use shim::Shim;
use std::io::{Seek, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NO_SPACE: i64 = 28;
const READ_ONLY: i64 = 30;

fn feed(number: usize) -> String {
    format!(
        "<rss version='2.0'><channel><title>Bay {number}</title><item><guid>{number}</guid>\
         <title>Gunmen kill {number} guards in Herat</title><link>https://bay.example/{number}</link></item></channel></rss>"
    )
}

fn block(name: &str, url: &str) -> String {
    format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\n")
}

fn config(blocks: &[String]) -> String {
    format!(
        "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\nconnect_timeout_s = 2\n{}",
        blocks.concat()
    )
}

/// So many good feeds, each of a host of its own.
fn bay(server: &Server, count: usize) -> Vec<String> {
    let good = |number: usize| {
        server.script(&format!("/feed{number}"), vec![Reply::versioned("\"1\"", feed(number))]);
        block(&format!("feed{number}"), &server.url_of_host(2 + number as u8, &format!("/feed{number}")))
    };
    (0..count).map(good).collect()
}

/// Waits until `done` holds, for at most a minute.
fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

/// Stops the service in under five seconds.
fn stop(mut child: Child) {
    let begun = Instant::now();
    signal(&child, "-TERM");
    let status = child.wait().expect("an end");
    assert!(
        status.success() && begun.elapsed() < Duration::from_secs(5),
        "{status} after {:?}",
        begun.elapsed()
    );
}

fn stories(program: &Program) -> i64 {
    count(program, "SELECT count(*) FROM story")
}

/// 0 as long as there is no timeline yet.
fn count(program: &Program, sql: &str) -> i64 {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let opened = rusqlite::Connection::open_with_flags(program.path("timeline.db"), flags);
    opened.and_then(|timeline| timeline.query_row(sql, [], |row| row.get(0))).unwrap_or(0)
}

fn log(program: &Program) -> String {
    std::fs::read_to_string(program.path("log")).unwrap_or_default()
}

/// While the database cannot be written nobody is asked again; when it can, what was missed is caught up with.
#[test]
fn a_full_disk_and_a_read_only_one_are_waited_out() {
    for (errno, word) in [(NO_SPACE, "full"), (READ_ONLY, "disk I/O error")] {
        let server = Server::start();
        let program = Program::new(&config(&bay(&server, 3)));
        let shim = Shim::new(program.path("").as_path());
        let child = program.start(&["run"], &shim.environment, "log");
        wait("the first stories", || stories(&program) == 3);
        let more: Vec<String> = bay(&server, 8);
        shim.order("write_error", errno);
        program.configure(&config(&more));
        signal(&child, "-HUP");
        wait("a refused reload", || log(&program).contains("reload refused"));
        assert!(log(&program).contains(word), "{}", log(&program));
        shim.order("write_error", 0);
        signal(&child, "-HUP");
        wait("an adopted reload and stories of all", || stories(&program) == 8);
        // Now it fails under polls: the feed that is answered is not forgotten, and not asked again and again.
        server.script("/late", vec![Reply::feed(feed(77)).late(Duration::from_secs(1))]);
        program.configure(&config(&[more, vec![block("late", &server.url("/late"))]].concat()));
        signal(&child, "-HUP");
        wait("a request under way", || log(&program).matches("configuration read again").count() == 2);
        shim.order("write_error", errno);
        wait("the trouble is told", || log(&program).contains("polling waits until it can"));
        std::thread::sleep(Duration::from_secs(1));
        let asked = server.requests("/late").len();
        assert!(asked <= 1, "{asked} requests for an answer that cannot be kept");
        shim.order("write_error", 0);
        wait("the end of the trouble is told", || log(&program).contains("polling goes on"));
        wait("the last story", || stories(&program) == 9);
        stop(child);
        assert_eq!(program.query::<String>("pragma integrity_check"), ["ok"]);
    }
}

/// `DATELINE_FAULT_LOCK_S=60` holds the lock for a minute; without it for three seconds.
#[test]
fn a_database_that_others_lock_is_waited_for_and_a_stop_does_not_wait() {
    let lock_s = std::env::var("DATELINE_FAULT_LOCK_S").ok().and_then(|s| s.parse().ok()).unwrap_or(3);
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 1)));
    let child = program.start(&["run"], &[], "log");
    wait("the first story", || stories(&program) == 1);
    let user = rusqlite::Connection::open(program.path("timeline.db")).expect("a timeline");
    user.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    server.script("/late", vec![Reply::feed(feed(77))]);
    program.configure(&config(&[bay(&server, 1), vec![block("late", &server.url("/late"))]].concat()));
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_secs(lock_s));
    assert_eq!(stories(&program), 1);
    assert!(log(&program).contains("locked by another program; waiting"), "{}", log(&program));
    user.execute_batch("ROLLBACK").expect("the end of the lock");
    wait("the story after the lock", || stories(&program) == 2);
    user.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_millis(500));
    stop(child);
    user.execute_batch("ROLLBACK").expect("the end of the lock");
}

#[test]
fn a_damaged_file_ends_the_service_for_good_and_is_left_as_it_is() {
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 4)));
    assert!(program.run(&["poll"]).status.success());
    let path = program.path("timeline.db");
    let bytes = std::fs::metadata(&path).expect("a timeline").len();
    let mut file = std::fs::File::options().write(true).open(&path).expect("a timeline");
    file.seek(std::io::SeekFrom::Start(4_096)).expect("a second page");
    file.write_all(&vec![0xAB; bytes as usize - 4_096]).expect("noise written");
    drop(file);
    let output = program.run(&["run"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("malformed") && said.contains("timeline.db"), "{said}");
    assert_eq!(std::fs::metadata(&path).expect("the file is still there").len(), bytes);
}

/// The file is damaged under the running service: at its next look into the file it ends, for good, and has written
/// nothing over what can still be saved.
#[test]
fn a_file_that_is_damaged_while_the_service_runs_ends_it() {
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 4)));
    let mut child = program.start(&["run"], &[], "log");
    wait("the stories", || stories(&program) == 4);
    let path = program.path("timeline.db");
    // Another program writes, and copies the log back: what the service holds in memory is out of date.
    let user = rusqlite::Connection::open(&path).expect("a timeline");
    user.execute_batch("UPDATE feed SET title = 'Bay' WHERE name = 'feed0'; PRAGMA wal_checkpoint(TRUNCATE)")
        .expect("a write and a checkpoint");
    drop(user);
    let bytes = std::fs::metadata(&path).expect("a timeline").len();
    let noise = vec![0xAB; bytes as usize - 4_096];
    let mut file = std::fs::File::options().write(true).open(&path).expect("a timeline");
    file.seek(std::io::SeekFrom::Start(4_096)).expect("a second page");
    file.write_all(&noise).expect("noise written");
    drop(file);
    program.configure(&config(&bay(&server, 5)));
    signal(&child, "-HUP");
    wait("the end", || child.try_wait().expect("a process of ours").is_some());
    let status = child.wait().expect("an end");
    assert_eq!(status.code(), Some(2), "no manager starts it again: {}", log(&program));
    assert!(
        log(&program).contains("the file is damaged, and nothing more is written to it"),
        "{}",
        log(&program)
    );
    let after = std::fs::read(&path).expect("the file is still there");
    assert!(after.len() == bytes as usize && after[4_096..] == noise[..], "the file was written to");
}

#[test]
fn a_file_of_a_newer_version_and_a_folder_that_is_not_there_are_refused_at_the_start() {
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 1)));
    assert!(program.run(&["poll"]).status.success());
    let user = rusqlite::Connection::open(program.path("timeline.db")).expect("a timeline");
    user.execute_batch("PRAGMA user_version = 999").expect("a version");
    let newer = program.run(&["run"]);
    assert_eq!((newer.status.code(), text(&newer.stderr).contains("newer dateline")), (Some(2), true));
    program.configure(&format!("database = \"nowhere/timeline.db\"\n{}", config(&bay(&server, 1))));
    let nowhere = program.run(&["run"]);
    let said = text(&nowhere.stderr);
    assert_eq!(nowhere.status.code(), Some(1), "a manager may try again: {said}");
    assert!(
        said.contains("nowhere/timeline.db.lock") && said.contains("must exist and be writable"),
        "{said}"
    );
}

#[test]
fn a_configuration_that_is_deleted_changes_nothing() {
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 1)));
    let child = program.start(&["run"], &[], "log");
    wait("the first story", || stories(&program) == 1);
    std::fs::remove_file(program.path("dateline.toml")).expect("a configuration");
    signal(&child, "-HUP");
    wait("a refused reload", || log(&program).contains("reload refused"));
    program.configure(&config(&bay(&server, 2)));
    signal(&child, "-HUP");
    wait("the second story", || stories(&program) == 2);
    stop(child);
}

/// Nobody reads what the service says: the journal is gone.
#[test]
fn a_log_that_nobody_takes_stops_nothing() {
    let server = Server::start();
    server.script("/bad", vec![Reply::new(500)]);
    let blocks = [vec![block("bad", &server.url("/bad"))], bay(&server, 2)].concat();
    let program = Program::new(&config(&blocks));
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["run", "--log", "debug"])
        .current_dir(program.path(""))
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stderr.take());
    wait("the stories", || stories(&program) == 2 && server.requests("/bad").len() == 1);
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_millis(200));
    stop(child);
}

/// Without file handles polls fail, the service lives; with them all is caught up with.
#[test]
fn want_of_file_handles_is_outlived() {
    let server = Server::start();
    for number in 0..60 {
        let reply = Reply::feed(feed(number)).late(Duration::from_millis(700));
        server.script(&format!("/feed{number}"), vec![reply]);
    }
    let url = |number: usize| server.url_of_host(2 + number as u8, &format!("/feed{number}"));
    let blocks: Vec<String> = (0..60).map(|number| block(&format!("feed{number}"), &url(number))).collect();
    let program = Program::new(&config(&blocks).replace("host_gap_s", "concurrent_max = 60\nhost_gap_s"));
    let child = Command::new("sh")
        .args(["-c", "ulimit -n 40; exec \"$0\" run 2> log", env!("CARGO_BIN_EXE_dateline")])
        .current_dir(program.path(""))
        .spawn()
        .expect("the program starts");
    let failed = "SELECT count(*) FROM feed_health WHERE last_error LIKE '%Too many open files%'";
    wait("all polls ended", || {
        count(&program, "SELECT count(*) FROM feed WHERE last_poll_at IS NOT NULL") == 60
    });
    let failed = program.query::<i64>(failed)[0];
    assert!(failed > 0 && stories(&program) == 60 - failed, "{failed} failed, {} stories", stories(&program));
    stop(child);
    assert_eq!(program.query::<String>("pragma integrity_check"), ["ok"]);
}

/// A stop at any moment - while a server is silent, while a document is read, while it is stored - is quick, clean, and
/// blames no feed; a kill blames only what was being read.
#[test]
fn a_stop_in_any_phase_is_quick_and_blames_nobody() {
    let server = Server::start();
    let long = |number: usize| -> String {
        let items: String = (0..300)
            .map(|item| {
                format!("<item><guid>{number}-{item}</guid><title>Gunmen kill {item} guards in Herat on Monday</title></item>")
            })
            .collect();
        format!("<rss version='2.0'><channel>{items}</channel></rss>")
    };
    let mut blocks = Vec::new();
    for number in 0..12 {
        let reply = match number % 3 {
            0 => Reply::feed(long(number)).late(Duration::from_secs(30)),
            1 => Reply::feed(long(number)).drip(Duration::from_millis(20)),
            _ => Reply::feed(long(number)),
        };
        server.script(&format!("/feed{number}"), vec![reply]);
        blocks.push(block(
            &format!("feed{number}"),
            &server.url_of_host(2 + number as u8, &format!("/feed{number}")),
        ));
    }
    let unfinished = "SELECT count(*) FROM feed WHERE unfinished_polls > 0";
    let program = Program::new(&config(&blocks));
    for round in 0..8 {
        let child = program.start(&["run"], &[], "log");
        wait("the start", || log(&program).contains("started"));
        std::thread::sleep(Duration::from_millis(round * 120));
        stop(child);
        assert_eq!(program.query::<i64>(unfinished), [0], "round {round}");
    }
    assert_eq!(program.query::<String>("pragma integrity_check"), ["ok"]);
    // A kill while nothing is being read: four feeds are asked, none has answered.
    let slow: Vec<String> = blocks.iter().step_by(3).cloned().collect();
    let idle = Program::new(&config(&slow));
    for _ in 0..3 {
        let mut child = idle.start(&["run"], &[], "log");
        wait("requests under way", || log(&idle).contains("started"));
        std::thread::sleep(Duration::from_millis(200));
        child.kill().expect("a process of ours");
        child.wait().expect("an end");
    }
    assert_eq!(idle.query::<i64>(unfinished), [0]);
    assert_eq!(idle.query::<String>("SELECT DISTINCT state FROM feed"), ["active"]);
}

/// A feed that was set aside is taken back by switching it off and on again.
#[test]
fn a_feed_that_is_switched_off_says_so_and_switching_it_on_forgives() {
    let server = Server::start();
    let program = Program::new(&config(&bay(&server, 1)));
    assert!(program.run(&["poll"]).status.success());
    let user = rusqlite::Connection::open(program.path("timeline.db")).expect("a timeline");
    user.execute_batch("UPDATE feed SET unfinished_polls = 2, next_poll_at = NULL").expect("a poisoned feed");
    let state = || program.query::<String>("SELECT state FROM feed").remove(0);
    program.run(&["poll"]);
    assert_eq!((state().as_str(), server.requests("/feed0").len()), ("quarantined", 1));
    program.configure(&config(&[bay(&server, 1), vec!["enabled = false\n".to_owned()]].concat()));
    program.run(&["poll"]);
    assert_eq!(state(), "paused");
    program.configure(&config(&bay(&server, 1)));
    program.run(&["poll", "--all"]);
    assert_eq!((state().as_str(), server.requests("/feed0").len()), ("active", 2));
}

/// Half of a long list is dead: the living are read, the dead are left for later, and no feed is asked twice.
#[test]
fn a_long_list_of_which_half_is_dead_is_polled_once_around() {
    let count: usize = std::env::var("DATELINE_FAULT_FEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let server = Server::start();
    let closed =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let mut blocks = Vec::new();
    for number in 0..count {
        let path = format!("/feed{number}");
        server.script(&path, vec![Reply::feed(feed(number))]);
        let url = server.url(&path);
        let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let port = if number % 2 == 0 { port.to_owned() } else { closed.to_string() };
        let host = format!("127.{}.{}.1", 1 + number / 250, number % 250);
        blocks.push(block(&format!("feed{number}"), &format!("http://{host}:{port}{path}")));
    }
    let program = Program::new(&config(&blocks));
    let begun = Instant::now();
    let child = program.start(&["run"], &[], "log");
    let polled = "SELECT count(*) FROM feed WHERE last_poll_at IS NOT NULL";
    let mut all = 0;
    while all < count as i64 {
        assert!(begun.elapsed() < Duration::from_secs(600), "{all} of {count} polled");
        std::thread::sleep(Duration::from_millis(200));
        all = self::count(&program, polled);
    }
    println!("{count} feeds, half of them dead, polled once around in {:?}", begun.elapsed());
    assert_eq!(stories(&program), (count / 2) as i64);
    let failing = "SELECT count(*) FROM feed WHERE failures = 1 AND next_poll_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now')";
    assert_eq!(program.query::<i64>(failing), [(count / 2) as i64]);
    assert!((0..count).all(|number| server.requests(&format!("/feed{number}")).len() <= 1));
    stop(child);
}
