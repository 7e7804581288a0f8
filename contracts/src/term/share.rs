//! Exact division of an amount by weights: largest remainder, equal remainders to the lowest id; syndicates and sales in mid-period.
//!
//! ```text
//!   100 over 333,333,333 : 333,333,333 : 333,333,334   ──floor──▶ 33 33 33   ──largest remainder──▶ 33 33 34
//! ```
//! Spec: ledger 3.1, 3.5 (syndicate), 3.6 I19, 3.10 item 7.

use std::collections::BTreeMap;

use sycee_primitives::wide::Wide;

use super::{
    RATE_ONE,
    rounding::{Rounding, round_ratio},
};

/// The whole of a syndicate in parts per billion.
pub const WHOLE_PPB: u32 = 1_000_000_000;

/// Divides `amount` in proportion to `weights`, so that the parts add up to it exactly.
///
/// `None` when the weights are all zero, or their sum exceeds 128 bits. Weights at most 2^128 and amounts at most 2^127 keep every
/// product within 256 bits.
#[must_use]
pub fn largest_remainder<K: Ord + Clone>(
    amount: u128,
    weights: &BTreeMap<K, u128>,
) -> Option<BTreeMap<K, u128>> {
    let whole = weights
        .values()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))
        .filter(|whole| *whole > 0)?;
    let mut parts = BTreeMap::new();
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = amount;
    for (place, (id, weight)) in weights.iter().enumerate() {
        let (part, rest) = Wide::product(amount, *weight).div_rem(Wide::from(whole))?;
        let part = part.to_u128()?;
        left = left.checked_sub(part)?;
        parts.insert(id.clone(), part);
        remainders.push((rest, place, id));
    }
    // Largest first; of equal ones the lowest id, which is the earlier place.
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, _, id) in remainders.iter().take(usize::try_from(left).ok()?) {
        if let Some(part) = parts.get_mut(id) {
            *part += 1;
        }
    }
    Some(parts)
}

/// A distribution to a syndicate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyndicatePayout<K: Ord> {
    /// What the agent keeps.
    pub agent_fee: u128,
    /// What each lender gets.
    pub shares: BTreeMap<K, u128>,
}

/// The agent's fee (half-even), then the rest by largest remainder of the shares.
///
/// `None` when the fee exceeds the amount or the shares cannot divide it.
#[must_use]
pub fn pay_syndicate<K: Ord + Clone>(
    amount: u128,
    agent_fee_rate: u128,
    shares_ppb: &BTreeMap<K, u128>,
) -> Option<SyndicatePayout<K>> {
    let agent_fee = round_ratio(Rounding::HalfEven, &[amount, agent_fee_rate], &[RATE_ONE])?;
    let rest = amount.checked_sub(agent_fee)?;
    let shares = largest_remainder(rest, shares_ppb)?;
    Some(SyndicatePayout { agent_fee, shares })
}

/// A sale of part of a share within an interest period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShareSale<K> {
    /// Who sells.
    pub seller: K,
    /// Who buys.
    pub buyer: K,
    /// How much, in parts per billion of the whole.
    pub ppb: u128,
    /// Days of the period before the trade date; the trade date is the buyer's first day.
    pub days_before: u32,
    /// Days of the whole period.
    pub days: u32,
}

/// The interest of one period, which was rounded once, by parts per billion times days held.
///
/// `None` when the seller does not hold what is sold or the trade date lies outside the period.
#[must_use]
pub fn split_sold_interest<K: Ord + Clone>(
    interest: u128,
    shares_ppb: &BTreeMap<K, u128>,
    sale: &ShareSale<K>,
) -> Option<BTreeMap<K, u128>> {
    let days_after = sale.days.checked_sub(sale.days_before)?;
    let mut weights = BTreeMap::new();
    for (id, ppb) in shares_ppb {
        weights.insert(id.clone(), ppb.checked_mul(u128::from(sale.days))?);
    }
    let sold = sale.ppb.checked_mul(u128::from(days_after))?;
    let held = shares_ppb.get(&sale.seller).copied().unwrap_or(0);
    if held < sale.ppb {
        return None;
    }
    let seller = weights.get_mut(&sale.seller)?;
    *seller -= sold;
    *weights.entry(sale.buyer.clone()).or_insert(0) += sold;
    largest_remainder(interest, &weights)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// I19: the parts add up, none is further than one unit from its exact share, and a larger weight never gets less.
        #[test]
        fn parts_add_up_and_stay_near(amount: u64, weights in prop::collection::vec(0_u64.., 1..20)) {
            let amount = u128::from(amount);
            let weights: BTreeMap<usize, u128> =
                weights.into_iter().map(u128::from).enumerate().collect();
            let whole: u128 = weights.values().sum();
            let Some(parts) = largest_remainder(amount, &weights) else {
                prop_assert_eq!(whole, 0);
                return Ok(());
            };
            prop_assert_eq!(parts.values().sum::<u128>(), amount);
            for (id, part) in &parts {
                let floor = amount * weights[id] / whole;
                prop_assert!(*part == floor || *part == floor + 1);
                for (other, more) in &weights {
                    prop_assert!(*more <= weights[id] || parts[other] >= *part);
                }
            }
        }
    }

    #[test]
    fn a_sale_beyond_the_holding_or_outside_the_period_has_no_split() {
        let shares = BTreeMap::from([("l1", 600_000_000), ("l2", 400_000_000)]);
        let sale = ShareSale {
            seller: "l1",
            buyer: "l3",
            ppb: 600_000_001,
            days_before: 10,
            days: 90,
        };
        assert_eq!(split_sold_interest(100, &shares, &sale), None);
        let late = ShareSale {
            ppb: 1,
            days_before: 91,
            ..sale
        };
        assert_eq!(split_sold_interest(100, &shares, &late), None);
        let all = ShareSale {
            ppb: 600_000_000,
            days_before: 0,
            buyer: "l2",
            ..sale
        };
        let split = split_sold_interest(100, &shares, &all).unwrap();
        assert_eq!(split, BTreeMap::from([("l1", 0), ("l2", 100)]));
    }
}
