//! The first door: bytes become a [`VerifiedTransaction`], or a numbered refusal.
//!
//! ```text
//!   bytes ─ size ─ canonical decoding ─ chain ─ signatures present and ordered ─ shape of the action ─ signatures hold ─▶ verified
//! ```
//! A pure function of the bytes and the chain id: every node decides alike, at any time, and never asks the state. Whether a key that
//! signed may do so is asked by execution.

use std::sync::Arc;

use sycee_primitives::{
    ChainId, TransactionId,
    codec::{self, CodecError},
    keys::{self, SignedStatement},
    limits::{SIGNATURES_PER_TRANSACTION_MAX, TRANSACTION_BYTES_MAX},
};
use thiserror::Error;

use crate::{
    reject::RejectReason,
    transaction::{Instruction, SIGNATURE_BYTES, SignedTransaction, TransactionSignature, id_of},
};

/// A refusal at the door, with what a person needs to find the fault.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{reason}{}{detail}", if detail.is_empty() { "" } else { " " })]
pub struct Rejection {
    /// The numbered reason.
    pub reason: RejectReason,
    /// Where exactly, when the reason alone does not say; may be empty.
    pub detail: String,
}

impl From<RejectReason> for Rejection {
    fn from(reason: RejectReason) -> Self {
        Rejection {
            reason,
            detail: String::new(),
        }
    }
}

/// A transaction whose encoding, shape and signatures hold. Only this module makes one; cloning is cheap.
#[derive(Clone, Debug)]
pub struct VerifiedTransaction(Arc<Verified>);

#[derive(Debug)]
struct Verified {
    raw: Arc<[u8]>,
    id: TransactionId,
    transaction: SignedTransaction,
}

impl VerifiedTransaction {
    /// The canonical bytes that were verified.
    #[must_use]
    pub fn raw(&self) -> &Arc<[u8]> {
        &self.0.raw
    }

    /// The transaction id.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        self.0.id
    }

    /// What is asked.
    #[must_use]
    pub fn instruction(&self) -> &Instruction {
        &self.0.transaction.instruction
    }

    /// Who signed.
    #[must_use]
    pub fn signatures(&self) -> &[TransactionSignature] {
        &self.0.transaction.signatures
    }
}

/// Verifies one transaction.
///
/// # Errors
/// [`Rejection`] with a reason below 100.
pub fn verify(chain_id: &ChainId, bytes: &[u8]) -> Result<VerifiedTransaction, Rejection> {
    let verified = decode(chain_id, bytes)?;
    if !keys::verify_batch(&statements(&verified)) {
        return Err(RejectReason::SignatureInvalid.into());
    }
    Ok(verified)
}

/// Verifies many transactions with one batch of signatures; each gets exactly the answer that [`verify`] gives it alone.
#[must_use]
pub fn verify_many(
    chain_id: &ChainId,
    transactions: &[&[u8]],
) -> Vec<Result<VerifiedTransaction, Rejection>> {
    let mut answers: Vec<_> = transactions
        .iter()
        .map(|bytes| decode(chain_id, bytes))
        .collect();
    let mut owners = Vec::new();
    let mut items = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        for statement in answer.iter().flat_map(statements) {
            owners.push(index);
            items.push(statement);
        }
    }
    let mut invalid = Vec::new();
    collect_invalid(&items, &owners, &mut invalid);
    for index in invalid {
        if let Some(answer) = answers.get_mut(index) {
            *answer = Err(RejectReason::SignatureInvalid.into());
        }
    }
    answers
}

/// Owners of the items that do not hold, by bisection: one batch when all is well, at most twice the work when nothing is.
fn collect_invalid(items: &[SignedStatement], owners: &[usize], invalid: &mut Vec<usize>) {
    if keys::verify_batch(items) {
        return;
    }
    if let [owner] = owners {
        invalid.push(*owner);
        return;
    }
    let (left, right) = items.split_at(items.len() / 2);
    let (left_owners, right_owners) = owners.split_at(owners.len() / 2);
    collect_invalid(left, left_owners, invalid);
    collect_invalid(right, right_owners, invalid);
}

fn statements(verified: &VerifiedTransaction) -> Vec<SignedStatement> {
    let signed =
        |signature: &TransactionSignature| (signature.key, verified.id().0, signature.signature);
    verified.signatures().iter().map(signed).collect()
}

/// Everything but the signatures' equations.
fn decode(chain_id: &ChainId, bytes: &[u8]) -> Result<VerifiedTransaction, Rejection> {
    let transaction: SignedTransaction =
        codec::decode(bytes, TRANSACTION_BYTES_MAX).map_err(|error| Rejection {
            reason: match error {
                CodecError::TooLong { .. } => RejectReason::Oversize,
                CodecError::Malformed(_) | CodecError::NotCanonical => RejectReason::Malformed,
            },
            detail: format!("({error})"),
        })?;
    if transaction.instruction.chain_id != *chain_id {
        return Err(RejectReason::WrongChain.into());
    }
    check_signatures(&transaction.signatures)?;
    transaction.instruction.action.check_shape()?;
    // The encoding is canonical, so the instruction is the prefix before the signatures: hashed as it came, not encoded again.
    let signatures_bytes = 4 + transaction.signatures.len() * SIGNATURE_BYTES;
    let instruction = bytes
        .len()
        .checked_sub(signatures_bytes)
        .and_then(|length| bytes.get(..length))
        .ok_or(RejectReason::Malformed)?;
    Ok(VerifiedTransaction(Arc::new(Verified {
        raw: Arc::from(bytes),
        id: id_of(chain_id, instruction),
        transaction,
    })))
}

fn check_signatures(signatures: &[TransactionSignature]) -> Result<(), RejectReason> {
    if signatures.is_empty() {
        return Err(RejectReason::SignatureMissing);
    }
    if signatures.len() > SIGNATURES_PER_TRANSACTION_MAX {
        return Err(RejectReason::SignaturesTooMany);
    }
    if !signatures.is_sorted_by(|left, right| left.key < right.key) {
        return Err(RejectReason::SignaturesUnordered);
    }
    Ok(())
}
