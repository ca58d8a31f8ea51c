//! What to poll, what was learned about it, what came back.
//!
//! Owns a feed's address, its options and the memory of earlier polls. Leaves when to poll to `schedule`,
//! and what an entry means as an article to `story`.

use chrono::{DateTime, FixedOffset, Utc};
use std::sync::Arc;
use url::Url;

pub use fetch::guard::Allow;

pub mod clean;
pub mod discover;
pub mod fetch;
pub mod learn;
pub mod markup;
pub mod opml;
pub mod packed;
pub mod parse;

/// What the user asked for: one `[[feed]]` of the configuration. Its schedule is `schedule`'s.
#[derive(Clone, PartialEq)]
pub struct Feed {
    /// The key in the configuration and the database.
    pub name: String,
    pub url: Url,
    /// The publisher's time zone.
    pub timezone: Option<chrono_tz::Tz>,
    /// ISO 3166-1 alpha-2 of the publisher. Shared by the feeds that have it, because there may be very many.
    pub country: Option<Arc<str>>,
    /// BCP 47; overrides what the feed says.
    pub language: Option<Arc<str>>,
    /// Extra request headers; values are secrets and never printed.
    pub headers: Vec<(String, String)>,
    /// Sent to the feed's own origin only, never to where a redirect leads.
    pub credentials: Option<Box<Credentials>>,
    /// Private networks and hosts that this feed may reach, beside those that every feed may.
    pub allow: Option<Box<Allow>>,
    pub article: Article,
}

/// Headers and credentials may be secrets, so only what identifies the feed is shown.
impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed")
            .field("name", &self.name)
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

impl Feed {
    /// A feed with nothing but a name and an address.
    pub fn new(name: &str, url: Url) -> Feed {
        Feed {
            name: name.to_owned(),
            url,
            timezone: None,
            country: None,
            language: None,
            headers: Vec::new(),
            credentials: None,
            allow: None,
            article: Article::default(),
        }
    }
}

/// How a request proves who asks. The values are secrets: `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    Basic {
        user: String,
        password: String,
    },
    /// Sent as `Authorization: Bearer`.
    Token(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(hidden)")
    }
}

/// Where the text of a story comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Article {
    /// What the feed itself carries.
    #[default]
    Feed,
    /// The linked page, for new stories only.
    Page,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Active,
    /// Switched off in the configuration.
    Paused,
    /// The server answered 410.
    Gone,
    /// No longer in the configuration.
    Removed,
    /// Was being read twice when the process died; left alone until the user says otherwise.
    Quarantined,
}

/// Everything that the database remembers about a feed between polls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learned {
    pub state: State,
    /// The address that permanent redirects lead to, once confirmed.
    pub moved_to: Option<String>,
    /// A permanent redirect target seen once, waiting for confirmation.
    pub moving_to: Option<String>,
    /// The URL that the validators belong to.
    pub validators_url: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// xxh3 of the decoded body of the last good answer.
    pub body_hash: Option<u64>,
    pub title: Option<String>,
    pub next_poll_at: Option<DateTime<Utc>>,
    pub last_poll_at: Option<DateTime<Utc>>,
    pub last_success_at: Option<DateTime<Utc>>,
    /// The server's own demand: not before.
    pub not_before: Option<DateTime<Utc>>,
    /// HTTP status of the last answer.
    pub last_status: Option<u16>,
    /// What the last document that parsed asks for; it holds through later 304s. See [`Parsed`].
    pub wait_s: Option<u64>,
    pub skip_hours: Vec<u8>,
    pub skip_days: Vec<u8>,
    /// Failures in a row.
    pub failures: u32,
    pub last_error: Option<String>,
    /// Polls begun and not ended: the process died in them.
    pub unfinished: u32,
}

/// One item of a feed, as parsed, before anything is decided about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// Identity within the feed, made by us where the feed gives none.
    pub key: String,
    pub id: Option<String>,
    pub link: Option<String>,
    /// Markup as the feed has it.
    pub title: Option<String>,
    pub summary: Option<String>,
    pub content: Option<String>,
    pub author: Option<String>,
    pub language: Option<String>,
    pub categories: Vec<String>,
    pub published: Option<DateTime<FixedOffset>>,
    pub updated: Option<DateTime<FixedOffset>>,
}

/// What a feed document says of itself, and its entries.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    pub format: String,
    pub title: Option<String>,
    pub language: Option<String>,
    /// What was mended before the parser would take it, in plain words.
    pub repaired: Vec<String>,
    pub entries: Vec<Entry>,
    /// How long the document itself asks us to wait between polls (ttl, sy:update*), seconds.
    pub wait_s: Option<u64>,
    /// skipHours (GMT) and skipDays (0 = Monday).
    pub skip_hours: Vec<u8>,
    pub skip_days: Vec<u8>,
}
