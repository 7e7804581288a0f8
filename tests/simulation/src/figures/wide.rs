//! Validators in five regions: how long finality takes, against the least that three message delays can be, and what a view costs.
//!
//! ```text
//!   the least, from the latencies alone: leader --> each i;   j has q of them: q-th of (leader --> i --> j);   k has q of those
//! ```

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Figure, average, ms, pay, percentile, quiet, started, violated};
use crate::draw::{FAR_PACE, WIDE_PACE};
use crate::plan::Plan;
use crate::regions::{NAMES, one_way_us};

/// From more validators on the pace is that of a large network.
const MANY: u16 = 16;

/// When views are looked at.
const FROM_US: u64 = 5_000_000;
const UNTIL_US: u64 = 15_000_000;

/// Between two payments.
const INTERVAL_US: u64 = 100_000;

/// Finality and costs of one size.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Wide {
    /// Validators.
    pub validators: u16,
    /// Views that were looked at.
    pub views: usize,
    /// Average over views and nodes of the least that three message delays can be.
    pub least_us: u64,
    /// Average from the proposal's leaving to the block being final, whole and synced.
    pub final_us: u64,
    /// What it took above the least: median,
    pub above_median_us: u64,
    /// and most.
    pub above_worst_us: u64,
    /// Four syncs and the work of three exchanges: what is allowed above the least.
    pub processing_us: u64,
    /// Bytes that a node sends in a view.
    pub bytes: u64,
    /// Work of a node's processor in a view, nanoseconds,
    pub processor_ns: u64,
    /// and of its pool.
    pub pool_ns: u64,
}

impl Figure for Wide {
    const HEAD: &'static str = "validators | views | three delays at least, ms | final after, ms | in delays | above: median, ms | worst, ms | stated processing, ms | bytes a view and node | processor, us | pool, us";

    fn row(&self) -> String {
        let hundredths = 300 * self.final_us / self.least_us.max(1);
        format!(
            "{} | {} | {} | {} | {}.{:02} | {} | {} | {} | {} | {} | {}",
            self.validators,
            self.views,
            ms(self.least_us),
            ms(self.final_us),
            hundredths / 100,
            hundredths % 100,
            ms(self.above_median_us),
            ms(self.above_worst_us),
            ms(self.processing_us),
            self.bytes,
            self.processor_ns / 1_000,
            self.pool_ns / 1_000
        )
    }

    fn check(&self) -> Result<(), String> {
        if self.views < 10 {
            return Err("too few views were looked at".to_owned());
        }
        if self.above_median_us > self.processing_us {
            return Err(
                "finality takes longer than three delays and the stated processing".to_owned(),
            );
        }
        Ok(())
    }
}

fn plan_of(seed: u64, validators: u16) -> Plan {
    let mut plan = quiet(seed, validators);
    plan.parameters = if validators > MANY {
        FAR_PACE
    } else {
        WIDE_PACE
    };
    plan.links.latency_us = 0;
    plan.links.jitter_us = 0;
    let regions = NAMES.len();
    plan.regions = (0..usize::from(validators))
        .map(|place| u8::try_from(place % regions).unwrap_or(0))
        .collect();
    plan
}

/// When each node can have a block final at the earliest, from the moment at which its proposal leaves.
fn least_us(regions: &[u8], leader: usize, quorum: usize) -> Vec<u64> {
    let between = |from: usize, to: usize| {
        if from == to {
            0
        } else {
            one_way_us(regions[from], regions[to])
        }
    };
    let exchange = |ready: &[u64]| -> Vec<u64> {
        let at = |to: usize| {
            let mut arrivals: Vec<u64> = (0..regions.len())
                .map(|from| ready[from] + between(from, to))
                .collect();
            arrivals.sort_unstable();
            arrivals[quorum - 1]
        };
        (0..regions.len()).map(at).collect()
    };
    let proposed: Vec<u64> = (0..regions.len()).map(|to| between(leader, to)).collect();
    exchange(&exchange(&proposed))
}

/// Validators in five regions under a few payments a second.
///
/// # Errors
/// The property that did not hold meanwhile.
pub fn wide(seed: u64, validators: u16) -> Result<Wide, String> {
    let plan = plan_of(seed, validators);
    let (regions, quorum) = (plan.regions.clone(), usize::from(plan.quorum()));
    let node = plan.nodes[0];
    let mut world = started(plan);
    let (mut turn, mut before) = (0, world.traffic);
    while world.time() < UNTIL_US {
        let next = world.time() + INTERVAL_US;
        world.run_until(next);
        violated(&world)?;
        if world.time() == FROM_US {
            before = world.traffic;
        }
        turn += 1;
        pay(&mut world, turn % 4, turn % usize::from(validators));
    }
    let watch = world.watch.take().unwrap_or_default();
    let mut least = BTreeMap::new();
    let (mut views, mut bounds, mut times, mut above) = (0, Vec::new(), Vec::new(), Vec::new());
    for (view, proposed) in watch.proposed.range(..) {
        let all: Vec<_> = watch
            .delivered
            .iter()
            .filter(|it| it.view == *view)
            .collect();
        if *proposed < FROM_US || all.len() < usize::from(validators) {
            continue;
        }
        views += 1;
        let leader = world
            .founding
            .set
            .leader(sycee_consensus::View(view.1))
            .usize();
        let least = least
            .entry(leader)
            .or_insert_with(|| least_us(&regions, leader, quorum));
        for it in all {
            let took = it.at_us - proposed;
            bounds.push(least[it.node]);
            times.push(took);
            above.push(took.saturating_sub(least[it.node]));
        }
    }
    above.sort_unstable();
    let entered = |view: &&(u64, usize)| watch.entered[*view] >= FROM_US && view.1 == 0;
    let passed = watch.entered.keys().filter(entered).count().max(1) as u64;
    let each = |total: u64| total / passed / u64::from(validators);
    let sync_us = node.sync_us + node.sync_jitter_us;
    let messages_ns = 2 * u64::from(validators) * node.message_ns;
    let signatures_ns = 2 * quorum as u64 * node.signature_ns;
    Ok(Wide {
        validators,
        views,
        least_us: average(&bounds),
        final_us: average(&times),
        above_median_us: percentile(&above, 50),
        above_worst_us: above.last().copied().unwrap_or(0),
        processing_us: 4 * sync_us + 3 * (messages_ns + signatures_ns) / 1_000,
        bytes: each(world.traffic.bytes - before.bytes),
        processor_ns: each(world.traffic.processor_ns - before.processor_ns),
        pool_ns: each(world.traffic.pool_ns - before.pool_ns),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_three_delays_is_what_hand_and_pencil_give() {
        // A millisecond apart: one for the proposal, one for each exchange.
        assert_eq!(least_us(&[0; 4], 0, 3), vec![3_000; 4]);
        // One node sixteen milliseconds away is not waited for, and hears of the last exchange of the others after it.
        let far = least_us(&[0, 0, 0, 1], 0, 3);
        assert_eq!(far, vec![3_000, 3_000, 3_000, 18_000]);
    }

    #[test]
    fn finality_over_five_regions_takes_three_delays() {
        let figure = wide(1, 7).expect("nothing is violated");
        assert_eq!(figure.check(), Ok(()), "{figure:?}");
        assert!(
            figure.final_us >= figure.least_us,
            "nothing is faster: {figure:?}"
        );
    }
}
