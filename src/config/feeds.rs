//! One `[[feed]]` of the configuration.
//!
//! Owns the options of a feed, the defaults that they fall back to, and how secrets are found. Leaves what a
//! schedule means to `schedule`.

use super::reader::{Reader, Table};
use crate::feed::{Allow, Article, Credentials, Feed};
use crate::schedule::Cadence;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// How often a feed is polled when nobody says otherwise.
const EVERY: &str = "60m";
/// A secret longer than this is a wrong file.
const SECRET_MAX_BYTES: u64 = 64 * 1024;

/// A feed as the user asked for it, and when to poll it.
#[derive(Debug, Clone, PartialEq)]
pub struct Configured {
    pub feed: Feed,
    pub cadence: Cadence,
    /// The zone in which a cron schedule is read.
    pub zone: Tz,
    pub enabled: bool,
    /// Where the feed stands in the file.
    pub line: u32,
}

impl std::borrow::Borrow<Feed> for Configured {
    fn borrow(&self) -> &Feed {
        &self.feed
    }
}

/// What very many feeds may have alike, kept once.
#[derive(Debug, Default)]
pub struct Shared {
    texts: BTreeSet<Arc<str>>,
    schedules: BTreeMap<String, Cadence>,
}

impl Shared {
    fn text(&mut self, text: String) -> Arc<str> {
        let text = Arc::from(text);
        if let Some(known) = self.texts.get(&text) {
            return known.clone();
        }
        self.texts.insert(Arc::clone(&text));
        text
    }

    fn schedule(&mut self, text: &str) -> Result<Cadence, String> {
        if let Some(known) = self.schedules.get(text) {
            return Ok(known.clone());
        }
        let cadence = Cadence::cron(text).map_err(|e| e.to_string())?;
        self.schedules.insert(text.to_owned(), cadence.clone());
        Ok(cadence)
    }
}

/// `[defaults]`: what feeds fall back to.
#[derive(Debug, Clone)]
pub struct Defaults {
    cadence: Cadence,
    zone: Tz,
    timezone: Option<Tz>,
    language: Option<Arc<str>>,
    country: Option<Arc<str>>,
    article: Article,
}

impl Defaults {
    pub fn read(reader: &mut Reader, table: Option<Table>, shared: &mut Shared) -> Defaults {
        let hourly = EVERY.parse().unwrap_or_else(|_| Cadence::hourly());
        let mut defaults = Defaults {
            cadence: hourly,
            zone: Tz::UTC,
            timezone: None,
            language: None,
            country: None,
            article: Article::Feed,
        };
        let Some(mut table) = table else { return defaults };
        if let Some(cadence) = cadence(reader, &mut table, shared) {
            defaults.cadence = cadence;
        }
        defaults.zone = reader.parsed(&mut table, "schedule_timezone", zone).unwrap_or(Tz::UTC);
        defaults.timezone = reader.parsed(&mut table, "timezone", zone);
        defaults.language = reader.parsed(&mut table, "language", language).map(|text| shared.text(text));
        defaults.country = reader.parsed(&mut table, "country", country).map(|text| shared.text(text));
        defaults.article = reader.parsed(&mut table, "article", article).unwrap_or_default();
        reader.finish(table);
        defaults
    }
}

/// Reads one feed; None where it has no usable name or address, which is then among the problems.
pub fn read(
    reader: &mut Reader,
    mut table: Table,
    folder: &Path,
    defaults: &Defaults,
    shared: &mut Shared,
) -> Option<Configured> {
    let line = reader.line(table.span().start) as u32;
    let table_span = table.span();
    let name = reader.parsed(&mut table, "name", name);
    if name.is_none() && !table.has("name") {
        reader.problem(table_span.clone(), "feed.name", "is missing; give the feed a short name of its own");
    }
    let url = reader.parsed(&mut table, "url", |text| address(text, folder));
    if url.is_none() && !table.has("url") {
        reader.problem(table_span, "feed.url", "is missing; give the address of the feed");
    }
    let cadence = cadence(reader, &mut table, shared).unwrap_or_else(|| defaults.cadence.clone());
    let zone_of_schedule = reader.parsed(&mut table, "schedule_timezone", zone).unwrap_or(defaults.zone);
    let timezone = reader.parsed(&mut table, "timezone", zone).or(defaults.timezone);
    let language = reader.parsed(&mut table, "language", language).map(|text| shared.text(text));
    let country = reader.parsed(&mut table, "country", country).map(|text| shared.text(text));
    let language = language.or_else(|| defaults.language.clone());
    let country = country.or_else(|| defaults.country.clone());
    let headers = headers(reader, &mut table);
    let credentials = credentials(reader, &mut table, folder).map(Box::new);
    let allow = Some(allow(reader, &mut table)).filter(|allow| *allow != Allow::default()).map(Box::new);
    let article = reader.parsed(&mut table, "article", article).unwrap_or(defaults.article);
    let enabled = reader.boolean(&mut table, "enabled").unwrap_or(true);
    reader.finish(table);
    let feed =
        Feed { timezone, country, language, headers, credentials, allow, article, ..Feed::new(&name?, url?) };
    Some(Configured { feed, cadence, zone: zone_of_schedule, enabled, line })
}

/// `every` or `schedule`, not both.
fn cadence(reader: &mut Reader, table: &mut Table, shared: &mut Shared) -> Option<Cadence> {
    let span = table.span_of("schedule");
    let every = reader.parsed(table, "every", |text| text.parse::<Cadence>().map_err(|e| e.to_string()));
    let schedule = reader.parsed(table, "schedule", |text| shared.schedule(text));
    if table.has("every") && table.has("schedule") {
        reader.problem(span, &table.name("schedule"), "stands beside `every`; keep one of the two");
    }
    every.or(schedule)
}

/// A list of networks and hosts, each checked by itself so that each problem has its place.
pub fn allow(reader: &mut Reader, table: &mut Table) -> Allow {
    let parts = reader.list(table, "allow", |text| Allow::parse(&[text])).unwrap_or_default();
    parts.iter().fold(Allow::default(), |all, part| all.and(part))
}

fn headers(reader: &mut Reader, table: &mut Table) -> Vec<(String, String)> {
    const OURS: [&str; 9] = [
        "host",
        "cookie",
        "referer",
        "if-none-match",
        "if-modified-since",
        "accept-encoding",
        "content-length",
        "connection",
        "authorization",
    ];
    let span = table.span_of("headers");
    let pairs = reader.pairs(table, "headers");
    for (name, value) in &pairs {
        let token =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let advice = if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            "is set by the program itself; for authorization use username, password_file or token_file"
        } else if !token {
            "is no header name; letters, digits and hyphens make one"
        } else if value.chars().any(|c| c.is_control()) {
            "has a control character in its value"
        } else {
            continue;
        };
        reader.problem(span.clone(), &format!("feed.headers.{name}"), advice);
    }
    pairs
}

/// `username` with a password, or a token; each secret in a file or an environment variable.
fn credentials(reader: &mut Reader, table: &mut Table, folder: &Path) -> Option<Credentials> {
    let user = reader.text(table, "username").map(|found| found.value.to_owned());
    let password = secret(reader, table, "password_file", "password_env", folder);
    let token = secret(reader, table, "token_file", "token_env", folder);
    let span = table.span_of("username");
    match (user, password, token) {
        (None, None, None) => None,
        (Some(user), Some(password), None) => Some(Credentials::Basic { user, password }),
        (None, None, Some(token)) => Some(Credentials::Token(token)),
        (Some(_), None, None) => {
            if !table.has("password_file") && !table.has("password_env") {
                let advice = "needs a password: give password_file or password_env";
                reader.problem(span, "feed.username", advice);
            }
            None
        }
        (None, Some(_), _) => {
            reader.problem(span, "feed.username", "is missing beside the password");
            None
        }
        (Some(_), _, Some(_)) => {
            reader.problem(span, "feed.username", "stands beside a token; keep one of the two");
            None
        }
    }
}

fn secret(
    reader: &mut Reader,
    table: &mut Table,
    file_key: &'static str,
    env_key: &'static str,
    folder: &Path,
) -> Option<String> {
    let from_file = reader.parsed(table, file_key, |text| read_secret(&resolve(text, folder)?));
    let from_env = reader.parsed(table, env_key, |name| {
        std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
    });
    from_file.or(from_env)
}

fn read_secret(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?.len();
    if size > SECRET_MAX_BYTES {
        return Err(format!("{}: {size} bytes is no secret", path.display()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A path relative to the configuration; `${CREDENTIALS_DIRECTORY}` is where systemd puts a service's secrets.
pub fn resolve(text: &str, folder: &Path) -> Result<PathBuf, String> {
    const CREDENTIALS: &str = "${CREDENTIALS_DIRECTORY}";
    let Some(rest) = text.strip_prefix(CREDENTIALS) else { return Ok(folder.join(text)) };
    let directory = std::env::var("CREDENTIALS_DIRECTORY")
        .map_err(|_| "CREDENTIALS_DIRECTORY is not set; is LoadCredential= in the unit?".to_owned())?;
    Ok(PathBuf::from(format!("{directory}{rest}")))
}

fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().any(char::is_control) || text.len() > 100 {
        return Err("expected a short name on one line, such as \"bbc-world\"".to_owned());
    }
    Ok(text.trim().to_owned())
}

/// An http, https or file address; `file:` paths may be relative to the configuration.
fn address(text: &str, folder: &Path) -> Result<Url, String> {
    let text = text.trim();
    if let Some(path) = text.strip_prefix("file:").filter(|path| !path.starts_with('/')) {
        let absolute = std::path::absolute(folder.join(path)).map_err(|error| error.to_string())?;
        return Url::from_file_path(&absolute).map_err(|()| format!("{} is no path", absolute.display()));
    }
    let url = Url::parse(text).map_err(|error| {
        format!("\"{text}\" is no address ({error}); write it in full, such as https://example.org/rss.xml")
    })?;
    match url.scheme() {
        "http" | "https" if url.host().is_none() => Err("names no host".to_owned()),
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err("carries a user name or password; use username and password_file instead".to_owned())
        }
        "http" | "https" | "file" => Ok(url),
        scheme => Err(format!("{scheme}: is not supported; http, https and file are")),
    }
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| {
        let nearest = chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| (strsim::jaro_winkler(zone.name(), text), zone.name()))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or("Europe/London", |(_, name)| name);
        format!("\"{text}\" is no time zone; did you mean \"{nearest}\"?")
    })
}

fn language(text: &str) -> Result<String, String> {
    let ok = (2..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if ok { Ok(text.to_owned()) } else { Err(format!("\"{text}\" is no language tag such as \"en\"")) }
}

fn country(text: &str) -> Result<String, String> {
    let ok = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if ok {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(format!("\"{text}\" is no two-letter country code (ISO 3166-1) such as \"GB\""))
    }
}

fn article(text: &str) -> Result<Article, String> {
    match text {
        "feed" => Ok(Article::Feed),
        "page" => Ok(Article::Page),
        _ => Err(format!(
            "is \"{text}\"; expected \"feed\" (what the feed carries) or \"page\" (the linked page)"
        )),
    }
}
