//! The running node as the interface's backend.
//!
//! ```text
//!   NodeHandle ──events──▶ [follow] ──▶ progress (watch), counts of recent blocks
//!              ──store───▶ chain: blocks, finalizations, results by height
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sycee_api::{NodeFault, Problem};
use sycee_consensus::{Certificate, Evidence};
use sycee_contracts::{Ledger, ObjectProof, Receipt, registry::RegistryProof};
use sycee_genesis::Genesis;
use sycee_primitives::{Hash, Height, TransactionId};
use sycee_replica::chain;
use sycee_replica::evidence::{self, RecordedOffence};
use sycee_replica::{Epochs, JournalError, ReceiptError, ResultsRow, certify_extract, lowest_kept};
use sycee_storage::Store;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::{Backend, FoundOffence, Health, Heights, Identity, StoredBlock, Submitted};
use crate::clock;
use crate::runtime::{NodeEvent, NodeHandle, ReadFailure, SubmitOutcome, WaitError};

/// Blocks whose counts are kept for streams.
const COUNTS_MAX: usize = 4_096;

/// Longer than any wait a client may ask for; the request's own deadline ends the wait.
const OUTCOME_PATIENCE: Duration = Duration::from_secs(600);

/// Pause before a question that found no room is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Final blocks that may wait for execution before the node calls itself not ready.
const BACKLOG_READY_MAX: usize = 64;

/// Receipts and settled legs of recent blocks.
type Counts = Arc<Mutex<BTreeMap<Height, (u32, u64)>>>;

/// A [`Backend`] over a [`NodeHandle`].
pub struct NodeBackend {
    handle: NodeHandle,
    identity: Identity,
    peers_known: u32,
    progress: watch::Receiver<Heights>,
    counts: Counts,
}

impl NodeBackend {
    /// Begins to follow a node; must be called inside the runtime.
    ///
    /// # Errors
    /// [`NodeFault::NotServing`] when the node is stopping already.
    pub async fn new(handle: NodeHandle, genesis: &Genesis) -> Result<NodeBackend, Problem> {
        let events = handle.subscribe();
        // Subscribed before asking: nothing can be executed between the two unseen.
        let executed = handle
            .read(Ledger::height)
            .await
            .map_err(|it| unanswered(&it))?;
        let (sender, progress) = watch::channel(Heights {
            executed,
            certified: Height(0),
        });
        let counts = Counts::default();
        tokio::spawn(follow(handle.clone(), events, sender, Arc::clone(&counts)));
        let status = handle.status();
        let facts = genesis.facts();
        let nodes = facts.validators.len().saturating_add(facts.observers.len());
        Ok(NodeBackend {
            identity: Identity {
                chain_id: genesis.chain_id(),
                network: facts.name.clone(),
                node: status.identity.name,
                is_validator: status.identity.is_validator,
                index: Some(status.identity.index.0),
            },
            peers_known: u32::try_from(nodes.saturating_sub(1)).unwrap_or(u32::MAX),
            handle,
            progress,
            counts,
        })
    }

    /// Reads the store on a thread that may block.
    async fn stored<T: Send + 'static>(
        &self,
        look: impl FnOnce(&dyn Store) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.handle.store();
        tokio::task::spawn_blocking(move || look(store.as_ref()))
            .await
            .map_err(|_| NodeFault::NotServing)?
            .map_err(|error| store_problem(&error))
    }

    /// Why the node is not ready; empty when it is.
    fn hindrances(&self, validators_connected: usize) -> Vec<String> {
        let status = self.handle.status();
        let mut notes = Vec::new();
        if status.core.quarantined {
            notes.push(
                "this validator has lost its vote record and signs nothing until it has rejoined"
                    .to_owned(),
            );
        }
        if status.core.recollecting {
            notes.push(
                "this validator has just started and asks the others what it has signed: its vote record may be old"
                    .to_owned(),
            );
        }
        if let Some(join) = status.join {
            let left = join.left_us.map_or_else(
                || "unknown".to_owned(),
                |us| format!("{} s", us / 1_000_000),
            );
            notes.push(format!(
                "taking over the state of height {}: {} of {} chunks, time left {left}",
                join.height, join.done, join.total
            ));
        }
        if status.core.stopped {
            notes.push("ordering has stopped: see the alarm in the log".to_owned());
        }
        let own = usize::from(status.identity.is_validator);
        let needed = self
            .handle
            .epochs()
            .current()
            .set
            .quorum()
            .saturating_sub(own);
        // An observer needs one honest source; a validator needs a quorum to order.
        let needed = if status.identity.is_validator {
            needed
        } else {
            needed.min(1)
        };
        if validators_connected < needed {
            notes.push(format!(
                "connected to {validators_connected} validators, {needed} are needed"
            ));
        }
        if status.execution_backlog > BACKLOG_READY_MAX {
            notes.push(format!(
                "{} final blocks wait for execution",
                status.execution_backlog
            ));
        }
        notes
    }
}

/// Keeps progress and counts up to date for as long as the node runs.
async fn follow(
    handle: NodeHandle,
    mut events: tokio::sync::broadcast::Receiver<NodeEvent>,
    progress: watch::Sender<Heights>,
    counts: Counts,
) {
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            // Who waits for progress is told that there is none any more, and lets go of the node.
            () = handle.asked_again() => return,
        };
        match event {
            Ok(NodeEvent::Executed { block, .. }) => {
                let receipts = u32::try_from(block.receipts.len()).unwrap_or(u32::MAX);
                let mut kept = counts.lock().unwrap_or_else(PoisonError::into_inner);
                kept.insert(block.height, (receipts, block.settled_legs));
                if kept.len() > COUNTS_MAX {
                    kept.pop_first();
                }
                drop(kept);
                progress
                    .send_modify(|heights| heights.executed = heights.executed.max(block.height));
            }
            Ok(NodeEvent::Certified { through, .. }) => {
                progress.send_modify(|heights| heights.certified = heights.certified.max(through));
            }
            Err(RecvError::Lagged(_)) => {
                if let Ok(height) = handle.read(Ledger::height).await {
                    progress.send_modify(|heights| heights.executed = heights.executed.max(height));
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}

impl Backend for NodeBackend {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn epochs(&self) -> Arc<Epochs> {
        self.handle.epochs()
    }

    fn health(&self) -> Health {
        let status = self.handle.status();
        let connected: Vec<usize> = self
            .handle
            .peers()
            .iter()
            .filter(|peer| peer.connected)
            .map(|peer| usize::from(peer.index.0))
            .collect();
        let epochs = self.handle.epochs();
        let nodes = &epochs.current().nodes;
        let votes = |index: &&usize| nodes.iter().any(|node| usize::from(*node) == **index);
        let validators = connected.iter().filter(votes).count();
        let notes = self.hindrances(validators);
        Health {
            final_height: status.core.final_height,
            heights: *self.progress.borrow(),
            view: status.core.view.0,
            leader: u32::from(status.core.leader.0),
            peers_connected: u32::try_from(connected.len()).unwrap_or(u32::MAX),
            peers_known: self.peers_known,
            ready: notes.is_empty(),
            notes,
            now: clock::wall(),
        }
    }

    fn progress(&self) -> watch::Receiver<Heights> {
        self.progress.clone()
    }

    async fn submit(&self, bytes: Vec<u8>) -> Result<Submitted, Problem> {
        // A group of one gets one answer; none would be a fault of the node.
        let outcome = self.handle.submit(vec![bytes]).await.pop();
        match outcome.ok_or(NodeFault::Internal)? {
            SubmitOutcome::Accepted(transaction) => Ok(Submitted::Accepted {
                transaction,
                repeated: false,
            }),
            SubmitOutcome::Duplicate(record) => Ok(Submitted::Duplicate(record)),
            SubmitOutcome::Refused(rejection) => Err(rejection.into()),
            SubmitOutcome::Busy => Err(NodeFault::Busy.into()),
            SubmitOutcome::NoLane => Err(NodeFault::NoLane.into()),
            SubmitOutcome::Stopping => Err(NodeFault::NotServing.into()),
        }
    }

    async fn outcome(&self, transaction: TransactionId) -> Result<Receipt, Problem> {
        loop {
            match self
                .handle
                .wait_receipt(transaction, OUTCOME_PATIENCE)
                .await
            {
                Ok(receipt) => return Ok(receipt),
                // The transaction is on its way; only the question found no room.
                Err(ReadFailure::Wait(WaitError::Busy)) => tokio::time::sleep(BUSY_PAUSE).await,
                Err(failure) => return Err(unread(&failure)),
            }
        }
    }

    async fn receipt(&self, transaction: TransactionId) -> Result<Option<Receipt>, Problem> {
        self.handle
            .receipt(transaction)
            .await
            .map_err(|it| unread(&it))
    }

    async fn prove(&self, transaction: TransactionId) -> Result<Vec<u8>, Problem> {
        let proof = self
            .handle
            .prove(transaction)
            .await
            .map_err(|it| unread(&it))?;
        Ok(proof.to_bytes())
    }

    async fn certify_extract(&self, entry: RegistryProof) -> Result<Vec<u8>, Problem> {
        let store = self.handle.store();
        let certified =
            tokio::task::spawn_blocking(move || certify_extract(store.as_ref(), entry)).await;
        let certified = certified.map_err(|_| NodeFault::NotServing)?;
        match certified {
            Ok(extract) => Ok(extract.to_bytes()),
            Err(error) => Err(unread(&ReadFailure::Receipt(error))),
        }
    }

    async fn prove_object(&self, object: ObjectProof) -> Result<Option<Vec<u8>>, Problem> {
        let proof = self
            .handle
            .prove_object(object)
            .await
            .map_err(|it| unread(&it))?;
        Ok(proof.map(|proof| proof.to_bytes()))
    }

    async fn read<T, F>(&self, question: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Ledger) -> T + Send + 'static,
    {
        self.handle
            .read(question)
            .await
            .map_err(|it| unanswered(&it))
    }

    async fn block(&self, height: Height) -> Result<Option<StoredBlock>, Problem> {
        let epochs = self.handle.epochs();
        let found = self
            .stored(move |store| chain::block(store, &epochs, height))
            .await?;
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(found.map(|(block, digest)| StoredBlock {
            block,
            digest,
            counts: counts.get(&height).copied(),
        }))
    }

    async fn finalization(&self, height: Height) -> Result<Option<(Height, Certificate)>, Problem> {
        self.stored(move |store| chain::finalization(store, height))
            .await
    }

    async fn lowest_height(&self) -> Result<Height, Problem> {
        self.stored(|store| lowest_kept(store)).await
    }

    async fn results(&self, height: Height) -> Result<Option<ResultsRow>, Problem> {
        self.stored(move |store| chain::results(store, height))
            .await
    }

    async fn offences(
        &self,
        from: (Height, u16),
        limit: usize,
    ) -> Result<Vec<RecordedOffence>, Problem> {
        self.stored(move |store| evidence::offences(store, from, limit))
            .await
    }

    async fn pending_offences(&self) -> Result<Vec<Evidence>, Problem> {
        self.stored(evidence::pending).await
    }

    async fn offence(&self, id: Hash) -> Result<Option<FoundOffence>, Problem> {
        self.stored(move |store| {
            if let Some(found) = evidence::offence(store, &id)? {
                return Ok(Some((found.evidence, Some((found.height, found.place)))));
            }
            let pending = evidence::pending_offence(store, &id)?;
            Ok(pending.map(|evidence| (evidence, None)))
        })
        .await
    }

    fn metrics(&self) -> String {
        let metrics = self.handle.metrics();
        metrics.observe_peers(&self.handle.peers());
        metrics.text()
    }
}

/// A question that the node did not answer.
fn unanswered(error: &WaitError) -> Problem {
    let fault = match error {
        WaitError::Stopping => NodeFault::NotServing,
        WaitError::Busy => NodeFault::Busy,
        WaitError::TimedOut => NodeFault::TimedOut,
    };
    fault.into()
}

fn unread(failure: &ReadFailure) -> Problem {
    match failure {
        ReadFailure::Wait(error) => unanswered(error),
        ReadFailure::Receipt(ReceiptError::Unknown) => NodeFault::TransactionUnknown.into(),
        ReadFailure::Receipt(error @ ReceiptError::NotYet(_)) => {
            Problem::of(NodeFault::NotCertified, error)
        }
        ReadFailure::Receipt(ReceiptError::Journal(error)) | ReadFailure::Journal(error) => {
            store_problem(error)
        }
    }
}

fn store_problem(error: &JournalError) -> Problem {
    if let JournalError::Pruned { .. } = error {
        return Problem::of(NodeFault::HeightForgotten, error);
    }
    Problem::of(NodeFault::StoreFailed, format!("{} {error}", error.code()))
}
