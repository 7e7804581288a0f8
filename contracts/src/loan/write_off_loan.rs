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
        let days = ledger.loan_days(loan.terms.calendar);
        if loan.delinquency(&days, call.moment.date) < Delinquency::NonPerforming {
            return Err(RejectReason::LoanPerforming);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        self.check(ledger, call)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            loan.position.accelerate(&loan.contract, day);
            *loan.status = LoanStatus::WrittenOff;
        });
        ledger.serve_from_suspense(self.loan, day, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
