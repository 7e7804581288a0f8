//! `SurrenderReceipt`: the holder wants the goods; nothing else can be done with the receipt any more.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    goods::receipt::ReceiptState,
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Surrenders a receipt to the warehouse; the sender is its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurrenderReceipt {
    /// The receipt.
    pub receipt: u64,
}

impl Verb for SurrenderReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        ledger
            .controlled_receipt(self.receipt, call.sender())
            .map(|_| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        let receipts = &mut ledger.products.warehouse_receipts;
        receipts.update(id, |it| it.state = ReceiptState::Surrendered);
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
