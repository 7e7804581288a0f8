//! What two stopped nodes can show when their final chains part: the material in which blame is found. [E8]

use sycee_consensus::{Conflict, View};
use sycee_primitives::{Hash, Height};
use sycee_storage::{Family, Store};

use super::archived;
use crate::journal::block_at;
use crate::rows::{self, FinalRow, JournalError};
use crate::{chain, rows::read};

/// Certificates taken from each node; about so many thousand views lie between a fork and its discovery at most.
const CERTIFICATES_MAX: usize = 8_192;

/// The material of both; `None` while one final chain continues the other.
///
/// # Errors
/// [`JournalError`] when a store fails or contradicts itself.
pub fn conflict(one: &dyn Store, other: &dyn Store) -> Result<Option<Conflict>, JournalError> {
    let top = final_height(one)?.min(final_height(other)?);
    let differs = |height: Height| -> Result<bool, JournalError> {
        Ok(digest_at(one, height)? != digest_at(other, height)?)
    };
    if top == Height(0) || !differs(top)? {
        return Ok(None);
    }
    // Chains that differ at a height differ at every height above: the parting is found by halving.
    let (mut same, mut parted) = (0, top.0);
    while parted - same > 1 {
        let middle = same + (parted - same) / 2;
        if differs(Height(middle))? {
            parted = middle;
        } else {
            same = middle;
        }
    }
    let epoch = block_at(one, Height(parted))?.block.epoch;
    let below = match same {
        0 => None,
        same => Some(block_at(one, Height(same))?.block),
    };
    // Views begin anew with every epoch.
    let below = below.filter(|block| block.epoch == epoch);
    let from = below.map_or(View(1), |block| block.view);
    let first = Side::read(one, Height(parted))?;
    let second = Side::read(other, Height(parted))?;
    let (Some(first), Some(second)) = (first, second) else {
        return Ok(None);
    };
    let to = first.finalization.view.max(second.finalization.view);
    let mut certificates = archived(one, epoch, from, to, CERTIFICATES_MAX)?;
    for certificate in archived(other, epoch, from, to, CERTIFICATES_MAX)? {
        if !certificates.contains(&certificate) {
            certificates.push(certificate);
        }
    }
    let mut blocks = first.blocks;
    blocks.extend(second.blocks);
    Ok(Some(Conflict {
        epoch,
        finalizations: [first.finalization, second.finalization],
        blocks,
        certificates,
    }))
}

/// The blocks of one chain from the parting to the first finalization.
struct Side {
    blocks: Vec<sycee_consensus::Block>,
    finalization: sycee_consensus::Certificate,
}

impl Side {
    fn read(store: &dyn Store, parted: Height) -> Result<Option<Side>, JournalError> {
        let Some((named, finalization)) = chain::finalization(store, parted)? else {
            return Ok(None);
        };
        let heights = (parted.0..=named.0).map(Height);
        let blocks: Result<Vec<_>, JournalError> = heights
            .map(|height| block_at(store, height).map(|signed| signed.block))
            .collect();
        Ok(Some(Side {
            blocks: blocks?,
            finalization,
        }))
    }
}

fn final_height(store: &dyn Store) -> Result<Height, JournalError> {
    let row: Option<FinalRow> = read(store, "final", Family::Meta, rows::META_FINAL)?;
    Ok(row.map_or(Height(0), |row| row.height))
}

fn digest_at(store: &dyn Store, height: Height) -> Result<Hash, JournalError> {
    rows::require(store, "height", Family::Index, &rows::height_key(height))
}

#[cfg(test)]
mod tests;
