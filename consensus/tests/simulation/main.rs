//! Whole networks of ordering cores in one thread under virtual time. [A seed replays.]
//!
//! ```text
//!   World: event heap (time, seq) --> Node { Core, Disk (synced | unsynced), payloads, execution } --> messages as bytes --> links
//!   after every event: oracles (no contradictory pair, one block per height, results equal, nothing acknowledged is lost)
//!   safety phase with faults  ->  faults off  ->  everything acknowledged must be delivered everywhere
//! ```
//! A failing seed is replayed with `SYCEE_SEED=<seed> cargo test -p sycee-consensus --test simulation`.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::too_many_lines,
    reason = "a test binary has no outside, and a broken expectation in it is a failed test"
)]

mod contradiction;
mod epochs;
mod handover;
mod node;
mod oracle;
mod villain;
mod world;

use villain::Deed;
use world::{Faults, World};

/// Seeds for a test: the one in `SYCEE_SEED`, or those in `SYCEE_SEEDS` (from..to), or the given range.
fn seeds(range: std::ops::Range<u64>) -> Vec<u64> {
    let number = |text: &str| text.parse::<u64>().ok();
    if let Some(seed) = std::env::var("SYCEE_SEED").ok().as_deref().and_then(number) {
        return vec![seed];
    }
    let asked = std::env::var("SYCEE_SEEDS").ok().and_then(|text| {
        let (from, to) = text.split_once("..")?;
        Some(number(from)?..number(to)?)
    });
    asked.unwrap_or(range).collect()
}

#[test]
fn a_quiet_network_orders_one_payment_and_falls_silent() {
    let mut world = World::new(1, 4, Faults::none());
    world.run_until(200_000);
    let before = world.messages_sent();
    world.submit(0);
    world.run_until(700_000);
    world.assert_everything_delivered();
    assert!(
        world.final_height(0) >= 2,
        "the payment's block and the one that certifies its results"
    );
    assert!(
        world.certified_height(0) >= world.delivered_height_of_last_effect(0),
        "results are certified without further work"
    );
    let after = world.messages_sent();
    assert!(
        after - before < 300,
        "{} messages for one lonely payment",
        after - before
    );
    world.run_until(30_000_000);
    assert!(
        world.messages_sent() - after < 40,
        "{} messages in 29 s of silence",
        world.messages_sent() - after
    );
    assert_eq!(
        world.nullify_votes(),
        0,
        "nobody gives a view up while nothing is wrong [Q6]"
    );
}

#[test]
fn the_heartbeat_is_one_block_and_gives_no_view_up() {
    let mut world = World::new(2, 4, Faults::none());
    world.run_until(190_000_000);
    let height = world.final_height(0);
    assert!(
        (3..=4).contains(&height),
        "one block a minute, not more: {height}"
    );
    assert_eq!(world.nullify_votes(), 0);
}

#[test]
fn after_long_silence_with_the_leader_dead_the_first_payment_is_final_within_two_seconds() {
    for seed in seeds(0..8) {
        let mut world = World::new(seed, 4, Faults::none());
        world.submit(0);
        world.run_until(10_000_000);
        let leader = world.current_leader();
        world.crash(leader);
        let submitter = (0..4).find(|node| *node != leader).unwrap();
        world.submit(submitter);
        world.run_until(12_000_000);
        world.assert_everything_delivered();
    }
}

#[test]
fn all_nodes_lose_power_at_once_and_nothing_acknowledged_is_lost() {
    for seed in seeds(0..24) {
        let mut world = World::new(seed, 4, Faults::none());
        world.submit_steadily(2_000_000);
        // Cut at a moment that differs by seed, in the midst of votes and syncs.
        world.run_until(500_000 + seed * 1_337);
        for node in 0..4 {
            world.crash(node);
        }
        for node in 0..4 {
            world.restart(node);
        }
        world.run_until(12_000_000);
        world.assert_everything_delivered();
    }
}

#[test]
fn one_crash_after_each_kind_of_sync_is_survived() {
    // A crash right behind the k-th Persist of one node, for every k of the first payments.
    for k in 1..=40 {
        let mut world = World::new(77, 4, Faults::none());
        world.submit_steadily(600_000);
        world.crash_after_persist(1, k);
        world.run_until(1_500_000);
        world.restart_crashed();
        world.run_until(9_000_000);
        world.assert_everything_delivered();
    }
}

#[test]
fn random_loss_delay_crashes_and_partitions_then_everything_heals() {
    for seed in seeds(0..60) {
        let size = [4, 4, 7, 1, 5][usize::try_from(seed % 5).unwrap()];
        println!("seed {seed}, {size} validators");
        let mut world = World::new(seed, size, Faults::random(seed));
        world.submit_steadily(6_000_000);
        world.run_until(6_000_000);
        world.heal();
        world.run_until(90_000_000);
        world.assert_everything_delivered();
    }
}

#[test]
fn lying_lane_owners_stop_nobody_and_lose_only_their_own_lane() {
    for seed in seeds(0..24) {
        let deed = [Deed::Fork, Deed::FeedFew, Deed::Poison][usize::try_from(seed % 3).unwrap()];
        let size = [4, 5, 4, 7][usize::try_from(seed / 3 % 4).unwrap()];
        let faults = if seed % 2 == 0 {
            Faults::none()
        } else {
            Faults::random(seed)
        };
        println!("seed {seed}, {size} validators, {deed:?}");
        let mut world = World::new(seed, size, faults);
        let villain = usize::try_from(seed / 12).unwrap() % size;
        world.corrupt_lane(villain, deed);
        if size == 7 {
            world.corrupt_lane((villain + 3) % size, Deed::FeedFew);
        }
        world.submit_steadily(1_500_000);
        world.run_until(1_500_000);
        world.heal();
        world.submit_steadily(800_000);
        world.run_until(20_000_000);
        world.assert_honest_delivered();
        println!("  {} lives of its lane", world.lives_in_chain(villain));
    }
}

#[test]
fn an_observer_that_joins_late_follows_to_the_same_results() {
    for seed in seeds(0..6) {
        let mut world = World::with_observer(seed, 4, Faults::none());
        world.crash(4);
        world.submit_steadily(3_000_000);
        world.run_until(4_000_000);
        world.restart_empty(4);
        world.run_until(12_000_000);
        world.assert_everything_delivered();
        assert_eq!(world.final_height(4), world.final_height(0));
    }
}

#[test]
fn a_node_that_was_cut_off_for_long_catches_up_and_votes_again() {
    let mut world = World::new(5, 4, Faults::none());
    world.cut_off(2);
    world.submit_steadily(8_000_000);
    world.run_until(8_500_000);
    assert!(
        world.final_height(0) > 100,
        "the others go on: {}",
        world.final_height(0)
    );
    let votes = world.votes_of(2);
    world.heal();
    world.submit_steadily(3_000_000);
    world.run_until(16_000_000);
    world.assert_everything_delivered();
    assert!(world.votes_of(2) > votes + 10, "it votes again by itself");
}

#[test]
fn without_a_quorum_nothing_is_final_and_with_it_everything_is() {
    let mut world = World::new(6, 4, Faults::none());
    world.run_until(300_000);
    world.crash(1);
    world.crash(3);
    let height = world.final_height(0);
    world.submit_steadily(3_000_000);
    world.run_until(5_000_000);
    assert_eq!(world.final_height(0), height, "two of four cannot finalize");
    world.restart(1);
    world.run_until(30_000_000);
    world.restart(3);
    world.run_until(40_000_000);
    world.assert_everything_delivered();
}

#[test]
fn a_node_whose_results_differ_stops_signing_and_says_where() {
    let mut world = World::new(9, 4, Faults::none());
    world.corrupt_execution(2, 3);
    world.submit_steadily(2_000_000);
    world.run_until(6_000_000);
    assert!(world.has_stopped(2), "[X7]");
    assert!(!world.has_stopped(0));
    world.assert_delivered_by(&[0, 1, 3]);
}

#[test]
fn whoever_contradicts_itself_is_in_the_final_chain_of_all() {
    let (mut recorded, mut seen) = (0, 0);
    for seed in seeds(0..12) {
        let size = [4, 7][usize::try_from(seed % 2).unwrap()];
        let crashes = seed % 4 >= 2;
        println!("seed {seed}, {size} validators");
        let mut faults = Faults::random(seed);
        if !crashes {
            faults.crash_every_us = 0;
        }
        let mut world = World::new(seed, size, faults);
        let villain = usize::try_from(seed).unwrap() % size;
        world.turn_villain(villain, 40);
        world.submit_steadily(4_000_000);
        world.run_until(4_000_000);
        world.heal();
        world.run_until(90_000_000);
        world.assert_everything_delivered();
        recorded += world.assert_evidence_recorded();
        if !crashes {
            seen += world.assert_seen_is_recorded();
        }
    }
    println!("{recorded} offences recorded, {seen} of them seen by the judge");
    assert!(
        recorded > 100 && seen > 10,
        "the villain was caught often enough to show anything"
    );
}

#[test]
fn evidence_is_work_and_then_the_network_falls_silent_again() {
    let mut world = World::new(11, 4, Faults::none());
    world.turn_villain(2, 3);
    world.submit(0);
    world.run_until(3_000_000);
    assert!(
        world.assert_evidence_recorded() > 0,
        "no payment and no heartbeat is waited for [Q8]"
    );
    let before = world.messages_sent();
    world.run_until(30_000_000);
    assert!(
        world.messages_sent() - before < 40,
        "{} messages",
        world.messages_sent() - before
    );
}

#[test]
fn a_seed_replays_to_the_same_digest() {
    let digest = || {
        let mut world = World::new(42, 4, Faults::random(42));
        world.submit_steadily(2_000_000);
        world.run_until(4_000_000);
        world.auditor()
    };
    assert_eq!(digest(), digest());
}

#[test]
fn a_validator_that_lost_its_disk_signs_again_only_when_that_cannot_contradict_anything() {
    for seed in seeds(0..12) {
        let mut world = World::new(seed, 4, Faults::none());
        world.submit_steadily(1_500_000);
        world.run_until(300_000 + seed * 7_919);
        world.lose_disk(2);
        world.run_until(12_000_000);
        assert!(
            world.rejoined.contains(&2),
            "seed {seed}: still quarantined"
        );
        // Without its vote the others would stand still now.
        world.crash(0);
        world.submit(1);
        world.run_until(40_000_000);
        world.assert_everything_delivered();
    }
}

#[test]
fn an_old_disk_that_is_put_back_is_found_out_before_it_signs() {
    let mut found = 0;
    for seed in seeds(0..24) {
        let mut world = World::new(seed, 4, Faults::none());
        world.submit_steadily(1_500_000);
        world.run_until(300_000 + seed * 9_973);
        world.roll_back(1, 3 + usize::try_from(seed).unwrap() * 4);
        world.run_until(20_000_000);
        found += usize::from(world.contradicted.contains(&1));
        world.assert_everything_delivered();
    }
    assert!(found > 12, "found out in {found} of 24 cases");
}
