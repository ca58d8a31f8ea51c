//! What feed-rs reads from a sound document.
//!
//! Owns the one place where feed-rs is asked. It knows the extensions of media and podcasts; it gives a
//! document up for one odd element, so `xml` and `json` read every document too, and stand alone where this
//! one refuses, finds another number of entries, or must not be asked.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use feed_rs::model::{self, FeedType};
use feed_rs::parser::Builder;
use url::Url;

use super::{Limits, cut, date};
use crate::feed::markup::escape;
use crate::feed::{Entry, Parsed};

/// feed-rs needs about five times the size of a document beside it.
const DOCUMENT_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Completes entries that were read from a sound document. Where both have a value the library's counts, but
/// for dates, whose offset it drops, and links, of which it does not choose; a text that it breaks off at an
/// inner tag is not taken.
pub fn complete(text: &str, base: Option<&Url>, limits: Limits, parsed: &mut Parsed) {
    if text.len() > DOCUMENT_MAX_BYTES || parsed.entries.is_empty() {
        return;
    }
    let parser = Builder::new()
        .base_uri(base)
        .sanitize_content(false)
        .timestamp_parser(|text| date::parse(text).map(|d| d.to_utc()))
        // Its own ids are hashes or random; an entry without an id has none.
        .id_generator(|_, _, _| String::new())
        .build();
    let text = undeclared(text);
    // A second declaration would change the encoding in the middle, over which its XML reader panics.
    if text.contains("<?") {
        return;
    }
    // It also panics over an e-mail address next to a letter that is not ASCII, so it is asked under guard.
    let asked = catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes())));
    let Ok(Ok(feed)) = asked else { return };
    if feed.entries.len() != parsed.entries.len() {
        return;
    }
    // Only Atom and JSON Feed say that a text is plain; RSS says nothing and means HTML.
    let plain = matches!(feed.feed_type, FeedType::Atom | FeedType::JSON);
    for (entry, theirs) in parsed.entries.iter_mut().zip(feed.entries) {
        merge(entry, theirs, plain, limits);
    }
}

/// Without its XML declaration: the text is UTF-8 by now, whatever it declares.
fn undeclared(text: &str) -> &str {
    match text.strip_prefix("<?xml") {
        Some(rest) => rest.find("?>").map_or(text, |end| &rest[end + 2..]),
        None => text,
    }
}

fn merge(entry: &mut Entry, theirs: model::Entry, plain: bool, limits: Limits) {
    let html = |text: String, kind: &str| -> String {
        let escaped = if plain && kind == "text/plain" { escape(&text) } else { Cow::Borrowed(&text[..]) };
        let mut escaped = escaped.into_owned();
        cut(&mut escaped, limits.field_max_bytes);
        escaped
    };
    let text = |t: Option<model::Text>| t.map(|t| html(t.content, t.content_type.as_str()));
    longer(&mut entry.title, text(theirs.title));
    longer(&mut entry.summary, text(theirs.summary));
    let content = theirs.content.and_then(|c| Some(html(c.body?, c.content_type.as_str())));
    longer(&mut entry.content, content);
    let id = theirs.id.trim();
    if !id.is_empty() {
        entry.id = Some(id.to_string());
    }
    let names: Vec<String> = theirs.authors.into_iter().filter_map(|p| p.name.or(p.email)).collect();
    if names.len() > 1 {
        entry.author = Some(names.join(", "));
    } else if entry.author.is_none() {
        entry.author = names.into_iter().next().filter(|n| !n.trim().is_empty());
    }
    if entry.categories.is_empty() {
        entry.categories = theirs.categories.into_iter().map(|c| c.label.unwrap_or(c.term)).collect();
    }
    if entry.link.is_none() {
        entry.link = theirs.links.into_iter().find(|l| l.rel.as_deref() != Some("self")).map(|l| l.href);
    }
    let missing =
        |ours: Option<DateTime<_>>, theirs: Option<DateTime<Utc>>| ours.or(theirs.map(|d| d.fixed_offset()));
    entry.published = missing(entry.published, theirs.published);
    // feed-rs repeats the publication as the update of an RSS item.
    entry.updated = missing(entry.updated, theirs.updated.filter(|u| Some(*u) != theirs.published));
}

fn longer(ours: &mut Option<String>, theirs: Option<String>) {
    if let Some(theirs) = theirs.filter(|t| !t.trim().is_empty())
        && theirs.len() >= ours.as_ref().map_or(0, String::len)
    {
        *ours = Some(theirs);
    }
}
