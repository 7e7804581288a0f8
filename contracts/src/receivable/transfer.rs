//! `TransferReceivable`: the holder hands a portion on, with or without answering for the debtor.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, ParticipantId};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::rules::ENDORSERS_MAX,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Hands a portion on; the sender is its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferReceivable {
    /// The portion.
    pub portion: u64,
    /// The new holder.
    pub to: ParticipantId,
    /// Where the new holder is paid.
    pub account: AccountId,
    /// Whether the sender answers for the debtor.
    pub recourse: bool,
}

impl Verb for TransferReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (portion, promise) =
            ledger.movable_portion(self.portion, call.sender(), &call.moment)?;
        if self.to == call.sender() {
            return Err(RejectReason::TransferToSelf);
        }
        if self.recourse && portion.endorsers.len() >= ENDORSERS_MAX {
            return Err(RejectReason::EndorsersFull);
        }
        ledger.check_payee(self.account, promise.asset, self.to, 0)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.portions.update(self.portion, |it| {
            it.holder = self.to;
            it.account = self.account;
            if self.recourse {
                it.endorsers.push(call.sender());
            }
        });
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
