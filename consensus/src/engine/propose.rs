//! The leader's turn. [V4][V5][V6][V23][L8][L9][X5][Q5]

use sycee_primitives::{BlockTime, Hash, Tick, planted};

use super::{Core, Now, Record, Release};
use crate::{
    Block, BlockKind, Certificate, CutEntry, Evidence, Exec, LaneEntry, Proposal, ValidatorIndex,
    View,
    tree::{Placed, Walk},
};

/// Nullifications carried by a proposal; voters fetch the others. [V6]
const CARRIED_NULLIFICATIONS_MAX: u64 = 4;

/// What the leader could put into a block now.
struct Plan {
    parent: Hash,
    cut: Vec<CutEntry>,
    exec: Exec,
    evidence: Vec<Evidence>,
    kind: BlockKind,
    /// Earliest moment to propose it.
    due: Tick,
}

impl Core {
    pub(super) fn propose_if_due(&mut self, now: Now) {
        self.proposal_due = None;
        let view = self.turn.view;
        let record = self.own_record(view);
        let open = self
            .gate
            .as_ref()
            .is_some_and(|gate| gate.closed().is_none());
        if !open || !self.is_leader() || record.proposed.is_some() || record.nullified {
            return;
        }
        let Some(plan) = self.plan(now) else { return };
        if plan.due > now.tick {
            self.proposal_due = Some(plan.due);
            return;
        }
        self.propose(now, plan);
    }

    /// The parent, and what is worth proposing on it; `None` without work or without the parent's header. [Q5]
    fn plan(&self, now: Now) -> Option<Plan> {
        let Walk::Parent(parent) = self.tree.parent_for(self.turn.view, true) else {
            return None;
        };
        let me = self.me()?;
        let placed = self.tree.get(&parent)?;
        if planted!("L9") && !self.missing_batches().is_empty() {
            return None;
        }
        if planted!("summit-80") && self.results.executed() < placed.height() {
            return None;
        }
        let (height, before) = (placed.height().next(), placed.exec());
        if placed.block().kind != BlockKind::Ledger {
            // [T2] The epoch is over but for its finality: nothing is to be waited for.
            return Some(Plan {
                parent,
                cut: Vec::new(),
                exec: before,
                evidence: Vec::new(),
                kind: BlockKind::Padding,
                due: self.turn.entered,
            });
        }
        let agreed = self.results.agreed(self.set.quorum(), me);
        let may_raise = self.raised_in.is_none() && agreed.0 <= self.tree.final_height();
        let exec = if may_raise {
            self.results.propose(before, agreed)
        } else {
            before
        };
        let named = (exec.executed > before.executed)
            .then(|| self.results.next_set(exec.executed))
            .flatten();
        let kind = named.map_or(BlockKind::Ledger, |next| BlockKind::Terminal(next.clone()));
        let is_last = kind != BlockKind::Ledger;
        let cut = if is_last || self.is_cut_forced_empty(height, exec) {
            Vec::new()
        } else {
            self.choose_cut(height.0, &placed.cut)
        };
        let after_delay = self.turn.entered.plus(self.pace.delay_us());
        let spacing_us = if planted!("V23") {
            0
        } else {
            self.parameters.block_spacing_us
        };
        let spaced = self.turn.entered.plus(spacing_us);
        let raises =
            exec.executed > before.executed && self.has_uncertified_results(&parent, false);
        let evidence = self.choose_evidence(&parent);
        let heartbeat = self.is_heartbeat_due(now, &parent)
            || self.is_state_due(now, &parent)
            || self.has_work_for_rejoiner();
        let raises = raises && !planted!("L18");
        let urgent = !cut.is_empty() || !evidence.is_empty() || raises || heartbeat || is_last;
        let due = if urgent {
            spaced
        } else if self.is_under_way(&parent) {
            // The leader only helps when it does not come by itself.
            if planted!("B3") { spaced } else { after_delay }
        } else {
            return None;
        };
        Some(Plan {
            parent,
            cut,
            exec,
            evidence,
            kind,
            due,
        })
    }

    /// Whether finality, the certificate of results or a checkpoint is under way. [Q2][Q3][Q11]
    fn is_under_way(&self, parent: &Hash) -> bool {
        self.has_unfinished_effect(parent)
            || self.has_uncertified_results(parent, true)
            || self.waits_for_checkpoint(parent)
    }

    /// Highest include-able tips within lane and block caps, lanes served from height mod n. [L8][L9]
    fn choose_cut(&self, height: u64, before: &[LaneEntry]) -> Vec<CutEntry> {
        let size = self.set.size();
        let start = usize::try_from(height % size as u64).unwrap_or(0);
        let mut budget = self.parameters.block_payload_bytes_max;
        let mut cut = Vec::new();
        for place in (0..size).map(|i| (start + i) % size) {
            let Some((lane, from)) = u16::try_from(place)
                .ok()
                .map(ValidatorIndex)
                .zip(before.get(place))
            else {
                continue;
            };
            let cap = self.parameters.lane_bytes_per_block_max.min(budget);
            if let Some((tip, bytes)) = self.lanes.includable(lane, *from, cap) {
                budget -= bytes;
                cut.push(CutEntry {
                    lane,
                    seq: tip.seq,
                    digest: tip.digest,
                });
            }
        }
        cut.sort_by_key(|entry| entry.lane);
        cut
    }

    fn propose(&mut self, now: Now, plan: Plan) {
        let Some(parent) = self.tree.get(&plan.parent) else {
            return;
        };
        let before = parent.exec();
        let block = Block {
            epoch: self.set.epoch(),
            view: self.turn.view,
            height: parent.height().next(),
            parent_view: parent.block().view,
            parent: plan.parent,
            cut: plan.cut,
            exec: plan.exec,
            time: if plan.kind == BlockKind::Padding {
                BlockTime(parent.time().0 + 1)
            } else {
                BlockTime(now.wall.0.max(parent.time().0 + 1))
            },
            evidence: plan.evidence,
            kind: plan.kind,
        };
        let justification = self.justification(&block);
        let Some(gate) = &mut self.gate else { return };
        let me = gate.me();
        let (raises, view) = (block.exec.executed > before.executed, block.view);
        let Some((signed, record)) = gate.try_propose(&self.set, block) else {
            return;
        };
        if raises {
            self.raised_in = Some(view);
        }
        self.unsynced_proposals.extend(record.proposed);
        self.outbox.record(Record::View(view, record));
        let proposal = Proposal {
            block: signed,
            justification,
        };
        self.outbox
            .release_when_synced(Release::Proposal(Box::new(proposal.clone())));
        // The leader judges and notarizes its own block like any voter; both leave after one sync.
        let pending = self.pending(now, proposal);
        self.turn.pending.get_or_insert(pending);
        debug_assert!(self.set.leader(view) == me, "only the leader proposes");
        self.judge_pending(now);
    }

    /// Certificates a voter may lack: the parent's, skipped views', and the finality behind raised results. [V6]
    ///
    /// All of them are kept here, hence verified. The block may be a peer's that nobody has judged yet.
    pub(super) fn justification(&self, block: &Block) -> Vec<Certificate> {
        let parent = self.tree.get(&block.parent);
        let before = parent.map_or_else(Exec::default, Placed::exec);
        let mut certificates = Vec::new();
        if planted!("commonware-2137") {
            return certificates;
        }
        let finalization = self.tree.finalization();
        if block.parent_view <= self.tree.final_view() || block.exec.executed > before.executed {
            certificates.extend(finalization.cloned());
        }
        if block.parent_view > self.tree.final_view() {
            certificates.extend(self.tree.notarization(block.parent_view).cloned());
        }
        let skipped = block.parent_view.next().0..block.view.0;
        if skipped.end.saturating_sub(skipped.start) <= CARRIED_NULLIFICATIONS_MAX {
            certificates
                .extend(skipped.filter_map(|view| self.tree.nullification(View(view)).cloned()));
        }
        certificates
    }
}
