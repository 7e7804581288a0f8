//! `Pay`: one credit transfer (pacs.008, pacs.009), settled for good at once or when funds come in, or refused.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId, identifiers::Uetr,
    planted,
};

use crate::{
    calendar::Timing,
    fee::Charge,
    ledger::Ledger,
    liquidity::queue,
    payment::{check_creditor, check_new_debit, warehouse},
    receipt::Outcome,
    reject::RejectReason,
    text::{EndToEndId, Purpose},
    verb::{Call, Verb},
};

/// One credit transfer.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// The payment's reference from end to end; used once on the whole ledger.
    pub uetr: Uetr,
    /// The debtor's reference for the creditor.
    pub end_to_end_id: EndToEndId,
    /// Who pays.
    pub debtor: AccountId,
    /// Who is paid.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// The business date on which it settles.
    pub value_date: BusinessDate,
    /// What for.
    pub purpose: Option<Purpose>,
    /// Hash of a confidential payload that is kept off the ledger.
    pub payload_commitment: Option<Hash>,
    /// How it is to be handled when it cannot settle at once.
    pub handling: Handling,
}

/// The least urgent priority; 0 is served first (ledger 3.10).
pub const PRIORITY_LOWEST: u8 = 9;

/// The priority of a payment that states none.
pub const PRIORITY_NORMAL: u8 = 5;

/// How a payment is handled when it cannot settle at once.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// 0 is served first, 9 last.
    pub priority: u8,
    /// Whether it may settle before older payments of its debtor and class.
    pub bypass: bool,
    /// Until when it waits for funds; `None` refuses it at once.
    pub queue_until: Option<BlockTime>,
}

impl Default for Handling {
    fn default() -> Self {
        Handling {
            priority: PRIORITY_NORMAL,
            bypass: false,
            queue_until: None,
        }
    }
}

/// A payment that may settle now: its accounts and what it costs.
pub(crate) struct Ready {
    route: Route,
    charge: Option<Charge>,
    /// What of it the debtor pays, in minor units.
    fee: u128,
}

/// The accounts of a payment that passed its checks.
struct Route {
    debtor: usize,
    creditor: usize,
}

impl Pay {
    /// Everything but the UETR, which the caller has looked up, the value date, and funds, which may still arrive before execution.
    fn route(&self, ledger: &Ledger, sender: ParticipantId) -> Result<Route, RejectReason> {
        let debtor = check_new_debit(ledger, sender, self.debtor, self.asset, self.amount.minor())?;
        let creditor = check_creditor(ledger, self.creditor, self.asset, self.amount.minor())?;
        Ok(Route { debtor, creditor })
    }

    /// Whether anything but funds stands in its way.
    pub(crate) fn check_route(
        &self,
        ledger: &Ledger,
        sender: ParticipantId,
    ) -> Result<(), RejectReason> {
        self.route(ledger, sender).map(|_route| ())
    }

    /// Whether it may settle now, with what it then costs; the value date is the caller's to check.
    pub(crate) fn check_settle(
        &self,
        ledger: &Ledger,
        sender: ParticipantId,
        is_free: bool,
    ) -> Result<Ready, RejectReason> {
        let route = self.route(ledger, sender)?;
        let headroom = ledger.headroom_for(self.debtor, self.handling.priority);
        let amount = self.amount.minor();
        let charge = match is_free {
            true => None,
            false => ledger.charge_for(self.asset, self.debtor, self.creditor, amount)?,
        };
        let fee = charge.as_ref().map_or(0, Charge::of_debtor);
        // Both stay far below 2^127.
        let needed = self.amount.signed().saturating_add_unsigned(fee);
        if needed > headroom && !planted!("no-floor") {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.check_limits(self.debtor, self.creditor, amount)?;
        ledger
            .accounts
            .check_range(route.debtor, route.creditor, amount)?;
        Ok(Ready { route, charge, fee })
    }

    /// Moves the money of a payment that was checked in this very state.
    pub(crate) fn post(&self, ledger: &mut Ledger, ready: &Ready) {
        let amount = self.amount.minor();
        let Route { debtor, creditor } = ready.route;
        let moved = ledger.transfer(self.asset, debtor, creditor, amount);
        assert!(moved.is_ok(), "a checked payment moves: {moved:?}");
        if let Some(charge) = &ready.charge {
            ledger.collect(charge);
        }
        let used = amount.saturating_add(ready.fee);
        ledger.use_reserved(self.debtor, self.handling.priority, used);
        ledger.confirm_limits(self.debtor, self.creditor);
        ledger.header.legs += 1;
    }

    /// Settles now, or is refused; the value date is the caller's to check.
    pub(crate) fn settle(
        &self,
        ledger: &mut Ledger,
        sender: ParticipantId,
    ) -> Result<(), RejectReason> {
        let is_free = std::mem::take(&mut ledger.is_free);
        let ready = self.check_settle(ledger, sender, is_free)?;
        self.post(ledger, &ready);
        Ok(())
    }
}

impl Verb for Pay {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.handling.priority > PRIORITY_LOWEST {
            return Err(RejectReason::PriorityRange);
        }
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if self.debtor == self.creditor {
            return Err(RejectReason::SameAccount);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        warehouse::plan(ledger, self, &call.moment)?;
        queue::check_until(self, call.moment.time)?;
        self.route(ledger, call.sender()).map(|_route| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let timing = warehouse::plan(ledger, self, &call.moment)?;
        queue::check_until(self, call.moment.time)?;
        if let Timing::Later(date, opens) = timing {
            self.route(ledger, call.sender())?;
            return Ok(warehouse::take(
                ledger,
                call.origin,
                self.clone(),
                date,
                opens,
            ));
        }
        queue::enter(ledger, &call.moment, call.origin, self)
    }
}
