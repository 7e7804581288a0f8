//! Payment: the debtor's money goes to all holders at once, in proportion to their claims.
//!
//! ```text
//!   due day opens ─▶ what the debtor's account holds, at most what is owed ─▶ shares by largest remainder ─▶ every live portion
//!                    all of it: Paid                                          short: Overdue, the rest stays claimed
//! ```
//! One receivable is paid whole in one block, so its shares need no money set aside; what does not fit a block's budget waits for the
//! next block. A holder whose account cannot be paid keeps its claim, and the debtor the money. The ledger never holds funds itself.
//! A pledgee or a factor stands before the holder or the seller, within the portion's share.

use sycee_primitives::{AccountId, Amount, BlockTime};

use super::{
    book::less, factoring, portion::PortionState, promise::PromiseState, shares::shortfall,
};
use crate::{account::store::place, ledger::Ledger, payment::check_creditor, standing::Moment};

/// Pays a promise whose day has come, or puts it off to the next block when this one has paid enough.
pub(super) fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
    let Some(promise) = ledger.products.promises.get(id) else {
        return;
    };
    let (portions, disputed) = (promise.portions, promise.disputed);
    let (owed, account) = (promise.outstanding, promise.debtor_account);
    if disputed {
        // Resolving the dispute makes it due again.
        ledger.products.promises.update(id, |it| it.settles = None);
        return;
    }
    if ledger.check_payouts(moment, portions).is_err() {
        let next = BlockTime(moment.time.0.saturating_add(1));
        ledger
            .products
            .promises
            .update(id, |it| it.settles = Some(next));
        return;
    }
    ledger.spend_payouts(moment, portions);
    if let Some(account) = account {
        let room = ledger.payable_now(account).min(owed.minor());
        pay(ledger, id, account, amount(room));
    }
    ledger.products.promises.update(id, |it| {
        it.settles = None;
        if it.state == PromiseState::Accepted {
            it.state = PromiseState::Overdue;
        }
    });
    ledger.mark_promise(id);
}

/// Amounts here are parts of one promise, so they are in range.
fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

/// Shares `paid`, which the account has and the promise owes, among the live portions.
pub(super) fn pay(ledger: &mut Ledger, id: u64, account: AccountId, paid: Amount) {
    let live = ledger.live_portions(id);
    let holdings: Vec<(u64, Amount)> = live
        .into_iter()
        .filter_map(|portion| Some((portion, ledger.products.portions.get(portion)?.claim)))
        .collect();
    let shared = shortfall(paid, &holdings);
    assert!(shared.is_ok(), "claims add up to what is owed");
    let shares = shared.map(|it| it.shares).unwrap_or_default();
    let mut settled = 0;
    for ((portion, _), share) in holdings.iter().zip(shares) {
        settled += pay_portion(ledger, *portion, account, share);
    }
    reduce(ledger, id, amount(settled));
}

/// Takes what was settled, or given up, off the promise and the debtor's line.
pub(super) fn reduce(ledger: &mut Ledger, id: u64, by: Amount) {
    let live = u32::try_from(ledger.live_portions(id).len()).unwrap_or(u32::MAX);
    let owner = ledger.products.promises.update(id, |it| {
        it.outstanding = less(it.outstanding, by);
        it.portions = live;
        if it.outstanding.is_zero() {
            it.state = PromiseState::Paid;
            it.settles = None;
        }
        (it.debtor, it.asset)
    });
    if let Some((debtor, asset)) = owner {
        ledger.free_line(debtor, asset, by);
    }
}

/// Pays one portion's share, the pledgee first; answers how much reached somebody.
fn pay_portion(ledger: &mut Ledger, id: u64, from: AccountId, share: Amount) -> u128 {
    let Some(portion) = ledger.products.portions.get(id) else {
        return 0;
    };
    if let Some(factored) = portion.factored {
        return factoring::proceeds::pay(ledger, id, factored, from, share);
    }
    let (holder, pledge) = (portion.account, portion.pledge);
    let collateral = pledge.and_then(|pledge| pledge.collateral);
    let direct = pledge.filter(|_| collateral.is_none());
    let first = direct.map_or(0, |pledge| pledge.secured.minor().min(share.minor()));
    let to_pledgee = direct.map_or(0, |pledge| transfer(ledger, from, pledge.account, first));
    let to_holder = transfer(ledger, from, holder, share.minor() - first);
    let settled = to_pledgee + to_holder;
    if settled > 0 {
        ledger.products.portions.update(id, |it| {
            it.claim = less(it.claim, amount(settled));
            if let Some(pledge) = &mut it.pledge {
                pledge.secured = less(pledge.secured, amount(to_pledgee));
            }
            if it.claim.is_zero() {
                it.state = PortionState::Paid;
                it.pledge = None;
            } else if it.pledge.is_some_and(|pledge| pledge.secured.is_zero()) {
                it.pledge = None;
            }
        });
        if let Some(collateral) = collateral {
            ledger.keep_proceeds(collateral, id, to_holder);
        }
    }
    settled
}

/// Moves an amount when the payee can be paid; answers how much moved.
pub(super) fn transfer(ledger: &mut Ledger, from: AccountId, to: AccountId, amount: u128) -> u128 {
    let Some(asset) = ledger.accounts.posting(place(from)).map(|it| it.asset) else {
        return 0;
    };
    if amount == 0 || from == to {
        // A debtor that holds a portion of its own promise has paid itself.
        return amount;
    }
    let Ok(row) = check_creditor(ledger, to, asset, amount) else {
        return 0;
    };
    match ledger.transfer(asset, place(from), row, amount) {
        Ok(()) => {
            ledger.header.legs += 1;
            amount
        }
        // Totals beyond their range, checked before anything moves: the claim stays.
        Err(_) => 0,
    }
}
