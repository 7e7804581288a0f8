//! `RedirectDemand`: the beneficiary names another account of its own for what it demands.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::demand::Demand;
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Replaces the account that is paid; the sender is the beneficiary.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectDemand {
    /// The demand.
    pub demand: u64,
    /// An account of the sender.
    pub account: AccountId,
}

impl Verb for RedirectDemand {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (demand, guarantee) = ledger.demand(self.demand)?;
        if guarantee.beneficiary != call.sender() {
            return Err(RejectReason::NotBeneficiary);
        }
        if !demand.state.is_pending() {
            return Err(RejectReason::DemandOver);
        }
        ledger.check_payee(self.account, guarantee.terms.asset, call.sender(), 0)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let redirected = |it: &mut Demand| it.account = self.account;
        ledger.products.demands.update(self.demand, redirected);
        Ok(Outcome::Recorded {
            table: Demand::TABLE,
            id: self.demand,
        })
    }
}
