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
