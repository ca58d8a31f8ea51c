//! Why a poll failed, in words that help.
//!
//! Owns the search through the HTTP library's chain of causes for the one that a person can act on.

use std::error::Error;
use std::io;

use url::Url;

use super::Options;
use super::guard::Refused;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{0}")]
    Refused(Refused),
    #[error("the name {host} is not known; is the address right, and does this machine reach a name server?")]
    NoSuchHost { host: String },
    #[error("no name server has answered for {host} within {seconds} s; does this machine reach one?")]
    NameTimeout { host: String, seconds: u64 },
    #[error("no connection to {host}: {cause}")]
    Connect { host: String, cause: String },
    #[error("no secure connection to {host}: {cause}")]
    Tls { host: String, cause: String },
    #[error("no connection to {host} within {seconds} s")]
    ConnectTimeout { host: String, seconds: u64 },
    #[error("the server fell silent for {seconds} s")]
    Silent { seconds: u64 },
    #[error("the answer took longer than {seconds} s")]
    Slow { seconds: u64 },
    #[error("the document is larger than {most} bytes; raise body_max_bytes if it is meant to be")]
    TooLarge { most: u64 },
    #[error("more than {most} redirects, or a circle of them")]
    Redirects { most: u64 },
    #[error("a redirect ({status}) that leads nowhere")]
    Location { status: u16 },
    #[error("{}", status_words(*.status, *.challenged))]
    Status { status: u16, challenged: bool },
    #[error("the answer is cut short or not what it claims to be: {cause}")]
    Body { cause: String },
    #[error("no proper answer: {cause}")]
    Protocol { cause: String },
    #[error("{path}: {cause}")]
    File { path: String, cause: String },
    #[error("{what}: {cause}")]
    Setup { what: String, cause: String },
}

impl FetchError {
    pub(super) fn status_of(response: &reqwest::Response) -> FetchError {
        let challenged = response.headers().get("cf-mitigated").is_some_and(|v| v == "challenge");
        FetchError::Status { status: response.status().as_u16(), challenged }
    }

    pub(super) fn status(&self) -> Option<u16> {
        match self {
            FetchError::Status { status, .. } | FetchError::Location { status } => Some(*status),
            _ => None,
        }
    }

    /// No server was reached: it may be this machine's own network that is at fault.
    pub fn is_unreached(&self) -> bool {
        use FetchError::{Connect, ConnectTimeout, NameTimeout, NoSuchHost};
        matches!(self, NoSuchHost { .. } | NameTimeout { .. } | Connect { .. } | ConnectTimeout { .. })
    }

    pub(super) fn of(error: &reqwest::Error, url: &Url, options: &Options) -> FetchError {
        let host = url.host_str().unwrap_or_default().to_string();
        if let Some(refused) = cause::<Refused>(error) {
            return FetchError::Refused(refused.clone());
        }
        if cause::<super::client::NoSuchHost>(error).is_some() {
            return FetchError::NoSuchHost { host };
        }
        if let Some(slow) = cause::<super::client::NameTimeout>(error) {
            return FetchError::NameTimeout { host, seconds: slow.seconds };
        }
        if let Some(tls) = cause::<rustls::Error>(error) {
            return FetchError::Tls { host, cause: tls_words(tls) };
        }
        if error.is_timeout() && error.is_connect() {
            return FetchError::ConnectTimeout { host, seconds: options.connect_timeout_s };
        }
        if error.is_timeout() {
            return FetchError::Silent { seconds: options.idle_timeout_s };
        }
        let deepest = deepest(error);
        // The server hangs up in the middle of the handshake: it speaks no TLS, or none that is still safe.
        if error.is_connect() && deepest.contains("tls handshake") {
            return FetchError::Tls { host, cause: deepest };
        }
        if error.is_connect() {
            return FetchError::Connect { host, cause: deepest };
        }
        if error.is_body() || error.is_decode() {
            return FetchError::Body { cause: deepest };
        }
        match cause::<io::Error>(error) {
            Some(broken) => FetchError::Body { cause: broken.to_string() },
            None => FetchError::Protocol { cause: deepest },
        }
    }
}

/// The first cause of this type, also where it hides inside an `io::Error`.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        at = match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

fn deepest(error: &dyn Error) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

fn tls_words(error: &rustls::Error) -> String {
    use rustls::{CertificateError, Error};
    let words = match error {
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "its certificate has expired"
        }
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => "its certificate is not valid yet; is this machine's clock right?",
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "its certificate is signed by nobody whom this machine trusts; `ca_file` can name an authority"
        }
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "its certificate is for another name",
        _ => return error.to_string(),
    };
    words.to_string()
}

fn status_words(status: u16, challenged: bool) -> String {
    let words = match status {
        _ if challenged => "the server wants to see a browser (bot protection)",
        400 => "the server does not understand the request",
        401 => "the server wants a user name and password, or other ones",
        403 => "the server refuses us",
        404 => "nothing is at this address",
        406 | 415 => "the server has no document of a kind that we accept",
        407 => "the proxy wants a user name and password",
        304 => "the server says \"not modified\" though nothing was asked for before",
        451 => "withheld for legal reasons",
        200..=299 => "the server sends no document",
        500..=599 => "the server is in trouble",
        _ => "an answer that is no document",
    };
    format!("{words} (HTTP {status})")
}
