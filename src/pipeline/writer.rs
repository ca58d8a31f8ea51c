//! The one owner of the store while feeds are polled.
//!
//! Owns a thread on which every read and write of the database runs, in order, away from the network. Leaves
//! what is written to those who ask.

use crate::store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Requests that may wait; whoever asks beyond this waits to ask.
const WAITING_MAX: usize = 64;

type Job = Box<dyn FnOnce(&mut Store) + Send>;

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
        let handle = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            while let Some(job) = queue.blocking_recv() {
                job(&mut store);
            }
        })?;
        Ok((Writer { jobs, impatient }, handle))
    }

    /// Leaves work to the thread, before whatever is asked for later, and waits for nothing; false where too much
    /// waits already.
    pub fn post(&self, work: impl FnOnce(&mut Store) + Send + 'static) -> bool {
        self.jobs.try_send(Box::new(work)).is_ok()
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
        let job: Job = Box::new(move |store| {
            // Nobody waits any more when a poll was given up; its work is done all the same.
            let _ = answer.send(work(store));
        });
        self.jobs.send(job).await.map_err(|_| Stopped)?;
        receive.await.map_err(|_| Stopped)
    }
}
