//! The end of a business day over a book of millions of loans: one engine, one disk, everything written and synced.
//!
//! ```text
//!   book ──found──▶ ledger, rows written ──▶ the day turns: blocks until nothing is due ──▶ store closed, opened, ledger restored
//!                                             └ one thread executes, one writes and syncs     └ root equal, every loan moved once
//!   10,000 loans of the restored ledger ──▶ equal to `naive`, which walks day by day
//! ```
//! What an executing validator does for the same blocks, without ordering and network. Spec: requirements, design 7; `docs/bench.md`.

pub mod book;
pub mod naive;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use sycee_contracts::{BlockContext, Ledger, due_items, execute, loan::Loan, read};
use sycee_primitives::{BlockTime, BusinessDate};
use sycee_replica::stored_ledger;
use sycee_storage::{RocksOptions, RocksStore, Store, disk_usage};
use thiserror::Error;

use crate::bench::machine::{self, Machine};
use crate::bench::process::thread_processor_time;
use crate::bench::statistics::Summary;
use book::{Book, Shape};
use writer::Writer;

/// Block time between two blocks while the day turns.
const BLOCK_MS: u64 = 50;

/// Changed rows after which they are written: about 256 MiB, as a node flushes.
const FLUSH_ROWS: usize = 1_000_000;

/// Loans that are compared with the naive engine.
const SAMPLED: u64 = 10_000;

/// Why there are no figures.
#[derive(Debug, Error)]
pub enum EodError {
    /// The disk refused.
    #[error(transparent)]
    Store(#[from] sycee_storage::StoreError),
    /// The stored ledger cannot be read.
    #[error(transparent)]
    Restore(#[from] sycee_replica::ExecutionError),
    /// The ledger came out wrong: then nothing that was measured counts.
    #[error("{0}")]
    Wrong(String),
}

fn wrong(what: impl std::fmt::Display) -> EodError {
    EodError::Wrong(what.to_string())
}

/// What one run found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of the program.
    pub version: &'static str,
    /// Loans in the book.
    pub loans: u64,
    /// Loans of which something fell due on the day.
    pub due: u64,
    /// Loans with an unpaid item of an earlier day.
    pub overdue: u64,
    /// Building the book, milliseconds.
    pub book_ms: u64,
    /// Writing its rows, milliseconds.
    pub book_written_ms: u64,
    /// From the first block of the day until everything due is done, written and synced, milliseconds.
    pub end_of_day_ms: u64,
    /// Of which until the last block was executed, milliseconds.
    pub executed_ms: u64,
    /// Blocks that took.
    pub blocks: u64,
    /// Due items a block does at most.
    pub due_items_per_block: usize,
    /// Time to execute one of these blocks, checkpoints included.
    pub block: Option<Summary>,
    /// Of which on a processor: without waiting for one while the store writes; nothing where the system does not tell.
    pub block_on_processor: Option<Summary>,
    /// Opening the store and restoring the ledger from it, milliseconds.
    pub restart_ms: u64,
    /// Most memory the process held, bytes; 0 where the system does not tell.
    pub memory_peak_bytes: u64,
    /// Bytes of the store afterwards.
    pub stored_bytes: u64,
    /// Loans that were compared with the naive engine, all equal.
    pub sampled: u64,
    /// What the machine itself costs.
    pub machine: Machine,
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Measures one end of day in `folder`, which holds the store afterwards.
///
/// # Errors
/// [`EodError`]; there are no figures then.
pub fn measure(
    folder: &Path,
    shape: &Shape,
    mut tell: impl FnMut(&str),
) -> Result<Report, EodError> {
    let machine = machine::measure(folder)?;
    tell("making the book");
    let begun = Instant::now();
    let book = Book::new(shape).map_err(wrong)?;
    let mut ledger = book.ledger().map_err(wrong)?;
    let book_ms = ms(begun.elapsed());
    let path = folder.join("store");
    let store = RocksStore::create(&path, RocksOptions::default())?;
    let store: Arc<dyn Store> = Arc::new(store);
    tell("writing it");
    let begun = Instant::now();
    write_book(&store, &mut ledger)?;
    let book_written_ms = ms(begun.elapsed());
    tell("the day turns");
    let turned = turn_day(&store, &mut ledger)?;
    book.check_moved(&ledger).map_err(wrong)?;
    let (root, height) = (ledger.checkpoint().state_root, ledger.height());
    drop((ledger, store));
    tell("restarting");
    let begun = Instant::now();
    let store: Arc<dyn Store> = Arc::new(RocksStore::open(&path, RocksOptions::default())?);
    let ledger = stored_ledger(&store)?;
    let restart_ms = ms(begun.elapsed());
    if (ledger.height(), ledger.checkpoint().state_root) != (height, root) {
        return Err(wrong("the restored ledger is not the one that was written"));
    }
    tell("comparing with the naive engine");
    let sampled = compare(&book, &ledger)?;
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        loans: shape.loans,
        due: book.due(),
        overdue: book.overdue(),
        book_ms,
        book_written_ms,
        end_of_day_ms: ms(turned.written),
        executed_ms: ms(turned.executed),
        blocks: turned.blocks.len() as u64,
        due_items_per_block: due_items(BLOCK_MS, false),
        block: Summary::of(turned.blocks),
        block_on_processor: Summary::of(turned.on_processor),
        restart_ms,
        memory_peak_bytes: memory_peak_bytes(),
        stored_bytes: disk_usage(&path)?.allocated_bytes,
        sampled,
        machine,
    })
}

fn write_book(store: &Arc<dyn Store>, ledger: &mut Ledger) -> Result<(), EodError> {
    let writer = Writer::start(store);
    writer.rows(ledger);
    writer.finish()?;
    Ok(())
}

/// How long the day's turn took.
struct Turned {
    executed: Duration,
    written: Duration,
    blocks: Vec<Duration>,
    on_processor: Vec<Duration>,
}

fn turn_day(store: &Arc<dyn Store>, ledger: &mut Ledger) -> Result<Turned, EodError> {
    let begun = Instant::now();
    let mut time = ledger
        .parameters()
        .opening(BusinessDate(ledger.business_date().0 + 1));
    let writer = Writer::start(store);
    let (mut blocks, mut on_processor) = (Vec::new(), Vec::new());
    loop {
        let (started, used_before) = (Instant::now(), thread_processor_time());
        let context = BlockContext {
            height: ledger.height().next(),
            time,
        };
        let executed = execute(ledger, &context, []).map_err(wrong)?;
        blocks.push(started.elapsed());
        let used = thread_processor_time().zip(used_before);
        on_processor.extend(used.map(|(after, before)| after.saturating_sub(before)));
        writer.results(&executed);
        let is_done = ledger.next_due().is_none_or(|due| time < due);
        if is_done && executed.checkpoint.is_some() {
            break;
        }
        if ledger.changed_rows() >= FLUSH_ROWS {
            writer.rows(ledger);
        }
        // The last block is a checkpoint, so that the restored state is compared as a whole.
        let step = if is_done {
            ledger.parameters().checkpoint_interval_ms
        } else {
            BLOCK_MS
        };
        time = BlockTime(time.0 + step);
    }
    let executed = begun.elapsed();
    writer.rows(ledger);
    writer.finish()?;
    Ok(Turned {
        executed,
        written: begun.elapsed(),
        blocks,
        on_processor,
    })
}

fn compare(book: &Book, ledger: &Ledger) -> Result<u64, EodError> {
    let loans = read::loans(ledger).count() as u64;
    let count = SAMPLED.min(loans);
    for place in 0..count {
        let id = place * loans / count;
        let missing = || wrong(format!("loan {id} is missing"));
        let loan: &Loan = read::loan(ledger, id).ok_or_else(missing)?;
        let unpaid = book.is_overdue(id);
        naive::compare(loan, ledger.business_date(), unpaid)
            .map_err(|what| wrong(format!("loan {id}: {what}")))?;
    }
    Ok(count)
}

/// The peak of resident memory that the system counts.
fn memory_peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_book_turns_the_day_and_equals_the_naive_engine() {
        for (due_percent, overdue_percent) in [(3, 5), (100, 0), (0, 100)] {
            let folder = tempfile::tempdir().unwrap();
            let shape = Shape {
                loans: 25_000,
                due_percent,
                overdue_percent,
            };
            let report = measure(folder.path(), &shape, |_| {}).unwrap();
            assert_eq!(report.due, 250 * u64::from(due_percent));
            assert_eq!(report.overdue, 250 * u64::from(overdue_percent));
            assert_eq!(report.sampled, SAMPLED);
            assert!(report.blocks > report.due / due_items(BLOCK_MS, false) as u64);
        }
    }

    #[test]
    fn a_loan_that_differs_from_the_naive_engine_is_told() {
        let shape = Shape {
            loans: 100,
            due_percent: 100,
            overdue_percent: 50,
        };
        let book = Book::new(&shape).unwrap();
        let ledger = book.ledger().unwrap();
        for (id, loan) in read::loans(&ledger) {
            let today = ledger.business_date();
            assert_eq!(naive::compare(loan, today, book.is_overdue(id)), Ok(()));
            let mut other = loan.clone();
            other.position.outstanding += 1;
            assert!(naive::compare(&other, today, book.is_overdue(id)).is_err());
            assert!(naive::compare(loan, today, !book.is_overdue(id)).is_err());
        }
    }
}
