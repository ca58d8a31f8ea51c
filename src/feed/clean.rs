//! (clean: being written.)
