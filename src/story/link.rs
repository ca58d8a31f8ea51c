//! (link: being written.)
