//! One form for everything that goes wrong: code, what, where, remedy. The one place that maps it to gRPC and back.
//!
//! ```text
//!   RejectReason, Rejection, NodeFault ──▶ Problem ──▶ tonic::Status (message + google.rpc.Status details) ──▶ Problem
//! ```
//! It must never hold secrets or file contents: problems are printed, logged and sent.

use std::fmt;

use prost::Message;
use sycee_contracts::{RejectReason, Rejection};
use tonic::{Code, Status};

use crate::fault::{Class, NodeFault};
use crate::wire;

/// Where the details of a status say what they are.
const PROBLEM_TYPE: &str = "type.googleapis.com/sycee.v1.Problem";

/// What went wrong, for programs and people. One pointer wide, because it travels in every result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem(Box<Description>);

/// The parts of a [`Problem`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// Stable code, such as `SY-00260`.
    pub code: String,
    /// ISO 20022 external status reason, or `NARR`.
    pub iso: String,
    /// How it is answered.
    pub class: Class,
    /// What is wrong, in one sentence.
    pub what: String,
    /// Where: a field, file, height or leg; may be empty.
    pub place: String,
    /// What to do about it.
    pub remedy: String,
    /// Whether the same intent may succeed later without another change.
    pub retryable: bool,
}

/// The details of a gRPC status as every client library knows them.
#[derive(Clone, PartialEq, Message)]
struct StatusDetails {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<prost_types::Any>,
}

impl Problem {
    /// A fault of the node at a place.
    #[must_use]
    pub fn of(fault: NodeFault, place: impl fmt::Display) -> Problem {
        Problem::made_of(Description {
            code: fault.code(),
            iso: fault.iso_code().to_owned(),
            class: fault.class(),
            what: fault.english().to_owned(),
            place: place.to_string(),
            remedy: fault.remedy().to_owned(),
            retryable: fault.is_retryable(),
        })
    }

    /// A refusal of the ledger at a place.
    #[must_use]
    pub fn refusal(reason: RejectReason, place: impl fmt::Display) -> Problem {
        let explanation = reason.explanation();
        Problem::made_of(Description {
            code: reason.code(),
            iso: explanation.iso.to_owned(),
            class: class_of(reason),
            what: explanation.english.to_owned(),
            place: place.to_string(),
            remedy: explanation.remedy.to_owned(),
            retryable: explanation.retryable,
        })
    }

    /// The wire form.
    #[must_use]
    pub fn to_wire(&self) -> wire::Problem {
        wire::Problem {
            code: self.code.clone(),
            iso_code: self.iso.clone(),
            what: self.what.clone(),
            r#where: self.place.clone(),
            remedy: self.remedy.clone(),
            retryable: self.retryable,
        }
    }

    /// Reads the wire form; the class follows from the code, for a code this version does not know it is the one given.
    #[must_use]
    pub fn from_wire(problem: wire::Problem, otherwise: Class) -> Problem {
        Problem::made_of(Description {
            class: class_of_code(&problem.code).unwrap_or(otherwise),
            code: problem.code,
            iso: problem.iso_code,
            what: problem.what,
            place: problem.r#where,
            remedy: problem.remedy,
            retryable: problem.retryable,
        })
    }

    fn made_of(description: Description) -> Problem {
        Problem(Box::new(description))
    }

    /// The answer of a gRPC call.
    #[must_use]
    pub fn to_status(&self) -> Status {
        let code = grpc_code(self.class);
        let details = StatusDetails {
            code: code as i32,
            message: self.to_string(),
            details: vec![prost_types::Any {
                type_url: PROBLEM_TYPE.to_owned(),
                value: self.to_wire().encode_to_vec(),
            }],
        };
        Status::with_details(code, self.to_string(), details.encode_to_vec().into())
    }

    /// What a gRPC status says; also one that did not come from a Sycee node.
    #[must_use]
    pub fn from_status(status: &Status) -> Problem {
        let otherwise = class_of_grpc(status.code());
        let details = StatusDetails::decode(status.details()).unwrap_or_default();
        let carried = details
            .details
            .iter()
            .find(|any| any.type_url == PROBLEM_TYPE)
            .and_then(|any| wire::Problem::decode(any.value.as_slice()).ok());
        match carried {
            Some(problem) => Problem::from_wire(problem, otherwise),
            None => {
                let fault = match otherwise {
                    Class::Unavailable => NodeFault::Unreachable,
                    Class::TimedOut => NodeFault::TimedOut,
                    Class::Invalid => NodeFault::FieldMalformed,
                    // What gRPC itself answers to a message beyond its limit.
                    Class::OutOfRange => NodeFault::TooManyEntries,
                    Class::NotFound
                    | Class::Forbidden
                    | Class::Conflict
                    | Class::Refused
                    | Class::Unverified
                    | Class::Unsafe
                    | Class::Internal => NodeFault::Internal,
                };
                Problem::of(fault, status.message())
            }
        }
    }
}

impl std::ops::Deref for Problem {
    type Target = Description;

    fn deref(&self) -> &Description {
        &self.0
    }
}

impl fmt::Display for Problem {
    /// `SY-00260 (AM04): what [where]; remedy: ...` on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what.trim_end_matches('.');
        write!(f, "{} ({}): {what}", self.code, self.iso)?;
        if !self.place.is_empty() {
            write!(f, " [{}]", one_line(&self.place))?;
        }
        write!(f, "; remedy: {}", self.remedy)
    }
}

impl std::error::Error for Problem {}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Problem {
        Problem::refusal(rejection.reason, rejection.detail)
    }
}

impl From<RejectReason> for Problem {
    fn from(reason: RejectReason) -> Problem {
        Problem::refusal(reason, "")
    }
}

impl From<NodeFault> for Problem {
    fn from(fault: NodeFault) -> Problem {
        Problem::of(fault, "")
    }
}

impl From<Problem> for Status {
    fn from(problem: Problem) -> Status {
        problem.to_status()
    }
}

/// Errors of other layers and names that clients chose may hold line breaks; a problem is one line in a log.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

/// The class of a printed code; `None` for codes that neither the ledger nor the node gives.
#[must_use]
pub fn class_of_code(code: &str) -> Option<Class> {
    let number: u16 = code.strip_prefix("SY-")?.parse().ok()?;
    RejectReason::from_number(number)
        .map(class_of)
        .or_else(|| NodeFault::from_number(number).map(NodeFault::class))
}

/// The class of a ledger refusal, by rule so that a new reason has one: faults of shape are invalid, missing rights (ISO AG08) forbidden,
/// everything else refused, but for a few that are named.
#[must_use]
pub fn class_of(reason: RejectReason) -> Class {
    let named = match reason {
        RejectReason::SignatureInvalid => Some(Class::Unverified),
        RejectReason::WrongChain => Some(Class::Unsafe),
        RejectReason::DuplicateInstruction => Some(Class::Conflict),
        RejectReason::SenderUnknown
        | RejectReason::SignerUnknown
        | RejectReason::KeyInactive
        | RejectReason::SenderNotActive => Some(Class::Forbidden),
        _by_rule => None,
    };
    named.unwrap_or(match (reason.number(), reason.iso_code()) {
        (1..=99 | 900..=999, _) => Class::Invalid,
        (_, "AG08") => Class::Forbidden,
        (_, _) => Class::Refused,
    })
}

/// The gRPC status of a class.
#[must_use]
pub const fn grpc_code(class: Class) -> Code {
    match class {
        Class::Invalid | Class::Unverified => Code::InvalidArgument,
        Class::NotFound => Code::NotFound,
        Class::Forbidden => Code::PermissionDenied,
        Class::Conflict => Code::AlreadyExists,
        Class::Unavailable => Code::Unavailable,
        Class::TimedOut => Code::DeadlineExceeded,
        Class::Refused | Class::Unsafe => Code::FailedPrecondition,
        Class::OutOfRange => Code::OutOfRange,
        Class::Internal => Code::Internal,
    }
}

/// The class of a status that carries no problem; `Code` is not ours, so the rest falls to one arm.
const fn class_of_grpc(code: Code) -> Class {
    match code {
        Code::InvalidArgument | Code::Unimplemented => Class::Invalid,
        Code::NotFound => Class::NotFound,
        Code::PermissionDenied | Code::Unauthenticated => Class::Forbidden,
        Code::AlreadyExists => Class::Conflict,
        Code::Unavailable | Code::ResourceExhausted | Code::Cancelled => Class::Unavailable,
        Code::DeadlineExceeded => Class::TimedOut,
        Code::FailedPrecondition | Code::Aborted => Class::Refused,
        Code::OutOfRange => Class::OutOfRange,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => Class::Internal,
    }
}

#[cfg(test)]
mod tests;
