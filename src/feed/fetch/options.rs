//! What the user may decide about requests. The configuration fills it; the defaults stand here.

use super::guard::Allow;
use std::path::PathBuf;

/// Limits and manners of every request. Units stand last in the names.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Private networks and hosts that may be reached.
    pub allow: Allow,
    /// An address that a feed's owner can write to, for the `User-Agent`.
    pub contact: Option<String>,
    pub proxy: Option<String>,
    /// Certificates (PEM) to trust beside the usual authorities.
    pub ca_file: Option<PathBuf>,
    pub connect_timeout_s: u64,
    /// The longest silence within an answer.
    pub idle_timeout_s: u64,
    pub total_timeout_s: u64,
    /// Of the decoded body.
    pub body_max_bytes: u64,
    pub entries_max: u64,
    pub redirects_max: u64,
    /// Requests in flight at once, over all hosts.
    pub concurrent_max: u64,
    /// Between the end of one request to a host and the next to it.
    pub host_gap_s: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            allow: Allow::default(),
            contact: None,
            proxy: None,
            ca_file: None,
            connect_timeout_s: 10,
            idle_timeout_s: 15,
            total_timeout_s: 60,
            body_max_bytes: 16 * 1024 * 1024,
            entries_max: 2_000,
            redirects_max: 10,
            concurrent_max: 32,
            host_gap_s: 2,
        }
    }
}
