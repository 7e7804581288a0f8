//! The core thread: the one owner of the replica. It takes events in order of urgency and performs effects in their order.
//!
//! It must never read the disk, check a signature of a client, or wait for anything but room in the storage queue.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{Select, Sender};
use sycee_consensus::{Alarm, Culprit, Now, Token, ValidatorIndex, ValidatorSet};
use sycee_contracts::VerifiedTransaction;
use sycee_network::{Class as NetworkClass, Network, PeerIndex};
use sycee_primitives::{Hash, Height, TransactionId};
use sycee_replica::{
    BatchFault, Class, Effect, Event, JournalError, Offer, ReadyBlock, Replica, UnverifiedBatch,
    Wanted, answer, bad_transaction, load_batch, verify_batch,
};
use sycee_storage::Store;
use tokio::sync::oneshot;

use super::Mailboxes;
use super::failure::{Failure, Stop};
use super::handle::{Shared, SubmitOutcome};
use super::intake::ClientGroup;
use super::snapshots::Snapshots;
use super::storage::Write;
use crate::clock::Clock;
use crate::metrics::Metrics;

/// Longest sleep, so that a stop or a clock step is noticed.
const SLEEP_MAX: Duration = Duration::from_millis(200);
/// Urgent events in a row before bulk gets a turn: a flood of votes cannot starve the lanes.
const URGENT_RUN_MAX: u32 = 64;

/// What performs the effects.
pub(super) struct Performers {
    pub(super) store: Arc<dyn Store>,
    pub(super) network: Network,
    pub(super) writes: Sender<Write>,
    pub(super) blocks: Sender<Box<ReadyBlock>>,
    pub(super) answers: Sender<Event>,
    pub(super) pool: Arc<rayon::ThreadPool>,
    pub(super) snapshots: Snapshots,
    pub(super) metrics: Metrics,
    pub(super) shared: Arc<Shared>,
}

pub(super) struct CoreThread {
    replica: Replica,
    mail: Mailboxes,
    perform: Performers,
    clock: Clock,
    last_persisted: Token,
    urgent_run: u32,
    waiters: BTreeMap<TransactionId, Vec<oneshot::Sender<SubmitOutcome>>>,
}

impl CoreThread {
    pub(super) fn new(
        replica: Replica,
        mail: Mailboxes,
        perform: Performers,
        clock: Clock,
    ) -> CoreThread {
        CoreThread {
            replica,
            mail,
            perform,
            clock,
            last_persisted: Token(0),
            urgent_run: 0,
            waiters: BTreeMap::new(),
        }
    }

    /// Runs until the node stops.
    pub(super) fn run(mut self, stop: &Stop) {
        self.step(stop, Event::Tick);
        while !self.is_stopping() {
            let tick = self.clock.tick();
            if self.replica.next_wakeup().is_some_and(|due| due <= tick) {
                self.step(stop, Event::Tick);
            }
            match self.next() {
                Some(Mail::Event(event)) => self.step(stop, event),
                Some(Mail::Clients(group)) => self.clients(stop, group),
                None => self.sleep(),
            }
        }
    }

    fn is_stopping(&self) -> bool {
        matches!(
            self.mail.stop.try_recv(),
            Err(crossbeam_channel::TryRecvError::Disconnected)
        )
    }

    /// The most urgent thing that waits: what is synced, answers, peers' messages, then batches and clients.
    fn next(&mut self) -> Option<Mail> {
        let persisted = Token(self.mail.persisted.load(Ordering::Acquire));
        if persisted > self.last_persisted {
            self.last_persisted = persisted;
            return Some(Mail::Event(Event::Persisted(persisted)));
        }
        if let Ok(event) = self.mail.answers.try_recv() {
            return Some(Mail::Event(event));
        }
        if self.urgent_run < URGENT_RUN_MAX
            && let Ok(event) = self.mail.urgent.try_recv()
        {
            self.urgent_run = self.urgent_run.saturating_add(1);
            return Some(Mail::Event(event));
        }
        self.urgent_run = 0;
        if let Ok(event) = self.mail.batches.try_recv() {
            return Some(Mail::Event(event));
        }
        if let Ok(group) = self.mail.clients.try_recv() {
            return Some(Mail::Clients(group));
        }
        self.mail.urgent.try_recv().ok().map(Mail::Event)
    }

    /// Sleeps until something arrives or a timer is due.
    fn sleep(&self) {
        let due = self
            .replica
            .next_wakeup()
            .map_or(SLEEP_MAX, |due| self.clock.until(due).min(SLEEP_MAX));
        let mut select = Select::new();
        select.recv(&self.mail.doorbell);
        select.recv(&self.mail.answers);
        select.recv(&self.mail.urgent);
        select.recv(&self.mail.batches);
        select.recv(&self.mail.clients);
        select.recv(&self.mail.stop);
        // Which one it was is found out in order of urgency.
        let _ = select.ready_timeout(due);
        let _ = self.mail.doorbell.try_recv();
    }

    fn clients(&mut self, stop: &Stop, group: ClientGroup) {
        let mut transactions: Vec<VerifiedTransaction> = Vec::with_capacity(group.len());
        for (transaction, reply) in group {
            self.waiters
                .entry(transaction.id())
                .or_default()
                .push(reply);
            transactions.push(transaction);
        }
        self.step(stop, Event::ClientTransactions(transactions));
    }

    fn step(&mut self, stop: &Stop, event: Event) {
        let now: Now = self.clock.now();
        for effect in self.replica.step(now, event) {
            self.effect(stop, effect);
        }
        self.perform.shared.update(&self.replica, now.tick);
    }

    fn effect(&mut self, stop: &Stop, effect: Effect) {
        match effect {
            Effect::Persist {
                token,
                writes,
                mark,
            } => {
                // Without storage nothing is ever persisted again, and the node stops.
                let _ = self.perform.writes.send(Write::Persist {
                    token,
                    writes,
                    mark,
                });
            }
            Effect::Send { to, class, frame } => {
                let _ = self
                    .perform
                    .network
                    .send(PeerIndex(to.0), network_class(class), frame);
            }
            Effect::Broadcast { class, frame } => {
                let _ = self.perform.network.broadcast(network_class(class), &frame);
            }
            Effect::BroadcastToValidators { to, class, frame } => {
                self.perform
                    .to_validators(&to, network_class(class), &frame);
            }
            Effect::BroadcastStored { digest } => self.perform.broadcast_stored(stop, digest),
            Effect::VerifyBatch {
                batch,
                digest,
                from,
                set,
            } => {
                self.perform.verify(set, batch, digest, from);
            }
            Effect::LoadBatch { digest, set } => self.perform.load(stop, digest, set),
            Effect::Serve(request) => self.perform.serve(stop, request.to, request.wanted),
            Effect::Execute(block) => {
                let _ = self.perform.blocks.send(block);
            }
            Effect::Offered { transaction, offer } => self.offered(transaction, offer),
            Effect::Accepted(ids) => {
                self.perform.metrics.accepted.inc_by(ids.len() as u64);
                for id in ids {
                    self.answer(id, &SubmitOutcome::Accepted(id));
                }
            }
            Effect::Stage(writes) => {
                let _ = self.perform.writes.send(Write::Rows(writes));
            }
            Effect::Restart => {
                tracing::info!("the state of a checkpoint is taken over: starting from it");
                stop.again();
            }
            Effect::Alarm(alarm) => self.alarm(stop, &alarm),
            Effect::EpochBegan(facts) => {
                tracing::info!(
                    epoch = facts.epoch().0,
                    validators = facts.set.size(),
                    above = facts.begins_above().0,
                    "an epoch has begun"
                );
                self.perform.shared.epoch_began(*facts);
            }
            Effect::StateDiffers(difference) => stop.fail(results_differ(difference.to_string())),
        }
    }

    fn offered(&mut self, id: TransactionId, offer: Offer) {
        match offer {
            Offer::Queued | Offer::Waiting => {}
            Offer::Accepted => self.answer(id, &SubmitOutcome::Accepted(id)),
            Offer::Busy => {
                self.perform.metrics.busy.inc();
                self.answer(id, &SubmitOutcome::Busy);
            }
            Offer::NoLane => self.answer(id, &SubmitOutcome::NoLane),
        }
    }

    fn answer(&mut self, id: TransactionId, outcome: &SubmitOutcome) {
        for reply in self.waiters.remove(&id).unwrap_or_default() {
            // A client that has gone needs no answer.
            let _ = reply.send(outcome.clone());
        }
    }

    /// An operator hears of an offence when this node learns of it, and again when the network has recorded it.
    fn offence(&self, culprit: &Culprit, recorded: Option<Height>) {
        let kind = culprit.slot.kind.word();
        let (validator, place) = (culprit.validator.0, culprit.slot.place);
        let id = culprit.id();
        match recorded {
            None => {
                tracing::warn!(validator, kind, %place, %id, "a validator broke a rule; evidence is kept");
            }
            Some(height) => {
                self.perform.metrics.evidence(kind).inc();
                tracing::error!(
                    validator, kind, %place, %id, %height,
                    "a final block records an offence: sycee evidence export shows it, the participants decide what follows"
                );
            }
        }
    }

    fn alarm(&self, stop: &Stop, alarm: &Alarm) {
        match alarm {
            Alarm::PeerFault { from, what } => {
                self.perform.metrics.peer_faults.inc();
                self.perform.shared.peer_fault(*from, what);
            }
            Alarm::Offence { culprit, recorded } => self.offence(culprit, *recorded),
            // State roots come as `Effect::StateDiffers`, with their table.
            Alarm::ResultsDiffer {
                height,
                own,
                certified,
                state: _,
            } => stop.fail(results_differ(format!(
                "height {height}, table receipts: own results {own}, certified results {certified}"
            ))),
            Alarm::RecordContradicted { view, what } => {
                self.perform.metrics.quarantines.inc();
                tracing::error!(
                    code = "VOTE_RECORD_CONTRADICTED",
                    view = view.0,
                    what,
                    remedy = "Look for a second process with this validator's key, or an old copy of the folder that was put back. \
                              This node signs nothing until it has rejoined.",
                    "this validator's key has signed what its record lacks"
                );
            }
            Alarm::Rejoined { since } => {
                tracing::warn!(since = since.0, "quarantine is over: this validator signs again");
            }
            Alarm::Conflict { view } => stop.fail(Failure {
                exit: 8,
                code: "FINALITY_CONFLICT",
                what: format!("two finalizations contradict each other at view {view}"),
                remedy: "More than a third of the validators are faulty. Keep the folder: it holds the evidence. Call the operators together.",
            }),
        }
    }
}

#[allow(
    clippy::large_enum_variant,
    reason = "it lives for one turn of the loop and is never stored"
)]
enum Mail {
    Event(Event),
    Clients(ClientGroup),
}

fn results_differ(what: String) -> Failure {
    Failure {
        exit: 8,
        code: "RESULTS_DIFFER",
        what,
        remedy: "Keep the folder and the log, compare program versions with the other nodes, and report it at once. \
                 An observer may be made anew in another folder; a validator's key must not.",
    }
}

fn network_class(class: Class) -> NetworkClass {
    match class {
        Class::Votes => NetworkClass::Votes,
        Class::Blocks => NetworkClass::Blocks,
        Class::Sync => NetworkClass::Sync,
        Class::Batches => NetworkClass::Batches,
    }
}

impl Performers {
    fn to_validators(&self, to: &[u16], class: NetworkClass, frame: &Arc<[u8]>) {
        for node in to {
            // The own number is refused by the transport, which is right.
            let _ = self
                .network
                .send(PeerIndex(*node), class, Arc::clone(frame));
        }
    }

    fn serve(&self, stop: &Stop, to: ValidatorIndex, wanted: Wanted) {
        match wanted {
            Wanted::Offer(epoch) => return self.snapshots.offer(to, epoch),
            Wanted::Chunk(place) => return self.snapshots.chunk(to, place),
            Wanted::Batch(_) | Wanted::Lost(_) | Wanted::Range(..) | Wanted::End(_) => {}
        }
        let (store, network, stop) = (Arc::clone(&self.store), self.network.clone(), stop.clone());
        self.pool
            .spawn(move || match answer(store.as_ref(), &wanted) {
                Ok(Some((class, frame))) => {
                    let _ = network.send(PeerIndex(to.0), network_class(class), frame);
                }
                Ok(None) => {}
                Err(error) => stop.fail(journal_failure(&error)),
            });
    }

    /// Checks a batch on the pool. Who sent one that does not hold is named; its owner is convicted where that can be shown. [L3]
    fn verify(
        &self,
        set: Arc<ValidatorSet>,
        batch: UnverifiedBatch,
        digest: Hash,
        from: ValidatorIndex,
    ) {
        let answers = self.answers.clone();
        self.pool.spawn(move || {
            let fault = match verify_batch(&set, &batch) {
                Ok(batch) => {
                    let _ = answers.send(Event::BatchVerified(Box::new(batch)));
                    return;
                }
                Err(fault) => fault,
            };
            if fault == BatchFault::Transaction
                && let Some(evidence) = bad_transaction(&set, &batch)
            {
                let _ = answers.send(Event::Evidence(Box::new(evidence)));
            }
            let _ = answers.send(Event::BatchRefused {
                digest,
                from,
                fault,
            });
        });
    }

    fn broadcast_stored(&self, stop: &Stop, digest: Hash) {
        let (store, network, stop) = (Arc::clone(&self.store), self.network.clone(), stop.clone());
        self.pool.spawn(
            move || match answer(store.as_ref(), &Wanted::Batch(digest)) {
                Ok(Some((class, frame))) => {
                    let _ = network.broadcast(network_class(class), &frame);
                }
                Ok(None) => {}
                Err(error) => stop.fail(journal_failure(&error)),
            },
        );
    }

    fn load(&self, stop: &Stop, digest: Hash, set: Arc<ValidatorSet>) {
        let store = Arc::clone(&self.store);
        let (answers, stop) = (self.answers.clone(), stop.clone());
        self.pool
            .spawn(move || match load_batch(store.as_ref(), &set, &digest) {
                Ok(batch) => {
                    let _ = answers.send(Event::BatchLoaded(Box::new(batch)));
                }
                Err(error) => stop.fail(journal_failure(&error)),
            });
    }
}

pub(super) fn journal_failure(error: &JournalError) -> Failure {
    Failure {
        exit: 8,
        code: error.code(),
        what: error.to_string(),
        remedy: error.remedy(),
    }
}
