//! What several tests share: a scripted server, and the program itself.

pub mod program;
pub mod server;
