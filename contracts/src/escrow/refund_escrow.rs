//! `RefundEscrow`: the payee gives back what is still held.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::agreement::{Escrow, EscrowState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Gives the rest back to the payer; the sender is the payee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundEscrow {
    /// The escrow.
    pub escrow: u64,
}

impl Verb for RefundEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if ledger.escrow(self.escrow)?.payee != call.sender() {
            return Err(RejectReason::NotEscrowPayee);
        }
        ledger.open_escrow(self.escrow).map(|_escrow| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let held = ledger.escrow(self.escrow)?.held;
        ledger.divide_escrow(self.escrow, Amount::ZERO, held, EscrowState::Refunded);
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
