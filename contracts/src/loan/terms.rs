//! What lender and borrower agreed, and the dates that follow from it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate, json};

use super::days::LoanCalendar;
use crate::{
    reject::RejectReason,
    term::{
        RATE_ONE,
        amortization::{Kind, Plan},
        calendar::{Calendar, DayConvention},
        day_count::{DayCount, YearFraction},
        penalty::PenaltyTerms,
        rounding::{Rounding, round_ratio},
        waterfall::{BUCKETS, Bucket},
    },
};

mod index;
mod kind;

pub use index::Indexed;
pub use kind::{CustomTerms, LoanKind, NegativeTerms, NoticeTerms, RevolvingTerms, Step};

/// The largest principal, minor units: with it the exact numerator of a hundred years' interest stays below 2^127.
pub const LOAN_PRINCIPAL_MAX: u128 = 1_000_000_000_000_000_000;

/// The longest loan, in months.
pub const LOAN_MONTHS_MAX: u32 = 1_200;

/// The highest rate a year, per 10^12, and the highest surcharge on it: 1,000 %.
const RATE_MAX: u64 = 10_000_000_000_000;

/// The longest grace period.
const GRACE_DAYS_MAX: u16 = 366;

/// The longest time in which a loan is drawn.
const DRAW_DAYS_MAX: u16 = 1_830;

/// The terms of a loan.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanTerms {
    /// How principal comes back.
    pub kind: LoanKind,
    /// What is lent.
    pub principal: Amount,
    /// Rate a year, per 10^12.
    #[serde(with = "json::rate")]
    pub rate: u64,
    /// How a year is counted.
    pub day_count: DayCount,
    /// Number of periods.
    pub periods: u16,
    /// Months of a period.
    pub period_months: u8,
    /// Whether due dates stay at the end of the month when the loan starts at one.
    pub end_of_month: bool,
    /// Whose business days it follows.
    pub calendar: LoanCalendar,
    /// Where closed days go.
    pub convention: DayConvention,
    /// Days after a due date that bear no penalty.
    pub grace_days: u16,
    /// Penalty: surcharge on the rate, per 10^12; 500,000,000,000 makes one and a half times the rate.
    #[serde(with = "json::rate")]
    pub surcharge: u64,
    /// Whether overdue interest bears penalty too.
    pub penalty_on_interest: bool,
    /// Which bucket a payment serves first; every bucket once.
    pub order: [Bucket; BUCKETS],
    /// What the borrower pays for the loan when it accepts it, minor units.
    #[serde(with = "json::text")]
    pub fee: u64,
    /// Costs that the lender may charge over the whole life, minor units.
    #[serde(with = "json::text")]
    pub costs_max: u64,
    /// How it is repaid early.
    pub prepayment: PrepaymentTerms,
    /// Days after acceptance within which the borrower draws it in parts; 0 when all of it is paid out at acceptance.
    pub draw_days: u16,
    /// Due dates that must be paid on time, after a loan was over 90 days past due and everything late was paid, until it counts as cured.
    pub probation: u8,
    /// Where later rates come from; the stated rate holds throughout when there is none.
    pub index: Option<Box<Indexed>>,
}

/// How a loan is repaid early.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Default,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct PrepaymentTerms {
    /// Fee on what is prepaid, per 10^12.
    #[serde(with = "json::rate")]
    pub fee_rate: u64,
    /// The fee at most, minor units.
    #[serde(with = "json::text")]
    pub fee_max: u64,
    /// Whether the instalments stay and the loan ends sooner; otherwise the dates stay and the instalments become smaller.
    pub shortens: bool,
}

impl PrepaymentTerms {
    /// The fee for prepaying `amount`: min(cap, rate × amount), half-even.
    pub(crate) fn fee(&self, amount: u128) -> u128 {
        let rate = u128::from(self.fee_rate);
        let fee = round_ratio(Rounding::HalfEven, &[amount, rate], &[RATE_ONE]);
        fee.unwrap_or(u128::MAX).min(u128::from(self.fee_max))
    }
}

impl LoanTerms {
    /// Whether the terms can be a loan at all.
    ///
    /// # Errors
    /// The first of the refusals of a loan's terms.
    pub(crate) fn check(&self) -> Result<(), RejectReason> {
        let principal = self.principal.minor();
        if principal == 0 || principal > LOAN_PRINCIPAL_MAX {
            return Err(RejectReason::LoanPrincipal);
        }
        if self.rate > RATE_MAX || self.surcharge > RATE_MAX {
            return Err(RejectReason::LoanRate);
        }
        let months = u32::from(self.periods) * u32::from(self.period_months);
        if months == 0 || months > LOAN_MONTHS_MAX || self.grace_days > GRACE_DAYS_MAX {
            return Err(RejectReason::LoanPeriods);
        }
        if matches!(
            self.day_count,
            DayCount::Thirty360Isda | DayCount::Business252
        ) {
            return Err(RejectReason::LoanDayCount);
        }
        let mut order = self.order;
        order.sort_unstable();
        if order != Bucket::ALL {
            return Err(RejectReason::LoanWaterfall);
        }
        self.check_extras()
    }

    /// Fees, days of drawing and the index.
    fn check_extras(&self) -> Result<(), RejectReason> {
        let most = u64::try_from(LOAN_PRINCIPAL_MAX).unwrap_or(u64::MAX);
        let fees = [self.fee, self.costs_max, self.prepayment.fee_max];
        let fee_rate = u128::from(self.prepayment.fee_rate);
        let has_fair_fees = fees.into_iter().all(|fee| fee <= most) && fee_rate <= RATE_ONE;
        let index = self.index.as_ref();
        let has_range = index.is_none_or(|index| index.floor <= index.cap && index.cap <= RATE_MAX);
        if !has_fair_fees || !has_range || self.draw_days > DRAW_DAYS_MAX {
            return Err(RejectReason::LoanFees);
        }
        self.kind.check(self.principal.minor(), self.periods)
    }

    /// Whether the whole of it is paid out at acceptance.
    pub(crate) const fn is_paid_out_at_once(&self) -> bool {
        self.draw_days == 0 && !self.kind.is_revolving()
    }

    /// The highest rate that may ever hold, per 10^12.
    pub(crate) fn rate_at_most(&self) -> u64 {
        self.index
            .as_ref()
            .map_or(0, |index| index.cap)
            .max(self.rate)
    }

    /// The repayment plan of a loan that starts on `start`.
    pub(crate) fn plan(&self, start: BusinessDate) -> Plan {
        Plan {
            kind: self.kind.plan_kind(),
            principal: self.principal.minor(),
            rate: u128::from(self.rate),
            day_count: self.day_count,
            start,
            periods: u32::from(self.periods),
            period_months: u32::from(self.period_months),
            end_of_month: self.end_of_month,
            convention: self.convention,
        }
    }

    /// How often something falls due: once for a term loan.
    pub(crate) const fn due_dates(&self) -> u32 {
        match self.kind.plan_kind() {
            Kind::Term => 1,
            Kind::Bullet | Kind::Linear | Kind::Annuity => self.periods as u32,
        }
    }

    /// The denominator that all year fractions of the day count share.
    pub(crate) const fn denominator(&self) -> u64 {
        match self.day_count {
            DayCount::Actual365Fixed => 365,
            DayCount::ActualActualIsda => 365 * 366,
            DayCount::Actual360
            | DayCount::Thirty360European
            | DayCount::Thirty360Us
            | DayCount::Thirty360Isda => 360,
            DayCount::Business252 => 252,
        }
    }

    pub(crate) fn fraction(&self, from: BusinessDate, to: BusinessDate) -> YearFraction {
        // No day count of a loan asks which days are open.
        self.day_count
            .fraction(from, to, None, &Calendar::ALWAYS_OPEN)
    }

    /// Penalty while the contract's rate is `rate`.
    pub(crate) fn penalty(&self, rate: u64) -> PenaltyTerms {
        PenaltyTerms {
            contract_rate: u128::from(rate),
            surcharge: u128::from(self.surcharge),
            basis: match self.day_count {
                DayCount::Actual365Fixed | DayCount::ActualActualIsda => 365,
                DayCount::Actual360
                | DayCount::Thirty360European
                | DayCount::Thirty360Us
                | DayCount::Thirty360Isda
                | DayCount::Business252 => 360,
            },
        }
    }
}
