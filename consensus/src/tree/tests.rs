use super::*;
use crate::{BatchHeader, CutEntry, Seq, ValidatorIndex};
use sycee_primitives::{ChainId, Epoch, SecretKey, Signature};

fn set() -> ValidatorSet {
    let keys = (1..=4)
        .map(|i| SecretKey::from_seed(&[i; 32]).public_key())
        .collect();
    ValidatorSet::new(ChainId(Hash([1; 32])), Epoch(0), keys)
}

fn tree(set: &ValidatorSet) -> Tree {
    let block = Block::genesis(set, BlockTime(10), Hash([2; 32]));
    let cut = set
        .indexes()
        .map(|lane| LaneEntry {
            seq: Seq(0),
            digest: BatchHeader::lane_genesis(set, lane),
        })
        .collect();
    Tree::new(
        SignedBlock {
            block,
            signature: Signature([0; 64]),
        },
        set,
        cut,
    )
}

/// A child of `parent` in `view`; the signature is not this module's business.
fn child(parent: &Block, set: &ValidatorSet, view: u64) -> SignedBlock {
    let block = Block {
        epoch: Epoch(0),
        view: View(view),
        height: parent.height.next(),
        parent_view: parent.view,
        parent: parent.digest(set),
        cut: Vec::new(),
        exec: parent.exec,
        kind: crate::BlockKind::Ledger,
        time: BlockTime(parent.time.0 + 1),
        evidence: Vec::new(),
    };
    SignedBlock {
        block,
        signature: Signature([0; 64]),
    }
}

fn certificate(kind: VoteKind, view: u64, digest: Hash) -> Certificate {
    Certificate {
        kind,
        view: View(view),
        digest,
        bitmap: Vec::new(),
        signatures: Vec::new(),
    }
}

fn entry(lane: u16, seq: u64) -> CutEntry {
    CutEntry {
        lane: ValidatorIndex(lane),
        seq: Seq(seq),
        digest: Hash([7; 32]),
    }
}

#[test]
fn v8_every_rule_of_shape_refuses_its_violation() {
    let set = set();
    let genesis = tree(&set).delivered().block().clone();
    type Row<'a> = (&'a str, &'a dyn Fn(&mut Block));
    let rows: &[Row<'_>] = &[
        ("V8: parent's view", &|block| block.parent_view = View(1)),
        ("V8: height is not the parent's plus one", &|block| {
            block.height = Height(2)
        }),
        ("V9: time not above the parent's", &|block| {
            block.time = BlockTime(10)
        }),
        ("X1: executed height out of range", &|block| {
            block.exec.executed = Height(1)
        }),
        ("X1: checkpoint out of range", &|block| {
            block.exec.checkpoint = Height(1)
        }),
        ("X2: results changed without execution", &|block| {
            block.exec.results = Hash([9; 32])
        }),
        ("X2: state root changed", &|block| {
            block.exec.state_root = Hash([9; 32])
        }),
        ("V8: cut not ascending by lane", &|block| {
            block.cut = vec![entry(2, 1), entry(1, 1)]
        }),
        ("V8: cut not ascending by lane", &|block| {
            block.cut = vec![entry(1, 1), entry(1, 2)]
        }),
        ("V8: cut entry not above the parent's", &|block| {
            block.cut = vec![entry(1, 0)]
        }),
        ("V8: cut entry not above the parent's", &|block| {
            block.cut = vec![entry(4, 1)]
        }),
    ];
    for (rule, violate) in rows {
        let mut signed = child(&genesis, &set, 2);
        violate(&mut signed.block);
        assert_eq!(tree(&set).insert(&set, signed), Insertion::Invalid(rule));
    }
    let good = child(&genesis, &set, 2);
    let digest = good.block.digest(&set);
    let mut tree = tree(&set);
    assert_eq!(tree.insert(&set, good.clone()), Insertion::Placed(digest));
    assert_eq!(tree.insert(&set, good), Insertion::Known(digest));
}

#[test]
fn v4_the_walk_stops_at_the_first_certified_block_and_passes_only_nullified_views() {
    let set = set();
    let mut tree = tree(&set);
    let genesis = tree.delivered().block().clone();
    assert_eq!(
        tree.parent_for(View(1), true),
        Walk::Parent(genesis.digest(&set))
    );
    assert_eq!(
        tree.parent_for(View(2), true),
        Walk::NeedCertificate(View(1))
    );
    assert_eq!(
        tree.parent_for(View(2), false),
        Walk::Parent(genesis.digest(&set)),
        "a voter passes what it does not know"
    );
    let first = child(&genesis, &set, 1);
    let digest = first.block.digest(&set);
    tree.insert_certificate(&certificate(VoteKind::Notarize, 1, digest));
    assert!(
        matches!(tree.parent_for(View(2), true), Walk::NeedBlock(needed, _) if needed == digest)
    );
    tree.insert_certificate(&certificate(VoteKind::Nullify, 1, Hash::ZERO));
    assert_eq!(
        tree.parent_for(View(2), true),
        Walk::Parent(genesis.digest(&set)),
        "passed, since it is nullified too"
    );
    tree.insert(&set, first);
    assert_eq!(
        tree.parent_for(View(2), true),
        Walk::Parent(digest),
        "with both certificates the block is taken"
    );
    tree.insert_certificate(&certificate(VoteKind::Nullify, 2, Hash::ZERO));
    assert_eq!(tree.parent_for(View(3), true), Walk::Parent(digest));
    assert_eq!(tree.first_not_nullified(View(1), View(3)), None);
    assert_eq!(tree.first_not_nullified(View(1), View(4)), Some(View(3)));
}

#[test]
fn v16_finality_takes_the_whole_line_and_drops_the_branches() {
    let set = set();
    let mut tree = tree(&set);
    let genesis = tree.delivered().block().clone();
    let first = child(&genesis, &set, 1);
    let dead = child(&genesis, &set, 2);
    let second = child(&first.block, &set, 3);
    let digests = [&first, &second, &dead].map(|signed| signed.block.digest(&set));
    tree.insert_certificate(&certificate(VoteKind::Finalize, 3, digests[1]));
    assert_eq!(
        tree.try_finalize(),
        Ok(vec![]),
        "the block is not there yet"
    );
    assert_eq!(
        tree.insert(&set, second),
        Insertion::Orphan { parent: digests[0] }
    );
    tree.insert(&set, dead);
    tree.insert(&set, first);
    for orphan in tree.take_adoptable() {
        tree.insert(&set, orphan);
    }
    assert_eq!(
        tree.try_finalize(),
        Ok(vec![digests[0], digests[1]]),
        "the ancestor is final with it"
    );
    assert_eq!(
        (tree.final_view(), tree.final_height()),
        (View(3), Height(2))
    );
    assert!(tree.get(&digests[2]).is_none());
    tree.delivered_next();
    tree.delivered_next();
    assert_eq!(tree.delivered().digest, digests[1]);
    assert_eq!(tree.waiting().count(), 0);
}

#[test]
fn a_finalization_off_the_final_line_is_a_conflict() {
    let set = set();
    let mut tree = tree(&set);
    let genesis = tree.delivered().block().clone();
    let (first, other) = (child(&genesis, &set, 1), child(&genesis, &set, 2));
    let digests = [&first, &other].map(|signed| signed.block.digest(&set));
    tree.insert(&set, first);
    tree.insert_certificate(&certificate(VoteKind::Finalize, 1, digests[0]));
    assert_eq!(tree.try_finalize().map(|finalized| finalized.len()), Ok(1));
    assert_eq!(
        tree.insert(&set, other),
        Insertion::Placed(digests[1]),
        "a later view may still name an old parent"
    );
    tree.insert_certificate(&certificate(VoteKind::Finalize, 2, digests[1]));
    assert_eq!(tree.try_finalize(), Err(Conflict));
}

#[test]
fn what_is_missing_lies_below_the_orphans() {
    let set = set();
    let mut tree = tree(&set);
    let one = child(&tree.delivered().signed.block.clone(), &set, 1);
    let two = child(&one.block, &set, 2);
    let three = child(&two.block, &set, 3);
    let digest = |signed: &SignedBlock| signed.block.digest(&set);
    let missing = |tree: &Tree| tree.lowest_missing(&digest(&three));
    assert_eq!(missing(&tree), digest(&three), "nothing is known of it");
    for signed in [&three, &two] {
        let insertion = tree.insert(&set, signed.clone());
        assert!(matches!(insertion, Insertion::Orphan { .. }));
    }
    assert_eq!(missing(&tree), digest(&one), "two wait for it");
}
