//! (fetch: being written.)
