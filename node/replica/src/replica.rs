//! One node without its body: the ordering core, the mempool and the batches, joined; events in, effects out.
//!
//! It must never touch a socket, a disk, a clock or a thread; the node's runtime and the simulator drive the same code.
//!
//! ```text
//!   clients --> mempool --Seal--> +------+ --Persist--> journal rows --> store
//!   batches --> verify  --Batch-> | Core | --Send-----> frames ------> peers
//!   peers ----> Message --------> +------+ --Deliver--> ready queue --> Execute
//!                                    ^------ Executed ------------------'
//! ```
//! Invariants: the payload of every batch the core has recorded is in the cache or in the store; blocks go to execution in height
//! order, a few at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use sycee_consensus::{
    Alarm, Core, FinalBlock, Input, Message, NextSet, Now, Output, Record, SignedHeader, Status,
    Token, ValidatorIndex, ValidatorSet,
};
use sycee_contracts::{TableRoots, VerifiedTransaction};
use sycee_primitives::{Hash, Height, PublicKey, Tick, planted};

use crate::batch::{BatchFault, VerifiedBatch, payload_root};
use crate::cache::BatchCache;
use crate::epochs::Epochs;
use crate::interface::{Effect, Event, ExecutedSummary, ReplicaConfig};
use crate::journal::{JournalWriter, Loaded};
use crate::mempool::{Mempool, Offer};
use crate::message::{
    Class, PeerMessage, UnverifiedBatch, class_of, encode_core, encode_table_roots,
    encode_table_roots_request,
};
use crate::serve::{Limiter, ServeRequest, Wanted};
use crate::snapshot::Join;
use crate::tables::{DifferingTables, Inquiry, RecentTables, StateDifference};

mod joining;

/// Blocks given to execution at a time: enough to keep it busy, few enough that its queue never fills.
pub(crate) const EXECUTING_MAX: usize = 4;

/// Batches in verification at a time; what comes beyond is dropped and fetched again.
pub(crate) const VERIFYING_MAX: usize = 256;

/// Of these, batches that one peer sent: a flood of one leaves room for the others.
pub(crate) const VERIFYING_PER_PEER_MAX: usize = 64;

/// How far the payloads of the block at the head of the queue are known to be in memory: a block may have thousands, and each
/// one that comes back from the store is an event.
#[derive(Default)]
struct Front {
    /// So many of its batches, from the first, were in memory when they were looked for.
    found: usize,
    /// The others were asked for.
    is_asked: bool,
}

mod epoch;
mod feeding;
mod promises;

pub(crate) use promises::LEFT_OVER_MAX;

/// One node's ordering side.
pub struct Replica {
    config: ReplicaConfig,
    epochs: Epochs,
    set: Arc<ValidatorSet>,
    validators: Arc<[u16]>,
    me: Option<ValidatorIndex>,
    key: Option<PublicKey>,
    core: Core,
    turning: epoch::Turning,
    journal: JournalWriter,
    mempool: Mempool,
    cache: BatchCache,
    limiter: Limiter,
    tables: RecentTables,
    /// Taking a state over, when blocks are gone. [G5]
    join: Join,
    inquiry: Option<Inquiry>,
    /// Finality or results contradict: nothing more is executed. [X7]
    has_stopped: bool,
    verifying: BTreeMap<Hash, (ValidatorIndex, SignedHeader)>,
    loading: BTreeSet<Hash>,
    /// Own batches that nobody orders, whose transactions come back from the store. [L11]
    rewrapping: BTreeSet<Hash>,
    promises: promises::Promises,
    /// Delivered blocks that wait for execution to have room, or for their payloads to be loaded.
    ready: VecDeque<FinalBlock>,
    front: Front,
    executing: usize,
    /// What the next `Sealed` is about.
    sealing: Option<Vec<VerifiedTransaction>>,
    own_unsynced: usize,
    /// Groups of records on their way to the disk, and since when.
    unsynced: BTreeMap<Token, Tick>,
    effects: Vec<Effect>,
}

impl Replica {
    /// Continues where a loaded journal stands; the ledger must have been brought up to its delivered height.
    #[must_use]
    pub fn new(config: ReplicaConfig, epochs: Epochs, mut loaded: Loaded) -> Replica {
        let facts = epochs.current().clone();
        let core = config.core(&facts, Token(0));
        let me = core.me.as_ref().map(|(index, _)| *index);
        let key = core.me.as_ref().map(|(_, key)| key.public_key());
        let journal = JournalWriter::new(Arc::clone(&facts.set), me, &loaded);
        let turning = epoch::Turning::new(&loaded);
        let join = Join::new(facts.clone(), loaded.staged.take());
        let mut mempool = Mempool::new(config.batch_bytes);
        let rows = std::mem::take(&mut loaded.promises);
        let mut promises = promises::Promises::new(rows, &loaded.journal.quarantine);
        let open = epoch::unordered(&loaded.journal, &facts.set, me);
        for batch in open.into_iter().filter(|batch| promises.has(batch)) {
            mempool.reopened(batch);
        }
        promises.find(&mempool.unordered());
        Replica {
            core: Core::new(core, loaded.journal),
            turning,
            set: facts.set,
            validators: facts.nodes,
            me,
            key,
            journal,
            mempool,
            cache: BatchCache::default(),
            limiter: Limiter::default(),
            tables: RecentTables::default(),
            join,
            inquiry: None,
            has_stopped: false,
            verifying: BTreeMap::new(),
            loading: BTreeSet::new(),
            rewrapping: BTreeSet::new(),
            promises,
            ready: VecDeque::new(),
            front: Front::default(),
            executing: 0,
            sealing: None,
            own_unsynced: 0,
            unsynced: BTreeMap::new(),
            effects: Vec::new(),
            config,
            epochs,
        }
    }

    /// Takes one event in; what comes out is to be done in its order.
    pub fn step(&mut self, now: Now, event: Event) -> Vec<Effect> {
        match event {
            Event::ClientTransactions(transactions) => self.offer(now.tick, transactions),
            Event::Message { from, message } => self.message(now, from, message),
            Event::BatchVerified(batch) => {
                self.verifying.remove(&batch.digest());
                let header = batch.header().clone();
                let is_left_over = self.take_left_over_batch(now.tick, &batch);
                if !is_left_over && header.header.epoch == self.set.epoch() {
                    self.cache.insert(Arc::new(*batch));
                    self.feed(now, Input::Batch(header));
                }
            }
            Event::BatchRefused {
                digest,
                from,
                fault,
            } => {
                let sent = self.verifying.remove(&digest);
                self.refused(now, from, fault, sent.map(|(_, header)| header));
            }
            Event::Evidence(evidence) => self.feed(now, Input::Evidence(evidence)),
            Event::BatchLoaded(batch) => {
                let digest = batch.digest();
                self.loading.remove(&digest);
                if self.rewrapping.remove(&digest) {
                    self.promise(now.tick, &batch);
                } else {
                    self.cache.insert(Arc::new(*batch));
                }
            }
            Event::Persisted(token) => self.persisted(now, token),
            Event::Executed(summary) => self.executed(now, &summary),
            Event::Connected(peer) => {
                self.turning.connected.insert(peer);
                self.tell_left_over(peer);
                let index = self.index_of(peer);
                self.feed(now, Input::Connected(index));
            }
            Event::Disconnected(peer) => {
                self.limiter.forget(peer);
                self.tables.forget(peer);
                self.join.forget(peer);
                self.turning.forget(peer);
                let index = self.index_of(peer);
                self.feed(now, Input::Disconnected(index));
            }
            Event::Tick => self.feed(now, Input::Tick),
        }
        self.end_inquiry(now.tick);
        self.load_found();
        self.keep_promises(now.tick);
        self.seal(now);
        self.pump_execution();
        self.keep_joining(now.tick);
        self.turn_epoch(now);
        self.drop_kept();
        std::mem::take(&mut self.effects)
    }

    /// When the next [`Event::Tick`] is due, if nothing else happens.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<Tick> {
        let fits = self.mempool.first_bytes() <= self.core.room_bytes();
        let batch = self
            .mempool
            .oldest()
            .filter(|_| fits && self.me.is_some())
            .map(|oldest| oldest.plus(self.config.batch_interval_us));
        let inquiry = self.inquiry.as_ref().map(Inquiry::deadline);
        let due = [
            self.core.next_wakeup(),
            batch,
            inquiry,
            self.join.deadline(),
            self.promises_due(),
        ];
        due.into_iter().flatten().min()
    }

    /// A picture of the core.
    #[must_use]
    pub fn status(&self) -> Status {
        self.core.status()
    }

    /// Transactions and bytes that wait for the own lane.
    #[must_use]
    pub fn mempool(&self) -> &Mempool {
        &self.mempool
    }

    /// Final blocks not yet executed.
    #[must_use]
    pub fn execution_backlog(&self) -> usize {
        self.ready.len().saturating_add(self.executing)
    }

    fn offer(&mut self, now: Tick, transactions: Vec<VerifiedTransaction>) {
        for transaction in transactions {
            let id = transaction.id();
            let offer = if self.me.is_some() {
                self.mempool.offer(now, transaction)
            } else {
                Offer::NoLane
            };
            self.effects.push(Effect::Offered {
                transaction: id,
                offer,
            });
        }
    }

    fn message(&mut self, now: Now, from: ValidatorIndex, message: PeerMessage) {
        match message {
            PeerMessage::Core { epoch, message } => self.said(now, from, epoch, message),
            PeerMessage::Batch(batch) => self.consider_batch(now, from, batch),
            PeerMessage::TableRootsRequest(checkpoint) => {
                self.show_tables(now.tick, from, checkpoint);
            }
            PeerMessage::TableRoots(shown) => self.compare_tables(&shown),
            PeerMessage::State(message) => self.about_state(now.tick, from, message),
            PeerMessage::LeftOverRequest => self.show_left_over(now.tick, from),
            PeerMessage::LeftOver(_, digests) => self.take_left_over(now.tick, from, &digests),
        }
    }

    /// Shows a peer own table roots of a checkpoint. They are in memory, and derived from final blocks alone.
    fn show_tables(&mut self, now: Tick, to: ValidatorIndex, checkpoint: Height) {
        if let Some(roots) = self.tables.answer(now, to, checkpoint) {
            self.effects.push(Effect::Send {
                to,
                class: Class::Sync,
                frame: encode_table_roots(roots),
            });
        }
    }

    /// Asks every peer for the table roots under the state root that the network certified. [X7]
    fn inquire(&mut self, now: Tick, height: Height, own: Hash, certified: Hash) {
        if let Some(roots) = self.tables.get(height) {
            self.inquiry = Some(Inquiry::new(now, roots.clone(), certified));
            self.effects.push(Effect::Broadcast {
                class: Class::Votes,
                frame: encode_table_roots_request(height),
            });
        } else {
            self.differs(StateDifference {
                height,
                own,
                certified,
                tables: DifferingTables::NotKept,
            });
        }
    }

    /// The first peer that shows the certified table roots ends the inquiry; others are heard and not believed.
    fn compare_tables(&mut self, shown: &TableRoots) {
        let named = self.inquiry.as_ref().and_then(|it| it.judge(shown));
        if let Some(difference) = named {
            self.inquiry = None;
            self.differs(difference);
        }
    }

    fn end_inquiry(&mut self, now: Tick) {
        if let Some(inquiry) = self.inquiry.take_if(|it| it.deadline() <= now) {
            self.differs(inquiry.unanswered());
        }
    }

    fn differs(&mut self, difference: StateDifference) {
        self.effects
            .push(Effect::StateDiffers(Box::new(difference)));
    }

    /// Served at most twice per 2 D, peer and item. [W7]
    fn serve(&mut self, now: Tick, to: ValidatorIndex, wanted: Wanted) {
        let request = ServeRequest { to, wanted };
        let window_us = self.core.status().delay_us.saturating_mul(2);
        let held = match wanted {
            Wanted::Batch(digest) => self.cache.get(&digest),
            Wanted::Lost(_)
            | Wanted::Range(..)
            | Wanted::End(_)
            | Wanted::Offer(_)
            | Wanted::Chunk(_) => None,
        };
        let bytes = held.map_or(wanted.bytes_expected(), |batch| batch.frame().len() as u64);
        if self.limiter.allows(now, window_us, &request, bytes) {
            self.effects.push(Effect::Serve(request));
        }
    }

    /// A payload that is not its header's is its sender's fault; a transaction that does not hold is the owner's. [L4][L13]
    fn refused(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        fault: BatchFault,
        header: Option<SignedHeader>,
    ) {
        let what = fault.words();
        let owner = header.filter(|_| fault == BatchFault::Transaction || planted!("L4"));
        let from = owner
            .as_ref()
            .map_or(from, |header| self.node_of(header.header.lane));
        self.effects
            .push(Effect::Alarm(Alarm::PeerFault { from, what }));
        if let Some(header) = owner.filter(|it| it.header.epoch == self.set.epoch()) {
            self.feed(now, Input::Poisoned(header));
        }
    }

    /// Spends signature checks only on batches the core has a use for.
    fn consider_batch(&mut self, now: Now, from: ValidatorIndex, batch: UnverifiedBatch) {
        let header = &batch.header().header;
        if header.epoch != self.set.epoch() {
            return self.consider_left_over(from, batch);
        }
        let digest = header.digest(&self.set);
        let index = self.index_of(from);
        self.core.batch_came(index, &digest);
        let wanted = self.core.wants_batch(header, &digest);
        if !wanted {
            return self.consider_left_over(from, batch);
        }
        if self.verifying.contains_key(&digest) {
            return;
        }
        if let Some(verified) = self.cache.get(&digest) {
            // Verified earlier, when the core had no room for it.
            let header = verified.header().clone();
            return self.feed(now, Input::Batch(header));
        }
        let of_peer = self
            .verifying
            .values()
            .filter(|(peer, _)| *peer == from)
            .count();
        if self.verifying.len() >= VERIFYING_MAX || of_peer >= VERIFYING_PER_PEER_MAX {
            return;
        }
        self.verifying
            .insert(digest, (from, batch.header().clone()));
        self.effects.push(Effect::VerifyBatch {
            batch,
            digest,
            from,
            set: Arc::clone(&self.set),
        });
    }

    fn executed(&mut self, now: Now, summary: &ExecutedSummary) {
        self.executing = self.executing.saturating_sub(1);
        self.note_ordered(&summary.batches);
        for batch in &summary.batches {
            self.mempool.executed(batch);
            self.cache.remove(batch);
        }
        if let Some(tables) = &summary.tables {
            self.tables.record(tables.clone());
        }
        let version = self.epochs.current().version;
        let later = |next: &&NextSet| next.version > version;
        let next = summary.next.as_ref().filter(later).cloned();
        self.turning.executed(summary);
        self.feed(
            now,
            Input::Executed {
                height: summary.height,
                results: summary.results,
                state_root: summary.state_root,
                next,
                next_due: summary.next_due,
                effect: summary.effect,
            },
        );
    }

    fn feed(&mut self, now: Now, input: Input) {
        for output in self.core.step(now, input) {
            self.absorb(now, output);
        }
    }

    fn absorb(&mut self, now: Now, output: Output) {
        let effect = match output {
            Output::Persist { token, records } => {
                self.unsynced.insert(token, now.tick);
                self.persist(token, records)
            }
            Output::Send {
                to,
                message: message @ Message::RangeRequest { .. },
            } => {
                let to = self.node_of(to);
                self.join.blocks_asked(now.tick, to);
                Effect::Send {
                    to,
                    class: class_of(&message),
                    frame: encode_core(self.set.epoch(), &message),
                }
            }
            Output::Send { to, message } => Effect::Send {
                to: self.node_of(to),
                class: class_of(&message),
                frame: encode_core(self.set.epoch(), &message),
            },
            Output::Broadcast(message) => Effect::Broadcast {
                class: class_of(&message),
                frame: encode_core(self.set.epoch(), &message),
            },
            Output::BroadcastToValidators(message) => Effect::BroadcastToValidators {
                to: Arc::clone(&self.validators),
                class: class_of(&message),
                frame: encode_core(self.set.epoch(), &message),
            },
            Output::BroadcastBatch { digest } => match self.cache.get(&digest) {
                Some(batch) => Effect::Broadcast {
                    class: Class::Batches,
                    frame: Arc::clone(batch.frame()),
                },
                None => Effect::BroadcastStored { digest },
            },
            Output::Sealed(header) => return self.sealed(header),
            Output::OwnBatchSynced { digest } => {
                self.own_unsynced = self.own_unsynced.saturating_sub(1);
                Effect::Accepted(self.mempool.synced(&digest))
            }
            Output::Abandoned { digests } => {
                return self.rewrap(now.tick, self.set.epoch(), digests);
            }
            Output::Overtaken { lane, digests } => return self.overtaken(lane, &digests),
            Output::Deliver(block) => {
                self.turning.delivered(&block);
                return self.ready.push_back(block);
            }
            Output::EpochEnded(handover) => return self.turning.end(handover),
            Output::Alarm(alarm) => return self.alarm(now.tick, alarm),
        };
        self.effects.push(effect);
    }

    fn alarm(&mut self, now: Tick, alarm: Alarm) {
        self.has_stopped |= matches!(alarm, Alarm::ResultsDiffer { .. } | Alarm::Conflict { .. });
        match alarm {
            Alarm::ResultsDiffer {
                height,
                own,
                certified,
                state: true,
            } => self.inquire(now, height, own, certified),
            Alarm::PeerFault { from, what } => {
                let from = self.node_of(from);
                self.effects
                    .push(Effect::Alarm(Alarm::PeerFault { from, what }));
            }
            alarm => {
                if matches!(
                    alarm,
                    Alarm::RecordContradicted { .. } | Alarm::Rejoined { .. }
                ) {
                    self.ask_left_over();
                }
                self.effects.push(Effect::Alarm(alarm));
            }
        }
    }

    fn persist(&mut self, token: Token, records: Vec<Record>) -> Effect {
        self.turning.recorded(token, &records);
        self.note_promises(&records);
        let cache = &self.cache;
        let payload = |digest: &Hash| cache.get(digest).map(|batch| Arc::clone(batch.frame()));
        let (writes, mark) = self.journal.rows_of(records, payload);
        Effect::Persist {
            token,
            writes,
            mark: self.key.zip(mark),
        }
    }

    fn sealed(&mut self, header: SignedHeader) {
        let Some(transactions) = self.sealing.take() else {
            return;
        };
        let batch = VerifiedBatch::own(&self.set, header, transactions);
        self.mempool.sealed(batch.digest(), batch.transactions());
        if planted!("aptos-11629") {
            let ids = self.mempool.synced(&batch.digest());
            self.effects.push(Effect::Accepted(ids));
        }
        self.cache.insert(Arc::new(batch));
        self.own_unsynced = self.own_unsynced.saturating_add(1);
    }

    /// Closes batches: full ones at once, any one when none is on its way to the disk, the rest after the interval.
    fn seal(&mut self, now: Now) {
        while self.should_seal(now.tick) {
            let transactions = self.mempool.take(self.core.room_bytes());
            if transactions.is_empty() {
                return;
            }
            let payload = || {
                transactions
                    .iter()
                    .map(|transaction| transaction.raw().as_ref())
            };
            let input = Input::Seal {
                transactions: u32::try_from(transactions.len()).unwrap_or(u32::MAX),
                bytes: payload().map(|bytes| bytes.len() as u64).sum(),
                payload_root: payload_root(payload()),
            };
            self.sealing = Some(transactions);
            self.feed(now, input);
            if let Some(refused) = self.sealing.take() {
                self.mempool.put_back(now.tick, refused);
                return;
            }
        }
    }

    fn should_seal(&self, now: Tick) -> bool {
        let Some(oldest) = self.mempool.oldest() else {
            return false;
        };
        self.me.is_some()
            && (self.own_unsynced == 0
                || self.mempool.fills_a_batch()
                || now.since(oldest) >= self.config.batch_interval_us)
    }
}

#[cfg(test)]
pub(crate) mod epoch_tests;
#[cfg(test)]
pub(crate) mod promise_tests;
#[cfg(test)]
mod tests;
