//! `TransferReceipt`: control passes to another participant, whole and at once.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::ParticipantId;

use crate::{
    goods::register_goods::may_own,
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Hands a receipt on; the sender is its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferReceipt {
    /// The receipt.
    pub receipt: u64,
    /// Who has control from now on.
    pub to: ParticipantId,
}

impl Verb for TransferReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        ledger.controlled_receipt(self.receipt, call.sender())?;
        if self.to == call.sender() {
            return Err(RejectReason::ReceiptToSelf);
        }
        if !ledger.role(self.to).is_some_and(may_own) || !ledger.is_active(self.to) {
            return Err(RejectReason::GoodsOwnerForbidden);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        ledger.products.warehouse_receipts.update(id, |it| {
            it.holder = self.to;
            it.transfers = it.transfers.saturating_add(1);
        });
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
