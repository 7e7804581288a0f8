//! `AnswerRequest` (pain.014): the payer's side pays what it was asked for, or declines.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    payment::{
        answer::{check_now, pay_now},
        pay::{Handling, Pay},
    },
    receipt::Outcome,
    reject::RejectReason,
    request::{PaymentRequest, RequestState},
    text::Purpose,
    verb::{Call, Verb},
};

/// What the payer answers.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum RequestAnswer {
    /// It pays now.
    Pay {
        /// The payment's reference from end to end; used once on the whole ledger.
        uetr: Uetr,
        /// How much: what was asked for, or less where the request allows it.
        amount: Amount,
    } = 0,
    /// It does not pay.
    Decline {
        /// External reason code, such as `CUST`.
        reason: Purpose,
    } = 1,
}

/// Pays a request at once, or declines it; without funds it is refused and the request stays open.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// Reference of the request.
    pub request: Uetr,
    /// The answer.
    pub answer: RequestAnswer,
}

impl AnswerRequest {
    /// The open request that the sender may answer, and the payment that does.
    fn payment(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(u64, PaymentRequest, Option<Pay>), RejectReason> {
        let (id, request) = ledger.open_request(&self.request)?;
        if !ledger.acts_for(call.sender(), request.debtor) {
            return Err(RejectReason::RequestAnswerForbidden);
        }
        let RequestAnswer::Pay { uetr, amount } = self.answer else {
            return Ok((id, request.clone(), None));
        };
        let fits = amount == request.amount || (request.may_be_part && amount < request.amount);
        if !fits {
            return Err(RejectReason::RequestAmount);
        }
        let payment = Pay {
            uetr,
            end_to_end_id: request.reference,
            debtor: request.debtor,
            creditor: request.creditor,
            asset: request.asset,
            amount,
            value_date: call.moment.date,
            purpose: request.purpose,
            payload_commitment: request.document,
            handling: Handling::default(),
        };
        check_now(ledger, call, &payment)?;
        Ok((id, request.clone(), Some(payment)))
    }
}

impl Verb for AnswerRequest {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.answer {
            RequestAnswer::Pay { amount, .. } if amount.is_zero() => Err(RejectReason::ZeroAmount),
            RequestAnswer::Pay { .. } | RequestAnswer::Decline { .. } => Ok(()),
        }
    }

    fn uetr(&self) -> Option<Uetr> {
        match self.answer {
            RequestAnswer::Pay { uetr, .. } => Some(uetr),
            RequestAnswer::Decline { .. } => None,
        }
    }

    fn amount(&self) -> u128 {
        match self.answer {
            RequestAnswer::Pay { amount, .. } => amount.minor(),
            RequestAnswer::Decline { .. } => 0,
        }
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.payment(ledger, call).map(|_payment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (id, _, payment) = self.payment(ledger, call)?;
        let (state, outcome) = match (payment, self.answer) {
            (Some(payment), _) => {
                pay_now(ledger, call, &payment)?;
                let state = RequestState::Paid(payment.amount, payment.uetr);
                (state, Outcome::Settled)
            }
            (None, RequestAnswer::Decline { reason }) => {
                let outcome = Outcome::Refused(RejectReason::RequestDeclined);
                (RequestState::Declined(reason), outcome)
            }
            (None, RequestAnswer::Pay { .. }) => return Err(RejectReason::RequestAmount),
        };
        ledger.end_request(id, state, outcome);
        Ok(Outcome::Settled)
    }
}
