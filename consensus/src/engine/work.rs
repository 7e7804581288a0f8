//! Is there work, and has the view's time run out? [Q1]-[Q6][P1][V14][V18]-[V21]

use sycee_primitives::{BlockTime, Hash, Tick, planted};

use super::{Cause, Core, Now};
use crate::{
    ValidatorIndex, VoteKind,
    tree::{Placed, Walk},
};

impl Core {
    /// The parent that the next block of this view is expected to have. A voter passes unknown views. [V4]
    pub(super) fn expected_parent(&self) -> Option<Hash> {
        match self.tree.parent_for(self.turn.view, false) {
            Walk::Parent(digest) => Some(digest),
            Walk::NeedBlock(..) | Walk::NeedCertificate(_) => None,
        }
    }

    /// Sets s by the first work of the view, unsets it when none is left; advances the clock of work. [Q6][V21]
    pub(super) fn refresh_work(&mut self, now: Now) {
        let work = self.has_work(now);
        self.turn.work_since = if work {
            self.turn.work_since.or(Some(now.tick))
        } else if planted!("B4") {
            self.turn.work_since
        } else {
            None
        };
        if let Some(until) = self.worked.0 {
            self.worked.1 += now.tick.since(until);
        }
        self.worked.0 = (work || planted!("B10")).then_some(now.tick);
    }

    /// What makes every node's timers run; the leader's finer rules are in `leader_work`. [Q1]-[Q4][Q8]
    fn has_work(&self, now: Now) -> bool {
        let Some(parent) = self.expected_parent() else {
            return true;
        };
        self.has_covered_tip(&parent)
            || self.waits_for_checkpoint(&parent)
            || self.has_unfinished_effect(&parent)
            || self.has_uncertified_results(&parent, true)
            || !self.choose_evidence(&parent).is_empty()
            || self.is_heartbeat_due(now, &parent)
            || self.has_work_for_rejoiner()
            || self.is_closing(&parent)
            || self.can_close(&parent)
            || self.is_state_due(now, &parent)
    }

    /// (w3) [T2] The epoch is over but for its finality. [T2]
    fn is_closing(&self, parent: &Hash) -> bool {
        self.tree
            .get(parent)
            .is_some_and(|placed| placed.block().kind != crate::BlockKind::Ledger)
    }

    /// (w3) A quorum has executed a height whose state names the next validators, and no block on the line says so. [T1][Q10]
    pub(super) fn can_close(&self, parent: &Hash) -> bool {
        let Some(placed) = self.tree.get(parent) else {
            return false;
        };
        let me = self.me().unwrap_or(ValidatorIndex(u16::MAX));
        let agreed = self.results.agreed(self.set.quorum(), me).0;
        let agreed = agreed.min(self.tree.final_height());
        agreed > placed.exec().executed && self.results.next_set(agreed).is_some()
    }

    /// (w4) The clock has passed the time at which the state changes by itself, and no block on the line does it. [Q9]
    pub(super) fn is_state_due(&self, now: Now, parent: &Hash) -> bool {
        let due = self.state_due(parent);
        due.is_some_and(|due| now.wall.0 >= due.0.saturating_add(self.parameters.drift_ms))
    }

    /// When the state changes by itself, unless a block that is not executed yet will have done it. [Q9]
    fn state_due(&self, parent: &Hash) -> Option<BlockTime> {
        let placed = self.tree.get(parent)?;
        let is_ahead = placed.height() > self.results.executed();
        self.next_due
            .filter(|due| !is_ahead || placed.time() < *due)
    }

    /// (w1) [Q1]
    fn has_covered_tip(&self, parent: &Hash) -> bool {
        let Some(placed) = self.tree.get(parent) else {
            return false;
        };
        !self.is_cut_forced_empty(placed.height().next(), placed.exec())
            && self.has_quorum_above(placed)
    }

    fn has_quorum_above(&self, placed: &Placed) -> bool {
        let mut places = self.set.indexes().zip(&placed.cut);
        places.any(|(lane, entry)| self.lanes.has_quorum_above(lane, *entry))
    }

    /// (w1) Only a certified checkpoint lets the cuts of tips go on, and another block brings it nearer: there is one to certify, or a
    /// quorum has executed all that is final and makes its next checkpoint with a later height. [Q11]
    pub(super) fn waits_for_checkpoint(&self, parent: &Hash) -> bool {
        let Some(placed) = self.tree.get(parent) else {
            return false;
        };
        let exec = placed.exec();
        let lag = placed.height().next().0.saturating_sub(exec.checkpoint.0);
        if lag <= self.parameters.checkpoint_lag_max || planted!("Q11") {
            return false;
        }
        let me = self.me().unwrap_or(ValidatorIndex(u16::MAX));
        let (executed, checkpoint) = self.results.agreed(self.set.quorum(), me);
        let is_nearer = checkpoint > exec.checkpoint || executed >= self.tree.final_height();
        is_nearer && self.has_quorum_above(placed)
    }

    /// (w2a) A block with an effect on the parent's line is not final. [Q2]
    pub(super) fn has_unfinished_effect(&self, parent: &Hash) -> bool {
        self.tree
            .line_above_final(parent)
            .is_some_and(|line| line.iter().any(|placed| placed.block().has_effect()))
    }

    /// (w2b) Results of an effect are not certified by a final block. [Q3]
    pub(super) fn has_uncertified_results(&self, parent: &Hash, including_proposed: bool) -> bool {
        let Some(placed) = self.tree.get(parent) else {
            return false;
        };
        if self.effect_height <= self.tree.final_tip().exec().executed {
            return false;
        }
        let parent_executed = placed.exec().executed;
        if parent_executed >= self.effect_height {
            return including_proposed;
        }
        let me = self.me().unwrap_or(ValidatorIndex(u16::MAX));
        self.results.agreed(self.set.quorum(), me).0 > parent_executed
    }

    /// (w5) [Q4]
    pub(super) fn is_heartbeat_due(&self, now: Now, parent: &Hash) -> bool {
        let parent = if planted!("B5") {
            &self.tree.final_tip().digest
        } else {
            parent
        };
        self.tree.get(parent).is_some_and(|placed| {
            now.wall.0 >= placed.time().0.saturating_add(self.parameters.heartbeat_ms)
        })
    }

    /// [X4]
    pub(super) fn is_cut_forced_empty(
        &self,
        height: sycee_primitives::Height,
        exec: crate::Exec,
    ) -> bool {
        height.0.saturating_sub(exec.executed.0) > self.parameters.execution_lag_max
            || height.0.saturating_sub(exec.checkpoint.0) > self.parameters.checkpoint_lag_max
    }

    /// Gives the view up when its time has run out, and notes when to look again. [V14][V19][V21]
    pub(super) fn check_timers(&mut self, now: Now) {
        self.timer_due = None;
        if self.me().is_none() || self.turn.gave_up.is_some() {
            return;
        }
        let Some(start) = self.turn.work_since else {
            self.timer_due = Some(self.heartbeat_tick(now));
            return;
        };
        let seen = self.turn.pending.is_some() || self.turn.own_proposal.is_some();
        let deadline = if seen {
            self.pace.advance_deadline(start)
        } else {
            self.pace.propose_deadline(start)
        };
        if now.tick >= deadline && !planted!("V14") {
            self.give_up(now, Cause::Timeout);
        } else if self.is_leader_skipped() {
            self.give_up(now, Cause::Skip);
        } else if !seen && self.leader_gave_up() {
            self.give_up(now, Cause::Leader);
        }
        if self.turn.gave_up.is_none() {
            let stay = self.turn.entered.plus(self.pace.least_stay_us());
            let skip = Some(now.tick.plus(self.skip_in_us()));
            let half = start.plus((self.pace.grace_us() + 2 * self.pace.delay_us()) / 2);
            let next = [Some(deadline.max(stay)), Some(stay), skip, Some(half)];
            self.timer_due = next
                .into_iter()
                .flatten()
                .filter(|due| *due > now.tick)
                .min();
        }
    }

    /// The tick at which wall time should be looked at again, for the heartbeat or for what falls due. [Q4][Q9]
    fn heartbeat_tick(&self, now: Now) -> Tick {
        let parent = self.expected_parent();
        let placed = parent.and_then(|parent| self.tree.get(&parent));
        let heartbeat = placed.map_or(now.wall.0, |placed| {
            placed.time().0.saturating_add(self.parameters.heartbeat_ms)
        });
        let due = parent.and_then(|parent| self.state_due(&parent));
        let due = due.map(|due| due.0.saturating_add(self.parameters.drift_ms));
        let due = due.map_or(heartbeat, |due| due.min(heartbeat));
        now.tick
            .plus(due.saturating_sub(now.wall.0).max(1).saturating_mul(1_000))
    }

    /// The leader itself gave the view up, and that does not make views spin. [V19]
    fn leader_gave_up(&self) -> bool {
        let view = self.turn.view;
        let before = crate::View(view.0.saturating_sub(1));
        self.votes.has_nullified(view, self.set.leader(view))
            && self.tree.nullification(before).is_none()
            && !planted!("V19")
    }

    /// Microseconds of work until the leader's silence is long enough; zero when it is. [V21]
    ///
    /// A leader whose channel is closed is given a tenth of the time: any message of it starts the clock anew.
    fn skip_in_us(&self) -> u64 {
        let leader = self.set.leader(self.turn.view).usize();
        let silent = self.worked.1 - self.heard_at_worked.get(leader).copied().unwrap_or(0);
        let patience = if self.connected.get(leader) == Some(&true) {
            1
        } else {
            10
        };
        (self.parameters.skip_us / patience).saturating_sub(silent)
    }

    /// [V21]
    fn is_leader_skipped(&self) -> bool {
        if self.is_leader() || self.skip_in_us() > 0 {
            return false;
        }
        let me = self.me();
        let leader_heard = self
            .heard
            .get(self.set.leader(self.turn.view).usize())
            .copied()
            .unwrap_or_default();
        let sent = self.set.indexes().filter(|index| {
            Some(*index) == me && !planted!("L15")
                || self
                    .heard
                    .get(index.usize())
                    .is_some_and(|heard| *heard > leader_heard)
        });
        sent.count() >= self.set.quorum()
    }

    /// Nullify of the current view, for whatever cause, if the stay was long enough. [V14][V20]
    pub(super) fn give_up(&mut self, now: Now, cause: Cause) {
        let stayed = now.tick.since(self.turn.entered);
        if stayed < self.pace.least_stay_us() {
            return;
        }
        let view = self.turn.view;
        if self.vote(VoteKind::Nullify, view, Hash::ZERO) {
            self.turn.gave_up = Some(cause);
        } else if self.own_record(view).finalized.is_some() {
            // [V14] Having finalized, this node can only repeat itself until others move.
            self.turn.gave_up = Some(Cause::Invalid);
        }
    }
}
