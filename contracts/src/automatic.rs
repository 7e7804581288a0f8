//! Payments that the ledger makes by itself, because a standing order, a decision or another rule asks for them.
//!
//! ```text
//!   rule falls due ──▶ pay ──▶ row: settled | refused | waits in the queue ──▶ settled | refused | cancelled
//!                                └ its UETR is used up like any other; the cause's object counts what came of it
//! ```
//! No instruction waits for such a payment, so it is told in its row and not in a receipt. Its UETR is a hash over the results of the block
//! before: nobody can know it before it is used, and so nobody can use it up. Spec: ledger 3.6 I20.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, Height, domain::Domain, identifiers::Uetr,
};

use crate::{
    fee::Fee,
    ledger::Ledger,
    liquidity::queue::{self, QueueState},
    objects::Object,
    payment::pay::{Handling, Pay},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    text::{EndToEndId, Purpose},
    verb::Origin,
};

/// What asked for a payment.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Cause {
    /// A period of this standing order.
    StandingOrder(u64) = 0,
    /// The decision of this dispute, which was not paid in time.
    Dispute(u64) = 1,
    /// A day of this sweep.
    Sweep(u64) = 2,
    /// A payment of this account's interest.
    Interest(u64) = 3,
}

/// How such a payment stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum AutomaticState {
    /// Waits for funds.
    Waiting = 0,
    /// Settled at this height.
    Settled(Height) = 1,
    /// Refused at this height.
    Refused(Height, RejectReason) = 2,
    /// Taken back at this height while it waited.
    Cancelled(Height) = 3,
}

/// A payment that the ledger made, or tried to make, by itself; as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AutomaticPayment {
    /// What asked for it.
    pub cause: Cause,
    /// The payment.
    pub payment: Pay,
    /// What it cost.
    pub fee: Option<Fee>,
    /// How it stands.
    pub state: AutomaticState,
}

impl Object for AutomaticPayment {
    const TABLE: Table = Table::AutomaticPayments;
    const ROWS_MAX: u64 = 1 << 24;
    type Index = BTreeMap<Uetr, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.payment.uetr, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let count = |table| ledger.products.table(table).map_or(0, |it| it.count());
        match self.cause {
            Cause::StandingOrder(id) => id < count(Table::StandingOrders),
            Cause::Dispute(id) => id < count(Table::Disputes),
            Cause::Sweep(id) => id < count(Table::Sweeps),
            Cause::Interest(id) => id < count(Table::Interest),
        }
    }
}

/// What is to be paid; the amount is not zero.
pub(crate) struct Asked {
    pub(crate) debtor: AccountId,
    pub(crate) creditor: AccountId,
    pub(crate) asset: AssetId,
    pub(crate) amount: Amount,
    pub(crate) reference: EndToEndId,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) queue_until: Option<BlockTime>,
}

/// A reference that nobody can have used.
fn next_uetr(ledger: &Ledger) -> Uetr {
    let place = ledger.products.automatic.len().to_le_bytes();
    let header = &ledger.header;
    let hash = Domain::Automatic.hash(&[&header.chain_id.0.0, &header.results.0, &place]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.0[..16]);
    Uetr::from_random(bytes)
}

/// Pays now, or lets the payment wait, in the name of whoever's instruction `origin` is; answers what came of it.
pub(crate) fn pay(
    ledger: &mut Ledger,
    moment: &Moment,
    origin: Origin,
    cause: Cause,
    asked: Asked,
) -> AutomaticState {
    if let Err(reason) = ledger.products.automatic.check_room() {
        return AutomaticState::Refused(moment.height, reason);
    }
    let payment = Pay {
        uetr: next_uetr(ledger),
        end_to_end_id: asked.reference,
        debtor: asked.debtor,
        creditor: asked.creditor,
        asset: asked.asset,
        amount: asked.amount,
        value_date: moment.date,
        purpose: asked.purpose,
        payload_commitment: None,
        handling: Handling {
            queue_until: asked.queue_until,
            ..Handling::default()
        },
    };
    ledger
        .identifiers
        .use_uetr(moment.height, payment.uetr, origin.transaction);
    ledger.is_free = match cause {
        Cause::StandingOrder(_) => false,
        Cause::Dispute(_) | Cause::Sweep(_) | Cause::Interest(_) => true,
    };
    let entered = queue::enter(ledger, moment, origin, &payment);
    ledger.is_free = false;
    let state = match entered {
        Ok(Outcome::Waiting(_)) => AutomaticState::Waiting,
        Ok(_) => AutomaticState::Settled(moment.height),
        Err(reason) => AutomaticState::Refused(moment.height, reason),
    };
    ledger.products.automatic.add(AutomaticPayment {
        cause,
        payment,
        fee: ledger.fee.take(),
        state,
    });
    state
}

/// Takes note that a payment's wait has ended; answers whether it was one of the ledger's own.
pub(crate) fn ended(ledger: &mut Ledger, uetr: &Uetr, state: QueueState, fee: Option<Fee>) -> bool {
    let Some(id) = ledger.products.automatic.index().get(uetr).copied() else {
        return false;
    };
    let state = match state {
        QueueState::Waiting | QueueState::Held => AutomaticState::Waiting,
        QueueState::Settled(height) => AutomaticState::Settled(height),
        QueueState::Refused(height, reason) => AutomaticState::Refused(height, reason),
        QueueState::Cancelled(height) => AutomaticState::Cancelled(height),
    };
    let found = ledger.products.automatic.update(id, |it| {
        it.state = state;
        it.fee = fee;
        (it.cause, it.payment.amount)
    });
    match found {
        Some((Cause::StandingOrder(order), amount)) => {
            ledger.end_waiting_period(order, amount, state);
        }
        // It never waits.
        Some((Cause::Dispute(_) | Cause::Sweep(_) | Cause::Interest(_), _)) | None => {}
    }
    true
}
