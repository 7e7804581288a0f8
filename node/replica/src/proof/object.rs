//! An object that anybody can check offline, from the genesis file alone.
//!
//! ```text
//!   row --merkle--> root of its table --> state root of checkpoint c, stated in block b (b.exec.checkpoint = c)
//!                                                            | parent links, as of a receipt
//!                                                          a finalization with q signatures
//! ```
//! It shows how the object stood at a checkpoint, and never that it still stands so. Spec: design 6, consensus A6.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Block, Certificate, Handover, ValidatorSet};
use sycee_contracts::{ObjectProof, Table};
use sycee_primitives::{BlockTime, Epoch, Height, codec};
use sycee_storage::Store;

use super::{
    PROOF_BYTES_MAX, ProofError, ReceiptError, certified_block, certify, handovers_before,
};
use crate::prune::or_pruned;

/// An object with everything that leads from it to a finalization.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CertifiedObject {
    /// From the object to the state root of a checkpoint.
    pub object: ObjectProof,
    /// From the block that states this state root to the one the finalization names, by parent links.
    pub blocks: Vec<Block>,
    /// q signatures on the last of the blocks.
    pub finalization: Certificate,
    /// How every epoch before the blocks' ended, from epoch 0 on. [T4]
    pub handovers: Vec<Handover>,
}

/// What a valid proof shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedObject {
    /// The object's table.
    pub table: Table,
    /// Its row.
    pub id: u64,
    /// Its canonical bytes.
    pub row: Vec<u8>,
    /// Height of the checkpoint at which it stood so.
    pub as_of: Height,
    /// Time of that checkpoint.
    pub as_of_time: BlockTime,
    /// Height of the block that states the state root.
    pub certified_in: Height,
    /// Height of the block that the signers finalized.
    pub finalized: Height,
}

impl CertifiedObject {
    /// The proof as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`ProofError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<CertifiedObject, ProofError> {
        Ok(codec::decode(bytes, PROOF_BYTES_MAX)?)
    }

    /// Checks the proof against nothing but the validators of the genesis.
    ///
    /// # Errors
    /// [`ProofError`] naming the first link that does not hold.
    pub fn verify(&self, genesis: &ValidatorSet) -> Result<VerifiedObject, ProofError> {
        let (carrier, finalized) =
            certified_block(genesis, &self.blocks, &self.finalization, &self.handovers)?;
        let roots = &self.object.roots;
        let stated = carrier.exec.checkpoint == roots.height;
        if !stated || !self.object.verify(&carrier.exec.state_root) {
            return Err(ProofError::Object);
        }
        Ok(VerifiedObject {
            table: self.object.table,
            id: self.object.inclusion.index,
            row: self.object.row.clone(),
            as_of: roots.height,
            as_of_time: roots.time,
            certified_in: carrier.height,
            finalized,
        })
    }
}

/// Completes the proof of an object under a checkpoint to one under a finalization.
///
/// # Errors
/// [`ReceiptError::NotYet`] until a final block states the checkpoint; `None` when the first block that could has stated a later
/// one already, so that the object is to be proven again under that.
pub fn certify_object(
    store: &dyn Store,
    object: ObjectProof,
) -> Result<Option<CertifiedObject>, ReceiptError> {
    let height = object.roots.height;
    let states = |block: &Block| block.exec.checkpoint >= height;
    let certified = or_pruned(store, height, certify(store, height, &states))?;
    let (mut blocks, finalization) = certified.ok_or(ReceiptError::NotYet(height))?;
    let first = blocks.first();
    if first.is_none_or(|first| first.exec.checkpoint != height) {
        return Ok(None);
    }
    // The last block that states the checkpoint is nearest to the finalization: those before it prove nothing more.
    let same = |block: &Block| block.exec.checkpoint == height;
    let nearest = blocks.iter().rposition(same).unwrap_or(0);
    blocks.drain(..nearest);
    let carrier = blocks.first();
    let epoch = carrier.map_or(Epoch(0), |carrier| carrier.epoch);
    Ok(Some(CertifiedObject {
        object,
        blocks,
        finalization,
        handovers: handovers_before(store, epoch)?,
    }))
}

#[cfg(test)]
mod tests;
