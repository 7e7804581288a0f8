//! The tree against a naive reference that computes everything anew, and proofs against edits of themselves.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::codec;

/// The definition, word for word: no buckets, no caches.
fn naive_top(entries: &BTreeMap<Hash, Hash>, depth: usize) -> Hash {
    if entries.len() <= 1 {
        return entries.iter().next().map_or(Hash::ZERO, |(key, value)| {
            Domain::MerkleLeaf.hash(&[b"map", &key.0, &value.0])
        });
    }
    let (right, left): (BTreeMap<_, _>, BTreeMap<_, _>) = entries
        .iter()
        .map(|(key, value)| (*key, *value))
        .partition(|(key, _)| key.0[depth / 8] & (0x80 >> (depth % 8)) != 0);
    merkle::node(&naive_top(&left, depth + 1), &naive_top(&right, depth + 1))
}

fn naive_root(entries: &BTreeMap<Hash, Hash>) -> Hash {
    let count = entries.len() as u64;
    Domain::MerkleNode.hash(&[b"map", &count.to_le_bytes(), &naive_top(entries, 0).0])
}

fn number(n: u64) -> Hash {
    Hash::of(&[&n.to_le_bytes()])
}

/// Keys that share long prefixes with one another, so that paths become long and buckets burst deep.
fn key() -> impl Strategy<Value = Hash> {
    (0u8..6, 0usize..32, any::<u8>(), any::<u8>()).prop_map(|(stem, place, a, b)| {
        let mut bytes = [stem; 32];
        bytes[place] = a;
        bytes[31] = b;
        Hash(bytes)
    })
}

fn changes() -> impl Strategy<Value = Vec<Vec<(Hash, u64)>>> {
    let any_key = prop_oneof![key(), (0u64..400).prop_map(number)];
    proptest::collection::vec(
        proptest::collection::vec((any_key, any::<u64>()), 0..120),
        1..6,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn root_values_and_proofs_agree_with_the_reference(batches in changes(), asked in proptest::collection::vec(key(), 20)) {
        let (mut tree, mut model) = (MapTree::new(), BTreeMap::new());
        for batch in &batches {
            tree.update(batch.iter().map(|(key, value)| MapEntry { key: *key, value: number(*value) }));
            model.extend(batch.iter().map(|(key, value)| (*key, number(*value))));
            prop_assert_eq!(tree.count(), model.len() as u64);
            prop_assert_eq!(tree.root(), naive_root(&model));
        }
        for key in asked.iter().chain(model.keys()) {
            prop_assert_eq!(tree.get(key), model.get(key).copied());
            let expected = model.get(key).map_or(Membership::Absent, |value| Membership::Present(*value));
            prop_assert_eq!(tree.prove(key).verify(key, &tree.root()), Some(expected));
        }
        // The same content in one batch, backwards: the same root.
        let mut again = MapTree::new();
        again.update(model.iter().rev().map(|(key, value)| MapEntry { key: *key, value: *value }));
        prop_assert_eq!(again.root(), tree.root());
    }

    #[test]
    fn no_edit_of_a_proof_says_something_else(count in 1u64..200, asked in 0u64..400, place in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut tree = MapTree::new();
        tree.update((0..count).map(|n| MapEntry { key: number(n), value: number(n + 1) }));
        let (key, root) = (number(asked), tree.root());
        let proof = tree.prove(&key);
        let truth = proof.verify(&key, &root);
        let mut bytes = codec::encode(&proof);
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(edited) = codec::decode::<MapProof>(&bytes, 1 << 16) {
            let said = edited.verify(&key, &root);
            prop_assert!(said.is_none() || said == truth, "{said:?} instead of {truth:?}");
        }
    }
}

#[test]
fn an_empty_map_proves_absence() {
    let tree = MapTree::new();
    let key = number(1);
    assert_eq!(tree.root(), naive_root(&BTreeMap::new()));
    assert_eq!(
        tree.prove(&key).verify(&key, &tree.root()),
        Some(Membership::Absent)
    );
}

#[test]
fn forged_proofs_prove_nothing() {
    let mut tree = MapTree::new();
    tree.update((0..100).map(|n| MapEntry {
        key: number(n),
        value: number(n + 1),
    }));
    let (key, root) = (number(7), tree.root());
    let proof = tree.prove(&key);
    let rows: Vec<(&str, MapProof)> = vec![
        (
            "nothing is there",
            MapProof {
                found: None,
                ..proof.clone()
            },
        ),
        (
            "another stands in its way",
            MapProof {
                found: tree.prove(&number(8)).found,
                ..proof.clone()
            },
        ),
        (
            "cut short above a subtree",
            MapProof {
                siblings: proof.siblings[..2].to_vec(),
                found: None,
                ..proof.clone()
            },
        ),
        (
            "other number of keys",
            MapProof {
                count: 99,
                ..proof.clone()
            },
        ),
        (
            "longer than a key",
            MapProof {
                siblings: vec![Hash::ZERO; MAP_SIBLINGS_MAX + 1],
                ..proof.clone()
            },
        ),
    ];
    for (why, forged) in rows {
        assert_eq!(forged.verify(&key, &root), None, "{why}");
    }
    assert_eq!(
        proof.verify(&number(9), &root),
        None,
        "a proof of one key for another"
    );
}

#[test]
fn keys_that_differ_in_the_last_bit_are_told_apart() {
    let mut tree = MapTree::new();
    let (mut a, mut b) = ([0xAA; 32], [0xAA; 32]);
    (a[31], b[31]) = (0xAA, 0xAB);
    let keys = [Hash(a), Hash(b)];
    let crowd = (0u8..40).map(|n| {
        let mut bytes = [0xAA; 32];
        bytes[30] = n;
        Hash(bytes)
    });
    tree.update(crowd.chain(keys).map(|key| MapEntry { key, value: key }));
    let proof = tree.prove(&keys[0]);
    assert_eq!(proof.siblings.len(), MAP_SIBLINGS_MAX);
    for key in keys {
        assert_eq!(
            tree.prove(&key).verify(&key, &tree.root()),
            Some(Membership::Present(key))
        );
    }
}
