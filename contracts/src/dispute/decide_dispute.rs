//! `DecideDispute`: the operator or a regulator who is no party awards something, or nothing.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BlockTime, Hash, identifiers::Uetr};

use crate::{
    dispute::{DisputeState, PaymentDispute},
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    request::check_answer_by,
    tables::Table,
    verb::{Call, Verb},
};

/// Decides a dispute for good: what is awarded is to be paid until a time, and then the ledger pays it from the payee's account.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideDispute {
    /// Reference of the dispute.
    pub dispute: Uetr,
    /// How much is awarded: at most what is claimed; 0 dismisses the claim.
    pub awarded: Amount,
    /// Until when it is to be paid: at most 92 days ahead.
    pub pay_by: BlockTime,
    /// Hash of the decision's grounds.
    pub grounds: Hash,
}

impl DecideDispute {
    fn place<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(u64, &'a PaymentDispute), RejectReason> {
        check_answer_by(self.pay_by, call.moment.time)?;
        let (id, dispute) = ledger.open_dispute(&self.dispute)?;
        let sides = [dispute.original.debtor, dispute.original.creditor];
        let mut sides = sides.into_iter();
        let is_party = sides.any(|account| ledger.acts_for(call.sender(), account));
        let role = ledger.role(call.sender());
        if is_party || !matches!(role, Some(Role::Operator | Role::Regulator)) {
            return Err(RejectReason::DecisionForbidden);
        }
        if self.awarded > dispute.claimed {
            return Err(RejectReason::AwardTooLarge);
        }
        Ok((id, dispute))
    }
}

impl Verb for DecideDispute {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.awarded.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.place(ledger, call).map(|_place| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, _) = self.place(ledger, call)?;
        ledger.products.disputes.update(id, |it| {
            it.decided_by = Some(call.sender());
            it.grounds = Some(self.grounds);
        });
        let state = match self.awarded.is_zero() {
            true => DisputeState::Dismissed,
            false => DisputeState::Decided(self.awarded, self.pay_by),
        };
        ledger.set_dispute(id, state);
        let table = Table::Disputes;
        Ok(Outcome::Recorded { table, id })
    }
}
