//! `RedirectDrawing`: the beneficiary names another account of its own for what it has drawn.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::presentation::Presentation;
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Replaces the account that is paid; the sender is the beneficiary.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectDrawing {
    /// The presentation.
    pub presentation: u64,
    /// An account of the sender.
    pub account: AccountId,
}

impl Verb for RedirectDrawing {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (presentation, credit) = ledger.presentation(self.presentation)?;
        if credit.beneficiary != call.sender() {
            return Err(RejectReason::NotBeneficiary);
        }
        if !presentation.state.is_pending() {
            return Err(RejectReason::PresentationOver);
        }
        ledger.check_payee(self.account, credit.terms.asset, call.sender(), 0)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let redirected = |it: &mut Presentation| it.account = self.account;
        ledger
            .products
            .presentations
            .update(self.presentation, redirected);
        Ok(Outcome::Recorded {
            table: Presentation::TABLE,
            id: self.presentation,
        })
    }
}
