//! How the ledger answers an act of a story, and what the story foretold of it.

use sycee_api::wire;

use crate::local::network::LocalError;

/// The outcome that a story foretells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Foretold {
    /// Takes effect.
    Settled,
    /// Takes effect and makes or changes an object.
    Recorded,
    /// Waits.
    Waiting,
    /// Refused with this code, such as `SY-00260`.
    Refused(&'static str),
}

/// How the ledger answered.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Answer {
    /// Identity of the transaction, hexadecimal.
    pub(crate) transaction: String,
    /// Height of its block.
    pub(crate) height: u64,
    /// Its outcome.
    pub(crate) outcome: wire::outcome::Kind,
}

impl Answer {
    /// Row of the object that was made or changed.
    ///
    /// # Errors
    /// [`LocalError::Check`] when there is none.
    pub(crate) fn object(&self) -> Result<u64, LocalError> {
        match &self.outcome {
            wire::outcome::Kind::Recorded(object) => Ok(object.id),
            wire::outcome::Kind::Settled(_)
            | wire::outcome::Kind::Refused(_)
            | wire::outcome::Kind::BulkSettled(_)
            | wire::outcome::Kind::BulkRefused(_)
            | wire::outcome::Kind::Waiting(_)
            | wire::outcome::Kind::Cancelled(_) => Err(LocalError::Check(format!(
                "transaction {} made no object",
                self.transaction
            ))),
        }
    }

    /// Whether it is the outcome foretold.
    pub(super) fn is(&self, foretold: Foretold) -> bool {
        match (&self.outcome, foretold) {
            (wire::outcome::Kind::Settled(_), Foretold::Settled)
            | (wire::outcome::Kind::BulkSettled(_), Foretold::Settled)
            | (wire::outcome::Kind::Recorded(_), Foretold::Recorded)
            | (wire::outcome::Kind::Waiting(_), Foretold::Waiting) => true,
            (wire::outcome::Kind::Refused(problem), Foretold::Refused(code)) => {
                problem.code == code
            }
            _ => false,
        }
    }

    /// The outcome in words.
    pub(super) fn text(&self) -> String {
        match &self.outcome {
            wire::outcome::Kind::Settled(_) => "settled".to_owned(),
            wire::outcome::Kind::Recorded(object) => {
                format!("recorded ({} {})", object.table, object.id)
            }
            wire::outcome::Kind::Waiting(waiting) => format!("waits: {}", waiting.reason),
            wire::outcome::Kind::Refused(problem) => {
                format!("refused {}: {}", problem.code, problem.what)
            }
            wire::outcome::Kind::Cancelled(problem) => format!("cancelled: {}", problem.what),
            wire::outcome::Kind::BulkSettled(bulk) => {
                format!(
                    "{} legs settled, {} refused",
                    bulk.settled_count, bulk.refused_count
                )
            }
            wire::outcome::Kind::BulkRefused(bulk) => {
                format!("refused because of leg {}", bulk.leg)
            }
        }
    }
}
