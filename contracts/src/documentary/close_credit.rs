//! `CloseCredit`: an application is taken back or declined; a credit is given up by its beneficiary.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::credit::{CreditState, DocumentaryCredit};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Closes a credit; the sender is applicant or bank before it is issued, the beneficiary after: the promise is irrevocable (article 3).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseCredit {
    /// The credit.
    pub credit: u64,
}

impl Verb for CloseCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if !credit.principals().contains(&call.sender()) {
            return Err(RejectReason::NotCreditParty);
        }
        let is_beneficiary = credit.beneficiary == call.sender();
        match credit.state {
            CreditState::Applied if is_beneficiary => Err(RejectReason::NotCreditParty),
            CreditState::Applied => Ok(()),
            CreditState::Issued | CreditState::Advised if !is_beneficiary => {
                Err(RejectReason::CreditIrrevocable)
            }
            CreditState::Issued | CreditState::Advised if !credit.pending.is_zero() => {
                Err(RejectReason::PresentationsPending)
            }
            CreditState::Issued | CreditState::Advised => Ok(()),
            CreditState::Closed | CreditState::Expired => Err(RejectReason::CreditNotOpen),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.end_credit(self.credit, CreditState::Closed, &call.moment);
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id: self.credit,
        })
    }
}
