//! The full-text indexes, brought up to what is stored.
//!
//! Owns when rows enter `story_search` and `event_search`: in batches, a moment behind the commits. FTS5 writes a
//! piece of its index for every transaction, and what merging many small pieces costs is more than everything
//! else that a commit does. Leaves edited stories to a trigger and searching to `timeline`.

use super::{Doing, Result, Store};
use rusqlite::Connection;

/// Rows that one transaction indexes: half a second. What is merged in memory costs a fifth of what is merged in the
/// file: of 500 stories most words stand there for the first time, of 4,000 few.
const BATCH: i64 = 4_000;

/// Rows are never deleted and ids grow, so what is missing are the rows after the newest indexed one.
const STORIES: &str = "INSERT INTO story_search (rowid, title, text) SELECT id, title, text FROM story_text
    WHERE id > (SELECT coalesce(max(id), 0) FROM story_search_docsize) ORDER BY id LIMIT ?1";
const EVENTS: &str = "INSERT INTO event_search (rowid, summary, place, source_actors, target_actors)
    SELECT id, summary, place, source_actors, target_actors FROM event_revision
    WHERE id > (SELECT coalesce(max(id), 0) FROM event_search_docsize) ORDER BY id LIMIT ?1";
const IS_BEHIND: &str = "SELECT coalesce((SELECT max(id) FROM story), 0)
    > coalesce((SELECT max(id) FROM story_search_docsize), 0)
    OR coalesce((SELECT max(id) FROM event_revision), 0)
    > coalesce((SELECT max(id) FROM event_search_docsize), 0)";

pub(super) fn is_behind(c: &Connection) -> Result<bool> {
    c.query_row(IS_BEHIND, [], |row| row.get(0)).doing("reading how far the search indexes reach")
}

impl Store {
    /// Whether there is something stored that a search does not find yet.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Brings the indexes that are built behind the commits up by one batch; whether something is left to do.
    pub fn catch_up(&mut self) -> Result<bool> {
        if self.behind {
            let left = self.write(|c, _| {
                let mut left = false;
                for sql in [STORIES, EVENTS] {
                    let indexed = c.prepare_cached(sql).and_then(|mut s| s.execute([BATCH]));
                    left |= indexed.doing("indexing for search")? as i64 == BATCH;
                }
                Ok(left)
            })?;
            self.behind = self.refill()? || left;
        }
        Ok(self.write_bands()? || self.behind)
    }
}
