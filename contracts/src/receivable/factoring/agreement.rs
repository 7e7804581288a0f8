//! A factoring agreement: on which terms a factor advances money to one seller, and how much of it is in use.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, json};

use crate::{ledger::Ledger, objects::Object, reject::RejectReason, tables::Table};

/// One agreement, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factoring {
    /// Who advances.
    pub factor: ParticipantId,
    /// What the factor pays from, and is paid to.
    pub account: AccountId,
    /// Who may sell under it.
    pub seller: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// The part of a claim that is advanced, in parts per million.
    pub advance_ppm: u32,
    /// Discount on the advance a year, parts of 10^12.
    #[serde(with = "json::rate")]
    pub rate: u64,
    /// Days of a year, 360 or 365.
    pub basis: u16,
    /// Fee on the claim, in parts per million.
    pub fee_ppm: u32,
    /// Fewest days to maturity.
    pub days_min: u32,
    /// Most days to maturity.
    pub days_max: u32,
    /// Whether the seller answers for the debtors.
    pub recourse: bool,
    /// Whether the debtors pay the factor; otherwise they pay the seller, whose account hands it on.
    pub disclosed: bool,
    /// Most that may be in use at once.
    pub limit: Amount,
    /// Advanced and not collected yet, and what sellers owe for dilution.
    pub in_use: Amount,
    /// From when nothing more is sold under it.
    pub expires: BlockTime,
}

impl Object for Factoring {
    const TABLE: Table = Table::Factorings;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = ();

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.factor).is_some()
            && ledger.participant(self.seller).is_some()
            && ledger.asset(self.asset).is_some()
            && self.in_use <= self.limit
    }
}

impl Ledger {
    pub(crate) fn factoring(&self, id: u64) -> Result<&Factoring, RejectReason> {
        let factorings = &self.products.factorings;
        factorings.get(id).ok_or(RejectReason::FactoringUnknown)
    }
}
