//! Rules that no trace is about, by their own words: each passes here and fails once the rule is broken.

use std::collections::BTreeMap;

use sycee_consensus::{Message, Parameters, View, VoteKind};

use crate::ballots::voter_and_hands;
use crate::world::{MS, World};

/// L2: an owner signs no batch more than its window holds.
#[test]
pub fn l2_an_owner_stops_at_its_window() {
    let [first, second, third, owner] = World::turns();
    let parameters = Parameters {
        lane_window_bytes: 1_000,
        ..Parameters::local_network()
    };
    let mut world = World::with(&[first, second, third], parameters);
    world.advance(100 * MS);
    for transaction in 1..=5 {
        assert!(world.pay(owner, transaction).is_some(), "{transaction}");
    }
    assert!(world.pay(owner, 6).is_none(), "five of 200 bytes");
}

/// L9 and V12: a lane's new bytes are at most its cap, and a block with more ends the view at once.
#[test]
pub fn l9_a_block_above_the_cap_of_a_lane_ends_the_view_at_once() {
    let [leader, second, third, core] = World::turns();
    let parameters = Parameters {
        lane_bytes_per_block_max: 300,
        ..Parameters::local_network()
    };
    let mut world = World::with(&[leader, second, third], parameters);
    let one = world.batch(second, 0, None, 1);
    let two = world.batch(second, 0, Some(&one), 2);
    for batch in [&one, &two] {
        world.give(second, &[core], batch);
        world.advance(5 * MS);
    }
    let block = world.block(1, None, &[&two]);
    let digest = world.propose(core, &block);
    world.advance(20 * MS);
    assert!(!world.has_notarized(core, digest));
    assert!(world.has_nullified(core, 1), "long before its time is over");
}

/// V7: whoever has given a view up still votes for a block that comes then.
#[test]
pub fn v7_a_view_that_was_given_up_can_still_be_notarized() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    let tip = world.covered_tip(core, second, third);
    world.advance(600 * MS);
    assert!(world.has_nullified(core, 1), "its time is over");
    let block = world.block(1, None, &[&tip]);
    let digest = world.propose(core, &block);
    world.advance(10 * MS);
    assert!(world.has_notarized(core, digest));
    let votes = world.votes_in(core, 1);
    let finalizes = |(kind, _): &(VoteKind, _)| *kind == VoteKind::Finalize;
    assert!(!votes.iter().any(finalizes), "{votes:?}");
}

/// L10: a batch does not go back to an earlier life of its lane, whoever says to hold it.
#[test]
pub fn l10_a_batch_of_an_earlier_life_stands_on_no_later_one() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    let later = world.batch(second, 512, None, 1);
    let back = world.batch(second, 0, Some(&later), 2);
    for batch in [&later, &back] {
        world.give(second, &[core], batch);
        world.mark(second, &[core], batch);
        world.mark(third, &[core], batch);
        world.advance(10 * MS);
    }
    world.give(second, &[core], &back);
    world.advance(10 * MS);
    let block = world.block(1, None, &[&back]);
    let digest = world.propose(core, &block);
    world.advance(50 * MS);
    assert!(!world.has_notarized(core, digest));
    let block = world.block(1, None, &[&later]);
    assert_eq!(block.block.cut[0].digest, world.digest(&later));
    assert_eq!(
        world.watermark(core, second),
        Some((1, world.digest(&later)))
    );
}

/// V23: under load a leader leaves time between its parent's arrival and its own block.
#[test]
pub fn v23_blocks_keep_their_distance_under_load() {
    let mut world = World::new(&[]);
    for transaction in 0..60 {
        let _room = world.pay(usize::try_from(transaction % 4).unwrap(), transaction);
        world.advance(2 * MS);
    }
    let mut first: BTreeMap<View, u64> = BTreeMap::new();
    for (at, _, _, message) in &world.said {
        if let Message::Proposal(proposal) = message {
            first.entry(proposal.block.block.view).or_insert(*at);
        }
    }
    let times: Vec<u64> = first.into_values().collect();
    assert!(times.len() >= 5, "{times:?}");
    let spacing = world.parameters.block_spacing_us;
    assert!(spacing > 0);
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= spacing, "{times:?}");
    }
}
