//! What the store holds of the final chain, by height, for status pages and explorers. Reads only; the layout stays in `rows`.

use sycee_consensus::{Certificate, SignedBlock};
use sycee_primitives::{Hash, Height};
use sycee_storage::{Family, Store};

use crate::rows::{self, JournalError, ResultsRow};

/// The final block of a height; `None` above the final one and at genesis.
///
/// # Errors
/// [`JournalError`] when the store fails or contradicts itself.
pub fn final_block(store: &dyn Store, height: Height) -> Result<Option<SignedBlock>, JournalError> {
    let key = rows::height_key(height);
    let digest: Option<Hash> = rows::read(store, "height", Family::Index, &key)?;
    digest
        .map(|digest| rows::require(store, "block", Family::Blocks, &digest.0))
        .transpose()
}

/// The finalization that names the block of this very height; a block may be final through a later one only.
///
/// # Errors
/// As [`final_block`].
pub fn finalization(
    store: &dyn Store,
    height: Height,
) -> Result<Option<Certificate>, JournalError> {
    let key = rows::finalization_key(height);
    rows::read(store, "finalization", Family::Certificates, &key)
}

/// What execution of a height gave.
///
/// # Errors
/// As [`final_block`].
pub fn results(store: &dyn Store, height: Height) -> Result<Option<ResultsRow>, JournalError> {
    rows::read(store, "results", Family::Results, &rows::number(height.0))
}
