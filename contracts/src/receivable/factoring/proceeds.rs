//! What becomes of a factored claim: money that comes in, dilution, recourse; each changes portion, portfolio and agreement together.

use sycee_primitives::{AccountId, Amount};

use super::portfolio::Factored;
use crate::{
    account::store::place,
    ledger::Ledger,
    payment::{check_creditor, check_debit},
    receivable::{book::less, maturity::transfer, portion::PortionState},
};

/// One change of a portfolio's accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// A debtor paid: the factor's part, what of the holdback was withheld, what of it went to the seller.
    Paid {
        collected: Amount,
        withheld: Amount,
        returned: Amount,
    },
    /// A dispute took off so much, and so much of it beyond the holdback.
    Diluted { all: Amount, beyond: Amount },
    /// The seller took a claim back and paid the factor's part of it.
    BoughtBack { claim: Amount, part: Amount },
    /// The seller paid what it owed for dilution.
    Repaid(Amount),
}

fn more(to: Amount, amount: Amount) -> Amount {
    // Parts of one portfolio's face, which is an amount.
    Amount::from_minor(to.minor() + amount.minor()).unwrap_or(to)
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

impl Ledger {
    /// Enters a change into a portfolio and its agreement.
    pub(super) fn enter_portfolio(&mut self, id: u64, entry: Entry) {
        let freed = match entry {
            Entry::Paid {
                collected,
                withheld,
                ..
            } => more(collected, withheld),
            // What leaves the factor's part is owed by the seller: it is in use as before.
            Entry::Diluted { .. } => Amount::ZERO,
            Entry::BoughtBack { part, .. } => part,
            Entry::Repaid(paid) => paid,
        };
        let factoring = self.products.portfolios.update(id, |it| {
            match entry {
                Entry::Paid {
                    collected,
                    withheld,
                    returned,
                } => {
                    it.collected = more(it.collected, collected);
                    it.withheld = more(it.withheld, withheld);
                    it.returned = more(it.returned, returned);
                    it.owed = less(it.owed, withheld);
                }
                Entry::Diluted { all, beyond } => {
                    it.diluted = more(it.diluted, all);
                    it.owed = more(it.owed, beyond);
                }
                Entry::BoughtBack { claim, .. } => {
                    it.bought_back = more(it.bought_back, claim);
                }
                Entry::Repaid(paid) => it.owed = less(it.owed, paid),
            }
            it.factoring
        });
        if let Some(factoring) = factoring {
            let factorings = &mut self.products.factorings;
            factorings.update(factoring, |it| it.in_use = less(it.in_use, freed));
        }
    }

    fn close_portion_of(&mut self, portfolio: u64) {
        let portfolios = &mut self.products.portfolios;
        portfolios.update(portfolio, |it| it.open = it.open.saturating_sub(1));
    }

    /// Moves the factor's money: straight, or when silent over the seller's account, which keeps none of it.
    ///
    /// A seller's account that cannot hand it on right now is passed by: the money is the factor's.
    fn pay_factor(&mut self, from: AccountId, factored: &Factored, minor: u128) -> u128 {
        let Ok(portfolio) = self.portfolio(factored.portfolio) else {
            return 0;
        };
        let seller = portfolio.account;
        let Ok(terms) = self.factoring(portfolio.factoring) else {
            return 0;
        };
        let (factor, asset, disclosed) = (terms.account, terms.asset, terms.disclosed);
        if disclosed || !self.hands_on(seller, factor, asset, minor) {
            return transfer(self, from, factor, minor);
        }
        let first = transfer(self, from, seller, minor);
        if first == 0 {
            return 0;
        }
        let second = transfer(self, seller, factor, first);
        assert!(second == first, "an account hands on what it was asked for");
        second
    }

    /// Whether `over` can be paid `minor` and pay it on to `to` at once.
    fn hands_on(
        &self,
        over: AccountId,
        to: AccountId,
        asset: sycee_primitives::AssetId,
        minor: u128,
    ) -> bool {
        let Some(posting) = self.accounts.posting(place(over)) else {
            return false;
        };
        check_creditor(self, over, asset, minor).is_ok()
            && check_debit(self, over, asset).is_ok()
            && check_creditor(self, to, asset, minor).is_ok()
            && posting.headroom() >= 0
            && self
                .accounts
                .check_range(place(over), place(to), minor)
                .is_ok()
    }
}

/// Pays a factored portion's share: the factor's part, what the seller owes it, the seller; answers how much reached somebody.
pub(in crate::receivable) fn pay(
    ledger: &mut Ledger,
    id: u64,
    factored: Factored,
    from: AccountId,
    share: Amount,
) -> u128 {
    let (Some(portion), Ok(portfolio)) = (
        ledger.products.portions.get(id),
        ledger.portfolio(factored.portfolio),
    ) else {
        return 0;
    };
    let (seller, owed) = (portfolio.account, portfolio.owed);
    let first = share.min(less(portion.claim, factored.holdback));
    let second = less(share, first);
    let withheld = second.min(owed);
    let to_factor = first.minor() + withheld.minor();
    if to_factor > 0 && ledger.pay_factor(from, &factored, to_factor) == 0 {
        // The factor cannot be paid: the whole claim stays, its part before the seller's.
        return 0;
    }
    let returned = transfer(ledger, from, seller, less(second, withheld).minor());
    let settled = to_factor + returned;
    let entry = Entry::Paid {
        collected: first,
        withheld,
        returned: amount(returned),
    };
    ledger.enter_portfolio(factored.portfolio, entry);
    let is_paid = ledger.products.portions.update(id, |it| {
        it.claim = less(it.claim, amount(settled));
        if let Some(factored) = &mut it.factored {
            factored.holdback = less(factored.holdback, amount(withheld.minor() + returned));
        }
        if it.claim.is_zero() {
            it.state = PortionState::Paid;
        }
        it.claim.is_zero()
    });
    if is_paid == Some(true) {
        ledger.close_portion_of(factored.portfolio);
    }
    settled
}

/// Enters that a dispute took `share` off a factored claim: off the holdback first, the rest is owed by the seller. Answers the
/// holdback that is left; the caller lowers the claim.
pub(in crate::receivable) fn dilute(
    ledger: &mut Ledger,
    factored: &Factored,
    share: Amount,
    is_gone: bool,
) -> Amount {
    let off_holdback = factored.holdback.min(share);
    let entry = Entry::Diluted {
        all: share,
        beyond: less(share, off_holdback),
    };
    ledger.enter_portfolio(factored.portfolio, entry);
    if is_gone {
        ledger.close_portion_of(factored.portfolio);
    }
    less(factored.holdback, off_holdback)
}

/// Enters that the seller took a claim back by recourse, for the factor's part of it.
pub(in crate::receivable) fn buy_back(
    ledger: &mut Ledger,
    factored: &Factored,
    claim: Amount,
    part: Amount,
) {
    ledger.enter_portfolio(factored.portfolio, Entry::BoughtBack { claim, part });
    ledger.close_portion_of(factored.portfolio);
}
