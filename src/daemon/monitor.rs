//! How the service is doing, for those who watch over it: `/metrics`, `/healthz`, `/readyz`.
//!
//! Owns the figures and the small server that tells them; off unless the configuration names a place. Leaves what
//! the service does about trouble to `serve`. The server answers on its own, also while the loop is stuck, and says
//! so then.

use super::{Error, Round};
use crate::clock;
use crate::config::Listen;
use crate::pipeline::{self, Polled};
use crate::store;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinHandle;

mod figures;

use figures::Figures;

/// A loop that has not turned for so long is stuck: it never sleeps for more than a minute.
const TURN_MAX: Duration = Duration::from_secs(180);
/// Those who ask and then say nothing are hung up on.
const PATIENCE: Duration = Duration::from_secs(10);
/// Before the next connection is waited for where one could not be taken, such as for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT_TYPE: &str = "text/plain; charset=utf-8";

/// What the service tells the server.
pub struct Monitor {
    shared: Arc<Shared>,
    /// Where it listens now, if anywhere.
    place: Option<Place>,
}

/// A place at which the server answers for as long as this lives.
pub struct Place {
    serving: JoinHandle<()>,
    socket: Option<PathBuf>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.serving.abort();
        if let Some(path) = &self.socket {
            let _ = std::fs::remove_file(path);
        }
    }
}

struct Shared {
    database: PathBuf,
    figures: Figures,
    state: Mutex<State>,
}

struct State {
    ready: bool,
    /// Why the database cannot be written, if so.
    trouble: Option<String>,
    turned_at: Instant,
}

impl Monitor {
    /// Starts to listen, if at all; fails where the place is taken.
    pub async fn start(listen: Option<&Listen>, database: &Path) -> Result<Monitor, Error> {
        let state = State { ready: false, trouble: None, turned_at: clock::ticks() };
        let shared = Arc::new(Shared {
            database: database.to_owned(),
            figures: Figures::new(),
            state: Mutex::new(state),
        });
        let mut monitor = Monitor { shared, place: None };
        monitor.place = monitor.open(listen).await?;
        Ok(monitor)
    }

    /// Listens at another place as well, until `move_to` makes it the only one; fails where it is taken.
    pub async fn open(&self, listen: Option<&Listen>) -> Result<Option<Place>, Error> {
        let taken =
            |source| Error::System { doing: "listening at the place that [monitor] listen names", source };
        let shared = self.shared.clone();
        Ok(match listen {
            None => None,
            Some(Listen::Address(address)) => {
                let listener = Arc::new(TcpListener::bind(address).await.map_err(taken)?);
                let next = move || {
                    let listener = listener.clone();
                    async move { listener.accept().await.map(|(stream, _)| stream) }
                };
                Some(Place { serving: tokio::spawn(serve(next, shared)), socket: None })
            }
            Some(Listen::Socket(path)) => {
                // One that an earlier process left behind; the database's lock says that it does not live any more.
                let _ = std::fs::remove_file(path);
                let listener = Arc::new(UnixListener::bind(path).map_err(taken)?);
                let next = move || {
                    let listener = listener.clone();
                    async move { listener.accept().await.map(|(stream, _)| stream) }
                };
                Some(Place { serving: tokio::spawn(serve(next, shared)), socket: Some(path.clone()) })
            }
        })
    }

    /// Answers nowhere but there from now on.
    pub fn move_to(&mut self, place: Option<Place>) {
        self.place = place;
    }

    /// Every feed has its next time.
    pub fn ready(&self) {
        self.shared.state().ready = true;
    }

    /// A poll has ended.
    pub fn polled(&self, result: &Result<Polled, pipeline::Error>) {
        self.shared.figures.polled(result);
    }

    /// What is counted and not added up.
    pub fn count(&self, round: &Round, unwritable: bool) {
        self.shared.figures.count(round, unwritable);
    }

    /// The loop has turned. `trouble`: why the database cannot be written.
    pub fn turned(&self, trouble: Option<&str>) {
        let mut state = self.shared.state();
        state.turned_at = clock::ticks();
        state.trouble = trouble.map(str::to_owned);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn page(&self, method: &Method, path: &str) -> (StatusCode, &'static str, String) {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return (StatusCode::METHOD_NOT_ALLOWED, TEXT_TYPE, "only GET\n".to_owned());
        }
        match path {
            "/metrics" => {
                let log_bytes = store::log_bytes(&self.database);
                let database_bytes = std::fs::metadata(&self.database).map_or(0, |file| file.len());
                (StatusCode::OK, METRICS_TYPE, self.figures.text(log_bytes, database_bytes))
            }
            "/healthz" => health(self.illness(clock::ticks())),
            "/readyz" => {
                let unready =
                    (!self.state().ready).then(|| "not every feed has its next time yet".to_owned());
                health(unready.or_else(|| self.illness(clock::ticks())))
            }
            _ => (StatusCode::NOT_FOUND, TEXT_TYPE, "there are /metrics, /healthz and /readyz\n".to_owned()),
        }
    }

    fn illness(&self, now: Instant) -> Option<String> {
        let state = self.state();
        let still = now.duration_since(state.turned_at);
        if still > TURN_MAX {
            return Some(format!("the loop has not turned for {} s", still.as_secs()));
        }
        state.trouble.as_ref().map(|why| format!("the database cannot be written: {why}"))
    }
}

fn health(illness: Option<String>) -> (StatusCode, &'static str, String) {
    match illness {
        None => (StatusCode::OK, TEXT_TYPE, "ok\n".to_owned()),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, TEXT_TYPE, format!("{why}\n")),
    }
}

/// Answers whoever comes.
async fn serve<S, F>(next: impl Fn() -> F, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = std::io::Result<S>>,
{
    loop {
        match next().await {
            Ok(stream) => drop(tokio::spawn(answer(stream, shared.clone()))),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// One connection, one answer.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, shared: Arc<Shared>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let (status, kind, body) = shared.page(request.method(), request.uri().path());
        let response = Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(Full::new(Bytes::from(body)));
        std::future::ready(response)
    });
    let served = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = tokio::time::timeout(PATIENCE, served).await;
}
