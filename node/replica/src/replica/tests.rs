//! A cluster orders and executes; transactions are accepted, final and the same everywhere.

use sycee_primitives::{Hash, TransactionId};

use crate::testing::{Cluster, payment};
use crate::{DifferingTables, Offer};

#[test]
fn payments_of_all_validators_are_executed_by_everybody() {
    let mut cluster = Cluster::new(5);
    cluster.run(50);
    let mut ids: Vec<TransactionId> = Vec::new();
    for number in 0..40 {
        let transaction = payment(&cluster.genesis, number);
        ids.push(transaction.id());
        cluster.submit(usize::try_from(number % 4).unwrap(), vec![transaction]);
        cluster.run(2);
    }
    cluster.run(2_000);
    cluster.check_agreement(&ids);
    for (index, node) in cluster.nodes.iter().take(4).enumerate() {
        let own = ids.iter().skip(index).step_by(4);
        assert!(
            own.clone().all(|id| node.accepted.contains(id)),
            "accepted by {index}"
        );
        assert_eq!(node.replica.execution_backlog(), 0);
        assert!(node.replica.mempool().is_empty());
    }
    let status = cluster.nodes[0].replica.status();
    assert_eq!(status.executed, status.final_height);
}

#[test]
fn a_repeated_transaction_takes_no_lane_space_and_an_observer_has_no_lane() {
    let mut cluster = Cluster::new(5);
    cluster.run(50);
    let one = payment(&cluster.genesis, 1);
    cluster.submit(0, vec![one.clone(), one.clone()]);
    cluster.submit(4, vec![one.clone()]);
    cluster.run(500);
    let offers: Vec<Offer> = cluster.nodes[0]
        .offers
        .iter()
        .map(|(_, offer)| *offer)
        .collect();
    assert_eq!(offers, vec![Offer::Queued, Offer::Waiting]);
    assert_eq!(cluster.nodes[4].offers, vec![(one.id(), Offer::NoLane)]);
    cluster.check_agreement(&[one.id()]);
}

#[test]
fn one_that_was_away_catches_up() {
    let mut cluster = Cluster::new(4);
    cluster.run(50);
    let fresh = cluster.nodes.remove(3);
    let mut ids = Vec::new();
    for number in 0..30 {
        let transaction = payment(&cluster.genesis, number);
        ids.push(transaction.id());
        cluster.submit(0, vec![transaction]);
        cluster.run(30);
    }
    cluster.run(3_000);
    cluster.nodes.push(fresh);
    cluster.restart(3);
    let last = payment(&cluster.genesis, 99);
    ids.push(last.id());
    cluster.submit(1, vec![last]);
    cluster.run(10_000);
    cluster.check_agreement(&ids);
}

/// Payments until checkpoints are certified, while node `wrong` computes another root of its accounts.
fn cluster_with_a_wrong_accounts_table(wrong: usize) -> Cluster {
    let mut cluster = Cluster::new(5);
    cluster.nodes[wrong].falsify = Some(|tables| tables.accounts = Hash([9; 32]));
    cluster.run(50);
    for number in 0..20 {
        let transaction = payment(&cluster.genesis, number);
        cluster.submit(usize::try_from(number % 3).unwrap(), vec![transaction]);
        cluster.run(50);
    }
    cluster
}

#[test]
fn a_node_with_another_state_root_names_the_table_and_executes_nothing_more() {
    for wrong in [3, 4] {
        let mut cluster = cluster_with_a_wrong_accounts_table(wrong);
        cluster.run(1_000);
        let node = &cluster.nodes[wrong];
        assert_eq!(node.differences.len(), 1, "node {wrong}");
        let difference = &node.differences[0];
        assert_eq!(
            difference.tables,
            DifferingTables::Named(vec!["accounts"]),
            "node {wrong}"
        );
        let others = cluster.nodes[0].replica.status().executed;
        assert!(
            node.replica.status().executed < others,
            "node {wrong} has stopped"
        );
        for (index, other) in cluster.nodes.iter().enumerate() {
            assert!(index == wrong || other.differences.is_empty());
        }
    }
}

#[test]
fn table_roots_that_nobody_asked_for_are_ignored() {
    let mut cluster = Cluster::new(5);
    cluster.run(50);
    let one = payment(&cluster.genesis, 1);
    let id = one.id();
    cluster.submit(0, vec![one]);
    cluster.run(200);
    let tables = sycee_contracts::read::table_roots(cluster.nodes[1].executor.ledger());
    let message = crate::PeerMessage::TableRoots(tables.cloned().unwrap());
    cluster.hear(4, 1, message);
    cluster.run(500);
    cluster.check_agreement(&[id]);
    assert!(cluster.nodes.iter().all(|node| node.differences.is_empty()));
}
