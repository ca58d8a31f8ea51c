//! One article: a `Story` knows its feed, its address and its words.
//!
//! Owns which date and which text of an entry win, and when two stories are the same. Leaves the words
//! themselves to `text`.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

pub mod article;
pub mod dedup;
pub mod html;
pub mod link;
pub mod read;

#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The feed's name.
    pub feed: String,
    /// Identity within the feed.
    pub key: String,
    /// The link as the feed has it.
    pub link: Option<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// Plain text.
    pub title: String,
    pub summary: String,
    /// The longest text that the feed or the page gives; empty where it is no more than the summary.
    pub body: String,
    pub author: Option<String>,
    /// BCP 47, as found or as identified.
    pub language: Option<String>,
    pub published_at: Option<DateTime<FixedOffset>>,
    pub updated_at: Option<DateTime<FixedOffset>>,
    pub seen_at: DateTime<Utc>,
    /// The publication day in the publisher's time zone: what relative dates are counted from.
    pub published_day: NaiveDate,
}

impl Story {
    /// The text that events are read from.
    pub fn text(&self) -> &str {
        if self.body.is_empty() { &self.summary } else { &self.body }
    }
}
