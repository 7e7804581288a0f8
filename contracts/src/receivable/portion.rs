//! A portion of a promise: who is paid how much of it, and what lies on that claim.
//!
//! ```text
//!   promise 7, 1,000.00
//!     portion 0   1,000.00 c1   split ─┬─ portion 1   600.00 c2   live
//!                                      └─ portion 2   400.00 c1   split ─┬─ portion 3   ...
//! ```
//! A live portion is in at most one use: free, pledged or factored (I15). Splitting retires it; its parts are one tier deeper.

use std::collections::BTreeSet;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, ParticipantId};

use super::{factoring::Factored, rules::ENDORSERS_MAX};
use crate::{ledger::Ledger, objects::Object, tables::Table};

/// What became of a portion.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum PortionState {
    /// A claim.
    Live = 1,
    /// Retired by its parts.
    Split = 2,
    /// Paid.
    Paid = 3,
    /// Given up.
    Cancelled = 4,
}

impl PortionState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PortionState::Live => "live",
            PortionState::Split => "split",
            PortionState::Paid => "paid",
            PortionState::Cancelled => "cancelled",
        }
    }
}

/// A pledge: the pledgee is paid first, up to what is secured.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    /// To whom.
    pub pledgee: ParticipantId,
    /// Where the pledgee is paid.
    pub account: AccountId,
    /// How much is secured and not paid yet.
    pub secured: Amount,
    /// The collateral it is an item of; the holder is then paid, and the proceeds stay pledged there.
    pub collateral: Option<u64>,
}

/// One portion, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portion {
    /// The promise it is a portion of.
    pub promise: u64,
    /// The portion it was split from.
    pub parent: Option<u64>,
    /// Splits above it.
    pub depth: u8,
    /// Who is paid.
    pub holder: ParticipantId,
    /// Where.
    pub account: AccountId,
    /// How much it was when it was made.
    pub amount: Amount,
    /// How much is still claimed; 0 when it is not live.
    pub claim: Amount,
    /// What became of it.
    pub state: PortionState,
    /// The pledge on it.
    pub pledge: Option<Pledge>,
    /// The portfolio in which it was sold to a factor.
    pub factored: Option<Factored>,
    /// Endorsers who answer for it, the last one first asked.
    pub endorsers: Vec<ParticipantId>,
}

impl Portion {
    /// Whether it is a claim.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state == PortionState::Live
    }
}

/// The portions of every promise, and those of them that are alive.
#[derive(Clone, Debug, Default)]
pub(crate) struct PortionIndex {
    pub(crate) live: BTreeSet<(u64, u64)>,
    pub(crate) all: BTreeSet<(u64, u64)>,
}

impl Object for Portion {
    const TABLE: Table = Table::Portions;
    const ROWS_MAX: u64 = 1 << 24;
    type Index = PortionIndex;

    fn enter(&self, id: u64, index: &mut PortionIndex) {
        index.all.insert((self.promise, id));
        if self.is_live() {
            index.live.insert((self.promise, id));
        }
    }

    fn leave(&self, id: u64, index: &mut PortionIndex) {
        index.live.remove(&(self.promise, id));
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.promises.get(self.promise).is_some()
            && ledger.participant(self.holder).is_some()
            && self.endorsers.len() <= ENDORSERS_MAX
            && self.is_live() != self.claim.is_zero()
            && (self.pledge.is_none() || self.factored.is_none())
            && self.factored.is_none_or(|it| {
                let portfolio = ledger.products.portfolios.get(it.portfolio);
                portfolio.is_some() && it.holdback <= self.claim
            })
    }
}
