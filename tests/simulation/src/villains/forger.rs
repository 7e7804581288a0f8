//! Forger: certificates that nobody but itself has signed, ranges that end in one, and votes for the last view there is.

use std::sync::Arc;
use sycee_primitives::Epoch;

use sycee_consensus::{Certificate, Message, SignedBlock, ValidatorIndex, View, VoteKind};
use sycee_primitives::Hash;
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Forges for one proposal in three.
pub(super) struct Forger;

/// q signatures over the right statement, all of one key, under the names of q validators.
fn forge(own: &Own<'_>, kind: VoteKind, view: View, digest: Hash) -> Certificate {
    let vote = own.vote(kind, view, digest);
    let quorum = own.set.size() - own.set.faults();
    let mut bitmap = vec![0_u8; own.set.size().div_ceil(8)];
    for place in 0..quorum {
        bitmap[place / 8] |= 1 << (place % 8);
    }
    Certificate {
        kind,
        view,
        digest: vote.digest,
        bitmap,
        signatures: vec![vote.signature; quorum],
    }
}

impl Villain for Forger {
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
        let is_own = own.set.leader(block.view) == own.index;
        if !is_own || block.view <= View(1) {
            return out.push(parcel);
        }
        let mut proposal = proposal.clone();
        let before = View(block.view.0.saturating_sub(1));
        let forged = forge(own, VoteKind::Nullify, before, Hash::ZERO);
        proposal.justification.push(forged);
        out.push(Parcel {
            frame: encode_core(Epoch(0), &Message::Proposal(proposal)),
            ..parcel
        });
    }

    fn hears(
        &mut self,
        own: &mut Own<'_>,
        _from: ValidatorIndex,
        message: &PeerMessage,
        _frame: &Arc<[u8]>,
        out: &mut Vec<Parcel>,
    ) {
        let PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } = message
        else {
            return;
        };
        if own.dice.chance(667) {
            return;
        }
        let to = own.dice.pick(&own.others());
        let lie = lie(own, &proposal.block);
        out.push(Parcel {
            after_us: own.dice.below(own.base_delay_us),
            to,
            frame: encode_core(Epoch(0), &lie),
        });
    }
}

/// What it says about a block that it has just heard of.
fn lie(own: &mut Own<'_>, signed: &SignedBlock) -> Message {
    let (view, digest) = (signed.block.view, signed.block.digest(own.set));
    match own.dice.below(5) {
        0 => Message::Certificate(forge(own, VoteKind::Notarize, view, digest)),
        1 => Message::Certificate(forge(own, VoteKind::Nullify, view, Hash::ZERO)),
        2 => Message::Certificate(forge(own, VoteKind::Finalize, view, digest)),
        3 => Message::Range {
            blocks: vec![signed.clone()],
            finalization: forge(own, VoteKind::Finalize, view, digest),
        },
        _ => Message::Vote(own.vote(VoteKind::Nullify, View(u64::MAX), Hash::ZERO)),
    }
}
