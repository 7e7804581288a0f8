//! What leaves a node: oracles look at every frame here, where it can still be known who says it, and the links take it.

use std::sync::Arc;

use sycee_consensus::{Certificate, Message, ValidatorIndex, View, Vote, VoteKind};
use sycee_primitives::Epoch;
use sycee_replica::{Class, EpochFacts, PeerMessage};

use crate::auditor::hash_bytes;
use crate::coverage::Mark;
use crate::villains::Parcel;
use crate::world::{Due, World, small};

impl World {
    /// A frame leaves a node for some peers. Oracles look at it here, where it can still be known who says it.
    pub(crate) fn post(
        &mut self,
        node: usize,
        to: &[ValidatorIndex],
        class: Class,
        frame: &Arc<[u8]>,
    ) {
        let own = self.nodes[node].index;
        let message = match PeerMessage::decode(frame) {
            Ok(message) => message,
            Err(error) => {
                return self.violate(
                    "codec",
                    Err(format!("node {node} sends what cannot be read: {error}")),
                );
            }
        };
        if !self.nodes[node].villains.is_empty() {
            for to in to.iter().filter(|to| **to != own) {
                let parcel = Parcel {
                    after_us: 0,
                    to: *to,
                    frame: Arc::clone(frame),
                };
                self.villain_sends(node, parcel);
            }
            return;
        }
        self.look_at_frame(node, &message);
        let hash = hash_bytes(frame);
        self.auditor.event(self.time, node, 8, hash);
        let view = view_of(&message);
        let is_told = matches!(
            message,
            PeerMessage::Core {
                message: Message::OwnStatements(_),
                ..
            }
        );
        for to in to.iter().filter(|to| **to != own) {
            for place in self.behind.get(to.usize()).into_iter().flatten() {
                if is_told {
                    let signatures = &mut self.oracles.signatures;
                    signatures.tells(self.time, node, *place, hash);
                }
            }
            self.transmit(node, *to, class, frame, hash, view);
        }
    }

    pub(crate) fn look_at_frame(&mut self, node: usize, message: &PeerMessage) {
        let (honest, own) = (self.nodes[node].honest, self.nodes[node].index);
        match message {
            PeerMessage::Core { epoch, message } => match self.epochs.get(*epoch).cloned() {
                Some(facts) => self.look_at_message(node, &facts, message),
                None if honest && is_signed(message) => {
                    let what = format!("node {node} speaks in {epoch:?}, which has not begun");
                    self.violate("governance", Err(what));
                }
                None => {}
            },
            PeerMessage::Batch(batch) => {
                let header = &batch.header().header;
                let facts = self.epochs.get(header.epoch);
                let is_own = facts.is_some_and(|facts| facts.index_of(own) == header.lane);
                if is_own {
                    let how = (honest, self.nodes[node].rolled_back);
                    let signatures = &mut self.oracles.signatures;
                    let verdict = signatures.sends_batch(node, batch.header(), how);
                    self.violate("signatures", verdict);
                }
            }
            PeerMessage::TableRootsRequest(_)
            | PeerMessage::TableRoots(_)
            | PeerMessage::State(_)
            | PeerMessage::LeftOverRequest
            | PeerMessage::LeftOver(..) => {}
        }
    }

    fn look_at_message(&mut self, node: usize, facts: &EpochFacts, message: &Message) {
        let honest = self.nodes[node].honest;
        let (epoch, own) = (facts.epoch(), facts.index_of(self.nodes[node].index));
        match message {
            Message::Vote(vote) if honest => {
                let verdict = if vote.signer == own {
                    self.oracles.signatures.votes(epoch, vote)
                } else {
                    Err(format!("node {node} sends a vote of {}", vote.signer.0))
                };
                self.violate("signatures", verdict);
                self.look_at_mark(node, facts, vote.view);
                self.mark_vote(node, facts, vote);
            }
            Message::Certificate(certificate) => {
                self.look_at_own_part(node, facts, certificate);
                self.look_at_certificate(epoch, certificate, honest);
            }
            Message::Proposal(proposal) => {
                let block = &proposal.block.block;
                // A relayed proposal is passed on as it came, whatever its leader put into it.
                let by_leader = honest && facts.set.leader(block.view) == own;
                for certificate in &proposal.justification {
                    self.look_at_certificate(epoch, certificate, by_leader);
                }
                if block.view.0 >= block.parent_view.0.saturating_add(5) {
                    self.coverage.reach(Mark::LongWalk);
                }
                if block.cut.len() >= 3 {
                    self.coverage.reach(Mark::WideCut);
                }
                // A block of another epoch than it is sent in is nobody's.
                if facts.set.leader(block.view) != own || block.epoch != epoch {
                    return;
                }
                self.watch_proposal((epoch, block.view.0));
                if honest {
                    let verdict = self.oracles.signatures.proposes(&proposal.block);
                    self.violate("signatures", verdict);
                    self.look_at_mark(node, facts, block.view);
                } else if self.oracles.signatures.villain_proposes(&proposal.block) {
                    self.coverage.reach(Mark::TwoBlocks);
                }
            }
            Message::Range { finalization, .. } => {
                self.look_at_certificate(epoch, finalization, honest);
            }
            Message::OwnStatements(statements) => {
                for certificate in statements.finalization.iter() {
                    self.look_at_certificate(epoch, certificate, honest);
                }
            }
            Message::RejoinAnswer(answer) => {
                for certificate in answer.entry.iter().chain(&answer.finalization) {
                    self.look_at_certificate(epoch, certificate, honest);
                }
            }
            Message::BlockRequest { .. }
            | Message::ProposalRequest { .. }
            | Message::CertificateRequest { .. } => self.coverage.reach(Mark::WaitedAndAsked),
            Message::Vote(_)
            | Message::Watermarks(_)
            | Message::BatchRequest { .. }
            | Message::OwnStatementsRequest
            | Message::RejoinRequest { .. }
            | Message::RangeRequest { .. }
            | Message::Pruned { .. }
            | Message::Evidence(_) => {}
        }
    }

    /// Nothing that was signed leaves before the mark outside the store knows of it. [R3]
    fn look_at_mark(&mut self, node: usize, facts: &EpochFacts, view: View) {
        let it = &self.nodes[node];
        let key = facts.set.key(facts.index_of(it.index));
        let verdict = it.marked(facts.epoch(), view, key);
        self.violate(
            "vote mark",
            verdict.map_err(|what| format!("node {node}: {what}")),
        );
    }

    /// What an honest validator has signed leaves in no certificate before it is synced. [R3]
    fn look_at_own_part(&mut self, node: usize, facts: &EpochFacts, certificate: &Certificate) {
        let it = &self.nodes[node];
        if it.honest && facts.nodes.contains(&it.index.0) {
            let slot = (facts.epoch(), facts.index_of(it.index));
            let verdict = self.oracles.signatures.shows(slot, certificate);
            self.violate("signatures", verdict);
        }
    }

    fn look_at_certificate(&mut self, epoch: Epoch, certificate: &Certificate, honest: bool) {
        let place = usize::try_from(epoch.0).unwrap_or(usize::MAX);
        let Some(oracle) = self.oracles.certificates.get_mut(place) else {
            return;
        };
        match oracle.sees(certificate, honest) {
            Ok(true) => self.mark_certificate(place, certificate),
            Ok(false) => {}
            Err(what) => self.violate("certificates", Err(what)),
        }
    }

    fn mark_certificate(&mut self, epoch: usize, certificate: &Certificate) {
        let seen = &self.oracles.certificates[epoch];
        let view = certificate.view;
        if seen.notarized.contains_key(&view) && seen.nullified.contains_key(&view) {
            self.coverage.reach(Mark::BothKinds);
        }
        let ahead = View(view.0 + 3);
        let passed = seen.notarized.range(ahead..).next().is_some()
            || seen.nullified.range(ahead..).next().is_some();
        if certificate.kind == VoteKind::Finalize && passed {
            self.coverage.reach(Mark::LateFinal);
        }
    }

    fn mark_vote(&mut self, node: usize, facts: &EpochFacts, vote: &Vote) {
        let entered = &mut self.entered[node];
        if vote.view.0 > entered.0 {
            *entered = (vote.view.0, self.time);
        }
        if vote.kind == VoteKind::Nullify {
            let leader = facts.node_of(facts.set.leader(vote.view)).usize();
            let down = self.behind[leader]
                .iter()
                .all(|place| !self.nodes[*place].is_up());
            let soon = 5 * u64::from(self.plan.parameters.base_delay_ms) * 1_000;
            if down && self.time.saturating_sub(self.entered[node].1) < soon {
                self.coverage.reach(Mark::LeaderSkipped);
            }
        }
    }

    /// Puts a frame on every link towards a place of the network.
    pub(crate) fn transmit(
        &mut self,
        from: usize,
        to: ValidatorIndex,
        class: Class,
        frame: &Arc<[u8]>,
        hash: u64,
        view: Option<u64>,
    ) {
        let count = self.behind.get(to.usize()).map_or(0, Vec::len);
        for place in 0..count {
            let to = self.behind[to.usize()][place];
            if !self.links.get(from, to).connected || !self.twins_allow(from, to, view) {
                continue;
            }
            self.traffic.frames += 1;
            self.traffic.bytes += frame.len() as u64;
            let generation = self.links.get(from, to).generation;
            let class = match class {
                Class::Votes => 0,
                Class::Blocks => 1,
                Class::Sync => 2,
                Class::Batches => 3,
            };
            for at in self
                .links
                .transit(self.time, from, to, class, frame.len())
                .into_iter()
                .flatten()
            {
                let (frame, from, to) = (Arc::clone(frame), small(from), small(to));
                let due = Due::Arrive {
                    to,
                    from,
                    link: generation,
                    frame,
                    hash,
                };
                self.schedule_at(at, due);
            }
        }
    }

    fn twins_allow(&mut self, from: usize, to: usize, view: Option<u64>) -> bool {
        match (&self.twins, view) {
            (Some(scenario), Some(view)) => {
                scenario.allows(&mut self.view_began, self.time, view, (from, to))
            }
            (Some(_) | None, _) => true,
        }
    }
}

/// Whether a message is something that a node signs in an epoch; anybody can be asked about another one.
fn is_signed(message: &Message) -> bool {
    matches!(
        message,
        Message::Vote(_) | Message::Proposal(_) | Message::Watermarks(_)
    )
}

/// The view that a message is about.
pub(crate) fn view_of(message: &PeerMessage) -> Option<u64> {
    match message {
        PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } => Some(proposal.block.block.view.0),
        PeerMessage::Core {
            message: Message::Vote(vote),
            ..
        } => Some(vote.view.0),
        PeerMessage::Core {
            message: Message::Certificate(certificate),
            ..
        } => Some(certificate.view.0),
        PeerMessage::Core { .. }
        | PeerMessage::Batch(_)
        | PeerMessage::TableRootsRequest(_)
        | PeerMessage::TableRoots(_)
        | PeerMessage::State(_)
        | PeerMessage::LeftOverRequest
        | PeerMessage::LeftOver(..) => None,
    }
}
