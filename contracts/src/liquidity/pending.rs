//! What is promised and not yet paid, by who promised and to whom: kept in the indexes of holds and exchanges, so that limits can count it.

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, Amount};

/// Sums by debtor and creditor, in minor units; pairs without a promise have no entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Promised(BTreeMap<(AccountId, AccountId), u128>);

impl Promised {
    /// Adds a promise.
    pub(crate) fn add(&mut self, debtor: AccountId, creditor: AccountId, amount: Amount) {
        let sum = self.0.entry((debtor, creditor)).or_default();
        *sum = sum.saturating_add(amount.minor());
    }

    /// Takes an added promise out again.
    pub(crate) fn remove(&mut self, debtor: AccountId, creditor: AccountId, amount: Amount) {
        let pair = (debtor, creditor);
        let left = self.pending(pair).saturating_sub(amount.minor());
        if left == 0 {
            self.0.remove(&pair);
        } else {
            self.0.insert(pair, left);
        }
    }

    /// What one account has promised another, in minor units.
    pub(crate) fn pending(&self, pair: (AccountId, AccountId)) -> u128 {
        self.0.get(&pair).copied().unwrap_or(0)
    }

    /// Those to whom an account has promised something, ascending.
    pub(crate) fn creditors_of(&self, debtor: AccountId) -> impl Iterator<Item = AccountId> + '_ {
        let all = (debtor, AccountId(0))..=(debtor, AccountId(u64::MAX));
        self.0.range(all).map(|((_, creditor), _)| *creditor)
    }
}
