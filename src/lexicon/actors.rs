//! (actors: being written.)
