//! `PayWhen`: a payment that settles when all of its conditions hold together.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, identifiers::Uetr};

use crate::{
    ledger::Ledger,
    liquidity::queue,
    payment::{
        conditional::{CONDITIONS_MAX, Condition, ConditionalPayment, ConditionalState, due_now},
        pay::Pay,
    },
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    request::check_answer_by,
    verb::{Call, Verb},
};

/// Pays on the first day from the value date on, and at the first time, at which every condition holds.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayWhen {
    /// The payment; its value date is the first day on which it may settle.
    pub payment: Pay,
    /// What must hold: 1 to 8 conditions, all at the same time.
    pub conditions: Vec<Condition>,
    /// When it is refused if they have not held: at most 92 days ahead.
    pub until: BlockTime,
}

impl Verb for PayWhen {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.conditions.is_empty() || self.conditions.len() > CONDITIONS_MAX {
            return Err(RejectReason::PaymentConditions);
        }
        self.payment.check_shape()
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.payment.uetr)
    }

    fn amount(&self) -> u128 {
        self.payment.amount()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if self.payment.value_date < call.moment.date {
            return Err(RejectReason::ValueDatePast);
        }
        self.payment.check_route(ledger, call.sender())?;
        check_answer_by(self.until, call.moment.time)?;
        ledger.check_conditional_room(&self.conditions)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let moment = &call.moment;
        let asked_at = match ledger.conditions_hold(moment, &self.payment, &self.conditions) {
            Ok(()) => {
                let payment = due_now(&self.payment, moment);
                return queue::enter(ledger, moment, call.origin, &payment);
            }
            Err(asked_at) => asked_at,
        };
        ledger.products.conditional.add(ConditionalPayment {
            origin: call.origin,
            payment: self.payment.clone(),
            conditions: self.conditions.clone(),
            until: self.until,
            asked_at,
            state: ConditionalState::Waiting,
        });
        Ok(Outcome::Waiting(Waiting::Warehoused))
    }
}
