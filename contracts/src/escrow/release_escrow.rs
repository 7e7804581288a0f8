//! `ReleaseEscrow`: the payer finds a milestone met, in whole or in part; the payee is paid.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::agreement::{Escrow, EscrowState, amount};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Releases money to the payee; the sender is the payer. In a dispute it concedes so much, and arbiters rule on the rest.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseEscrow {
    /// The escrow.
    pub escrow: u64,
    /// Which milestone, from 0.
    pub milestone: u8,
    /// How much of it; `None` for all that is left.
    pub amount: Option<Amount>,
}

impl ReleaseEscrow {
    fn released(&self, ledger: &Ledger, call: &Call) -> Result<Amount, RejectReason> {
        let escrow = ledger.escrow(self.escrow)?;
        if escrow.payer != call.sender() {
            return Err(RejectReason::NotEscrowPayer);
        }
        let escrow = ledger.open_escrow(self.escrow)?;
        let milestone = escrow.milestones.get(usize::from(self.milestone));
        let milestone = milestone.ok_or(RejectReason::MilestoneUnknown)?;
        let left = milestone.amount.minor();
        let left = amount(left.saturating_sub(milestone.released.minor()));
        let released = self.amount.unwrap_or(left);
        if released > left || released.is_zero() {
            return Err(RejectReason::MilestoneExceeded);
        }
        Ok(released)
    }
}

impl Verb for ReleaseEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_some_and(|amount| amount.is_zero()) {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // Without an amount its worth stands in the state: whoever may sign for any amount signs it.
        self.amount.map_or(u128::MAX, Amount::minor)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.released(ledger, call).map(|_released| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let released = self.released(ledger, call)?;
        ledger.products.escrows.update(self.escrow, |it| {
            if let Some(milestone) = it.milestones.get_mut(usize::from(self.milestone)) {
                let sum = milestone.released.minor().saturating_add(released.minor());
                milestone.released = amount(sum);
            }
        });
        ledger.divide_escrow(self.escrow, released, Amount::ZERO, EscrowState::Released);
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
