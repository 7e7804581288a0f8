//! One honest node: the shipped core, a disk that keeps synced and queued records apart, and everything that ever left.
//!
//! ```text
//!   what reaches it --> Core::step --> Persist: queued --(sync, now or later)--> synced      --crash--> Core::new(synced)
//!                                  --> votes, proposals: left for ever                                  queued is lost
//!                                  --> Deliver: executed at once
//! ```

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher},
};

use sycee_consensus::{
    Block, Certificate, Config, Core, FinalBlock, Input, Journal, LaneTip, Message, Now, Output,
    Record, SignedBlock, SignedHeader, Token, ValidatorIndex, View, ViewRecord,
};
use sycee_primitives::{BlockTime, Hash, Tick, codec};

use crate::{
    fault::Fault,
    world::{Bit, GENESIS_MS, World, genesis_root, wall},
};

/// Further than any timer reaches, microseconds.
const LATE_US: u64 = 3_600_000_000;

/// What can reach a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// The disk has everything that is queued.
    Sync,
    /// The process dies and starts again from what is synced.
    Crash,
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
    /// In a sweep, a node that starts again asks the others what its key has signed. [J2]
    pub recollects: bool,
}

/// An honest node with everything that decides its future.
#[derive(Clone)]
pub struct Node {
    me: ValidatorIndex,
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
    /// Executed: block digest, batches, results.
    pub executed: Vec<(Hash, Vec<Hash>, Hash)>,
}

/// Reads back what a store would give. With `collect`, what lies at or below the final view is gone. [G1]
#[must_use]
pub fn journal(world: &World, me: ValidatorIndex, records: &[Record], collect: bool) -> Journal {
    let mut journal = Journal {
        recorded: world.recorded.clone(),
        ..Journal::default()
    };
    let mut blocks: BTreeMap<Hash, SignedBlock> = BTreeMap::new();
    let mut batches: BTreeMap<Hash, SignedHeader> = BTreeMap::new();
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut views: BTreeMap<View, ViewRecord> = BTreeMap::new();
    for record in records {
        match record {
            Record::View(view, record) => {
                views.insert(*view, *record);
            }
            Record::Batch(signed) => {
                let digest = signed.header.digest(&world.set);
                let header = &signed.header;
                let (incarnation, seq) = (header.incarnation, header.seq);
                let is_higher = journal
                    .own_lane_tip
                    .is_none_or(|tip| (tip.incarnation, tip.seq) < (incarnation, seq));
                if header.lane == me && is_higher {
                    journal.own_lane_tip = Some(LaneTip {
                        incarnation,
                        seq,
                        digest,
                    });
                }
                batches.insert(digest, signed.clone());
            }
            Record::Block(signed) => {
                blocks.insert(signed.block.digest(&world.set), signed.clone());
            }
            Record::Certificate(certificate) => certificates.push(certificate.clone()),
            Record::Final { finalization, .. } => journal.finalization = Some(finalization.clone()),
            Record::Evidence(evidence) => journal.evidence.push(evidence.clone()),
            Record::Quarantine(quarantine) => journal.quarantine = *quarantine,
        }
    }
    if collect {
        let floor = journal.finalization.as_ref().map_or(View(0), |c| c.view);
        views = views.split_off(&floor.next());
        certificates.retain(|certificate| certificate.view > floor);
    }
    journal.blocks = blocks.into_values().collect();
    journal.batches = batches.into_values().collect();
    (journal.views, journal.certificates) = (views, certificates);
    journal
}

/// A core on what a store gives.
#[must_use]
pub fn start(world: &World, me: ValidatorIndex, journal: Journal) -> Core {
    let config = Config {
        set: world.set.clone(),
        me: Some((me, world.secret(me))),
        parameters: world.parameters.clone(),
        root: Block::genesis(&world.set, BlockTime(GENESIS_MS), genesis_root()),
        last_token: Token(0),
        // Only answers to a quarantined node are told apart by it: a walk gives none, and a sweep that needs one has failed.
        challenge: Hash::of(&[&me.0.to_le_bytes()]),
        invalid_transaction: |_, _| false,
    };
    Core::new(config, journal)
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
        let mut node = Node {
            me,
            core: start(world, me, journal(world, me, &[], true)),
            tick: 0,
            synced: Vec::new(),
            queued: Vec::new(),
            voted: 0,
            proposed: 0,
            held: 0,
            crashes: 0,
            executed: Vec::new(),
        };
        let leads = (1..=world.views).any(|view| world.set.leader(View(view)) == me);
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
        for peer in world.set.indexes().filter(|peer| *peer != me) {
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
    pub fn after(&self, world: &mut World, habits: Habits, event: Event) -> Node {
        let mut next = self.clone();
        match event {
            Event::Sync => next.flush(world, habits),
            Event::Crash => next.crash(world, habits),
            Event::Timeout => {
                next.tick += LATE_US;
                next.step(world, habits, Input::Tick);
            }
            Event::Certificate { bit, own } => {
                let [a, b] = next.others(world);
                let third = if own { self.me.0 } else { b };
                let certificate = world.certificate(bit, [world.liar.0, a, third]);
                next.take(world, habits, world.liar, Message::Certificate(certificate));
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
            Record::View(view, _) => view.0 <= world.views,
            Record::Batch(signed) => signed.header.lane == self.me,
            Record::Block(_)
            | Record::Certificate(_)
            | Record::Final { .. }
            | Record::Evidence(_)
            | Record::Quarantine(_) => false,
        };
        habits.late_sync && self.queued.iter().any(|(_, group)| group.iter().any(signs))
    }

    /// Whether a sync is outstanding.
    #[must_use]
    pub fn has_queued(&self) -> bool {
        !self.queued.is_empty()
    }

    fn take(&mut self, world: &mut World, habits: Habits, from: ValidatorIndex, message: Message) {
        self.step(world, habits, Input::Message { from, message });
    }

    fn step(&mut self, world: &mut World, habits: Habits, input: Input) {
        self.tick += 1;
        let now = Now {
            tick: Tick(self.tick),
            wall: wall(self.core.status().view.0),
        };
        let outputs = self.core.step(now, input);
        self.perform(world, habits, outputs);
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
                Output::Send { message, .. }
                | Output::Broadcast(message)
                | Output::BroadcastToValidators(message) => match message {
                    // The data of a block is where the block came from; when it comes is when the block comes.
                    Message::BatchRequest { digest } => {
                        inputs.extend(world.batch(&digest).cloned().map(Input::Batch));
                    }
                    message => self.leave(world, &message),
                },
                Output::Sealed(signed) => {
                    world.batch_number(&signed);
                }
                Output::Deliver(block) => inputs.push(self.execute(habits, &block)),
                Output::BroadcastBatch { .. }
                | Output::OwnBatchSynced { .. }
                | Output::Abandoned { .. }
                | Output::Overtaken { .. }
                | Output::EpochEnded(_)
                | Output::Alarm(_) => {}
            }
        }
        for input in inputs {
            self.step(world, habits, input);
        }
        let leaves_nothing = !self.awaits_sync(world, habits);
        if leaves_nothing && self.tick > 0 && !self.queued.is_empty() {
            self.flush(world, habits);
        }
    }

    /// Notes own signatures that leave.
    fn leave(&mut self, world: &mut World, message: &Message) {
        match message {
            Message::Vote(vote) if vote.signer == self.me => {
                let bit = world.bit(vote.kind, vote.view, &vote.digest);
                self.voted |= bit.map_or(0, |bit| 1 << bit);
            }
            Message::Proposal(proposal)
                if world.set.leader(proposal.block.block.view) == self.me =>
            {
                let number = world.block_number(&proposal.block);
                self.proposed |= number.map_or(0, |number| 1 << number);
            }
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
                    let bit = world.bit(kind, *view, &digest);
                    self.voted |= bit.map_or(0, |bit| 1 << bit);
                }
            }
        }
    }

    fn execute(&mut self, habits: Habits, block: &FinalBlock) -> Input {
        let mut batches = block.batches.clone();
        if habits.fault == Fault::OrdersByItself && self.me.0.is_multiple_of(2) {
            batches.reverse();
        }
        let before = self.executed.last().map_or(Hash::ZERO, |last| last.2);
        let results = results_after(before, block.digest, &batches);
        self.executed.push((block.digest, batches, results));
        Input::Executed {
            height: block.block.block.height,
            results,
            state_root: None,
            next: None,
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
                break;
            }
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
        if habits.fault == Fault::ForgetsAll {
            self.synced.clear();
            self.held = 0;
        }
        let mut journal = journal(world, self.me, &self.synced, true);
        if habits.fault == Fault::CollectsTooMuch {
            journal.views.clear();
        }
        self.core = start(world, self.me, journal);
        self.tick = 0;
        if habits.fault != Fault::ExecutesTwice {
            self.executed.clear();
        }
        self.connect(world, habits);
    }

    /// Whether collecting what is allowed to be collected changes what comes back after a restart. [S9]
    #[must_use]
    pub fn is_collection_harmless(&self, world: &World, habits: Habits) -> bool {
        let name = |collect| {
            let mut journal = journal(world, self.me, &self.synced, collect);
            if collect && habits.fault == Fault::CollectsTooMuch {
                journal.views.clear();
            }
            let mut hasher = DefaultHasher::new();
            start(world, self.me, journal).fingerprint(&mut hasher);
            hasher.finish()
        };
        name(true) == name(false)
    }

    /// Names the state: equal names, equal futures.
    #[must_use]
    pub fn fingerprint(&self, world: &World) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.core.fingerprint(&mut hasher);
        let queued = self.queued.iter().flat_map(|(_, group)| group);
        for (part, records) in [
            self.synced.iter().collect::<Vec<_>>(),
            queued.collect::<Vec<_>>(),
        ]
        .iter()
        .enumerate()
        {
            let records: Vec<Record> = records.iter().map(|record| (*record).clone()).collect();
            part.hash(&mut hasher);
            name_of_disk(&journal(world, self.me, &records, true), world, &mut hasher);
        }
        (self.voted, self.proposed, self.held, self.crashes).hash(&mut hasher);
        self.executed.hash(&mut hasher);
        hasher.finish()
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

/// The order in which records were written does not matter, only what is read back.
fn name_of_disk(journal: &Journal, world: &World, into: &mut impl Hasher) {
    let name = |certificate: &Certificate| (certificate.kind, certificate.view, certificate.digest);
    let mut certificates: Vec<_> = journal.certificates.iter().map(name).collect();
    certificates.sort_unstable();
    certificates.dedup();
    certificates.hash(into);
    journal.finalization.as_ref().map(name).hash(into);
    for (view, record) in &journal.views {
        (view, record).hash(into);
    }
    for signed in &journal.blocks {
        signed.block.digest(&world.set).hash(into);
    }
    for signed in &journal.batches {
        signed.header.digest(&world.set).hash(into);
    }
    let tip = journal.own_lane_tip;
    tip.map(|tip| (tip.incarnation, tip.seq)).hash(into);
    journal.quarantine.hash(into);
    for evidence in &journal.evidence {
        codec::encode(evidence).hash(into);
    }
}
