//! What a client signs and sends.
//!
//! ```text
//!   SignedTransaction = Instruction | signatures
//!                       └── digest = H("tx", chain, epoch 0, bytes) = transaction id = what is signed
//! ```
//! The id does not depend on the signatures: the same instruction signed again is the same transaction.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    BlockTime, ChainId, Epoch, ParticipantId, PublicKey, SecretKey, Signature, TransactionId,
    codec, domain::Domain,
};

use crate::{action::Action, text::IdempotencyKey};

/// One intent of one participant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instruction {
    /// The network it is meant for.
    pub chain_id: ChainId,
    /// Who asks.
    pub sender: ParticipantId,
    /// The sender's name for this intent; used once, for ever.
    pub idempotency_key: IdempotencyKey,
    /// Block time from which it no longer takes effect, at most 24 hours ahead.
    pub expiry: BlockTime,
    /// What is asked.
    pub action: Action,
}

/// One signature and the key it claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct TransactionSignature {
    /// The key.
    pub key: PublicKey,
    /// The signature over the transaction id.
    pub signature: Signature,
}

/// Bytes of one [`TransactionSignature`].
pub(crate) const SIGNATURE_BYTES: usize = 96;

/// An instruction and its signatures, strictly ascending by key.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedTransaction {
    /// What is signed.
    pub instruction: Instruction,
    /// By whom.
    pub signatures: Vec<TransactionSignature>,
}

impl Instruction {
    /// The transaction id, which is also the digest that is signed.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        id_of(&self.chain_id, &codec::encode(self))
    }

    /// Signs with each of `keys`; keys given twice sign once.
    #[must_use]
    pub fn sign(self, keys: &[&SecretKey]) -> SignedTransaction {
        let id = self.id();
        let mut signatures: Vec<TransactionSignature> = keys
            .iter()
            .map(|key| TransactionSignature {
                key: key.public_key(),
                signature: key.sign(&id.0),
            })
            .collect();
        signatures.sort_by_key(|signature| signature.key);
        signatures.dedup_by_key(|signature| signature.key);
        SignedTransaction {
            instruction: self,
            signatures,
        }
    }
}

impl SignedTransaction {
    /// The canonical bytes, as they travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }
}

/// The id of an instruction from its canonical bytes.
pub(crate) fn id_of(chain_id: &ChainId, instruction: &[u8]) -> TransactionId {
    TransactionId(Domain::Transaction.statement(chain_id, Epoch(0), instruction))
}
