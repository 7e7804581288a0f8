//! Round trips over the store: a restart at any write finds what was synced, signs nothing twice, and the network goes on.

use crate::epochs::Epochs;
use sycee_consensus::Status;
use sycee_storage::{Durability, Family, Store};

use crate::testing::{Cluster, payment};
use crate::{load_journal, rows};

#[test]
fn an_empty_store_is_a_node_that_has_done_nothing() {
    let cluster = Cluster::new(4);
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    let loaded = load_journal(cluster.nodes[0].store.as_ref(), &epochs).unwrap();
    assert!(loaded.is_empty);
    assert!(loaded.journal.delivered_block.is_none());
}

#[test]
fn a_restart_at_rest_gives_the_same_core() {
    let mut cluster = Cluster::new(4);
    for number in 0..10 {
        let transaction = payment(&cluster.genesis, number);
        cluster.submit(0, vec![transaction]);
        cluster.run(20);
    }
    cluster.run(3_000);
    for node in 0..4 {
        let before = cluster.nodes[node].replica.status();
        assert!(before.final_height.0 > 0);
        cluster.restart(node);
        // All the same, but that it asks the others before it signs. [J2]
        let after = cluster.nodes[node].replica.status();
        let told = Status {
            recollecting: false,
            ..after.clone()
        };
        assert!(after.recollecting, "node {node}");
        assert_eq!(told, before, "node {node}");
    }
    let last = payment(&cluster.genesis, 77);
    let id = last.id();
    cluster.submit(2, vec![last]);
    cluster.run(3_000);
    cluster.check_agreement(&[id]);
}

/// Every write of one node is once the last one that reached its disk, and once the first one that did not.
#[test]
fn a_crash_at_every_write_loses_nothing_that_was_acknowledged() {
    for after in [false, true] {
        for at in 1.. {
            let mut cluster = Cluster::new(4);
            cluster.nodes[1].crash = Some((at, after));
            let mut ids = Vec::new();
            for number in 0..3 {
                let transaction = payment(&cluster.genesis, number);
                ids.push(transaction.id());
                cluster.submit(1, vec![transaction]);
                cluster.run(40);
            }
            cluster.run(5_000);
            if cluster.nodes[1].crashes == 0 {
                assert!(at > 20, "the run has more writes than that");
                break;
            }
            let accepted: Vec<_> = cluster.nodes[1].accepted.iter().copied().collect();
            cluster.check_agreement(&accepted);
            let probe = payment(&cluster.genesis, 99);
            let id = probe.id();
            cluster.submit(1, vec![probe]);
            cluster.run(5_000);
            cluster.check_agreement(&[id]);
        }
    }
}

#[test]
fn records_at_or_below_the_final_view_and_overtaken_blocks_leave_the_disk() {
    let mut cluster = Cluster::new(4);
    for number in 0..20 {
        let transaction = payment(&cluster.genesis, number);
        cluster.submit(0, vec![transaction]);
        cluster.run(20);
    }
    cluster.run(3_000);
    for node in &cluster.nodes {
        let count = |family, from: &[u8], to: &[u8]| {
            node.store
                .scan(family, from, Some(to), 10_000, false)
                .unwrap()
                .rows
                .len()
        };
        assert!(count(Family::Votes, &[], &[0xff]) <= 2, "votes");
        // [E8] What pinned final blocks and skipped views stays; what was final by itself stands once, under its height.
        let final_height = node.replica.status().final_height.0;
        let kept = count(Family::Certificates, b"V", b"W") as u64;
        assert!(
            (final_height..=final_height + 3).contains(&kept),
            "{kept} certificates of {final_height} heights"
        );
        assert!(count(Family::Index, b"V", b"W") <= 1, "open blocks");
        let final_height = usize::try_from(node.replica.status().final_height.0).unwrap();
        assert_eq!(count(Family::Index, b"H", b"I"), final_height);
    }
}

#[test]
fn a_folder_of_another_network_and_damaged_rows_are_refused() {
    let mut cluster = Cluster::new(4);
    let first = payment(&cluster.genesis, 1);
    cluster.submit(0, vec![first]);
    cluster.run(1_000);
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    let store = &cluster.nodes[0].store;
    let mut writes = sycee_storage::WriteSet::new();
    writes.put(Family::Meta, rows::META_CHAIN, [9_u8; 32]);
    store.write(&writes, Durability::Synced).unwrap();
    let error = load_journal(store.as_ref(), &epochs).unwrap_err();
    assert_eq!(error.code(), "JOURNAL_WRONG_CHAIN");
    let mut writes = sycee_storage::WriteSet::new();
    writes.put(Family::Meta, rows::META_CHAIN, set.chain().0.0);
    writes.put(Family::Meta, rows::META_FINAL, [1_u8, 2]);
    store.write(&writes, Durability::Synced).unwrap();
    let error = load_journal(store.as_ref(), &epochs).unwrap_err();
    assert_eq!(error.code(), "JOURNAL_DAMAGED");
}
