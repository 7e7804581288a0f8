//! What falls due by itself: expiry, time-outs, warehoused payments, standing orders, due dates.
//!
//! ```text
//!   Objects<T>.due ─┐
//!   Objects<U>.due ─┼─▶ earliest (time, table, id) ≤ block time ─▶ its product's `fall_due`, before the block's transactions
//!   Objects<V>.due ─┘        at most DUE_ITEMS_PER_BLOCK a block; the rest follows in the next, in the same order
//! ```
//! An item fires once: firing moves its due time or clears it, and an item that stays where it was is our own fault and halts.

use sycee_primitives::BlockTime;

use crate::{execute::Halt, ledger::Ledger, standing::Moment};

/// Due items done at the start of one block: a day's opening must not make one block long.
pub const DUE_ITEMS_PER_BLOCK: usize = 10_000;

impl Ledger {
    /// Block time at which the ledger has work to do although nobody sends anything; it may lie in the past.
    #[must_use]
    pub fn next_due(&self) -> Option<BlockTime> {
        let due = self.products.first_due().map(|(time, ..)| time);
        let cycle = crate::liquidity::cycle::next_due(self);
        let earliest = due.into_iter().chain(cycle).min()?;
        Some(self.block_time(earliest))
    }
}

/// Does what is due at the start of a block.
///
/// # Errors
/// [`Halt::AgendaStuck`] when an item did not move.
pub(crate) fn run(ledger: &mut Ledger, moment: &Moment) -> Result<(), Halt> {
    for _ in 0..DUE_ITEMS_PER_BLOCK {
        let first = ledger.products.first_due();
        let Some((time, table, id, handler)) = first.filter(|(time, ..)| *time <= moment.time)
        else {
            return Ok(());
        };
        handler(ledger, moment, id);
        // It stands first as long as it does not move.
        let next = ledger.products.first_due();
        if next.is_some_and(|(at, of, row, _)| (at, of, row) == (time, table, id)) {
            return Err(Halt::AgendaStuck { table, id });
        }
    }
    Ok(())
}
