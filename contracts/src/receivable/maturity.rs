//! Payment: the debtor's money goes to all holders at once, in proportion to their claims.
//!
//! ```text
//!   due day opens ─▶ the whole is there ───────────────────────────▶ every live portion: Paid
//!        └ too little: Due, in the queue of the debtor's account ──▶ as soon as the whole is there: Paid
//!             └ the day closes ─▶ what is there, shared by largest remainder ─▶ every live portion, the rest stays claimed: Overdue
//! ```
//! In that queue a promise stands behind payments that are more urgent than ordinary ones and before all others: its day was known long ago.
//! One receivable is paid whole in one block, so its shares need no money set aside; what does not fit a block's budget waits for the
//! next block. A holder whose account cannot be paid keeps its claim, and the debtor the money. The ledger never holds funds itself.
//! A pledgee or a factor stands before the holder or the seller, within the portion's share.

use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate};

use super::{
    book::less, factoring, portion::PortionState, promise::PromiseState, shares::shortfall,
};
use crate::{
    account::store::place,
    ledger::Ledger,
    payment::{check_creditor, pay::PRIORITY_NORMAL},
    standing::Moment,
    term::calendar::Shift,
};

/// Opens or closes the day on which a promise is paid, or puts it off to the next block when this one has paid enough.
pub(super) fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
    let Some(promise) = ledger.products.promises.get(id) else {
        return;
    };
    let (portions, asset) = (promise.portions, promise.asset);
    let is_opening = promise.state == PromiseState::Accepted;
    let again = if promise.disputed {
        // Resolving the dispute makes it due again.
        Some(None)
    } else if let Some(later) = opens_later(ledger, asset, moment).filter(|_| is_opening) {
        Some(Some(later))
    } else if ledger.check_payouts(moment, portions).is_err() {
        Some(Some(BlockTime(moment.time.0.saturating_add(1))))
    } else {
        None
    };
    if let Some(again) = again {
        let promises = &mut ledger.products.promises;
        promises.update(id, |it| it.settles = again);
        return;
    }
    if !is_opening {
        pay_what_is_there(ledger, moment, id);
        return;
    }
    let closes = closing(ledger, asset, moment);
    ledger.products.promises.update(id, |it| {
        (it.state, it.settles) = (PromiseState::Due, Some(closes));
    });
    ledger.mark_promise(id);
    ledger.settle_in_turn(moment, id);
}

/// When payments in an asset are made next; `None`: now.
fn opens_later(ledger: &Ledger, asset: AssetId, moment: &Moment) -> Option<BlockTime> {
    let cut_off = ledger.cut_off(asset, moment);
    let is_over = cut_off.is_some_and(|cut_off| cut_off <= moment.time);
    let from = BusinessDate(moment.date.0.saturating_add(is_over.into()));
    let day = Shift::Following.apply(&ledger.calendar(asset), from)?;
    let opens = ledger.opening(asset, day);
    (opens > moment.time).then_some(opens)
}

/// The cut-off of today's payments, or the last instant of the day: before anything of the next day.
fn closing(ledger: &Ledger, asset: AssetId, moment: &Moment) -> BlockTime {
    let tomorrow = BusinessDate(moment.date.0.saturating_add(1));
    let last = ledger.parameters.opening(tomorrow).0.saturating_sub(1);
    let cut_off = ledger.cut_off(asset, moment);
    let last = cut_off.map_or(last, |cut_off| cut_off.0.min(last));
    BlockTime(last.max(moment.time.0.saturating_add(1)))
}

/// Shares what the debtor's account has among the holders; what stays unpaid is overdue.
fn pay_what_is_there(ledger: &mut Ledger, moment: &Moment, id: u64) {
    let Some(promise) = ledger.products.promises.get(id) else {
        return;
    };
    let (portions, owed) = (promise.portions, promise.outstanding);
    let account = promise.debtor_account;
    ledger.spend_payouts(moment, portions);
    if let Some(account) = account {
        let room = ledger.room_for_promises(account).min(owed.minor());
        pay(ledger, id, account, amount(room));
    }
    ledger.products.promises.update(id, |it| {
        it.settles = None;
        if it.state == PromiseState::Due {
            it.state = PromiseState::Overdue;
        }
    });
    ledger.mark_promise(id);
}

impl Ledger {
    /// Whether a promise whose day has come stands in an account's queue before payments of this priority.
    pub(crate) fn is_promise_ahead(&self, account: AccountId, priority: u8) -> bool {
        let waiting = self.products.promises.index().first_of(account);
        priority >= PRIORITY_NORMAL && waiting.is_some()
    }

    /// What an account may pay of promises: what it can pay now, without what is reserved for urgent payments.
    fn room_for_promises(&self, account: AccountId) -> u128 {
        let unreserved = self.headroom_for(account, PRIORITY_NORMAL);
        let unreserved = u128::try_from(unreserved).unwrap_or(0);
        self.payable_now(account).min(unreserved)
    }

    /// Pays a promise when it stands first in its queue and all of it is there; answers whether it does not wait any more.
    fn settle_in_turn(&mut self, moment: &Moment, id: u64) -> bool {
        let Some(promise) = self.products.promises.get(id) else {
            return false;
        };
        let Some(account) = promise.debtor_account else {
            return false;
        };
        let (owed, portions) = (promise.outstanding, promise.portions);
        let queue = self.products.queue.index();
        let is_first = self.products.promises.index().first_of(account) == Some(id)
            && !queue.is_anything_ahead(account, PRIORITY_NORMAL - 1);
        let is_ready = is_first
            && owed.minor() <= self.room_for_promises(account)
            && self.check_payouts(moment, portions).is_ok();
        if is_ready {
            pay_what_is_there(self, moment, id);
        }
        is_ready
    }

    /// Pays the promises that can be paid in their turn, account by account; answers whether there was one.
    pub(crate) fn settle_promises(&mut self, moment: &Moment) -> bool {
        let mut settled = false;
        for account in self.products.promises.index().accounts() {
            while let Some(id) = self.products.promises.index().first_of(account) {
                if !self.settle_in_turn(moment, id) {
                    break;
                }
                settled = true;
            }
        }
        settled
    }
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
