//! Blocks, finalizations and results by height, read from the store. Reads only; the layout is that of `sycee_replica::rows`.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Certificate, SignedBlock, ValidatorSet};
use sycee_primitives::{Hash, Height, codec, hash::to_hex};
use sycee_replica::{JournalError, ResultsRow};
use sycee_storage::{Family, Store, VALUE_BYTES_MAX};

fn key(prefix: &[u8], height: Height) -> Vec<u8> {
    [prefix, &height.0.to_be_bytes()].concat()
}

fn parse<T: BorshSerialize + BorshDeserialize>(
    what: &'static str,
    key: &[u8],
    value: &[u8],
) -> Result<T, JournalError> {
    codec::decode(value, VALUE_BYTES_MAX).map_err(|error| JournalError::Damaged {
        what,
        key: to_hex(key),
        why: error.to_string(),
    })
}

fn row<T: BorshSerialize + BorshDeserialize>(
    store: &dyn Store,
    what: &'static str,
    family: Family,
    key: &[u8],
) -> Result<Option<T>, JournalError> {
    store
        .get(family, key)?
        .map(|value| parse(what, key, &value))
        .transpose()
}

/// The final block of a height and its digest.
pub(super) fn block(
    store: &dyn Store,
    set: &ValidatorSet,
    height: Height,
) -> Result<Option<(SignedBlock, Hash)>, JournalError> {
    let Some(digest) = row::<Hash>(store, "height", Family::Index, &key(b"H", height))? else {
        return Ok(None);
    };
    let block: Option<SignedBlock> = row(store, "block", Family::Blocks, &digest.0)?;
    let block = block.ok_or_else(|| JournalError::Missing {
        what: "block",
        key: digest.to_hex(),
    })?;
    let computed = block.block.digest(set);
    if computed != digest || block.block.height != height {
        return Err(JournalError::Damaged {
            what: "block",
            key: digest.to_hex(),
            why: format!("it is block {computed} of height {}", block.block.height),
        });
    }
    Ok(Some((block, digest)))
}

/// The first stored finalization that names this height or one above it.
pub(super) fn finalization(
    store: &dyn Store,
    height: Height,
) -> Result<Option<(Height, Certificate)>, JournalError> {
    let from = key(b"F", height);
    let page = store.scan(Family::Certificates, &from, Some(b"G"), 1, false)?;
    let Some((key, value)) = page.rows.first() else {
        return Ok(None);
    };
    let named = key.get(1..).and_then(|height| height.try_into().ok());
    let named = named
        .map(u64::from_be_bytes)
        .ok_or_else(|| JournalError::Damaged {
            what: "finalization",
            key: to_hex(key),
            why: "its key is cut".to_owned(),
        })?;
    Ok(Some((Height(named), parse("finalization", key, value)?)))
}

/// Results of an executed height.
pub(super) fn results(
    store: &dyn Store,
    height: Height,
) -> Result<Option<ResultsRow>, JournalError> {
    row(store, "results", Family::Results, &height.0.to_be_bytes())
}
