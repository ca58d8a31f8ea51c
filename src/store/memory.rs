//! What the writer keeps in memory beside the file, and how it stays true to it.
//!
//! Owns that a failed transaction leaves nothing behind here. Leaves what is kept to `copies` and `events`.

use super::Result;
use super::copies::Recent;
use super::events::Lately;
use rusqlite::Connection;

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub recent: Recent,
    pub lately: Lately,
}

/// A state of the memory to which it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    recent: u64,
    lately: u64,
}

impl Memory {
    pub fn load(c: &Connection) -> Result<Memory> {
        Ok(Memory { recent: Recent::load(c)?, lately: Lately::default() })
    }

    pub fn mark(&self) -> Mark {
        Mark { recent: self.recent.end(), lately: self.lately.changes() }
    }

    /// Forgets what was learned since: the transaction that it was learned in has failed.
    pub fn take_back(&mut self, mark: Mark) {
        self.recent.take_back(mark.recent);
        if self.lately.changes() != mark.lately {
            self.lately.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Outcome, PollRecord, Reading, Store};
    use crate::feed::{Feed, Learned};
    use crate::story::Story;
    use chrono::{DateTime, Utc};

    const TEXT: &str = "Shells fell on the market of the old town while families queued for bread, and the wounded \
        were carried on doors to the one hospital that still has a generator, a doctor there said.";

    fn commit(store: &mut Store, number: usize) {
        let seen_at: DateTime<Utc> = "2024-03-01T10:00:00Z".parse().unwrap();
        let url = format!("https://wire.example/{number}");
        let story = Story {
            feed: "wire".into(),
            key: url.clone(),
            link: Some(url.clone()),
            url: Some(url),
            title: format!("Market shelled, day {number}"),
            summary: TEXT.into(),
            body: String::new(),
            author: None,
            language: None,
            published_at: None,
            updated_at: None,
            seen_at,
            published_day: seen_at.date_naive(),
        };
        let learned = Learned::default();
        let poll = PollRecord {
            feed: "wire",
            started_at: seen_at,
            outcome: Outcome::Fresh,
            status: Some(200),
            bytes: 0,
            entries: 1,
            milliseconds: 0,
            error: None,
            learned: &learned,
        };
        store.commit(&poll, &[Reading::new(story, Some(Vec::new()))], 1, seen_at).unwrap();
    }

    #[test]
    fn a_group_whose_commit_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open_writer(&folder.path().join("timeline.db")).unwrap();
        store.sync_feeds(&[Feed::new("wire", "https://wire.example/".parse().unwrap())]).unwrap();
        let before = store.memory.mark();
        let failed = store.together(|store| {
            commit(store, 1);
            commit(store, 2);
            // A reference that is checked only by the COMMIT.
            let broken =
                "PRAGMA defer_foreign_keys = ON; INSERT INTO sighting (feed, entry_key, story, text_hash,
                first_seen_at, last_seen_at) VALUES (1, 'x', 99, 0, '', '')";
            store.connection.execute_batch(broken).unwrap();
        });
        assert!(failed.is_err());
        assert!(store.connection.is_autocommit(), "the transaction has ended");
        assert_eq!(store.memory.mark(), before);
        let rows =
            |store: &Store, sql: &str| store.connection.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(rows(&store, "SELECT count(*) FROM story"), 0);
        // The first story after it is a copy of none that was undone, the second of the first.
        store.together(|store| (3..5).for_each(|number| commit(store, number))).unwrap();
        assert_eq!(rows(&store, "SELECT count(*) FROM story WHERE same_as IS NULL"), 1);
        assert_eq!(rows(&store, "SELECT same_as FROM story WHERE id = 2"), 1);
        assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
    }
}
