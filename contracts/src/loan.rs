//! Loans: money lent under terms that both sides signed, falling due by itself, repaid through the waterfall of its contract.
//!
//! ```text
//!   OfferLoan ──▶ Offered ──AcceptLoan (borrower)──▶ Active ── due dates (agenda) ──▶ items ──RepayLoan──▶ ... ──▶ Closed
//!                    │ expiry                          │ DrawLoan, ResetRate, ChargeLoan, PrepayLoan                 ▲
//!                    │                                 │ RestructureLoan + AgreeRestructuring: other terms from today on
//!                    │                                 │ AccelerateLoan: everything falls due                        │
//!                    ▼                                 └─ WriteOffLoan (over 90 days past due) ──▶ WrittenOff ───────┘ recovered
//!                  Lapsed
//! ```
//! Interest is not booked day by day: a loan's row changes when something is due or paid, and what it owes on a day follows from the
//! row and the day (`position`). Nothing is collected by itself; the borrower pays.
//! Spec: ledger 3.4, 3.5, 3.9, 3.10; invariants I12, I13.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, BusinessDate, ParticipantId};

use crate::{
    ledger::Ledger, line::UseOfLine, objects::Object, reject::RejectReason, standing::Moment,
    tables::Table, term::waterfall::Buckets,
};

pub(crate) mod accelerate_loan;
pub(crate) mod accept_loan;
pub(crate) mod charge_loan;
mod days;
mod delinquency;
pub(crate) mod draw_loan;
pub(crate) mod give_notice;
pub(crate) mod offer_loan;
mod position;
pub(crate) mod prepay_loan;
pub(crate) mod repay_loan;
pub(crate) mod reset_rate;
pub(crate) mod restructure;
mod schedule;
pub(crate) mod surety;
pub(crate) mod suspense;
pub(crate) mod syndicate;
mod taken_over;
mod terms;
pub(crate) mod write_off_loan;

use days::Contract;
pub use days::{LoanCalendar, LoanDays};
pub use delinquency::{Delinquency, Standing};
pub use position::{Item, Position};
pub use restructure::{LoanVersion, Replaced, VersionState};
pub use schedule::ScheduleRow;
pub use surety::{Surety, SuretyState, SuretyTerms};
pub use suspense::Suspense;
pub use syndicate::{MEMBERS_MAX, Member, ShareOffer, Syndicate, Trade, form_syndicate::Share};
pub use taken_over::LoanParties;
pub use terms::{
    CustomTerms, Indexed, LOAN_MONTHS_MAX, LOAN_PRINCIPAL_MAX, LoanKind, LoanTerms, NegativeTerms,
    NoticeTerms, PrepaymentTerms, RevolvingTerms, Step,
};

/// Where a loan stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LoanStatus {
    /// The lender has signed its terms, the borrower not yet.
    Offered = 0,
    /// Paid out.
    Active = 1,
    /// Everything is paid.
    Closed = 2,
    /// The lender no longer expects it to be paid; what is paid is a recovery.
    WrittenOff = 3,
    /// The offer was not accepted in time.
    Lapsed = 4,
}

impl LoanStatus {
    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LoanStatus::Offered => "offered",
            LoanStatus::Active => "active",
            LoanStatus::Closed => "closed",
            LoanStatus::WrittenOff => "written-off",
            LoanStatus::Lapsed => "lapsed",
        }
    }
}

/// One loan, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loan {
    /// Who lends.
    pub lender: ParticipantId,
    /// Who borrows.
    pub borrower: ParticipantId,
    /// From where it is paid out, and where repayments go.
    pub lender_account: AccountId,
    /// Where it is paid out, and from where it is repaid.
    pub borrower_account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// What was agreed.
    pub terms: LoanTerms,
    /// The credit line that its principal uses.
    pub line: Option<u64>,
    /// Where it stands.
    pub status: LoanStatus,
    /// What is owed; nothing before it is paid out.
    pub position: Position,
    /// When time changes it next.
    pub due: Option<BlockTime>,
}

impl Object for Loan {
    const TABLE: Table = Table::Loans;
    /// Each row takes about 300 bytes of memory.
    const ROWS_MAX: u64 = 8_000_000;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        self.due
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        if ledger.suspense_of(id).is_some() {
            return ledger.fall_due_from_suspense(id, moment);
        }
        let grows = ledger.change_loan(id, moment.date, |loan| {
            if *loan.status == LoanStatus::Offered {
                *loan.status = LoanStatus::Lapsed;
            }
            loan.contract.kind.grows()
        });
        if grows == Some(true) {
            ledger.loan_moved(id, moment);
        }
    }

    fn line_use(&self) -> Option<(u64, u128)> {
        Some((self.line?, self.position.principal_owed()))
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let accounts = ledger.accounts.len() as u64;
        ledger.participant(self.lender).is_some()
            && ledger.participant(self.borrower).is_some()
            && self.lender_account.0 < accounts
            && self.borrower_account.0 < accounts
            && ledger.asset(self.asset).is_some()
            && ledger.contract(&self.terms).is_sound(self.position.start)
            && self.position.charged <= self.terms.costs_max
    }
}

impl Loan {
    /// What is owed once everything due up to `day` has fallen due, whether the agenda has come to it or not.
    #[must_use]
    pub fn position_on(&self, days: &LoanDays<'_>, day: BusinessDate) -> Position {
        let mut position = self.position.clone();
        if self.status == LoanStatus::Active {
            position.catch_up(&Contract::new(&self.terms, *days), day);
        }
        position
    }

    /// Whether its line, if it names one, has room for so much more principal.
    pub(crate) fn check_line(
        &self,
        ledger: &Ledger,
        amount: u128,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        let Some(line) = self.line else {
            return Ok(());
        };
        let wanted = UseOfLine {
            line,
            borrower: self.borrower,
            lender: self.lender,
            asset: self.asset,
            amount,
        };
        ledger.check_use(&wanted, moment)
    }

    /// What each bucket of the waterfall would take on `day`, with penalty up to that day and without a prepayment.
    #[must_use]
    pub fn owed(&self, days: &LoanDays<'_>, day: BusinessDate) -> Buckets {
        let contract = Contract::new(&self.terms, *days);
        self.position_on(days, day).owed(&contract, day, 0)
    }

    /// How it stands on `day`, with what it was before.
    #[must_use]
    pub fn standing(&self, days: &LoanDays<'_>, day: BusinessDate) -> Standing {
        self.position_on(days, day).standing(day)
    }

    /// How late the oldest unpaid item is on `day`.
    #[must_use]
    pub fn delinquency(&self, days: &LoanDays<'_>, day: BusinessDate) -> Delinquency {
        self.position_on(days, day).delinquency(day)
    }
}

#[cfg(test)]
mod tests;
