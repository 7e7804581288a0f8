//! `RepayReceipt`: the bank states that so much of what is secured was repaid.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Lowers what a receipt secures; the sender is the pledgee. A margin call ends when the rest is covered again.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepayReceipt {
    /// The receipt.
    pub receipt: u64,
    /// How much less is secured.
    pub amount: Amount,
}

impl Verb for RepayReceipt {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (_, pledge) = ledger.secured_receipt(self.receipt, call.sender())?;
        if self.amount >= pledge.secured {
            return Err(RejectReason::RepaidAboveSecured);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receipt;
        ledger.products.warehouse_receipts.update(id, |it| {
            if let Some(pledge) = &mut it.pledge {
                let rest = pledge.secured.minor().saturating_sub(self.amount.minor());
                pledge.secured = Amount::from_minor(rest).unwrap_or(pledge.secured);
            }
        });
        ledger.look_at_margin(&call.moment, id);
        Ok(Outcome::Recorded {
            table: Table::WarehouseReceipts,
            id,
        })
    }
}
