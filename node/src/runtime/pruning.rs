//! Plans what may be dropped, slice by slice; the storage thread writes it.
//!
//! It must never write, and never have more than one slice under way: the next one begins where the last one ended.
//!
//! ```text
//!   flushed rises --> prune_slice (reads) --> storage: group commit first, then the slice, buffered --> pruned rises --> next
//! ```
//! Votes share the writer: a slice takes it a few milliseconds, and pauses between slices leave it most of the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use sycee_primitives::Height;
use sycee_replica::{JournalError, Retention, Slice, lowest_kept, prune_slice};
use sycee_storage::Store;

use super::core::journal_failure;
use super::failure::Stop;
use super::handle::Shared;
use super::snapshots::Snapshots;
use super::storage::Write;
use crate::metrics::Metrics;

/// Between two slices.
const SLICE_PAUSE: Duration = Duration::from_millis(25);
/// Between two looks whether a slice was written.
const WRITTEN_CHECK: Duration = Duration::from_millis(2);
/// Between two looks whether more was flushed.
const FLUSHED_CHECK: Duration = Duration::from_millis(500);

pub(crate) struct Pruning {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) retention: Retention,
    pub(crate) snapshots: Snapshots,
    pub(crate) writes: Sender<Write>,
    pub(crate) flushed: Arc<AtomicU64>,
    pub(crate) pruned: Arc<AtomicU64>,
    pub(crate) stop: Receiver<()>,
    pub(crate) metrics: Metrics,
}

impl Pruning {
    /// Runs until the node stops; an archive has nothing to do.
    pub(crate) fn run(self, stop: &Stop) {
        match lowest_kept(self.store.as_ref()) {
            Ok(lowest) => self.show(lowest),
            Err(error) => return stop.fail(journal_failure(&error)),
        }
        if self.retention == Retention::Archive {
            return;
        }
        let mut exhausted_at = None;
        loop {
            let flushed = self.flushed.load(Ordering::Acquire);
            let pause = if exhausted_at == Some(flushed) {
                FLUSHED_CHECK
            } else {
                match self.slice() {
                    Ok(true) => SLICE_PAUSE,
                    Ok(false) => {
                        exhausted_at = Some(flushed);
                        FLUSHED_CHECK
                    }
                    Err(error) => return stop.fail(journal_failure(&error)),
                }
            };
            if self.stops_within(pause) {
                return;
            }
        }
    }

    /// Drops one slice; false when there is nothing to drop.
    fn slice(&self) -> Result<bool, JournalError> {
        let (store, epochs) = (self.store.as_ref(), self.shared.epochs());
        let slice = prune_slice(store, &epochs, self.retention, self.snapshots.lowest())?;
        let Some(Slice { writes, lowest }) = slice else {
            return Ok(false);
        };
        if self.writes.send(Write::Prune { lowest, writes }).is_err() {
            return Ok(false);
        }
        while self.pruned.load(Ordering::Acquire) < lowest.0 {
            if self.stops_within(WRITTEN_CHECK) {
                return Ok(false);
            }
        }
        self.show(lowest);
        Ok(true)
    }

    fn show(&self, lowest: Height) {
        let lowest = i64::try_from(lowest.0).unwrap_or(i64::MAX);
        self.metrics.lowest_height.set(lowest);
    }

    fn stops_within(&self, pause: Duration) -> bool {
        self.stop.recv_timeout(pause) != Err(RecvTimeoutError::Timeout)
    }
}
