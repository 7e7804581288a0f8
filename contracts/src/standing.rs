//! Whether an instruction may be heard at all: repeated or not, signed by the right keys, in time.
//!
//! ```text
//!   repeated, same id         -> dropped, its one outcome stands
//!   expired a day ago or more -> dropped, without a receipt
//!   key used for another body -> refused   ┐ remembered by transaction id until it would be dropped; the idempotency key stays free:
//!   sender or signer unknown  -> refused   ┘ nobody burns another's keys. With an expiry too far ahead: dropped
//!   everything after this     -> settled or refused, and the idempotency key is used for ever
//!
//!   time ──┬── 24 h ──┬────────── 24 h ──────────┬───────▶
//!          │          expiry                     │          heard or not, there is a receipt between the bars and a memory of it to the second;
//!      first receipt                     last receipt       what comes outside them and was not heard never was
//! ```
//! What is forgotten can therefore never be answered a second time. Asked by admission and by execution, so that both give one answer. Spec: ledger 3.6
//! I4, I18.

use sycee_primitives::{
    BlockTime, BusinessDate, Height, ParticipantId, PublicKey,
    limits::{ANSWERED_PAST_EXPIRY_MS_MAX, EXPIRY_AHEAD_MS_MAX},
    planted,
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
    /// Out of its time: no outcome, now and for ever. The edge tells its client why.
    OutOfTime(RejectReason),
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
    if answered_until(instruction.expiry) < moment.time {
        return Ok(Standing::OutOfTime(RejectReason::Expired));
    }
    let unheard = match is_too_far(moment, instruction.expiry) {
        false => Standing::Unheard,
        true => Standing::OutOfTime,
    };
    if used.is_some() && !planted!("key-reuse") {
        return Ok(unheard(RejectReason::DuplicateInstruction));
    }
    for signature in transaction.signatures() {
        let needs = instruction.action.verb().needs();
        let signer = (instruction.sender, &signature.key);
        if let Err(reason) = check_signer(ledger, moment.height, signer, needs) {
            return Ok(unheard(reason));
        }
    }
    let in_time = check_time(ledger, moment, instruction.sender, instruction.expiry);
    Ok(in_time.map_or_else(Standing::Refused, |()| Standing::Heard))
}

/// The last block time at which an instruction has a receipt, and to which a refusal of it is remembered.
pub(crate) fn answered_until(expiry: BlockTime) -> BlockTime {
    BlockTime(expiry.0.saturating_add(ANSWERED_PAST_EXPIRY_MS_MAX))
}

/// Whether an expiry lies further ahead than any may.
fn is_too_far(moment: &Moment, expiry: BlockTime) -> bool {
    expiry.0 > moment.time.0.saturating_add(EXPIRY_AHEAD_MS_MAX)
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
    if is_too_far(moment, expiry) {
        return Err(RejectReason::ExpiryTooFar);
    }
    Ok(())
}
