use super::*;
use proptest::prelude::*;

/// The reference: everything from the rows, nothing kept.
#[derive(Default)]
struct NaiveTree(Vec<Hash>);

impl StateTree for NaiveTree {
    fn update(&mut self, changes: &[(u64, Hash)]) {
        for (row, hash) in changes {
            let row = usize::try_from(*row).unwrap();
            if row >= self.0.len() {
                self.0.resize(row + 1, Hash::ZERO);
            }
            self.0[row] = *hash;
        }
    }

    fn root(&self) -> Hash {
        fn top(rows: &[Hash]) -> Hash {
            match rows {
                [] => Hash::ZERO,
                [one] => *one,
                _ => node(&top(&rows[..rows.len() / 2]), &top(&rows[rows.len() / 2..])),
            }
        }
        let mut padded = self.0.clone();
        if !padded.is_empty() {
            padded.resize(self.0.len().next_power_of_two(), Hash::ZERO);
        }
        bind(self.0.len() as u64, &top(&padded))
    }

    fn prove(&self, _row: u64) -> Option<InclusionProof> {
        None
    }
}

fn hashes(count: usize) -> Vec<Hash> {
    (0..count).map(|i| leaf(&i.to_le_bytes())).collect()
}

#[test]
fn every_leaf_of_every_small_list_is_provable_and_nothing_else_is() {
    for count in 1..=33 {
        let leaves = hashes(count);
        let top = root(&leaves);
        for index in 0..count {
            let proof = prove(&leaves, index).unwrap();
            assert!(proof.verify(&leaves[index], &top), "{index} of {count}");
            assert!(!proof.verify(&leaf(b"other"), &top));
            for wrong in [
                InclusionProof {
                    index: proof.index + 1,
                    ..proof.clone()
                },
                InclusionProof {
                    rows: proof.rows - 1,
                    ..proof.clone()
                },
                InclusionProof {
                    siblings: [proof.siblings.clone(), vec![Hash::ZERO]].concat(),
                    ..proof.clone()
                },
            ] {
                assert!(
                    !wrong.verify(&leaves[index], &top),
                    "{index} of {count}: {wrong:?}"
                );
            }
        }
        assert_eq!(prove(&leaves, count), None);
    }
}

#[test]
fn lists_of_different_length_never_share_a_root() {
    let leaves = hashes(40);
    let roots: std::collections::BTreeSet<Hash> =
        (0..=40).map(|count| root(&leaves[..count])).collect();
    assert_eq!(roots.len(), 41);
}

proptest! {
    #[test]
    fn the_dense_tree_agrees_with_the_naive_one_and_what_is_staged_is_not_seen(
        steps in prop::collection::vec((prop::collection::btree_map(0u64..70, any::<u8>(), 0..9), any::<bool>()), 1..24),
        bits in 0u32..5,
    ) {
        let (mut dense, mut naive, mut ahead) = (DenseTree::new(), NaiveTree::default(), NaiveTree::default());
        for (step, is_committed) in steps {
            let changes: Vec<(u64, Hash)> = step.into_iter().map(|(row, seed)| (row, leaf(&[seed]))).collect();
            ahead.update(&changes);
            if is_committed {
                dense.update(&changes);
                naive.0.clone_from(&ahead.0);
            } else {
                dense.stage(&changes);
            }
            prop_assert_eq!(dense.rows(), naive.0.len() as u64);
            prop_assert_eq!(dense.stretches(bits), self::dense(&naive.0).stretches(bits), "whatever is staged");
            prop_assert_eq!(dense.root(), naive.root());
            prop_assert_eq!(dense.root(), root(&naive.0), "a table and a list of the same rows share their root");
            for row in 0..dense.rows() {
                prop_assert_eq!(dense.leaf(row), Some(naive.0[usize::try_from(row).unwrap()]));
                let proof = dense.prove(row).unwrap();
                prop_assert!(proof.verify(&naive.0[usize::try_from(row).unwrap()], &dense.root()));
            }
            prop_assert!(dense.prove(dense.rows()).is_none() && dense.leaf(dense.rows()).is_none());
        }
    }
}

#[test]
fn what_stood_before_is_remembered_over_any_number_of_stagings() {
    let before = hashes(9);
    let mut tree = dense(&before);
    let top = tree.root();
    for step in 0..200_u64 {
        tree.stage(&[(step % 11, leaf(&step.to_le_bytes()))]);
        for (row, hash) in (0..).zip(&before) {
            assert!(tree.prove(row).unwrap().verify(hash, &top), "{step}");
        }
    }
    let now: Vec<Hash> = (0..11_u64)
        .map(|row| (0..200_u64).filter(|step| step % 11 == row).max().unwrap())
        .map(|step| leaf(&step.to_le_bytes()))
        .collect();
    tree.update(&[]);
    assert_eq!(tree.root(), root(&now));
}

fn dense(rows: &[Hash]) -> DenseTree {
    let changes: Vec<(u64, Hash)> = (0..).zip(rows.iter().copied()).collect();
    let mut tree = DenseTree::new();
    tree.update(&changes);
    tree
}

/// Every stretch of every small table shows itself, and nothing that differs from it in one point.
#[test]
fn a_stretch_is_shown_whole_at_its_place_or_not_at_all() {
    for (count, bits) in (0..=21).flat_map(|count| (0..=5).map(move |bits| (count, bits))) {
        let rows = hashes(count);
        let (tree, full) = (dense(&rows), 1 << bits);
        let (top, upper) = (tree.root(), tree.stretches(bits));
        let stretches = stretches(count as u64, bits);
        assert_eq!(stretches, rows.chunks(full).len() as u64);
        assert!(upper.prove(stretches).is_none());
        for (stretch, leaves) in (0..).zip(rows.chunks(full)) {
            let why = format!("stretch {stretch} of {count} rows, {bits} bits");
            let proof = upper.prove(stretch).unwrap();
            let holds = |proof: &StretchProof, at: u64, leaves: &[Hash]| {
                proof.verify(bits, at, leaves.to_vec(), &top)
            };
            assert!(holds(&proof, stretch, leaves), "{why}");
            assert!(!holds(&proof, stretch + 1, leaves), "{why}");
            assert!(!holds(&proof, stretch, &leaves[1..]), "{why}: a row less");
            let mut more = leaves.to_vec();
            more.push(Hash::ZERO);
            assert!(!holds(&proof, stretch, &more), "{why}: an empty row more");
            let mut altered = leaves.to_vec();
            altered[leaves.len() / 2] = leaf(b"altered");
            assert!(!holds(&proof, stretch, &altered), "{why}: one row altered");
            for rows in [proof.rows + 1, proof.rows - 1, u64::MAX] {
                let siblings = proof.siblings.clone();
                let other = StretchProof { rows, siblings };
                assert!(!holds(&other, stretch, leaves), "{why}: {rows} rows");
            }
            let mut longer = proof.clone();
            longer.siblings.push(Hash::ZERO);
            assert!(!holds(&longer, stretch, leaves), "{why}: a sibling more");
            assert!(!proof.verify(64, stretch, leaves.to_vec(), &top), "{why}");
        }
    }
}
