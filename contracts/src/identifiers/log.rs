//! Every identifier ever used, in order of use, in pages under one root: what a node that joins later can be shown piece by piece.
//!
//! ```text
//!   use ──▶ open page (bytes of its entries) ──full──▶ leaf of the tree, for ever        root = tree over all pages, the open one too
//!                                                 └──▶ rows: page ▶ hash, page ▶ keys of its entries; values stand in their tables
//! ```
//! An entry is (table, key, value) of a row that is looked up and never changes. Pages are full in order, so a full page is the same
//! under every later root.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    Hash, codec,
    merkle::{self, DenseTree, StateTree, Stretches},
};

use super::table::{IdentifierTable, LookupFailure};
use crate::tables::Table;

/// Entries of a full page: about 170 kB.
pub(crate) const PAGE_ENTRIES: u64 = 1_024;

/// Bytes of a page at most: an entry has at most a key of 68 bytes and a record of some 90.
pub(crate) const PAGE_BYTES_MAX: usize = 512 << 10;

/// One identifier as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct Entry {
    pub(crate) table: u8,
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

/// Where an entry's value stands.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct EntryKey {
    pub(crate) table: u8,
    pub(crate) key: Vec<u8>,
}

/// A page as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Page {
    pub(crate) hash: Hash,
    pub(crate) keys: Vec<EntryKey>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    entries: u64,
    tree: DenseTree,
    /// Bytes of the open page's entries, and their keys.
    open: Vec<u8>,
    keys: Vec<EntryKey>,
    /// Full pages since rows were last taken.
    full: BTreeMap<u64, Page>,
    is_open_changed: bool,
}

/// How many pages hold so many entries.
pub(crate) fn pages(entries: u64) -> u64 {
    entries.div_ceil(PAGE_ENTRIES)
}

/// The entries of a page's bytes; `None` when they are not entries and nothing else.
pub(crate) fn entries_of(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        entries.push(Entry::deserialize(&mut bytes).ok()?);
    }
    Some(entries)
}

/// A page's bytes from the rows that name and hold its entries; only the first `count` of them.
pub(crate) fn page_bytes(
    keys: &[EntryKey],
    count: usize,
    mut value: impl FnMut(Table, &[u8]) -> Result<Vec<u8>, LookupFailure>,
) -> Result<Vec<u8>, LookupFailure> {
    let mut bytes = Vec::new();
    for EntryKey { table, key } in keys.iter().take(count) {
        let unknown = || LookupFailure::at(Table::IdentifierKeys, key, "it names no table");
        let value = value(Table::from_number(*table).ok_or_else(unknown)?, key)?;
        let (table, key) = (*table, key.clone());
        codec::encode_into(&Entry { table, key, value }, &mut bytes);
    }
    Ok(bytes)
}

impl Log {
    /// Appends a row that was just used; it never changes again.
    pub(super) fn append(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        let table = table.number();
        let named = EntryKey {
            table,
            key: key.clone(),
        };
        codec::encode_into(&Entry { table, key, value }, &mut self.open);
        self.keys.push(named);
        self.entries += 1;
        self.is_open_changed = true;
        if self.entries.is_multiple_of(PAGE_ENTRIES) {
            self.close_page();
        }
    }

    fn close_page(&mut self) {
        let page = self.entries / PAGE_ENTRIES - 1;
        let hash = merkle::leaf(&self.open);
        self.tree.update(&[(page, hash)]);
        let keys = std::mem::take(&mut self.keys);
        self.full.insert(page, Page { hash, keys });
        self.open.clear();
        self.is_open_changed = false;
    }

    fn open_page(&self) -> u64 {
        self.entries / PAGE_ENTRIES
    }

    /// Hashes the open page and answers the root over all.
    pub(super) fn root(&mut self) -> Hash {
        if !self.open.is_empty() {
            self.tree
                .update(&[(self.open_page(), merkle::leaf(&self.open))]);
        }
        self.tree.root()
    }

    /// What proves each page under the last root.
    pub(super) fn stretches(&self) -> Stretches {
        self.tree.stretches(0)
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// Pages that changed since rows were last taken.
    pub(super) fn changed(&self) -> usize {
        self.full.len() + usize::from(self.is_open_changed)
    }

    pub(super) fn take(&mut self) -> BTreeMap<u64, Page> {
        let mut pages = std::mem::take(&mut self.full);
        if std::mem::take(&mut self.is_open_changed) {
            let page = Page {
                hash: merkle::leaf(&self.open),
                keys: self.keys.clone(),
            };
            pages.insert(self.open_page(), page);
        }
        pages
    }

    /// Takes over the next stored page.
    pub(super) fn restore_page(&mut self, hash: Hash) {
        let page = self.tree.rows();
        self.tree.update(&[(page, hash)]);
    }

    pub(super) fn restored_pages(&self) -> u64 {
        self.tree.rows()
    }

    /// Completes a restore: so many entries, of which the open page's are read back.
    ///
    /// # Errors
    /// [`LookupFailure`] when a row is missing, or the open page is not the one that was stored.
    pub(super) fn restore_open(
        &mut self,
        entries: u64,
        rows: &dyn IdentifierTable,
    ) -> Result<(), LookupFailure> {
        self.entries = entries;
        let count = usize::try_from(entries % PAGE_ENTRIES).unwrap_or(usize::MAX);
        if count == 0 {
            return Ok(());
        }
        let row = self.open_page().to_be_bytes();
        let failure = |why: &str| LookupFailure::at(Table::IdentifierKeys, &row, why);
        let stored = rows.row(Table::IdentifierKeys, &row)?;
        let stored = stored.ok_or_else(|| failure("it is missing"))?;
        self.keys = codec::decode(&stored, PAGE_BYTES_MAX)
            .map_err(|error| LookupFailure::at(Table::IdentifierKeys, &row, error))?;
        self.open = page_bytes(&self.keys, usize::MAX, |table, key| {
            let missing = || LookupFailure::at(table, key, "a page names it and it is missing");
            rows.row(table, key)?.ok_or_else(missing)
        })?;
        let before = self.tree.root();
        if self.keys.len() != count || self.root() != before {
            return Err(failure("it is not the page that was stored"));
        }
        Ok(())
    }
}
