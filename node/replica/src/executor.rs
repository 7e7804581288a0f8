//! Final blocks become ledger state, receipts and results; in height order, one thread, nothing else.
//!
//! It must never see a block that is not final, and never write: it returns rows, the shell's storage thread writes them.
//!
//! ```text
//!   ReadyBlock --execute--> Executed { receipts, results row (synced with the next group) }
//!        ... every interval: take_flush --> one buffered write set: state rows, receipts, height      (derived)
//!   restart: rows at the flushed height --replay final blocks--> delivered height; results must be the stored ones
//! ```
//! Invariant: the flushed rows are those of exactly one height, whose results row is durable before or with them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sycee_consensus::{Member, NextSet, SignedBlock, ValidatorSet, delivery_order};
use sycee_contracts::{
    BlockContext, ExecutedBlock, Halt, IdentifierTable, Ledger, LookupFailure, Receipt,
    RestoreError, Restoring, Row, Table, VerifiedTransaction, execute, read,
};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, TransactionId, codec};
use sycee_storage::{Family, Store, WriteSet};
use thiserror::Error;

use crate::batch::{VerifiedBatch, load_batch};
use crate::epochs::Epochs;
use crate::interface::{ExecutedSummary, ReadyBlock};
use crate::journal::{apply_cut, block_at, genesis_cut, new_batches};
use crate::rows::{
    self, Cut, ExecutedRow, FlushedRow, JournalError, ReceiptsRow, ResultsRow, order_of,
};
use crate::snapshot::{Snapshot, is_of_grade};

/// Why execution stops: the node must stop before it writes or signs anything that depends on it.
#[derive(Debug, Error)]
pub enum ExecutionError {
    /// The ledger contradicts itself.
    #[error("height {height}: {halt}")]
    Halted {
        /// The block.
        height: Height,
        /// The contradiction.
        halt: Halt,
    },
    /// Replay of a stored block gave other results than were stored.
    #[error("height {height}: replay gives other results than were stored; the {table} differ")]
    ReplayDiffers {
        /// The block.
        height: Height,
        /// What differs: `receipts`, or the table of the state.
        table: &'static str,
    },
    /// Stored state rows are not a ledger.
    #[error("stored state: {0}")]
    Restore(#[from] RestoreError),
    /// The stored state belongs to another genesis or another height than its marker says.
    #[error("stored state is of height {found}, its marker says {expected}")]
    Misplaced {
        /// Height of the rows.
        found: Height,
        /// Height of the marker.
        expected: Height,
    },
    /// Stored rows cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// One executed block, and the rows that must be synced with the next group.
#[derive(Debug)]
pub struct Executed {
    /// What execution gave.
    pub block: Arc<ExecutedBlock>,
    /// Digest of the consensus block.
    pub digest: Hash,
    /// For the ordering side.
    pub summary: ExecutedSummary,
    /// Results row and executed height.
    pub writes: WriteSet,
}

/// The ledger and what of it is not yet on disk.
pub struct Executor {
    ledger: Ledger,
    /// Full cut after the last block, and whose lanes it is of.
    cut: (Epoch, Cut),
    /// The validators that the state names, and whether their row is written.
    named: (Arc<NextSet>, bool),
    flushed: Height,
    /// Blocks whose receipts are not on disk yet, bounded by the flush interval, and a few that are.
    recent: BTreeMap<Height, Arc<ExecutedBlock>>,
    places: BTreeMap<TransactionId, (Height, u32)>,
    recent_bytes: u64,
    /// Block time from one offered state to the next; 0 offers none. [G5]
    snapshot_interval_ms: u64,
    /// A state was offered in this life.
    has_offered: bool,
    /// The checkpoint just executed, when its state is to be offered.
    snapshot: Option<Snapshot>,
    /// Checkpoints that are offered: blocks from the first one on are kept for whoever takes its state over.
    offered: Vec<Height>,
}

/// States offered at a time.
pub(crate) const OFFERED_MAX: usize = 2;

/// Flushed blocks that stay in memory, since clients ask for proofs of what has just become final;
const RECENT_BLOCKS_MAX: usize = 64;
/// and about how many of their receipts.
const RECENT_RECEIPTS_MAX: usize = 32_768;

/// About what a receipt costs on disk and in memory until it is flushed.
const RECEIPT_BYTES: u64 = 160;

/// About what a changed row costs.
const ROW_BYTES: u64 = 160;

/// Identifiers in the store: written with the rows of their height, never removed.
struct StoredIdentifiers(Arc<dyn Store>);

impl fmt::Debug for StoredIdentifiers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoredIdentifiers")
    }
}

impl IdentifierTable for StoredIdentifiers {
    fn row(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, LookupFailure> {
        let row = self
            .0
            .get(Family::Identifiers, &rows::state_key(table, key));
        row.map_err(|error| LookupFailure::at(table, key, format_args!("{} {error}", error.code())))
    }
}

impl Executor {
    /// Starts from the founding state.
    fn new(store: &Arc<dyn Store>, genesis: Ledger, set: &ValidatorSet) -> Executor {
        let named = Arc::new(named_by(&genesis));
        Executor {
            ledger: genesis.look_up_in(Arc::new(StoredIdentifiers(Arc::clone(store)))),
            cut: (set.epoch(), genesis_cut(set)),
            named: (named, false),
            flushed: Height(0),
            recent: BTreeMap::new(),
            places: BTreeMap::new(),
            recent_bytes: 0,
            snapshot_interval_ms: 0,
            has_offered: false,
            snapshot: None,
            offered: Vec::new(),
        }
    }

    /// Offers the state of the first checkpoint in each interval of block time; 0 offers none. All nodes of a network should choose
    /// alike, so that a state can be taken over from several.
    #[must_use]
    pub fn offering_every(mut self, interval_ms: u64) -> Executor {
        self.snapshot_interval_ms = interval_ms;
        self
    }

    /// Brings the ledger up to `delivered` from the flushed rows, or from the founding state when nothing was flushed.
    ///
    /// Returns the rows of heights whose results were not stored yet. Identifiers stay in the store and are looked up there.
    ///
    /// # Errors
    /// [`ExecutionError`] when rows are damaged, or replay gives other results than are stored.
    pub fn restore(
        store: &Arc<dyn Store>,
        epochs: &Epochs,
        genesis: Ledger,
        delivered: Height,
    ) -> Result<(Executor, Vec<Executed>), ExecutionError> {
        let flushed: Option<FlushedRow> =
            rows::read(store.as_ref(), "flushed", Family::Meta, rows::META_FLUSHED)?;
        let first = &epochs.first().set;
        let mut executor = match flushed {
            None => Executor::new(store, genesis, first),
            Some(row) => Executor::from_flushed(store, first, row)?,
        };
        let mut unstored = Vec::new();
        for height in executor.ledger.height().0.saturating_add(1)..=delivered.0 {
            let ready = stored_block(store.as_ref(), epochs, &executor.cut, Height(height))?;
            let executed = executor.execute(&ready)?;
            if !compare_with_stored(store.as_ref(), &executed)? {
                unstored.push(executed);
            }
        }
        Ok((executor, unstored))
    }

    fn from_flushed(
        shared: &Arc<dyn Store>,
        set: &ValidatorSet,
        row: FlushedRow,
    ) -> Result<Executor, ExecutionError> {
        let store = shared.as_ref();
        let ledger = stored_ledger(shared)?;
        if ledger.height() != row.height {
            return Err(ExecutionError::Misplaced {
                found: ledger.height(),
                expected: row.height,
            });
        }
        if ledger.chain_id() != *set.chain() {
            return Err(JournalError::WrongChain {
                found: ledger.chain_id().0,
                expected: set.chain().0,
            }
            .into());
        }
        let stored: Option<ResultsRow> = rows::read(
            store,
            "results",
            Family::Results,
            &rows::number(row.height.0),
        )?;
        if row.height > Height(0) && stored.map(|stored| stored.results) != Some(ledger.results()) {
            return Err(ExecutionError::ReplayDiffers {
                height: row.height,
                table: "receipts",
            });
        }
        let named = Arc::new(named_by(&ledger));
        Ok(Executor {
            ledger,
            cut: (row.epoch, row.cut),
            named: (named, false),
            flushed: row.height,
            recent: BTreeMap::new(),
            places: BTreeMap::new(),
            recent_bytes: 0,
            snapshot_interval_ms: 0,
            has_offered: false,
            snapshot: None,
            offered: rows::read(store, "offered", Family::Meta, rows::META_OFFERED)?
                .unwrap_or_default(),
        })
    }

    /// Executes the next final block.
    ///
    /// # Errors
    /// [`ExecutionError::Halted`]; nothing of the block may then be written, and every later call fails alike.
    pub fn execute(&mut self, ready: &ReadyBlock) -> Result<Executed, ExecutionError> {
        let block = &ready.block.block;
        let context = BlockContext {
            height: block.height,
            time: block.time,
        };
        let before = self.ledger.checkpoint().time;
        self.ledger.note_order(order_of(&ready.cut));
        let transactions = ready.batches.iter().flat_map(|batch| batch.transactions());
        let executed = execute(&mut self.ledger, &context, transactions).map_err(|halt| {
            ExecutionError::Halted {
                height: block.height,
                halt,
            }
        })?;
        let executed = Arc::new(executed);
        self.cut = (block.epoch, ready.cut.clone());
        let named = named_by(&self.ledger);
        if named != *self.named.0 {
            self.named = (Arc::new(named), false);
        }
        self.remember(&executed);
        let state_root = executed.checkpoint.map(|checkpoint| checkpoint.state_root);
        self.snapshot = state_root
            .filter(|_| self.is_to_be_offered(before, executed.time))
            .and_then(|_| self.ledger.outline())
            .map(|outline| Snapshot {
                outline,
                cut: self.cut.1.clone(),
            });
        Ok(Executed {
            digest: ready.digest,
            summary: ExecutedSummary {
                height: block.height,
                results: executed.results,
                state_root,
                tables: state_root.and_then(|_| read::table_roots(&self.ledger).cloned()),
                next: (self.named.0.version > 0).then(|| self.named.0.as_ref().clone()),
                next_due: self.next_due(),
                effect: !executed.receipts.is_empty(),
                batches: ready.batches.iter().map(|batch| batch.digest()).collect(),
            },
            writes: self.results_rows(&executed, state_root),
            block: executed,
        })
    }

    /// The first checkpoint in each interval; and the first after a start, since what was offered before it is forgotten.
    fn is_to_be_offered(&mut self, before: BlockTime, time: BlockTime) -> bool {
        let is_first = self.snapshot_interval_ms > 0 && !self.has_offered;
        let is_due = is_first || is_of_grade(before, time, self.snapshot_interval_ms);
        self.has_offered |= is_due;
        is_due
    }

    fn results_rows(&mut self, executed: &ExecutedBlock, state_root: Option<Hash>) -> WriteSet {
        let mut writes = WriteSet::new();
        let results = ResultsRow {
            results: executed.results,
            receipts_root: executed.receipts_root,
            state_root,
            set_version: self.named.0.version,
        };
        if !self.named.1 && self.named.0.version > 0 {
            let key = rows::next_set_key(self.named.0.version);
            writes.put(Family::Index, key, codec::encode(self.named.0.as_ref()));
        }
        self.named.1 = true;
        writes.put(
            Family::Results,
            rows::number(executed.height.0),
            codec::encode(&results),
        );
        let row = ExecutedRow {
            height: executed.height,
            epoch: self.cut.0,
            cut: self.cut.1.clone(),
        };
        writes.put(Family::Meta, rows::META_EXECUTED, codec::encode(&row));
        writes
    }

    fn remember(&mut self, executed: &Arc<ExecutedBlock>) {
        for receipt in &executed.receipts {
            // An instruction that waited has several; the latest counts.
            self.places
                .insert(receipt.transaction, (receipt.height, receipt.index));
        }
        let bytes = RECEIPT_BYTES.saturating_mul(executed.receipts.len() as u64);
        self.recent_bytes = self.recent_bytes.saturating_add(bytes);
        self.recent.insert(executed.height, Arc::clone(executed));
    }

    /// When the state changes by itself next; it may lie in the past. [Q9]
    #[must_use]
    pub fn next_due(&self) -> Option<BlockTime> {
        self.ledger.next_due()
    }

    /// The validators that the state names.
    pub(crate) fn named(&self) -> &NextSet {
        &self.named.0
    }

    /// The state.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// A block executed since the last flush.
    #[must_use]
    pub fn recent(&self, height: Height) -> Option<&Arc<ExecutedBlock>> {
        self.recent.get(&height)
    }

    /// Where a transaction executed since the last flush has its latest receipt.
    #[must_use]
    pub fn recent_place(&self, transaction: &TransactionId) -> Option<(Height, u32)> {
        self.places.get(transaction).copied()
    }

    /// How many receipts the next flush would write.
    #[must_use]
    pub fn unflushed_receipts(&self) -> u64 {
        self.recent_bytes / RECEIPT_BYTES
    }

    /// About how many bytes the next flush would write.
    #[must_use]
    pub fn unflushed_bytes(&self) -> u64 {
        ROW_BYTES
            .saturating_mul(self.ledger.changed_rows() as u64)
            .saturating_add(self.recent_bytes)
    }

    /// The state to be offered from now on, with the flush that must be written before its rows are read, and nothing flushed between.
    ///
    /// To be asked after each block and before the next; nothing, unless that block is a checkpoint to be offered.
    pub fn take_snapshot(&mut self) -> Option<(Snapshot, WriteSet)> {
        let snapshot = self.snapshot.take()?;
        let mut writes = self.take_flush()?;
        self.offered.push(snapshot.height());
        let surplus = self.offered.len().saturating_sub(OFFERED_MAX);
        self.offered.drain(..surplus);
        writes.put(
            Family::Meta,
            rows::META_OFFERED,
            codec::encode(&self.offered),
        );
        Some((snapshot, writes))
    }

    /// Everything derived since the last flush as one write set; `None` when there is nothing.
    ///
    /// It must be written after all results rows handed out before it; buffered is enough.
    pub fn take_flush(&mut self) -> Option<WriteSet> {
        let height = self.ledger.height();
        if height == self.flushed || self.ledger.halted().is_some() {
            return None;
        }
        let mut writes = WriteSet::new();
        for row in self.ledger.take_changed_rows() {
            put_row(&mut writes, row);
        }
        if self.snapshot_interval_ms == 0 && !self.offered.is_empty() {
            // Nothing is offered any more, so nothing is kept for it.
            self.offered.clear();
            writes.delete(Family::Meta, rows::META_OFFERED);
        }
        for block in self.unflushed() {
            put_receipts(&mut writes, block);
        }
        let row = FlushedRow {
            height,
            state_root: self.ledger.checkpoint().state_root,
            epoch: self.cut.0,
            cut: self.cut.1.clone(),
        };
        writes.put(Family::Meta, rows::META_FLUSHED, codec::encode(&row));
        Some(writes)
    }

    /// Forgets receipts and identifiers that the flush up to `height` has brought to the store, where they can be read now.
    pub fn flush_written(&mut self, height: Height) {
        self.ledger.rows_written(height);
        self.flushed = self.flushed.max(height);
        let unflushed: usize = self.unflushed().map(|block| block.receipts.len()).sum();
        self.recent_bytes = RECEIPT_BYTES.saturating_mul(unflushed as u64);
        let mut receipts = 0;
        let kept = self.recent.values().rev().take_while(|block| {
            receipts += block.receipts.len();
            block.height > self.flushed || receipts <= RECENT_RECEIPTS_MAX
        });
        let oldest = kept
            .take(RECENT_BLOCKS_MAX)
            .last()
            .map(|block| block.height);
        let first_unflushed = Height(self.flushed.0.saturating_add(1));
        let from = oldest.map_or(first_unflushed, |oldest| oldest.min(first_unflushed));
        self.recent = self.recent.split_off(&from);
        self.places.retain(|_, (at, _)| *at >= from);
    }

    fn unflushed(&self) -> impl Iterator<Item = &Arc<ExecutedBlock>> {
        let from = Height(self.flushed.0.saturating_add(1));
        self.recent.range(from..).map(|(_, block)| block)
    }
}

fn put_receipts(writes: &mut WriteSet, block: &ExecutedBlock) {
    if block.receipts.is_empty() {
        return;
    }
    for receipt in &block.receipts {
        writes.put(
            Family::Receipts,
            rows::receipt_key(&receipt.transaction.0, block.height),
            codec::encode(receipt),
        );
    }
    let row = ReceiptsRow {
        leaves: block.receipts.iter().map(Receipt::leaf).collect(),
        transactions: block.receipts.iter().map(|it| it.transaction).collect(),
    };
    writes.put(
        Family::Receipts,
        rows::receipts_key(block.height),
        codec::encode(&row),
    );
}

/// The ledger whose rows a store holds, read row by row: it never lies in memory twice.
///
/// # Errors
/// The store's failure, or [`RestoreError`](sycee_contracts::RestoreError) when the rows are not those of one ledger.
pub fn stored_ledger(shared: &Arc<dyn Store>) -> Result<Ledger, ExecutionError> {
    let mut restoring = Restoring::default();
    let mut failed: Option<ExecutionError> = None;
    shared
        .visit(Family::State, &mut |key, value| {
            let named = key.split_first();
            let row = named.and_then(|(table, key)| Some((Table::from_number(*table)?, key)));
            let taken = match row {
                Some((table, key)) => restoring.add(table, key, value).map_err(Into::into),
                None => Err(rows::damaged("state", key, "it is of no known table").into()),
            };
            failed = taken.err();
            failed.is_none()
        })
        .map_err(JournalError::from)?;
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(restoring.finish(Arc::new(StoredIdentifiers(Arc::clone(shared))))?)
}

/// Where a changed row of the ledger goes, for a flush and for a measurement alike.
pub fn put_row(writes: &mut WriteSet, row: Row) {
    let Row { table, key, value } = row;
    let (family, key) = (rows::family_of(table), rows::state_key(table, &key));
    match value {
        Some(value) => writes.put(family, key, value),
        None => writes.delete(family, key),
    }
}

/// The validators that the state names.
fn named_by(ledger: &Ledger) -> NextSet {
    let (version, members) = read::validators(ledger);
    let member = |(node, key)| Member { node, key };
    NextSet {
        version,
        members: members.into_iter().map(member).collect(),
    }
}

/// A final block with its batches, read back from the store and verified again.
fn stored_block(
    store: &dyn Store,
    epochs: &Epochs,
    before: &(Epoch, Cut),
    height: Height,
) -> Result<ReadyBlock, ExecutionError> {
    let block: SignedBlock = block_at(store, height)?;
    let set = epochs.set(block.block.epoch);
    let set = set.ok_or_else(|| JournalError::Missing {
        what: "epoch",
        key: block.block.epoch.0.to_string(),
    })?;
    let digest = block.block.digest(set);
    // Lanes begin anew with every epoch.
    let mut cut = if before.0 == block.block.epoch {
        before.1.clone()
    } else {
        genesis_cut(set)
    };
    let lanes = new_batches(store, set, &cut, &block)?.ok_or_else(|| JournalError::Missing {
        what: "batch of height",
        key: height.to_string(),
    })?;
    let batches: Result<Vec<Arc<VerifiedBatch>>, JournalError> = delivery_order(height, &lanes)
        .iter()
        .map(|digest| load_batch(store, set, digest).map(Arc::new))
        .collect();
    apply_cut(&mut cut, &block);
    Ok(ReadyBlock {
        block,
        digest,
        batches: batches?,
        cut,
    })
}

/// Whether results of the height were stored; they must then be the same.
fn compare_with_stored(store: &dyn Store, executed: &Executed) -> Result<bool, ExecutionError> {
    let height = executed.summary.height;
    let stored: Option<ResultsRow> =
        rows::read(store, "results", Family::Results, &rows::number(height.0))?;
    let Some(stored) = stored else {
        return Ok(false);
    };
    let differs = |table| ExecutionError::ReplayDiffers { height, table };
    if stored.results != executed.summary.results {
        return Err(differs("receipts"));
    }
    if stored.state_root != executed.summary.state_root {
        return Err(differs("state rows"));
    }
    Ok(true)
}

/// The transactions of a block in the order of execution.
#[must_use]
pub fn transactions_of(ready: &ReadyBlock) -> Vec<&VerifiedTransaction> {
    ready
        .batches
        .iter()
        .flat_map(|batch| batch.transactions())
        .collect()
}

#[cfg(test)]
mod tests;
