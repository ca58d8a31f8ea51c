//! `dateline discover`: the feeds that a web page names, as blocks for the configuration.

use super::{Exit, fail};
use crate::config;
use crate::feed::fetch::{Fetcher, Options};
use crate::feed::{discover, opml};
use clap::Args;
use std::path::PathBuf;
use url::Url;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The page of a paper, such as https://example.org/
    url: Url,
    /// A configuration whose [network] options are used, and whose names are not used again
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Exit {
    let (options, taken) = match &arguments.config {
        None => (Options::default(), Vec::new()),
        Some(path) => match config::load(path) {
            Ok(config) => {
                let names: Vec<String> = config.feeds.into_iter().map(|feed| feed.feed.name).collect();
                (config.network, names)
            }
            Err(problems) => return fail(problems),
        },
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(format!("starting the runtime: {error}")),
    };
    let found = Fetcher::new(&options)
        .and_then(|fetcher| runtime.block_on(discover::discover(&fetcher, &arguments.url)));
    match found {
        Ok(feeds) if feeds.is_empty() => {
            eprintln!("{}: names no feed; look for an RSS or Atom link on the page", arguments.url);
            Exit::Some
        }
        Ok(feeds) => {
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            print!("{}", opml::toml_blocks(&feeds, &taken));
            Exit::Fine
        }
        Err(error) => fail(format!("{}: {error}", arguments.url)),
    }
}
