//! How late a loan is, how it stands, and when it counts as cured.
//!
//! ```text
//!   performing ⇄ past-due 1-30, 31-60, 61-90 ──▶ non-performing, over 90 ──everything late is paid──▶ probation ──due dates on time──▶ performing
//!                                                                            ▲ later than grace: the count begins anew ┘
//! ```
//! Both follow from the unpaid items and the day; only what a loan was before stands in its row. Spec: ledger 3.4, 3.9 (delinquency, cure).

use sycee_primitives::BusinessDate;

use super::{Position, days::Contract};
use crate::term::penalty::penalty_days;

/// How late a loan is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Delinquency {
    /// Nothing is late.
    Current,
    /// 1 to 30 days.
    Late30,
    /// 31 to 60 days.
    Late60,
    /// 61 to 90 days.
    Late90,
    /// Over 90 days.
    NonPerforming,
}

/// How a loan stands: what its bucket says, and whether it has been worse and is not cured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing is late.
    Performing,
    /// Something is up to 90 days late.
    PastDue,
    /// Something is over 90 days late.
    NonPerforming,
    /// It was over 90 days late and has yet to show, for the due dates agreed, that it is paid on time.
    Probation,
}

impl Standing {
    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Performing => "performing",
            Standing::PastDue => "past-due",
            Standing::NonPerforming => "non-performing",
            Standing::Probation => "probation",
        }
    }
}

impl Delinquency {
    const fn of(days: u32) -> Delinquency {
        match days {
            0 => Delinquency::Current,
            1..=30 => Delinquency::Late30,
            31..=60 => Delinquency::Late60,
            61..=90 => Delinquency::Late90,
            91.. => Delinquency::NonPerforming,
        }
    }

    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Delinquency::Current => "current",
            Delinquency::Late30 => "1-30",
            Delinquency::Late60 => "31-60",
            Delinquency::Late90 => "61-90",
            Delinquency::NonPerforming => "over-90",
        }
    }
}

impl Position {
    /// Notes that it is late: over 90 days begin its probation, and what is later than grace begins it anew.
    pub(super) fn watch(&mut self, terms: &Contract<'_>, day: BusinessDate) {
        if terms.probation == 0 {
            return;
        }
        let days = self.days_late(day);
        let is_broken = self.probation.is_some() && days > u32::from(terms.grace_days);
        if is_broken || Delinquency::of(days) == Delinquency::NonPerforming {
            self.probation = Some(self.passed);
        }
    }

    /// Ends its probation when nothing is unpaid and so many due dates have passed since it was late last.
    pub(super) fn cure(&mut self, terms: &Contract<'_>) {
        let since = self.probation.filter(|_| self.items.is_empty());
        if since.is_some_and(|since| self.passed - since >= u16::from(terms.probation)) {
            self.probation = None;
        }
    }

    fn days_late(&self, day: BusinessDate) -> u32 {
        let oldest = self.items.first().map_or(day, |item| item.due);
        penalty_days(oldest, day)
    }

    /// How late the oldest item is.
    pub(crate) fn delinquency(&self, day: BusinessDate) -> Delinquency {
        Delinquency::of(self.days_late(day))
    }

    /// How the loan stands.
    pub(crate) fn standing(&self, day: BusinessDate) -> Standing {
        match (self.delinquency(day), self.probation) {
            (Delinquency::NonPerforming, _) => Standing::NonPerforming,
            (_, Some(_)) => Standing::Probation,
            (Delinquency::Current, None) => Standing::Performing,
            (Delinquency::Late30 | Delinquency::Late60 | Delinquency::Late90, None) => {
                Standing::PastDue
            }
        }
    }
}
