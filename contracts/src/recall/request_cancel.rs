//! `RequestCancel` (camt.056 for a payment that has settled): the payer's side asks for money back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    payment::evidence::PaymentEvidence,
    recall::{Recall, RecallState},
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    request::check_answer_by,
    text::Purpose,
    verb::{Call, Verb},
};

/// Asks for a settled payment back; the request waits for its answer, and its receipt tells how it ended. What waits is taken back by `Cancel`.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestCancel {
    /// Its reference, used once on the whole ledger.
    pub uetr: Uetr,
    /// The payment, as its sender signed it.
    pub original: PaymentEvidence,
    /// External cancellation reason code, such as `DUPL` or `FRAD`.
    pub reason: Purpose,
    /// Until when it may be answered: at most 92 days ahead.
    pub expires: BlockTime,
}

impl Verb for RequestCancel {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.uetr == self.original.payment.uetr {
            return Err(RejectReason::CaseOfItself);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn original(&self) -> Option<Uetr> {
        Some(self.original.payment.uetr)
    }

    fn evidence(&self) -> Option<&PaymentEvidence> {
        Some(&self.original)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let original = &self.original.payment;
        ledger.products.recalls.check_room()?;
        check_answer_by(self.expires, call.moment.time)?;
        if !ledger.acts_for(call.sender(), original.debtor) {
            return Err(RejectReason::RecallForbidden);
        }
        if ledger.is_recalled(&original.uetr) || ledger.is_disputed(&original.uetr) {
            return Err(RejectReason::CaseOpen);
        }
        match ledger.returnable(original) {
            0 => Err(RejectReason::NothingToReturn),
            _ => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.recalls.add(Recall {
            origin: call.origin,
            uetr: self.uetr,
            original: self.original.payment.clone(),
            reason: self.reason,
            expires: self.expires,
            state: RecallState::Open,
        });
        Ok(Outcome::Waiting(Waiting::Parties))
    }
}
