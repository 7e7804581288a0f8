//! Limits on what an account sends net of what it receives, counted over a business day.
//!
//! ```text
//!   SetLimit ──▶ row (account, toward)     toward One: bilateral   Others: multilateral   All: net debit cap
//!                   │  net = sent − received since the day's opening, or since it was set
//!   transfer ───────┤  counts on both sides, whatever moved the money
//!   holds, earmarks ┘  count as sent from the moment they are placed, and as received only when they are posted
//!
//!   a payment, a leg, a hold, an earmark may be made while   net + pending + amount ≤ limit   (ledger I9)
//! ```
//! Asked at entry and again whenever something settles: in the queue, by offset, in a cycle (`Netting` knows them), at the posting of what was
//! warehoused. What must be paid whatever the limit says (loans, receivables, posted holds) counts and is not stopped.
//! Issuing and redeeming is no sending: issuance accounts count on neither side. An account without limits costs one flag, which lies in
//! the cache line that a leg touches anyway.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, BusinessDate, ParticipantId, json};

use crate::{
    account::{
        AccountKind,
        store::{GUARD_COUNTED, Posting, place},
    },
    execute::Halt,
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
};

/// Limits that one account may ever have, lifted ones included: one toward every bank of a large network.
pub(crate) const LIMITS_PER_ACCOUNT_MAX: usize = 512;

/// Towards whom a limit counts.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Toward {
    /// One account: a bilateral limit.
    One(AccountId) = 0,
    /// All accounts towards which no limit of its own is in force: a multilateral limit.
    Others = 1,
    /// All accounts: a net debit cap.
    All = 2,
}

/// A limit on net sending, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The account that is bound.
    pub account: AccountId,
    /// Towards whom.
    pub toward: Toward,
    /// How much it may send net in a business day, in minor units; `None` when it is lifted.
    #[serde(default, with = "json::optional_text")]
    pub amount: Option<u128>,
    /// Sent minus received since the day's opening or since it was set, in minor units.
    #[serde(with = "json::text")]
    pub net: i128,
    /// When counting begins anew.
    pub resets: BlockTime,
    /// Who set it last.
    pub by: ParticipantId,
}

impl Object for Limit {
    const TABLE: Table = Table::Limits;
    const ROWS_MAX: u64 = 1 << 17;
    type Index = BTreeMap<(AccountId, Toward), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.account, self.toward), id);
    }

    fn due(&self) -> Option<BlockTime> {
        self.amount.is_some().then_some(self.resets)
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let resets = ledger.next_opening(moment);
        ledger.products.limits.update(id, |it| {
            it.net = 0;
            it.resets = resets;
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        let toward = match self.toward {
            Toward::One(account) => known(account),
            Toward::Others | Toward::All => true,
        };
        toward && known(self.account)
    }
}

impl Limit {
    /// What may still be sent net, in minor units, given what is promised and not yet sent; `None` when it is lifted.
    fn headroom(&self, pending: u128) -> Option<i128> {
        let amount = i128::try_from(self.amount?).unwrap_or(i128::MAX);
        let left = amount.saturating_sub(self.net);
        Some(left.saturating_sub_unsigned(pending))
    }

    fn reason(&self) -> RejectReason {
        match self.toward {
            Toward::One(_) => RejectReason::BilateralLimit,
            Toward::Others => RejectReason::MultilateralLimit,
            Toward::All => RejectReason::NetDebitCap,
        }
    }
}

impl Ledger {
    /// The first instant of the business day after this moment's.
    pub(crate) fn next_opening(&self, moment: &Moment) -> BlockTime {
        self.parameters
            .opening(BusinessDate(moment.date.0.saturating_add(1)))
    }

    /// The limit of an account in force towards somebody.
    pub(crate) fn limit(&self, account: AccountId, toward: Toward) -> Option<(u64, &Limit)> {
        let id = *self.products.limits.index().get(&(account, toward))?;
        let row = self.products.limits.get(id)?;
        row.amount.is_some().then_some((id, row))
    }

    /// All limits that an account has or had.
    pub(crate) fn limit_rows(
        &self,
        account: AccountId,
    ) -> impl Iterator<Item = (u64, &Limit)> + '_ {
        let all = (account, Toward::One(AccountId(0)))..=(account, Toward::All);
        let rows = self.products.limits.index().range(all);
        rows.filter_map(|(_, id)| Some((*id, self.products.limits.get(*id)?)))
    }

    /// All limits of an account that are in force.
    pub(crate) fn limits_of(&self, account: AccountId) -> impl Iterator<Item = (u64, &Limit)> + '_ {
        let rows = self.limit_rows(account);
        rows.filter(|(_, limit)| limit.amount.is_some())
    }

    /// The limits in which what `account` sends to `other` counts: its own toward it or that toward the others, and its cap.
    fn counted_in(&self, account: AccountId, other: AccountId) -> [Option<u64>; 2] {
        let own = self
            .limit(account, Toward::One(other))
            .or_else(|| self.limit(account, Toward::Others));
        let cap = self.limit(account, Toward::All);
        [own, cap].map(|found| found.map(|(id, _)| id))
    }

    /// What an account has promised and not yet sent within a limit, in minor units.
    fn pending_in(&self, limit: &Limit) -> u128 {
        let holds = self.products.holds.index();
        let exchanges = self.products.linked.index();
        let toward = |other: AccountId| {
            let pair = (limit.account, other);
            holds.pending(pair).saturating_add(exchanges.pending(pair))
        };
        match limit.toward {
            Toward::One(other) => toward(other),
            Toward::All => self
                .accounts
                .rules(place(limit.account))
                .map_or(0, |rules| rules.terms.debits_pending),
            Toward::Others => {
                let others = holds.creditors_of(limit.account);
                let others = others.chain(exchanges.creditors_of(limit.account));
                let mut others: Vec<AccountId> = others.collect();
                others.sort_unstable();
                others.dedup();
                let free = |it: &AccountId| self.limit(limit.account, Toward::One(*it)).is_none();
                let pending = others.into_iter().filter(free).map(toward);
                pending.fold(0, u128::saturating_add)
            }
        }
    }

    /// What may still be sent net within a limit that is in force, in minor units; negative when it is passed.
    pub(crate) fn limit_headroom(&self, limit: &Limit) -> i128 {
        limit.headroom(self.pending_in(limit)).unwrap_or(i128::MAX)
    }

    fn is_counted(&self, account: AccountId) -> bool {
        let posting = self.accounts.posting(place(account));
        posting.is_some_and(|it| it.guards & GUARD_COUNTED != 0)
    }

    /// Whether an account may send so much more, net, to another.
    ///
    /// # Errors
    /// [`RejectReason::BilateralLimit`], [`RejectReason::MultilateralLimit`] or [`RejectReason::NetDebitCap`].
    #[inline]
    pub(crate) fn check_limits(
        &self,
        account: AccountId,
        other: AccountId,
        amount: u128,
    ) -> Result<(), RejectReason> {
        if !self.is_counted(account) {
            return Ok(());
        }
        for id in self.counted_in(account, other).into_iter().flatten() {
            let Some(limit) = self.products.limits.get(id) else {
                continue;
            };
            if i128::try_from(amount).unwrap_or(i128::MAX) > self.limit_headroom(limit) {
                return Err(limit.reason());
            }
        }
        Ok(())
    }

    /// Counts a transfer on both sides; called for accounts with limits, or whose counterparties are watched, only.
    #[cold]
    pub(crate) fn count_transfer(&mut self, debtor: usize, creditor: usize, amount: u128) {
        let kind = |row: usize| self.accounts.posting(row).map(|it| it.kind);
        if [debtor, creditor]
            .map(kind)
            .contains(&Some(AccountKind::Issuance))
        {
            return;
        }
        let (debtor, creditor) = (AccountId(debtor as u64), AccountId(creditor as u64));
        self.note_meeting(debtor, creditor, amount);
        let amount = i128::try_from(amount).unwrap_or(i128::MAX);
        for (account, other, signed) in [(debtor, creditor, amount), (creditor, debtor, -amount)] {
            for id in self.counted_in(account, other).into_iter().flatten() {
                self.products.limits.update(id, |it| {
                    it.net = it.net.saturating_add(signed);
                });
            }
        }
    }

    /// Looks after settling whether every limit that bound the payment is kept (ledger I9); a passed one halts at the end of the block.
    pub(crate) fn confirm_limits(&mut self, account: AccountId, other: AccountId) {
        if self.check_limits(account, other, 0).is_err() {
            self.alarm.get_or_insert(Halt::LimitPassed(account));
        }
    }
}

/// What one account may still send while the legs of a bulk payment are tried, kept out of the table until they settle.
///
/// A bulk payment has thousands of legs and one debtor: its few limits are found once, and written once.
pub(crate) struct Spending {
    /// Towards one account each, ascending by it.
    bilateral: Vec<(AccountId, Allowance)>,
    others: Option<Allowance>,
    cap: Option<Allowance>,
    /// Whether legs may be counted together: no rule asks whom the account pays, and it issues nothing.
    is_summed: bool,
}

/// One limit in force.
#[derive(Clone, Copy)]
struct Allowance {
    /// Its row.
    limit: u64,
    /// What may still be sent net.
    left: i128,
    /// What was sent and is not in the row yet.
    sent: i128,
}

impl Spending {
    /// `None` for an account without limits.
    pub(crate) fn of(ledger: &Ledger, account: usize) -> Option<Spending> {
        let kind = ledger.accounts.posting(account).map(|it| it.kind);
        let account = AccountId(account as u64);
        if !ledger.is_counted(account) {
            return None;
        }
        let mut spending = Spending {
            bilateral: Vec::new(),
            others: None,
            cap: None,
            is_summed: kind != Some(AccountKind::Issuance) && !ledger.is_met(account),
        };
        for (id, limit) in ledger.limits_of(account) {
            let allowance = Allowance {
                limit: id,
                left: ledger.limit_headroom(limit),
                sent: 0,
            };
            match limit.toward {
                // Rows come ascending by whom they are towards.
                Toward::One(other) => spending.bilateral.push((other, allowance)),
                Toward::Others => spending.others = Some(allowance),
                Toward::All => spending.cap = Some(allowance),
            }
        }
        Some(spending)
    }

    fn bilateral(&self, other: AccountId) -> Option<usize> {
        let found = self.bilateral.binary_search_by_key(&other, |(it, _)| *it);
        found.ok()
    }

    /// Whether so much more may go to another account.
    ///
    /// # Errors
    /// The reason of the first limit that it would pass.
    pub(crate) fn check(&self, other: AccountId, amount: i128) -> Result<(), RejectReason> {
        let passes = |allowance: &Allowance| amount > allowance.left;
        let own = self.bilateral(other).and_then(|at| self.bilateral.get(at));
        match own {
            Some((_, own)) if passes(own) => return Err(RejectReason::BilateralLimit),
            None if self.others.as_ref().is_some_and(passes) => {
                return Err(RejectReason::MultilateralLimit);
            }
            Some(_) | None => {}
        }
        if self.cap.as_ref().is_some_and(passes) {
            return Err(RejectReason::NetDebitCap);
        }
        Ok(())
    }

    fn counted_in(&mut self, other: AccountId) -> impl Iterator<Item = &mut Allowance> {
        let own = match self.bilateral(other) {
            Some(at) => self.bilateral.get_mut(at).map(|(_, own)| own),
            None => self.others.as_mut(),
        };
        own.into_iter().chain(self.cap.as_mut())
    }

    /// Counts a leg.
    pub(crate) fn pay(&mut self, other: AccountId, amount: i128) {
        for allowance in self.counted_in(other) {
            allowance.left = allowance.left.saturating_sub(amount);
        }
    }

    /// Keeps a settled leg for [`Spending::write`], if it counts on the debtor's side alone; tells whether it did.
    pub(crate) fn keeps(&mut self, ledger: &Ledger, creditor: usize, amount: i128) -> bool {
        let counts = |it: &Posting| it.guards & GUARD_COUNTED != 0;
        let posting = ledger.accounts.posting(creditor);
        let is_plain = |it: &Posting| !counts(it) && it.kind != AccountKind::Issuance;
        if !self.is_summed || !posting.is_some_and(is_plain) {
            return false;
        }
        for allowance in self.counted_in(AccountId(creditor as u64)) {
            allowance.sent = allowance.sent.saturating_add(amount);
        }
        true
    }

    /// Writes what was kept.
    pub(crate) fn write(self, ledger: &mut Ledger) {
        let bilateral = self.bilateral.into_iter().map(|(_, own)| own);
        let all = bilateral.chain(self.others).chain(self.cap);
        for Allowance { limit, sent, .. } in all.filter(|it| it.sent != 0) {
            ledger.products.limits.update(limit, |it| {
                it.net = it.net.saturating_add(sent);
            });
        }
    }
}
