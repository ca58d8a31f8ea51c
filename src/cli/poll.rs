//! `dateline poll`: every feed that is due, once; progress while it runs, and the new events at the end.

use super::{ConfigOption, Exit, fail, style, timeline};
use crate::config::Config;
use crate::daemon::{self, Ended, Summary};
use crate::store::{self, Store, timeline::Filter};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// New events shown at the end; the rest is in the timeline.
const SHOWN_MAX: usize = 40;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Poll also feeds that are not due, still asking only for what has changed
    #[arg(long)]
    all: bool,
    /// Print only problems
    #[arg(long, short)]
    quiet: bool,
}

pub fn run(arguments: Arguments) -> Exit {
    let (config, lexicon) = match super::prepare(&arguments.config.config) {
        Ok(prepared) => prepared,
        Err(message) => return fail(message),
    };
    let progress = progress(config.feeds.len(), arguments.quiet);
    let result = daemon::poll_once(&config, lexicon, arguments.all, |ended| tell(&ended, &progress));
    progress.finish_and_clear();
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => return fail(error),
    };
    if !arguments.quiet
        && let Err(error) = conclude(&config, &summary)
    {
        return fail(error);
    }
    if summary.failed > 0 { Exit::Some } else { Exit::Fine }
}

fn progress(feeds: usize, quiet: bool) -> ProgressBar {
    let hidden = quiet || !std::io::stderr().is_terminal();
    let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(feeds as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} feeds  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

fn tell(ended: &Ended, progress: &ProgressBar) {
    progress.set_length(progress.position() + 1 + ended.left as u64);
    progress.inc(1);
    progress.set_message(style::line(ended.feed));
    let trouble = match ended.result {
        Ok(polled) => polled.error.clone(),
        Err(error) => Some(error.to_string()),
    };
    if let Some(trouble) = trouble {
        progress.suspend(|| eprintln!("{}: {}", style::line(ended.feed), style::line(&trouble)));
    }
}

/// What the round came to, the new events as a table first.
fn conclude(config: &Config, summary: &Summary) -> Result<(), store::Error> {
    let new = summary.new_events.len();
    if new > 0 {
        let store = Store::open_reader(&config.database)?;
        let filter =
            Filter { uids: Some(summary.new_events.clone()), limit: Some(SHOWN_MAX), ..Filter::default() };
        println!("{}\n", timeline::table(&store.timeline(&filter)?));
        if new > SHOWN_MAX {
            println!("... and {} more; `dateline timeline` shows them all\n", new - SHOWN_MAX);
        }
    }
    let polled = count(summary.polled, "feed");
    let mut parts = vec![count(summary.new_stories, "new story"), count(new, "new event")];
    if summary.revised_stories > 0 {
        parts.push(count(summary.revised_stories, "edited story"));
    }
    if summary.revised_events > 0 {
        parts.push(format!("{} with news", count(summary.revised_events, "known event")));
    }
    if summary.failed > 0 {
        parts.push(format!("{} failed", summary.failed));
    }
    if summary.skipped > 0 {
        parts.push(format!("{} not due", summary.skipped));
    }
    println!("{polled} polled: {}", parts.join(", "));
    Ok(())
}

fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}
