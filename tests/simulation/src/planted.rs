//! The proof that the simulator works: bugs are planted in shipped code, and its oracles have to find them.
//!
//! ```text
//!   hunt = (plant, circumstance)   seed --circumstance--> small plan --run with the plant--> violation?   no: the next seed
//!                                                                    --run without it-----> no violation, or it is no catch
//! ```
//! A circumstance makes what the bug needs likely: a liar, power cuts, slow disks. It never says when, and knows nothing of the plant.
//! The bugs stand in no other build than `--cfg sycee_planted`. Spec: reliability 3.5.

use sycee_primitives::planted::{ALL, Plant};

use crate::oracles::Violation;
use crate::plan::Plan;
#[cfg(sycee_planted)]
use crate::runs::run;

mod circumstances;
mod hunts;

pub use circumstances::{Circumstance, EVERY};
pub use hunts::HUNTS;

/// Seeds after which a plant counts as not found.
pub const SEEDS_MAX: u64 = 2_000;

/// Places in the numbers from which each plant is looked for.
pub const STARTS: u64 = 20;

/// Distance between two of them.
#[cfg(sycee_planted)]
const STRIDE: u64 = 1_000_000;

/// A plant, and the weather in which it shows.
#[derive(Clone, Copy, Debug)]
pub struct Hunt {
    /// Its name.
    pub plant: &'static str,
    /// What the plans are like.
    pub weather: Circumstance,
}

/// How a hunt from one start went.
#[derive(Clone, Debug)]
pub struct Catch {
    /// Seeds run, the one that found it included.
    pub seeds: u64,
    /// What was seen; none when the seeds ran out.
    pub seen: Option<Violation>,
    /// A violation without the plant: a bug that nobody planted.
    pub unplanted: Option<(Plan, Violation)>,
}

impl Hunt {
    /// The row of the plant in the table of all.
    #[must_use]
    pub fn row(&self) -> Option<&'static Plant> {
        ALL.iter().find(|plant| plant.name == self.plant)
    }

    /// The plan of a seed.
    #[must_use]
    pub fn plan(&self, seed: u64) -> Plan {
        self.weather.plan(seed)
    }

    /// Runs seeds from the start of this number until the plant is found.
    #[cfg(sycee_planted)]
    #[must_use]
    pub fn run(&self, start: u64, seeds_max: u64) -> Catch {
        for number in 0..seeds_max {
            let plan = self.plan(start * STRIDE + number);
            let seen = self.found(&plan);
            if seen.is_none() {
                continue;
            }
            let unplanted = run(&plan).violation.map(|violation| (plan, violation));
            return Catch {
                seeds: number + 1,
                seen,
                unplanted,
            };
        }
        Catch {
            seeds: seeds_max,
            seen: None,
            unplanted: None,
        }
    }

    /// One run with the plant, and a second where only a second can show it.
    #[cfg(sycee_planted)]
    fn found(&self, plan: &Plan) -> Option<Violation> {
        use sycee_primitives::planted::with;
        let report = with(self.plant, || run(plan));
        if report.violation.is_some() || self.weather != Circumstance::Twice {
            return report.violation;
        }
        let again = with(self.plant, || run(plan));
        (again.digest != report.digest).then(|| Violation {
            oracle: "determinism",
            what: format!("digests {} and {}", report.digest, again.digest),
            at_us: again.simulated_us,
        })
    }

    /// Without the plants in the build nothing can be found.
    #[cfg(not(sycee_planted))]
    #[must_use]
    pub fn run(&self, _start: u64, _seeds_max: u64) -> Catch {
        Catch {
            seeds: 0,
            seen: None,
            unplanted: None,
        }
    }
}

/// Whether this build has the plants.
#[must_use]
pub fn is_built() -> bool {
    cfg!(sycee_planted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_hunt_is_after_a_plant_of_its_own_and_its_plans_can_be_run() {
        let names: BTreeSet<&str> = HUNTS.iter().map(|hunt| hunt.plant).collect();
        assert_eq!(names.len(), HUNTS.len(), "each once");
        for hunt in HUNTS {
            assert!(hunt.row().is_some(), "{} stands in no table", hunt.plant);
            for seed in 0..20 {
                assert_eq!(hunt.plan(seed).check(), Ok(()), "{}", hunt.plant);
            }
        }
    }

    #[test]
    fn what_has_no_scenario_is_hunted() {
        for plant in ALL.iter().filter(|plant| !plant.has_scenario) {
            let is_hunted = HUNTS.iter().any(|hunt| hunt.plant == plant.name);
            assert!(is_hunted, "nobody looks for {}", plant.name);
        }
    }
}
