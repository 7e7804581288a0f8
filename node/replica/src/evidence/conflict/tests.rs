//! Two stores whose chains part because three of four validators lie.

use crate::epochs::Epochs;
use std::sync::Arc;

use sycee_consensus::{
    Block, Certificate, Guilt, Record, Shown, SignedBlock, ValidatorIndex, VoteKind, blame,
};
use sycee_primitives::{BlockTime, SecretKey, codec, domain::Domain};
use sycee_storage::{Durability, MemoryStore};

use sycee_consensus::ValidatorSet;

use super::*;
use crate::journal::JournalWriter;
use crate::load_journal;
use crate::testing::{genesis, secrets};

fn key(index: usize) -> SecretKey {
    secrets()
        .validators
        .into_iter()
        .nth(index)
        .unwrap()
        .consensus
}

/// A certificate of validators 1, 2 and 3, the liars of this test.
fn certificate(set: &ValidatorSet, kind: VoteKind, view: u64, digest: Hash) -> Certificate {
    let (domain, body) = match kind {
        VoteKind::Notarize => (Domain::Notarize, codec::encode(&(view, digest))),
        VoteKind::Nullify => (Domain::Nullify, codec::encode(&view)),
        VoteKind::Finalize => (Domain::Finalize, codec::encode(&(view, digest))),
    };
    let statement = domain.statement(set.chain(), set.epoch(), &body);
    let certificate = Certificate {
        kind,
        view: View(view),
        digest,
        bitmap: vec![0b1110],
        signatures: (1..4).map(|index| key(index).sign(&statement)).collect(),
    };
    assert!(certificate.verify(set));
    certificate
}

fn child(set: &ValidatorSet, parent: &Block, view: u64) -> SignedBlock {
    let block = Block {
        view: View(view),
        height: parent.height.next(),
        parent_view: parent.view,
        parent: parent.digest(set),
        time: BlockTime(parent.time.0 + view),
        ..parent.clone()
    };
    let leader = set.leader(block.view);
    let signature = key(leader.usize()).sign(&block.digest(set));
    SignedBlock { block, signature }
}

/// A store in which these blocks became final one after another, with these certificates besides.
fn store(set: &ValidatorSet, blocks: &[&SignedBlock], others: &[Certificate]) -> Arc<MemoryStore> {
    let store = MemoryStore::new();
    let loaded = load_journal(&store, &Epochs::founded(set.clone())).unwrap();
    let mut writer = JournalWriter::new(Arc::new(set.clone()), Some(ValidatorIndex(0)), &loaded);
    let mut records: Vec<Record> = others.iter().cloned().map(Record::Certificate).collect();
    for signed in blocks {
        let digest = signed.block.digest(set);
        let view = signed.block.view.0;
        let notarization = certificate(set, VoteKind::Notarize, view, digest);
        let finalization = certificate(set, VoteKind::Finalize, view, digest);
        records.extend([
            Record::Block((*signed).clone()),
            Record::Certificate(notarization),
            Record::Certificate(finalization.clone()),
            Record::Final {
                finalization,
                height: signed.block.height,
            },
        ]);
    }
    let (writes, _) = writer.rows_of(records, |_| None);
    store.write(&writes, Durability::Synced).unwrap();
    Arc::new(store)
}

#[test]
fn the_folders_of_two_nodes_name_those_to_blame() {
    let genesis = genesis();
    let set = genesis.validator_set();
    let root = Block::genesis(&set, BlockTime(1), Hash::ZERO);
    let common = child(&set, &root, 1);
    let left = child(&set, &common.block, 2);
    let right = child(&set, &common.block, 3);
    let later = child(&set, &right.block, 4);
    let liars: Vec<ValidatorIndex> = (1..4).map(ValidatorIndex).collect();
    let one = store(&set, &[&common, &left], &[]);
    assert_eq!(conflict(one.as_ref(), one.as_ref()).unwrap(), None);
    let shorter = store(&set, &[&common], &[]);
    assert_eq!(conflict(one.as_ref(), shorter.as_ref()).unwrap(), None);

    // Whoever nullified view 2 had finalized it.
    let nullification = certificate(&set, VoteKind::Nullify, 2, Hash::ZERO);
    let other = store(&set, &[&common, &right, &later], &[nullification]);
    for (a, b) in [(&one, &other), (&other, &one)] {
        let material = conflict(a.as_ref(), b.as_ref()).unwrap().unwrap();
        let found = blame(&set, &material).unwrap();
        assert_eq!(found.culprits.keys().copied().collect::<Vec<_>>(), liars);
        let by_signature = |guilt: &Guilt| matches!(guilt, Guilt::Signed(_));
        assert!(found.culprits.values().all(by_signature));
    }

    // Nobody has a nullification: whoever notarized the block that skips view 2 cannot show it.
    let other = store(&set, &[&common, &right, &later], &[]);
    let material = conflict(one.as_ref(), other.as_ref()).unwrap().unwrap();
    let found = blame(&set, &material).unwrap();
    assert_eq!(found.culprits.keys().copied().collect::<Vec<_>>(), liars);
    let needed = Guilt::CouldNotShow(Shown::Nullification { view: View(2) });
    assert!(found.culprits.values().all(|guilt| *guilt == needed));
}
