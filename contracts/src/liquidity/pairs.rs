//! Pairs of waiting payments that settle together or not at all.
//!
//! ```text
//!   queue of one account     [ p q P r ]          P and P' are a pair: both settle when both are in their turn and both have funds,
//!   queue of another         [ P' s ]             or in a netting cycle, which knows pairs
//!                              └─ one ends otherwise (cancelled, expired, refused) ─▶ the other is refused: its mate has ended
//! ```
//! A payment of a pair keeps its place like any other: what its sender does not want to be held up by it lets pass, or holds it aside. Neither is offset
//! at entry, which would settle one without the other. Spec: ledger 4, I7, I10.

use std::collections::BTreeMap;

use sycee_primitives::AccountId;

use crate::{
    fee::Fee,
    ledger::Ledger,
    liquidity::queue::{
        QUEUED_PAYMENTS_MAX, QueueState, QueuedPayment, end, is_behind_promise, is_open, sweep,
        waits_for,
    },
    payment::{pay::Pay, versus::VersusPayment},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
};

/// What became of two matched sides at once.
pub(crate) enum Entered {
    /// Both settled; what each cost.
    Settled {
        first: Option<Fee>,
        second: Option<Fee>,
    },
    /// Both wait in their queues.
    Queued,
}

/// Settles two matched sides, or lets both wait as a pair, the one that came first before the other.
///
/// # Errors
/// When one of them can be neither; nothing is changed then.
pub(crate) fn enter(
    ledger: &mut Ledger,
    moment: &Moment,
    first: &VersusPayment,
    second: &VersusPayment,
) -> Result<Entered, RejectReason> {
    let sides = [first, second];
    let ready = |ledger: &Ledger, side: &VersusPayment| {
        if !ledger.is_in_turn(&side.payment) {
            return Err(RejectReason::QueueAhead);
        }
        side.payment.check_settle(ledger, side.origin.sender, false)
    };
    match (ready(ledger, first), ready(ledger, second)) {
        (Ok(one), Ok(other)) => {
            first.payment.post(ledger, &one);
            let fee = ledger.fee.take();
            second.payment.post(ledger, &other);
            let second = ledger.fee.take();
            return Ok(Entered::Settled { first: fee, second });
        }
        // Why the first one cannot settle is told to its own sender, when its turn comes.
        (_, Err(reason)) if !waits_for(reason) => return Err(reason),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => {}
    }
    let queue = &ledger.products.queue;
    queue.check_room_for(2)?;
    if queue.index().len() + sides.len() > QUEUED_PAYMENTS_MAX {
        return Err(RejectReason::QueueFull);
    }
    let next = queue.len();
    let cycle = ledger.products.cycles.len();
    let cut_offs = sides.map(|it| ledger.cut_off(it.payment.asset, moment));
    let until = sides.iter().map(|it| it.until);
    let until = until.chain(cut_offs.into_iter().flatten()).min();
    for (side, mate) in sides.into_iter().zip([next + 1, next]) {
        ledger.products.queue.add(QueuedPayment {
            origin: side.origin,
            payment: side.payment.clone(),
            until: until.unwrap_or(side.until),
            entered: moment.height,
            first_cycle: cycle,
            state: QueueState::Waiting,
            mate: Some(mate),
        });
    }
    Ok(Entered::Queued)
}

/// Lets what came in by two payments flow on.
pub(crate) fn flow_on(ledger: &mut Ledger, moment: &Moment, payments: [&Pay; 2]) {
    for payment in payments {
        sweep(ledger, moment, payment.creditor);
    }
}

/// Settles a pair whose one payment is the head of its queue, if the other is too and both may; answers whose queues may go on.
///
/// # Errors
/// What stands in the way of the head itself; [`RejectReason::MateWaits`] when only the other one cannot settle.
pub(crate) fn settle_heads(
    ledger: &mut Ledger,
    moment: &Moment,
    (id, row): (u64, &QueuedPayment),
    mate: u64,
) -> Result<[AccountId; 3], RejectReason> {
    let own = row.payment.check_settle(ledger, row.origin.sender, false)?;
    let queue = &ledger.products.queue;
    let other = queue.get(mate).ok_or(RejectReason::MateWaits)?.clone();
    let is_head = queue.index().queue_of(other.payment.debtor).next() == Some(mate);
    if !is_head || is_behind_promise(ledger, &other) {
        return Err(RejectReason::MateWaits);
    }
    let ready = other
        .payment
        .check_settle(ledger, other.origin.sender, false);
    // What refuses the other one is told to its sender when its own queue is swept.
    let ready = ready.map_err(|_reason| RejectReason::MateWaits)?;
    for (id, payment, ready) in [(id, &row.payment, own), (mate, &other.payment, ready)] {
        payment.post(ledger, &ready);
        let state = QueueState::Settled(moment.height);
        end(ledger, id, state, Outcome::Settled);
    }
    Ok([
        row.payment.creditor,
        other.payment.creditor,
        other.payment.debtor,
    ])
}

/// Refuses the other payment of a pair whose one ended without settling.
pub(crate) fn end_mate(ledger: &mut Ledger, mate: u64, state: QueueState) {
    let height = match state {
        QueueState::Refused(height, _) | QueueState::Cancelled(height) => height,
        QueueState::Waiting | QueueState::Held | QueueState::Settled(_) => return,
    };
    let other = ledger.products.queue.get(mate);
    if other.is_some_and(|it| it.ended().is_none()) {
        let reason = RejectReason::MateEnded;
        end(
            ledger,
            mate,
            QueueState::Refused(height, reason),
            Outcome::Refused(reason),
        );
    }
}

/// A listed payment on its way into a netting problem.
pub(crate) struct Listed {
    pub(crate) debtor: AccountId,
    pub(crate) id: u64,
    /// Its place in the frozen list.
    pub(crate) place: usize,
}

/// Which listed payments may take part in a cycle, in the order given: none that something else than funds stops, of a pair both or none, and none
/// that keeps its place behind one of its account that stays out. `listed` is ordered by debtor and queue.
pub(crate) fn admitted(ledger: &Ledger, listed: &[Listed]) -> Vec<bool> {
    let queue = &ledger.products.queue;
    let at: BTreeMap<u64, usize> = listed.iter().zip(0..).map(|(it, at)| (it.id, at)).collect();
    let mate = |at_own: usize| queue.get(listed[at_own].id).and_then(|it| it.mate);
    let mut is_in = vec![true; listed.len()];
    // From where on an account's payments are behind one that stays out.
    let mut gaps: BTreeMap<AccountId, usize> = BTreeMap::new();
    let mut leaving: Vec<usize> = (0..listed.len())
        .filter(|own| {
            let row = queue.get(listed[*own].id);
            let is_split = mate(*own).is_some_and(|mate| !at.contains_key(&mate));
            is_split || row.is_none_or(|row| !is_open(ledger, row))
        })
        .collect();
    while let Some(own) = leaving.pop() {
        if !std::mem::replace(&mut is_in[own], false) {
            continue;
        }
        leaving.extend(mate(own).and_then(|mate| at.get(&mate)));
        let debtor = listed[own].debtor;
        let before = gaps.get(&debtor).copied().unwrap_or(usize::MAX);
        if own >= before {
            continue;
        }
        gaps.insert(debtor, own);
        let behind =
            (own + 1..listed.len().min(before)).take_while(|it| listed[*it].debtor == debtor);
        leaving.extend(behind.filter(|it| {
            let row = queue.get(listed[*it].id);
            row.is_none_or(|row| !row.payment.handling.bypass)
        }));
    }
    is_in
}
