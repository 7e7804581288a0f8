//! Lenders who share a loan: each pays its share out, and each payment of the borrower is divided to the last minor unit.
//!
//! ```text
//!   FormSyndicate (lender, who becomes the agent) ──▶ members sign: JoinSyndicate ──▶ AcceptLoan pays out of all accounts
//!   borrower ──pays──▶ agent's account ──▶ part by part: agent's fee, the rest by largest remainder
//!                                           interest of a period: ppb × days held in it        everything else: ppb today
//!   AssignShare (seller) ──▶ offer ──TakeShare (buyer, pays)──▶ the trade date is the buyer's first day
//! ```
//! A share whose account cannot be credited stays with the agent and is noted, and comes with a later payment. Shares always sum to
//! 10^9 ppb; fee, shares and what is withheld sum to what was paid (I19). Spec: ledger 3.5, 3.10 item 7.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, ParticipantId, json};

use super::{Loan, Position, accelerate_loan::check_funds};
use crate::{
    account::store::place,
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    reject::RejectReason,
    tables::Table,
    term::share::{largest_remainder, pay_syndicate},
};

pub(crate) mod assign_share;
pub(crate) mod form_syndicate;
pub(crate) mod join_syndicate;
pub(crate) mod take_share;

/// Lenders of one loan.
pub const MEMBERS_MAX: usize = 64;

/// Trades that may lie in periods whose interest is not paid.
const TRADES_MAX: usize = 64;

/// Shares that may be on offer at a time.
const SHARE_OFFERS_MAX: usize = 16;

/// One lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who it is.
    pub participant: ParticipantId,
    /// From where it pays, and where it is paid; each member has another one.
    pub account: AccountId,
    /// Its share in parts per billion.
    pub ppb: u32,
    /// Whether it has signed.
    pub has_joined: bool,
    /// What it could not be paid and the agent keeps for it, minor units.
    #[serde(with = "json::text")]
    pub withheld: u128,
}

/// A share that changed hands.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trade {
    /// The buyer's first day.
    pub day: BusinessDate,
    /// The seller's account.
    pub seller: AccountId,
    /// The buyer's account.
    pub buyer: AccountId,
    /// How much of the whole, in parts per billion.
    pub ppb: u32,
}

/// A share on offer to one buyer.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareOffer {
    /// The seller's account.
    pub seller: AccountId,
    /// The buyer's account.
    pub buyer: AccountId,
    /// How much of the whole, in parts per billion.
    pub ppb: u32,
    /// For what.
    pub price: Amount,
    /// Until when (block time).
    pub until: BlockTime,
}

/// The lenders of one loan.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Syndicate {
    /// The loan; its lender is the agent.
    pub loan: u64,
    /// What the agent keeps of each payment, per 10^12.
    #[serde(with = "json::rate")]
    pub agent_fee_rate: u64,
    /// The lenders.
    pub members: Vec<Member>,
    /// Trades in periods whose interest may still be paid, in order.
    pub trades: Vec<Trade>,
    /// Shares on offer.
    pub offers: Vec<ShareOffer>,
}

impl Object for Syndicate {
    const TABLE: Table = Table::Syndicates;
    /// Each row takes up to 6 KiB of memory.
    const ROWS_MAX: u64 = 200_000;
    /// By loan.
    type Index = BTreeMap<u64, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.loan, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let accounts = ledger.accounts.len() as u64;
        let ppb: u64 = self.members.iter().map(|it| u64::from(it.ppb)).sum();
        ledger.products.loans.get(self.loan).is_some()
            && ppb == u64::from(crate::term::share::WHOLE_PPB)
            && self.members.iter().all(|it| it.account.0 < accounts)
    }
}

/// A part of a payment that is divided by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    /// Minor units.
    pub(crate) amount: u128,
    /// The period whose interest it is, [from, to); nothing for all that belongs to who holds a share today.
    pub(crate) period: Option<(BusinessDate, BusinessDate)>,
}

impl Syndicate {
    pub(crate) fn member(&self, account: AccountId) -> Option<&Member> {
        self.members.iter().find(|it| it.account == account)
    }

    fn member_mut(&mut self, account: AccountId) -> Option<&mut Member> {
        self.members.iter_mut().find(|it| it.account == account)
    }

    /// What each account is entitled to of interest that came about in [`from`, `to`): ppb × days held.
    fn weights(&self, period: Option<(BusinessDate, BusinessDate)>) -> BTreeMap<AccountId, u128> {
        // A period of no days belongs to who holds today.
        let days = period.map_or(1, |(from, to)| i128::from(from.days_to(to).max(1)));
        let mut weights: BTreeMap<AccountId, i128> = self
            .members
            .iter()
            .map(|it| (it.account, i128::from(it.ppb) * days))
            .collect();
        for trade in self.trades.iter().rev() {
            // Until its day, or the end of the period, the seller held what was sold.
            let before = period.map_or(0, |(from, to)| from.days_to(trade.day.min(to)).max(0));
            let moved = i128::from(trade.ppb) * i128::from(before);
            *weights.entry(trade.seller).or_default() += moved;
            *weights.entry(trade.buyer).or_default() -= moved;
        }
        let weights = weights.into_iter();
        weights
            .map(|(account, weight)| (account, u128::try_from(weight).unwrap_or(0)))
            .collect()
    }

    /// A share changes hands; the caller has checked that the seller holds it.
    pub(crate) fn trade(&mut self, trade: Trade, buyer: ParticipantId) {
        if let Some(seller) = self.member_mut(trade.seller) {
            seller.ppb -= trade.ppb;
        }
        match self.member_mut(trade.buyer) {
            Some(buyer) => buyer.ppb += trade.ppb,
            None => self.members.push(Member {
                participant: buyer,
                account: trade.buyer,
                ppb: trade.ppb,
                has_joined: true,
                withheld: 0,
            }),
        }
        self.trades.push(trade);
    }

    /// Forgets trades before `day`, which no unpaid interest reaches back to, and members who have nothing left of it.
    fn forget(&mut self, day: BusinessDate) {
        self.trades.retain(|trade| day < trade.day);
        let trades = &self.trades;
        self.members.retain(|it| {
            let has_traded = trades
                .iter()
                .any(|trade| trade.seller == it.account || trade.buyer == it.account);
            it.ppb > 0 || it.withheld > 0 || has_traded
        });
    }

    /// The fee of the agent and what each account gets of a payment's parts; `None` when a product exceeds its width.
    pub(crate) fn divide(&self, parts: &[Part]) -> Option<(u128, BTreeMap<AccountId, u128>)> {
        let (mut fee, mut shares) = (0, BTreeMap::new());
        for part in parts.iter().filter(|part| part.amount > 0) {
            let weights = self.weights(part.period);
            let rate = u128::from(self.agent_fee_rate);
            let paid = pay_syndicate(part.amount, rate, &weights)?;
            fee += paid.agent_fee;
            for (account, share) in paid.shares {
                *shares.entry(account).or_default() += share;
            }
        }
        Some((fee, shares))
    }
}

/// The first day of the oldest period whose interest may still be paid.
fn oldest_period(position: &Position) -> BusinessDate {
    let items = position.items.iter().map(|item| item.from);
    items.fold(position.period_from, BusinessDate::min)
}

/// Accounts that pay a part of a loan out, each with its share.
pub(crate) type Sources = Vec<(usize, u128)>;

impl Ledger {
    /// The syndicate of a loan.
    pub(crate) fn syndicate_of(&self, loan: u64) -> Option<(u64, &Syndicate)> {
        let id = *self.products.syndicates.index().get(&loan)?;
        Some((id, self.products.syndicates.get(id)?))
    }

    /// Who pays `amount` of a loan out: its lender, or all members of its syndicate.
    pub(crate) fn loan_sources(
        &self,
        id: u64,
        loan: &Loan,
        amount: u128,
    ) -> Result<Sources, RejectReason> {
        let (lender, account) = (loan.lender, loan.lender_account);
        let Some((_, syndicate)) = self.syndicate_of(id) else {
            let row = check_new_debit(self, lender, account, loan.asset, amount)?;
            return Ok(vec![(row, amount)]);
        };
        if syndicate.members.iter().any(|it| !it.has_joined) {
            return Err(RejectReason::SyndicateIncomplete);
        }
        let shares = largest_remainder(amount, &syndicate.weights(None));
        let shares = shares.ok_or(RejectReason::BalanceRange)?;
        let mut sources = Vec::with_capacity(shares.len());
        for member in syndicate.members.iter().filter(|it| it.ppb > 0) {
            let share = shares.get(&member.account).copied().unwrap_or(0);
            let who = member.participant;
            let row = check_new_debit(self, who, member.account, loan.asset, share)?;
            sources.push((row, share));
        }
        Ok(sources)
    }

    /// Whether all sources have their share and it can be posted.
    pub(crate) fn check_sources(
        &self,
        sources: &Sources,
        creditor: usize,
    ) -> Result<(), RejectReason> {
        let total = sources.iter().map(|(_, share)| share).sum();
        for (row, share) in sources {
            check_funds(self, *row, *share)?;
            self.accounts.check_range(*row, creditor, total)?;
        }
        Ok(())
    }

    /// Pays a part of a loan out of checked sources.
    pub(crate) fn pay_out(
        &mut self,
        asset: AssetId,
        sources: &Sources,
        creditor: usize,
    ) -> Result<(), RejectReason> {
        for (row, share) in sources {
            self.transfer(asset, *row, creditor, *share)?;
        }
        Ok(())
    }

    /// Hands a payment that has reached the agent's account on to the lenders, and does nothing for a loan of one lender.
    pub(crate) fn hand_on(&mut self, loan: u64, parts: &[Part]) {
        let Some((id, syndicate)) = self.syndicate_of(loan) else {
            return;
        };
        let Some(row) = self.products.loans.get(loan) else {
            return;
        };
        let (asset, agent) = (row.asset, row.lender_account);
        let oldest = oldest_period(&row.position);
        let Some((_, shares)) = syndicate.divide(parts) else {
            return;
        };
        let mut changed = syndicate.clone();
        for member in &mut changed.members {
            let share = shares.get(&member.account).copied().unwrap_or(0);
            if member.account == agent {
                continue;
            }
            let due = share.saturating_add(member.withheld);
            member.withheld = if self.pay_member(asset, agent, member.account, due) {
                0
            } else if self.pay_member(asset, agent, member.account, share) {
                member.withheld
            } else {
                due
            };
        }
        changed.forget(oldest);
        self.products.syndicates.update(id, |it| *it = changed);
    }

    /// Pays a member out of the agent's account; answers whether it could be.
    fn pay_member(
        &mut self,
        asset: AssetId,
        agent: AccountId,
        member: AccountId,
        amount: u128,
    ) -> bool {
        let debtor = place(agent);
        let payable = check_creditor(self, member, asset, amount).and_then(|creditor| {
            check_funds(self, debtor, amount)?;
            self.transfer(asset, debtor, creditor, amount)
        });
        payable.is_ok()
    }
}

#[cfg(test)]
mod tests;
