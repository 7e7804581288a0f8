//! `AmendStandingOrder`: the debtor's side changes what an order pays from its next period on.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    standing_order::Shortfall,
    tables::Table,
    term::calendar::Shift,
    verb::{Call, Verb},
};

/// Gives a standing order another amount, end and rules; its accounts, first day and period stay. A last day before its next period finishes it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendStandingOrder {
    /// The order, by its row.
    pub order: u64,
    /// How much each time.
    pub amount: Amount,
    /// No period begins after it; `None` for none.
    pub last: Option<BusinessDate>,
    /// Where a payment goes that falls on a closed day of the asset's calendar.
    pub shift: Shift,
    /// What becomes of a payment without funds.
    pub shortfall: Shortfall,
    /// The most it pays in all, with what it has paid; `None` for no end.
    pub total_max: Option<Amount>,
}

impl Verb for AmendStandingOrder {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if !self.shortfall.is_valid() {
            return Err(RejectReason::OrderWait);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        ledger.own_order(call.sender(), self.order).map(|_order| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let next = ledger.own_order(call.sender(), self.order)?.period;
        ledger.products.standing_orders.update(self.order, |it| {
            it.amount = self.amount;
            it.last = self.last;
            it.shift = self.shift;
            it.shortfall = self.shortfall;
            it.total_max = self.total_max;
        });
        ledger.plan_order(self.order, next);
        let (table, id) = (Table::StandingOrders, self.order);
        Ok(Outcome::Recorded { table, id })
    }
}
