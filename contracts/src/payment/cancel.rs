//! `Cancel` (camt.056): the sender takes back a payment that has not settled. What settled stays settled; see `Return`.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    ledger::Ledger,
    payment::warehouse::WarehouseState,
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Takes back a payment of the sender's that waits.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Cancel {
    /// UETR of the payment.
    pub original: Uetr,
    /// External cancellation reason code, such as `CUST` or `DUPL`.
    pub reason: Purpose,
}

impl Cancel {
    /// The waiting row of the payment.
    fn row(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let warehouse = &ledger.products.warehouse;
        let found = warehouse.index().get(&self.original);
        let (id, row) = found
            .and_then(|id| Some((*id, warehouse.get(*id)?)))
            .ok_or(RejectReason::NothingToCancel)?;
        if row.origin.sender != call.sender() {
            return Err(RejectReason::CancelForbidden);
        }
        if row.state != WarehouseState::Waiting {
            return Err(RejectReason::CancelTooLate);
        }
        Ok(id)
    }
}

impl Verb for Cancel {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.row(ledger, call).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = self.row(ledger, call)?;
        let origin = ledger.products.warehouse.update(id, |it| {
            it.state = WarehouseState::Cancelled;
            it.origin
        });
        if let Some(origin) = origin {
            let reason = RejectReason::CancelledBySender;
            ledger.answer(origin, Outcome::Cancelled(reason));
        }
        Ok(Outcome::Settled)
    }
}
