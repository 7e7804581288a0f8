//! A receipt that anybody can check offline, from the genesis file alone.
//!
//! ```text
//!   receipt --merkle--> receipts_root_h --results chain--> results_e, stated in block b (b.exec.executed = e >= h)
//!                                                            | parent links
//!                                                          block d, named by a finalization with q signatures
//!   genesis --handovers--> the validators of that epoch
//! ```
//! Checking must never need a store, a clock or a network. Spec: design 3, consensus A6.

pub(crate) mod object;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Block, BlockKind, Certificate, Handover, ValidatorSet, VoteKind};
use sycee_contracts::{ExecutedBlock, Receipt, ReceiptProof};
use sycee_primitives::{
    BlockTime, Epoch, Hash, Height, TransactionId,
    codec::{self, CodecError},
    limits, merkle,
};
use sycee_storage::{Family, Store};
use thiserror::Error;

use crate::epochs::handover;
use crate::journal::block_at;
use crate::prune::or_pruned;
use crate::rows::{self, JournalError, ReceiptsRow, ResultsRow};

/// Blocks between the one that certifies the results and the one that is named by the finalization, both included.
pub(crate) const LINKS_MAX: usize = 1_024;

/// Links that may be full of evidence: what a proof gives to reports that have nothing to do with it.
const FULL_OF_EVIDENCE_MAX: usize = 16;

/// Bytes of a proof: the links, the certificate, and room for a bulk payment's receipt.
pub(crate) const PROOF_BYTES_MAX: usize = LINKS_MAX
    * (limits::BLOCK_BYTES_MAX - limits::EVIDENCE_BYTES_MAX)
    + FULL_OF_EVIDENCE_MAX * limits::EVIDENCE_BYTES_MAX
    + limits::CERTIFICATE_BYTES_MAX
    + HANDOVERS_BYTES_MAX
    + (1 << 20);

/// Bytes of the proofs that lead from the genesis to an epoch: over a thousand epochs of a hundred validators.
pub(crate) const HANDOVERS_BYTES_MAX: usize = 16 << 20;

/// A receipt with everything that leads from it to a finalization.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CertifiedReceipt {
    /// From the receipt to the cumulative results.
    pub receipt: ReceiptProof,
    /// From the block that states those results to the one the finalization names, by parent links.
    pub blocks: Vec<Block>,
    /// q signatures on the last of the blocks.
    pub finalization: Certificate,
    /// How every epoch before the blocks' ended, from epoch 0 on: what leads from the genesis to the signers. [T4]
    pub handovers: Vec<Handover>,
}

/// Why a proof does not hold.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ProofError {
    /// The bytes are no proof.
    #[error("not a proof: {0}")]
    Codec(#[from] CodecError),
    /// There are no blocks in it, or too many.
    #[error("a proof has 1 to {LINKS_MAX} blocks")]
    Length,
    /// The certificate is not a valid finalization by this network's validators.
    #[error("the finalization does not hold for the validators of its epoch")]
    Finalization,
    /// The proof that ended an epoch does not hold for the validators of that epoch.
    #[error("the end of epoch {0} does not hold for its validators")]
    Handover(u64),
    /// The blocks do not form a chain that ends in the finalized one.
    #[error("block {0} is not linked to the finalized block")]
    Link(Height),
    /// The receipt is not part of the results that the block states.
    #[error("the receipt is not covered by the certified results")]
    Receipt,
    /// What the registry is said to hold is not part of the state that the block states.
    #[error("the registry's answer is not covered by the certified state")]
    Registry,
    /// The object is not part of the state that the block states.
    #[error("the object is not covered by the certified state")]
    Object,
}

impl ProofError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            ProofError::Codec(_) => "PROOF_MALFORMED",
            ProofError::Length => "PROOF_LENGTH",
            ProofError::Finalization => "PROOF_FINALIZATION",
            ProofError::Handover(_) => "PROOF_HANDOVER",
            ProofError::Link(_) => "PROOF_LINK",
            ProofError::Receipt => "PROOF_RECEIPT",
            ProofError::Registry => "PROOF_REGISTRY",
            ProofError::Object => "PROOF_OBJECT",
        }
    }

    /// What the reader of the proof should do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            ProofError::Codec(_) | ProofError::Length => {
                "Fetch the proof again; the file is damaged or something else."
            }
            ProofError::Finalization | ProofError::Handover(_) => {
                "Check against the genesis file of the network the proof comes from; if it is, do not trust the proof."
            }
            ProofError::Link(_)
            | ProofError::Receipt
            | ProofError::Registry
            | ProofError::Object => {
                "Do not trust the proof. Ask another node for it and report the one that gave it."
            }
        }
    }
}

/// What a valid proof shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedReceipt {
    /// The receipt; the transaction, its height and its outcome stand in it.
    pub receipt: Receipt,
    /// Height of the block that states the results.
    pub certified_in: Height,
    /// Time of that block.
    pub certified_at: BlockTime,
    /// Height of the block that the signers finalized.
    pub finalized: Height,
}

impl CertifiedReceipt {
    /// The proof as a file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads a proof.
    ///
    /// # Errors
    /// [`ProofError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<CertifiedReceipt, ProofError> {
        Ok(codec::decode(bytes, PROOF_BYTES_MAX)?)
    }

    /// Checks the proof against nothing but the validators of the genesis.
    ///
    /// # Errors
    /// [`ProofError`] naming the first link that does not hold.
    pub fn verify(&self, genesis: &ValidatorSet) -> Result<VerifiedReceipt, ProofError> {
        let (carrier, finalized) =
            certified_block(genesis, &self.blocks, &self.finalization, &self.handovers)?;
        if !self
            .receipt
            .verify(carrier.exec.executed, &carrier.exec.results)
        {
            return Err(ProofError::Receipt);
        }
        Ok(VerifiedReceipt {
            receipt: self.receipt.receipt.clone(),
            certified_in: carrier.height,
            certified_at: carrier.time,
            finalized,
        })
    }
}

/// The first of a chain of blocks, and the ledger height that the finalization of the last one names.
///
/// # Errors
/// [`ProofError`] naming the first link that does not hold.
pub(crate) fn certified_block<'a>(
    genesis: &ValidatorSet,
    blocks: &'a [Block],
    finalization: &Certificate,
    handovers: &[Handover],
) -> Result<(&'a Block, Height), ProofError> {
    if blocks.len() > LINKS_MAX {
        return Err(ProofError::Length);
    }
    let (Some(carrier), Some(last)) = (blocks.first(), blocks.last()) else {
        return Err(ProofError::Length);
    };
    let set = &signers(genesis, handovers)?;
    if finalization.kind != VoteKind::Finalize || !finalization.verify(set) {
        return Err(ProofError::Finalization);
    }
    let mut expected = finalization.digest;
    for block in blocks.iter().rev() {
        if block.epoch != set.epoch() || block.digest(set) != expected {
            return Err(ProofError::Link(block.height));
        }
        expected = block.parent;
    }
    // [T2] Padding has heights that the next epoch's ledger has too: it is a link, and never a ledger block.
    let is_ledger = |block: &&Block| block.kind != BlockKind::Padding;
    let finalized = blocks.iter().rfind(is_ledger);
    let finalized = finalized.ok_or(ProofError::Link(last.height))?.height;
    if last.view != finalization.view || !is_ledger(&carrier) {
        return Err(ProofError::Link(last.height));
    }
    Ok((carrier, finalized))
}

/// The validators to whom the proofs lead, each checked by the set before it. [T4]
///
/// # Errors
/// [`ProofError::Handover`] naming the epoch whose end does not hold.
pub fn signers(genesis: &ValidatorSet, handovers: &[Handover]) -> Result<ValidatorSet, ProofError> {
    let mut set = genesis.clone();
    for handover in handovers {
        let next = handover.verify(&set).map(|(_, _, next)| next);
        set = next.ok_or(ProofError::Handover(set.epoch().0))?;
    }
    Ok(set)
}

/// The proofs that lead from the genesis to an epoch.
///
/// # Errors
/// [`JournalError`] when the store fails or one is missing.
pub fn handovers_before(store: &dyn Store, epoch: Epoch) -> Result<Vec<Handover>, JournalError> {
    let missing = |at: u64| JournalError::Missing {
        what: "epoch",
        key: at.to_string(),
    };
    (0..epoch.0)
        .map(|at| handover(store, Epoch(at))?.ok_or_else(|| missing(at)))
        .collect()
}

/// Why a receipt cannot be given.
#[derive(Debug, Error)]
pub enum ReceiptError {
    /// No executed transaction has this id.
    #[error("no executed transaction has this id")]
    Unknown,
    /// Executed, but no final block states the results yet; a moment later one will.
    #[error("executed at height {0}, not certified yet; ask again in a moment")]
    NotYet(Height),
    /// The store failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// The receipt of a transaction from the store; the latest if there were several, as for an instruction that waited.
///
/// # Errors
/// [`JournalError`] when the store fails.
pub fn stored_receipt(
    store: &dyn Store,
    transaction: &TransactionId,
) -> Result<Option<Receipt>, JournalError> {
    let from = rows::receipt_key(&transaction.0, Height(0));
    let to = rows::receipt_key(&transaction.0, Height(u64::MAX));
    let page = store.scan(Family::Receipts, &from, Some(&to), 1, true)?;
    page.rows
        .first()
        .map(|(key, value)| rows::parse("receipt", key, value))
        .transpose()
}

/// Assembles the proof of a transaction's receipt.
///
/// `recent` is its block when it was executed after the last flush; everything else is read from the store.
///
/// # Errors
/// [`ReceiptError`]; [`JournalError::Pruned`] when its height is pruned meanwhile.
pub fn prove(
    store: &dyn Store,
    transaction: &TransactionId,
    recent: Option<&ExecutedBlock>,
) -> Result<CertifiedReceipt, ReceiptError> {
    let mut proof = match recent.and_then(|block| prove_recent(block, transaction)) {
        Some(proof) => proof,
        None => prove_stored(store, transaction)?,
    };
    let height = proof.receipt.height;
    let states = |block: &Block| block.exec.executed >= height;
    let certified = or_pruned(store, height, certify(store, height, &states))?;
    let (blocks, finalization) = certified.ok_or(ReceiptError::NotYet(height))?;
    let certified = blocks
        .first()
        .map_or(height, |carrier| carrier.exec.executed);
    for later in (height.0.saturating_add(1)..=certified.0).map(Height) {
        let found = or_pruned(store, height, results_at(store, later));
        if matches!(found, Err(JournalError::Missing { .. })) && is_behind(store, later)? {
            return Err(ReceiptError::NotYet(height));
        }
        proof.later_receipts_roots.push(found?.receipts_root);
    }
    let epoch = blocks.first().map_or(Epoch(0), |carrier| carrier.epoch);
    Ok(CertifiedReceipt {
        receipt: proof,
        blocks,
        finalization,
        handovers: handovers_before(store, epoch)?,
    })
}

fn prove_recent(block: &ExecutedBlock, transaction: &TransactionId) -> Option<ReceiptProof> {
    let receipt = block
        .receipts
        .iter()
        .rev()
        .find(|receipt| receipt.transaction == *transaction)?;
    block.prove(receipt.index)
}

fn prove_stored(
    store: &dyn Store,
    transaction: &TransactionId,
) -> Result<ReceiptProof, ReceiptError> {
    let receipt = stored_receipt(store, transaction)?.ok_or(ReceiptError::Unknown)?;
    let height = receipt.height;
    let key = rows::receipts_key(height);
    let row: ReceiptsRow = or_pruned(
        store,
        height,
        rows::require(store, "receipts", Family::Receipts, &key),
    )?;
    let inclusion = usize::try_from(receipt.index)
        .ok()
        .and_then(|index| merkle::prove(&row.leaves, index))
        .ok_or_else(|| rows::damaged("receipts", &key, "it lacks a receipt"))?;
    let previous_results = match height.0.saturating_sub(1) {
        0 => Hash::ZERO,
        below => or_pruned(store, height, results_at(store, Height(below)))?.results,
    };
    Ok(ReceiptProof {
        receipt,
        inclusion,
        receipts_root: or_pruned(store, height, results_at(store, height))?.receipts_root,
        previous_results,
        later_receipts_roots: Vec::new(),
    })
}

/// Whether this node has not executed and written `height` yet, although a final block states what it gave: others were faster.
fn is_behind(store: &dyn Store, height: Height) -> Result<bool, JournalError> {
    let last = store.scan(Family::Results, &[], None, 1, true)?;
    let reached = last.rows.first().map(|(key, _)| key.as_slice());
    Ok(reached.is_none_or(|key| key < rows::number(height.0).as_slice()))
}

fn results_at(store: &dyn Store, height: Height) -> Result<ResultsRow, JournalError> {
    rows::require(store, "results", Family::Results, &rows::number(height.0))
}

/// The first final block above a height that states what is looked for, and the chain from it to a finalization.
pub(crate) fn certify(
    store: &dyn Store,
    height: Height,
    states: &dyn Fn(&Block) -> bool,
) -> Result<Option<(Vec<Block>, Certificate)>, JournalError> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut at = Height(height.0.saturating_add(1));
    loop {
        let key = rows::height_key(at);
        let Some(_) = rows::read::<Hash>(store, "height", Family::Index, &key)? else {
            return Ok(None);
        };
        let block = block_at(store, at)?.block;
        if !blocks.is_empty() || states(&block) {
            let (epoch, is_last) = (block.epoch, block.kind != BlockKind::Ledger);
            blocks.push(block);
            let key = rows::finalization_key(at);
            let finalization = rows::read(store, "finalization", Family::Certificates, &key)?;
            if let Some(finalization) = finalization {
                return Ok(Some((blocks, finalization)));
            }
            if is_last {
                // [T2] Final by the Padding above it alone.
                let Some(ended) = handover(store, epoch)? else {
                    return Ok(None);
                };
                let padding = ended.blocks.into_iter().skip(1);
                blocks.extend(padding.map(|signed| signed.block));
                return Ok(Some((blocks, ended.finalization)));
            }
        }
        if blocks.len() >= LINKS_MAX {
            return Ok(None);
        }
        at = Height(at.0.saturating_add(1));
    }
}

#[cfg(test)]
mod tests;
