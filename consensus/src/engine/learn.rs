//! Messages in: votes, certificates, blocks; and what a new certificate brings about. [V2][V13][V15][V16]

use sycee_primitives::{Hash, planted};

use super::{Alarm, Cause, Core, Output, Pending, Record, Release, Turn};
use crate::{
    BlockKind, Certificate, Message, Now, Proposal, SignedBlock, ValidatorIndex, View, Vote,
    VoteKind, Watermarks, fetch::Want, tree::Insertion,
};

/// Certificates one proposal may carry. [M6][V6]
const JUSTIFICATION_MAX: usize = 8;
/// Blocks one range may carry. [M6][G2]
const RANGE_BLOCKS_MAX: usize = 256;

impl Core {
    pub(super) fn take_message(&mut self, now: Now, from: ValidatorIndex, message: Message) {
        if let Some(heard) = self.heard.get_mut(from.usize()) {
            *heard = now.tick;
            self.heard_at_worked[from.usize()] = self.worked.1;
        }
        match message {
            Message::Vote(vote) => self.take_vote(now, from, &vote),
            Message::Certificate(certificate) => {
                self.fetches
                    .answered(from, Want::Certificate(certificate.view));
                self.help_if_behind(now, from, certificate.view);
                self.take_certificate(now, from, &certificate);
            }
            Message::Proposal(proposal) => self.take_proposal(now, from, proposal),
            Message::Watermarks(marks) => self.take_watermarks(now, from, &marks),
            Message::BlockRequest { digest } => self.serve_block(from, &digest),
            Message::ProposalRequest { view } => self.serve_proposal(from, view),
            Message::CertificateRequest { view } => self.serve_certificate(from, view),
            Message::Range {
                blocks,
                finalization,
            } => self.take_range(now, from, blocks, &finalization),
            Message::OwnStatementsRequest => self.serve_own_statements(now, from),
            Message::OwnStatements(statements) => self.take_own_statements(now, from, *statements),
            Message::RejoinRequest { challenge, until } => {
                self.serve_rejoin(now, from, challenge, until)
            }
            Message::RejoinAnswer(answer) => self.take_rejoin_answer(now, from, *answer),
            Message::Pruned { lowest } => self.fetches.pruned(from, lowest),
            Message::Evidence(evidence) => self.take_evidence(from, evidence),
            // The shell answers these, since it has the payloads and the store.
            Message::BatchRequest { .. } | Message::RangeRequest { .. } => {}
        }
    }

    /// [M5][B1]
    fn take_vote(&mut self, now: Now, from: ValidatorIndex, vote: &Vote) {
        self.help_if_behind(now, from, vote.view);
        if vote.signer != from {
            self.doubt_vote(vote);
            return self.fault(from, "M5: vote of another signer");
        }
        if !self.compare_vote(vote) {
            return self.fault(from, "M2: vote's signature");
        }
        if !self
            .votes
            .has_room(vote, self.turn.view, self.tree.final_view())
        {
            // [V17] A repetition from a view that lies behind: the peer missed how it ended.
            if vote.view < self.turn.view {
                self.help(now, from);
            }
            return;
        }
        if !vote.verify(&self.set) {
            return self.fault(from, "M2: vote's signature");
        }
        self.tally(now, vote);
    }

    pub(super) fn tally(&mut self, now: Now, vote: &Vote) {
        if !self
            .votes
            .has_room(vote, self.turn.view, self.tree.final_view())
        {
            return;
        }
        if let Some(certificate) = self.votes.insert(&self.set, vote)
            && !self.tree.knows(&certificate)
        {
            self.learn(now, &certificate);
        }
    }

    /// Drops duplicates unverified. [V13]
    pub(super) fn take_certificate(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        certificate: &Certificate,
    ) {
        if self.tree.knows(certificate) {
            if self.is_contradiction(certificate) && !planted!("S9a") {
                self.take_contradiction(from, certificate);
            }
            return;
        }
        if !certificate.verify(&self.set) && !planted!("S9-unverified") {
            return self.fault(from, "M3: certificate");
        }
        self.learn(now, certificate);
    }

    /// Two certificates that cannot both be: q - f signers or more are named, and two finalizations stop the node. [E2][E8]
    fn take_contradiction(&mut self, from: ValidatorIndex, certificate: &Certificate) {
        if !certificate.verify(&self.set) {
            return self.fault(from, "M3: certificate");
        }
        self.compare_certificate(certificate);
        if certificate.kind == VoteKind::Finalize {
            let view = certificate.view;
            self.stop(Alarm::Conflict { view });
        }
    }

    /// A verified certificate that brings something new.
    pub(super) fn learn(&mut self, now: Now, certificate: &Certificate) {
        let (view, digest) = (certificate.view, certificate.digest);
        self.doubt_certificate(certificate);
        self.compare_certificate(certificate);
        self.tree.insert_certificate(certificate);
        if !planted!("L1") {
            self.outbox.record(Record::Certificate(certificate.clone()));
        }
        self.spread(certificate);
        match certificate.kind {
            VoteKind::Notarize => {
                // [V13] No block data is needed to finalize what a quorum has notarized.
                if !planted!("V13") {
                    self.vote(VoteKind::Finalize, view, digest);
                }
                if self.raised_in == Some(view) {
                    self.raised_in = None;
                }
                let start = self.turn.work_since.unwrap_or(self.turn.entered);
                if view == self.turn.view
                    && self.turn.gave_up.is_none()
                    && self.pace.is_quick(start, now.tick)
                {
                    self.quick_view = Some(view);
                }
            }
            VoteKind::Nullify => {}
            VoteKind::Finalize => {
                // [P3] once per view, and only for a view that was entered and not given up.
                if self.quick_view == Some(view) && !self.own_record(view).nullified {
                    self.quick_view = None;
                    self.pace.quick_view_finalized();
                }
                self.finalize();
            }
        }
        let leads_on = certificate.kind != VoteKind::Nullify || !planted!("V15");
        let furthest = if planted!("V2") { self.turn.view } else { view };
        if view >= self.turn.view && view <= furthest && leads_on {
            self.enter(now, certificate);
        }
    }

    /// Broadcasts a new certificate once; observers need finalizations only. [V13][V15]
    pub(super) fn spread(&mut self, certificate: &Certificate) {
        if self.gate.is_none() {
            return;
        }
        let message = Message::Certificate(certificate.clone());
        self.out.push(match certificate.kind {
            VoteKind::Notarize | VoteKind::Nullify => Output::BroadcastToValidators(message),
            VoteKind::Finalize => Output::Broadcast(message),
        });
    }

    /// Enters the view behind a certificate. [V2]
    fn enter(&mut self, now: Now, certificate: &Certificate) {
        let own_timeout = self.turn.gave_up == Some(Cause::Timeout)
            || planted!("B12") && self.turn.gave_up.is_some();
        match certificate.kind {
            VoteKind::Nullify => self
                .pace
                .view_nullified(own_timeout, self.turn.gave_up == Some(Cause::Skip)),
            VoteKind::Notarize | VoteKind::Finalize => self.pace.view_notarized(own_timeout),
        }
        let view = certificate.view.next();
        // What was due stays due: views that turn faster than T_r must not keep everybody from repeating itself. [V17]
        let resend_due = if self.turn.resend_due > now.tick {
            self.turn.resend_due
        } else {
            now.tick.plus(self.pace.resend_us())
        };
        self.turn = Turn::new(view, now.tick, Some(certificate.clone()), resend_due);
        let is_due = |pending: &mut Pending| pending.proposal.block.block.view <= view;
        if let Some(pending) = self.next_proposal.take_if(is_due)
            && pending.proposal.block.block.view == view
        {
            self.turn.pending = Some(pending);
        }
    }

    /// Makes the highest finalization's block final when its line is complete. [V16]
    pub(super) fn finalize(&mut self) {
        match self.tree.try_finalize() {
            Ok(finalized) if finalized.is_empty() => {}
            Ok(finalized) => self.became_final(&finalized),
            Err(_) => {
                let view = self.tree.target().map_or(View(0), |target| target.view);
                self.stop(Alarm::Conflict { view });
            }
        }
    }

    fn became_final(&mut self, finalized: &[Hash]) {
        let Some(certificate) = self.tree.finalization().cloned() else {
            return;
        };
        for digest in finalized {
            if let Some(placed) = self.tree.get(digest) {
                if placed.block().has_effect() {
                    self.effect_height = placed.height();
                }
                self.results.certify(placed.exec());
                if placed.block().kind != BlockKind::Ledger
                    && let Some(gate) = &mut self.gate
                {
                    gate.seal();
                }
            }
        }
        self.record_offences(finalized);
        let exec = self.tree.final_tip().exec();
        self.results.drop_below(exec);
        let entry = self.own_entry();
        let (view, height) = (self.tree.final_view(), self.tree.final_height());
        self.outbox.record(Record::Final {
            finalization: certificate.clone(),
            height,
        });
        self.outbox.release_when_synced(Release::Final(certificate));
        self.votes.drop_through(view);
        if let Some(gate) = &mut self.gate {
            gate.raise_floor(view);
            entry.into_iter().for_each(|entry| gate.follow_lane(entry));
        }
        if self.raised_in.is_some_and(|raised| raised <= view) {
            self.raised_in = None;
        }
    }

    /// Signs and executes nothing any more. [X7]
    pub(super) fn stop(&mut self, alarm: Alarm) {
        if let Some(gate) = &mut self.gate {
            gate.close(crate::record::Closed::Stopped);
        }
        self.out.push(Output::Alarm(alarm));
    }

    /// [V7][B2][V22]
    fn take_proposal(&mut self, now: Now, from: ValidatorIndex, proposal: Proposal) {
        let view = proposal.block.block.view;
        self.help_if_behind(now, from, view);
        if view <= self.tree.final_view() || proposal.justification.len() > JUSTIFICATION_MAX {
            return;
        }
        let digest = proposal.block.block.digest(&self.set);
        self.fetches.answered(from, Want::Block(digest));
        self.fetches.answered(from, Want::Proposal(view));
        let (slot_open, named) = (self.has_open_slot(view), self.tree.is_named(&digest));
        let may_jump = view > self.turn.view.next();
        if !slot_open && !named && !may_jump {
            return self.compare_proposal(&proposal.block);
        }
        if !proposal.block.verify(&self.set) {
            return self.fault(from, "V8: leader's signature");
        }
        self.doubt_block(&proposal.block.block);
        self.remember_proposal(&proposal.block);
        for certificate in &proposal.justification {
            self.take_certificate(now, from, certificate);
        }
        if view == self.turn.view && self.turn.pending.is_none() {
            self.turn.pending = Some(self.pending(now, proposal));
        } else if view == self.turn.view.next() && self.next_proposal.is_none() {
            self.next_proposal = Some(self.pending(now, proposal));
        } else if named && !planted!("L16") {
            self.place_block(from, proposal.block);
        }
    }

    fn has_open_slot(&self, view: View) -> bool {
        let next_free = self
            .next_proposal
            .as_ref()
            .is_none_or(|next| next.proposal.block.block.view < view);
        (view == self.turn.view && self.turn.pending.is_none())
            || (view == self.turn.view.next() && next_free)
    }

    /// Puts a block whose leader signed it into the tree and adopts what waited for it; tells whether it has a place now.
    pub(super) fn place_block(&mut self, from: ValidatorIndex, signed: SignedBlock) -> bool {
        let mut queue = vec![signed];
        let mut first = None;
        while let Some(signed) = queue.pop() {
            let insertion = match self.judge_evidence(&signed.block) {
                Ok(()) => self.tree.insert(&self.set, signed.clone()),
                Err(rule) => Insertion::Invalid(rule),
            };
            match &insertion {
                Insertion::Placed(_) => {
                    self.outbox.record(Record::Block(signed));
                    queue.extend(self.tree.take_adoptable());
                }
                Insertion::Invalid(rule) => self.fault(from, rule),
                Insertion::Known(_) | Insertion::Orphan { .. } | Insertion::Stale => {}
            }
            first.get_or_insert(matches!(
                insertion,
                Insertion::Placed(_) | Insertion::Known(_)
            ));
        }
        self.finalize();
        first.unwrap_or(false)
    }

    /// Final blocks in ascending order, proven by hash links and one finalization. [G2]
    fn take_range(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        blocks: Vec<SignedBlock>,
        finalization: &Certificate,
    ) {
        let last = blocks.last().map(|signed| signed.block.digest(&self.set));
        let proven = finalization.kind == VoteKind::Finalize
            && last == Some(finalization.digest)
            && blocks.len() <= RANGE_BLOCKS_MAX
            && blocks
                .windows(2)
                .all(|pair| pair[1].block.parent == pair[0].block.digest(&self.set));
        if !proven {
            return self.fault(from, "G2: range");
        }
        if finalization.view <= self.tree.final_view() {
            return;
        }
        let above = Want::Range(self.tree.final_height());
        self.fetches.answered(from, above);
        let holds = finalization.verify(&self.set) || planted!("trust-peer");
        if !holds || !blocks.iter().all(|signed| signed.verify(&self.set)) {
            return self.fault(from, "G2: signature in a range");
        }
        self.doubt_certificate(finalization);
        for signed in blocks {
            self.doubt_block(&signed.block);
            if self.tree.get(&signed.block.digest(&self.set)).is_none()
                && !self.place_block(from, signed)
            {
                return;
            }
        }
        // The range may end below a finalization already known: it is final all the same, and sync goes on from there.
        let higher = self
            .tree
            .target()
            .filter(|target| target.view > finalization.view)
            .cloned();
        for certificate in [Some(finalization.clone()), higher].into_iter().flatten() {
            // Placing the blocks may have completed the line of a higher finalization already.
            if certificate.view <= self.tree.final_view() {
                continue;
            }
            self.tree.insert_certificate(&certificate);
            self.outbox.record(Record::Certificate(certificate.clone()));
            self.finalize();
            if certificate.view >= self.turn.view {
                self.enter(now, &certificate);
            }
        }
    }

    /// [W2][X5]
    fn take_watermarks(&mut self, now: Now, from: ValidatorIndex, marks: &Watermarks) {
        let Some(taken) = self.announcer.taken.get_mut(from.usize()) else {
            return;
        };
        if marks.counter <= *taken && !planted!("B7b") || marks.entries.len() > self.set.size() {
            return;
        }
        *taken = marks.counter;
        for mark in &marks.entries {
            self.lanes.watermark(now.tick, from, mark);
        }
        self.results.hint(from, marks.executed, marks.checkpoint);
    }

    /// Answers with the block, or with the finalization that makes it needless: what is final here is synced by ranges. [V4][G2]
    fn serve_block(&mut self, from: ValidatorIndex, digest: &Hash) {
        let own_unsynced = self.unsynced_proposals.contains(digest);
        let message = match self.tree.find(digest).filter(|_| !own_unsynced).cloned() {
            Some(block) => Message::Proposal(Proposal {
                block,
                justification: Vec::new(),
            }),
            None => match self.tree.finalization().cloned() {
                Some(finalization) => Message::Certificate(finalization),
                None => return,
            },
        };
        self.out.push(Output::Send { to: from, message });
    }

    /// Relays the current view's proposal with certificates of its own: what the leader put in may not hold. [V18][R3]
    fn serve_proposal(&mut self, from: ValidatorIndex, view: View) {
        let held = self.turn.pending.as_ref().map(|pending| &pending.proposal);
        let Some(proposal) = self.turn.own_proposal.as_ref().or(held) else {
            return;
        };
        let block = &proposal.block.block;
        let justification = if planted!("V18") {
            proposal.justification.clone()
        } else {
            self.justification(block)
        };
        let is_unsynced = self.unsynced_proposals.contains(&block.digest(&self.set));
        if block.view == view && (!is_unsynced || planted!("B1-proposal")) {
            let block = proposal.block.clone();
            self.out.push(Output::Send {
                to: from,
                message: Message::Proposal(Proposal {
                    block,
                    justification,
                }),
            });
        }
    }

    /// Answers with a certificate of the view or one that supersedes it. [V4][V10]
    fn serve_certificate(&mut self, from: ValidatorIndex, view: View) {
        let finalization = self
            .tree
            .finalization()
            .filter(|certificate| certificate.view >= view);
        let both = [self.tree.notarization(view), self.tree.nullification(view)];
        let found: Vec<Certificate> = finalization
            .into_iter()
            .chain(both.into_iter().flatten())
            .cloned()
            .collect();
        for certificate in found {
            self.out.push(Output::Send {
                to: from,
                message: Message::Certificate(certificate),
            });
        }
    }
}
