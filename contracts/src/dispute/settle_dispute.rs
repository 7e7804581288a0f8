//! `SettleDispute`: the payee's side pays what was awarded, by a payment that names the dispute.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    dispute::DisputeState,
    ledger::Ledger,
    payment::{
        answer::{check_now, pay_now},
        pay::Pay,
    },
    recall::answer_cancel::back,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays the award of a dispute at once, or is refused.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettleDispute {
    /// Reference of the dispute.
    pub dispute: Uetr,
    /// The payment's reference from end to end; used once on the whole ledger.
    pub uetr: Uetr,
}

impl SettleDispute {
    fn payment(&self, ledger: &Ledger, call: &Call) -> Result<(u64, Pay), RejectReason> {
        let (id, dispute) = ledger.dispute(&self.dispute)?;
        let owed = dispute.owed().ok_or(RejectReason::NothingAwarded)?;
        if !ledger.acts_for(call.sender(), dispute.original.creditor) {
            return Err(RejectReason::SettlementForbidden);
        }
        let payment = back(&dispute.original, self.uetr, owed, call);
        check_now(ledger, call, &payment)?;
        Ok((id, payment))
    }
}

impl Verb for SettleDispute {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn amount(&self) -> u128 {
        // What it moves stands on the ledger, not here: the highest band signs.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.payment(ledger, call).map(|_payment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, payment) = self.payment(ledger, call)?;
        pay_now(ledger, call, &payment)?;
        ledger.set_dispute(id, DisputeState::Paid(payment.amount, payment.uetr));
        Ok(Outcome::Settled)
    }
}
