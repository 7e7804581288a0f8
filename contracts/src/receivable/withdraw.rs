//! `WithdrawReceivable`: the creditor takes its claim back before the debtor has answered.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::promise::PromiseState,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Withdraws a receivable; the sender is the creditor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawReceivable {
    /// The receivable.
    pub receivable: u64,
}

impl Verb for WithdrawReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if promise.creditor != call.sender() {
            return Err(RejectReason::NotCreditor);
        }
        if promise.state != PromiseState::Issued {
            return Err(RejectReason::ReceivableAnswered);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receivable;
        ledger
            .products
            .promises
            .update(id, |it| it.state = PromiseState::Withdrawn);
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
