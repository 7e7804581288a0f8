//! How principal of a loan comes back: the kinds of loans in the terms of ACTUS.
//!
//! ```text
//!   Term, Bullet  PAM     Linear  LAM     Annuity  ANN     Negative  NAM     Custom  LAX     Call  CLM     Revolving  UMP
//! ```
//! Call and revolving loans have no maturity of their own: either party ends them with notice, and the last date of the terms is the latest.
//! Spec: ledger 3.5, 3.9.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::json;

use super::LOAN_PRINCIPAL_MAX;
use crate::{
    reject::RejectReason,
    term::{
        RATE_ONE,
        amortization::Kind,
        rounding::{Rounding, round_ratio},
    },
};

/// Steps that a custom plan may have.
const STEPS_MAX: usize = 60;

/// The longest notice, in business days.
const NOTICE_DAYS_MAX: u8 = 180;

/// How principal comes back.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LoanKind {
    /// Principal and simple interest in one payment at maturity.
    Term = 1,
    /// Interest each period, principal with the last.
    Bullet = 2,
    /// The same principal each period.
    Linear = 3,
    /// The same instalment each period.
    Annuity = 4,
    /// The stated instalment each period; interest above it becomes principal.
    Negative(Box<NegativeTerms>) = 5,
    /// Stated principal from stated periods on.
    Custom(Box<CustomTerms>) = 6,
    /// Interest each period; principal when it is called with notice.
    Call(NoticeTerms) = 7,
    /// Drawn and repaid at will; a minimum each period; ends with notice.
    Revolving(Box<RevolvingTerms>) = 8,
}

/// A loan whose instalment need not cover its interest.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct NegativeTerms {
    /// What falls due each period but the last, minor units.
    #[serde(with = "json::text")]
    pub instalment: u64,
    /// The principal up to which interest is added to it, minor units; what would exceed it falls due.
    #[serde(with = "json::text")]
    pub principal_max: u64,
}

/// Principal that comes back by a list.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomTerms {
    /// Ascending by period; at most 60. What is left falls due with the last period.
    pub steps: Vec<Step>,
}

/// From a period on the same principal falls due, until the next step.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The first period, from 1.
    pub period: u16,
    /// Principal of this period and those after it, minor units.
    #[serde(with = "json::text")]
    pub principal: u64,
}

/// How a loan without maturity is ended.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct NoticeTerms {
    /// Business days between notice and the day on which everything falls due; 0 for the day itself.
    pub notice_days: u8,
}

/// A loan that is drawn and repaid at will.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct RevolvingTerms {
    /// How it is ended.
    pub notice: NoticeTerms,
    /// Principal of each due date: at least this part of what is outstanding, per 10^12.
    #[serde(with = "json::rate")]
    pub minimum_rate: u64,
    /// And at least so much, minor units.
    #[serde(with = "json::text")]
    pub minimum: u64,
}

impl RevolvingTerms {
    /// Principal that falls due when so much is outstanding, minor units.
    pub(crate) fn minimum_of(&self, outstanding: u128) -> u128 {
        let rate = u128::from(self.minimum_rate);
        let part = round_ratio(Rounding::HalfEven, &[outstanding, rate], &[RATE_ONE]);
        part.unwrap_or(outstanding)
            .max(u128::from(self.minimum))
            .min(outstanding)
    }
}

impl LoanKind {
    /// The plan whose dates it has; of call, revolving, custom and negative loans the amounts are their own.
    pub(crate) const fn plan_kind(&self) -> Kind {
        match self {
            LoanKind::Term => Kind::Term,
            LoanKind::Linear => Kind::Linear,
            LoanKind::Annuity => Kind::Annuity,
            LoanKind::Bullet
            | LoanKind::Negative(_)
            | LoanKind::Custom(_)
            | LoanKind::Call(_)
            | LoanKind::Revolving(_) => Kind::Bullet,
        }
    }

    /// How it is ended with notice, if it is.
    pub(crate) fn notice(&self) -> Option<NoticeTerms> {
        match self {
            LoanKind::Call(notice) => Some(*notice),
            LoanKind::Revolving(terms) => Some(terms.notice),
            LoanKind::Term
            | LoanKind::Bullet
            | LoanKind::Linear
            | LoanKind::Annuity
            | LoanKind::Negative(_)
            | LoanKind::Custom(_) => None,
        }
    }

    /// Whether what is paid back may be drawn again.
    pub(crate) const fn is_revolving(&self) -> bool {
        matches!(self, LoanKind::Revolving(_))
    }

    /// Whether unpaid interest of it becomes principal.
    pub(crate) const fn grows(&self) -> bool {
        matches!(self, LoanKind::Negative(_))
    }

    /// Whether a loan of so much over so many periods can be of this kind.
    ///
    /// # Errors
    /// [`RejectReason::LoanKindTerms`].
    pub(crate) fn check(&self, principal: u128, periods: u16) -> Result<(), RejectReason> {
        let is_good = match self {
            LoanKind::Term | LoanKind::Bullet | LoanKind::Linear | LoanKind::Annuity => true,
            LoanKind::Negative(terms) => {
                let most = u128::from(terms.principal_max);
                terms.instalment > 0 && principal <= most && most <= LOAN_PRINCIPAL_MAX
            }
            LoanKind::Custom(terms) => terms.fits(principal, periods),
            LoanKind::Call(notice) => notice.notice_days <= NOTICE_DAYS_MAX,
            LoanKind::Revolving(terms) => {
                terms.notice.notice_days <= NOTICE_DAYS_MAX
                    && u128::from(terms.minimum_rate) <= RATE_ONE
            }
        };
        is_good.then_some(()).ok_or(RejectReason::LoanKindTerms)
    }
}

impl CustomTerms {
    /// Principal of the k-th period, minor units.
    pub(crate) fn principal_of(&self, k: u32) -> u128 {
        let step = self.steps.iter().rfind(|step| u32::from(step.period) <= k);
        step.map_or(0, |step| u128::from(step.principal))
    }

    /// Whether the steps ascend within the periods and repay no more than there is before the last one.
    fn fits(&self, principal: u128, periods: u16) -> bool {
        let ascend = self.steps.is_sorted_by(|a, b| a.period < b.period);
        let within = self
            .steps
            .iter()
            .all(|step| 0 < step.period && step.period <= periods);
        if !ascend || !within || self.steps.is_empty() || self.steps.len() > STEPS_MAX {
            return false;
        }
        let before_last = 1..u32::from(periods);
        let sum = before_last.fold(0_u128, |sum, k| sum.saturating_add(self.principal_of(k)));
        sum <= principal
    }
}
