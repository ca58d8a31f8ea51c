//! The one owner of the store while feeds are polled.
//!
//! Owns a thread on which every read and write of the database runs, in order, away from the network; which of them
//! share a transaction; and when the indexes behind the commits are brought up. Leaves what is written to those who
//! ask.

use crate::clock;
use crate::store::{self, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Requests that may wait; whoever asks beyond this waits to ask.
const WAITING_MAX: usize = 64;
/// When nobody has asked for anything this long, what was stored is indexed: several polls together.
const PAUSE: Duration = Duration::from_secs(1);
/// The pause after an attempt that failed: a full disk is not mended in a second.
const RETRY: Duration = Duration::from_secs(60);
/// Where there is no such pause, it is indexed between the polls.
const BEHIND_MAX: Duration = Duration::from_secs(10);

/// Tells whoever waits what came of a request, once it is known whether its transaction was committed.
type Answer = Box<dyn FnOnce(Option<Arc<store::Error>>)>;

/// Work that shares a transaction; gets no store where the write lock could not be had.
type Part = Box<dyn FnOnce(Option<&mut Store>) -> Answer + Send>;

enum Job {
    Alone(Box<dyn FnOnce(&mut Store) + Send>),
    Together(Part),
}

/// Gives work to the store's thread. Clones share the thread; it ends when the last is gone.
#[derive(Debug, Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    impatient: Arc<AtomicBool>,
}

/// The store's thread has ended although somebody still needs it: it panicked.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the database thread has stopped; restart dateline, and report the panic above in its log")]
pub struct Stopped;

impl Writer {
    /// Starts the thread; join the handle to wait until the store is closed.
    pub fn start(mut store: Store) -> std::io::Result<(Writer, JoinHandle<()>)> {
        let impatient = store.impatience();
        let (jobs, mut queue) = mpsc::channel::<Job>(WAITING_MAX);
        let timer = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let handle = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            let (mut behind_since, mut pause) = (clock::ticks(), PAUSE);
            loop {
                let wait = if store.is_behind() { pause } else { Duration::MAX };
                match timer.block_on(async { timeout(wait, queue.recv()).await }) {
                    Ok(Some(job)) => {
                        if !store.is_behind() {
                            behind_since = clock::ticks();
                        }
                        run(&mut store, job, &mut queue);
                        if store.is_behind() && behind_since.elapsed() > BEHIND_MAX.max(pause) {
                            index(&mut store, &mut pause);
                        }
                    }
                    Ok(None) => break,
                    Err(_) => while index(&mut store, &mut pause) && queue.is_empty() {},
                }
            }
            index(&mut store, &mut pause);
        })?;
        Ok((Writer { jobs, impatient }, handle))
    }

    /// Leaves work to the thread, before whatever is asked for later, and waits for nothing; false where too much
    /// waits already.
    pub fn post(&self, work: impl FnOnce(&mut Store) + Send + 'static) -> bool {
        self.jobs.try_send(Job::Alone(Box::new(work))).is_ok()
    }

    /// The process is to stop: writes no longer wait for a lock that another program holds.
    pub fn hurry(&self) {
        self.impatient.store(true, Ordering::Relaxed);
    }

    /// Requests that wait for the thread.
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Runs `work` on the store's thread and waits for its answer.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, receive) = oneshot::channel();
        let job = Job::Alone(Box::new(move |store| {
            // Nobody waits any more when a poll was given up; its work is done all the same.
            let _ = answer.send(work(store));
        }));
        self.jobs.send(job).await.map_err(|_| Stopped)?;
        receive.await.map_err(|_| Stopped)
    }

    /// Runs `work` as part of a transaction with all that waits to be written beside it, and waits until that is
    /// committed. Under load a page that twenty polls change is so written once.
    pub async fn together<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> store::Result<T> + Send + 'static,
    ) -> Result<store::Result<T>, Stopped> {
        let (answer, receive) = oneshot::channel();
        let job = Job::Together(Box::new(move |store| {
            let result = store.map_or(Err(store::Error::Busy), work);
            Box::new(move |undone: Option<Arc<store::Error>>| {
                let _ = answer.send(match undone {
                    None => result,
                    Some(error) => Err(store::Error::Undone(error)),
                });
            })
        }));
        self.jobs.send(job).await.map_err(|_| Stopped)?;
        receive.await.map_err(|_| Stopped)
    }
}

/// Runs a job, with those that wait behind it where they may share its transaction.
fn run(store: &mut Store, job: Job, queue: &mut mpsc::Receiver<Job>) {
    let mut next = Some(job);
    let mut group = Vec::new();
    while let Some(Job::Together(work)) = next.take_if(|job| matches!(job, Job::Together(_))) {
        group.push(work);
        if group.len() < WAITING_MAX {
            next = queue.try_recv().ok();
        }
    }
    if !group.is_empty() {
        let mut answers = Vec::new();
        let committed = store.together(|store| {
            answers.extend(group.drain(..).map(|work| work(Some(&mut *store))));
        });
        answers.extend(group.into_iter().map(|work| work(None)));
        let undone = committed.err().map(Arc::new);
        for answer in answers {
            answer(undone.clone());
        }
    }
    if let Some(Job::Alone(work)) = next {
        work(store);
    }
}

/// Brings the indexes up by a batch, and says how long to wait before the next; whether more is left to do.
fn index(store: &mut Store, pause: &mut Duration) -> bool {
    let result = store.catch_up();
    *pause = if result.is_ok() { PAUSE } else { RETRY };
    result.unwrap_or_else(|error| {
        tracing::warn!(%error, "new stories not indexed for search; tried again");
        false
    })
}
