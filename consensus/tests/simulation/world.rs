//! Virtual time, links and faults.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use sycee_consensus::{
    Alarm, Culprit, Evidence, FinalBlock, Input, Message, OffenceKind, Output, Parameters, Place,
    Quarantine, Record, SignedHeader, Token, ValidatorIndex, ValidatorSet, Vote,
};
use sycee_primitives::{ChainId, Epoch, Hash, Height, SecretKey, codec, merkle};

use crate::contradiction;
use crate::node::{self, Disk, Node, Signed, results_after, secret, state_root};
use crate::oracle::Chain;
use crate::villain::Deed;

/// Seeded randomness: splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What may go wrong, drawn per seed.
#[derive(Clone, Debug)]
pub struct Faults {
    pub loss_percent: u64,
    pub duplicate_percent: u64,
    pub delay_us_max: u64,
    pub sync_us_max: u64,
    pub execution_us_max: u64,
    /// Mean time between crashes of some node; 0 for never.
    pub crash_every_us: u64,
    /// Mean time between changes of the partition; 0 for never.
    pub partition_every_us: u64,
}

impl Faults {
    pub fn none() -> Faults {
        Faults {
            loss_percent: 0,
            duplicate_percent: 0,
            delay_us_max: 2_000,
            sync_us_max: 1_500,
            execution_us_max: 1_000,
            crash_every_us: 0,
            partition_every_us: 0,
        }
    }

    /// Half of the faults are off in each seed, so that each is also seen alone.
    pub fn random(seed: u64) -> Faults {
        let mut random = Random(seed ^ 0xFA17);
        let mut maybe = |value: u64| {
            if random.chance(50) {
                random.below(value) + 1
            } else {
                0
            }
        };
        Faults {
            loss_percent: maybe(30),
            duplicate_percent: maybe(20),
            delay_us_max: 1_000 + maybe(300_000),
            sync_us_max: 100 + maybe(40_000),
            execution_us_max: 100 + maybe(100_000),
            crash_every_us: maybe(900_000) * 2,
            partition_every_us: maybe(900_000) * 2,
        }
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Event {
    Arrive {
        to: usize,
        from: usize,
        bytes: Vec<u8>,
        links: (u64, u64),
    },
    Batch {
        to: usize,
        header: Vec<u8>,
        transactions: Vec<u64>,
        links: (u64, u64),
        from: usize,
    },
    Synced {
        node: usize,
        token: u64,
        generation: u64,
    },
    Executed {
        node: usize,
        generation: u64,
        height: u64,
        results: Hash,
    },
    Wake {
        node: usize,
        generation: u64,
    },
    Submit {
        node: usize,
    },
    /// The owner of a poisoned batch hears of it.
    Poisoned {
        node: usize,
        generation: u64,
        digest: Hash,
    },
    Fault,
    Partition,
    Restart {
        node: usize,
    },
}

pub struct World {
    time: u64,
    order: u64,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    random: Random,
    faults: Faults,
    healed: bool,
    set: ValidatorSet,
    parameters: Parameters,
    nodes: Vec<Node>,
    /// Payloads of every batch ever sealed: the disk's part that cores do not see.
    sealed: BTreeMap<Hash, Vec<u64>>,
    /// Node is on side A of the partition.
    side: Vec<bool>,
    acknowledged: BTreeSet<u64>,
    next_transaction: u64,
    chain: Chain,
    signed: Signed,
    messages: u64,
    auditor: Hash,
    crash_after: Option<(usize, u64)>,
    corrupt: Option<(usize, u64)>,
    submitting_until: u64,
    /// Nodes whose disk an operator lost or put back to an old state.
    damaged: BTreeSet<usize>,
    /// Of these, the ones that found it out by what others showed them.
    pub contradicted: BTreeSet<usize>,
    /// Nodes that came back from quarantine.
    pub rejoined: BTreeSet<usize>,
    /// Validators whose shell does this to their lanes; their cores are honest.
    villains: BTreeMap<usize, Deed>,
    /// Batches with a signature in them that does not hold.
    poisoned: BTreeSet<Hash>,
    /// Second headers of slots: first digest -> second.
    forks: BTreeMap<Hash, Hash>,
    /// Transactions submitted at or made up by villains.
    tainted: BTreeSet<u64>,
    /// The one node that contradicts itself, and how often it still may.
    contradicter: Option<(usize, u64)>,
    /// Votes of the villain as they reached each node in one life, while they could still be counted.
    heard: BTreeMap<(usize, u64), Vec<Vote>>,
    /// Rules that it broke in the sight of one honest node.
    seen: BTreeSet<(OffenceKind, Place)>,
}

impl World {
    pub fn new(seed: u64, size: usize, faults: Faults) -> World {
        World::build(seed, size, 0, faults)
    }

    pub fn with_observer(seed: u64, size: usize, faults: Faults) -> World {
        World::build(seed, size, 1, faults)
    }

    fn build(seed: u64, size: usize, observers: usize, faults: Faults) -> World {
        let secrets: Vec<SecretKey> = (0..size)
            .map(|i| secret(u16::try_from(i).unwrap()))
            .collect();
        let keys = secrets.iter().map(SecretKey::public_key).collect();
        let set = ValidatorSet::new(ChainId(Hash([5; 32])), Epoch(0), keys);
        let total = size + observers;
        let mut world = World {
            time: 0,
            order: 0,
            events: BinaryHeap::new(),
            random: Random(seed),
            faults: faults.clone(),
            healed: false,
            set,
            parameters: Parameters {
                heartbeat_ms: 60_000,
                recollect_us: 2_000_000,
                ..Parameters::local_network()
            },
            nodes: (0..total).map(|_| Node::new()).collect(),
            sealed: BTreeMap::new(),
            side: vec![true; total],
            acknowledged: BTreeSet::new(),
            next_transaction: 0,
            chain: Chain::default(),
            signed: Signed::default(),
            messages: 0,
            auditor: Hash::ZERO,
            crash_after: None,
            corrupt: None,
            submitting_until: 0,
            damaged: BTreeSet::new(),
            contradicted: BTreeSet::new(),
            rejoined: BTreeSet::new(),
            villains: BTreeMap::new(),
            poisoned: BTreeSet::new(),
            forks: BTreeMap::new(),
            tainted: BTreeSet::new(),
            contradicter: None,
            heard: BTreeMap::new(),
            seen: BTreeSet::new(),
        };
        for node in 0..total {
            world.boot(node);
        }
        if faults.crash_every_us > 0 {
            world.schedule(faults.crash_every_us, Event::Fault);
        }
        if faults.partition_every_us > 0 {
            world.schedule(faults.partition_every_us, Event::Partition);
        }
        world
    }

    fn schedule(&mut self, after: u64, event: Event) {
        self.order += 1;
        self.events
            .push(Reverse((self.time + after, self.order, event)));
    }

    /// What a node acknowledged and nobody else has yet goes with its disk: no protocol can bring it back.
    fn forget_what_had_not_left(&mut self, node: usize) {
        let others: Vec<&Node> = (0..self.nodes.len())
            .filter(|other| *other != node)
            .map(|other| &self.nodes[other])
            .collect();
        let has_left = |digest: &Hash| {
            others
                .iter()
                .any(|other| other.payloads.contains_key(digest))
        };
        let lost: Vec<u64> = self.nodes[node]
            .payloads
            .iter()
            .filter(|(digest, _)| !has_left(digest))
            .flat_map(|(_, (_, transactions))| transactions.clone())
            .collect();
        for transaction in lost {
            self.acknowledged.remove(&transaction);
        }
    }

    /// The disk is gone; the operator calls `recover`, which never lets the key sign at once.
    pub fn lose_disk(&mut self, node: usize) {
        self.forget_what_had_not_left(node);
        self.crash(node);
        let quarantine = Quarantine {
            active: true,
            ..Quarantine::default()
        };
        self.nodes[node].disk = Disk {
            synced: vec![Record::Quarantine(quarantine)],
            unsynced: Vec::new(),
        };
        self.damaged.insert(node);
        self.restart(node);
    }

    /// An old copy of the disk is put back: its last `lost` records never were.
    pub fn roll_back(&mut self, node: usize, lost: usize) {
        self.forget_what_had_not_left(node);
        self.crash(node);
        let disk = &mut self.nodes[node].disk;
        disk.synced.truncate(disk.synced.len().saturating_sub(lost));
        self.damaged.insert(node);
        self.restart(node);
    }

    pub fn run_until(&mut self, until: u64) {
        while let Some(Reverse((at, _, _))) = self.events.peek() {
            if *at > until {
                break;
            }
            let Some(Reverse((at, _, event))) = self.events.pop() else {
                break;
            };
            self.time = at;
            self.handle(event);
        }
        self.time = until;
    }

    fn handle(&mut self, event: Event) {
        let trace = match &event {
            Event::Arrive {
                to, from, bytes, ..
            } => (format!("arrive {to} {from}"), bytes.clone()),
            Event::Batch { to, header, .. } => (format!("batch {to}"), header.clone()),
            other => (format!("{other:?}"), Vec::new()),
        };
        self.auditor = Hash::of(&[
            &self.auditor.0,
            &self.time.to_le_bytes(),
            trace.0.as_bytes(),
            &trace.1,
        ]);
        match event {
            Event::Arrive {
                to,
                from,
                bytes,
                links,
            } => {
                if links == self.links(from, to) {
                    self.arrive(to, from, &bytes);
                }
            }
            Event::Batch {
                to,
                header,
                transactions,
                links,
                from,
            } => {
                if links == self.links(from, to) {
                    self.batch_arrives(to, from, &header, transactions);
                }
            }
            Event::Synced {
                node,
                token,
                generation,
            } if generation == self.nodes[node].generation => {
                self.nodes[node].disk.sync(Token(token));
                self.step(node, Input::Persisted(Token(token)));
            }
            Event::Executed {
                node,
                generation,
                height,
                results,
            } if generation == self.nodes[node].generation => {
                let state_root = state_root(Height(height), results);
                self.step(
                    node,
                    Input::Executed {
                        height: Height(height),
                        results,
                        state_root,
                        next: None,
                        next_due: None,
                        effect: false,
                    },
                );
            }
            Event::Wake { node, generation }
                if generation == self.nodes[node].generation
                    && self.nodes[node].wake_at == self.time =>
            {
                self.step(node, node::tick());
            }
            Event::Poisoned {
                node,
                generation,
                digest,
            } if generation == self.nodes[node].generation => {
                let (signed, _) = self.nodes[node].payloads[&digest].clone();
                self.step(node, Input::Poisoned(signed));
            }
            Event::Synced { .. }
            | Event::Executed { .. }
            | Event::Wake { .. }
            | Event::Poisoned { .. } => {}
            Event::Submit { node } => self.submit_again(node),
            Event::Fault => self.random_crash(),
            Event::Partition => self.random_partition(),
            Event::Restart { node } => self.restart(node),
        }
    }

    /// A message belongs to the connection it was sent on: both ends' lives.
    fn links(&self, from: usize, to: usize) -> (u64, u64) {
        (self.nodes[from].generation, self.nodes[to].generation)
    }

    fn is_up(&self, node: usize) -> bool {
        self.nodes[node].core.is_some()
    }

    fn are_connected(&self, a: usize, b: usize) -> bool {
        self.is_up(a) && self.is_up(b) && (self.healed || self.side[a] == self.side[b])
    }

    fn step(&mut self, node: usize, input: Input) {
        let now = node::now(self.time);
        let Some(core) = &mut self.nodes[node].core else {
            return;
        };
        let outputs = core.step(now, input);
        for output in outputs {
            self.act(node, output);
            if !self.is_up(node) {
                return;
            }
        }
        self.seal_if_possible(node);
        let Some(core) = &self.nodes[node].core else {
            return;
        };
        if let Some(due) = core.next_wakeup() {
            let generation = self.nodes[node].generation;
            let after = due.0.saturating_sub(self.time).clamp(1, 100_000_000);
            let pending = self.nodes[node].wake_at;
            if pending <= self.time || pending > self.time + after {
                self.nodes[node].wake_at = self.time + after;
                self.schedule(after, Event::Wake { node, generation });
            }
        }
    }

    fn act(&mut self, node: usize, output: Output) {
        let size = self.set.size();
        match output {
            Output::Persist { token, records } => self.persist(node, token, records),
            Output::Send { to, message } => self.send(node, usize::from(to.0), &message),
            Output::Broadcast(message) => {
                (0..self.nodes.len()).for_each(|to| self.send(node, to, &message))
            }
            Output::BroadcastToValidators(message) => {
                (0..size).for_each(|to| self.send(node, to, &message))
            }
            Output::BroadcastBatch { digest } => self.broadcast_batch(node, digest),
            Output::Sealed(signed) => {
                let digest = signed.header.digest(&self.set);
                let transactions = self.nodes[node].sealing.take().unwrap();
                self.sealed.insert(digest, transactions.clone());
                self.nodes[node]
                    .payloads
                    .insert(digest, (signed, transactions));
            }
            Output::OwnBatchSynced { digest } => {
                let (_, transactions) = &self.nodes[node].payloads[&digest];
                if !self.villains.contains_key(&node) {
                    self.acknowledged.extend(transactions);
                }
            }
            Output::Abandoned { digests } => {
                for digest in digests {
                    let (_, transactions) = self.nodes[node].payloads[&digest].clone();
                    self.nodes[node].mempool.splice(0..0, transactions);
                }
            }
            Output::Overtaken { .. } => {}
            Output::Deliver(block) => self.deliver(node, block),
            Output::EpochEnded(_) => panic!("no set was named"),
            Output::Alarm(Alarm::ResultsDiffer { .. }) => self.nodes[node].stopped = true,
            Output::Alarm(Alarm::RecordContradicted { .. }) => {
                // A villain's own core is honest, and finds somebody else at work with its key.
                let is_villain = self.is_villain(ValidatorIndex(u16::try_from(node).unwrap()));
                assert!(
                    self.damaged.contains(&node) || is_villain,
                    "J3: node {node} has its whole record and doubts it"
                );
                self.contradicted.insert(node);
            }
            Output::Alarm(Alarm::Rejoined { .. }) => {
                self.rejoined.insert(node);
            }
            Output::Alarm(Alarm::Conflict { view }) => {
                panic!("node {node} sees two finalizations at view {view}")
            }
            Output::Alarm(Alarm::PeerFault { from, .. })
                if self.villains.contains_key(&usize::from(from.0)) => {}
            Output::Alarm(Alarm::Offence { culprit, .. }) => self.assert_guilty(node, culprit),
            Output::Alarm(Alarm::PeerFault { from, .. }) if self.is_villain(from) => {}
            Output::Alarm(Alarm::PeerFault { from, what }) => {
                panic!("node {node} blames honest {}: {what}", from.0)
            }
        }
    }

    fn persist(&mut self, node: usize, token: Token, records: Vec<Record>) {
        let generation = self.nodes[node].generation;
        self.nodes[node].disk.unsynced.push((token, records));
        if let Some((crashing, k)) = &mut self.crash_after
            && *crashing == node
        {
            *k -= 1;
            if *k == 0 {
                // The write is on disk, its effects never leave: the hardest moment.
                self.nodes[node].disk.sync(token);
                self.crash_after = None;
                return self.crash(node);
            }
        }
        let max = if self.healed {
            1_500
        } else {
            self.faults.sync_us_max
        };
        let after = self.random.below(max) + 50;
        self.schedule(
            after,
            Event::Synced {
                node,
                token: token.0,
                generation,
            },
        );
    }

    fn deliver(&mut self, node: usize, block: FinalBlock) {
        let height = block.block.block.height;
        let expected = self.nodes[node]
            .delivered
            .last()
            .map_or(1, |last| last.block.block.height.0 + 1);
        assert_eq!(
            height.0, expected,
            "X6: node {node} delivers in height order"
        );
        let mut results = results_after(self.nodes[node].results(), &block);
        if self.corrupt == Some((node, height.0)) {
            results = Hash([0xBD; 32]);
        }
        let is_corrupt = self
            .corrupt
            .is_some_and(|(corrupt, from)| corrupt == node && height.0 >= from);
        if !is_corrupt {
            self.chain.delivered(node, &block, results);
            let exec = block.block.block.exec;
            self.chain.certified(exec.executed, exec.results);
        }
        let generation = self.nodes[node].generation;
        for digest in &block.batches {
            let transactions = self.nodes[node]
                .payloads
                .get(digest)
                .map(|(_, transactions)| transactions.clone());
            let Some(transactions) = transactions else {
                panic!("node {node} delivers a batch without its payload")
            };
            self.nodes[node].transactions.extend(transactions);
        }
        self.nodes[node].executed.push((height, results));
        self.nodes[node].delivered.push(block);
        let after = self.random.below(if self.healed {
            1_000
        } else {
            self.faults.execution_us_max
        }) + 10;
        self.schedule(
            after,
            Event::Executed {
                node,
                generation,
                height: height.0,
                results,
            },
        );
    }

    fn is_villain(&self, index: ValidatorIndex) -> bool {
        let index = usize::from(index.0);
        self.villains.contains_key(&index)
            || self
                .contradicter
                .is_some_and(|(villain, _)| villain == index)
    }

    /// [S10] Whoever obeys the rules is never convicted, by anybody.
    fn assert_guilty(&self, node: usize, culprit: Culprit) {
        assert!(
            self.is_villain(culprit.validator),
            "S10: node {node} convicts an honest validator: {culprit:?}"
        );
    }

    pub fn turn_villain(&mut self, node: usize, contradictions: u64) {
        self.contradicter = Some((node, contradictions));
    }

    /// In place of a message, or behind it, its opposite goes to some.
    fn send(&mut self, from: usize, to: usize, message: &Message) {
        let left = self.contradicter.filter(|(villain, _)| *villain == from);
        let other = left
            .filter(|(_, left)| *left > 0 && from != to)
            .and_then(|_| contradiction::contradiction(&self.set, from, message))
            .filter(|_| self.random.chance(15));
        let Some(other) = other else {
            return self.send_one(from, to, message);
        };
        self.contradicter = left.map(|(villain, left)| (villain, left - 1));
        if self.random.chance(60) {
            self.send_one(from, to, message);
        }
        self.send_one(from, to, &other);
    }

    fn send_one(&mut self, from: usize, to: usize, message: &Message) {
        let told;
        let message = match self.villains.get(&from) {
            Some(deed) => match deed.tell(message, to, &self.forks) {
                Some(message) => {
                    told = message;
                    &told
                }
                None => return,
            },
            None => message,
        };
        // What a villain signed may be relayed by anyone; it is not held to what honest keys are.
        let by_villain = match message {
            Message::Proposal(proposal) => {
                self.is_villain(self.set.leader(proposal.block.block.view))
            }
            _ => self.is_villain(ValidatorIndex(u16::try_from(from).unwrap())),
        };
        if !by_villain && !self.villains.contains_key(&from) {
            self.signed
                .see(&self.set, u16::try_from(from).unwrap(), message);
        }
        if from == to || !self.are_connected(from, to) {
            return;
        }
        self.messages += 1;
        let bytes = codec::encode(message);
        for after in self.transit() {
            let event = Event::Arrive {
                to,
                from,
                bytes: bytes.clone(),
                links: self.links(from, to),
            };
            self.schedule(after, event);
        }
    }

    /// Delays of the copies that arrive: none when lost, two when duplicated.
    fn transit(&mut self) -> Vec<u64> {
        if self.healed {
            return vec![self.random.below(2_000) + 50];
        }
        if self.random.chance(self.faults.loss_percent) {
            return Vec::new();
        }
        let copies = if self.random.chance(self.faults.duplicate_percent) {
            2
        } else {
            1
        };
        (0..copies)
            .map(|_| self.random.below(self.faults.delay_us_max) + 50)
            .collect()
    }

    fn send_batch(&mut self, from: usize, to: usize, digest: &Hash) {
        let Some((signed, transactions)) = self.nodes[from].payloads.get(digest).cloned() else {
            return;
        };
        if !self
            .villains
            .contains_key(&usize::from(signed.header.lane.0))
        {
            self.signed.see_batch(&self.set, &signed.header);
        }
        if from == to || !self.are_connected(from, to) {
            return;
        }
        self.messages += 1;
        for after in self.transit() {
            let (header, transactions, links) = (
                codec::encode(&signed),
                transactions.clone(),
                self.links(from, to),
            );
            self.schedule(
                after,
                Event::Batch {
                    to,
                    header,
                    transactions,
                    links,
                    from,
                },
            );
        }
    }

    fn arrive(&mut self, to: usize, from: usize, bytes: &[u8]) {
        let message: Message = codec::decode(bytes, 8 << 20).expect("own encoding");
        match &message {
            Message::BatchRequest { digest } => {
                let synced = self.nodes[to]
                    .disk
                    .synced
                    .iter()
                    .any(|record| match record {
                        Record::Batch(signed) => signed.header.digest(&self.set) == *digest,
                        _ => false,
                    });
                if synced {
                    self.send_batch(to, from, digest);
                }
            }
            Message::RangeRequest { above } => {
                if let Some(answer) = self.nodes[to].range(&self.set, *above) {
                    self.send(to, from, &answer);
                }
            }
            Message::Vote(vote) if self.is_villain(vote.signer) => self.hear(to, vote),
            _ => {}
        }
        self.step(
            to,
            Input::Message {
                from: ValidatorIndex(u16::try_from(from).unwrap()),
                message,
            },
        );
    }

    /// Notes a vote of the villain that its receiver can count, and what it contradicts.
    fn hear(&mut self, to: usize, vote: &Vote) {
        let Some(core) = &self.nodes[to].core else {
            return;
        };
        let view = core.status().view;
        if vote.view < view || vote.view.0 > view.0 + 8 {
            return;
        }
        let heard = self
            .heard
            .entry((to, self.nodes[to].generation))
            .or_default();
        let broken = heard
            .iter()
            .filter_map(|it| contradiction::broken_rule(it, vote));
        self.seen.extend(broken);
        heard.push(vote.clone());
    }

    /// Offences in the final chain as a node has delivered it.
    pub fn recorded(&self, node: usize) -> BTreeSet<Culprit> {
        let blocks = self.nodes[node].delivered.iter();
        let evidence = blocks.flat_map(|block| &block.block.block.evidence);
        evidence.map(|evidence| self.verified(evidence)).collect()
    }

    fn verified(&self, evidence: &Evidence) -> Culprit {
        let culprit = evidence
            .verify(&self.set, |_, _| false)
            .expect("evidence holds");
        self.assert_guilty(0, culprit);
        culprit
    }

    /// What any honest disk holds as evidence is in the final chain of every node. [E3][E4]
    pub fn assert_evidence_recorded(&self) -> usize {
        let recorded = self.recorded(0);
        let records = self.nodes.iter().flat_map(|node| &node.disk.synced);
        for record in records {
            if let Record::Evidence(evidence) = record {
                let culprit = self.verified(evidence);
                assert!(recorded.contains(&culprit), "never recorded: {culprit:?}");
            }
        }
        for node in 1..self.nodes.len() {
            assert_eq!(recorded, self.recorded(node), "one chain");
        }
        recorded.len()
    }

    /// Every rule that was broken in the sight of a node that did not crash is in the final chain.
    pub fn assert_seen_is_recorded(&self) -> usize {
        let recorded: BTreeSet<(OffenceKind, Place)> = self
            .recorded(0)
            .iter()
            .map(|culprit| (culprit.slot.kind, culprit.slot.place))
            .collect();
        for broken in &self.seen {
            assert!(
                recorded.contains(broken),
                "seen and not recorded: {broken:?}"
            );
        }
        self.seen.len()
    }

    fn batch_arrives(&mut self, to: usize, from: usize, header: &[u8], transactions: Vec<u64>) {
        let signed: SignedHeader = codec::decode(header, 1 << 16).expect("own encoding");
        assert!(signed.verify(&self.set));
        let digest = signed.header.digest(&self.set);
        let from = ValidatorIndex(u16::try_from(from).unwrap());
        let wanted = self.nodes[to].core.as_mut().is_some_and(|core| {
            core.batch_came(from, &digest);
            core.wants_batch(&signed.header, &digest)
        });
        if wanted && self.poisoned.contains(&digest) {
            self.step(to, Input::Poisoned(signed));
        } else if wanted {
            self.nodes[to]
                .payloads
                .insert(digest, (signed.clone(), transactions));
            self.step(to, Input::Batch(signed));
        }
    }

    /// Turns a validator into one whose lane lies.
    pub fn corrupt_lane(&mut self, node: usize, deed: Deed) {
        self.villains.insert(node, deed);
    }

    /// Own batches go to everybody, unless their owner is a villain.
    fn broadcast_batch(&mut self, node: usize, digest: Hash) {
        let deed = self.villains.get(&node).copied();
        if deed == Some(Deed::Fork) {
            self.fork(node, digest);
        }
        if deed == Some(Deed::Poison) && digest.0[0].is_multiple_of(4) {
            self.poisoned.insert(digest);
            let generation = self.nodes[node].generation;
            self.schedule(
                200_000,
                Event::Poisoned {
                    node,
                    generation,
                    digest,
                },
            );
        }
        for to in 0..self.nodes.len() {
            let sent = match deed {
                Some(deed) => deed.gives(digest, to, &self.forks),
                None => Some(digest),
            };
            if let Some(digest) = sent {
                self.send_batch(node, to, &digest);
            }
        }
    }

    /// A second header of the slot, with another payload and the same key.
    fn fork(&mut self, node: usize, digest: Hash) {
        if self.forks.contains_key(&digest) {
            return;
        }
        let (mut signed, _) = self.nodes[node].payloads[&digest].clone();
        self.next_transaction += 1;
        let transactions = vec![self.next_transaction];
        self.tainted.insert(self.next_transaction);
        let leaf = merkle::leaf(&self.next_transaction.to_le_bytes());
        signed.header.payload_root = merkle::root(&[leaf]);
        let second = signed.header.digest(&self.set);
        signed.signature = secret(u16::try_from(node).unwrap()).sign(&second);
        self.sealed.insert(second, transactions.clone());
        self.nodes[node]
            .payloads
            .insert(second, (signed, transactions));
        self.forks.insert(digest, second);
    }

    fn seal_if_possible(&mut self, node: usize) {
        let index = node;
        let node = &mut self.nodes[index];
        if node.mempool.is_empty()
            || node
                .core
                .as_ref()
                .is_none_or(|core| core.room_bytes() < 1 << 20)
        {
            return;
        }
        let transactions = std::mem::take(&mut node.mempool);
        if self.villains.contains_key(&index) {
            self.tainted.extend(&transactions);
        }
        let leaves: Vec<Hash> = transactions
            .iter()
            .map(|number| merkle::leaf(&number.to_le_bytes()))
            .collect();
        let (count, bytes) = (
            u32::try_from(transactions.len()).unwrap(),
            200 * transactions.len() as u64,
        );
        node.sealing = Some(transactions);
        self.step(
            index,
            Input::Seal {
                transactions: count,
                bytes,
                payload_root: merkle::root(&leaves),
            },
        );
    }

    fn boot(&mut self, node: usize) {
        let (set, parameters) = (self.set.clone(), self.parameters.clone());
        let sealed = std::mem::take(&mut self.sealed);
        self.nodes[node].wake_at = 0;
        self.nodes[node].start(&set, u16::try_from(node).unwrap(), &parameters, &sealed);
        self.sealed = sealed;
        self.reconnect(node);
        self.step(node, node::tick());
    }

    fn reconnect(&mut self, node: usize) {
        for other in 0..self.nodes.len() {
            if other != node && self.are_connected(node, other) {
                self.step(
                    node,
                    Input::Connected(ValidatorIndex(u16::try_from(other).unwrap())),
                );
                self.step(
                    other,
                    Input::Connected(ValidatorIndex(u16::try_from(node).unwrap())),
                );
            }
        }
    }

    fn disconnect(&mut self, node: usize) {
        for other in 0..self.nodes.len() {
            if other != node {
                self.step(
                    other,
                    Input::Disconnected(ValidatorIndex(u16::try_from(node).unwrap())),
                );
            }
        }
    }

    pub fn crash(&mut self, node: usize) {
        self.nodes[node].core = None;
        self.nodes[node].disk.unsynced.clear();
        self.nodes[node].mempool.clear();
        self.nodes[node].sealing = None;
        self.nodes[node].generation += 1;
        self.disconnect(node);
    }

    pub fn restart(&mut self, node: usize) {
        if !self.is_up(node) {
            self.boot(node);
        }
    }

    pub fn restart_crashed(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.restart(node));
    }

    /// A new node: nothing on its disk.
    pub fn restart_empty(&mut self, node: usize) {
        assert!(
            node >= self.set.size(),
            "only an observer may start without its record"
        );
        self.nodes[node].disk = node::Disk::default();
        self.restart(node);
    }

    pub fn crash_after_persist(&mut self, node: usize, k: u64) {
        self.crash_after = Some((node, k));
    }

    pub fn corrupt_execution(&mut self, node: usize, height: u64) {
        self.corrupt = Some((node, height));
    }

    pub fn cut_off(&mut self, node: usize) {
        self.side[node] = false;
        self.disconnect(node);
        for other in 0..self.nodes.len() {
            self.step(
                node,
                Input::Disconnected(ValidatorIndex(u16::try_from(other).unwrap())),
            );
        }
    }

    pub fn heal(&mut self) {
        self.healed = true;
        self.restart_crashed();
        for node in 0..self.nodes.len() {
            self.reconnect(node);
        }
    }

    fn random_crash(&mut self) {
        if self.healed {
            return;
        }
        let node = usize::try_from(self.random.below(self.nodes.len() as u64)).unwrap();
        if self.is_up(node) {
            self.crash(node);
            let after = self.random.below(800_000) + 1;
            self.schedule(after, Event::Restart { node });
        }
        let after = self.random.below(2 * self.faults.crash_every_us) + 1;
        self.schedule(after, Event::Fault);
    }

    fn random_partition(&mut self) {
        if self.healed {
            return;
        }
        for node in 0..self.nodes.len() {
            let side = self.random.chance(70);
            if side != self.side[node] {
                self.disconnect(node);
                self.side[node] = side;
                self.reconnect(node);
            }
        }
        let after = self.random.below(2 * self.faults.partition_every_us) + 1;
        self.schedule(after, Event::Partition);
    }

    pub fn submit(&mut self, node: usize) {
        self.next_transaction += 1;
        let number = self.next_transaction;
        self.nodes[node].mempool.push(number);
        self.step(node, node::tick());
    }

    /// One transaction about every 10 ms at some validator, for `duration` from now.
    pub fn submit_steadily(&mut self, duration: u64) {
        self.submitting_until = self.time + duration;
        self.schedule(1, Event::Submit { node: 0 });
    }

    fn submit_again(&mut self, node: usize) {
        if self.is_up(node) {
            self.submit(node);
        }
        if self.time < self.submitting_until {
            let next = usize::try_from(self.random.below(self.set.size() as u64)).unwrap();
            let after = self.random.below(20_000) + 1;
            self.schedule(after, Event::Submit { node: next });
        }
    }

    pub fn assert_everything_delivered(&self) {
        let up: Vec<usize> = (0..self.nodes.len())
            .filter(|node| self.is_up(*node))
            .collect();
        self.assert_delivered_by(&up);
    }

    /// Every acknowledged transaction is delivered exactly once by each of these nodes, in one order.
    pub fn assert_delivered_by(&self, nodes: &[usize]) {
        assert!(
            !self.acknowledged.is_empty(),
            "the run acknowledged something"
        );
        for node in nodes {
            let delivered = &self.nodes[*node].transactions;
            // What villains made up or gave up twice is the ledger's to refuse.
            let honest = || {
                let of_villains = |number: &&u64| !self.tainted.contains(number);
                delivered.iter().filter(of_villains).copied()
            };
            let distinct: BTreeSet<u64> = honest().collect();
            assert_eq!(
                distinct.len(),
                honest().count(),
                "node {node}: a transaction is delivered twice"
            );
            let lost: Vec<&u64> = self.acknowledged.difference(&distinct).collect();
            assert!(
                lost.is_empty(),
                "node {node} lacks {} of {} acknowledged transactions, first {:?}; status {:?}; faults {:?}",
                lost.len(),
                self.acknowledged.len(),
                lost.first(),
                self.nodes
                    .iter()
                    .map(|node| node.core.as_ref().map(sycee_consensus::Core::status))
                    .collect::<Vec<_>>(),
                self.faults,
            );
            assert_eq!(delivered, &self.nodes[nodes[0]].transactions, "one order");
        }
    }

    /// Every honest node delivers all that was acknowledged.
    pub fn assert_honest_delivered(&self) {
        let honest: Vec<usize> = (0..self.nodes.len())
            .filter(|node| self.is_up(*node) && !self.villains.contains_key(node))
            .collect();
        self.assert_delivered_by(&honest);
    }

    /// How many lives of a node's lane the chain holds.
    pub fn lives_in_chain(&self, lane: usize) -> usize {
        let honest = (0..self.nodes.len()).find(|node| !self.villains.contains_key(node));
        let of_lane = |digest: &Hash| {
            let (signed, _) = self.nodes[honest?].payloads.get(digest)?;
            (usize::from(signed.header.lane.0) == lane).then_some(signed.header.incarnation)
        };
        let blocks = honest
            .into_iter()
            .flat_map(|node| &self.nodes[node].delivered);
        let lives: BTreeSet<u64> = blocks
            .flat_map(|block| &block.batches)
            .filter_map(of_lane)
            .collect();
        lives.len()
    }

    pub fn final_height(&self, node: usize) -> u64 {
        self.nodes[node]
            .core
            .as_ref()
            .map_or(0, |core| core.status().final_height.0)
    }

    pub fn certified_height(&self, node: usize) -> u64 {
        self.nodes[node]
            .delivered
            .last()
            .map_or(0, |block| block.block.block.exec.executed.0)
    }

    pub fn delivered_height_of_last_effect(&self, node: usize) -> u64 {
        let effects = self.nodes[node]
            .delivered
            .iter()
            .rev()
            .find(|block| !block.batches.is_empty());
        effects.map_or(0, |block| block.block.block.height.0)
    }

    pub fn current_leader(&self) -> usize {
        let leader = self.nodes[0].core.as_ref().unwrap().status().leader;
        usize::from(leader.0)
    }

    pub fn messages_sent(&self) -> u64 {
        self.messages
    }

    pub fn nullify_votes(&self) -> usize {
        self.signed.nullify_votes.len()
    }

    pub fn votes_of(&self, node: u16) -> u64 {
        self.signed.counts.get(&node).copied().unwrap_or(0)
    }

    pub fn has_stopped(&self, node: usize) -> bool {
        self.nodes[node].stopped
    }

    pub fn auditor(&self) -> Hash {
        self.auditor
    }
}
