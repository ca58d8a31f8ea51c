//! Where log lines go and how they look: text for people, JSON for machines, always on standard error.

use super::{LogFormat, LogOptions};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// The service tells what it does unless it is told otherwise; the other commands speak of trouble alone.
const SERVICE_LEVEL: &str = "info";

pub fn start(options: &LogOptions, service: bool) -> Result<(), String> {
    let level = if service && options.log == "warn" { SERVICE_LEVEL } else { &options.log };
    let filter = EnvFilter::try_new(level).map_err(|error| {
        format!(
            "--log {level}: {error}; use error, warn, info, debug, trace, or a filter such as dateline=debug"
        )
    })?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = match options.log_format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        // Under systemd the journal stamps each line itself.
        LogFormat::Text if std::env::var_os("JOURNAL_STREAM").is_some() => {
            builder.without_time().with_ansi(false).try_init()
        }
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| format!("the log cannot be started: {error}"))
}
