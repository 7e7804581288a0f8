//! `AccelerateLoan`: the lender calls a loan that is overdue beyond its grace period; everything falls due today.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Loan, LoanStatus};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    term::penalty::penalty_days,
    verb::{Call, Verb},
};

/// Calls a loan; the sender is the lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccelerateLoan {
    /// The loan's row.
    pub loan: u64,
}

/// The loan, when the sender is its lender and it is paid out and not written off.
pub(super) fn lent<'a>(ledger: &'a Ledger, call: &Call, id: u64) -> Result<&'a Loan, RejectReason> {
    let loan = ledger
        .products
        .loans
        .get(id)
        .ok_or(RejectReason::LoanUnknown)?;
    if loan.lender != call.sender() {
        return Err(RejectReason::LenderOnly);
    }
    if loan.status != LoanStatus::Active {
        return Err(RejectReason::LoanNotOpen);
    }
    Ok(loan)
}

/// The loan, when the sender is its borrower or the borrower's bank and something may still be owed.
pub(super) fn borrowed<'a>(
    ledger: &'a Ledger,
    call: &Call,
    id: u64,
) -> Result<&'a Loan, RejectReason> {
    let loan = ledger.products.loans.get(id);
    let loan = loan.ok_or(RejectReason::LoanUnknown)?;
    let borrower = ledger.participant(loan.borrower);
    let is_bank = borrower.is_some_and(|borrower| borrower.sponsor == Some(call.sender()));
    if loan.borrower != call.sender() && !is_bank {
        return Err(RejectReason::BorrowerOnly);
    }
    if !matches!(loan.status, LoanStatus::Active | LoanStatus::WrittenOff) {
        return Err(RejectReason::LoanNotOpen);
    }
    Ok(loan)
}

/// Whether an account has `amount` free.
pub(crate) fn check_funds(
    ledger: &Ledger,
    debtor: usize,
    amount: u128,
) -> Result<(), RejectReason> {
    let posting = ledger.accounts.posting(debtor);
    let headroom = posting.map_or(0, |posting| posting.headroom());
    let is_covered = i128::try_from(amount).is_ok_and(|amount| amount <= headroom);
    is_covered
        .then_some(())
        .ok_or(RejectReason::InsufficientFunds)
}

impl Verb for AccelerateLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// Calling a loan is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let loan = lent(ledger, call, self.loan)?;
        let days = ledger.loan_days(loan.terms.calendar);
        let position = loan.position_on(&days, call.moment.date);
        let oldest = position.items.first().map(|item| item.due);
        let days = oldest.map_or(0, |due| penalty_days(due, call.moment.date));
        if days <= u32::from(loan.terms.grace_days) {
            return Err(RejectReason::LoanNotOverdue);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        self.check(ledger, call)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            loan.position.accelerate(&loan.contract, day);
        });
        ledger.serve_from_suspense(self.loan, day, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
