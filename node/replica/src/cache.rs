//! Verified batches in memory between their arrival and their execution.
//!
//! It must never be the only place of a batch that the core counts as held: the store is.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sycee_primitives::Hash;

use crate::batch::VerifiedBatch;

/// Bytes kept; beyond it the oldest go, and come back from the store when their block is executed.
pub(crate) const CACHE_BYTES_MAX: u64 = 256 << 20;

/// The batches, oldest first.
#[derive(Debug, Default)]
pub(crate) struct BatchCache {
    batches: BTreeMap<Hash, Arc<VerifiedBatch>>,
    order: VecDeque<Hash>,
    bytes: u64,
}

impl BatchCache {
    pub(crate) fn contains(&self, digest: &Hash) -> bool {
        self.batches.contains_key(digest)
    }

    pub(crate) fn get(&self, digest: &Hash) -> Option<&Arc<VerifiedBatch>> {
        self.batches.get(digest)
    }

    pub(crate) fn insert(&mut self, batch: Arc<VerifiedBatch>) {
        let digest = batch.digest();
        if self.contains(&digest) {
            return;
        }
        self.bytes = self.bytes.saturating_add(batch.frame().len() as u64);
        self.order.push_back(digest);
        self.batches.insert(digest, batch);
        // The newest stays: it is about to be recorded.
        while self.bytes > CACHE_BYTES_MAX && self.order.len() > 1 {
            if let Some(oldest) = self.order.pop_front() {
                self.take(&oldest);
            }
        }
        if self.order.len() > 2 * self.batches.len() + 64 {
            let batches = &self.batches;
            self.order.retain(|digest| batches.contains_key(digest));
        }
    }

    pub(crate) fn remove(&mut self, digest: &Hash) {
        self.take(digest);
    }

    fn take(&mut self, digest: &Hash) {
        if let Some(batch) = self.batches.remove(digest) {
            self.bytes = self.bytes.saturating_sub(batch.frame().len() as u64);
        }
    }
}
