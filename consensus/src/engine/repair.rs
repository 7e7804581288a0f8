//! What keeps nodes together: watermarks, repetition, help for those behind, fetches. [W1]-[W7][V17][V18][Q7]

use std::collections::BTreeMap;

use sycee_primitives::{Tick, planted};

use super::{Core, Now, Output};
use crate::{
    Message, ValidatorIndex, View, Watermark, Watermarks,
    fetch::{Ask, Cause, Situation, Want},
    lanes::Holders,
    tree::Walk,
};

/// Final blocks that may wait for data or execution before sync asks for more. [B3]
const SYNC_BACKLOG_MAX: usize = 256;
/// Views whose nullification is asked for at once.
const CERTIFICATES_ASKED_MAX: u64 = 16;

type Wanted = BTreeMap<Want, Ask>;

impl Core {
    /// When changed watermarks may next be sent. [W1]
    pub(super) fn announce_due(&self) -> Option<Tick> {
        let interval = self.parameters.watermark_interval_us;
        self.has_news().then(|| {
            self.announcer
                .sent_at
                .map_or(Tick(0), |sent| sent.plus(interval))
        })
    }

    fn has_news(&self) -> bool {
        let Some(_) = self.me() else { return false };
        let changed = self
            .lanes
            .own_watermarks()
            .zip(&self.announcer.sent)
            .any(|(mark, sent)| (mark.seq, mark.digest) != *sent);
        changed
            || self.announcer.sent_executed != (self.results.executed(), self.results.checkpoint())
    }

    /// Sends changed watermarks when the interval allows. [W1]
    pub(super) fn announce(&mut self, now: Now) {
        if self.announce_due().is_some_and(|due| due <= now.tick) {
            let changed = |core: &Core, mark: &Watermark| {
                core.announcer.sent.get(mark.lane.usize()) != Some(&(mark.seq, mark.digest))
            };
            let marks: Vec<Watermark> = self
                .lanes
                .own_watermarks()
                .filter(|mark| changed(self, mark))
                .collect();
            let message = self.watermark_message(marks);
            self.announcer.sent_at = Some(now.tick);
            self.out.push(Output::BroadcastToValidators(message));
        }
    }

    fn watermark_message(&mut self, entries: Vec<Watermark>) -> Message {
        self.announcer.counter += 1;
        for mark in &entries {
            if let Some(sent) = self.announcer.sent.get_mut(mark.lane.usize()) {
                *sent = (mark.seq, mark.digest);
            }
        }
        let (executed, checkpoint) = (self.results.executed(), self.results.checkpoint());
        self.announcer.sent_executed = (executed, checkpoint);
        Message::Watermarks(Watermarks {
            counter: self.announcer.counter,
            entries,
            executed,
            checkpoint,
        })
    }

    /// A channel opened: both sides tell where they stand. [W2][Q7]
    pub(super) fn take_connected(&mut self, now: Now, peer: ValidatorIndex) {
        if let Some(connected) = self.connected.get_mut(peer.usize()) {
            *connected = true;
            self.announcer.taken[peer.usize()] = 0;
        }
        let mut standing = if planted!("L4d") {
            Vec::new()
        } else {
            self.standing()
        };
        standing.extend(self.questions().filter(|_| self.set.key(peer).is_some()));
        for message in standing {
            self.out.push(Output::Send { to: peer, message });
        }
        self.turn.resend_due = self
            .turn
            .resend_due
            .min(now.tick.plus(self.pace.resend_us()));
    }

    /// Everything a peer may need to stand where this node stands. [V17][R3]
    fn standing(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        messages.extend(self.tree.finalization().cloned().map(Message::Certificate));
        messages.extend(self.turn.entry.clone().map(Message::Certificate));
        let Some(gate) = &self.gate else {
            messages.extend(self.evidence_to_repeat());
            return messages;
        };
        messages.extend(self.turn.own_proposal.clone().map(Message::Proposal));
        let votes = gate.recorded_votes(&self.set, self.turn.view);
        // Only votes that were synced, hence tallied, may leave again. [R3]
        messages.extend(
            votes
                .into_iter()
                .filter(|vote| self.votes.holds(vote))
                .map(Message::Vote),
        );
        messages.extend(self.evidence_to_repeat());
        let marks = self.lanes.own_watermarks().collect();
        if !planted!("L13") {
            messages.push(self.watermark_message(marks));
        }
        messages
    }

    fn is_awake(&self) -> bool {
        let signed = self.own_record(self.turn.view) != crate::ViewRecord::default();
        self.turn.work_since.is_some()
            || signed
            || self.fetches.is_open()
            || self.lanes.holds_above(&self.final_cut()) && !planted!("B2")
    }

    /// [Q7] An observer has nothing to repeat but what it can show. [E3]
    pub(super) fn resend_due(&self) -> Option<Tick> {
        let repeats = match self.me() {
            Some(_) => self.is_awake() || !self.resent_since_start,
            None => self.has_pending_evidence(),
        };
        repeats.then_some(self.turn.resend_due)
    }

    /// A peer speaks of a view well behind: it is helped on. What is one view old may just be late. [V17]
    pub(super) fn help_if_behind(&mut self, now: Now, peer: ValidatorIndex, view: View) {
        let next = if planted!("overflow") {
            View(view.0 + 1)
        } else {
            view.next()
        };
        if next < self.turn.view {
            self.help(now, peer);
        }
    }

    /// Gives a peer what brings it into the current view, once per T_r. [V17]
    pub(super) fn help(&mut self, now: Now, peer: ValidatorIndex) {
        let resend_us = self.pace.resend_us();
        let Some(helped) = self.helped.get_mut(peer.usize()) else {
            return;
        };
        if helped.is_some_and(|at| now.tick < at.plus(resend_us)) {
            return;
        }
        *helped = Some(now.tick);
        let certificates = [self.tree.finalization().cloned(), self.turn.entry.clone()];
        for certificate in certificates.into_iter().flatten() {
            self.out.push(Output::Send {
                to: peer,
                message: Message::Certificate(certificate),
            });
        }
    }

    /// Repeats what may have been lost and asks for what is missing. [V17][W4]
    pub(super) fn repair(&mut self, now: Now) {
        if self.resend_due().is_some_and(|due| due <= now.tick) {
            self.resent_since_start = true;
            self.turn.resend_due = now.tick.plus(self.pace.resend_us());
            let messages = match self.me() {
                Some(_) if planted!("V17") => Vec::new(),
                Some(_) => self.standing(),
                None => self.evidence_to_repeat().collect(),
            };
            for message in messages {
                self.out.push(Output::BroadcastToValidators(message));
            }
        }
        let wanted = self.wanted(now);
        let me = self.me();
        let peers: Vec<ValidatorIndex> = self
            .set
            .indexes()
            .filter(|index| Some(*index) != me && self.connected.get(index.usize()) == Some(&true))
            .collect();
        let situation = Situation {
            now: now.tick,
            delay_us: self.pace.delay_us(),
            base_delay_us: self.parameters.base_delay_us,
            me: me.unwrap_or_default(),
            peers: &peers,
        };
        for (to, message) in self.fetches.update(&wanted, &situation) {
            self.out.push(Output::Send { to, message });
        }
    }

    /// The wish list of this moment. [W4][V4][V10][V18][G2]
    fn wanted(&self, now: Now) -> Wanted {
        let mut wanted = Wanted::new();
        for absent in self.lanes.absent() {
            let cause = if absent.is_many {
                Cause::Watermarks
            } else {
                Cause::FewWatermarks
            };
            let ask = Ask {
                cause,
                owner: Some(absent.lane),
                holders: absent.holders,
                version: absent.version,
            };
            wanted.insert(Want::Batch(absent.digest), ask);
        }
        self.want_needed_batches(&mut wanted);
        if let Some(target) = self.tree.target()
            && self.tree.get(&target.digest).is_none()
            && self.tree.waiting().count() < SYNC_BACKLOG_MAX
        {
            let ask = Ask::needed(None, Holders::of(&target.bitmap));
            wanted.insert(Want::Range(self.tree.final_height()), ask);
            let missing = self.tree.lowest_missing(&target.digest);
            wanted.insert(Want::Block(missing), ask);
        }
        self.want_for_pending(&mut wanted);
        self.want_for_leading(&mut wanted);
        self.want_proposal(now, &mut wanted);
        wanted
    }

    /// What a proposal, a notarized or a final block names; who notarized it has it. [W4][W5]
    fn want_needed_batches(&self, wanted: &mut Wanted) {
        for missing in self.missing_batches() {
            let notarization = self.tree.notarization(missing.view);
            let leader = Holders::one(self.set.leader(missing.view));
            let signers = notarization.map_or(leader, |found| Holders::of(&found.bitmap));
            let want = Want::Batch(missing.digest);
            let named = wanted
                .get(&want)
                .map_or(signers, |ask| ask.holders.with(signers));
            wanted.insert(want, Ask::needed(Some(missing.lane), named));
        }
    }

    fn want_for_pending(&self, wanted: &mut Wanted) {
        let Some(pending) = self
            .turn
            .pending
            .as_ref()
            .filter(|pending| !pending.decided)
        else {
            return;
        };
        let block = &pending.proposal.block.block;
        if block.parent_view < self.tree.final_view() {
            return;
        }
        let ask = Ask::needed(Some(self.set.leader(block.view)), Holders::default());
        if !self.tree.may_be_parent(&block.parent, block.parent_view) {
            wanted.insert(Want::Certificate(block.parent_view), ask);
        }
        if self.tree.get(&block.parent).is_none() {
            let missing = self.tree.lowest_missing(&block.parent);
            wanted.insert(Want::Block(missing), ask);
        }
        let mut from = block.parent_view;
        for _ in 0..CERTIFICATES_ASKED_MAX {
            let Some(view) = self.tree.first_not_nullified(from, block.view) else {
                break;
            };
            wanted.insert(Want::Certificate(view), ask);
            from = view;
        }
    }

    /// The leader, and any node with a notarized block it lacks, asks for what its walk needs. [V4]
    fn want_for_leading(&self, wanted: &mut Wanted) {
        if !self.is_leader() {
            return;
        }
        match self.tree.parent_for(self.turn.view, true) {
            Walk::Parent(_) => {}
            Walk::NeedBlock(digest, signers) => {
                let missing = self.tree.lowest_missing(&digest);
                wanted.insert(Want::Block(missing), Ask::needed(None, signers));
            }
            Walk::NeedCertificate(view) => {
                let ask = Ask::needed(None, Holders::default());
                wanted.insert(Want::Certificate(view), ask);
            }
        }
    }

    /// [V18]
    fn want_proposal(&self, now: Now, wanted: &mut Wanted) {
        let seen =
            self.turn.pending.is_some() || self.turn.own_proposal.is_some() || self.is_leader();
        let Some(start) = self
            .turn
            .work_since
            .filter(|_| !seen && self.me().is_some())
        else {
            return;
        };
        let half = (self.pace.grace_us() + 2 * self.pace.delay_us()) / 2;
        if now.tick >= start.plus(half) {
            let ask = Ask::needed(None, Holders::default());
            wanted.insert(Want::Proposal(self.turn.view), ask);
        }
    }
}
