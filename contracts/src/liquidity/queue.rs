//! Payments that wait for funds.
//!
//! ```text
//!   Pay (queue_until) ── funds, and nothing as urgent waits (or bypass) ──▶ Settled
//!        │                └── else offset with up to ten payments back ──▶ Settled, all of them together
//!        ▼
//!     Waiting ── funds come in: heads of the queue, in order ──▶ Settled          (end of each block, every queue)
//!        │ ├──── netting cycle ──▶ Settled
//!        │ ├──── Cancel by its sender ──▶ Cancelled
//!        │ └──── cannot settle any more (account closed ...) ──▶ Refused
//!        └────── queue_until passes ──▶ Refused (AM04)
//! ```
//! A queue is the waiting payments of one account, the most urgent first and then in order of entry. Held ones stand aside.
//! Nothing waits at the end of a block that could settle alone in its turn. Spec: ledger 4 steps 1 and 2, I9, I10.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, Height, identifiers::Uetr};

use crate::{
    account::store::{GUARD_CEILING, GUARD_CREDITS, place},
    automatic,
    ledger::Ledger,
    liquidity::pairs,
    objects::Object,
    payment::pay::Pay,
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    verb::Origin,
};

/// Milliseconds of block time a payment may wait.
pub(crate) const QUEUE_MS_MAX: u64 = 7 * 86_400_000;

/// Payments that wait at once: all stand in the list of one netting cycle.
pub const QUEUED_PAYMENTS_MAX: usize = 16_384;

/// Payments that come back against which an entering one is offset (RBA RDP 2012-05).
const OFFSET_MAX: usize = 10;

/// Waiting payments that are looked at for an offset.
const OFFSET_LOOKED_AT_MAX: usize = 64;

/// How a queued payment stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum QueueState {
    /// Waits for funds.
    Waiting = 0,
    /// Waits, and its sender wants it to stand aside for now.
    Held = 1,
    /// Settled at this height.
    Settled(Height) = 2,
    /// Refused at this height.
    Refused(Height, RejectReason) = 3,
    /// Taken back by its sender at this height.
    Cancelled(Height) = 4,
}

/// A payment that waits or waited for funds, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueuedPayment {
    /// Whose instruction it is.
    pub origin: Origin,
    /// What is asked; its priority is the present one.
    pub payment: Pay,
    /// Until when it waits.
    pub until: BlockTime,
    /// Height of the block in which it entered.
    pub entered: Height,
    /// The first netting cycle whose list it can be in.
    pub first_cycle: u64,
    /// How it stands.
    pub state: QueueState,
    /// Row of the payment with which it settles together or not at all.
    pub mate: Option<u64>,
}

/// What the queue is looked up by.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueueIndex {
    by_uetr: BTreeMap<Uetr, u64>,
    /// Waiting and not held: account, priority, row.
    waiting: BTreeSet<(AccountId, u8, u64)>,
    /// Waiting and held.
    held: BTreeSet<u64>,
    /// Those that no longer wait, by the height at which that came about.
    ended: BTreeSet<(Height, u64)>,
}

impl QueuedPayment {
    fn key(&self, id: u64) -> (AccountId, u8, u64) {
        (self.payment.debtor, self.payment.handling.priority, id)
    }

    /// Height at which it ceased to wait.
    #[must_use]
    pub fn ended(&self) -> Option<Height> {
        match self.state {
            QueueState::Waiting | QueueState::Held => None,
            QueueState::Settled(height)
            | QueueState::Refused(height, _)
            | QueueState::Cancelled(height) => Some(height),
        }
    }
}

impl Object for QueuedPayment {
    const TABLE: Table = Table::Queue;
    const ROWS_MAX: u64 = 1 << 24;
    type Index = QueueIndex;

    fn enter(&self, id: u64, index: &mut QueueIndex) {
        index.by_uetr.insert(self.payment.uetr, id);
        match self.state {
            QueueState::Waiting => {
                index.waiting.insert(self.key(id));
            }
            QueueState::Held => {
                index.held.insert(id);
            }
            QueueState::Settled(height)
            | QueueState::Refused(height, _)
            | QueueState::Cancelled(height) => {
                index.ended.insert((height, id));
            }
        }
    }

    fn leave(&self, id: u64, index: &mut QueueIndex) {
        match self.state {
            QueueState::Waiting => {
                index.waiting.remove(&self.key(id));
            }
            QueueState::Held => {
                index.held.remove(&id);
            }
            QueueState::Settled(height)
            | QueueState::Refused(height, _)
            | QueueState::Cancelled(height) => {
                index.ended.remove(&(height, id));
            }
        }
    }

    fn due(&self) -> Option<BlockTime> {
        self.ended().is_none().then_some(self.until)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let reason = RejectReason::QueueExpired;
        end(
            ledger,
            id,
            QueueState::Refused(moment.height, reason),
            Outcome::Refused(reason),
        );
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.origin.sender).is_some()
            && ledger
                .accounts
                .posting(place(self.payment.debtor))
                .is_some()
            && ledger
                .accounts
                .posting(place(self.payment.creditor))
                .is_some()
    }
}

impl QueueIndex {
    /// Payments that wait, held ones included.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len() + self.held.len()
    }

    pub(crate) fn row_of(&self, uetr: &Uetr) -> Option<u64> {
        self.by_uetr.get(uetr).copied()
    }

    /// Waiting payments that are not held: by account, in queue order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (AccountId, u64)> + '_ {
        self.waiting.iter().map(|(account, _, id)| (*account, *id))
    }

    /// All that waits, held or not, in no order.
    pub(crate) fn unended(&self) -> impl Iterator<Item = u64> + '_ {
        let waiting = self.waiting.iter().map(|(_, _, id)| *id);
        waiting.chain(self.held.iter().copied())
    }

    /// Held ones, by row.
    pub(crate) fn held(&self) -> impl Iterator<Item = u64> + '_ {
        self.held.iter().copied()
    }

    /// The queue of one account.
    pub(crate) fn queue_of(&self, account: AccountId) -> impl Iterator<Item = u64> + '_ {
        let all = (account, 0, 0)..=(account, u8::MAX, u64::MAX);
        self.waiting.range(all).map(|(_, _, id)| *id)
    }

    fn head(&self, account: AccountId) -> Option<u64> {
        self.queue_of(account).next()
    }

    /// Whether anything as urgent waits.
    pub(crate) fn is_anything_ahead(&self, account: AccountId, priority: u8) -> bool {
        let ahead = (account, 0, 0)..=(account, priority, u64::MAX);
        self.waiting.range(ahead).next().is_some()
    }

    /// The account with a queue that follows `after`.
    fn next_account(&self, after: Option<AccountId>) -> Option<AccountId> {
        let from = match after {
            Some(AccountId(after)) => AccountId(after.checked_add(1)?),
            None => AccountId(0),
        };
        self.waiting.range((from, 0, 0)..).next().map(|it| it.0)
    }

    /// Rows that ceased to wait above a height.
    pub(crate) fn ended_above(&self, height: Height) -> impl Iterator<Item = u64> + '_ {
        self.ended.range((height.next(), 0)..).map(|(_, id)| *id)
    }
}

/// Whether a payment may wait until then.
pub(crate) fn check_until(payment: &Pay, now: BlockTime) -> Result<(), RejectReason> {
    match payment.handling.queue_until {
        Some(until) if until <= now || until.0 > now.0.saturating_add(QUEUE_MS_MAX) => {
            Err(RejectReason::QueueWindow)
        }
        Some(_) | None => Ok(()),
    }
}

/// Settles a payment, or queues it, or refuses it.
pub(crate) fn enter(
    ledger: &mut Ledger,
    moment: &Moment,
    origin: Origin,
    payment: &Pay,
) -> Result<Outcome, RejectReason> {
    let is_blocked = !ledger.is_in_turn(payment);
    let settled = match is_blocked {
        // What stands in its way besides the queue refuses it now and not when its turn has come.
        true => payment
            .check_route(ledger, origin.sender)
            .and(Err(RejectReason::QueueAhead)),
        false => payment.settle(ledger, origin.sender),
    };
    let until = match (settled, payment.handling.queue_until) {
        (Ok(()), _) => {
            let fee = ledger.fee.take();
            sweep(ledger, moment, payment.creditor);
            ledger.fee = fee;
            return Ok(Outcome::Settled);
        }
        (Err(reason), Some(until)) if waits_for(reason) => until,
        (Err(reason), Some(_) | None) => return Err(reason),
    };
    if !is_blocked && offset(ledger, moment, payment) {
        return Ok(Outcome::Settled);
    }
    let cut_off = ledger.cut_off(payment.asset, moment);
    let until = cut_off.map_or(until, |cut_off| until.min(cut_off));
    let queue = &mut ledger.products.queue;
    queue.check_room()?;
    if queue.index().len() >= QUEUED_PAYMENTS_MAX {
        return Err(RejectReason::QueueFull);
    }
    queue.add(QueuedPayment {
        origin,
        payment: payment.clone(),
        until,
        entered: moment.height,
        first_cycle: ledger.products.cycles.len(),
        state: QueueState::Waiting,
        mate: None,
    });
    Ok(Outcome::Waiting(Waiting::Queued))
}

impl Ledger {
    /// Whether nothing as urgent stands before a payment that comes now, or it passes by what does.
    pub(crate) fn is_in_turn(&self, payment: &Pay) -> bool {
        let (account, priority) = (payment.debtor, payment.handling.priority);
        let queue = self.products.queue.index();
        payment.handling.bypass
            || !queue.is_anything_ahead(account, priority)
                && !self.is_promise_ahead(account, priority)
    }
}

/// Whether a refusal is one that a payment may wait out: money, limits, or those ahead of it.
pub(crate) const fn waits_for(reason: RejectReason) -> bool {
    matches!(
        reason,
        RejectReason::InsufficientFunds
            | RejectReason::QueueAhead
            | RejectReason::BilateralLimit
            | RejectReason::MultilateralLimit
            | RejectReason::NetDebitCap
    )
}

/// Settles an entering payment together with payments that wait to come back, the fewest in queue order that are enough.
fn offset(ledger: &mut Ledger, moment: &Moment, payment: &Pay) -> bool {
    let Some(back) = find_offset(ledger, payment) else {
        return false;
    };
    let legs: Vec<Pay> = back
        .iter()
        .filter_map(|id| Some(ledger.products.queue.get(*id)?.payment.clone()))
        .chain([payment.clone()])
        .collect();
    if !transfer_all(ledger, legs.iter()) {
        return false;
    }
    for id in back {
        end(
            ledger,
            id,
            QueueState::Settled(moment.height),
            Outcome::Settled,
        );
    }
    sweep(ledger, moment, payment.debtor);
    sweep(ledger, moment, payment.creditor);
    true
}

fn find_offset(ledger: &Ledger, payment: &Pay) -> Option<Vec<u64>> {
    let debtor = ledger.headroom_for(payment.debtor, payment.handling.priority);
    let queue = &ledger.products.queue;
    let mut found = Vec::new();
    let mut back = 0_i128;
    // The queue is in order of urgency, but those that may be passed over are not all alike.
    let mut least_urgent = 0;
    let mut is_gap = false;
    for id in queue
        .index()
        .queue_of(payment.creditor)
        .take(OFFSET_LOOKED_AT_MAX)
    {
        let waiting = queue.get(id)?;
        let returns = waiting.payment.creditor == payment.debtor
            && waiting.mate.is_none()
            && is_open(ledger, waiting);
        if !returns || (is_gap && !waiting.payment.handling.bypass) {
            is_gap = true;
            continue;
        }
        back = back.saturating_add(waiting.payment.amount.signed());
        found.push(id);
        least_urgent = least_urgent.max(waiting.payment.handling.priority);
        let creditor = ledger.headroom_for(payment.creditor, least_urgent);
        let debtor_has = debtor.saturating_add(back) >= payment.amount.signed();
        let creditor_has = creditor.saturating_add(payment.amount.signed()) >= back;
        if debtor_has && creditor_has && keeps_limits(ledger, payment, back) {
            return Some(found);
        }
        if found.len() == OFFSET_MAX {
            return None;
        }
    }
    None
}

/// Whether both sides keep their limits when a payment settles together with so much that comes back.
fn keeps_limits(ledger: &Ledger, payment: &Pay, back: i128) -> bool {
    let net = payment.amount.signed().saturating_sub(back);
    let (from, to) = match net >= 0 {
        true => (payment.debtor, payment.creditor),
        false => (payment.creditor, payment.debtor),
    };
    let ahead = ledger.check_limits(from, to, net.unsigned_abs());
    // Whoever sends something is bound even where less goes out than comes in.
    ahead.and(ledger.check_limits(to, from, 0)).is_ok()
}

/// Whether nothing but money and limits stands in a payment's way, no promise is due before it, and its receiver has no ceiling.
pub(crate) fn is_open(ledger: &Ledger, waiting: &QueuedPayment) -> bool {
    let creditor = ledger.accounts.posting(place(waiting.payment.creditor));
    creditor.is_some_and(|it| it.guards & (GUARD_CREDITS | GUARD_CEILING) == 0)
        && waiting
            .payment
            .check_route(ledger, waiting.origin.sender)
            .is_ok()
        && !is_behind_promise(ledger, waiting)
}

/// Whether a promise that is due stands before a waiting payment.
pub(crate) fn is_behind_promise(ledger: &Ledger, waiting: &QueuedPayment) -> bool {
    let payment = &waiting.payment;
    ledger.is_promise_ahead(payment.debtor, payment.handling.priority)
}

/// Moves the money of several payments at once, all or nothing; that the net result is allowed was checked by the caller.
pub(crate) fn transfer_all<'a>(
    ledger: &mut Ledger,
    payments: impl Iterator<Item = &'a Pay> + Clone,
) -> bool {
    let total = payments
        .clone()
        .fold(0_u128, |sum, it| sum.saturating_add(it.amount.minor()));
    let fits = |it: &Pay| {
        let (debtor, creditor) = (place(it.debtor), place(it.creditor));
        ledger.accounts.check_range(debtor, creditor, total).is_ok()
    };
    if !payments.clone().all(fits) {
        return false;
    }
    for it in payments.clone() {
        let (debtor, creditor) = (place(it.debtor), place(it.creditor));
        let moved = ledger.transfer(it.asset, debtor, creditor, it.amount.minor());
        assert!(moved.is_ok(), "a checked transfer posts: {moved:?}");
        ledger.use_reserved(it.debtor, it.handling.priority, it.amount.minor());
        ledger.header.legs += 1;
    }
    for it in payments {
        ledger.confirm_limits(it.debtor, it.creditor);
    }
    true
}

/// Ends a wait and tells the sender, with what the payment cost when it was charged just now.
pub(crate) fn end(ledger: &mut Ledger, id: u64, state: QueueState, outcome: Outcome) {
    let fee = ledger.fee.take();
    let ended = ledger.products.queue.update(id, |it| {
        it.state = state;
        (it.origin, it.payment.uetr, it.mate)
    });
    let Some((origin, uetr, mate)) = ended else {
        return;
    };
    if !automatic::ended(ledger, &uetr, state, fee) {
        ledger.answer_with(origin, outcome, fee);
    }
    if let Some(mate) = mate {
        pairs::end_mate(ledger, mate, state);
    }
}

/// Settles heads of an account's queue as long as they can, and those of whoever is credited by that.
pub(crate) fn sweep(ledger: &mut Ledger, moment: &Moment, account: AccountId) {
    if ledger.products.queue.index().head(account).is_none() {
        return;
    }
    let mut credited = vec![account];
    while let Some(account) = credited.pop() {
        while let Some(id) = ledger.products.queue.index().head(account) {
            let Some(row) = ledger.products.queue.get(id).cloned() else {
                break;
            };
            match settle_head(ledger, moment, id, &row) {
                Ok(further) => credited.extend(further),
                // Funds, or a state of an account that may pass: it goes on waiting, and those behind it too.
                Err(reason) if reason.is_retryable() => break,
                Err(reason) => {
                    let state = QueueState::Refused(moment.height, reason);
                    end(ledger, id, state, Outcome::Refused(reason));
                }
            }
        }
    }
}

/// Settles the head of a queue, and what it is paired with; answers whose queues may go on by that.
fn settle_head(
    ledger: &mut Ledger,
    moment: &Moment,
    id: u64,
    row: &QueuedPayment,
) -> Result<Vec<AccountId>, RejectReason> {
    if is_behind_promise(ledger, row) {
        return Err(RejectReason::QueueAhead);
    }
    if let Some(mate) = row.mate {
        let further = pairs::settle_heads(ledger, moment, (id, row), mate)?;
        return Ok(further.to_vec());
    }
    row.payment.settle(ledger, row.origin.sender)?;
    let state = QueueState::Settled(moment.height);
    end(ledger, id, state, Outcome::Settled);
    Ok(vec![row.payment.creditor])
}

/// Sweeps every queue, and pays the promises that stand in them; each paid promise lets other queues go on.
pub(crate) fn sweep_all(ledger: &mut Ledger, moment: &Moment) {
    loop {
        let mut at = None;
        while let Some(account) = ledger.products.queue.index().next_account(at) {
            sweep(ledger, moment, account);
            at = Some(account);
        }
        if !ledger.settle_promises(moment) {
            return;
        }
    }
}
