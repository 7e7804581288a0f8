//! The shipped core holds its invariants in every state of a small scope; and each property is seen to fail when what it rests on is broken.
#![allow(
    clippy::print_stdout,
    reason = "traces of broken variants are printed, so that a reader sees what was caught"
)]

use sycee_model::{
    check::{all_let_out, walk, walk_until_failure},
    fault::Fault,
    model::Scope,
    network::heal,
    node::{Event, Exchange, Habits, Node},
    property::NAMES,
    world::{World, wall},
};

fn expect_all_held(scope: Scope) {
    let report = walk(scope);
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert!(report.exhausted);
    assert!(
        report.distinct > 50,
        "{} states are too few to mean anything",
        report.distinct
    );
}

#[test]
fn one_view_of_the_liar_holds_in_every_single_state() {
    expect_all_held(Scope {
        views: 1,
        whole: true,
        heal_every: 500,
        ..Scope::default()
    });
}

#[test]
fn one_view_with_late_syncs_and_a_crash_holds_to_its_end() {
    expect_all_held(Scope {
        heal_every: 50,
        ..late(1)
    });
}

/// A9: an epoch ends in view 2, and the next one begins; the liar proposes two Terminal blocks.
fn handing_over() -> Scope {
    Scope {
        views: 2,
        liar_leads: 2,
        hands_over: true,
        ..Scope::default()
    }
}

#[test]
fn one_epoch_after_the_other_holds_to_the_end_of_its_last_view() {
    expect_all_held(handing_over());
}

#[test]
fn s10_fails_when_a_node_does_not_wait_for_the_end_to_be_final() {
    expect_failure(9, Fault::HurriesOver, handing_over());
}

#[test]
fn s11_fails_when_nobody_looks_at_what_clients_signed() {
    expect_failure(10, Fault::TrustsClients, crashing(0));
}

/// A10: the disk of one node is lost at any moment, and it asks everybody, the liar too, from quarantine.
fn losing() -> Scope {
    Scope {
        losses: 1,
        ..crashing(0)
    }
}

#[test]
fn one_lost_record_holds_in_the_first_states() {
    let report = walk(Scope {
        states_max: 300,
        ..losing()
    });
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert!(report.distinct >= 300);
}

#[test]
fn s1_fails_when_a_lost_record_is_no_reason_to_be_silent() {
    expect_failure(0, Fault::SignsAfterLoss, losing());
}

/// A7: the liar's lane has two lives at once. A16: clocks as far apart as they may be, and a block that some find early.
#[test]
fn two_lives_of_a_lane_and_skewed_clocks_hold_in_every_state() {
    let mut scope = Scope {
        lives: true,
        heal_every: 50,
        ..crashing(0)
    };
    expect_all_held(scope);
    scope.habits.skewed = true;
    expect_all_held(scope);
}

/// What a walk of whole turns leaves out, nobody could have noticed.
#[test]
fn whole_turns_let_out_all_that_single_steps_do() {
    let honest_leader = Scope {
        liar_leads: 2,
        ..crashing(0)
    };
    for scope in [crashing(0), honest_leader, late(0)] {
        let single_steps = all_let_out(Scope {
            whole: true,
            ..scope
        });
        let turns = all_let_out(scope);
        assert!(turns.len() > 20, "{} are too few", turns.len());
        assert_eq!(turns, single_steps, "{scope:?}");
    }
}

/// Walks with a fault until the property fails, and says how.
fn expect_failure(property: usize, fault: Fault, scope: Scope) {
    let scope = Scope {
        habits: Habits {
            fault,
            ..scope.habits
        },
        states_max: 400_000,
        ..scope
    };
    let name = NAMES[property];
    let report = walk_until_failure(scope, name);
    let trace = report.failures.iter().find(|(failed, _)| *failed == name);
    let (_, trace) =
        trace.unwrap_or_else(|| panic!("{name} holds with {fault:?}: it checks nothing"));
    println!("{name} fails with {fault:?}:\n  {}", trace.join("\n  "));
}

fn crashing(crashes: u8) -> Scope {
    Scope {
        views: 1,
        crashes,
        ..Scope::default()
    }
}

fn late(crashes: u8) -> Scope {
    let mut scope = crashing(crashes);
    scope.habits.late_sync = true;
    scope
}

#[test]
fn s1_fails_when_a_crash_takes_the_vote_record() {
    expect_failure(0, Fault::ForgetsAll, crashing(1));
}

#[test]
fn s2_fails_when_votes_leave_before_their_record_is_synced() {
    expect_failure(1, Fault::SpeaksEarly, late(1));
}

#[test]
fn s3_fails_when_a_nullification_needs_no_quorum() {
    let two_views = Scope {
        liar_leads: 3,
        ..Scope::default()
    };
    expect_failure(2, Fault::BelievesForgeries, two_views);
}

#[test]
fn s5_fails_when_votes_leave_before_their_record_is_synced() {
    expect_failure(4, Fault::SpeaksEarly, late(1));
}

#[test]
fn s6_fails_when_batches_are_not_on_the_disk() {
    expect_failure(5, Fault::LosesBatches, crashing(0));
}

#[test]
fn s7_fails_when_execution_forgets_what_it_did() {
    expect_failure(6, Fault::ExecutesTwice, crashing(1));
}

#[test]
fn s8_fails_when_each_node_has_its_own_order() {
    let honest_leader = Scope {
        views: 1,
        liar_leads: 2,
        ..Scope::default()
    };
    expect_failure(7, Fault::OrdersByItself, honest_leader);
}

#[test]
fn s9_fails_when_needed_records_are_collected() {
    expect_failure(8, Fault::CollectsTooMuch, crashing(0));
}

#[test]
fn g2_fails_when_certificates_are_not_on_the_disk() {
    let scope = Scope {
        heal_every: 5,
        ..crashing(2)
    };
    expect_failure(11, Fault::LosesCertificates, scope);
}

/// The tally of the core makes out of single votes what the other walks hand over ready-made.
#[test]
fn one_view_with_single_votes_holds_in_the_first_states() {
    let report = walk(Scope {
        views: 1,
        votes: true,
        whole: true,
        states_max: 5_000,
        ..Scope::default()
    });
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    assert!(report.distinct >= 5_000);
}

#[test]
fn s4_fails_when_a_nullification_needs_no_quorum() {
    let two_views = Scope {
        liar_leads: 3,
        ..Scope::default()
    };
    expect_failure(3, Fault::BelievesForgeries, two_views);
}

/// A node in view 3 holds neither the block of view 1 nor that of view 2; the child alone does not help it. [V4][V10]
#[test]
fn a_node_that_lacks_two_blocks_in_a_row_fetches_both() {
    let habits = Habits::default();
    let mut world = World::new(2, 1);
    let honest = world.honest;
    let [a, b, c] = honest.map(|me| Node::new(&mut world, me, habits));
    let after = |world: &mut World, node: Node, events: &[Event]| {
        let step = |node: Node, event: &Event| node.after(world, habits, *event, Exchange::Nothing);
        events.iter().fold(node, step)
    };
    let first = world
        .liars_block(0, 1, 1, wall(1))
        .expect("a block of view 1");
    let notarized = |block| Event::Certificate {
        bit: block,
        own: false,
    };
    let a = after(&mut world, a, &[Event::Block(first), notarized(first)]);
    // The leader of view 2 gave view 1 up, so that only the other two could finalize it; then it gives its own view up.
    let c = after(
        &mut world,
        c,
        &[Event::Block(first), Event::Timeout, notarized(first)],
    );
    let second = (1..64)
        .find(|block| c.proposed & 1 << block != 0)
        .expect("the leader of view 2 proposes on view 1");
    let c = after(&mut world, c, &[Event::Timeout]);
    let a = after(&mut world, a, &[Event::Block(second), notarized(second)]);
    let b = after(&mut world, b, &[notarized(second), Event::Block(second)]);
    let healed = heal(&mut world, habits, [a, b, c]);
    assert!(healed.is_ok(), "{healed:?}");
}

/// Found by the walk of two views: two nodes held a final block as delivered, and answered whoever asked for it with silence.
#[test]
fn g2_whoever_lacks_a_final_block_is_shown_its_finalization() {
    let habits = Habits::default();
    let mut world = World::new(2, 1);
    let honest = world.honest;
    let mut nodes = honest.map(|me| Node::new(&mut world, me, habits));
    world.liars_block(0, 1, 0, wall(1));
    world.liars_block(0, 1, 1, wall(1));
    let cert = |bit| (true, bit);
    let (note, fin, null) = (|b: u8| cert(b), |b: u8| cert(48 + b), |v: u8| cert(96 + v));
    let timeout = (false, 200u8);
    let block = |b: u8| (false, b);
    let trace = [
        (1u16, block(1)),
        (2, block(2)),
        (3, block(1)),
        (1, note(1)),
        (1, timeout),
        (2, note(1)),
        (1, fin(1)),
        (3, note(1)),
        (1, block(3)),
        (1, note(3)),
        (3, fin(1)),
        (3, timeout),
        (2, null(2)),
        (3, null(2)),
        (3, note(3)),
    ];
    for (who, (is_cert, number)) in trace {
        let place = honest.iter().position(|h| h.0 == who).expect("honest");
        let [a, b] = [(place + 1) % 3, (place + 2) % 3].map(|o| nodes[o].voted);
        let event = match (is_cert, number) {
            (true, bit) => Event::Certificate {
                bit,
                own: a & b & (1 << bit) == 0,
            },
            (false, 200) => Event::Timeout,
            (false, block) => Event::Block(block),
        };
        nodes[place] = nodes[place].after(&mut world, habits, event, Exchange::Nothing);
    }
    let healed = heal(&mut world, habits, nodes);
    assert!(healed.is_ok(), "{healed:?}");
}
