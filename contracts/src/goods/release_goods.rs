//! `ReleaseGoods`: the goods leave the warehouse and the receipt is retired.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    goods::{lot::LotState, receipt::ReceiptState},
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Hands the goods of a surrendered receipt out; the sender is the warehouse. With the last of a lot its document is free again.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseGoods {
    /// The receipt.
    pub receipt: u64,
}

impl Verb for ReleaseGoods {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let receipt = ledger.receipt(self.receipt)?;
        let lot = ledger.lot(receipt.lot)?;
        if lot.warehouse != call.sender() {
            return Err(RejectReason::NotWarehouse);
        }
        if receipt.state != ReceiptState::Surrendered {
            return Err(RejectReason::NotSurrendered);
        }
        if lot.is_frozen() {
            return Err(RejectReason::GoodsFrozen);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        let (quantity, of) = (ledger.receipt(id)?.quantity, ledger.receipt(id)?.lot);
        let receipts = &mut ledger.products.warehouse_receipts;
        receipts.update(id, |it| it.state = ReceiptState::Retired);
        ledger.products.lots.update(of, |it| {
            it.gone = it.gone.saturating_add(quantity);
            if it.gone == it.quantity {
                it.state = LotState::Gone;
            }
        });
        let lot = ledger.lot(of)?;
        if lot.state == LotState::Gone {
            let fingerprint = lot.document.fingerprint();
            ledger.free_document(&fingerprint);
        }
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
