//! Showing the state of a checkpoint to peers that take it over. [G5]
//!
//! It must never hold up the storage thread for longer than a view takes to open, and never read what is newer than its checkpoint.
//!
//! ```text
//!   storage: flush at a checkpoint ──begin──▶ thread with a view of the rows of that moment        the newest two, and what is leased
//!   core:    a peer asks ──serve──▶ offer: pool, from the store           chunk: the thread of that checkpoint
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use sycee_consensus::ValidatorIndex;
use sycee_contracts::Table;
use sycee_network::{Class, Network, PeerIndex};
use sycee_primitives::{Epoch, Height};
use sycee_replica::{ChunkPlace, JournalError, ShownStates, Snapshot};
use sycee_storage::{RocksStore, Store};

use super::handle::Shared;
use crate::clock::Clock;
use crate::metrics::Metrics;

/// Chunks that wait for one thread; what finds no room is asked for again.
const REQUESTS_MAX: usize = 64;
/// How often a thread looks whether the store must be opened again.
const FAILURE_CHECK: Duration = Duration::from_millis(100);

/// What cannot be shown is not shown; whoever needs the same rows for itself stops over them.
fn failed(error: &JournalError) {
    tracing::error!(
        code = error.code(),
        "a snapshot cannot be shown: {error}. {}",
        error.remedy()
    );
}

/// A chunk that a peer wants.
struct Request {
    to: ValidatorIndex,
    table: Table,
    chunk: u64,
}

struct Shown {
    snapshot: Arc<Snapshot>,
    requests: Sender<Request>,
    thread: JoinHandle<()>,
}

/// The states this node shows; clones share them.
#[derive(Clone)]
pub(crate) struct Snapshots {
    pub(crate) store: Arc<RocksStore>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) network: Network,
    pub(crate) metrics: Metrics,
    pub(crate) pool: Arc<rayon::ThreadPool>,
    clock: Clock,
    shown: Arc<Mutex<ShownStates<Shown>>>,
}

impl Snapshots {
    pub(crate) fn new(
        store: Arc<RocksStore>,
        shared: Arc<Shared>,
        network: Network,
        metrics: Metrics,
        pool: Arc<rayon::ThreadPool>,
    ) -> Snapshots {
        Snapshots {
            store,
            shared,
            network,
            metrics,
            pool,
            clock: Clock::start(),
            shown: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, ShownStates<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a state whose flush was just written: when this returns, its rows are held whatever is written next.
    pub(crate) fn begin(&self, snapshot: Snapshot) {
        let height = snapshot.height();
        let snapshot = Arc::new(snapshot);
        let (requests, waiting) = bounded(REQUESTS_MAX);
        let (opened, is_open) = bounded(1);
        let (it, of) = (self.clone(), Arc::clone(&snapshot));
        let thread = std::thread::Builder::new()
            .name("sycee-snapshot".to_owned())
            .spawn(move || it.show(&of, &waiting, &opened));
        let Ok(thread) = thread else {
            return tracing::warn!(%height, "no thread for a snapshot: this one is not offered");
        };
        if is_open.recv().is_err() {
            return tracing::warn!(%height, "the store is closed: this snapshot is not offered");
        }
        self.metrics
            .snapshot_height
            .set(i64::try_from(height.0).unwrap_or(i64::MAX));
        tracing::info!(%height, "the state of this checkpoint is offered to peers");
        let shown = Shown {
            snapshot,
            requests,
            thread,
        };
        // The thread of what is shown no longer ends as soon as it notices that nobody can ask it any more.
        self.lock().begin(self.clock.tick(), height, shown);
    }

    /// The lowest checkpoint whose state is shown: blocks from there on are kept.
    pub(crate) fn lowest(&self) -> Option<Height> {
        self.lock().lowest(self.clock.tick())
    }

    /// Answers for one state out of the rows of its moment, until it is shown no longer.
    fn show(&self, snapshot: &Snapshot, waiting: &Receiver<Request>, opened: &Sender<()>) {
        let viewed = self.store.with_view(|view| {
            let _ = opened.send(());
            loop {
                let request = match waiting.recv_timeout(FAILURE_CHECK) {
                    Ok(request) => request,
                    Err(RecvTimeoutError::Timeout) if self.store.failure().is_none() => continue,
                    // The store must be opened again, and that waits for this view; or nobody asks any more.
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
                };
                let Request { to, table, chunk } = request;
                let answer = snapshot.chunk(view, table, chunk);
                match answer {
                    Ok(Some((_, frame))) => self.send(to, frame),
                    Ok(None) => {}
                    Err(error) => return failed(&error),
                }
            }
        });
        if let Err(error) = viewed {
            tracing::warn!(code = error.code(), "no view of the store: {error}");
        }
    }

    fn send(&self, to: ValidatorIndex, frame: Arc<[u8]>) {
        self.metrics.snapshot_frames.inc();
        let _ = self.network.send(PeerIndex(to.0), Class::Sync, frame);
    }

    /// Sends the newest offer that is certified by now.
    pub(crate) fn offer(&self, to: ValidatorIndex, asker: Epoch) {
        let shown: Vec<Arc<Snapshot>> = self
            .lock()
            .newest()
            .map(|shown| Arc::clone(&shown.snapshot))
            .collect();
        if shown.is_empty() {
            return;
        }
        let it = self.clone();
        self.pool.spawn(move || match it.newest(&shown, asker) {
            Ok(Some(frame)) => it.send(to, frame),
            Ok(None) => {}
            Err(error) => failed(&error),
        });
    }

    fn newest(
        &self,
        shown: &[Arc<Snapshot>],
        asker: Epoch,
    ) -> Result<Option<Arc<[u8]>>, JournalError> {
        let epochs = self.shared.epochs();
        for snapshot in shown {
            if let Some((_, frame)) = snapshot.offer(self.store.as_ref(), &epochs, asker)? {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Has a chunk made and sent, if its state is still shown.
    pub(crate) fn chunk(&self, to: ValidatorIndex, (height, table, chunk): ChunkPlace) {
        let Some(table) = Table::from_number(table) else {
            return;
        };
        let mut shown = self.lock();
        if let Some(shown) = shown.asked(self.clock.tick(), to, height) {
            // No room: the peer asks again, elsewhere first.
            let _ = shown.requests.try_send(Request { to, table, chunk });
        }
    }

    /// Ends all threads, so that the store can be closed.
    pub(crate) fn end(&self) {
        let shown: Vec<Shown> = self.lock().end().collect();
        for Shown {
            requests, thread, ..
        } in shown
        {
            drop(requests);
            let _ = thread.join();
        }
    }
}
