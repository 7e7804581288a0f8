//! The edge's question before an instruction enters a lane: is it worth ordering?
//!
//! Cheap, and without effect: a refusal here is no outcome and uses up no identifier. Funds are not asked for, since they may arrive
//! with payments that are ordered but not yet executed; the legs of a bulk payment are left to execution.

use sycee_primitives::BlockTime;

use crate::{
    approval,
    identifiers::{InstructionRecord, LookupFailure},
    ledger::Ledger,
    reject::RejectReason,
    standing::{Moment, Standing, standing},
    verb::{Call, Verb},
    verify::VerifiedTransaction,
};

/// What the edge does with an instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// Order it.
    Accepted,
    /// It was executed before; this is its outcome.
    Duplicate(InstructionRecord),
    /// Tell the sender; nothing was recorded.
    Refused(RejectReason),
}

/// Judges an instruction against the last executed state, at `now` (the node's estimate of block time).
///
/// # Errors
/// [`LookupFailure`] when storage cannot tell whether it was executed before.
pub fn admit(
    ledger: &Ledger,
    transaction: &VerifiedTransaction,
    now: BlockTime,
) -> Result<Admission, LookupFailure> {
    let time = ledger.clock(now).max(ledger.time());
    let moment = Moment {
        height: ledger.height().next(),
        time,
        date: ledger.parameters.business_date(time),
    };
    let verb = transaction.instruction().action.verb();
    Ok(match standing(ledger, &moment, transaction)? {
        Standing::Repeated(record) => Admission::Duplicate(record),
        Standing::OutOfTime(reason) | Standing::Unheard(reason) | Standing::Refused(reason) => {
            Admission::Refused(reason)
        }
        Standing::Heard if uses_used_uetr(ledger, verb)? => {
            Admission::Refused(RejectReason::UetrRepeated)
        }
        Standing::Heard => match check_original(ledger, verb)?
            .and_then(|()| approval::must_wait(ledger, transaction, verb))
            .and_then(|_waits| verb.check(ledger, &Call::of(&moment, transaction)))
        {
            Ok(()) => Admission::Accepted,
            Err(reason) => Admission::Refused(reason),
        },
    })
}

/// Whether an instruction bears a UETR that an executed one has used.
pub(crate) fn uses_used_uetr(ledger: &Ledger, verb: &dyn Verb) -> Result<bool, LookupFailure> {
    match verb.uetr() {
        Some(uetr) => Ok(ledger.transaction_by_uetr(&uetr)?.is_some()),
        None => Ok(false),
    }
}

/// Whether the payment that an instruction speaks of was executed, and is the one that its evidence says.
pub(crate) fn check_original(
    ledger: &Ledger,
    verb: &dyn Verb,
) -> Result<Result<(), RejectReason>, LookupFailure> {
    if let Some(evidence) = verb.evidence() {
        let record = ledger.instruction(evidence.sender, &evidence.idempotency_key)?;
        let Some(record) = record else {
            return Ok(Err(RejectReason::OriginalUnknown));
        };
        if evidence.transaction(ledger.chain_id()) != record.transaction {
            return Ok(Err(RejectReason::OriginalDiffers));
        }
        return Ok(evidence.check_settled(&record.outcome));
    }
    let Some(uetr) = verb.original() else {
        return Ok(Ok(()));
    };
    Ok(match ledger.transaction_by_uetr(&uetr)? {
        Some(_) => Ok(()),
        None => Err(RejectReason::OriginalUnknown),
    })
}
