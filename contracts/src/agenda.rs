//! What falls due by itself: expiry, time-outs, warehoused payments, standing orders, due dates.
//!
//! ```text
//!   Objects<T>.due ─┐
//!   Objects<U>.due ─┼─▶ earliest (time, table, id) ≤ block time ─▶ its product's `fall_due`, before the block's transactions
//!   Objects<V>.due ─┘        at most `due_items` a block; the rest follows in the next, in the same order
//! ```
//! How many a block does follows from the block time that has passed since the one before: about a quarter of the time is theirs, or a
//! fortieth in a block with transactions, since what is due by midnight is not urgent and its rows have to be stored as well. So a
//! day's opening makes no block long, and no payment waits behind a row of blocks, whether blocks follow each other by milliseconds or
//! by the round trips of a wide network.
//! An item fires once: firing moves its due time or clears it, and an item that stays where it was is our own fault and halts.

use sycee_primitives::BlockTime;

use crate::{execute::Halt, ledger::Ledger, standing::Moment};

/// Due items done at the start of one block at most, however long ago the last one was; an item takes two to three microseconds.
pub const DUE_ITEMS_PER_BLOCK: usize = 5_000;

/// Due items that every block does, however soon it comes: time may stand still.
const DUE_ITEMS_PER_BLOCK_MIN: usize = 200;

/// Due items for each millisecond of block time, of a block without and with transactions.
const DUE_ITEMS_PER_MS: (usize, usize) = (100, 10);

/// Time that counts at most: a block that comes late does not make the next one late too.
const ELAPSED_MS_MAX: u64 = 100;

/// How many due items a block does at most whose time is so many milliseconds after that of the block before.
#[must_use]
pub fn due_items(elapsed_ms: u64, has_transactions: bool) -> usize {
    let elapsed = usize::try_from(elapsed_ms.min(ELAPSED_MS_MAX)).unwrap_or(usize::MAX);
    let (alone, beside) = DUE_ITEMS_PER_MS;
    let each = if has_transactions { beside } else { alone };
    elapsed
        .saturating_mul(each)
        .clamp(DUE_ITEMS_PER_BLOCK_MIN, DUE_ITEMS_PER_BLOCK)
}

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

/// Does what is due at the start of a block, with or without transactions.
///
/// # Errors
/// [`Halt::AgendaStuck`] when an item did not move.
pub(crate) fn run(
    ledger: &mut Ledger,
    moment: &Moment,
    has_transactions: bool,
) -> Result<(), Halt> {
    // The block that opens a day is a checkpoint too, and the clock of a trial network may have jumped.
    let elapsed_ms = if moment.date == ledger.header.date {
        moment.time.0.saturating_sub(ledger.header.time.0)
    } else {
        0
    };
    for _ in 0..due_items(elapsed_ms, has_transactions) {
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
