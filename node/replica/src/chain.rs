//! What the store holds of the final chain, by height, for the API and for explorers. Reads only; the layout stays in `rows`.

use sycee_consensus::{Certificate, SignedBlock};
use sycee_primitives::{Hash, Height};
use sycee_storage::{Family, Store};

use crate::epochs::Epochs;
use crate::prune::{or_pruned, require_kept};
use crate::rows::{self, JournalError, ResultsRow};

/// The final block of a height and its digest; `None` above the final one and at genesis.
///
/// # Errors
/// [`JournalError::Pruned`] below the lowest height kept, otherwise when the store fails or contradicts itself.
pub fn block(
    store: &dyn Store,
    epochs: &Epochs,
    height: Height,
) -> Result<Option<(SignedBlock, Hash)>, JournalError> {
    let key = rows::height_key(height);
    let Some(digest) = rows::read::<Hash>(store, "height", Family::Index, &key)? else {
        return require_kept(store, height).map(|()| None);
    };
    let key = rows::block_key(height, &digest);
    let block = rows::require(store, "block", Family::Blocks, &key);
    let block: SignedBlock = or_pruned(store, height, block)?;
    let computed = epochs.digest(&block.block);
    if computed != Some(digest) || block.block.height != height {
        let why = format!("it is block {computed:?} of height {}", block.block.height);
        return Err(rows::damaged("block", &digest.0, why));
    }
    Ok(Some((block, digest)))
}

/// The first stored finalization that names this height or one above it, with the height it names.
///
/// # Errors
/// As [`block`].
pub fn finalization(
    store: &dyn Store,
    height: Height,
) -> Result<Option<(Height, Certificate)>, JournalError> {
    require_kept(store, height)?;
    let from = rows::finalization_key(height);
    let page = store.scan(Family::Certificates, &from, Some(b"G"), 1, false)?;
    let Some((key, value)) = page.rows.first() else {
        return Ok(None);
    };
    let named = key.get(1..).and_then(|height| height.try_into().ok());
    let named = named
        .map(u64::from_be_bytes)
        .ok_or_else(|| rows::damaged("finalization", key, "its key is cut"))?;
    Ok(Some((
        Height(named),
        rows::parse("finalization", key, value)?,
    )))
}

/// What execution of a height gave.
///
/// # Errors
/// As [`block`].
pub fn results(store: &dyn Store, height: Height) -> Result<Option<ResultsRow>, JournalError> {
    require_kept(store, height)?;
    rows::read(store, "results", Family::Results, &rows::number(height.0))
}
