//! (place: being written.)
