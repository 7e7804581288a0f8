//! `EnforceReceipt`: a margin call was not cured in time: the bank takes control.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Takes control of a pledged receipt; the sender is the pledgee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnforceReceipt {
    /// The receipt.
    pub receipt: u64,
}

impl Verb for EnforceReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (_, pledge) = ledger.secured_receipt(self.receipt, call.sender())?;
        match pledge.margin_call {
            None => Err(RejectReason::NoMarginCall),
            Some(until) if call.moment.time < until => Err(RejectReason::CureTimeRuns),
            Some(_) => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        ledger.products.warehouse_receipts.update(id, |it| {
            it.holder = call.sender();
            it.transfers = it.transfers.saturating_add(1);
            it.pledge = None;
        });
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
