//! Final blocks on their way to execution: in order, a few at a time, with their payloads in memory.

use std::sync::Arc;

use sycee_consensus::FinalBlock;

use super::{EXECUTING_MAX, Front, Replica};
use crate::batch::VerifiedBatch;
use crate::interface::{Effect, ReadyBlock};

impl Replica {
    /// Hands final blocks to execution in order, once their payloads are in memory.
    pub(super) fn pump_execution(&mut self) {
        while self.executing < EXECUTING_MAX && !self.has_stopped {
            let Some(next) = self.ready.front() else {
                return;
            };
            let ahead = next.batches.iter().skip(self.front.found);
            self.front.found += ahead
                .take_while(|digest| self.cache.contains(digest))
                .count();
            let batches: Option<Vec<Arc<VerifiedBatch>>> = (self.front.found == next.batches.len())
                .then(|| {
                    let held = |digest| self.cache.get(digest).map(Arc::clone);
                    next.batches.iter().map(held).collect()
                })
                .flatten();
            let Some(batches) = batches else {
                self.load_front();
                return;
            };
            self.front = Front::default();
            let Some(FinalBlock {
                block, digest, cut, ..
            }) = self.ready.pop_front()
            else {
                return;
            };
            self.executing = self.executing.saturating_add(1);
            self.effects.push(Effect::Execute(Box::new(ReadyBlock {
                block,
                digest,
                batches,
                cut,
            })));
        }
    }

    /// After a restart, or when memory was short, payloads come back from the store.
    ///
    /// Asked once, and again when everything was answered and something is missing still: memory was short.
    fn load_front(&mut self) {
        let Some(front) = self.ready.front() else {
            return;
        };
        if self.front.is_asked && !self.loading.is_empty() {
            return;
        }
        self.front = Front {
            found: 0,
            is_asked: true,
        };
        for digest in &front.batches {
            if !self.cache.contains(digest) && self.loading.insert(*digest) {
                self.effects.push(Effect::LoadBatch {
                    digest: *digest,
                    set: Arc::clone(&self.set),
                });
            }
        }
    }
}
