//! What falls due by itself: expiry, time-outs, warehoused payments, standing orders, due dates.
//!
//! ```text
//!   Objects<T>.due ─┐
//!   Objects<U>.due ─┼─▶ earliest (time, table, id) ≤ block time ─▶ its product's `fall_due`, before the block's transactions
//!   Objects<V>.due ─┘        at most DUE_ITEMS_PER_BLOCK a block; the rest follows in the next, in the same order
//! ```
//! An item fires once: firing moves its due time or clears it, and an item that stays where it was is our own fault and halts.

use sycee_primitives::BlockTime;

use crate::{
    execute::Halt,
    ledger::Ledger,
    objects::{DueHandler, ObjectTable},
    standing::Moment,
    tables::Table,
};

/// Due items done at the start of one block: a day's opening must not make one block long.
pub const DUE_ITEMS_PER_BLOCK: usize = 10_000;

/// One row that falls due.
struct Due {
    time: BlockTime,
    table: Table,
    id: u64,
    handler: DueHandler,
}

fn first_due(ledger: &Ledger) -> Option<Due> {
    let due = |objects: &dyn ObjectTable| {
        let (time, id) = objects.first_due()?;
        Some(Due {
            time,
            table: objects.table(),
            id,
            handler: objects.due_handler(),
        })
    };
    let all = ledger.products.all();
    let dues = all.into_iter().filter_map(due);
    dues.min_by_key(|it| (it.time, it.table))
}

impl Ledger {
    /// Block time at which the ledger has work to do although nobody sends anything; it may lie in the past.
    #[must_use]
    pub fn next_due(&self) -> Option<BlockTime> {
        let due = first_due(self).map(|due| due.time);
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
        let Some(due) = first_due(ledger).filter(|due| due.time <= moment.time) else {
            return Ok(());
        };
        (due.handler)(ledger, moment, due.id);
        let objects = ledger.products.table(due.table);
        if objects.is_some_and(|objects| objects.is_due(due.time, due.id)) {
            return Err(Halt::AgendaStuck {
                table: due.table,
                id: due.id,
            });
        }
    }
    Ok(())
}
