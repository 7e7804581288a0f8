//! `WriteOffLoan`: the lender gives up a loan that is over 90 days past due. What is owed stays owed, and what comes is a recovery.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Delinquency, Loan, LoanStatus, accelerate_loan::lent};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Writes a loan off; the sender is the lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOffLoan {
    /// The loan's row.
    pub loan: u64,
}

impl Verb for WriteOffLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// Giving a claim up is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let loan = lent(ledger, call, self.loan)?;
        if loan.delinquency(call.moment.date) < Delinquency::NonPerforming {
            return Err(RejectReason::LoanPerforming);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.loans.update(self.loan, |loan| {
            loan.position.catch_up(&loan.terms, call.moment.date);
            loan.position.accelerate(&loan.terms, call.moment.date);
            loan.status = LoanStatus::WrittenOff;
            loan.due = None;
        });
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
