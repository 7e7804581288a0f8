//! `AdviseCredit`: the advising bank tells the beneficiary that the credit is what it seems.

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

/// Advises a credit; the sender is the advising bank, which is not bound by it (article 9). From now on documents may be presented.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviseCredit {
    /// The credit.
    pub credit: u64,
}

impl Verb for AdviseCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if credit.adviser != call.sender() {
            return Err(RejectReason::NotAdvisingBank);
        }
        if credit.state != CreditState::Issued {
            return Err(RejectReason::CreditNotIssued);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let advised = |it: &mut DocumentaryCredit| it.state = CreditState::Advised;
        ledger.products.credits.update(self.credit, advised);
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id: self.credit,
        })
    }
}
