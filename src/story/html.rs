//! (html: being written.)
