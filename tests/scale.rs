//! What many feeds cost while they rest.
//!
//! `DATELINE_TIMELINE=FILE cargo test --release --test scale -- five_thousand --nocapture` measures it beside a copy of a
//! large timeline.

#[path = "support/program.rs"]
mod program;

use chrono::{DateTime, Utc};
use dateline::feed::packed::Packed;
use dateline::feed::{Feed, Learned, State};
use dateline::store::Store;
use program::{Program, text};
use proptest::prelude::*;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A service with so many feeds of which none is due, ready; how long it took to be so.
fn resting(feeds: usize) -> (Program, Child, Duration) {
    let mut config = String::from("database = \"timeline.db\"\n");
    let url = |number: usize| format!("https://paper{number}.example/news/world/rss.xml");
    for number in 0..feeds {
        config.push_str(&format!(
            "[[feed]]\nname = \"paper-{number}\"\nurl = \"{}\"\ntimezone = \"Europe/London\"\ncountry = \"GB\"\n",
            url(number)
        ));
    }
    let program = Program::new(&config);
    let all: Vec<Feed> = (0..feeds)
        .map(|number| Feed::new(&format!("paper-{number}"), url(number).parse().expect("an address")))
        .collect();
    let path = program.path("timeline.db");
    if let Some(large) = std::env::var_os("DATELINE_TIMELINE") {
        std::fs::copy(large, &path).expect("a copy of the timeline");
    }
    let mut store = Store::open_writer(&path).expect("a timeline");
    store.sync_feeds(&all).expect("the feeds written");
    let learned = Learned {
        etag: Some("\"5f2f0c7e8a1d4b6f9c3e70d1\"".into()),
        last_modified: Some("Mon, 09 Mar 2026 10:00:00 GMT".into()),
        validators_url: Some(url(0)),
        title: Some("World news of the paper".into()),
        ..Learned::default()
    };
    store.learn(&[("paper-0".to_owned(), learned)]).expect("one feed written");
    drop(store);
    // The rest as the first, all last polled just now and due in an hour.
    let user = rusqlite::Connection::open(&path).expect("a timeline");
    let rest =
        "UPDATE feed SET etag = one.etag, last_modified = one.last_modified, validators_url = feed.url,
        title = one.title, last_poll_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
        next_poll_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 hour')
        FROM (SELECT etag, last_modified, title FROM feed WHERE name = 'paper-0') AS one
        WHERE name LIKE 'paper-%'";
    assert_eq!(user.execute(rest, []).expect("the feeds rest"), feeds);
    drop(user);
    let begun = Instant::now();
    let mut child = program.start(&["run"], &[], "log");
    let log = || std::fs::read_to_string(program.path("log")).unwrap_or_default();
    while !log().contains("started") {
        assert!(begun.elapsed() < Duration::from_secs(120), "{}", log());
        assert_eq!(child.try_wait().expect("a process of ours"), None, "{}", log());
        std::thread::sleep(Duration::from_millis(5));
    }
    let ready = begun.elapsed();
    std::thread::sleep(Duration::from_secs(1));
    (program, child, ready)
}

fn memory_mb(child: &Child, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a living process");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1_024
}

/// Seconds of CPU that the process has taken so far.
fn cpu_s(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("a living process");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}

fn stop(mut child: Child) {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(child.wait().expect("an end").success());
}

#[test]
fn a_hundred_thousand_feeds_rest_in_150_megabytes() {
    let (program, child, ready) = resting(100_000);
    let (now, peak) = (memory_mb(&child, "VmRSS:"), memory_mb(&child, "VmHWM:"));
    println!("100,000 feeds: ready after {ready:?}, {now} MB, at most {peak} MB while starting");
    stop(child);
    assert!(now <= 150, "{now} MB");
    let log = std::fs::read_to_string(program.path("log")).expect("a log");
    assert!(log.contains("feeds=100000"), "{log}");
}

#[test]
fn five_thousand_feeds_are_ready_soon_and_five_hundred_cost_nothing_while_they_rest() {
    let (_program, child, ready) = resting(5_000);
    println!("5,000 feeds: ready after {ready:?}, {} MB", memory_mb(&child, "VmRSS:"));
    stop(child);
    // One second on a machine of its own; a machine that runs other tests gets more.
    assert!(ready < Duration::from_secs(5), "{ready:?}");
    let length_s: u64 = std::env::var("DATELINE_REST_S").ok().and_then(|s| s.parse().ok()).unwrap_or(5);
    let (program, child, _) = resting(500);
    let before = cpu_s(&child);
    std::thread::sleep(Duration::from_secs(length_s));
    let part = (cpu_s(&child) - before) / length_s as f64 * 100.0;
    println!(
        "500 feeds at rest for {length_s} s: {part:.2} % of one CPU, {} MB",
        memory_mb(&child, "VmRSS:")
    );
    assert!(part <= 1.0, "{part:.2} % of one CPU at rest");
    stop(child);
    assert_eq!(program.query::<i64>("SELECT count(*) FROM feed WHERE state <> 'removed'"), [500]);
    assert!(text(&program.run(&["feeds", "--troubled"]).stdout).lines().count() <= 1);
}

const ADDRESS: &str = "https://paper.example/feed";

fn time() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    let any = (-9_000_000_000i64..90_000_000_000, 0..1_000_000_000u32);
    proptest::option::of(any.prop_map(|(s, ns)| DateTime::from_timestamp(s, ns).expect("a time")))
}

fn any_learned() -> impl Strategy<Value = Learned> {
    let text = || proptest::option::of(".{0,300}");
    let numbers = (any::<Option<u64>>(), any::<Option<u16>>(), any::<Option<u64>>());
    let lists = (any::<Vec<u8>>(), proptest::collection::vec(0..7u8, 0..7));
    let url = prop_oneof![Just(None), Just(Some(ADDRESS.to_owned())), text()];
    let texts = (url, text(), text(), text(), text(), text());
    let times = (time(), time(), time(), time());
    (texts, times, numbers, lists, any::<(u32, u32)>()).prop_map(|(texts, times, numbers, lists, counts)| {
        Learned {
            state: State::Quarantined,
            validators_url: texts.0,
            moved_to: texts.1,
            moving_to: texts.2.clone(),
            etag: texts.2,
            last_modified: texts.3,
            title: texts.4,
            last_error: texts.5,
            next_poll_at: times.0,
            last_poll_at: times.1,
            last_success_at: times.2,
            not_before: times.3,
            body_hash: numbers.0,
            last_status: numbers.1,
            wait_s: numbers.2,
            skip_hours: lists.0,
            skip_days: lists.1,
            failures: counts.0,
            unfinished: counts.1,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_packed_comes_back_as_it_was(learned in any_learned()) {
        prop_assert_eq!(Packed::new(&learned, ADDRESS).unpack(ADDRESS), learned);
    }
}
