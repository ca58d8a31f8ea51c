//! The rules of polite polling, each on a scripted server: first the library, fetch by fetch.

#[path = "support/server.rs"]
mod server;
