//! (read: being written.)
