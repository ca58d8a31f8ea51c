//! (schedule: being written.)
