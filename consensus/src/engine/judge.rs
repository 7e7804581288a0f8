//! Is the pending proposal valid? Valid, wait, or invalid, rule by rule. [V8]-[V12][X2]-[X4]
//!
//! A node that catches up comes here too: it waits until the rules hold, and finalizes and nullifies meanwhile. [G3]

use sycee_primitives::{Hash, planted};

use super::{
    Cause, Core, Now,
    deliver::changes,
    omission::{Overdue, Taken},
    results::Judged,
};
use crate::{Block, BlockKind, VoteKind, lanes::Path};

/// What a voter makes of a proposal at this moment.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Valid(Hash),
    /// Something is missing that may still come while the node is in the view. [V12]
    Wait,
    /// No vote, and no early Nullify either. [V9][V24]
    Refused,
    /// Definitely wrong: the view is given up at once. [V12]
    Invalid,
}

impl Core {
    pub(super) fn judge_pending(&mut self, now: Now) {
        self.judge_due = None;
        let Some(pending) = self
            .turn
            .pending
            .as_ref()
            .filter(|pending| !pending.decided)
        else {
            return;
        };
        let (signed, arrived) = (pending.proposal.block.clone(), pending.arrived);
        let overdue = pending.overdue.clone();
        let from = self.set.leader(signed.block.view);
        let verdict = match self.judge_line(&signed.block) {
            Some(verdict) => verdict,
            None if !self.place_block(from, signed.clone()) => Verdict::Invalid,
            None => self.judge_content(now, arrived, &overdue, &signed.block),
        };
        let decided = match verdict {
            Verdict::Wait => {
                // [V9] Nobody else ends the wait for the own clock.
                let clock = now.wall.0.saturating_add(self.parameters.drift_ms);
                let ahead_ms = signed.block.time.0.saturating_sub(clock);
                let due = now.tick.plus(ahead_ms.saturating_mul(1_000));
                self.judge_due = (ahead_ms > 0).then_some(due);
                false
            }
            Verdict::Refused => true,
            Verdict::Valid(digest) => {
                // [V7] An observer judges too, so that it learns of blocks; its gate does not exist.
                self.vote(VoteKind::Notarize, signed.block.view, digest);
                true
            }
            Verdict::Invalid if planted!("V12") => false,
            Verdict::Invalid => {
                self.give_up(now, Cause::Invalid);
                true
            }
        };
        if let Some(pending) = self.turn.pending.as_mut().filter(|_| decided) {
            pending.decided = true;
        }
    }

    /// Parent and skipped views; `None` when the line is complete. [V10]
    fn judge_line(&self, block: &Block) -> Option<Verdict> {
        let is_below = block.parent_view < block.view || planted!("S8");
        if block.parent_view < self.tree.final_view() || !is_below {
            return Some(Verdict::Invalid);
        }
        let certified = self.tree.may_be_parent(&block.parent, block.parent_view);
        let skipped = self.tree.first_not_nullified(block.parent_view, block.view);
        let placed = self.tree.get(&block.parent).is_some();
        (!certified || skipped.is_some() && !planted!("V10") || !placed).then_some(Verdict::Wait)
    }

    fn judge_content(&self, now: Now, arrived: Now, overdue: &Overdue, block: &Block) -> Verdict {
        let digest = block.digest(&self.set);
        let Some(placed) = self.tree.get(&digest) else {
            return Verdict::Wait;
        };
        let Some(parent) = self.tree.get(&block.parent) else {
            return Verdict::Wait;
        };
        // [V9] Wall clocks differ: ahead is a wait; far behind, with a parent that leaves a choice, is refused.
        let slack = self.parameters.drift_ms;
        if block.time.0 > now.wall.0.saturating_add(slack) && !planted!("V9") {
            return if planted!("L14a") {
                Verdict::Invalid
            } else {
                Verdict::Wait
            };
        }
        let oldest = arrived
            .wall
            .0
            .saturating_sub(slack + 4 * self.pace.delay_us() / 1_000);
        if block.time.0 < oldest && block.time.0 > parent.time().0 + 1 && !planted!("L14b") {
            return Verdict::Refused;
        }
        let lag = block.height.0 - block.exec.executed.0;
        let checkpoint_lag = block.height.0 - block.exec.checkpoint.0;
        let forced_empty = lag > self.parameters.execution_lag_max
            || checkpoint_lag > self.parameters.checkpoint_lag_max;
        if forced_empty && !block.cut.is_empty() {
            return Verdict::Invalid;
        }
        let mut taken: Taken = Vec::new();
        let mut missing = false;
        for (lane, from, tip) in changes(&parent.cut, placed) {
            if self.lanes.first_missing(lane, from, tip).is_some() {
                missing = true;
                continue;
            }
            match self.lanes.path(lane, from, tip) {
                Path::Held(_, bytes)
                    if bytes <= self.parameters.lane_bytes_per_block_max || planted!("L9-cap") =>
                {
                    taken.push((lane, bytes));
                }
                Path::Held(..) | Path::Broken => return Verdict::Invalid,
                Path::Missing(..) => missing = true,
            }
        }
        let total = taken
            .iter()
            .fold(0u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        if total > self.parameters.block_payload_bytes_max {
            return Verdict::Invalid;
        }
        if missing && !planted!("V11") {
            return Verdict::Wait;
        }
        // [V24] An empty cut may be all that the lag of execution leaves to a leader.
        let is_closing = block.kind != BlockKind::Ledger;
        let excused = (forced_empty || is_closing) && !planted!("L3");
        let overdue = if planted!("L4a") {
            &self.overdue(now, block.view)
        } else {
            overdue
        };
        let omits = !excused && self.omits(overdue, parent, placed, &taken);
        if omits && !planted!("V24") {
            return Verdict::Refused;
        }
        self.judge_results(block, parent.exec(), digest)
    }

    fn judge_results(&self, block: &Block, before: crate::Exec, digest: Hash) -> Verdict {
        // [X3] Execution follows finality: results may only be named when a block at or above them on this line is final.
        if block.exec.executed > before.executed && block.exec.executed > self.tree.final_height() {
            return Verdict::Wait;
        }
        match self.results.judge(block.exec, before) {
            Judged::Agrees if !self.is_right_kind(block, before) => Verdict::Invalid,
            Judged::Agrees => Verdict::Valid(digest),
            Judged::NotExecutedYet => Verdict::Wait,
            Judged::Differs => Verdict::Invalid,
        }
    }

    /// The first block whose certified results name another set is Terminal, with exactly that set; no other is. [T1]
    fn is_right_kind(&self, block: &Block, before: crate::Exec) -> bool {
        let named = (block.exec.executed > before.executed)
            .then(|| self.results.next_set(block.exec.executed))
            .flatten();
        match (&block.kind, named) {
            (BlockKind::Padding, _) | (BlockKind::Ledger, None) => true,
            (BlockKind::Terminal(next), Some(named)) => next == named,
            (BlockKind::Terminal(_), None) | (BlockKind::Ledger, Some(_)) => false,
        }
    }
}
