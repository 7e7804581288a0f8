//! The portfolio: several ways to a set, the best by the ledger's own score.
//!
//! ```text
//!   1  dives through the relaxation ─▶ rounded, repaired, refilled ─▶ the best of them annealed
//!   2  again and again: most payments stay as they are, some are free, the small relaxation over these is dived through
//!   3  annealed once more; beside it the baseline, refilled and annealed, and the baseline as it is
//! ```
//! All limits are counts of steps, so the answer depends on the list alone.

use sycee_contracts::liquidity::netting::{Netting, PaymentSet, Score, baseline, judge};

use crate::{
    anneal::anneal,
    arrange::Arrangement,
    random::Random,
    relax::{RELAXED_ACCOUNTS_MAX, Relaxation},
};

/// How much work one call may do; time follows from it and from the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// Arcs looked at in the dives through the whole relaxation.
    pub dive_arcs: usize,
    /// Sets of these dives that are annealed.
    pub starts: usize,
    /// Steps of annealing for each of them, for the baseline and at the end.
    pub steps: usize,
    /// Neighbourhoods searched at most.
    pub neighbourhoods: usize,
    /// Arcs and payments looked at in all neighbourhoods, after which no further one is begun.
    pub neighbourhood_work: usize,
    /// Arcs looked at in the dives of one neighbourhood.
    pub neighbourhood_arcs: usize,
}

impl Effort {
    /// What a netting cycle uses: inside the times that docs/liquidity.md states.
    pub const STANDARD: Effort = Effort {
        dive_arcs: 300_000,
        starts: 2,
        steps: 40_000,
        neighbourhoods: 160,
        neighbourhood_work: 600_000,
        neighbourhood_arcs: 20_000,
    };
}

/// Dived sets that are repaired and compared before the best are annealed.
const REPAIRED_MAX: usize = 16;

/// Shares of payments that are free in a neighbourhood, in turn; besides, those in which a dived set differs, by `DIFFERING_FREE`.
const FREE_SHARES: [f64; 4] = [0.05, 0.1, 0.15, 0.25];
const DIFFERING_FREE: f64 = 0.7;

/// About how often building one small relaxation, or repairing one of its sets, looks at every payment.
const NEIGHBOURHOOD_PASSES: usize = 4;

/// A dive ends when rounding errs by less than the mean amount divided by this; in a neighbourhood, by `NEIGHBOURHOOD_FINER` less.
const TOLERANCE_DIVISOR: i128 = 2;
const NEIGHBOURHOOD_FINER: i128 = 10;

/// Lists of so many payments are decided by looking at every set.
const EXHAUSTIVE_MAX: usize = 12;

/// Finds a set that may settle: never worse than the baseline, in no class.
#[must_use]
pub fn solve(netting: &Netting) -> PaymentSet {
    solve_with(netting, Effort::STANDARD)
}

/// [`solve`] with another effort.
#[must_use]
pub fn solve_with(netting: &Netting, effort: Effort) -> PaymentSet {
    let queued = baseline(netting);
    if netting.payments().len() <= EXHAUSTIVE_MAX {
        return best_of_all(netting, queued);
    }
    let mut strict = Arrangement::from_set(netting, &queued);
    let least = strict.class_values().to_vec();
    strict.refill();
    let improved = anneal(strict.clone(), &least, effort.steps, 1);
    let relaxed = from_relaxation(netting, &least, effort);
    let floor = Score::of(netting, &queued);
    let mut best = (floor.clone(), queued);
    for candidate in [Some(strict), Some(improved), relaxed]
        .into_iter()
        .flatten()
    {
        let set = candidate.to_set();
        // The ledger's judgement, not the search's bookkeeping, decides: no class below the baseline, and the best score.
        if let Ok(settlement) = judge(netting, &set)
            && is_no_less(&settlement.score, &floor)
            && settlement.score > best.0
        {
            best = (settlement.score, set);
        }
    }
    best.1
}

/// The best of all sets of a short list.
fn best_of_all(netting: &Netting, queued: PaymentSet) -> PaymentSet {
    let count = netting.payments().len();
    let floor = Score::of(netting, &queued);
    let mut best = (floor.clone(), queued);
    for subset in 0..1_u32 << count {
        let mut set = PaymentSet::none(count);
        (0..count).for_each(|it| set.set(it, subset >> it & 1 == 1));
        if let Ok(settlement) = judge(netting, &set)
            && is_no_less(&settlement.score, &floor)
            && settlement.score > best.0
        {
            best = (settlement.score, set);
        }
    }
    best.1
}

/// Whether every class settles at least the value it settles in `floor`.
fn is_no_less(score: &Score, floor: &Score) -> bool {
    let pairs = score.class_values().iter().zip(floor.class_values());
    pairs.into_iter().all(|(value, least)| value >= least)
}

/// The best set found by way of the relaxation; `None` where the list is too wide for it.
fn from_relaxation<'a>(
    netting: &'a Netting,
    least: &[i128],
    effort: Effort,
) -> Option<Arrangement<'a>> {
    if netting.accounts().len() > RELAXED_ACCOUNTS_MAX || netting.payments().is_empty() {
        return None;
    }
    let count = i128::try_from(netting.payments().len()).unwrap_or(i128::MAX);
    let queued: u128 = netting.payments().iter().map(|it| it.amount).sum();
    let tolerance = crate::relax::signed(queued) / count / TOLERANCE_DIVISOR;
    let dived = Relaxation::new(netting, &[])?.dive(effort.dive_arcs, tolerance);
    let mut starts: Vec<Arrangement> = dived
        .iter()
        .take(REPAIRED_MAX)
        .map(|settles| repaired(netting, settles))
        .collect();
    starts.sort_by(|one, other| other.class_values().cmp(one.class_values()));
    let annealed = starts.into_iter().take(effort.starts).zip(2..);
    let best = annealed
        .map(|(start, seed)| anneal(start, least, effort.steps, seed))
        .max_by(|one, other| one.class_values().cmp(other.class_values()))?;
    let tolerance = tolerance / NEIGHBOURHOOD_FINER;
    let best = search_neighbourhoods(netting, best, &dived, tolerance, effort);
    Some(anneal(best, least, effort.steps, 0))
}

fn repaired<'a>(netting: &'a Netting, settles: &[bool]) -> Arrangement<'a> {
    let mut arrangement = Arrangement::from_rounded(netting, settles);
    arrangement.refill();
    arrangement
}

/// Frees some payments of a set, dives through what they could be instead, and keeps what is no worse (after Danna et al. 2005).
fn search_neighbourhoods<'a>(
    netting: &'a Netting,
    start: Arrangement<'a>,
    dived: &[Vec<bool>],
    tolerance: i128,
    effort: Effort,
) -> Arrangement<'a> {
    let mut now = start;
    let mut random = Random::new(3);
    let mut work = 0;
    for neighbourhood in 0..effort.neighbourhoods {
        if work > effort.neighbourhood_work {
            break;
        }
        let share = FREE_SHARES[neighbourhood % FREE_SHARES.len()];
        let Some(other) = dived.get(random.place(dived.len())) else {
            break;
        };
        let fixed: Vec<Option<bool>> = (0..netting.payments().len())
            .map(|payment| {
                let settles = now.contains(payment);
                let differs = other.get(payment) != Some(&settles);
                let is_free = (differs && random.unit() < DIFFERING_FREE) || random.unit() < share;
                (!is_free).then_some(settles)
            })
            .collect();
        let Some(mut relaxation) = Relaxation::new(netting, &fixed) else {
            break;
        };
        for settles in relaxation
            .dive(effort.neighbourhood_arcs, tolerance)
            .iter()
            .take(4)
        {
            let found = repaired(netting, settles);
            if found.class_values() >= now.class_values() {
                now = found;
            }
            work += NEIGHBOURHOOD_PASSES * netting.payments().len();
        }
        work += relaxation.work() + NEIGHBOURHOOD_PASSES * netting.payments().len();
    }
    now
}
