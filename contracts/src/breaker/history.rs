//! What an account did before, as far as rules ask: whom it paid, and how much in the windows before.
//!
//! ```text
//!   transfer ─▶ met (debtor, creditor): value      accounts that a rule watches only; they carry the guard that limits carry
//!   end of block ─▶ row (debtor, creditor, first)  kept for ever: who was paid once is known
//!                      first + window > now ─▶ counts as new, once the rule itself is a window old
//!
//!   window    w-8 w-7 w-6 w-5 w-4 w-3 w-2 w-1 │ w      trips when  w × 800 > most × (sum of the eight), and w above `least`
//! ```
//! A rule that was just set knows nobody; without a time to learn it would trip at the first payment. Spec: ledger 3.9.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, ParticipantId};

use crate::{
    account::store::place,
    breaker::{
        BreakerScope,
        rule::{Measure, PastWindow, RiskRule, trip},
    },
    ledger::Ledger,
    objects::Object,
    standing::Moment,
    tables::Table,
};

/// Windows that make an account's history.
pub(crate) const PAST_WINDOWS: u64 = 8;

/// An account that was paid by a watched one, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Counterparty {
    /// Who paid.
    pub debtor: AccountId,
    /// Who was paid.
    pub creditor: AccountId,
    /// Time of the block in which it was paid first while its payer was watched.
    pub first: BlockTime,
}

impl Object for Counterparty {
    const TABLE: Table = Table::Counterparties;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<(AccountId, AccountId), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.debtor, self.creditor), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.debtor) && known(self.creditor)
    }
}

/// Value by debtor and creditor.
pub(crate) type Met = BTreeMap<(AccountId, AccountId), u128>;

/// One debtor and creditor of a block: when the creditor was paid first, and how much now.
pub(crate) struct Meeting {
    debtor: AccountId,
    first: BlockTime,
    value: u128,
}

impl Ledger {
    /// Whether a rule asks whom an account pays.
    pub(crate) fn is_met(&self, account: AccountId) -> bool {
        let owner = self.accounts.posting(place(account)).map(|it| it.owner);
        let scopes = [
            Some(BreakerScope::Account(account)),
            owner.map(BreakerScope::Participant),
        ];
        scopes.into_iter().flatten().any(|it| self.meets(it))
    }

    /// Whether a rule on new counterparties is in force for a scope.
    pub(crate) fn meets(&self, scope: BreakerScope) -> bool {
        let rules = &self.products.risk_rules;
        let id = rules.index().get(&(scope, Measure::NewCounterparty));
        id.and_then(|id| rules.get(*id)?.most).is_some()
    }

    /// Gives an account the guard that makes its transfers count, or takes it away.
    pub(crate) fn guard_counting(&mut self, account: AccountId) {
        let is_counted = self.limits_of(account).next().is_some() || self.is_met(account);
        let known = self.accounts.rules(place(account));
        if known.is_some_and(|rules| rules.terms.counted != is_counted) {
            self.accounts
                .set_rules(place(account), |rules| rules.terms.counted = is_counted);
        }
    }

    /// Brings the guards of the accounts in a scope up to a rule on new counterparties.
    pub(crate) fn guard_scope(&mut self, scope: BreakerScope) {
        match scope {
            BreakerScope::Account(account) => self.guard_counting(account),
            BreakerScope::Participant(owner) => {
                for account in self.accounts_of(owner) {
                    self.guard_counting(account);
                }
            }
            BreakerScope::Network | BreakerScope::Product(_) | BreakerScope::Asset(_) => {}
        }
    }

    /// All accounts of a participant; looks at every account, so only rare instructions may ask.
    pub(crate) fn accounts_of(&self, owner: ParticipantId) -> Vec<AccountId> {
        let all = (0..).map(AccountId).zip(self.accounts.postings());
        all.filter(|(_, it)| it.owner == owner)
            .map(|(account, _)| account)
            .collect()
    }

    /// Notes whom a watched account paid.
    pub(crate) fn note_meeting(&mut self, debtor: AccountId, creditor: AccountId, amount: u128) {
        if self.is_met(debtor) {
            let value = self.met.entry((debtor, creditor)).or_default();
            *value = value.saturating_add(amount);
        }
    }
}

/// Remembers whom watched accounts paid in the block; a creditor for whom no row is left stays new.
pub(super) fn meet(ledger: &mut Ledger, moment: &Moment, met: Met) -> Vec<Meeting> {
    let mut meetings = Vec::with_capacity(met.len());
    for ((debtor, creditor), value) in met {
        let table = &mut ledger.products.counterparties;
        let known = table.index().get(&(debtor, creditor)).copied();
        let first = known.and_then(|id| Some(table.get(id)?.first));
        if first.is_none() && table.check_room().is_ok() {
            table.add(Counterparty {
                debtor,
                creditor,
                first: moment.time,
            });
        }
        meetings.push(Meeting {
            debtor,
            first: first.unwrap_or(moment.time),
            value,
        });
    }
    meetings
}

/// What accounts in a rule's scope paid in the block to accounts that are new to them.
pub(super) fn to_new(
    ledger: &Ledger,
    moment: &Moment,
    rule: &RiskRule,
    meetings: &[Meeting],
) -> u128 {
    let is_over = |from: BlockTime| from.0.saturating_add(rule.window_ms) <= moment.time.0;
    if !is_over(rule.since) {
        return 0;
    }
    let is_in = |debtor: AccountId| match rule.scope {
        BreakerScope::Account(account) => account == debtor,
        BreakerScope::Participant(owner) => {
            let posting = ledger.accounts.posting(place(debtor));
            posting.is_some_and(|it| it.owner == owner)
        }
        BreakerScope::Network | BreakerScope::Product(_) | BreakerScope::Asset(_) => false,
    };
    let new = meetings.iter().filter(|it| !is_over(it.first));
    new.filter(|it| is_in(it.debtor))
        .fold(0, |sum, it| sum.saturating_add(it.value))
}

/// Adds what was debited to the window and trips when it stands out against the windows before.
pub(super) fn compare(
    ledger: &mut Ledger,
    moment: &Moment,
    (id, rule): (u64, &RiskRule),
    added: u128,
) {
    if added == 0 {
        return;
    }
    let number = |time: BlockTime| time.0 / rule.window_ms.max(1);
    let window = number(moment.time);
    let before = if rule.window == window { rule.used } else { 0 };
    let used = before.saturating_add(added);
    let first = window.saturating_sub(PAST_WINDOWS);
    let mut past: Vec<PastWindow> = rule.past.clone();
    past.retain(|it| it.window >= first);
    let sum = past
        .iter()
        .filter(|it| it.window < window)
        .fold(0_u128, |sum, it| sum.saturating_add(it.outflow));
    match past.last_mut().filter(|it| it.window == window) {
        Some(present) => present.outflow = present.outflow.saturating_add(added),
        None => past.push(PastWindow {
            window,
            outflow: added,
        }),
    }
    // The window in which the rule was set is no whole one.
    let is_learnt = first > number(rule.since);
    let is_out =
        |most: u128| used.saturating_mul(100 * u128::from(PAST_WINDOWS)) > most.saturating_mul(sum);
    let trips = is_learnt && used > rule.least && rule.most.is_some_and(is_out);
    ledger.products.risk_rules.update(id, |it| {
        it.window = window;
        it.used = if trips { 0 } else { used };
        it.past = past;
    });
    if trips {
        trip(ledger, moment, rule);
    }
}
