//! Finds good sets of waiting payments, for whoever wants to submit one to a netting cycle.
//!
//! Floor 3 and outside every rule of the ledger: what it finds is judged by `sycee_contracts::liquidity::netting` like anybody's set, so
//! floats and heuristics are allowed here and nowhere below. It knows no clock and no thread: the same list gives the same set.
//!
//! ```text
//!   Netting ─┬─ relax ── dual prices by minimum-cost flow ──▶ round ──▶ refill ─▶ anneal ─┐
//!            ├─ baseline (strict queue order) ──────────────────────▶ refill ─▶ anneal ─┼─▶ judge, best Score
//!            └─ baseline itself ────────────────────────────────────────────────────────┘
//! ```
//! [`solve`] never answers less than the baseline, in no class. Spec: ledger 4; docs/liquidity.md.

mod anneal;
mod arrange;
pub mod day;
pub mod file;
mod flow;
mod forest;
pub mod generate;
mod random;
mod relax;
mod solve;

pub use random::Random;
pub use relax::value_upper_bound;
pub use solve::{Effort, solve, solve_with};
