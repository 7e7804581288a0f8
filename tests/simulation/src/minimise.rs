//! From a plan that fails to a small plan that fails in the same way.
//!
//! ```text
//!   shorter  ->  fewer faults (halves, quarters, ... one by one)  ->  fewer villains, ways, clients, observers  ->  plainer links and nodes
//!      every step is kept only when the same oracle still fails
//! ```

use crate::plan::{Fault, Plan};
use crate::runs::run;

/// Runs spent at most on one plan.
const RUNS_MAX: u32 = 150;

struct Search {
    oracle: &'static str,
    best: Plan,
    runs: u32,
    started: std::time::Instant,
    seconds_max: u64,
}

/// Makes a failing plan smaller; gives up after so many seconds and returns what it has.
#[must_use]
pub fn minimise(plan: &Plan, oracle: &'static str, at_us: u64, seconds_max: u64) -> Plan {
    let mut search = Search {
        oracle,
        best: plan.clone(),
        runs: 0,
        started: std::time::Instant::now(),
        seconds_max,
    };
    if plan.twins.is_some() {
        return search.best;
    }
    if oracle != "progress" && at_us < plan.safety_us {
        search.try_change(|plan| {
            plan.safety_us = at_us + 1_000;
            plan.faults.retain(|fault| fault.at_us <= at_us);
        });
    }
    search.drop_faults();
    search.drop_others();
    search.make_plain();
    search.drop_faults();
    search.best
}

impl Search {
    fn try_change(&mut self, change: impl FnOnce(&mut Plan)) -> bool {
        let mut smaller = self.best.clone();
        change(&mut smaller);
        let spent = self.runs >= RUNS_MAX || self.started.elapsed().as_secs() >= self.seconds_max;
        if spent || smaller == self.best || smaller.check().is_err() {
            return false;
        }
        self.runs += 1;
        let fails = run(&smaller)
            .violation
            .is_some_and(|violation| violation.oracle == self.oracle);
        if fails {
            self.best = smaller;
        }
        fails
    }

    fn drop_faults(&mut self) {
        let mut chunk = self.best.faults.len().div_ceil(2);
        while chunk > 0 {
            let mut from = 0;
            while from < self.best.faults.len() {
                let to = (from + chunk).min(self.best.faults.len());
                let dropped = self.try_change(|plan| {
                    plan.faults.drain(from..to);
                });
                if !dropped {
                    from = to;
                }
            }
            chunk = if chunk == 1 { 0 } else { chunk.div_ceil(2) };
        }
    }

    fn drop_others(&mut self) {
        for place in (0..self.best.villains.len()).rev() {
            self.try_change(|plan| {
                plan.villains.remove(place);
            });
        }
        for villain in 0..self.best.villains.len() {
            for way in (0..self.best.villains[villain].ways.len()).rev() {
                self.try_change(|plan| {
                    plan.villains[villain].ways.remove(way);
                });
            }
        }
        for place in (0..self.best.clients.len()).rev() {
            self.try_change(|plan| {
                plan.clients.remove(place);
            });
        }
        self.try_change(|plan| plan.left_down.clear());
        self.try_change(|plan| {
            let (first, count) = (plan.validators, plan.validators + plan.observers);
            plan.observers = 0;
            plan.nodes.truncate(usize::from(first));
            plan.left_down.retain(|node| *node < first);
            let names = |fault: &Fault| {
                fault
                    .what
                    .nodes()
                    .iter()
                    .any(|node| (first..count).contains(node))
            };
            plan.faults.retain(|fault| !names(fault));
            plan.changes.retain(|it| it.what.node() < first);
        });
        for _ in 0..self.best.changes.len() {
            self.try_change(|plan| {
                plan.changes.pop();
            });
        }
    }

    fn make_plain(&mut self) {
        self.try_change(|plan| plan.links.loss_permille = 0);
        self.try_change(|plan| plan.links.duplicate_permille = 0);
        self.try_change(|plan| plan.links.tail_us = 0);
        self.try_change(|plan| plan.links.bytes_per_ms = 0);
        self.try_change(|plan| plan.links.ordered = true);
        self.try_change(|plan| plan.parameters = crate::draw::STANDARD_PACE);
        self.try_change(|plan| {
            for node in &mut plan.nodes {
                (node.skew_ms, node.timer_permille) = (0, 1_000);
            }
        });
    }
}
