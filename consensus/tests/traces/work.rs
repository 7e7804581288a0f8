//! When there is work, and when a network is silent.

use std::collections::BTreeSet;

use sycee_consensus::{Parameters, VoteKind};
use sycee_primitives::Hash;

use crate::ballots::voter_and_hands;
use crate::world::{MS, World};

/// Blocks that anybody proposed.
fn proposed(world: &World) -> usize {
    let blocks = (0..4).flat_map(|node| world.proposals(node));
    let digests: BTreeSet<Hash> = blocks.map(|block| block.digest(&world.set)).collect();
    digests.len()
}

fn anybody_nullified(world: &World) -> bool {
    let votes = (0..4).flat_map(|node| world.votes(node));
    votes.into_iter().any(|vote| vote.kind == VoteKind::Nullify)
}

fn all_links() -> Vec<(usize, usize)> {
    let pairs = (0..4).flat_map(|from| (0..4).map(move |to| (from, to)));
    pairs.filter(|(from, to)| from != to).collect()
}

/// Without spacing: what a leader may do at once, it does.
fn eager(heartbeat_ms: u64) -> World {
    let parameters = Parameters {
        heartbeat_ms,
        block_spacing_us: 0,
        ..Parameters::local_network()
    };
    World::with(&[], parameters)
}

/// Breaks "without work no timer runs": a batch whose first copies are lost is work for nobody, and repeated by nobody.
#[test]
pub fn b2_a_batch_whose_first_copies_are_lost_is_repeated() {
    let owner = World::turns()[2];
    let mut world = World::new(&[]);
    world.advance(5_000 * MS);
    world.cut(&all_links());
    world.pay(owner, 1).unwrap();
    world.advance(100 * MS);
    world.mend();
    world.advance(3_000 * MS);
    for node in 0..4 {
        assert!(world.has_delivered(node, 1), "{node}");
    }
}

/// Breaks "not final yet is work for the leader at once": it always is at the entry of a view.
#[test]
pub fn b3_a_lonely_payment_costs_two_blocks() {
    let mut world = eager(1 << 40);
    world.advance(100 * MS);
    world.execute_up_to(0);
    world.pay(0, 1).unwrap();
    world.advance(50 * MS);
    world.execute_up_to(u64::MAX);
    world.advance(2_000 * MS);
    assert!(world.has_delivered(0, 1));
    assert_eq!(
        proposed(&world),
        2,
        "the payment's, and one for its results"
    );
}

/// Breaks an s that stays when work ends: the timer runs out with nobody due to propose.
#[test]
pub fn b4_nobody_gives_up_a_view_in_which_nothing_is_to_be_done() {
    let mut world = World::new(&[]);
    world.advance(100 * MS);
    world.pay(0, 1).unwrap();
    world.advance(5_000 * MS);
    assert!(world.has_delivered(0, 1));
    assert!(!anybody_nullified(&world));
}

/// Breaks a heartbeat that counts from the last final block: the next leader sends a second one before the first is final.
#[test]
pub fn b5_one_heartbeat_is_one_block() {
    let mut world = eager(10_000);
    // The genesis is old, so the first heartbeat is due at once.
    world.advance(5_000 * MS);
    assert_eq!((proposed(&world), world.final_height(0)), (1, 1));
    world.advance(10_000 * MS);
    assert_eq!((proposed(&world), world.final_height(0)), (2, 2));
}

/// Breaks "a cut that must be empty is work for nobody": the checkpoint that would let it go on comes only with further blocks.
///
/// Found by whole-node simulation, seed 100226: a payment waited for the heartbeats.
#[test]
pub fn q11_who_waits_for_a_checkpoint_makes_blocks_until_it_comes() {
    let parameters = Parameters {
        heartbeat_ms: 1 << 40,
        checkpoint_lag_max: 1,
        ..Parameters::local_network()
    };
    let mut world = World::with(&[], parameters);
    for transaction in 1..13 {
        world.pay(usize::from(transaction % 4 == 0), transaction);
        world.advance(3_000 * MS);
        for node in 0..4 {
            assert!(
                world.has_delivered(node, transaction),
                "{transaction} at {node}"
            );
        }
    }
    let height = world.final_height(0);
    world.advance(60_000 * MS);
    assert_eq!(world.final_height(0), height, "nobody waits any more");
}

/// Breaks a clock of silence that runs in silence: after it everybody has been silent for long, the living leader too.
#[test]
pub fn b10_a_living_leader_is_not_skipped_after_a_silence() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    world.advance(60_000 * MS);
    let tip = world.covered_tip(core, second, third);
    world.advance(50 * MS);
    let block = world.block(1, None, &[&tip]);
    let digest = world.propose(core, &block);
    world.advance(5 * MS);
    assert_eq!(world.votes_in(core, 1), [(VoteKind::Notarize, digest)]);
}

/// Breaks a quarantine that ends by the work of others: in silence views stand still, and it lasts until two heartbeats later.
#[test]
pub fn b11_a_lost_record_is_work_for_the_others() {
    let mut world = World::new(&[]);
    world.advance(5_000 * MS);
    world.lose_disk(1);
    assert!(world.is_quarantined(1));
    world.advance(5_000 * MS);
    assert!(!world.is_quarantined(1));
    world.pay(1, 1).unwrap();
    world.advance(3_000 * MS);
    assert!(world.has_delivered(0, 1));
}

/// Breaks a delay bound that grows with every own Nullify: a leader that gives its turn away is no sign of a slow network.
#[test]
pub fn b12_following_the_leaders_own_nullify_leaves_the_delay_alone() {
    let (mut world, core, [first, second, third]) = voter_and_hands();
    world.covered_tip(core, second, third);
    let given_away = world.ballot(first, VoteKind::Nullify, 1, Hash::ZERO);
    let given_away = sycee_consensus::Message::Vote(given_away);
    world.say(first, &[core], &given_away);
    world.advance(10 * MS);
    assert!(world.has_nullified(core, 1), "long before its time is over");
    world.nullify(core, 1);
    world.advance(5 * MS);
    assert_eq!((world.view(core), world.delay_us(core)), (2, 100 * MS));
}
