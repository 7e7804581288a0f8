//! Figures that a specification asks for, each from one run on a network without liars.
//!
//! ```text
//!   silence   an hour without work: syncs and bytes; then the leader of the view dies and one payment comes: when is it final?
//! ```
//! As everything here they are simulated times: processors and disks are the plan's, not this machine's.

use std::rc::Rc;

use crate::draw::STANDARD_PACE;
use crate::plan::{ClientKind, ClientPlan, LinkPlan, NodePlan, Plan, Profile};
use crate::runs::found;
use crate::world::{Job, World};

/// An hour.
const HOUR_US: u64 = 3_600_000_000;

/// What is looked at after the payment.
const LOOK_US: u64 = 1_000;

/// What a silent hour costs, and the first payment after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Silence {
    /// Validators.
    pub validators: u16,
    /// Synced groups of writes of all nodes in the hour.
    pub syncs: u64,
    /// Bytes that all nodes sent in the hour.
    pub bytes: u64,
    /// Frames that all nodes sent in the hour.
    pub frames: u64,
    /// Final blocks in the hour: heartbeats.
    pub blocks: u64,
    /// From the request to the client's answer, the leader of the view dead; none within ten seconds.
    pub first_payment_us: Option<u64>,
}

/// A local network of so many validators.
fn local(seed: u64, validators: u16) -> Plan {
    let node = NodePlan {
        skew_ms: 0,
        timer_permille: 1_000,
        sync_us: 4_000,
        sync_jitter_us: 1_000,
        message_ns: 5_000,
        signature_ns: 30_000,
        execute_us: 50,
    };
    Plan {
        seed,
        profile: Profile::Protocol,
        validators,
        observers: 0,
        safety_us: HOUR_US,
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
        clients: vec![ClientPlan {
            kind: ClientKind::Pays,
            bank: 0,
            interval_us: u64::MAX / 4,
            patience_us: u64::MAX / 4,
        }],
        villains: Vec::new(),
        faults: Vec::new(),
        left_down: Vec::new(),
        retain_blocks: 0,
        twins: None,
    }
}

/// An hour of silence, and one payment with the leader of the view dead.
///
/// # Errors
/// The property that did not hold meanwhile.
pub fn silence(seed: u64, validators: u16) -> Result<Silence, String> {
    let plan = local(seed, validators);
    let founding = Rc::new(found(&plan));
    let mut world = World::new(Rc::new(plan), founding);
    world.start();
    // A payment, so that the network has a past.
    pay(&mut world, 0);
    world.run_until(10_000_000);
    let before = (
        world.traffic.syncs,
        world.traffic.bytes,
        world.traffic.frames,
        world.oracles.agreement.height(),
    );
    world.run_until(10_000_000 + HOUR_US);
    let mut figure = Silence {
        validators,
        syncs: world.traffic.syncs - before.0,
        bytes: world.traffic.bytes - before.1,
        frames: world.traffic.frames - before.2,
        blocks: world.oracles.agreement.height() - before.3,
        first_payment_us: None,
    };
    let leader = world.nodes[0]
        .running
        .as_ref()
        .map_or(0, |running| running.replica.status().leader.usize());
    world.crash(leader, 0, true);
    let other = (leader + 1) % usize::from(validators);
    let asked_at = world.time();
    let request = pay(&mut world, other);
    while world.time() < asked_at + 10_000_000 && figure.first_payment_us.is_none() {
        let next = world.time() + LOOK_US;
        world.run_until(next);
        if world.clients.requests[request].done {
            figure.first_payment_us = Some(world.time() - asked_at);
        }
        if let Some(violation) = world.violation() {
            return Err(format!("{}: {}", violation.oracle, violation.what));
        }
    }
    Ok(figure)
}

/// Gives a payment to a node; its number.
fn pay(world: &mut World, node: usize) -> usize {
    let founding = Rc::clone(&world.founding);
    let request = world.clients.probe(&founding, 0);
    world.clients.requests[request].node = node;
    world.give(node, Job::Request(request));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_cheap_and_a_dead_leader_costs_the_first_payment_less_than_two_seconds() {
        let figure = silence(1, 4).expect("nothing is violated");
        let first = figure.first_payment_us.expect("it is final");
        assert!(first < 2_000_000, "{figure:?}");
        assert!(figure.blocks <= 61, "a heartbeat a minute: {figure:?}");
        assert!(figure.bytes < 4_000_000, "{figure:?}");
    }
}
