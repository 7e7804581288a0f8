//! `SubstituteCollateral`: the borrower puts things in the place of others in one step, without a moment of too little cover.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{
    Collateral, ITEMS_MAX, Pledged,
    encumber::check_things,
    release_collateral::{check_items, check_numbers, check_rest},
};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Substitutes items; the sender is the borrower, and what is pledged afterwards covers everything below the call level.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubstituteCollateral {
    /// The collateral's row.
    pub collateral: u64,
    /// Numbers of the items that become free, ascending.
    pub items: Vec<u16>,
    /// What takes their place, 1 to 16 things.
    pub things: Vec<Pledged>,
}

impl Verb for SubstituteCollateral {
    fn check_shape(&self) -> Result<(), RejectReason> {
        check_numbers(&self.items)?;
        check_things(&self.things)
    }

    /// What the things are worth stands in the state, so the signing policy takes it for the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let row = ledger.collateral(self.collateral)?;
        if row.pledgor != call.sender() {
            return Err(RejectReason::CollateralOfOthers);
        }
        check_items(row, &self.items)?;
        if row.items.len() - self.items.len() + self.things.len() > ITEMS_MAX {
            return Err(RejectReason::CollateralFull);
        }
        ledger.check_free(row, &self.things, &call.moment)?;
        let of = (self.collateral, row);
        check_rest(ledger, of, &self.items, &self.things, &call.moment)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        // What becomes free in this step is not there for it.
        ledger.check_own_cash(&self.things)?;
        ledger.let_go(self.collateral, &self.items, None);
        ledger.encumber(self.collateral, &self.things, &call.moment);
        Ok(Outcome::Recorded {
            table: Collateral::TABLE,
            id: self.collateral,
        })
    }
}
