//! The same scenarios with the bugs they are about planted: each must fail. Built with `--cfg sycee_planted`, by `scripts/planted`.
//!
//! ```text
//!   (plant, scenario)   ordinary build: the scenario passes          here, with the plant active: it panics
//! ```

use std::collections::BTreeSet;
use std::panic::{catch_unwind, set_hook, take_hook};

use sycee_primitives::planted;

use crate::{fetching, forks, lives, omission};

type Scenario = fn();

/// Which scenario notices which plant.
#[rustfmt::skip]
const NOTICED: &[(&str, Scenario)] = &[
    ("B6a", lives::b6a_two_lives_in_one_view_stay_inside_the_view),
    ("B6b", lives::b6b_the_parent_is_the_final_entry_of_the_moment_of_signing),
    ("B6c", lives::b6c_a_refused_life_begins_in_the_next_view),
    ("B7a", fetching::b7a_a_watermark_on_what_is_held_asks_for_the_missing_ancestor),
    ("B7b", fetching::b7b_an_overtaken_vector_takes_nothing_back),
    ("B8", fetching::b8_a_lying_watermark_is_asked_for_eight_times_and_keeps_nobody_awake),
    ("B9", forks::b9_the_leader_includes_its_own_lane_at_once),
    ("L3", omission::l3_an_empty_cut_that_the_lag_of_execution_forces_is_not_refused),
    ("L4a", omission::l4a_ages_are_those_of_the_moment_the_proposal_came),
    ("L4b", omission::l4b_patience_grows_with_the_delays_that_were_seen),
    ("L4c", omission::l4c_a_lane_with_two_headers_of_one_slot_may_be_left_out),
    ("L4d", omission::l4d_a_restarted_leader_is_told_everything_on_connect),
    ("L4e", omission::l4e_a_receiver_keeps_two_windows_above_what_it_has_delivered),
    ("L5", forks::l5_a_forked_lane_stops_nobody),
    ("L6a", lives::l6a_a_batch_is_on_disk_whole_or_not_at_all),
    ("L6b", lives::l6b_holders_go_over_to_the_newest_life_and_the_lane_lives),
    ("L6c", lives::l6c_the_owner_of_a_poisoned_batch_gives_its_life_up_and_goes_on),
    ("L11", forks::l11_what_a_hold_is_not_included_however_old),
    ("L13", fetching::l13_lost_watermarks_are_repeated),
    ("V24", omission::v24_a_leader_that_leaves_a_lane_out_gets_no_vote_and_one_that_does_not_gets_it),
    ("poisoned-life", lives::l6c_a_poisoned_batch_ends_one_life_and_not_the_lane),
];

/// One line a pair that is not as it should be: everything is tried before the verdict.
#[test]
fn every_scenario_fails_once_its_bug_is_planted() {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let mut unnoticed: Vec<String> = Vec::new();
    for (plant, scenario) in NOTICED {
        if catch_unwind(scenario).is_err() {
            unnoticed.push(format!("{plant}: its scenario fails without it"));
        }
        if catch_unwind(|| planted::with(plant, scenario)).is_ok() {
            unnoticed.push(format!("{plant}: its scenario passes with it"));
        }
    }
    set_hook(hook);
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn every_plant_of_the_core_has_its_scenario() {
    let noticed: BTreeSet<&str> = NOTICED.iter().map(|(plant, _)| *plant).collect();
    let here = planted::ALL
        .iter()
        .filter(|plant| plant.room == "consensus");
    let listed: BTreeSet<&str> = here.map(|plant| plant.name).collect();
    assert_eq!(noticed, listed);
}
