//! f validators crashed: payments a second and waiting times before, until the crashed are known to be gone, and after.
//!
//! A fixed number of payments is open at any time: whoever has its answer pays again at once, at a live validator. So many are open
//! that the processors are busy; who had asked a validator that crashed asks another, and its time goes on.

use serde::Serialize;

use super::{Figure, ms, pay, percentile, quiet, started, violated};
use crate::world::World;

/// Length of each part.
const PART_US: u64 = 5_000_000;

/// What comes before the first part.
const WARM_US: u64 = 1_000_000;

/// How often it is looked who has an answer.
const STEP_US: u64 = 500;

/// After so long without an answer a client asks another validator.
const PATIENCE_US: u64 = 2_000_000;

/// Least throughput of what it was, per cent.
const THROUGHPUT_MIN: u64 = 60;

/// Largest p99 of what it was, per cent.
const P99_MAX: u64 = 300;

/// A part of the run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Part {
    /// Answers a second.
    pub per_s: u64,
    /// Half of the payments waited at most this long for their answer.
    pub median_us: u64,
    /// All but one in a hundred.
    pub p99_us: u64,
}

/// With and without f validators.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Crashed {
    /// Validators.
    pub validators: u16,
    /// How many of them crash.
    pub crashed: u16,
    /// Payments open at any time.
    pub open: usize,
    /// Before the crash.
    pub before: Part,
    /// From the crash on for as long as a silent leader is waited for.
    pub meanwhile: Part,
    /// After that.
    pub after: Part,
}

impl Crashed {
    /// Throughput after of what it was before, per cent.
    #[must_use]
    pub fn throughput_percent(&self) -> u64 {
        self.after.per_s * 100 / self.before.per_s.max(1)
    }

    /// p99 after of what it was before, per cent.
    #[must_use]
    pub fn p99_percent(&self) -> u64 {
        self.after.p99_us * 100 / self.before.p99_us.max(1)
    }
}

impl Part {
    fn words(&self) -> String {
        format!(
            "{}/s, {}, {}",
            self.per_s,
            ms(self.median_us),
            ms(self.p99_us)
        )
    }
}

impl Figure for Crashed {
    const HEAD: &'static str = "validators | crashed | open payments | before: a second, median, p99 in ms | until T_skip | after | throughput, % | p99, %";

    fn row(&self) -> String {
        format!(
            "{} | {} | {} | {} | {} | {} | {} | {}",
            self.validators,
            self.crashed,
            self.open,
            self.before.words(),
            self.meanwhile.words(),
            self.after.words(),
            self.throughput_percent(),
            self.p99_percent()
        )
    }

    fn check(&self) -> Result<(), String> {
        if self.throughput_percent() < THROUGHPUT_MIN {
            return Err(format!("throughput falls below {THROUGHPUT_MIN} %"));
        }
        if self.p99_percent() >= P99_MAX {
            return Err(format!("p99 reaches {P99_MAX} %"));
        }
        Ok(())
    }
}

/// Clients that always have so many payments open.
struct Crowd {
    open: Vec<(usize, u64, u64)>,
    live: Vec<usize>,
    turn: usize,
}

impl Crowd {
    fn pay(&mut self, world: &mut World) -> (usize, u64, u64) {
        self.turn += 1;
        let node = self.live[self.turn % self.live.len()];
        let now = world.time();
        (pay(world, self.turn % 4, node), now, now)
    }

    /// Runs to a moment; the waiting times of those who had their answer meanwhile.
    fn run_until(&mut self, world: &mut World, until: u64) -> Result<Vec<u64>, String> {
        let mut waited = Vec::new();
        while world.time() < until {
            let next = world.time() + STEP_US;
            world.run_until(next);
            violated(world)?;
            let open = std::mem::take(&mut self.open);
            for (request, since, asked) in open {
                let it = &world.clients.requests[request];
                let (done, done_at) = (it.done, it.done_at);
                let is_lost = !self.live.contains(&it.node) || asked + PATIENCE_US < world.time();
                if done {
                    waited.push(done_at - since);
                    let next = self.pay(world);
                    self.open.push(next);
                } else if is_lost {
                    self.turn += 1;
                    world.ask(request, self.live[self.turn % self.live.len()]);
                    self.open.push((request, since, world.time()));
                } else {
                    self.open.push((request, since, asked));
                }
            }
        }
        Ok(waited)
    }

    fn part(&mut self, world: &mut World, us: u64) -> Result<Part, String> {
        let until = world.time() + us;
        let mut waited = self.run_until(world, until)?;
        waited.sort_unstable();
        Ok(Part {
            per_s: waited.len() as u64 * 1_000_000 / us.max(1),
            median_us: percentile(&waited, 50),
            p99_us: percentile(&waited, 99),
        })
    }
}

/// Crashes f of so many validators while so many payments are open.
///
/// # Errors
/// The property that did not hold meanwhile.
pub fn crashed(seed: u64, validators: u16, open: usize) -> Result<Crashed, String> {
    let plan = quiet(seed, validators);
    let (faulty, skip_us) = (
        plan.faulty_max(),
        u64::from(plan.parameters.skip_ms) * 1_000,
    );
    let mut world = started(plan);
    let live = (0..usize::from(validators)).collect();
    let mut crowd = Crowd {
        open: Vec::new(),
        live,
        turn: 0,
    };
    world.run_until(500_000);
    for _ in 0..open {
        let one = crowd.pay(&mut world);
        crowd.open.push(one);
    }
    let warm = world.time() + WARM_US;
    crowd.run_until(&mut world, warm)?;
    let before = crowd.part(&mut world, PART_US)?;
    for node in 0..usize::from(faulty) {
        world.crash(node, 0, true);
        crowd.live.retain(|it| *it != node);
    }
    let meanwhile = crowd.part(&mut world, skip_us)?;
    let after = crowd.part(&mut world, PART_US)?;
    Ok(Crashed {
        validators,
        crashed: faulty,
        open,
        before,
        meanwhile,
        after,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_with_f_crashed_goes_on_nearly_as_before() {
        let figure = crashed(1, 4, 60).expect("nothing is violated");
        assert_eq!(figure.check(), Ok(()), "{figure:?}");
        assert!(figure.before.per_s > 100, "there was work: {figure:?}");
    }
}
