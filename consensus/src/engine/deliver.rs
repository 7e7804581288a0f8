//! Final blocks out: in height order, with all their batches, never ahead of the disk. [X6][R4][O1]

use sycee_primitives::{Hash, Height, planted};

use super::{Alarm, Core, FinalBlock, Now, Output};
use crate::{
    BlockKind, Handover, LaneEntry, ValidatorIndex, View, lanes::Path, order::delivery_order,
    tree::Placed,
};

/// Delivered blocks that execution may have waiting; the chain's own lag rule keeps live nodes far below. [B3]
const EXECUTION_QUEUE_MAX: u64 = 64;

/// A batch that a block names and this node lacks.
pub(super) struct MissingBatch {
    pub(super) lane: ValidatorIndex,
    pub(super) digest: Hash,
    /// View of the block.
    pub(super) view: View,
}

impl Core {
    /// Delivers every final block whose finalization is synced and whose batches are held.
    pub(super) fn deliver_ready(&mut self, now: Now) {
        while let Some((block, digest, cut, batches)) = self.next_ready() {
            let entries = cut.iter().map(|entry| (entry.seq, entry.digest)).collect();
            self.tree.delivered_next();
            for (lane, entry) in self.set.indexes().zip(&cut) {
                if self.me() == Some(lane)
                    && let Some(header) = self.lanes.header(lane, &entry.digest).cloned()
                {
                    self.doubt_header(&header, entry.digest);
                }
                let digests = self.lanes.deliver(now.tick, lane, *entry);
                // [L14] What the chain went past is lost for ever; its owner minds, and may have it no more.
                if self.me() == Some(lane) && !digests.is_empty() {
                    self.out.push(Output::Abandoned { digests });
                } else if !digests.is_empty() {
                    self.out.push(Output::Overtaken { lane, digests });
                }
            }
            self.out.push(Output::Deliver(FinalBlock {
                block,
                digest,
                batches,
                cut: entries,
            }));
        }
        self.end_epoch();
    }

    /// Tells once that the Terminal block is final and delivered, with the proof. [T3][T4]
    fn end_epoch(&mut self) {
        let delivered = self.tree.delivered();
        if self.has_ended || !matches!(delivered.block().kind, BlockKind::Terminal(_)) {
            return;
        }
        let Some(finalization) = self.tree.finalization().cloned() else {
            return;
        };
        let padding = self.tree.waiting().map(|placed| placed.signed.clone());
        let blocks = std::iter::once(delivered.signed.clone())
            .chain(padding)
            .collect();
        self.has_ended = true;
        self.out.push(Output::EpochEnded(Handover {
            blocks,
            finalization,
        }));
    }

    #[allow(
        clippy::type_complexity,
        reason = "a private tuple between two lines of one function"
    )]
    fn next_ready(&self) -> Option<(crate::SignedBlock, Hash, Vec<LaneEntry>, Vec<Hash>)> {
        let next = self.tree.waiting().next()?;
        // [T2] Padding belongs to no ledger.
        if next.block().kind == BlockKind::Padding {
            return None;
        }
        let stopped = self
            .gate
            .as_ref()
            .is_some_and(crate::record::Gate::is_stopped);
        let queue_full = next.height().0 > self.results.executed().0 + EXECUTION_QUEUE_MAX;
        let synced = next.height() <= self.deliverable || planted!("R4");
        if !synced || stopped || queue_full && !planted!("B3-bound") {
            return None;
        }
        let mut new_batches = vec![Vec::new(); self.set.size()];
        for (lane, from, tip) in changes(&self.tree.delivered().cut, next) {
            if self.lanes.first_missing(lane, from, tip).is_some() {
                return None;
            }
            let Path::Held(digests, _) = self.lanes.path(lane, from, tip) else {
                return None;
            };
            new_batches[lane.usize()] = digests;
        }
        let turn = if planted!("O1") {
            Height(self.me().unwrap_or_default().0.into())
        } else {
            next.height()
        };
        let batches = delivery_order(turn, &new_batches);
        Some((next.signed.clone(), next.digest, next.cut.clone(), batches))
    }

    /// Batches that final and notarized blocks or the pending proposal name and that are not held: the lowest known one of each
    /// lane. [W4][L5]
    pub(super) fn missing_batches(&self) -> Vec<MissingBatch> {
        let mut missing = Vec::new();
        let mut before = self.tree.delivered();
        for placed in self.tree.waiting() {
            self.collect_missing(&before.cut, placed, &mut missing);
            before = placed;
        }
        for placed in self.tree.notarized() {
            if let Some(parent) = self.tree.get(&placed.block().parent) {
                self.collect_missing(&parent.cut, placed, &mut missing);
            }
        }
        if let Some(pending) = self
            .turn
            .pending
            .as_ref()
            .filter(|pending| !pending.decided)
        {
            let digest = pending.proposal.block.block.digest(&self.set);
            if let Some(placed) = self.tree.get(&digest)
                && let Some(parent) = self.tree.get(&placed.block().parent)
            {
                self.collect_missing(&parent.cut, placed, &mut missing);
            }
        }
        missing
    }

    fn collect_missing(
        &self,
        before: &[LaneEntry],
        placed: &Placed,
        missing: &mut Vec<MissingBatch>,
    ) {
        for (lane, from, tip) in changes(before, placed) {
            if let Some(digest) = self.lanes.first_missing(lane, from, tip) {
                missing.push(MissingBatch {
                    lane,
                    digest,
                    view: placed.block().view,
                });
            }
        }
    }

    /// Compares own results with what final blocks certify. [X7]
    pub(super) fn compare_results(&mut self) {
        if let Some((height, own, certified, state)) = self.results.first_difference()
            && !self.has_stopped_for_results
        {
            self.has_stopped_for_results = true;
            self.stop(Alarm::ResultsDiffer {
                height,
                own,
                certified,
                state,
            });
        }
    }
}

/// The lanes that a block moves: (lane, from, to).
pub(super) fn changes<'a>(
    before: &'a [LaneEntry],
    placed: &'a Placed,
) -> impl Iterator<Item = (crate::ValidatorIndex, LaneEntry, LaneEntry)> + 'a {
    placed.block().cut.iter().filter_map(|entry| {
        let from = before.get(entry.lane.usize())?;
        Some((
            entry.lane,
            *from,
            LaneEntry {
                seq: entry.seq,
                digest: entry.digest,
            },
        ))
    })
}
