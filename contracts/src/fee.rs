//! Fees as rules: what a payment costs, who pays it and to which account, charged in the instruction that settles it and told in its receipt.
//!
//! ```text
//!   SetFeeRule ──▶ row (asset, service): payer, tiers, bounds, collector
//!   payment of 1,200 ──▶ tier whose `from` is the highest not above it ──▶ flat + rate × amount, half-even once, within least and most
//!        debtor pays it on top: without funds for both nothing moves         creditor pays it out of what it gets: at most all of it
//! ```
//! The same function of rule and amount on every node and at any time, so a payer can compute it beforehand. A leg of a bulk payment costs what its rule says of
//! it; the receipt tells the sum. Nobody pays a fee to itself. What settles without its own liquidity (by offset or in a netting cycle), exchanges, holds
//! and products cost none. A fee counts in no limit. Without a rule nothing is looked up. Spec: ledger 3.1 (rounding), requirements (fees).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, ParticipantId, json};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    objects::Object,
    payment::check_creditor,
    reject::RejectReason,
    tables::Table,
    term::rounding::{Rounding, round_ratio},
};

pub(crate) mod leg_fees;
pub(crate) mod set_fee_rule;

/// Tiers of one rule.
const FEE_TIERS_MAX: usize = 16;

/// The highest flat fee and bound, in minor units.
const FEE_MAX: u128 = 1_000_000_000_000_000_000;

/// What rates are parts of.
const RATE_ONE: u64 = 1_000_000_000_000;

/// What costs a fee.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum FeeService {
    /// Single payments, returns, answers that pay, payments of standing orders.
    Payments = 0,
    /// Each leg of a bulk payment.
    BulkLegs = 1,
}

/// Who pays a fee.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum FeePayer {
    /// Who pays, on top.
    Debtor = 0,
    /// Who is paid, out of it.
    Creditor = 1,
}

/// What a payment from some amount on costs.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct FeeTier {
    /// The lowest amount of the tier, in minor units.
    #[serde(with = "json::text")]
    pub from: u128,
    /// A fixed part, in minor units.
    #[serde(with = "json::text")]
    pub flat: u128,
    /// A part of the amount, per 10^12.
    #[serde(with = "json::rate")]
    pub rate: u64,
}

/// A fee rule, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeRule {
    /// Of which asset.
    pub asset: AssetId,
    /// For what.
    pub service: FeeService,
    /// Who pays it.
    pub payer: FeePayer,
    /// What it costs, ascending by amount; empty when the rule is lifted.
    pub tiers: Vec<FeeTier>,
    /// No fee is lower, in minor units.
    #[serde(with = "json::text")]
    pub least: u128,
    /// No fee is higher, in minor units; `None` for no bound.
    #[serde(default, with = "json::optional_text")]
    pub most: Option<u128>,
    /// The account that gets it.
    pub collector: AccountId,
    /// Who set it last.
    pub by: ParticipantId,
}

/// A fee that was charged, as a receipt tells it.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Who paid it.
    pub payer: FeePayer,
    /// The account that got it.
    pub collector: AccountId,
    /// How much, in minor units.
    #[serde(with = "json::text")]
    pub amount: u128,
}

impl Object for FeeRule {
    const TABLE: Table = Table::FeeRules;
    const ROWS_MAX: u64 = 1 << 12;
    type Index = BTreeMap<(AssetId, FeeService), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.asset, self.service), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.accounts.posting(place(self.collector)).is_some()
            && ledger.participant(self.by).is_some()
            && check_schedule(&self.tiers, self.least, self.most).is_ok()
    }
}

/// Whether tiers begin at 0 and ascend, and nothing is out of range; none lift a rule.
fn check_schedule(tiers: &[FeeTier], least: u128, most: Option<u128>) -> Result<(), RejectReason> {
    let begins = tiers.first().is_none_or(|it| it.from == 0);
    let ascends = tiers.is_sorted_by(|left, right| left.from < right.from);
    let fits = |it: &FeeTier| it.flat <= FEE_MAX && it.rate <= RATE_ONE;
    let bounds = least <= FEE_MAX && most.is_none_or(|most| least <= most && most <= FEE_MAX);
    let is_good =
        begins && ascends && bounds && tiers.len() <= FEE_TIERS_MAX && tiers.iter().all(fits);
    is_good.then_some(()).ok_or(RejectReason::FeeSchedule)
}

impl FeeRule {
    /// What a payment of so much costs, in minor units.
    #[must_use]
    pub fn fee(&self, amount: u128) -> u128 {
        let tier = self.tiers.iter().rev().find(|it| it.from <= amount);
        let Some(tier) = tier else {
            return 0;
        };
        let (rate, one) = (u128::from(tier.rate), u128::from(RATE_ONE));
        let part = round_ratio(Rounding::HalfEven, &[amount, rate], &[one]);
        let fee = tier.flat.saturating_add(part.unwrap_or(u128::MAX));
        let fee = fee.max(self.least).min(self.most.unwrap_or(u128::MAX));
        match self.payer {
            FeePayer::Debtor => fee,
            FeePayer::Creditor => fee.min(amount),
        }
    }

    /// What a payment between two accounts costs: nothing where who pays the fee also gets it.
    pub(crate) fn fee_between(&self, debtor: AccountId, creditor: AccountId, amount: u128) -> u128 {
        match self.payer_of(debtor, creditor) == self.collector {
            true => 0,
            false => self.fee(amount),
        }
    }

    fn payer_of(&self, debtor: AccountId, creditor: AccountId) -> AccountId {
        match self.payer {
            FeePayer::Debtor => debtor,
            FeePayer::Creditor => creditor,
        }
    }

    pub(crate) fn told(&self, amount: u128) -> Option<Fee> {
        (amount > 0).then_some(Fee {
            payer: self.payer,
            collector: self.collector,
            amount,
        })
    }
}

/// A fee that is about to be charged.
pub(crate) struct Charge {
    asset: AssetId,
    payer: usize,
    collector: usize,
    fee: Fee,
}

impl Charge {
    /// What the debtor pays of it.
    pub(crate) fn of_debtor(&self) -> u128 {
        match self.fee.payer {
            FeePayer::Debtor => self.fee.amount,
            FeePayer::Creditor => 0,
        }
    }
}

impl Ledger {
    /// The rule in force for a service.
    pub(crate) fn fee_rule(&self, asset: AssetId, service: FeeService) -> Option<&FeeRule> {
        let rules = &self.products.fee_rules;
        if rules.len() == 0 {
            return None;
        }
        let rule = rules.get(*rules.index().get(&(asset, service))?)?;
        (!rule.tiers.is_empty()).then_some(rule)
    }

    /// Whether an account collects fees now.
    pub(crate) fn is_collector(&self, account: AccountId) -> bool {
        let mut rules = self.products.fee_rules.iter();
        rules.any(|(_, it)| it.collector == account && !it.tiers.is_empty())
    }

    /// Whether the account that collects can be credited with so much.
    pub(crate) fn check_collector(
        &self,
        rule: &FeeRule,
        amount: u128,
    ) -> Result<usize, RejectReason> {
        check_creditor(self, rule.collector, rule.asset, amount)
            .map_err(|_reason| RejectReason::FeeNotCollectable)
    }

    /// What a single payment costs, when it costs something; that both can be posted besides the payment was checked.
    pub(crate) fn charge_for(
        &self,
        asset: AssetId,
        debtor: AccountId,
        creditor: AccountId,
        amount: u128,
    ) -> Result<Option<Charge>, RejectReason> {
        let Some(rule) = self.fee_rule(asset, FeeService::Payments) else {
            return Ok(None);
        };
        let fee = rule.fee_between(debtor, creditor, amount);
        let Some(told) = rule.told(fee) else {
            return Ok(None);
        };
        let payer = place(rule.payer_of(debtor, creditor));
        let collector = self.check_collector(rule, fee)?;
        if rule.payer == FeePayer::Creditor {
            self.check_fee_creditor(payer)?;
        }
        // Either side may also be a side of the payment itself.
        self.accounts
            .check_range(payer, collector, amount.saturating_add(fee))?;
        Ok(Some(Charge {
            asset,
            payer,
            collector,
            fee: told,
        }))
    }

    /// Moves a checked fee and remembers it for the receipt.
    pub(crate) fn collect(&mut self, charge: &Charge) {
        self.move_fee(
            charge.asset,
            charge.payer,
            charge.collector,
            charge.fee.amount,
        );
        self.fee = Some(charge.fee);
    }

    /// Moves a fee whose range was checked; it counts in no limit.
    pub(crate) fn move_fee(&mut self, asset: AssetId, payer: usize, collector: usize, fee: u128) {
        if fee == 0 {
            return;
        }
        let moved = self.accounts.credit(collector, fee);
        let moved = moved.and_then(|()| self.post_debit(asset, payer, fee));
        assert!(moved.is_ok(), "a checked fee posts: {moved:?}");
    }

    /// Whether an account may pay a fee out of what it gets: one that stands below its floor may not, since it takes no debits.
    pub(crate) fn check_fee_creditor(&self, creditor: usize) -> Result<(), RejectReason> {
        let posting = self.accounts.posting(creditor);
        let is_fit = posting.is_some_and(|it| it.headroom() >= 0);
        is_fit.then_some(()).ok_or(RejectReason::FeeNotCollectable)
    }

    /// Whether an account can collect fees of an asset.
    fn check_fee_account(&self, account: AccountId, asset: AssetId) -> Result<(), RejectReason> {
        let posting = self.accounts.posting(place(account));
        let posting = posting.ok_or(RejectReason::AccountUnknown)?;
        let is_fit = posting.asset == asset
            && posting.status == AccountStatus::Open
            && matches!(posting.kind, AccountKind::Settlement | AccountKind::Current);
        is_fit.then_some(()).ok_or(RejectReason::FeeAccount)
    }
}
