//! Views that must go on: who proposes, who votes, how long anybody waits.

use sycee_consensus::{Message, Parameters, VoteKind};
use sycee_primitives::{BlockTime, Hash, Height};

use crate::ballots::voter_and_hands;
use crate::node::results_after;
use crate::world::{MS, World};

/// Breaks a delay bound that grows with nullified views only: views that end by a late notarization leave it as it is, and nothing is
/// ever final.
#[test]
pub fn l2_the_delay_grows_also_when_a_late_notarization_ends_the_view() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    let tip = world.covered_tip(core, second, third);
    world.advance(600 * MS);
    assert!(world.has_nullified(core, 1));
    let block = world.block(1, None, &[&tip]);
    world.notarize(core, &block);
    assert_eq!(world.view(core), 2);
    assert_eq!(world.delay_us(core), 150 * MS);
    world.advance(650 * MS);
    assert!(world.has_nullified(core, 2));
    let block = world.block(2, Some(&block), &[]);
    world.notarize(core, &block);
    assert_eq!((world.view(core), world.delay_us(core)), (3, 225 * MS));
}

/// Breaks a leader that needs the parent's data, or its execution: it lacks a batch of the notarized parent, which is not final, and
/// neither is needed to go on with the same cut.
#[test]
pub fn l9_a_leader_without_the_parents_batches_proposes_on_its_header() {
    let [first, core, third, fourth] = World::turns();
    let mut world = World::new(&[first, third, fourth]);
    let unseen = world.batch(first, 0, None, 1);
    let block = world.block(1, None, &[&unseen]);
    let digest = world.notarize(core, &block);
    assert_eq!(world.view(core), 2);
    world.advance(200 * MS);
    let blocks = world.proposals(core);
    assert_eq!(blocks.len(), 1);
    assert_eq!((blocks[0].parent, blocks[0].cut.len()), (digest, 0));
}

/// Breaks views that are given up as fast as messages travel: after some of them in a row a node stays before its own Nullify.
#[test]
pub fn l9_views_do_not_spin() {
    let (mut world, core, _) = voter_and_hands();
    for view in 1..=6 {
        world.nullify(core, view);
        world.advance(5 * MS);
    }
    assert_eq!(world.view(core), 7);
    let mut invalid = world.block(7, None, &[]).block;
    invalid.height = Height(9);
    world.propose(core, &world.signed(invalid));
    world.advance(100 * MS);
    assert!(!world.has_nullified(core, 7), "400 ms is the least stay");
}

/// Breaks a voter that must have executed what its parent names: slow executors cannot vote at all, and a quorum needs them.
#[test]
pub fn l10_who_has_not_executed_can_vote_for_unchanged_results() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    world.execute_up_to(0);
    let tip = world.covered_tip(core, second, third);
    let block = world.block(1, None, &[&tip]);
    world.finalize(core, &block);
    let executed = results_after(Hash::ZERO, &world.nodes[core].delivered[0]);
    let mut raising = world.block(2, Some(&block), &[]).block;
    (raising.exec.executed, raising.exec.results) = (Height(1), executed);
    let raising = world.signed(raising);
    world.finalize(core, &raising);
    assert_eq!((world.final_height(core), world.view(core)), (2, 3));
    let mut same = world.block(3, Some(&raising), &[]).block;
    same.exec = raising.block.exec;
    let digest = world.propose(core, &world.signed(same));
    world.advance(10 * MS);
    assert!(world.has_notarized(core, digest));
}

/// Breaks "ahead of my clock is invalid": the successor of a block of the fastest clock gives its turn away. The wait ends by itself.
#[test]
pub fn l14a_a_time_ahead_of_the_clock_is_a_wait() {
    let (mut world, core, [_, second, third]) = voter_and_hands();
    let tip = world.covered_tip(core, second, third);
    let mut ahead = world.block(1, None, &[&tip]).block;
    ahead.time = BlockTime(ahead.time.0 + world.parameters.drift_ms + 200);
    let digest = world.propose(core, &world.signed(ahead));
    world.advance(190 * MS);
    assert_eq!(world.votes_in(core, 1), []);
    world.advance(20 * MS);
    assert!(world.has_notarized(core, digest));
}

/// Breaks times without a lower bound: long after the cut-off a leader writes a moment before it.
#[test]
pub fn l14b_a_time_far_behind_the_clock_gets_no_vote() {
    let (mut world, core, _) = voter_and_hands();
    let mut behind = world.block(1, None, &[]).block;
    behind.time = BlockTime(behind.time.0 - 5_000);
    world.propose(core, &world.signed(behind));
    world.advance(50 * MS);
    assert_eq!(world.votes_in(core, 1), [], "nor is the view given up");
}

/// Breaks a count without oneself: with one of four silent, two others are no quorum, and a dead leader is waited for in each turn.
#[test]
pub fn l15_the_silent_one_of_four_is_skipped() {
    let [silent, second, third, fourth] = World::turns();
    let parameters = Parameters {
        heartbeat_ms: 1 << 40,
        skip_us: 200 * MS,
        ..Parameters::local_network()
    };
    let mut world = World::with(&[silent], parameters);
    world.advance(100 * MS);
    world.pay(third, 1).unwrap();
    world.advance(300 * MS);
    for node in [second, third, fourth] {
        assert!(world.has_delivered(node, 1), "before T_prop of 500 ms");
    }
}

/// Breaks a node that drops the proposal of the view it has just left: it lacks the parent of everything that follows.
#[test]
pub fn l16_a_proposal_that_comes_behind_its_notarization_is_kept() {
    let (mut world, core, _) = voter_and_hands();
    let block = world.block(1, None, &[]);
    let digest = block.block.digest(&world.set);
    world.vote(core, VoteKind::Notarize, 1, digest);
    world.advance(5 * MS);
    assert_eq!(world.view(core), 2);
    world.propose(core, &block);
    world.advance(5 * MS);
    let next = world.block(2, Some(&block), &[]);
    let next = world.propose(core, &next);
    world.advance(5 * MS);
    assert!(world.has_notarized(core, next), "nobody answers requests");
}

/// Breaks a T_adv without room for one fetch: a proposal at the end of its time, whose data has to be fetched, is still in time.
#[test]
pub fn l17_one_fetch_fits_into_the_time_of_a_view() {
    let (mut world, core, [first, second, third]) = voter_and_hands();
    let tip = world.covered_tip(core, second, third);
    let own = world.batch(first, 0, None, 1);
    world.advance(450 * MS);
    let block = world.block(1, None, &[&own, &tip]);
    let digest = world.propose(core, &block);
    world.advance(200 * MS);
    world.give(first, &[core], &own);
    world.advance(100 * MS);
    assert!(world.has_notarized(core, digest));
    world.vote(core, VoteKind::Notarize, 1, digest);
    world.advance(20 * MS);
    assert_eq!(world.view(core), 2);
    assert!(!world.has_nullified(core, 1));
}

/// Breaks a leader that waits before it certifies results: a payment's receipt comes a whole D after the payment.
#[test]
pub fn l18_results_are_certified_at_once() {
    let mut world = World::new(&[]);
    world.advance(100 * MS);
    world.pay(0, 1).unwrap();
    world.advance(80 * MS);
    let delivered = &world.nodes[0].delivered;
    let certified = |height: u64| {
        let mut blocks = delivered.iter();
        blocks.any(|block| block.block.block.exec.executed >= Height(height))
    };
    assert!(world.has_delivered(0, 1) && certified(1));
}

/// Breaks a check of the skipped views: a block that goes round a notarized one gets a vote, and two lines can become final.
#[test]
pub fn v10_nobody_votes_for_a_block_that_goes_round_a_notarized_one() {
    let (mut world, core, _) = voter_and_hands();
    let block = world.block(1, None, &[]);
    world.notarize(core, &block);
    let round = world.block(2, None, &[]);
    let round = world.propose(core, &round);
    world.advance(50 * MS);
    assert!(!world.has_notarized(core, round));
}

/// Breaks a wait where nothing can come: a parent that is not below its child is no parent, and the view is given up at once.
#[test]
pub fn s8_a_parent_view_that_is_not_below_is_invalid() {
    let (mut world, core, _) = voter_and_hands();
    let mut block = world.block(1, None, &[]).block;
    block.parent_view = sycee_consensus::View(5);
    world.propose(core, &world.signed(block));
    world.advance(10 * MS);
    assert_eq!(world.votes_in(core, 1), [(VoteKind::Nullify, Hash::ZERO)]);
}

/// Breaks proposals that come alone: where halves of the network hold different certificates of a view, none collects a quorum.
#[test]
pub fn a_proposal_carries_what_convinces_everybody() {
    let [first, second, core, fourth] = World::turns();
    let mut world = World::new(&[first, second, fourth]);
    let tip = world.covered_tip(core, second, fourth);
    let block = world.block(1, None, &[&tip]);
    let digest = world.notarize(core, &block);
    world.nullify(core, 2);
    world.advance(200 * MS);
    let proposal = world.said.iter().find_map(|(_, from, _, message)| {
        let Message::Proposal(proposal) = message else {
            return None;
        };
        let is_own = *from == core && proposal.block.block.view.0 == 3;
        is_own.then(|| proposal.clone())
    });
    let shown = proposal.unwrap().justification;
    let shows = |kind, view, digest| {
        let mut shown = shown.iter();
        shown.any(|it| (it.kind, it.view.0, it.digest) == (kind, view, digest))
    };
    assert!(shows(VoteKind::Notarize, 1, digest));
    assert!(shows(VoteKind::Nullify, 2, Hash::ZERO));
}
