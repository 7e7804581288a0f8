//! `RequestCancel` (camt.056 for a payment that has settled): the payer's side asks for money back.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    payment::evidence::{Original, PaymentEvidence},
    recall::{Recall, RecallState},
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    request::check_answer_by,
    text::Purpose,
    verb::{Call, Verb},
};

/// Asks for a settled transfer back; the request waits for its answer, and its receipt tells how it ended. What waits is taken back by `Cancel`.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestCancel {
    /// Its reference, used once on the whole ledger.
    pub uetr: Uetr,
    /// The transfer, with all that its sender signed.
    pub original: PaymentEvidence,
    /// External cancellation reason code, such as `DUPL` or `FRAD`.
    pub reason: Purpose,
    /// Until when it may be answered: at most 92 days ahead.
    pub expires: BlockTime,
}

impl RequestCancel {
    /// The transfer that the sender may ask back.
    fn case(&self, ledger: &Ledger, call: &Call) -> Result<Original, RejectReason> {
        ledger.products.recalls.check_room()?;
        check_answer_by(self.expires, call.moment.time)?;
        let original = self.original.original(ledger.chain_id())?;
        if !ledger.acts_for(call.sender(), original.debtor) {
            return Err(RejectReason::RecallForbidden);
        }
        if ledger.is_recalled(&original.key()) || ledger.is_disputed(&original.key()) {
            return Err(RejectReason::CaseOpen);
        }
        match ledger.returnable(&original) {
            0 => Err(RejectReason::NothingToReturn),
            _ => Ok(original),
        }
    }
}

impl Verb for RequestCancel {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.original.check_shape(&self.uetr)
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.uetr)
    }

    fn evidence(&self) -> Option<&PaymentEvidence> {
        Some(&self.original)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.case(ledger, call).map(|_original| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let original = self.case(ledger, call)?;
        ledger.products.recalls.add(Recall {
            origin: call.origin,
            uetr: self.uetr,
            original,
            reason: self.reason,
            expires: self.expires,
            state: RecallState::Open,
        });
        Ok(Outcome::Waiting(Waiting::Parties))
    }
}
