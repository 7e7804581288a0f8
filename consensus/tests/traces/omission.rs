//! V24: who leaves a lane out, and who only looks like it.

use sycee_consensus::{SignedHeader, VoteKind};

use crate::world::{MS, World, index};

/// T_inc of these networks.
const T_INC: u64 = 800 * MS;

/// One core, and hands for the others in the order of their turns: (core, leader of view 1, the other two).
fn cast() -> (usize, usize, [usize; 2]) {
    let [first, second, third, fourth] = World::turns();
    (fourth, first, [second, third])
}

/// A network in which the core holds a batch of a hand's lane and q know of it; the hands, the batch.
fn with_covered_tip() -> (World, usize, usize, [usize; 2], SignedHeader) {
    let (core, leader, others) = cast();
    let mut world = World::new(&[leader, others[0], others[1]]);
    let tip = world.batch(others[0], 0, None, 1);
    world.give(others[0], &[core], &tip);
    world.mark(others[0], &[core], &tip);
    world.mark(others[1], &[core], &tip);
    world.advance(10 * MS);
    (world, core, leader, others, tip)
}

/// The rule itself: a tip that q have covered for T_inc and that had room must be in the cut, and the refusal is silent.
#[test]
pub fn v24_a_leader_that_leaves_a_lane_out_gets_no_vote_and_one_that_does_not_gets_it() {
    let (mut world, core, _, _, tip) = with_covered_tip();
    world.advance(T_INC);
    let nullifies = world.votes(core).len();
    let block = world.block(1, None, &[]);
    let refused = world.propose(core, &block);
    world.advance(50 * MS);
    assert!(!world.has_notarized(core, refused));
    assert_eq!(
        world.votes(core).len(),
        nullifies,
        "nor is the view given up for it"
    );

    let (mut world, core, _, _, _) = with_covered_tip();
    world.advance(T_INC);
    let block = world.block(1, None, &[&tip]);
    let taken = world.propose(core, &block);
    world.advance(50 * MS);
    assert!(world.has_notarized(core, taken));

    let (mut world, core, _, _, _) = with_covered_tip();
    world.advance(T_INC - 50 * MS);
    let block = world.block(1, None, &[]);
    let early = world.propose(core, &block);
    world.advance(10 * MS);
    assert!(world.has_notarized(core, early), "not yet overdue");
}

/// Breaks a rule without the excuse of a forced empty cut, which also is what padding at the end of an epoch needs: the blocks that
/// would reopen the cut are refused because they are empty, for ever.
#[test]
pub fn l3_an_empty_cut_that_the_lag_of_execution_forces_is_not_refused() {
    let parameters = sycee_consensus::Parameters {
        heartbeat_ms: 2_000,
        ..sycee_consensus::Parameters::local_network()
    };
    let mut world = World::with(&[], parameters);
    world.execute_up_to(0);
    let mut transaction = 0;
    while world.final_height(0) < 8 {
        transaction += 1;
        world.pay(0, transaction);
        world.advance(40 * MS);
        assert!(world.time < 10_000 * MS, "at {}", world.final_height(0));
    }
    world.pay(1, 1_000);
    world.advance(3 * T_INC + 2_000 * MS);
    assert!(
        !world.has_delivered(2, 1_000),
        "nothing is executed: the lag keeps cuts empty"
    );
    assert!(
        world.final_height(2) > 8,
        "the heartbeat goes through although a tip is long overdue"
    );
    let votes = (0..4).flat_map(|node| world.votes(node));
    assert!(!votes.into_iter().any(|vote| vote.kind == VoteKind::Nullify));
    world.execute_up_to(u64::MAX);
    world.advance(3 * T_INC);
    assert!(world.has_delivered(2, 1_000));
}

/// Breaks a rule that judges when the vote becomes possible: the voter's own fetch makes the tip overdue.
#[test]
pub fn l4a_ages_are_those_of_the_moment_the_proposal_came() {
    let (mut world, core, leader, _, _) = with_covered_tip();
    let own = world.batch(leader, 0, None, 2);
    world.advance(T_INC - 50 * MS);
    let block = world.block(1, None, &[&own]);
    let digest = world.propose(core, &block);
    world.advance(10 * MS);
    assert!(!world.has_notarized(core, digest), "its data is missing");
    assert!(world.requests(core, world.digest(&own), 0) > 0);
    world.advance(300 * MS);
    world.give(leader, &[core], &own);
    world.advance(10 * MS);
    assert!(
        world.has_notarized(core, digest),
        "the tip is overdue now and was not then"
    );
}

/// Breaks a rule whose patience does not grow with D: on a slow network every honest leader is refused.
#[test]
pub fn l4b_patience_grows_with_the_delays_that_were_seen() {
    let (mut world, core, _, _, _) = with_covered_tip();
    // Nobody proposes: the view is given up by its timer, so D becomes 150 ms and the patience 1.2 s.
    world.advance(600 * MS);
    world.nullify(core, 1);
    world.advance(10 * MS);
    assert_eq!(world.view(core), 2);
    world.advance(T_INC + 100 * MS - 620 * MS);
    let block = world.block(2, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(20 * MS);
    assert!(world.has_notarized(core, digest));
}

/// Breaks a rule without the excuse for forked lanes: the honest leader that saw the other header is refused by those that saw this one.
#[test]
pub fn l4c_a_lane_with_two_headers_of_one_slot_may_be_left_out() {
    let (mut world, core, _, others, _) = with_covered_tip();
    let other = world.batch(others[0], 0, None, 99);
    world.mark(others[1], &[core], &other);
    world.advance(100 * MS);
    assert!(
        world.requests(core, world.digest(&other), 0) > 0,
        "what another holds is looked at"
    );
    world.give(others[1], &[core], &other);
    world.advance(T_INC);
    let block = world.block(1, None, &[]);
    let digest = world.propose(core, &block);
    world.advance(20 * MS);
    assert!(world.has_notarized(core, digest));
    let convicted: Vec<_> = world
        .offences
        .iter()
        .filter(|(node, _)| *node == core)
        .map(|(_, culprit)| culprit.validator)
        .collect();
    assert_eq!(
        convicted,
        [index(others[0])],
        "and the pair convicts its owner"
    );
}

/// Breaks watermarks that are sent only when they change: a restarted leader knows of no tip, leaves all out, and is refused.
#[test]
pub fn l4d_a_restarted_leader_is_told_everything_on_connect() {
    let [silent, leader, owner, _] = World::turns();
    let mut world = World::new(&[silent]);
    world.crash(leader);
    let tip = world.pay(owner, 1).unwrap();
    world.advance(300 * MS);
    world.start(leader);
    world.advance(50 * MS);
    assert_eq!(
        world.watermark(leader, owner),
        Some((1, world.digest(&tip))),
        "long before anybody repeats itself"
    );
    // The turn of the silent validator passes; the restarted leader's is next.
    world.advance(700 * MS);
    assert!(world.has_delivered(owner, 1));
    let blocks = world.proposals(leader);
    assert_eq!(blocks[0].cut[0].lane, index(owner));
}

/// Breaks a receiver's window of W: a leader one window behind in delivery has dropped what voters wait for.
#[test]
pub fn l4e_a_receiver_keeps_two_windows_above_what_it_has_delivered() {
    let (core, leader, others) = cast();
    let parameters = sycee_consensus::Parameters {
        lane_window_bytes: 1_000,
        ..sycee_consensus::Parameters::local_network()
    };
    let mut world = World::with(&[leader, others[0], others[1]], parameters);
    let mut batches: Vec<SignedHeader> = Vec::new();
    for transaction in 1..=11 {
        let batch = world.batch(others[0], 0, batches.last(), transaction);
        world.give(others[0], &[core], &batch);
        world.advance(10 * MS);
        batches.push(batch);
    }
    assert_eq!(
        world.watermark(core, others[0]),
        Some((10, world.digest(&batches[9]))),
        "ten batches of 200 bytes, the eleventh is fetched later"
    );
}
