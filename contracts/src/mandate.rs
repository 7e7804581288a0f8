//! Mandates: the payer's side lets a payee collect from an account by itself, within caps, until it is ended.
//!
//! ```text
//!   GrantMandate ──▶ Active ──Collect by the payee, within each_max and the period's rest──▶ money moves at once, or is refused
//!                      │ period k: from first + k × every up to the next, by the business date
//!                      └──EndMandate by either side──▶ Ended            after its last day it gives nothing any more
//! ```
//! The authority is the payer's signature on the mandate and its side of the account at the moment of collection: an account that was frozen, closed or
//! whose owner is not active gives nothing. Spec: ledger 3.7 (MD01), 3.3.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BusinessDate, json};

use crate::{
    account::store::place, ledger::Ledger, objects::Object, standing_order::Every, tables::Table,
    text::EndToEndId, verb::Origin,
};

pub(crate) mod collect;
pub(crate) mod end_mandate;
pub(crate) mod grant_mandate;

/// How a mandate stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum MandateState {
    /// The payee may collect.
    Active = 0,
    /// Ended by a side.
    Ended = 1,
}

/// A mandate, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Whose instruction it is.
    pub origin: Origin,
    /// Who pays.
    pub debtor: AccountId,
    /// Who may collect.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// The payer's reference for it.
    pub reference: EndToEndId,
    /// The most that one collection takes.
    pub each_max: Amount,
    /// The most that collections of one period take together.
    pub period_max: Amount,
    /// Length of a period.
    pub every: Every,
    /// First day of period 0.
    pub first: BusinessDate,
    /// Last day on which it gives something.
    pub last: Option<BusinessDate>,
    /// The period of the last collection.
    pub period: u32,
    /// Collected in that period, in minor units.
    #[serde(with = "json::text")]
    pub used: u128,
    /// Collections so far.
    pub collections: u32,
    /// Their sum, in minor units.
    #[serde(with = "json::text")]
    pub collected: u128,
    /// How it stands.
    pub state: MandateState,
}

impl Object for Mandate {
    const TABLE: Table = Table::Mandates;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = ();

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.debtor)
            && known(self.creditor)
            && ledger.participant(self.origin.sender).is_some()
            && self.every.is_valid()
    }
}

impl Mandate {
    /// The period that a day lies in; `None` outside of the mandate's days.
    #[must_use]
    pub fn period_of(&self, day: BusinessDate) -> Option<u32> {
        if day < self.first || self.last.is_some_and(|last| day > last) {
            return None;
        }
        let period = self.every.period();
        let begins = |k: u32| period.after(self.first, k.into());
        // An estimate that is never too high, then forward: months have at most 31 days.
        let days = u32::from(match self.every {
            Every::Days(count) => count,
            Every::Months(count) => count.saturating_mul(31),
        });
        let mut k = (day.0 - self.first.0) / days.max(1);
        while begins(k.saturating_add(1)).is_some_and(|next| next <= day) {
            k = k.saturating_add(1);
        }
        Some(k)
    }

    /// What the period of a day still gives, in minor units; `None` outside of the mandate's days.
    #[must_use]
    pub fn rest(&self, day: BusinessDate) -> Option<u128> {
        let used = match self.period_of(day)? == self.period {
            true => self.used,
            false => 0,
        };
        Some(self.period_max.minor().saturating_sub(used))
    }
}
