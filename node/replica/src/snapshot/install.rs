//! A state that is whole in the staging rows becomes the state from which a node starts.
//!
//! ```text
//!   staging 'w' there? ─▶ offer and every chunk judged once more ─▶ state rows, identifiers          slices, buffered
//!                     ─▶ old blocks, batches, receipts go ─▶ block at c delivered, G final, staging gone     one synced write
//! ```
//! A crash in between: 'w' is still there, and it begins anew. Votes, own batches above the cut and evidence stay as they are.

use sycee_consensus::{Quarantine, Seq, SignedHeader, ValidatorSet, View};
use sycee_contracts::{Chunk, Part, SnapshotFault, Table};
use sycee_primitives::{Epoch, Height, codec};
use sycee_storage::{Durability, Family, Store, StoreError, WriteSet};
use thiserror::Error;

use super::offer::{OfferFault, SnapshotOffer};
use crate::epochs::{EpochFacts, Epochs, ending_rows};
use crate::journal::{genesis_cut, load_promises, quarantine_rows};
use crate::rows::{
    self, Cut, ExecutedRow, FinalRow, FlushedRow, JournalError, PrunedRow, ResultsRow,
};

/// A slice of rows is written at so many bytes.
const SLICE_BYTES: u64 = 4 << 20;

/// Rows of a lane read at once.
const PAGE_ROWS: usize = 4_096;

/// Why a staged state cannot be installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The store fails, or a staged row is damaged or missing.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The staged offer no longer holds.
    #[error("the staged state does not hold: {0}")]
    Offer(&'static str),
    /// A staged chunk no longer holds.
    #[error("chunk {chunk} of table {table:?} of the staged state: {fault}")]
    Chunk {
        /// Its table.
        table: Table,
        /// Its number.
        chunk: u64,
        /// What is wrong.
        fault: SnapshotFault,
    },
}

impl From<StoreError> for InstallError {
    fn from(error: StoreError) -> InstallError {
        InstallError::Journal(error.into())
    }
}

impl From<OfferFault> for InstallError {
    fn from(fault: OfferFault) -> InstallError {
        InstallError::Offer(fault.0)
    }
}

/// Installs a staged state that is whole; answers its height, or nothing when there is none.
///
/// To be called at every start, before anything else is read.
///
/// # Errors
/// [`InstallError`]; the store is then as unusable as before, and the staging rows are still there.
pub fn install_snapshot(
    store: &dyn Store,
    epochs: &Epochs,
) -> Result<Option<Height>, InstallError> {
    if store.get(Family::Staging, rows::STAGED_WHOLE)?.is_none() {
        return Ok(None);
    }
    let offer: SnapshotOffer = rows::require(store, "offer", Family::Staging, rows::STAGED_OFFER)?;
    let executed: Option<ExecutedRow> =
        rows::read(store, "executed", Family::Meta, rows::META_EXECUTED)?;
    if executed
        .as_ref()
        .is_some_and(|row| row.height >= offer.height())
    {
        // Blocks came after all: this state would take the node back. [G5]
        let mut writes = WriteSet::new();
        writes.delete_range(Family::Staging, Vec::new(), vec![0xff]);
        store.write(&writes, Durability::Synced)?;
        return Ok(None);
    }
    let (facts, header) = offer.verify_from(epochs.current())?;
    let set = facts.set.as_ref();
    let mut slices = Slices::new(store);
    slices
        .writes
        .delete_range(Family::State, Vec::new(), vec![0xff]);
    for Part { table, chunks } in header.parts() {
        for number in 0..chunks {
            let chunk: Chunk = rows::require(
                store,
                "chunk",
                Family::Staging,
                &rows::staged_key(table, number),
            )?;
            let verdict = chunk.verify(&offer.roots, table, number);
            let taken = verdict.map_err(|fault| InstallError::Chunk {
                table,
                chunk: number,
                fault,
            })?;
            for row in taken {
                slices.put(row)?;
            }
        }
    }
    slices.put(header.row())?;
    slices.drop_batches(set.epoch(), &offer.cut)?;
    if let Some(row) = executed.as_ref().filter(|row| row.epoch < set.epoch()) {
        slices.drop_batches(row.epoch, &row.cut)?;
    }
    drop_heights(set.epoch(), &offer, &mut slices.writes);
    let results = ResultsRow {
        results: header.results(),
        receipts_root: header.receipts_root(),
        state_root: Some(offer.state_root()),
        set_version: 0,
    };
    begin_at(store, set, &offer, &results, &mut slices.writes)?;
    pass_epochs(
        store,
        epochs.current(),
        &offer,
        executed,
        &mut slices.writes,
    )?;
    slices
        .writes
        .delete_range(Family::Staging, Vec::new(), vec![0xff]);
    store.write(&slices.writes, Durability::Synced)?;
    Ok(Some(offer.height()))
}

/// Goes through the epochs that ended between this node's and the state's, as if it had been there for their ends. [T4][T6]
///
/// What it has in lanes above what it executed is left over for the lanes to come. Its votes stay unsaid: it signed nothing in an epoch
/// that it has not entered, unless its record was lost before, and then it stays in quarantine. [J8]
fn pass_epochs(
    store: &dyn Store,
    from: &EpochFacts,
    offer: &SnapshotOffer,
    executed: Option<ExecutedRow>,
    writes: &mut WriteSet,
) -> Result<(), InstallError> {
    if offer.handovers.is_empty() {
        return Ok(());
    }
    let quarantine: Option<Quarantine> =
        rows::read(store, "quarantine", Family::Meta, rows::META_QUARANTINE)?;
    let mut facts = from.clone();
    for handover in &offer.handovers {
        let known = executed.as_ref().filter(|row| row.epoch == facts.epoch());
        let cut = known.map_or_else(|| genesis_cut(&facts.set), |row| row.cut.clone());
        writes.append(ending_rows(facts.epoch(), handover, cut));
        let next = facts.next(handover);
        facts = next.ok_or(InstallError::Offer("G5: handovers of a snapshot"))?;
    }
    let quarantine = quarantine.unwrap_or_default();
    if quarantine.active || quarantine.min_sign_view > View(0) {
        let kept = Quarantine {
            active: true,
            min_sign_view: View(0),
        };
        writes.append(quarantine_rows(&kept));
    }
    Ok(())
}

/// Rows on their way to the store.
struct Slices<'a> {
    store: &'a dyn Store,
    writes: WriteSet,
}

impl<'a> Slices<'a> {
    fn new(store: &'a dyn Store) -> Slices<'a> {
        Slices {
            store,
            writes: WriteSet::new(),
        }
    }

    fn put(&mut self, row: sycee_contracts::Row) -> Result<(), InstallError> {
        let family = rows::family_of(row.table);
        let key = rows::state_key(row.table, &row.key);
        self.writes.put(family, key, row.value.unwrap_or_default());
        self.write_if_full()
    }

    fn write_if_full(&mut self) -> Result<(), InstallError> {
        if self.writes.bytes() >= SLICE_BYTES {
            self.store.write(&self.writes, Durability::Buffered)?;
            self.writes = WriteSet::new();
        }
        Ok(())
    }

    /// Batches at or below the cut are behind this node now; what it has above stays, accepted instructions among it.
    ///
    /// Of those at or below it, own ones stay too as long as it is not known that their transactions are ordered. [L14]
    fn drop_batches(&mut self, epoch: Epoch, cut: &Cut) -> Result<(), InstallError> {
        let promises = load_promises(self.store)?;
        for (lane, (seq, _)) in (0_u16..).zip(cut) {
            let (from, to) = rows::lane_span(epoch, lane, Seq(0), *seq);
            let mut from = from;
            loop {
                let page = self
                    .store
                    .scan(Family::Index, &from, Some(&to), PAGE_ROWS, false)?;
                for (key, _) in &page.rows {
                    let digest = rows::lane_digest(key)?;
                    match promises.get(&digest) {
                        Some(promise) => rows::set_apart(*promise, &digest, &mut self.writes),
                        None => self.writes.delete(Family::Batches, digest.0),
                    }
                    self.writes.delete(Family::Index, key.clone());
                }
                self.write_if_full()?;
                match page.rows.last() {
                    Some((key, _)) if !page.complete => {
                        from = key.clone();
                        from.push(0);
                    }
                    Some(_) | None => break,
                }
            }
        }
        Ok(())
    }
}

/// Everything of heights and views that the offer leaves behind.
fn drop_heights(epoch: Epoch, offer: &SnapshotOffer, writes: &mut WriteSet) {
    let above = offer.top_height().next();
    let view = offer.finalization.view.next();
    let mut drop = |family, from: Vec<u8>, to: Vec<u8>| writes.delete_range(family, from, to);
    drop(Family::Blocks, Vec::new(), rows::number(above.0).into());
    drop(
        Family::Index,
        rows::height_key(Height(0)),
        rows::height_key(above),
    );
    drop(
        Family::Index,
        b"V".to_vec(),
        rows::open_blocks_from(epoch, view),
    );
    drop(
        Family::Certificates,
        rows::finalization_key(Height(0)),
        rows::finalization_key(above),
    );
    drop(
        Family::Certificates,
        rows::certificates_from(Epoch(0), View(0)),
        rows::certificates_from(epoch, view),
    );
    drop(
        Family::Results,
        Vec::new(),
        rows::number(offer.height().0).into(),
    );
    drop(Family::Receipts, Vec::new(), vec![0xff]);
}

/// The rows from which a start goes on at the checkpoint.
fn begin_at(
    store: &dyn Store,
    set: &ValidatorSet,
    offer: &SnapshotOffer,
    results: &ResultsRow,
    writes: &mut WriteSet,
) -> Result<(), InstallError> {
    let (height, cut) = (offer.height(), offer.cut.clone());
    for signed in &offer.blocks {
        let (at, digest) = (signed.block.height, signed.block.digest(set));
        let key = rows::block_key(at, &digest);
        writes.put(Family::Blocks, key, codec::encode(signed));
        writes.put(Family::Index, rows::height_key(at), digest.0);
    }
    for tip in &offer.tips {
        let SignedHeader { header, .. } = tip;
        let key = rows::lane_key(header.epoch, header.lane, header.seq, &header.digest(set));
        writes.put(Family::Index, key, codec::encode(tip));
    }
    let key = rows::finalization_key(offer.top_height());
    writes.put(
        Family::Certificates,
        key,
        codec::encode(&offer.finalization),
    );
    writes.put(
        Family::Results,
        rows::number(height.0),
        codec::encode(results),
    );
    let epoch = set.epoch();
    let top = FinalRow {
        epoch,
        height: offer.top_height(),
        digest: offer.finalization.digest,
        view: offer.finalization.view,
    };
    let known: Option<FinalRow> = rows::read(store, "final", Family::Meta, rows::META_FINAL)?;
    // What became final here above it stays final.
    let known = known.filter(|known| known.epoch == epoch);
    if known.is_none_or(|known| known.height < top.height) {
        writes.put(Family::Meta, rows::META_FINAL, codec::encode(&top));
    }
    let executed = ExecutedRow {
        height,
        epoch,
        cut: cut.clone(),
    };
    writes.put(Family::Meta, rows::META_EXECUTED, codec::encode(&executed));
    let flushed = FlushedRow {
        height,
        epoch,
        state_root: offer.state_root(),
        cut: cut.clone(),
    };
    writes.put(Family::Meta, rows::META_FLUSHED, codec::encode(&flushed));
    let pruned = PrunedRow { height, epoch, cut };
    writes.put(Family::Meta, rows::META_PRUNED, codec::encode(&pruned));
    writes.delete(Family::Meta, rows::META_OFFERED);
    Ok(())
}
