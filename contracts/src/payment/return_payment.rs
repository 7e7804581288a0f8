//! `Return` (pacs.004): a payment back, linked to the one it answers. Settled payments are never undone; money comes back by another.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::identifiers::Uetr;

use crate::{
    ledger::Ledger,
    payment::pay::Pay,
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Pays back, in whole or in part, what an executed payment brought. What it was, and to whom, is in that payment's receipt; the
/// ledger asks only that it was executed.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// UETR of the payment that is answered.
    pub original: Uetr,
    /// External return reason code, such as `AC04` or `CUST`.
    pub reason: Purpose,
    /// The payment back, with a UETR of its own.
    pub payment: Pay,
}

impl Verb for Return {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.original == self.payment.uetr {
            return Err(RejectReason::ReturnOfItself);
        }
        self.payment.check_shape()
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.payment.uetr)
    }

    fn original(&self) -> Option<Uetr> {
        Some(self.original)
    }

    fn amount(&self) -> u128 {
        self.payment.amount()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.payment.check(ledger, call)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.payment.execute(ledger, call)
    }
}
