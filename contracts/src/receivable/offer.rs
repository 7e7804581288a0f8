//! A bank's standing offer to finance receivables of one debtor: rate and fee for a band of tenors, up to an amount.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, json};

use crate::{ledger::Ledger, objects::Object, tables::Table};

/// One offer, as stored, committed to and read. Competing banks make several; the holder takes the one it likes.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinancingOffer {
    /// Who offers.
    pub financier: ParticipantId,
    /// What it pays from, and is paid to at maturity.
    pub account: AccountId,
    /// Whose promises it finances.
    pub debtor: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// Rate per year, parts of 10^12.
    #[serde(with = "json::rate")]
    pub rate: u64,
    /// Days of a year, 360 or 365.
    pub basis: u16,
    /// Fee of each financing.
    pub fee: Amount,
    /// Fewest days to maturity.
    pub days_min: u32,
    /// Most days to maturity.
    pub days_max: u32,
    /// Whether the seller answers for the debtor.
    pub recourse: bool,
    /// Face that may still be financed under it; 0 when it is used up or withdrawn.
    pub remaining: Amount,
    /// From when it cannot be taken any more.
    pub expires: BlockTime,
}

impl Object for FinancingOffer {
    const TABLE: Table = Table::FinancingOffers;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = ();

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.financier).is_some() && ledger.participant(self.debtor).is_some()
    }
}
