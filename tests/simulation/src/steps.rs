//! What a node does with an event, and what becomes of each effect.

use std::sync::Arc;

use sycee_consensus::{Alarm, Message, ValidatorIndex, ValidatorSet};
use sycee_contracts::Table;
use sycee_primitives::{Hash, Tick};
use sycee_replica::{
    Answer, BatchFault, Effect, Event, JournalError, PeerMessage, ServeRequest, UnverifiedBatch,
    Wanted, answer, bad_transaction, load_batch, verify_batch,
};

use crate::costs;
use crate::coverage::Mark;
use crate::disk::Write;
use crate::world::{Due, Job, World, small};

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
                self.frame(node, from, &frame, hash);
            }
            Job::Event(event) => {
                self.auditor.event(self.time, node, 2, kind_of(&event));
                self.step(node, *event);
            }
            Job::Request(request) => {
                self.auditor.event(self.time, node, 3, request as u64);
                self.spend(node, 1);
                self.answer_request(node, request);
            }
        }
    }

    fn frame(&mut self, node: usize, from: usize, frame: &Arc<[u8]>, hash: u64) {
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
        self.mark_arrival(node, from, &message);
        if let PeerMessage::Core { epoch, message } = &message
            && matches!(message, Message::OwnStatements(_))
        {
            self.oracles.signatures.hears(node, from, *epoch, hash);
        }
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
            | PeerMessage::State(_)
            | PeerMessage::LeftOverRequest
            | PeerMessage::LeftOver(..) => {}
        }
    }

    /// Feeds one event to a replica and performs its effects in order.
    pub(crate) fn step(&mut self, node: usize, event: Event) {
        let now = self.nodes[node].now(self.time);
        let Some(running) = self.nodes[node].running.as_mut() else {
            return;
        };
        let (estimate, before) = (costs::estimated(&event), costs::checked());
        let effects = running.replica.step(now, event);
        self.spend(node, estimate + (costs::checked() - before));
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
        self.watch_node(node);
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
                set,
            } => self.verify(node, &set, &batch, (digest, from)),
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
            Effect::EpochBegan(facts) => self.epoch_began(node, *facts),
            Effect::StateDiffers(difference) => {
                self.violate("alarm", Err(format!("node {node}: {difference}")));
            }
        }
    }

    /// Checks a batch beside the processor; its owner is convicted where that can be shown.
    fn verify(
        &mut self,
        node: usize,
        set: &ValidatorSet,
        batch: &UnverifiedBatch,
        (digest, from): (Hash, ValidatorIndex),
    ) {
        let count = u64::from(batch.header().header.transactions).min(4_096) + 1;
        let after = self.check_in_pool(node, count);
        let event = match verify_batch(set, batch) {
            Ok(batch) => Event::BatchVerified(Box::new(batch)),
            Err(fault) => {
                self.coverage.reach(Mark::BatchRefused);
                if fault == BatchFault::Transaction
                    && let Some(evidence) = bad_transaction(set, batch)
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
                let is_known = !self.plan.villains.is_empty() && may_be_passed_on(what);
                if blamed && !is_known {
                    let what = format!("node {node} blames honest node {}: {what}", from.0);
                    self.violate("blame", Err(what));
                }
            }
            Alarm::Offence { culprit, recorded } => {
                self.coverage.reach(match recorded {
                    None => Mark::OffenceSeen,
                    Some(_) => Mark::OffenceRecorded,
                });
                let accused = self.node_behind(culprit);
                let accused = accused.and_then(|accused| self.behind.get(accused.usize()));
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
        match self.show_state(node, to, wanted) {
            Ok(Some((class, frame))) => self.post(node, to, class, &frame),
            Ok(None) => {}
            Err(error) => self.violate("storage", Err(format!("node {node}: {error}"))),
        }
    }

    /// The answer to whoever takes a state over, out of the states this node offers.
    fn show_state(
        &mut self,
        node: usize,
        to: &[ValidatorIndex],
        wanted: &Wanted,
    ) -> Result<Option<Answer>, JournalError> {
        let now = Tick(self.time);
        let it = &mut self.nodes[node];
        let Some(running) = it.running.as_mut() else {
            return Ok(None);
        };
        match wanted {
            Wanted::Offer(asker) => {
                for (snapshot, _) in running.snapshots.newest() {
                    let offer = snapshot.offer(it.store.as_ref(), &it.epochs, *asker)?;
                    if offer.is_some() {
                        return Ok(offer);
                    }
                }
                Ok(None)
            }
            Wanted::Chunk((height, table, chunk)) => {
                let asker = to.first().copied().unwrap_or_default();
                let shown = running.snapshots.asked(now, asker, *height);
                let Some(((snapshot, rows), table)) = shown.zip(Table::from_number(*table)) else {
                    return Ok(None);
                };
                snapshot.chunk(rows, table, *chunk)
            }
            Wanted::Batch(_) | Wanted::Lost(_) | Wanted::Range(..) | Wanted::End(_) => {
                answer(it.store.as_ref(), wanted)
            }
        }
    }
}

/// Whether an honest node may pass on what is wrong so: blocks and batches that a liar has signed, whose content it does not judge before.
fn may_be_passed_on(what: &str) -> bool {
    let is_of_block = what.starts_with("V8: ") && what != "V8: leader's signature";
    is_of_block || what.starts_with("E4: ") || what.starts_with("batch: ")
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
