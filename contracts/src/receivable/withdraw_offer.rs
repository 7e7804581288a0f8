//! `WithdrawOffer`: the bank takes its offer back; what was financed under it stays.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Withdraws an offer; the sender is the financier.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawOffer {
    /// The offer.
    pub offer: u64,
}

impl Verb for WithdrawOffer {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let offer = ledger.products.financing_offers.get(self.offer);
        let offer = offer.ok_or(RejectReason::OfferUnknown)?;
        if offer.financier != call.sender() {
            return Err(RejectReason::NotFinancier);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let offers = &mut ledger.products.financing_offers;
        offers.update(self.offer, |it| it.remaining = Amount::ZERO);
        Ok(Outcome::Recorded {
            table: Table::FinancingOffers,
            id: self.offer,
        })
    }
}
