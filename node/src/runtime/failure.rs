//! How a node stops: on request, or because going on would be unsafe. The first reason counts.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};
use tokio::sync::watch;

/// Why a node stopped by itself, and the exit code that says so.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{code}: {what}. {remedy}")]
pub struct Failure {
    /// Exit code of the process.
    pub exit: u8,
    /// Stable code of the reason.
    pub code: &'static str,
    /// What happened and where.
    pub what: String,
    /// What the operator should do.
    pub remedy: &'static str,
}

/// The switch that stops every thread; clones share it.
#[derive(Clone, Debug)]
pub struct Stop {
    // Dropping the sender is the signal: every receiver notices, however many there are.
    running: Arc<Mutex<Option<Sender<()>>>>,
    failure: watch::Sender<Option<Failure>>,
    /// The node is to start again from its folder.
    again: watch::Sender<bool>,
}

impl Stop {
    /// The switch, and what the threads listen to.
    pub(super) fn new() -> (Stop, Receiver<()>) {
        let (sender, receiver) = bounded(0);
        let (failure, _) = watch::channel(None);
        let running = Arc::new(Mutex::new(Some(sender)));
        let (again, _) = watch::channel(false);
        let stop = Stop {
            running,
            failure,
            again,
        };
        (stop, receiver)
    }

    /// Stops all threads.
    pub fn stop(&self) {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    /// Stops all threads, for the node to start again: what it is to go on from lies in its folder.
    pub fn again(&self) {
        self.again.send_replace(true);
        self.stop();
    }

    /// Waits until the node is to start again; for ever if it is not.
    pub async fn asked_again(&self) {
        let mut again = self.again.subscribe();
        // The sender lives as long as this value.
        let _asked = again.wait_for(|again| *again).await;
    }

    /// Stops all threads because of a failure; only the first is kept.
    pub fn fail(&self, failure: Failure) {
        tracing::error!(code = failure.code, exit = failure.exit, "{}", failure.what);
        self.failure.send_if_modified(|known| {
            let first = known.is_none();
            if first {
                *known = Some(failure);
            }
            first
        });
        self.stop();
    }

    /// The failure, if there was one.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.failure.borrow().clone()
    }

    /// Waits for a failure; for ever if there is none.
    pub async fn failed(&self) -> Failure {
        let mut failures = self.failure.subscribe();
        loop {
            if let Some(failure) = failures.borrow_and_update().clone() {
                return failure;
            }
            if failures.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Turns a panic of a thread into a failure of the node.
pub(super) struct PanicGuard {
    stop: Stop,
    thread: &'static str,
    is_finished: bool,
}

impl PanicGuard {
    pub(super) fn new(stop: &Stop, thread: &'static str) -> PanicGuard {
        PanicGuard {
            stop: stop.clone(),
            thread,
            is_finished: false,
        }
    }

    pub(super) fn finished(mut self) {
        self.is_finished = true;
    }
}

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if !self.is_finished {
            self.stop.fail(Failure {
                exit: 1,
                code: "NODE_PANIC",
                what: format!("the {} thread stopped on a broken invariant", self.thread),
                remedy: "Keep the log and the folder, report it, and restart; nothing was written after it.",
            });
        }
    }
}
