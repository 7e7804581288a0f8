//! `RedeemCash`: the holder of cash gives it back to the issuer, who pays it out of the reserve kept outside of the ledger.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, identifiers::Uetr};

use crate::{
    account::store::place,
    calendar::Service,
    ledger::Ledger,
    payment::check_new_debit,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Takes cash off the ledger: the account is debited, the issuance account credited, the supply falls.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemCash {
    /// Reference of the payout outside of the ledger; used once on the whole ledger.
    pub uetr: Uetr,
    /// Who gives it back.
    pub account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
}

impl RedeemCash {
    fn debtor(&self, ledger: &Ledger, call: &Call) -> Result<usize, RejectReason> {
        ledger.check_service(self.asset, Service::Redemption, &call.moment)?;
        let amount = self.amount.minor();
        check_new_debit(ledger, call.sender(), self.account, self.asset, amount)
    }
}

impl Verb for RedeemCash {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.debtor(ledger, call).map(|_debtor| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let debtor = self.debtor(ledger, call)?;
        let issuance = ledger
            .asset(self.asset)
            .map(|asset| place(asset.issuance_account))
            .ok_or(RejectReason::AssetUnknown)?;
        let headroom = ledger
            .accounts
            .posting(debtor)
            .map_or(0, |it| it.headroom());
        if self.amount.signed() > headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.transfer(self.asset, debtor, issuance, self.amount.minor())?;
        Ok(Outcome::Settled)
    }
}
