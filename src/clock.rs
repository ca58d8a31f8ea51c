//! (clock: being written.)
