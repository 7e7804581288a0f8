//! The smallest honest cluster: replicas over memory stores, real bytes, real signatures, one event after another.
//!
//! No faults but a crash at a chosen write; the simulator in `tests/` does the rest.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use sycee_consensus::{Alarm, Message, Now, ValidatorIndex, View, VoteKind};
use sycee_contracts::{
    Action, EndToEndId, IdempotencyKey, Instruction, Pay, Receipt, Table, TableRoots,
    VerifiedTransaction, verify,
};
use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, NetworkParameters, devnet};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, Hash, Height, ParticipantId, SecretKey, Tick,
    TransactionId, identifiers::Uetr,
};
use sycee_storage::{Durability, Family, MemoryStore, Store};

use crate::{
    Effect, Event, Executed, Executor, Offer, PeerMessage, Replica, ReplicaConfig, Retention,
    ServeRequest, Snapshot, StateDifference, Wanted, answer, boot, load_batch, lowest_kept, open,
    prune_slice, verify_batch,
};

const START_MS: u64 = 1_800_000_000_000;

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

/// A payment of bank A to bank B in CNY, told apart by `number`.
pub(crate) fn payment(genesis: &Genesis, number: u64) -> VerifiedTransaction {
    payment_at(genesis, number, 0)
}

/// The same, so many milliseconds after the founding.
pub(crate) fn payment_at(genesis: &Genesis, number: u64, after_ms: u64) -> VerifiedTransaction {
    let time_ms = START_MS + after_ms;
    let mut uetr = [0_u8; 16];
    uetr[..8].copy_from_slice(&number.to_be_bytes());
    uetr[6] = 0x40;
    uetr[8] = 0x80;
    uetr[9..].copy_from_slice(&number.to_be_bytes()[1..]);
    let instruction = Instruction {
        chain_id: genesis.chain_id(),
        sender: ParticipantId(1),
        idempotency_key: IdempotencyKey::new(number.to_be_bytes()).unwrap(),
        expiry: BlockTime(time_ms + 3_600_000),
        action: Action::Pay(Pay {
            uetr: Uetr::from_bytes(uetr).unwrap(),
            end_to_end_id: EndToEndId::new(format!("E2E-{number}")).unwrap(),
            debtor: AccountId(3),
            creditor: AccountId(6),
            asset: AssetId(0),
            amount: Amount::from_minor(100 + u128::from(number)).unwrap(),
            value_date: BlockTime(time_ms).date(),
            purpose: None,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        }),
    };
    let bytes = instruction.sign(&[&secrets().banks[0]]).to_bytes();
    verify(&genesis.chain_id(), &bytes).unwrap()
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
    pub(crate) snapshots: Vec<(Snapshot, MemoryStore)>,
    /// Faults of peers, in tests in which there are some.
    pub(crate) faults: Option<Vec<(ValidatorIndex, &'static str)>>,
    /// Rows of a state taken over that were written.
    pub(crate) staged: usize,
    /// Starts from a state that was taken over.
    pub(crate) installs: usize,
    /// Takes nothing in and gives nothing out.
    pub(crate) is_down: bool,
}

pub(crate) struct Cluster {
    pub(crate) genesis: Genesis,
    pub(crate) nodes: Vec<Node>,
    tick: u64,
    frames: VecDeque<(usize, usize, Arc<[u8]>)>,
    events: VecDeque<(usize, Event)>,
    votes: BTreeMap<(ValidatorIndex, VoteKind, View), Hash>,
    /// Answers that named a lowest height.
    pub(crate) pruned_answers: usize,
    snapshot_ms: u64,
    /// Nodes whose frames are replaced on their way out.
    pub(crate) liars: Option<(Vec<usize>, Lie)>,
}

/// What leaves a liar towards a node in the place of a frame.
pub(crate) type Lie = Box<dyn Fn(usize, PeerMessage, &Arc<[u8]>) -> Vec<Arc<[u8]>>>;

fn me(index: usize) -> Option<(ValidatorIndex, SecretKey)> {
    let key = secrets().validators.into_iter().nth(index)?.consensus;
    Some((ValidatorIndex(u16::try_from(index).unwrap()), key))
}

fn start(
    genesis: &Genesis,
    index: usize,
    store: &Arc<MemoryStore>,
    snapshot_ms: u64,
) -> (Replica, Executor, Vec<Executed>) {
    let ledger = genesis.ledger().unwrap();
    let config = ReplicaConfig::of(
        genesis,
        ledger.checkpoint().state_root,
        me(index),
        Hash::ZERO,
    );
    let set = genesis.validator_set();
    let opened = open(store.as_ref(), &set).unwrap();
    let shared = Arc::clone(store) as Arc<dyn Store>;
    let booted = boot(&shared, config, ledger, opened.loaded).unwrap();
    let executor = booted.executor.offering_every(snapshot_ms);
    (booted.replica, executor, booted.replayed)
}

impl Cluster {
    /// Four validators, and an observer when `size` is 5.
    pub(crate) fn new(size: usize) -> Cluster {
        Cluster::offering(size, 0)
    }

    /// The same, offering a state so often.
    pub(crate) fn offering(size: usize, snapshot_ms: u64) -> Cluster {
        let genesis = genesis();
        let nodes = (0..size)
            .map(|index| {
                let store = Arc::new(MemoryStore::new());
                let (replica, executor, _) = start(&genesis, index, &store, snapshot_ms);
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
                    snapshots: Vec::new(),
                    faults: None,
                    staged: 0,
                    installs: 0,
                    is_down: false,
                }
            })
            .collect();
        let mut cluster = Cluster {
            genesis,
            nodes,
            tick: 1_000_000,
            frames: VecDeque::new(),
            events: VecDeque::new(),
            votes: BTreeMap::new(),
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
        let (replica, executor, replayed) = start(
            &self.genesis,
            node,
            &self.nodes[node].store,
            self.snapshot_ms,
        );
        (self.nodes[node].replica, self.nodes[node].executor) = (replica, executor);
        for executed in replayed {
            self.note(node, &executed);
        }
        self.connect(node);
    }

    fn send(&mut self, from: usize, to: usize, frame: &Arc<[u8]>) {
        if let PeerMessage::Core(Message::Vote(vote)) = PeerMessage::decode(frame).unwrap() {
            self.check_vote(&vote);
        }
        if let PeerMessage::Core(Message::Pruned { .. }) = PeerMessage::decode(frame).unwrap() {
            self.pruned_answers += 1;
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
    fn check_vote(&mut self, vote: &sycee_consensus::Vote) {
        let known = self
            .votes
            .insert((vote.signer, vote.kind, vote.view), vote.digest);
        assert!(
            known.is_none_or(|known| known == vote.digest),
            "signed twice: {vote:?}"
        );
        let against = match vote.kind {
            VoteKind::Nullify => VoteKind::Finalize,
            VoteKind::Finalize => VoteKind::Nullify,
            VoteKind::Notarize => return,
        };
        let contradicts = self.votes.contains_key(&(vote.signer, against, vote.view));
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
            Effect::BroadcastToValidators { frame, .. } => {
                (0..size.min(4)).for_each(|to| self.send(node, to, &frame));
            }
            Effect::BroadcastStored { digest } => {
                let frame = answer(
                    self.nodes[node].store.as_ref(),
                    &crate::Wanted::Batch(digest),
                );
                let (_, frame) = frame.unwrap().unwrap();
                (0..size).for_each(|to| self.send(node, to, &frame));
            }
            Effect::VerifyBatch { batch, .. } => {
                let batch = verify_batch(&self.genesis.validator_set(), &batch).unwrap();
                self.events
                    .push_back((node, Event::BatchVerified(Box::new(batch))));
            }
            Effect::LoadBatch { digest } => {
                let set = self.genesis.validator_set();
                let batch = load_batch(self.nodes[node].store.as_ref(), &set, &digest).unwrap();
                self.events
                    .push_back((node, Event::BatchLoaded(Box::new(batch))));
            }
            Effect::Serve(request) => self.serve(node, request),
            Effect::Stage(writes) => {
                let it = &mut self.nodes[node];
                it.staged += 1;
                it.store.write(&writes, Durability::Buffered).unwrap();
            }
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
            Effect::Alarm(Alarm::Offence { .. }) if self.nodes[node].offences_expected => {}
            Effect::Alarm(Alarm::PeerFault { from, what })
                if let Some(faults) = &mut self.nodes[node].faults =>
            {
                faults.push((from, what));
            }
            Effect::Alarm(Alarm::Rejoined { .. }) if self.nodes[node].faults.is_some() => {}
            Effect::Alarm(alarm) => panic!("node {node}: {alarm:?}"),
            Effect::StateDiffers(difference) => self.nodes[node].differences.push(*difference),
        }
        false
    }

    fn execute(&mut self, node: usize, ready: &crate::ReadyBlock) {
        let it = &mut self.nodes[node];
        let mut executed = it.executor.execute(ready).unwrap();
        let summary = &mut executed.summary;
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
            it.snapshots.push((
                snapshot,
                it.store.view(&[Family::State, Family::Identifiers]),
            ));
            let surplus = it.snapshots.len().saturating_sub(2);
            it.snapshots.drain(..surplus);
        }
    }

    fn serve(&mut self, node: usize, ServeRequest { to, wanted }: ServeRequest) {
        let it = &self.nodes[node];
        let (store, set) = (it.store.as_ref(), self.genesis.validator_set());
        let answered = match wanted {
            Wanted::Offer => {
                let newest = it.snapshots.iter().rev();
                newest
                    .filter_map(|(snapshot, _)| snapshot.offer(store, &set).unwrap())
                    .next()
            }
            Wanted::Chunk((height, table, chunk)) => {
                let of = it.snapshots.iter().find(|(it, _)| it.height() == height);
                of.and_then(|(snapshot, view)| {
                    let table = Table::from_number(table)?;
                    snapshot.chunk(view, table, chunk).unwrap()
                })
            }
            Wanted::Batch(_) | Wanted::Range(_) => answer(store, &wanted).unwrap(),
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
        let set = self.genesis.validator_set();
        let store = self.nodes[node].store.as_ref();
        while let Some(slice) = prune_slice(store, &set, retention).unwrap() {
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
