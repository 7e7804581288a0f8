//! `DisputeReceivable`: the debtor contests what it accepted; nothing moves until the operator has decided.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::promise::PromiseState,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Disputes a receivable before it is due; the sender is the debtor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeReceivable {
    /// The receivable.
    pub receivable: u64,
    /// Hash of the reasons.
    pub reason: Hash,
}

impl Verb for DisputeReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if promise.debtor != call.sender() {
            return Err(RejectReason::NotDebtor);
        }
        if promise.disputed {
            return Err(RejectReason::ReceivableDisputed);
        }
        if promise.state != PromiseState::Accepted || promise.due <= call.moment.date {
            return Err(RejectReason::ReceivableDue);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receivable;
        ledger.products.promises.update(id, |it| it.disputed = true);
        ledger.mark_promise(id);
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
