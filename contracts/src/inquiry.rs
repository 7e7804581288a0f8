//! A signed question: what a node tells only to whom it concerns, it tells to whoever signs the question with a key of that participant.
//!
//! ```text
//!   Inquiry { chain, asker, about, expires } ──sign──▶ SignedInquiry ──▶ node: key listed, active, in time, asker concerned
//! ```
//! It changes nothing, is never ordered and uses up no identifier; it ends within minutes, so that who overhears one cannot ask for long.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    AccountId, BlockTime, ChainId, Epoch, Hash, ParticipantId, PublicKey, SecretKey, Signature,
    codec, domain::Domain, identifiers::Uetr,
};

use crate::{ledger::Ledger, participant::Role, reject::RejectReason};

/// Milliseconds of block time that a question may be valid for.
pub const INQUIRY_MS_MAX: u64 = 5 * 60_000;

/// Bytes of a signed question.
const INQUIRY_BYTES_MAX: usize = 512;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Subject {
    /// What would free a waiting payment, and what its account lacks.
    WaitingPayment(Uetr) = 1,
}

/// A question of a participant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Inquiry {
    /// On which network.
    pub chain_id: ChainId,
    /// Who asks.
    pub asker: ParticipantId,
    /// About what.
    pub subject: Subject,
    /// Block time until which it may be answered.
    pub expires: BlockTime,
}

/// A question with the signature of one key of the asker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct SignedInquiry {
    /// The question.
    pub inquiry: Inquiry,
    /// The key.
    pub key: PublicKey,
    /// Its signature.
    pub signature: Signature,
}

impl Inquiry {
    fn digest(&self) -> Hash {
        Domain::Inquiry.statement(&self.chain_id, Epoch(0), &codec::encode(self))
    }

    /// Signs it.
    #[must_use]
    pub fn sign(self, key: &SecretKey) -> SignedInquiry {
        SignedInquiry {
            inquiry: self,
            key: key.public_key(),
            signature: key.sign(&self.digest()),
        }
    }
}

impl SignedInquiry {
    /// The canonical bytes, as they travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Reads the canonical bytes; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<SignedInquiry> {
        codec::decode(bytes, INQUIRY_BYTES_MAX).ok()
    }
}

impl Ledger {
    /// Who asks, when the question is rightly signed and in time at `now`.
    ///
    /// # Errors
    /// The reason that an instruction with the same fault would be refused for.
    pub fn asker(
        &self,
        signed: &SignedInquiry,
        now: BlockTime,
    ) -> Result<ParticipantId, RejectReason> {
        let inquiry = &signed.inquiry;
        if inquiry.chain_id != self.header.chain_id {
            return Err(RejectReason::WrongChain);
        }
        let asker = self.participant(inquiry.asker);
        let asker = asker.ok_or(RejectReason::SenderUnknown)?;
        let key = asker.keys.iter().find(|it| it.key == signed.key);
        let key = key.ok_or(RejectReason::SignerUnknown)?;
        if !key.is_active(self.header.height) {
            return Err(RejectReason::KeyInactive);
        }
        if inquiry.expires <= now {
            return Err(RejectReason::Expired);
        }
        if inquiry.expires.0 > now.0.saturating_add(INQUIRY_MS_MAX) {
            return Err(RejectReason::ExpiryTooFar);
        }
        match signed.key.verify(&inquiry.digest(), &signed.signature) {
            true => Ok(inquiry.asker),
            false => Err(RejectReason::SignatureInvalid),
        }
    }

    /// Whether what concerns an account's liquidity may be told to a participant: its owner, the owner's sponsor bank, the operator, and
    /// whom the owner granted the view.
    #[must_use]
    pub fn may_see(&self, participant: ParticipantId, account: AccountId) -> bool {
        self.acts_for(participant, account)
            || self.role(participant) == Some(Role::Operator)
            || self.is_granted(participant, account, self.header.time)
    }
}
