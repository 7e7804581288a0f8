//! Replay gives the same ledger from every flushed height, and a difference is found.

use crate::epochs::Epochs;
use std::sync::Arc;

use sycee_primitives::{Height, codec};
use sycee_storage::{Durability, Family, Store, WriteSet};

use crate::rows::{self, ResultsRow};
use crate::testing::{Cluster, payment};
use crate::{ExecutionError, Executor, load_journal};

fn busy() -> Cluster {
    let mut cluster = Cluster::new(4);
    for number in 0..12 {
        let transaction = payment(&cluster.genesis, number);
        cluster.submit(0, vec![transaction]);
        cluster.run(40);
        if number == 5 {
            cluster.flush(2, Durability::Synced);
        }
    }
    cluster.run(3_000);
    cluster
}

#[test]
fn replay_from_genesis_and_from_a_flush_give_the_same_ledger() {
    let cluster = busy();
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    for node in [1, 2] {
        let store = Arc::clone(&cluster.nodes[node].store) as Arc<dyn Store>;
        let delivered = load_journal(store.as_ref(), &epochs).unwrap().delivered;
        assert_eq!(delivered, cluster.nodes[node].replica.status().delivered);
        let genesis = cluster.genesis.ledger().unwrap();
        let (executor, _) = Executor::restore(&store, &epochs, genesis, delivered).unwrap();
        let ledger = cluster.nodes[node].executor.ledger();
        assert_eq!(executor.ledger().height(), ledger.height());
        assert_eq!(executor.ledger().results(), ledger.results());
        assert_eq!(executor.ledger().checkpoint(), ledger.checkpoint());
    }
}

#[test]
fn a_lost_flush_costs_nothing_and_a_kept_one_needs_no_replay() {
    let mut cluster = busy();
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    cluster.flush(1, Durability::Buffered);
    cluster.restart(1);
    cluster.flush(1, Durability::Synced);
    let store = Arc::clone(&cluster.nodes[1].store) as Arc<dyn Store>;
    let height = cluster.nodes[1].executor.ledger().height();
    let genesis = cluster.genesis.ledger().unwrap();
    let (executor, replayed) = Executor::restore(&store, &epochs, genesis, height).unwrap();
    assert_eq!(executor.ledger().height(), height);
    assert!(replayed.is_empty());
    cluster.restart(1);
    let last = payment(&cluster.genesis, 50);
    let id = last.id();
    cluster.submit(1, vec![last]);
    cluster.run(3_000);
    cluster.check_agreement(&[id]);
}

#[test]
fn other_results_than_stored_stop_the_replay() {
    let cluster = busy();
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    let store = Arc::clone(&cluster.nodes[1].store) as Arc<dyn Store>;
    let key = rows::number(2);
    let good: ResultsRow = rows::require(store.as_ref(), "results", Family::Results, &key).unwrap();
    let other = sycee_primitives::Hash([9; 32]);
    let cases = [
        (
            "receipts",
            ResultsRow {
                results: other,
                ..good
            },
        ),
        (
            "state rows",
            ResultsRow {
                state_root: Some(other),
                ..good
            },
        ),
    ];
    for (expected, row) in cases {
        let mut writes = WriteSet::new();
        writes.put(Family::Results, key, codec::encode(&row));
        store.write(&writes, Durability::Synced).unwrap();
        let genesis = cluster.genesis.ledger().unwrap();
        let restored = Executor::restore(&store, &epochs, genesis, Height(4));
        let Err(ExecutionError::ReplayDiffers { height, table }) = restored.map(|_| ()) else {
            panic!("replay must stop");
        };
        assert_eq!((height, table), (Height(2), expected));
    }
}
