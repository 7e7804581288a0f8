//! The smallest honest cluster: replicas over memory stores, real bytes, real signatures, one event after another.
//!
//! No faults but a crash at a chosen write; the simulator in `tests/` does the rest.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use sycee_consensus::{Alarm, Message, NextSet, Now, ValidatorIndex, View, VoteKind};
use sycee_contracts::{Receipt, Table, TableRoots, VerifiedTransaction};
use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, NetworkParameters, devnet};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, SecretKey, Tick, TransactionId};
use sycee_storage::{Durability, Family, MemoryStore, Op, Store};

use crate::{
    Effect, Epochs, Event, Executed, Executor, Offer, PeerMessage, Replica, ReplicaConfig,
    Retention, ServeRequest, ShownStates, Snapshot, StateDifference, Wanted, answer, boot,
    handover, load_batch, lowest_kept, open, prune_slice, verify_batch,
};

mod instructions;

pub(crate) use instructions::{instruction, payment, payment_at};

pub(crate) const START_MS: u64 = 1_800_000_000_000;

pub(crate) fn secrets() -> DevnetSecrets {
    DevnetSecrets::from_seed(&[7; 32])
}

pub(crate) fn genesis() -> Genesis {
    let options = DevnetOptions {
        time: BlockTime(START_MS),
        parameters: NetworkParameters {
            checkpoint_interval_ms: 50,
            ..NetworkParameters::default()
        },
        ..DevnetOptions::default()
    };
    devnet(&secrets().public(), &options).unwrap()
}

/// An ordering message of epoch 0.
pub(crate) fn said(message: Message) -> PeerMessage {
    PeerMessage::Core {
        epoch: Epoch(0),
        message,
    }
}

pub(crate) struct Node {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) replica: Replica,
    pub(crate) executor: Executor,
    pub(crate) receipts: BTreeMap<TransactionId, Receipt>,
    pub(crate) results: BTreeMap<Height, Hash>,
    pub(crate) accepted: BTreeSet<TransactionId>,
    pub(crate) offers: Vec<(TransactionId, Offer)>,
    pub(crate) persists: usize,
    /// Crash at this write: before it reaches the disk, or after.
    pub(crate) crash: Option<(usize, bool)>,
    pub(crate) crashes: usize,
    /// Makes this node compute other table roots than it should.
    pub(crate) falsify: Option<fn(&mut TableRoots)>,
    pub(crate) differences: Vec<StateDifference>,
    /// Somebody breaks rules in this test.
    pub(crate) offences_expected: bool,
    /// The states it offers, each with its rows of that moment.
    pub(crate) snapshots: ShownStates<(Snapshot, MemoryStore)>,
    /// Faults of peers, in tests in which there are some.
    pub(crate) faults: Option<Vec<(ValidatorIndex, &'static str)>>,
    /// Rows of a state taken over that were written.
    pub(crate) staged: usize,
    /// Starts from a state that was taken over.
    pub(crate) installs: usize,
    /// Takes nothing in and gives nothing out.
    pub(crate) is_down: bool,
    /// Epochs that this process has begun.
    pub(crate) epochs: Epochs,
    /// Keys it may sign with.
    keys: Vec<SecretKey>,
    /// Epochs that it began, and whether it was quarantined then.
    pub(crate) began: Vec<(Epoch, bool)>,
}

/// Which validators the state names after a height.
pub(crate) type Naming = fn(Height) -> Option<NextSet>;

pub(crate) struct Cluster {
    /// What the test decides in the place of the ledger's governance.
    pub(crate) naming: Option<Naming>,
    pub(crate) genesis: Genesis,
    pub(crate) nodes: Vec<Node>,
    tick: u64,
    frames: VecDeque<(usize, usize, Arc<[u8]>)>,
    events: VecDeque<(usize, Event)>,
    votes: BTreeMap<(Epoch, ValidatorIndex, VoteKind, View), Hash>,
    /// A node that nothing reaches.
    pub(crate) cut_off: Option<usize>,
    /// Answers that named a lowest height.
    pub(crate) pruned_answers: usize,
    snapshot_ms: u64,
    /// Nodes whose frames are replaced on their way out.
    pub(crate) liars: Option<(Vec<usize>, Lie)>,
}

/// What leaves a liar towards a node in the place of a frame.
pub(crate) type Lie = Box<dyn Fn(usize, PeerMessage, &Arc<[u8]>) -> Vec<Arc<[u8]>>>;

/// Keys of a node; node 3 has a second one, and node 4 is an observer that may become a validator.
pub(crate) fn keys_of(index: usize) -> Vec<SecretKey> {
    let founded = secrets().validators.into_iter().nth(index);
    let founded = founded.map(|keys| keys.consensus);
    let later = SecretKey::from_seed(&[u8::try_from(index).unwrap() + 100; 32]);
    founded.into_iter().chain([later]).collect()
}

fn start(
    genesis: &Genesis,
    index: usize,
    store: &Arc<MemoryStore>,
    snapshot_ms: u64,
    naming: Option<Naming>,
) -> (Replica, Executor, Vec<Executed>, Epochs) {
    let ledger = genesis.ledger().unwrap();
    let config = ReplicaConfig::of(
        genesis,
        ledger.checkpoint().state_root,
        u16::try_from(index).unwrap(),
        keys_of(index),
        Hash::ZERO,
    );
    let opened = open(store.as_ref(), &genesis.validator_set()).unwrap();
    let (epochs, mut loaded) = (opened.epochs, opened.loaded);
    let shared = Arc::clone(store) as Arc<dyn Store>;
    if let Some(naming) = naming {
        // What the ledger would have written beside its results.
        let heights = loaded.journal.results.iter().map(|(height, _, _)| *height);
        let named = heights.filter_map(|height| Some((height, naming(height)?)));
        loaded.journal.next_sets.extend(named.collect::<Vec<_>>());
    }
    let booted = boot(&shared, config, ledger, epochs.clone(), loaded).unwrap();
    let executor = booted.executor.offering_every(snapshot_ms);
    (booted.replica, executor, booted.replayed, epochs)
}

impl Cluster {
    /// Four validators, and an observer when `size` is 5.
    pub(crate) fn new(size: usize) -> Cluster {
        Cluster::founded(size, 0, None)
    }

    /// The same, in which the state names other validators after some heights.
    pub(crate) fn with_naming(size: usize, naming: Naming) -> Cluster {
        Cluster::naming_and_offering(size, 0, naming)
    }

    /// The same, and states are offered.
    pub(crate) fn naming_and_offering(size: usize, snapshot_ms: u64, naming: Naming) -> Cluster {
        Cluster::founded(size, snapshot_ms, Some(naming))
    }

    /// The same, offering a state so often.
    pub(crate) fn offering(size: usize, snapshot_ms: u64) -> Cluster {
        Cluster::founded(size, snapshot_ms, None)
    }

    fn founded(size: usize, snapshot_ms: u64, naming: Option<Naming>) -> Cluster {
        let genesis = genesis();
        let nodes = (0..size)
            .map(|index| {
                let store = Arc::new(MemoryStore::new());
                let (replica, executor, _, epochs) =
                    start(&genesis, index, &store, snapshot_ms, naming);
                Node {
                    store,
                    replica,
                    executor,
                    receipts: BTreeMap::new(),
                    results: BTreeMap::new(),
                    accepted: BTreeSet::new(),
                    offers: Vec::new(),
                    persists: 0,
                    crash: None,
                    crashes: 0,
                    falsify: None,
                    differences: Vec::new(),
                    offences_expected: false,
                    snapshots: ShownStates::default(),
                    faults: None,
                    staged: 0,
                    installs: 0,
                    is_down: false,
                    epochs,
                    keys: keys_of(index),
                    began: Vec::new(),
                }
            })
            .collect();
        let mut cluster = Cluster {
            naming,
            genesis,
            nodes,
            tick: 1_000_000,
            frames: VecDeque::new(),
            events: VecDeque::new(),
            votes: BTreeMap::new(),
            cut_off: None,
            pruned_answers: 0,
            snapshot_ms,
            liars: None,
        };
        for index in 0..size {
            cluster.connect(index);
        }
        cluster
    }

    fn connect(&mut self, index: usize) {
        for other in (0..self.nodes.len()).filter(|other| *other != index) {
            let peer = |index| ValidatorIndex(u16::try_from(index).unwrap());
            self.events
                .push_back((other, Event::Connected(peer(index))));
            self.events
                .push_back((index, Event::Connected(peer(other))));
        }
    }

    /// A node that was down is there, with what lies on its disk.
    pub(crate) fn wake(&mut self, node: usize) {
        self.nodes[node].is_down = false;
        self.restart(node);
    }

    fn now(&self) -> Now {
        Now {
            tick: Tick(self.tick),
            wall: BlockTime(START_MS + self.tick / 1_000),
        }
    }

    pub(crate) fn submit(&mut self, node: usize, transactions: Vec<VerifiedTransaction>) {
        self.events
            .push_back((node, Event::ClientTransactions(transactions)));
    }

    /// A frame of `from` arrives at `to`.
    pub(crate) fn hear(&mut self, to: usize, from: u16, message: PeerMessage) {
        let from = ValidatorIndex(from);
        self.event(to, Event::Message { from, message });
    }

    pub(crate) fn event(&mut self, node: usize, event: Event) {
        self.events.push_back((node, event));
    }

    /// Runs for so many virtual milliseconds.
    pub(crate) fn run(&mut self, milliseconds: u64) {
        let end = self.tick + milliseconds * 1_000;
        while self.tick < end {
            if let Some((node, event)) = self.events.pop_front() {
                self.feed(node, event);
            } else if let Some((from, to, frame)) = self.frames.pop_front() {
                self.tick += 20;
                let message = PeerMessage::decode(&frame).unwrap();
                let from = ValidatorIndex(u16::try_from(from).unwrap());
                self.feed(to, Event::Message { from, message });
            } else {
                let due = self
                    .nodes
                    .iter()
                    .filter(|node| !node.is_down)
                    .filter_map(|node| node.replica.next_wakeup());
                let due = due.min().map_or(end, |due| due.0.min(end));
                self.tick = due.max(self.tick + 1);
                for node in 0..self.nodes.len() {
                    self.feed(node, Event::Tick);
                }
            }
        }
    }

    fn feed(&mut self, node: usize, event: Event) {
        if self.nodes[node].is_down {
            return;
        }
        let now = self.now();
        for effect in self.nodes[node].replica.step(now, event) {
            if self.perform(node, effect) {
                self.restart(node);
                return;
            }
        }
    }

    /// Loses everything that was not synced, and starts again from the disk.
    pub(crate) fn restart(&mut self, node: usize) {
        self.nodes[node].store.crash(0);
        self.nodes[node].crashes += 1;
        self.events.retain(|(to, _)| *to != node);
        let store = &self.nodes[node].store;
        let (replica, executor, replayed, epochs) =
            start(&self.genesis, node, store, self.snapshot_ms, self.naming);
        let it = &mut self.nodes[node];
        (it.replica, it.executor, it.epochs) = (replica, executor, epochs);
        for executed in replayed {
            self.note(node, &executed);
        }
        self.connect(node);
    }

    /// A node loses its disk, and its operator calls `recover`.
    pub(crate) fn lose_disk(&mut self, node: usize) {
        let store = MemoryStore::new();
        let set = self.genesis.validator_set();
        let lost = sycee_consensus::Quarantine {
            active: true,
            min_sign_view: View(0),
        };
        for rows in [crate::initial_rows(&set), crate::quarantine_rows(&lost)] {
            store.write(&rows, Durability::Synced).unwrap();
        }
        self.nodes[node].store = Arc::new(store);
        self.restart(node);
    }

    fn send(&mut self, from: usize, to: usize, frame: &Arc<[u8]>) {
        if let PeerMessage::Core { epoch, message } = PeerMessage::decode(frame).unwrap() {
            match message {
                Message::Vote(vote) => self.check_vote(from, epoch, &vote),
                Message::Pruned { .. } => self.pruned_answers += 1,
                _ => {}
            }
        }
        if self.cut_off == Some(to) || self.cut_off == Some(from) {
            return;
        }
        if to >= self.nodes.len() || to == from {
            return;
        }
        let frames = match &self.liars {
            Some((liars, lie)) if liars.contains(&from) => {
                lie(to, PeerMessage::decode(frame).unwrap(), frame)
            }
            Some(_) | None => vec![Arc::clone(frame)],
        };
        for frame in frames {
            self.frames.push_back((from, to, frame));
        }
    }

    /// No key ever signs two contradictory statements, over all restarts.
    fn check_vote(&mut self, from: usize, epoch: Epoch, vote: &sycee_consensus::Vote) {
        let facts = self.nodes[from].epochs.get(epoch).unwrap();
        assert_eq!(
            facts.epoch(),
            self.nodes[from].epochs.current().epoch(),
            "T3: {from} signs in an epoch that is over for it"
        );
        let slot = (epoch, vote.signer, vote.kind, vote.view);
        let known = self.votes.insert(slot, vote.digest);
        assert!(
            known.is_none_or(|known| known == vote.digest),
            "signed twice: {vote:?}"
        );
        let against = match vote.kind {
            VoteKind::Nullify => VoteKind::Finalize,
            VoteKind::Finalize => VoteKind::Nullify,
            VoteKind::Notarize => return,
        };
        let contradicts = self
            .votes
            .contains_key(&(epoch, vote.signer, against, vote.view));
        assert!(!contradicts, "nullified and finalized: {vote:?}");
    }

    /// True when the node crashes here.
    fn perform(&mut self, node: usize, effect: Effect) -> bool {
        let size = self.nodes.len();
        match effect {
            Effect::Persist { token, writes, .. } => {
                let it = &mut self.nodes[node];
                it.persists += 1;
                let crash = it.crash.take_if(|(at, _)| *at == it.persists);
                if crash.is_none_or(|(_, after)| after) {
                    it.store.write(&writes, Durability::Synced).unwrap();
                }
                if crash.is_some() {
                    return true;
                }
                self.events.push_back((node, Event::Persisted(token)));
            }
            Effect::Send { to, frame, .. } => self.send(node, to.usize(), &frame),
            Effect::Broadcast { frame, .. } => (0..size).for_each(|to| self.send(node, to, &frame)),
            Effect::BroadcastToValidators { to, frame, .. } => {
                to.iter()
                    .for_each(|to| self.send(node, usize::from(*to), &frame));
            }
            Effect::EpochBegan(facts) => self.epoch_began(node, &facts),
            Effect::BroadcastStored { digest } => self.broadcast_stored(node, digest),
            Effect::VerifyBatch { batch, set, .. } => {
                let batch = verify_batch(&set, &batch).unwrap();
                self.events
                    .push_back((node, Event::BatchVerified(Box::new(batch))));
            }
            Effect::LoadBatch { digest, set } => {
                let batch = load_batch(self.nodes[node].store.as_ref(), &set, &digest).unwrap();
                self.events
                    .push_back((node, Event::BatchLoaded(Box::new(batch))));
            }
            Effect::Serve(request) => self.serve(node, request),
            Effect::Stage(writes) => self.stage(node, &writes),
            Effect::Restart => {
                let it = &mut self.nodes[node];
                let nothing = sycee_storage::WriteSet::new();
                it.store.write(&nothing, Durability::Synced).unwrap();
                it.installs += 1;
                return true;
            }
            Effect::Execute(ready) => self.execute(node, &ready),
            Effect::Offered { transaction, offer } => {
                self.nodes[node].offers.push((transaction, offer));
            }
            Effect::Accepted(ids) => self.nodes[node].accepted.extend(ids),
            Effect::Alarm(Alarm::Rejoined { .. }) => {}
            Effect::Alarm(Alarm::Offence { .. }) if self.nodes[node].offences_expected => {}
            Effect::Alarm(Alarm::PeerFault { from, what })
                if let Some(faults) = &mut self.nodes[node].faults =>
            {
                faults.push((from, what));
            }
            Effect::Alarm(alarm) => panic!("node {node}: {alarm:?}"),
            Effect::StateDiffers(difference) => self.nodes[node].differences.push(*difference),
        }
        false
    }

    fn stage(&mut self, node: usize, writes: &sycee_storage::WriteSet) {
        let it = &mut self.nodes[node];
        let is_staged = |op: &Op| {
            matches!(
                op,
                Op::Put {
                    family: Family::Staging,
                    ..
                }
            )
        };
        it.staged += usize::from(writes.ops().iter().any(is_staged));
        it.store.write(writes, Durability::Buffered).unwrap();
    }

    fn broadcast_stored(&mut self, node: usize, digest: Hash) {
        let store = self.nodes[node].store.as_ref();
        let frame = answer(store, &crate::Wanted::Batch(digest));
        let (_, frame) = frame.unwrap().unwrap();
        (0..self.nodes.len()).for_each(|to| self.send(node, to, &frame));
    }

    /// The proof of an epoch's end is stored before anything of the next one happens.
    fn epoch_began(&mut self, node: usize, facts: &crate::EpochFacts) {
        let it = &mut self.nodes[node];
        let ended = Epoch(facts.epoch().0 - 1);
        let proof = handover(it.store.as_ref(), ended).unwrap();
        let proof = proof.expect("T6: the proof is stored first");
        assert!(it.epochs.advance(&proof));
        let quarantined = it.replica.status().quarantined;
        it.began.push((facts.epoch(), quarantined));
        let number = u16::try_from(node).unwrap();
        let signer = facts.signer(number, &it.keys);
        assert_eq!(signer.is_some(), facts.nodes.contains(&number));
    }

    fn execute(&mut self, node: usize, ready: &crate::ReadyBlock) {
        let it = &mut self.nodes[node];
        let mut executed = it.executor.execute(ready).unwrap();
        let summary = &mut executed.summary;
        if let Some(naming) = self.naming {
            summary.next = naming(summary.height);
        }
        if let (Some(falsify), Some(tables)) = (it.falsify, &mut summary.tables) {
            falsify(tables);
            summary.state_root = Some(tables.state_root());
        }
        it.store
            .write(&executed.writes, Durability::Buffered)
            .unwrap();
        self.note(node, &executed);
        self.events
            .push_back((node, Event::Executed(executed.summary)));
        let it = &mut self.nodes[node];
        if let Some((snapshot, writes)) = it.executor.take_snapshot() {
            it.store.write(&writes, Durability::Buffered).unwrap();
            it.executor.flush_written(it.executor.ledger().height());
            let rows = it.store.view(&[Family::State, Family::Identifiers]);
            let (now, height) = (Tick(self.tick), snapshot.height());
            it.snapshots.begin(now, height, (snapshot, rows));
        }
    }

    fn serve(&mut self, node: usize, ServeRequest { to, wanted }: ServeRequest) {
        let now = Tick(self.tick);
        let it = &mut self.nodes[node];
        let store = it.store.as_ref();
        let answered = match wanted {
            Wanted::Offer(asker) => {
                let newest = it.snapshots.newest();
                newest
                    .filter_map(|(snapshot, _)| snapshot.offer(store, &it.epochs, asker).unwrap())
                    .next()
            }
            Wanted::Chunk((height, table, chunk)) => {
                let of = it.snapshots.asked(now, to, height);
                of.and_then(|(snapshot, view)| {
                    let table = Table::from_number(table)?;
                    snapshot.chunk(view, table, chunk).unwrap()
                })
            }
            Wanted::Batch(_) | Wanted::Lost(_) | Wanted::Range(..) | Wanted::End(_) => {
                answer(store, &wanted).unwrap()
            }
        };
        if let Some((_, frame)) = answered {
            self.send(node, to.usize(), &frame);
        }
    }

    fn note(&mut self, node: usize, executed: &Executed) {
        let it = &mut self.nodes[node];
        let (height, results) = (executed.summary.height, executed.summary.results);
        let before = it.results.insert(height, results);
        assert!(
            before.is_none_or(|before| before == results),
            "height {height} changed"
        );
        for receipt in &executed.block.receipts {
            it.receipts.insert(receipt.transaction, receipt.clone());
        }
    }

    /// Writes the derived rows of a node.
    pub(crate) fn flush(&mut self, node: usize, durability: Durability) {
        let it = &mut self.nodes[node];
        if let Some(writes) = it.executor.take_flush() {
            it.store.write(&writes, durability).unwrap();
            it.executor.flush_written(it.executor.ledger().height());
        }
    }

    /// Drops everything that a retention lets go.
    pub(crate) fn prune(&mut self, node: usize, retention: Retention) {
        let it = &mut self.nodes[node];
        let (store, epochs) = (it.store.as_ref(), &it.epochs);
        let shown = it.snapshots.lowest(Tick(self.tick));
        while let Some(slice) = prune_slice(store, epochs, retention, shown).unwrap() {
            store.write(&slice.writes, Durability::Buffered).unwrap();
            assert_eq!(lowest_kept(store).unwrap(), slice.lowest);
        }
    }

    /// Time goes by in which nobody does anything.
    pub(crate) fn pass(&mut self, milliseconds: u64) {
        self.tick += milliseconds * 1_000;
    }

    /// All nodes executed the same and know all of these.
    pub(crate) fn check_agreement(&self, transactions: &[TransactionId]) {
        for (index, node) in self.nodes.iter().enumerate() {
            for id in transactions {
                assert!(node.receipts.contains_key(id), "node {index} lacks {id}");
            }
            for (height, results) in &node.results {
                let first = self.nodes[0].results.get(height);
                assert!(
                    first.is_none_or(|first| first == results),
                    "height {height}"
                );
            }
        }
    }
}
