//! A network of four in which every step is written down: cores where they are under test, hands with keys elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::{
    BatchHeader, Block, BlockKind, Culprit, CutEntry, Exec, FinalBlock, Input, Message, Output,
    Parameters, Proposal, Seq, SignedBlock, SignedHeader, Token, ValidatorIndex, ValidatorSet,
    View, Vote, VoteKind, Watermark, Watermarks,
};
use sycee_primitives::{BlockTime, ChainId, Epoch, Hash, Height, codec, domain::Domain, merkle};

use crate::node::{Node, genesis_root, now, results_after, secret, state_root, tick};

/// One-way delay, and the time a disk takes, microseconds.
const DELAY_US: u64 = 1_000;
const SYNC_US: u64 = 300;
/// Bytes of every batch made by hand.
pub const BATCH_BYTES: u64 = 200;
pub const MS: u64 = 1_000;

enum Event {
    Message {
        from: usize,
        to: usize,
        message: Message,
    },
    Batch {
        from: usize,
        to: usize,
        signed: SignedHeader,
    },
    Synced {
        node: usize,
        token: Token,
        life: u64,
    },
    Executed {
        node: usize,
        height: Height,
        results: Hash,
        life: u64,
    },
    Wake {
        node: usize,
        life: u64,
    },
}

pub struct World {
    pub time: u64,
    order: u64,
    events: BTreeMap<(u64, u64), Event>,
    pub set: ValidatorSet,
    pub parameters: Parameters,
    pub nodes: Vec<Node>,
    hands: BTreeSet<usize>,
    /// Links that lose everything: (from, to).
    cut: BTreeSet<(usize, usize)>,
    payloads: BTreeMap<Hash, Vec<u64>>,
    counters: BTreeMap<usize, u64>,
    /// Heights above are executed later, by [`World::execute_up_to`].
    execution_max: u64,
    unexecuted: Vec<(usize, Height, Hash)>,
    /// Everything cores said: (time, from, to, message).
    pub said: Vec<(u64, usize, usize, Message)>,
    pub sealed: Vec<(usize, SignedHeader)>,
    pub abandoned: Vec<(usize, Hash)>,
    /// Offences as nodes learnt of them.
    pub offences: Vec<(usize, Culprit)>,
    /// The process dies right after its next sync, before anything of it leaves.
    dies_after_sync: Option<usize>,
    /// How long a sync takes.
    pub sync_us: u64,
    /// How often a node was woken because it had asked for it.
    pub wakes: usize,
}

impl World {
    /// Four validators, of which these are scripted hands.
    pub fn new(hands: &[usize]) -> World {
        // The genesis is long ago: without this the first step of every scenario would be a heartbeat.
        let heartbeat_ms = 1 << 40;
        World::with(
            hands,
            Parameters {
                heartbeat_ms,
                ..Parameters::local_network()
            },
        )
    }

    pub fn with(hands: &[usize], parameters: Parameters) -> World {
        let keys = (0..4).map(|index| secret(index).public_key()).collect();
        let mut world = World {
            time: 0,
            order: 0,
            events: BTreeMap::new(),
            set: ValidatorSet::new(ChainId(Hash([5; 32])), Epoch(0), keys),
            parameters,
            nodes: (0..4).map(|_| Node::new()).collect(),
            hands: hands.iter().copied().collect(),
            cut: BTreeSet::new(),
            payloads: BTreeMap::new(),
            counters: BTreeMap::new(),
            execution_max: u64::MAX,
            unexecuted: Vec::new(),
            said: Vec::new(),
            sealed: Vec::new(),
            abandoned: Vec::new(),
            offences: Vec::new(),
            dies_after_sync: None,
            sync_us: SYNC_US,
            wakes: 0,
        };
        for node in 0..4 {
            world.start(node);
        }
        world
    }

    /// The validators in the order of their turns, beginning with view 1.
    pub fn turns() -> [usize; 4] {
        let keys = (0..4).map(|index| secret(index).public_key()).collect();
        let set = ValidatorSet::new(ChainId(Hash([5; 32])), Epoch(0), keys);
        [1, 2, 3, 4].map(|view| usize::from(set.leader(View(view)).0))
    }

    fn schedule(&mut self, after: u64, event: Event) {
        self.order += 1;
        self.events.insert((self.time + after, self.order), event);
    }

    pub fn advance(&mut self, us: u64) {
        let until = self.time + us;
        while let Some(entry) = self.events.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), event) = entry.remove_entry();
            self.time = at;
            self.handle(event);
        }
        self.time = until;
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Message { from, to, message } => {
                self.step(
                    to,
                    Input::Message {
                        from: index(from),
                        message,
                    },
                );
            }
            Event::Batch { from, to, signed } => self.batch_arrives(from, to, signed),
            Event::Synced { node, token, life } if life == self.nodes[node].generation => {
                self.nodes[node].disk.sync(token);
                if self.dies_after_sync == Some(node) {
                    self.dies_after_sync = None;
                    return self.crash(node);
                }
                self.step(node, Input::Persisted(token));
            }
            Event::Executed {
                node,
                height,
                results,
                life,
            } if life == self.nodes[node].generation => {
                let state_root = state_root(height, results);
                self.step(
                    node,
                    Input::Executed {
                        height,
                        results,
                        state_root,
                        next: None,
                        next_due: None,
                        effect: false,
                    },
                );
            }
            Event::Wake { node, life } if life == self.nodes[node].generation => {
                self.wakes += 1;
                self.step(node, tick());
            }
            Event::Synced { .. } | Event::Executed { .. } | Event::Wake { .. } => {}
        }
    }

    fn batch_arrives(&mut self, from: usize, to: usize, signed: SignedHeader) {
        let digest = signed.header.digest(&self.set);
        let wanted = self.nodes[to].core.as_mut().is_some_and(|core| {
            core.batch_came(index(from), &digest);
            core.wants_batch(&signed.header, &digest)
        });
        if wanted {
            let payload = self.payloads[&digest].clone();
            self.nodes[to]
                .payloads
                .insert(digest, (signed.clone(), payload));
            self.step(to, Input::Batch(signed));
        }
    }

    pub fn step(&mut self, node: usize, input: Input) {
        let Some(core) = &mut self.nodes[node].core else {
            return;
        };
        let outputs = core.step(now(self.time), input);
        let due = core.next_wakeup();
        for output in outputs {
            self.act(node, output);
        }
        if let Some(due) = due {
            let life = self.nodes[node].generation;
            let after = due.0.saturating_sub(self.time).clamp(1, 100_000_000);
            self.schedule(after, Event::Wake { node, life });
        }
    }

    fn act(&mut self, node: usize, output: Output) {
        let life = self.nodes[node].generation;
        match output {
            Output::Persist { token, records } => {
                self.nodes[node].disk.unsynced.push((token, records));
                self.schedule(self.sync_us, Event::Synced { node, token, life });
            }
            Output::Send { to, message } => self.send(node, usize::from(to.0), message),
            Output::Broadcast(message) | Output::BroadcastToValidators(message) => {
                (0..4).for_each(|to| self.send(node, to, message.clone()));
            }
            Output::BroadcastBatch { digest } => {
                let (signed, _) = self.nodes[node].payloads[&digest].clone();
                (0..4).for_each(|to| self.send_batch(node, to, &signed));
            }
            Output::Sealed(signed) => {
                let digest = signed.header.digest(&self.set);
                let payload = self.nodes[node].sealing.take().unwrap();
                self.payloads.insert(digest, payload.clone());
                self.nodes[node]
                    .payloads
                    .insert(digest, (signed.clone(), payload));
                self.sealed.push((node, signed));
            }
            Output::Abandoned { digests } => {
                self.abandoned
                    .extend(digests.iter().map(|digest| (node, *digest)));
            }
            Output::Alarm(sycee_consensus::Alarm::Offence {
                culprit,
                recorded: None,
            }) => self.offences.push((node, culprit)),
            Output::OwnBatchSynced { .. } | Output::Overtaken { .. } | Output::Alarm(_) => {}
            Output::Deliver(block) => self.deliver(node, block),
            Output::EpochEnded(_) => panic!("no set was named"),
        }
    }

    fn deliver(&mut self, node: usize, block: FinalBlock) {
        let results = results_after(self.nodes[node].results(), &block);
        let height = block.block.block.height;
        for digest in &block.batches {
            let (_, payload) = self.nodes[node].payloads[digest].clone();
            self.nodes[node].transactions.extend(payload);
        }
        self.nodes[node].executed.push((height, results));
        self.nodes[node].delivered.push(block);
        self.unexecuted.push((node, height, results));
        self.execute_up_to(self.execution_max);
    }

    /// Lets all nodes execute what they delivered, up to a height.
    pub fn execute_up_to(&mut self, height: u64) {
        self.execution_max = height;
        let (now, later) = std::mem::take(&mut self.unexecuted)
            .into_iter()
            .partition(|(_, at, _)| at.0 <= height);
        self.unexecuted = later;
        let due: Vec<(usize, Height, Hash)> = now;
        for (node, height, results) in due {
            let life = self.nodes[node].generation;
            self.schedule(
                100,
                Event::Executed {
                    node,
                    height,
                    results,
                    life,
                },
            );
        }
    }

    fn send(&mut self, from: usize, to: usize, message: Message) {
        if from == to {
            return;
        }
        self.said.push((self.time, from, to, message.clone()));
        if self.cut.contains(&(from, to)) {
            return;
        }
        if let Message::BatchRequest { digest } = &message {
            return self.serve_batch(from, to, digest);
        }
        self.schedule(DELAY_US, Event::Message { from, to, message });
    }

    /// A core answers requests for synced batches; a hand answers when the script says so.
    fn serve_batch(&mut self, from: usize, to: usize, digest: &Hash) {
        let held = self.nodes[to].payloads.get(digest).cloned();
        let is_core = self.nodes[to].core.is_some();
        if let Some((signed, _)) = held.filter(|_| is_core && !self.cut.contains(&(to, from))) {
            let (from, to) = (to, from);
            self.schedule(2 * DELAY_US, Event::Batch { from, to, signed });
        }
    }

    fn send_batch(&mut self, from: usize, to: usize, signed: &SignedHeader) {
        if from != to && !self.cut.contains(&(from, to)) {
            let signed = signed.clone();
            self.schedule(DELAY_US, Event::Batch { from, to, signed });
        }
    }

    // What a script does to the network.

    /// Everything on these links is lost from now on.
    pub fn cut(&mut self, links: &[(usize, usize)]) {
        self.cut.extend(links);
    }

    pub fn mend(&mut self) {
        self.cut.clear();
    }

    pub fn crash(&mut self, node: usize) {
        self.nodes[node].core = None;
        self.nodes[node].disk.unsynced.clear();
        self.nodes[node].generation += 1;
        for other in 0..4 {
            self.step(other, Input::Disconnected(index(node)));
        }
    }

    pub fn crash_after_next_sync(&mut self, node: usize) {
        self.dies_after_sync = Some(node);
    }

    pub fn start(&mut self, node: usize) {
        if !self.hands.contains(&node) {
            let (set, parameters) = (self.set.clone(), self.parameters.clone());
            let number = u16::try_from(node).unwrap();
            self.nodes[node].start(&set, number, &parameters, &self.payloads);
        }
        for other in (0..4).filter(|other| *other != node) {
            self.step(other, Input::Connected(index(node)));
            if self.nodes[other].core.is_some() || self.hands.contains(&other) {
                self.step(node, Input::Connected(index(other)));
            }
        }
        self.step(node, tick());
    }

    /// A core seals one batch with this transaction; the header, if it could.
    pub fn pay(&mut self, node: usize, transaction: u64) -> Option<SignedHeader> {
        let core = self.nodes[node].core.as_ref().unwrap();
        if core.room_bytes() < BATCH_BYTES {
            return None;
        }
        let before = self.sealed.len();
        self.nodes[node].sealing = Some(vec![transaction]);
        let payload_root = root_of(transaction);
        let (transactions, bytes) = (1, BATCH_BYTES);
        self.step(
            node,
            Input::Seal {
                transactions,
                bytes,
                payload_root,
            },
        );
        self.sealed.get(before).map(|(_, signed)| signed.clone())
    }

    // What a hand does with its key.

    /// A batch of `owner`'s lane on `parent` (the lane's genesis when there is none).
    pub fn batch(
        &mut self,
        owner: usize,
        incarnation: u64,
        parent: Option<&SignedHeader>,
        transaction: u64,
    ) -> SignedHeader {
        let lane = index(owner);
        let header = BatchHeader {
            epoch: Epoch(0),
            lane,
            incarnation,
            seq: Seq(parent.map_or(1, |parent| parent.header.seq.0 + 1)),
            parent: parent.map_or_else(
                || BatchHeader::lane_genesis(&self.set, lane),
                |parent| parent.header.digest(&self.set),
            ),
            time: BlockTime(0),
            transactions: 1,
            bytes: BATCH_BYTES,
            payload_root: root_of(transaction),
        };
        let digest = header.digest(&self.set);
        let signature = key(owner).sign(&digest);
        self.payloads.insert(digest, vec![transaction]);
        SignedHeader { header, signature }
    }

    /// Hands a batch over.
    pub fn give(&mut self, from: usize, to: &[usize], signed: &SignedHeader) {
        for to in to {
            self.send_batch(from, *to, signed);
        }
    }

    /// A hand says that it holds a lane up to this batch.
    pub fn mark(&mut self, from: usize, to: &[usize], signed: &SignedHeader) {
        let counter = self.counters.get(&from).copied().unwrap_or(0) + 1;
        self.counters.insert(from, counter);
        self.mark_numbered(from, to, signed, counter);
    }

    pub fn mark_numbered(
        &mut self,
        from: usize,
        to: &[usize],
        signed: &SignedHeader,
        counter: u64,
    ) {
        let mark = Watermark {
            lane: signed.header.lane,
            seq: signed.header.seq,
            digest: signed.header.digest(&self.set),
        };
        self.say_marks(from, to, mark, counter);
    }

    pub fn say_marks(&mut self, from: usize, to: &[usize], mark: Watermark, counter: u64) {
        let message = Message::Watermarks(Watermarks {
            counter,
            entries: vec![mark],
            executed: Height(0),
            checkpoint: Height(0),
        });
        self.say(from, to, &message);
    }

    pub fn say(&mut self, from: usize, to: &[usize], message: &Message) {
        for to in to {
            let (to, message) = (*to, message.clone());
            self.schedule(DELAY_US, Event::Message { from, to, message });
        }
    }

    /// The block that the leader of `view` would propose on genesis or on `parent`, with these new tips.
    pub fn block(
        &self,
        view: u64,
        parent: Option<&SignedBlock>,
        tips: &[&SignedHeader],
    ) -> SignedBlock {
        let genesis = Block::genesis(&self.set, BlockTime(1_000), genesis_root());
        let parent = parent.map_or(&genesis, |parent| &parent.block);
        let mut cut: Vec<CutEntry> = tips
            .iter()
            .map(|signed| CutEntry {
                lane: signed.header.lane,
                seq: signed.header.seq,
                digest: signed.header.digest(&self.set),
            })
            .collect();
        cut.sort_by_key(|entry| entry.lane);
        let block = Block {
            epoch: Epoch(0),
            view: View(view),
            height: parent.height.next(),
            parent_view: parent.view,
            parent: parent.digest(&self.set),
            cut,
            exec: Exec {
                state_root: genesis_root(),
                ..Exec::default()
            },
            time: BlockTime(now(self.time).wall.0.max(parent.time.0 + 1)),
            evidence: Vec::new(),
            kind: BlockKind::Ledger,
        };
        let leader = usize::from(self.set.leader(View(view)).0);
        let signature = key(leader).sign(&block.digest(&self.set));
        SignedBlock { block, signature }
    }

    /// The leader's hand sends its block.
    pub fn propose(&mut self, to: usize, block: &SignedBlock) -> Hash {
        let leader = usize::from(self.set.leader(block.block.view).0);
        let message = Message::Proposal(Proposal {
            block: block.clone(),
            justification: Vec::new(),
        });
        self.say(leader, &[to], &message);
        block.block.digest(&self.set)
    }

    /// All hands vote.
    pub fn vote(&mut self, to: usize, kind: VoteKind, view: u64, digest: Hash) {
        let (domain, body) = match kind {
            VoteKind::Notarize => (Domain::Notarize, codec::encode(&(View(view), digest))),
            VoteKind::Finalize => (Domain::Finalize, codec::encode(&(View(view), digest))),
            VoteKind::Nullify => (Domain::Nullify, codec::encode(&View(view))),
        };
        let statement = domain.statement(self.set.chain(), Epoch(0), &body);
        for hand in self.hands.clone() {
            let vote = Vote {
                kind,
                view: View(view),
                digest,
                signer: index(hand),
                signature: key(hand).sign(&statement),
            };
            self.say(hand, &[to], &Message::Vote(vote));
        }
    }

    /// All hands give a view up.
    pub fn nullify(&mut self, to: usize, view: u64) {
        self.vote(to, VoteKind::Nullify, view, Hash::ZERO);
    }

    /// All hands (a quorum) make a block final.
    pub fn finalize(&mut self, to: usize, block: &SignedBlock) {
        let digest = self.propose(to, block);
        self.vote(to, VoteKind::Notarize, block.block.view.0, digest);
        self.vote(to, VoteKind::Finalize, block.block.view.0, digest);
        self.advance(5 * MS);
    }

    // What a script asks.

    pub fn digest(&self, signed: &SignedHeader) -> Hash {
        signed.header.digest(&self.set)
    }

    /// Whether a core has voted for this block.
    pub fn has_notarized(&self, node: usize, digest: Hash) -> bool {
        self.votes(node)
            .iter()
            .any(|vote| vote.kind == VoteKind::Notarize && vote.digest == digest)
    }

    pub fn votes(&self, node: usize) -> Vec<Vote> {
        let of_node = self.said.iter().filter(|(_, from, _, _)| *from == node);
        of_node
            .filter_map(|(_, _, _, message)| match message {
                Message::Vote(vote) => Some(vote.clone()),
                _ => None,
            })
            .collect()
    }

    /// Blocks that a core proposed, first sending of each.
    pub fn proposals(&self, node: usize) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        for (_, from, _, message) in &self.said {
            if let Message::Proposal(proposal) = message
                && *from == node
                && usize::from(self.set.leader(proposal.block.block.view).0) == node
                && !blocks.contains(&proposal.block.block)
            {
                blocks.push(proposal.block.block.clone());
            }
        }
        blocks
    }

    /// Requests of a core for this batch since a moment.
    pub fn requests(&self, node: usize, digest: Hash, since: u64) -> usize {
        let asked = |(at, from, _, message): &&(u64, usize, usize, Message)| {
            *from == node
                && *at >= since
                && matches!(message, Message::BatchRequest { digest: of } if *of == digest)
        };
        self.said.iter().filter(asked).count()
    }

    /// Where a core says to hold a lane, by its last message about it.
    pub fn watermark(&self, node: usize, lane: usize) -> Option<(u64, Hash)> {
        let of_node = self
            .said
            .iter()
            .rev()
            .filter(|(_, from, _, _)| *from == node);
        of_node
            .filter_map(|(_, _, _, message)| match message {
                Message::Watermarks(marks) => marks
                    .entries
                    .iter()
                    .find(|mark| mark.lane == index(lane))
                    .map(|mark| (mark.seq.0, mark.digest)),
                _ => None,
            })
            .next()
    }

    pub fn view(&self, node: usize) -> u64 {
        self.nodes[node].core.as_ref().unwrap().status().view.0
    }

    pub fn final_height(&self, node: usize) -> u64 {
        self.nodes[node]
            .core
            .as_ref()
            .unwrap()
            .status()
            .final_height
            .0
    }

    pub fn has_delivered(&self, node: usize, transaction: u64) -> bool {
        self.nodes[node].transactions.contains(&transaction)
    }
}

pub fn key(owner: usize) -> sycee_primitives::SecretKey {
    secret(u16::try_from(owner).unwrap())
}

pub fn index(node: usize) -> ValidatorIndex {
    ValidatorIndex(u16::try_from(node).unwrap())
}

fn root_of(transaction: u64) -> Hash {
    merkle::root(&[merkle::leaf(&transaction.to_le_bytes())])
}
