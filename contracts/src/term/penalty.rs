//! Penalty on what is overdue: from the first day after the grace period up to and including the day of payment, no day twice.
//!
//! ```text
//!   due ──grace──▶ │ 1 day ... n days │ payment: half-even(base × rate × (1 + surcharge) × n / basis), then the count goes on from here
//! ```
//! Spec: ledger 3.9, 3.10 item 4.

use sycee_primitives::time::BusinessDate;

use super::{
    RATE_ONE,
    rounding::{Rounding, round_ratio},
};

/// The terms of a penalty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PenaltyTerms {
    /// Rate of the contract per year, per 10^12.
    pub contract_rate: u128,
    /// Surcharge on that rate, per 10^12: 500,000,000,000 makes one and a half times the rate.
    pub surcharge: u128,
    /// Days of a year.
    pub basis: u32,
}

impl PenaltyTerms {
    /// Penalty on `base` over `days`, half-even; `None` when it exceeds its width.
    #[must_use]
    pub fn amount(&self, base: u128, days: u32) -> Option<u128> {
        let factor = RATE_ONE.checked_add(self.surcharge)?;
        round_ratio(
            Rounding::HalfEven,
            &[base, self.contract_rate, factor, u128::from(days)],
            &[RATE_ONE, RATE_ONE, u128::from(self.basis)],
        )
    }
}

/// Days that bear penalty when the count stands at `counted_to` (the last day of grace, or the last payment) and is brought to `day`.
#[must_use]
pub fn penalty_days(counted_to: BusinessDate, day: BusinessDate) -> u32 {
    day.0.saturating_sub(counted_to.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_goes_to_the_even_neighbour_and_grace_bears_nothing() {
        let terms = PenaltyTerms {
            contract_rate: 90_000_000_000,
            surcharge: 0,
            basis: 360,
        };
        assert_eq!(terms.amount(98_000, 1), Some(24), "24.5");
        assert_eq!(terms.amount(102_000, 1), Some(26), "25.5");
        assert_eq!(terms.amount(u128::MAX, u32::MAX), None);
        let (grace_end, paid) = (BusinessDate(100), BusinessDate(100));
        assert_eq!(penalty_days(grace_end, paid), 0);
        assert_eq!(penalty_days(grace_end, BusinessDate(101)), 1);
    }
}
