//! Every epoch of a chain: who its validators are, where its ledger begins, and the proof by which the one before it ended.
//!
//! ```text
//!   genesis --> epoch 0 --handover 0--> epoch 1 --handover 1--> epoch 2 ...       one row an epoch, kept for ever
//! ```
//! It must never decide when an epoch ends: the proofs do, each checked by the set before it. [T4][T5]
//!
//! A node has one number for ever, its place in the network's directory; a validator's index is its place in one epoch's set. Peers
//! are named by their numbers everywhere outside the core.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::{Block, BlockKind, Handover, Member, NextSet, ValidatorIndex, ValidatorSet};
use sycee_primitives::{Epoch, Hash, Height, SecretKey, codec};
use sycee_storage::{Family, Store, WriteSet, for_each_row};

use crate::rows::{self, Cut, JournalError};

/// One epoch.
#[derive(Clone, Debug)]
pub struct EpochFacts {
    /// Its validators.
    pub set: Arc<ValidatorSet>,
    /// Their numbers, by index.
    pub nodes: Arc<[u16]>,
    /// Version of the set, as the state counts it.
    pub version: u64,
    /// The block it begins with, but for epoch 0, whose root is the genesis block. [T5]
    pub root: Option<Block>,
}

impl EpochFacts {
    /// Epoch 0: node i has index i.
    #[must_use]
    pub fn first(set: ValidatorSet) -> EpochFacts {
        EpochFacts {
            nodes: set.indexes().map(|index| index.0).collect(),
            set: Arc::new(set),
            version: 0,
            root: None,
        }
    }

    /// The epoch that begins where a proof ends this one; `None` when the proof does not hold. [T4][T5]
    #[must_use]
    pub fn next(&self, handover: &Handover) -> Option<EpochFacts> {
        let (terminal, digest, set) = handover.verify(&self.set)?;
        let BlockKind::Terminal(next) = &terminal.kind else {
            return None;
        };
        Some(EpochFacts {
            root: Some(Block::epoch_genesis(&set, terminal, digest)),
            nodes: next.members.iter().map(|member| member.node).collect(),
            version: next.version,
            set: Arc::new(set),
        })
    }

    /// The epoch.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.set.epoch()
    }

    /// The last height of the ledger before it.
    #[must_use]
    pub fn begins_above(&self) -> Height {
        self.root.as_ref().map_or(Height(0), |root| root.height)
    }

    /// Its set as the state would name it.
    #[must_use]
    pub fn named(&self) -> NextSet {
        let keys = self.set.indexes().filter_map(|index| self.set.key(index));
        let members = self.nodes.iter().zip(keys);
        NextSet {
            version: self.version,
            members: members
                .map(|(node, key)| Member {
                    node: *node,
                    key: *key,
                })
                .collect(),
        }
    }

    /// Index of a node in this epoch; nodes that do not vote come behind those that do.
    #[must_use]
    pub fn index_of(&self, node: ValidatorIndex) -> ValidatorIndex {
        let place = self.nodes.iter().position(|it| *it == node.0);
        let place = place.and_then(|place| u16::try_from(place).ok());
        let size = u16::try_from(self.nodes.len()).unwrap_or(u16::MAX);
        ValidatorIndex(place.unwrap_or_else(|| size.saturating_add(node.0)))
    }

    /// The node behind an index.
    #[must_use]
    pub fn node_of(&self, index: ValidatorIndex) -> ValidatorIndex {
        let size = u16::try_from(self.nodes.len()).unwrap_or(u16::MAX);
        let observer = index.0.saturating_sub(size);
        ValidatorIndex(self.nodes.get(index.usize()).copied().unwrap_or(observer))
    }

    /// Place and key of a node that votes in this epoch and has the key that the set names; `None` for everybody else.
    #[must_use]
    pub fn signer(&self, node: u16, keys: &[SecretKey]) -> Option<(ValidatorIndex, SecretKey)> {
        let place = self.nodes.iter().position(|it| *it == node)?;
        let index = ValidatorIndex(u16::try_from(place).ok()?);
        let named = self.set.key(index)?;
        let key = keys.iter().find(|key| key.public_key() == *named)?;
        Some((index, key.clone()))
    }
}

/// All epochs up to the running one.
#[derive(Clone, Debug)]
pub struct Epochs {
    all: Vec<EpochFacts>,
}

/// How an epoch ended. Kept for ever.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub(crate) struct EpochRow {
    pub(crate) handover: Handover,
    /// The full cut at the end.
    pub(crate) cut: Cut,
}

impl Epochs {
    /// Only epoch 0, with the validators of the genesis.
    #[must_use]
    pub fn founded(set: ValidatorSet) -> Epochs {
        Epochs {
            all: vec![EpochFacts::first(set)],
        }
    }

    /// All epochs that a store knows the beginning of, each proof checked again.
    ///
    /// # Errors
    /// [`JournalError`] when the store fails, or a proof does not hold.
    pub fn load(store: &dyn Store, genesis: ValidatorSet) -> Result<Epochs, JournalError> {
        let mut epochs = Epochs::founded(genesis);
        let (from, to) = (b"X".as_slice(), b"Y".as_slice());
        for_each_row(store, Family::Index, from, Some(to), |key, value| {
            let row: EpochRow = rows::parse("epoch", &key, &value)?;
            let expected = rows::epoch_key(epochs.current().epoch());
            if key != expected || !epochs.advance(&row.handover) {
                let why = "it does not prove the end of the epoch before it";
                return Err(rows::damaged("epoch", &key, why));
            }
            Ok::<(), JournalError>(())
        })?;
        Ok(epochs)
    }

    /// Goes on to the epoch after the running one; false when the proof does not hold.
    pub fn advance(&mut self, handover: &Handover) -> bool {
        let next = self.current().next(handover);
        let holds = next.is_some();
        self.all.extend(next);
        holds
    }

    /// The same with one epoch more, as a node tells that it has begun.
    #[must_use]
    pub fn with(&self, next: EpochFacts) -> Epochs {
        let mut all = self.all.clone();
        all.push(next);
        Epochs { all }
    }

    /// Epoch 0.
    ///
    /// # Panics
    /// Never: there is always epoch 0.
    #[must_use]
    pub fn first(&self) -> &EpochFacts {
        self.all
            .first()
            .unwrap_or_else(|| unreachable!("epoch 0 is always there"))
    }

    /// The running epoch.
    ///
    /// # Panics
    /// Never: there is always epoch 0.
    #[must_use]
    pub fn current(&self) -> &EpochFacts {
        self.all
            .last()
            .unwrap_or_else(|| unreachable!("epoch 0 is always there"))
    }

    /// An epoch that has begun.
    #[must_use]
    pub fn get(&self, epoch: Epoch) -> Option<&EpochFacts> {
        self.all.get(usize::try_from(epoch.0).ok()?)
    }

    /// The validators of an epoch that has begun.
    #[must_use]
    pub fn set(&self, epoch: Epoch) -> Option<&Arc<ValidatorSet>> {
        self.get(epoch).map(|facts| &facts.set)
    }

    /// Digest of a block of any epoch that has begun.
    #[must_use]
    pub fn digest(&self, block: &Block) -> Option<Hash> {
        self.set(block.epoch).map(|set| block.digest(set))
    }

    /// All epochs, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &EpochFacts> {
        self.all.iter()
    }
}

/// How an epoch ended, if it has.
///
/// # Errors
/// [`JournalError`] when the store fails.
pub fn handover(store: &dyn Store, epoch: Epoch) -> Result<Option<Handover>, JournalError> {
    let key = rows::epoch_key(epoch);
    let row: Option<EpochRow> = rows::read(store, "epoch", Family::Index, &key)?;
    Ok(row.map(|row| row.handover))
}

/// The rows with which an epoch ends: the proof comes, everything that only its own signatures needed goes. [T6]
pub(crate) fn ending_rows(epoch: Epoch, handover: &Handover, cut: Cut) -> WriteSet {
    let mut writes = WriteSet::new();
    let row = EpochRow {
        handover: handover.clone(),
        cut,
    };
    writes.put(Family::Index, rows::epoch_key(epoch), codec::encode(&row));
    let next = Epoch(epoch.0.saturating_add(1));
    writes.delete_range(Family::Votes, rows::votes_of(epoch), rows::votes_of(next));
    let (from, to) = (rows::open_blocks_of(epoch), rows::open_blocks_of(next));
    writes.delete_range(Family::Index, from, to);
    writes.delete(Family::Meta, rows::META_SEAL);
    writes.delete(Family::Meta, rows::META_LANE);
    writes.delete(Family::Meta, rows::META_QUARANTINE);
    writes
}
