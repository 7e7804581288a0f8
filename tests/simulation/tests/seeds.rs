//! A first look at every change: some seeds, some scenarios, one of them twice. `scripts/sim` runs many more.

#![allow(
    clippy::unwrap_used,
    reason = "a broken expectation in a test is a failed test"
)]

use sycee_simulation::coverage::{Coverage, Mark};
use sycee_simulation::plan::{Fault, Plan, Profile, VillainPlan, Way, What};
use sycee_simulation::{Report, draw, run, twins};

/// Simulated length of the safety phase in these tests.
const SAFETY_US: u64 = 12_000_000;

fn expect_no_violation(name: &str, plan: &Plan, report: &Report) {
    if let Some(violation) = &report.violation {
        panic!(
            "{name}: {} at {} ms: {}\n{}\n{}",
            violation.oracle,
            violation.at_us / 1_000,
            violation.what,
            report.picture,
            plan.to_json()
        );
    }
}

#[test]
fn forty_seeds_hold_in_all_weather_and_drain_afterwards() {
    let mut reached: Vec<Mark> = Vec::new();
    let mut outcomes = 0;
    for seed in 0..40 {
        let plan = draw::draw_with(seed, Profile::Protocol, SAFETY_US);
        let report = run(&plan);
        expect_no_violation(&format!("seed {seed}"), &plan, &report);
        outcomes += report.outcomes;
        reached.extend(
            Mark::ALL
                .iter()
                .filter(|mark| report.coverage.count(**mark) > 0),
        );
    }
    assert!(outcomes > 400, "the runs ordered something: {outcomes}");
    for mark in [
        Mark::CaughtUpByRange,
        Mark::BatchFromOther,
        Mark::WaitedAndAsked,
        Mark::BlocksReplayed,
        Mark::RaceLost,
    ] {
        assert!(reached.contains(&mark), "no seed reached {}", mark.name());
    }
}

#[test]
fn a_loaded_network_holds_too() {
    for seed in 100..103 {
        let plan = draw::draw_with(seed, Profile::Ledger, 3_000_000);
        expect_no_violation(&format!("ledger seed {seed}"), &plan, &run(&plan));
    }
}

#[test]
fn a_plan_replays_to_the_same_digest_and_another_seed_does_not() {
    let plan = draw::draw_with(6, Profile::Protocol, SAFETY_US);
    let (first, second) = (run(&plan), run(&Plan::from_json(&plan.to_json()).unwrap()));
    assert_eq!(
        (first.digest.as_str(), first.events),
        (second.digest.as_str(), second.events)
    );
    let other = run(&Plan { seed: 7, ..plan });
    assert_ne!(first.digest, other.digest, "the dice are the seed's");
}

#[test]
fn plans_survive_their_file_and_what_no_run_can_mean_is_refused() {
    for seed in 0..200 {
        let plan = draw::draw(seed, Profile::Protocol);
        assert_eq!(plan.check(), Ok(()), "seed {seed}");
        assert_eq!(
            Plan::from_json(&plan.to_json()).as_ref(),
            Ok(&plan),
            "seed {seed}"
        );
    }
    let mut plan = draw::draw(2, Profile::Protocol);
    let villain = |node| VillainPlan {
        node,
        ways: vec![Way::Replay],
    };
    plan.villains = (0..=plan.faulty_max()).map(villain).collect();
    assert!(Plan::from_json(&plan.to_json()).is_err(), "f + 1 villains");
}

#[test]
fn three_thousand_twins_scenarios_are_safe() {
    let mut all = Coverage::default();
    let mut blocks = 0;
    twins::run_all(0..3_000, |number, plan, report| {
        expect_no_violation(&format!("twins {number}"), &plan, &report);
        blocks += report.blocks;
        for mark in Mark::ALL
            .into_iter()
            .filter(|mark| report.coverage.count(*mark) > 0)
        {
            all.reach(mark);
        }
    });
    assert!(
        blocks > 6_000,
        "most scenarios finalize something: {blocks}"
    );
    let recorded = all.count(Mark::OffenceRecorded);
    assert!(recorded > 300, "one key, two pens: {recorded}");
    let found_out = all.count(Mark::FoundOut);
    assert!(
        found_out > 600,
        "a twin hears of the other at the others: {found_out}"
    );
}

/// Four validators on a quiet network under load; one of them forgets.
fn forgetful(what: What) -> Plan {
    let mut plan = twins::plan(0);
    plan.twins = None;
    plan.villains.clear();
    plan.clients[0].interval_us = 30_000;
    plan.clients[0].patience_us = 500_000;
    plan.faults = vec![Fault {
        at_us: 3_000_000,
        for_us: 1_000_000,
        what,
    }];
    plan
}

#[test]
fn a_validator_that_lost_its_disk_or_got_an_old_one_back_rejoins() {
    for (name, what) in [
        (
            "mark kept",
            What::LoseDisk {
                node: 1,
                mark_too: false,
            },
        ),
        (
            "mark lost",
            What::LoseDisk {
                node: 1,
                mark_too: true,
            },
        ),
        ("old copy", What::RestoreCopy { node: 1 }),
    ] {
        let plan = forgetful(what);
        let report = run(&plan);
        expect_no_violation(name, &plan, &report);
        assert!(report.coverage.count(Mark::Rejoined) > 0, "{name}");
    }
}

/// Blocks are gone everywhere when the disk is lost, so the validator must take a state over; one of the others lies to it.
#[test]
fn a_network_that_forgets_takes_back_a_validator_that_lost_its_disk_whoever_lies_to_it() {
    let mut plan = forgetful(What::LoseDisk {
        node: 1,
        mark_too: true,
    });
    plan.retain_blocks = 64;
    plan.safety_us = 45_000_000;
    plan.faults[0].at_us = 31_000_000;
    plan.villains = vec![VillainPlan {
        node: 2,
        ways: vec![Way::LieInSync],
    }];
    let report = run(&plan);
    expect_no_violation("a disk lost", &plan, &report);
    for mark in [Mark::BlocksPruned, Mark::SnapshotInstalled, Mark::Rejoined] {
        assert!(report.coverage.count(mark) > 0, "{}", mark.name());
    }
}
