//! Validators that lie. Each way is a file of its own and changes what an otherwise correct node sends.
//!
//! ```text
//!   correct node --frame for a peer--> way 1 --> way 2 --> ... --> network         a way may drop, change, delay and add
//!   network --frame of a peer--> ways listen, and may send at once
//! ```
//! A villain owns its own key and nothing else; what it signs, it signs with that key.

use std::sync::Arc;

use sycee_consensus::{SignedBlock, ValidatorIndex, ValidatorSet, View, Vote, VoteKind};
use sycee_primitives::{Hash, SecretKey, codec, domain::Domain};
use sycee_replica::PeerMessage;

use crate::plan::Way;
use crate::random::Random;

mod delayer;
mod disrupter;
mod double_voter;
mod equivocator;
mod forger;
mod forker;
mod liar;
mod misleader;
mod replayer;
mod starver;
mod sync_liar;
mod vote_withholder;
mod withholder;

/// A frame on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// How long it is held back.
    pub(crate) after_us: u64,
    /// For whom.
    pub(crate) to: ValidatorIndex,
    /// The bytes.
    pub(crate) frame: Arc<[u8]>,
}

/// What a villain knows and has.
pub(crate) struct Own<'a> {
    /// Its place.
    pub(crate) index: ValidatorIndex,
    /// Its network.
    pub(crate) set: &'a ValidatorSet,
    /// Its key.
    pub(crate) key: &'a SecretKey,
    /// Start value of the delay bound.
    pub(crate) base_delay_us: u64,
    /// Its dice.
    pub(crate) dice: &'a mut Random,
}

/// One way to lie.
pub(crate) trait Villain {
    /// What leaves instead of this parcel.
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        message: &PeerMessage,
        out: &mut Vec<Parcel>,
    );

    /// What it says on hearing something.
    fn hears(
        &mut self,
        _own: &mut Own<'_>,
        _from: ValidatorIndex,
        _message: &PeerMessage,
        _frame: &Arc<[u8]>,
        _out: &mut Vec<Parcel>,
    ) {
    }
}

/// The villain of a way; none for a twin, which is a second node.
#[must_use]
pub(crate) fn villain(way: Way) -> Option<Box<dyn Villain>> {
    Some(match way {
        Way::Equivocate => Box::new(equivocator::Equivocator::default()),
        Way::WithholdProposals => Box::new(withholder::Withholder),
        Way::DelayProposals => Box::new(delayer::Delayer),
        Way::VoteTwice => Box::new(double_voter::DoubleVoter::default()),
        Way::ForkLane => Box::new(forker::Forker::default()),
        Way::StarveLane => Box::new(starver::Starver),
        Way::LieAboutHoldings => Box::new(liar::Liar),
        Way::LieInSync => Box::new(sync_liar::SyncLiar::default()),
        Way::WithholdVotes => Box::new(vote_withholder::VoteWithholder),
        Way::Replay => Box::new(replayer::Replayer::default()),
        Way::Disrupt => Box::new(disrupter::Disrupter),
        Way::Forge => Box::new(forger::Forger),
        Way::Mislead => Box::new(misleader::Misleader::default()),
        Way::Twin => return None,
    })
}

impl Own<'_> {
    /// Every other validator.
    fn others(&self) -> Vec<ValidatorIndex> {
        self.set
            .indexes()
            .filter(|index| *index != self.index)
            .collect()
    }

    /// A vote with its own key, for anything.
    fn vote(&self, kind: VoteKind, view: View, digest: Hash) -> Vote {
        let (domain, body) = match kind {
            VoteKind::Notarize => (Domain::Notarize, codec::encode(&(view, digest))),
            VoteKind::Finalize => (Domain::Finalize, codec::encode(&(view, digest))),
            VoteKind::Nullify => (Domain::Nullify, codec::encode(&view)),
        };
        let statement = domain.statement(self.set.chain(), self.set.epoch(), &body);
        Vote {
            kind,
            view,
            digest: if kind == VoteKind::Nullify {
                Hash::ZERO
            } else {
                digest
            },
            signer: self.index,
            signature: self.key.sign(&statement),
        }
    }

    /// A block with its own signature.
    fn block(&self, block: sycee_consensus::Block) -> SignedBlock {
        let signature = self.key.sign(&block.digest(self.set));
        SignedBlock { block, signature }
    }
}
