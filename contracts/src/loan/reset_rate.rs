//! `ResetRate`: the rate of an indexed loan follows an attested fixing, once in a period.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Loan, LoanStatus};
use crate::{
    attestation::{AttestationKind, Subject},
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Fixes the rate from today on; the sender is the lender or the borrower.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetRate {
    /// The loan's row.
    pub loan: u64,
}

impl ResetRate {
    /// The rate that follows from the newest fixing that counts now.
    fn rate(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if loan.lender != call.sender() && loan.borrower != call.sender() {
            return Err(RejectReason::PartyOnly);
        }
        if loan.status != LoanStatus::Active {
            return Err(RejectReason::LoanNotOpen);
        }
        let index = loan.terms.index.as_ref();
        let index = index.ok_or(RejectReason::RateNotIndexed)?;
        let days = ledger.loan_days(loan.terms.calendar);
        let position = loan.position_on(&days, call.moment.date);
        if position.current_period() <= position.fixed {
            return Err(RejectReason::RateFixed);
        }
        let subject = Subject::Named(index.index);
        let fixing = ledger.attested(AttestationKind::Fixing, subject, call.moment.time);
        let (_, fixing) = fixing.ok_or(RejectReason::FixingMissing)?;
        Ok(index.rate(fixing))
    }
}

impl Verb for ResetRate {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.rate(ledger, call).map(|_rate| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let rate = self.rate(ledger, call)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            loan.position.set_rate(&loan.contract, day, rate);
        });
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
