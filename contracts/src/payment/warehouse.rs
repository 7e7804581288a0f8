//! Payments of a later value date: taken now, settled or refused when their business day opens.
//!
//! ```text
//!   Pay (later date) ──▶ Warehoused ──opening of its date──▶ Settled | Refused | Queued (see `liquidity::queue`)
//!                             └──Cancel by its sender──▶ Cancelled
//! ```

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, BusinessDate, identifiers::Uetr};

use crate::{
    calendar::Timing,
    ledger::Ledger,
    liquidity::queue,
    objects::Object,
    payment::pay::Pay,
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    verb::Origin,
};

/// Days a value date may lie ahead.
pub(crate) const WAREHOUSE_DAYS_MAX: u32 = 366;

/// How a warehoused payment stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum WarehouseState {
    /// Waits for its date.
    Waiting = 0,
    /// Settled on its date.
    Settled = 1,
    /// Refused on its date.
    Refused(RejectReason) = 2,
    /// Taken back by its sender before its date.
    Cancelled = 3,
    /// Waits for funds since its date.
    Queued = 4,
}

/// A payment of a later value date, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WarehousedPayment {
    /// Whose instruction it is.
    pub origin: Origin,
    /// What is asked.
    pub payment: Pay,
    /// When its business day opens.
    pub opens: BlockTime,
    /// How it stands.
    pub state: WarehouseState,
}

impl Object for WarehousedPayment {
    const TABLE: Table = Table::Warehouse;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = BTreeMap<Uetr, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.payment.uetr, id);
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == WarehouseState::Waiting).then_some(self.opens)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(row) = ledger.products.warehouse.get(id).cloned() else {
            return;
        };
        // A calendar changed meanwhile may have moved the opening or the day.
        let timing = ledger.timing(row.payment.asset, row.payment.value_date, moment);
        if let Ok(Timing::Later(date, opens)) = timing {
            ledger.products.warehouse.update(id, |it| {
                it.payment.value_date = date;
                it.opens = opens;
            });
            return;
        }
        let entered =
            timing.and_then(|_now| queue::enter(ledger, moment, row.origin, &row.payment));
        let (state, outcome) = match entered {
            Ok(outcome @ Outcome::Waiting(_)) => (WarehouseState::Queued, outcome),
            Ok(outcome) => (WarehouseState::Settled, outcome),
            Err(reason) => (WarehouseState::Refused(reason), Outcome::Refused(reason)),
        };
        ledger.products.warehouse.update(id, |it| it.state = state);
        let fee = ledger.fee.take();
        ledger.answer_with(row.origin, outcome, fee);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.origin.sender).is_some()
    }
}

/// When a payment settles that comes now, if it may be taken at all.
pub(crate) fn plan(
    ledger: &Ledger,
    payment: &Pay,
    moment: &Moment,
) -> Result<Timing, RejectReason> {
    let (stated, today) = (payment.value_date, moment.date);
    if stated < today {
        return Err(RejectReason::ValueDatePast);
    }
    if stated.0 - today.0 > WAREHOUSE_DAYS_MAX {
        return Err(RejectReason::ValueDateFuture);
    }
    let timing = ledger.timing(payment.asset, stated, moment)?;
    if timing != Timing::Now {
        ledger.products.warehouse.check_room()?;
    }
    Ok(timing)
}

/// Takes a payment that passed its checks until its date, which a calendar may have moved.
pub(crate) fn take(
    ledger: &mut Ledger,
    origin: Origin,
    mut payment: Pay,
    date: BusinessDate,
    opens: BlockTime,
) -> Outcome {
    payment.value_date = date;
    ledger.products.warehouse.add(WarehousedPayment {
        origin,
        payment,
        opens,
        state: WarehouseState::Waiting,
    });
    Outcome::Waiting(Waiting::Warehoused)
}
