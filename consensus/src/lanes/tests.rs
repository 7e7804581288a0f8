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
    /// A batch of the lane on a position of the chain (0: the lane's beginning), made of `fill`.
    fn branch(&self, incarnation: u64, on: u64, fill: u8) -> SignedHeader {
        let parent = match on {
            0 => BatchHeader::lane_genesis(&self.set, LANE),
            _ => self.digest(usize::try_from(on).unwrap()),
        };
        let mut signed = batch(&self.set, &self.owner, on + 1, parent, fill);
        signed.header.incarnation = incarnation;
        SignedHeader::sign(&self.set, &self.owner, signed.header)
    }

    /// Takes and syncs a batch; whether it was taken.
    fn take(&mut self, signed: &SignedHeader, named: bool) -> bool {
        let digest = signed.header.digest(&self.set);
        let taken = self.lanes.insert(NOW, digest, signed, named);
        self.lanes.synced(NOW, LANE, &digest);
        taken
    }

    fn mark_batch(&mut self, from: u16, signed: &SignedHeader) {
        let mark = Watermark {
            lane: LANE,
            seq: signed.header.seq,
            digest: signed.header.digest(&self.set),
        };
        self.lanes.watermark(NOW, ValidatorIndex(from), &mark);
    }

    fn own(&self) -> Hash {
        self.lanes.own_watermarks().nth(2).unwrap().digest
    }

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
    assert_eq!(fixture.lanes.own_watermarks().nth(2).unwrap().seq, Seq(1));
    let digest = fixture.digest(2);
    fixture
        .lanes
        .insert(NOW, digest, &fixture.chain[1].clone(), false);
    assert_eq!(
        fixture.lanes.own_watermarks().nth(2).unwrap().seq,
        Seq(1),
        "known, but a power cut would take it"
    );
    fixture.lanes.synced(NOW, LANE, &digest);
    assert_eq!(fixture.lanes.own_watermarks().nth(2).unwrap().seq, Seq(3));
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
        fixture.lanes.own_watermarks().nth(2).unwrap().digest,
        winner.digest,
        "the chain took the other branch"
    );
    assert!(!fixture.lanes.knows(LANE, &fixture.digest(3)));
}

#[test]
fn l12_the_choice_in_a_slot_moves_once_with_a_watermarks_and_always_with_the_chain() {
    let mut fixture = fixture();
    let [first, second, third] = [1, 2, 3].map(|fill| fixture.branch(0, 0, fill));
    let name = |fixture: &Fixture, signed: &SignedHeader| signed.header.digest(&fixture.set);
    assert!(fixture.take(&first, false));
    assert!(!fixture.take(&second, false), "the slot is taken");
    assert_eq!(fixture.own(), name(&fixture, &first));
    fixture.mark_batch(1, &second);
    fixture.mark_batch(2, &second);
    assert!(fixture.take(&second, false), "two of four name it");
    assert_eq!(fixture.own(), name(&fixture, &second));
    fixture.mark_batch(1, &third);
    fixture.mark_batch(3, &third);
    assert!(fixture.take(&third, false), "held, since a name it");
    assert_eq!(
        fixture.own(),
        name(&fixture, &second),
        "but not watermarked: once"
    );
    let mut cut = vec![fixture.base(); 4];
    cut[2] = LaneEntry {
        seq: Seq(1),
        digest: name(&fixture, &first),
    };
    fixture.lanes.take(NOW, &cut);
    assert_eq!(
        fixture.own(),
        name(&fixture, &first),
        "a notarized block takes it"
    );
    let pairs = fixture.lanes.take_pairs();
    assert_eq!(pairs, vec![(first, second)], "one pair convicts");
}

#[test]
fn l12_the_newest_life_is_watermarked_unless_the_chain_takes_the_old_one() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 3]);
    let anew = fixture.branch(256, 0, 9);
    assert!(fixture.take(&anew, false));
    assert_eq!(fixture.own(), anew.header.digest(&fixture.set));
    let fourth = fixture.chain[3].clone();
    assert!(
        !fixture.take(&fourth, false),
        "nothing more of the old life"
    );
    for from in 1..4 {
        fixture.mark(from, 3);
    }
    assert_eq!(fixture.includable(u64::MAX), 0, "nor is it included");
    let mut cut = vec![fixture.base(); 4];
    cut[2] = fixture.tip(2);
    fixture.lanes.take(NOW, &cut);
    assert_eq!(
        fixture.own(),
        fixture.digest(2),
        "as far as the chain takes it"
    );
    let (second, lost) = (fixture.tip(2), anew.header.digest(&fixture.set));
    assert_eq!(fixture.lanes.deliver(NOW, LANE, second), vec![lost]);
    assert_eq!(
        fixture.own(),
        fixture.digest(3),
        "the new life is past: the old one goes on"
    );
}

#[test]
fn l10_l11_incarnations_do_not_fall_and_sixteen_are_followed() {
    let mut fixture = fixture();
    for life in 0..16 {
        let signed = fixture.branch(256 * life, 0, 1);
        assert!(fixture.take(&signed, false), "{life}");
    }
    let beyond = fixture.branch(256 * 16, 0, 1);
    assert!(!fixture.lanes.would_take(&beyond.header));
    assert!(!fixture.take(&beyond, false));
    assert!(fixture.take(&beyond, true), "a block names it");
    let lower = batch(
        &fixture.set,
        &fixture.owner,
        2,
        beyond.header.digest(&fixture.set),
        1,
    );
    assert!(!fixture.take(&lower, true), "life 0 on life 4096");
}

#[test]
fn l13_nothing_of_a_dead_life_is_taken_unless_it_is_named() {
    let mut fixture = fixture();
    fixture.hold(&[1]);
    let bad = fixture.branch(0, 1, 66);
    let digest = bad.header.digest(&fixture.set);
    fixture.lanes.poison(&bad.header, digest);
    let second = fixture.chain[1].clone();
    assert!(!fixture.lanes.would_take(&second.header));
    assert!(!fixture.take(&second, false));
    assert!(!fixture.take(&bad, true), "never");
    assert!(fixture.take(&second, true));
    assert_eq!(fixture.own(), fixture.digest(1));
    let anew = fixture.branch(512, 1, 7);
    assert!(fixture.take(&anew, false));
    assert_eq!(fixture.own(), anew.header.digest(&fixture.set));
}

#[test]
fn v24_overdue_is_what_a_quorum_has_covered_for_long_in_a_lane_without_branches() {
    let mut fixture = fixture();
    fixture.hold(&[1, 2, 3]);
    fixture.mark(1, 2);
    assert_eq!(fixture.lanes.overdue(NOW)[2], None, "two of four");
    fixture.mark(3, 3);
    assert_eq!(fixture.lanes.overdue(NOW)[2], Some(fixture.tip(2)));
    assert_eq!(fixture.lanes.overdue(Tick(NOW.0 - 1))[2], None, "not yet");
    let anew = fixture.branch(256, 3, 9);
    assert!(fixture.take(&anew, false));
    assert_eq!(
        fixture.lanes.overdue(NOW)[2],
        None,
        "a life no final cut has"
    );
}

/// Whether a block names a batch is asked only where the answer matters: everywhere else both answers do the same.
#[test]
fn l5_what_is_taken_unnamed_is_taken_alike_when_it_is_named() {
    let mut fixture = fixture_with_window(200);
    let mut offered = fixture.chain.clone();
    for (incarnation, on, fill) in [(0, 0, 9), (0, 2, 9), (1, 1, 8), (1, 3, 8), (2, 0, 7)] {
        offered.push(fixture.branch(incarnation, on, fill));
    }
    let (mut alike, mut otherwise) = (0, 0);
    for round in 0..offered.len() {
        for signed in &offered {
            let digest = signed.header.digest(&fixture.set);
            let [unnamed, named] = [false, true].map(|named| {
                let mut lanes = fixture.lanes.clone();
                let taken = lanes.insert(NOW, digest, signed, named);
                let mut state = std::hash::DefaultHasher::new();
                lanes.fingerprint(&mut state);
                (taken, std::hash::Hasher::finish(&state))
            });
            if fixture.lanes.takes_unnamed(&signed.header, &digest) {
                assert_eq!(unnamed, named, "round {round}: {signed:?}");
                alike += 1;
            } else {
                otherwise += usize::from(unnamed != named);
            }
        }
        // The lane fills up, forks, and others begin to name what this node has refused.
        let next = offered[(round * 7) % offered.len()].clone();
        fixture.take(&next, false);
        fixture.mark_batch(1, &offered[round]);
        fixture.mark_batch(3, &offered[round]);
    }
    assert!(
        alike > 20 && otherwise > 5,
        "{alike} alike, {otherwise} otherwise"
    );
}
