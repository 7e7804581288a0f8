//! Refusals that used up no key, under one root: a fixed number of buckets by the first bits of the transaction id.
//!
//! ```text
//!   id ▶ bucket (12 bits) ▶ leaf over the bucket's refusals, ascending by id ▶ tree of 4,096 leaves
//! ```
//! Refusals come and go; only buckets that changed since the last checkpoint are hashed again.

use std::collections::{BTreeMap, BTreeSet};

use sycee_primitives::{
    Hash, TransactionId, codec,
    merkle::{self, DenseTree, StateTree, Stretches},
};

use super::Unheard;

/// Buckets: a million refusals a day are 250 in each.
pub(crate) const BUCKETS: u64 = 4_096;

const BUCKET_SHIFT: u32 = 4;
const _: () = assert!(BUCKETS == 1 << (16 - BUCKET_SHIFT));

#[derive(Clone, Debug)]
pub(super) struct UnheardTree {
    tree: DenseTree,
    changed: BTreeSet<u64>,
}

fn bucket(id: &TransactionId) -> u64 {
    let [high, low, ..] = id.0.0;
    u64::from(u16::from_be_bytes([high, low]) >> BUCKET_SHIFT)
}

/// The smallest id of a bucket.
pub(crate) fn first_id(bucket: u64) -> TransactionId {
    let mut id = [0; 32];
    let prefix = u16::try_from(bucket << BUCKET_SHIFT).unwrap_or(u16::MAX);
    id[..2].copy_from_slice(&prefix.to_be_bytes());
    TransactionId(Hash(id))
}

/// What a bucket's leaf is made of: its refusals one after the other.
pub(crate) fn bucket_bytes(all: &BTreeMap<TransactionId, Unheard>, bucket: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let from = first_id(bucket);
    if bucket + 1 < BUCKETS {
        for (_, unheard) in all.range(from..first_id(bucket + 1)) {
            codec::encode_into(unheard, &mut bytes);
        }
    } else {
        for (_, unheard) in all.range(from..) {
            codec::encode_into(unheard, &mut bytes);
        }
    }
    bytes
}

impl Default for UnheardTree {
    fn default() -> Self {
        let empty = merkle::leaf(&[]);
        let leaves: Vec<(u64, Hash)> = (0..BUCKETS).map(|bucket| (bucket, empty)).collect();
        let mut tree = DenseTree::new();
        tree.update(&leaves);
        UnheardTree {
            tree,
            changed: BTreeSet::new(),
        }
    }
}

impl UnheardTree {
    pub(super) fn mark(&mut self, id: &TransactionId) {
        self.changed.insert(bucket(id));
    }

    /// Hashes the buckets that changed and answers the root.
    pub(super) fn root(&mut self, all: &BTreeMap<TransactionId, Unheard>) -> Hash {
        let leaves: Vec<(u64, Hash)> = std::mem::take(&mut self.changed)
            .into_iter()
            .map(|bucket| (bucket, merkle::leaf(&bucket_bytes(all, bucket))))
            .collect();
        self.tree.update(&leaves);
        self.tree.root()
    }

    /// What proves each stretch of buckets under the last root.
    pub(super) fn stretches(&self, bits: u32) -> Stretches {
        self.tree.stretches(bits)
    }
}
