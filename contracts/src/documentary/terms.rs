//! What a credit promises, against which documents, until when.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, BusinessDate, Hash};

use super::{CREDIT_DAYS_MAX, CREDIT_TENOR_DAYS_MAX};
use crate::reject::RejectReason;

/// When a complying presentation is paid.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Tenor {
    /// At once.
    Sight = 0,
    /// So many days after presentation; after acceptance, when discrepancies were waived.
    Usance(u16) = 1,
}

/// What a document is.
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
pub enum PresentedKind {
    /// Commercial invoice (article 18).
    Invoice = 0,
    /// Draft, bill of exchange.
    Draft = 1,
    /// Bill of lading, waybill or another transport document (articles 19 to 25); it carries a mark.
    Transport = 2,
    /// Insurance document (article 28).
    Insurance = 3,
    /// Certificate of origin.
    Origin = 4,
    /// Packing list.
    PackingList = 5,
    /// Certificate of inspection.
    Inspection = 6,
    /// Any other.
    Other = 7,
}

/// A document that the credit calls for.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct RequiredDocument {
    /// What it is.
    pub kind: PresentedKind,
    /// How many of them.
    pub count: u8,
}

/// The terms of a credit.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditTerms {
    /// In what it is paid.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// How many per cent more may be drawn, at most 99.
    pub over_percent: u8,
    /// How many per cent less may be drawn when there is one drawing only, at most 99.
    pub under_percent: u8,
    /// When it is paid.
    pub tenor: Tenor,
    /// Whether it may be drawn in parts (article 31).
    pub partial_drawings: bool,
    /// Last day for presentation; when it is no banking day, the next one (article 29).
    pub expires: BusinessDate,
    /// Last day of shipment.
    pub latest_shipment: Option<BusinessDate>,
    /// Days for presentation after the day of shipment, 1 to 366 (21 where nothing is agreed, article 14c).
    pub presentation_days: u16,
    /// What has to be presented: 1 to 8 kinds, ascending.
    pub documents: Vec<RequiredDocument>,
    /// Hash of the description of goods and all other conditions.
    pub conditions: Hash,
}

impl CreditTerms {
    /// Checks that need no state.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(super) fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.over_percent > 99 || self.under_percent > 99 || self.largest().is_none() {
            return Err(RejectReason::CreditTolerance);
        }
        let ascend = self
            .documents
            .is_sorted_by(|left, right| left.kind < right.kind);
        let none = self.documents.iter().any(|it| it.count == 0);
        if self.documents.is_empty() || !ascend || none {
            return Err(RejectReason::CreditDocuments);
        }
        let in_range = |days: u16| (1..=CREDIT_TENOR_DAYS_MAX).contains(&days);
        let tenor = match self.tenor {
            Tenor::Sight => true,
            Tenor::Usance(days) => in_range(days),
        };
        if !tenor || !in_range(self.presentation_days) {
            return Err(RejectReason::CreditTenorDays);
        }
        Ok(())
    }

    /// Whether the dates can hold from `today` on.
    pub(super) fn check_dates(&self, today: BusinessDate) -> Result<(), RejectReason> {
        let latest = today.0.saturating_add(CREDIT_DAYS_MAX);
        let shipped = self.latest_shipment.is_none_or(|day| day <= self.expires);
        if self.expires < today || self.expires.0 > latest || !shipped {
            return Err(RejectReason::CreditDates);
        }
        Ok(())
    }

    fn largest(&self) -> Option<Amount> {
        let percent = 100 + u128::from(self.over_percent);
        Amount::from_minor(self.amount.minor() * percent / 100).ok()
    }

    /// Most that may be drawn in all.
    #[must_use]
    pub fn most(&self) -> Amount {
        self.largest().unwrap_or(self.amount)
    }

    /// Least that one drawing may be when there is one only.
    #[must_use]
    pub fn least(&self) -> Amount {
        let percent = 100 - u128::from(self.under_percent.min(99));
        let least = (self.amount.minor() * percent).div_ceil(100);
        Amount::from_minor(least).unwrap_or(self.amount)
    }
}
