//! Whether an instruction may be heard at all: repeated or not, signed by the right keys, in time.
//!
//! ```text
//!   repeated, same id         -> dropped, its one outcome stands
//!   key used for another body -> refused   ┐ remembered by transaction id until the instruction could no longer be valid;
//!   sender or signer unknown  -> refused   ┘ the idempotency key stays free: nobody burns another's keys
//!   everything after this     -> settled or refused, and the idempotency key is used for ever
//! ```
//! Asked by admission and by execution, so that both give one answer. Spec: ledger 3.6 I4, I18.

use sycee_primitives::{
    BlockTime, BusinessDate, Height, ParticipantId, PublicKey, limits::EXPIRY_AHEAD_MS_MAX, planted,
};

use crate::{
    identifiers::{InstructionRecord, LookupFailure},
    ledger::Ledger,
    participant::KeyPurpose,
    reject::RejectReason,
    verify::VerifiedTransaction,
};

/// The block in which something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    pub(crate) height: Height,
    pub(crate) time: BlockTime,
    pub(crate) date: BusinessDate,
}

/// What the ledger thinks of an instruction before looking at its action.
pub(crate) enum Standing {
    /// Executed before, or refused before without using its key.
    Repeated(InstructionRecord),
    /// Refused; the idempotency key stays free.
    Unheard(RejectReason),
    /// Refused; the idempotency key is used.
    Refused(RejectReason),
    /// To be judged by its action.
    Heard,
}

pub(crate) fn standing(
    ledger: &Ledger,
    moment: &Moment,
    transaction: &VerifiedTransaction,
) -> Result<Standing, LookupFailure> {
    let (id, instruction) = (transaction.id(), transaction.instruction());
    let used = ledger.instruction(instruction.sender, &instruction.idempotency_key)?;
    if let Some(record) = used.filter(|record| record.transaction == id)
        && !planted!("second-outcome")
    {
        return Ok(Standing::Repeated(record));
    }
    if let Some(record) = ledger.identifiers.unheard(&id) {
        return Ok(Standing::Repeated(*record));
    }
    if used.is_some() && !planted!("key-reuse") {
        return Ok(Standing::Unheard(RejectReason::DuplicateInstruction));
    }
    for signature in transaction.signatures() {
        let needs = instruction.action.verb().needs();
        let signer = (instruction.sender, &signature.key);
        if let Err(reason) = check_signer(ledger, moment.height, signer, needs) {
            return Ok(Standing::Unheard(reason));
        }
    }
    let in_time = check_time(ledger, moment, instruction.sender, instruction.expiry);
    Ok(in_time.map_or_else(Standing::Refused, |()| Standing::Heard))
}

fn check_signer(
    ledger: &Ledger,
    height: Height,
    (sender, key): (ParticipantId, &PublicKey),
    needs: KeyPurpose,
) -> Result<(), RejectReason> {
    let sender = ledger
        .participant(sender)
        .ok_or(RejectReason::SenderUnknown)?;
    let key = sender
        .keys
        .iter()
        .find(|candidate| candidate.key == *key)
        .ok_or(RejectReason::SignerUnknown)?;
    if !key.is_active(height) {
        return Err(RejectReason::KeyInactive);
    }
    key.purpose
        .allows(needs)
        .then_some(())
        .ok_or(RejectReason::KeyPurposeOther)
}

fn check_time(
    ledger: &Ledger,
    moment: &Moment,
    sender: ParticipantId,
    expiry: BlockTime,
) -> Result<(), RejectReason> {
    if !ledger.is_active(sender) {
        return Err(RejectReason::SenderNotActive);
    }
    if expiry <= moment.time {
        return Err(RejectReason::Expired);
    }
    if expiry.0 > moment.time.0.saturating_add(EXPIRY_AHEAD_MS_MAX) {
        return Err(RejectReason::ExpiryTooFar);
    }
    Ok(())
}
