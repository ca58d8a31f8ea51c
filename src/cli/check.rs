//! `dateline check`: is the configuration right?

use super::{ConfigOption, Exit};
use crate::config;
use crate::lexicon::Lexicon;
use clap::Args;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
}

pub fn run(arguments: Arguments) -> Exit {
    let config = match config::load(&arguments.config.config) {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("{problems}");
            return Exit::Unusable;
        }
    };
    match super::lexicon(&config.lexicon_files) {
        Ok(lexicon) => report(&config, &lexicon),
        Err(message) => {
            eprintln!("{message}");
            Exit::Unusable
        }
    }
}

fn report(config: &config::Config, lexicon: &Lexicon) -> Exit {
    let enabled = config.feeds.iter().filter(|feed| feed.enabled).count();
    println!("{}: all right", config.path.display());
    println!("database: {}", config.database.display());
    println!("feeds: {enabled} to poll, {} switched off", config.feeds.len() - enabled);
    let kinds: Vec<&str> = lexicon.kinds.all().iter().map(|kind| kind.name.as_str()).collect();
    println!("event kinds: {}", kinds.join(", "));
    Exit::Fine
}
