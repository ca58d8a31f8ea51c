//! (opml: being written.)
