//! (calendar: being written.)
