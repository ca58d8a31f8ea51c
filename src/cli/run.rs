//! `dateline run`: the service.

use super::{ConfigOption, Exit, fail};
use crate::daemon;
use clap::Args;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
}

pub fn run(arguments: Arguments) -> Exit {
    daemon::memory::settle();
    let path = arguments.config.config;
    let (config, lexicon) = match super::prepare(&path) {
        Ok(prepared) => prepared,
        Err(message) => return fail(message),
    };
    match daemon::serve(&path, config, lexicon, |config| super::lexicon(&config.lexicon_files)) {
        Ok(()) => Exit::Fine,
        Err(error) => {
            tracing::error!(message_id = daemon::ENDED, "{error}");
            // A manager may start the service again where that can help: systemd/dateline.service does.
            if error.is_lasting() { Exit::Unusable } else { Exit::Some }
        }
    }
}
