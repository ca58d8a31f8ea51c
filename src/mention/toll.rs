//! (toll: being written.)
