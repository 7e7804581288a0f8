//! Room, order, each once.

use super::*;
use crate::testing::{genesis, payment};

#[test]
fn a_transaction_is_in_one_place_at_a_time() {
    let genesis = genesis();
    let mut pool = Mempool::new(1 << 18);
    let one = payment(&genesis, 1);
    assert_eq!(pool.offer(Tick(1), one.clone()), Offer::Queued);
    assert_eq!(pool.offer(Tick(2), one.clone()), Offer::Waiting, "queued");
    let taken = pool.take(u64::MAX);
    assert_eq!(taken.len(), 1);
    let batch = Hash([1; 32]);
    pool.sealed(batch, &taken);
    assert_eq!(pool.offer(Tick(3), one.clone()), Offer::Waiting, "sealed");
    assert_eq!(pool.synced(&batch), vec![one.id()]);
    assert_eq!(pool.offer(Tick(4), one.clone()), Offer::Accepted, "synced");
    pool.executed(&batch);
    assert_eq!(pool.offer(Tick(5), one), Offer::Queued, "forgotten");
}

#[test]
fn batches_close_at_the_target_and_respect_the_room() {
    let genesis = genesis();
    let size = payment(&genesis, 0).raw().len() as u64;
    let mut pool = Mempool::new(3 * size + 8);
    for number in 0..8 {
        assert_eq!(
            pool.offer(Tick(number), payment(&genesis, number)),
            Offer::Queued
        );
    }
    assert!(pool.fills_a_batch());
    assert_eq!(pool.take(size - 1).len(), 0, "no room for the first");
    assert_eq!(pool.take(2 * size + 16).len(), 2, "room for two");
    let batch = pool.take(u64::MAX);
    assert_eq!(batch.len(), 3, "the target");
    assert_eq!(pool.oldest(), Some(Tick(5)));
    let ids: Vec<_> = batch.iter().map(VerifiedTransaction::id).collect();
    pool.put_back(Tick(9), batch);
    let again: Vec<_> = pool
        .take(u64::MAX)
        .iter()
        .map(VerifiedTransaction::id)
        .collect();
    assert_eq!(again, ids, "in its order, before everything else");
    assert_eq!(pool.take(u64::MAX).len(), 3);
    assert!(pool.is_empty());
    assert_eq!((pool.bytes(), pool.len(), pool.first_bytes()), (0, 0, 0));
}

#[test]
fn an_abandoned_batch_comes_back_once_and_before_the_others() {
    let genesis = genesis();
    let mut pool = Mempool::new(1 << 18);
    let [one, two, three] = [1, 2, 3].map(|number| payment(&genesis, number));
    for transaction in [&one, &two] {
        pool.offer(Tick(1), transaction.clone());
    }
    let taken = pool.take(u64::MAX);
    let batch = Hash([1; 32]);
    pool.sealed(batch, &taken);
    pool.synced(&batch);
    pool.offer(Tick(2), three.clone());
    pool.abandoned(Tick(3), &batch, &taken);
    pool.abandoned(Tick(4), &batch, &taken);
    assert_eq!(pool.offer(Tick(5), one.clone()), Offer::Waiting);
    let again: Vec<_> = pool.take(u64::MAX);
    let ids: Vec<_> = again.iter().map(VerifiedTransaction::id).collect();
    assert_eq!(ids, [one.id(), two.id(), three.id()]);
    assert!(pool.is_empty());
    assert_eq!(pool.bytes(), 0);

    // After a restart the pool has never heard of the batch: its transactions are new to it.
    let mut pool = Mempool::new(1 << 18);
    pool.abandoned(Tick(6), &batch, &taken);
    assert_eq!(pool.len(), 2);
}
