//! `AnswerCancel` (camt.029, and pacs.004 in the same instruction): the payee's side pays back, or declines.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    payment::{
        answer::{check_now, pay_now},
        evidence::Original,
        pay::Pay,
    },
    recall::RecallState,
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// What the payee answers.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum CancelAnswer {
    /// It pays back now.
    PayBack {
        /// The returning payment's reference from end to end; used once on the whole ledger.
        uetr: Uetr,
        /// How much: at most what has not come back yet.
        amount: Amount,
    } = 0,
    /// It does not pay back.
    Decline {
        /// External reason code, such as `CUST` or `LEGL`.
        reason: Purpose,
    } = 1,
}

/// Pays a recalled payment back at once, or declines; without funds it is refused and the recall stays open.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCancel {
    /// Reference of the recall.
    pub request: Uetr,
    /// The answer.
    pub answer: CancelAnswer,
}

/// The payment back of so much of a transfer.
pub(crate) fn back(original: &Original, uetr: Uetr, amount: Amount, call: &Call) -> Pay {
    Pay {
        uetr,
        end_to_end_id: original.reference,
        debtor: original.creditor,
        creditor: original.debtor,
        asset: original.asset,
        amount,
        value_date: call.moment.date,
        purpose: original.purpose,
        payload_commitment: None,
        handling: crate::payment::pay::Handling::default(),
    }
}

impl AnswerCancel {
    /// The open recall that the sender may answer, and the payment that does.
    fn payment(&self, ledger: &Ledger, call: &Call) -> Result<(u64, Option<Pay>), RejectReason> {
        let (id, recall) = ledger.open_recall(&self.request)?;
        if !ledger.acts_for(call.sender(), recall.original.creditor) {
            return Err(RejectReason::RecallAnswerForbidden);
        }
        let CancelAnswer::PayBack { uetr, amount } = self.answer else {
            return Ok((id, None));
        };
        if amount.minor() > ledger.returnable(&recall.original) {
            return Err(RejectReason::ReturnTooLarge);
        }
        let payment = back(&recall.original, uetr, amount, call);
        check_now(ledger, call, &payment)?;
        Ok((id, Some(payment)))
    }
}

impl Verb for AnswerCancel {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.answer {
            CancelAnswer::PayBack { amount, .. } if amount.is_zero() => {
                Err(RejectReason::ZeroAmount)
            }
            CancelAnswer::PayBack { .. } | CancelAnswer::Decline { .. } => Ok(()),
        }
    }

    fn uetr(&self) -> Option<Uetr> {
        match self.answer {
            CancelAnswer::PayBack { uetr, .. } => Some(uetr),
            CancelAnswer::Decline { .. } => None,
        }
    }

    fn amount(&self) -> u128 {
        match self.answer {
            CancelAnswer::PayBack { amount, .. } => amount.minor(),
            CancelAnswer::Decline { .. } => 0,
        }
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.payment(ledger, call).map(|_payment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, payment) = self.payment(ledger, call)?;
        let (state, outcome) = match (payment, self.answer) {
            (Some(payment), _) => {
                pay_now(ledger, call, &payment)?;
                let state = RecallState::Returned(payment.amount, payment.uetr);
                (state, Outcome::Settled)
            }
            (None, CancelAnswer::Decline { reason }) => {
                let outcome = Outcome::Refused(RejectReason::RecallDeclined);
                (RecallState::Declined(reason), outcome)
            }
            (None, CancelAnswer::PayBack { .. }) => return Err(RejectReason::ReturnTooLarge),
        };
        ledger.end_recall(id, state, outcome);
        Ok(Outcome::Settled)
    }
}
