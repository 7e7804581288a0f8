//! The edge's question before an instruction enters a lane: is it worth ordering?
//!
//! Cheap, and without effect: a refusal here is no outcome and uses up no identifier. Funds are not asked for, since they may arrive
//! with payments that are ordered but not yet executed; the legs of a bulk payment are left to execution.

use sycee_primitives::BlockTime;

use crate::{
    action::Action,
    identifiers::{InstructionRecord, LookupFailure},
    ledger::Ledger,
    reject::RejectReason,
    standing::{Moment, Standing, standing},
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
    let time = now.max(ledger.time());
    let moment = Moment {
        height: ledger.height().next(),
        time,
        date: ledger.parameters.business_date(time),
    };
    Ok(match standing(ledger, &moment, transaction)? {
        Standing::Repeated(record) => Admission::Duplicate(record),
        Standing::Unheard(reason) | Standing::Refused(reason) => Admission::Refused(reason),
        Standing::Heard if uses_used_uetr(ledger, transaction)? => {
            Admission::Refused(RejectReason::UetrRepeated)
        }
        Standing::Heard => match check(ledger, &moment, transaction) {
            Ok(()) => Admission::Accepted,
            Err(reason) => Admission::Refused(reason),
        },
    })
}

/// Whether a payment bears a UETR that an executed one has used.
pub(crate) fn uses_used_uetr(
    ledger: &Ledger,
    transaction: &VerifiedTransaction,
) -> Result<bool, LookupFailure> {
    match &transaction.instruction().action {
        Action::Pay(action) => Ok(ledger.transaction_by_uetr(&action.uetr)?.is_some()),
        Action::RegisterParticipant(_)
        | Action::OpenAccount(_)
        | Action::IssueCash(_)
        | Action::PayBatch(_) => Ok(false),
    }
}

fn check(
    ledger: &Ledger,
    moment: &Moment,
    transaction: &VerifiedTransaction,
) -> Result<(), RejectReason> {
    let sender = transaction.instruction().sender;
    match &transaction.instruction().action {
        Action::RegisterParticipant(action) => action.check(ledger, sender),
        Action::OpenAccount(action) => action.check(ledger, sender),
        Action::IssueCash(action) => action.check(ledger, sender).map(|_source| ()),
        Action::Pay(action) => action.check(ledger, moment, sender).map(|_route| ()),
        Action::PayBatch(action) => action.check(ledger, moment, sender).map(|_debtor| ()),
    }
}
