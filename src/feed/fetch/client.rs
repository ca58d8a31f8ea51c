//! Connections: certificates, names, proxies.
//!
//! Owns how a connection is made. A name is resolved here and the connection goes to exactly the addresses
//! that passed the guard, so that no second answer of a name server can slip in between.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::Semaphore;
use url::Url;

use super::guard::{Allow, Refused};
use super::{FetchError, Options};

/// The part of the limit for a connection that its name may take.
const NAME_PART: f64 = 0.9;

/// An HTTP client and the addresses that it may reach.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub allow: Arc<Allow>,
}

impl Client {
    pub fn new(options: &Options, allow: &Allow, names: &Names) -> Result<Client, FetchError> {
        let allow = Arc::new(allow.clone());
        let proxy = options.proxy.as_deref().map(proxy).transpose()?;
        let proxy_host =
            options.proxy.as_deref().and_then(|p| Url::parse(p).ok()?.host_str().map(str::to_owned));
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent(options.contact.as_deref()))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_secs(options.connect_timeout_s))
            .read_timeout(Duration::from_secs(options.idle_timeout_s))
            // A host is asked again after minutes at the earliest: an idle connection would only wait.
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(20))
            .tls_backend_preconfigured(tls(options)?)
            .dns_resolver(Guarded {
                allow: allow.clone(),
                names: names.clone(),
                limit: Duration::from_secs(options.connect_timeout_s).mul_f64(NAME_PART),
                proxy_host,
            })
            .no_proxy();
        if let Some(proxy) = proxy {
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|e| setup("the HTTP client", &e))?;
        Ok(Client { http, allow })
    }
}

/// Program, version, and whom to write to.
fn user_agent(contact: Option<&str>) -> String {
    let program = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    contact.map_or(program.to_string(), |contact| format!("{program} (+{contact})"))
}

fn proxy(address: &str) -> Result<reqwest::Proxy, FetchError> {
    reqwest::Proxy::all(address).map_err(|e| setup("proxy", &e))
}

fn setup(what: &str, cause: &dyn std::fmt::Display) -> FetchError {
    FetchError::Setup { what: what.to_string(), cause: cause.to_string() }
}

/// How many authorities are trusted that are built in, and how many more because this machine does.
pub fn authorities() -> (usize, usize) {
    (webpki_roots::TLS_SERVER_ROOTS.len(), rustls_native_certs::load_native_certs().certs.len())
}

/// Mozilla's authorities, those of this machine, and the user's own. A machine without any of its own still
/// reaches the public web.
fn tls(options: &Options) -> Result<ClientConfig, FetchError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = &options.ca_file {
        let what = format!("ca_file {}", path.display());
        let certificates = CertificateDer::pem_file_iter(path).map_err(|e| setup(&what, &e))?;
        let mut any = false;
        for certificate in certificates {
            roots.add(certificate.map_err(|e| setup(&what, &e))?).map_err(|e| setup(&what, &e))?;
            any = true;
        }
        if !any {
            return Err(setup(&what, &"it holds no certificate in PEM form"));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| setup("TLS", &e))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The name server knows no such name.
#[derive(Debug, thiserror::Error)]
#[error("no such host")]
pub struct NoSuchHost;

/// No name server has answered in time.
#[derive(Debug, thiserror::Error)]
#[error("no name server has answered within {seconds} s")]
pub struct NameTimeout {
    pub seconds: u64,
}

/// Names that may be asked for at once: a name server that is silent holds a thread for each until the system's
/// own limit, and no more of them than this.
const NAMES_MAX: usize = 64;

/// Whom to ask for the addresses of a name.
#[derive(Clone)]
pub struct Names {
    lookup: Lookup,
    asking: Arc<Semaphore>,
}

type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;
type Lookup = Arc<dyn Fn(String) -> Found + Send + Sync>;

impl Names {
    pub fn new(lookup: impl Fn(String) -> Found + Send + Sync + 'static) -> Names {
        Names { lookup: Arc::new(lookup), asking: Arc::new(Semaphore::new(NAMES_MAX)) }
    }

    /// As this machine is configured.
    pub fn of_the_system() -> Names {
        Names::new(|name| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.collect()) })
        })
    }

    /// Ends within the limit, whatever becomes of the question: who asks is not held up, its thread may be.
    async fn ask(&self, name: String, limit: Duration) -> Result<Vec<SocketAddr>, NameError> {
        let asked = async {
            let permit = self.asking.clone().acquire_owned().await.map_err(|_| NoSuchHost)?;
            let lookup = (self.lookup)(name);
            // A task of its own: a question that nobody waits for any more still holds its place.
            let asked = tokio::spawn(async move {
                let found = lookup.await;
                drop(permit);
                found
            });
            asked.await.map_err(|_| NoSuchHost)?.map_err(|_| NoSuchHost)
        };
        match tokio::time::timeout(limit, asked).await {
            Ok(found) => Ok(found?),
            Err(_) => Err(NameTimeout { seconds: limit.as_secs_f64().ceil() as u64 }.into()),
        }
    }
}

type NameError = Box<dyn std::error::Error + Send + Sync>;

struct Guarded {
    allow: Arc<Allow>,
    names: Names,
    /// Within the limit for the whole connection, so that what took so long can be told.
    limit: Duration,
    /// The user chose the proxy; it may be anywhere.
    proxy_host: Option<String>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (allow, names, limit) = (self.allow.clone(), self.names.clone(), self.limit);
        let free = allow.host(name.as_str())
            || self.proxy_host.as_deref().is_some_and(|p| p.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found = names.ask(name.as_str().to_string(), limit).await?;
            let any = !found.is_empty();
            let addresses: Vec<SocketAddr> =
                found.into_iter().filter(|a| free || allow.address(a.ip())).collect();
            match (addresses.is_empty(), any) {
                (false, _) => Ok(Box::new(addresses.into_iter()) as Addrs),
                (true, true) => Err(Refused::Name(name.as_str().to_string()).into()),
                (true, false) => Err(NoSuchHost.into()),
            }
        })
    }
}
