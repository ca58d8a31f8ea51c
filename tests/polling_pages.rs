//! Pages that are no feeds, on a scripted server: articles as far as robots.txt lets us, and where pages name
//! their feeds.

#[path = "support/server.rs"]
mod server;

use chrono::DateTime;
use dateline::feed::fetch::{Fetcher, Options};
use dateline::feed::{Allow, discover};
use dateline::story::article::{self, Robots};
use server::{Reply, Server};
use url::Url;

fn page(body: &str) -> Reply {
    Reply::new(200).header("Content-Type", "text/html; charset=utf-8").body(body)
}

fn fetcher() -> Fetcher {
    let allow = Allow::parse(&["127.0.0.0/8"]).unwrap();
    Fetcher::new(&Options { allow, ..Options::default() }).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn articles_are_read_as_far_as_robots_are_let_in() {
    let words = "The council said that the bridge had been closed before dawn and would open again on Friday, after the repair. ";
    let text = format!(
        "<html><body><article><h1>Bridge closed</h1><p>{0}</p><p>{0}</p><p>{0}</p></article></body></html>",
        words
    );
    let server = Server::start();
    server.script("/robots.txt", vec![Reply::new(200).body("User-agent: *\nDisallow: /private\n")]);
    for path in ["/open", "/private/x"] {
        server.script(path, vec![page(&text)]);
    }
    server.script("/short", vec![page("<html><body><p>Please accept.</p></body></html>")]);
    server.script("/away", vec![Reply::redirect(302, "/open")]);
    let (fetcher, robots, runtime) = (fetcher(), Robots::default(), runtime());
    let read = |path: &str| {
        let url = Url::parse(&server.url(path)).unwrap();
        runtime
            .block_on(article::fetch(&fetcher, &robots, &url, DateTime::UNIX_EPOCH))
            .map_err(|e| e.to_string())
    };
    assert!(read("/open").unwrap().contains("closed before dawn"));
    assert!(read("/away").unwrap().contains("closed before dawn"));
    assert_eq!(read("/private/x").unwrap_err(), "the site's robots.txt keeps this page from us");
    assert_eq!(read("/short").unwrap_err(), "no article was found in the page");
    assert_eq!(read("/none").unwrap_err(), "nothing is at this address (HTTP 404)");
    assert_eq!((server.requests("/robots.txt").len(), server.requests("/private/x").len()), (1, 0));
}

#[test]
fn a_site_that_cannot_be_asked_is_left_alone_and_one_without_rules_is_not() {
    for (status, let_in) in [(404, true), (403, true), (500, false), (503, false)] {
        let server = Server::start();
        server.script("/robots.txt", vec![Reply::new(status)]);
        let url = Url::parse(&server.url("/page")).unwrap();
        let allowed = runtime().block_on(Robots::default().allow(&fetcher(), &url, DateTime::UNIX_EPOCH));
        assert_eq!(allowed, let_in, "{status}");
    }
}

#[test]
fn a_page_names_its_feeds_over_redirects() {
    let server = Server::start();
    server.script("/", vec![Reply::redirect(301, "/start/")]);
    server.script(
        "/start/",
        vec![page("<html><link rel='alternate' type='application/rss+xml' title='Top' href='rss'>")],
    );
    let found =
        runtime().block_on(discover::discover(&fetcher(), &Url::parse(&server.url("/")).unwrap())).unwrap();
    assert_eq!((found[0].title.as_str(), found[0].url.as_str()), ("Top", server.url("/start/rss").as_str()));
}
