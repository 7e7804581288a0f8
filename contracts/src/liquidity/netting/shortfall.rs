//! How much more money would free what waits: exact, in whole units, from the same rules that settle.
//!
//! ```text
//!   shortfalls          everything at once ──▶ per account: what it lacks so that nobody of the list goes on waiting
//!   least_to_settle     one payment        ──▶ the least that its sender alone must add so that strict order settles it
//! ```
//! Adding money to an account can only make the baseline greater, so the least amount is found by halving. Limits and pairs may stand in the
//! way of a payment however much money there is; then there is no answer. Spec: ledger 4 step 6.

use super::{
    baseline::baseline,
    problem::{ACCOUNT_BALANCE_MAX, Netting},
    tally::Tally,
};

/// What each account lacks, in minor units, so that everything of the list could settle at once as far as money goes.
#[must_use]
pub fn shortfalls(netting: &Netting) -> Vec<u128> {
    let mut tally = Tally::new(netting);
    for payment in 0..netting.payments().len() {
        tally.add(payment);
    }
    let lacks = |account: usize| {
        if tally.sent(account) == 0 {
            return 0;
        }
        let for_reservation = match tally.keeps_reservation(account) {
            true => 0,
            false => tally.still_reserved(account) - tally.room(account),
        };
        let lacking = (-tally.room(account)).max(for_reservation).max(0);
        lacking.unsigned_abs()
    };
    (0..netting.accounts().len()).map(lacks).collect()
}

/// The least that a payment's sender must add, in minor units, for the baseline to settle it; `None` when no amount is enough.
#[must_use]
pub fn least_to_settle(netting: &Netting, payment: usize) -> Option<u128> {
    let sender = netting.payments().get(payment)?.sender as usize;
    let settles = |added: i128| {
        let richer = netting.with_added(sender, added)?;
        Some(baseline(&richer).contains(payment))
    };
    let account = netting.accounts().get(sender)?;
    // More than everything that is queued is never needed, nor more than a balance may be.
    let queued: u128 = netting.payments().iter().map(|it| it.amount).sum();
    let below = (account.floor - account.balance).max(0).unsigned_abs();
    let reserved = account.reservation.map_or(0, |it| it.amount);
    let most = queued.saturating_add(below).saturating_add(reserved);
    let most = i128::try_from(most).ok()?;
    let (mut low, mut high) = (-1, most.min(ACCOUNT_BALANCE_MAX - account.balance.max(0)));
    if !settles(high)? {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if settles(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    u128::try_from(high).ok()
}
