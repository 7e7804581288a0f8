//! What every verb of the ledger can be asked, so that a new one is its file and one line in `action`.
//!
//! ```text
//!   check_shape  no state           at the door
//!   check        state, no effect   at admission
//!   execute      check and effect   in a final block; refuses before it changes anything, or changes everything
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, ParticipantId, TransactionId, identifiers::Uetr};

use crate::{
    ledger::Ledger, participant::KeyPurpose, payment::evidence::PaymentEvidence, receipt::Outcome,
    reject::RejectReason, standing::Moment, text::IdempotencyKey,
    transaction::TransactionSignature, verify::VerifiedTransaction,
};

/// Whose instruction something goes back to: enough to answer its sender at any later height.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The transaction.
    pub transaction: TransactionId,
    /// Who asked.
    pub sender: ParticipantId,
    /// The sender's name for it.
    pub idempotency_key: IdempotencyKey,
}

/// An instruction that is heard: who asks, when, until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) moment: Moment,
    pub(crate) origin: Origin,
    pub(crate) expiry: BlockTime,
    pub(crate) signatures: &'a [TransactionSignature],
}

impl<'a> Call<'a> {
    pub(crate) fn of(moment: &Moment, transaction: &'a VerifiedTransaction) -> Call<'a> {
        let instruction = transaction.instruction();
        Call {
            moment: *moment,
            origin: Origin {
                transaction: transaction.id(),
                sender: instruction.sender,
                idempotency_key: instruction.idempotency_key,
            },
            expiry: instruction.expiry,
            signatures: transaction.signatures(),
        }
    }

    pub(crate) fn sender(&self) -> ParticipantId {
        self.origin.sender
    }
}

/// One verb.
pub(crate) trait Verb {
    /// Checks that need no state.
    fn check_shape(&self) -> Result<(), RejectReason>;

    /// The reference that this instruction uses up for ever.
    fn uetr(&self) -> Option<Uetr> {
        None
    }

    /// An earlier payment that it speaks of, which must have been executed.
    fn original(&self) -> Option<Uetr> {
        None
    }

    /// What proves that an earlier transfer is the one it says, and settled; it need not be told by its reference then.
    fn evidence(&self) -> Option<&PaymentEvidence> {
        None
    }

    /// What the sender's signing policy measures, in minor units; the highest band for what changes the rights themselves.
    fn amount(&self) -> u128 {
        0
    }

    /// What its keys must be for.
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Business
    }

    /// Whether one signature is enough whatever the policy, because the verb itself collects signatures.
    fn collects_signatures(&self) -> bool {
        false
    }

    /// Whether the ledger would take it now, funds left aside, which may still arrive before execution.
    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason>;

    /// Checks everything, then takes effect.
    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason>;
}
