//! What was accepted is ordered: by a disk's loss, by a departure from the validators, over any number of starts. [L14]

use std::collections::BTreeSet;
use std::sync::Arc;

use sycee_consensus::Seq;
use sycee_primitives::{Epoch, Hash, TransactionId};
use sycee_storage::{Family, Store};

use super::epoch_tests::{epochs, load, named};
use crate::PeerMessage;
use crate::journal::load_promises;
use crate::testing::{Cluster, Lie, payment};

/// Batches of a node reach the observer at most: the validators never see them.
fn hides_batches() -> Lie {
    Box::new(|to, message, frame| match message {
        PeerMessage::Batch(_) if to < 4 => Vec::new(),
        _ => vec![Arc::clone(frame)],
    })
}

/// Nobody gets a batch of it.
fn keeps_batches() -> Lie {
    Box::new(|_, message, frame| match message {
        PeerMessage::Batch(_) => Vec::new(),
        _ => vec![Arc::clone(frame)],
    })
}

fn lacks(cluster: &Cluster, node: usize, ids: &[TransactionId]) -> usize {
    let receipts = &cluster.nodes[node].receipts;
    ids.iter().filter(|id| !receipts.contains_key(id)).count()
}

fn promises(cluster: &Cluster, node: usize) -> BTreeSet<Hash> {
    let store = cluster.nodes[node].store.as_ref();
    load_promises(store).unwrap().into_keys().collect()
}

/// Found by whole-node simulation, seed 31185: a validator lost its disk, and an observer alone had what it had accepted.
#[test]
pub(crate) fn what_an_observer_alone_has_of_a_lost_lane_comes_back_to_its_owner() {
    let mut cluster = Cluster::new(5);
    let mut ids = load(&mut cluster, 0, 6, [3, 3]);
    cluster.run(1_000);
    cluster.liars = Some((vec![3], hides_batches()));
    let lost = load(&mut cluster, 100, 5, [3, 3]);
    cluster.run(500);
    assert!(lost.iter().all(|id| cluster.nodes[3].accepted.contains(id)));
    assert_eq!(lacks(&cluster, 4, &lost), 5, "nobody has ordered them");
    cluster.liars = None;
    cluster.lose_disk(3);
    // Others pay, so that views move and it rejoins; its lane goes on with payments of its own.
    ids.extend(load(&mut cluster, 200, 40, [1, 2]));
    cluster.run(4_000);
    assert!(!cluster.nodes[3].replica.status().quarantined);
    ids.extend(load(&mut cluster, 300, 4, [3, 3]));
    cluster.run(6_000);
    ids.extend(lost);
    cluster.check_agreement(&ids);
    assert_eq!(promises(&cluster, 3), BTreeSet::new());
}

/// The same, when the lane never goes on by itself: what it asks when it rejoins is enough.
#[test]
fn a_validator_that_rejoins_asks_for_what_it_had_accepted() {
    let mut cluster = Cluster::new(5);
    let mut ids = load(&mut cluster, 0, 6, [3, 3]);
    cluster.run(1_000);
    cluster.liars = Some((vec![3], hides_batches()));
    let lost = load(&mut cluster, 100, 5, [3, 3]);
    cluster.run(500);
    cluster.liars = None;
    cluster.lose_disk(3);
    ids.extend(load(&mut cluster, 200, 40, [1, 2]));
    cluster.run(6_000);
    ids.extend(lost);
    cluster.check_agreement(&ids);
}

/// What comes back is on the disk before it is ordered: another crash does not lose it.
#[test]
pub(crate) fn what_came_back_outlives_a_crash() {
    for after in (50..1_000).step_by(190) {
        let mut cluster = Cluster::new(5);
        let mut ids = load(&mut cluster, 0, 6, [3, 3]);
        cluster.run(1_000);
        cluster.liars = Some((vec![3], hides_batches()));
        let lost = load(&mut cluster, 100, 5, [3, 3]);
        cluster.run(500);
        cluster.liars = None;
        cluster.lose_disk(3);
        ids.extend(load(&mut cluster, 200, 20, [1, 2]));
        cluster.run(after);
        cluster.restart(3);
        ids.extend(load(&mut cluster, 400, 30, [1, 2]));
        cluster.run(6_000);
        ids.extend(lost);
        cluster.check_agreement(&ids);
    }
}

/// Node 0 leaves with the second change; what it accepted before goes into the lane of a member.
#[test]
pub(crate) fn what_a_validator_accepted_before_it_left_is_ordered_by_a_member() {
    for restarts in [false, true] {
        let mut cluster = Cluster::with_naming(5, named);
        let mut ids = load(&mut cluster, 0, 10, [1, 2]);
        cluster.liars = Some((vec![0], keeps_batches()));
        let kept = load(&mut cluster, 500, 5, [0, 0]);
        let accepted = &cluster.nodes[0].accepted;
        assert!(kept.iter().all(|id| accepted.contains(id)));
        ids.extend(load(&mut cluster, 1_000, 80, [1, 2]));
        cluster.run(3_000);
        assert_eq!(epochs(&cluster), [3; 5]);
        assert_eq!(lacks(&cluster, 1, &kept), 5, "they wait in no lane");
        assert_eq!(promises(&cluster, 0).len(), 5);
        cluster.liars = None;
        if restarts {
            cluster.restart(0);
        }
        cluster.run(5_000);
        ids.extend(kept);
        cluster.check_agreement(&ids);
        assert_eq!(promises(&cluster, 0), BTreeSet::new(), "{restarts}");
        let frames = cluster.nodes[0].store.as_ref();
        let left = frames
            .scan(Family::Batches, &[], None, 10_000, false)
            .unwrap();
        assert!(!left.rows.is_empty(), "what was ordered is kept");
        // From now on it takes nothing in.
        let late = payment(&cluster.genesis, 9_000);
        cluster.submit(0, vec![late.clone()]);
        cluster.run(500);
        assert_eq!(lacks(&cluster, 0, &[late.id()]), 1);
    }
}

/// A batch that an ended epoch left over is wrapped again until it is ordered, and never after that.
#[test]
fn a_start_wraps_again_only_what_is_not_ordered() {
    let mut cluster = Cluster::with_naming(5, named);
    cluster.run(200);
    cluster.liars = Some((vec![3], keeps_batches()));
    let mut ids = load(&mut cluster, 500, 3, [3, 3]);
    assert_eq!(promises(&cluster, 3).len(), 3);
    cluster.liars = None;
    cluster.cut_off = Some(3);
    ids.extend(load(&mut cluster, 0, 80, [1, 2]));
    cluster.run(4_000);
    assert!(epochs(&cluster)[1] >= 1, "{:?}", epochs(&cluster));
    cluster.cut_off = None;
    ids.extend(load(&mut cluster, 1_000, 40, [1, 2]));
    cluster.run(8_000);
    assert_eq!(epochs(&cluster), [3; 5]);
    cluster.check_agreement(&ids);
    let own = |cluster: &Cluster| {
        let (from, to) = (
            crate::rows::lanes_of(Epoch(3)),
            crate::rows::lanes_of(Epoch(4)),
        );
        let store = cluster.nodes[3].store.as_ref();
        let page = store.scan(Family::Index, &from, Some(&to), 10_000, false);
        page.unwrap().rows.len()
    };
    let batches = own(&cluster);
    for _ in 0..3 {
        assert_eq!(promises(&cluster, 3), BTreeSet::new());
        cluster.restart(3);
        cluster.run(2_000);
    }
    assert_eq!(own(&cluster), batches, "no batch more by starting again");
}

/// Found by whole-node simulation, seed 61122: a peer names own batches that blocks have, and gives them. They are ordered once more, and stay.
#[test]
pub(crate) fn what_blocks_have_is_not_dropped_because_a_peer_names_it() {
    let mut cluster = Cluster::new(5);
    let ids = load(&mut cluster, 0, 6, [3, 3]);
    cluster.run(1_000);
    cluster.check_agreement(&ids);
    let lane = crate::rows::lane_span(Epoch(0), 3, Seq(0), Seq(u64::MAX));
    let store = Arc::clone(&cluster.nodes[3].store);
    let page = store.scan(Family::Index, &lane.0, Some(&lane.1), 100, false);
    let named = page.unwrap().rows.into_iter();
    let named: Vec<Hash> = named
        .map(|(key, _)| crate::rows::lane_digest(&key).unwrap())
        .collect();
    assert!(!named.is_empty());
    cluster.hear(3, 4, PeerMessage::LeftOver(Epoch(0), named.clone()));
    cluster.run(3_000);
    assert_eq!(promises(&cluster, 3), BTreeSet::new(), "all are kept");
    for digest in &named {
        let frame = store.get(Family::Batches, &digest.0).unwrap();
        assert!(frame.is_some(), "{digest:?} is gone");
    }
    // Nothing was flushed: a start executes all of it again.
    cluster.restart(3);
    let mut ids = ids;
    ids.extend(load(&mut cluster, 200, 4, [3, 1]));
    cluster.run(3_000);
    cluster.check_agreement(&ids);
}

/// Whoever is told names that mean nothing asks a few times and forgets them; what comes unasked is dropped.
#[test]
fn names_that_nobody_has_are_forgotten() {
    let mut cluster = Cluster::new(5);
    cluster.run(500);
    let names: Vec<Hash> = (0..50_u8).map(|byte| Hash([byte; 32])).collect();
    cluster.hear(3, 4, PeerMessage::LeftOver(Epoch(0), names));
    cluster.run(20_000);
    let due = cluster.nodes[3].replica.next_wakeup();
    let ids = load(&mut cluster, 0, 4, [3, 1]);
    cluster.run(2_000);
    cluster.check_agreement(&ids);
    assert!(
        due.is_none_or(|due| due.0 > 20_000_000),
        "it sleeps: {due:?}"
    );
}
