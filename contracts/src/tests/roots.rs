//! Roots a second time: from receipts and stored rows alone, by plain recursion, with no tree, domain or codec of the product's.
//!
//! ```text
//!   receipts ─▶ receipts root ─▶ results       a chain of its own, from the first block that is looked at
//!   stored rows ─▶ root of every table ─▶ state root      what a restart would read; the registry's map and the buckets of refusals are taken as they are told
//! ```

use sycee_primitives::{Hash, Height};

use super::life::Rows;
use crate::{ledger::Header, *};

/// What commits to a block and to the state, computed from the outside.
pub(super) struct Roots {
    results: Hash,
}

fn tagged(tag: &str, parts: &[&[u8]]) -> Hash {
    let mut bytes = vec![u8::try_from(tag.len()).unwrap()];
    bytes.extend(tag.bytes());
    bytes.extend(parts.iter().copied().flatten());
    Hash::of(&[&bytes])
}

/// The top over leaves, of which there are a power of two once the missing ones are zero.
fn top(leaves: &[Hash], places: usize) -> Hash {
    if places == 1 {
        return leaves.first().copied().unwrap_or(Hash::ZERO);
    }
    let (left, right) = leaves.split_at(leaves.len().min(places / 2));
    let (left, right) = (top(left, places / 2), top(right, places / 2));
    tagged("node", &[&left.0, &right.0])
}

fn root(leaves: &[Hash]) -> Hash {
    let top = match leaves.len() {
        0 => Hash::ZERO,
        count => top(leaves, count.next_power_of_two()),
    };
    let count = leaves.len() as u64;
    tagged("node", &[b"count", &count.to_le_bytes(), &top.0])
}

/// Root over the stored rows of a table.
fn table_root(rows: &Rows, table: Table) -> Hash {
    let all = (table, Vec::new())..;
    let own = rows.range(all).take_while(|((of, _), _)| *of == table);
    let leaves: Vec<Hash> = own.map(|(_, value)| tagged("leaf", &[value])).collect();
    root(&leaves)
}

impl Roots {
    /// Goes on from where a ledger stands.
    pub(super) fn from(ledger: &Ledger) -> Roots {
        Roots {
            results: ledger.results(),
        }
    }

    /// The block's roots are those over its receipts.
    pub(super) fn check_block(&mut self, block: &ExecutedBlock) {
        let leaf = |receipt: &Receipt| tagged("receipt", &[&borsh::to_vec(receipt).unwrap()]);
        let leaves: Vec<Hash> = block.receipts.iter().map(leaf).collect();
        let receipts = root(&leaves);
        assert_eq!(block.receipts_root, receipts, "of block {}", block.height);
        let height = block.height.0.to_le_bytes();
        self.results = tagged("results", &[&self.results.0, &height, &receipts.0]);
        assert_eq!(block.results, self.results, "of block {}", block.height);
    }

    /// The state root is that over what is stored; answers whether the last block was a checkpoint, so that there was something to compare.
    pub(super) fn check_state(&self, ledger: &Ledger, rows: &Rows) -> bool {
        let checkpoint = ledger.checkpoint();
        if checkpoint.height != ledger.height() {
            return false;
        }
        let told = ledger.trees.roots().expect("roots of a checkpoint");
        let products = told.products.iter().map(|it| {
            let own = match it.table {
                Table::Registry => it.root,
                table => table_root(rows, table),
            };
            assert_eq!(own, it.root, "{}", it.table.name());
            tagged("leaf", &[&borsh::to_vec(&(it.table, own)).unwrap()])
        });
        let products: Vec<Hash> = products.collect();
        let pages = (Table::IdentifierPages, Vec::new())..;
        let pages = rows
            .range(pages)
            .take_while(|((of, _), _)| *of == Table::IdentifierPages);
        let pages: Vec<Hash> = pages
            .map(|(_, value)| Hash(value.as_slice().try_into().expect("a hash")))
            .collect();
        let header = &rows[&(Table::Header, Vec::new())];
        let header: Header = borsh::from_slice(header).expect("a header");
        assert_eq!(header.results, self.results);
        let header = Header {
            checkpoint: Checkpoint::default(),
            ..header
        };
        let header = tagged("leaf", &[&borsh::to_vec(&header).unwrap()]);
        let Height(height) = checkpoint.height;
        let own = tagged(
            "state",
            &[
                &crate::ledger::FORMAT.to_le_bytes(),
                &height.to_le_bytes(),
                &checkpoint.time.0.to_le_bytes(),
                &self.results.0,
                &header.0,
                &root(&pages).0,
                &told.unheard.0,
                &table_root(rows, Table::Participants).0,
                &table_root(rows, Table::Assets).0,
                &table_root(rows, Table::Accounts).0,
                &root(&products).0,
            ],
        );
        assert_eq!(own, checkpoint.state_root, "of block {height}");
        true
    }
}
