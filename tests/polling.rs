//! The rules of polite polling, each on a scripted server, fetch by fetch. The number in a test's name is
//! the rule's.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dateline::feed::fetch::{Fetched, Fetcher, Options, Outcome};
use dateline::feed::parse::{self, Limits};
use dateline::feed::{Allow, Credentials, Feed, Learned, State, learn};
use dateline::schedule::{self, Cadence, Demand};
use server::{Reply, Server};
use url::Url;

#[path = "support/server.rs"]
mod server;

const FEED: &str = "<rss version='2.0'><channel><title>Bay</title><item><guid>1</guid><title>Ferry</title></item></channel></rss>";
const OTHER: &str = "<rss version='2.0'><channel><title>Bay</title><item><guid>2</guid><title>Bridge</title></item></channel></rss>";

/// One feed on one server, polled by hand.
struct Poller {
    server: Server,
    fetcher: Fetcher,
    feed: Feed,
    learned: Learned,
    now: DateTime<Utc>,
    runtime: tokio::runtime::Runtime,
}

impl Poller {
    fn new(replies: Vec<Reply>) -> Poller {
        let server = Server::start();
        server.script("/feed", replies);
        Poller {
            fetcher: Fetcher::new(&options()).unwrap(),
            feed: Feed::new("bay", Url::parse(&server.url("/feed")).unwrap()),
            server,
            learned: Learned::default(),
            now: DateTime::parse_from_rfc3339("2025-06-03T10:00:00Z").unwrap().to_utc(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    fn fetch(&self) -> Fetched {
        self.runtime.block_on(self.fetcher.fetch(&self.feed, &self.learned, self.now))
    }

    /// Fetches, parses and learns, an hour after the poll before.
    fn poll(&mut self) -> Fetched {
        self.now += TimeDelta::hours(1);
        let fetched = self.fetch();
        let parsed = match &fetched.outcome {
            Outcome::Fresh { body, content_type } => {
                Some(parse::read(body, content_type.as_deref(), Some(&fetched.url), Limits::default()))
            }
            _ => None,
        };
        self.learned = learn::after(&self.learned, &fetched, parsed.as_ref().map(|p| p.as_ref()), self.now);
        fetched
    }

    fn polls(&mut self, count: usize) -> Fetched {
        (1..count).for_each(|_| drop(self.poll()));
        self.poll()
    }

    /// What the requests to a path said in this header, `-` where it was absent.
    fn sent_to(&self, path: &str, header: &str) -> Vec<String> {
        let said = |r: &server::Request| r.header(header).unwrap_or("-").to_string();
        self.server.requests(path).iter().map(said).collect()
    }

    fn sent(&self, header: &str) -> Vec<String> {
        self.sent_to("/feed", header)
    }

    /// Seconds until the next poll at the given cadence, without jitter and without the second in which the last fell:
    /// times are in whole seconds, and none may be early.
    fn wait_s(&self, every: &str) -> i64 {
        let cadence: Cadence = every.parse().unwrap();
        let demand = Demand {
            not_before: self.learned.not_before,
            wait_s: self.learned.wait_s,
            skip_hours: self.learned.skip_hours.clone(),
            skip_days: self.learned.skip_days.clone(),
            failures: self.learned.failures,
            failure_wait_s: self.learned.failure_wait_s(),
        };
        (schedule::next(&cadence, chrono_tz::UTC, &demand, self.now, 0) - self.now).num_seconds() - 1
    }

    fn error(&self) -> &str {
        self.learned.last_error.as_deref().unwrap_or("-")
    }
}

fn options() -> Options {
    Options {
        allow: Allow::parse(&["127.0.0.1/32"]).unwrap(),
        contact: Some("mailto:desk@bay.example".to_string()),
        connect_timeout_s: 2,
        idle_timeout_s: 1,
        total_timeout_s: 3,
        ..Options::default()
    }
}

fn dated(etag: &str, modified: &str, body: &str) -> Reply {
    Reply::feed(body).header("ETag", etag).header("Last-Modified", modified)
}

#[test]
fn rules_1_2_3_validators_go_back_byte_for_byte() {
    let odd = "Tuesday, 3-Jun-25 9:00:00 CEST";
    let mut poller = Poller::new(vec![dated("W/\"a b\"", odd, FEED), Reply::new(304)]);
    poller.polls(3);
    assert_eq!(poller.sent("if-none-match"), ["-", "W/\"a b\"", "W/\"a b\""]);
    assert_eq!(poller.sent("if-modified-since"), ["-", odd, odd]);
    assert_eq!(poller.learned.last_status, Some(304));
}

#[test]
fn rules_4_5_either_validator_may_change_alone_even_over_the_same_body() {
    let replies = vec![
        dated("\"1\"", "x", FEED),
        dated("\"2\"", "x", FEED),
        dated("\"2\"", "y", FEED),
        Reply::new(304),
    ];
    let mut poller = Poller::new(replies);
    poller.polls(4);
    assert_eq!(poller.sent("if-none-match"), ["-", "\"1\"", "\"2\"", "\"2\""]);
    assert_eq!(poller.sent("if-modified-since"), ["-", "x", "x", "y"]);
}

#[test]
fn rule_5_the_same_body_again_is_no_news() {
    let mut poller = Poller::new(vec![Reply::feed(FEED), Reply::feed(FEED), Reply::feed(OTHER)]);
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }));
    assert_eq!(poller.poll().outcome, Outcome::Unchanged);
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }));
}

#[test]
fn rule_6_a_304_replaces_what_it_names() {
    let not_modified = Reply::new(304).header("ETag", "\"2\"").header("Cache-Control", "max-age=9000");
    let mut poller = Poller::new(vec![dated("\"1\"", "x", FEED), not_modified, Reply::new(304)]);
    poller.polls(2);
    assert!(poller.wait_s("1h") >= 9000);
    poller.poll();
    assert_eq!(poller.sent("if-none-match"), ["-", "\"1\"", "\"2\""]);
    assert_eq!(poller.sent("if-modified-since"), ["-", "x", "x"]);
    let not_modified = Reply::new(304)
        .header("Last-Modified", "y")
        .header("Date", "Tue, 03 Jun 2025 10:00:00 GMT")
        .header("Expires", "Tue, 03 Jun 2025 13:00:00 GMT");
    let mut poller = Poller::new(vec![dated("\"1\"", "x", FEED), not_modified, Reply::new(304)]);
    poller.polls(2);
    assert!(poller.wait_s("1h") >= 10_800);
    poller.poll();
    assert_eq!(poller.sent("if-none-match"), ["-", "\"1\"", "\"1\""]);
    assert_eq!(poller.sent("if-modified-since"), ["-", "x", "y"]);
}

#[test]
fn rule_7_a_200_without_validators_clears_them() {
    let mut poller = Poller::new(vec![dated("\"1\"", "x", FEED), Reply::feed(OTHER), Reply::feed(FEED)]);
    poller.polls(3);
    assert_eq!(poller.sent("if-none-match"), ["-", "\"1\"", "-"]);
    assert_eq!(poller.sent("if-modified-since"), ["-", "x", "-"]);
}

#[test]
fn rule_8_validators_of_failures_are_not_kept() {
    let bad = [
        Reply::new(500).header("ETag", "\"bad\"").body("oops"),
        dated("\"bad\"", "bad", OTHER).cut(20),
        dated("\"bad\"", "bad", "<html><body>A page</body></html>"),
    ];
    for reply in bad {
        let mut poller = Poller::new(vec![dated("\"1\"", "x", FEED), reply, Reply::new(304)]);
        poller.polls(2);
        assert_eq!(poller.learned.failures, 1, "{}", poller.error());
        poller.poll();
        assert_eq!(poller.sent("if-none-match"), ["-", "\"1\"", "\"1\""]);
        assert_eq!((poller.learned.failures, poller.error()), (0, "-"));
    }
    let mut poller = Poller::new(vec![Reply::redirect(302, "/there").header("ETag", "\"hop\"")]);
    poller.server.script("/there", vec![Reply::versioned("\"there\"", FEED)]);
    poller.polls(2);
    assert_eq!(poller.sent("if-none-match"), ["-", "-"]);
    assert_eq!(poller.sent_to("/there", "if-none-match"), ["-", "\"there\""]);
}

#[test]
fn rule_9_a_new_address_is_asked_without_validators() {
    let mut poller = Poller::new(vec![dated("\"1\"", "x", FEED)]);
    poller.poll();
    poller.server.script("/new", vec![Reply::feed(FEED)]);
    poller.feed.url = Url::parse(&poller.server.url("/new")).unwrap();
    poller.poll();
    assert_eq!(poller.sent_to("/new", "if-none-match"), ["-"]);
    assert_eq!(poller.sent_to("/new", "if-modified-since"), ["-"]);
}

#[test]
fn rule_11_nobody_is_polled_twice_within_the_hour_by_default_and_nothing_fires_early() {
    let mut poller = Poller::new(vec![Reply::feed(FEED)]);
    poller.poll();
    for seed in 0..1000 {
        let next =
            |cadence: &Cadence| schedule::next(cadence, chrono_tz::UTC, &Demand::default(), poller.now, seed);
        assert!(next(&Cadence::hourly()) >= poller.now + TimeDelta::hours(1));
        assert!(
            next(&Cadence::cron("30 11 * * *").unwrap()).time()
                >= chrono::NaiveTime::from_hms_opt(11, 30, 0).unwrap()
        );
    }
}

#[test]
fn rules_12_13_14_a_servers_demand_is_longer_than_the_users_wish() {
    let cases = [
        (Reply::feed(FEED).header("Cache-Control", "max-age=7200"), 7200),
        (
            Reply::feed(FEED)
                .header("Cache-Control", "max-age=7200")
                .header("Expires", "Wed, 04 Jun 2025 11:00:00 GMT"),
            7200,
        ),
        (
            Reply::feed(FEED)
                .header("Date", "Tue, 03 Jun 2025 10:00:00 GMT")
                .header("Expires", "Tue, 03 Jun 2025 13:00:00 GMT"),
            10_800,
        ),
        (Reply::new(429).header("Retry-After", "7200"), 7200),
        (Reply::new(503).header("Retry-After", "7200"), 7200),
        (
            Reply::new(429)
                .header("Date", "Tue, 03 Jun 2025 10:00:00 GMT")
                .header("Retry-After", "Tue, 03 Jun 2025 12:00:00 GMT"),
            7200,
        ),
        (Reply::new(429).header("Cache-Control", "max-age=172800"), 172_800),
        (Reply::feed(FEED).header("Cache-Control", "max-age=604800"), 604_800),
        (Reply::feed(FEED).header("Cache-Control", "max-age=soon"), 60),
        (Reply::new(429).header("Retry-After", "soon"), 300),
        (Reply::new(503), 300),
    ];
    for (reply, expected) in cases {
        let mut poller = Poller::new(vec![reply.clone()]);
        poller.poll();
        let wait = poller.wait_s("1m");
        assert!((expected..expected + 61).contains(&wait), "{reply:?}: {wait} s, expected {expected}");
    }
}

#[test]
fn rule_15_one_poll_is_one_get() {
    let mut poller = Poller::new(vec![Reply::versioned("\"1\"", FEED), Reply::new(500), Reply::new(304)]);
    poller.polls(3);
    let methods: Vec<_> = poller.server.requests("/feed").into_iter().map(|r| r.method).collect();
    assert_eq!(methods, ["GET", "GET", "GET"]);
    // Nor is there a greeting of TLS, or a second connection, where nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    poller.feed.url = Url::parse(&format!("http://{}/feed", silent.local_addr().unwrap())).unwrap();
    poller.poll();
    silent.set_nonblocking(true).unwrap();
    let begins = |mut stream: TcpStream| {
        let mut first = [0; 3];
        stream.read_exact(&mut first).map(|()| first)
    };
    let arrived: Vec<_> =
        std::iter::from_fn(|| silent.accept().ok()).flat_map(|(stream, _)| begins(stream)).collect();
    assert_eq!(arrived, [*b"GET"]);
}

#[test]
fn rule_16_nothing_is_said_that_was_not_asked() {
    let mut poller = Poller::new(vec![
        Reply::feed(FEED).header("Set-Cookie", "id=7"),
        Reply::redirect(302, "/there#part"),
    ]);
    poller.feed.url = Url::parse(&(poller.server.url("/feed?b=2&a=1") + "#top")).unwrap();
    poller.server.script("/there", vec![Reply::feed(OTHER)]);
    poller.polls(2);
    let targets: Vec<_> = poller.server.requests("/feed").into_iter().map(|r| r.target).collect();
    assert_eq!(targets, ["/feed?b=2&a=1", "/feed?b=2&a=1"]);
    assert_eq!(poller.server.requests("/there")[0].target, "/there");
    for (path, header) in
        [("/feed", "cookie"), ("/feed", "referer"), ("/there", "referer"), ("/there", "cookie")]
    {
        assert!(poller.sent_to(path, header).iter().all(|said| said == "-"), "{path} {header}");
    }
}

#[test]
fn rule_17_requests_say_who_asks_and_what_is_understood() {
    let mut poller = Poller::new(vec![Reply::feed(FEED)]);
    poller.poll();
    for coding in ["gzip", "br", "zstd", "deflate"] {
        assert!(poller.sent("accept-encoding")[0].contains(coding), "{coding}");
    }
    let agent = concat!("dateline/", env!("CARGO_PKG_VERSION"), " (+mailto:desk@bay.example)");
    assert_eq!(poller.sent("user-agent"), [agent]);
    assert!(poller.sent("accept")[0].contains("application/rss+xml"));
}

#[test]
fn rule_18_the_document_lengthens_the_wait_and_never_shortens_it() {
    let with = |inner: &str| {
        let document = FEED.replace("<item>", &format!("{inner}<item>"));
        let mut poller = Poller::new(vec![Reply::feed(document), Reply::new(304)]);
        poller.polls(2);
        poller
    };
    let sy = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'";
    let cases = [
        ("<ttl>180</ttl>".to_string(), 10_800),
        ("<ttl>5</ttl>".to_string(), 3600),
        ("<ttl>-1</ttl>".to_string(), 3600),
        ("<ttl>99999999</ttl>".to_string(), 604_800),
        (
            format!(
                "<sy:updatePeriod {sy}>daily</sy:updatePeriod><sy:updateFrequency {sy}>4</sy:updateFrequency>"
            ),
            21_600,
        ),
        // Polled at 12:00 on a Tuesday; 13, 14 and 15 are skipped. Their end is a whole second.
        ("<skipHours><hour>13</hour><hour>14</hour><hour>15</hour></skipHours>".to_string(), 4 * 3600 - 1),
        ("<skipDays><day>Tuesday</day></skipDays>".to_string(), 12 * 3600 - 1),
    ];
    for (inner, expected) in cases {
        let wait = with(&inner).wait_s("1h");
        assert!((expected..expected + 601).contains(&wait), "{inner}: {wait} s, expected {expected}");
    }
}

#[test]
fn rule_19_permanent_redirects_are_believed_the_second_time() {
    let there = |poller: &Poller| poller.server.script("/there", vec![Reply::versioned("\"t\"", FEED)]);
    for status in [301, 308] {
        let mut poller = Poller::new(vec![Reply::redirect(status, "/there")]);
        there(&poller);
        poller.poll();
        assert_eq!(poller.learned.moved_to, None);
        poller.poll();
        assert_eq!(poller.learned.moved_to, Some(poller.server.url("/there")));
        poller.polls(2);
        assert_eq!(poller.server.requests("/feed").len(), 2);
        assert_eq!(poller.sent_to("/there", "if-none-match"), ["-", "\"t\"", "\"t\"", "\"t\""]);
    }
    for status in [302, 303, 307] {
        let mut poller = Poller::new(vec![Reply::redirect(status, "/there")]);
        there(&poller);
        poller.polls(3);
        assert_eq!(
            (poller.learned.moved_to.as_deref(), poller.server.requests("/feed").len()),
            (None, 3),
            "{status}"
        );
    }
    // A temporary hop, first or last, makes the chain temporary; another target begins anew.
    for (first, last) in [(301, 302), (302, 301)] {
        let mut poller = Poller::new(vec![Reply::redirect(first, "/hop")]);
        poller.server.script("/hop", vec![Reply::redirect(last, "/there")]);
        there(&poller);
        poller.polls(3);
        assert_eq!(poller.learned.moved_to, None, "{first} then {last}");
    }
    let mut poller =
        Poller::new(vec![Reply::redirect(301, "/there"), Reply::redirect(301, "/else"), Reply::feed(FEED)]);
    there(&poller);
    poller.server.script("/else", vec![Reply::feed(FEED)]);
    poller.polls(3);
    assert_eq!(poller.learned.moved_to, None);
}

#[test]
fn rule_19_a_new_address_that_fails_is_given_up_for_the_users_own() {
    let mut poller =
        Poller::new(vec![Reply::redirect(301, "/there"), Reply::redirect(301, "/there"), Reply::feed(OTHER)]);
    poller.server.script("/there", vec![Reply::feed(FEED), Reply::feed(FEED), Reply::new(404)]);
    poller.polls(2 + 3);
    assert_eq!((poller.learned.moved_to.as_deref(), poller.learned.failures), (None, 3));
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }));
}

#[test]
fn rule_19_every_hop_passes_the_guard_and_there_are_ten_at_most() {
    let cases = [
        ("http://127.0.0.2/x", "127.0.0.2 is a private or reserved address"),
        ("http://0x7f000002/x", "127.0.0.2 is a private or reserved address"),
        ("http://[::1]/x", "::1 is a private or reserved address"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254 is a private"),
        ("file:///etc/passwd", "file: addresses are not fetched"),
        ("/feed", "more than 10 redirects, or a circle of them"),
        ("http://", "a redirect (302) that leads nowhere"),
    ];
    for (location, expected) in cases {
        let mut poller = Poller::new(vec![Reply::redirect(302, location)]);
        poller.poll();
        assert!(poller.error().starts_with(expected), "{location}: {}", poller.error());
    }
    for (more, followed) in [(9, true), (10, false)] {
        let mut poller = Poller::new(vec![Reply::redirect(302, "/hop?1")]);
        let hops = (0..more).map(|n| Reply::redirect(302, &format!("/hop?{n}")));
        poller.server.script("/hop", hops.chain([Reply::feed(FEED)]).collect());
        let fresh = matches!(poller.poll().outcome, Outcome::Fresh { .. });
        assert_eq!(fresh, followed, "{} hops: {}", more + 1, poller.error());
    }
}

#[test]
fn rule_20_gone_ends_the_polling_and_refusals_last_for_hours() {
    let mut poller = Poller::new(vec![Reply::new(410)]);
    assert_eq!(poller.poll().outcome, Outcome::Gone);
    assert_eq!(poller.learned.state, State::Gone);
    assert!(poller.error().contains("410"), "{}", poller.error());
    for (status, least) in [(404, 3600), (401, 4 * 3600), (403, 4 * 3600)] {
        let mut poller = Poller::new(vec![Reply::new(status)]);
        poller.poll();
        assert_eq!(poller.learned.state, State::Active);
        assert!(poller.wait_s("1h") >= least, "{status}: {}", poller.wait_s("1h"));
        assert!(poller.error().contains(&status.to_string()), "{}", poller.error());
        poller.poll();
        assert!(poller.wait_s("1h") >= 2 * least, "{status} again: {}", poller.wait_s("1h"));
    }
}

#[test]
fn rule_21_failures_double_the_wait_up_to_a_day_and_one_success_resets() {
    let replies = (0..12).map(|_| Reply::new(500)).chain([Reply::feed(FEED)]).collect();
    let mut poller = Poller::new(replies);
    let mut waits = Vec::new();
    for _ in 0..12 {
        poller.poll();
        assert_eq!(poller.learned.state, State::Active);
        waits.push(poller.wait_s("1h") / 3600);
    }
    assert_eq!(waits[..6], [1, 2, 4, 8, 16, 24]);
    assert!(waits[6..].iter().all(|hours| *hours == 24), "{waits:?}");
    poller.poll();
    assert_eq!((poller.learned.failures, poller.error(), poller.wait_s("1h") / 3600), (0, "-", 1));
}

#[test]
fn rule_23_a_429_speaks_for_the_host_and_a_503_for_the_feed() {
    for (status, held) in [(429, Some(600)), (503, None), (500, None)] {
        let mut poller = Poller::new(vec![Reply::new(status).header("Retry-After", "600")]);
        poller.poll();
        assert_eq!(
            poller.learned.host_held_until().map(|t| (t - poller.now).num_seconds() - 1),
            held,
            "{status}"
        );
    }
}

#[test]
fn rule_26_files_are_polled_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a feed.xml");
    std::fs::write(&path, FEED).unwrap();
    let mut poller = Poller::new(vec![]);
    poller.feed.url = Url::from_file_path(&path).unwrap();
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }), "{}", poller.error());
    let unchanged = poller.poll();
    assert_eq!((unchanged.outcome, unchanged.bytes), (Outcome::Unchanged, 0));
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    std::fs::write(&path, OTHER).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }));
    poller.feed.url = Url::from_file_path(folder.path()).unwrap();
    poller.poll();
    assert!(poller.error().ends_with("this is no ordinary file"), "{}", poller.error());
    poller.feed.url = Url::from_file_path(folder.path().join("none")).unwrap();
    poller.poll();
    assert!(poller.error().contains("No such file"), "{}", poller.error());
}

#[test]
fn secrets_go_to_the_origin_that_the_user_named_and_nowhere_else() {
    let elsewhere = Server::start();
    elsewhere.script("/there", vec![Reply::feed(FEED)]);
    let mut poller =
        Poller::new(vec![Reply::redirect(302, "/here"), Reply::redirect(302, &elsewhere.url("/there"))]);
    poller.server.script("/here", vec![Reply::feed(FEED)]);
    poller.feed.headers = vec![("X-Key".to_string(), "k1".to_string())];
    let basic = Credentials::Basic { user: "jo".to_string(), password: "pw".to_string() };
    poller.feed.credentials = Some(Box::new(basic));
    poller.polls(2);
    assert_eq!(poller.sent("authorization"), ["Basic am86cHc=", "Basic am86cHc="]);
    assert_eq!(poller.sent_to("/here", "x-key"), ["k1"]);
    let seen = &elsewhere.requests("/there")[0];
    assert_eq!((seen.header("authorization"), seen.header("x-key")), (None, None));
    poller.feed.credentials = Some(Box::new(Credentials::Token("t0".to_string())));
    poller.server.script("/feed", vec![Reply::feed(OTHER)]);
    poller.poll();
    assert_eq!(poller.sent("authorization")[2], "Bearer t0");
    assert!(!format!("{:?} {:?}", poller.feed, poller.feed.credentials).contains("t0"));
}

#[test]
fn what_one_feed_may_reach_others_may_not() {
    let mut poller = Poller::new(vec![Reply::feed(FEED)]);
    poller.fetcher = Fetcher::new(&Options { allow: Allow::default(), ..options() }).unwrap();
    poller.poll();
    assert!(poller.error().contains("127.0.0.1 is a private or reserved address"), "{}", poller.error());
    let page = poller.runtime.block_on(poller.fetcher.page(&poller.feed.url)).unwrap_err();
    assert!(page.to_string().contains("private"), "{page}");
    poller.feed.allow = Some(Box::new(Allow::parse(&["127.0.0.0/8"]).unwrap()));
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }), "{}", poller.error());
    assert!(poller.runtime.block_on(poller.fetcher.page(&poller.feed.url)).is_err());
    let port = poller.feed.url.port().unwrap();
    poller.feed.url = Url::parse(&format!("http://localhost:{port}/feed")).unwrap();
    poller.feed.allow = None;
    poller.poll();
    assert!(poller.error().starts_with("localhost resolves to private"), "{}", poller.error());
    poller.feed.allow = Some(Box::new(Allow::parse(&["localhost"]).unwrap()));
    assert!(poller.poll().status == Some(200), "{}", poller.error());
}

#[test]
fn a_proxy_is_asked_instead_of_the_server() {
    let proxy = Server::start();
    proxy.script("http://bay.example/feed", vec![Reply::feed(FEED)]);
    let mut poller = Poller::new(vec![]);
    poller.fetcher =
        Fetcher::new(&Options { proxy: Some(proxy.url("")), allow: Allow::default(), ..options() }).unwrap();
    poller.feed.url = Url::parse("http://bay.example/feed").unwrap();
    assert!(matches!(poller.poll().outcome, Outcome::Fresh { .. }), "{}", poller.error());
    // The guard holds for what the proxy is asked for.
    poller.feed.url = Url::parse("http://127.0.0.1/feed").unwrap();
    poller.poll();
    assert!(poller.error().contains("private"), "{}", poller.error());
}

#[test]
fn a_feed_that_kills_the_process_twice_is_set_aside() {
    let first = Learned::default().begun();
    let second = first.begun();
    assert_eq!((first.state, second.state, second.unfinished), (State::Active, State::Active, 2));
    let third = second.begun();
    assert_eq!(third.state, State::Quarantined);
    assert!(third.last_error.unwrap().contains("died twice"));
    let mut poller = Poller::new(vec![Reply::feed(FEED)]);
    poller.learned = first;
    poller.poll();
    assert_eq!(poller.learned.unfinished, 0);
}

#[test]
fn a_certificate_file_that_cannot_be_used_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let check = |expected: &str| {
        let error =
            Fetcher::new(&Options { ca_file: Some(path.clone()), ..options() }).err().unwrap().to_string();
        assert!(error.contains("ca.pem") && error.contains(expected), "{error}");
    };
    check("");
    std::fs::write(&path, "hello").unwrap();
    check("no certificate");
}
