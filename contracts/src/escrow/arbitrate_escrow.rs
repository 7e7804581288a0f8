//! `ArbitrateEscrow`: an arbiter says how the money is divided; enough who say the same divide it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, Hash};

use super::agreement::{Escrow, EscrowState, Ruling, amount};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Rules on a dispute; the sender is one of the arbiters, whose last word counts.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArbitrateEscrow {
    /// The escrow.
    pub escrow: u64,
    /// What of the money held goes to the payee; the rest goes to the payer.
    pub to_payee: Amount,
    /// Hash of the grounds.
    pub ground: Hash,
}

impl Verb for ArbitrateEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let escrow = ledger.escrow(self.escrow)?;
        if !escrow.arbiters.contains(&call.sender()) {
            return Err(RejectReason::NotEscrowArbiter);
        }
        let decide_by = match (escrow.state, &escrow.dispute) {
            (EscrowState::Disputed, Some(dispute)) => dispute.decide_by,
            (_, _) => return Err(RejectReason::EscrowNotDisputed),
        };
        if call.moment.time >= decide_by {
            return Err(RejectReason::EscrowNotDisputed);
        }
        if self.to_payee > escrow.held {
            return Err(RejectReason::RulingExceeds);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let ruling = Ruling {
            arbiter: call.sender(),
            to_payee: self.to_payee,
            ground: self.ground,
        };
        let decided = ledger.products.escrows.update(self.escrow, |it| {
            let rulings = it.dispute.as_mut().map(|dispute| &mut dispute.rulings);
            let rulings = rulings.into_iter().flat_map(|rulings| {
                rulings.retain(|it| it.arbiter != ruling.arbiter);
                rulings.push(ruling);
                rulings.iter()
            });
            let same = rulings.filter(|it| it.to_payee == self.to_payee).count();
            (same >= usize::from(it.threshold)).then_some(it.held)
        });
        if let Some(held) = decided.flatten() {
            let rest = amount(held.minor().saturating_sub(self.to_payee.minor()));
            ledger.divide_escrow(self.escrow, self.to_payee, rest, EscrowState::Arbitrated);
        }
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
