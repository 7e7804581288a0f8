//! A payment that answers something: it settles at once, in its turn and within its hours, or the answer is refused and may come again.

use crate::{
    calendar::Timing,
    ledger::Ledger,
    liquidity::queue,
    payment::pay::Pay,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Whether anything but funds, and those ahead of it, stands in the way of a payment for today.
pub(crate) fn check_now(ledger: &Ledger, call: &Call, payment: &Pay) -> Result<(), RejectReason> {
    payment.check_shape()?;
    match ledger.timing(payment.asset, payment.value_date, &call.moment)? {
        Timing::Now => payment.check_route(ledger, call.sender()),
        Timing::Later(..) => Err(RejectReason::OutsideHours),
    }
}

/// Settles a payment that passed [`check_now`], or refuses it.
pub(crate) fn pay_now(ledger: &mut Ledger, call: &Call, payment: &Pay) -> Result<(), RejectReason> {
    assert!(
        payment.handling.queue_until.is_none(),
        "an answer does not wait"
    );
    queue::enter(ledger, &call.moment, call.origin, payment).map(|_settled| ())
}
