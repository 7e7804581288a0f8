//! What a default ends: everything that waits for the participant's money or goes to it, the queue at once and the long tables some rows a block.

use sycee_primitives::{AccountId, ParticipantId};

use crate::{
    account::store::place,
    default_case::{DefaultCase, DefaultState, QueueRule, close_out},
    hold::HoldState,
    ledger::Ledger,
    linked::LinkedState,
    liquidity::{
        limits::Toward,
        queue::{QueueState, end},
    },
    participant::ParticipantStatus,
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    text::Purpose,
};

/// Rows of holds and exchanges that are looked at in one block.
const ROWS_PER_BLOCK: u64 = 100_000;

/// Who declares a default, and why.
pub(crate) struct Declaration {
    pub(crate) participant: ParticipantId,
    pub(crate) reason: Purpose,
    pub(crate) by: ParticipantId,
    pub(crate) proposal: Option<u64>,
}

/// Declares a default; the caller has checked that the participant's status may change so, and that there is room.
pub(crate) fn declare(ledger: &mut Ledger, moment: &Moment, declaration: &Declaration) -> u64 {
    let participant = declaration.participant;
    ledger.update_participant(participant, |it| it.status = ParticipantStatus::Defaulted);
    let id = ledger.products.defaults.add(DefaultCase {
        participant,
        reason: declaration.reason,
        by: declaration.by,
        proposal: declaration.proposal,
        height: moment.height,
        time: moment.time,
        next_step: moment.time,
        payments_refused: 0,
        payments_frozen: 0,
        holds_voided: 0,
        exchanges_refused: 0,
        limits_closed: 0,
        state: DefaultState::Ending(0),
    });
    let limits_closed = close_limits(ledger, participant);
    let (payments_refused, payments_frozen) = end_queue(ledger, moment, participant);
    ledger.products.defaults.update(id, |it| {
        it.limits_closed = limits_closed;
        it.payments_refused = payments_refused;
        it.payments_frozen = payments_frozen;
    });
    go_on(ledger, moment, id);
    id
}

/// Ends some more rows; closes out when none is left.
pub(crate) fn go_on(ledger: &mut Ledger, moment: &Moment, id: u64) {
    let Some(case) = ledger.products.defaults.get(id).cloned() else {
        return;
    };
    let DefaultState::Ending(from) = case.state else {
        return;
    };
    // What others add meanwhile only moves rows that were looked at to a later place.
    let holds = ledger.products.holds.len();
    let all = holds.saturating_add(ledger.products.linked.len());
    let to = all.min(from.saturating_add(ROWS_PER_BLOCK));
    let (mut voided, mut refused) = (0_u32, 0_u32);
    for row in from..to {
        match row.checked_sub(holds) {
            None => voided += u32::from(void_hold(ledger, case.participant, row)),
            Some(row) => refused += u32::from(refuse_exchange(ledger, case.participant, row)),
        }
    }
    ledger.products.defaults.update(id, |it| {
        it.holds_voided = it.holds_voided.saturating_add(voided);
        it.exchanges_refused = it.exchanges_refused.saturating_add(refused);
        it.state = DefaultState::Ending(to);
        it.next_step = moment.time.after_ms(1);
    });
    if to == all {
        close_out::close_out(ledger, id, case.participant);
        let state = DefaultState::ClosedOut(moment.height);
        ledger.products.defaults.update(id, |it| it.state = state);
    }
}

impl Ledger {
    pub(crate) fn owns(&self, participant: ParticipantId, account: AccountId) -> bool {
        let posting = self.accounts.posting(place(account));
        posting.is_some_and(|it| it.owner == participant)
    }

    /// Why something between two accounts ends when a participant defaults; `None` when it has no part in it.
    fn ended_by_default(
        &self,
        participant: ParticipantId,
        debtor: AccountId,
        creditor: AccountId,
    ) -> Option<RejectReason> {
        if self.owns(participant, debtor) {
            return Some(RejectReason::DebtorDefaulted);
        }
        let is_paid = self.owns(participant, creditor);
        is_paid.then_some(RejectReason::CreditorDefaulted)
    }
}

fn void_hold(ledger: &mut Ledger, participant: ParticipantId, row: u64) -> bool {
    let hold = ledger.products.holds.get(row);
    let hold = hold.filter(|it| it.state == HoldState::Pending);
    let ends = hold.and_then(|it| ledger.ended_by_default(participant, it.debtor, it.creditor));
    if ends.is_some() {
        ledger.release_hold(row, HoldState::Voided);
    }
    ends.is_some()
}

fn refuse_exchange(ledger: &mut Ledger, participant: ParticipantId, row: u64) -> bool {
    let exchange = ledger.products.linked.get(row);
    let exchange = exchange.filter(|it| it.state == LinkedState::Proposed);
    let reason = exchange.and_then(|it| {
        let mut legs = it.legs.iter();
        legs.find_map(|leg| ledger.ended_by_default(participant, leg.debtor, leg.creditor))
    });
    if let Some(reason) = reason {
        ledger.end_linked(row, LinkedState::Refused(reason), Outcome::Refused(reason));
    }
    reason.is_some()
}

/// Sets limits of the participant's accounts and toward them to zero, and frees what they keep for urgent payments.
fn close_limits(ledger: &mut Ledger, participant: ParticipantId) -> u32 {
    let limits = ledger.products.limits.iter();
    let concerned = limits.filter(|(_, it)| {
        let toward = match it.toward {
            Toward::One(other) => ledger.owns(participant, other),
            Toward::Others | Toward::All => false,
        };
        it.amount.is_some() && (toward || ledger.owns(participant, it.account))
    });
    let concerned: Vec<u64> = concerned.map(|(id, _)| id).collect();
    for id in &concerned {
        ledger.products.limits.update(*id, |it| it.amount = Some(0));
    }
    let reserved = ledger.products.reservations.iter();
    let reserved = reserved.filter(|(_, it)| it.amount > 0 && ledger.owns(participant, it.account));
    let reserved: Vec<u64> = reserved.map(|(id, _)| id).collect();
    for id in reserved {
        let account = ledger.products.reservations.update(id, |it| {
            it.amount = 0;
            it.account
        });
        if let Some(account) = account {
            let free = |rules: &mut crate::account::store::Rules| rules.terms.reserved = 0;
            ledger.accounts.set_rules(place(account), free);
        }
    }
    u32::try_from(concerned.len()).unwrap_or(u32::MAX)
}

/// Ends what waits for funds; answers how many were refused and how many stand aside.
fn end_queue(ledger: &mut Ledger, moment: &Moment, participant: ParticipantId) -> (u32, u32) {
    let queue = &ledger.products.queue;
    let mut waiting: Vec<(u64, RejectReason)> = queue
        .index()
        .unended()
        .filter_map(|id| {
            let payment = &queue.get(id)?.payment;
            let reason = ledger.ended_by_default(participant, payment.debtor, payment.creditor)?;
            Some((id, reason))
        })
        .collect();
    waiting.sort_unstable();
    let (mut refused, mut frozen) = (0, 0);
    for (id, reason) in waiting {
        let row = ledger.products.queue.get(id);
        // The other payment of a pair that ended just now took it along.
        if row.is_none_or(|row| row.ended().is_some()) {
            refused += 1;
            continue;
        }
        let asset = row.map(|it| it.payment.asset);
        let rule = asset.and_then(|asset| ledger.default_rule(asset));
        let freezes = rule.is_some_and(|it| it.queue == QueueRule::Freeze);
        if freezes && reason == RejectReason::DebtorDefaulted {
            frozen += 1;
            let queue = &mut ledger.products.queue;
            queue.update(id, |it| it.state = QueueState::Held);
        } else {
            refused += 1;
            let state = QueueState::Refused(moment.height, reason);
            end(ledger, id, state, Outcome::Refused(reason));
        }
    }
    (refused, frozen)
}
