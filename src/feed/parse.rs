//! (parse: being written.)
