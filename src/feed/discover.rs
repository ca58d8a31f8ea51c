//! (discover: being written.)
