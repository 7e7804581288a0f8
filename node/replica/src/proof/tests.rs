//! A proof holds for its network and for nothing else, and no byte of it can be changed.

use sycee_consensus::ValidatorSet;
use sycee_primitives::{ChainId, Epoch, Hash, SecretKey};
use sycee_storage::Durability;

use super::*;
use crate::testing::{Cluster, payment};

fn cluster_with_payments() -> (Cluster, Vec<TransactionId>) {
    let mut cluster = Cluster::new(4);
    let mut ids = Vec::new();
    for number in 0..6 {
        let transactions: Vec<_> = (0..3)
            .map(|i| payment(&cluster.genesis, number * 3 + i))
            .collect();
        ids.extend(transactions.iter().map(|transaction| transaction.id()));
        cluster.submit(0, transactions);
        cluster.run(60);
    }
    cluster.run(3_000);
    (cluster, ids)
}

#[test]
fn a_receipt_is_proven_before_and_after_the_flush_and_on_every_node() {
    let (mut cluster, ids) = cluster_with_payments();
    let set = cluster.genesis.validator_set();
    for id in &ids {
        let node = &cluster.nodes[1];
        let (height, _) = node.executor.recent_place(id).unwrap();
        let recent = node.executor.recent(height).unwrap();
        let proof = prove(node.store.as_ref(), id, Some(recent)).unwrap();
        let shown = proof.verify(&set).unwrap();
        assert_eq!(shown.receipt, node.receipts[id]);
        assert!(shown.certified_in > shown.receipt.height);
        assert_eq!(
            CertifiedReceipt::from_bytes(&proof.to_bytes()).unwrap(),
            proof
        );
    }
    cluster.flush(1, Durability::Synced);
    let node = &cluster.nodes[1];
    assert_eq!(node.executor.unflushed_receipts(), 0);
    for id in &ids {
        let proof = prove(node.store.as_ref(), id, None).unwrap();
        assert_eq!(proof.verify(&set).unwrap().receipt, node.receipts[id]);
        assert_eq!(
            stored_receipt(node.store.as_ref(), id).unwrap().as_ref(),
            Some(&node.receipts[id])
        );
    }
    let unknown = TransactionId(Hash([1; 32]));
    assert!(matches!(
        prove(node.store.as_ref(), &unknown, None),
        Err(ReceiptError::Unknown)
    ));
}

/// A final block may state results that a slow node has not computed yet: then a proof has to wait. Below what it has, a gap is damage.
#[test]
fn a_node_is_behind_what_it_has_not_executed_and_only_then() {
    let (cluster, _) = cluster_with_payments();
    let store = cluster.nodes[1].store.as_ref();
    let executed = cluster.nodes[1].executor.ledger().height();
    let next = executed.next();
    let mut gap = sycee_storage::WriteSet::new();
    gap.delete(Family::Results, rows::number(executed.0 - 1));
    store.write(&gap, Durability::Synced).unwrap();
    for (height, behind) in [(Height(1), false), (Height(executed.0 - 1), false)]
        .into_iter()
        .chain([(executed, false), (next, true), (Height(u64::MAX), true)])
    {
        assert_eq!(is_behind(store, height).unwrap(), behind, "{height}");
    }
}

#[test]
fn no_byte_of_a_proof_can_be_changed() {
    let (cluster, ids) = cluster_with_payments();
    let set = cluster.genesis.validator_set();
    let node = &cluster.nodes[2];
    let (height, _) = node.executor.recent_place(&ids[4]).unwrap();
    let proof = prove(
        node.store.as_ref(),
        &ids[4],
        node.executor.recent(height).map(|it| it.as_ref()),
    )
    .unwrap();
    assert!(
        proof.receipt.inclusion.siblings.len() > 1,
        "several receipts in the block"
    );
    let bytes = proof.to_bytes();
    for place in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            let refused =
                CertifiedReceipt::from_bytes(&changed).and_then(|proof| proof.verify(&set));
            assert!(refused.is_err(), "byte {place} of {}", bytes.len());
        }
    }
    for length in 0..bytes.len() {
        assert!(CertifiedReceipt::from_bytes(&bytes[..length]).is_err());
    }
}

#[test]
fn a_proof_of_another_network_or_of_too_few_is_refused() {
    let (cluster, ids) = cluster_with_payments();
    let set = cluster.genesis.validator_set();
    let node = &cluster.nodes[0];
    let (height, _) = node.executor.recent_place(&ids[0]).unwrap();
    let proof = prove(
        node.store.as_ref(),
        &ids[0],
        node.executor.recent(height).map(|it| it.as_ref()),
    )
    .unwrap();
    let keys: Vec<_> = set
        .indexes()
        .filter_map(|index| set.key(index).copied())
        .collect();
    let other_chain = ValidatorSet::new(ChainId(Hash([5; 32])), Epoch(0), keys.clone());
    assert_eq!(proof.verify(&other_chain), Err(ProofError::Finalization));
    let mut other_keys = keys;
    other_keys[3] = SecretKey::from_seed(&[1; 32]).public_key();
    other_keys[2] = SecretKey::from_seed(&[2; 32]).public_key();
    let others = ValidatorSet::new(*set.chain(), Epoch(0), other_keys);
    assert_eq!(proof.verify(&others), Err(ProofError::Finalization));
    let mut fewer = proof.clone();
    fewer.finalization.signatures.pop();
    assert_eq!(fewer.verify(&set), Err(ProofError::Finalization));
    let mut empty = proof.clone();
    empty.blocks.clear();
    assert_eq!(empty.verify(&set), Err(ProofError::Length));
    let mut unlinked = proof.clone();
    unlinked.blocks.insert(0, unlinked.blocks[0].clone());
    assert!(matches!(unlinked.verify(&set), Err(ProofError::Link(_))));
    let mut other_receipt = proof;
    other_receipt.receipt.receipt.index += 1;
    assert_eq!(other_receipt.verify(&set), Err(ProofError::Receipt));
}
