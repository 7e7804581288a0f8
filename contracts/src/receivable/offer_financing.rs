//! `OfferFinancing`: a bank says at which rate and fee it finances receivables of one debtor.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, json};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::{RATE_PER_YEAR_MAX, offer::FinancingOffer, rules::TERM_DAYS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Makes an offer; the sender is the financier.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferFinancing {
    /// What the bank pays from, and is paid to at maturity.
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
    /// Face that is financed in all.
    pub limit: Amount,
    /// From when it cannot be taken any more.
    pub expires: BlockTime,
}

impl Verb for OfferFinancing {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.limit.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        let tenor = self.days_min <= self.days_max && self.days_max <= TERM_DAYS_MAX;
        if self.rate > RATE_PER_YEAR_MAX || !matches!(self.basis, 360 | 365) || !tenor {
            return Err(RejectReason::OfferTerms);
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
        if ledger.role(self.debtor) != Some(Role::CoreEnterprise) {
            return Err(RejectReason::DebtorNotCore);
        }
        ledger.check_own_debit(self.account, self.asset, call.sender())?;
        ledger.products.financing_offers.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.financing_offers.add(FinancingOffer {
            financier: call.sender(),
            account: self.account,
            debtor: self.debtor,
            asset: self.asset,
            rate: self.rate,
            basis: self.basis,
            fee: self.fee,
            days_min: self.days_min,
            days_max: self.days_max,
            recourse: self.recourse,
            remaining: self.limit,
            expires: self.expires,
        });
        Ok(Outcome::Recorded {
            table: Table::FinancingOffers,
            id,
        })
    }
}
