//! Evidence around the ordering core: what convicts a batch's owner, and what the store holds of offences. [E2][E5]
//!
//! ```text
//!   refused batch --bad_transaction--> Evidence --> Core --> peers, blocks
//!   store: pending (no final block records it) | recorded, by offence and in the order of the chain
//! ```
//! It must never decide what follows from an offence.

use sycee_consensus::{Certificate, Culprit, Evidence, SignedHeader, ValidatorSet, View, VoteKind};
use sycee_contracts::{RejectReason, verify};
use sycee_primitives::{ChainId, Epoch, Hash, Height, merkle};
use sycee_storage::{Family, Store, for_each_row};

mod conflict;

pub use conflict::conflict;

use crate::message::UnverifiedBatch;
use crate::rows::{self, JournalError, OffenceRow};

/// The network's predicate: canonical bytes of this chain, a signature of which does not hold. [E2]
///
/// What this program cannot read convicts nobody: a later version may be able to.
#[must_use]
pub fn invalid_transaction(chain: &ChainId, bytes: &[u8]) -> bool {
    verify(chain, bytes).is_err_and(|refusal| refusal.reason == RejectReason::SignatureInvalid)
}

/// Evidence against the owner of a batch that contains a transaction whose signature does not hold. [L3]
///
/// `None` when the payload is not the header's, and when the first such transaction is larger than evidence may be.
#[must_use]
pub fn bad_transaction(set: &ValidatorSet, batch: &UnverifiedBatch) -> Option<Evidence> {
    let payload = batch.transactions();
    let leaves: Vec<Hash> = payload.iter().map(|bytes| merkle::leaf(bytes)).collect();
    let header: &SignedHeader = batch.header();
    if merkle::root(&leaves) != header.header.payload_root {
        return None;
    }
    let is_bad = |bytes: &&[u8]| invalid_transaction(set.chain(), bytes);
    let index = payload.iter().position(is_bad)?;
    let path = merkle::prove(&leaves, index)?;
    let evidence = Evidence::of_transaction(header.clone(), path, payload[index].to_vec());
    let verified = evidence.verify(set, invalid_transaction);
    verified.is_ok().then_some(evidence)
}

/// An offence that a final block records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedOffence {
    /// Height of the first final block that does.
    pub height: Height,
    /// Its place among the evidence of that block, from 0.
    pub place: u16,
    /// What shows it.
    pub evidence: Evidence,
}

/// One recorded offence by its id.
///
/// # Errors
/// [`JournalError`] when the store fails or contradicts itself.
pub fn offence(store: &dyn Store, id: &Hash) -> Result<Option<RecordedOffence>, JournalError> {
    let row: Option<OffenceRow> =
        rows::read(store, "offence", Family::Index, &rows::offence_key(id))?;
    Ok(row.map(|row| RecordedOffence {
        height: row.height,
        place: row.place,
        evidence: row.evidence,
    }))
}

/// One offence that no final block records, by its id.
///
/// # Errors
/// As [`offence`].
pub fn pending_offence(store: &dyn Store, id: &Hash) -> Result<Option<Evidence>, JournalError> {
    rows::read(store, "evidence", Family::Index, &rows::pending_key(id))
}

/// Recorded offences in the order of the chain, from a place on, at most so many.
///
/// # Errors
/// As [`offence`].
pub fn offences(
    store: &dyn Store,
    from: (Height, u16),
    limit: usize,
) -> Result<Vec<RecordedOffence>, JournalError> {
    let start = rows::offence_place_key(from.0, from.1);
    let page = store.scan(Family::Index, &start, Some(b"Q"), limit, false)?;
    let mut found = Vec::with_capacity(page.rows.len());
    for (key, value) in &page.rows {
        let culprit: Culprit = rows::parse("offence", key, value)?;
        let id = culprit.id();
        found.push(offence(store, &id)?.ok_or_else(|| JournalError::Missing {
            what: "offence",
            key: id.to_hex(),
        })?);
    }
    Ok(found)
}

/// Offences that no final block records, in no particular order. At most 64 a validator. [E7]
///
/// # Errors
/// As [`offence`].
pub fn pending(store: &dyn Store) -> Result<Vec<Evidence>, JournalError> {
    let mut found = Vec::new();
    for_each_row(store, Family::Index, b"E", Some(b"F"), |key, value| {
        found.push(rows::parse("evidence", &key, &value)?);
        Ok::<(), JournalError>(())
    })?;
    Ok(found)
}

/// Who is recorded for what.
pub(crate) fn recorded(store: &dyn Store) -> Result<Vec<Culprit>, JournalError> {
    let mut found = Vec::new();
    for_each_row(store, Family::Index, b"P", Some(b"Q"), |key, value| {
        found.push(rows::parse("offence", &key, &value)?);
        Ok::<(), JournalError>(())
    })?;
    Ok(found)
}

/// Notarizations and nullifications of these views of an epoch that this node has ever known: what clears it of blame. [E8]
///
/// # Errors
/// As [`offence`].
pub fn archived(
    store: &dyn Store,
    epoch: Epoch,
    from: View,
    to: View,
    limit: usize,
) -> Result<Vec<Certificate>, JournalError> {
    let (start, end) = (
        rows::certificates_from(epoch, from),
        rows::certificates_from(epoch, to.next()),
    );
    if start >= end {
        return Ok(Vec::new());
    }
    let page = store.scan(Family::Certificates, &start, Some(&end), limit, false)?;
    let mut found = Vec::with_capacity(page.rows.len());
    for (key, value) in &page.rows {
        let certificate: Certificate = rows::parse("certificate", key, value)?;
        if certificate.kind != VoteKind::Finalize {
            found.push(certificate);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
