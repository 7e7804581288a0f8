//! Tests of the crate as a whole: text tables, one row a refusal; properties against an independent executor.
//!
//! What judges (the stage, the naive executors, the invariants) is also built with the feature `twins`, for the simulator.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests, and what judges in the simulator: a broken expectation is a broken run"
)]
#![cfg_attr(
    not(test),
    allow(
        dead_code,
        unused_imports,
        reason = "the simulator takes a part of what the tests use"
    )
)]

mod against;
#[cfg(test)]
mod backing;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod conditional;
#[cfg(test)]
mod covered;
mod credit;
#[cfg(test)]
mod defaults;
mod documentary;
#[cfg(test)]
mod door;
mod escrow;
#[cfg(test)]
mod fees;
#[cfg(test)]
mod flush;
mod guarantee;
#[cfg(test)]
mod interest;
mod invariants;
#[cfg(test)]
mod json;
pub(crate) mod language;
#[cfg(test)]
mod life;
#[cfg(test)]
mod maturity;
#[cfg(test)]
mod model;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod once;
mod orders;
#[cfg(all(test, sycee_planted))]
mod planted;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod race;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod risk;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod roots;
#[cfg(test)]
mod snapshot;
mod stored;
mod supply;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod together;
#[cfg(test)]
mod treasury;
pub mod twins;
#[cfg(test)]
pub(crate) mod vectors;
#[cfg(test)]
mod votes;
