//! The thread that writes: results of each block synced, changed rows as they come, as a node's storage thread does.

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};
use sycee_contracts::{ExecutedBlock, Ledger};
use sycee_primitives::codec;
use sycee_replica::{ResultsRow, put_row};
use sycee_storage::{Durability, Family, Store, StoreError, WriteSet};

/// Write sets that wait; each has at most [`SET_ROWS`] rows.
const QUEUE: usize = 4;

/// Rows of one write set.
const SET_ROWS: usize = 50_000;

/// Writes in the order in which it is asked.
pub(super) struct Writer {
    queue: Sender<(WriteSet, Durability)>,
    thread: JoinHandle<Result<(), StoreError>>,
}

impl Writer {
    pub(super) fn start(store: &Arc<dyn Store>) -> Writer {
        let (queue, asked) = bounded::<(WriteSet, Durability)>(QUEUE);
        let store = Arc::clone(store);
        let thread = std::thread::spawn(move || {
            for (set, durability) in asked {
                store.write(&set, durability)?;
            }
            Ok(())
        });
        Writer { queue, thread }
    }

    fn send(&self, set: WriteSet, durability: Durability) {
        // A thread that has ended tells why when it is joined.
        let _ended = self.queue.send((set, durability));
    }

    /// What one block gave, synced.
    pub(super) fn results(&self, block: &ExecutedBlock) {
        let row = ResultsRow {
            results: block.results,
            receipts_root: block.receipts_root,
            state_root: block.checkpoint.map(|checkpoint| checkpoint.state_root),
            set_version: 0,
        };
        let mut set = WriteSet::new();
        let key = block.height.0.to_be_bytes();
        set.put(Family::Results, key, codec::encode(&row));
        self.send(set, Durability::Synced);
    }

    /// The rows that have changed, buffered, in sets of a size that memory bears.
    pub(super) fn rows(&self, ledger: &mut Ledger) {
        let mut set = WriteSet::new();
        for row in ledger.take_changed_rows() {
            put_row(&mut set, row);
            if set.ops().len() == SET_ROWS {
                self.send(std::mem::take(&mut set), Durability::Buffered);
            }
        }
        self.send(set, Durability::Buffered);
    }

    /// Waits until everything is written and synced.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        self.send(WriteSet::new(), Durability::Synced);
        drop(self.queue);
        match self.thread.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
