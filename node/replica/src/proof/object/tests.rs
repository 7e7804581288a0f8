//! An object's proof holds for its network and its row, and no byte of it can be changed.

use sycee_contracts::read;

use super::*;
use crate::testing::{Cluster, payment};

fn certified(cluster: &Cluster, node: usize, id: u64) -> CertifiedObject {
    let node = &cluster.nodes[node];
    let proof = read::object_proof(node.executor.ledger(), Table::Seats, id).unwrap();
    certify_object(node.store.as_ref(), proof).unwrap().unwrap()
}

fn cluster() -> Cluster {
    let mut cluster = Cluster::new(4);
    let payments = (0..3).map(|number| payment(&cluster.genesis, number));
    let payments: Vec<_> = payments.collect();
    cluster.submit(0, payments);
    cluster.run(5_000);
    cluster
}

#[test]
fn an_object_is_proven_under_a_certified_state() {
    let cluster = cluster();
    let set = cluster.genesis.validator_set();
    for id in 0..4 {
        let proof = certified(&cluster, 1, id);
        let shown = proof.verify(&set).unwrap();
        assert_eq!((shown.table, shown.id), (Table::Seats, id));
        let ledger = cluster.nodes[1].executor.ledger();
        assert_eq!(read::object(ledger, Table::Seats, id), Some(shown.row));
        assert!(shown.certified_in > shown.as_of && shown.finalized >= shown.certified_in);
        let bytes = proof.to_bytes();
        assert_eq!(CertifiedObject::from_bytes(&bytes).unwrap(), proof);
    }
}

#[test]
fn no_byte_of_a_proof_can_be_changed_and_another_row_is_refused() {
    let cluster = cluster();
    let set = cluster.genesis.validator_set();
    let proof = certified(&cluster, 2, 1);
    let bytes = proof.to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let refused = CertifiedObject::from_bytes(&changed).and_then(|it| it.verify(&set));
        assert!(refused.is_err(), "byte {place} of {}", bytes.len());
    }
    let other = certified(&cluster, 2, 2);
    let mut mixed = proof.clone();
    mixed.object.row = other.object.row;
    assert_eq!(mixed.verify(&set), Err(ProofError::Object));
    let mut renamed = proof;
    renamed.object.table = Table::Loans;
    assert_eq!(renamed.verify(&set), Err(ProofError::Object));
}
