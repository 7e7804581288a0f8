//! `ReturnDocuments`: refused documents go back to the beneficiary, and may be presented again, here or elsewhere.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::presentation::{Presentation, PresentationState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Gives refused documents back; the sender is the issuing bank (article 16e), or the beneficiary, who asks for them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnDocuments {
    /// The presentation.
    pub presentation: u64,
}

impl Verb for ReturnDocuments {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (presentation, credit) = ledger.presentation(self.presentation)?;
        if ![credit.bank, credit.beneficiary].contains(&call.sender()) {
            return Err(RejectReason::NotCreditParty);
        }
        match presentation.state {
            PresentationState::Discrepant | PresentationState::Waived => Ok(()),
            PresentationState::Presented
            | PresentationState::Complying
            | PresentationState::Accepted
            | PresentationState::Paid
            | PresentationState::Returned => Err(RejectReason::PresentationNotRefused),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.give_documents_back(self.presentation, &call.moment);
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id: self.presentation,
        })
    }
}
