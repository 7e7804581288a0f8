//! `WaiveDiscrepancies`: the applicant takes the documents as they are.

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

/// Waives what was found and listed; the sender is the applicant. The bank may follow, and need not (article 16b).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiveDiscrepancies {
    /// The presentation.
    pub presentation: u64,
}

impl Verb for WaiveDiscrepancies {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (presentation, credit) = ledger.presentation(self.presentation)?;
        if credit.applicant != call.sender() {
            return Err(RejectReason::NotApplicant);
        }
        if presentation.state != PresentationState::Discrepant {
            return Err(RejectReason::PresentationNotRefused);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let waived = |it: &mut Presentation| it.state = PresentationState::Waived;
        ledger
            .products
            .presentations
            .update(self.presentation, waived);
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id: self.presentation,
        })
    }
}
