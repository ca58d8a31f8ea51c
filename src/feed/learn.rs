//! (learn: being written.)
