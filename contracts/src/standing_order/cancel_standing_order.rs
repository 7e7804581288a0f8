//! `CancelStandingOrder`: the debtor's side ends an order. A payment of it that waits for funds is taken back by `Cancel`.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    standing_order::OrderState,
    tables::Table,
    verb::{Call, Verb},
};

/// Ends a standing order before its next period.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelStandingOrder {
    /// The order, by its row.
    pub order: u64,
}

impl Verb for CancelStandingOrder {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        ledger.own_order(call.sender(), self.order).map(|_order| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger
            .products
            .standing_orders
            .update(self.order, |it| it.state = OrderState::Cancelled);
        let (table, id) = (Table::StandingOrders, self.order);
        Ok(Outcome::Recorded { table, id })
    }
}
