//! `SetStandingOrder`: whoever may debit an account lets it pay the same amount again and again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate};

use crate::{
    ledger::Ledger,
    payment::{check_creditor, check_debtor},
    receipt::Outcome,
    reject::RejectReason,
    standing_order::{Every, FIRST_AHEAD_DAYS_MAX, OrderState, Shortfall, StandingOrder},
    tables::Table,
    term::calendar::Shift,
    text::{EndToEndId, Purpose},
    verb::{Call, Verb},
};

/// Pays an amount on a first day and once in every period after it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetStandingOrder {
    /// Who pays.
    pub debtor: AccountId,
    /// Who is paid.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much each time.
    pub amount: Amount,
    /// The debtor's reference for the creditor.
    pub reference: EndToEndId,
    /// What for.
    pub purpose: Option<Purpose>,
    /// The day of the first payment: today or at most 366 days ahead.
    pub first: BusinessDate,
    /// No period begins after it; `None` for none.
    pub last: Option<BusinessDate>,
    /// Time between two payments.
    pub every: Every,
    /// Where a payment goes that falls on a closed day of the asset's calendar.
    pub shift: Shift,
    /// What becomes of a payment without funds.
    pub shortfall: Shortfall,
    /// The most it pays in all; `None` for no end.
    pub total_max: Option<Amount>,
}

impl SetStandingOrder {
    fn order(&self, ledger: &Ledger, call: &Call) -> StandingOrder {
        let mut order = StandingOrder {
            origin: call.origin,
            debtor: self.debtor,
            creditor: self.creditor,
            asset: self.asset,
            amount: self.amount,
            reference: self.reference,
            purpose: self.purpose,
            first: self.first,
            last: self.last,
            every: self.every,
            shift: self.shift,
            shortfall: self.shortfall,
            total_max: self.total_max,
            period: 0,
            date: self.first,
            opens: BlockTime(0),
            paid: 0,
            paid_sum: 0,
            waiting_sum: 0,
            missed: 0,
            last_miss: None,
            state: OrderState::Active,
        };
        if let Some((date, opens)) = order.plan(ledger, 0) {
            (order.date, order.opens) = (date, opens);
        }
        order
    }
}

impl Verb for SetStandingOrder {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.debtor == self.creditor {
            return Err(RejectReason::SameAccount);
        }
        if !self.every.is_valid() {
            return Err(RejectReason::OrderPeriod);
        }
        if self.last.is_some_and(|last| last < self.first) {
            return Err(RejectReason::OrderDates);
        }
        if !self.shortfall.is_valid() {
            return Err(RejectReason::OrderWait);
        }
        Ok(())
    }

    /// What one payment moves.
    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        check_debtor(ledger, call.sender(), self.debtor, self.asset)?;
        check_creditor(ledger, self.creditor, self.asset, 0)?;
        ledger.products.standing_orders.check_room()?;
        let today = call.moment.date;
        if self.first < today || self.first.0 - today.0 > FIRST_AHEAD_DAYS_MAX {
            return Err(RejectReason::OrderFirstDay);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let order = self.order(ledger, call);
        let id = ledger.products.standing_orders.add(order);
        let table = Table::StandingOrders;
        Ok(Outcome::Recorded { table, id })
    }
}
