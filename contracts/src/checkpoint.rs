//! The commitment to the whole state, computed once per interval and not per payment (design 6).
//!
//! ```text
//!   state_root = H("state" | format | height | time | results | header | identifiers | unheard | participants | assets | accounts | ...)
//!                                                       │          │           │             └───── roots of dense tables ─────┘   └ products
//!                                  numbers of the ledger┘   every one ever   refusals that used up no key
//! ```
//! A block is a checkpoint when its time is at least the interval after the last checkpoint's, and when it opens a business day.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    AccountId, BlockTime, Hash, Height, ParticipantId, codec,
    domain::Domain,
    merkle::{self, DenseTree, InclusionProof, StateTree, Stretches},
    planted,
};

use crate::{
    account::Account,
    ledger::{FORMAT, Header, Ledger},
    tables::Table,
};

/// A height at which the state was committed to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, BorshSerialize, BorshDeserialize)]
pub struct Checkpoint {
    /// The height.
    pub height: Height,
    /// Its block's time.
    pub time: BlockTime,
    /// The commitment.
    pub state_root: Hash,
}

/// The root of a product's table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct TableRoot {
    /// The table.
    pub table: Table,
    /// Its root.
    pub root: Hash,
}

/// Everything under a state root.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct TableRoots {
    /// Height of the checkpoint.
    pub height: Height,
    /// Time of its block.
    pub time: BlockTime,
    /// Cumulative results up to it.
    pub results: Hash,
    /// Hash of the numbers of the ledger as a whole.
    pub header: Hash,
    /// Root over every identifier ever used, in order of use.
    pub identifiers: Hash,
    /// Root over the refusals that used up no identifier and are still remembered.
    pub unheard: Hash,
    /// Root of the participants table.
    pub participants: Hash,
    /// Root of the assets table.
    pub assets: Hash,
    /// Root of the accounts table.
    pub accounts: Hash,
    /// Roots of the products' tables, ascending by number.
    pub products: Vec<TableRoot>,
}

impl TableRoots {
    /// The root of one table; `None` for tables that are covered otherwise or not at all.
    #[must_use]
    pub fn root_of(&self, table: Table) -> Option<Hash> {
        match table {
            Table::Participants => Some(self.participants),
            Table::Assets => Some(self.assets),
            Table::Accounts => Some(self.accounts),
            Table::Unheard => Some(self.unheard),
            Table::IdentifierPages => Some(self.identifiers),
            Table::Header
            | Table::Instructions
            | Table::Uetrs
            | Table::Answers
            | Table::IdentifierKeys => None,
            product => {
                let found = self.products.iter().find(|it| it.table == product);
                found.map(|it| it.root)
            }
        }
    }

    /// The state root over them.
    #[must_use]
    pub fn state_root(&self) -> Hash {
        self.stem().state_root()
    }

    /// Everything but the products' roots one by one: what a proof of one table carries.
    #[must_use]
    pub fn stem(&self) -> RootsStem {
        RootsStem {
            height: self.height,
            time: self.time,
            results: self.results,
            header: self.header,
            identifiers: self.identifiers,
            unheard: self.unheard,
            participants: self.participants,
            assets: self.assets,
            accounts: self.accounts,
            products: merkle::root(&self.product_leaves()),
        }
    }

    /// The place of a product's root under the stem; `None` for a table that is not a product's.
    #[must_use]
    pub fn prove_product(&self, table: Table) -> Option<(TableRoot, InclusionProof)> {
        let place = self.products.iter().position(|it| it.table == table)?;
        let root = *self.products.get(place)?;
        Some((root, merkle::prove(&self.product_leaves(), place)?))
    }

    fn product_leaves(&self) -> Vec<Hash> {
        self.products.iter().map(leaf).collect()
    }
}

/// What a state root is the hash of: the products' tables stand under one root, so that a proof grows with their number's logarithm.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RootsStem {
    /// Height of the checkpoint.
    pub height: Height,
    /// Time of its block.
    pub time: BlockTime,
    /// Cumulative results up to it.
    pub results: Hash,
    /// Hash of the numbers of the ledger as a whole.
    pub header: Hash,
    /// Root over every identifier ever used.
    pub identifiers: Hash,
    /// Root over the remembered refusals that used up no identifier.
    pub unheard: Hash,
    /// Root of the participants table.
    pub participants: Hash,
    /// Root of the assets table.
    pub assets: Hash,
    /// Root of the accounts table.
    pub accounts: Hash,
    /// Root over the products' [`TableRoot`]s.
    pub products: Hash,
}

impl RootsStem {
    /// The state root.
    #[must_use]
    pub fn state_root(&self) -> Hash {
        Domain::State.hash(&[
            &FORMAT.to_le_bytes(),
            &self.height.0.to_le_bytes(),
            &self.time.0.to_le_bytes(),
            &self.results.0,
            &self.header.0,
            &self.identifiers.0,
            &self.unheard.0,
            &self.participants.0,
            &self.assets.0,
            &self.accounts.0,
            &self.products.0,
        ])
    }
}

/// Shows an account as it stood at a checkpoint, to anybody who holds the certified state root.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AccountProof {
    /// The account at the checkpoint.
    pub account: Account,
    /// Its place in the accounts table.
    pub inclusion: InclusionProof,
    /// What else the state root covers.
    pub roots: TableRoots,
}

impl AccountProof {
    /// Whether the account stood so under `state_root`.
    #[must_use]
    pub fn verify(&self, state_root: &Hash) -> bool {
        self.inclusion.index == self.account.id.0
            && self
                .inclusion
                .verify(&leaf(&self.account), &self.roots.accounts)
            && self.roots.state_root() == *state_root
    }
}

/// Shows an object of a product as it stood at a checkpoint, to anybody who holds the certified state root.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ObjectProof {
    /// Its table.
    pub table: Table,
    /// The object's canonical bytes.
    pub row: Vec<u8>,
    /// Its place in its table.
    pub inclusion: InclusionProof,
    /// What else the state root covers.
    pub roots: TableRoots,
}

impl ObjectProof {
    /// Whether the object stood so under `state_root`.
    #[must_use]
    pub fn verify(&self, state_root: &Hash) -> bool {
        let root = self.roots.products.iter().find(|it| it.table == self.table);
        let leaf = merkle::leaf(&self.row);
        root.is_some_and(|it| self.inclusion.verify(&leaf, &it.root))
            && self.roots.state_root() == *state_root
    }
}

/// Merkle trees over the dense tables, and the roots at the last checkpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trees {
    participants: DenseTree,
    assets: DenseTree,
    accounts: DenseTree,
    participants_hashed: usize,
    /// Of those hashed.
    participants_changed: BTreeSet<u64>,
    /// `None` after a restore between two checkpoints: the trees are then ahead of the last one.
    roots: Option<TableRoots>,
}

fn leaf<T: BorshSerialize>(row: &T) -> Hash {
    merkle::leaf(&codec::encode(row))
}

impl Trees {
    pub(crate) fn prove(&self, account: AccountId) -> Option<(InclusionProof, TableRoots)> {
        Some((self.accounts.prove(account.0)?, self.roots.clone()?))
    }

    /// What proves each stretch of the dense tables under the last roots.
    pub(crate) fn stretches(&self, bits: impl Fn(Table) -> u32) -> Vec<(Table, Stretches)> {
        let tables = [
            (Table::Participants, &self.participants),
            (Table::Assets, &self.assets),
            (Table::Accounts, &self.accounts),
        ];
        let of = |(table, tree): (Table, &DenseTree)| (table, tree.stretches(bits(table)));
        tables.into_iter().map(of).collect()
    }

    pub(crate) fn participant_changed(&mut self, id: ParticipantId) {
        self.participants_changed.insert(u64::from(id.0));
    }

    pub(crate) fn roots(&self) -> Option<&TableRoots> {
        self.roots.as_ref()
    }
}

impl Ledger {
    /// Whether the block just executed is a checkpoint, given the business date before it.
    pub(crate) fn is_checkpoint(&self, date_before: sycee_primitives::BusinessDate) -> bool {
        let due = self
            .header
            .checkpoint
            .time
            .0
            .saturating_add(self.parameters.checkpoint_interval_ms);
        self.header.time.0 >= due || self.header.date != date_before
    }

    /// Brings the trees up to date and commits to the state as it stands.
    pub(crate) fn make_checkpoint(&mut self) -> Checkpoint {
        let roots = self.update_trees();
        let checkpoint = Checkpoint {
            height: self.header.height,
            time: self.header.time,
            state_root: roots.state_root(),
        };
        self.trees.roots = Some(roots);
        self.header.checkpoint = checkpoint;
        checkpoint
    }

    /// The header as the state root covers it: with the rows of this moment counted, and no checkpoint, which would be this very one.
    pub(crate) fn committed_header(&self) -> Vec<u8> {
        codec::encode(&Header {
            checkpoint: Checkpoint::default(),
            counts: self.counts(),
            ..self.header.clone()
        })
    }

    /// Hashes what changed since the last checkpoint and answers the roots.
    pub(crate) fn update_trees(&mut self) -> TableRoots {
        let rows = self.accounts.take_since_checkpoint();
        let changes: Vec<(u64, Hash)> = rows
            .into_iter()
            .enumerate()
            .filter_map(|(order, row)| {
                let account = self.accounts.get(AccountId(row as u64))?;
                let place = if planted!("root-order") { order } else { row };
                Some((place as u64, leaf(&account)))
            })
            .collect();
        self.trees.accounts.update(&changes);
        // Assets are few and their totals change with every payment.
        let from = self.trees.participants_hashed;
        let participants: Vec<(u64, Hash)> = (from as u64..)
            .zip(self.participants.iter().skip(from).map(leaf))
            .collect();
        let changed = std::mem::take(&mut self.trees.participants_changed);
        let changed = changed.into_iter().filter(|row| *row < from as u64);
        let changed = changed.filter_map(|row| {
            let participant = self.participants.get(usize::try_from(row).ok()?)?;
            Some((row, leaf(participant)))
        });
        let participants: Vec<(u64, Hash)> = changed.chain(participants).collect();
        self.trees.participants.update(&participants);
        self.trees.participants_hashed = self.participants.len();
        let products = self.products.all_mut();
        let products = products.into_iter().flat_map(|objects| {
            let own = (objects.table(), objects.update_tree());
            [Some(own), objects.update_commitment()]
        });
        let root = |(table, root)| TableRoot { table, root };
        let products = products.flatten().map(root).collect();
        let assets: Vec<(u64, Hash)> = (0..).zip(self.assets.iter().map(leaf)).collect();
        self.trees.assets.update(&assets);
        let (identifiers, unheard) = self.identifiers.roots();
        TableRoots {
            height: self.header.height,
            time: self.header.time,
            results: self.header.results,
            header: merkle::leaf(&self.committed_header()),
            identifiers,
            unheard,
            participants: self.trees.participants.root(),
            assets: self.trees.assets.root(),
            accounts: self.trees.accounts.root(),
            products,
        }
    }

    /// Encodes and hashes what a block has changed, if that is much, so that the next checkpoint has less to do.
    pub(crate) fn prepare_changed(&mut self) {
        for objects in self.products.all_mut() {
            objects.prepare();
        }
    }

    /// Rebuilds the trees after a restore; answers whether they bear out the stored checkpoint, where that can be told.
    pub(crate) fn rebuild_trees(&mut self) -> bool {
        let all: Vec<(u64, Hash)> = (0..self.accounts.len() as u64)
            .filter_map(|row| Some((row, leaf(&self.accounts.get(AccountId(row))?))))
            .collect();
        self.trees = Trees::default();
        self.trees.accounts.update(&all);
        let roots = self.update_trees();
        if self.header.checkpoint.height != self.header.height {
            return true;
        }
        let agrees = roots.state_root() == self.header.checkpoint.state_root;
        self.trees.roots = Some(roots);
        agrees
    }
}
