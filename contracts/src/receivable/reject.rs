//! `RejectReceivable`: the debtor says no.

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

/// Rejects a receivable; the sender is the debtor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectReceivable {
    /// The receivable.
    pub receivable: u64,
}

impl Verb for RejectReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if promise.debtor != call.sender() {
            return Err(RejectReason::NotDebtor);
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
            .update(id, |it| it.state = PromiseState::Rejected);
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
