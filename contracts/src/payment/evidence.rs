//! Evidence of an earlier transfer: everything that was signed, so that its hash is the transaction that was executed under its sender's key.
//!
//! ```text
//!   evidence ──▶ instruction ──hash──▶ transaction id ═══ the one under the sender's key? and its one outcome: settled?
//!                                                          └ of a bulk payment: all but the legs told as refused, whose hash the outcome keeps
//! ```
//! The ledger keeps of an executed instruction its id and its outcome; with the instruction told again it knows amount and parties for certain. Of a bulk
//! payment the whole is told for one leg: its id is a hash over all of them.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, ChainId, ParticipantId, TransactionId, identifiers::Uetr,
};

use crate::{
    action::Action,
    identifiers::RecordedOutcome,
    linked::link::Link,
    payment::{pay::Pay, pay_batch::PayBatch},
    receipt::refused_legs_hash,
    reject::RejectReason,
    text::{EndToEndId, IdempotencyKey, Purpose},
    transaction::Instruction,
};

/// An instruction that was executed, as its sender signed it, and which transfer of it is meant.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentEvidence {
    /// Who sent it.
    pub sender: ParticipantId,
    /// The sender's name for it.
    pub idempotency_key: IdempotencyKey,
    /// Its expiry.
    pub expiry: BlockTime,
    /// What it asked for.
    pub payment: EvidencedPayment,
}

/// The transfer that is meant, with all that was signed beside it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum EvidencedPayment {
    /// A single payment.
    Pay(Pay) = 0,
    /// A leg of a bulk payment.
    BatchLeg(EvidencedBatch) = 1,
    /// A leg of an exchange.
    LinkedLeg(EvidencedLink) = 2,
}

/// A leg of a bulk payment, with the whole of it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidencedBatch {
    /// The bulk payment.
    pub batch: PayBatch,
    /// Its legs that were refused and why, as its receipt lists them.
    pub refused: Vec<(u16, RejectReason)>,
    /// Index of the leg.
    pub leg: u16,
}

/// A leg of an exchange, with the whole of it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidencedLink {
    /// The exchange as it was proposed.
    pub exchange: Link,
    /// Index of the leg.
    pub leg: u16,
}

/// A settled transfer that a recall or a dispute is about.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// The transaction that moved it.
    pub transaction: TransactionId,
    /// Which of its legs; 0 for a single payment.
    pub leg: u16,
    /// Its reference from end to end, where it has one of its own.
    pub uetr: Option<Uetr>,
    /// The debtor's reference for the creditor; `NOTPROVIDED` where there is none.
    pub reference: EndToEndId,
    /// Who paid.
    pub debtor: AccountId,
    /// Who was paid.
    pub creditor: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// What for.
    pub purpose: Option<Purpose>,
}

/// By what a settled transfer is known: its transaction and its leg.
pub(crate) type OriginalKey = (TransactionId, u16);

impl Original {
    pub(crate) fn key(&self) -> OriginalKey {
        (self.transaction, self.leg)
    }
}

/// What stands for a reference that was not given (ISO 20022).
const NOT_PROVIDED: &str = "NOTPROVIDED";

impl PaymentEvidence {
    /// Whether it names a transfer that is in it, and not one that bears this reference.
    pub(crate) fn check_shape(&self, own: &Uetr) -> Result<(), RejectReason> {
        let (legs, leg, uetr) = match &self.payment {
            EvidencedPayment::Pay(pay) => (1, 0, Some(pay.uetr)),
            // The references of its legs are not the ledger's: one of them may be used again.
            EvidencedPayment::BatchLeg(it) => (it.batch.legs.len(), it.leg, None),
            EvidencedPayment::LinkedLeg(it) => {
                (it.exchange.legs.len(), it.leg, Some(it.exchange.uetr))
            }
        };
        if usize::from(leg) >= legs {
            return Err(RejectReason::OriginalLeg);
        }
        if uetr == Some(*own) {
            return Err(RejectReason::CaseOfItself);
        }
        Ok(())
    }

    /// The transaction that it is evidence of, if it is true.
    pub(crate) fn transaction(&self, chain_id: ChainId) -> TransactionId {
        let action = match &self.payment {
            EvidencedPayment::Pay(pay) => Action::Pay(pay.clone()),
            EvidencedPayment::BatchLeg(it) => Action::PayBatch(it.batch.clone()),
            EvidencedPayment::LinkedLeg(it) => Action::Link(it.exchange.clone()),
        };
        let instruction = Instruction {
            chain_id,
            sender: self.sender,
            idempotency_key: self.idempotency_key,
            expiry: self.expiry,
            action,
        };
        instruction.id()
    }

    /// Whether the transfer settled, where the instruction ended so.
    pub(crate) fn check_settled(&self, outcome: &RecordedOutcome) -> Result<(), RejectReason> {
        let settled = match (outcome, &self.payment) {
            (
                RecordedOutcome::Settled,
                EvidencedPayment::Pay(_) | EvidencedPayment::LinkedLeg(_),
            ) => true,
            (RecordedOutcome::BulkSettled { refused, .. }, EvidencedPayment::BatchLeg(it)) => {
                if refused_legs_hash(&it.refused) != *refused {
                    return Err(RejectReason::OriginalDiffers);
                }
                it.refused.iter().all(|(leg, _)| *leg != it.leg)
            }
            (RecordedOutcome::Settled, EvidencedPayment::BatchLeg(_))
            | (
                RecordedOutcome::BulkSettled { .. },
                EvidencedPayment::Pay(_) | EvidencedPayment::LinkedLeg(_),
            )
            | (
                RecordedOutcome::Refused(_)
                | RecordedOutcome::BulkRefused { .. }
                | RecordedOutcome::Waiting(_)
                | RecordedOutcome::Cancelled(_)
                | RecordedOutcome::Recorded { .. },
                EvidencedPayment::Pay(_)
                | EvidencedPayment::BatchLeg(_)
                | EvidencedPayment::LinkedLeg(_),
            ) => false,
        };
        settled
            .then_some(())
            .ok_or(RejectReason::OriginalNotSettled)
    }

    /// The transfer that is meant.
    ///
    /// # Errors
    /// [`RejectReason::OriginalLeg`] when it is not in the instruction.
    pub(crate) fn original(&self, chain_id: ChainId) -> Result<Original, RejectReason> {
        let transaction = self.transaction(chain_id);
        match &self.payment {
            EvidencedPayment::Pay(pay) => Ok(Original {
                transaction,
                leg: 0,
                uetr: Some(pay.uetr),
                reference: pay.end_to_end_id,
                debtor: pay.debtor,
                creditor: pay.creditor,
                asset: pay.asset,
                amount: pay.amount,
                purpose: pay.purpose,
            }),
            EvidencedPayment::BatchLeg(it) => {
                let leg = it.batch.legs.get(usize::from(it.leg));
                let leg = leg.ok_or(RejectReason::OriginalLeg)?;
                Ok(Original {
                    transaction,
                    leg: it.leg,
                    uetr: Uetr::from_bytes(leg.uetr).ok(),
                    reference: reference_of(&leg.reference)?,
                    debtor: it.batch.debtor,
                    creditor: leg.creditor,
                    asset: it.batch.asset,
                    amount: leg.amount,
                    purpose: Purpose::new(leg.purpose),
                })
            }
            EvidencedPayment::LinkedLeg(it) => {
                let leg = it.exchange.legs.get(usize::from(it.leg));
                let leg = leg.ok_or(RejectReason::OriginalLeg)?;
                Ok(Original {
                    transaction,
                    leg: it.leg,
                    uetr: Some(it.exchange.uetr),
                    reference: reference_of(&[])?,
                    debtor: leg.debtor,
                    creditor: leg.creditor,
                    asset: leg.asset,
                    amount: leg.amount,
                    purpose: None,
                })
            }
        }
    }
}

/// The reference in the fixed field of a leg, which is filled up with zeros.
fn reference_of(field: &[u8]) -> Result<EndToEndId, RejectReason> {
    let end = field.iter().rposition(|byte| *byte != 0);
    let text = field.get(..end.map_or(0, |end| end + 1)).unwrap_or(&[]);
    EndToEndId::new(text)
        .or_else(|_| EndToEndId::new(NOT_PROVIDED))
        .map_err(|_| RejectReason::OriginalLeg)
}
