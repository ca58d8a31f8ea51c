//! Rule 24 and what else depends on the wall clock: the real service, whose clock is moved while it runs.

#[path = "support/program.rs"]
mod program;
#[path = "support/server.rs"]
mod server;
#[path = "support/shim.rs"]
mod shim;

use program::{Program, text};
use server::{Reply, Server};
use shim::Shim;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const FEEDS: usize = 12;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

fn feed(number: usize) -> String {
    format!(
        "<rss version='2.0'><channel><item><guid>{number}</guid><title>Ferry {number} is late</title></item></channel></rss>"
    )
}

/// A service whose clock can be moved, and twelve hourly feeds on four hosts.
struct Desk {
    server: Server,
    program: Program,
    shim: Shim,
}

impl Desk {
    fn new(reply: impl Fn(usize) -> Reply) -> Desk {
        let server = Server::start();
        let mut config =
            String::from("[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\nconnect_timeout_s = 2\n");
        for number in 0..FEEDS {
            server.script(&format!("/feed{number}"), vec![reply(number)]);
            let url = server.url_of_host(2 + (number % 4) as u8, &format!("/feed{number}"));
            config.push_str(&format!("[[feed]]\nname = \"feed{number}\"\nurl = \"{url}\"\n"));
        }
        let program = Program::new(&config);
        let shim = Shim::new(program.path("").as_path());
        Desk { server, program, shim }
    }

    fn start(&self) -> Child {
        let child = self.program.start(&["run"], &self.shim.environment, "log");
        let begun = Instant::now();
        while !self.log().contains("started") {
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.program.path("log")).unwrap_or_default()
    }

    /// Moves the clock and wakes the service, which looks at the clock once a minute by itself.
    fn move_clock(&self, child: &Child, ahead_s: i64) {
        let noticed = |log: &str| log.matches("configuration read again").count();
        let before = noticed(&self.log());
        self.shim.order("clock_s", ahead_s);
        signal(child, "-HUP");
        let begun = Instant::now();
        while noticed(&self.log()) == before {
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How often each feed was asked, once nothing more comes.
    fn asked(&self, expected: usize) -> Vec<usize> {
        let count =
            || (0..FEEDS).map(|n| self.server.requests(&format!("/feed{n}")).len()).collect::<Vec<_>>();
        let begun = Instant::now();
        while count().iter().any(|n| *n < expected) && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(50));
        }
        std::thread::sleep(Duration::from_secs(1));
        count()
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

fn stop(mut child: Child) {
    signal(&child, "-TERM");
    assert!(child.wait().expect("an end").success());
}

#[test]
fn rule_24_a_clock_that_jumps_makes_one_poll_a_feed_and_neither_a_burst_nor_a_stall() {
    let mut desk =
        Desk::new(|number| Reply::versioned("\"1\"", feed(number)).header("Cache-Control", "max-age=600"));
    // With a watchdog the service looks at its clocks every second.
    desk.shim.environment.push(("WATCHDOG_USEC".to_owned(), "3000000".to_owned()));
    let child = desk.start();
    assert_eq!(desk.asked(1), [1; FEEDS]);
    desk.move_clock(&child, 10 * DAY_S);
    assert_eq!(desk.asked(2), [2; FEEDS], "ten days ahead: what was missed is made up for once");
    // Without a signal: to read the configuration again would count the schedules anew in any case.
    desk.shim.order("clock_s", 0);
    let begun = Instant::now();
    while desk.log().matches("the clock was moved").count() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", desk.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let stalled =
        "SELECT count(*) FROM feed WHERE next_poll_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+70 minutes')";
    while desk.program.query::<i64>(stalled) != [0] {
        assert!(begun.elapsed() < Duration::from_secs(30), "some feeds wait for ten days to pass");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(desk.asked(2), [2; FEEDS], "ten days back: nobody is early");
    desk.move_clock(&child, HOUR_S * 11 / 10 + 1);
    assert_eq!(
        desk.asked(3),
        [3; FEEDS],
        "an hour later everybody is polled: nobody waits for ten days to pass"
    );
    assert_eq!(desk.log().matches("the clock was moved").count(), 3, "{}", desk.log());
    stop(child);
}

#[test]
fn rule_24_a_clock_that_was_wrong_before_a_restart_makes_no_stall() {
    let desk =
        Desk::new(|number| Reply::versioned("\"1\"", feed(number)).header("Cache-Control", "max-age=7200"));
    desk.shim.order("clock_s", 3_650 * DAY_S);
    let child = desk.start();
    assert_eq!(desk.asked(1), [1; FEEDS]);
    stop(child);
    desk.shim.order("clock_s", 0);
    let child = desk.start();
    assert_eq!(desk.asked(1), [1; FEEDS], "a restart with the right clock makes nobody early");
    desk.move_clock(&child, 2 * HOUR_S + 600);
    assert_eq!(desk.asked(2), [2; FEEDS], "and nobody waits for ten years to pass");
    stop(child);
}

/// A poll that has read the clock before it was put back, and is stored after that was noticed: its times are those of
/// the other clock.
#[test]
fn rule_24_a_poll_under_way_when_the_clock_is_put_back_makes_no_stall() {
    let mut desk = Desk::new(|number| Reply::versioned("\"1\"", feed(number)));
    // With a watchdog the service looks at its clocks every second.
    desk.shim.environment.push(("WATCHDOG_USEC".to_owned(), "3000000".to_owned()));
    for number in 0..FEEDS {
        let late = Reply::new(304).late(Duration::from_secs(2));
        desk.server.script(
            &format!("/feed{number}"),
            vec![Reply::versioned("\"1\"", feed(number)), late, Reply::new(304)],
        );
    }
    let child = desk.start();
    assert_eq!(desk.asked(1), [1; FEEDS]);
    desk.move_clock(&child, 2 * HOUR_S);
    let user = rusqlite::Connection::open(desk.program.path("timeline.db")).expect("a timeline");
    user.busy_timeout(Duration::from_secs(20)).expect("patience");
    user.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let wait = |done: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{}", desk.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let again = || (0..FEEDS).map(|n| desk.server.requests(&format!("/feed{n}")).len() - 1).sum::<usize>();
    wait(&|| again() > 0);
    std::thread::sleep(Duration::from_secs(3));
    desk.shim.order("clock_s", 0);
    wait(&|| desk.log().matches("the clock was moved").count() == 2);
    user.execute_batch("ROLLBACK").expect("the lock given back");
    wait(&|| desk.program.query::<i64>("SELECT count(*) FROM poll")[0] as usize > FEEDS);
    let stalled =
        "SELECT count(*) FROM feed WHERE next_poll_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+70 minutes')";
    wait(&|| desk.program.query::<i64>(stalled) == [0]);
    stop(child);
}

/// The network is away for days, so that every feed waits for a day; when one server answers, the others are tried soon.
#[test]
fn a_network_that_was_away_is_no_fault_of_the_feeds() {
    // The scripted server hangs up without a word where it has no script; here nobody listens at all.
    let closed =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let desk = Desk::new(|number| Reply::feed(feed(number)));
    let away: String = std::fs::read_to_string(desk.program.path("dateline.toml")).expect("a configuration");
    let port = desk.server.url("").rsplit(':').next().unwrap_or_default().to_owned();
    let proxied = format!("127.0.0.1:{closed}");
    desk.program.configure(&away.replace("host_gap_s", &format!("proxy = \"http://{proxied}\"\nhost_gap_s")));
    let child = desk.start();
    let failures = || desk.program.query::<i64>("SELECT min(failures) FROM feed")[0];
    for days in 0..6 {
        desk.move_clock(&child, days * DAY_S);
        let begun = Instant::now();
        while failures() <= days {
            assert!(begun.elapsed() < Duration::from_secs(30), "{} failures", failures());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let listener = std::net::TcpListener::bind(&proxied).expect("the network is back");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let port = port.clone();
            std::thread::spawn(move || forward(stream, &port));
        }
    });
    // A feed that is new is polled at once, and reached.
    desk.server.script("/new", vec![Reply::feed(feed(99))]);
    let with_new = std::fs::read_to_string(desk.program.path("dateline.toml")).expect("a configuration");
    let new = desk.server.url("/new");
    desk.program.configure(&format!("{with_new}[[feed]]\nname = \"new\"\nurl = \"{new}\"\n"));
    signal(&child, "-HUP");
    let begun = Instant::now();
    while !desk.log().contains("the network was away and is back") {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", desk.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.move_clock(&child, 5 * DAY_S + 301);
    assert_eq!(desk.asked(1), [1; FEEDS]);
    assert!(text(&desk.program.run(&["feeds", "--troubled"]).stdout).lines().count() <= 1);
    stop(child);
}

/// The name server falls silent for days and answers again: the service lives, every feed is asked once when it is due,
/// and those that failed for that alone are tried soon after the first is reached.
#[test]
fn a_name_server_that_falls_silent_and_answers_again_makes_no_storm_and_loses_no_feed() {
    let desk = Desk::new(|number| Reply::versioned("\"1\"", feed(number)));
    let config = std::fs::read_to_string(desk.program.path("dateline.toml")).expect("a configuration");
    let named = |number: usize| (format!("127.0.0.{}:", 2 + number), format!("paper{number}.test:"));
    let config = (0..4).map(named).fold(config, |text, (address, name)| text.replace(&address, &name));
    desk.program.configure(&config);
    let child = desk.start();
    assert_eq!(desk.asked(1), [1; FEEDS]);
    desk.shim.order("silent_s", 3);
    let failures = || desk.program.query::<i64>("SELECT min(failures) FROM feed")[0];
    for days in 1..4 {
        desk.move_clock(&child, days * DAY_S);
        let begun = Instant::now();
        while failures() < days {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} failures", failures());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let why = desk.program.query::<String>("SELECT DISTINCT last_error FROM feed_health");
    assert!(why.iter().all(|why| why.starts_with("no name server has answered for paper")), "{why:?}");
    assert_eq!(desk.asked(1), [1; FEEDS], "nobody was reached");
    desk.shim.order("silent_s", 0);
    // The first that is due is reached; the others wait for a day after their third failure.
    desk.server.script("/new", vec![Reply::feed(feed(99))]);
    let port = desk.server.url("").rsplit(':').next().unwrap_or_default().to_owned();
    desk.program
        .configure(&format!("{config}[[feed]]\nname = \"new\"\nurl = \"http://new.test:{port}/new\"\n"));
    signal(&child, "-HUP");
    let begun = Instant::now();
    while !desk.log().contains("the network was away and is back") {
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", desk.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.move_clock(&child, 3 * DAY_S + 301);
    assert_eq!(desk.asked(2), [2; FEEDS], "each is asked once more");
    assert_eq!(failures(), 0);
    stop(child);
}

/// A proxy that knows one server.
fn forward(mut stream: std::net::TcpStream, port: &str) {
    use std::io::{Read, Write};
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read_exact(&mut byte).is_err() {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default();
    let mut server = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).expect("the server listens");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: bay\r\nConnection: close\r\n\r\n");
    server.write_all(request.as_bytes()).expect("a request is sent");
    server.shutdown(std::net::Shutdown::Write).expect("nothing more is sent");
    let mut answer = Vec::new();
    let _ = server.read_to_end(&mut answer);
    let _ = stream.write_all(&answer);
}
