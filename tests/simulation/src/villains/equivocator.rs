//! Equivocating leader: one block for one half of the validators, another for the other half.

use std::collections::BTreeMap;
use std::sync::Arc;
use sycee_primitives::Epoch;

use sycee_consensus::{Message, Proposal, VoteKind};
use sycee_primitives::BlockTime;
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Remembers the second block of the last few views.
#[derive(Default)]
pub(super) struct Equivocator {
    second: BTreeMap<u64, Arc<[u8]>>,
}

impl Villain for Equivocator {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        let PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } = message
        else {
            return out.push(parcel);
        };
        let block = &proposal.block.block;
        if own.set.leader(block.view) != own.index || parcel.to.0.is_multiple_of(2) {
            return out.push(parcel);
        }
        let view = block.view;
        let mut other = block.clone();
        other.time = BlockTime(other.time.0.saturating_add(1));
        let digest = other.digest(own.set);
        let frame = self.second.entry(view.0).or_insert_with(|| {
            let justification = proposal.justification.clone();
            let block = own.block(other);
            encode_core(
                Epoch(0),
                &Message::Proposal(Proposal {
                    block,
                    justification,
                }),
            )
        });
        out.push(Parcel {
            frame: Arc::clone(frame),
            ..parcel
        });
        let vote = own.vote(VoteKind::Notarize, view, digest);
        out.push(Parcel {
            after_us: parcel.after_us + 1,
            to: parcel.to,
            frame: encode_core(Epoch(0), &Message::Vote(vote)),
        });
        while self.second.len() > 16 {
            self.second.pop_first();
        }
    }
}
