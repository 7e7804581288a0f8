//! `CancelReceivable`: whoever holds all of a receivable gives it up; line and documents are free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::{portion::PortionState, promise::PromiseState},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Gives a receivable up; the sender holds every live portion, none of them pledged or factored.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelReceivable {
    /// The receivable.
    pub receivable: u64,
}

impl Verb for CancelReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if !promise.state.is_owed() {
            return Err(RejectReason::ReceivableNotOwed);
        }
        // Asked before the portions are walked through, which is what it bounds.
        ledger.check_payouts(&call.moment, promise.portions)?;
        for id in ledger.live_portions(self.receivable) {
            let portion = ledger.held_portion(id, call.sender());
            let portion = portion.map_err(|_| RejectReason::NotSoleHolder)?;
            if portion.pledge.is_some() {
                return Err(RejectReason::PortionPledged);
            }
            if portion.factored.is_some() {
                return Err(RejectReason::PortionFactored);
            }
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receivable;
        let promise = ledger.promise(id)?.clone();
        ledger.spend_payouts(&call.moment, promise.portions);
        for portion in ledger.live_portions(id) {
            ledger.products.portions.update(portion, |it| {
                it.state = PortionState::Cancelled;
                it.claim = Amount::ZERO;
            });
        }
        ledger.free_line(promise.debtor, promise.asset, promise.outstanding);
        for mark in &promise.documents {
            ledger.unbind_document(&mark.fingerprint());
        }
        ledger.products.promises.update(id, |it| {
            it.state = PromiseState::Cancelled;
            it.outstanding = Amount::ZERO;
            it.portions = 0;
            it.disputed = false;
            it.settles = None;
        });
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
