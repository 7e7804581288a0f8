//! Contracts in ACTUS terms: from the terms of a loan, a guarantee or a collateral to its events and the state after each.
//!
//! ```text
//!   Terms ──plan──▶ events in order ──step──▶ row {time, type, payoff, state after}     PAM LAM NAM ANN LAX CLM UMP
//!     │                                ▲
//!     │      Observed ─────────────────┘  rates, indexes, exercises
//!     └──guarantee──▶ CEG, CEC: exposure of the contracts they cover, replayed to the credit event
//! ```
//! Numbers are integers with twelve decimals (`fixed`), rounded half to even at each event; the instalment of an annuity is computed
//! from exact fractions. Time is an argument, nothing is read from anywhere.
//!
//! Written after the published ACTUS technical specification and dictionary. Spec: ledger 3.5.

pub mod event;
pub mod fixed;
mod guarantee;
pub mod observed;
mod plan;
mod replay;
mod step;
pub mod terms;

use thiserror::Error;

use crate::term::moment::Moment;
use event::Row;
use observed::Observed;
use terms::{ContractType, Terms};

/// Events one contract may have.
pub const EVENTS_MAX: usize = 100_000;

/// Why a contract has no events.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ActusError {
    /// A term that the contract cannot do without.
    #[error("the term {0} is missing")]
    Missing(&'static str),
    /// A term, or a value of one, that this engine does not know how to follow.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// Terms that contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A value of the market that was not observed.
    #[error("no value of {market} was observed at {time}")]
    NotObserved {
        /// The market object.
        market: String,
        /// When its value is needed.
        time: Moment,
    },
    /// A number exceeds what is computed exactly.
    #[error("a number of the contract exceeds what is computed exactly")]
    TooLarge,
    /// A date outside the years 1970 to 9999, without an open day near it, or too many dates.
    #[error("the schedule of {0} leaves the years 1970 to 9999 or has too many dates")]
    Schedule(&'static str),
}

/// The events of a contract after its status date, up to `to` or, without it, to the end of the contract.
///
/// # Errors
/// [`ActusError`] naming what is missing, unknown or out of range.
pub fn project(
    terms: &Terms,
    observed: &Observed,
    to: Option<Moment>,
) -> Result<Vec<Row>, ActusError> {
    match terms.contract_type {
        ContractType::Guarantee | ContractType::Collateral => {
            guarantee::project(terms, observed, to)
        }
        ContractType::PrincipalAtMaturity
        | ContractType::LinearAmortizer
        | ContractType::NegativeAmortizer
        | ContractType::Annuity
        | ContractType::ExoticLinearAmortizer
        | ContractType::CallMoney
        | ContractType::UndefinedMaturity => replay::rows(terms, observed, to),
    }
}
