use super::*;
use VoteKind::{Finalize, Notarize, Nullify};
use sycee_primitives::{ChainId, Epoch};

fn entry(seq: u64, digest: u8) -> LaneEntry {
    let (seq, digest) = (crate::Seq(seq), Hash([digest; 32]));
    LaneEntry { seq, digest }
}

fn gate() -> (ValidatorSet, Gate) {
    let key = SecretKey::from_seed(&[1; 32]);
    let set = ValidatorSet::new(ChainId(Hash([2; 32])), Epoch(0), vec![key.public_key()]);
    (
        set,
        Gate::new(
            ValidatorIndex(0),
            key,
            View(3),
            BTreeMap::new(),
            OwnLane::new(entry(0, 0), None, &[]),
        ),
    )
}

/// Each row: what was asked in order (kind, view, digest), and whether the last one is signed.
#[test]
fn the_gate_never_signs_a_contradictory_pair() {
    type Row<'a> = (&'a str, &'a [(VoteKind, u64, u8)], bool);
    let rows: &[Row<'_>] = &[
        ("R2 first notarize", &[(Notarize, 5, 1)], true),
        (
            "R2 notarize twice, other block",
            &[(Notarize, 5, 1), (Notarize, 5, 2)],
            false,
        ),
        (
            "R2 notarize twice, same block",
            &[(Notarize, 5, 1), (Notarize, 5, 1)],
            false,
        ),
        (
            "V7 notarize after own nullify",
            &[(Nullify, 5, 0), (Notarize, 5, 1)],
            true,
        ),
        (
            "R2 finalize after nullify",
            &[(Nullify, 5, 0), (Finalize, 5, 1)],
            false,
        ),
        (
            "R2 nullify after finalize",
            &[(Finalize, 5, 1), (Nullify, 5, 0)],
            false,
        ),
        (
            "R2 nullify twice",
            &[(Nullify, 5, 0), (Nullify, 5, 0)],
            false,
        ),
        (
            "R2 finalize another block than notarized by the quorum",
            &[(Finalize, 5, 9)],
            false,
        ),
        (
            "R2 finalize without own notarize is fine",
            &[(Finalize, 5, 1)],
            true,
        ),
        ("R2 at the floor", &[(Finalize, 3, 1)], false),
        ("R2 below the floor", &[(Nullify, 2, 0)], false),
        (
            "R2 views are independent",
            &[(Finalize, 5, 1), (Nullify, 6, 0)],
            true,
        ),
    ];
    for (why, asked, expected) in rows {
        let context = VoteContext {
            in_view: true,
            notarized: Some(Hash([1; 32])),
        };
        let (set, mut gate) = gate();
        let mut last = false;
        for (kind, view, digest) in *asked {
            let digest = if *kind == Nullify {
                Hash::ZERO
            } else {
                Hash([*digest; 32])
            };
            last = gate
                .try_vote(&set, *kind, View(*view), digest, context)
                .is_some();
        }
        assert_eq!(last, *expected, "{why}");
    }
}

#[test]
fn outside_its_view_a_validator_notarizes_nothing() {
    let (set, mut gate) = gate();
    let context = VoteContext {
        in_view: false,
        notarized: None,
    };
    assert!(
        gate.try_vote(&set, Notarize, View(5), Hash([1; 32]), context)
            .is_none()
    );
}

#[test]
fn a_stopped_validator_signs_nothing_at_all() {
    let (set, mut gate) = gate();
    gate.close(Closed::Stopped);
    let context = VoteContext {
        in_view: true,
        notarized: Some(Hash([1; 32])),
    };
    for kind in [Notarize, Nullify, Finalize] {
        assert!(
            gate.try_vote(&set, kind, View(5), Hash([1; 32]), context)
                .is_none()
        );
    }
    let header = gate.next_header(&set, View(9), entry(0, 0), |_| unreachable!());
    assert!(header.is_none());
}

#[test]
fn records_above_the_floor_survive_its_rise() {
    let (set, mut gate) = gate();
    let context = VoteContext {
        in_view: true,
        notarized: None,
    };
    for view in 4..8 {
        assert!(
            gate.try_vote(&set, Nullify, View(view), Hash::ZERO, context)
                .is_some()
        );
    }
    gate.raise_floor(View(5));
    assert_eq!(gate.views.len(), 2);
    assert!(
        gate.try_vote(&set, Nullify, View(6), Hash::ZERO, context)
            .is_none(),
        "still recorded"
    );
    assert!(
        gate.try_vote(&set, Notarize, View(5), Hash([1; 32]), context)
            .is_none(),
        "below the floor"
    );
}

#[test]
fn signing_again_gives_the_same_bytes() {
    let (set, mut gate) = gate();
    let context = VoteContext {
        in_view: true,
        notarized: Some(Hash([1; 32])),
    };
    let (first, _) = gate
        .try_vote(&set, Notarize, View(9), Hash([1; 32]), context)
        .unwrap();
    assert_eq!(gate.recorded_votes(&set, View(9)), vec![first]);
}
