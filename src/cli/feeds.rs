//! `dateline feeds`: the health of the feeds, and in plain words what is wrong.

use super::{DatabaseOption, Exit, fail, style};
use crate::clock;
use crate::store::{Health, Store};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use comfy_table::Color;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseOption,
    /// Show only feeds that need attention
    #[arg(long)]
    troubled: bool,
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
}

pub fn run(arguments: Arguments) -> Exit {
    let feeds = arguments.database.path().and_then(|path| {
        let store = Store::open_reader(&path).map_err(|error| error.to_string())?;
        store.health().map_err(|error| error.to_string())
    });
    let mut feeds = match feeds {
        Ok(feeds) => feeds,
        Err(message) => return fail(message),
    };
    if arguments.troubled {
        feeds.retain(|feed| feed.failures > 0 || !matches!(feed.state.as_str(), "active" | "paused"));
    }
    match arguments.format {
        Format::Table => print_table(&feeds, clock::now()),
        Format::Jsonl => feeds.iter().for_each(print_json),
    }
    Exit::Fine
}

fn print_json(feed: &Health) {
    let object = json!({
        "feed": feed.feed, "url": feed.url, "state": feed.state, "last_poll_at": feed.last_poll_at,
        "last_success_at": feed.last_success_at, "next_poll_at": feed.next_poll_at,
        "failures": feed.failures, "last_error": feed.last_error, "stories": feed.stories,
        "stories_7d": feed.stories_7d, "events_7d": feed.events_7d,
    });
    println!("{object}");
}

fn print_table(feeds: &[Health], now: DateTime<Utc>) {
    let mut table = style::table(&["feed", "state", "stories", "7 days", "events", "last read", "in words"]);
    for feed in feeds {
        let color = match feed.state.as_str() {
            "active" if feed.failures == 0 => Color::Green,
            "active" => Color::Yellow,
            "paused" | "removed" => Color::Grey,
            _ => Color::Red,
        };
        table.add_row(vec![
            style::cell(&feed.feed),
            style::coloured(&feed.state, color),
            style::cell(feed.stories.to_string()),
            style::cell(feed.stories_7d.to_string()),
            style::cell(feed.events_7d.to_string()),
            style::cell(feed.last_success_at.as_deref().map_or("never".to_owned(), |at| ago(at, now))),
            style::cell(in_words(feed, now)),
        ]);
    }
    println!("{}", table.trim_fmt());
}

/// What a person would say of the feed.
fn in_words(feed: &Health, now: DateTime<Utc>) -> String {
    let error = feed.last_error.as_deref().unwrap_or("no reason was kept");
    let next = feed.next_poll_at.as_deref().map_or("not scheduled".to_owned(), |at| ahead(at, now));
    match feed.state.as_str() {
        "gone" => {
            "its server says that it is gone for good (410); remove it, or give its new address".to_owned()
        }
        "paused" => "switched off in the configuration".to_owned(),
        "removed" => "no longer in the configuration; its stories are kept".to_owned(),
        "quarantined" => format!(
            "set aside: the program died twice while reading it ({error}); change its address or report it"
        ),
        _ if feed.failures > 0 => {
            let times = if feed.failures == 1 {
                "once".to_owned()
            } else {
                format!("{} times in a row", feed.failures)
            };
            format!("failed {times}: {error}; next try {next}")
        }
        _ if feed.last_poll_at.is_none() => format!("never polled; first poll {next}"),
        _ => format!("well; next poll {next}"),
    }
}

fn ago(at: &str, now: DateTime<Utc>) -> String {
    match at.parse::<DateTime<Utc>>() {
        Ok(at) => format!("{} ago", span((now - at).num_seconds())),
        Err(_) => at.to_owned(),
    }
}

fn ahead(at: &str, now: DateTime<Utc>) -> String {
    match at.parse::<DateTime<Utc>>() {
        Ok(at) if at > now => format!("in {}", span((at - now).num_seconds())),
        Ok(_) => "now".to_owned(),
        Err(_) => at.to_owned(),
    }
}

/// A length of time in its largest unit, rounded down.
fn span(seconds: i64) -> String {
    match seconds.max(0) {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7_200 => format!("{} min", s / 60),
        s @ 7_200..172_800 => format!("{} h", s / 3_600),
        s => format!("{} days", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-10T12:00:00Z".parse().expect("a time")
    }

    fn check(state: &str, failures: u32, error: Option<&str>, expected: &str) {
        let feed = Health {
            feed: "paper".into(),
            url: "https://paper.example/".into(),
            state: state.into(),
            last_poll_at: Some("2026-03-10T11:00:00Z".into()),
            last_success_at: None,
            next_poll_at: Some("2026-03-10T15:00:00Z".into()),
            failures,
            last_error: error.map(Into::into),
            stories: 0,
            stories_7d: 0,
            events_7d: 0,
        };
        assert_eq!(in_words(&feed, now()), expected);
    }

    #[test]
    fn troubles_are_told_in_plain_words() {
        check("active", 0, None, "well; next poll in 3 h");
        check("active", 1, Some("HTTP 500"), "failed once: HTTP 500; next try in 3 h");
        check("active", 4, Some("timed out"), "failed 4 times in a row: timed out; next try in 3 h");
        check("paused", 0, None, "switched off in the configuration");
        check("removed", 0, None, "no longer in the configuration; its stories are kept");
        let gone = "its server says that it is gone for good (410); remove it, or give its new address";
        check("gone", 1, Some("HTTP 410"), gone);
    }
}
