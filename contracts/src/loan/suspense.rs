//! Suspense: money that a borrower pays before anything asks for it, on a holding account that the lender keeps and the rules alone move.
//!
//! ```text
//!   RepayLoan { surplus_to } ──what nothing is due for──▶ holding account ──each due date, in the order of the contract──▶ lender, syndicate
//!                                                              │ ReturnSuspense, or the loan is over
//!                                                              ▼
//!                                                          borrower
//! ```
//! It serves what falls due on the day on which it falls due, so nothing that it covers is ever late; and at once what a call, a
//! write-off, charged costs or a restructuring makes due. It is the borrower's until it serves. At most the principal that has not
//! fallen due is kept. What stands on the account is what the rows say (`holding`). Spec: ledger 3.2 (Suspense), 3.5, 3.10 item 6.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BusinessDate};

use super::{Loan, LoanStatus, repay_loan::book_repayment};
use crate::{
    holding::Held, ledger::Ledger, objects::Object, reject::RejectReason, standing::Moment,
    tables::Table,
};

pub(crate) mod return_suspense;

/// What stands in suspense for one loan, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspense {
    /// The loan.
    pub loan: u64,
    /// The holding account on which it stands.
    pub holding: AccountId,
    /// How much; nothing when it has served or was returned.
    pub amount: Amount,
}

/// Rows by loan, and what they hold by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct SuspenseIndex {
    pub(crate) held: Held,
    by_loan: BTreeMap<u64, u64>,
}

impl Object for Suspense {
    const TABLE: Table = Table::Suspense;
    /// Each row takes about 100 bytes of memory.
    const ROWS_MAX: u64 = 1_000_000;
    type Index = SuspenseIndex;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.held.add(self.holding, self.amount.minor());
        index.by_loan.insert(self.loan, id);
    }

    fn leave(&self, id: u64, index: &mut Self::Index) {
        index.held.remove(self.holding, self.amount.minor());
        if index.by_loan.get(&self.loan) == Some(&id) {
            index.by_loan.remove(&self.loan);
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.loans.get(self.loan).is_some()
            && self.holding.0 < ledger.accounts.len() as u64
    }
}

impl Ledger {
    /// What stands in suspense for a loan, if anything does.
    #[must_use]
    pub fn suspense_of(&self, loan: u64) -> Option<&Suspense> {
        self.suspense_row(loan)
            .and_then(|id| self.products.suspense.get(id))
            .filter(|it| !it.amount.is_zero())
    }

    fn suspense_row(&self, loan: u64) -> Option<u64> {
        self.products.suspense.index().by_loan.get(&loan).copied()
    }

    /// Whether the surplus of a payment may be kept for a loan in a holding account; answers that account's row.
    ///
    /// # Errors
    /// [`RejectReason::HoldingUnfit`], [`RejectReason::SuspenseUnfit`] and [`RejectReason::TableFull`].
    pub(super) fn check_suspense(
        &self,
        id: u64,
        loan: &Loan,
        holding: AccountId,
    ) -> Result<usize, RejectReason> {
        let row = self.check_holding(holding, loan.asset)?;
        let owner = self.accounts.posting(row).map(|posting| posting.owner);
        let elsewhere = self.suspense_of(id).is_some_and(|it| it.holding != holding);
        if owner != Some(loan.lender) || elsewhere || loan.status != LoanStatus::Active {
            return Err(RejectReason::SuspenseUnfit);
        }
        if self.suspense_row(id).is_none() {
            self.products.suspense.check_room()?;
        }
        Ok(row)
    }

    /// How much more may be kept for a loan of which `outstanding` has not fallen due, minor units.
    pub(super) fn suspense_room(&self, id: u64, outstanding: u128) -> u128 {
        let kept = self.suspense_of(id).map_or(0, |it| it.amount.minor());
        outstanding.saturating_sub(kept)
    }

    /// Notes money that has reached the holding account.
    pub(super) fn keep_in_suspense(&mut self, loan: u64, holding: AccountId, surplus: Amount) {
        let kept = self.suspense_of(loan).map_or(0, |it| it.amount.minor());
        // Both stand on one account, so their sum is an amount.
        let amount = Amount::from_minor(kept.saturating_add(surplus.minor())).unwrap_or(surplus);
        let row = Suspense {
            loan,
            holding,
            amount,
        };
        match self.suspense_row(loan) {
            Some(id) => {
                self.products.suspense.update(id, |it| *it = row);
            }
            None => {
                self.products.suspense.add(row);
            }
        }
    }

    /// Works a loan off day by day: each due date is served from suspense before the next one comes. A loan without suspense needs none of it.
    pub(super) fn fall_due_from_suspense(&mut self, id: u64, moment: &Moment) {
        while let Some(day) = self.next_date_of(id).filter(|day| *day <= moment.date) {
            self.change_loan(id, day, |_running| ());
            self.serve_from_suspense(id, day, moment);
        }
        self.change_loan(id, moment.date, |_running| ());
        self.end_suspense(id);
    }

    fn next_date_of(&self, id: u64) -> Option<BusinessDate> {
        let loan = self.products.loans.get(id)?;
        let runs = loan.status == LoanStatus::Active;
        let next = loan.position.next_date(&self.contract(&loan.terms));
        next.filter(|_| runs)
    }

    /// A verb finds a loan with suspense as the agenda would have left it; what an instruction meets must not depend on how far that has come.
    pub(crate) fn work_off(&mut self, id: u64, moment: &Moment) {
        if self.suspense_of(id).is_some() {
            self.fall_due_from_suspense(id, moment);
        }
    }

    /// What is owed on `day` is paid out of suspense. When the lender cannot be credited nothing happens; it serves another day.
    pub(super) fn serve_from_suspense(&mut self, id: u64, day: BusinessDate, moment: &Moment) {
        let Some((holding, kept)) = self.suspense_of(id).map(|it| (it.holding, it.amount)) else {
            return;
        };
        let Some(loan) = self.products.loans.get(id) else {
            return;
        };
        let (asset, lender_account) = (loan.asset, loan.lender_account);
        let contract = self.contract(&loan.terms);
        let paid = loan.position.distribution(&contract, day, kept.minor(), 0);
        let taken = kept.minor() - paid.suspense;
        if taken == 0 || !self.pay_out_of(holding, lender_account, asset, taken) {
            return;
        }
        self.set_suspense(id, paid.suspense);
        book_repayment(self, id, &paid, day, moment);
    }

    /// A loan that is over keeps nothing; what the borrower cannot be paid now stays its own.
    pub(crate) fn end_suspense(&mut self, id: u64) {
        let is_over = |loan: &Loan| loan.status == LoanStatus::Closed;
        if self.products.loans.get(id).is_some_and(is_over) {
            self.give_back_suspense(id);
        }
    }

    /// Pays the borrower what stands in suspense; answers whether it could be.
    fn give_back_suspense(&mut self, id: u64) -> bool {
        let Some((holding, kept)) = self.suspense_of(id).map(|it| (it.holding, it.amount)) else {
            return false;
        };
        let Some(loan) = self.products.loans.get(id) else {
            return false;
        };
        let (to, asset) = (loan.borrower_account, loan.asset);
        let is_paid = self.pay_out_of(holding, to, asset, kept.minor());
        if is_paid {
            self.set_suspense(id, 0);
        }
        is_paid
    }

    fn set_suspense(&mut self, loan: u64, left: u128) {
        if let Some(id) = self.suspense_row(loan) {
            self.products.suspense.update(id, |it| {
                it.amount = Amount::from_minor(left).unwrap_or(Amount::ZERO);
            });
        }
    }
}
