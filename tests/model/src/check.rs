//! One walk from its start to its report.

use std::collections::{BTreeSet, HashSet, VecDeque};

use stateright::{Checker, HasDiscoveries, Model};
use sycee_consensus::{View, VoteKind};
use sycee_primitives::Hash;

use crate::{
    model::{Network, Scope},
    property::{ENOUGH, NAMES},
};

/// What a walk found.
pub struct Report {
    /// Distinct states reached.
    pub distinct: usize,
    /// Of these, states in which the properties were judged; the others wait at the border of an unfinished walk.
    pub visited: u64,
    /// Steps that led to them, repetitions counted.
    pub steps: usize,
    /// Actions from the start to the furthest state, by the shortest way.
    pub depth: usize,
    /// Distinct states of single nodes.
    pub node_states: usize,
    /// Steps of shipped cores.
    pub core_steps: usize,
    /// Whether every state of the scope was reached.
    pub exhausted: bool,
    /// Properties that failed, each with a short behaviour that breaks it.
    pub failures: Vec<(&'static str, Vec<String>)>,
}

/// Walks until everything is reached, the scope's number of states is, or a property fails.
#[must_use]
pub fn walk(scope: Scope) -> Report {
    walk_until(scope, HasDiscoveries::Any)
}

/// Walks until one property is seen to fail.
#[must_use]
pub fn walk_until_failure(scope: Scope, name: &'static str) -> Report {
    walk_until(scope, HasDiscoveries::AnyOf([name, ENOUGH].into()))
}

fn walk_until(scope: Scope, end: HasDiscoveries) -> Report {
    let checker = Network::new(scope).checker().finish_when(end);
    let checker = checker.spawn_bfs().join();
    let visited = checker.model().visited();
    let (node_states, core_steps) = checker.model().cores_seen();
    let failed = |name: &&'static str| {
        let path = checker.discovery(name)?;
        let actions = path.into_actions();
        let lines = actions
            .iter()
            .map(|action| checker.model().describe(action));
        Some((*name, lines.collect()))
    };
    let failures: Vec<(&'static str, Vec<String>)> = NAMES.iter().filter_map(failed).collect();
    Report {
        distinct: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        node_states,
        core_steps,
        // Every reached state was looked at, and nothing ended the walk before.
        exhausted: failures.is_empty()
            && checker.discovery(ENOUGH).is_none()
            && visited >= checker.unique_state_count() as u64,
        visited,
        failures,
    }
}

/// What three nodes have let out, by name.
pub type LetOut = [Vec<(VoteKind, View, Hash)>; 3];

/// Every combination of what the nodes have let out that a walk meets, without judging anything.
#[must_use]
pub fn all_let_out(scope: Scope) -> BTreeSet<LetOut> {
    let network = Network::new(scope);
    let mut waiting: VecDeque<_> = network.init_states().into();
    let mut seen: HashSet<_> = waiting.iter().copied().collect();
    let (mut all, mut actions) = (BTreeSet::new(), Vec::new());
    while let Some(state) = waiting.pop_front() {
        all.insert(network.let_out(&state));
        network.actions(&state, &mut actions);
        let next = actions
            .drain(..)
            .filter_map(|action| network.next_state(&state, action));
        waiting.extend(next.filter(|next| seen.insert(*next)));
    }
    all
}
