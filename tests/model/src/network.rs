//! The same cores on a network with clocks: every message arrives a millisecond later, every sync takes a tenth.
//!
//! Two uses. [`heal`] takes three nodes out of a state of the walk, loses all that is on its way, silences the liar, and waits for a
//! later view to become final (G2). [`sweep_run`] runs from the founding with a liar who shows two faces, and kills nodes at chosen syncs;
//! a node that starts again asks what it has signed (J2), and whoever is accused must be the liar.

mod liar;
mod oracle;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sycee_consensus::{
    Alarm, Core, Culprit, Input, Journal, Message, Now, Output, Record, SignedBlock, Token,
    ValidatorIndex, View, VoteKind,
};
use sycee_primitives::{BlockTime, Hash, Height, Tick};

use crate::{
    fault::Fault,
    node::{Habits, Node, journal, results_after, start},
    world::{World, wall},
};

const HOP_US: u64 = 1_000;
const SYNC_US: u64 = 100;
/// How long a node waits for what others say that it has signed, microseconds.
const RECOLLECT_US: u64 = 2_000_000;
/// Views within which healing must show a new final block.
const HEALING_VIEWS_MAX: u64 = 8;
/// Time after which a chain that stands still is called stuck, microseconds.
const STUCK_US: u64 = 120_000_000;

/// A process is killed at its `persist`-th sync.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kill {
    /// Which validator.
    pub node: u16,
    /// Counted from 1 over all its lives.
    pub persist: u64,
    /// Whether the group had reached the disk.
    pub kept: bool,
}

enum Arrival {
    Message {
        from: ValidatorIndex,
        message: Message,
    },
    Batch(Hash),
    Synced {
        life: u64,
        token: Token,
    },
    Executed(Input),
}

struct Member {
    me: ValidatorIndex,
    core: Core,
    /// Own clock at the beginning of the run.
    tick: u64,
    synced: Vec<Record>,
    queued: VecDeque<(Token, Vec<Record>)>,
    chain: Vec<SignedBlock>,
    results: Hash,
    life: u64,
    persists: u64,
}

/// Votes and proposals seen to leave: (signer, view, kind or none for a proposal) -> block.
type Said = BTreeMap<(u16, View, Option<VoteKind>), Hash>;

struct Run<'a> {
    world: &'a mut World,
    habits: Habits,
    members: Vec<Member>,
    /// By time and order of sending.
    arrivals: BTreeMap<(u64, u64), (usize, Arrival)>,
    time: u64,
    sent: u64,
    wall_ms: u64,
    kills: Vec<Kill>,
    is_two_faced: bool,
    lied: BTreeSet<(View, Hash)>,
    said: Said,
    /// Per honest place the votes that left before the run: who truly signed a certificate of the walk.
    voted: [u128; 3],
    offences: BTreeSet<Culprit>,
    wrong: Option<String>,
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Height that is final everywhere.
    pub height: u64,
    /// Syncs of each honest node.
    pub persists: [u64; 3],
    /// Virtual time, microseconds.
    pub time_us: u64,
    /// Offences of the liar that honest nodes can show.
    pub offences: usize,
}

/// Waits for a later final block at three nodes of a state of the walk. [G2]
///
/// # Errors
/// What went wrong: the chain stood still, or something contradictory was said.
pub fn heal(world: &mut World, habits: Habits, nodes: [Node; 3]) -> Result<Outcome, String> {
    let nodes = nodes.map(|node| node.on_quiet_disk(world, habits));
    let voted = [0, 1, 2].map(|place: usize| nodes[place].voted);
    let members = nodes
        .map(|node| {
            let chain = node.executed.iter();
            let chain = chain.filter_map(|(digest, ..)| {
                let known = world.blocks.iter();
                let mut known = known.map(|known| &known.signed);
                known.find(|signed| signed.block.digest(&world.set) == *digest)
            });
            Member {
                me: node.me(),
                chain: chain.cloned().collect(),
                results: node.executed.last().map_or(Hash::ZERO, |last| last.2),
                core: node.core,
                tick: node.tick + 1,
                synced: node.synced,
                queued: VecDeque::new(),
                life: 0,
                persists: 0,
            }
        })
        .into_iter()
        .collect();
    let wall_ms = wall(world.views + 2).0;
    let mut run = Run::new(world, habits, members, wall_ms);
    run.voted = voted;
    let before = run.heights().max().unwrap_or(0);
    let view = run.views().max().unwrap_or(0);
    while run.heights().min().unwrap_or(0) <= before {
        run.advance()?;
        if run.views().max().unwrap_or(0) > view + HEALING_VIEWS_MAX || run.time > STUCK_US {
            let (views, heights) = (
                run.views().collect::<Vec<_>>(),
                run.heights().collect::<Vec<_>>(),
            );
            return Err(format!(
                "after {} us: views {views:?}, final heights {heights:?}",
                run.time
            ));
        }
    }
    Ok(run.outcome())
}

/// A network from its founding until `height` is final everywhere, with a two-faced liar and these kills.
///
/// # Errors
/// What went wrong: the chain stood still, or something contradictory was said.
pub fn sweep_run(
    world: &mut World,
    habits: Habits,
    height: u64,
    kills: Vec<Kill>,
) -> Result<Outcome, String> {
    let members = world.honest.map(|me| Member {
        me,
        core: start(world, me, Journal::default()),
        tick: 0,
        synced: Vec::new(),
        queued: VecDeque::new(),
        chain: Vec::new(),
        results: Hash::ZERO,
        life: 0,
        persists: 0,
    });
    let members = members.into_iter().collect();
    let mut run = Run::new(world, habits, members, wall(1).0);
    (run.kills, run.is_two_faced) = (kills, true);
    if habits.recollects {
        // For processes that start from now on: in the beginning nobody has signed anything.
        run.world.parameters.recollect_us = RECOLLECT_US;
    }
    for place in 0..3 {
        run.connect(place);
        let seal = Input::Seal {
            transactions: 1,
            bytes: 100,
            payload_root: Hash([7; 32]),
        };
        run.feed(place, seal);
    }
    while run.heights().min().unwrap_or(0) < height {
        run.advance()?;
        if run.time > STUCK_US {
            return Err(format!("stuck at {:?}", run.heights().collect::<Vec<_>>()));
        }
    }
    run.compare_chains()?;
    Ok(run.outcome())
}

impl<'a> Run<'a> {
    fn new(world: &'a mut World, habits: Habits, members: Vec<Member>, wall_ms: u64) -> Run<'a> {
        let mut run = Run {
            world,
            habits,
            members,
            arrivals: BTreeMap::new(),
            time: 0,
            sent: 0,
            wall_ms,
            kills: Vec::new(),
            is_two_faced: false,
            lied: BTreeSet::new(),
            said: Said::new(),
            voted: [0; 3],
            offences: BTreeSet::new(),
            wrong: None,
        };
        run.remember_what_left();
        run
    }

    fn heights(&self) -> impl Iterator<Item = u64> + '_ {
        self.members.iter().map(|m| m.core.status().final_height.0)
    }

    fn views(&self) -> impl Iterator<Item = u64> + '_ {
        self.members.iter().map(|m| m.core.status().view.0)
    }

    fn outcome(&self) -> Outcome {
        let mut persists = self.members.iter().map(|member| member.persists);
        Outcome {
            height: self.heights().min().unwrap_or(0),
            persists: [(); 3].map(|()| persists.next().unwrap_or(0)),
            time_us: self.time,
            offences: self.offences.len(),
        }
    }

    fn compare_chains(&self) -> Result<(), String> {
        for (a, b) in self.members.iter().zip(self.members.iter().skip(1)) {
            let differs = a.chain.iter().zip(&b.chain).any(|(a, b)| a != b);
            if differs {
                return Err(format!(
                    "{} and {} delivered different blocks",
                    a.me.0, b.me.0
                ));
            }
        }
        Ok(())
    }

    /// To the next arrival or timer.
    fn advance(&mut self) -> Result<(), String> {
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        let arrival = self.arrivals.first_key_value().map(|((at, _), _)| *at);
        let wake = self
            .members
            .iter()
            .enumerate()
            .filter_map(|(place, member)| {
                let due = member.core.next_wakeup()?.0.saturating_sub(member.tick);
                Some((due.max(self.time + 1), place))
            })
            .min();
        match (arrival, wake) {
            (Some(at), wake) if wake.is_none_or(|(due, _)| at <= due) => {
                self.time = self.time.max(at);
                if let Some((_, (place, arrival))) = self.arrivals.pop_first() {
                    self.arrive(place, arrival);
                }
            }
            (_, Some((due, place))) => {
                self.time = due;
                self.feed(place, Input::Tick);
            }
            (Some(_) | None, None) => return Err("everybody is silent".to_owned()),
        }
        Ok(())
    }

    fn arrive(&mut self, place: usize, arrival: Arrival) {
        match arrival {
            Arrival::Message { from, message } => self.deliver(place, from, message),
            Arrival::Batch(digest) => {
                if let Some(signed) = self.world.batch(&digest).cloned() {
                    self.feed(place, Input::Batch(signed));
                }
            }
            Arrival::Executed(input) => self.feed(place, input),
            Arrival::Synced { life, token } => {
                let member = &mut self.members[place];
                if member.life != life {
                    return;
                }
                while let Some((queued, _)) = member.queued.front()
                    && *queued <= token
                {
                    let group = member.queued.pop_front().map(|(_, group)| group);
                    member.synced.extend(group.into_iter().flatten());
                }
                self.feed(place, Input::Persisted(token));
            }
        }
    }

    /// What the shell answers itself, and what the core takes.
    fn deliver(&mut self, place: usize, from: ValidatorIndex, message: Message) {
        match message {
            Message::BatchRequest { digest } => {
                if let Some(asker) = self.place_of(from)
                    && self.world.batch(&digest).is_some()
                {
                    self.post(asker, HOP_US, Arrival::Batch(digest));
                }
            }
            Message::RangeRequest { above } => {
                let answer = range(self.world, &self.members[place], above);
                let from_me = self.members[place].me;
                if let (Some(asker), Some(mut message)) = (self.place_of(from), answer) {
                    let from = from_me;
                    self.name_true_signers(&mut message);
                    self.post(asker, HOP_US, Arrival::Message { from, message });
                }
            }
            message => self.feed(place, Input::Message { from, message }),
        }
    }

    fn place_of(&self, peer: ValidatorIndex) -> Option<usize> {
        self.members.iter().position(|member| member.me == peer)
    }

    fn post(&mut self, place: usize, after_us: u64, arrival: Arrival) {
        self.sent += 1;
        let at = self.time + after_us;
        self.arrivals.insert((at, self.sent), (place, arrival));
    }

    fn connect(&mut self, place: usize) {
        let me = self.members[place].me;
        for peer in self.world.set.indexes().filter(|peer| *peer != me) {
            self.feed(place, Input::Connected(peer));
        }
    }

    fn feed(&mut self, place: usize, input: Input) {
        let member = &mut self.members[place];
        let now = Now {
            tick: Tick(member.tick + self.time),
            wall: BlockTime(self.wall_ms + self.time / 1_000),
        };
        let life = member.life;
        for output in member.core.step(now, input) {
            if self.members[place].life != life {
                return;
            }
            self.perform(place, output);
        }
    }

    fn perform(&mut self, place: usize, output: Output) {
        let me = self.members[place].me;
        match output {
            Output::Persist { token, records } => self.persist(place, token, records),
            Output::Send { to, message } => self.send(place, Some(to), message),
            Output::Broadcast(message) | Output::BroadcastToValidators(message) => {
                self.send(place, None, message);
            }
            Output::Sealed(signed) => {
                self.world.batch_number(&signed);
            }
            Output::BroadcastBatch { digest } => {
                for other in (0..self.members.len()).filter(|other| *other != place) {
                    self.post(other, HOP_US, Arrival::Batch(digest));
                }
            }
            Output::Deliver(block) => {
                let member = &mut self.members[place];
                let results = results_after(member.results, block.digest, &block.batches);
                member.results = results;
                let height = block.block.block.height;
                member.chain.push(block.block);
                let input = Input::Executed {
                    height,
                    results,
                    state_root: None,
                    next: None,
                    next_due: None,
                    effect: false,
                };
                self.post(place, 0, Arrival::Executed(input));
            }
            // No state of the model names another set.
            Output::EpochEnded(_) => {}
            Output::Alarm(alarm) => {
                // Messages that do not hold and offences are the liar's, and nobody else's.
                let is_expected = match &alarm {
                    Alarm::PeerFault { .. } => true,
                    Alarm::Offence { culprit, .. } => {
                        self.offences.insert(*culprit);
                        culprit.validator == self.world.liar
                    }
                    Alarm::Conflict { .. }
                    | Alarm::ResultsDiffer { .. }
                    | Alarm::RecordContradicted { .. }
                    | Alarm::Rejoined { .. } => false,
                };
                if !is_expected && self.wrong.is_none() {
                    self.wrong = Some(format!("node {} alarms: {alarm:?}", me.0));
                }
            }
            Output::OwnBatchSynced { .. } | Output::Abandoned { .. } | Output::Overtaken { .. } => {
            }
        }
    }

    fn persist(&mut self, place: usize, token: Token, mut records: Vec<Record>) {
        if self.habits.fault == Fault::LosesCertificates {
            records.retain(|record| !matches!(record, Record::Certificate(_)));
        }
        let member = &mut self.members[place];
        member.persists += 1;
        member.queued.push_back((token, records));
        let (node, persist, life) = (member.me.0, member.persists, member.life);
        let kill = self
            .kills
            .iter()
            .find(|k| (k.node, k.persist) == (node, persist));
        match kill.copied() {
            Some(kill) => self.kill(place, kill.kept),
            None => self.post(place, SYNC_US, Arrival::Synced { life, token }),
        }
    }

    /// The process dies at a sync and starts again. [R6]
    fn kill(&mut self, place: usize, kept: bool) {
        let member = &mut self.members[place];
        let queued = std::mem::take(&mut member.queued);
        if kept {
            member
                .synced
                .extend(queued.into_iter().flat_map(|(_, group)| group));
        }
        if self.habits.fault == Fault::ForgetsAll {
            member.synced.clear();
        }
        let journal = journal(self.world, member.me, &member.synced, true);
        member.core = start(self.world, member.me, journal);
        member.life += 1;
        // The new process's clock begins anew.
        member.tick = 0;
        member.chain.clear();
        member.results = Hash::ZERO;
        self.connect(place);
    }

    fn send(&mut self, place: usize, to: Option<ValidatorIndex>, mut message: Message) {
        let from = self.members[place].me;
        self.name_true_signers(&mut message);
        self.note(place, &message);
        if self.is_two_faced {
            self.lie(&message);
        }
        for other in (0..self.members.len()).filter(|other| *other != place) {
            if to.is_none_or(|to| to == self.members[other].me) {
                let message = message.clone();
                self.post(other, HOP_US, Arrival::Message { from, message });
            }
        }
    }
}

/// Final blocks above a height, ended by a finalization: what the shell answers to a range request. [G2]
fn range(world: &World, member: &Member, above: Height) -> Option<Message> {
    let blocks: Vec<SignedBlock> = member
        .chain
        .iter()
        .filter(|signed| signed.block.height > above)
        .cloned()
        .collect();
    let finalization = |digest: Hash| {
        member.synced.iter().find_map(|record| match record {
            Record::Final { finalization, .. } if finalization.digest == digest => {
                Some(finalization.clone())
            }
            _ => None,
        })
    };
    let certificates = blocks
        .iter()
        .map(|s| finalization(s.block.digest(&world.set)));
    let (last, finalization) = certificates
        .enumerate()
        .filter_map(|(place, certificate)| Some((place, certificate?)))
        .next_back()?;
    Some(Message::Range {
        blocks: blocks.into_iter().take(last + 1).collect(),
        finalization,
    })
}
