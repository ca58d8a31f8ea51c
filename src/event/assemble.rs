//! (assemble: being written.)
