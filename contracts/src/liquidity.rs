//! Saving liquidity: payments that wait for funds, and settling many of them against each other at once.
//!
//! ```text
//!   queue     Pay with `queue_until` ─▶ settles | offset with up to ten that come back | waits ─▶ swept, cycled, expired, cancelled
//!   cycle     opened at a checkpoint: the waiting list ─▶ sets submitted ─▶ WINDOW heights later: the best judged set, or the baseline
//!   limits    what an account may send net; reservations: what only urgent payments may use; both asked at every settlement
//!   netting   pure arithmetic over a list of waiting payments: baseline, judgement, score. Knows no ledger and no row
//! ```
//! Whoever proposes a set may have computed it in any way; what is proposed is judged here, in whole numbers, by everybody alike.
//! Spec: ledger 4; docs/liquidity.md.

pub(crate) mod change_queued;
pub(crate) mod cycle;
pub(crate) mod limits;
pub mod netting;
pub(crate) mod pairs;
pub(crate) mod pending;
pub(crate) mod queue;
pub(crate) mod reservations;
pub(crate) mod reserve;
pub(crate) mod set_limit;
pub(crate) mod submit_cycle_set;
pub(crate) mod waiting;

use crate::{ledger::Ledger, standing::Moment};

/// Decides the cycle that is due, before the transactions of a block.
pub(crate) fn begin_block(ledger: &mut Ledger, moment: &Moment) {
    cycle::decide_due(ledger, moment);
}

/// Lets whatever came in during a block flow on, before its checks.
pub(crate) fn end_block(ledger: &mut Ledger, moment: &Moment) {
    queue::sweep_all(ledger, moment);
}
