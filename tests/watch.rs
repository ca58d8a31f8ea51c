//! Those who watch over the service: metrics, health, and the doctor.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;

use program::{Program, text};
use server::{Reply, Server};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const FEED: &str = "<rss version='2.0'><channel><title>Bay</title><item><guid>1</guid>\
    <title>Gunmen kill two guards in Herat on Monday</title></item></channel></rss>";

fn config(server: &Server, head: &str) -> String {
    let feed = |name: &str, host: u8| {
        format!("[[feed]]\nname = \"{name}\"\nurl = \"{}\"\n", server.url_of_host(host, &format!("/{name}")))
    };
    let feeds = [feed("good", 2), feed("bad", 3), feed("gone", 4)].concat();
    format!(
        "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\n{head}\n{feeds}[[feed]]\nname = \"off\"\nurl = \"{}\"\nenabled = false\n",
        server.url("/off")
    )
}

fn server() -> Server {
    let server = Server::start();
    let date = chrono::Utc::now().to_rfc2822().replace("+0000", "GMT");
    server.script("/good", vec![Reply::versioned("\"1\"", FEED).header("Date", &date)]);
    server.script("/bad", vec![Reply::new(500)]);
    server.script("/gone", vec![Reply::new(410)]);
    server
}

fn get(stream: &mut (impl Read + Write), path: &str) -> String {
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: desk\r\n\r\n").as_bytes())
        .expect("a request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

fn wait<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = done() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn stop(mut child: Child) {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(child.wait().expect("an end").success());
}

#[test]
fn metrics_and_health_are_told_over_a_socket() {
    let server = server();
    let program = Program::new(&config(&server, "[monitor]\nlisten = \"unix:monitor.sock\""));
    let child = program.start(&["run"], &[], "log");
    let ask =
        |path: &str| UnixStream::connect(program.path("monitor.sock")).ok().map(|mut s| get(&mut s, path));
    let counted = |page: &String| {
        page.contains("dateline_feeds{state=\"failing\"} 1")
            && page.contains("dateline_polls_total{outcome=\"gone\"} 1")
    };
    let page = wait("the figures of all polls", || ask("/metrics").filter(counted));
    for line in [
        "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8",
        "# TYPE dateline_polls counter",
        "dateline_feeds{state=\"well\"} 1",
        "dateline_feeds{state=\"paused\"} 1",
        "dateline_feeds{state=\"gone\"} 1",
        "dateline_polls_total{outcome=\"fresh\"} 1",
        "dateline_polls_total{outcome=\"failed\"} 1",
        "dateline_new_stories_total 1",
        "dateline_new_events_total{kind=\"attack\"} 1",
        "dateline_poll_seconds_bucket{le=\"60.0\"} 3",
        "dateline_database_unwritable 0",
        "dateline_queued_feeds 2",
        "# EOF",
    ] {
        assert!(page.contains(line), "{line} is missing from\n{page}");
    }
    let memory = page.lines().find_map(|line| line.strip_prefix("dateline_resident_memory_bytes "));
    assert!(
        memory.and_then(|bytes| bytes.parse::<u64>().ok()).is_some_and(|bytes| bytes > 1 << 20),
        "{page}"
    );
    for path in ["/healthz", "/readyz"] {
        let health = ask(path).expect("an answer");
        assert!(health.starts_with("HTTP/1.1 200 ") && health.ends_with("\r\n\r\nok\n"), "{health}");
    }
    assert!(ask("/").is_some_and(|page| page.starts_with("HTTP/1.1 404 ")));
    stop(child);
    // The socket of a process that is gone is no obstacle.
    let child = program.start(&["run"], &[], "log");
    wait("an answer of the next process", || ask("/healthz"));
    stop(child);
}

#[test]
fn a_reload_moves_the_monitor_and_refuses_a_place_that_is_taken() {
    let server = server();
    let at = |name: &str| config(&server, &format!("[monitor]\nlisten = \"unix:{name}\""));
    let program = Program::new(&config(&server, ""));
    let child = program.start(&["run"], &[], "log");
    let log = || std::fs::read_to_string(program.path("log")).unwrap_or_default();
    let taken = |count: usize| {
        Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill runs");
        wait("the reload", || (log().matches("configuration read again").count() == count).then_some(()));
    };
    let well = |name: &str| {
        UnixStream::connect(program.path(name)).is_ok_and(|mut s| get(&mut s, "/readyz").contains("200"))
    };
    wait("the start", || log().contains("started").then_some(()));
    program.configure(&at("one.sock"));
    taken(1);
    assert!(well("one.sock"));
    program.configure(&at("two.sock"));
    taken(2);
    assert!(well("two.sock") && !program.path("one.sock").exists());
    program.configure(&at("nowhere/three.sock"));
    Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill runs");
    wait("a refusal", || log().contains("reload refused").then_some(()));
    assert!(log().contains("[monitor] listen") && well("two.sock"), "{}", log());
    program.configure(&config(&server, ""));
    taken(3);
    assert!(!program.path("two.sock").exists());
    stop(child);
}

#[test]
fn a_place_that_is_taken_is_told_and_no_other_machine_is_answered() {
    let server = server();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("a bound address");
    let program = Program::new(&config(&server, &format!("[monitor]\nlisten = \"{address}\"")));
    let output = program.run(&["run"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("[monitor] listen"), "{}", text(&output.stderr));
    program.configure(&config(&server, "[monitor]\nlisten = \"0.0.0.0:9187\""));
    let output = program.run(&["check"]);
    assert!(text(&output.stderr).contains("is no address of this machine alone"), "{}", text(&output.stderr));
}

#[test]
fn the_doctor_says_what_is_wrong_beside_a_running_service_and_changes_nothing() {
    let server = server();
    let program = Program::new(&config(&server, ""));
    let child = program.start(&["run"], &[], "log");
    wait("all polls", || {
        let log = std::fs::read_to_string(program.path("log")).unwrap_or_default();
        log.contains("started").then_some(())?;
        (program.query::<i64>("SELECT count(*) FROM poll") == [3]).then_some(())
    });
    let state =
        "SELECT group_concat(name || coalesce(next_poll_at, '') || failures || coalesce(etag, '')) FROM feed";
    let before: Vec<String> = program.query(state);
    let output = program.run(&["doctor"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for line in [
        "ok     configuration: dateline.toml: 3 feeds to poll",
        "ok     lexicon: loaded",
        &format!("written by process {}", child.id()),
        "ok     certificates: ",
        "ok     clock: agrees with 1 server",
        "ok     feed: good: unchanged",
        "WRONG  feed: bad: the server is in trouble (HTTP 500)",
        "WRONG  feed: gone: its owner has ended it (HTTP 410); remove it, or give its new address",
        "2 things are wrong",
    ] {
        assert!(said.contains(line), "{line} is missing from\n{said}");
    }
    assert_eq!(server.requests("/good")[1].header("if-none-match"), Some("\"1\""));
    assert_eq!((before, server.requests("/good").len()), (program.query(state), 2));
    let one = text(&program.run(&["doctor", "--feed", "good"]).stdout);
    assert!(one.ends_with("all is well\n"), "{one}");
    stop(child);
    program.configure("databse = 1\n");
    let output = program.run(&["doctor", "--offline"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stdout).contains("WRONG  configuration: dateline.toml:1:1: databse"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn the_doctor_tells_a_wrong_clock_and_a_dead_network_from_dead_feeds() {
    let server = Server::start();
    server.script("/good", vec![Reply::feed(FEED).header("Date", "Mon, 09 Mar 2015 10:00:00 GMT")]);
    let one = format!(
        "[network]\nallow = [\"127.0.0.0/8\"]\n[[feed]]\nname = \"good\"\nurl = \"{}\"\n",
        server.url("/good")
    );
    let program = Program::new(&one);
    let said = text(&program.run(&["doctor"]).stdout);
    assert!(said.contains("WRONG  clock: wrong by about -") && said.contains("not made yet"), "{said}");
    let dead = |name: &str| format!("[[feed]]\nname = \"{name}\"\nurl = \"http://{name}.invalid/\"\n");
    program.configure(&[dead("one"), dead("two")].concat());
    let said = text(&program.run(&["doctor"]).stdout);
    assert!(said.contains("WRONG  network: no feed could be reached"), "{said}");
    assert!(said.contains("WRONG  feed: one: the name one.invalid is not known"), "{said}");
}

/// The base of every metric that a text names: without labels, and without the endings that its kind adds.
fn metrics(text: &str) -> std::collections::BTreeSet<String> {
    text.split("dateline_")
        .skip(1)
        .map(|rest| {
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let endings = ["_total", "_bucket", "_sum", "_count"];
            endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name).to_owned()
        })
        .collect()
}

#[test]
fn alerts_and_dashboard_ask_for_figures_that_there_are() {
    let figures = include_str!("../src/daemon/monitor/figures.rs");
    for text in [include_str!("../docs/monitor/alerts.yml"), include_str!("../docs/monitor/grafana.json")] {
        let asked = metrics(text);
        assert!(asked.len() >= 6);
        let missing: Vec<_> =
            asked.iter().filter(|name| !figures.contains(&format!("\"{name}\","))).collect();
        assert!(missing.is_empty(), "there are no figures {missing:?}");
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(include_str!("../docs/monitor/grafana.json")).expect("a dashboard");
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() >= 10));
}

#[test]
fn the_catalogue_explains_every_message() {
    let catalogue = include_str!("../systemd/dateline.catalog");
    let explained: Vec<&str> = catalogue.lines().filter_map(|line| line.strip_prefix("-- ")).collect();
    let messages = include_str!("../src/daemon/message.rs");
    let mut told: Vec<&str> =
        messages.lines().filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1)).collect();
    told.sort_unstable();
    assert_eq!(told, explained);
    assert!(explained.iter().all(|id| id.len() == 32));
}
