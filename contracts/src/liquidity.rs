//! Saving liquidity: payments that wait, and settling many of them against each other at once.
//!
//! ```text
//!   netting   pure arithmetic over a list of waiting payments: baseline, judgement, score. Knows no ledger and no row
//! ```
//! Whoever proposes a set may have computed it in any way; what is proposed is judged here, in whole numbers, by everybody alike.
//! Spec: ledger 4.

pub mod netting;
