//! What a node does with an event, and what becomes of each effect.

use std::collections::BTreeMap;
use std::sync::Arc;

use sycee_consensus::{Alarm, Message, ValidatorIndex, View, ViewRecord};
use sycee_contracts::Table;
use sycee_primitives::{Hash, Height, codec};
use sycee_replica::{
    Answer, BatchFault, Class, Effect, Epochs, Event, JournalError, PeerMessage, Retention,
    ServeRequest, Snapshot, UnverifiedBatch, Wanted, answer, bad_transaction, load_batch,
    prune_slice, verify_batch,
};
use sycee_storage::{Durability, Family, Op, Store, VoteMark, WriteSet};

use crate::auditor::hash_bytes;
use crate::coverage::Mark;
use crate::disk::Write;
use crate::villains::{Own, Parcel};
use crate::world::{Due, Job, Phase, World, small};

/// States that a node offers at a time.
const SNAPSHOTS_MAX: usize = 2;

/// How often a full disk is tried again.
const FULL_DISK_RETRY_US: u64 = 1_000_000;

/// How long an operator needs to start a node that stopped by itself.
const RESTART_US: u64 = 100_000;

/// Wake-ups in a row without time passing after which a node is said to spin.
const SPINS_MAX: u32 = 10_000;

impl World {
    /// Does one job on a node's processor.
    pub(crate) fn work(&mut self, node: usize, job: Job) {
        self.events += 1;
        match job {
            Job::Frame { from, frame, hash } => {
                self.auditor
                    .event(self.time, node, 1 + (from as u64) * 16, hash);
                self.frame(node, from, &frame);
            }
            Job::Event(event) => {
                self.auditor.event(self.time, node, 2, kind_of(&event));
                self.spend(node, 0);
                self.step(node, *event);
            }
            Job::Request(request) => {
                self.auditor.event(self.time, node, 3, request as u64);
                self.spend(node, 1);
                self.answer_request(node, request);
            }
        }
    }

    /// Keeps the processor busy for a message with so many signatures.
    fn spend(&mut self, node: usize, signatures: u64) {
        let it = &mut self.nodes[node];
        let ns = it.plan.message_ns + signatures * it.plan.signature_ns;
        it.busy_until = self.time + ns / 1_000;
    }

    fn frame(&mut self, node: usize, from: usize, frame: &Arc<[u8]>) {
        let message = match PeerMessage::decode(frame) {
            Ok(message) => message,
            Err(error) => {
                self.coverage.reach(Mark::FrameMalformed);
                if self.nodes[from].honest {
                    self.violate(
                        "codec",
                        Err(format!("a frame of an honest node cannot be read: {error}")),
                    );
                }
                return self.spend(node, 0);
            }
        };
        self.spend(node, signatures_in(&message));
        self.mark_arrival(node, from, &message);
        let index = self.nodes[from].index;
        if !self.nodes[node].villains.is_empty() {
            self.villain_hears(node, index, &message, frame);
        }
        self.step(
            node,
            Event::Message {
                from: index,
                message,
            },
        );
    }

    fn mark_arrival(&mut self, node: usize, from: usize, message: &PeerMessage) {
        match message {
            PeerMessage::Core {
                message: Message::Range { .. },
                ..
            } if self.nodes[node].honest => {
                self.coverage.reach(Mark::CaughtUpByRange);
            }
            PeerMessage::Batch(batch) if batch.header().header.lane != self.nodes[from].index => {
                self.coverage.reach(Mark::BatchFromOther);
            }
            PeerMessage::Core { .. }
            | PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
            | PeerMessage::TableRoots(_)
            | PeerMessage::State(_) => {}
        }
    }

    /// Feeds one event to a replica and performs its effects in order.
    pub(crate) fn step(&mut self, node: usize, event: Event) {
        let now = self.nodes[node].now(self.time);
        let Some(running) = self.nodes[node].running.as_mut() else {
            return;
        };
        let effects = running.replica.step(now, event);
        let generation = self.nodes[node].generation;
        for effect in effects {
            self.perform(node, effect);
            if self.nodes[node].generation != generation {
                return;
            }
        }
        self.after_step(node);
    }

    fn after_step(&mut self, node: usize) {
        let it = &self.nodes[node];
        let Some(running) = it.running.as_ref() else {
            return;
        };
        let tick = it.now(self.time).tick;
        let due = running.replica.next_wakeup();
        let spins = due.is_some_and(|due| due <= tick);
        let it = &mut self.nodes[node];
        it.spins = if spins { it.spins + 1 } else { 0 };
        if it.spins > SPINS_MAX && it.honest {
            self.violate(
                "spinning",
                Err(format!(
                    "node {node} asks to be woken at once, again and again"
                )),
            );
        }
        if let Some(due) = due {
            self.wake_for(node, due);
        }
        if self.nodes[node].honest && self.events.is_multiple_of(8) {
            self.look_at(node);
        }
    }

    /// Oracles and marks that look at a node's state.
    fn look_at(&mut self, node: usize) {
        let it = &self.nodes[node];
        let Some(running) = it.running.as_ref() else {
            return;
        };
        let status = running.replica.status();
        let bounds = crate::oracles::bounds::check(node, &running.replica, it.disk.waiting());
        let base_us = u64::from(self.plan.parameters.base_delay_ms) * 1_000;
        if status.delay_us > base_us {
            self.coverage.reach(Mark::DelayGrew);
        }
        if status.delay_us == 16 * base_us {
            self.coverage.reach(Mark::DelayAtTop);
        }
        if status.final_height.0 > status.executed.0 + 3 {
            self.coverage.reach(Mark::ExecutionBehind);
        }
        self.violate("bounds", bounds);
        let verdict = self.oracles.finality.stands_at(node, status.final_height);
        self.violate("finality", verdict);
    }

    fn perform(&mut self, node: usize, effect: Effect) {
        match effect {
            Effect::Persist {
                token,
                writes,
                mark,
            } => {
                let mark = mark.map(|(_, mark)| mark);
                self.persist(node, Write::Persist(token, writes, mark));
            }
            Effect::Send { to, class, frame } => self.post(node, &[to], class, &frame),
            Effect::Broadcast { class, frame } => {
                let all = self.indexes(self.behind.len());
                self.post(node, &all, class, &frame);
            }
            Effect::BroadcastToValidators { to, class, frame } => {
                let all: Vec<ValidatorIndex> = to.iter().copied().map(ValidatorIndex).collect();
                self.post(node, &all, class, &frame);
            }
            Effect::BroadcastStored { digest } => {
                let all = self.indexes(self.behind.len());
                self.serve(node, &all, &Wanted::Batch(digest));
            }
            Effect::VerifyBatch {
                batch,
                digest,
                from,
                set: _,
            } => self.verify(node, &batch, digest, from),
            Effect::LoadBatch { digest, set } => {
                self.coverage.reach(Mark::PayloadLoaded);
                let store = Arc::clone(&self.nodes[node].store);
                match load_batch(store.as_ref(), &set, &digest) {
                    Ok(batch) => self.event_after(node, 200, Event::BatchLoaded(Box::new(batch))),
                    Err(error) => self.violate("storage", Err(format!("node {node}: {error}"))),
                }
            }
            Effect::Serve(ServeRequest { to, wanted }) => self.serve(node, &[to], &wanted),
            Effect::Execute(ready) => self.take_block(node, ready),
            Effect::Stage(writes) => self.write(node, Write::Rows(writes)),
            Effect::Restart => self.start_again(node),
            Effect::Offered { .. } => {}
            Effect::Accepted(ids) => {
                if self.nodes[node].honest {
                    for id in ids {
                        self.oracles.outcomes.accepts(node, id);
                        self.trust(node, &id);
                    }
                }
            }
            Effect::Alarm(alarm) => self.alarm(node, &alarm),
            Effect::EpochBegan(facts) => {
                let what = format!(
                    "node {node}: nothing changes the validators, and yet {:?}",
                    facts.epoch()
                );
                self.violate("epochs", Err(what));
            }
            Effect::StateDiffers(difference) => {
                self.violate("alarm", Err(format!("node {node}: {difference}")));
            }
        }
    }

    /// Checks a batch beside the processor; its owner is convicted where that can be shown.
    fn verify(&mut self, node: usize, batch: &UnverifiedBatch, digest: Hash, from: ValidatorIndex) {
        let count = u64::from(batch.header().header.transactions).min(4_096) + 1;
        let after = 20 + count * self.nodes[node].plan.signature_ns / 1_000;
        let event = match verify_batch(&self.founding.set, batch) {
            Ok(batch) => Event::BatchVerified(Box::new(batch)),
            Err(fault) => {
                self.coverage.reach(Mark::BatchRefused);
                if fault == BatchFault::Transaction
                    && let Some(evidence) = bad_transaction(&self.founding.set, batch)
                {
                    self.event_after(node, after, Event::Evidence(Box::new(evidence)));
                }
                Event::BatchRefused {
                    digest,
                    from,
                    fault,
                }
            }
        };
        self.event_after(node, after, event);
    }

    fn indexes(&self, count: usize) -> Vec<ValidatorIndex> {
        (0..count)
            .map(|index| ValidatorIndex(small(index)))
            .collect()
    }

    pub(crate) fn event_after(&mut self, node: usize, after: u64, event: Event) {
        let generation = self.nodes[node].generation;
        self.schedule(after, Due::Event(small(node), generation, Box::new(event)));
    }

    fn alarm(&mut self, node: usize, alarm: &Alarm) {
        if !self.nodes[node].honest {
            // Whoever lends its key to a villain or a twin finds out; the honest never have a reason to.
            if let Alarm::RecordContradicted { .. } = alarm {
                self.coverage.reach(Mark::FoundOut);
            }
            return;
        }
        match alarm {
            Alarm::PeerFault { from, what } => {
                let blamed = self
                    .behind
                    .get(from.usize())
                    .is_some_and(|behind| behind.iter().all(|place| self.nodes[*place].honest));
                if blamed {
                    self.coverage.reach(Mark::HonestBlamed);
                    // Whoever passes on blocks and batches of a liar may be blamed for them, but a certificate it has checked itself.
                    if self.plan.villains.is_empty() || *what == "M3: certificate" {
                        let what = format!("node {node} blames honest node {}: {what}", from.0);
                        self.violate("blame", Err(what));
                    }
                }
            }
            Alarm::Offence { culprit, recorded } => {
                self.coverage.reach(match recorded {
                    None => Mark::OffenceSeen,
                    Some(_) => Mark::OffenceRecorded,
                });
                let accused = self.behind.get(culprit.validator.usize());
                let lies = |behind: &Vec<usize>| behind.iter().any(|it| !self.nodes[*it].honest);
                let is_liar = accused.is_some_and(lies) || self.oracles.signatures.excuses(culprit);
                let oracle = &mut self.oracles.evidence;
                let verdict = oracle.learns(node, culprit, recorded.is_some(), is_liar);
                self.violate("evidence", verdict);
            }
            Alarm::Rejoined { .. } => {
                self.nodes[node].rolled_back = false;
                self.coverage.reach(Mark::Rejoined);
            }
            Alarm::RecordContradicted { .. } if self.nodes[node].rolled_back => {
                self.coverage.reach(Mark::OldCopyFoundOut);
            }
            Alarm::RecordContradicted { .. }
            | Alarm::Conflict { .. }
            | Alarm::ResultsDiffer { .. } => {
                self.violate("alarm", Err(format!("node {node}: {alarm:?}")));
            }
        }
    }

    fn serve(&mut self, node: usize, to: &[ValidatorIndex], wanted: &Wanted) {
        match self.show_state(node, wanted) {
            Ok(Some((class, frame))) => self.post(node, to, class, &frame),
            Ok(None) => {}
            Err(error) => self.violate("storage", Err(format!("node {node}: {error}"))),
        }
    }

    /// A frame leaves a node for some peers. Oracles look at it here, where it can still be known who says it.
    fn post(&mut self, node: usize, to: &[ValidatorIndex], class: Class, frame: &Arc<[u8]>) {
        let own = self.nodes[node].index;
        let message = match PeerMessage::decode(frame) {
            Ok(message) => message,
            Err(error) => {
                return self.violate(
                    "codec",
                    Err(format!("node {node} sends what cannot be read: {error}")),
                );
            }
        };
        if !self.nodes[node].villains.is_empty() {
            for to in to.iter().filter(|to| **to != own) {
                let parcel = Parcel {
                    after_us: 0,
                    to: *to,
                    frame: Arc::clone(frame),
                };
                self.villain_sends(node, parcel);
            }
            return;
        }
        self.look_at_frame(node, &message);
        let hash = hash_bytes(frame);
        self.auditor.event(self.time, node, 8, hash);
        let view = view_of(&message);
        for to in to.iter().filter(|to| **to != own) {
            self.transmit(node, *to, class, frame, hash, view);
        }
    }

    fn look_at_frame(&mut self, node: usize, message: &PeerMessage) {
        let (honest, own) = (self.nodes[node].honest, self.nodes[node].index);
        match message {
            PeerMessage::Core { message, .. } => self.look_at_message(node, message),
            PeerMessage::Batch(batch) if batch.header().header.lane == own => {
                let verdict = self.oracles.signatures.sends_batch(
                    batch.header(),
                    honest,
                    self.nodes[node].rolled_back,
                );
                self.violate("signatures", verdict);
            }
            PeerMessage::Batch(_)
            | PeerMessage::TableRootsRequest(_)
            | PeerMessage::TableRoots(_)
            | PeerMessage::State(_) => {}
        }
    }

    fn look_at_message(&mut self, node: usize, message: &Message) {
        let (honest, own) = (self.nodes[node].honest, self.nodes[node].index);
        match message {
            Message::Vote(vote) if honest => {
                let verdict = if vote.signer == own {
                    self.oracles.signatures.votes(vote)
                } else {
                    Err(format!("node {node} sends a vote of {}", vote.signer.0))
                };
                self.violate("signatures", verdict);
                self.mark_vote(node, vote);
            }
            Message::Certificate(certificate) => {
                self.look_at_own_part(node, certificate);
                self.look_at_certificate(certificate, honest);
            }
            Message::Proposal(proposal) => {
                let block = &proposal.block.block;
                // A relayed proposal is passed on as it came, whatever its leader put into it.
                let by_leader = honest && self.founding.set.leader(block.view) == own;
                for certificate in &proposal.justification {
                    self.look_at_certificate(certificate, by_leader);
                }
                if block.view.0 >= block.parent_view.0.saturating_add(5) {
                    self.coverage.reach(Mark::LongWalk);
                }
                if block.cut.len() >= 3 {
                    self.coverage.reach(Mark::WideCut);
                }
                if self.founding.set.leader(block.view) != own {
                    return;
                }
                if honest {
                    let verdict = self.oracles.signatures.proposes(&proposal.block);
                    self.violate("signatures", verdict);
                } else if self.oracles.signatures.villain_proposes(&proposal.block) {
                    self.coverage.reach(Mark::TwoBlocks);
                }
            }
            Message::Range { finalization, .. } => {
                self.look_at_certificate(finalization, honest);
            }
            Message::OwnStatements(statements) => {
                for certificate in statements.finalization.iter() {
                    self.look_at_certificate(certificate, honest);
                }
            }
            Message::RejoinAnswer(answer) => {
                for certificate in answer.entry.iter().chain(&answer.finalization) {
                    self.look_at_certificate(certificate, honest);
                }
            }
            Message::BlockRequest { .. }
            | Message::ProposalRequest { .. }
            | Message::CertificateRequest { .. } => self.coverage.reach(Mark::WaitedAndAsked),
            Message::Vote(_)
            | Message::Watermarks(_)
            | Message::BatchRequest { .. }
            | Message::OwnStatementsRequest
            | Message::RejoinRequest { .. }
            | Message::RangeRequest { .. }
            | Message::Pruned { .. }
            | Message::Evidence(_) => {}
        }
    }

    /// What an honest validator has signed leaves in no certificate before it is synced. [R3]
    fn look_at_own_part(&mut self, node: usize, certificate: &sycee_consensus::Certificate) {
        let it = &self.nodes[node];
        if it.honest && it.name < self.plan.validators {
            let verdict = self.oracles.signatures.shows(it.index, certificate);
            self.violate("signatures", verdict);
        }
    }

    fn look_at_certificate(&mut self, certificate: &sycee_consensus::Certificate, honest: bool) {
        match self.oracles.certificates.sees(certificate, honest) {
            Ok(true) => self.mark_certificate(certificate),
            Ok(false) => {}
            Err(what) => self.violate("certificates", Err(what)),
        }
    }

    fn mark_certificate(&mut self, certificate: &sycee_consensus::Certificate) {
        let seen = &self.oracles.certificates;
        let view = certificate.view;
        if seen.notarized.contains_key(&view) && seen.nullified.contains_key(&view) {
            self.coverage.reach(Mark::BothKinds);
        }
        let ahead = View(view.0 + 3);
        let passed = seen.notarized.range(ahead..).next().is_some()
            || seen.nullified.range(ahead..).next().is_some();
        if certificate.kind == sycee_consensus::VoteKind::Finalize && passed {
            self.coverage.reach(Mark::LateFinal);
        }
    }

    fn mark_vote(&mut self, node: usize, vote: &sycee_consensus::Vote) {
        let entered = &mut self.entered[node];
        if vote.view.0 > entered.0 {
            *entered = (vote.view.0, self.time);
        }
        if vote.kind == sycee_consensus::VoteKind::Nullify {
            let leader = self.founding.set.leader(vote.view).usize();
            let down = self.behind[leader]
                .iter()
                .all(|place| !self.nodes[*place].is_up());
            let soon = 5 * u64::from(self.plan.parameters.base_delay_ms) * 1_000;
            if down && self.time.saturating_sub(self.entered[node].1) < soon {
                self.coverage.reach(Mark::LeaderSkipped);
            }
        }
    }

    /// Puts a frame on every link towards a place of the network.
    fn transmit(
        &mut self,
        from: usize,
        to: ValidatorIndex,
        class: Class,
        frame: &Arc<[u8]>,
        hash: u64,
        view: Option<u64>,
    ) {
        let count = self.behind.get(to.usize()).map_or(0, Vec::len);
        for place in 0..count {
            let to = self.behind[to.usize()][place];
            if !self.links.get(from, to).connected || !self.twins_allow(from, to, view) {
                continue;
            }
            self.traffic.frames += 1;
            self.traffic.bytes += frame.len() as u64;
            let generation = self.links.get(from, to).generation;
            let class = match class {
                Class::Votes => 0,
                Class::Blocks => 1,
                Class::Sync => 2,
                Class::Batches => 3,
            };
            for at in self
                .links
                .transit(self.time, from, to, class, frame.len())
                .into_iter()
                .flatten()
            {
                let (frame, from, to) = (Arc::clone(frame), small(from), small(to));
                let due = Due::Arrive {
                    to,
                    from,
                    link: generation,
                    frame,
                    hash,
                };
                self.schedule_at(at, due);
            }
        }
    }

    fn twins_allow(&mut self, from: usize, to: usize, view: Option<u64>) -> bool {
        match (&self.twins, view) {
            (Some(scenario), Some(view)) => {
                scenario.allows(&mut self.view_began, self.time, view, (from, to))
            }
            (Some(_) | None, _) => true,
        }
    }

    fn villain_sends(&mut self, node: usize, parcel: Parcel) {
        let mut ways = std::mem::take(&mut self.nodes[node].villains);
        let mut parcels = vec![parcel];
        for way in &mut ways {
            let mut next = Vec::new();
            for parcel in parcels {
                let Ok(message) = PeerMessage::decode(&parcel.frame) else {
                    next.push(parcel);
                    continue;
                };
                self.as_villain(node, |own| way.sends(own, parcel, &message, &mut next));
            }
            parcels = next;
        }
        self.nodes[node].villains = ways;
        self.leave_all(node, parcels);
    }

    fn villain_hears(
        &mut self,
        node: usize,
        from: ValidatorIndex,
        message: &PeerMessage,
        frame: &Arc<[u8]>,
    ) {
        let mut ways = std::mem::take(&mut self.nodes[node].villains);
        let mut parcels = Vec::new();
        for way in &mut ways {
            self.as_villain(node, |own| {
                way.hears(own, from, message, frame, &mut parcels)
            });
        }
        self.nodes[node].villains = ways;
        self.leave_all(node, parcels);
    }

    fn as_villain(&mut self, node: usize, act: impl FnOnce(&mut Own<'_>)) {
        let index = self.nodes[node].index;
        let mut own = Own {
            index,
            set: &self.founding.set,
            key: &self.keys[index.usize()],
            base_delay_us: u64::from(self.plan.parameters.base_delay_ms) * 1_000,
            dice: &mut self.villain_dice,
        };
        act(&mut own);
    }

    fn leave_all(&mut self, node: usize, parcels: Vec<Parcel>) {
        for parcel in parcels {
            if parcel.after_us == 0 {
                self.leave(node, parcel.to, &parcel.frame);
            } else {
                let (to, frame) = (parcel.to, parcel.frame);
                self.schedule(
                    parcel.after_us,
                    Due::Leave {
                        from: small(node),
                        to,
                        frame,
                    },
                );
            }
        }
    }

    /// A villain's frame leaves; it may be anything.
    pub(crate) fn leave(&mut self, node: usize, to: ValidatorIndex, frame: &Arc<[u8]>) {
        if to == self.nodes[node].index || !self.nodes[node].is_up() {
            return;
        }
        let hash = hash_bytes(frame);
        self.auditor.event(self.time, node, 9, hash);
        let (mut class, mut view) = (Class::Votes, None);
        if let Ok(message) = PeerMessage::decode(frame) {
            self.look_at_frame(node, &message);
            view = view_of(&message);
            class = match &message {
                PeerMessage::Core { message, .. } => sycee_replica::class_of(message),
                PeerMessage::Batch(_) => Class::Batches,
                PeerMessage::TableRootsRequest(_) => Class::Votes,
                PeerMessage::TableRoots(_) | PeerMessage::State(_) => Class::Sync,
            };
        }
        self.transmit(node, to, class, frame, hash, view);
    }

    fn persist(&mut self, node: usize, write: Write) {
        let it = &mut self.nodes[node];
        it.disk.push(write);
        it.disk.persists += 1;
        let persists = it.disk.persists;
        self.start_disk(node);
        let it = &mut self.nodes[node];
        if let Some((at, kept, until)) = it.crash_at
            && persists >= at
        {
            it.crash_at = None;
            self.crash(node, 0, kept);
            self.schedule_at(until.max(self.time + 1), Due::Start(small(node)));
        }
    }

    pub(crate) fn write(&mut self, node: usize, write: Write) {
        self.nodes[node].disk.push(write);
        self.start_disk(node);
    }

    fn start_disk(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        if it.disk.start() {
            let after = it.plan.sync_us + it.slow_us + self.dice.below(it.plan.sync_jitter_us + 1);
            let generation = it.generation;
            self.schedule(after, Due::Disk(small(node), generation));
        }
    }

    pub(crate) fn disk_done(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let (at, generation) = (it.paused_until, it.generation);
        if at > self.time {
            return self.schedule_at(at, Due::Disk(small(node), generation));
        }
        let Some(group) = it.disk.in_flight.take() else {
            return;
        };
        let durability = if group.token.is_some() {
            self.traffic.syncs += 1;
            Durability::Synced
        } else {
            Durability::Buffered
        };
        let _ = it.store.resume();
        if let Err(error) = it.store.write(&group.writes, durability) {
            if error.is_disk_full() {
                self.coverage.reach(Mark::DiskFull);
                self.nodes[node].disk.in_flight = Some(group);
                return self.schedule(FULL_DISK_RETRY_US, Due::Disk(small(node), generation));
            }
            // What is on the disk is unknown: the node must stop, and may start again.
            self.coverage.reach(Mark::SyncFailed);
            let kept = self.dice.chance(500);
            if kept {
                self.note_synced(node, &group.writes);
            }
            self.crash(node, if kept { u16::MAX } else { 0 }, false);
            return self.schedule(RESTART_US, Due::Start(small(node)));
        }
        self.note_synced(node, &group.writes);
        if let Some(mark) = group.mark {
            self.advance_mark(node, mark);
        }
        if let Some((height, writes, snapshot)) = group.flush {
            self.flushed(node, height, &writes, snapshot);
        }
        if let Some(token) = group.token {
            self.give(node, Job::Event(Box::new(Event::Persisted(token))));
        }
        if self.nodes[node].generation == generation {
            self.start_disk(node);
        }
    }

    /// Derived rows are on the disk; a state that is offered keeps those of this moment.
    fn flushed(
        &mut self,
        node: usize,
        height: Height,
        writes: &WriteSet,
        snapshot: Option<Box<Snapshot>>,
    ) {
        let it = &mut self.nodes[node];
        if it.store.write(writes, Durability::Buffered).is_err() {
            return;
        }
        let Some(running) = it.running.as_mut() else {
            return;
        };
        running.executor.flush_written(height);
        running.flushing = false;
        let shows = !running.snapshots.is_empty() || snapshot.is_some();
        if let Some(snapshot) = snapshot {
            let rows = it.store.view(&[Family::State, Family::Identifiers]);
            running.snapshots.push_front((*snapshot, rows));
            running.snapshots.truncate(SNAPSHOTS_MAX);
        }
        if shows {
            self.prune(node);
        }
    }

    /// Drops what is older than the plan has nodes keep, once there is a state for whoever would need it.
    fn prune(&mut self, node: usize) {
        let retention = match self.plan.retain_blocks {
            0 => return,
            blocks => Retention::Blocks(blocks),
        };
        let store = Arc::clone(&self.nodes[node].store);
        let epochs = Epochs::founded(self.founding.set.clone());
        loop {
            match prune_slice(store.as_ref(), &epochs, retention) {
                Ok(Some(slice)) if store.write(&slice.writes, Durability::Buffered).is_ok() => {
                    self.coverage.reach(Mark::BlocksPruned);
                }
                Ok(_) => return,
                Err(error) => {
                    let what = format!("node {node} cannot prune: {error}");
                    return self.violate("storage", Err(what));
                }
            }
        }
    }

    /// The answer to whoever takes a state over, out of the states this node offers.
    fn show_state(&self, node: usize, wanted: &Wanted) -> Result<Option<Answer>, JournalError> {
        let it = &self.nodes[node];
        let Some(running) = it.running.as_ref() else {
            return Ok(None);
        };
        match wanted {
            Wanted::Offer => {
                for (snapshot, _) in &running.snapshots {
                    let offer = snapshot.offer(it.store.as_ref(), &self.founding.set)?;
                    if offer.is_some() {
                        return Ok(offer);
                    }
                }
                Ok(None)
            }
            Wanted::Chunk((height, table, chunk)) => {
                let mut shown = running.snapshots.iter();
                let shown = shown.find(|(snapshot, _)| snapshot.height() == *height);
                let Some(((snapshot, rows), table)) = shown.zip(Table::from_number(*table)) else {
                    return Ok(None);
                };
                snapshot.chunk(rows, table, *chunk)
            }
            Wanted::Batch(_) | Wanted::Range(..) | Wanted::End(_) => {
                answer(it.store.as_ref(), wanted)
            }
        }
    }

    /// A node stops as the product does, with everything written, and starts again.
    fn start_again(&mut self, node: usize) {
        let it = &mut self.nodes[node];
        let _ = it.store.resume();
        it.disk.start();
        while let Some(group) = self.nodes[node].disk.in_flight.take() {
            let it = &mut self.nodes[node];
            if it.store.write(&group.writes, Durability::Synced).is_err() {
                break;
            }
            self.note_synced(node, &group.writes);
            if let Some(mark) = group.mark {
                self.advance_mark(node, mark);
            }
            if let Some((height, writes, snapshot)) = group.flush {
                self.flushed(node, height, &writes, snapshot);
            }
            self.nodes[node].disk.start();
        }
        self.crash(node, u16::MAX, true);
        self.schedule(RESTART_US, Due::Start(small(node)));
    }

    /// A write that failed at a power cut is on the disk if its rows can be read.
    pub(crate) fn note_kept(&mut self, node: usize, writes: &WriteSet) {
        let store = Arc::clone(&self.nodes[node].store);
        // The last word on each row counts.
        let mut last = BTreeMap::new();
        for op in writes.ops() {
            if let Op::Put { family, key, value } = op {
                last.insert((*family, key), value);
            }
        }
        let is_there = |((family, key), value): (&(Family, &Vec<u8>), &&Vec<u8>)| {
            let found = store.get(*family, key);
            found.is_ok_and(|found| found.as_ref() == Some(*value))
        };
        if last.iter().all(is_there) {
            self.note_synced(node, writes);
        }
    }

    /// Tells the oracles what of an honest key is on the disk now.
    pub(crate) fn note_synced(&mut self, node: usize, writes: &WriteSet) {
        let key = self.nodes[node].index;
        if !self.nodes[node].honest {
            return;
        }
        for op in writes.ops() {
            let Op::Put {
                family,
                key: row,
                value,
            } = op
            else {
                continue;
            };
            match family {
                Family::Votes => {
                    let view = row.get(8..).and_then(|view| view.try_into().ok());
                    let view = view.map(u64::from_be_bytes);
                    if let (Some(view), Ok(record)) =
                        (view, codec::decode::<ViewRecord>(value, 1 << 12))
                    {
                        self.oracles.signatures.synced(key, View(view), record);
                    }
                }
                Family::Batches => {
                    if let Ok(digest) = row.as_slice().try_into() {
                        self.oracles.signatures.synced_batch(node, Hash(digest));
                    }
                }
                Family::Blocks
                | Family::Certificates
                | Family::Results
                | Family::State
                | Family::Receipts
                | Family::Index
                | Family::Identifiers
                | Family::Staging
                | Family::Meta => {}
            }
        }
    }

    pub(crate) fn advance_mark(&mut self, node: usize, mark: sycee_replica::SigningMark) {
        let it = &mut self.nodes[node];
        let next = it.mark.raised_by(VoteMark {
            key_id: it.mark.key_id,
            epoch: mark.epoch.0,
            view: mark.view.0,
            lane_incarnation: mark.lane_incarnation,
            lane_seq: mark.lane_seq.0,
            store_sequence: it.store.sequence(),
        });
        match it.mark.check_advance(&next) {
            Ok(()) => it.mark = next,
            Err(error) => self.violate("vote mark", Err(format!("node {node}: {error}"))),
        }
    }

    /// Whether faults are over.
    pub(crate) fn is_healing(&self) -> bool {
        self.phase == Phase::Heal
    }
}

/// The view that a message is about.
fn view_of(message: &PeerMessage) -> Option<u64> {
    match message {
        PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } => Some(proposal.block.block.view.0),
        PeerMessage::Core {
            message: Message::Vote(vote),
            ..
        } => Some(vote.view.0),
        PeerMessage::Core {
            message: Message::Certificate(certificate),
            ..
        } => Some(certificate.view.0),
        PeerMessage::Core { .. }
        | PeerMessage::Batch(_)
        | PeerMessage::TableRootsRequest(_)
        | PeerMessage::TableRoots(_)
        | PeerMessage::State(_) => None,
    }
}

/// Signatures that a receiver checks before it believes the message; batches are checked in a pool.
fn signatures_in(message: &PeerMessage) -> u64 {
    match message {
        PeerMessage::Core {
            message: Message::Vote(_),
            ..
        } => 1,
        PeerMessage::Core {
            message: Message::Certificate(certificate),
            ..
        } => certificate.signatures.len() as u64,
        PeerMessage::Core {
            message: Message::Proposal(proposal),
            ..
        } => 1 + proposal.justification.len() as u64 * 3,
        PeerMessage::Core {
            message:
                Message::Range {
                    blocks,
                    finalization,
                },
            ..
        } => blocks.len() as u64 + finalization.signatures.len() as u64,
        PeerMessage::Core {
            message: Message::Evidence(_),
            ..
        } => 2,
        PeerMessage::Core {
            message: Message::OwnStatements(statements),
            ..
        } => statements.votes.len() as u64,
        PeerMessage::Core {
            message: Message::RejoinAnswer(answer),
            ..
        } => {
            let entry = answer.entry.as_ref();
            1 + entry.map_or(0, |entry| entry.signatures.len() as u64)
        }
        PeerMessage::Core { .. }
        | PeerMessage::Batch(_)
        | PeerMessage::TableRootsRequest(_)
        | PeerMessage::TableRoots(_)
        | PeerMessage::State(_) => 0,
    }
}

/// A number for each kind of event, for the auditor.
fn kind_of(event: &Event) -> u64 {
    match event {
        Event::ClientTransactions(_) => 1,
        Event::Message { .. } => 2,
        Event::BatchVerified(_) => 3,
        Event::BatchRefused { .. } => 4,
        Event::BatchLoaded(_) => 5,
        Event::Persisted(token) => 6 + token.0 * 16,
        Event::Executed(summary) => 7 + summary.height.0 * 16,
        Event::Connected(peer) => 8 + u64::from(peer.0) * 16,
        Event::Disconnected(peer) => 9 + u64::from(peer.0) * 16,
        Event::Tick => 10,
        Event::Evidence(_) => 11,
    }
}
