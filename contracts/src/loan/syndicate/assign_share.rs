//! `AssignShare`: a lender offers a part of its share to a bank at a price.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, limits::EXPIRY_AHEAD_MS_MAX};

use super::{SHARE_OFFERS_MAX, ShareOffer, Syndicate};
use crate::{
    ledger::Ledger,
    loan::LoanStatus,
    objects::Object,
    participant::Role,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// An offer stays open for 30 days at most.
const OFFER_MS_MAX: u64 = 30 * EXPIRY_AHEAD_MS_MAX;

/// Offers a share; the sender is the member whose account it is. A price of zero gives it away.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignShare {
    /// The loan's row.
    pub loan: u64,
    /// The member's account.
    pub seller: AccountId,
    /// The buyer's account.
    pub buyer: AccountId,
    /// How much of the whole, in parts per billion.
    pub ppb: u32,
    /// For what.
    pub price: Amount,
    /// Until when it may be taken (block time), at most 30 days ahead.
    pub until: BlockTime,
}

impl AssignShare {
    fn syndicate(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let found = ledger.syndicate_of(self.loan);
        let (id, syndicate) = found.ok_or(RejectReason::SyndicateUnknown)?;
        let member = syndicate.member(self.seller);
        let member = member.filter(|member| member.participant == call.sender());
        let member = member.ok_or(RejectReason::MemberOnly)?;
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if !matches!(loan.status, LoanStatus::Active | LoanStatus::WrittenOff) {
            return Err(RejectReason::LoanNotOpen);
        }
        if self.ppb > member.ppb {
            return Err(RejectReason::ShareTooLarge);
        }
        let row = check_creditor(ledger, self.buyer, loan.asset, 0)?;
        let owner = ledger.accounts.posting(row).map(|posting| posting.owner);
        if owner.and_then(|owner| ledger.role(owner)) != Some(Role::Bank) {
            return Err(RejectReason::LenderForbidden);
        }
        if owner == Some(loan.borrower) {
            return Err(RejectReason::BorrowerIsLender);
        }
        let now = call.moment.time.0;
        if self.until.0 <= now || self.until.0 > now.saturating_add(OFFER_MS_MAX) {
            return Err(RejectReason::OfferWindow);
        }
        let open = syndicate.offers.iter().filter(|it| now < it.until.0);
        if open.count() >= SHARE_OFFERS_MAX {
            return Err(RejectReason::SharesFull);
        }
        Ok(id)
    }
}

impl Verb for AssignShare {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.seller == self.buyer {
            return Err(RejectReason::SameAccount);
        }
        if self.ppb == 0 {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    /// Giving a share away is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.syndicate(ledger, call).map(|_id| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = self.syndicate(ledger, call)?;
        ledger.products.syndicates.update(id, |syndicate| {
            syndicate.offers.retain(|it| call.moment.time < it.until);
            syndicate.offers.push(ShareOffer {
                seller: self.seller,
                buyer: self.buyer,
                ppb: self.ppb,
                price: self.price,
                until: self.until,
            });
        });
        Ok(Outcome::Recorded {
            table: Syndicate::TABLE,
            id,
        })
    }
}
