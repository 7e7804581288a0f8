//! One honest node: the shipped core, a disk that keeps synced and queued records apart, and everything that ever left.
//!
//! ```text
//!   what reaches it --> Core::step --> Persist: queued --(sync, now or later)--> synced      --crash--> Core::new(synced)
//!                                  --> votes, proposals: left for ever                                  queued is lost
//!                                  --> Deliver: executed at once
//!                                  --> EpochEnded: synced like a record, then Core::new(next epoch)
//! ```

mod disk;
mod turning;

use sycee_consensus::{
    Block, Config, Core, FinalBlock, Input, Journal, Message, Now, Output, Record, RejoinAnswer,
    Token, ValidatorIndex, View,
};
use sycee_primitives::{BlockTime, Epoch, Hash, Height, Tick};

pub use disk::journal;

use crate::{
    fault::Fault,
    world::{Bit, GENESIS_MS, World, genesis_root, wall},
};

/// Further than any timer reaches, microseconds.
const LATE_US: u64 = 3_600_000_000;

/// A clock that has caught up is ahead of every block's time by this, milliseconds.
const CAUGHT_UP_MS: u64 = 5_000;

/// What an event of two nodes brings with it from the other.
pub enum Exchange {
    /// Nothing.
    Nothing,
    /// A question from quarantine: of whom, with which number.
    Asks(ValidatorIndex, Hash),
    /// An answer to the own question.
    Answers(Box<RejoinAnswer>),
}

/// What can reach a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// The disk has everything that is queued.
    Sync,
    /// The process dies and starts again from what is synced.
    Crash,
    /// The disk is gone; the operator starts the node again without it. [J1]
    Lose,
    /// The own clock has caught up with every block's time. [V9]
    Clock,
    /// Another honest node asks from quarantine. [J4]
    Ask(u16),
    /// An answer to the own question, by number.
    Answer(u8),
    /// Every running timer runs out.
    Timeout,
    /// A certificate; `own` tells whether the node's own vote is in it.
    Certificate {
        /// What it says.
        bit: Bit,
        /// Whether one of the signers is this node.
        own: bool,
    },
    /// A leader's block, by number.
    Block(u8),
    /// One vote on its signer's channel.
    Vote {
        /// Whose.
        signer: u16,
        /// What it says.
        bit: Bit,
    },
}

/// How the nodes of a run behave where the protocol leaves it open, or breaks.
#[derive(Clone, Copy, Default, Debug)]
pub struct Habits {
    /// Votes wait for a sync that may come at any later moment; else the disk is immediate.
    pub late_sync: bool,
    /// What is broken.
    pub fault: Fault,
    /// Clocks differ by as much as they may, and the liar dates blocks so that some find them early. [V9]
    pub skewed: bool,
    /// In a sweep, a node that starts again asks the others what its key has signed. [J2]
    pub recollects: bool,
}

/// An honest node with everything that decides its future.
#[derive(Clone)]
pub struct Node {
    me: ValidatorIndex,
    /// The epoch of its core.
    pub epoch: Epoch,
    root: Block,
    /// The Terminal block whose handover waits for the disk. [T6]
    ended: Option<Block>,
    /// How far its clock is ahead, milliseconds.
    ahead_ms: u64,
    /// The shipped core.
    pub core: Core,
    /// Own clock, microseconds.
    pub tick: u64,
    /// What a crash leaves.
    pub synced: Vec<Record>,
    queued: Vec<(Token, Vec<Record>)>,
    /// Votes that ever left.
    pub voted: u128,
    /// Proposals that ever left, by block number.
    pub proposed: u64,
    /// Batches on the disk, by number.
    pub held: u64,
    /// Crashes so far.
    pub crashes: u8,
    /// Disks lost so far.
    pub losses: u8,
    /// What it asks from quarantine.
    pub question: Option<Hash>,
    /// Answers that ever left, and to whom.
    pub answers: Vec<(ValidatorIndex, RejoinAnswer)>,
    /// Executed: block digest, batches, results.
    pub executed: Vec<(Hash, Vec<Hash>, Hash)>,
}

/// A core on what a store gives.
#[must_use]
pub fn start(world: &World, me: ValidatorIndex, journal: Journal) -> Core {
    let root = Block::genesis(&world.set, BlockTime(GENESIS_MS), genesis_root());
    start_above(world, me, root, Token(0), journal)
}

fn start_above(
    world: &World,
    me: ValidatorIndex,
    root: Block,
    last_token: Token,
    journal: Journal,
) -> Core {
    let config = Config {
        set: world.set_of(root.epoch).clone(),
        me: Some((me, world.secret(me))),
        parameters: world.parameters.clone(),
        root,
        last_token,
        // Only answers to a quarantined node are told apart by it, and a disk is lost once at most.
        challenge: Hash::of(&[&me.0.to_le_bytes()]),
        invalid_transaction: |_, _| false,
    };
    Core::new(config, journal)
}

/// What the liar tells whoever asks from quarantine: that it has never left the first view. [J4]
#[must_use]
pub fn liars_answer(world: &World, asker: ValidatorIndex, challenge: Hash) -> Option<RejoinAnswer> {
    let mut core = start(world, world.liar, journal(world, world.liar, &[], true));
    let now = Now {
        tick: Tick(0),
        wall: BlockTime(GENESIS_MS + 1),
    };
    let until = View(0);
    let message = Message::RejoinRequest { challenge, until };
    let outputs = core.step(
        now,
        Input::Message {
            from: asker,
            message,
        },
    );
    outputs.into_iter().find_map(|output| match output {
        Output::Send {
            message: Message::RejoinAnswer(answer),
            ..
        } => Some(*answer),
        _ => None,
    })
}

/// Results of executing a block, as a hash: what the ledger does, without a ledger.
#[must_use]
pub fn results_after(before: Hash, block: Hash, batches: &[Hash]) -> Hash {
    let mut parts: Vec<&[u8]> = vec![&before.0, &block.0];
    parts.extend(batches.iter().map(|digest| digest.0.as_slice()));
    Hash::of(&parts)
}

impl Node {
    /// A new node, connected to everybody; a leader of a walked view has two own batches.
    pub fn new(world: &mut World, me: ValidatorIndex, habits: Habits) -> Node {
        let place = world.honest.iter().position(|honest| *honest == me);
        let step_ms = u64::from(habits.skewed) * world.parameters.drift_ms / 2;
        let mut node = Node {
            me,
            epoch: world.set.epoch(),
            root: Block::genesis(&world.set, BlockTime(GENESIS_MS), genesis_root()),
            ended: None,
            ahead_ms: place.map_or(0, |place| place as u64) * step_ms,
            core: start(world, me, journal(world, me, &[], true)),
            tick: 0,
            synced: Vec::new(),
            queued: Vec::new(),
            voted: 0,
            proposed: 0,
            held: 0,
            crashes: 0,
            losses: 0,
            question: None,
            answers: Vec::new(),
            executed: Vec::new(),
        };
        let leads = world.leads(me);
        let founding = Now {
            tick: Tick(0),
            wall: BlockTime(GENESIS_MS + 1),
        };
        for mark in [1u8, 2].iter().filter(|_| leads) {
            let seal = Input::Seal {
                transactions: 1,
                bytes: 100,
                payload_root: Hash([*mark; 32]),
            };
            let outputs = node.core.step(founding, seal);
            node.perform(world, habits, outputs);
        }
        node.connect(world, habits);
        // Own batches are synced before the first view begins in earnest; proposals of the first leader then follow by themselves.
        node.flush(world, habits);
        node.settle(world, habits);
        node
    }

    fn connect(&mut self, world: &mut World, habits: Habits) {
        let me = self.me;
        let set = world.set.clone();
        for peer in set.indexes().filter(|peer| *peer != me) {
            let now = Now {
                tick: Tick(self.tick),
                wall: BlockTime(GENESIS_MS + 1),
            };
            let outputs = self.core.step(now, Input::Connected(peer));
            self.perform(world, habits, outputs);
        }
    }

    /// The state of the node after something reached it.
    #[must_use]
    pub fn after(&self, world: &mut World, habits: Habits, event: Event, at: Exchange) -> Node {
        let mut next = self.clone();
        match event {
            Event::Sync => next.flush(world, habits),
            Event::Crash => next.crash(world, habits),
            Event::Lose => next.lose(world, habits),
            Event::Clock => {
                next.ahead_ms = CAUGHT_UP_MS;
                next.step(world, habits, Input::Tick);
            }
            Event::Ask(_) | Event::Answer(_) => match at {
                Exchange::Asks(from, challenge) => {
                    let until = View(0);
                    let message = Message::RejoinRequest { challenge, until };
                    next.take(world, habits, from, message);
                }
                Exchange::Answers(answer) => {
                    let from = answer.signer;
                    next.take(world, habits, from, Message::RejoinAnswer(answer));
                }
                Exchange::Nothing => {}
            },
            Event::Timeout => {
                next.tick += LATE_US;
                next.step(world, habits, Input::Tick);
            }
            Event::Certificate { bit, own } => {
                let [a, b] = next.others(world);
                let third = if own { self.me.0 } else { b };
                let certificate = world.certificate(bit, [world.liar.0, a, third]);
                next.take(world, habits, world.liar, Message::Certificate(certificate));
                next.hurry(world, habits, bit);
            }
            Event::Block(number) => {
                let message = Message::Proposal(world.proposal(number));
                next.take(world, habits, world.liar, message);
            }
            Event::Vote { signer, bit } => {
                let signer = ValidatorIndex(signer);
                let message = Message::Vote(world.vote(signer, bit));
                next.take(world, habits, signer, message);
            }
        }
        next.settle(world, habits);
        next
    }

    /// The other two honest nodes.
    fn others(&self, world: &World) -> [u16; 2] {
        let mut others = world.honest.iter().filter(|other| **other != self.me);
        [(); 2].map(|()| others.next().map_or(0, |other| other.0))
    }

    /// Something happens at once, and a moment later the node looks again.
    fn settle(&mut self, world: &mut World, habits: Habits) {
        self.step(world, habits, Input::Tick);
        if !self.awaits_sync(world, habits) {
            self.flush(world, habits);
        }
    }

    /// Whether the order of a sync and of what comes next can matter: something of this node waits to leave.
    fn awaits_sync(&self, world: &World, habits: Habits) -> bool {
        let signs = |record: &Record| match record {
            Record::View(view, _) => world.place(self.epoch, *view).is_some(),
            Record::Batch(signed) => signed.header.lane == self.me,
            Record::Block(_)
            | Record::Certificate(_)
            | Record::Final { .. }
            | Record::Evidence(_)
            | Record::Quarantine(_) => false,
        };
        let begins = self.ended.is_some();
        habits.late_sync && (begins || self.queued.iter().any(|(_, group)| group.iter().any(signs)))
    }

    /// Whether its clock is ahead of every block's time.
    #[must_use]
    pub fn has_caught_up(&self) -> bool {
        self.ahead_ms >= CAUGHT_UP_MS
    }

    /// Whether a sync is outstanding.
    #[must_use]
    pub fn has_queued(&self) -> bool {
        !self.queued.is_empty() || self.ended.is_some()
    }

    fn take(&mut self, world: &mut World, habits: Habits, from: ValidatorIndex, message: Message) {
        self.step(world, habits, Input::Message { from, message });
    }

    fn step(&mut self, world: &mut World, habits: Habits, input: Input) {
        self.tick += 1;
        let now = Now {
            tick: Tick(self.tick),
            wall: self.clock(world),
        };
        let outputs = self.core.step(now, input);
        self.perform(world, habits, outputs);
    }

    /// Late enough that a block is due in its view.
    fn clock(&self, world: &World) -> BlockTime {
        let view = self.core.status().view;
        let place = world.place(self.epoch, view);
        BlockTime(wall(place.unwrap_or(world.views + 1)).0 + self.ahead_ms)
    }

    fn perform(&mut self, world: &mut World, habits: Habits, outputs: Vec<Output>) {
        let mut inputs = Vec::new();
        for output in outputs {
            match output {
                Output::Persist { token, records } => {
                    if habits.fault == Fault::SpeaksEarly {
                        self.speak_early(world, &records);
                    }
                    self.queued.push((token, records));
                }
                Output::Send {
                    to,
                    message: Message::RejoinAnswer(answer),
                } => {
                    let is_new = self
                        .answers
                        .iter()
                        .all(|(_, given)| given.view != answer.view);
                    if is_new {
                        self.answers.push((to, *answer));
                    }
                }
                Output::Send { message, .. }
                | Output::Broadcast(message)
                | Output::BroadcastToValidators(message) => match message {
                    // The data of a block is where the block came from; when it comes is when the block comes.
                    Message::BatchRequest { digest } => {
                        let is_sound =
                            !world.is_poisoned(&digest) || habits.fault == Fault::TrustsClients;
                        let judged = if is_sound {
                            Input::Batch
                        } else {
                            Input::Poisoned
                        };
                        inputs.extend(world.batch(&digest).cloned().map(judged));
                    }
                    message => self.leave(world, &message),
                },
                Output::Sealed(signed) => {
                    world.batch_number(&signed);
                }
                Output::Deliver(block) => inputs.push(self.execute(world, habits, &block)),
                Output::EpochEnded(handover) => {
                    let proven = handover.verify(&world.set);
                    self.ended = proven.map(|(terminal, _, _)| terminal.clone());
                }
                Output::BroadcastBatch { .. }
                | Output::OwnBatchSynced { .. }
                | Output::Abandoned { .. }
                | Output::Overtaken { .. }
                | Output::Alarm(_) => {}
            }
        }
        for input in inputs {
            self.step(world, habits, input);
        }
        let leaves_nothing = !self.awaits_sync(world, habits);
        if leaves_nothing && self.tick > 0 && self.has_queued() {
            self.flush(world, habits);
        }
    }

    /// Notes own signatures that leave.
    fn leave(&mut self, world: &mut World, message: &Message) {
        match message {
            Message::Vote(vote) if vote.signer == self.me => {
                let bit = world.bit_of(self.epoch, vote.kind, vote.view, &vote.digest);
                self.voted |= bit.map_or(0, |bit| 1 << bit);
            }
            Message::Proposal(proposal) => {
                let block = &proposal.block.block;
                if world.set_of(block.epoch).leader(block.view) == self.me {
                    let number = world.block_number(&proposal.block);
                    self.proposed |= number.map_or(0, |number| 1 << number);
                }
            }
            Message::RejoinRequest { challenge, .. } => self.question = Some(*challenge),
            _ => {}
        }
    }

    /// The broken node of [`Fault::SpeaksEarly`]: what is queued has left already.
    fn speak_early(&mut self, world: &World, records: &[Record]) {
        use sycee_consensus::VoteKind::{Finalize, Notarize, Nullify};
        for record in records {
            if let Record::View(view, record) = record {
                let votes = [
                    record.notarized.map(|digest| (Notarize, digest)),
                    record.nullified.then_some((Nullify, Hash::ZERO)),
                    record.finalized.map(|digest| (Finalize, digest)),
                ];
                for (kind, digest) in votes.into_iter().flatten() {
                    let bit = world.bit_of(self.epoch, kind, *view, &digest);
                    self.voted |= bit.map_or(0, |bit| 1 << bit);
                }
            }
        }
    }

    fn execute(&mut self, world: &mut World, habits: Habits, block: &FinalBlock) -> Input {
        let mut batches = block.batches.clone();
        if habits.fault == Fault::OrdersByItself && self.me.0.is_multiple_of(2) {
            batches.reverse();
        }
        let before = self.executed.last().map_or(Hash::ZERO, |last| last.2);
        let results = results_after(before, block.digest, &batches);
        self.executed.push((block.digest, batches, results));
        let height = block.block.block.height;
        if height == Height(1) {
            world.first_results = results;
        }
        Input::Executed {
            height,
            results,
            state_root: None,
            next: world.next_after(self.epoch, height),
            next_due: None,
            effect: false,
        }
    }

    /// Everything queued is synced, and the core hears of it.
    fn flush(&mut self, world: &mut World, habits: Habits) {
        while let Some((token, _)) = self.queued.last() {
            let token = *token;
            for (_, group) in std::mem::take(&mut self.queued) {
                for record in group {
                    self.write(world, habits, record);
                }
            }
            self.step(world, habits, Input::Persisted(token));
            if self.awaits_sync(world, habits) {
                return;
            }
        }
        if let Some(terminal) = self.ended.take() {
            self.begin_epoch(world, habits, &terminal);
        }
    }

    fn write(&mut self, world: &mut World, habits: Habits, record: Record) {
        match (&record, habits.fault) {
            (Record::Batch(_), Fault::LosesBatches)
            | (Record::Certificate(_), Fault::LosesCertificates) => return,
            (Record::Batch(signed), _) => self.held |= 1 << world.batch_number(signed),
            _ => {}
        }
        self.synced.push(record);
    }

    /// What is queued is gone; what is synced comes back. [R6]
    fn crash(&mut self, world: &mut World, habits: Habits) {
        self.crashes += 1;
        self.queued.clear();
        self.ended = None;
        if habits.fault == Fault::ForgetsAll {
            self.synced.clear();
            self.held = 0;
        }
        let mut journal = journal(world, self.me, &self.synced, true);
        if habits.fault == Fault::CollectsTooMuch {
            journal.views.clear();
        }
        self.core = start_above(world, self.me, self.root.clone(), Token(0), journal);
        self.tick = 0;
        if habits.fault != Fault::ExecutesTwice {
            let root = self.root.height;
            self.executed.truncate(usize::try_from(root.0).unwrap_or(0));
        }
        self.connect(world, habits);
    }

    /// Which validator this is.
    #[must_use]
    pub fn me(&self) -> ValidatorIndex {
        self.me
    }

    /// The store as it would be read back, with nothing queued: for [`crate::network`].
    #[must_use]
    pub fn on_quiet_disk(&self, world: &mut World, habits: Habits) -> Node {
        let mut next = self.clone();
        let eager = Habits {
            late_sync: false,
            ..habits
        };
        next.flush(world, eager);
        next.settle(world, eager);
        next
    }
}
