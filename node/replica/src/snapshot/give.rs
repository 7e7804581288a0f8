//! Showing the state of a checkpoint while the ledger goes on.

use sycee_consensus::{Certificate, SignedBlock, SignedHeader, ValidatorIndex, ValidatorSet};
use sycee_contracts::{LookupFailure, Outline, Table, unheard_keys};
use sycee_primitives::{BlockTime, Epoch, Height, planted};
use sycee_storage::{Family, ReadRows, Store};

use super::offer::{OFFER_BLOCKS_MAX, OFFER_HANDOVERS_MAX, SnapshotOffer};
use crate::epochs::{Epochs, handover};
use crate::journal::block_at;
use crate::message::{Class, MESSAGE_BYTES_MAX, encode_chunk, encode_offer};
use crate::rows::{self, Cut, JournalError};
use crate::serve::Answer;

/// Block time from one snapshot to the next, milliseconds: two are offered at a time, so a taker has ten minutes at least for the
/// tables, and its pages of identifiers last.
pub const SNAPSHOT_INTERVAL_MS: u64 = 600_000;

/// Refusals that one chunk shows at most: beyond it is too large anyway.
const REFUSALS_MAX: usize = 65_536;

/// Whether a checkpoint is one at which every node offers its state: the first in a new interval of block time.
pub(crate) fn is_of_grade(before: BlockTime, time: BlockTime, interval_ms: u64) -> bool {
    let interval = |time: BlockTime| time.0.checked_div(interval_ms);
    interval(before) != interval(time)
}

/// What is remembered of a checkpoint that is offered; its state rows are those of a view taken right after its flush.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) outline: Outline,
    pub(crate) cut: Cut,
}

impl Snapshot {
    /// The checkpoint.
    #[must_use]
    pub fn height(&self) -> Height {
        self.outline.roots().height
    }

    /// The offer as a frame for whoever stands in an epoch; `None` while no final block of the checkpoint's own epoch certifies the state
    /// root, or when it is too far above, or below.
    ///
    /// The epoch may have ended since: a member of the next one that lacks the end of this one has to come by it, or nothing goes on.
    ///
    /// # Errors
    /// [`JournalError`] when the store fails or contradicts itself.
    pub fn offer(
        &self,
        store: &dyn Store,
        epochs: &Epochs,
        asker: Epoch,
    ) -> Result<Option<Answer>, JournalError> {
        let Some((blocks, finalization)) = self.certifying(store)? else {
            return Ok(None);
        };
        let epoch = blocks.first().map(|signed| signed.block.epoch);
        let set = epoch.and_then(|epoch| epochs.set(epoch));
        let Some(set) = set.filter(|set| set.epoch() >= asker) else {
            return Ok(None);
        };
        // What is certified by another epoch's blocks alone is not shown.
        let is_of_it = |signed: &SignedBlock| signed.block.epoch == set.epoch();
        if !blocks.iter().all(is_of_it)
            || planted!("offers-end") && epochs.current().epoch() != set.epoch()
        {
            return Ok(None);
        }
        let mut handovers = Vec::new();
        for ended in asker.0..set.epoch().0 {
            match handover(store, Epoch(ended))? {
                Some(found) if handovers.len() < OFFER_HANDOVERS_MAX => handovers.push(found),
                Some(_) | None => return Ok(None),
            }
        }
        let offer = SnapshotOffer {
            handovers,
            blocks,
            finalization,
            roots: self.outline.roots().clone(),
            header: self.outline.header().to_vec(),
            cut: self.cut.clone(),
            tips: tips(store, set, &self.cut)?,
        };
        let frame = encode_offer(&offer);
        Ok((frame.len() <= MESSAGE_BYTES_MAX).then_some((Class::Sync, frame)))
    }

    /// The blocks from the checkpoint up to a finalization at or above the first that certifies its state root.
    fn certifying(
        &self,
        store: &dyn Store,
    ) -> Result<Option<(Vec<SignedBlock>, Certificate)>, JournalError> {
        let mut blocks: Vec<SignedBlock> = Vec::new();
        let mut is_certified = false;
        let height = self.height();
        while blocks.len() < OFFER_BLOCKS_MAX {
            let at = Height(height.0.saturating_add(blocks.len() as u64));
            let block = match block_at(store, at) {
                Ok(block) => block,
                // Not final yet, or pruned by now.
                Err(JournalError::Missing { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            is_certified |= block.block.exec.checkpoint == height;
            blocks.push(block);
            let key = rows::finalization_key(at);
            let finalization: Option<Certificate> =
                rows::read(store, "finalization", Family::Certificates, &key)?;
            if let Some(finalization) = finalization.filter(|_| is_certified) {
                return Ok(Some((blocks, finalization)));
            }
        }
        Ok(None)
    }

    /// A chunk as a frame; `None` when there is none of that number or it is too large to be shown.
    ///
    /// `view` holds the state rows of the checkpoint and the identifiers of that moment.
    ///
    /// # Errors
    /// [`JournalError`] when the store fails or lacks a row.
    pub fn chunk(
        &self,
        view: &dyn ReadRows,
        table: Table,
        chunk: u64,
    ) -> Result<Option<Answer>, JournalError> {
        let failed =
            |error: &dyn std::fmt::Display, table, key: &[u8]| LookupFailure::at(table, key, error);
        let row = |table: Table, key: &[u8]| {
            let at = rows::state_key(table, key);
            let found = view.row(rows::family_of(table), &at);
            found.map_err(|error| failed(&error, table, key))
        };
        let mut refusals = Vec::new();
        if table == Table::Unheard {
            let (from, to) = unheard_keys(chunk);
            let key = |key: &[u8]| rows::state_key(table, key);
            let end = to.map_or_else(|| vec![table.number() + 1], |to| key(&to));
            let page = view.page(Family::State, &key(&from), Some(&end), REFUSALS_MAX)?;
            if !page.complete {
                return Ok(None);
            }
            refusals.extend(page.rows.into_iter().map(|(_, value)| value));
        }
        let shown = self
            .outline
            .chunk(table, chunk, || Ok(refusals), row)
            .map_err(|error| rows::damaged("snapshot", &[table.number()], error.to_string()))?;
        let frame = |it| (Class::Sync, encode_chunk(self.height(), table, chunk, &it));
        Ok(shown.map(frame))
    }
}

/// Headers of the batches at a cut that are still stored.
fn tips(
    store: &dyn Store,
    set: &ValidatorSet,
    cut: &Cut,
) -> Result<Vec<SignedHeader>, JournalError> {
    let mut tips = Vec::new();
    for (lane, (seq, digest)) in set.indexes().zip(cut) {
        let key = rows::lane_key(set.epoch(), ValidatorIndex(lane.0), *seq, digest);
        tips.extend(rows::read::<SignedHeader>(
            store,
            "lane",
            Family::Index,
            &key,
        )?);
    }
    Ok(tips)
}
