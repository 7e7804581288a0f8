//! `ReturnSuspense`: what stands in suspense for a loan goes back to its borrower.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::Suspense;
use crate::{
    ledger::Ledger,
    objects::Object,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Returns what stands in suspense; the sender is the loan's lender, its borrower or the borrower's bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnSuspense {
    /// The loan's row.
    pub loan: u64,
}

impl Verb for ReturnSuspense {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The amount is not in the message, so the signing policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        let borrower = ledger.participant(loan.borrower);
        let bank = borrower.and_then(|borrower| borrower.sponsor);
        let parties = [Some(loan.lender), Some(loan.borrower), bank];
        if !parties.contains(&Some(call.sender())) {
            return Err(RejectReason::PartyOnly);
        }
        let suspense = ledger.suspense_of(self.loan);
        let amount = suspense.ok_or(RejectReason::SuspenseEmpty)?.amount.minor();
        check_creditor(ledger, loan.borrower_account, loan.asset, amount).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        self.check(ledger, call)?;
        let id = ledger.suspense_row(self.loan);
        let id = id.ok_or(RejectReason::SuspenseEmpty)?;
        if !ledger.give_back_suspense(self.loan) {
            return Err(RejectReason::HoldingUnfit);
        }
        Ok(Outcome::Recorded {
            table: Suspense::TABLE,
            id,
        })
    }
}
