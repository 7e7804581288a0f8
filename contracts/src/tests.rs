//! Tests of the crate as a whole: text tables, one row a refusal; properties against an independent executor.

mod against;
mod backing;
mod calendar;
mod conditional;
mod credit;
mod defaults;
mod documentary;
mod door;
mod escrow;
mod fees;
mod flush;
mod guarantee;
mod interest;
mod invariants;
mod json;
pub(crate) mod language;
mod life;
mod maturity;
mod model;
mod objects;
mod orders;
#[cfg(sycee_planted)]
mod planted;
mod properties;
mod race;
mod reference;
mod registry;
mod risk;
mod roles;
mod roots;
mod snapshot;
mod stored;
mod supply;
mod tables;
mod together;
mod treasury;
pub(crate) mod vectors;
