//! dateline polls news feeds, extracts dated events and appends them to a SQLite timeline.
//!
//! The modules below, read top to bottom, are the journey of the data. Data moves one way; each stage
//! makes a new value and changes nothing upstream:
//!
//! ```text
//! Feed --fetch--> Fetched --parse--> Entry --read--> Story --Document::new--> Document
//!   --mention::find--> Mentions --event::assemble--> Vec<Event> --store.commit--> timeline
//! ```
//!
//! A `Story` knows its feed. A `Document` knows only text. An `Event` knows its quote, not its story; the
//! store joins them. So text, mention and event can be tested with one string literal: no network, no
//! clock, no database.

pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod event;
pub mod feed;
pub mod lexicon;
pub mod mention;
pub mod pipeline;
pub mod schedule;
pub mod store;
pub mod story;
pub mod text;
