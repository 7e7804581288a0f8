//! A portfolio: what was sold to a factor at once, and what has become of it.
//!
//! At any time `face = claims that are live in it + collected + withheld + returned + diluted + bought_back`, to the minor unit.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use crate::{ledger::Ledger, objects::Object, reject::RejectReason, tables::Table};

/// The mark on a portion that was sold to a factor.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Factored {
    /// The portfolio.
    pub portfolio: u64,
    /// The seller's part of the claim, paid when the factor's part is whole.
    pub holdback: Amount,
}

/// One portfolio, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// The agreement it was sold under.
    pub factoring: u64,
    /// Where the seller is paid.
    pub account: AccountId,
    /// The portions, as the seller listed them.
    pub portions: Vec<u64>,
    /// Portions that are still the factor's claims.
    pub open: u32,
    /// What was claimed of all when they were sold.
    pub face: Amount,
    /// The factor's part of it.
    pub advanced: Amount,
    /// Kept of the advance for the time.
    pub discount: Amount,
    /// Kept of the advance for the service.
    pub fee: Amount,
    /// What debtors paid on the factor's part.
    pub collected: Amount,
    /// What was kept of the holdback for what the seller owes.
    pub withheld: Amount,
    /// Holdback that came back to the seller.
    pub returned: Amount,
    /// What disputes took off.
    pub diluted: Amount,
    /// What was claimed of portions that the seller took back by recourse.
    pub bought_back: Amount,
    /// What the seller owes the factor now, for dilution beyond the holdback.
    pub owed: Amount,
}

impl Object for Portfolio {
    const TABLE: Table = Table::Portfolios;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = ();

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let portions = &ledger.products.portions;
        ledger.products.factorings.get(self.factoring).is_some()
            && self.portions.iter().all(|id| portions.get(*id).is_some())
            && self.advanced <= self.face
    }
}

impl Ledger {
    pub(crate) fn portfolio(&self, id: u64) -> Result<&Portfolio, RejectReason> {
        let portfolios = &self.products.portfolios;
        portfolios.get(id).ok_or(RejectReason::PortfolioUnknown)
    }
}
