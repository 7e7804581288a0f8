//! The core: one state, one door.
//!
//! ```text
//!   step(now, input)
//!     1 take the input            messages (learn), batches, syncs, results
//!     2 settle                    deliver, judge the pending proposal, propose, timers, watermarks, fetches
//!     3 close the outbox          one Persist for all records of the step
//! ```
//! Everything here is one owner's state; the files beside it each hold one concern of the same `impl Core`.

mod deliver;
mod evidence;
mod fingerprint;
mod interface;
mod judge;
mod learn;
mod omission;
mod outbox;
mod propose;
mod rejoin;
mod repair;
mod restart;
mod results;
mod work;

use sycee_primitives::{Hash, Tick, planted};

use evidence::Offences;
pub use interface::{
    Alarm, Config, FinalBlock, Input, Journal, LaneTip, Output, Record, Status, Token,
};
use outbox::{Outbox, Release};
use results::{Own, Results};

use crate::{
    BatchHeader, Certificate, InvalidTransaction, LaneEntry, Message, Now, Parameters, Proposal,
    Seq, SignedHeader, ValidatorIndex, ValidatorSet, View, ViewRecord, VoteKind,
    fetch::{Fetches, Want},
    lanes::Lanes,
    pace::Pace,
    record::{Gate, Slot, VoteContext},
    tree::Tree,
    votes::VotePool,
};

/// Why a node gave its view up. [P2][V12][V14][V19][V21]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
enum Cause {
    Timeout,
    Skip,
    Invalid,
    Leader,
}

/// A proposal of the current view that is not decided yet.
#[derive(Clone)]
struct Pending {
    proposal: Proposal,
    /// Rho: when the whole proposal first came. [V9][V24]
    arrived: Now,
    /// Per lane the tip that no cut may leave out, as it stood at rho. [V24]
    overdue: Vec<Option<LaneEntry>>,
    /// Refused for good without giving the view up, or voted for. [V9]
    decided: bool,
}

/// Everything that belongs to one view and dies with it.
#[derive(Clone)]
struct Turn {
    view: View,
    entered: Tick,
    /// The certificate by which the view was entered. [V2][V17]
    entry: Option<Certificate>,
    /// s: when there first was work in this view. [P1][Q6]
    work_since: Option<Tick>,
    pending: Option<Pending>,
    own_proposal: Option<Proposal>,
    gave_up: Option<Cause>,
    /// When this node repeats itself next. [V17]
    resend_due: Tick,
}

impl Turn {
    fn new(view: View, entered: Tick, entry: Option<Certificate>, resend_due: Tick) -> Turn {
        let (work_since, pending, own_proposal, gave_up) = (None, None, None, None);
        Turn {
            view,
            entered,
            entry,
            work_since,
            pending,
            own_proposal,
            gave_up,
            resend_due,
        }
    }
}

/// Own watermark messages. [W1][W2]
#[derive(Clone)]
struct Announcer {
    counter: u64,
    sent: Vec<(Seq, Hash)>,
    sent_executed: (sycee_primitives::Height, sycee_primitives::Height),
    sent_at: Option<Tick>,
    /// Last counter taken from each validator.
    taken: Vec<u64>,
}

/// The ordering core of one node. A copy is another future of the same node, for checkers; two copies must never both reach the world.
#[derive(Clone)]
pub struct Core {
    set: ValidatorSet,
    parameters: Parameters,
    /// The signing gate; `None` for observers.
    gate: Option<Gate>,
    lanes: Lanes,
    tree: Tree,
    votes: VotePool,
    offences: Offences,
    /// The network's one signature predicate over transactions. [E2]
    invalid_transaction: InvalidTransaction,
    pace: Pace,
    fetches: Fetches,
    results: Results,
    turn: Turn,
    /// First proposal of the next view. [B2]
    next_proposal: Option<Pending>,
    /// The view whose notarization came quickly, while it is not final. [P3]
    quick_view: Option<View>,
    announcer: Announcer,
    connected: Vec<bool>,
    heard: Vec<Tick>,
    /// When each peer was last helped on because it was behind. [V17]
    helped: Vec<Option<Tick>>,
    /// Until when the clock that runs only while there is work was advanced, and what it shows. [V21]
    worked: (Option<Tick>, u64),
    /// What that clock showed when each validator was last heard. [V21]
    heard_at_worked: Vec<u64>,
    /// View of the last own proposal that raised exec, while it is not notarized. [X5]
    raised_in: Option<View>,
    /// Highest final height whose finalization is synced: what may be delivered. [R4]
    deliverable: sycee_primitives::Height,
    /// Highest final height whose block had an effect. [Q3]
    effect_height: sycee_primitives::Height,
    /// When the state changes by itself next, as execution said last. [Q9]
    next_due: Option<sycee_primitives::BlockTime>,
    /// When the leader may propose what it already has. [V23]
    proposal_due: Option<Tick>,
    /// When the own clock has caught up with the pending proposal's. [V9]
    judge_due: Option<Tick>,
    /// When the view's timers next have something to do.
    timer_due: Option<Tick>,
    /// Own proposals whose record is not synced: they leave in no form. [R3]
    unsynced_proposals: std::collections::BTreeSet<Hash>,
    /// Certificates that the restored own votes already make (a set of one validator).
    restored: Vec<Certificate>,
    /// T_r runs at least once after a start. [Q7]
    resent_since_start: bool,
    has_stopped_for_results: bool,
    memory: rejoin::Memory,
    /// The end of the epoch was told. [T4]
    has_ended: bool,
    outbox: Outbox,
    out: Vec<Output>,
}

impl Core {
    /// Feeds one input and returns what is to be done, in order.
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Output> {
        for certificate in std::mem::take(&mut self.restored) {
            self.learn(now, &certificate);
        }
        match input {
            Input::Message { from, message } => self.take_message(now, from, message),
            Input::Batch(signed) => self.take_batch(now, &signed),
            Input::Poisoned(signed) => self.take_poisoned(&signed),
            Input::Evidence(evidence) => self.take_own_evidence(*evidence),
            Input::Seal {
                transactions,
                bytes,
                payload_root,
            } => self.seal(now, transactions, bytes, payload_root),
            Input::Persisted(token) => self.take_synced(now, token),
            Input::Executed {
                height,
                results,
                state_root,
                next,
                next_due,
                effect,
            } => {
                let own = Own {
                    results,
                    state_root,
                    next,
                };
                self.results.record(height, own);
                self.next_due = next_due;
                if effect {
                    self.effect_height = self.effect_height.max(height);
                }
            }
            Input::Connected(peer) => self.take_connected(now, peer),
            Input::Disconnected(peer) => {
                if let Some(connected) = self.connected.get_mut(peer.usize()) {
                    *connected = false;
                }
            }
            Input::Tick => {}
        }
        self.settle(now);
        let persist = self.outbox.close();
        if planted!("no-sync") {
            self.take_synced(now, Token(u64::MAX));
        }
        self.out.extend(persist);
        std::mem::take(&mut self.out)
    }

    /// Brings the state to rest after an input: every rule that could act now has acted.
    fn settle(&mut self, now: Now) {
        self.compare_results();
        self.deliver_ready(now);
        self.follow_taken(now);
        self.refresh_work(now);
        self.judge_pending(now);
        self.propose_if_due(now);
        self.check_timers(now);
        self.announce(now);
        self.repair(now);
        self.keep_rejoining(now);
    }

    /// When `Input::Tick` is due at the latest; `None` while silent.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<Tick> {
        [
            self.timer_due,
            self.proposal_due,
            self.judge_due,
            self.announce_due(),
            self.resend_due(),
            self.fetches.next_due(),
            self.memory_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Whether a batch is worth verifying: unknown, above the delivered cut, inside the window or named by a block. [L6]
    #[must_use]
    pub fn wants_batch(&self, header: &BatchHeader, digest: &Hash) -> bool {
        let lane = header.lane;
        self.set.key(lane).is_some()
            && header.seq > self.lanes.base(lane).seq
            && !self.lanes.knows(lane, digest)
            && (self.me() != Some(lane) && self.lanes.would_take(header)
                || self.lanes.is_demanded(header, digest)
                || self.is_batch_named(digest))
    }

    /// A batch came from this peer, wanted or not: if it was asked for it, it has answered. [W5]
    pub fn batch_came(&mut self, from: ValidatorIndex, digest: &Hash) {
        self.fetches.answered(from, Want::Batch(*digest));
    }

    /// Bytes that the own lane may still take before it must wait for finality, or for another view. [L2][L11]
    #[must_use]
    pub fn room_bytes(&self) -> u64 {
        let can_sign = self.gate.as_ref().zip(self.own_entry());
        if can_sign.is_none_or(|(gate, entry)| gate.next_slot(self.turn.view, entry).is_none())
            || self.tree.final_view() < self.memory.lane_reach()
        {
            return 0;
        }
        if planted!("window") {
            return u64::MAX;
        }
        self.parameters
            .lane_window_bytes
            .saturating_sub(self.window_used_bytes())
    }

    /// Batches of a lane that this node knows and that no delivered block has ordered, lowest first. [L14]
    #[must_use]
    pub fn unordered(&self, lane: ValidatorIndex) -> Vec<Hash> {
        self.lanes.unordered(lane)
    }

    /// A picture for status pages and tests.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            view: self.turn.view,
            final_height: self.tree.final_ledger_height(),
            delivered: self.tree.delivered().height(),
            executed: self.results.executed(),
            leader: self.set.leader(self.turn.view),
            delay_us: self.pace.delay_us(),
            window_used_bytes: self.window_used_bytes(),
            stopped: self.gate.as_ref().is_some_and(Gate::is_stopped),
            quarantined: self.is_quarantined(),
            recollecting: self.is_recollecting(),
        }
    }

    fn window_used_bytes(&self) -> u64 {
        let own = self.me().zip(self.own_entry());
        own.map_or(0, |(me, entry)| self.lanes.bytes_above(me, entry))
    }

    /// Place of the own lane in the highest final cut.
    fn own_entry(&self) -> Option<LaneEntry> {
        self.tree.final_tip().cut.get(self.me()?.usize()).copied()
    }

    fn me(&self) -> Option<ValidatorIndex> {
        self.gate.as_ref().map(Gate::me)
    }

    fn is_leader(&self) -> bool {
        self.me() == Some(self.set.leader(self.turn.view)) || planted!("V3")
    }

    fn own_record(&self, view: View) -> ViewRecord {
        self.gate
            .as_ref()
            .map(|gate| gate.record(view))
            .unwrap_or_default()
    }

    /// The one way to a vote: gate, record, then the vote waits for the disk. [R1][R3]
    fn vote(&mut self, kind: VoteKind, view: View, digest: Hash) -> bool {
        let context = VoteContext {
            in_view: view == self.turn.view,
            notarized: self
                .tree
                .notarization(view)
                .map(|certificate| certificate.digest),
        };
        let Some(gate) = &mut self.gate else {
            return false;
        };
        let Some((vote, record)) = gate.try_vote(&self.set, kind, view, digest, context) else {
            return false;
        };
        self.outbox.record(Record::View(view, record));
        if planted!("B1")
            && let Some(certificate) = self.votes.insert(&self.set, &vote)
        {
            self.spread(&certificate);
        }
        self.outbox.release_when_synced(Release::Vote(vote));
        true
    }

    fn fault(&mut self, from: ValidatorIndex, what: &'static str) {
        self.out
            .push(Output::Alarm(Alarm::PeerFault { from, what }));
    }

    /// Turns a payload into the next batch of the own lane, if the window has room. [L1][L2]
    fn seal(&mut self, now: Now, transactions: u32, bytes: u64, payload_root: Hash) {
        if bytes > self.room_bytes() {
            return;
        }
        let Some(entry) = self.own_entry() else {
            return;
        };
        let (set, time, view) = (&self.set, now.wall, self.turn.view);
        let Some(gate) = &mut self.gate else { return };
        let (epoch, lane) = (set.epoch(), gate.me());
        let make = |slot: Slot| BatchHeader {
            epoch,
            lane,
            incarnation: slot.incarnation,
            seq: slot.seq,
            parent: slot.parent,
            time,
            transactions,
            bytes,
            payload_root,
        };
        let Some(signed) = gate.next_header(set, view, entry, make) else {
            return;
        };
        self.out.push(Output::Sealed(signed.clone()));
        if planted!("L6a") {
            let digest = signed.header.digest(&self.set);
            self.out.push(Output::BroadcastBatch { digest });
        }
        self.keep_batch(now, &signed, true);
    }

    /// The own lane goes on in another life: after a lost record, or when this one is worth nothing to others. [L11]
    pub(super) fn end_lane_life(&mut self) {
        let Some(gate) = &mut self.gate else { return };
        let (me, signed) = (gate.me(), gate.end_lane_life());
        let digests = self.lanes.give_up(me, &signed);
        if !digests.is_empty() {
            self.out.push(Output::Abandoned { digests });
        }
    }

    /// [L13]
    fn take_poisoned(&mut self, signed: &SignedHeader) {
        let digest = signed.header.digest(&self.set);
        self.lanes.poison(&signed.header, digest);
        if self.me() == Some(signed.header.lane) && !planted!("L6c") {
            self.end_lane_life();
        }
    }

    /// Tells the lanes which branch the notarized line has taken. [L12]
    fn follow_taken(&mut self, now: Now) {
        if let Some(placed) = self
            .expected_parent()
            .and_then(|digest| self.tree.get(&digest))
        {
            self.lanes.take(now.tick, &placed.cut);
        }
    }

    /// A batch that the shell has verified. [L3][L5][L6]
    fn take_batch(&mut self, now: Now, signed: &SignedHeader) {
        let digest = signed.header.digest(&self.set);
        self.doubt_header(&signed.header, digest);
        // An own batch comes back from others only when they go by it: after a lost record. [L11]
        let is_welcome = if self.me() == Some(signed.header.lane) {
            self.lanes.is_demanded(&signed.header, &digest)
        } else {
            self.lanes.takes_unnamed(&signed.header, &digest)
        };
        // Looked for last: it walks through every block that waits for a batch.
        let named = !is_welcome && self.is_batch_named(&digest);
        if self.me() != Some(signed.header.lane) || named || is_welcome {
            self.keep_batch(now, signed, named);
        }
        for (one, other) in self.lanes.take_pairs() {
            self.note_double_header(&one, &other);
        }
    }

    fn keep_batch(&mut self, now: Now, signed: &SignedHeader, named: bool) {
        let digest = signed.header.digest(&self.set);
        if self.lanes.insert(now.tick, digest, signed, named) {
            self.outbox.record(Record::Batch(signed.clone()));
            self.outbox.release_when_synced(Release::Batch {
                lane: signed.header.lane,
                digest,
            });
        }
    }

    /// Whether the pending proposal, a notarized or a final block needs this very batch. [L5]
    fn is_batch_named(&self, digest: &Hash) -> bool {
        self.missing_batches()
            .iter()
            .any(|missing| missing.digest == *digest)
    }

    /// Records up to `token` are synced. [R3][R4]
    fn take_synced(&mut self, now: Now, token: Token) {
        for release in self.outbox.synced(token) {
            // [J1] What was signed before the record was found wanting does not leave any more.
            let own = matches!(release, Release::Vote(_) | Release::Proposal(_));
            if own && self.is_quarantined() {
                continue;
            }
            match release {
                Release::Rejoined => self.rejoined(),
                Release::Vote(vote) => {
                    self.out
                        .push(Output::BroadcastToValidators(Message::Vote(vote.clone())));
                    self.tally(now, &vote);
                }
                Release::Proposal(proposal) => {
                    self.turn_proposal_out(*proposal);
                }
                Release::Batch { lane, digest } => {
                    if self.me() == Some(lane) {
                        self.out.push(Output::BroadcastBatch { digest });
                        self.out.push(Output::OwnBatchSynced { digest });
                    }
                    self.lanes.synced(now.tick, lane, &digest);
                }
                Release::Final(certificate) => {
                    if let Some(placed) = self.tree.get(&certificate.digest) {
                        self.deliverable = self.deliverable.max(placed.height());
                    } else if self.tree.final_view() >= certificate.view {
                        self.deliverable = self.deliverable.max(self.tree.delivered().height());
                    }
                }
            }
        }
    }

    fn turn_proposal_out(&mut self, proposal: Proposal) {
        self.unsynced_proposals
            .remove(&proposal.block.block.digest(&self.set));
        if proposal.block.block.view == self.turn.view {
            self.turn.own_proposal = Some(proposal.clone());
        }
        self.out
            .push(Output::Broadcast(Message::Proposal(proposal)));
    }

    /// Full cut of the highest final block.
    fn final_cut(&self) -> Vec<LaneEntry> {
        self.tree.final_tip().cut.clone()
    }
}
