//! A batch holds in all its parts or not at all.

use std::sync::Arc;

use sycee_primitives::Hash;
use sycee_storage::{Durability, Family, MemoryStore, Store, WriteSet};

use super::*;
use crate::testing::{Cluster, payment};

/// Frames of batches that a cluster made.
fn frames() -> (Cluster, Vec<(Hash, Vec<u8>)>) {
    let mut cluster = Cluster::new(4);
    cluster.run(50);
    let transactions = (0..3)
        .map(|number| payment(&cluster.genesis, number))
        .collect();
    cluster.submit(0, transactions);
    cluster.run(500);
    let page = cluster.nodes[0]
        .store
        .scan(Family::Batches, &[], None, 10, false)
        .unwrap();
    let named =
        |(key, frame): (Vec<u8>, Vec<u8>)| (Hash(key.as_slice().try_into().unwrap()), frame);
    (cluster, page.rows.into_iter().map(named).collect())
}

#[test]
fn no_byte_of_a_batch_can_be_changed() {
    let (cluster, frames) = frames();
    let set = cluster.genesis.validator_set();
    let (digest, frame) = &frames[0];
    let whole = UnverifiedBatch::decode(Arc::from(frame.as_slice())).unwrap();
    let verified = verify_batch(&set, &whole).unwrap();
    assert_eq!(verified.digest(), *digest);
    assert_eq!(verified.transactions().len(), 3);
    for place in 0..frame.len() {
        let mut changed = frame.clone();
        changed[place] ^= 1;
        if let Ok(batch) = UnverifiedBatch::decode(Arc::from(changed)) {
            assert!(verify_batch(&set, &batch).is_err(), "byte {place}");
        }
    }
}

#[test]
fn a_stored_batch_that_is_damaged_or_another_is_refused() {
    let (cluster, frames) = frames();
    let set = cluster.genesis.validator_set();
    let (digest, frame) = &frames[0];
    let store = MemoryStore::new();
    let put = |key: Hash, value: &[u8]| {
        let mut writes = WriteSet::new();
        writes.put(Family::Batches, key.0, value);
        store.write(&writes, Durability::Synced).unwrap();
    };
    let code = |key: &Hash| {
        load_batch(&store, &set, key)
            .map(|_| ())
            .unwrap_err()
            .code()
    };
    assert_eq!(code(digest), "JOURNAL_INCOMPLETE");
    put(*digest, &frame[..frame.len() - 1]);
    assert_eq!(code(digest), "JOURNAL_DAMAGED");
    let other = Hash([1; 32]);
    put(other, frame);
    assert_eq!(code(&other), "JOURNAL_DAMAGED", "stored under another name");
    put(*digest, frame);
    assert_eq!(load_batch(&store, &set, digest).unwrap().digest(), *digest);
}
