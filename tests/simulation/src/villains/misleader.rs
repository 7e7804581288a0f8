//! Misleading leader: blocks that break one rule each, well signed and sent to everybody alike.
//!
//! Whoever votes for one of them has not checked that rule. The oracle "lawful" looks at what became final.

use std::collections::BTreeMap;
use std::sync::Arc;
use sycee_primitives::Epoch;

use sycee_consensus::{
    Block, CutEntry, Evidence, Message, Proposal, Seq, ValidatorIndex, VoteKind,
};
use sycee_primitives::{BlockTime, Hash, Height};
use sycee_replica::{PeerMessage, encode_core};

use super::{Own, Parcel, Villain};

/// Blocks of others and own lies that are remembered.
const KEPT_MAX: usize = 16;

/// Remembers what it could build upon, and the lie of each view.
#[derive(Default)]
pub(super) struct Misleader {
    blocks: BTreeMap<(u64, Hash), Block>,
    lies: BTreeMap<u64, Arc<[u8]>>,
}

impl Villain for Misleader {
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
        if own.set.leader(block.view) != own.index {
            return out.push(parcel);
        }
        let view = block.view.0;
        let is_new = !self.lies.contains_key(&view);
        if is_new {
            let lie = self.lie(own, block);
            self.lies.insert(view, encode(own, lie, proposal));
        }
        while self.lies.len() > KEPT_MAX {
            self.lies.pop_first();
        }
        if let Some(frame) = self.lies.get(&view) {
            out.push(Parcel {
                frame: Arc::clone(frame),
                ..parcel
            });
        }
    }

    fn hears(
        &mut self,
        own: &mut Own<'_>,
        _from: ValidatorIndex,
        message: &PeerMessage,
        _frame: &Arc<[u8]>,
        _out: &mut Vec<Parcel>,
    ) {
        if let PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } = message
        {
            let block = &proposal.block.block;
            let name = (block.view.0, block.digest(own.set));
            self.blocks.insert(name, block.clone());
            while self.blocks.len() > KEPT_MAX {
                self.blocks.pop_first();
            }
        }
    }
}

/// The lie as a frame, with the votes for it that only its maker gives.
fn encode(own: &Own<'_>, lie: Block, proposal: &Proposal) -> Arc<[u8]> {
    encode_core(
        Epoch(0),
        &Message::Proposal(Proposal {
            block: own.block(lie),
            justification: proposal.justification.clone(),
        }),
    )
}

impl Misleader {
    /// The block with one thing wrong.
    fn lie(&self, own: &mut Own<'_>, block: &Block) -> Block {
        let mut lie = block.clone();
        let noise = Hash::of(&[&own.dice.next().to_le_bytes()]);
        match own.dice.below(11) {
            0 => lie.time = BlockTime(lie.time.0.saturating_sub(60_000)),
            1 => lie.time = BlockTime(lie.time.0.saturating_add(60_000)),
            2 => {
                lie.exec.executed = Height(lie.height.0.saturating_sub(1));
                lie.exec.results = noise;
            }
            3 => lie.exec.results = noise,
            4 => self.pass_over_the_parent(&mut lie),
            5 => lie.parent_view = lie.view,
            6 => lie.height = Height(lie.height.0.saturating_add(1)),
            7 => {
                let lane = own.index;
                let seq = Seq(own.dice.between(1, 1_000));
                lie.cut.retain(|entry| entry.lane != lane);
                let digest = noise;
                lie.cut.push(CutEntry { lane, seq, digest });
                lie.cut.sort_unstable_by_key(|entry| entry.lane);
            }
            8 => lie.cut.clear(),
            9 => lie.evidence.extend(accusation(own, block)),
            _ => lie.evidence.clear(),
        }
        lie
    }

    /// The parent's parent as parent, as if nobody had notarized what lies between.
    fn pass_over_the_parent(&self, lie: &mut Block) {
        let name = (lie.parent_view.0, lie.parent);
        if let Some(parent) = self.blocks.get(&name)
            && parent.height.0 > 1
        {
            (lie.parent, lie.parent_view) = (parent.parent, parent.parent_view);
            (lie.height, lie.exec) = (parent.height, parent.exec);
        }
    }
}

/// Two votes against somebody who signed neither.
fn accusation(own: &mut Own<'_>, block: &Block) -> Option<Evidence> {
    let others = own.others();
    let innocent = own.dice.pick(&others);
    let votes = [1_u8, 2].map(|fill| {
        let mut vote = own.vote(VoteKind::Notarize, block.view, Hash([fill; 32]));
        vote.signer = innocent;
        vote
    });
    Evidence::of_votes(own.set.epoch(), &votes[0], &votes[1])
}
