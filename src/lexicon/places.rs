//! (places: being written.)
