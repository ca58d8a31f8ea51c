//! What a person meets at the terminal: lists of other readers, pages that name their feeds, and each kind of trouble
//! with its words, its next try and its exit code.

#[path = "support/program.rs"]
#[expect(dead_code, reason = "every command here is run to its end")]
mod program;
#[path = "support/server.rs"]
mod server;

use program::{Program, text};
use server::{Reply, Server};

const FEED: &str = "<rss version='2.0'><channel><item><guid>1</guid><title>The bridge is open</title></item></channel></rss>";
const NETWORK: &str =
    "[network]\nallow = [\"127.0.0.0/8\"]\nhost_gap_s = 0\nidle_timeout_s = 1\ntotal_timeout_s = 3\n";

#[test]
fn lists_of_other_readers_come_in_are_polled_and_go_out_again() {
    let server = Server::start();
    server.script("/bay", vec![Reply::feed(FEED)]);
    server.script("/hill", vec![Reply::feed(FEED)]);
    let program = Program::new("");
    let outline = |name: &str| {
        format!("<outline text='{name}' type='rss' xmlUrl='{}'/>", server.url(&format!("/{name}")))
    };
    let list = format!(
        "<opml version='2.0'><body><outline text='News'>{}</outline>{}</body></opml>",
        outline("bay"),
        outline("hill")
    );
    std::fs::write(program.path("list.opml"), list).expect("a writable folder");
    let taken = program.run(&["opml", "import", "list.opml"]);
    assert_eq!(taken.status.code(), Some(0), "{}", text(&taken.stderr));
    program.configure(&format!("{NETWORK}{}", text(&taken.stdout)));
    assert_eq!(program.run(&["poll", "--quiet"]).status.code(), Some(0));
    assert_eq!(program.query::<i64>("SELECT count(*) FROM feed WHERE failures = 0"), [2]);
    let given = program.run(&["opml", "export"]);
    assert_eq!(given.status.code(), Some(0), "{}", text(&given.stderr));
    std::fs::write(program.path("given.opml"), &given.stdout).expect("a writable folder");
    let again = program.run(&["opml", "import", "given.opml"]);
    assert_eq!(text(&again.stdout), text(&taken.stdout), "what goes out comes in again");
    std::fs::write(program.path("wrong.opml"), "no list").expect("a writable folder");
    let wrong = program.run(&["opml", "import", "wrong.opml"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("wrong.opml: "), "{}", text(&wrong.stderr));
}

#[test]
fn a_page_is_asked_for_its_feeds_and_the_answer_is_a_configuration() {
    let server = Server::start();
    let page = |body: &str| Reply::new(200).header("Content-Type", "text/html").body(body);
    let link = "<html><link rel='alternate' type='application/rss+xml' title='Bay' href='/bay'></html>";
    server.script("/", vec![page(link)]);
    server.script("/none", vec![page("<html><p>Nothing here.</p></html>")]);
    server.script("/bay", vec![Reply::feed(FEED)]);
    let program =
        Program::new(&format!("{NETWORK}[[feed]]\nname = \"x\"\nurl = \"{}\"\n", server.url("/bay?x")));
    let discover = |path: &str| program.run(&["discover", &server.url(path), "--config", "dateline.toml"]);
    let found = discover("/");
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    assert!(text(&found.stdout).contains(&server.url("/bay")), "{}", text(&found.stdout));
    let nothing = discover("/none");
    assert_eq!(nothing.status.code(), Some(1));
    assert!(text(&nothing.stderr).contains("names no feed"), "{}", text(&nothing.stderr));
    let away = discover("/away");
    assert_eq!(away.status.code(), Some(2));
    assert!(text(&away.stderr).contains("nothing is at this address (HTTP 404)"), "{}", text(&away.stderr));
    program.configure(&format!("{NETWORK}{}", text(&found.stdout)));
    assert_eq!(program.run(&["poll", "--quiet"]).status.code(), Some(0));
}

#[test]
fn each_kind_of_trouble_has_its_words_its_next_try_and_its_exit_code() {
    let server = Server::start();
    let troubles = [
        (Reply::new(401), "active", "wants a user name and password"),
        (Reply::new(403), "active", "the server refuses us (HTTP 403)"),
        (Reply::new(404), "active", "nothing is at this address (HTTP 404)"),
        (Reply::new(410), "gone", "the owner has ended this feed (HTTP 410)"),
        (Reply::new(429).header("Retry-After", "600"), "active", "it asks for 600 s of peace"),
        (Reply::new(500), "active", "the server is in trouble (HTTP 500)"),
        (Reply::new(503), "active", "the server is busy (HTTP 503)"),
        (Reply::feed("<html><body>Sorry</body></html>"), "active", "this is a web page, not a feed"),
        (Reply::feed("{\"items\":"), "active", "this is not a JSON Feed"),
        (Reply::feed(""), "active", "the document is empty"),
        (Reply::feed(FEED).cut(30), "active", "cut short"),
        (Reply::feed(FEED).late(std::time::Duration::from_secs(5)), "active", "the server fell silent"),
        (Reply::redirect(302, "http://10.0.0.1/"), "active", "10.0.0.1 is a private or reserved address"),
        (Reply::redirect(302, "/0"), "active", "wants a user name and password"),
    ];
    let mut config = String::from(NETWORK);
    for (number, (reply, _, _)) in troubles.iter().enumerate() {
        server.script(&format!("/{number}"), vec![reply.clone()]);
        let url = server.url_of_host(2 + number as u8, &format!("/{number}"));
        config.push_str(&format!("[[feed]]\nname = \"f{number}\"\nurl = \"{url}\"\n"));
    }
    let program = Program::new(&config);
    let polled = program.run(&["poll"]);
    assert_eq!(polled.status.code(), Some(1), "some of the work failed");
    let said = format!("{}{}", text(&polled.stdout), text(&polled.stderr));
    let feeds = program.run(&["feeds", "--troubled", "--format", "jsonl"]);
    assert_eq!(feeds.status.code(), Some(0));
    let health: Vec<serde_json::Value> =
        text(&feeds.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let now = chrono::Utc::now();
    for (number, (_, state, words)) in troubles.iter().enumerate() {
        let name = format!("f{number}");
        let feed = health.iter().find(|feed| feed["feed"] == name.as_str()).expect(&name);
        assert_eq!(feed["state"], *state, "{feed}");
        assert!(feed["last_error"].as_str().is_some_and(|why| why.contains(words)), "{feed}");
        assert!(said.contains(words), "{words:?} in {said}");
        let next =
            feed["next_poll_at"].as_str().expect("a next try").parse::<chrono::DateTime<chrono::Utc>>();
        assert!(*state == "gone" || next.expect("a time") > now, "{feed}");
    }
    assert_eq!(program.run(&["feeds", "--database", "none.db"]).status.code(), Some(2), "nothing to show");
}
