//! `PartReleaseReceipt`: the bank frees a part of the goods; the rest secures what is still owed.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    goods::{
        receipt::WarehouseReceipt,
        value::{Valuation, is_covered},
    },
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Divides a pledged receipt: a free one of `quantity` units, and the pledged rest. The sender is the pledgee.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartReleaseReceipt {
    /// The receipt.
    pub receipt: u64,
    /// Units that are freed.
    pub quantity: u64,
}

impl Verb for PartReleaseReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.quantity == 0 {
            return Err(RejectReason::GoodsTerms);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (receipt, pledge) = ledger.secured_receipt(self.receipt, call.sender())?;
        let lot = ledger.lot(receipt.lot)?;
        if lot.is_frozen() {
            return Err(RejectReason::GoodsFrozen);
        }
        let rest = receipt.quantity.checked_sub(self.quantity);
        let rest = rest.filter(|rest| *rest > 0);
        let rest = rest.ok_or(RejectReason::ReleaseAboveQuantity)?;
        let value = Valuation::of(lot, rest, &pledge).value(ledger, &call.moment);
        let value = value.ok_or(RejectReason::PriceMissing)?;
        if !is_covered(pledge.secured.minor(), value, pledge.ltv_max_ppm) {
            return Err(RejectReason::LoanToValue);
        }
        ledger.products.warehouse_receipts.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let whole = ledger.receipt(self.receipt)?.clone();
        let receipts = &mut ledger.products.warehouse_receipts;
        receipts.update(self.receipt, |it| {
            it.quantity = it.quantity.saturating_sub(self.quantity);
        });
        let id = receipts.add(WarehouseReceipt {
            quantity: self.quantity,
            parent: Some(self.receipt),
            pledge: None,
            ..whole
        });
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
