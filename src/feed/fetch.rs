//! (fetch: being written.)

pub mod guard;
