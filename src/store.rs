//! (store: being written.)
