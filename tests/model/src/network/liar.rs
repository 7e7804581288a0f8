//! The fourth validator of a sweep: it shows two faces.

use sycee_consensus::{Message, View, VoteKind};
use sycee_primitives::{BlockTime, Hash};

use super::{Arrival, HOP_US, Run};

impl Run<'_> {
    /// The liar votes for everything it sees, tells some that it gave the view up, and leads with two blocks at once.
    pub(super) fn lie(&mut self, message: &Message) {
        let liar = self.world.liar;
        if let Message::Proposal(proposal) = message {
            self.world.block_number(&proposal.block);
            let block = &proposal.block.block;
            let (view, digest) = (block.view, block.digest(&self.world.set));
            self.vote_two_faced(view, digest);
        }
        if let Message::Certificate(certificate) = message {
            let next = certificate.view.next();
            if self.world.set.leader(next) == liar && self.lied.insert((next, Hash::ZERO)) {
                self.lead(next);
            }
        }
    }

    fn vote_two_faced(&mut self, view: View, digest: Hash) {
        if !self.lied.insert((view, digest)) {
            return;
        }
        let from = self.world.liar;
        for place in 0..self.members.len() {
            let second = if place == 0 {
                (VoteKind::Nullify, Hash::ZERO)
            } else {
                (VoteKind::Finalize, digest)
            };
            for (kind, digest) in [(VoteKind::Notarize, digest), second] {
                let message = Message::Vote(self.world.vote_for(from, kind, view, digest));
                self.post(place, 2 * HOP_US, Arrival::Message { from, message });
            }
        }
    }

    /// Two blocks on the last block that the liar has heard of, one to the first node and one to the others.
    fn lead(&mut self, view: View) {
        let from = self.world.liar;
        let last = u8::try_from(self.world.blocks.len() - 1).unwrap_or(0);
        let time = BlockTime(self.wall_ms + self.time / 1_000);
        for value in [0u8, 1] {
            let Some(block) = self.world.liars_block(last, view.0, value, time) else {
                continue;
            };
            let proposal = self.world.proposal(block);
            let digest = proposal.block.block.digest(&self.world.set);
            self.vote_two_faced(view, digest);
            for place in (0..self.members.len()).filter(|place| (*place == 0) == (value == 0)) {
                let message = Message::Proposal(proposal.clone());
                self.post(place, 2 * HOP_US, Arrival::Message { from, message });
            }
        }
    }
}
