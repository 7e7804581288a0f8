//! `TakeShare`: a bank takes a share that is offered to it, and pays for it in the same block.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::{MEMBERS_MAX, Syndicate, TRADES_MAX, Trade, oldest_period};
use crate::{
    ledger::Ledger,
    loan::{LoanStatus, accelerate_loan::check_funds},
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Takes a share; the sender owns the buyer's account. It repeats what was offered, so that both have signed the same.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeShare {
    /// The loan's row.
    pub loan: u64,
    /// The seller's account.
    pub seller: AccountId,
    /// The buyer's account.
    pub buyer: AccountId,
    /// How much of the whole, in parts per billion.
    pub ppb: u32,
    /// For what.
    pub price: Amount,
}

/// The syndicate after the trade, and the accounts that pay and are paid.
struct Taken {
    id: u64,
    syndicate: Syndicate,
    debtor: usize,
    creditor: usize,
}

impl TakeShare {
    fn taken(&self, ledger: &Ledger, call: &Call) -> Result<Taken, RejectReason> {
        let found = ledger.syndicate_of(self.loan);
        let (id, syndicate) = found.ok_or(RejectReason::SyndicateUnknown)?;
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if !matches!(loan.status, LoanStatus::Active | LoanStatus::WrittenOff) {
            return Err(RejectReason::LoanNotOpen);
        }
        let is_meant = |it: &super::ShareOffer| {
            let same = (it.seller, it.buyer, it.ppb, it.price);
            same == (self.seller, self.buyer, self.ppb, self.price) && call.moment.time < it.until
        };
        let offer = syndicate.offers.iter().position(is_meant);
        let offer = offer.ok_or(RejectReason::ShareOfferUnknown)?;
        let held = syndicate.member(self.seller).map_or(0, |it| it.ppb);
        if self.ppb > held {
            return Err(RejectReason::ShareTooLarge);
        }
        let (asset, price) = (loan.asset, self.price.minor());
        let debtor = check_new_debit(ledger, call.sender(), self.buyer, asset, price)?;
        let owner = ledger.accounts.posting(debtor).map(|posting| posting.owner);
        if owner != Some(call.sender()) {
            return Err(RejectReason::MemberOnly);
        }
        let creditor = check_creditor(ledger, self.seller, asset, price)?;
        let mut after = syndicate.clone();
        after.offers.remove(offer);
        let days = ledger.loan_days(loan.terms.calendar);
        let position = loan.position_on(&days, call.moment.date);
        after.forget(oldest_period(&position));
        let is_new = after.member(self.buyer).is_none();
        if after.trades.len() >= TRADES_MAX || (is_new && after.members.len() >= MEMBERS_MAX) {
            return Err(RejectReason::SharesFull);
        }
        let trade = Trade {
            day: call.moment.date,
            seller: self.seller,
            buyer: self.buyer,
            ppb: self.ppb,
        };
        after.trade(trade, call.sender());
        Ok(Taken {
            id,
            syndicate: after,
            debtor,
            creditor,
        })
    }
}

impl Verb for TakeShare {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.seller == self.buyer {
            return Err(RejectReason::SameAccount);
        }
        if self.ppb == 0 {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.price.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.taken(ledger, call).map(|_taken| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let taken = self.taken(ledger, call)?;
        let loan = ledger.products.loans.get(self.loan);
        let asset = loan.ok_or(RejectReason::LoanUnknown)?.asset;
        let price = self.price.minor();
        check_funds(ledger, taken.debtor, price)?;
        ledger.transfer(asset, taken.debtor, taken.creditor, price)?;
        let after = taken.syndicate;
        ledger
            .products
            .syndicates
            .update(taken.id, |it| *it = after);
        Ok(Outcome::Recorded {
            table: Syndicate::TABLE,
            id: taken.id,
        })
    }
}
