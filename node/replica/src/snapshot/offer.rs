//! What a giver shows of a checkpoint before its rows, and why that is enough to believe the rows.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Certificate, Handover, SignedBlock, SignedHeader, ValidatorSet, VoteKind};
use sycee_contracts::{CertifiedHeader, TableRoots};
use sycee_primitives::{Epoch, Hash, Height, planted};

use crate::epochs::EpochFacts;
use crate::rows::{Cut, order_of};

/// Blocks from the checkpoint to the finalization that certifies its state root; when there are more, this checkpoint is not offered.
pub(crate) const OFFER_BLOCKS_MAX: usize = 256;

/// Ends of epochs that an offer leads through at most, as far as the frame holds them: states are of the running epoch, so whoever lacks
/// more needs a peer that keeps older blocks.
pub(crate) const OFFER_HANDOVERS_MAX: usize = 1_024;

/// A checkpoint with its proof.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SnapshotOffer {
    /// How the epochs ended from the one in which it was asked for up to the checkpoint's. [T4]
    pub(crate) handovers: Vec<Handover>,
    /// The block at the checkpoint and those above it, up to the one that `finalization` names; one of them certifies the state root.
    pub(crate) blocks: Vec<SignedBlock>,
    pub(crate) finalization: Certificate,
    pub(crate) roots: TableRoots,
    /// The ledger's header.
    pub(crate) header: Vec<u8>,
    /// The full cut at the checkpoint.
    pub(crate) cut: Cut,
    /// Headers of batches at the cut, in lane order, as far as the giver has them: only their incarnations matter. [L10]
    pub(crate) tips: Vec<SignedHeader>,
}

/// What is wrong with an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OfferFault(pub(crate) &'static str);

impl SnapshotOffer {
    /// The epoch of its first block.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.blocks.first().map(|signed| signed.block.epoch)
    }

    /// The epoch in which it was asked for, by its own word.
    pub(crate) fn asked_in(&self) -> Option<Epoch> {
        let led_through = u64::try_from(self.handovers.len()).ok()?;
        self.epoch()?.0.checked_sub(led_through).map(Epoch)
    }

    pub(crate) fn height(&self) -> Height {
        self.roots.height
    }

    /// The height that the finalization names.
    pub(crate) fn top_height(&self) -> Height {
        let last = self.blocks.last();
        last.map_or(self.height(), |signed| signed.block.height)
    }

    pub(crate) fn state_root(&self) -> Hash {
        self.roots.state_root()
    }

    /// The epoch of the checkpoint, led to from another one, and the header.
    ///
    /// # Errors
    /// [`OfferFault`]: whoever sent it is to blame.
    pub(crate) fn verify_from(
        &self,
        facts: &EpochFacts,
    ) -> Result<(EpochFacts, CertifiedHeader), OfferFault> {
        if self.handovers.len() > OFFER_HANDOVERS_MAX {
            return Err(OfferFault("G5: handovers of a snapshot"));
        }
        let mut facts = facts.clone();
        for handover in &self.handovers {
            let next = facts.next(handover);
            facts = next.ok_or(OfferFault("G5: handovers of a snapshot"))?;
        }
        let header = self.verify(&facts.set)?;
        Ok((facts, header))
    }

    /// The header, when everything hangs together down from the finalization.
    ///
    /// # Errors
    /// [`OfferFault`]: whoever sent it is to blame.
    pub(crate) fn verify(&self, set: &ValidatorSet) -> Result<CertifiedHeader, OfferFault> {
        self.verify_chain(set)?;
        let header = CertifiedHeader::read(&self.header, &self.roots)
            .map_err(|_| OfferFault("G5: header of a snapshot"))?;
        if header.chain_id() != *set.chain() {
            return Err(OfferFault("G5: snapshot of another network"));
        }
        if self.cut.len() != set.size() || order_of(&self.cut) != header.order() {
            return Err(OfferFault("G5: cut of a snapshot"));
        }
        self.verify_tips(set)?;
        Ok(header)
    }

    /// One line of blocks from the checkpoint to a finalization, in which the state root is certified.
    fn verify_chain(&self, set: &ValidatorSet) -> Result<(), OfferFault> {
        let fault = Err(OfferFault("G5: blocks of a snapshot"));
        if self.blocks.len() > OFFER_BLOCKS_MAX || self.finalization.kind != VoteKind::Finalize {
            return fault;
        }
        let mut expected = (self.height(), None);
        for signed in &self.blocks {
            let block = &signed.block;
            let (height, parent) = expected;
            if block.epoch != set.epoch()
                || block.height != height
                || parent.is_some_and(|parent| parent != block.parent)
            {
                return fault;
            }
            expected = (height.next(), Some(block.digest(set)));
        }
        let certified = self.blocks.iter().any(|signed| {
            let exec = &signed.block.exec;
            exec.checkpoint == self.height() && exec.state_root == self.state_root()
        });
        if !certified && !planted!("snapshot-uncertified") {
            return Err(OfferFault("G5: state root that no final block certifies"));
        }
        let is_final = expected.1 == Some(self.finalization.digest);
        if !is_final || !self.finalization.verify(set) {
            return Err(OfferFault("G5: finalization of a snapshot"));
        }
        Ok(())
    }

    fn verify_tips(&self, set: &ValidatorSet) -> Result<(), OfferFault> {
        let mut last = None;
        for tip in &self.tips {
            let lane = tip.header.lane;
            let entry = (tip.header.seq, tip.header.digest(set));
            let stands = self.cut.get(lane.usize()) == Some(&entry);
            if !stands || last.is_some_and(|last| last >= lane) || !tip.verify(set) {
                return Err(OfferFault("G5: batch header of a snapshot"));
            }
            last = Some(lane);
        }
        Ok(())
    }
}
