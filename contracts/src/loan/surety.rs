//! Sureties: somebody else answers for a loan, up to a sum, once its borrower is late.
//!
//! ```text
//!   GiveSurety (guarantor) ──▶ Given ── the loan is overdue beyond grace ── CallSurety (lender) ──▶ paid into the loan's waterfall
//!                                │                                                                      │
//!                                ├─ ReleaseSurety (lender) ──▶ Released                                 ▼
//!                                └─ last day passes ──▶ Expired               RepaySurety (borrower) ──▶ guarantor
//! ```
//! A surety lives by the loan that it secures, unlike a guarantee on demand (`guarantee`): nothing can be asked under it that the loan does
//! not owe. It covers a part of what is due; what it has paid counts, so that calling twice brings no more than calling once. What the guarantor has paid the borrower owes it. Spec: ledger 3.5 (guarantee, CEG in ACTUS terms).

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, BusinessDate, ParticipantId, json};

use super::Loan;
use crate::{
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    term::{
        RATE_ONE,
        rounding::{Rounding, round_ratio},
        waterfall::{Bucket, Buckets},
    },
};

pub(crate) mod call_surety;
pub(crate) mod give_surety;
pub(crate) mod release_surety;
pub(crate) mod repay_surety;

/// What a guarantor promises.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuretyTerms {
    /// What is paid at most, over the whole life of the surety.
    pub most: Amount,
    /// Which part of what is due it covers, per 10^12.
    #[serde(with = "json::rate")]
    pub coverage: u64,
    /// The last day on which it may be called.
    pub last_day: BusinessDate,
}

/// Where a surety stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum SuretyState {
    /// It may be called when the loan is late.
    Given = 0,
    /// The lender needs it no more.
    Released = 1,
    /// Its last day is over.
    Expired = 2,
}

impl SuretyState {
    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SuretyState::Given => "given",
            SuretyState::Released => "released",
            SuretyState::Expired => "expired",
        }
    }
}

/// A surety for a loan, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surety {
    /// The loan.
    pub loan: u64,
    /// Who answers for it.
    pub guarantor: ParticipantId,
    /// From where it pays, and where it is repaid.
    pub account: AccountId,
    /// What it promises.
    pub terms: SuretyTerms,
    /// Where it stands.
    pub state: SuretyState,
    /// What it has paid.
    pub paid: Amount,
    /// What the borrower has paid back of that.
    pub repaid: Amount,
    /// When it expires by itself.
    pub due: Option<BlockTime>,
}

impl Object for Surety {
    const TABLE: Table = Table::Sureties;
    /// Each row takes about 200 bytes of memory.
    const ROWS_MAX: u64 = 1_000_000;
    /// By loan.
    type Index = BTreeSet<(u64, u64)>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.loan, id));
    }

    fn due(&self) -> Option<BlockTime> {
        self.due
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        ledger.products.sureties.update(id, |it| {
            it.state = SuretyState::Expired;
            it.due = None;
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.loans.get(self.loan).is_some()
            && ledger.participant(self.guarantor).is_some()
            && self.account.0 < ledger.accounts.len() as u64
            && self.paid <= self.terms.most
            && self.repaid <= self.paid
    }
}

impl SuretyTerms {
    fn check(&self) -> Result<(), RejectReason> {
        let is_good =
            !self.most.is_zero() && 0 < self.coverage && u128::from(self.coverage) <= RATE_ONE;
        is_good.then_some(()).ok_or(RejectReason::SuretyTerms)
    }
}

impl Surety {
    /// Whether something of it may still be asked for, by the lender or by the guarantor.
    pub(crate) fn stands(&self) -> bool {
        self.state == SuretyState::Given || self.paid > self.repaid
    }

    /// What may be asked of it while a loan owes so much, minor units.
    pub(crate) fn claim(&self, owed: &Buckets) -> u128 {
        let covered: u128 = Bucket::ALL.into_iter().map(|bucket| owed.get(bucket)).sum();
        let paid = self.paid.minor();
        // Of what was due before it paid: otherwise the part that it does not cover would be covered by calling again.
        let coverage = u128::from(self.terms.coverage);
        let part = round_ratio(
            Rounding::HalfEven,
            &[covered.saturating_add(paid), coverage],
            &[RATE_ONE],
        );
        let part = part.unwrap_or(0).min(self.terms.most.minor());
        part.saturating_sub(paid).min(covered)
    }
}

/// A surety and its loan.
pub(super) fn surety_with_loan(ledger: &Ledger, id: u64) -> Result<(&Surety, &Loan), RejectReason> {
    let surety = ledger.products.sureties.get(id);
    let surety = surety.ok_or(RejectReason::SuretyUnknown)?;
    let loan = ledger.products.loans.get(surety.loan);
    Ok((surety, loan.ok_or(RejectReason::LoanUnknown)?))
}
