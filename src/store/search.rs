//! The full-text indexes, brought up to what is stored.
//!
//! Owns when rows enter `story_search` and `event_search`: once at the end of each transaction that adds any, in
//! one statement an index, because FTS5 writes a piece of its index for every statement before it. Leaves edited
//! stories to a trigger and searching to `timeline`.

use super::{Doing, Result};
use rusqlite::Connection;

/// Rows are never deleted and ids grow, so what is missing are the rows after the newest indexed one.
const STORIES: &str = "INSERT INTO story_search (rowid, title, text) SELECT id, title, text FROM story_text
    WHERE id > (SELECT coalesce(max(id), 0) FROM story_search_docsize) ORDER BY id";
const EVENTS: &str = "INSERT INTO event_search (rowid, summary, place, source_actors, target_actors)
    SELECT id, summary, place, source_actors, target_actors FROM event_revision
    WHERE id > (SELECT coalesce(max(id), 0) FROM event_search_docsize) ORDER BY id";

/// Indexes the stories and event revisions that this transaction added.
pub(super) fn catch_up(c: &Connection) -> Result<()> {
    for sql in [STORIES, EVENTS] {
        c.prepare_cached(sql).and_then(|mut s| s.execute([])).doing("indexing for search")?;
    }
    Ok(())
}
