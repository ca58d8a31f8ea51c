//! (when: being written.)
