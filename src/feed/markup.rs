//! (markup: being written.)
