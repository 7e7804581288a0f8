//! `FinanceReceivable`: the holder takes a bank's offer: money against the portion, both or neither, in one transaction.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use crate::{
    account::store::place,
    ledger::Ledger,
    receipt::Outcome,
    receivable::{Terms, book::less, discount, rules::ENDORSERS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sells a portion to the bank of an offer; the sender is its holder and is paid where the portion was to be paid.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinanceReceivable {
    /// The offer.
    pub offer: u64,
    /// The portion.
    pub portion: u64,
    /// The least price that the holder takes.
    pub price_min: Amount,
}

impl FinanceReceivable {
    /// Everything but the bank's funds, which may still arrive before execution; answers the price of today.
    fn price(&self, ledger: &Ledger, call: &Call) -> Result<Amount, RejectReason> {
        let offer = ledger.products.financing_offers.get(self.offer);
        let offer = offer.ok_or(RejectReason::OfferUnknown)?;
        let (portion, promise) =
            ledger.movable_portion(self.portion, call.sender(), &call.moment)?;
        if offer.financier == call.sender() {
            return Err(RejectReason::TransferToSelf);
        }
        if (offer.debtor, offer.asset) != (promise.debtor, promise.asset) {
            return Err(RejectReason::OfferMismatch);
        }
        if call.moment.time >= offer.expires {
            return Err(RejectReason::OfferExpired);
        }
        let days = promise.due.0.saturating_sub(call.moment.date.0);
        if days < offer.days_min || days > offer.days_max {
            return Err(RejectReason::OfferTenor);
        }
        if portion.claim > offer.remaining {
            return Err(RejectReason::OfferUsedUp);
        }
        if offer.recourse && portion.endorsers.len() >= ENDORSERS_MAX {
            return Err(RejectReason::EndorsersFull);
        }
        crate::payment::check_new_debit(
            ledger,
            offer.financier,
            offer.account,
            offer.asset,
            portion.claim.minor(),
        )?;
        let terms = Terms {
            face: portion.claim,
            rate: offer.rate,
            days,
            basis: offer.basis,
            fee: offer.fee,
        };
        let price = discount(&terms)
            .map_err(|_| RejectReason::DiscountTakesAll)?
            .price;
        if price < self.price_min {
            return Err(RejectReason::PriceBelowMinimum);
        }
        let (payee, holder) = (portion.account, call.sender());
        ledger.check_payee(payee, promise.asset, holder, price.minor())?;
        Ok(price)
    }
}

impl Verb for FinanceReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.price(ledger, call).map(|_price| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let price = self.price(ledger, call)?;
        let (from, offer) = {
            let offer = ledger.products.financing_offers.get(self.offer);
            let offer = offer.ok_or(RejectReason::OfferUnknown)?.clone();
            (offer.account, offer)
        };
        let portion = ledger.held_portion(self.portion, call.sender())?.clone();
        if price.minor() > ledger.payable_now(from) {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.transfer(
            offer.asset,
            place(from),
            place(portion.account),
            price.minor(),
        )?;
        ledger.header.legs += 1;
        ledger.products.portions.update(self.portion, |it| {
            it.holder = offer.financier;
            it.account = from;
            if offer.recourse {
                it.endorsers.push(call.sender());
            }
        });
        let offers = &mut ledger.products.financing_offers;
        offers.update(self.offer, |it| {
            it.remaining = less(it.remaining, portion.claim)
        });
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
