//! What a node drops once it is old enough, and how it says so to whoever asks for it.
//!
//! It must never drop what a rule of validity, voting or execution reads, or what a restart needs. [G1][G4]
//!
//! ```text
//!   heights   1 .............. P | P+1 ................ p ...... c ... flushed ... executed ... final
//!             dropped: batches,    kept                 '- checkpoint before c, c the last certified at the flushed height
//!             blocks, results,                        P stays below p, and old enough by the retention
//!             receipts
//!   kept for ever: rows of the ledger, identifiers.   kept by their own rules: votes, certificates above the lowest block
//! ```
//! One slice is one atomic write set with the row that says how far it went, so a crash loses slices from the end or none.
//! Spec: consensus 3.6, A14; design 5.

use std::collections::BTreeMap;
use std::str::FromStr;

use sycee_consensus::{Seq, SignedBlock, View};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, codec, planted};
use sycee_storage::{Family, Store, WriteSet};
use thiserror::Error;

use crate::epochs::Epochs;
use crate::journal::{apply_cut, block_at, genesis_cut, load_promises};
use crate::rows::{
    self, Cut, FlushedRow, JournalError, PromiseRow, PrunedRow, ReceiptsRow, ResultsRow,
};

/// Fewest blocks a node keeps: a peer that catches up holds up to 256 final blocks whose batches it still fetches. [B3]
pub const RETAIN_BLOCKS_MIN: u64 = 512;

/// Blocks that one slice drops at most,
const SLICE_BLOCKS_MAX: u64 = 1_024;
/// and at least, since each slice leaves a few marks that reads must step over until tables are merged.
const SLICE_BLOCKS_MIN: u64 = 64;
/// Rows after which a slice ends with its block: a few milliseconds of writing.
const SLICE_ROWS_TARGET: usize = 2_048;

/// Results rows read at once in search of a checkpoint.
const CHECKPOINT_PAGE: usize = 256;

const DAY_MS: u64 = 86_400_000;

/// How long a node keeps blocks and what belongs to them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Retention {
    /// For ever.
    #[default]
    Archive,
    /// The last so many blocks.
    Blocks(u64),
    /// So many days of block time.
    Days(u32),
}

/// Why a text is no retention.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0}: neither `archive`, nor at least {RETAIN_BLOCKS_MIN} blocks, nor days as in `400d`")]
pub struct RetentionError(String);

impl FromStr for Retention {
    type Err = RetentionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || RetentionError(text.to_owned());
        // Digits only: a sign or a space is a slip of the hand.
        let number = |digits: &str| -> Option<u64> {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| plain)
        };
        if text == "archive" {
            return Ok(Retention::Archive);
        }
        if let Some(days) = text.strip_suffix('d') {
            let days = number(days).and_then(|days| u32::try_from(days).ok());
            let days = days.filter(|days| *days > 0).ok_or_else(refused)?;
            return Ok(Retention::Days(days));
        }
        let blocks = number(text).filter(|blocks| *blocks >= RETAIN_BLOCKS_MIN);
        blocks.map(Retention::Blocks).ok_or_else(refused)
    }
}

/// Rows that go together, and the lowest height that is kept afterwards.
#[derive(Debug)]
pub struct Slice {
    /// To be written as one; buffered is enough.
    pub writes: WriteSet,
    /// The lowest height kept.
    pub lowest: Height,
}

/// The lowest height whose block, results and receipts this store keeps; 1 when nothing was pruned.
///
/// # Errors
/// [`JournalError`] when the store fails.
pub fn lowest_kept(store: &dyn Store) -> Result<Height, JournalError> {
    let row = pruned(store)?;
    Ok(Height(row.map_or(0, |row| row.height.0).saturating_add(1)))
}

fn pruned(store: &dyn Store) -> Result<Option<PrunedRow>, JournalError> {
    rows::read(store, "pruned", Family::Meta, rows::META_PRUNED)
}

/// Refuses a height that was pruned; what lies above the final one, and genesis, is another's business.
pub(crate) fn require_kept(store: &dyn Store, height: Height) -> Result<(), JournalError> {
    let lowest = lowest_kept(store)?;
    if height > Height(0) && height < lowest {
        return Err(JournalError::Pruned { height, lowest });
    }
    Ok(())
}

/// A row that is missing because its height was pruned between two reads is pruned, not lost.
pub(crate) fn or_pruned<T>(
    store: &dyn Store,
    height: Height,
    found: Result<T, JournalError>,
) -> Result<T, JournalError> {
    if let Err(JournalError::Missing { .. }) = &found {
        require_kept(store, height)?;
    }
    found
}

/// The next rows to drop; `None` when nothing is old enough, or too little to be worth a write.
///
/// `shown` is the lowest checkpoint whose state this node still shows: blocks from there on stay for whoever takes it over. [G5]
///
/// Only one caller may be between planning a slice and having written it.
///
/// # Errors
/// [`JournalError`] when the store fails or contradicts itself.
pub fn prune_slice(
    store: &dyn Store,
    epochs: &Epochs,
    retention: Retention,
    shown: Option<Height>,
) -> Result<Option<Slice>, JournalError> {
    let Some(limit) = Limit::of(store, retention, shown)? else {
        return Ok(None);
    };
    let from = pruned(store)?.unwrap_or_else(|| PrunedRow {
        height: Height(0),
        epoch: Epoch(0),
        cut: genesis_cut(&epochs.first().set),
    });
    if limit.height.0 < from.height.0.saturating_add(SLICE_BLOCKS_MIN) {
        return Ok(None);
    }
    let mut plan = Plan::new(from, load_promises(store)?);
    while plan.at.height < limit.height && plan.has_room() {
        let block = block_at(store, plan.at.height.next())?;
        if limit
            .keeps_from
            .is_some_and(|time| block.block.time >= time)
        {
            break;
        }
        plan.enter_epoch(store, epochs, block.block.epoch)?;
        plan.drop_block(store, &block)?;
    }
    let blocks = plan.at.height.0.saturating_sub(plan.from.height.0);
    if blocks < SLICE_BLOCKS_MIN && plan.has_room() {
        return Ok(None);
    }
    Ok(Some(plan.finish()))
}

/// How far may be pruned.
struct Limit {
    height: Height,
    /// Blocks from this time on stay.
    keeps_from: Option<BlockTime>,
}

impl Limit {
    fn of(
        store: &dyn Store,
        retention: Retention,
        shown: Option<Height>,
    ) -> Result<Option<Limit>, JournalError> {
        if retention == Retention::Archive {
            return Ok(None);
        }
        let flushed: Option<FlushedRow> =
            rows::read(store, "flushed", Family::Meta, rows::META_FLUSHED)?;
        let Some(flushed) = flushed.filter(|row| row.height > Height(0)) else {
            return Ok(None);
        };
        let top = block_at(store, flushed.height)?.block;
        let certified = top.exec.executed.min(top.exec.checkpoint);
        let Some(checkpoint) = checkpoint_below(store, certified)? else {
            return Ok(None);
        };
        // Whoever takes an offered state over needs the blocks from there on. [G5]
        let offered: Option<Vec<Height>> =
            rows::read(store, "offered", Family::Meta, rows::META_OFFERED)?;
        let lowest = offered.into_iter().flatten().chain(shown).min();
        let keeps_from = lowest.filter(|_| !planted!("snapshot-pruned"));
        let below_checkpoint = checkpoint
            .min(keeps_from.unwrap_or(checkpoint))
            .0
            .saturating_sub(1);
        Ok(Some(match retention {
            Retention::Archive => return Ok(None),
            Retention::Blocks(blocks) => Limit {
                height: Height(
                    flushed
                        .height
                        .0
                        .saturating_sub(blocks)
                        .min(below_checkpoint),
                ),
                keeps_from: None,
            },
            Retention::Days(days) => Limit {
                height: Height(below_checkpoint),
                keeps_from: Some(BlockTime(
                    top.time
                        .0
                        .saturating_sub(u64::from(days).saturating_mul(DAY_MS)),
                )),
            },
        }))
    }
}

/// The last checkpoint below a height whose results are stored.
fn checkpoint_below(store: &dyn Store, height: Height) -> Result<Option<Height>, JournalError> {
    let mut below = rows::number(height.0);
    loop {
        let page = store.scan(Family::Results, &[], Some(&below), CHECKPOINT_PAGE, true)?;
        for (key, value) in &page.rows {
            let at: [u8; 8] = key
                .as_slice()
                .try_into()
                .map_err(|_| rows::damaged("results", key, "its key is no height"))?;
            let row: ResultsRow = rows::parse("results", key, value)?;
            if row.state_root.is_some() {
                return Ok(Some(Height(u64::from_be_bytes(at))));
            }
            below = at;
        }
        if page.complete || page.rows.is_empty() {
            return Ok(None);
        }
    }
}

/// A slice in the making.
struct Plan {
    from: PrunedRow,
    at: PrunedRow,
    /// Views of the first and the last block that goes.
    views: Option<(View, View)>,
    writes: WriteSet,
    /// What these hold was accepted and is not known to be ordered: it stays. [L14]
    promises: BTreeMap<Hash, PromiseRow>,
}

impl Plan {
    fn new(from: PrunedRow, promises: BTreeMap<Hash, PromiseRow>) -> Plan {
        Plan {
            at: from.clone(),
            from,
            views: None,
            writes: WriteSet::new(),
            promises,
        }
    }

    fn has_room(&self) -> bool {
        let blocks = self.at.height.0.saturating_sub(self.from.height.0);
        blocks < SLICE_BLOCKS_MAX && self.writes.ops().len() < SLICE_ROWS_TARGET
    }

    /// With an epoch go all certificates of its views, and what its lanes held beyond its last cut.
    fn enter_epoch(
        &mut self,
        store: &dyn Store,
        epochs: &Epochs,
        epoch: Epoch,
    ) -> Result<(), JournalError> {
        let (ended, set) = (self.at.epoch, epochs.set(epoch));
        let Some(set) = set.filter(|_| epoch != ended) else {
            return Ok(());
        };
        let (from, to) = (rows::lanes_of(ended), rows::lanes_of(epoch));
        self.drop_lane_rows(store, (&from, &to), [Hash::ZERO; 2])?;
        self.writes.delete_range(
            Family::Certificates,
            rows::certificates_from(ended, View(0)),
            rows::certificates_from(epoch, View(0)),
        );
        self.views = None;
        self.at.epoch = epoch;
        self.at.cut = genesis_cut(set);
        Ok(())
    }

    /// The rows of a block that are not found by its height.
    fn drop_block(&mut self, store: &dyn Store, block: &SignedBlock) -> Result<(), JournalError> {
        let height = block.block.height;
        let key = rows::receipts_key(height);
        let receipts: Option<ReceiptsRow> = rows::read(store, "receipts", Family::Receipts, &key)?;
        for transaction in receipts.iter().flat_map(|row| &row.transactions) {
            let key = rows::receipt_key(&transaction.0, height);
            self.writes.delete(Family::Receipts, key);
        }
        let before = self.at.cut.clone();
        apply_cut(&mut self.at.cut, block);
        self.drop_batches(store, &before)?;
        self.at.height = height;
        let view = block.block.view;
        let skipped = block.block.parent_view.next();
        let first = self.views.map_or(skipped, |(first, _)| first);
        self.views = Some((first, view));
        Ok(())
    }

    /// Every batch between two cuts, whichever branch of a lane it is on.
    fn drop_batches(&mut self, store: &dyn Store, before: &Cut) -> Result<(), JournalError> {
        let after = self.at.cut.clone();
        for (lane, (old, new)) in (0_u16..).zip(before.iter().zip(&after)) {
            if old.0 == new.0 {
                continue;
            }
            // The header at a cut stays as long as it is the cut: its incarnation bounds those above it. [L10]
            let below = Seq(old.0.0.saturating_sub(1));
            let (from, to) = rows::lane_span(self.at.epoch, lane, below, new.0);
            self.drop_lane_rows(store, (&from, &to), [old.1, new.1])?;
        }
        Ok(())
    }

    /// Rows of a lane, but for the batch that went before and the header that stays.
    fn drop_lane_rows(
        &mut self,
        store: &dyn Store,
        (from, to): (&[u8], &[u8]),
        [gone, kept]: [Hash; 2],
    ) -> Result<(), JournalError> {
        let mut digests = BTreeMap::new();
        sycee_storage::for_each_row(store, Family::Index, from, Some(to), |key, _| {
            let digest = rows::lane_digest(&key)?;
            digests.insert(key, digest);
            Ok::<(), JournalError>(())
        })?;
        for (key, digest) in digests {
            if let Some(promise) = self.promises.get(&digest) {
                rows::set_apart(*promise, &digest, &mut self.writes);
            } else if digest != gone {
                self.writes.delete(Family::Batches, digest.0);
            }
            if digest != kept {
                self.writes.delete(Family::Index, key);
            }
        }
        Ok(())
    }

    /// Adds what is found by its height.
    fn finish(self) -> Slice {
        let Plan {
            from,
            at,
            views,
            mut writes,
            promises: _,
        } = self;
        // The block from which a state was taken over is the one at `from` itself.
        let (first, lowest) = (from.height, at.height.next());
        let mut drop = |family, from: Vec<u8>, to: Vec<u8>| writes.delete_range(family, from, to);
        drop(
            Family::Blocks,
            rows::number(first.0).into(),
            rows::number(lowest.0).into(),
        );
        // The results below the lowest block are what its own are computed from: proofs of its receipts begin there.
        drop(
            Family::Results,
            rows::number(from.height.0).into(),
            rows::number(at.height.0).into(),
        );
        drop(
            Family::Index,
            rows::height_key(first),
            rows::height_key(lowest),
        );
        drop(
            Family::Certificates,
            rows::finalization_key(first),
            rows::finalization_key(lowest),
        );
        drop(
            Family::Receipts,
            rows::receipts_key(first),
            rows::receipts_key(lowest),
        );
        if let Some((first, last)) = views {
            // [E8] What led to a block goes with it: certificates of its view and of those skipped before it.
            drop(
                Family::Certificates,
                rows::certificates_from(at.epoch, first),
                rows::certificates_from(at.epoch, last.next()),
            );
        }
        writes.put(Family::Meta, rows::META_PRUNED, codec::encode(&at));
        Slice { writes, lowest }
    }
}

#[cfg(test)]
mod tests;
