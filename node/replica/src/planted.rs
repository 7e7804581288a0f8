//! Tests of whole replicas with a bug planted: each must fail. Built with `--cfg sycee_planted`, by `scripts/planted`.

use std::collections::BTreeSet;
use std::panic::{catch_unwind, set_hook, take_hook};

use sycee_primitives::planted;

use crate::replica::{epoch_tests, promise_tests};
use crate::serve::tests as serve_tests;
use crate::snapshot::tests;

/// Which test notices which plant.
#[rustfmt::skip]
const NOTICED: &[(&str, fn())] = &[
    ("snapshot-stale", tests::l20_a_state_older_than_the_own_is_refused),
    ("snapshot-uncertified", tests::an_offer_that_was_altered_is_refused_wherever_it_was_altered),
    ("snapshot-chunk", tests::a_chunk_that_was_altered_is_not_stored_and_its_sender_not_asked_again),
    ("snapshot-pruned", tests::all_nodes_offer_the_same_state),
    ("no-lease", tests::a_state_that_later_ones_overtake_is_taken_to_its_end),
    ("overtaken", tests::a_state_that_later_ones_overtake_is_taken_to_its_end),
    ("offers-end", epoch_tests::a_member_that_lacks_the_end_of_the_epoch_before_takes_over_a_state_of_that),
    ("named-dropped", promise_tests::what_blocks_have_is_not_dropped_because_a_peer_names_it),
    ("lost-untold", promise_tests::what_an_observer_alone_has_of_a_lost_lane_comes_back_to_its_owner),
    ("leaver-forgets", promise_tests::what_a_validator_accepted_before_it_left_is_ordered_by_a_member),
    ("promise-kept-early", promise_tests::what_came_back_outlives_a_crash),
    ("served-always", serve_tests::one_peer_gets_one_thing_twice_in_a_window),
    ("S3", epoch_tests::s3_a_lost_record_outlives_its_epoch),
    ("S7", epoch_tests::s7_padding_is_a_link_and_never_a_ledger_block),
    ("L7", epoch_tests::l7_the_handover_reaches_who_missed_it_and_a_second_change_waits_its_turn),
];

/// Everything is tried before the verdict. What each test says is printed.
#[test]
fn every_test_fails_once_its_bug_is_planted() {
    let hook = take_hook();
    set_hook(Box::new(|why| eprintln!("    {why}")));
    let mut unnoticed: Vec<String> = Vec::new();
    for (plant, test) in NOTICED {
        eprintln!("{plant}");
        if catch_unwind(test).is_err() {
            unnoticed.push(format!("{plant}: its test fails without it"));
        }
        if catch_unwind(|| planted::with(plant, test)).is_ok() {
            unnoticed.push(format!("{plant}: its test passes with it"));
        }
    }
    set_hook(hook);
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn every_plant_of_a_replica_has_its_test() {
    let noticed: BTreeSet<&str> = NOTICED.iter().map(|(plant, _)| *plant).collect();
    let here = planted::ALL
        .iter()
        .filter(|plant| plant.room == "replica" && plant.has_scenario);
    let listed: BTreeSet<&str> = here.map(|plant| plant.name).collect();
    assert_eq!(noticed, listed);
}
