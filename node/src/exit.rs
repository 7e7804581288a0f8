//! Exit codes of the command line, in one place. Scripts act on them; they never change meaning.
//!
//! 0 ok, 1 unexpected, 2 usage, 3 not found, 4 not authorised, 5 conflict, 6 unavailable or timed out (repeat), 7 refused by a rule,
//! 8 verification failed, 9 unsafe action refused. Spec: interfaces B3.

use sycee_api::{Class, Problem};

/// Done.
pub const OK: u8 = 0;
/// A fault of this program or its node.
pub const UNEXPECTED: u8 = 1;
/// The command line, a file or a field cannot be understood.
pub const USAGE: u8 = 2;
/// What was asked for does not exist.
pub const NOT_FOUND: u8 = 3;
/// The key or sender may not do this.
pub const NOT_AUTHORISED: u8 = 4;
/// The idempotency key was used for something else, or a file exists already.
pub const CONFLICT: u8 = 5;
/// Not now; repeating is safe.
pub const UNAVAILABLE: u8 = 6;
/// A rule of the ledger or of the files refused it.
pub const REFUSED: u8 = 7;
/// A proof, root, signature or genesis does not hold.
pub const UNVERIFIED: u8 = 8;
/// Doing it would have been unsafe.
pub const UNSAFE: u8 = 9;

/// Highest number that a refusal of the ledger has; the node's own faults follow.
const LEDGER_CODES_END: u16 = 10_000;

/// The exit code of a problem.
#[must_use]
pub fn of(problem: &Problem) -> u8 {
    match problem.class {
        // A malformed transaction is a refusal; a malformed flag or field is a mistake in the call.
        Class::Invalid if is_ledger_code(&problem.code) => REFUSED,
        Class::Invalid => USAGE,
        Class::NotFound | Class::OutOfRange => NOT_FOUND,
        Class::Forbidden => NOT_AUTHORISED,
        Class::Conflict => CONFLICT,
        Class::Unavailable | Class::TimedOut => UNAVAILABLE,
        Class::Refused => REFUSED,
        Class::Unverified => UNVERIFIED,
        Class::Unsafe => UNSAFE,
        Class::Internal => UNEXPECTED,
    }
}

fn is_ledger_code(code: &str) -> bool {
    let number = code
        .strip_prefix("SY-")
        .and_then(|digits| digits.parse::<u16>().ok());
    number.is_some_and(|number| number < LEDGER_CODES_END)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_api::NodeFault;
    use sycee_contracts::RejectReason;

    #[test]
    fn classes_have_the_documented_exit_codes() {
        let refusals = [
            (RejectReason::InsufficientFunds, REFUSED),
            (RejectReason::ControlSumMismatch, REFUSED),
            (RejectReason::DuplicateInstruction, CONFLICT),
            (RejectReason::SignerUnknown, NOT_AUTHORISED),
            (RejectReason::DebtorForbidden, NOT_AUTHORISED),
            (RejectReason::SignatureInvalid, UNVERIFIED),
            (RejectReason::WrongChain, UNSAFE),
        ];
        for (reason, expected) in refusals {
            assert_eq!(of(&reason.into()), expected, "{reason:?}");
        }
        let faults = [
            (NodeFault::FieldMalformed, USAGE),
            (NodeFault::AccountUnknown, NOT_FOUND),
            (NodeFault::FileMissing, NOT_FOUND),
            (NodeFault::KeyFileUnsafe, NOT_AUTHORISED),
            (NodeFault::FileExists, CONFLICT),
            (NodeFault::Busy, UNAVAILABLE),
            (NodeFault::TimedOut, UNAVAILABLE),
            (NodeFault::Unreachable, UNAVAILABLE),
            (NodeFault::ProofInvalid, UNVERIFIED),
            (NodeFault::EvidenceUnknown, NOT_FOUND),
            (NodeFault::AddressNotLoopback, UNSAFE),
            (NodeFault::FileRefused, REFUSED),
            (NodeFault::Internal, UNEXPECTED),
        ];
        for (fault, expected) in faults {
            assert_eq!(of(&fault.into()), expected, "{fault:?}");
        }
    }
}
