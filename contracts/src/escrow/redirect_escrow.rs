//! `RedirectEscrow`: a party names another account of its own; what is owed to it goes there.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::agreement::{Escrow, EscrowState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Replaces the sender's account; the sender is the payer, once it has funded, or the payee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectEscrow {
    /// The escrow.
    pub escrow: u64,
    /// An account of the sender.
    pub account: AccountId,
}

impl RedirectEscrow {
    /// What is owed to the sender.
    fn owed(&self, ledger: &Ledger, call: &Call) -> Result<Amount, RejectReason> {
        let (escrow, sender) = (ledger.escrow(self.escrow)?, call.sender());
        let owed = if sender == escrow.payee {
            escrow.owed_payee
        } else if sender == escrow.payer {
            escrow.owed_payer
        } else {
            return Err(RejectReason::EscrowPartyForbidden);
        };
        let unfunded = matches!(escrow.state, EscrowState::Created | EscrowState::Lapsed);
        if sender == escrow.payer && unfunded {
            return Err(RejectReason::EscrowNotFunded);
        }
        ledger.check_payee(self.account, escrow.asset, sender, owed.minor())?;
        Ok(owed)
    }
}

impl Verb for RedirectEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.owed(ledger, call).map(|_owed| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let owed = self.owed(ledger, call)?;
        let escrow = ledger.escrow(self.escrow)?;
        let is_payee = escrow.payee == call.sender();
        let (holding, asset) = (escrow.holding, escrow.asset);
        let paid = ledger.pay_out_of(holding, self.account, asset, owed.minor());
        ledger.products.escrows.update(self.escrow, |it| {
            let (account, rest) = if is_payee {
                it.payee_account = self.account;
                (None, &mut it.owed_payee)
            } else {
                (Some(self.account), &mut it.owed_payer)
            };
            if paid {
                *rest = Amount::ZERO;
            }
            it.payer_account = account.or(it.payer_account);
        });
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
