//! The only reader of the configuration file.
//!
//! Owns every option: its name, its default, its limits, and what to say when it is wrong. Leaves what the
//! options do to the rooms whose structs it fills.

use std::collections::BTreeSet;

pub mod reader;

/// Something wrong in the configuration, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub field: String,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.field, self.message)
    }
}

/// The name of every option, as `table.key`.
pub fn options() -> BTreeSet<String> {
    BTreeSet::new()
}
