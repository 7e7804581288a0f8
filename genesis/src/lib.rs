//! The founding facts of a network: who takes part, who validates, what money there is.
//!
//! Floor 2 of the house. It knows no file system, no network and no clock: text comes in, facts go out.
//!
//! ```text
//!   text ──document──▶ Document ──validate──▶ Genesis ──▶ ChainId (hash of its canonical bytes)
//!                                                │──────▶ ValidatorSet, consensus parameters
//!                                                └──────▶ Ledger at height 0
//! ```
//! Invariants: a [`Genesis`] has passed every check, so what follows from it cannot fail; two texts with the same facts have the
//! same chain id; every problem of a document is reported at once, with line, field, code and remedy.

#![warn(missing_docs)]

mod devnet;
mod document;
mod facts;
mod parameters;
mod problem;
mod validate;

pub use devnet::{DevnetKeys, DevnetOptions, DevnetSecrets, NodeKeys, NodeSecrets, devnet};
pub use facts::{
    AccountFact, AssetFact, Facts, Genesis, Observer, ParticipantFact, Series, Validator,
};
pub use parameters::NetworkParameters;
pub use problem::{Fault, GenesisErrors, Problem};

#[cfg(test)]
mod tests;
