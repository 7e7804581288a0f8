//! `PostHold`: pays a hold, in whole or in part; what is not paid is free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, identifiers::Uetr};

use crate::{
    account::store::place,
    hold::HoldState,
    ledger::Ledger,
    payment::{check_creditor, check_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays a hold.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostHold {
    /// The hold.
    pub hold: Uetr,
    /// How much of it; `None` for all.
    pub amount: Option<Amount>,
}

impl Verb for PostHold {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_some_and(|amount| amount.is_zero()) {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (_, hold) = ledger.open_hold(&self.hold)?;
        let sides = [hold.debtor, hold.creditor];
        if !sides
            .iter()
            .any(|side| ledger.acts_for(call.sender(), *side))
        {
            return Err(RejectReason::HoldForbidden);
        }
        if self.amount.is_some_and(|amount| amount > hold.amount) {
            return Err(RejectReason::HoldExceeded);
        }
        check_debit(ledger, hold.debtor, hold.asset)?;
        // What the hold promised already counts against a ceiling.
        check_creditor(ledger, hold.creditor, hold.asset, 0)?;
        let (debtor, creditor) = (place(hold.debtor), place(hold.creditor));
        ledger
            .accounts
            .check_range(debtor, creditor, hold.amount.minor())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let (id, hold) = ledger.open_hold(&self.hold)?;
        let hold = hold.clone();
        let amount = self.amount.unwrap_or(hold.amount);
        ledger.release_hold(id, HoldState::Posted(amount));
        let (debtor, creditor) = (place(hold.debtor), place(hold.creditor));
        let posted = ledger.transfer(hold.asset, debtor, creditor, amount.minor());
        assert!(posted.is_ok(), "a checked hold posts: {posted:?}");
        ledger.header.legs += 1;
        Ok(Outcome::Settled)
    }
}
