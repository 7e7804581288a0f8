use super::*;
use sycee_primitives::{BlockTime, ChainId, Epoch, SecretKey};

const LANE: ValidatorIndex = ValidatorIndex(2);
const WINDOW: u64 = 150;
const NOW: Tick = Tick(7);

struct Fixture {
    set: ValidatorSet,
    owner: SecretKey,
    lanes: Lanes,
    chain: Vec<SignedHeader>,
}

/// Four validators, seen from validator 0; lane 2 has six batches of 100 bytes, none of them known yet.
fn fixture() -> Fixture {
    fixture_with_window(1_000)
}

fn fixture_with_window(window: u64) -> Fixture {
    let secrets: Vec<SecretKey> = (1..=4).map(|i| SecretKey::from_seed(&[i; 32])).collect();
    let keys = secrets.iter().map(SecretKey::public_key).collect();
    let set = ValidatorSet::new(ChainId(Hash([1; 32])), Epoch(0), keys);
    let owner = SecretKey::from_seed(&[3; 32]);
    let mut chain: Vec<SignedHeader> = Vec::new();
    let mut parent = BatchHeader::lane_genesis(&set, LANE);
    for seq in 1..=6 {
        let signed = batch(&set, &owner, seq, parent, 0);
        parent = signed.header.digest(&set);
        chain.push(signed);
    }
    let lanes = Lanes::new(&set, Some(ValidatorIndex(0)), &[], window);
    Fixture {
        set,
        owner,
        lanes,
        chain,
    }
}

fn batch(set: &ValidatorSet, owner: &SecretKey, seq: u64, parent: Hash, fill: u8) -> SignedHeader {
    let header = BatchHeader {
        epoch: Epoch(0),
        lane: LANE,
        incarnation: 0,
        seq: Seq(seq),
        parent,
        time: BlockTime(0),
        transactions: 1,
        bytes: 100,
        payload_root: Hash([fill; 32]),
    };
    SignedHeader::sign(set, owner, header)
}

impl Fixture {
    fn digest(&self, seq: usize) -> Hash {
        self.chain[seq - 1].header.digest(&self.set)
    }

    /// Takes and syncs these positions.
    fn hold(&mut self, seqs: &[usize]) {
        for seq in seqs {
            let digest = self.digest(*seq);
            assert!(
                self.lanes
                    .insert(NOW, digest, &self.chain[*seq - 1].clone(), false),
                "{seq}"
            );
            self.lanes.synced(NOW, LANE, &digest);
        }
    }

    fn mark(&mut self, from: u16, seq: usize) {
        let digest = self.digest(seq);
        let mark = Watermark {
            lane: LANE,
            seq: Seq(seq as u64),
            digest,
        };
        self.lanes.watermark(NOW, ValidatorIndex(from), &mark);
    }

    fn tip(&self, seq: usize) -> LaneEntry {
        LaneEntry {
            seq: Seq(seq as u64),
            digest: self.digest(seq),
        }
    }

    fn lowest_absent(&self) -> Option<(Seq, Hash)> {
        let absent = self.lanes.absent().next()?;
        Some((absent.seq, absent.digest))
    }

    fn base(&self) -> LaneEntry {
        self.lanes.base(LANE)
    }

    fn includable(&self, budget: u64) -> u64 {
        self.lanes
            .includable(LANE, self.base(), budget)
            .map_or(0, |(tip, _)| tip.seq.0)
    }
}

#[test]
fn l8_a_tip_is_includable_when_held_and_covered_by_a_quorum() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 3]);
    assert_eq!(fixture.includable(u64::MAX), 0, "only this node covers it");
    fixture.mark(2, 3);
    assert_eq!(fixture.includable(u64::MAX), 0, "two of four");
    fixture.mark(1, 2);
    assert_eq!(
        fixture.includable(u64::MAX),
        2,
        "the third largest watermark counts"
    );
    fixture.mark(3, 6);
    assert_eq!(
        fixture.includable(u64::MAX),
        2,
        "W3: a watermark on an unknown batch covers nothing yet"
    );
    fixture.hold(&[4, 5, 6]);
    assert_eq!(
        fixture.includable(u64::MAX),
        3,
        "and all its ancestors once it is known"
    );
}

#[test]
fn l9_a_batch_counts_whole_under_the_cap() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 3]);
    for from in 1..4 {
        fixture.mark(from, 3);
    }
    assert_eq!(
        [99, 100, 299, 300].map(|budget| fixture.includable(budget)),
        [0, 1, 2, 3]
    );
}

#[test]
fn l7_what_is_not_synced_or_has_a_hole_below_is_not_held() {
    let mut fixture = fixture();
    fixture.hold(&[1, 3]);
    assert_eq!(fixture.lanes.own_watermarks()[2].seq, Seq(1));
    let digest = fixture.digest(2);
    fixture
        .lanes
        .insert(NOW, digest, &fixture.chain[1].clone(), false);
    assert_eq!(
        fixture.lanes.own_watermarks()[2].seq,
        Seq(1),
        "known, but a power cut would take it"
    );
    fixture.lanes.synced(NOW, LANE, &digest);
    assert_eq!(fixture.lanes.own_watermarks()[2].seq, Seq(3));
}

#[test]
fn w4_the_lowest_missing_ancestor_is_fetched_first() {
    let mut fixture = fixture();
    assert_eq!(fixture.lowest_absent(), None);
    fixture.mark(3, 5);
    assert_eq!(
        fixture.lowest_absent(),
        Some((Seq(5), fixture.digest(5))),
        "only the tip's name is known"
    );
    fixture.hold(&[5]);
    assert_eq!(
        fixture.lowest_absent(),
        Some((Seq(4), fixture.digest(4))),
        "its parent next"
    );
    fixture.hold(&[4, 1]);
    assert_eq!(fixture.lowest_absent(), Some((Seq(3), fixture.digest(3))));
    fixture.hold(&[3, 2]);
    assert_eq!(fixture.lowest_absent(), None);
}

#[test]
fn l5_l6_first_seen_and_the_window_bind_only_what_no_block_names() {
    let mut fixture = fixture_with_window(WINDOW);
    fixture.hold(&[1]);
    let other = batch(&fixture.set, &fixture.owner, 2, fixture.digest(1), 9);
    let other_digest = other.header.digest(&fixture.set);
    fixture.hold(&[2]);
    assert!(
        !fixture.lanes.insert(NOW, other_digest, &other, false),
        "second header of a slot"
    );
    assert!(
        fixture.lanes.insert(NOW, other_digest, &other, true),
        "a block names it: it is held"
    );
    fixture.lanes.synced(NOW, LANE, &other_digest);
    let fork = LaneEntry {
        seq: Seq(2),
        digest: other_digest,
    };
    assert_eq!(
        fixture.lanes.path(LANE, fixture.tip(1), fork),
        Path::Held(vec![other_digest], 100)
    );
    let third = fixture.chain[2].clone();
    assert!(
        !fixture.lanes.insert(NOW, fixture.digest(3), &third, false),
        "beyond 2 W"
    );
    assert!(fixture.lanes.insert(NOW, fixture.digest(3), &third, true));
}

#[test]
fn v11_paths_are_held_missing_or_broken() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 4]);
    let (base, digests) = (fixture.base(), [fixture.digest(1), fixture.digest(2)]);
    assert_eq!(
        fixture.lanes.path(LANE, base, fixture.tip(2)),
        Path::Held(digests.to_vec(), 200)
    );
    assert_eq!(
        fixture.lanes.path(LANE, base, fixture.tip(4)),
        Path::Missing(LANE, fixture.digest(3))
    );
    let wrong_parent = LaneEntry {
        seq: Seq(1),
        digest: Hash([7; 32]),
    };
    assert_eq!(
        fixture.lanes.path(LANE, wrong_parent, fixture.tip(2)),
        Path::Broken
    );
    let wrong_seq = LaneEntry {
        seq: Seq(3),
        digest: fixture.digest(2),
    };
    assert_eq!(
        fixture.lanes.path(LANE, base, wrong_seq),
        Path::Broken,
        "a digest at another position"
    );
}

#[test]
fn q1_what_once_had_a_quorum_stays_work_until_the_cut_passes_it() {
    let mut fixture = fixture();
    let base = fixture.base();
    fixture.hold(&[1, 2]);
    fixture.mark(1, 2);
    assert!(!fixture.lanes.has_quorum_above(LANE, base));
    fixture.mark(3, 1);
    assert!(fixture.lanes.has_quorum_above(LANE, base));
    assert!(
        !fixture.lanes.has_quorum_above(LANE, fixture.tip(1)),
        "the cut has passed it"
    );
}

#[test]
fn g1_delivered_batches_leave_and_a_lost_branch_with_them() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 3]);
    let (first, second) = (fixture.tip(1), fixture.tip(2));
    fixture.lanes.deliver(NOW, LANE, second);
    assert_eq!(
        (fixture.base(), fixture.lanes.bytes_above(LANE, first)),
        (second, 100)
    );
    assert!(
        !fixture
            .lanes
            .insert(NOW, first.digest, &fixture.chain[0].clone(), true),
        "below the base"
    );
    let winner = LaneEntry {
        seq: Seq(3),
        digest: Hash([8; 32]),
    };
    fixture.lanes.deliver(NOW, LANE, winner);
    assert_eq!(
        fixture.lanes.own_watermarks()[2].digest,
        winner.digest,
        "the chain took the other branch"
    );
    assert!(!fixture.lanes.knows(LANE, &fixture.digest(3)));
}
