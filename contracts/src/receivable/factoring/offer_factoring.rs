//! `OfferFactoring`: a bank says on which terms it advances money against portfolios of one seller.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, json};

use super::{advance::WHOLE_PPM, agreement::Factoring};
use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::{RATE_PER_YEAR_MAX, issue::may_claim, rules::TERM_DAYS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Offers a factoring agreement; the sender is the factor. The seller's first sale under it is its consent.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferFactoring {
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
    /// From when nothing more is sold under it.
    pub expires: BlockTime,
}

impl Verb for OfferFactoring {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.limit.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        let parts = self.advance_ppm > 0 && self.advance_ppm <= WHOLE_PPM;
        let tenor = self.days_min <= self.days_max && self.days_max <= TERM_DAYS_MAX;
        let year = self.rate <= RATE_PER_YEAR_MAX && matches!(self.basis, 360 | 365);
        if !parts || self.fee_ppm > WHOLE_PPM || !year || !tenor {
            return Err(RejectReason::FactoringTerms);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.limit.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Bank | Role::IndirectBank)) {
            return Err(RejectReason::ReceivableRoleForbidden);
        }
        if !ledger.role(self.seller).is_some_and(may_claim) {
            return Err(RejectReason::SellerForbidden);
        }
        ledger.check_own_debit(self.account, self.asset, call.sender())?;
        ledger.products.factorings.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.factorings.add(Factoring {
            factor: call.sender(),
            account: self.account,
            seller: self.seller,
            asset: self.asset,
            advance_ppm: self.advance_ppm,
            rate: self.rate,
            basis: self.basis,
            fee_ppm: self.fee_ppm,
            days_min: self.days_min,
            days_max: self.days_max,
            recourse: self.recourse,
            disclosed: self.disclosed,
            limit: self.limit,
            in_use: Amount::ZERO,
            expires: self.expires,
        });
        Ok(Outcome::Recorded {
            table: Table::Factorings,
            id,
        })
    }
}
