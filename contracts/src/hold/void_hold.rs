//! `VoidHold`: the creditor's side gives up a hold; the money is free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    hold::HoldState,
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Gives up a hold.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoidHold {
    /// The hold.
    pub hold: Uetr,
}

impl Verb for VoidHold {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (_, hold) = ledger.open_hold(&self.hold)?;
        if !ledger.acts_for(call.sender(), hold.creditor) {
            return Err(RejectReason::VoidForbidden);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let (id, _) = ledger.open_hold(&self.hold)?;
        ledger.release_hold(id, HoldState::Voided);
        Ok(Outcome::Settled)
    }
}
