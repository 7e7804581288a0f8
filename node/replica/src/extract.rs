//! An extract of the registry that anybody can check offline, from the genesis file alone: a document is in it, or it is not.
//!
//! ```text
//!   fingerprint ─map proof─▶ registry root ─▶ state_root_c, stated in block b (b.exec.checkpoint = c)
//!                                               | parent links (none as a rule)
//!                                             block d, named by a finalization with q signatures
//!   genesis ─handovers─▶ the validators of that epoch
//! ```
//! Everything is in one file: at most [`EXTRACT_BYTES_USUAL`] bytes in the first epoch of a network of about twenty validators and ten million documents;
//! every later epoch adds its handover, every further validator two thirds of a signature. Spec: ledger 3.9; consensus A6.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Block, Certificate, Handover, ValidatorSet};
use sycee_contracts::registry::{Fingerprint, RegisteredDocument, RegistryProof};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, codec};
use sycee_storage::Store;

use crate::proof::{
    PROOF_BYTES_MAX, ProofError, ReceiptError, certified_block, certify, handovers_before,
};
use crate::prune::or_pruned;

/// Bytes of an extract in a network of usual size that has not changed its validators yet.
pub const EXTRACT_BYTES_USUAL: usize = 4_096;

/// What the registry held at a checkpoint, with everything that leads from it to a finalization.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RegistryExtract {
    /// From the fingerprint to the state root.
    pub entry: RegistryProof,
    /// From the block that states that root to the one the finalization names, by parent links.
    pub blocks: Vec<Block>,
    /// q signatures on the last of the blocks.
    pub finalization: Certificate,
    /// How every epoch before the blocks' ended, from epoch 0 on. [T4]
    pub handovers: Vec<Handover>,
}

/// What a valid extract shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedExtract {
    /// The document asked for.
    pub fingerprint: Fingerprint,
    /// What the registry held of it; `None`: nothing.
    pub document: Option<RegisteredDocument>,
    /// Documents that the registry held.
    pub documents: u64,
    /// The checkpoint at which it held them.
    pub height: Height,
    /// Time of the checkpoint.
    pub time: BlockTime,
    /// Height of the block that the signers finalized.
    pub finalized: Height,
}

impl RegistryExtract {
    /// The extract as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads an extract.
    ///
    /// # Errors
    /// [`ProofError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<RegistryExtract, ProofError> {
        Ok(codec::decode(bytes, PROOF_BYTES_MAX)?)
    }

    /// Checks the extract against nothing but the validators of the genesis.
    ///
    /// # Errors
    /// [`ProofError`] naming the first link that does not hold.
    pub fn verify(&self, genesis: &ValidatorSet) -> Result<VerifiedExtract, ProofError> {
        let (carrier, finalized) =
            certified_block(genesis, &self.blocks, &self.finalization, &self.handovers)?;
        let stem = &self.entry.stem;
        let states = carrier.exec.checkpoint == stem.height
            && carrier.exec.state_root != Hash::ZERO
            && self.entry.verify(&carrier.exec.state_root);
        if !states {
            return Err(ProofError::Registry);
        }
        Ok(VerifiedExtract {
            fingerprint: self.entry.fingerprint,
            document: self.entry.document.clone(),
            documents: self.entry.place.count,
            height: stem.height,
            time: stem.time,
            finalized,
        })
    }
}

/// Adds to an entry of the last checkpoint what certifies it.
///
/// # Errors
/// [`ReceiptError::NotYet`] until a final block states the checkpoint's root, and for ever when blocks passed it over: ask the ledger again then.
pub fn certify_extract(
    store: &dyn Store,
    entry: RegistryProof,
) -> Result<RegistryExtract, ReceiptError> {
    let (height, root) = (entry.stem.height, entry.stem.state_root());
    let states = |block: &Block| block.exec.checkpoint == height && block.exec.state_root == root;
    let certified = or_pruned(store, height, certify(store, height, &states))?;
    let (mut blocks, finalization) = certified.ok_or(ReceiptError::NotYet(height))?;
    // The last of them that states the root is nearest to the finalization: the others are dead weight.
    let nearest = blocks.iter().rposition(states).unwrap_or(0);
    blocks.drain(..nearest);
    let epoch = blocks.first().map_or(Epoch(0), |carrier| carrier.epoch);
    Ok(RegistryExtract {
        entry,
        blocks,
        finalization,
        handovers: handovers_before(store, epoch)?,
    })
}

#[cfg(test)]
mod tests;
