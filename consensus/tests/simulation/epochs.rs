//! Changing sets of validators: five nodes, of which another four form each epoch. Nodes that fall behind whole epochs catch up.
//!
//! ```text
//!   execution of height 8, 16, ... names the next set -> Terminal -> Padding -> handover -> a new core on every node
//! ```

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use sycee_consensus::{
    Block, BlockKind, Certificate, Config, Core, FinalBlock, Handover, Input, Journal, Member,
    Message, NextSet, Output, Parameters, SignedBlock, SignedHeader, Token, ValidatorIndex,
    ValidatorSet, View, VoteKind,
};
use sycee_primitives::{BlockTime, ChainId, Epoch, Hash, Height, SecretKey, codec};

use crate::handover::Handovers;
use crate::node::{genesis_root, now, results_after, secret, state_root};
use crate::world::Random;

const NODES: usize = 5;
/// Heights after which the state names another set.
const EPOCH_HEIGHTS: u64 = 8;

/// The nodes of an epoch: one leaves, one joins, and places move.
fn nodes_of(epoch: u64) -> Vec<usize> {
    (0..NODES - 1)
        .map(|place| (usize::try_from(epoch).unwrap() + place) % NODES)
        .collect()
}

/// Node 3 signs with another key in every epoch: rotation.
fn key_of(node: usize, epoch: u64) -> SecretKey {
    let rotated = if node == 3 { epoch % 8 * 16 } else { 0 };
    secret(u16::try_from(node).unwrap() + u16::try_from(rotated).unwrap())
}

fn next_set(epoch: u64) -> NextSet {
    let member = |node: usize| Member {
        node: u16::try_from(node).unwrap(),
        key: key_of(node, epoch).public_key(),
    };
    NextSet {
        version: epoch,
        members: nodes_of(epoch).into_iter().map(member).collect(),
    }
}

fn first_set() -> ValidatorSet {
    let keys = next_set(0)
        .members
        .iter()
        .map(|member| member.key)
        .collect();
    ValidatorSet::new(ChainId(Hash([6; 32])), Epoch(0), keys)
}

struct Node {
    core: Core,
    set: ValidatorSet,
    last_token: Token,
    synced: Token,
    headers: BTreeMap<Hash, SignedHeader>,
    finalizations: Vec<Certificate>,
    delivered: Vec<FinalBlock>,
    results: Vec<(Height, Hash)>,
    executed: u64,
    handovers: Vec<Handover>,
    ended: bool,
    wake_at: u64,
}

enum Event {
    Arrive(usize, usize, u64, Vec<u8>),
    Batch(usize, SignedHeader),
    Synced(usize, u64, Token),
    Executed(usize, u64, u64),
    Wake(usize),
    Seal(usize),
}

struct World {
    time: u64,
    order: u64,
    heap: BinaryHeap<Reverse<(u64, u64)>>,
    events: BTreeMap<u64, Event>,
    random: Random,
    nodes: Vec<Node>,
    cut_off: Option<usize>,
    loss_percent: u64,
    blocks: BTreeMap<Height, Hash>,
    votes: BTreeMap<(u64, usize, VoteKind, View), Hash>,
    handovers: Handovers,
    /// A node that enters the next epoch as soon as a Terminal block is proposed, to show that S10 notices.
    hasty: Option<usize>,
    proposed_end: Option<Block>,
}

impl World {
    fn new(seed: u64, loss_percent: u64) -> World {
        let mut world = World {
            time: 0,
            order: 0,
            heap: BinaryHeap::new(),
            events: BTreeMap::new(),
            random: Random(seed),
            nodes: Vec::new(),
            cut_off: None,
            loss_percent,
            blocks: BTreeMap::new(),
            votes: BTreeMap::new(),
            handovers: Handovers::default(),
            hasty: None,
            proposed_end: None,
        };
        let set = first_set();
        let root = Block::genesis(&set, BlockTime(1_000), genesis_root());
        for node in 0..NODES {
            let core = core_of(node, &set, root.clone(), Token(0), Journal::default());
            world.nodes.push(Node {
                core,
                set: set.clone(),
                last_token: Token(0),
                synced: Token(0),
                headers: BTreeMap::new(),
                finalizations: Vec::new(),
                delivered: Vec::new(),
                results: Vec::new(),
                executed: 0,
                handovers: Vec::new(),
                ended: false,
                wake_at: 0,
            });
        }
        for node in 0..NODES {
            world.connect(node);
            world.schedule(1_000 + node as u64 * 7_000, Event::Seal(node));
        }
        world
    }

    fn schedule(&mut self, after: u64, event: Event) {
        self.order += 1;
        self.heap.push(Reverse((self.time + after, self.order)));
        self.events.insert(self.order, event);
    }

    fn run_until(&mut self, until: u64) {
        while let Some(Reverse((at, order))) = self.heap.peek().copied() {
            if at > until {
                break;
            }
            self.heap.pop();
            self.time = at;
            let event = self.events.remove(&order).unwrap();
            self.handle(event);
            self.hurry();
        }
        self.time = until;
    }

    fn epoch(&self, node: usize) -> u64 {
        self.nodes[node].set.epoch().0
    }

    /// Place of a node among the validators of an epoch; observers come behind them.
    fn index(&self, node: usize, epoch: u64) -> ValidatorIndex {
        let nodes = nodes_of(epoch);
        let place = nodes.iter().position(|member| *member == node);
        ValidatorIndex(u16::try_from(place.unwrap_or(nodes.len() + node)).unwrap())
    }

    fn connect(&mut self, node: usize) {
        let epoch = self.epoch(node);
        for peer in (0..NODES).filter(|peer| *peer != node) {
            let peer = self.index(peer, epoch);
            self.step(node, Input::Connected(peer));
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Arrive(to, from, epoch, bytes) => self.arrive(to, from, epoch, &bytes),
            Event::Batch(to, header) => {
                let set = &self.nodes[to].set;
                if header.verify(set) {
                    let digest = header.header.digest(set);
                    self.nodes[to].headers.insert(digest, header.clone());
                    self.step(to, Input::Batch(header));
                }
            }
            Event::Synced(node, epoch, token) => {
                self.nodes[node].synced = token;
                if epoch == self.epoch(node) {
                    self.step(node, Input::Persisted(token));
                }
                self.change_epoch(node);
            }
            Event::Executed(node, epoch, height) => {
                let results = self.nodes[node].results[usize::try_from(height - 1).unwrap()].1;
                self.nodes[node].executed = height;
                if epoch == self.epoch(node) {
                    let next = (height >= EPOCH_HEIGHTS * (epoch + 1)).then(|| next_set(epoch + 1));
                    let state_root = state_root(Height(height), results);
                    let input = Input::Executed {
                        height: Height(height),
                        results,
                        state_root,
                        next,
                        next_due: None,
                        effect: false,
                    };
                    self.step(node, input);
                }
                self.change_epoch(node);
            }
            Event::Wake(node) if self.nodes[node].wake_at == self.time => {
                self.step(node, Input::Tick)
            }
            Event::Wake(_) => {}
            Event::Seal(node) => {
                let payload = Hash::of(&[&node.to_le_bytes(), &self.time.to_le_bytes()]);
                let input = Input::Seal {
                    transactions: 1,
                    bytes: 100,
                    payload_root: payload,
                };
                self.step(node, input);
                self.schedule(40_000, Event::Seal(node));
            }
        }
    }

    fn arrive(&mut self, to: usize, from: usize, epoch: u64, bytes: &[u8]) {
        let message: Message = codec::decode(bytes, 1 << 20).unwrap();
        if let Message::BatchRequest { digest } = message {
            if let Some(header) = self.nodes[to].headers.get(&digest).cloned() {
                self.transmit(to, from, Event::Batch(from, header));
            }
            return;
        }
        if let Message::RangeRequest { above } = message {
            if let Some(range) = self.range(to, epoch, above) {
                self.send(to, from, epoch, &range);
            }
            return;
        }
        let own = self.epoch(to);
        if epoch < own {
            // Who still lives in an epoch that is over is told how it ended.
            let ended = &self.nodes[to].handovers[usize::try_from(epoch).unwrap()];
            let message = Message::Certificate(ended.finalization.clone());
            self.send(to, from, epoch, &message);
        } else if epoch > own {
            let above = self.nodes[to].delivered.last().map_or(Height(0), height_of);
            self.send(to, from, own, &Message::RangeRequest { above });
        } else {
            let from = self.index(from, own);
            self.step(to, Input::Message { from, message });
        }
    }

    /// Final blocks of an epoch above a height; at its end with the padding that proves it.
    fn range(&self, node: usize, epoch: u64, above: Height) -> Option<Message> {
        let of_node = &self.nodes[node];
        let set_epoch = Epoch(epoch);
        let mut blocks: Vec<SignedBlock> = of_node
            .delivered
            .iter()
            .map(|block| block.block.clone())
            .filter(|signed| signed.block.epoch == set_epoch && signed.block.height > above)
            .collect();
        if let Some(handover) = of_node.handovers.get(usize::try_from(epoch).unwrap()) {
            blocks.extend(handover.blocks.iter().skip(1).cloned());
            let finalization = handover.finalization.clone();
            if blocks.is_empty() {
                return None;
            }
            return Some(Message::Range {
                blocks,
                finalization,
            });
        }
        let set = &of_node.set;
        let finalized = |signed: &SignedBlock| {
            let digest = signed.block.digest(set);
            of_node
                .finalizations
                .iter()
                .find(|certificate| certificate.digest == digest)
        };
        let last = blocks
            .iter()
            .rposition(|signed| finalized(signed).is_some())?;
        let finalization = finalized(&blocks[last])?.clone();
        blocks.truncate(last + 1);
        Some(Message::Range {
            blocks,
            finalization,
        })
    }

    fn step(&mut self, node: usize, input: Input) {
        let now = now(self.time);
        let outputs = self.nodes[node].core.step(now, input);
        for output in outputs {
            self.act(node, output);
        }
        let due = self.nodes[node].core.next_wakeup();
        if let Some(due) = due {
            let after = due.0.saturating_sub(self.time).clamp(1, 100_000_000);
            let pending = self.nodes[node].wake_at;
            if pending <= self.time || pending > self.time + after {
                self.nodes[node].wake_at = self.time + after;
                self.schedule(after, Event::Wake(node));
            }
        }
    }

    fn act(&mut self, node: usize, output: Output) {
        let epoch = self.epoch(node);
        match output {
            Output::Persist { token, records } => {
                for record in records {
                    if let sycee_consensus::Record::Final { finalization, .. } = record {
                        self.nodes[node].finalizations.push(finalization);
                    }
                }
                self.nodes[node].last_token = token;
                self.schedule(300, Event::Synced(node, epoch, token));
            }
            Output::Send { to, message } => {
                let members = nodes_of(epoch);
                let to = usize::from(to.0);
                let to = members
                    .get(to)
                    .copied()
                    .unwrap_or(to.saturating_sub(members.len()));
                self.send(node, to, epoch, &message);
            }
            Output::Broadcast(message) => {
                (0..NODES).for_each(|to| self.send(node, to, epoch, &message));
            }
            Output::BroadcastToValidators(message) => {
                for to in nodes_of(epoch) {
                    self.send(node, to, epoch, &message);
                }
            }
            Output::BroadcastBatch { digest } => {
                let header = self.nodes[node].headers[&digest].clone();
                self.handovers.signs(epoch, &format!("a batch of {node}"));
                for to in (0..NODES).filter(|to| *to != node) {
                    self.transmit(node, to, Event::Batch(to, header.clone()));
                }
            }
            Output::Sealed(signed) => {
                let digest = signed.header.digest(&self.nodes[node].set);
                self.nodes[node].headers.insert(digest, signed);
            }
            Output::OwnBatchSynced { .. } | Output::Abandoned { .. } | Output::Overtaken { .. } => {
            }
            Output::Deliver(block) => self.deliver(node, block),
            Output::EpochEnded(handover) => {
                let proof = handover.verify(&self.nodes[node].set);
                let (terminal, _, next) = proof.expect("the proof holds under the epoch's own set");
                assert_eq!(next.epoch().0, epoch + 1);
                assert_eq!(
                    Some(terminal.height),
                    self.nodes[node].delivered.last().map(height_of)
                );
                assert!(handover.verify(&next).is_none(), "and under no other set");
                self.nodes[node].handovers.push(handover);
                self.nodes[node].ended = true;
            }
            Output::Alarm(alarm) => panic!("node {node}: {alarm:?}"),
        }
    }

    fn deliver(&mut self, node: usize, block: FinalBlock) {
        let height = height_of(&block);
        assert_ne!(
            block.block.block.kind,
            BlockKind::Padding,
            "T2: padding is no ledger block"
        );
        let known = *self.blocks.entry(height).or_insert(block.digest);
        assert_eq!(known, block.digest, "S4: two blocks at {height}");
        let before = self.nodes[node]
            .results
            .last()
            .map_or(Hash::ZERO, |(_, results)| *results);
        let results = results_after(before, &block);
        self.nodes[node].results.push((height, results));
        self.nodes[node].delivered.push(block);
        let epoch = self.epoch(node);
        let after = self.random.below(20_000);
        self.schedule(after, Event::Executed(node, epoch, height.0));
    }

    /// The new epoch's core, once everything of the old one is synced and executed.
    fn change_epoch(&mut self, node: usize) {
        let of_node = &self.nodes[node];
        let done = of_node.ended
            && of_node.synced == of_node.last_token
            && of_node.delivered.last().map(height_of) == Some(Height(of_node.executed));
        if !done {
            return;
        }
        let handover = of_node.handovers.last().unwrap();
        let (terminal, digest, set) = handover.verify(&of_node.set).unwrap();
        let root = Block::epoch_genesis(&set, terminal, digest);
        let results = of_node
            .results
            .iter()
            .map(|(height, results)| (*height, *results, state_root(*height, *results)))
            .collect();
        let journal = Journal {
            results,
            ..Journal::default()
        };
        let core = core_of(node, &set, root, of_node.last_token, journal);
        let of_node = &mut self.nodes[node];
        of_node.core = core;
        of_node.set = set;
        of_node.ended = false;
        of_node.wake_at = 0;
        self.connect(node);
    }

    /// The hasty node does not wait for the Terminal block to be final, and signs a batch at once.
    fn hurry(&mut self) {
        let Some(terminal) = self.proposed_end.as_ref().filter(|_| self.hasty.is_some()) else {
            return;
        };
        let Some(node) = self.hasty.take() else {
            return;
        };
        let old = &self.nodes[node].set;
        let epoch = old.epoch().0 + 1;
        let keys = next_set(epoch).members.iter().map(|it| it.key).collect();
        let set = ValidatorSet::new(ChainId(Hash([6; 32])), Epoch(epoch), keys);
        let root = Block::epoch_genesis(&set, terminal, terminal.digest(old));
        let last_token = self.nodes[node].last_token;
        self.nodes[node].core = core_of(node, &set, root, last_token, Journal::default());
        self.nodes[node].set = set;
        self.connect(node);
        self.handle(Event::Seal(node));
    }

    fn send(&mut self, from: usize, to: usize, epoch: u64, message: &Message) {
        self.see(from, epoch, message);
        let bytes = codec::encode(message);
        self.transmit(from, to, Event::Arrive(to, from, epoch, bytes));
    }

    fn transmit(&mut self, from: usize, to: usize, event: Event) {
        let cut = self.cut_off == Some(from) || self.cut_off == Some(to);
        if from == to || cut || self.random.chance(self.loss_percent) {
            return;
        }
        let after = 200 + self.random.below(2_000);
        self.schedule(after, event);
    }

    /// No key says two things about one view, and nobody speaks in an epoch it has seen the end of.
    fn see(&mut self, from: usize, epoch: u64, message: &Message) {
        let set = &self.nodes[from].set;
        if let Message::Proposal(proposal) = message {
            let block = &proposal.block.block;
            self.handovers
                .signs(epoch, &format!("a proposal of {from}"));
            self.handovers.block(set, block);
            if matches!(block.kind, BlockKind::Terminal(_)) {
                self.proposed_end.get_or_insert_with(|| block.clone());
            }
        }
        if let Message::Vote(vote) = message {
            self.handovers.vote(set, vote);
            assert!(
                !self.nodes[from].ended,
                "T3: {from} signs in an epoch that it knows to be over"
            );
            let slot = (epoch, from, vote.kind, vote.view);
            let known = *self.votes.entry(slot).or_insert(vote.digest);
            assert_eq!(known, vote.digest, "S5: {from} in epoch {epoch}");
        }
    }
}

fn height_of(block: &FinalBlock) -> Height {
    block.block.block.height
}

fn core_of(
    node: usize,
    set: &ValidatorSet,
    root: Block,
    last_token: Token,
    journal: Journal,
) -> Core {
    let epoch = set.epoch().0;
    let place = nodes_of(epoch).iter().position(|member| *member == node);
    let me = place.map(|place| {
        (
            ValidatorIndex(u16::try_from(place).unwrap()),
            key_of(node, epoch),
        )
    });
    let config = Config {
        set: set.clone(),
        me,
        parameters: Parameters {
            heartbeat_ms: 1_000,
            ..Parameters::local_network()
        },
        root,
        last_token,
        invalid_transaction: |_, _| false,
        challenge: Hash::of(&[&node.to_le_bytes(), &epoch.to_le_bytes()]),
    };
    Core::new(config, journal)
}

#[test]
fn sets_change_under_load_and_every_node_follows() {
    for seed in 0..4 {
        let loss = [0, 5, 15, 30][usize::try_from(seed).unwrap()];
        let mut world = World::new(seed, loss);
        world.run_until(4_000_000);
        world.loss_percent = 0;
        world.run_until(6_000_000);
        for node in 0..NODES {
            let epoch = world.epoch(node);
            assert!(epoch >= 3, "seed {seed}: node {node} is in epoch {epoch}");
        }
        let ends = world.handovers.count();
        assert!(ends >= 3, "S10 was judged: {ends}");
    }
}

/// Shows that S10 can fail.
#[test]
#[should_panic(expected = "S10: ")]
fn s10_notices_a_node_that_signs_in_the_next_epoch_too_early() {
    let mut world = World::new(1, 0);
    // A validator of both epochs.
    world.hasty = Some(2);
    world.run_until(4_000_000);
}

#[test]
fn a_node_that_slept_through_whole_epochs_catches_up_by_their_handovers() {
    for seed in 0..2 {
        let mut world = World::new(seed, 0);
        world.run_until(300_000);
        // Node 4 is not needed in epoch 0; in every later set one absent validator is survived.
        world.cut_off = Some(4);
        world.run_until(4_000_000);
        let behind = world.epoch(4);
        let ahead = world.epoch(3);
        assert!(
            ahead >= behind + 2,
            "the others went on: {ahead} against {behind}"
        );
        world.cut_off = None;
        world.run_until(7_000_000);
        let heights: Vec<Height> = world
            .nodes
            .iter()
            .filter_map(|node| node.delivered.last().map(height_of))
            .collect();
        let highest = heights.iter().max().unwrap().0;
        assert!(
            heights.iter().all(|height| highest - height.0 < 16),
            "{heights:?}"
        );
    }
}
