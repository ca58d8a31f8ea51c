//! (kinds: being written.)
