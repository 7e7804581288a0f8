//! `ExamineDemand`: the bank says in time whether a demand complies, or rejects it with what is wrong.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Hash;

use super::demand::{Demand, DemandState};
use crate::{
    documentary::DISCREPANCIES_MAX,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Ends the examination of a demand; the sender is the bank. With nothing listed it complies and is to be paid; otherwise it is rejected
/// (article 24), and the beneficiary may make another.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamineDemand {
    /// The demand.
    pub demand: u64,
    /// Hashes of what is wrong with it, 16 at most; none when it complies.
    pub faults: Vec<Hash>,
}

impl Verb for ExamineDemand {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.faults.len() > DISCREPANCIES_MAX {
            return Err(RejectReason::DiscrepanciesTooMany);
        }
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
        let open = demand.state == DemandState::Presented;
        if !open || call.moment.time >= demand.decide_by {
            return Err(RejectReason::DemandExamined);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.demand;
        if self.faults.is_empty() {
            let complies = |it: &mut Demand| it.state = DemandState::Complying;
            ledger.products.demands.update(id, complies);
        } else {
            let listed = |it: &mut Demand| it.faults.clone_from(&self.faults);
            ledger.products.demands.update(id, listed);
            if let Some((guarantee, _)) = ledger.end_demand(id, DemandState::Rejected) {
                ledger.trim_guarantee(guarantee, &call.moment);
            }
        }
        Ok(Outcome::Recorded {
            table: Demand::TABLE,
            id,
        })
    }
}
