//! What waits and why, for people: read only, between two blocks.
//!
//! ```text
//!   waiting_payments   by account, in the order in which they are served, each with its place and what stands in its way
//!   waiting_question   everything that waits as one netting problem, for reports that take longer than a block may wait
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, Height, identifiers::Uetr, json};

use crate::{
    ledger::Ledger,
    liquidity::{
        cycle::question,
        netting::Netting,
        queue::{QueueState, QueuedPayment, is_behind_promise},
    },
    reject::RejectReason,
};

/// One waiting payment as its sender sees it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitingEntry {
    /// Its row.
    pub id: u64,
    /// The payment and how it stands.
    pub row: QueuedPayment,
    /// Its place among those of its account that are not held, from 1; 0 when it is held.
    pub place: u32,
    /// What stands in its way now; `None` when it is held, or would settle in the next block.
    pub reason: Option<RejectReason>,
    /// What its account lacks for this payment alone, in minor units.
    #[serde(with = "json::text")]
    pub missing: u128,
}

/// A waiting payment found by its UETR, whether it still waits or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FoundPayment {
    /// It waits.
    Waits(WaitingEntry),
    /// It waited and ended.
    Ended(QueuedPayment),
}

/// Everything that waits as a netting problem at the balances of now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingQuestion {
    /// The problem.
    pub netting: Netting,
    /// Row of each of its payments.
    pub rows: Vec<u64>,
    /// Account at each of its places.
    pub accounts: Vec<AccountId>,
    /// Height and time at which it was asked.
    pub height: Height,
    /// Time of that block.
    pub time: BlockTime,
}

impl Ledger {
    /// What waits, of one account or of all, from row `from` on: by account, the most urgent first, held ones last; at most `limit`.
    #[must_use]
    pub fn waiting_payments(
        &self,
        account: Option<AccountId>,
        skip: usize,
        limit: usize,
    ) -> Vec<WaitingEntry> {
        let queue = &self.products.queue;
        let of_account = |id: &u64| {
            let row = queue.get(*id);
            row.is_some_and(|it| account.is_none_or(|account| it.payment.debtor == account))
        };
        let waiting: Vec<u64> = match account {
            Some(account) => queue.index().queue_of(account).collect(),
            None => queue.index().waiting().map(|(_, id)| id).collect(),
        };
        let held = queue.index().held().filter(of_account);
        let ids = waiting.into_iter().chain(held).skip(skip).take(limit);
        ids.filter_map(|id| self.waiting_entry(id)).collect()
    }

    /// The payment that waits or waited under a UETR.
    #[must_use]
    pub fn waiting_payment(&self, uetr: &Uetr) -> Option<FoundPayment> {
        let queue = &self.products.queue;
        let id = queue.index().row_of(uetr)?;
        let row = queue.get(id)?;
        match row.ended() {
            Some(_) => Some(FoundPayment::Ended(row.clone())),
            None => self.waiting_entry(id).map(FoundPayment::Waits),
        }
    }

    fn waiting_entry(&self, id: u64) -> Option<WaitingEntry> {
        let row = self.products.queue.get(id)?.clone();
        let payment = &row.payment;
        let mut queue = self.products.queue.index().queue_of(payment.debtor);
        let place = queue.position(|other| other == id).map_or(0, |it| it + 1);
        let headroom = self.headroom_for(payment.debtor, payment.handling.priority);
        let missing = payment.amount.signed().saturating_sub(headroom).max(0);
        let reason = match row.state {
            QueueState::Waiting => self.why(&row, place, missing > 0),
            QueueState::Held
            | QueueState::Settled(_)
            | QueueState::Refused(..)
            | QueueState::Cancelled(_) => None,
        };
        Some(WaitingEntry {
            id,
            place: u32::try_from(place).unwrap_or(u32::MAX),
            reason,
            missing: missing.unsigned_abs(),
            row,
        })
    }

    /// What stands in the way of a payment that waits, in the order in which settling asks.
    fn why(&self, row: &QueuedPayment, place: usize, lacks_money: bool) -> Option<RejectReason> {
        let payment = &row.payment;
        if place > 1 && !payment.handling.bypass || is_behind_promise(self, row) {
            return Some(RejectReason::QueueAhead);
        }
        let route = payment.check_route(self, row.origin.sender);
        let money = match lacks_money {
            true => Err(RejectReason::InsufficientFunds),
            false => Ok(()),
        };
        let amount = payment.amount.minor();
        let limits = || self.check_limits(payment.debtor, payment.creditor, amount);
        let own = route.and(money).and_then(|()| limits());
        let mate = || match row
            .mate
            .and_then(|id| Some((id, self.products.queue.get(id)?)))
        {
            Some((id, mate)) => self.is_stopped(id, mate).then_some(RejectReason::MateWaits),
            None => None,
        };
        own.err().or_else(mate)
    }

    /// Whether something stands in the way of the other payment of a pair.
    fn is_stopped(&self, id: u64, mate: &QueuedPayment) -> bool {
        let payment = &mate.payment;
        let head = self.products.queue.index().queue_of(payment.debtor).next();
        head != Some(id)
            || is_behind_promise(self, mate)
            || payment
                .check_settle(self, mate.origin.sender, false)
                .is_err()
    }

    /// All that waits and is not held, as a netting problem; `None` when nothing does.
    #[must_use]
    pub fn waiting_question(&self) -> Option<WaitingQuestion> {
        let question = question(self, self.header.height)?;
        (!question.rows.is_empty()).then_some(WaitingQuestion {
            netting: question.netting,
            rows: question.rows,
            accounts: question.accounts,
            height: self.header.height,
            time: self.header.time,
        })
    }
}
