//! A poisoned batch convicts its owner and nobody else; offences go from the votes' channel into the rows of every node.

use crate::epochs::Epochs;
use std::sync::Arc;

use sycee_consensus::{BatchHeader, Message, OffenceKind, Seq, ValidatorIndex, Vote};
use sycee_primitives::{BlockTime, Epoch, SecretKey, codec, domain::Domain};

use super::*;
use crate::testing::said;
use crate::testing::{Cluster, payment, secrets};
use crate::{encode_batch, load_journal, verify_batch};

fn consensus_key(index: usize) -> SecretKey {
    secrets()
        .validators
        .into_iter()
        .nth(index)
        .unwrap()
        .consensus
}

/// A batch of validator 2 with these transactions.
fn batch(cluster: &Cluster, payload: &[Vec<u8>]) -> UnverifiedBatch {
    let set = cluster.genesis.validator_set();
    let leaves: Vec<Hash> = payload.iter().map(|bytes| merkle::leaf(bytes)).collect();
    let header = BatchHeader {
        epoch: Epoch(0),
        lane: ValidatorIndex(2),
        incarnation: 0,
        seq: Seq(1),
        parent: BatchHeader::lane_genesis(&set, ValidatorIndex(2)),
        time: BlockTime(1),
        transactions: u32::try_from(payload.len()).unwrap(),
        bytes: payload.iter().map(|bytes| bytes.len() as u64).sum(),
        payload_root: merkle::root(&leaves),
    };
    let signature = consensus_key(2).sign(&header.digest(&set));
    let signed = SignedHeader { header, signature };
    let frame = encode_batch(&signed, payload.iter().map(Vec::as_slice));
    UnverifiedBatch::decode(frame).unwrap()
}

#[test]
fn a_bad_signature_in_a_batch_convicts_its_owner_and_is_small() {
    let cluster = Cluster::new(4);
    let set = cluster.genesis.validator_set();
    let mut payload: Vec<Vec<u8>> = (0..50)
        .map(|number| payment(&cluster.genesis, number).raw().to_vec())
        .collect();
    assert_eq!(bad_transaction(&set, &batch(&cluster, &payload)), None);
    let last = payload[31].len() - 1;
    payload[31][last] ^= 1;
    let poisoned = batch(&cluster, &payload);
    assert!(verify_batch(&set, &poisoned).is_err());
    let evidence = bad_transaction(&set, &poisoned).unwrap();
    let culprit = evidence.verify(&set, invalid_transaction).unwrap();
    assert_eq!(culprit.validator, ValidatorIndex(2));
    assert_eq!(culprit.slot.kind, OffenceKind::BadTransaction);
    assert!(evidence.size() < 1_500, "{} bytes", evidence.size());
}

#[test]
fn what_this_program_cannot_read_convicts_nobody() {
    let cluster = Cluster::new(4);
    let set = cluster.genesis.validator_set();
    let unreadable = batch(&cluster, &[b"a kind of a later version".to_vec()]);
    assert!(verify_batch(&set, &unreadable).is_err());
    assert_eq!(bad_transaction(&set, &unreadable), None);
}

/// Two Finalize of validator 3 in one view.
fn double_finalize(cluster: &Cluster, view: View) -> [Vote; 2] {
    let set = cluster.genesis.validator_set();
    [1, 2].map(|byte| {
        let digest = Hash([byte; 32]);
        let body = codec::encode(&(view, digest));
        let statement = Domain::Finalize.statement(set.chain(), set.epoch(), &body);
        Vote {
            kind: VoteKind::Finalize,
            view,
            digest,
            signer: ValidatorIndex(3),
            signature: consensus_key(3).sign(&statement),
        }
    })
}

#[test]
fn an_offence_is_kept_recorded_and_found_by_all_and_counts_once() {
    let mut cluster = Cluster::new(4);
    cluster
        .nodes
        .iter_mut()
        .for_each(|node| node.offences_expected = true);
    cluster.run(50);
    let view = cluster.nodes[0].replica.status().view.next();
    for (repeated, order) in [[0, 1], [1, 0]].into_iter().enumerate() {
        let votes = double_finalize(&cluster, view);
        for index in order {
            let message = said(Message::Vote(votes[index].clone()));
            cluster.event(
                0,
                crate::Event::Message {
                    from: ValidatorIndex(3),
                    message,
                },
            );
        }
        if repeated == 0 {
            cluster.run(3_000);
        }
    }
    cluster.run(3_000);
    let set = cluster.genesis.validator_set();
    let epochs = Epochs::founded(set.clone());
    let stored: Vec<Vec<RecordedOffence>> = cluster
        .nodes
        .iter()
        .map(|node| offences(node.store.as_ref(), (Height(0), 0), 100).unwrap())
        .collect();
    let [recorded] = stored[0].as_slice() else {
        panic!("one offence, not {:?}", stored[0])
    };
    let culprit = recorded.evidence.verify(&set, invalid_transaction).unwrap();
    assert_eq!(culprit.validator, ValidatorIndex(3));
    assert_eq!(culprit.slot.kind, OffenceKind::DoubleFinalize);
    for (node, offences) in cluster.nodes.iter().zip(&stored) {
        assert_eq!(offences, &stored[0]);
        let store = node.store.as_ref();
        let by_id = offence(store, &culprit.id()).unwrap();
        assert_eq!(by_id.as_ref(), Some(recorded));
        assert_eq!(pending(store).unwrap(), Vec::new());
        let loaded = load_journal(store, &epochs).unwrap();
        assert_eq!(loaded.journal.recorded, vec![culprit]);
    }
    let beyond = offences(
        cluster.nodes[0].store.as_ref(),
        (recorded.height, recorded.place + 1),
        100,
    );
    assert_eq!(beyond.unwrap(), Vec::new());
}

#[test]
fn evidence_survives_a_restart_before_it_is_recorded() {
    let mut cluster = Cluster::new(4);
    cluster
        .nodes
        .iter_mut()
        .for_each(|node| node.offences_expected = true);
    let view = cluster.nodes[0].replica.status().view.next();
    let votes = double_finalize(&cluster, view);
    let evidence = Evidence::of_votes(Epoch(0), &votes[0], &votes[1]).unwrap();
    let set = cluster.genesis.validator_set();
    let culprit = evidence.accused(&set).unwrap();
    let mut writes = sycee_storage::WriteSet::new();
    let key = rows::pending_key(&culprit.id());
    writes.put(Family::Index, key, evidence.to_bytes());
    let store = Arc::clone(&cluster.nodes[1].store);
    store
        .write(&writes, sycee_storage::Durability::Synced)
        .unwrap();
    assert_eq!(
        pending_offence(store.as_ref(), &culprit.id()).unwrap(),
        Some(evidence.clone())
    );
    cluster.restart(1);
    cluster.run(5_000);
    for node in &cluster.nodes {
        let recorded = offence(node.store.as_ref(), &culprit.id()).unwrap();
        assert_eq!(recorded.map(|it| it.evidence), Some(evidence.clone()));
    }
    let store = cluster.nodes[1].store.as_ref();
    assert_eq!(pending(store).unwrap(), Vec::new());
    let from_first = archived(store, Epoch(0), View(1), View(1_000), 100).unwrap();
    assert!(from_first.iter().all(|it| it.verify(&set)));
    assert!(!from_first.is_empty(), "[E8]");
}
