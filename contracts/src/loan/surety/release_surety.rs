//! `ReleaseSurety`: the lender lets a guarantor go.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Surety, SuretyState, surety_with_loan};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Releases a surety; the sender is the loan's lender. What was paid under it the borrower owes the guarantor still.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseSurety {
    /// The surety's row.
    pub surety: u64,
}

impl Verb for ReleaseSurety {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// Giving security up is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (surety, loan) = surety_with_loan(ledger, self.surety)?;
        if loan.lender != call.sender() {
            return Err(RejectReason::LenderOnly);
        }
        if surety.state != SuretyState::Given {
            return Err(RejectReason::SuretyOver);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.sureties.update(self.surety, |it| {
            it.state = SuretyState::Released;
            it.due = None;
        });
        Ok(Outcome::Recorded {
            table: Surety::TABLE,
            id: self.surety,
        })
    }
}
