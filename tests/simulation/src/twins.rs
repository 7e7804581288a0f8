//! Twins: every scenario of a small kind, by number. Four validators, one of them twice with one key, four views, and in each view every
//! way in which the five nodes can hear each other in up to three groups.
//!
//! ```text
//!   number --digits--> which validator is a twin (4) x groups of the five nodes in view 1, 2, 3, 4 (41 each)    11,303,044 scenarios
//! ```
//! Scenarios are distinct by construction, and neighbouring numbers give scenarios far apart. A view's groups last longer than its
//! timers; after the four views everybody hears everybody. After Bano et al., "Twins: BFT Systems Made Robust", OPODIS 2021; there the leader of each view is chosen too, here it is
//! the product's, and the choice of the twin stands for it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::draw;
use crate::plan::{ClientKind, ClientPlan, LinkPlan, NodePlan, Plan, Profile, VillainPlan, Way};
use crate::runs::{Report, found, run_founded};
use crate::world::{Job, World};

/// Nodes: four validators and the twin.
const NODES: usize = 5;

/// Views with groups of their own.
const VIEWS: usize = 4;

/// Ways to put five nodes into up to three groups.
const GROUPINGS: u64 = 41;

/// Scenarios in all.
pub const SCENARIOS: u64 = 4 * GROUPINGS.pow(4);

/// Odd, and no multiple of 41: multiplying by it modulo the number of scenarios visits each once.
const STRIDE: u64 = 7_368_787;

/// Length of a scenario.
const LENGTH_US: u64 = 8_000_000;

/// A view's groups last so long from its first message: longer than its timers, so that every node has given it up inside its group. For
/// ever would end the scenario there, since a view is left by certificate only.
const GROUPED_US: u64 = 1_000_000;

/// Who hears whom in which view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scenario {
    /// Group of each node by view, from view 1; the twin is the last node.
    pub groups: Vec<[u8; NODES]>,
}

impl Scenario {
    /// Whether a message about a view passes between two nodes; `began` are the times of the first messages by view.
    pub(crate) fn allows(
        &self,
        began: &mut BTreeMap<u64, u64>,
        now: u64,
        view: u64,
        (from, to): (usize, usize),
    ) -> bool {
        let place = usize::try_from(view)
            .ok()
            .and_then(|view| view.checked_sub(1));
        let Some(groups) = place.and_then(|place| self.groups.get(place)) else {
            return true;
        };
        let began = *began.entry(view).or_insert(now);
        groups[from] == groups[to] || now >= began + GROUPED_US
    }
}

/// Every way to put the nodes into up to three groups, named in the order in which they first appear.
fn groupings() -> Vec<[u8; NODES]> {
    let mut all = Vec::new();
    for number in 0..3_u32.pow(4) {
        let mut groups = [0_u8; NODES];
        let (mut rest, mut highest, mut named) = (number, 0, true);
        for group in &mut groups[1..] {
            *group = u8::try_from(rest % 3).unwrap_or(0);
            rest /= 3;
            named &= *group <= highest + 1;
            highest = highest.max(*group);
        }
        if named {
            all.push(groups);
        }
    }
    all
}

/// The plan of a scenario.
#[must_use]
pub fn plan(number: u64) -> Plan {
    let groupings = groupings();
    let mut rest = (number % SCENARIOS) * STRIDE % SCENARIOS;
    let mut digit = |base: u64| {
        let digit = rest % base;
        rest /= base;
        usize::try_from(digit).unwrap_or(0)
    };
    let twin = u16::try_from(digit(4)).unwrap_or(0);
    let groups = (0..VIEWS).map(|_| groupings[digit(GROUPINGS)]).collect();
    let node = NodePlan {
        skew_ms: 0,
        timer_permille: 1_000,
        sync_us: 100,
        sync_jitter_us: 50,
        message_ns: 1_000,
        signature_ns: 1_000,
        execute_us: 10,
    };
    Plan {
        retain_blocks: 0,
        changes: Vec::new(),
        regions: Vec::new(),
        seed: 0,
        profile: Profile::Protocol,
        validators: 4,
        observers: 0,
        safety_us: LENGTH_US,
        parameters: draw::STANDARD_PACE,
        links: LinkPlan {
            latency_us: 1_000,
            jitter_us: 500,
            tail_us: 0,
            ordered: true,
            bytes_per_ms: 0,
            loss_permille: 0,
            duplicate_permille: 0,
        },
        nodes: vec![node; 4],
        clients: vec![ClientPlan {
            kind: ClientKind::Pays,
            bank: 0,
            interval_us: u64::MAX / 4,
            patience_us: u64::MAX / 4,
        }],
        villains: vec![VillainPlan {
            node: twin,
            ways: vec![Way::Twin],
        }],
        faults: Vec::new(),
        left_down: Vec::new(),
        twins: Some(Scenario { groups }),
    }
}

/// Runs scenarios on one founding.
pub fn run_all(numbers: impl Iterator<Item = u64>, mut each: impl FnMut(u64, Plan, Report)) {
    let founding = Rc::new(found(&plan(0)));
    for number in numbers {
        let plan = plan(number);
        let report = run_founded(&plan, Rc::clone(&founding));
        each(number, plan, report);
    }
}

/// Every node, the twin too, has a payment of its own to order, so that twins differ.
pub(crate) fn play(world: &mut World) -> u64 {
    world.start();
    let founding = Rc::clone(&world.founding);
    for node in 0..world.nodes.len() {
        let request = world.clients.probe(&founding, 0);
        world.give(node, Job::Request(request));
    }
    world.run_until(LENGTH_US);
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_as_many_groupings_as_set_partitions() {
        let groupings: BTreeSet<_> = groupings().into_iter().collect();
        assert_eq!(groupings.len() as u64, GROUPINGS, "1 + 15 + 25");
    }

    #[test]
    fn different_numbers_are_different_scenarios() {
        let plans: BTreeSet<u64> = (0..5_000)
            .map(|number| plan(number).fingerprint())
            .collect();
        assert_eq!(plans.len(), 5_000);
    }
}
