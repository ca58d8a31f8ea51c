//! The real program against a real loopback server and a real database.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;

use program::{Program, text};
use server::{Reply, Server};
use std::process::Child;
use std::time::{Duration, Instant};

/// A feed with stories of these numbers; each tells of something else.
fn feed(numbers: &[usize]) -> String {
    const TOWNS: [&str; 5] = ["Herat", "Mosul", "Aleppo", "Goma", "Kharkiv"];
    let items: String = numbers
        .iter()
        .map(|number| {
            let town = TOWNS[number % TOWNS.len()];
            format!(
                "<item><title>Bomb kills {} in {town}</title><link>https://paper.example/{number}</link>\
                 <guid isPermaLink=\"false\">story-{number}</guid>\
                 <pubDate>Mon, 09 Mar 2026 10:00:00 GMT</pubDate>\
                 <description>A bomb killed {} people in {town} on Monday, police said.</description></item>",
                number + 2,
                number + 2
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper</title>{items}</channel></rss>"
    )
}

fn config(server: &Server, feeds: &[&str]) -> String {
    let feeds: String = feeds
        .iter()
        .map(|name| format!("[[feed]]\nname = \"{name}\"\nurl = \"{}\"\n", server.url(&format!("/{name}"))))
        .collect();
    format!("[network]\nallow = [\"127.0.0.1/32\"]\nhost_gap_s = 0\n{feeds}")
}

/// A server that has one feed a name, each with the story of its number.
fn server_of(feeds: &[(&str, usize)]) -> Server {
    let server = Server::start();
    for (name, number) in feeds {
        server.script(&format!("/{name}"), vec![Reply::feed(feed(&[*number]))]);
    }
    server
}

#[test]
fn the_second_poll_sends_the_validators_and_a_changed_feed_adds_only_what_is_new() {
    let server = Server::start();
    let first =
        Reply::versioned("\"v1\"", feed(&[1, 2])).header("Last-Modified", "Mon, 09 Mar 2026 10:00:00 GMT");
    server.script("/paper", vec![first.clone(), first, Reply::versioned("\"v2\"", feed(&[1, 2, 3]))]);
    let program = Program::new(&config(&server, &["paper"]));

    let first = program.run(&["poll"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert_eq!(program.query::<i64>("select count(*) from story"), [2]);
    let events = program.query::<i64>("select count(*) from timeline");
    assert_eq!(events, [2], "{}", text(&first.stdout));

    let second = program.run(&["poll", "--all"]);
    assert!(second.status.success(), "{}", text(&second.stderr));
    let asked = server.requests("/paper");
    assert_eq!(asked[0].header("if-none-match"), None);
    assert_eq!(asked[1].header("if-none-match"), Some("\"v1\""));
    assert_eq!(asked[1].header("if-modified-since"), Some("Mon, 09 Mar 2026 10:00:00 GMT"));

    let third = program.run(&["poll", "--all"]);
    assert!(text(&third.stdout).contains("1 new story, 1 new event"), "{}", text(&third.stdout));
    assert_eq!(program.query::<i64>("select count(*) from story"), [3]);
    assert_eq!(
        program.query::<String>("select outcome from poll order by started_at, rowid"),
        ["fresh", "unchanged", "fresh"]
    );
}

#[test]
fn a_feed_that_is_not_due_is_not_polled() {
    let server = server_of(&[("paper", 1)]);
    let program = Program::new(&config(&server, &["paper"]));
    program.run(&["poll"]);
    let again = program.run(&["poll"]);
    assert!(text(&again.stdout).contains("0 feeds polled"), "{}", text(&again.stdout));
    assert_eq!(server.requests("/paper").len(), 1);
}

#[test]
fn one_broken_feed_among_ten_hinders_nobody_and_shows() {
    let server = Server::start();
    for number in 0..10 {
        let reply = if number == 3 { Reply::new(500) } else { Reply::feed(feed(&[number])) };
        server.script(&format!("/feed{number}"), vec![reply]);
    }
    let names: Vec<String> = (0..10).map(|number| format!("feed{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let program = Program::new(&config(&server, &names));

    let poll = program.run(&["poll"]);
    assert_eq!(poll.status.code(), Some(1), "some feeds failed");
    assert!(text(&poll.stderr).contains("feed3: "), "{}", text(&poll.stderr));
    assert_eq!(program.query::<i64>("select count(*) from story"), [9]);

    let feeds = text(&program.run(&["feeds", "--troubled"]).stdout);
    assert!(feeds.contains("feed3") && feeds.contains("failed once") && feeds.contains("500"), "{feeds}");
    assert!(!feeds.contains("feed4"), "{feeds}");
}

/// Waits until `done` holds, for at most ten seconds.
fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(10), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

#[test]
fn the_service_polls_reloads_and_stops_and_can_be_read_meanwhile() {
    let server = server_of(&[("one", 1), ("two", 2)]);
    let program = Program::new(&config(&server, &["one"]));
    let mut child = program.start(&["run"], &[], "log");
    let log = || std::fs::read_to_string(program.path("log")).unwrap_or_default();
    wait("the first poll", || server.requests("/one").len() == 1);
    wait("the first event", || {
        program.path("timeline.db").exists()
            && program.query::<String>("select kind from timeline limit 5") == ["attack"]
    });

    program.configure("[[feed]]\nname = 7\n");
    signal(&child, "-HUP");
    wait("a refused reload", || log().contains("everything stays as it was"));

    program.configure(&config(&server, &["one", "two"]));
    signal(&child, "-HUP");
    wait("the added feed", || server.requests("/two").len() == 1);
    assert_eq!(server.requests("/one").len(), 1, "a reload makes no feed early");

    let stopped = Instant::now();
    signal(&child, "-TERM");
    let status = child.wait().expect("the service ends");
    assert!(
        status.success() && stopped.elapsed() < Duration::from_secs(5),
        "{status} {:?}\n{}",
        stopped.elapsed(),
        log()
    );
    let check = program.query::<String>("pragma integrity_check");
    assert_eq!(check, ["ok"]);
}

#[test]
fn a_second_service_on_the_same_file_is_refused() {
    let server = server_of(&[("paper", 1)]);
    let program = Program::new(&config(&server, &["paper"]));
    let mut child = program.start(&["run"], &[], "log");
    wait("the first poll", || server.requests("/paper").len() == 1);
    let second = program.run(&["poll"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(text(&second.stderr).contains("another dateline process"), "{}", text(&second.stderr));
    signal(&child, "-TERM");
    assert!(child.wait().expect("the service ends").success());
}

#[test]
fn wrong_usage_and_wrong_configurations_exit_with_two() {
    let program = Program::new("databse = \"x\"\n");
    for command in ["poll", "run", "check", "timeline", "feeds"] {
        let output = program.run(&[command]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(
            text(&output.stderr).contains("did you mean `database`?"),
            "{command}: {}",
            text(&output.stderr)
        );
    }
    assert_eq!(program.run(&["pol"]).status.code(), Some(2));
}
