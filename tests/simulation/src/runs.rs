//! One plan, one run, one report.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use sycee_contracts::twins::Family;

use crate::coverage::Coverage;
use crate::founding::Founding;
use crate::oracles::{Violation, progress};
use crate::plan::Plan;
use crate::world::World;

/// How often the heal phase looks whether everything has drained.
const LOOK_US: u64 = 200_000;

/// Leader orders that are told apart; each is a founding of its own.
const LEADER_ORDERS: u64 = 64;

/// How a run went.
#[derive(Clone, Debug)]
pub struct Report {
    /// The first property that did not hold.
    pub violation: Option<Violation>,
    /// Everything that happened, as one number.
    pub digest: String,
    /// Deliveries, timers, completions and requests.
    pub events: u64,
    /// Simulated time.
    pub simulated_us: u64,
    /// How long draining took after the faults.
    pub drained_us: u64,
    /// From the end of the faults to the first new block that was executed.
    pub first_block_us: Option<u64>,
    /// Final blocks.
    pub blocks: u64,
    /// Transactions with an outcome.
    pub outcomes: u64,
    /// States reached.
    pub coverage: Coverage,
    /// The family of products that was played, and how often its objects stood how and its verbs took effect.
    pub products: Option<(Family, BTreeMap<String, u64>)>,
    /// All nodes at the moment of the violation.
    pub picture: String,
}

/// The founding of a plan.
#[must_use]
pub(crate) fn found(plan: &Plan) -> Founding {
    let name = format!("simulated-{}", plan.seed % LEADER_ORDERS);
    let found = match plan.family() {
        Some(_) => Founding::staged,
        None => Founding::new,
    };
    found(&name, plan.validators, plan.observers, &plan.parameters)
}

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the text and place of panics for the report instead of printing them.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|info| {
        LAST_PANIC.with(|last| *last.borrow_mut() = info.to_string());
    }));
}

/// What the last panic of this thread said, and where.
pub(crate) fn last_panic() -> String {
    LAST_PANIC.with(|last| last.borrow().clone())
}

/// Runs a plan from beginning to end.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    run_founded(plan, Rc::new(found(plan)))
}

/// Runs a plan on a founding that several plans share.
#[must_use]
pub(crate) fn run_founded(plan: &Plan, founding: Rc<Founding>) -> Report {
    let mut world = World::new(Rc::new(plan.clone()), founding);
    LAST_PANIC.with(|last| last.borrow_mut().clear());
    // A panic of the product is a finding like any other; the world is looked at afterwards and then dropped.
    let outcome = catch_unwind(AssertUnwindSafe(|| match plan.twins {
        Some(_) => crate::twins::play(&mut world),
        None => both_phases(&mut world),
    }));
    let drained_us = outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        let kept = last_panic();
        let what = if kept.is_empty() {
            text.unwrap_or_default()
        } else {
            kept
        };
        world.violate("panic", Err(what));
        0
    });
    world.report(drained_us)
}

fn both_phases(world: &mut World) -> u64 {
    world.start();
    let safety_us = world.plan.safety_us;
    world.run_until(safety_us);
    if world.violation().is_some() {
        return 0;
    }
    world.heal();
    let bound_us = progress::bound_us(&world.plan);
    let end = safety_us + bound_us;
    while world.violation().is_none() && !world.has_drained() {
        if world.time() >= end {
            let what = world.undrained().unwrap_or_default();
            world.violate(
                "progress",
                Err(format!(
                    "after {} s without faults: {what}",
                    bound_us / 1_000_000
                )),
            );
            break;
        }
        let next = (world.time() + LOOK_US).min(end);
        world.run_until(next);
    }
    let drained_us = world.time().saturating_sub(safety_us);
    for node in world.core() {
        if world.violation().is_none() {
            world.check_balances(node);
        }
    }
    drained_us
}

impl World {
    pub(crate) fn report(mut self, drained_us: u64) -> Report {
        let forks = self.oracles.signatures.forks;
        if forks > 0 {
            self.coverage.reach(crate::coverage::Mark::LaneFork);
        }
        Report {
            digest: self.auditor.hex(),
            events: self.events,
            simulated_us: self.time,
            drained_us,
            first_block_us: self.first_block_us,
            blocks: self.oracles.agreement.height(),
            outcomes: self.oracles.outcomes.count() as u64,
            picture: if self.violation.is_some() {
                self.picture()
            } else {
                String::new()
            },
            products: self
                .oracles
                .ledger
                .products
                .map(|it| (it.family, it.reached().clone())),
            violation: self.violation,
            coverage: self.coverage,
        }
    }
}
