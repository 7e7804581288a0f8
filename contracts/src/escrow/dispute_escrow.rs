//! `DisputeEscrow`: a party puts what is held before the arbiters; time does not give it back meanwhile.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use super::agreement::{Dispute, Escrow, EscrowState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Raises a dispute; the sender is the payer or the payee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeEscrow {
    /// The escrow.
    pub escrow: u64,
    /// Hash of the claim.
    pub claim: Hash,
}

impl Verb for DisputeEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let escrow = ledger.escrow(self.escrow)?;
        if ![escrow.payer, escrow.payee].contains(&call.sender()) {
            return Err(RejectReason::EscrowPartyForbidden);
        }
        let escrow = ledger.open_escrow(self.escrow)?;
        if escrow.state == EscrowState::Disputed {
            return Err(RejectReason::EscrowDisputed);
        }
        if call.moment.time >= escrow.expires {
            return Err(RejectReason::EscrowNotOpen);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.escrows.update(self.escrow, |it| {
            let days = u64::from(it.arbitration_days);
            it.dispute = Some(Dispute {
                by: call.sender(),
                claim: self.claim,
                decide_by: call.moment.time.after_ms(days * 86_400_000),
                rulings: Vec::new(),
            });
            it.state = EscrowState::Disputed;
        });
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
