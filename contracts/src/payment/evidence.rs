//! Evidence of an earlier payment: everything that was signed, so that its hash is the transaction that used its UETR.
//!
//! ```text
//!   evidence ──▶ instruction ──hash──▶ transaction id ═══ the one under the UETR? and its one outcome: settled?
//! ```
//! The ledger keeps of an executed payment its id and its outcome; with the instruction told again it knows amount and parties for certain.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, ChainId, ParticipantId, TransactionId};

use crate::{action::Action, payment::pay::Pay, text::IdempotencyKey, transaction::Instruction};

/// A `Pay` that was executed, as its sender signed it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentEvidence {
    /// Who sent it.
    pub sender: ParticipantId,
    /// The sender's name for it.
    pub idempotency_key: IdempotencyKey,
    /// Its expiry.
    pub expiry: BlockTime,
    /// The payment.
    pub payment: Pay,
}

impl PaymentEvidence {
    /// The transaction that it is evidence of, if it is true.
    pub(crate) fn transaction(&self, chain_id: ChainId) -> TransactionId {
        let instruction = Instruction {
            chain_id,
            sender: self.sender,
            idempotency_key: self.idempotency_key,
            expiry: self.expiry,
            action: Action::Pay(self.payment.clone()),
        };
        instruction.id()
    }
}
