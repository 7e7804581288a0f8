//! What convicts, what does not, and that it has one form.

use sycee_primitives::{BlockTime, SecretKey};

use super::*;
use crate::{BatchHeader, Block};

const CULPRIT: u16 = 2;

fn set() -> (ValidatorSet, Vec<SecretKey>) {
    let secrets: Vec<SecretKey> = (1..=4).map(|i| SecretKey::from_seed(&[i; 32])).collect();
    let keys = secrets.iter().map(SecretKey::public_key).collect();
    let chain = ChainId(Hash([3; 32]));
    (ValidatorSet::new(chain, Epoch(0), keys), secrets)
}

/// In this network a transaction is bad when it begins with `bad`.
fn begins_bad(_: &ChainId, bytes: &[u8]) -> bool {
    bytes.starts_with(b"bad")
}

fn vote(kind: VoteKind, view: u64, digest: u8) -> Vote {
    let (set, secrets) = set();
    let key = &secrets[usize::from(CULPRIT)];
    let signer = ValidatorIndex(CULPRIT);
    Vote::sign(&set, key, signer, kind, View(view), Hash([digest; 32]))
}

fn header(seq: u64, incarnation: u64, root: Hash) -> SignedHeader {
    let (set, secrets) = set();
    let header = BatchHeader {
        epoch: Epoch(0),
        lane: ValidatorIndex(CULPRIT),
        incarnation,
        seq: Seq(seq),
        parent: Hash::ZERO,
        time: BlockTime(1),
        transactions: 2,
        bytes: 9,
        payload_root: root,
    };
    SignedHeader::sign(&set, &secrets[usize::from(CULPRIT)], header)
}

/// A block of the culprit's turn.
fn block(time: u64) -> SignedBlock {
    let (set, secrets) = set();
    let view = (1..9).map(View).find(|view| set.leader(*view).0 == CULPRIT);
    let block = Block {
        view: view.unwrap(),
        ..Block::genesis(&set, BlockTime(time), Hash::ZERO)
    };
    SignedBlock::sign(&set, &secrets[usize::from(CULPRIT)], block)
}

fn transaction(payload: [&[u8]; 2], index: usize) -> Evidence {
    let leaves: Vec<Hash> = payload.iter().map(|bytes| merkle::leaf(bytes)).collect();
    let header = header(7, 0, merkle::root(&leaves));
    let path = merkle::prove(&leaves, index).unwrap();
    Evidence::of_transaction(header, path, payload[index].to_vec())
}

fn each_kind() -> Vec<(OffenceKind, Place, Evidence)> {
    use VoteKind::{Finalize, Notarize, Nullify};
    let of_votes = |one: Vote, other: Vote| Evidence::of_votes(Epoch(0), &one, &other).unwrap();
    let view = Place::View(View(5));
    let lane = Place::Lane {
        incarnation: 0,
        seq: Seq(7),
    };
    let (one, other) = (header(7, 0, Hash::ZERO), header(7, 0, Hash([1; 32])));
    vec![
        (
            OffenceKind::DoubleNotarize,
            view,
            of_votes(vote(Notarize, 5, 1), vote(Notarize, 5, 2)),
        ),
        (
            OffenceKind::DoubleFinalize,
            view,
            of_votes(vote(Finalize, 5, 1), vote(Finalize, 5, 2)),
        ),
        (
            OffenceKind::NullifyAndFinalize,
            view,
            of_votes(vote(Finalize, 5, 1), vote(Nullify, 5, 0)),
        ),
        (
            OffenceKind::DoubleProposal,
            Place::View(block(1).block.view),
            Evidence::of_proposals(&block(1), &block(2)).unwrap(),
        ),
        (
            OffenceKind::DoubleBatch,
            lane,
            Evidence::of_headers(&one, &other).unwrap(),
        ),
        (
            OffenceKind::BadTransaction,
            lane,
            transaction([b"good", b"bad!!"], 1),
        ),
    ]
}

#[test]
fn every_kind_names_the_culprit_the_rule_and_the_place() {
    let (set, _) = set();
    let kinds: Vec<OffenceKind> = each_kind().iter().map(|(kind, _, _)| *kind).collect();
    assert_eq!(kinds, OffenceKind::ALL);
    for (kind, place, evidence) in each_kind() {
        let slot = Slot {
            epoch: Epoch(0),
            kind,
            place,
        };
        let culprit = Culprit {
            validator: ValidatorIndex(CULPRIT),
            slot,
        };
        assert_eq!(evidence.verify(&set, begins_bad), Ok(culprit), "{kind:?}");
        assert_eq!(evidence.accused(&set), Some(culprit));
        let read = Evidence::from_bytes(&evidence.to_bytes());
        assert_eq!(read, Ok(evidence), "{kind:?}");
    }
}

#[test]
fn the_order_of_discovery_does_not_matter() {
    use VoteKind::{Finalize, Nullify};
    let (one, other) = (vote(Finalize, 5, 9), vote(Nullify, 5, 0));
    assert_eq!(
        Evidence::of_votes(Epoch(0), &one, &other),
        Evidence::of_votes(Epoch(0), &other, &one)
    );
    assert_eq!(
        Evidence::of_proposals(&block(1), &block(2)),
        Evidence::of_proposals(&block(2), &block(1))
    );
    let (one, other) = (header(7, 0, Hash::ZERO), header(7, 0, Hash([1; 32])));
    assert_eq!(
        Evidence::of_headers(&one, &other),
        Evidence::of_headers(&other, &one)
    );
}

#[test]
fn another_order_another_epoch_and_any_other_byte_do_not_hold() {
    let (set, _) = set();
    for (kind, _, evidence) in each_kind() {
        let mut swapped = evidence.clone();
        match &mut swapped.offence {
            Offence::Votes(pair) => pair.swap(0, 1),
            Offence::Proposals(pair) => pair.swap(0, 1),
            Offence::Headers(pair) => pair.swap(0, 1),
            Offence::Transaction { transaction, .. } => transaction.push(0),
        }
        assert!(swapped.verify(&set, begins_bad).is_err(), "{kind:?}");
        let later = Evidence {
            epoch: Epoch(1),
            ..evidence.clone()
        };
        assert!(later.verify(&set, begins_bad).is_err(), "{kind:?}");
        let bytes = evidence.to_bytes();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            if let Ok(changed) = Evidence::from_bytes(&changed) {
                assert!(
                    changed.verify(&set, begins_bad).is_err(),
                    "{kind:?}: byte {place} is free"
                );
            }
        }
    }
}

#[test]
fn what_an_honest_validator_signs_contradicts_nothing() {
    use VoteKind::{Finalize, Notarize, Nullify};
    let pairs = [
        ("the same vote", vote(Notarize, 5, 1), vote(Notarize, 5, 1)),
        ("both votes", vote(Notarize, 5, 1), vote(Finalize, 5, 1)),
        // [V13] A quorum notarized another block than this validator saw first.
        ("another block", vote(Notarize, 5, 1), vote(Finalize, 5, 2)),
        // [V7] Notarize is allowed after an own Nullify.
        ("given up", vote(Notarize, 5, 1), vote(Nullify, 5, 0)),
        ("another view", vote(Notarize, 5, 1), vote(Notarize, 6, 2)),
        ("given up later", vote(Finalize, 5, 1), vote(Nullify, 6, 0)),
    ];
    for (what, one, other) in pairs {
        assert_eq!(Evidence::of_votes(Epoch(0), &one, &other), None, "{what}");
    }
    assert_eq!(Evidence::of_proposals(&block(1), &block(1)), None);
    let first = header(7, 0, Hash::ZERO);
    for other in [
        header(7, 0, Hash::ZERO),
        header(8, 0, Hash::ZERO),
        header(7, 1, Hash([1; 32])),
    ] {
        assert_eq!(Evidence::of_headers(&first, &other), None);
    }
}

#[test]
fn a_transaction_convicts_only_when_it_is_bad_and_in_the_batch() {
    let (set, _) = set();
    let good = transaction([b"good", b"bad!!"], 0);
    assert_eq!(
        good.verify(&set, begins_bad),
        Err(EvidenceError::Transaction)
    );
    let elsewhere = transaction([b"good", b"bad!!"], 1);
    let Offence::Transaction { path, .. } = elsewhere.offence else {
        panic!("made above")
    };
    let foreign = Evidence::of_transaction(header(7, 0, Hash::ZERO), path, b"bad!!".to_vec());
    assert_eq!(foreign.verify(&set, begins_bad), Err(EvidenceError::Path));
    let mut large = b"bad".to_vec();
    large.resize(limits::EVIDENCE_BYTES_MAX, 0);
    let large = transaction([b"good", &large], 1);
    assert_eq!(large.verify(&set, begins_bad), Err(EvidenceError::TooLong));
}
