//! What the service tells its manager (sd_notify): ready, status, reloading, stopping, and that it lives.
//!
//! Owns the watchdog: it is fed only when the loop turns and the database thread has answered since the last
//! time. Without a service manager all of this does nothing.

use crate::pipeline::writer::Writer;
use sd_notify::NotifyState;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

pub struct Notify {
    /// How often the watchdog is fed: a third of what the manager allows.
    feed_every: Option<Duration>,
    fed_at: Instant,
    /// A question to the database thread that is not answered yet.
    asked: Option<JoinHandle<bool>>,
}

impl Notify {
    pub fn new(now: Instant) -> Notify {
        Notify { feed_every: sd_notify::watchdog_enabled().map(|limit| limit / 3), fed_at: now, asked: None }
    }

    pub fn ready(&self, status: &str) {
        send(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    pub fn status(&self, status: &str) {
        send(&[NotifyState::Status(status)]);
    }

    pub fn reloading(&self) {
        if let Ok(since) = NotifyState::monotonic_usec_now() {
            send(&[NotifyState::Reloading, since]);
        }
    }

    pub fn stopping(&self) {
        send(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
    }

    /// The longest that the loop may sleep.
    pub fn patience(&self) -> Duration {
        self.feed_every.unwrap_or(Duration::MAX)
    }

    /// Called at every turn of the loop: feeds the watchdog where the database thread has answered.
    pub async fn turn(&mut self, now: Instant, writer: &Writer) {
        let Some(every) = self.feed_every else { return };
        if now.duration_since(self.fed_at) < every {
            return;
        }
        match self.asked.take() {
            Some(asked) if asked.is_finished() => {
                if asked.await.unwrap_or(false) {
                    send(&[NotifyState::Watchdog]);
                    self.fed_at = now;
                }
            }
            Some(asked) => self.asked = Some(asked),
            None => {
                let writer = writer.clone();
                self.asked = Some(tokio::spawn(async move { writer.with(|_| ()).await.is_ok() }));
            }
        }
    }
}

fn send(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager cannot be told");
    }
}
