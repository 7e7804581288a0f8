//! A validator that signs two things where it may sign one: it runs an honest core and contradicts what that core says.

use sycee_consensus::{
    Message, OffenceKind, Place, Proposal, SignedBlock, ValidatorSet, Vote, VoteKind,
};
use sycee_primitives::{BlockTime, Hash, codec, domain::Domain};

use crate::node::secret;

/// The same vote with another digest, or Nullify beside Finalize.
fn other_vote(set: &ValidatorSet, vote: &Vote) -> Vote {
    let other = Hash::of(&[b"another block", &vote.digest.0]);
    let (kind, digest) = match vote.kind {
        VoteKind::Notarize => (VoteKind::Notarize, other),
        VoteKind::Finalize if vote.view.0.is_multiple_of(2) => (VoteKind::Finalize, other),
        VoteKind::Finalize => (VoteKind::Nullify, Hash::ZERO),
        VoteKind::Nullify => (VoteKind::Finalize, other),
    };
    let domain = match kind {
        VoteKind::Notarize => Domain::Notarize,
        VoteKind::Nullify => Domain::Nullify,
        VoteKind::Finalize => Domain::Finalize,
    };
    let body = match kind {
        VoteKind::Nullify => codec::encode(&vote.view),
        VoteKind::Notarize | VoteKind::Finalize => codec::encode(&(vote.view, digest)),
    };
    let statement = domain.statement(set.chain(), set.epoch(), &body);
    Vote {
        kind,
        digest,
        signature: secret(vote.signer.0).sign(&statement),
        ..vote.clone()
    }
}

/// The same block a millisecond later.
fn other_proposal(set: &ValidatorSet, proposal: &Proposal) -> Proposal {
    let mut block = proposal.block.block.clone();
    block.time = BlockTime(block.time.0 + 1);
    let leader = set.leader(block.view);
    let signature = secret(leader.0).sign(&block.digest(set));
    Proposal {
        block: SignedBlock { block, signature },
        justification: proposal.justification.clone(),
    }
}

/// A message that contradicts this one, if the sender may not sign another of its kind.
pub fn contradiction(set: &ValidatorSet, from: usize, message: &Message) -> Option<Message> {
    match message {
        Message::Vote(vote) if usize::from(vote.signer.0) == from => {
            Some(Message::Vote(other_vote(set, vote)))
        }
        Message::Proposal(proposal)
            if usize::from(set.leader(proposal.block.block.view).0) == from =>
        {
            Some(Message::Proposal(other_proposal(set, proposal)))
        }
        _ => None,
    }
}

/// The rule that two votes of one signer break, told without the code that is tested.
pub fn broken_rule(one: &Vote, other: &Vote) -> Option<(OffenceKind, Place)> {
    if one.view != other.view {
        return None;
    }
    let place = Place::View(one.view);
    match (one.kind, other.kind) {
        (VoteKind::Notarize, VoteKind::Notarize) if one.digest != other.digest => {
            Some((OffenceKind::DoubleNotarize, place))
        }
        (VoteKind::Finalize, VoteKind::Finalize) if one.digest != other.digest => {
            Some((OffenceKind::DoubleFinalize, place))
        }
        (VoteKind::Nullify, VoteKind::Finalize) | (VoteKind::Finalize, VoteKind::Nullify) => {
            Some((OffenceKind::NullifyAndFinalize, place))
        }
        _ => None,
    }
}
