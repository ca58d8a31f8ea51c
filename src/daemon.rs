//! (daemon: being written.)
