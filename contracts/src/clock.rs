//! The clock of a trial network, which its operator may put forward: a loan of a year is tried out in a minute.
//!
//! ```text
//!   block time ──(+ ahead_ms)──▶ the ledger's time ──▶ business date, expiries, agenda
//! ```
//! For the ledger a jump is a long silence of the network, which it must bear anyway: everything that fell due meanwhile is done in its
//! order from the next block on. A network whose genesis does not say `trial_clock` has the time of its blocks, for ever.

use sycee_primitives::BlockTime;

use crate::ledger::Ledger;

pub(crate) mod advance_clock;

impl Ledger {
    /// The ledger's time at an instant of block time.
    #[must_use]
    pub fn clock(&self, block_time: BlockTime) -> BlockTime {
        BlockTime(block_time.0.saturating_add(self.header.ahead_ms))
    }

    /// The block time at which the ledger has this time.
    pub(crate) fn block_time(&self, time: BlockTime) -> BlockTime {
        BlockTime(time.0.saturating_sub(self.header.ahead_ms))
    }
}
