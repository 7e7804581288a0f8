//! The same scenarios with the bugs they are about planted: each must fail. Built with `--cfg sycee_planted`, by `scripts/planted`.
//!
//! ```text
//!   (plant, scenario)   ordinary build: the scenario passes          here, with the plant active: it panics
//! ```

use std::collections::BTreeSet;
use std::panic::{catch_unwind, set_hook, take_hook};

use sycee_primitives::planted;

use crate::{fetching, forks, lives, omission, rules, signing, views, work};

type Scenario = fn();

/// Which scenario notices which plant.
#[rustfmt::skip]
const NOTICED: &[(&str, Scenario)] = &[
    ("S1", signing::s1_the_record_includes_what_is_queued_for_the_disk),
    ("finalize-gate", signing::s1_the_record_includes_what_is_queued_for_the_disk),
    ("S2", signing::s2_records_stay_until_their_view_is_final_and_nothing_is_signed_below),
    ("double-sign", signing::s5_a_restarted_voter_votes_once_in_a_view),
    ("restart-forgets", signing::s5_a_restarted_voter_votes_once_in_a_view),
    ("ava-labs-280", signing::a_restarted_voter_repeats_what_it_signed_and_nothing_else),
    ("no-sync", signing::b1_an_own_vote_leaves_in_no_form_before_its_sync),
    ("B1", signing::b1_an_own_vote_leaves_in_no_form_before_its_sync),
    ("B1-proposal", signing::b1_an_own_proposal_is_not_handed_out_before_its_sync),
    ("L1", signing::l1_power_fails_everywhere_and_the_notarization_survives),
    ("S4", signing::s4_an_old_disk_that_was_put_back_is_found_out_before_it_signs),
    ("J3", signing::s4_an_old_disk_that_was_put_back_is_found_out_before_it_signs),
    ("M+2", signing::s4_after_a_loss_the_first_view_is_two_above_the_answers),
    ("L8", signing::l8_a_view_out_of_thin_air_does_not_keep_a_validator_out),
    ("J4-old", signing::j4_what_an_earlier_start_was_told_is_not_enough),
    ("J5", signing::j5_who_waits_for_the_end_of_quarantine_to_be_synced_sleeps),
    ("S5", signing::s5_quarantine_lasts_until_everything_final_is_held_and_executed),
    ("votes-by-message", signing::m3_one_signer_counts_once_however_often_it_speaks),
    ("S9-unverified", signing::g2_a_forged_certificate_and_a_range_behind_one_are_refused),
    ("trust-peer", signing::g2_a_forged_certificate_and_a_range_behind_one_are_refused),
    ("S9a", signing::s9a_two_finalizations_of_a_view_name_who_signed_both),
    ("S9b", signing::s9b_a_nullification_of_a_final_view_names_who_signed_both),
    ("forget-evidence", signing::e3_an_offence_outlives_a_restart_and_comes_into_the_next_own_block),
    ("L2", views::l2_the_delay_grows_also_when_a_late_notarization_ends_the_view),
    ("L9", views::l9_a_leader_without_the_parents_batches_proposes_on_its_header),
    ("L9-spin", views::l9_views_do_not_spin),
    ("summit-80", views::l9_a_leader_without_the_parents_batches_proposes_on_its_header),
    ("L10", views::l10_who_has_not_executed_can_vote_for_unchanged_results),
    ("L14a", views::l14a_a_time_ahead_of_the_clock_is_a_wait),
    ("L14b", views::l14b_a_time_far_behind_the_clock_gets_no_vote),
    ("L15", views::l15_the_silent_one_of_four_is_skipped),
    ("L16", views::l16_a_proposal_that_comes_behind_its_notarization_is_kept),
    ("L17", views::l17_one_fetch_fits_into_the_time_of_a_view),
    ("L18", views::l18_results_are_certified_at_once),
    ("S8", views::s8_a_parent_view_that_is_not_below_is_invalid),
    ("V10", views::v10_nobody_votes_for_a_block_that_goes_round_a_notarized_one),
    ("commonware-2137", views::a_proposal_carries_what_convinces_everybody),
    ("B2", work::b2_a_batch_whose_first_copies_are_lost_is_repeated),
    ("B3", work::b3_a_lonely_payment_costs_two_blocks),
    ("B4", work::b4_nobody_gives_up_a_view_in_which_nothing_is_to_be_done),
    ("B5", work::b5_one_heartbeat_is_one_block),
    ("B10", work::b10_a_living_leader_is_not_skipped_after_a_silence),
    ("B11", work::b11_a_lost_record_is_work_for_the_others),
    ("Q11", work::q11_who_waits_for_a_checkpoint_makes_blocks_until_it_comes),
    ("B12", work::b12_following_the_leaders_own_nullify_leaves_the_delay_alone),
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
    ("window", rules::l2_an_owner_stops_at_its_window),
    ("L9-cap", rules::l9_a_block_above_the_cap_of_a_lane_ends_the_view_at_once),
    ("L10-life", rules::l10_a_batch_of_an_earlier_life_stands_on_no_later_one),
    ("V7", rules::v7_a_view_that_was_given_up_can_still_be_notarized),
    ("V12", rules::l9_a_block_above_the_cap_of_a_lane_ends_the_view_at_once),
    ("V23", rules::v23_blocks_keep_their_distance_under_load),
    ("V13", work::b3_a_lonely_payment_costs_two_blocks),
    ("V17", fetching::l13_lost_watermarks_are_repeated),
    ("V19", work::b12_following_the_leaders_own_nullify_leaves_the_delay_alone),
    ("poisoned-life", lives::l6c_a_poisoned_batch_ends_one_life_and_not_the_lane),
];

/// One line a pair that is not as it should be: everything is tried before the verdict. What each scenario says is printed.
#[test]
fn every_scenario_fails_once_its_bug_is_planted() {
    let hook = take_hook();
    set_hook(Box::new(|why| eprintln!("    {why}")));
    let mut unnoticed: Vec<String> = Vec::new();
    for (plant, scenario) in NOTICED {
        eprintln!("{plant}");
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
        .filter(|plant| plant.room == "consensus" && plant.has_scenario);
    let listed: BTreeSet<&str> = here.map(|plant| plant.name).collect();
    assert_eq!(noticed, listed);
}
