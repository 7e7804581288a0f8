//! `PledgeCollateral`: the borrower pledges things, and with the first of them agrees to what the lender asked for.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Collateral, ITEMS_MAX, Pledged, encumber::check_things};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pledges things; the sender is the borrower, and holds them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PledgeCollateral {
    /// The collateral's row.
    pub collateral: u64,
    /// What is pledged, 1 to 16 things.
    pub things: Vec<Pledged>,
}

impl Verb for PledgeCollateral {
    fn check_shape(&self) -> Result<(), RejectReason> {
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
        if row.items.len() + self.things.len() > ITEMS_MAX {
            return Err(RejectReason::CollateralFull);
        }
        ledger.check_free(row, &self.things, &call.moment)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.check_own_cash(&self.things)?;
        ledger.encumber(self.collateral, &self.things, &call.moment);
        Ok(Outcome::Recorded {
            table: Collateral::TABLE,
            id: self.collateral,
        })
    }
}
