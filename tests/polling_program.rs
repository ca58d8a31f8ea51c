//! The rules of polite polling that only the whole program can keep, and the service among hostile servers.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;

use std::time::{Duration, Instant};

use program::{Program, text};
use server::{Reply, Server};

fn feed(number: usize) -> String {
    format!(
        "<rss version='2.0'><channel><title>Bay {number}</title><item><guid>{number}</guid>\
         <title>Ferry number {number} is late</title><link>https://bay.example/{number}</link></item></channel></rss>"
    )
}

fn block(name: &str, url: &str) -> String {
    format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\n")
}

fn config(host_gap_s: u32, blocks: &[String]) -> String {
    format!(
        "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = {host_gap_s}\nidle_timeout_s = 2\ntotal_timeout_s = 4\n{}",
        blocks.concat()
    )
}

#[test]
fn rule_10_a_restart_is_neither_early_nor_unconditional() {
    let server = Server::start();
    server.script("/feed", vec![Reply::versioned("\"1\"", feed(1))]);
    let program = Program::new(&config(0, &[block("bay", &server.url("/feed"))]));
    for arguments in [&["poll"][..], &["poll"], &["poll", "--all"]] {
        let output = program.run(arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let asked: Vec<_> =
        server.requests("/feed").iter().map(|r| r.header("if-none-match").map(str::to_string)).collect();
    assert_eq!(asked, [None, Some("\"1\"".to_string())]);
}

#[test]
fn rule_20_a_feed_that_is_gone_is_not_asked_again_and_its_health_says_so() {
    let server = Server::start();
    server.script("/feed", vec![Reply::new(410)]);
    let program = Program::new(&config(0, &[block("bay", &server.url("/feed"))]));
    program.run(&["poll"]);
    program.run(&["poll", "--all"]);
    assert_eq!(server.requests("/feed").len(), 1);
    assert_eq!(program.query::<String>("SELECT state FROM feed_health"), ["gone"]);
    assert!(text(&program.run(&["feeds"]).stdout).contains("410"));
}

#[test]
fn rule_22_one_host_has_one_request_in_flight_and_time_between_two() {
    let server = Server::start();
    let slow = Duration::from_millis(300);
    let names = ["a", "b", "c"];
    for (number, name) in names.iter().enumerate() {
        server.script(&format!("/{name}"), vec![Reply::feed(feed(number)).late(slow)]);
    }
    let blocks: Vec<String> = names.iter().map(|n| block(n, &server.url(&format!("/{n}")))).collect();
    let program = Program::new(&config(1, &blocks));
    let output = program.run(&["poll"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut times: Vec<Instant> =
        names.iter().flat_map(|n| server.requests(&format!("/{n}"))).map(|r| r.at).collect();
    times.sort();
    assert_eq!(times.len(), 3);
    let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(
        gaps.clone().all(|gap| gap >= slow + Duration::from_millis(950)),
        "{:?}",
        gaps.collect::<Vec<_>>()
    );
}

#[test]
fn rule_23_a_host_that_asks_for_peace_gets_it_and_one_round_does_not_wait_for_it() {
    let server = Server::start();
    server.script("/a", vec![Reply::new(429).header("Retry-After", "3600")]);
    server.script("/b", vec![Reply::feed(feed(1))]);
    server.script("/other", vec![Reply::feed(feed(2))]);
    let blocks = [
        block("a", &server.url("/a")),
        block("b", &server.url("/b")),
        block("other", &server.url_of_host(2, "/other")),
    ];
    let program = Program::new(&config(0, &blocks));
    let mut child = program.start(&["poll"], &[], "log");
    let begun = Instant::now();
    while child.try_wait().expect("a process of ours").is_none() {
        if begun.elapsed() > Duration::from_secs(30) {
            child.kill().expect("a process of ours");
            panic!("a round waits an hour for one host");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!((server.requests("/b").len(), server.requests("/other").len()), (0, 1));
}

#[test]
fn rule_25_an_address_that_is_configured_twice_is_fetched_once() {
    let server = Server::start();
    server.script("/feed", vec![Reply::feed(feed(1))]);
    let url = server.url("/feed");
    let program = Program::new(&config(0, &[block("one", &url), block("two", &format!("{url}#top"))]));
    let output = program.run(&["poll"]);
    assert_eq!((output.status.code(), server.requests("/feed").len()), (Some(2), 0));
    let said = text(&output.stderr);
    assert!(said.contains("is the address of the feed on line 6 too"), "{said}");
}

/// Servers and documents of every bad kind.
fn hostile() -> Vec<Reply> {
    let nested = format!("<rss><channel><item>{}", "<media:group>".repeat(20_000));
    let million = format!("<rss><channel>{}</channel></rss>", "<item/>".repeat(300_000));
    let zeros = zstd::encode_all(&vec![0; 64 << 20][..], 3).expect("a small bomb");
    vec![
        Reply::feed(nested.clone()),
        Reply::feed(nested + &"</media:group>".repeat(20_000)),
        Reply::feed(million),
        Reply::feed(
            "<!DOCTYPE r [<!ENTITY a 'b'>]><rss><channel><item><title>&a;</title></item></channel></rss>",
        ),
        Reply::feed("<html><body>sorry</body></html>"),
        Reply::feed("{\"items\":".to_string() + &"[".repeat(100_000)),
        Reply::feed(vec![0xff; 100_000]),
        Reply::feed(vec![0; 100_000]),
        Reply::feed(""),
        Reply::feed("<rss><channel><item><author>jo@bay.example（Jo）</author></item></channel></rss>"),
        Reply::feed(format!(
            "<rss><channel><item><description>{}</description></item></channel></rss>",
            "&lt;div&gt;".repeat(100_000)
        )),
        Reply::feed(format!(
            "<rss><channel><item><title>{}</title></item></channel></rss>",
            "word ".repeat(400_000)
        )),
        Reply::feed(zeros).header("Content-Encoding", "zstd"),
        Reply::feed(" ".repeat(65_536)).endless(),
        Reply::feed("<rss/>").header("Content-Encoding", "gzip"),
        Reply::feed("<rss><channel/></rss>").cut(9),
        Reply::feed("<rss/>").late(Duration::from_secs(20)),
        Reply::feed("x".repeat(9_999)).drip(Duration::from_millis(50)),
        Reply::raw("SSH-2.0-OpenSSH_9.2\r\n"),
        Reply::raw(""),
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Le"),
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
        Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        Reply::redirect(302, "/bad24"),
        Reply::redirect(302, "http://10.0.0.1/"),
        Reply::redirect(302, "file:///etc/passwd"),
        Reply::new(301),
        Reply::new(410),
        Reply::new(429).header("Retry-After", "99999999999"),
        Reply::new(503),
        Reply::new(304),
    ]
}

#[test]
fn the_service_lives_through_hostile_servers_while_good_feeds_are_polled_on_time() {
    let server = Server::start();
    let mut blocks = Vec::new();
    let bad = hostile();
    let count = bad.len();
    for (number, reply) in bad.into_iter().enumerate() {
        server.script(&format!("/bad{number}"), vec![reply]);
        blocks.push(block(
            &format!("bad{number}"),
            &server.url_of_host(100 + number as u8, &format!("/bad{number}")),
        ));
    }
    for number in 0..10 {
        server.script(&format!("/good{number}"), vec![Reply::feed(feed(number))]);
        let url = server.url_of_host(10 + number as u8, &format!("/good{number}"));
        blocks.push(block(&format!("good{number}"), &url));
    }
    let program = Program::new(&config(0, &blocks));
    let mut child = program.start(&["run"], &[], "log");
    let begun = Instant::now();
    let all_polled = |prefix: &str, count: usize| {
        let polled = |n: usize| !server.requests(&format!("/{prefix}{n}")).is_empty();
        (0..count).all(polled)
    };
    let good = "SELECT count(*) FROM feed_health WHERE feed LIKE 'good%' AND last_success_at IS NOT NULL AND stories = 1";
    let ended = "SELECT count(*) FROM feed_health WHERE last_poll_at IS NOT NULL";
    let stored = |sql: &str| match program.path("timeline.db").exists() && all_polled("good", 1) {
        true => program.query::<i64>(sql)[0] as usize,
        false => 0,
    };
    while stored(good) < 10 {
        assert!(begun.elapsed() < Duration::from_secs(30), "good feeds: {} of 10 after 30 s", stored(good));
        assert_eq!(child.try_wait().expect("a process of ours"), None, "the service has ended");
        std::thread::sleep(Duration::from_millis(100));
    }
    while stored(ended) < count + 10 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} of {} polls ended", stored(ended), count + 10);
        assert_eq!(child.try_wait().expect("a process of ours"), None, "the service has ended");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(all_polled("bad", count));
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("a signal");
    assert!(child.wait().expect("an end").success());
    // Each kind of trouble is told; a feed that could be read after all is not among them.
    let silent = "SELECT feed FROM feed_health WHERE feed LIKE 'bad%' AND last_error IS NULL ORDER BY feed";
    let read: Vec<String> = program.query(silent);
    assert!(read.iter().all(|feed| feed[3..].parse::<usize>().is_ok_and(|n| n < 12)), "{read:?}");
}

#[test]
fn rule_23_a_restart_does_not_break_the_peace_of_a_host() {
    let server = Server::start();
    server.script("/a", vec![Reply::new(429).header("Retry-After", "3600")]);
    server.script("/b", vec![Reply::feed(feed(1))]);
    server.script("/other", vec![Reply::feed(feed(2))]);
    let program = Program::new(&config(0, &[block("a", &server.url("/a"))]));
    program.run(&["poll"]);
    let all = [
        block("a", &server.url("/a")),
        block("b", &server.url("/b")),
        block("other", &server.url_of_host(2, "/other")),
    ];
    program.configure(&config(0, &all));
    program.run(&["poll"]);
    let asked = ["/a", "/b", "/other"].map(|path| server.requests(path).len());
    assert_eq!(asked, [1, 0, 1], "another process knows what the first was told");
}
