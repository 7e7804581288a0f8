//! The body around a replica: threads that perform its effects, each the one owner of its state.
//!
//! ```text
//!   submit --> [intake] verify --> [execution] admit ---.                 .--> [storage] group commit, sync, vote mark
//!                                      ^                 v                |        |
//!   network --> [bridge] decode --> [core: Replica] -----+-- effects -----+        | persisted (one number)
//!                                   ^  ^  ^              '--> pool: batches, loads, serving
//!                                   |  |  '----------------------'                 |
//!                                   |  '---- executed ---- [execution: Executor]   |
//!                                   '----------------------------------------------'
//!                                                      [pruning: plans slices] ----> storage
//!                                                      [snapshot: a view of a checkpoint's rows] ----> network
//! ```
//! Queues are bounded. Whoever could wait for the core is never waited for by the core: storage answers with one number, execution
//! has at most a few blocks, the pool's answers are bounded by what the replica asked. Batches of peers are dropped before they
//! delay a vote. Spec: design 4.

mod bridge;
mod core;
mod execution;
mod failure;
mod handle;
mod intake;
mod pruning;
mod snapshots;
mod storage;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use sycee_network::{Network, NetworkEvents};
use sycee_primitives::ChainId;
use sycee_replica::{Epochs, Event, Executor, ReadyBlock, Replica, Retention};
use sycee_storage::{RocksStore, Store};
use tokio::sync::broadcast;

pub use failure::{Failure, Stop};
pub use handle::{NodeEvent, NodeHandle, NodeStatus, ReadFailure, SubmitOutcome, WaitError};

use crate::clock::Clock;
use crate::metrics::Metrics;
use handle::Shared;
use snapshots::Snapshots;
use storage::MarkKeeper;

/// Ordering messages that wait for the core.
const URGENT_MAX: usize = 8_192;
/// Batches of peers that wait for the core; each up to 1.3 MiB, so few.
const BATCHES_MAX: usize = 64;
/// Groups of clients' transactions that wait for the core.
const CLIENT_GROUPS_MAX: usize = 256;
/// Answers of the pool and of execution.
const ANSWERS_MAX: usize = 1_024;
/// Writes that wait for the disk.
const WRITES_MAX: usize = 1_024;
/// Blocks that wait for execution; the replica gives at most four at a time.
const BLOCKS_MAX: usize = 8;
/// Questions to the ledger that wait for execution to have a moment.
const QUESTIONS_MAX: usize = 1_024;
/// Transactions that wait for their signatures to be checked.
const SUBMISSIONS_MAX: usize = 16_384;
/// Events a slow subscriber may be behind before it loses some.
const EVENTS_MAX: usize = 1_024;

/// Everything a runtime is made of.
pub(crate) struct Parts {
    pub(crate) epochs: Epochs,
    pub(crate) replica: Replica,
    pub(crate) executor: Executor,
    pub(crate) store: Arc<RocksStore>,
    pub(crate) marks: Vec<MarkKeeper>,
    pub(crate) retention: Retention,
    pub(crate) network: Network,
    pub(crate) events: NetworkEvents,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) identity: handle::Identity,
}

pub use handle::Identity;
pub(crate) use storage::{MarkKeeper as Mark, key_id_of};

/// The core thread's mailboxes, urgent ones first.
struct Mailboxes {
    /// Rings when `persisted` has grown.
    doorbell: Receiver<()>,
    persisted: Arc<AtomicU64>,
    answers: Receiver<Event>,
    urgent: Receiver<Event>,
    batches: Receiver<Event>,
    clients: Receiver<intake::ClientGroup>,
    stop: Receiver<()>,
}

/// Both ends of a bounded queue; the threads take clones of what they need.
type Queue<T> = (Sender<T>, Receiver<T>);

/// Everything that connects the threads.
struct Wires {
    doorbell: Queue<()>,
    persisted: Arc<AtomicU64>,
    answers: Queue<Event>,
    urgent: Queue<Event>,
    batches: Queue<Event>,
    clients: Queue<intake::ClientGroup>,
    writes: Queue<storage::Write>,
    blocks: Queue<Box<ReadyBlock>>,
    questions: Queue<execution::Question>,
    submissions: Queue<intake::Submission>,
    events: broadcast::Sender<NodeEvent>,
    flushed: Arc<AtomicU64>,
    pruned: Arc<AtomicU64>,
    store: Arc<dyn Store>,
    pool: Arc<rayon::ThreadPool>,
    shared: Arc<Shared>,
    snapshots: Snapshots,
    metrics: Metrics,
    stopped: Receiver<()>,
}

/// Starts all threads.
pub(crate) fn start(parts: Parts) -> Result<NodeHandle, std::io::Error> {
    let (stop, stopped) = Stop::new();
    let pool = Arc::new(pool()?);
    let shared = Arc::new(Shared::new(&parts));
    let snapshots = Snapshots::new(
        Arc::clone(&parts.store),
        Arc::clone(&shared),
        parts.network.clone(),
        parts.metrics.clone(),
        Arc::clone(&pool),
    );
    let wires = Wires {
        doorbell: bounded(1),
        persisted: Arc::new(AtomicU64::new(0)),
        answers: bounded(ANSWERS_MAX),
        urgent: bounded(URGENT_MAX),
        batches: bounded(BATCHES_MAX),
        clients: bounded(CLIENT_GROUPS_MAX),
        writes: bounded(WRITES_MAX),
        blocks: bounded(BLOCKS_MAX),
        questions: bounded(QUESTIONS_MAX),
        submissions: bounded(SUBMISSIONS_MAX),
        events: broadcast::channel(EVENTS_MAX).0,
        flushed: Arc::new(AtomicU64::new(parts.executor.ledger().height().0)),
        pruned: Arc::new(AtomicU64::new(0)),
        store: Arc::clone(&parts.store) as Arc<dyn Store>,
        pool,
        shared,
        snapshots,
        metrics: parts.metrics,
        stopped,
    };
    let network = parts.network;
    let storage = wires.storage(parts.marks);
    let execution = execution::Execution::new(parts.executor, wires.execution());
    let pruning = wires.pruning(parts.retention);
    let intake = wires.intake(*parts.epochs.first().set.chain());
    let performers = wires.performers(network.clone());
    let core = core::CoreThread::new(parts.replica, wires.mailboxes(), performers, parts.clock);
    let bridge = wires.bridge(parts.events);
    let runtime = tokio::runtime::Handle::current();
    let threads = vec![
        spawn("storage", &stop, move |stop| storage.run(stop))?,
        spawn("execution", &stop, move |stop| execution.run(stop))?,
        spawn("pruning", &stop, move |stop| pruning.run(stop))?,
        spawn("intake", &stop, move |_| intake.run())?,
        spawn("core", &stop, move |stop| core.run(stop))?,
        spawn("bridge", &stop, move |_| bridge.run(&runtime))?,
    ];
    Ok(NodeHandle::new(handle::Ends {
        shared: wires.shared,
        store: wires.store,
        network,
        submissions: wires.submissions.0,
        questions: wires.questions.0,
        events: wires.events,
        metrics: wires.metrics,
        stop,
        threads,
    }))
}

impl Wires {
    fn storage(&self, marks: Vec<MarkKeeper>) -> storage::Storage {
        storage::Storage {
            store: Arc::clone(&self.store),
            marks,
            writes: self.writes.1.clone(),
            persisted: Arc::clone(&self.persisted),
            doorbell: self.doorbell.0.clone(),
            flushed: Arc::clone(&self.flushed),
            pruned: Arc::clone(&self.pruned),
            snapshots: self.snapshots.clone(),
            stop: self.stopped.clone(),
            metrics: self.metrics.clone(),
        }
    }

    fn pruning(&self, retention: Retention) -> pruning::Pruning {
        pruning::Pruning {
            store: Arc::clone(&self.store),
            shared: Arc::clone(&self.shared),
            retention,
            snapshots: self.snapshots.clone(),
            writes: self.writes.0.clone(),
            flushed: Arc::clone(&self.flushed),
            pruned: Arc::clone(&self.pruned),
            stop: self.stopped.clone(),
            metrics: self.metrics.clone(),
        }
    }

    fn execution(&self) -> execution::Links {
        execution::Links {
            blocks: self.blocks.1.clone(),
            questions: self.questions.1.clone(),
            writes: self.writes.0.clone(),
            answers: self.answers.0.clone(),
            events: self.events.clone(),
            flushed: Arc::clone(&self.flushed),
            stop: self.stopped.clone(),
            metrics: self.metrics.clone(),
            shared: Arc::clone(&self.shared),
        }
    }

    fn intake(&self, chain: ChainId) -> intake::Intake {
        intake::Intake {
            chain,
            submissions: self.submissions.1.clone(),
            questions: self.questions.0.clone(),
            clients: self.clients.0.clone(),
            pool: Arc::clone(&self.pool),
            stop: self.stopped.clone(),
            metrics: self.metrics.clone(),
        }
    }

    fn mailboxes(&self) -> Mailboxes {
        Mailboxes {
            doorbell: self.doorbell.1.clone(),
            persisted: Arc::clone(&self.persisted),
            answers: self.answers.1.clone(),
            urgent: self.urgent.1.clone(),
            batches: self.batches.1.clone(),
            clients: self.clients.1.clone(),
            stop: self.stopped.clone(),
        }
    }

    fn performers(&self, network: Network) -> core::Performers {
        core::Performers {
            store: Arc::clone(&self.store),
            network,
            writes: self.writes.0.clone(),
            blocks: self.blocks.0.clone(),
            answers: self.answers.0.clone(),
            pool: Arc::clone(&self.pool),
            snapshots: self.snapshots.clone(),
            metrics: self.metrics.clone(),
            shared: Arc::clone(&self.shared),
        }
    }

    fn bridge(&self, events: NetworkEvents) -> bridge::Bridge {
        bridge::Bridge {
            events,
            urgent: self.urgent.0.clone(),
            batches: self.batches.0.clone(),
            metrics: self.metrics.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

/// Signature checks and reads; one core is left to the threads above.
fn pool() -> Result<rayon::ThreadPool, std::io::Error> {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get().max(2) - 1);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("sycee-pool-{index}"))
        .build()
        .map_err(std::io::Error::other)
}

/// A named thread; if it panics, the whole node stops before it writes anything more.
fn spawn(
    name: &'static str,
    stop: &Stop,
    run: impl FnOnce(&Stop) + Send + 'static,
) -> Result<JoinHandle<()>, std::io::Error> {
    let stop = stop.clone();
    std::thread::Builder::new()
        .name(format!("sycee-{name}"))
        .spawn(move || {
            let guard = failure::PanicGuard::new(&stop, name);
            run(&stop);
            guard.finished();
        })
}
