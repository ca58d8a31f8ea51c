//! Where log lines go and how they look: the journal where systemd listens, text for people, JSON for machines; what is
//! no journal goes to standard error.

use super::{LogFormat, LogOptions};
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use tracing_journald::{Priority, PriorityMappings};
use tracing_subscriber::fmt::format::debug_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// The service tells what it does unless it is told otherwise; the other commands speak of trouble alone.
const SERVICE_LEVEL: &str = "info";

pub fn start(options: &LogOptions, service: bool) -> Result<(), String> {
    let level = if service && options.log == "warn" { SERVICE_LEVEL } else { &options.log };
    // A mere level is meant for this program; the libraries below it speak of trouble alone.
    let own = matches!(level, "info" | "debug" | "trace").then(|| format!("warn,dateline={level}"));
    let filter = EnvFilter::try_new(own.as_deref().unwrap_or(level)).map_err(|error| {
        format!(
            "--log {level}: {error}; use error, warn, info, debug, trace, or a filter such as dateline=debug"
        )
    })?;
    let layer = match options.log_format {
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed(),
        LogFormat::Text => text(),
        LogFormat::Journal => {
            journal().map_err(|error| format!("--log-format journal: no journal can be reached: {error}"))?
        }
        LogFormat::Auto if is_journal() => journal().unwrap_or_else(|_| text()),
        LogFormat::Auto => text(),
    };
    let started = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    started.map_err(|error| format!("the log cannot be started: {error}"))?;
    std::panic::set_hook(Box::new(|panic| {
        // feed-rs panics over some documents; the parser expects it, catches it and reads them without it.
        if panic.location().is_some_and(|place| place.file().contains("feed-rs")) {
            tracing::debug!("{panic}");
        } else {
            let trace = std::backtrace::Backtrace::capture();
            tracing::error!("{panic}\n{trace}");
        }
    }));
    Ok(())
}

type Boxed = Box<dyn Layer<tracing_subscriber::Registry> + Send + Sync>;

/// Lines for people: what happened, then what is known of it. The number of a message is for the journal.
fn text() -> Boxed {
    let fields = debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{value:?}"),
        "message_id" => Ok(()),
        name => write!(writer, " {name}={value:?}"),
    });
    let layer = fmt::layer()
        .fmt_fields(fields)
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // The journal stamps each line itself.
    if is_journal() { layer.without_time().boxed() } else { layer.boxed() }
}

/// The journal, with every value as a field of its own (FEED, URL, ERROR).
fn journal() -> std::io::Result<Boxed> {
    let priorities = PriorityMappings {
        info: Priority::Informational,
        debug: Priority::Debug,
        trace: Priority::Debug,
        ..PriorityMappings::new()
    };
    let layer = tracing_journald::layer()?
        .with_field_prefix(None)
        .with_priority_mappings(priorities)
        .with_syslog_identifier("dateline".to_owned());
    Ok(layer.boxed())
}

/// Whether standard error is the journal: systemd names its device and inode.
fn is_journal() -> bool {
    let Ok(named) = std::env::var("JOURNAL_STREAM") else { return false };
    let Ok(error) = std::fs::metadata("/proc/self/fd/2") else { return false };
    named == format!("{}:{}", error.dev(), error.ino())
}
