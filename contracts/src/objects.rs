//! Dense tables of the products' objects: one generic table, so that a new kind of object costs a few lines.
//!
//! ```text
//!   add, update ──▶ rows      row id = index, canonical bytes, never removed
//!                 ├▶ index     derived: whatever the product looks its rows up by
//!                 ├▶ due       derived: (time, id) of rows that time will change
//!                 └▶ changed ──prepare──▶ bytes    what is to be stored, until rows are taken
//!                                      └▶ tree     what is committed to, at the next checkpoint
//! ```
//! A changed row is encoded and hashed once: at the checkpoint, or at the end of its block when the block changed many, so that the
//! day's due dates do not make the block that is a checkpoint, or a flush, long.
//! Derived parts are rebuilt row by row on restore, so they can never disagree with the rows. A table is added by a number in
//! [`Table`], an [`Object`] and a line in `products`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Serialize, de::DeserializeOwned};
use sycee_primitives::{
    BlockTime, Hash, codec,
    merkle::{self, DenseTree, InclusionProof, StateTree, Stretches},
};

use crate::{
    ledger::Ledger,
    reject::RejectReason,
    restore::RestoreError,
    standing::Moment,
    tables::{ROW_BYTES_MAX, Row, Table},
};

/// One kind of object that the ledger keeps in a dense table.
pub(crate) trait Object:
    Clone + Debug + BorshSerialize + BorshDeserialize + Serialize + DeserializeOwned + 'static
{
    /// Its table.
    const TABLE: Table;
    /// Rows the table may hold: all are held in memory.
    const ROWS_MAX: u64;
    /// So many changed rows are prepared at the end of their block; fewer wait, since they may change again.
    const PREPARED_FROM: usize = 1_024;
    /// What its rows are looked up by; `()` when only by row.
    type Index: Default + Clone + Debug;

    /// Enters a row into the index.
    fn enter(&self, _id: u64, _index: &mut Self::Index) {}

    /// Takes a row out of the index as [`Object::enter`] put it in.
    fn leave(&self, _id: u64, _index: &mut Self::Index) {}

    /// Brings a second commitment, which the kind keeps in its index, up to date; answers the table without rows that it stands for.
    fn commit(_index: &mut Self::Index) -> Option<(Table, Hash)> {
        None
    }

    /// When time changes this row next, whatever else happens.
    fn due(&self) -> Option<BlockTime> {
        None
    }

    /// Does what is due of a row; afterwards its due time is another or none (the block halts otherwise).
    fn fall_due(_ledger: &mut Ledger, _moment: &Moment, _id: u64) {}

    /// The credit line that it uses, and how much of it in minor units.
    fn line_use(&self) -> Option<(u64, u128)> {
        None
    }

    /// Whether everything the row names exists; asked after a restore.
    fn is_sound(&self, ledger: &Ledger) -> bool;
}

/// What a due row's product does about it.
pub(crate) type DueHandler = fn(&mut Ledger, &Moment, u64);

/// The rows of one kind of object.
#[derive(Clone, Debug)]
pub(crate) struct Objects<T: Object> {
    rows: Vec<T>,
    index: T::Index,
    due: BTreeSet<(BlockTime, u64)>,
    /// Changed and not encoded since.
    changed: BTreeSet<u64>,
    /// Encodings of rows that changed since rows were last taken and are not in `changed`.
    bytes: BTreeMap<u64, Vec<u8>>,
    tree: DenseTree,
    /// What a restore has read and not entered yet: building sets and trees in one go is several times as fast as row by row.
    restored: Restored,
}

/// Due times and leaf hashes of rows in the order in which a restore reads them.
#[derive(Clone, Debug, Default)]
struct Restored {
    due: Vec<(BlockTime, u64)>,
    leaves: Vec<(u64, Hash)>,
}

impl<T: Object> Default for Objects<T> {
    fn default() -> Self {
        Objects {
            rows: Vec::new(),
            index: T::Index::default(),
            due: BTreeSet::new(),
            changed: BTreeSet::new(),
            bytes: BTreeMap::new(),
            tree: DenseTree::new(),
            restored: Restored::default(),
        }
    }
}

impl<T: Object> Objects<T> {
    pub(crate) fn len(&self) -> u64 {
        self.rows.len() as u64
    }

    pub(crate) fn get(&self, id: u64) -> Option<&T> {
        self.rows.get(usize::try_from(id).ok()?)
    }

    /// All rows, ascending by id.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> + '_ {
        self.rows
            .iter()
            .enumerate()
            .map(|(id, row)| (id as u64, row))
    }

    pub(crate) fn index(&self) -> &T::Index {
        &self.index
    }

    /// Whether another row fits.
    ///
    /// # Errors
    /// [`RejectReason::TableFull`].
    pub(crate) fn check_room(&self) -> Result<(), RejectReason> {
        self.check_room_for(1)
    }

    /// Whether so many more rows fit.
    ///
    /// # Errors
    /// [`RejectReason::TableFull`].
    pub(crate) fn check_room_for(&self, rows: u64) -> Result<(), RejectReason> {
        if self.len().saturating_add(rows) <= T::ROWS_MAX {
            Ok(())
        } else {
            Err(RejectReason::TableFull)
        }
    }

    /// Adds a row and answers its id; the caller has asked [`Objects::check_room`].
    pub(crate) fn add(&mut self, row: T) -> u64 {
        let id = self.len();
        self.settle(id, &row);
        self.rows.push(row);
        self.mark(id);
        id
    }

    /// Changes a row; `None` when there is none.
    pub(crate) fn update<R>(&mut self, id: u64, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let row = self.rows.get_mut(usize::try_from(id).ok()?)?;
        let before = row.due();
        row.leave(id, &mut self.index);
        let answer = change(row);
        row.enter(id, &mut self.index);
        let after = row.due();
        if before != after {
            if let Some(time) = before {
                self.due.remove(&(time, id));
            }
            if let Some(time) = after {
                self.due.insert((time, id));
            }
        }
        self.mark(id);
        Some(answer)
    }

    fn settle(&mut self, id: u64, row: &T) {
        row.enter(id, &mut self.index);
        if let Some(time) = row.due() {
            self.due.insert((time, id));
        }
    }

    fn mark(&mut self, id: u64) {
        if self.changed.insert(id) {
            self.bytes.remove(&id);
        }
    }

    /// Encodes the changed rows, to be stored, and answers their leaf hashes.
    fn encode_changed(&mut self) -> Vec<(u64, Hash)> {
        let changed = std::mem::take(&mut self.changed);
        let mut leaves = Vec::with_capacity(changed.len());
        for id in changed {
            let Some(row) = self.get(id) else { continue };
            let bytes = codec::encode(row);
            leaves.push((id, merkle::leaf(&bytes)));
            self.bytes.insert(id, bytes);
        }
        leaves
    }
}

/// A table of objects whose kind does not matter: what checkpoints, storage and the agenda ask of it.
pub(crate) trait ObjectTable {
    fn table(&self) -> Table;
    fn count(&self) -> u64;
    /// The row's bytes.
    fn row(&self, id: u64) -> Option<Vec<u8>>;
    /// Rows changed since rows were last taken.
    fn changed(&self) -> usize;
    /// Changed rows that are encoded and were not taken since.
    fn prepared(&self) -> usize;
    /// Encodes and hashes what the block has changed, if that is much; to be asked at the end of each block.
    fn prepare(&mut self);
    /// Appends the changed rows; they count as stored from now on.
    fn take(&mut self, rows: &mut Vec<Row>);
    /// Hashes what changed since the last checkpoint and answers the root.
    fn update_tree(&mut self) -> Hash;
    /// Brings the second commitment up to date, for kinds that have one.
    fn update_commitment(&mut self) -> Option<(Table, Hash)>;
    /// The row's bytes and its place under the last checkpoint; `None` when there is none or it changed since.
    fn prove(&self, id: u64) -> Option<(Vec<u8>, InclusionProof)>;
    /// What proves each stretch of rows under the last checkpoint's root.
    fn stretches(&self, bits: u32) -> Stretches;
    /// Takes over the next stored row, which is hashed at once and not due for storing.
    fn restore(&mut self, key: &[u8], value: &[u8]) -> Result<(), RestoreError>;
    /// Ends a restore: every row has been taken over.
    fn restored(&mut self);
    /// The credit line that a row uses, and how much of it in minor units.
    fn line_use(&self, id: u64) -> Option<(u64, u128)>;
    /// The first row that names what does not exist.
    fn first_unsound(&self, ledger: &Ledger) -> Option<u64>;
    /// The row that falls due first.
    fn first_due(&self) -> Option<(BlockTime, u64)>;
    fn due_handler(&self) -> DueHandler;
}

impl<T: Object> ObjectTable for Objects<T> {
    fn table(&self) -> Table {
        T::TABLE
    }

    fn count(&self) -> u64 {
        self.len()
    }

    fn row(&self, id: u64) -> Option<Vec<u8>> {
        self.get(id).map(codec::encode)
    }

    fn changed(&self) -> usize {
        self.changed.len() + self.bytes.len()
    }

    fn prepared(&self) -> usize {
        self.bytes.len()
    }

    fn prepare(&mut self) {
        if self.changed.len() >= T::PREPARED_FROM {
            let leaves = self.encode_changed();
            self.tree.stage(&leaves);
        }
    }

    fn take(&mut self, rows: &mut Vec<Row>) {
        let leaves = self.encode_changed();
        self.tree.stage(&leaves);
        for (id, bytes) in std::mem::take(&mut self.bytes) {
            rows.push(Row {
                table: T::TABLE,
                key: id.to_be_bytes().to_vec(),
                value: Some(bytes),
            });
        }
    }

    fn update_tree(&mut self) -> Hash {
        let restored = std::mem::take(&mut self.restored);
        self.tree.update(&restored.leaves);
        let leaves = self.encode_changed();
        self.tree.update(&leaves);
        self.tree.root()
    }

    fn update_commitment(&mut self) -> Option<(Table, Hash)> {
        T::commit(&mut self.index)
    }

    fn prove(&self, id: u64) -> Option<(Vec<u8>, InclusionProof)> {
        let bytes = codec::encode(self.get(id)?);
        let is_committed = self.tree.leaf(id) == Some(merkle::leaf(&bytes));
        is_committed.then_some(())?;
        Some((bytes, self.tree.prove(id)?))
    }

    fn stretches(&self, bits: u32) -> Stretches {
        self.tree.stretches(bits)
    }

    fn restore(&mut self, key: &[u8], value: &[u8]) -> Result<(), RestoreError> {
        let (table, id) = (T::TABLE, self.len());
        if key != id.to_be_bytes() {
            return Err(RestoreError::Misplaced { table, row: id });
        }
        let row: T = codec::decode(value, ROW_BYTES_MAX)
            .map_err(|error| RestoreError::Row { table, error })?;
        row.enter(id, &mut self.index);
        if let Some(time) = row.due() {
            self.restored.due.push((time, id));
        }
        // A value has one encoding, so its bytes are hashed as they stand.
        self.restored.leaves.push((id, merkle::leaf(value)));
        self.rows.push(row);
        Ok(())
    }

    fn restored(&mut self) {
        let mut due = std::mem::take(&mut self.restored.due);
        due.sort_unstable();
        self.due = BTreeSet::from_iter(due);
    }

    fn line_use(&self, id: u64) -> Option<(u64, u128)> {
        self.get(id)?.line_use()
    }

    fn first_unsound(&self, ledger: &Ledger) -> Option<u64> {
        self.iter()
            .find(|(_, row)| !row.is_sound(ledger))
            .map(|(id, _)| id)
    }

    fn first_due(&self) -> Option<(BlockTime, u64)> {
        self.due.first().copied()
    }

    fn due_handler(&self) -> DueHandler {
        T::fall_due
    }
}
