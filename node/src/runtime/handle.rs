//! What the rest of the process may do with a running node: submit, read, watch, prove, stop.
//!
//! It must never reach into another thread's state: questions travel, answers come back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::Sender;
use sycee_consensus::{Status, ValidatorIndex};
use sycee_contracts::{ExecutedBlock, InstructionRecord, Ledger, ObjectProof, Receipt, Rejection};
use sycee_network::{Network, NetworkCounters, PeerStatus};
use sycee_primitives::{Hash, Height, Tick, TransactionId};
use sycee_replica::{
    CertifiedObject, CertifiedReceipt, EpochFacts, Epochs, Executor, JoinProgress, JournalError,
    ReceiptError, Replica, certify_object, prove, stored_receipt,
};
use sycee_storage::Store;
use tokio::sync::{broadcast, oneshot};

use super::execution::Question;
use super::failure::{Failure, Stop};
use super::intake::Submission;
use crate::metrics::Metrics;

/// Peers whose faults are counted by name.
const FAULT_PEERS_MAX: usize = 1_024;

/// What became of a submitted transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SubmitOutcome {
    /// Synced in this validator's lane: it survives this node's crash and will be ordered.
    Accepted(TransactionId),
    /// Executed before; this is its outcome.
    Duplicate(InstructionRecord),
    /// Not worth ordering; nothing was recorded and no identifier is used up.
    Refused(Rejection),
    /// No room; repeat it later or at another validator.
    Busy,
    /// This node is an observer and has no lane; send it to a validator.
    NoLane,
    /// The node is stopping; whether the transaction was taken is not known here. Repeat it elsewhere: it takes effect once.
    Stopping,
}

/// Something that happened to the chain.
#[derive(Clone, Debug)]
pub enum NodeEvent {
    /// A final block was executed: its transactions are final, each with its receipt.
    Executed {
        /// What execution gave.
        block: Arc<ExecutedBlock>,
        /// Digest of the consensus block.
        digest: Hash,
    },
    /// Receipts up to a height can be proven: the results are certified by a final block.
    Certified {
        /// Highest height covered.
        through: Height,
        /// Height of the block that certifies.
        by: Height,
    },
}

/// Why an answer did not come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WaitError {
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
    /// Too many questions wait.
    #[error("the node is busy; ask again")]
    Busy,
    /// It did not happen in time.
    #[error("it did not happen in time; ask again")]
    TimedOut,
}

/// Who this node is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Its name in the genesis.
    pub name: String,
    /// Its place among all nodes: validators first, then observers.
    pub index: ValidatorIndex,
    /// Whether it votes in the running epoch.
    pub is_validator: bool,
}

/// A picture of the node.
#[derive(Clone, Debug)]
pub struct NodeStatus {
    /// Who it is.
    pub identity: Identity,
    /// Ordering.
    pub core: Status,
    /// Transactions waiting for the own lane.
    pub mempool_transactions: usize,
    /// Their bytes.
    pub mempool_bytes: u64,
    /// Final blocks not yet executed.
    pub execution_backlog: usize,
    /// How far the state of a checkpoint has been taken over, if one is.
    pub join: Option<JoinProgress>,
    /// Cumulative results of the last executed block.
    pub results: Hash,
    /// Faults by peer: how many, and the last one.
    pub peer_faults: Vec<(ValidatorIndex, u64, String)>,
}

/// What the threads publish.
pub(crate) struct Shared {
    identity: Identity,
    epochs: Mutex<Arc<Epochs>>,
    picture: Mutex<Picture>,
    metrics: Metrics,
}

struct Picture {
    core: Status,
    mempool_transactions: usize,
    mempool_bytes: u64,
    execution_backlog: usize,
    join: Option<JoinProgress>,
    results: Hash,
    peer_faults: BTreeMap<ValidatorIndex, (u64, String)>,
    /// Lowest height that a peer keeps, where it said so; one entry for each peer of the genesis at most.
    pruned: BTreeMap<ValidatorIndex, Height>,
}

impl Shared {
    pub(super) fn new(parts: &super::Parts) -> Shared {
        let ledger = parts.executor.ledger();
        Shared {
            identity: parts.identity.clone(),
            epochs: Mutex::new(Arc::new(parts.epochs.clone())),
            metrics: parts.metrics.clone(),
            picture: Mutex::new(Picture {
                core: parts.replica.status(),
                mempool_transactions: 0,
                mempool_bytes: 0,
                execution_backlog: 0,
                join: None,
                results: ledger.results(),
                peer_faults: BTreeMap::new(),
                pruned: BTreeMap::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Picture> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn update(&self, replica: &Replica, now: Tick) {
        let status = replica.status();
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.metrics.view.set(gauge(status.view.0));
        self.metrics.final_height.set(gauge(status.final_height.0));
        self.metrics
            .mempool
            .set(gauge(replica.mempool().len() as u64));
        self.metrics
            .execution_backlog
            .set(gauge(replica.execution_backlog() as u64));
        let join = replica.join_progress(now);
        self.joining(join);
        let mut picture = self.lock();
        picture.join = join;
        picture.core = status;
        picture.mempool_transactions = replica.mempool().len();
        picture.mempool_bytes = replica.mempool().bytes();
        picture.execution_backlog = replica.execution_backlog();
    }

    /// Tells how far a state has been taken over: at its start and at every tenth of it.
    fn joining(&self, join: Option<JoinProgress>) {
        let gauge = |number: Option<u64>| i64::try_from(number.unwrap_or(0)).unwrap_or(i64::MAX);
        self.metrics
            .join_chunks_done
            .set(gauge(join.map(|join| join.done)));
        self.metrics
            .join_chunks_total
            .set(gauge(join.map(|join| join.total)));
        let Some(join) = join else { return };
        let tenths = |join: JoinProgress| (join.height, join.done * 10 / join.total.max(1));
        if self.lock().join.map(tenths) != Some(tenths(join)) {
            let left_s = join.left_us.map(|us| us / 1_000_000);
            tracing::info!(
                height = join.height.0,
                done = join.done,
                total = join.total,
                left_s,
                "taking over the state of a checkpoint"
            );
        }
    }

    /// All epochs that have begun.
    pub(super) fn epochs(&self) -> Arc<Epochs> {
        let epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&epochs)
    }

    pub(super) fn epoch_began(&self, facts: EpochFacts) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        *epochs = Arc::new(epochs.with(facts));
    }

    /// Who this node is, and whether it votes in the running epoch.
    pub(super) fn identity(&self) -> Identity {
        let epochs = self.epochs();
        let is_validator = epochs.current().nodes.contains(&self.identity.index.0);
        Identity {
            is_validator,
            ..self.identity.clone()
        }
    }

    pub(super) fn executed(&self, block: &ExecutedBlock) {
        let mut picture = self.lock();
        picture.results = block.results;
    }

    /// A peer has no blocks below a height that this node asked it for; logged once a peer.
    pub(super) fn pruned(&self, from: ValidatorIndex, lowest: Height) {
        if self.lock().pruned.insert(from, lowest).is_none() {
            tracing::warn!(
                peer = from.0,
                lowest = lowest.0,
                "the peer has pruned the blocks this node lacks; another peer must have them"
            );
        }
    }

    /// Counts a fault; the first and every thousandth of a peer are logged.
    pub(super) fn peer_fault(&self, from: ValidatorIndex, what: &str) {
        let mut picture = self.lock();
        let known = picture.peer_faults.contains_key(&from);
        if !known && picture.peer_faults.len() >= FAULT_PEERS_MAX {
            return;
        }
        let (count, last) = picture.peer_faults.entry(from).or_default();
        *count = count.saturating_add(1);
        what.clone_into(last);
        let count = *count;
        drop(picture);
        if count % 1_000 == 1 {
            tracing::warn!(peer = from.0, count, "fault of a peer: {what}");
        }
    }
}

pub(super) struct Ends {
    pub(super) shared: Arc<Shared>,
    pub(super) store: Arc<dyn Store>,
    pub(super) network: Network,
    pub(super) submissions: Sender<Submission>,
    pub(super) questions: Sender<Question>,
    pub(super) events: broadcast::Sender<NodeEvent>,
    pub(super) metrics: Metrics,
    pub(super) stop: Stop,
    pub(super) threads: Vec<JoinHandle<()>>,
}

/// A running node; clones share it.
#[derive(Clone)]
pub struct NodeHandle {
    shared: Arc<Shared>,
    store: Arc<dyn Store>,
    network: Network,
    submissions: Sender<Submission>,
    questions: Sender<Question>,
    events: broadcast::Sender<NodeEvent>,
    metrics: Metrics,
    stop: Stop,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl NodeHandle {
    pub(super) fn new(ends: Ends) -> NodeHandle {
        NodeHandle {
            shared: ends.shared,
            store: ends.store,
            network: ends.network,
            submissions: ends.submissions,
            questions: ends.questions,
            events: ends.events,
            metrics: ends.metrics,
            stop: ends.stop,
            threads: Arc::new(Mutex::new(ends.threads)),
        }
    }

    /// Submits transactions; each is answered when it is synced in the own lane, or refused.
    pub async fn submit(&self, transactions: Vec<Vec<u8>>) -> Vec<SubmitOutcome> {
        self.metrics.submitted.inc_by(transactions.len() as u64);
        let mut waiting = Vec::with_capacity(transactions.len());
        for bytes in transactions {
            let (reply, answer) = oneshot::channel();
            let taken = self.submissions.try_send(Submission { bytes, reply });
            waiting.push(taken.is_ok().then_some(answer));
        }
        let mut outcomes = Vec::with_capacity(waiting.len());
        for answer in waiting {
            outcomes.push(match answer {
                None => {
                    self.metrics.busy.inc();
                    SubmitOutcome::Busy
                }
                Some(answer) => answer.await.unwrap_or(SubmitOutcome::Stopping),
            });
        }
        outcomes
    }

    /// Everything executed and certified from now on; a subscriber that is too slow loses the oldest and is told so.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<NodeEvent> {
        self.events.subscribe()
    }

    /// Asks the ledger between two blocks. `read` must be short: blocks wait for it.
    ///
    /// # Errors
    /// [`WaitError::Busy`] when too many questions wait, [`WaitError::Stopping`] when the node stops.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Ledger) -> T + Send + 'static,
    ) -> Result<T, WaitError> {
        self.ask(move |executor| read(executor.ledger())).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Executor) -> T + Send + 'static,
    ) -> Result<T, WaitError> {
        let (reply, answer) = oneshot::channel();
        let question = Question::Ask(Box::new(move |executor| {
            let _ = reply.send(ask(executor));
        }));
        self.question(question)?;
        answer.await.map_err(|_| WaitError::Stopping)
    }

    fn question(&self, question: Question) -> Result<(), WaitError> {
        self.questions.try_send(question).map_err(|error| {
            if error.is_full() {
                WaitError::Busy
            } else {
                WaitError::Stopping
            }
        })
    }

    /// The receipt of an executed transaction, if there is one.
    ///
    /// # Errors
    /// [`ReceiptError::Journal`] when the store fails, `Unknown` is `None`.
    pub async fn receipt(&self, id: TransactionId) -> Result<Option<Receipt>, ReadFailure> {
        if let Some(block) = self.recent(id).await? {
            let found = block
                .receipts
                .iter()
                .find(|receipt| receipt.transaction == id);
            return Ok(found.cloned());
        }
        Ok(stored_receipt(self.store.as_ref(), &id)?)
    }

    /// Waits until a transaction is executed: final, with its one outcome.
    ///
    /// # Errors
    /// [`ReadFailure`] when the time is up, the node stops, or the store fails.
    pub async fn wait_receipt(
        &self,
        id: TransactionId,
        patience: Duration,
    ) -> Result<Receipt, ReadFailure> {
        let (reply, answer) = oneshot::channel();
        self.question(Question::Watch {
            transaction: id,
            reply,
        })?;
        // The watch stands: whatever is executed from here on is told. What was before is found now.
        if let Some(receipt) = self.receipt(id).await? {
            return Ok(receipt);
        }
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(receipt)) => Ok(receipt),
            Ok(Err(_)) => Err(WaitError::Stopping.into()),
            Err(_) => Err(WaitError::TimedOut.into()),
        }
    }

    /// The proof of a receipt, once a final block certifies its results.
    ///
    /// # Errors
    /// [`ReadFailure::Receipt`] when it is unknown or not certified yet.
    pub async fn prove(&self, id: TransactionId) -> Result<CertifiedReceipt, ReadFailure> {
        let recent = self.recent(id).await?;
        let store = Arc::clone(&self.store);
        let proof =
            tokio::task::spawn_blocking(move || prove(store.as_ref(), &id, recent.as_deref()));
        Ok(proof.await.map_err(|_| WaitError::Stopping)??)
    }

    /// The proof of an object under a finalization; `None` when it is to be begun again under a later checkpoint.
    ///
    /// # Errors
    /// [`ReadFailure::Receipt`] when no final block states its checkpoint yet.
    pub async fn prove_object(
        &self,
        object: ObjectProof,
    ) -> Result<Option<CertifiedObject>, ReadFailure> {
        let store = Arc::clone(&self.store);
        let proof = tokio::task::spawn_blocking(move || certify_object(store.as_ref(), object));
        Ok(proof.await.map_err(|_| WaitError::Stopping)??)
    }

    async fn recent(&self, id: TransactionId) -> Result<Option<Arc<ExecutedBlock>>, WaitError> {
        self.ask(move |executor| {
            let (height, _) = executor.recent_place(&id)?;
            executor.recent(height).cloned()
        })
        .await
    }

    /// A picture of the node.
    #[must_use]
    pub fn status(&self) -> NodeStatus {
        let picture = self.shared.lock();
        NodeStatus {
            identity: self.shared.identity(),
            core: picture.core.clone(),
            mempool_transactions: picture.mempool_transactions,
            mempool_bytes: picture.mempool_bytes,
            execution_backlog: picture.execution_backlog,
            join: picture.join,
            results: picture.results,
            peer_faults: picture
                .peer_faults
                .iter()
                .map(|(peer, (count, last))| (*peer, *count, last.clone()))
                .collect(),
        }
    }

    /// The store, for reading what is not the ledger's. Only the storage thread writes; the folder is free again when the last
    /// holder has dropped it.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// All epochs that have begun, each with its validators.
    #[must_use]
    pub fn epochs(&self) -> Arc<Epochs> {
        self.shared.epochs()
    }

    /// The other nodes.
    #[must_use]
    pub fn peers(&self) -> Vec<PeerStatus> {
        self.network.peers()
    }

    /// What the transport has refused and dropped.
    #[must_use]
    pub fn network_counters(&self) -> NetworkCounters {
        self.network.counters()
    }

    /// Where the node listens for its peers.
    #[must_use]
    pub fn listen_addresses(&self) -> Vec<SocketAddr> {
        self.network.listen_addresses().to_vec()
    }

    /// The metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Writes the derived rows now, for tests and before a backup; it is done when the store has them.
    ///
    /// # Errors
    /// [`WaitError`].
    pub fn flush(&self) -> Result<(), WaitError> {
        self.question(Question::Flush)
    }

    /// Waits until the node stops by itself; for ever if it does not.
    pub async fn failed(&self) -> Failure {
        self.stop.failed().await
    }

    /// Waits until the node is to be started again from its folder, because a state was taken over; for ever if it is not.
    pub async fn asked_again(&self) {
        self.stop.asked_again().await;
    }

    /// Stops the node: derived rows are flushed, everything is synced, the ports are free again.
    ///
    /// # Errors
    /// The [`Failure`] by which it had stopped before, or that stopping brought about.
    pub async fn shutdown(&self) -> Result<(), Failure> {
        self.stop.stop();
        self.network.shutdown().await;
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A panic has been turned into a failure by the thread's guard.
                let _ = thread.join();
            }
        });
        let _ = joined.await;
        self.stop.failure().map_or(Ok(()), Err)
    }
}

/// Why a read gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadFailure {
    /// The node did not answer.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// There is no such receipt or proof.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The store failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}
