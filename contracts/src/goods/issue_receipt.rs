//! `IssueReceipt`: the warehouse promises the goods of a lot to whoever has control of the receipt.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    goods::{
        lot::LotState,
        receipt::{ReceiptState, WarehouseReceipt},
    },
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Issues the receipt of an inspected lot to its depositor; the sender is the warehouse. The storage document is taken in the registry.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueReceipt {
    /// The lot.
    pub lot: u64,
}

impl Verb for IssueReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let lot = ledger.lot(self.lot)?;
        if lot.warehouse != call.sender() {
            return Err(RejectReason::NotWarehouse);
        }
        match lot.state {
            LotState::Inspected => {}
            LotState::Registered => return Err(RejectReason::NotInspected),
            LotState::Receipted | LotState::Contested | LotState::Void | LotState::Gone => {
                return Err(RejectReason::LotState);
            }
        }
        if lot.is_frozen() {
            return Err(RejectReason::GoodsFrozen);
        }
        if lot
            .inspection
            .is_none_or(|found| found.quantity != lot.quantity)
        {
            return Err(RejectReason::QuantityDiffers);
        }
        ledger.check_document_free(&lot.document.fingerprint())?;
        ledger.products.documents.check_room()?;
        ledger.products.warehouse_receipts.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let lot = ledger.lot(self.lot)?.clone();
        let id = ledger.products.warehouse_receipts.add(WarehouseReceipt {
            lot: self.lot,
            commodity: lot.commodity,
            quantity: lot.quantity,
            holder: lot.depositor,
            transfers: 0,
            parent: None,
            pledge: None,
            state: ReceiptState::Issued,
        });
        ledger.store_document(&lot.document, self.lot);
        let lots = &mut ledger.products.lots;
        lots.update(self.lot, |it| it.state = LotState::Receipted);
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
