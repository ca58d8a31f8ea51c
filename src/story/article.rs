//! (article: being written.)
