//! Figures that the specification asks for, each from runs of its own.
//!
//! ```text
//!   silence   an hour without work, and the first payment after it with the leader dead
//!   heal      seeds: from the end of all faults to the first new final block
//!   leader    what the turns of a crashed leader cost, once it is known to be gone
//!   crashed   payments a second and waiting times with f validators crashed, processors modelled
//!   wide      validators in five regions: finality, bytes and work by view and node
//! ```
//! As everything here they are simulated times: processors, disks and links are the plan's, not this machine's.

use std::rc::Rc;

use crate::draw::STANDARD_PACE;
use crate::plan::{ClientKind, ClientPlan, LinkPlan, NodePlan, Plan, Profile};
use crate::runs::found;
use crate::watch::Watch;
use crate::world::World;

pub mod crashed;
pub mod heal;
pub mod leader;
pub mod silence;
pub mod wide;

/// Smallest, middle and largest are told of many.
const PERCENT: usize = 100;

/// A figure, with the bound it must keep.
pub trait Figure: serde::Serialize {
    /// Names of the columns of [`Figure::row`].
    const HEAD: &'static str;

    /// The figure in a line.
    fn row(&self) -> String;

    /// Whether it keeps its bound.
    ///
    /// # Errors
    /// What it does not keep.
    fn check(&self) -> Result<(), String>;
}

/// A network without liars and faults, of so many validators beside one another; clients are silent until a figure speaks for them.
fn quiet(seed: u64, validators: u16) -> Plan {
    let node = NodePlan {
        skew_ms: 0,
        timer_permille: 1_000,
        sync_us: 4_000,
        sync_jitter_us: 1_000,
        message_ns: 5_000,
        signature_ns: 30_000,
        execute_us: 50,
    };
    let client = |bank| ClientPlan {
        kind: ClientKind::Pays,
        bank,
        interval_us: u64::MAX / 4,
        patience_us: u64::MAX / 4,
    };
    Plan {
        seed,
        profile: Profile::Protocol,
        validators,
        observers: 0,
        safety_us: 0,
        parameters: STANDARD_PACE,
        links: LinkPlan {
            latency_us: 200,
            jitter_us: 300,
            tail_us: 0,
            ordered: true,
            bytes_per_ms: 0,
            loss_permille: 0,
            duplicate_permille: 0,
        },
        nodes: vec![node; usize::from(validators)],
        clients: (0..4).map(client).collect(),
        villains: Vec::new(),
        faults: Vec::new(),
        left_down: Vec::new(),
        retain_blocks: 0,
        changes: Vec::new(),
        regions: Vec::new(),
        twins: None,
    }
}

/// The network of a plan, started and watched.
fn started(plan: Plan) -> World {
    let founding = Rc::new(found(&plan));
    let mut world = World::new(Rc::new(plan), founding);
    world.watch = Some(Watch::default());
    world.start();
    world
}

/// Has a bank give a node a payment; its number.
fn pay(world: &mut World, bank: usize, node: usize) -> usize {
    let founding = Rc::clone(&world.founding);
    let request = world.clients.probe(&founding, bank);
    world.ask(request, node);
    request
}

/// The property that did not hold, if one did not.
fn violated(world: &World) -> Result<(), String> {
    match world.violation() {
        Some(violation) => Err(format!("{}: {}", violation.oracle, violation.what)),
        None => Ok(()),
    }
}

/// The value below which so many per cent of these lie; 0 of none.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((sorted.len() * percent / PERCENT).min(last))
        .copied()
        .unwrap_or(0)
}

fn average(all: &[u64]) -> u64 {
    let sum: u128 = all.iter().map(|it| u128::from(*it)).sum();
    u64::try_from(sum / (all.len().max(1) as u128)).unwrap_or(u64::MAX)
}

/// Microseconds as milliseconds with one place.
fn ms(us: u64) -> String {
    format!("{}.{}", us / 1_000, us % 1_000 / 100)
}
