//! (actor: being written.)
