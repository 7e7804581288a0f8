//! Double voter: for every block that it hears of it votes Notarize and Finalize, and Nullify for the view.

use std::collections::BTreeSet;
use std::sync::Arc;
use sycee_primitives::Epoch;

use sycee_consensus::{Message, ValidatorIndex, VoteKind};
use sycee_primitives::Hash;
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Remembers for what it has voted.
#[derive(Default)]
pub(super) struct DoubleVoter {
    voted: BTreeSet<(u64, Hash)>,
}

impl Villain for DoubleVoter {
    fn sends(
        &mut self,
        _own: &mut Own<'_>,
        parcel: Parcel,
        _message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        out.push(parcel);
    }

    fn hears(
        &mut self,
        own: &mut Own<'_>,
        _from: ValidatorIndex,
        message: &PeerMessage,
        _frame: &Arc<[u8]>,
        out: &mut Vec<Parcel>,
    ) {
        let (view, digest) = match message {
            PeerMessage::Core {
                message: Message::Proposal(proposal),
                ..
            } => (
                proposal.block.block.view,
                proposal.block.block.digest(own.set),
            ),
            PeerMessage::Core {
                message: Message::Vote(vote),
                ..
            } => (vote.view, vote.digest),
            PeerMessage::Core { .. }
            | PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
            | PeerMessage::TableRoots(_)
            | PeerMessage::State(_)
            | PeerMessage::LeftOverRequest
            | PeerMessage::LeftOver(..) => return,
        };
        if !self.voted.insert((view.0, digest)) {
            return;
        }
        while self.voted.len() > 256 {
            self.voted.pop_first();
        }
        let mut votes = vec![own.vote(VoteKind::Nullify, view, Hash::ZERO)];
        if digest != Hash::ZERO {
            votes.push(own.vote(VoteKind::Notarize, view, digest));
            votes.push(own.vote(VoteKind::Finalize, view, digest));
        }
        for to in own.others() {
            for vote in &votes {
                // Each hears only some of it, so that their pictures differ.
                if own.dice.chance(600) {
                    out.push(Parcel {
                        after_us: own.dice.below(own.base_delay_us),
                        to,
                        frame: encode_core(Epoch(0), &Message::Vote(vote.clone())),
                    });
                }
            }
        }
    }
}
