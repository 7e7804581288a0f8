//! `ReleaseGuarantee`: an application is taken back or declined; a guarantee is reduced or given up by its beneficiary.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::undertaking::{Guarantee, GuaranteeState};
use crate::{
    backing::minus,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Releases a guarantee in part or as a whole; the sender is applicant or bank before it is issued, the beneficiary after (article 25).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseGuarantee {
    /// The guarantee.
    pub guarantee: u64,
    /// By how much it becomes smaller; none to end it.
    pub amount: Option<Amount>,
}

impl ReleaseGuarantee {
    /// How large it is afterwards; none when it ends.
    fn left(&self, ledger: &Ledger, call: &Call) -> Result<Option<Amount>, RejectReason> {
        let guarantee = ledger.guarantee(self.guarantee)?;
        if !guarantee.principals().contains(&call.sender()) {
            return Err(RejectReason::NotCreditParty);
        }
        let is_beneficiary = guarantee.beneficiary == call.sender();
        match guarantee.state {
            // Before it is issued it is taken back as a whole.
            GuaranteeState::Applied if is_beneficiary || self.amount.is_some() => {
                Err(RejectReason::NotCreditParty)
            }
            GuaranteeState::Applied => Ok(None),
            GuaranteeState::Issued if !is_beneficiary => Err(RejectReason::GuaranteeIrrevocable),
            GuaranteeState::Issued => {
                let available = guarantee.available();
                let by = self.amount.unwrap_or(available);
                if by > minus(available, guarantee.pending) {
                    return Err(RejectReason::GuaranteeBelowDemands);
                }
                let left = minus(guarantee.terms.amount, by);
                Ok((by < available).then_some(left))
            }
            GuaranteeState::Closed | GuaranteeState::Expired => Err(RejectReason::GuaranteeNotOpen),
        }
    }
}

impl Verb for ReleaseGuarantee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_some_and(|amount| amount.is_zero()) {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.left(ledger, call).map(|_left| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let left = self.left(ledger, call)?;
        let id = self.guarantee;
        if let Some(left) = left {
            let smaller = |it: &mut Guarantee| it.terms.amount = left;
            ledger.products.guarantees.update(id, smaller);
            ledger.trim_guarantee(id, &call.moment);
        } else {
            ledger.end_guarantee(id, GuaranteeState::Closed, &call.moment);
        }
        Ok(Outcome::Recorded {
            table: Guarantee::TABLE,
            id,
        })
    }
}
