//! `ChargeLoan`: the lender charges costs that the contract provides for; they stand in the first bucket of the waterfall.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{Loan, accelerate_loan::lent};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Charges costs; the sender is the lender.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargeLoan {
    /// The loan's row.
    pub loan: u64,
    /// The costs.
    pub amount: Amount,
}

impl ChargeLoan {
    fn costs(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let loan = lent(ledger, call, self.loan)?;
        let left = loan.terms.costs_max - loan.position.charged;
        let costs = u64::try_from(self.amount.minor()).ok();
        costs
            .filter(|costs| *costs <= left)
            .ok_or(RejectReason::CostsTooHigh)
    }
}

impl Verb for ChargeLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.costs(ledger, call).map(|_costs| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let costs = self.costs(ledger, call)?;
        ledger.products.loans.update(self.loan, |loan| {
            loan.position.costs += costs;
            loan.position.charged += costs;
        });
        let day = call.moment.date;
        ledger.serve_from_suspense(self.loan, day, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
