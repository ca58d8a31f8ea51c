//! One polite conditional GET, with limits.

pub mod guard;
mod options;

pub use options::Options;
