//! A cluster orders and executes; transactions are accepted, final and the same everywhere.

use sycee_primitives::TransactionId;

use crate::Offer;
use crate::testing::{Cluster, payment};

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
