//! Who is served first when a debtor pays: buckets in the order of the contract, the surplus to suspense.
//!
//! Spec: ledger 3.5 (waterfall), 3.6 I13, 3.10 item 6.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// What a payment can be used for.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Bucket {
    /// Costs and fees.
    Costs = 0,
    /// Penalty.
    Penalty = 1,
    /// Interest that is overdue.
    OverdueInterest = 2,
    /// Interest that is due.
    CurrentInterest = 3,
    /// Principal that is overdue.
    OverduePrincipal = 4,
    /// Principal that is due.
    CurrentPrincipal = 5,
    /// What the payer asked to prepay, and no more.
    Prepayment = 6,
}

/// The number of buckets.
pub const BUCKETS: usize = 7;

impl Bucket {
    /// All buckets, in the usual order.
    pub const ALL: [Bucket; BUCKETS] = [
        Bucket::Costs,
        Bucket::Penalty,
        Bucket::OverdueInterest,
        Bucket::CurrentInterest,
        Bucket::OverduePrincipal,
        Bucket::CurrentPrincipal,
        Bucket::Prepayment,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Bucket::Costs => "costs",
            Bucket::Penalty => "penalty",
            Bucket::OverdueInterest => "overdue_interest",
            Bucket::CurrentInterest => "current_interest",
            Bucket::OverduePrincipal => "overdue_principal",
            Bucket::CurrentPrincipal => "current_principal",
            Bucket::Prepayment => "prepayment",
        }
    }

    /// The bucket with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Bucket> {
        Bucket::ALL.into_iter().find(|bucket| bucket.name() == name)
    }
}

/// An amount for each bucket, minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Buckets([u128; BUCKETS]);

impl Buckets {
    /// What stands in a bucket.
    #[must_use]
    pub const fn get(&self, bucket: Bucket) -> u128 {
        self.0[bucket as usize]
    }

    /// Puts an amount into a bucket.
    pub const fn put(&mut self, bucket: Bucket, amount: u128) {
        self.0[bucket as usize] = amount;
    }
}

/// What became of a payment. The allocations and the suspense add up to what was paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Distribution {
    /// Paid into each bucket.
    pub allocation: Buckets,
    /// Still due in each bucket.
    pub still_due: Buckets,
    /// What nothing was due for.
    pub suspense: u128,
}

/// Serves the buckets of `order` one after the other, each in full before the next. A bucket that `order` does not name gets nothing.
#[must_use]
pub fn distribute(paid: u128, order: &[Bucket], due: &Buckets) -> Distribution {
    let mut rest = paid;
    let mut result = Distribution {
        allocation: Buckets::default(),
        still_due: *due,
        suspense: 0,
    };
    for bucket in order {
        let open = result.still_due.get(*bucket);
        let part = rest.min(open);
        let before = result.allocation.get(*bucket);
        result.allocation.put(*bucket, before + part);
        result.still_due.put(*bucket, open - part);
        rest -= part;
    }
    result.suspense = rest;
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// I13: allocations and suspense are what was paid; a bucket gets something only when all before it are served.
        #[test]
        fn every_minor_unit_has_one_place(
            paid in 0_u128..4_000,
            amounts in prop::array::uniform7(0_u128..600),
            order in Just(Bucket::ALL.to_vec()).prop_shuffle(),
        ) {
            let due = Buckets(amounts);
            let result = distribute(paid, &order, &due);
            let sum: u128 = Bucket::ALL.iter().map(|b| result.allocation.get(*b)).sum();
            prop_assert_eq!(sum + result.suspense, paid);
            let mut open = false;
            for bucket in order {
                prop_assert!(!open || result.allocation.get(bucket) == 0);
                let (got, left) = (result.allocation.get(bucket), result.still_due.get(bucket));
                prop_assert_eq!(got + left, due.get(bucket));
                open |= left > 0;
            }
            prop_assert!(!open || result.suspense == 0);
        }
    }

    #[test]
    fn a_bucket_named_twice_is_served_once() {
        let mut due = Buckets::default();
        due.put(Bucket::Costs, 5);
        let result = distribute(9, &[Bucket::Costs, Bucket::Costs], &due);
        assert_eq!(
            (result.allocation.get(Bucket::Costs), result.suspense),
            (5, 4)
        );
        assert_eq!(Bucket::named("costs"), Some(Bucket::Costs));
        assert_eq!(Bucket::named("fees"), None);
    }
}
