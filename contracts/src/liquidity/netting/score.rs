//! How good a set is: a total order, so that every node picks the same set out of those submitted.
//!
//! ```text
//!   value of the most urgent class, of the next, ... ─▶ number of payments ─▶ age ─▶ the set with the earliest payment the other lacks
//! ```
//! Age is the sum of the places in the list: of two sets of equal count, the one with the smaller sum holds the older payments.
//! Spec: ledger 4 step 5.

use std::cmp::Ordering;

use super::{payment_set::PaymentSet, problem::Netting};

/// The score of one set over one list. The greater, the better.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Score {
    class_values: Vec<u128>,
    count: usize,
    places: u64,
    set: PaymentSet,
}

impl Score {
    /// Scores a set over a list, whether it may settle or not.
    #[must_use]
    pub fn of(netting: &Netting, set: &PaymentSet) -> Score {
        let mut class_values = vec![0_u128; netting.classes().len()];
        let mut places = 0;
        for payment in set.iter() {
            let amount = netting.payments().get(payment).map_or(0, |it| it.amount);
            if let Some(value) = class_values.get_mut(netting.class_rank(payment)) {
                *value += amount;
            }
            places += payment as u64;
        }
        Score {
            class_values,
            count: set.count(),
            places,
            set: set.clone(),
        }
    }

    /// Settled value of each class, the most urgent first, in minor units.
    #[must_use]
    pub fn class_values(&self) -> &[u128] {
        &self.class_values
    }

    /// Settled value of all classes, in minor units.
    #[must_use]
    pub fn value(&self) -> u128 {
        self.class_values.iter().sum()
    }

    /// The set that is scored.
    #[must_use]
    pub fn set(&self) -> &PaymentSet {
        &self.set
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Score) -> Ordering {
        self.class_values
            .cmp(&other.class_values)
            .then(self.count.cmp(&other.count))
            .then(other.places.cmp(&self.places))
            .then_with(|| match self.set.first_difference(&other.set) {
                Some(payment) if self.set.contains(payment) => Ordering::Greater,
                Some(_) => Ordering::Less,
                None => Ordering::Equal,
            })
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Score) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
