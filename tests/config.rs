//! The configuration: what is right, and what is said of what is wrong.

use dateline::config::{self, Config};
use dateline::feed::{Article, Credentials};
use dateline::schedule::Cadence;
use std::path::Path;

fn read(text: &str) -> Result<Config, config::Problems> {
    config::parse(text, Path::new("desk/dateline.toml"))
}

/// Each problem as `line:column: field: message`, in the order of the file.
fn check(text: &str, expected: &[&str]) {
    let problems = read(text).expect_err("a wrong configuration").0;
    let told: Vec<String> =
        problems.iter().map(|p| format!("{}:{}: {}: {}", p.line, p.column, p.field, p.message)).collect();
    assert_eq!(told, expected, "{text}");
}

const FEED: &str = "[[feed]]\nname = \"paper\"\nurl = \"https://paper.example/rss\"\n";

#[test]
fn the_smallest_configuration_is_enough() {
    let config = read(FEED).expect("a right configuration");
    assert_eq!(config.database, Path::new("desk/timeline.db"));
    let paper = &config.feeds[0];
    assert_eq!((paper.feed.name.as_str(), paper.feed.url.as_str()), ("paper", "https://paper.example/rss"));
    assert_eq!(
        (&paper.cadence, paper.enabled, paper.feed.article),
        (&Cadence::hourly(), true, Article::Feed)
    );
}

#[test]
fn feeds_fall_back_to_the_defaults() {
    let text = format!(
        "[defaults]\nevery = \"2h\"\ntimezone = \"Asia/Karachi\"\ncountry = \"pk\"\narticle = \"page\"\n{FEED}\
         [[feed]]\nname = \"other\"\nurl = \"https://other.example/\"\nschedule = \"0 6 * * *\"\ncountry = \"GB\"\n"
    );
    let config = read(&text).expect("a right configuration");
    let [paper, other] = &config.feeds[..] else { panic!("two feeds") };
    assert_eq!((&paper.cadence, paper.feed.country.as_deref()), (&Cadence::Every(7_200), Some("PK")));
    assert_eq!((paper.feed.timezone, paper.feed.article), (Some(chrono_tz::Asia::Karachi), Article::Page));
    assert_eq!(
        (other.cadence.clone(), other.feed.country.as_deref()),
        (Cadence::cron("0 6 * * *").unwrap(), Some("GB"))
    );
}

#[test]
fn a_file_may_stand_beside_the_configuration() {
    let config =
        read("[[feed]]\nname = \"mine\"\nurl = \"file:feeds/mine.xml\"\n").expect("a right configuration");
    let path = config.feeds[0].feed.url.to_file_path().expect("a file");
    assert!(path.ends_with("desk/feeds/mine.xml") && path.is_absolute(), "{}", path.display());
}

#[test]
fn an_unknown_option_is_refused_with_the_one_that_was_meant() {
    check(
        &format!("databse = \"x.db\"\n{FEED}evry = \"1h\"\nzzz = 1\n"),
        &[
            "1:1: databse: unknown option; did you mean `database`?",
            "5:1: feed.evry: unknown option; did you mean `every`?",
            "6:1: feed.zzz: unknown option; this table knows: name, url, every, schedule, schedule_timezone, \
             timezone, language, country, headers, username, password_file, password_env, token_file, token_env, \
             allow, article, enabled",
        ],
    );
}

#[test]
fn every_problem_is_told_at_once_with_its_place() {
    check(
        "database = 7\n[network]\nallow = [\"10.0.0.0/40\"]\nconcurrent_max = 0\n[[feed]]\nname = \"\"\n\
         url = \"gopher://old.example/\"\nevery = \"often\"\n[[feed]]\nurl = \"https://u:p@paper.example/\"\n\
         timezone = \"Europe/Lodnon\"\ncountry = \"England\"\nenabled = \"yes\"\n",
        &[
            "1:12: database: is a whole number; expected text in quotes",
            "3:10: network.allow: `10.0.0.0/40` is not a network; write for example 10.0.0.0/8 or fd00::/8",
            "4:18: network.concurrent_max: is 0; expected a number from 1 to 1024",
            "6:8: feed.name: expected a short name on one line, such as \"bbc-world\"",
            "7:7: feed.url: gopher: is not supported; http, https and file are",
            "8:9: feed.every: \"often\" is no interval; write a number and a unit, such as \"30m\", \"2h\" or \"1d\"",
            "9:1: feed.name: is missing; give the feed a short name of its own",
            "10:7: feed.url: carries a user name or password; use username and password_file instead",
            "11:12: feed.timezone: \"Europe/Lodnon\" is no time zone; did you mean \"Europe/London\"?",
            "12:11: feed.country: \"England\" is no two-letter country code (ISO 3166-1) such as \"GB\"",
            "13:11: feed.enabled: is text; expected true or false",
        ],
    );
}

#[test]
fn two_feeds_of_one_name_and_two_schedules_of_one_feed_are_refused() {
    check(
        &format!("{FEED}{FEED}every = \"1h\"\nschedule = \"@daily\"\n"),
        &[
            "4:1: feed.name: \"paper\" is taken by the feed on line 1; give it another name",
            "4:1: feed.url: is the address of the feed on line 1 too; keep one of the two",
            "8:12: feed.schedule: stands beside `every`; keep one of the two",
        ],
    );
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let problems = read("database = \"x\n[[feed]]\n").expect_err("broken").0;
    assert_eq!(problems[0].line, 1, "{problems:?}");
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("secret"), "s3cret\n").expect("a secret");
    let path = folder.path().join("dateline.toml");
    let text =
        format!("{FEED}username = \"reader\"\npassword_file = \"secret\"\nheaders = {{ X-Key = \"k3y\" }}\n");
    let config = config::parse(&text, &path).expect("a right configuration");
    let feed = &config.feeds[0].feed;
    let expected = Credentials::Basic { user: "reader".into(), password: "s3cret".into() };
    assert_eq!(feed.credentials, Some(Box::new(expected)));
    let shown = format!("{config:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("k3y"), "{shown}");
    check(
        &format!("{FEED}username = \"reader\"\n"),
        &["4:12: feed.username: needs a password: give password_file or password_env"],
    );
    check(
        &format!("{FEED}token_env = \"DATELINE_TEST_NOT_SET\"\n"),
        &["4:13: feed.token_env: the environment variable DATELINE_TEST_NOT_SET is not set"],
    );
}

#[test]
fn the_shipped_configurations_are_right() {
    for file in ["config/dateline.toml", "config/demo.toml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let config = config::load(&path).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(config.feeds.len() >= 4, "{file}");
    }
}
