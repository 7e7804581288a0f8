//! The owner of the ledger: executes final blocks in order, answers questions between them, flushes derived rows.
//!
//! It must never wait for the core: its answers fit the queue, and clients' groups that find no room are told so.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use sycee_contracts::{Admission, Halt, LookupFailure, Receipt, Rejection, admit};
use sycee_primitives::{Height, TransactionId};
use sycee_replica::{Event, ExecutionError, Executor, ReadyBlock};
use tokio::sync::{broadcast, oneshot};

use super::failure::{Failure, Stop};
use super::handle::{NodeEvent, Shared, SubmitOutcome};
use super::intake::ClientGroup;
use super::storage::Write;
use crate::clock;
use crate::metrics::Metrics;

/// Derived rows are written after this long,
const FLUSH_INTERVAL: Duration = Duration::from_secs(10);
/// or when about so many bytes have changed (design 5).
const FLUSH_BYTES: u64 = 256 << 20;
/// or when so many receipts wait: their rows are written once whatever the interval, and a larger set would hold up votes, which
/// share the writer, for longer than a view.
const FLUSH_RECEIPTS: u64 = 8_192;

/// Encoded rows after which derived state goes to the disk: while a day's due dates are worked through, the writes of consensus must not
/// wait behind one of all of them.
const FLUSH_PREPARED_ROWS: usize = 1_024;
/// Transactions whose receipts clients wait for.
const WATCHES_MAX: usize = 65_536;
/// How often flushing is considered when nothing happens.
const IDLE_CHECK: Duration = Duration::from_millis(250);

/// Something to be done with the ledger between two blocks.
pub(crate) enum Question {
    /// Any read.
    Ask(Box<dyn FnOnce(&Executor) + Send>),
    /// Is this worth ordering? What is goes on to the core.
    Admit {
        group: ClientGroup,
        clients: Sender<ClientGroup>,
    },
    /// Tell when this is executed.
    Watch {
        transaction: TransactionId,
        reply: oneshot::Sender<Receipt>,
    },
    /// Write the derived rows now.
    Flush,
}

pub(crate) struct Links {
    pub(crate) blocks: Receiver<Box<ReadyBlock>>,
    pub(crate) questions: Receiver<Question>,
    pub(crate) writes: Sender<Write>,
    pub(crate) answers: Sender<Event>,
    pub(crate) events: broadcast::Sender<NodeEvent>,
    pub(crate) flushed: Arc<AtomicU64>,
    pub(crate) stop: Receiver<()>,
    pub(crate) metrics: Metrics,
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Execution {
    executor: Executor,
    links: Links,
    watches: BTreeMap<TransactionId, Vec<oneshot::Sender<Receipt>>>,
    watching: usize,
    last_flush: Instant,
    flush_in_flight: Option<Height>,
    certified: Height,
}

impl Execution {
    pub(crate) fn new(executor: Executor, links: Links) -> Execution {
        Execution {
            executor,
            links,
            watches: BTreeMap::new(),
            watching: 0,
            last_flush: Instant::now(),
            flush_in_flight: None,
            certified: Height(0),
        }
    }

    /// Runs until the node stops, then writes the derived rows.
    pub(crate) fn run(mut self, stop: &Stop) {
        loop {
            // Blocks first: a question may wait, the chain may not.
            if let Ok(block) = self.links.blocks.try_recv() {
                if let Err(failure) = self.execute(&block) {
                    return stop.fail(failure);
                }
                self.flush_if_due();
                continue;
            }
            crossbeam_channel::select! {
                recv(self.links.blocks) -> block => {
                    let executed = block.ok().map(|block| self.execute(&block));
                    if let Some(Err(failure)) = executed {
                        return stop.fail(failure);
                    }
                }
                recv(self.links.questions) -> question => {
                    let answered = question.ok().map(|question| self.answer(question));
                    if let Some(Err(failure)) = answered {
                        return stop.fail(failure);
                    }
                }
                recv(self.links.stop) -> _ => break,
                default(IDLE_CHECK) => {}
            }
            self.flush_if_due();
        }
        if stop.failure().is_none() {
            self.flush();
        }
    }

    fn execute(&mut self, ready: &ReadyBlock) -> Result<(), Failure> {
        let started = Instant::now();
        let executed = self
            .executor
            .execute(ready)
            .map_err(|error| execution_failure(&error))?;
        let metrics = &self.links.metrics;
        metrics
            .execute_seconds
            .observe(started.elapsed().as_secs_f64());
        metrics
            .executed
            .inc_by(executed.block.receipts.len() as u64);
        metrics.settled_legs.inc_by(executed.block.settled_legs);
        let height = executed.summary.height;
        metrics
            .executed_height
            .set(i64::try_from(height.0).unwrap_or(i64::MAX));
        // Both queues outlive the node's normal running; when they are gone the node is stopping.
        let _ = self.links.writes.send(Write::Rows(executed.writes));
        let _ = self.links.answers.send(Event::Executed(executed.summary));
        for receipt in &executed.block.receipts {
            for reply in self
                .watches
                .remove(&receipt.transaction)
                .unwrap_or_default()
            {
                self.watching = self.watching.saturating_sub(1);
                let _ = reply.send(receipt.clone());
            }
        }
        self.links.shared.executed(&executed.block);
        // Nobody need listen.
        let _ = self.links.events.send(NodeEvent::Executed {
            block: executed.block,
            digest: executed.digest,
        });
        let certified = ready.block.block.exec.executed;
        if certified > self.certified {
            self.certified = certified;
            let _ = self.links.events.send(NodeEvent::Certified {
                through: certified,
                by: height,
            });
        }
        self.flush_snapshot();
        Ok(())
    }

    fn answer(&mut self, question: Question) -> Result<(), Failure> {
        match question {
            Question::Ask(ask) => ask(&self.executor),
            Question::Admit { group, clients } => self.admit(group, &clients)?,
            Question::Watch { transaction, reply } => self.watch(transaction, reply),
            Question::Flush => self.flush(),
        }
        Ok(())
    }

    fn admit(&self, group: ClientGroup, clients: &Sender<ClientGroup>) -> Result<(), Failure> {
        let now = clock::wall();
        let mut admitted: ClientGroup = Vec::with_capacity(group.len());
        for (transaction, reply) in group {
            let admission = admit(self.executor.ledger(), &transaction, now);
            let outcome = match admission.map_err(|error| lookup_failure(&error))? {
                Admission::Accepted => {
                    admitted.push((transaction, reply));
                    continue;
                }
                Admission::Duplicate(record) => SubmitOutcome::Duplicate(record),
                Admission::Refused(reason) => SubmitOutcome::Refused(Rejection::from(reason)),
            };
            self.links.metrics.refused.inc();
            let _ = reply.send(outcome);
        }
        if admitted.is_empty() {
            return Ok(());
        }
        if let Err(refused) = clients.try_send(admitted) {
            for (_, reply) in refused.into_inner() {
                self.links.metrics.busy.inc();
                let _ = reply.send(SubmitOutcome::Busy);
            }
        }
        Ok(())
    }

    fn watch(&mut self, transaction: TransactionId, reply: oneshot::Sender<Receipt>) {
        let known = self
            .executor
            .recent_place(&transaction)
            .and_then(|(height, index)| {
                let block = self.executor.recent(height)?;
                block.receipts.get(usize::try_from(index).ok()?).cloned()
            });
        if let Some(receipt) = known {
            let _ = reply.send(receipt);
            return;
        }
        if self.watching >= WATCHES_MAX {
            self.drop_abandoned();
        }
        if self.watching < WATCHES_MAX {
            self.watching = self.watching.saturating_add(1);
            self.watches.entry(transaction).or_default().push(reply);
        }
    }

    fn drop_abandoned(&mut self) {
        self.watches.retain(|_, replies| {
            replies.retain(|reply| !reply.is_closed());
            !replies.is_empty()
        });
        self.watching = self.watches.values().map(Vec::len).sum();
    }

    fn flush_if_due(&mut self) {
        let written = Height(self.links.flushed.load(Ordering::Acquire));
        if self.flush_in_flight.is_some_and(|height| height <= written) {
            self.flush_in_flight = None;
            self.executor.flush_written(written);
        }
        let due = self.last_flush.elapsed() >= FLUSH_INTERVAL
            || self.executor.unflushed_bytes() >= FLUSH_BYTES
            || self.executor.unflushed_receipts() >= FLUSH_RECEIPTS
            || self.executor.ledger().prepared_rows() >= FLUSH_PREPARED_ROWS;
        if due {
            self.flush();
        }
    }

    /// The rows of a checkpoint whose state is offered go to the disk at once, and alone: it may be behind a flush that is on its way.
    fn flush_snapshot(&mut self) {
        if let Some((snapshot, writes)) = self.executor.take_snapshot() {
            let height = snapshot.height();
            self.last_flush = Instant::now();
            self.flush_in_flight = Some(height);
            let snapshot = Some(Box::new(snapshot));
            let _ = self.links.writes.send(Write::Flush {
                height,
                writes,
                snapshot,
            });
        }
    }

    /// One write set at a time is on its way, so that nothing is written twice or out of order.
    fn flush(&mut self) {
        if self.flush_in_flight.is_some() {
            return;
        }
        self.last_flush = Instant::now();
        if let Some(writes) = self.executor.take_flush() {
            let height = self.executor.ledger().height();
            self.flush_in_flight = Some(height);
            let _ = self.links.writes.send(Write::Flush {
                height,
                writes,
                snapshot: None,
            });
        }
    }
}

/// The disk cannot tell whether an instruction was executed before: the next block could not be executed either.
fn lookup_failure(error: &LookupFailure) -> Failure {
    Failure {
        exit: 1,
        code: "IDENTIFIERS_UNREADABLE",
        what: error.to_string(),
        remedy: "Check the disk before anything else. Nothing was executed without the answer; when the disk is sound, restart.",
    }
}

fn execution_failure(error: &ExecutionError) -> Failure {
    if let ExecutionError::Halted {
        halt: Halt::Lookup(failure),
        ..
    } = error
    {
        return lookup_failure(failure);
    }
    Failure {
        exit: 8,
        code: "EXECUTION_HALTED",
        what: error.to_string(),
        remedy: "Keep the folder and the log and report it. Do not restart this node before the cause is known.",
    }
}
