//! A feed document -> its entries, whatever dialect and however broken.
//!
//! Owns the choice of the dialect, the limits and the identity of entries within their feed. `parse::xml`
//! knows the elements of RSS, RDF and Atom, `parse::json` JSON Feed, `parse::date` the dates, and
//! `parse::library` asks feed-rs about documents that are sound. Leaves the encoding to `clean`, the mending
//! to `markup`, and what an entry means as an article to `story`.

use std::collections::{HashMap, VecDeque};

use url::Url;

use crate::feed::clean;
use crate::feed::{Entry, Parsed};

pub mod date;
mod json;
mod library;
mod xml;

/// What may be taken from one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The newest are kept.
    pub entries_max: usize,
    /// Of one title, summary or text.
    pub field_max_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { entries_max: 2000, field_max_bytes: 1024 * 1024 }
    }
}

/// Why nothing can be read from a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the document is empty")]
    Empty,
    #[error("this is a web page, not a feed; `dateline discover` finds the feeds of a page")]
    WebPage,
    #[error("this is neither RSS, Atom, RDF nor JSON Feed: its first element is <{0}>")]
    NotAFeed(String),
    #[error("this is not a feed: it holds no markup")]
    NoMarkup,
    #[error("this is not a JSON Feed: {0}")]
    Json(String),
    #[error("the program panicked while reading this document; please report it with the feed's address")]
    Panicked,
}

/// Reads a feed. `base` is the address it came from, for relative links.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    base: Option<&Url>,
    limits: Limits,
) -> Result<Parsed, ParseError> {
    let cleaned = clean::clean(bytes, content_type);
    let text = cleaned.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let mut parsed = if text.starts_with(['{', '[']) {
        json::read(text, base, limits)?
    } else {
        xml::read(text, base, limits)?
    };
    if parsed.repaired.is_empty() {
        library::complete(text, base, limits, &mut parsed);
    }
    parsed.repaired.splice(0..0, cleaned.repaired);
    if parsed.entries.is_empty() {
        parsed.repaired.push("no entries".to_string());
    }
    identify(&mut parsed.entries);
    Ok(parsed)
}

/// Entries as they come, of which only so many are kept: the first ones, or the last ones where the feed
/// runs from old to new.
struct Kept {
    first: Vec<Entry>,
    last: VecDeque<Entry>,
    max: usize,
    dropped: usize,
}

impl Kept {
    fn new(limits: Limits) -> Kept {
        Kept { first: Vec::new(), last: VecDeque::new(), max: limits.entries_max, dropped: 0 }
    }

    fn push(&mut self, entry: Entry) {
        if self.first.len() < self.max {
            self.first.push(entry);
            return;
        }
        self.last.push_back(entry);
        if self.last.len() > self.max {
            self.last.pop_front();
            self.dropped += 1;
        }
    }

    fn finish(self, parsed: &mut Parsed) {
        let rising = self.first.first().and_then(|e| e.published.or(e.updated))
            < self.last.back().and_then(|e| e.published.or(e.updated));
        if self.last.is_empty() {
            parsed.entries = self.first;
            return;
        }
        let total = self.first.len() + self.last.len() + self.dropped;
        parsed.repaired.push(format!("{total} entries: only the newest {} kept", self.max));
        parsed.entries = if rising {
            let missing = self.max - self.last.len().min(self.max);
            self.first.into_iter().rev().take(missing).rev().chain(self.last).collect()
        } else {
            self.first
        };
    }
}

/// Longer keys are hashed.
const KEY_MAX_BYTES: usize = 512;

/// Gives every entry a key: its id; its link where it has no id; its words where it has neither. Where a key
/// repeats, the entries that share it are told apart by link, then date, then title, then order.
fn identify(entries: &mut [Entry]) {
    for entry in entries.iter_mut() {
        entry.key = match entry.id.as_ref().or(entry.link.as_ref()) {
            Some(name) => name.clone(),
            None => words_key(entry),
        };
    }
    let more: [fn(&Entry) -> String; 3] = [
        |e| e.link.clone().unwrap_or_default(),
        |e| e.published.or(e.updated).map_or(String::new(), |d| d.to_rfc3339()),
        |e| e.title.clone().unwrap_or_default(),
    ];
    for part in more {
        let shared = counts(entries);
        for entry in entries.iter_mut().filter(|e| shared.get(&e.key).is_some_and(|n| *n > 1)) {
            entry.key = format!("{} | {}", entry.key, part(entry));
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for entry in entries.iter_mut() {
        let earlier = seen.entry(entry.key.clone()).or_default();
        *earlier += 1;
        if *earlier > 1 {
            entry.key = format!("{} | {earlier}", entry.key);
        }
        if entry.key.len() > KEY_MAX_BYTES {
            entry.key = hashed(&entry.key);
        }
    }
}

fn counts(entries: &[Entry]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for entry in entries {
        *counts.entry(entry.key.clone()).or_default() += 1;
    }
    counts
}

fn words_key(entry: &Entry) -> String {
    let words = [&entry.title, &entry.summary, &entry.content].map(|f| f.as_deref().unwrap_or_default());
    hashed(&words.join("\u{1}"))
}

fn hashed(text: &str) -> String {
    format!("xxh3:{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
}

/// A link as an absolute address; as written where it cannot be one.
fn absolute(link: &str, base: Option<&Url>) -> Option<String> {
    let link = link.trim();
    if link.is_empty() {
        return None;
    }
    let resolved = Url::parse(link).ok().or_else(|| base.and_then(|b| b.join(link).ok()));
    Some(resolved.map_or_else(|| link.to_string(), String::from))
}

/// Cuts at a character boundary.
fn cut(text: &mut String, max_bytes: usize) {
    if text.len() > max_bytes {
        text.truncate((0..=max_bytes).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests;
