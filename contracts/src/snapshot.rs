//! The whole state at a checkpoint, in chunks that prove themselves: what a node takes over that cannot replay the chain.
//!
//! ```text
//!   state root ──▶ TableRoots ─┬▶ header          one chunk: the numbers of the ledger
//!                              ├▶ accounts, ...   chunk = rows of one stretch + siblings up to the table's root
//!                              ├▶ unheard         chunk = buckets of one stretch + siblings
//!                              └▶ identifiers     chunk = one page + siblings
//!
//!   giver:  Outline (taken at the checkpoint, small) + rows of that height ──chunk──▶ Chunk
//!   taker:  TableRoots under a certified root ──Chunk::verify──▶ rows to store, the same that a flush would have written
//! ```
//! One bad chunk costs one chunk, and who sent it. Nothing outside of the state root is taken over: what a table is not under it,
//! a chunk cannot bring. A new table comes along by itself once [`TableRoots`] covers it and [`Ledger::outline`] lists it.
//! Spec: consensus A14, trace L20.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    BlockTime, ChainId, Hash, Height, codec,
    merkle::{self, StretchProof, Stretches, stretches},
};
use thiserror::Error;

use crate::{
    checkpoint::{Checkpoint, TableRoots},
    identifiers::{
        LookupFailure, Unheard,
        log::{self, EntryKey, PAGE_BYTES_MAX, PAGE_ENTRIES},
        unheard::BUCKETS,
    },
    ledger::{FORMAT, Header, Ledger},
    restore::Counts,
    tables::{ROW_BYTES_MAX, Row, Table},
};

/// Bytes of a chunk at most; a day of refusals that fill a stretch of buckets beyond it cannot be shown, and there is no snapshot then.
pub const CHUNK_BYTES_MAX: usize = 2 << 20;

/// Bytes of the header's encoding at most.
const HEADER_BYTES_MAX: usize = ROW_BYTES_MAX;

/// Rows of a stretch, as a power of two: of the largest rows it stays below [`CHUNK_BYTES_MAX`].
fn bits_of(table: Table) -> u32 {
    // An account is 200 bytes at most; the leaves of the two others are buckets of refusals and whole pages.
    const NARROWER: [(Table, u32); 3] = [
        (Table::Accounts, 10),
        (Table::Unheard, 6),
        (Table::IdentifierPages, 0),
    ];
    let found = NARROWER.into_iter().find(|(of, _)| *of == table);
    found.map_or(8, |(_, bits)| bits)
}

const _: () = assert!(ROW_BYTES_MAX << 8 <= CHUNK_BYTES_MAX && PAGE_BYTES_MAX <= CHUNK_BYTES_MAX);

/// Key of a row of a dense table.
fn row_key(table: Table, row: u64) -> Vec<u8> {
    let is_short = matches!(table, Table::Participants | Table::Assets);
    match u32::try_from(row) {
        Ok(row) if is_short => row.to_be_bytes().to_vec(),
        Ok(_) | Err(_) => row.to_be_bytes().to_vec(),
    }
}

/// How much of one table there is to take over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// The table.
    pub table: Table,
    /// Its chunks.
    pub chunks: u64,
}

/// Why a chunk or a header is not what the state root covers.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum SnapshotFault {
    /// The bytes are not under the root.
    #[error("it is not under the state root")]
    NotCovered,
    /// It is of no table that the state root covers.
    #[error("it is of no table that the state root covers")]
    NoSuchTable,
    /// What is certified cannot be read: another version wrote it.
    #[error("this version cannot read it; use the version of the other nodes")]
    Unreadable,
}

/// What a ledger remembers of a checkpoint to show its state later: some kilobytes, whatever the state's size.
#[derive(Clone, Debug)]
pub struct Outline {
    roots: TableRoots,
    header: Vec<u8>,
    tables: Vec<(Table, Stretches)>,
    logged: u64,
}

/// Some rows of one table with the proof that they are those of the checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Chunk {
    /// What the tree's leaves are hashes of.
    leaves: Vec<Vec<u8>>,
    proof: StretchProof,
}

/// A header under a certified state root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertifiedHeader {
    header: Header,
}

impl Ledger {
    /// The outline of the state as it stands; `None` unless the last block was a checkpoint.
    #[must_use]
    pub fn outline(&self) -> Option<Outline> {
        let roots = self.trees.roots()?;
        if roots.height != self.header.height || self.halted.is_some() {
            return None;
        }
        let (pages, unheard) = self.identifiers.stretches(bits_of(Table::Unheard));
        let mut tables = self.trees.stretches(bits_of);
        for objects in self.products.all() {
            let table = objects.table();
            tables.push((table, objects.stretches(bits_of(table))));
        }
        tables.push((Table::Unheard, unheard));
        tables.push((Table::IdentifierPages, pages));
        Some(Outline {
            roots: roots.clone(),
            header: self.committed_header(),
            tables,
            logged: self.identifiers.logged(),
        })
    }
}

impl Outline {
    /// What the state root is made of.
    #[must_use]
    pub fn roots(&self) -> &TableRoots {
        &self.roots
    }

    /// The header's bytes.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// A chunk out of the rows as they were stored at the checkpoint; `None` when there is no such chunk, or it is too large to show.
    ///
    /// `row` reads a row; of tables that are looked up it may be a later state, since their rows never change.
    ///
    /// # Errors
    /// [`LookupFailure`] when a row is missing or the store fails.
    pub fn chunk(
        &self,
        table: Table,
        chunk: u64,
        unheard: impl FnOnce() -> Result<Vec<Vec<u8>>, LookupFailure>,
        row: impl Fn(Table, &[u8]) -> Result<Option<Vec<u8>>, LookupFailure>,
    ) -> Result<Option<Chunk>, LookupFailure> {
        let stretches = self.tables.iter().find(|(of, _)| *of == table);
        let Some((_, stretches)) = stretches else {
            return Ok(None);
        };
        let Some(proof) = stretches.prove(chunk) else {
            return Ok(None);
        };
        let need = |table: Table, key: &[u8]| {
            let missing = || LookupFailure::at(table, key, "the snapshot lacks it");
            row(table, key)?.ok_or_else(missing)
        };
        let first = chunk << stretches.bits();
        let end = stretches.rows().min((chunk + 1) << stretches.bits());
        let leaves = if table == Table::IdentifierPages {
            vec![self.page(chunk, need)?]
        } else if table == Table::Unheard {
            bucket_leaves(unheard()?, first, end)?
        } else {
            let rows = (first..end).map(|row| need(table, &row_key(table, row)));
            rows.collect::<Result<_, _>>()?
        };
        let bytes: usize = leaves.iter().map(Vec::len).sum();
        Ok((bytes <= CHUNK_BYTES_MAX).then_some(Chunk { leaves, proof }))
    }

    /// A page's bytes as they were at the checkpoint, out of the rows that name and hold its entries.
    fn page(
        &self,
        page: u64,
        need: impl Fn(Table, &[u8]) -> Result<Vec<u8>, LookupFailure>,
    ) -> Result<Vec<u8>, LookupFailure> {
        let key = page.to_be_bytes();
        let keys: Vec<EntryKey> =
            codec::decode(&need(Table::IdentifierKeys, &key)?, PAGE_BYTES_MAX)
                .map_err(|error| LookupFailure::at(Table::IdentifierKeys, &key, error))?;
        let count = (self.logged - page * PAGE_ENTRIES).min(PAGE_ENTRIES);
        log::page_bytes(&keys, usize::try_from(count).unwrap_or(usize::MAX), need)
    }
}

/// Refusals, as stored, in the buckets of a stretch.
fn bucket_leaves(rows: Vec<Vec<u8>>, first: u64, end: u64) -> Result<Vec<Vec<u8>>, LookupFailure> {
    let mut all = std::collections::BTreeMap::new();
    for row in rows {
        let unheard: Unheard = codec::decode(&row, ROW_BYTES_MAX)
            .map_err(|error| LookupFailure::at(Table::Unheard, &row, error))?;
        all.insert(unheard.record.transaction, unheard);
    }
    let bucket = |bucket| crate::identifiers::unheard::bucket_bytes(&all, bucket);
    Ok((first..end).map(bucket).collect())
}

/// The keys of the refusals that a chunk of [`Table::Unheard`] shows: from the first, below the second (`None`: to the end).
#[must_use]
pub fn unheard_keys(chunk: u64) -> (Vec<u8>, Option<Vec<u8>>) {
    let bits = bits_of(Table::Unheard);
    let key = |bucket: u64| crate::identifiers::unheard::first_id(bucket).0.0.to_vec();
    let chunk = chunk.min(BUCKETS);
    let end = (chunk + 1) << bits;
    (key(chunk << bits), (end < BUCKETS).then(|| key(end)))
}

impl Chunk {
    /// The rows that these bytes put into the store, if they are chunk `chunk` of the table under these roots.
    ///
    /// # Errors
    /// [`SnapshotFault`]: whoever sent them is to blame, unless it is [`SnapshotFault::Unreadable`].
    pub fn verify(
        &self,
        roots: &TableRoots,
        table: Table,
        chunk: u64,
    ) -> Result<Vec<Row>, SnapshotFault> {
        let root = roots.root_of(table).ok_or(SnapshotFault::NoSuchTable)?;
        let bits = bits_of(table);
        let leaves: Vec<Hash> = self.leaves.iter().map(|leaf| merkle::leaf(leaf)).collect();
        if !self.proof.verify(bits, chunk, leaves, &root) {
            return Err(SnapshotFault::NotCovered);
        }
        if table == Table::IdentifierPages {
            return self.page_rows(chunk);
        }
        if table == Table::Unheard {
            return self.unheard_rows();
        }
        let rows = (chunk << bits..).zip(&self.leaves);
        let rows = rows.map(|(row, value)| put(table, row_key(table, row), value.clone()));
        Ok(rows.collect())
    }

    fn page_rows(&self, page: u64) -> Result<Vec<Row>, SnapshotFault> {
        let bytes = self.leaves.first().ok_or(SnapshotFault::Unreadable)?;
        let entries = log::entries_of(bytes).ok_or(SnapshotFault::Unreadable)?;
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for log::Entry { table, key, value } in entries {
            let of = Table::from_number(table).filter(|of| of.is_looked_up());
            rows.push(put(
                of.ok_or(SnapshotFault::Unreadable)?,
                key.clone(),
                value,
            ));
            keys.push(EntryKey { table, key });
        }
        let hash = codec::encode(&merkle::leaf(bytes));
        let key = page.to_be_bytes().to_vec();
        rows.push(put(Table::IdentifierPages, key.clone(), hash));
        rows.push(put(Table::IdentifierKeys, key, codec::encode(&keys)));
        Ok(rows)
    }

    fn unheard_rows(&self) -> Result<Vec<Row>, SnapshotFault> {
        let mut rows = Vec::new();
        for bucket in &self.leaves {
            let mut bytes = bucket.as_slice();
            while !bytes.is_empty() {
                let unheard =
                    Unheard::deserialize(&mut bytes).map_err(|_| SnapshotFault::Unreadable)?;
                let key = unheard.record.transaction.0.0.to_vec();
                rows.push(put(Table::Unheard, key, codec::encode(&unheard)));
            }
        }
        Ok(rows)
    }
}

fn put(table: Table, key: Vec<u8>, value: Vec<u8>) -> Row {
    let value = Some(value);
    Row { table, key, value }
}

/// Whether a full page of identifiers taken under one root is the same under every later one.
#[must_use]
pub fn is_lasting(table: Table, chunk: u64, roots: &CertifiedHeader) -> bool {
    table == Table::IdentifierPages && chunk < roots.header.counts.logged() / PAGE_ENTRIES
}

impl CertifiedHeader {
    /// Reads a header that `roots` covers.
    ///
    /// # Errors
    /// [`SnapshotFault`]: not covered, or of a version that is unknown here.
    pub fn read(bytes: &[u8], roots: &TableRoots) -> Result<CertifiedHeader, SnapshotFault> {
        if merkle::leaf(bytes) != roots.header {
            return Err(SnapshotFault::NotCovered);
        }
        let header: Header =
            codec::decode(bytes, HEADER_BYTES_MAX).map_err(|_| SnapshotFault::Unreadable)?;
        let same = header.height == roots.height
            && header.time == roots.time
            && header.results == roots.results;
        if header.format != FORMAT || !same {
            return Err(SnapshotFault::Unreadable);
        }
        let checkpoint = Checkpoint {
            height: roots.height,
            time: roots.time,
            state_root: roots.state_root(),
        };
        Ok(CertifiedHeader {
            header: Header {
                checkpoint,
                ..header
            },
        })
    }

    /// The network.
    #[must_use]
    pub fn chain_id(&self) -> ChainId {
        self.header.chain_id
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.header.checkpoint
    }

    /// Height of the checkpoint.
    #[must_use]
    pub fn height(&self) -> Height {
        self.header.height
    }

    /// Time of its block.
    #[must_use]
    pub fn time(&self) -> BlockTime {
        self.header.time
    }

    /// Cumulative results there.
    #[must_use]
    pub fn results(&self) -> Hash {
        self.header.results
    }

    /// Root over the receipts of that height.
    #[must_use]
    pub fn receipts_root(&self) -> Hash {
        self.header.receipts_root
    }

    /// Where the ordering side stood there, as [`Ledger::note_order`] was told.
    #[must_use]
    pub fn order(&self) -> Hash {
        self.header.order
    }

    /// The header's row.
    #[must_use]
    pub fn row(&self) -> Row {
        put(Table::Header, Vec::new(), codec::encode(&self.header))
    }

    /// Everything there is to take over, in the order in which it is asked for.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let rows = |(table, rows)| Part {
            table,
            chunks: stretches(rows, bits_of(table)),
        };
        let counts: &Counts = &self.header.counts;
        let mut parts: Vec<Part> = counts.dense().into_iter().map(rows).collect();
        parts.push(rows((Table::Unheard, BUCKETS)));
        parts.push(rows((Table::IdentifierPages, log::pages(counts.logged()))));
        parts
    }
}
