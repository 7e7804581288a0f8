//! Operators: disks are lost and folders recovered, old copies come back, everything is stopped and started.
//!
//! ```text
//!   lose disk    store (and mark) gone --recover--> empty store that says quarantine --start--> rejoins
//!   old copy     image of store and mark now ... later put back, as a virtual machine's snapshot would --start--> finds out, or goes on
//!   stop all     every queue written and synced, then down
//! ```
//! Must stay in step with the node's `recover`.

use std::sync::Arc;

use sycee_consensus::{Quarantine, ValidatorIndex};
use sycee_primitives::Hash;
use sycee_replica::{UnverifiedBatch, VerifiedBatch, load_batch, quarantine_rows};
use sycee_storage::{Durability, Family, MemoryStore, Store, for_each_row};

use crate::coverage::Mark;
use crate::node::{empty_store, unsigned_marks};
use crate::world::{Due, World, small};

impl World {
    /// The disk of a validator is gone, and its folder is recovered.
    pub(crate) fn lose_disk(&mut self, node: usize, mark_too: bool) {
        self.coverage.reach(Mark::DiskLost);
        self.crash(node, 0, false);
        self.excuse_unshared(node);
        let store = empty_store(&self.founding);
        let state = Quarantine {
            active: true,
            ..Quarantine::default()
        };
        let written = store.write(&quarantine_rows(&state), Durability::Synced);
        self.violate("storage", written.map_err(|error| error.to_string()));
        let it = &mut self.nodes[node];
        if mark_too {
            it.lose_marks(unsigned_marks(it.index));
        }
        for mark in &mut it.marks {
            mark.store_sequence = store.sequence();
        }
        it.store = store;
        it.rolled_back = false;
        self.oracles.finality.forgets(node);
        self.oracles.signatures.loses(self.time, node);
        // Faults of the disk are faults of the new one too, while they last.
        self.refresh_faults();
    }

    /// Somebody copies the folder of a running validator.
    pub(crate) fn copy_folder(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        it.copy = Some((Arc::new(it.store.image()), it.marks.clone()));
    }

    /// The copy takes the place of what the validator has.
    pub(crate) fn restore_copy(&mut self, node: usize) {
        let Some((store, marks)) = self.nodes[node].copy.take() else {
            return;
        };
        self.coverage.reach(Mark::OldCopyRestored);
        self.crash(node, 0, false);
        self.excuse_unshared(node);
        let it = &mut self.nodes[node];
        (it.store, it.rolled_back) = (store, true);
        it.lose_marks(marks);
        self.oracles.finality.forgets(node);
        self.oracles.signatures.loses(self.time, node);
        self.refresh_faults();
        self.schedule(1, Due::Start(small(node)));
    }

    /// What a node acknowledged and no correct node beside it has on its disk is lost with its own.
    ///
    /// A batch that one other has, validator or observer, comes back to its owner, and its transactions go into another one. [L14]
    fn excuse_unshared(&mut self, node: usize) {
        let store = Arc::clone(&self.nodes[node].store);
        let mut digests = Vec::new();
        let read = for_each_row(store.as_ref(), Family::Batches, b"", None, |key, _| {
            digests.extend(key.as_slice().try_into().ok().map(Hash));
            Ok::<(), sycee_storage::StoreError>(())
        });
        self.violate("storage", read.map_err(|error| error.to_string()));
        for digest in digests {
            if self.oracles.signatures.held_by_others(node, &digest) > 0 {
                continue;
            }
            match self.load_own_or_other(&store, &digest) {
                Ok((owner, batch)) if owner == self.nodes[node].index => {
                    for transaction in batch.transactions() {
                        self.oracles.outcomes.loses(node, &transaction.id());
                    }
                }
                Ok(_) => {}
                Err(error) => self.violate("storage", Err(format!("node {node}: {error}"))),
            }
        }
    }

    /// A stored batch of any epoch, and whose it is.
    fn load_own_or_other(
        &self,
        store: &MemoryStore,
        digest: &Hash,
    ) -> Result<(ValidatorIndex, VerifiedBatch), String> {
        let frame = store.get(Family::Batches, &digest.0);
        let frame = frame.map_err(|error| error.to_string())?;
        let frame = frame.ok_or("the batch is gone")?;
        let read = UnverifiedBatch::decode(frame.into()).map_err(|error| error.to_string())?;
        let header = &read.header().header;
        let facts = self
            .epochs
            .get(header.epoch)
            .ok_or("its epoch has not begun")?;
        let batch = load_batch(store, &facts.set, digest).map_err(|error| error.to_string())?;
        Ok((facts.node_of(header.lane), batch))
    }

    /// Stops every node in good order, and starts all at a moment.
    pub(crate) fn stop_all(&mut self, until: u64) {
        for node in 0..self.nodes.len() {
            if self.nodes[node].is_up() {
                self.write_out(node);
                self.crash(node, u16::MAX, false);
            }
            self.schedule_at(until, Due::Start(small(node)));
        }
    }

    /// Writes what waits before the disk; a disk that fails keeps what it has.
    fn write_out(&mut self, node: usize) {
        loop {
            let group = self.nodes[node].disk.in_flight.take();
            let Some(group) = group else {
                if self.nodes[node].disk.start() {
                    continue;
                }
                return;
            };
            let written = self.nodes[node]
                .store
                .write(&group.writes, Durability::Synced);
            if written.is_err() {
                // The stop keeps whatever reached the disk, a write whose sync failed too; the next start looks.
                let store = Arc::clone(&self.nodes[node].store);
                store.crash(usize::MAX);
                return;
            }
            self.note_synced(node, &group.writes);
            if let Some(mark) = group.mark {
                self.advance_mark(node, mark);
            }
            if let Some((_, writes, _)) = group.flush
                && let Err(_full) = self.nodes[node].store.write(&writes, Durability::Synced)
            {
                // Lost it is computed anew; what comes after it would leave a gap.
                return;
            }
        }
    }
}
