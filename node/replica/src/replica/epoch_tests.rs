//! Epochs of whole replicas over stores: joins, leaves and rotations under load, crashes at every write, a node that slept, proofs.

use std::collections::BTreeSet;

use sycee_consensus::{BlockKind, Member, NextSet};
use sycee_contracts::{Action, Change, ProposalState, Propose, Vote, possession, read};
use sycee_primitives::{BlockTime, Epoch, Height, TransactionId};
use sycee_storage::{Durability, Store};

use crate::testing::{Cluster, START_MS, instruction, keys_of, payment};
use crate::{CertifiedReceipt, Retention, prove};

/// Heights after which the state names the next validators.
const EVERY: u64 = 12;

/// Set 1: node 4 joins. Set 2: node 0 leaves. Set 3: node 3 signs with its second key. Then no more.
fn members(version: u64) -> Vec<Member> {
    let member = |node: u16, key: usize| Member {
        node,
        key: keys_of(usize::from(node))[key].public_key(),
    };
    let third = if version >= 3 { 1 } else { 0 };
    let mut all = vec![member(1, 0), member(2, 0), member(3, third)];
    if version < 2 {
        all.insert(0, member(0, 0));
    }
    if version >= 1 {
        all.push(member(4, 0));
    }
    all
}

pub(super) fn named(height: Height) -> Option<NextSet> {
    let version = (height.0 / EVERY).min(3);
    (version > 0).then(|| NextSet {
        version,
        members: members(version),
    })
}

/// Payments through two nodes while the sets change; all transactions.
pub(super) fn load(
    cluster: &mut Cluster,
    from: u64,
    count: u64,
    through: [usize; 2],
) -> Vec<TransactionId> {
    let mut ids = Vec::new();
    for number in from..from + count {
        let transaction = payment(&cluster.genesis, number);
        ids.push(transaction.id());
        let node = through[usize::try_from(number % 2).unwrap()];
        cluster.submit(node, vec![transaction]);
        cluster.run(30);
    }
    ids
}

pub(super) fn epochs(cluster: &Cluster) -> Vec<u64> {
    let epoch = |node: &crate::testing::Node| node.epochs.current().epoch().0;
    cluster.nodes.iter().map(epoch).collect()
}

#[test]
fn a_join_a_leave_and_a_rotation_under_load_lose_no_payment() {
    let mut cluster = Cluster::with_naming(5, named);
    let mut ids = load(&mut cluster, 0, 80, [1, 2]);
    cluster.run(4_000);
    assert_eq!(epochs(&cluster), [3; 5], "all nodes, the one that left too");
    ids.extend(load(&mut cluster, 1_000, 10, [3, 4]));
    cluster.run(3_000);
    cluster.check_agreement(&ids);
    for node in &cluster.nodes[1..4] {
        let accepted: BTreeSet<_> = node.accepted.iter().collect();
        assert!(!accepted.is_empty());
    }
    let joined = &cluster.nodes[4];
    assert!(
        !joined.accepted.is_empty(),
        "the node that joined has a lane"
    );
}

#[test]
fn receipts_of_every_epoch_hold_from_the_genesis_alone() {
    let mut cluster = Cluster::with_naming(5, named);
    let ids = load(&mut cluster, 0, 80, [1, 2]);
    cluster.run(4_000);
    let set = cluster.genesis.validator_set();
    let mut seen = BTreeSet::new();
    for node in &mut cluster.nodes {
        if let Some(writes) = node.executor.take_flush() {
            node.store.write(&writes, Durability::Synced).unwrap();
        }
        for id in &ids {
            let proof = prove(node.store.as_ref(), id, None).unwrap();
            let proof = CertifiedReceipt::from_bytes(&proof.to_bytes()).unwrap();
            let shown = proof.verify(&set).unwrap();
            assert_eq!(shown.receipt.transaction, *id);
            seen.insert(proof.handovers.len());
            if !proof.handovers.is_empty() {
                let mut cut = proof.clone();
                cut.handovers.pop();
                assert!(cut.verify(&set).is_err(), "without the last handover");
                let mut swapped = proof.clone();
                swapped.handovers.reverse();
                assert!(proof.handovers.len() == 1 || swapped.verify(&set).is_err());
            }
        }
    }
    assert_eq!(seen, BTreeSet::from([0, 1, 2, 3]), "proofs of all epochs");
}

#[test]
fn a_node_that_slept_through_epochs_follows_every_handover() {
    let mut cluster = Cluster::with_naming(5, named);
    cluster.run(200);
    cluster.cut_off = Some(3);
    let mut ids = load(&mut cluster, 0, 80, [1, 2]);
    cluster.run(4_000);
    let behind = epochs(&cluster)[3];
    assert_eq!(behind, 0);
    assert!(epochs(&cluster)[1] >= 1, "{:?}", epochs(&cluster));
    cluster.cut_off = None;
    ids.extend(load(&mut cluster, 1_000, 40, [1, 2]));
    cluster.run(8_000);
    assert_eq!(epochs(&cluster), [3; 5]);
    cluster.check_agreement(&ids);
}

/// Found by whole-node simulation: a life that only found its own batches on the disk did not know them at the end of the epoch. [L11]
#[test]
fn what_was_accepted_before_a_restart_outlives_the_end_of_its_epoch() {
    let mut cluster = Cluster::with_naming(5, named);
    cluster.run(200);
    cluster.cut_off = Some(3);
    let mut ids = load(&mut cluster, 500, 2, [3, 3]);
    cluster.run(100);
    let accepted: Vec<_> = cluster.nodes[3].accepted.iter().copied().collect();
    let is_accepted = ids.iter().all(|id| accepted.contains(id));
    assert!(is_accepted, "accepted where nobody hears of it");
    cluster.restart(3);
    ids.extend(load(&mut cluster, 0, 80, [1, 2]));
    cluster.run(4_000);
    assert!(epochs(&cluster)[1] >= 1, "{:?}", epochs(&cluster));
    cluster.cut_off = None;
    ids.extend(load(&mut cluster, 1_000, 40, [1, 2]));
    cluster.run(8_000);
    assert_eq!(epochs(&cluster), [3; 5]);
    cluster.check_agreement(&ids);
}

#[test]
fn a_crash_at_any_write_around_a_handover_keeps_every_promise() {
    for at in (20..260).step_by(24) {
        for after in [false, true] {
            let mut cluster = Cluster::with_naming(5, named);
            let node = 1 + at % 4;
            cluster.nodes[node].crash = Some((at, after));
            let mut ids = load(&mut cluster, 0, 60, [1, 2]);
            cluster.run(3_000);
            ids.extend(load(&mut cluster, 1_000, 10, [1, 2]));
            cluster.run(5_000);
            assert_eq!(epochs(&cluster), [3; 5], "crash of {node} at {at}, {after}");
            for it in &cluster.nodes {
                for id in &it.accepted {
                    let known = it.receipts.contains_key(id);
                    assert!(known, "crash of {node} at {at}, {after}: {id} was accepted");
                }
            }
            ids.retain(|id| cluster.nodes[2].receipts.contains_key(id));
            cluster.check_agreement(&ids);
        }
    }
}

#[test]
fn pruning_goes_through_the_end_of_an_epoch() {
    let mut cluster = Cluster::with_naming(5, named);
    let ids = load(&mut cluster, 0, 120, [1, 2]);
    cluster.run(4_000);
    cluster.flush(2, Durability::Synced);
    cluster.prune(2, Retention::Blocks(4));
    let store = cluster.nodes[2].store.as_ref();
    let lowest = crate::lowest_kept(store).unwrap();
    assert!(
        lowest > Height(3 * EVERY),
        "{lowest} lies behind all changes"
    );
    let (from, to) = (
        crate::rows::lanes_of(Epoch(0)),
        crate::rows::lanes_of(Epoch(1)),
    );
    let family = sycee_storage::Family::Index;
    let left = store.scan(family, &from, Some(&to), 10, false).unwrap();
    assert!(left.rows.is_empty(), "no batch of epoch 0 is kept");
    cluster.restart(2);
    cluster.run(3_000);
    cluster.check_agreement(&ids[100..]);
}

/// Found by whole-node simulation, seed 54: the blocks of the first epoch were gone everywhere, and states were offered within an epoch only.
#[test]
fn a_node_that_slept_through_epochs_nobody_keeps_takes_over_a_state_of_a_later_one() {
    for loses in [false, true] {
        let mut cluster = Cluster::naming_and_offering(5, 2_000, named);
        cluster.run(200);
        cluster.cut_off = Some(3);
        let mut ids = load(&mut cluster, 500, 2, [3, 3]);
        cluster.run(100);
        assert!(ids.iter().all(|id| cluster.nodes[3].accepted.contains(id)));
        cluster.nodes[3].is_down = true;
        cluster.cut_off = None;
        // With one silent there are fewer, fuller blocks.
        let mut paid = Vec::new();
        for turn in 1..200 {
            paid.extend(load(&mut cluster, 10_000 + 100 * turn, 6, [1, 2]));
            cluster.run(500);
            let height = cluster.nodes[1].executor.ledger().height();
            if epochs(&cluster)[1] == 3 && height > Height(10 * EVERY) {
                break;
            }
        }
        for node in [0, 1, 2, 4] {
            assert_eq!(epochs(&cluster)[node], 3);
            cluster.flush(node, Durability::Synced);
            cluster.prune(node, Retention::Blocks(5));
            let lowest = crate::lowest_kept(cluster.nodes[node].store.as_ref()).unwrap();
            assert!(lowest > Height(3 * EVERY), "{lowest}");
        }
        if loses {
            cluster.lose_disk(3);
            ids.clear();
        }
        cluster.wake(3);
        cluster.run(15_000);
        assert_eq!(cluster.nodes[3].installs, 1, "loses its disk: {loses}");
        assert_eq!(epochs(&cluster), [3; 5], "loses its disk: {loses}");
        let status = cluster.nodes[3].replica.status();
        assert!(!status.quarantined && !status.stopped, "{status:?}");
        ids.extend(load(&mut cluster, 1_000, 10, [1, 2]));
        cluster.run(4_000);
        // Its vote counts, with the key that the third change gave it.
        cluster.nodes[4].is_down = true;
        ids.extend(load(&mut cluster, 1_500, 4, [1, 2]));
        cluster.run(10_000);
        for id in &ids {
            assert!(cluster.nodes[1].receipts.contains_key(id), "{id}, {loses}");
        }
        let known = &cluster.nodes[1].receipts;
        assert!(paid.iter().all(|id| known.contains_key(id)));
        // It keeps the ends of all epochs: what it shows is proven from the genesis.
        let set = cluster.genesis.validator_set();
        cluster.flush(3, Durability::Synced);
        let last = ids.last().unwrap();
        let proof = prove(cluster.nodes[3].store.as_ref(), last, None).unwrap();
        assert_eq!(proof.handovers.len(), 3);
        assert!(proof.verify(&set).is_ok());
    }
}

/// After height 240 nodes 1, 2 and 4 are the validators: nothing goes on without any of them.
fn needs_the_newcomer(height: Height) -> Option<NextSet> {
    let member = |node: u16| Member {
        node,
        key: keys_of(usize::from(node))[0].public_key(),
    };
    (height >= Height(240)).then(|| NextSet {
        version: 1,
        members: [1, 2, 4].map(member).to_vec(),
    })
}

/// Found by whole-node simulation, seed 5 with `--safety 60`: a member of the next epoch lacks blocks that nobody keeps, and the epoch, which
/// has no block without it, had no state to offer.
#[test]
pub(crate) fn a_member_that_lacks_the_end_of_the_epoch_before_takes_over_a_state_of_that() {
    let mut cluster = Cluster::naming_and_offering(5, 2_000, needs_the_newcomer);
    cluster.nodes[4].is_down = true;
    for turn in 0..40 {
        load(&mut cluster, 100 * turn, 10, [1, 2]);
        if epochs(&cluster)[1] == 1 {
            break;
        }
    }
    for node in 0..4 {
        assert_eq!(epochs(&cluster)[node], 1);
        cluster.flush(node, Durability::Synced);
        cluster.prune(node, Retention::Blocks(5));
        let lowest = crate::lowest_kept(cluster.nodes[node].store.as_ref()).unwrap();
        assert!(lowest > Height(10), "{lowest}");
    }
    cluster.wake(4);
    cluster.run(15_000);
    assert_eq!(cluster.nodes[4].installs, 1);
    assert_eq!(epochs(&cluster), [1; 5]);
    let ids = load(&mut cluster, 9_000, 6, [1, 2]);
    cluster.run(4_000);
    cluster.check_agreement(&ids);
}

/// Trace S3: a lost vote record is not cured by the next epoch, and never signs what it may have signed before.
#[test]
pub(crate) fn s3_a_lost_record_outlives_its_epoch() {
    for at in [120, 200, 260, 320, 380] {
        let mut cluster = Cluster::with_naming(5, named);
        let mut ids = load(&mut cluster, 0, 4, [1, 2]);
        cluster.run(at);
        cluster.lose_disk(3);
        let began_before = cluster.nodes[3].epochs.current().epoch();
        // With one silent there are fewer, fuller blocks; without payments there are none, and no height ends an epoch.
        for turn in 1..40 {
            ids.extend(load(&mut cluster, 100 * turn, 10, [1, 2]));
            cluster.run(500);
            if epochs(&cluster) == [3; 5] {
                break;
            }
        }
        cluster.run(6_000);
        assert_eq!(epochs(&cluster), [3; 5], "lost after {at} ms");
        // Whatever it entered first after the loss, it could not know that it had not been there before.
        let began = cluster.nodes[3].began.iter();
        let first = began.filter(|(epoch, _)| *epoch > began_before).count();
        assert!(first > 0, "lost after {at} ms");
        assert!(
            !cluster.nodes[3].replica.status().quarantined,
            "and it signs again"
        );
        cluster.check_agreement(&ids);
    }
}

/// Trace S7: Padding has heights that the next epoch's ledger has too; it is a link to a finalization and never a ledger block.
#[test]
pub(crate) fn s7_padding_is_a_link_and_never_a_ledger_block() {
    let mut cluster = Cluster::with_naming(5, named);
    let ids = load(&mut cluster, 0, 60, [1, 2]);
    cluster.run(4_000);
    let set = cluster.genesis.validator_set();
    cluster.flush(2, Durability::Synced);
    let store = cluster.nodes[2].store.as_ref();
    for ended in 0..3 {
        let proof = crate::handover(store, Epoch(ended)).unwrap().unwrap();
        let terminal = &proof.blocks[0].block;
        let facts = cluster.nodes[2].epochs.get(Epoch(ended + 1)).unwrap();
        assert_eq!(facts.begins_above(), terminal.height);
        // The height after the Terminal block is of the next epoch in every reading of the chain.
        let epochs = &cluster.nodes[2].epochs;
        let next = crate::chain::block(store, epochs, terminal.height.next());
        let (next, _) = next.unwrap().unwrap();
        assert_eq!(next.block.epoch, Epoch(ended + 1));
        assert_eq!(next.block.kind, BlockKind::Ledger);
    }
    for id in &ids {
        let proof = prove(store, id, None).unwrap();
        let shown = proof.verify(&set).unwrap();
        let is_ledger = |block: &&sycee_consensus::Block| block.kind != BlockKind::Padding;
        let ledger = proof.blocks.iter().rfind(is_ledger);
        assert_eq!(Some(shown.finalized), ledger.map(|block| block.height));
        if proof
            .blocks
            .last()
            .is_some_and(|it| it.kind == BlockKind::Padding)
        {
            let mut padding_alone = proof.clone();
            padding_alone.blocks.drain(..padding_alone.blocks.len() - 1);
            assert!(padding_alone.verify(&set).is_err());
        }
    }
}

/// Trace L7: whoever missed every message of the hand-over is still led through it, by nodes of the new epoch; and a second change
/// that was executed before the Terminal block is the next epoch's.
#[test]
pub(crate) fn l7_the_handover_reaches_who_missed_it_and_a_second_change_waits_its_turn() {
    fn twice(height: Height) -> Option<NextSet> {
        // Two changes within one height of each other: both are executed before the first Terminal block.
        let version = u64::from(height.0 >= 9) + u64::from(height.0 >= 10);
        (version > 0).then(|| NextSet {
            version,
            members: members(version),
        })
    }
    let mut cluster = Cluster::with_naming(5, twice);
    cluster.run(200);
    cluster.cut_off = Some(4);
    let mut ids = load(&mut cluster, 0, 60, [1, 2]);
    cluster.run(3_000);
    cluster.cut_off = None;
    ids.extend(load(&mut cluster, 100, 20, [1, 2]));
    cluster.run(6_000);
    let reached = epochs(&cluster);
    assert!(
        reached.iter().all(|epoch| *epoch == reached[0]),
        "{reached:?}"
    );
    let facts = cluster.nodes[4].epochs.current();
    assert_eq!(
        (facts.version, facts.nodes.as_ref()),
        (2, [1, 2, 3, 4].as_slice())
    );
    cluster.check_agreement(&ids);
}

fn propose(cluster: &mut Cluster, number: u64, change: Change, ahead_ms: u64) {
    let action = Action::Propose(Propose {
        change,
        time_lock_ms: 0,
        expires: BlockTime(START_MS + ahead_ms),
    });
    let transaction = instruction(&cluster.genesis, 0, number, action);
    cluster.submit(0, vec![transaction]);
    cluster.run(500);
}

fn state(cluster: &Cluster, node: usize, proposal: u64) -> ProposalState {
    let ledger = cluster.nodes[node].executor.ledger();
    read::proposal(ledger, proposal).unwrap().0.state
}

/// [Q9] Nobody pays and the next heartbeat is a minute away: what expires expires in time all the same.
#[test]
fn what_falls_due_is_done_without_payments() {
    let mut cluster = Cluster::new(5);
    propose(&mut cluster, 1, Change::Leave { node: 0 }, 5_000);
    cluster.run(2_000);
    assert_eq!(state(&cluster, 1, 0), ProposalState::Open);
    cluster.run(4_000);
    for node in 0..5 {
        assert_eq!(state(&cluster, node, 0), ProposalState::Expired, "{node}");
    }
}

/// [Q10] The ledger's own governance changes the validators: three of four seats decide, and no payment is needed for the epoch to end.
#[test]
fn votes_on_the_ledger_end_an_epoch() {
    let mut cluster = Cluster::new(5);
    let key = &keys_of(4)[0];
    let statement = possession(&cluster.genesis.chain_id(), 4, &key.public_key());
    let join = Change::Join {
        node: 4,
        key: key.public_key(),
        proof: key.sign(&statement),
    };
    propose(&mut cluster, 1, join, 60_000);
    for bank in 0..3 {
        let vote = Action::Vote(Vote {
            proposal: 0,
            node: u16::try_from(bank).unwrap(),
            approve: true,
        });
        let transaction = instruction(&cluster.genesis, bank, 2, vote);
        cluster.submit(bank, vec![transaction]);
        cluster.run(500);
    }
    cluster.run(3_000);
    assert_eq!(epochs(&cluster), [1; 5]);
    let facts = cluster.nodes[0].epochs.current();
    assert_eq!(facts.nodes.as_ref(), [0, 1, 2, 3, 4]);
    assert_eq!(
        facts.named().members,
        cluster.nodes[4].epochs.current().named().members
    );
    let ids = load(&mut cluster, 0, 10, [4, 1]);
    cluster.run(3_000);
    cluster.check_agreement(&ids);
    cluster.restart(4);
    cluster.run(3_000);
    assert_eq!(epochs(&cluster), [1; 5]);
}
