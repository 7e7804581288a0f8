//! `PayBatch`: up to 8,190 credit transfers from one account under one signature.
//!
//! ```text
//!   mode All   every leg settles, or none; the first leg in order that cannot is named
//!   mode Each  legs settle in order, each for itself; those that cannot are listed with their reasons
//! ```
//! A leg is identified by (transaction, index); its UETR is data for indexes, not a key of the ledger. This is the hot path: per leg
//! one random cache line, no allocation, no map (design 7).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BusinessDate, Hash,
    identifiers::Uetr,
    json,
    limits::{LEG_BYTES_MAX, LEGS_PER_BULK_MAX},
};

use crate::{
    calendar::Service,
    fee::leg_fees::LegFees,
    ledger::Ledger,
    liquidity::limits::Spending,
    payment::{check_creditor, check_new_debit, check_value_date},
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Whether the legs stand or fall together.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum BulkMode {
    /// Each leg for itself.
    Each = 0,
    /// All or none.
    All = 1,
}

/// One credit transfer of a bulk payment: fixed size, 60 bytes.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// Who is paid.
    pub creditor: AccountId,
    /// How much.
    pub amount: Amount,
    /// The leg's UETR, or zeros.
    #[serde(with = "crate::json::leg_uetr")]
    pub uetr: [u8; 16],
    /// The debtor's reference; longer ones stand in the annex.
    #[serde(with = "crate::json::leg_reference")]
    pub reference: [u8; 16],
    /// Purpose code, or zeros.
    #[serde(with = "crate::json::leg_purpose")]
    pub purpose: [u8; 4],
}

/// Bytes of an encoded leg.
const LEG_BYTES: usize = 8 + 16 + 16 + 16 + 4;

const _: () = assert!(
    LEG_BYTES <= LEG_BYTES_MAX,
    "a leg fits its share of a transaction"
);
const _: () = assert!(
    LEGS_PER_BULK_MAX <= u16::MAX as usize,
    "the index of a leg fits 16 bits"
);

/// A bulk payment.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayBatch {
    /// Who pays.
    pub debtor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// The business date on which it settles.
    pub value_date: BusinessDate,
    /// Whether the legs stand or fall together.
    pub mode: BulkMode,
    /// Stated number of legs.
    pub count: u32,
    /// Stated sum of the legs, in minor units.
    #[serde(with = "json::text")]
    pub control_sum: u128,
    /// The legs.
    pub legs: Vec<Leg>,
    /// Hash of a confidential payload that is kept off the ledger.
    pub payload_commitment: Option<Hash>,
    /// Hash of the annex with longer references, kept beside the ledger.
    pub annex: Option<Hash>,
}

impl Leg {
    fn is_well_formed(&self) -> bool {
        (self.uetr == [0; 16] || Uetr::from_bytes(self.uetr).is_ok())
            && (self.purpose == [0; 4] || Purpose::new(self.purpose).is_some())
    }
}

impl PayBatch {
    /// A bulk payment whose count and control sum are those of its legs.
    #[must_use]
    pub fn of(
        debtor: AccountId,
        asset: AssetId,
        value_date: BusinessDate,
        mode: BulkMode,
        legs: Vec<Leg>,
    ) -> PayBatch {
        PayBatch {
            debtor,
            asset,
            value_date,
            mode,
            count: u32::try_from(legs.len()).unwrap_or(u32::MAX),
            control_sum: sum(&legs),
            legs,
            payload_commitment: None,
            annex: None,
        }
    }

    /// Everything but the legs; answers the debtor's row.
    fn debtor(&self, ledger: &Ledger, call: &Call) -> Result<usize, RejectReason> {
        check_value_date(self.value_date, call.moment.date)?;
        ledger.check_service(self.asset, Service::BulkPayments, &call.moment)?;
        check_new_debit(
            ledger,
            call.sender(),
            self.debtor,
            self.asset,
            self.control_sum,
        )
    }

    /// The first leg that could not settle if all before it did; nothing is changed.
    fn first_refused(&self, ledger: &Ledger, debtor: usize) -> Option<(u16, RejectReason)> {
        let mut purse = Purse::of(ledger, debtor, self);
        let mut guarded = Guarded::default();
        for (index, leg) in (0_u16..).zip(&self.legs) {
            let checked = self
                .check_leg(ledger, leg, &purse)
                .and_then(|(creditor, fee)| {
                    guarded.check(ledger, self.asset, creditor, leg)?;
                    // Legs to one creditor add up to at most the control sum, so its range is checked for that.
                    ledger
                        .accounts
                        .check_range(debtor, creditor, self.control_sum)
                        .map(|()| fee)
                });
            match checked {
                Ok(fee) => purse.pay(leg, fee),
                Err(reason) => return Some((index, reason)),
            }
        }
        None
    }

    fn apply_each(&self, ledger: &mut Ledger, debtor: usize) -> Outcome {
        let mut purse = Purse::of(ledger, debtor, self);
        let mut refused = Vec::new();
        let mut settled_count: u32 = 0;
        for (index, leg) in (0_u16..).zip(&self.legs) {
            let amount = leg.amount.minor();
            let settled = self
                .check_leg(ledger, leg, &purse)
                .and_then(|(creditor, fee)| {
                    ledger.accounts.credit(creditor, amount)?;
                    Ok((creditor, fee))
                });
            match settled {
                Ok((creditor, fee)) => {
                    purse.pay(leg, fee);
                    settled_count += 1;
                    if !purse.keeps(ledger, creditor, leg)
                        && ledger.accounts.are_counted(debtor, creditor)
                    {
                        ledger.count_transfer(debtor, creditor, amount);
                    }
                }
                Err(reason) => refused.push((index, reason)),
            }
        }
        // The debtor's side is one posting for all legs: its range was checked with every leg, so it cannot fail here.
        let posted = ledger.post_debit(self.asset, debtor, purse.paid);
        assert!(posted.is_ok(), "a checked debit posts: {posted:?}");
        let (limits, fees, paid) = (purse.limits.take(), purse.fees.take(), purse.paid);
        if let Some(limits) = limits {
            limits.write(ledger);
        }
        if let Some(fees) = fees {
            fees.collect(ledger, self.asset, debtor);
        }
        ledger.header.legs += u64::from(settled_count);
        Outcome::BulkSettled {
            settled_count,
            settled_sum: paid,
            refused,
        }
    }

    /// Whether one leg may settle now; answers the creditor's row and the leg's fee.
    #[inline]
    fn check_leg(
        &self,
        ledger: &Ledger,
        leg: &Leg,
        purse: &Purse,
    ) -> Result<(usize, u128), RejectReason> {
        if leg.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        if leg.creditor == self.debtor {
            return Err(RejectReason::SameAccount);
        }
        let creditor = check_creditor(ledger, leg.creditor, self.asset, leg.amount.minor())?;
        let (fee, on_top) = match &purse.fees {
            None => (0, 0),
            Some(fees) => fees.check(ledger, self, creditor, leg)?,
        };
        if leg.amount.signed().saturating_add_unsigned(on_top) > purse.headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        if leg.amount.minor().saturating_add(on_top) > purse.range {
            return Err(RejectReason::BalanceRange);
        }
        if let Some(limits) = &purse.limits {
            limits.check(leg.creditor, leg.amount.signed())?;
        }
        Ok((creditor, fee))
    }
}

impl Verb for PayBatch {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.legs.is_empty() {
            return Err(RejectReason::BulkEmpty);
        }
        if self.legs.len() > LEGS_PER_BULK_MAX {
            return Err(RejectReason::BulkTooLong);
        }
        if u32::try_from(self.legs.len()) != Ok(self.count) {
            return Err(RejectReason::BulkCountMismatch);
        }
        if sum(&self.legs) != self.control_sum {
            return Err(RejectReason::ControlSumMismatch);
        }
        if !self.legs.iter().all(Leg::is_well_formed) {
            return Err(RejectReason::LegMalformed);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.control_sum
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.debtor(ledger, call).map(|_debtor| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let debtor = self.debtor(ledger, call)?;
        Ok(match self.mode {
            BulkMode::Each => self.apply_each(ledger, debtor),
            BulkMode::All => match self.first_refused(ledger, debtor) {
                Some((leg, reason)) => Outcome::BulkRefused { leg, reason },
                None => self.apply_each(ledger, debtor),
            },
        })
    }
}

/// What the few creditors with guards get from the legs so far, so that several legs to one of them count together.
#[derive(Default)]
struct Guarded(BTreeMap<usize, u128>);

impl Guarded {
    fn check(
        &mut self,
        ledger: &Ledger,
        asset: AssetId,
        creditor: usize,
        leg: &Leg,
    ) -> Result<(), RejectReason> {
        let posting = ledger.accounts.posting(creditor);
        if posting.is_none_or(|posting| posting.guards == 0) {
            return Ok(());
        }
        let sum = self.0.entry(creditor).or_default();
        *sum = sum.saturating_add(leg.amount.minor());
        check_creditor(ledger, leg.creditor, asset, *sum).map(|_creditor| ())
    }
}

/// What the debtor has left while its legs settle, kept out of the accounts table until all are through.
struct Purse {
    /// What may be paid before the floor.
    headroom: i128,
    /// What may be debited before the account's total leaves its range.
    range: u128,
    paid: u128,
    /// Limits on what it sends net, for the few accounts that have any.
    limits: Option<Spending>,
    /// What its legs cost, where they cost something.
    fees: Option<LegFees>,
}

impl Purse {
    fn of(ledger: &Ledger, debtor: usize, bulk: &PayBatch) -> Purse {
        let posting = ledger.accounts.posting(debtor);
        Purse {
            headroom: posting.map_or(0, |posting| posting.headroom()),
            range: posting.map_or(0, |posting| posting.debit_range()),
            paid: 0,
            limits: Spending::of(ledger, debtor),
            fees: LegFees::of(ledger, bulk.asset),
        }
    }

    #[inline]
    fn pay(&mut self, leg: &Leg, fee: u128) {
        let amount = leg.amount.minor();
        let on_top = match &mut self.fees {
            None => 0,
            Some(fees) => fees.add(leg, fee),
        };
        self.headroom = self.headroom.saturating_sub_unsigned(amount + on_top);
        self.range = self.range.saturating_sub(amount + on_top);
        self.paid = self.paid.saturating_add(amount);
        if let Some(limits) = &mut self.limits {
            limits.pay(leg.creditor, leg.amount.signed());
        }
    }

    /// Whether a settled leg is kept to be counted in the debtor's limits with all others.
    #[inline]
    fn keeps(&mut self, ledger: &Ledger, creditor: usize, leg: &Leg) -> bool {
        let limits = self.limits.as_mut();
        limits.is_some_and(|it| it.keeps(ledger, creditor, leg.amount.signed()))
    }
}

/// Sum of the legs; 2^32 largest amounts stay far below 2^128.
fn sum(legs: &[Leg]) -> u128 {
    legs.iter()
        .fold(0, |sum: u128, leg| sum.saturating_add(leg.amount.minor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_has_the_stated_size() {
        let leg = Leg {
            creditor: AccountId(1),
            amount: Amount::ZERO,
            uetr: [0; 16],
            reference: [0; 16],
            purpose: [0; 4],
        };
        assert_eq!(sycee_primitives::codec::encode(&leg).len(), LEG_BYTES);
    }
}
