//! What the turns of a crashed leader cost, once it is known to be gone: one exchange of Nullify votes. PROTOCOL.md V21
//!
//! ```text
//!   the last live node enters the view --sync of the vote, one message delay--> the last live node enters the next
//! ```

use serde::Serialize;

use super::{Figure, average, ms, pay, quiet, started, violated};

/// One way between any two nodes: long beside everything else, so that exchanges can be counted.
const DELAY_US: u64 = 20_000;

/// Longest sync.
const SYNC_US: u64 = 1_000;

/// Work for the messages of a view.
const WORK_US: u64 = 2_000;

/// Between two payments.
const INTERVAL_US: u64 = 10_000;

/// When the leader crashes, from when on its turns are looked at, and until when.
const MOMENTS_US: [u64; 3] = [3_000_000, 9_000_000, 25_000_000];

/// Views that the crashed validator should have led.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeadLeader {
    /// Validators.
    pub validators: u16,
    /// Its turns that were looked at.
    pub turns: usize,
    /// One message delay.
    pub delay_us: u64,
    /// From the crash to the end of the last turn that took longer than an exchange.
    pub known_after_us: u64,
    /// What a turn takes on average,
    pub average_us: u64,
    /// and at most.
    pub worst_us: u64,
    /// One message delay, a sync that may have to wait for another one, and the work.
    pub bound_us: u64,
}

impl Figure for DeadLeader {
    const HEAD: &'static str = "validators | turns | message delay, ms | known after, ms | a turn takes, ms | at most, ms | bound, ms";

    fn row(&self) -> String {
        format!(
            "{} | {} | {} | {} | {} | {} | {}",
            self.validators,
            self.turns,
            ms(self.delay_us),
            ms(self.known_after_us),
            ms(self.average_us),
            ms(self.worst_us),
            ms(self.bound_us)
        )
    }

    fn check(&self) -> Result<(), String> {
        if self.turns == 0 {
            return Err("the crashed validator had no turn".to_owned());
        }
        if self.worst_us > self.bound_us {
            return Err("a turn of a crashed leader costs more than one exchange".to_owned());
        }
        Ok(())
    }
}

/// Crashes one validator under a steady stream of payments.
///
/// # Errors
/// The property that did not hold meanwhile.
pub fn dead_leader(seed: u64, validators: u16) -> Result<DeadLeader, String> {
    let mut plan = quiet(seed, validators);
    (plan.links.latency_us, plan.links.jitter_us) = (DELAY_US, 0);
    for node in &mut plan.nodes {
        (node.sync_us, node.sync_jitter_us) = (SYNC_US, 0);
    }
    let mut world = started(plan);
    let [crash_at, from, until] = MOMENTS_US;
    let (mut turn, others) = (0, usize::from(validators) - 1);
    while world.time() < until {
        let next = world.time() + INTERVAL_US;
        world.run_until(next);
        violated(&world)?;
        if world.time() == crash_at {
            world.crash(0, 0, true);
        }
        turn += 1;
        pay(&mut world, turn % 4, 1 + turn % others);
    }
    let mut turns: Vec<(u64, u64)> = Vec::new();
    let watch = world.watch.take().unwrap_or_default();
    let last_in = |view: u64| {
        let all = (1..usize::from(validators)).map(|node| watch.entered.get(&(view, node)));
        all.collect::<Option<Vec<_>>>()?.into_iter().max().copied()
    };
    let last_view = watch
        .entered
        .keys()
        .next_back()
        .map_or(0, |(view, _)| *view);
    for view in 1..last_view {
        let leader = world.founding.set.leader(sycee_consensus::View(view));
        if leader.0 == 0
            && let (Some(entered), Some(left)) = (last_in(view), last_in(view + 1))
            && entered > crash_at
        {
            turns.push((left, left - entered));
        }
    }
    let bound_us = DELAY_US + 2 * SYNC_US + WORK_US;
    let slow = turns.iter().filter(|(_, took)| *took > bound_us);
    let known_at = slow.map(|(left, _)| *left).max().unwrap_or(crash_at);
    let known: Vec<u64> = turns
        .iter()
        .filter(|(left, _)| *left >= from)
        .map(|(_, took)| *took)
        .collect();
    Ok(DeadLeader {
        validators,
        turns: known.len(),
        delay_us: DELAY_US,
        known_after_us: known_at - crash_at,
        average_us: average(&known),
        worst_us: known.iter().max().copied().unwrap_or(0),
        bound_us,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_of_a_crashed_leader_costs_one_exchange() {
        let figure = dead_leader(1, 4).expect("nothing is violated");
        assert_eq!(figure.check(), Ok(()), "{figure:?}");
        assert!(
            figure.worst_us >= DELAY_US,
            "no message is faster: {figure:?}"
        );
    }
}
