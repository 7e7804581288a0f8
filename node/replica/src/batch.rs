//! From bytes to a batch that may be ordered: owner's signature, payload root, sizes, every client's signature. [L3]
//!
//! A pure function of the bytes, the chain and the epoch's parameters; it may run on any thread and must never ask the state.

use std::sync::Arc;

use sycee_consensus::{SignedHeader, ValidatorSet};
use sycee_contracts::{VerifiedTransaction, verify_many};
use sycee_primitives::{Hash, limits, merkle, planted};
use sycee_storage::{Family, Store};
use thiserror::Error;

use crate::message::{UnverifiedBatch, encode_batch};
use crate::rows::{self, JournalError};

/// Why a batch is not taken; who sent it is to blame, but for the last, which its owner has signed. [L4][L13]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum BatchFault {
    /// The owner's signature, the lane or the epoch does not hold.
    #[error("the lane owner's signature does not hold")]
    Header,
    /// The payload has another size or count than the header says, or is outside the limits.
    #[error("the payload has other sizes than the header says")]
    Sizes,
    /// The payload has another root.
    #[error("the payload does not match the header")]
    Payload,
    /// A transaction does not stand on its own.
    #[error("a transaction in the batch does not hold")]
    Transaction,
}

impl BatchFault {
    /// What is wrong, for an alarm.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            BatchFault::Header => "batch: the lane owner's signature does not hold",
            BatchFault::Sizes => "batch: the payload has other sizes than the header says",
            BatchFault::Payload => "batch: the payload does not match the header",
            BatchFault::Transaction => "batch: a transaction in it does not hold",
        }
    }
}

/// A batch whose every signature holds. Only this module makes one.
#[derive(Clone, Debug)]
pub struct VerifiedBatch {
    header: SignedHeader,
    digest: Hash,
    frame: Arc<[u8]>,
    transactions: Vec<VerifiedTransaction>,
}

impl VerifiedBatch {
    /// Seals own verified transactions under the header the core has signed.
    pub(crate) fn own(
        set: &ValidatorSet,
        header: SignedHeader,
        transactions: Vec<VerifiedTransaction>,
    ) -> VerifiedBatch {
        let frame = encode_batch(
            &header,
            transactions
                .iter()
                .map(|transaction| transaction.raw().as_ref()),
        );
        VerifiedBatch {
            digest: header.header.digest(set),
            header,
            frame,
            transactions,
        }
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &SignedHeader {
        &self.header
    }

    /// Name of the batch.
    #[must_use]
    pub fn digest(&self) -> Hash {
        self.digest
    }

    /// The frame that carries it, which is also its row on disk.
    #[must_use]
    pub fn frame(&self) -> &Arc<[u8]> {
        &self.frame
    }

    /// The transactions in the owner's order.
    #[must_use]
    pub fn transactions(&self) -> &[VerifiedTransaction] {
        &self.transactions
    }
}

/// Root over the transactions' bytes, as it stands in a header. [M4]
#[must_use]
pub fn payload_root<'a>(transactions: impl Iterator<Item = &'a [u8]>) -> Hash {
    let leaves: Vec<Hash> = transactions.map(merkle::leaf).collect();
    merkle::root(&leaves)
}

/// Transactions whose signatures are checked in one go: enough for the equation of many signatures to pay, and few to bisect.
const VERIFIED_TOGETHER: usize = 256;

/// Checks a batch completely. [L3]
///
/// # Errors
/// [`BatchFault`], the cheapest check first.
pub fn verify_batch(
    set: &ValidatorSet,
    batch: &UnverifiedBatch,
) -> Result<VerifiedBatch, BatchFault> {
    let header = &batch.header().header;
    let payload = batch.transactions();
    let bytes: usize = payload.iter().map(|transaction| transaction.len()).sum();
    let sizes_hold = !payload.is_empty()
        && payload.len() == header.transactions as usize
        && bytes as u64 == header.bytes
        && bytes <= limits::BATCH_BYTES_MAX;
    if !sizes_hold {
        return Err(BatchFault::Sizes);
    }
    if !batch.header().verify(set) {
        return Err(BatchFault::Header);
    }
    if payload_root(payload.iter().copied()) != header.payload_root && !planted!("L3-root") {
        return Err(BatchFault::Payload);
    }
    let transactions = verify_transactions(set, &payload)?;
    Ok(VerifiedBatch {
        header: batch.header().clone(),
        digest: header.digest(set),
        frame: Arc::clone(batch.frame()),
        transactions,
    })
}

/// Stops at the first group with a transaction that does not hold: a lying owner wastes little of anybody's time. [L13]
fn verify_transactions(
    set: &ValidatorSet,
    payload: &[&[u8]],
) -> Result<Vec<VerifiedTransaction>, BatchFault> {
    let mut verified = Vec::with_capacity(payload.len());
    for group in payload.chunks(VERIFIED_TOGETHER) {
        for transaction in verify_many(set.chain(), group) {
            verified.push(transaction.map_err(|_| BatchFault::Transaction)?);
        }
    }
    Ok(verified)
}

/// Reads a batch back from the store and checks it again, so that a damaged disk cannot reach the ledger.
///
/// # Errors
/// [`JournalError`] when it is missing or not what was stored.
pub fn load_batch(
    store: &dyn Store,
    set: &ValidatorSet,
    digest: &Hash,
) -> Result<VerifiedBatch, JournalError> {
    let frame = store.get(Family::Batches, &digest.0)?;
    let frame = frame.ok_or_else(|| JournalError::Missing {
        what: "batch",
        key: digest.to_hex(),
    })?;
    let damaged = |why: String| rows::damaged("batch", &digest.0, why);
    let batch =
        UnverifiedBatch::decode(Arc::from(frame)).map_err(|error| damaged(error.to_string()))?;
    let batch = verify_batch(set, &batch).map_err(|fault| damaged(fault.to_string()))?;
    if batch.digest() != *digest {
        return Err(damaged("it has another digest".to_owned()));
    }
    Ok(batch)
}

#[cfg(test)]
mod tests;
