//! The contract between the node and its disk: families of ordered rows, atomic write sets, two durabilities.
//!
//! It must never know what a row means, nor which of the two stores stands behind the trait.
//!
//! ```text
//!   WriteSet 1 (Buffered) -> WriteSet 2 (Buffered) -> WriteSet 3 (Synced)
//!   visible at once           visible at once          visible, and now 1, 2 and 3 survive power loss
//!
//!   After a crash exactly a prefix of the write sets is there, at least up to the last Synced one. Never a hole.
//! ```

use crate::StoreError;

/// Longest key; ours are under 100 bytes, the rest is room for text identifiers.
pub const KEY_BYTES_MAX: usize = 4 * 1024;
/// Largest single value; a batch or a block is at most a few MiB, a snapshot chunk likewise.
pub const VALUE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest write set; the periodic flush of state closes at 256 MiB of changes, so this leaves room for keys.
pub const WRITE_SET_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// A page of a scan closes after this many bytes, so that a scan over batches cannot take all memory.
pub const SCAN_BYTES_MAX: usize = 64 * 1024 * 1024;

const _: () = assert!(
    (VALUE_BYTES_MAX + KEY_BYTES_MAX) as u64 <= WRITE_SET_BYTES_MAX,
    "the largest row must fit into a write set"
);

/// A group of rows that is stored and tuned together (a column family).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Family {
    /// What this validator has signed, by view.
    Votes = 0,
    /// Batches of all lanes; large values, kept in blob files.
    Batches = 1,
    /// Blocks by height and by digest.
    Blocks = 2,
    /// Certificates by height.
    Certificates = 3,
    /// Results and receipts roots of executed blocks.
    Results = 4,
    /// State rows; derived, rebuilt from blocks.
    State = 5,
    /// Receipts by transaction; derived.
    Receipts = 6,
    /// Look-up tables of the read side; derived.
    Index = 7,
    /// Single facts: anchors, heights, the network's name.
    Meta = 8,
    /// What was used once and may never be used again; asked for, mostly in vain, before every payment.
    Identifiers = 9,
    /// What is being taken over from peers, until it is whole.
    Staging = 10,
}

impl Family {
    /// Every family, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::Votes,
        Self::Batches,
        Self::Blocks,
        Self::Certificates,
        Self::Results,
        Self::State,
        Self::Receipts,
        Self::Index,
        Self::Meta,
        Self::Identifiers,
        Self::Staging,
    ];

    /// The family's name on disk; never changed, because existing folders carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Votes => "votes",
            Self::Batches => "batches",
            Self::Blocks => "blocks",
            Self::Certificates => "certificates",
            Self::Results => "results",
            Self::State => "state",
            Self::Receipts => "receipts",
            Self::Index => "index",
            Self::Meta => "meta",
            Self::Identifiers => "identifiers",
            Self::Staging => "staging",
        }
    }

    /// The family's place in [`Family::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// When a write must survive power loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Before the call returns; every earlier write is then durable too.
    Synced,
    /// With the next synced write; for derived rows only.
    Buffered,
}

/// One change of a write set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Stores a value, replacing an earlier one.
    Put {
        family: Family,
        key: Vec<u8>,
        value: Vec<u8>,
    },
    /// Removes a row if it is there.
    Delete { family: Family, key: Vec<u8> },
    /// Removes every row with `from <= key < to`.
    DeleteRange {
        family: Family,
        from: Vec<u8>,
        to: Vec<u8>,
    },
}

/// Changes that take effect together, in order, over all families, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteSet {
    ops: Vec<Op>,
    bytes: u64,
    // Kept while building, so that the check before each write costs nothing.
    key_bytes: usize,
    value_bytes: usize,
    inverted: bool,
}

impl WriteSet {
    /// An empty write set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores `value` under `key`.
    pub fn put(&mut self, family: Family, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        let (key, value) = (key.into(), value.into());
        self.count(key.len(), value.len());
        self.ops.push(Op::Put { family, key, value });
    }

    /// Removes the row under `key`, if there is one.
    pub fn delete(&mut self, family: Family, key: impl Into<Vec<u8>>) {
        let key = key.into();
        self.count(key.len(), 0);
        self.ops.push(Op::Delete { family, key });
    }

    /// Removes every row with `from <= key < to`; nothing when both are equal.
    pub fn delete_range(
        &mut self,
        family: Family,
        from: impl Into<Vec<u8>>,
        to: impl Into<Vec<u8>>,
    ) {
        let (from, to) = (from.into(), to.into());
        self.count(from.len(), 0);
        self.count(to.len(), 0);
        self.inverted |= from > to;
        if from != to {
            self.ops.push(Op::DeleteRange { family, from, to });
        }
    }

    /// Adds the changes of `other` after the own ones; this is how a group commit is built.
    pub fn append(&mut self, mut other: Self) {
        self.ops.append(&mut other.ops);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.key_bytes = self.key_bytes.max(other.key_bytes);
        self.value_bytes = self.value_bytes.max(other.value_bytes);
        self.inverted |= other.inverted;
    }

    /// The changes, in order.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// True when there is nothing to change; writing it synced still syncs what came before.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Bytes of keys and values, for closing a group by size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Refuses what neither store would hold.
    ///
    /// # Errors
    /// `TooLarge` above a limit, `Misuse` for a range that ends before it starts.
    pub fn check(&self) -> Result<(), StoreError> {
        let limits = [
            ("a key", self.key_bytes as u64, KEY_BYTES_MAX as u64),
            ("a value", self.value_bytes as u64, VALUE_BYTES_MAX as u64),
            ("a write set", self.bytes, WRITE_SET_BYTES_MAX),
        ];
        for (what, size, limit) in limits {
            if size > limit {
                return Err(StoreError::TooLarge { what, size, limit });
            }
        }
        if self.inverted {
            let detail = "a range to delete ends before it starts".to_string();
            return Err(StoreError::Misuse { detail });
        }
        Ok(())
    }

    fn count(&mut self, key: usize, value: usize) {
        self.bytes = self
            .bytes
            .saturating_add(key as u64)
            .saturating_add(value as u64);
        self.key_bytes = self.key_bytes.max(key);
        self.value_bytes = self.value_bytes.max(value);
    }
}

/// A key and its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// A part of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanPage {
    /// The rows, ascending, or descending when scanned in reverse.
    pub rows: Vec<Row>,
    /// False when the page was closed by a limit and more rows may follow.
    pub complete: bool,
}

/// A durable, ordered key-value store with atomic writes over all families.
///
/// One thread writes; any thread reads. A failed write stops all further writes with the same error, because after a
/// failed sync nobody knows what is on the disk. Only a full disk can be left again, by [`Store::resume`].
pub trait Store: Send + Sync {
    /// The value under `key`.
    ///
    /// # Errors
    /// `Corrupt` when the row fails its checksum, `Io` when the disk fails.
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The values under `keys`, in their order.
    ///
    /// # Errors
    /// As [`Store::get`], if any row fails.
    fn get_many(&self, family: Family, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// Shows `visit` every row of a family in ascending order, without a copy, until it answers `false`.
    ///
    /// It is no snapshot: rows written meanwhile ahead of the visit may be seen.
    ///
    /// # Errors
    /// As [`Store::get`], if any row fails; what was shown before counts for nothing then.
    fn visit(
        &self,
        family: Family,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError>;

    /// Rows with `from <= key < to` (no `to`: to the end), at most `limit` and about [`SCAN_BYTES_MAX`] bytes.
    ///
    /// In reverse it starts at the greatest key below `to`. A page holds at least one row if there is one.
    ///
    /// # Errors
    /// As [`Store::get`], if any row fails.
    fn scan(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
        reverse: bool,
    ) -> Result<ScanPage, StoreError>;

    /// Applies the whole set, visible to readers when the call returns.
    ///
    /// # Errors
    /// `TooLarge` or `Misuse` refuse this set only. `DiskFull`, `Io` and `Corrupt` stop all writing; whether this set
    /// is on the disk is then unknown until the store is opened again, and nothing that depends on it may leave.
    fn write(&self, set: &WriteSet, durability: Durability) -> Result<(), StoreError>;

    /// A number that grows with every change and never falls while nothing is lost; it survives a restart.
    ///
    /// Noted after a synced write, outside the store, it shows later whether the store was rolled back.
    fn sequence(&self) -> u64;

    /// Why writing has stopped, if it has.
    fn failure(&self) -> Option<StoreError>;

    /// Takes up writing again after a full disk; nothing happens if writing never stopped.
    ///
    /// # Errors
    /// `DiskFull` while there is no room; any other failure is returned as it is and needs a new process.
    fn resume(&self) -> Result<(), StoreError>;

    /// Checks that nothing was lost since `needed` was noted.
    ///
    /// # Errors
    /// `RolledBack` when the store stands below it.
    fn require_sequence(&self, needed: u64) -> Result<(), StoreError> {
        let found = self.sequence();
        if found < needed {
            return Err(StoreError::RolledBack {
                at: "store".to_string(),
                found,
                needed,
            });
        }
        Ok(())
    }
}

/// Rows as they were at one moment, or as they are: what a reader needs of a store.
pub trait ReadRows {
    /// The value under `key`.
    ///
    /// # Errors
    /// As [`Store::get`].
    fn row(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The first rows with `from <= key < to`, ascending, as [`Store::scan`] gives them.
    ///
    /// # Errors
    /// As [`Store::scan`].
    fn page(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<ScanPage, StoreError>;
}

impl<S: Store + ?Sized> ReadRows for S {
    fn row(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(family, key)
    }

    fn page(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<ScanPage, StoreError> {
        self.scan(family, from, to, limit, false)
    }
}

/// Visits every row with `from <= key < to` in ascending order, page by page.
///
/// It is no snapshot: rows written meanwhile ahead of the visit are seen.
///
/// # Errors
/// The store's error, or the first one that `visit` returns.
pub fn for_each_row<E: From<StoreError>>(
    store: &dyn Store,
    family: Family,
    from: &[u8],
    to: Option<&[u8]>,
    mut visit: impl FnMut(Vec<u8>, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    const PAGE_ROWS: usize = 4096;
    let mut from = from.to_vec();
    loop {
        let page = store.scan(family, &from, to, PAGE_ROWS, false)?;
        let last = page.rows.last().map(|(key, _)| key.clone());
        for (key, value) in page.rows {
            visit(key, value)?;
        }
        match last {
            // The smallest key above the last one is the last one with a zero byte behind it.
            Some(mut key) if !page.complete => {
                key.push(0);
                from = key;
            }
            Some(_) | None => return Ok(()),
        }
    }
}
