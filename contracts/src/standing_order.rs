//! Standing orders: the same payment again and again, by the calendar, until a last date or a total.
//!
//! ```text
//!   SetStandingOrder ──▶ Active ──each period: first + k × every, shifted off closed days, at the opening──▶ pays | misses
//!                          │ │ └─AmendStandingOrder─▶ Active              miss: no funds (skip, wait, stop), an account not usable, too late
//!                          │ └──after the last date or the total──▶ Finished      a stop, or an account closed for ever ──▶ Stopped
//!                          └──CancelStandingOrder──▶ Cancelled
//! ```
//! Each period fires once and is told in a row of its own (`automatic`); what one period missed is not made up for in the next. Dates are counted
//! from the first one, so that 31 January, 28 February, 31 March follow one another. Spec: ledger 3.3, 3.9.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, json};

use crate::{
    account::store::place,
    automatic::{self, Asked, AutomaticState, Cause},
    calendar::Timing,
    ledger::Ledger,
    liquidity::queue::{QUEUE_MS_MAX, waits_for},
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    term::{
        calendar::Shift,
        cycle::{Period, Unit},
    },
    text::{EndToEndId, Purpose},
    verb::Origin,
};

pub(crate) mod amend_standing_order;
pub(crate) mod cancel_standing_order;
pub(crate) mod set_standing_order;

/// Days between two payments.
const EVERY_DAYS_MAX: u16 = 366;

/// Months between two payments.
const EVERY_MONTHS_MAX: u16 = 120;

/// Days the first payment may lie ahead.
const FIRST_AHEAD_DAYS_MAX: u32 = 366;

/// Minutes a payment may wait for funds: as long as any.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a week of minutes fits 32 bits"
)]
const WAIT_MINUTES_MAX: u32 = (QUEUE_MS_MAX / 60_000) as u32;

/// Periods of one order that fire at once when their time has passed meanwhile. More than days by which shifting moves two of them towards each other, so that
/// the next one's time is a later one (`agenda`).
const PERIODS_AT_ONCE_MAX: u32 = 1_200;

/// Time between two payments.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Every {
    /// So many days: 1 to 366; 7 for every week.
    Days(u16) = 0,
    /// So many months: 1 to 120; on the last day where a month is too short.
    Months(u16) = 1,
}

/// What becomes of a payment without funds.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Shortfall {
    /// Its period is missed.
    Skip = 0,
    /// It waits so many minutes, at most until the cut-off; then its period is missed.
    Wait(u32) = 1,
    /// Its period is missed, and the order ends.
    Stop = 2,
}

/// How a standing order stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum OrderState {
    /// Pays when its next period comes.
    Active = 0,
    /// Taken back.
    Cancelled = 1,
    /// Paid until its last date or its total.
    Finished = 2,
    /// Ended because a payment of it was refused for this reason.
    Stopped(RejectReason) = 3,
}

/// A standing order, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingOrder {
    /// Whose instruction it is.
    pub origin: Origin,
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
    /// The day of period 0.
    pub first: BusinessDate,
    /// No period begins after it.
    pub last: Option<BusinessDate>,
    /// Time between two payments.
    pub every: Every,
    /// Where a payment goes that falls on a closed day.
    pub shift: Shift,
    /// What becomes of a payment without funds.
    pub shortfall: Shortfall,
    /// The most it pays in all.
    pub total_max: Option<Amount>,
    /// The next period; 0 for the first.
    pub period: u32,
    /// The day on which it pays next.
    pub date: BusinessDate,
    /// When that day opens.
    pub opens: BlockTime,
    /// Periods paid.
    pub paid: u32,
    /// Sum paid, in minor units.
    #[serde(with = "json::text")]
    pub paid_sum: u128,
    /// Sum of payments that wait, in minor units.
    #[serde(with = "json::text")]
    pub waiting_sum: u128,
    /// Periods missed.
    pub missed: u32,
    /// Why the last missed period was missed.
    pub last_miss: Option<RejectReason>,
    /// How it stands.
    pub state: OrderState,
}

impl Object for StandingOrder {
    const TABLE: Table = Table::StandingOrders;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        (self.state == OrderState::Active).then_some(self.opens)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        for _ in 0..PERIODS_AT_ONCE_MAX {
            if !ledger.fire(moment, id) {
                return;
            }
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.debtor)
            && known(self.creditor)
            && ledger.participant(self.origin.sender).is_some()
            && self.every.is_valid()
    }
}

impl Every {
    pub(crate) fn is_valid(self) -> bool {
        match self {
            Every::Days(count) => (1..=EVERY_DAYS_MAX).contains(&count),
            Every::Months(count) => (1..=EVERY_MONTHS_MAX).contains(&count),
        }
    }

    pub(crate) fn period(self) -> Period {
        let (count, unit) = match self {
            Every::Days(count) => (count, Unit::Days),
            Every::Months(count) => (count, Unit::Months),
        };
        Period {
            count: count.into(),
            unit,
        }
    }
}

impl Shortfall {
    fn is_valid(self) -> bool {
        match self {
            Shortfall::Skip | Shortfall::Stop => true,
            Shortfall::Wait(minutes) => (1..=WAIT_MINUTES_MAX).contains(&minutes),
        }
    }
}

impl StandingOrder {
    /// The day and time at which a period pays; `None` after the last one.
    fn plan(&self, ledger: &Ledger, period: u32) -> Option<(BusinessDate, BlockTime)> {
        let nominal = self.every.period().after(self.first, period.into())?;
        if self.last.is_some_and(|last| nominal > last) {
            return None;
        }
        let shifted = self.shift.apply(&ledger.calendar(self.asset), nominal);
        let date = shifted.unwrap_or(nominal);
        Some((date, ledger.opening(self.asset, date)))
    }

    /// Whether another payment keeps the total.
    fn has_room(&self) -> bool {
        let committed = self.paid_sum.saturating_add(self.waiting_sum);
        let reached = committed.saturating_add(self.amount.minor());
        self.total_max.is_none_or(|most| reached <= most.minor())
    }

    fn asked(&self, moment: &Moment) -> Asked {
        let queue_until = match self.shortfall {
            Shortfall::Wait(minutes) => Some(moment.time.after_ms(u64::from(minutes) * 60_000)),
            Shortfall::Skip | Shortfall::Stop => None,
        };
        Asked {
            debtor: self.debtor,
            creditor: self.creditor,
            asset: self.asset,
            amount: self.amount,
            reference: self.reference,
            purpose: self.purpose,
            queue_until,
        }
    }

    /// How the order stands after a period was missed.
    fn after_miss(&self, reason: RejectReason) -> OrderState {
        let ends = match reason {
            RejectReason::DebtorClosed | RejectReason::CreditorClosed => true,
            reason => self.shortfall == Shortfall::Stop && waits_for(reason),
        };
        match ends && self.state == OrderState::Active {
            true => OrderState::Stopped(reason),
            false => self.state,
        }
    }

    fn miss(&mut self, reason: RejectReason) {
        self.missed = self.missed.saturating_add(1);
        self.last_miss = Some(reason);
        self.state = self.after_miss(reason);
    }
}

impl Ledger {
    /// Does what is due of an order; answers whether another period may be due.
    fn fire(&mut self, moment: &Moment, id: u64) -> bool {
        let Some(order) = self.products.standing_orders.get(id).cloned() else {
            return false;
        };
        if order.state != OrderState::Active || order.opens > moment.time {
            return false;
        }
        match self.timing(order.asset, order.date, moment) {
            // A calendar changed meanwhile may have moved the opening or the day.
            Ok(Timing::Later(date, opens)) => {
                self.products.standing_orders.update(id, |it| {
                    it.date = date;
                    it.opens = opens;
                });
                return false;
            }
            Ok(Timing::Now) if !order.has_room() => {
                self.products
                    .standing_orders
                    .update(id, |it| it.state = OrderState::Finished);
                return false;
            }
            Ok(Timing::Now) => {
                let cause = Cause::StandingOrder(id);
                let asked = order.asked(moment);
                let state = automatic::pay(self, moment, order.origin, cause, asked);
                self.note_period(id, order.amount, state);
            }
            Err(reason) => {
                self.products
                    .standing_orders
                    .update(id, |it| it.miss(reason));
            }
        }
        let next = order.period.saturating_add(1);
        self.plan_order(id, next);
        true
    }

    fn note_period(&mut self, id: u64, amount: Amount, state: AutomaticState) {
        self.products.standing_orders.update(id, |it| match state {
            AutomaticState::Waiting => {
                it.waiting_sum = it.waiting_sum.saturating_add(amount.minor());
            }
            AutomaticState::Settled(_) => {
                it.paid = it.paid.saturating_add(1);
                it.paid_sum = it.paid_sum.saturating_add(amount.minor());
            }
            AutomaticState::Refused(_, reason) => it.miss(reason),
            AutomaticState::Cancelled(_) => it.miss(RejectReason::CancelledBySender),
        });
    }

    /// Takes note of how the payment of a period ended that waited.
    pub(crate) fn end_waiting_period(&mut self, id: u64, amount: Amount, state: AutomaticState) {
        if state == AutomaticState::Waiting {
            return;
        }
        self.products.standing_orders.update(id, |it| {
            it.waiting_sum = it.waiting_sum.saturating_sub(amount.minor());
        });
        self.note_period(id, amount, state);
    }

    /// Lets an order wait for a period, or finishes it when there is none.
    fn plan_order(&mut self, id: u64, period: u32) {
        let Some(order) = self.products.standing_orders.get(id) else {
            return;
        };
        let plan = order.plan(self, period);
        self.products.standing_orders.update(id, |it| {
            it.period = period;
            match plan {
                Some((date, opens)) => (it.date, it.opens) = (date, opens),
                None if it.state == OrderState::Active => it.state = OrderState::Finished,
                None => {}
            }
        });
    }

    /// The order that a participant may change.
    fn own_order(
        &self,
        sender: sycee_primitives::ParticipantId,
        id: u64,
    ) -> Result<&StandingOrder, RejectReason> {
        let order = self.products.standing_orders.get(id);
        let order = order.ok_or(RejectReason::OrderUnknown)?;
        if !self.acts_for(sender, order.debtor) {
            return Err(RejectReason::OrderForbidden);
        }
        match order.state {
            OrderState::Active => Ok(order),
            OrderState::Cancelled | OrderState::Finished | OrderState::Stopped(_) => {
                Err(RejectReason::OrderEnded)
            }
        }
    }
}
