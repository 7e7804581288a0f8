//! A whole day of payments, settled with and without liquidity saving, at several levels of liquidity.
//!
//! ```text
//!   flow (seed) ─▶ bounds a bank: least  = what it owes net at the end        (all settle at the end of the day)
//!                               most   = its greatest net debit on the way   (everything settles at once)
//!   for each level in 0..100 %: liquidity = scarce + level x (most - scarce),  scarce = a share of the least
//!        plain desk (strict queues, one by one)  ──▶ delay
//!        saving desk (offset at entry, sweep, cycles) ──▶ delay
//!   liquidity saved at equal delay = 1 - saving desk's liquidity / what the plain desk needs for the same delay
//! ```
//! Delay is Σ a (settled - entered) / Σ a (end - entered), after Leinonen and Soramäki (Bank of Finland E:31). Spec: ledger 4, report.

mod desk;
mod plot;

use crate::{
    generate::{self, Flow},
    random::Random,
};
use desk::{Desk, Rules};

pub use plot::svg;

/// Minutes of a day.
pub const DAY_MINUTES: u32 = 600;

/// What is simulated.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Day {
    /// Banks, payments and their distribution; its `liquidity` and `overdrafts` are not used.
    pub flow: Flow,
    /// Whether receivers' weights differ from senders'.
    pub scale_free: bool,
    /// The seed of everything drawn.
    pub seed: u64,
    /// Minutes between two netting cycles.
    pub cycle_minutes: u32,
    /// Share of payments that may be settled past others.
    pub bypass: f64,
    /// Levels of liquidity that are simulated, evenly spaced; at least two.
    pub levels: u32,
    /// The lowest level, in per cent of what all banks together owe net at the end. At 100 everything can settle by the end of the day, and a queue
    /// that is swept after each credit hardly ever locks; below, payments lock each other, and offset and cycles show what they are worth.
    pub scarce_percent: u32,
}

/// One payment of the day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) minute: u32,
    pub(crate) sender: usize,
    pub(crate) receiver: usize,
    pub(crate) amount: i128,
    pub(crate) class: u32,
    pub(crate) bypass: bool,
}

/// How one day went at one level of liquidity.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// Level between the lowest (0) and the most (1).
    pub level: f64,
    /// Money of all banks at the start, in minor units.
    pub liquidity: u128,
    /// Delay between 0 (at once) and 1 (never).
    pub delay: f64,
    /// Value that settled, in minor units.
    pub settled_value: u128,
    /// Payments that settled.
    pub settled_count: usize,
    /// Value that settled by offset or in a cycle, in minor units.
    pub offset_value: u128,
    /// Cycles in which payments settled together that could not settle one by one.
    pub gridlocks: usize,
}

/// Both desks at one level, compared.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// Strict queues, one by one.
    pub plain: Run,
    /// Offset, sweep and cycles.
    pub saving: Run,
    /// Liquidity that the plain desk needs for the saving desk's delay, in minor units; `None` where no simulated level reaches it.
    pub plain_liquidity_at_equal_delay: Option<u128>,
}

/// What a simulation found.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Payments that entered.
    pub count: usize,
    /// Their value, in minor units.
    pub value: u128,
    /// Least liquidity with which all can settle by the end, in minor units.
    pub least: u128,
    /// Liquidity with which everything settles at once, in minor units.
    pub most: u128,
    /// The levels, ascending.
    pub levels: Vec<Comparison>,
}

impl Comparison {
    /// Share of liquidity saved at equal delay.
    #[must_use]
    pub fn saved(&self) -> Option<f64> {
        let plain = self.plain_liquidity_at_equal_delay?;
        (plain > 0).then(|| 1.0 - ratio(self.saving.liquidity, plain))
    }
}

impl Run {
    /// Settled value for each unit of liquidity.
    #[must_use]
    pub fn turnover(&self) -> f64 {
        ratio(self.settled_value, self.liquidity.max(1))
    }
}

/// A share of two amounts.
#[must_use]
pub fn ratio(part: u128, whole: u128) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    #[allow(clippy::cast_precision_loss, reason = "figures of a report")]
    let share = part as f64 / whole as f64;
    share
}

/// Simulates a day at all levels.
#[must_use]
pub fn simulate(day: &Day) -> Report {
    let entries = entries(day);
    let (least, most) = bounds(&entries, day.flow.banks);
    let steps = day.levels.max(2) - 1;
    let rules = |saving| Rules {
        saving,
        cycle_minutes: day.cycle_minutes.max(1),
    };
    let mut runs = Vec::new();
    for step in 0..=steps {
        let balances: Vec<i128> = least
            .iter()
            .zip(&most)
            .map(|(least, most)| {
                let scarce = least * i128::from(day.scarce_percent) / 100;
                scarce + (most - scarce) * i128::from(step) / i128::from(steps)
            })
            .collect();
        let level = f64::from(step) / f64::from(steps);
        let settle = |saving| Desk::new(&entries, &balances, rules(saving)).run(level);
        runs.push((settle(false), settle(true)));
    }
    let plain: Vec<Run> = runs.iter().map(|it| it.0.clone()).collect();
    let levels = runs.into_iter().map(|(own, saving)| Comparison {
        plain_liquidity_at_equal_delay: liquidity_for(&plain, saving.delay),
        plain: own,
        saving,
    });
    let total = |all: &[i128]| all.iter().sum::<i128>().unsigned_abs();
    Report {
        count: entries.len(),
        value: entries.iter().map(|it| it.amount.unsigned_abs()).sum(),
        least: total(&least),
        most: total(&most),
        levels: levels.collect(),
    }
}

/// The liquidity at which straight lines between simulated levels reach a delay.
fn liquidity_for(plain: &[Run], delay: f64) -> Option<u128> {
    let two = plain
        .windows(2)
        .find(|two| two[0].delay >= delay && delay >= two[1].delay)?;
    let (low, high) = (&two[0], &two[1]);
    let fall = low.delay - high.delay;
    let share = if fall > 0.0 {
        (low.delay - delay) / fall
    } else {
        0.0
    };
    let thousandths = generate::minor(share * 1_000_000.0).min(1_000_000);
    let span = high.liquidity.saturating_sub(low.liquidity);
    Some(low.liquidity + span / 1_000_000 * u128::from(thousandths))
}

/// The day's payments in order of entry: most come in the morning and before the end.
fn entries(day: &Day) -> Vec<Entry> {
    let queue = match day.scale_free {
        true => generate::scale_free(day.flow, day.seed),
        false => generate::lognormal(day.flow, day.seed),
    };
    let mut random = Random::new(day.seed ^ 0x5eed);
    let mut entries: Vec<Entry> = queue
        .payments
        .iter()
        .map(|payment| {
            let peak = random.below(3);
            let within = random.below(u64::from(DAY_MINUTES) / 3);
            let minute = match peak {
                0 => within / 2,
                1 => random.below(u64::from(DAY_MINUTES)),
                _ => u64::from(DAY_MINUTES) - 1 - within,
            };
            Entry {
                minute: u32::try_from(minute).unwrap_or(0),
                sender: payment.sender as usize,
                receiver: payment.receiver as usize,
                amount: crate::relax::signed(payment.amount),
                class: payment.class,
                bypass: random.unit() < day.bypass,
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.minute);
    entries
}

/// Least and most liquidity of each bank.
fn bounds(entries: &[Entry], banks: usize) -> (Vec<i128>, Vec<i128>) {
    let mut net = vec![0_i128; banks];
    let mut most = vec![0_i128; banks];
    for entry in entries {
        net[entry.sender] += entry.amount;
        net[entry.receiver] -= entry.amount;
        most[entry.sender] = most[entry.sender].max(net[entry.sender]);
    }
    let least = net.into_iter().map(|it| it.max(0)).collect();
    (least, most)
}
