//! The first new block after the faults: over seeds with all kinds of trouble, in one building or far apart.
//!
//! New is a block whose proposal left after the end of the faults; it counts when the first honest node has it final and whole.

use serde::Serialize;

use super::{Figure, ms, percentile, started, violated};
use crate::draw::{self, Setting};
use crate::plan::{Plan, Profile};

/// Length of the faults.
const SAFETY_US: u64 = 20_000_000;

/// In one building.
const LOCAL_US_MAX: u64 = 10_000_000;

/// How long a run is looked at.
const LOOK_US: u64 = 60_000_000;

/// How exactly it is looked at.
const STEP_US: u64 = 5_000;

/// Times from the end of the faults to the first new block.
#[derive(Clone, Debug, Serialize)]
pub struct Heal {
    /// How far apart the nodes are.
    pub setting: Setting,
    /// Runs.
    pub seeds: u64,
    /// Half of the seeds took at most this long.
    pub median_us: u64,
    /// All but one in a hundred.
    pub p99_us: u64,
    /// All.
    pub worst_us: u64,
    /// The seed that took longest.
    pub worst_seed: u64,
    /// What is allowed.
    pub bound_us: u64,
}

impl Figure for Heal {
    const HEAD: &'static str =
        "setting | seeds | median, ms | p99, ms | worst, ms | worst seed | bound, ms";

    fn row(&self) -> String {
        format!(
            "{:?} | {} | {} | {} | {} | {} | {}",
            self.setting,
            self.seeds,
            ms(self.median_us),
            ms(self.p99_us),
            ms(self.worst_us),
            self.worst_seed,
            ms(self.bound_us)
        )
    }

    fn check(&self) -> Result<(), String> {
        if self.worst_us <= self.bound_us {
            return Ok(());
        }
        Err(format!(
            "seed {} takes {} ms, {} ms are allowed",
            self.worst_seed,
            ms(self.worst_us),
            ms(self.bound_us)
        ))
    }
}

/// grace + 5 x the largest D, far apart; ten seconds in one building.
fn bound_us(setting: Setting) -> u64 {
    let base_us = u64::from(setting.pace().base_delay_ms) * 1_000;
    match setting {
        Setting::Local => LOCAL_US_MAX,
        Setting::Wide => 3 * base_us + 5 * 16 * base_us,
    }
}

/// Runs seeds in a setting.
///
/// # Errors
/// The property that did not hold, and in which seed.
pub fn heal(seeds: std::ops::Range<u64>, setting: Setting) -> Result<Heal, String> {
    let mut times = Vec::new();
    for seed in seeds {
        let plan = draw::draw_in(seed, Profile::Protocol, SAFETY_US, Some(setting));
        let first_us = first_block_us(plan).map_err(|what| format!("seed {seed}: {what}"))?;
        times.push((first_us, seed));
    }
    times.sort_unstable();
    let sorted: Vec<u64> = times.iter().map(|(us, _)| *us).collect();
    let (worst_us, worst_seed) = times.last().copied().unwrap_or_default();
    Ok(Heal {
        setting,
        seeds: times.len() as u64,
        median_us: percentile(&sorted, 50),
        p99_us: percentile(&sorted, 99),
        worst_us,
        worst_seed,
        bound_us: bound_us(setting),
    })
}

fn first_block_us(plan: Plan) -> Result<u64, String> {
    let safety_us = plan.safety_us;
    let mut world = started(plan);
    world.run_until(safety_us);
    violated(&world)?;
    world.heal();
    let healed_at = world.time();
    while world.time() < healed_at + LOOK_US {
        let next = world.time() + STEP_US;
        world.run_until(next);
        violated(&world)?;
        let Some(watch) = &world.watch else { continue };
        let is_new = |view| watch.proposed.get(view).is_some_and(|at| *at >= healed_at);
        let mut delivered = watch.delivered.iter().rev();
        let delivered = delivered.by_ref().take_while(|it| it.at_us >= healed_at);
        let first = delivered
            .filter(|it| world.nodes[it.node].honest && is_new(&it.view))
            .last();
        if let Some(first) = first {
            return Ok(first.at_us - healed_at);
        }
    }
    Err(format!("no new block within {} s", LOOK_US / 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_block_comes_soon_after_the_faults_near_and_far() {
        for setting in [Setting::Local, Setting::Wide] {
            let figure = heal(0..8, setting).expect("nothing is violated");
            assert_eq!(figure.check(), Ok(()), "{figure:?}");
            assert!(
                figure.median_us > 1_000,
                "no block is made in no time: {figure:?}"
            );
        }
    }
}
