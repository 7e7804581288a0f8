//! An extract holds for its network and its document, before and after other sets of validators order, and no byte of it can be changed.

use sycee_consensus::{Member, NextSet};
use sycee_contracts::registry::{DocumentMark, RegisterFinancing, prove};
use sycee_contracts::{Action, read::ReadError};
use sycee_primitives::{Amount, AssetId};

use super::*;
use crate::testing::{Cluster, instruction, keys_of, payment};

fn mark(number: u64) -> DocumentMark {
    DocumentMark {
        number_part: Hash::of(&[b"number", &number.to_le_bytes()]),
        detail_part: Hash::of(&[b"detail"]),
    }
}

fn financing(cluster: &Cluster, number: u64) -> sycee_contracts::VerifiedTransaction {
    let action = Action::RegisterFinancing(RegisterFinancing {
        document: mark(number),
        asset: AssetId(0),
        total: Amount::from_minor(1_000).unwrap(),
        amount: Amount::from_minor(600).unwrap(),
    });
    instruction(&cluster.genesis, 0, 1_000_000 + number, action)
}

/// Sixteen documents, then payments until a later block states the checkpoint behind them.
fn registered(cluster: &mut Cluster) {
    for number in 0..16 {
        let transaction = financing(cluster, number);
        cluster.submit(1, vec![transaction]);
        cluster.run(30);
    }
    // A checkpoint behind the last document, and blocks that state it.
    for number in 0..4 {
        let transaction = payment(&cluster.genesis, 9_000 + number);
        cluster.submit(1, vec![transaction]);
        cluster.run(100);
    }
    cluster.run(3_000);
}

fn extract(cluster: &mut Cluster, node: usize, mark: &DocumentMark) -> RegistryExtract {
    for turn in 0..40 {
        let it = &cluster.nodes[node];
        match prove(it.executor.ledger(), &mark.fingerprint()) {
            Ok(entry) => match certify_extract(it.store.as_ref(), entry) {
                Ok(extract) => return extract,
                Err(ReceiptError::NotYet(_)) => {}
                Err(error) => panic!("{error}"),
            },
            Err(ReadError::Newer) => {}
            Err(error) => panic!("{error}"),
        }
        let transaction = payment(&cluster.genesis, 5_000 + turn);
        cluster.submit(1, vec![transaction]);
        cluster.run(100);
    }
    panic!("no extract after forty blocks");
}

#[test]
fn presence_and_absence_are_shown_with_the_genesis_alone_in_four_kilobytes() {
    let mut cluster = Cluster::new(4);
    registered(&mut cluster);
    let set = cluster.genesis.validator_set();
    for node in 0..4 {
        let present = extract(&mut cluster, node, &mark(3));
        let shown = present.verify(&set).unwrap();
        assert_eq!(shown.document.unwrap().free().minor(), 400);
        assert_eq!(shown.documents, 16);
        assert!(shown.finalized > shown.height);
        let absent = extract(&mut cluster, node, &mark(99));
        let shown = absent.verify(&set).unwrap();
        assert_eq!(shown.document, None);
        assert_eq!(shown.fingerprint, mark(99).fingerprint());
        for it in [&present, &absent] {
            // Ten million documents have 24 levels, and a proof rarely more than 30; here there are 16.
            let deep = 30_usize.saturating_sub(it.entry.place.siblings.len()) * 32;
            let bytes = it.to_bytes().len() + deep;
            assert!(bytes <= EXTRACT_BYTES_USUAL, "{bytes} bytes");
            assert_eq!(it.blocks.len(), 1);
        }
    }
}

#[test]
fn no_byte_of_an_extract_can_be_changed_and_no_part_swapped() {
    let mut cluster = Cluster::new(4);
    registered(&mut cluster);
    let set = cluster.genesis.validator_set();
    let present = extract(&mut cluster, 2, &mark(3));
    let bytes = present.to_bytes();
    for place in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            let refused = RegistryExtract::from_bytes(&changed).and_then(|it| it.verify(&set));
            assert!(refused.is_err(), "byte {place} of {}", bytes.len());
        }
    }
    let other = RegistryExtract {
        entry: extract(&mut cluster, 2, &mark(99)).entry,
        ..present.clone()
    };
    let honest = other.entry.stem == present.entry.stem;
    assert_eq!(other.verify(&set).is_ok(), honest, "of another checkpoint");
    let mut hidden = present;
    hidden.entry.document = None;
    assert_eq!(hidden.verify(&set), Err(ProofError::Registry));
}

#[test]
fn an_extract_of_a_later_epoch_leads_through_its_handover() {
    fn named(height: Height) -> Option<NextSet> {
        let member = |node: u16| Member {
            node,
            key: keys_of(usize::from(node))[0].public_key(),
        };
        (height.0 >= 4).then(|| NextSet {
            version: 1,
            members: [0, 1, 2, 3, 4].map(member).to_vec(),
        })
    }
    let mut cluster = Cluster::with_naming(5, named);
    registered(&mut cluster);
    let set = cluster.genesis.validator_set();
    let extract = extract(&mut cluster, 4, &mark(3));
    assert_eq!(extract.handovers.len(), 1);
    let shown = extract.verify(&set).unwrap();
    assert_eq!(shown.document.unwrap().free().minor(), 400);
    let mut cut = extract;
    cut.handovers.clear();
    assert_eq!(cut.verify(&set), Err(ProofError::Finalization));
}
