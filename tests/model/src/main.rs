//! `sycee-model`: walks through every state of a scope and says what held. Exit 1 with the trace when a property fails.
//!
//! `scripts/model` builds it with stub signatures, ten times as fast.
#![allow(
    clippy::print_stdout,
    reason = "the figures and the trace are what this program is for"
)]

use std::{process::ExitCode, time::Instant};

use clap::{Parser, Subcommand};
use sycee_model::{
    check::{Report, walk},
    model::Scope,
    network::{Kill, sweep_run},
    node::Habits,
    world::World,
};

/// Model check of the shipped ordering core: four validators, of whom one lies.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Walks through all states of the first views.
    Walk(Walk),
    /// Kills one node, or two, at each sync of a short run.
    Sweep {
        /// Also every pair of kills of two nodes, at each `stride`-th sync; 0 for none.
        #[arg(long, default_value_t = 0)]
        pairs_stride: usize,
        /// Height that must become final everywhere.
        #[arg(long, default_value_t = 4)]
        height: u64,
    },
}

#[derive(clap::Args)]
struct Walk {
    /// Views 1 to this one.
    #[arg(long, default_value_t = 2)]
    views: u64,
    /// Which view the liar leads, 1 to 4.
    #[arg(long, default_value_t = 1)]
    liar_leads: u64,
    /// End after so many judged states; 0 for all there are.
    #[arg(long, default_value_t = 0)]
    states: u64,
    /// End after so many seconds, with what was reached; 0 for never.
    #[arg(long, default_value_t = 0)]
    seconds: u64,
    /// Crashes in one behaviour, at most.
    #[arg(long, default_value_t = 0)]
    crashes: u8,
    /// Disks lost in one behaviour, at most one.
    #[arg(long, default_value_t = 0)]
    losses: u8,
    /// The first block names other validators: its epoch ends in views 2 to `views`, and the next one begins.
    #[arg(long)]
    hand_over: bool,
    /// The liar's second batch begins another life of its lane.
    #[arg(long)]
    lives: bool,
    /// Clocks differ by as much as they may, and the liar dates a block ahead of some.
    #[arg(long)]
    skew: bool,
    /// A sync may come at any later moment.
    #[arg(long)]
    late_sync: bool,
    /// Walk through every state, and not only those in which somebody has just let something out.
    #[arg(long)]
    whole: bool,
    /// Deliver single votes too.
    #[arg(long)]
    votes: bool,
    /// Heal one state of so many (G2); 0 for none.
    #[arg(long, default_value_t = 1000)]
    heal_every: u64,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Walk(arguments) => walk_and_say(&arguments),
        Command::Sweep {
            pairs_stride,
            height,
        } => sweep(pairs_stride, height),
    }
}

fn walk_and_say(arguments: &Walk) -> ExitCode {
    if arguments.hand_over && arguments.liar_leads == 1 {
        println!("with --hand-over the first block is an honest leader's: --liar-leads 2, 3 or 4");
        return ExitCode::from(2);
    }
    let scope = Scope {
        views: arguments.views,
        liar_leads: arguments.liar_leads,
        crashes: arguments.crashes,
        losses: arguments.losses,
        hands_over: arguments.hand_over,
        lives: arguments.lives,
        votes: arguments.votes,
        whole: arguments.whole,
        habits: Habits {
            late_sync: arguments.late_sync,
            skewed: arguments.skew,
            ..Habits::default()
        },
        heal_every: arguments.heal_every,
        states_max: arguments.states,
        seconds_max: arguments.seconds,
    };
    let started = Instant::now();
    let report = walk(scope);
    let Report {
        distinct,
        visited,
        steps,
        depth,
        node_states,
        core_steps,
        exhausted,
        failures,
    } = report;
    println!("{scope:?}");
    println!(
        "{distinct} distinct states, {visited} judged, {}; {steps} steps, depth {depth}; {node_states} states of one node, {core_steps} core steps; {} s",
        if exhausted {
            "all there are"
        } else {
            "not all"
        },
        started.elapsed().as_secs()
    );
    for (name, trace) in &failures {
        println!("FAILED: {name}");
        for line in trace {
            println!("  {line}");
        }
    }
    if failures.is_empty() {
        let epochs = if scope.hands_over { " S10" } else { "" };
        println!(
            "held: S1 S2 S3 S4 S5 S6 S7 S8 S9{epochs} S11 G2 (one state of {})",
            scope.heal_every
        );
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

fn sweep(pairs_stride: usize, height: u64) -> ExitCode {
    let started = Instant::now();
    let (mut runs, mut failed) = (0u64, 0u64);
    let mut go = |kills: Vec<Kill>| {
        let mut world = World::for_sweep();
        let habits = Habits {
            recollects: true,
            ..Habits::default()
        };
        runs += 1;
        match sweep_run(&mut world, habits, height, kills.clone()) {
            Ok(outcome) => Some(outcome),
            Err(wrong) => {
                failed += 1;
                println!("FAILED: {wrong} with {kills:?}");
                None
            }
        }
    };
    let Some(quiet) = go(Vec::new()) else {
        return ExitCode::FAILURE;
    };
    let world = World::for_sweep();
    let kills: Vec<Kill> = world
        .honest
        .iter()
        .zip(quiet.persists)
        .flat_map(|(node, last)| (1..=last).map(|persist| (node.0, persist)))
        .flat_map(|(node, persist)| {
            [false, true].map(|kept| Kill {
                node,
                persist,
                kept,
            })
        })
        .collect();
    for kill in &kills {
        go(vec![*kill]);
    }
    if pairs_stride > 0 {
        for (place, first) in kills.iter().enumerate().step_by(pairs_stride) {
            for second in kills.iter().skip(place).step_by(pairs_stride) {
                if second.node != first.node {
                    go(vec![*first, *second]);
                }
            }
        }
    }
    println!(
        "{} single kills; {runs} runs to height {height}, {failed} failed; {} s",
        kills.len(),
        started.elapsed().as_secs()
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
