//! (trigger: being written.)
