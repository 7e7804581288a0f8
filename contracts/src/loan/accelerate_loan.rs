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
        let oldest = loan.position.items.first().map(|item| item.due);
        let days = oldest.map_or(0, |due| penalty_days(due, call.moment.date));
        if days <= u32::from(loan.terms.grace_days) {
            return Err(RejectReason::LoanNotOverdue);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.loans.update(self.loan, |loan| {
            loan.position.accelerate(&loan.terms, call.moment.date);
            loan.due = None;
        });
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
