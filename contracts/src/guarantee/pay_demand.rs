//! `PayDemand`: the bank pays a complying demand.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::demand::{Demand, DemandState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays a demand; the sender is the bank. What complies and is not paid when its time has come the ledger pays.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayDemand {
    /// The demand.
    pub demand: u64,
    /// The bank's account that pays.
    pub account: AccountId,
}

impl Verb for PayDemand {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (demand, guarantee) = ledger.demand(self.demand)?;
        if guarantee.bank != call.sender() {
            return Err(RejectReason::NotGuarantor);
        }
        if demand.state != DemandState::Complying {
            return Err(RejectReason::DemandNotPayable);
        }
        let (to, asset) = (demand.account, guarantee.terms.asset);
        ledger.check_bank_pays(call.sender(), self.account, to, asset, demand.amount)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let (demand, guarantee) = ledger.demand(self.demand)?;
        let (to, due, asset) = (demand.account, demand.amount, guarantee.terms.asset);
        ledger.pay_checked(self.account, to, asset, due)?;
        ledger.demand_paid(self.demand, self.account, &call.moment);
        Ok(Outcome::Recorded {
            table: Demand::TABLE,
            id: self.demand,
        })
    }
}
