//! Getting back to signing: recollection at every start, quarantine after the vote record is lost or contradicted. [J1]-[J7]
//!
//! ```text
//!   start --> recollecting: "what has my key signed?" --f+1 answers--> signing
//!                  |  something the record lacks                                             |  the same, at any later moment
//!                  v                                                                         v
//!             quarantined: learns, serves, signs nothing  --2f+1 answers: min_sign_view = M + 2--> view reached, everything
//!                  ^                                                                               final held and executed
//!   recover -------'                                                                          --> signing, in a new incarnation
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash as _, Hasher},
};

use sycee_primitives::{Hash, Tick, planted};

use super::{Alarm, Core, Output, Record, Release};
use crate::{
    BatchHeader, Block, Certificate, Message, Now, OwnStatements, Quarantine, RejoinAnswer,
    ValidatorIndex, View, Vote, VoteKind, record::Closed,
};

/// Votes in one answer to a node that recollects. [M6][J2]
const STATEMENTS_MAX: usize = 8;
/// How often one peer's request may make others work, microseconds. [J7]
const WORK_FOR_REJOINER_US: u64 = 10_000_000;
/// Views that one request may make others pass. [J7]
const VIEWS_FOR_REJOINER_MAX: u64 = 4;

/// Asking what the own key has signed. [J2]
#[derive(Clone)]
pub(super) struct Recollection {
    asked_at: Option<Tick>,
    /// Who has answered, and the view of the finalization that came with it.
    answered: BTreeMap<ValidatorIndex, View>,
}

/// The way out of quarantine. [J4][J5]
#[derive(Clone)]
pub(super) struct Rejoin {
    state: Quarantine,
    challenge: Hash,
    answers: BTreeMap<ValidatorIndex, View>,
    /// Enough have answered since this start: what an earlier one was told may be older than what this key has signed. [J4]
    is_counted: bool,
    /// View of the highest finalization seen in the answers.
    reach: View,
    asked_at: Option<Tick>,
    /// The end is recorded and waits for the disk.
    ending: bool,
}

/// Everything about memory: the own, lost or not, and that of others.
#[derive(Clone)]
pub(super) struct Memory {
    recollection: Option<Recollection>,
    /// Who has answered what this start asked, in time or too late; `None` when it asked nothing. [J2][J3]
    told: Option<BTreeSet<ValidatorIndex>>,
    rejoin: Option<Rejoin>,
    /// Fresh bytes of this process, and requests made out of them.
    challenge: (Hash, u64),
    /// Per peer: when a request of it last made this node work. [J7]
    worked_for: Vec<Option<Tick>>,
    /// Per peer: when it was last answered.
    answered_at: Vec<Option<Tick>>,
    /// Below this view there is work, for a peer's sake. [J7]
    target: View,
    /// The own lane does not grow before this view is final: a final cut may show more of it than the record. [J2]
    lane_reach: View,
}

impl Memory {
    pub(super) fn new(validators: usize, challenge: Hash) -> Memory {
        Memory {
            recollection: None,
            told: None,
            rejoin: None,
            challenge: (challenge, 0),
            worked_for: vec![None; validators],
            answered_at: vec![None; validators],
            target: View(0),
            lane_reach: View(0),
        }
    }

    pub(super) fn lane_reach(&self) -> View {
        self.lane_reach
    }

    /// What is known of the lost record and what holds signing back; numbers that are only fresh are left out. For [`Core::fingerprint`].
    pub(super) fn fingerprint(&self, into: &mut impl Hasher) {
        let Memory {
            recollection,
            told,
            rejoin,
            challenge: _,
            worked_for: _,
            answered_at: _,
            target,
            lane_reach,
        } = self;
        (target, lane_reach, told).hash(into);
        let answered = recollection.as_ref().map(|recollection| {
            let Recollection {
                asked_at: _,
                answered,
            } = recollection;
            answered
        });
        answered.hash(into);
        rejoin.is_some().hash(into);
        if let Some(rejoin) = rejoin {
            let Rejoin {
                state,
                challenge: _,
                answers,
                is_counted,
                reach,
                asked_at: _,
                ending,
            } = rejoin;
            (state, answers, is_counted, reach, ending).hash(into);
        }
    }

    fn fresh_challenge(&mut self) -> Hash {
        self.challenge.1 += 1;
        Hash::of(&[&self.challenge.0.0, &self.challenge.1.to_le_bytes()])
    }

    fn start_rejoin(&mut self, state: Quarantine) {
        self.recollection = None;
        self.rejoin = Some(Rejoin {
            state,
            challenge: self.fresh_challenge(),
            answers: BTreeMap::new(),
            is_counted: state.min_sign_view > View(0) && planted!("J4-old"),
            reach: View(0),
            asked_at: None,
            ending: false,
        });
    }
}

impl Core {
    /// What the journal says of a lost record, or else the questions of every start. [J1][J2]
    pub(super) fn restore_memory(&mut self, quarantine: Quarantine) {
        let others = self.set.size().saturating_sub(1);
        if quarantine.min_sign_view > View(0) {
            self.bar_below(quarantine.min_sign_view);
        }
        let Some(gate) = &mut self.gate else { return };
        if quarantine.active {
            gate.close(Closed::Quarantined);
            self.memory.start_rejoin(quarantine);
        } else if self.parameters.recollect_us > 0
            && others >= self.set.availability()
            && !planted!("S4")
        {
            gate.close(Closed::Recollecting);
            self.memory.told = Some(BTreeSet::new());
            self.memory.recollection = Some(Recollection {
                asked_at: None,
                answered: BTreeMap::new(),
            });
        }
    }

    /// Whether this validator is in quarantine. [J1]
    pub(super) fn is_quarantined(&self) -> bool {
        self.gate
            .as_ref()
            .is_some_and(|gate| gate.closed() == Some(Closed::Quarantined))
    }

    /// Whether this validator waits to be told what its key has signed. [J2]
    pub(super) fn is_recollecting(&self) -> bool {
        self.memory.recollection.is_some()
    }

    /// What a newly connected peer is asked. [J2][J4]
    pub(super) fn questions(&self) -> Option<Message> {
        if self.memory.recollection.is_some() {
            return Some(Message::OwnStatementsRequest);
        }
        self.memory.rejoin.as_ref().map(Rejoin::request)
    }

    /// When memory needs a tick. [J2][J4]
    pub(super) fn memory_due(&self) -> Option<Tick> {
        let recollection = self.memory.recollection.as_ref().map(|recollection| {
            let again = |at: Tick| at.plus(self.parameters.recollect_us);
            recollection.asked_at.map_or(Tick(0), again)
        });
        // Its end only waits for the disk: nothing is asked any more.
        let rejoin = self
            .memory
            .rejoin
            .as_ref()
            .filter(|it| !it.ending || planted!("J5"));
        let rejoin = rejoin.map(|rejoin| {
            rejoin
                .asked_at
                .map_or(Tick(0), |at| at.plus(self.pace.resend_us()))
        });
        recollection.into_iter().chain(rejoin).min()
    }

    /// Work for the sake of one that rejoins: it may only sign in later views. [J7]
    pub(super) fn has_work_for_rejoiner(&self) -> bool {
        self.turn.view < self.memory.target && !planted!("B11")
    }

    /// Ends recollection and quarantine when their conditions hold; asks again when it is time. [J2][J4][J5]
    pub(super) fn keep_rejoining(&mut self, now: Now) {
        self.recollect(now);
        self.ask_again(now);
        self.count_answers();
        self.end_quarantine_if_due();
    }

    /// Until enough have told, nothing is signed, however long that takes: who cannot reach them is part of no quorum either. [J2]
    fn recollect(&mut self, now: Now) {
        let enough = self.set.availability();
        let interval_us = self.parameters.recollect_us;
        let (final_view, delivered) =
            (self.tree.final_view(), self.tree.waiting().next().is_none());
        let Some(recollection) = &mut self.memory.recollection else {
            return;
        };
        // Old batches of the own lane may be final at the others and forgotten there: the chain itself shows them.
        let reached = recollection
            .answered
            .values()
            .all(|reach| *reach <= final_view);
        if recollection.answered.len() >= enough && reached && delivered {
            self.memory.recollection = None;
            if let Some(gate) = &mut self.gate {
                gate.end_recollection();
            }
            return;
        }
        let due = recollection
            .asked_at
            .is_none_or(|at| now.tick >= at.plus(interval_us));
        if due {
            recollection.asked_at = Some(now.tick);
            let question = Message::OwnStatementsRequest;
            self.out.push(Output::BroadcastToValidators(question));
        }
    }

    fn ask_again(&mut self, now: Now) {
        let resend_us = self.pace.resend_us();
        let Some(rejoin) = &mut self.memory.rejoin else {
            return;
        };
        let due = rejoin
            .asked_at
            .is_none_or(|at| now.tick >= at.plus(resend_us));
        if due && !rejoin.ending {
            rejoin.asked_at = Some(now.tick);
            self.out
                .push(Output::BroadcastToValidators(rejoin.request()));
        }
    }

    /// With enough answers the view is known below which nothing is ever signed. [J4]
    fn count_answers(&mut self) {
        let (faults, enough) = (self.set.faults(), 2 * self.set.faults() + 1);
        let Some(rejoin) = &mut self.memory.rejoin else {
            return;
        };
        // Without a single faulty validator allowed, answers prove nothing: only a high-water mark helps. [J4]
        if faults == 0 || rejoin.is_counted || rejoin.answers.len() < enough {
            return;
        }
        rejoin.is_counted = true;
        let highest = rejoin.answers.values().max().copied().unwrap_or_default();
        let above = if planted!("M+2") { 1 } else { 2 };
        let told = View(highest.0.saturating_add(above));
        rejoin.state.min_sign_view = rejoin.state.min_sign_view.max(told);
        let state = rejoin.state;
        self.bar_below(state.min_sign_view);
        self.outbox.record(Record::Quarantine(state));
    }

    /// [J5]
    fn end_quarantine_if_due(&mut self) {
        let (enough, faults) = (self.set.availability(), self.set.faults());
        let complete = self.tree.waiting().next().is_none()
            && self.tree.target().is_none()
            && self.results.executed() >= self.tree.final_height()
            || planted!("S5");
        let (view, final_view) = (self.turn.view, self.tree.final_view());
        let Some(rejoin) = &mut self.memory.rejoin else {
            return;
        };
        let is_barred = rejoin.state.min_sign_view > View(0);
        // Alone, only the high-water mark outside the store has told it.
        let is_told = rejoin.is_counted || faults == 0;
        let known = is_barred && is_told && rejoin.answers.len() >= enough;
        if rejoin.ending
            || !known
            || !complete
            || view < rejoin.state.min_sign_view
            || final_view < rejoin.reach
        {
            return;
        }
        rejoin.ending = true;
        rejoin.state.active = false;
        let state = rejoin.state;
        self.outbox.record(Record::Quarantine(state));
        self.outbox.release_when_synced(Release::Rejoined);
    }

    /// The end of quarantine is on the disk. [J5]
    pub(super) fn rejoined(&mut self) {
        let Some(rejoin) = self.memory.rejoin.take_if(|rejoin| rejoin.ending) else {
            return;
        };
        if let Some(gate) = &mut self.gate {
            gate.end_quarantine();
        }
        let since = rejoin.state.min_sign_view;
        self.out.push(Output::Alarm(Alarm::Rejoined { since }));
    }

    /// The own key has signed what the record lacks: a copy of this node runs somewhere, or an old record was put back. [J3]
    pub(super) fn quarantine(&mut self, view: View, what: &'static str) {
        let Some(gate) = &mut self.gate else { return };
        if gate.closed() >= Some(Closed::Quarantined) {
            return;
        }
        gate.close(Closed::Quarantined);
        let state = Quarantine {
            active: true,
            ..Quarantine::default()
        };
        self.memory.start_rejoin(state);
        self.outbox.record(Record::Quarantine(state));
        self.turn.own_proposal = None;
        self.out
            .push(Output::Alarm(Alarm::RecordContradicted { view, what }));
    }

    /// Looks for own signatures that the record lacks. [J3]
    pub(super) fn doubt_vote(&mut self, vote: &Vote) {
        if self.me() == Some(vote.signer)
            && !planted!("J3")
            && self.lacks(vote.kind, vote.view, vote.digest)
            && vote.verify(&self.set)
        {
            self.quarantine(vote.view, "J3: a vote");
        }
    }

    /// The same for a verified certificate. [J3]
    pub(super) fn doubt_certificate(&mut self, certificate: &Certificate) {
        let Some(me) = self.me() else { return };
        if self.lacks(certificate.kind, certificate.view, certificate.digest)
            && certificate.signers(&self.set).any(|signer| signer == me)
        {
            self.quarantine(certificate.view, "J3: a vote in a certificate");
        }
    }

    /// The same for a block whose leader's signature holds. [J3]
    pub(super) fn doubt_block(&mut self, block: &Block) {
        let leader = self.set.leader(block.view);
        let Some(gate) = self.gate.as_ref().filter(|gate| gate.me() == leader) else {
            return;
        };
        let recorded = gate.record(block.view).proposed;
        if gate.may_contradict(block.view) && recorded != Some(block.digest(&self.set)) {
            self.quarantine(block.view, "J3: a proposal");
        }
    }

    fn lacks(&self, kind: VoteKind, view: View, digest: Hash) -> bool {
        self.gate.as_ref().is_some_and(|gate| {
            let record = gate.record(view);
            let recorded = match kind {
                VoteKind::Notarize => record.notarized == Some(digest),
                VoteKind::Nullify => record.nullified,
                VoteKind::Finalize => record.finalized == Some(digest),
            };
            gate.may_contradict(view) && !recorded
        })
    }

    /// A peer that has just started asks what its key has signed. [J2]
    pub(super) fn serve_own_statements(&mut self, now: Now, from: ValidatorIndex) {
        if !self.may_answer(now, from, self.parameters.base_delay_us) {
            return;
        }
        let votes = self.votes.newest_of(from, STATEMENTS_MAX);
        let message = Message::OwnStatements(Box::new(OwnStatements {
            votes,
            header: self.lanes.newest_header(from),
            finalization: self.tree.finalization().cloned(),
        }));
        self.out.push(Output::Send { to: from, message });
    }

    /// [J2][J3]
    pub(super) fn take_own_statements(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        statements: OwnStatements,
    ) {
        let OwnStatements {
            votes,
            header,
            finalization,
        } = statements;
        // Only what was asked for, and once from each: everything here costs signature checks. What comes when enough others have
        // answered may still show what they did not know.
        let is_news = |told: &mut BTreeSet<ValidatorIndex>| told.insert(from);
        if self.set.key(from).is_none() || !self.memory.told.as_mut().is_some_and(is_news) {
            return;
        }
        if votes.len() > STATEMENTS_MAX {
            return self.fault(from, "J2: too many statements");
        }
        for vote in &votes {
            self.doubt_vote(vote);
        }
        if let Some(signed) = header {
            let (header, digest) = (&signed.header, signed.header.digest(&self.set));
            if Some(header.lane) == self.me() && signed.verify(&self.set) {
                self.doubt_header(header, digest);
            }
        }
        let mut reach = View(0);
        if let Some(finalization) = finalization {
            if finalization.kind != VoteKind::Finalize {
                return self.fault(from, "J2: finalization");
            }
            self.take_certificate(now, from, &finalization);
            // What did not hold was not taken, and is not waited for.
            let target = self.tree.target().map(|target| target.view);
            let known = target.unwrap_or_default().max(self.tree.final_view());
            reach = finalization.view.min(known);
        }
        if let Some(recollection) = &mut self.memory.recollection {
            recollection.answered.insert(from, reach);
            self.memory.lane_reach = self.memory.lane_reach.max(reach);
        }
    }

    /// A header of the own lane, whose signature was checked, that the record lacks. [J3]
    pub(super) fn doubt_header(&mut self, header: &BatchHeader, digest: Hash) {
        let lacks = |gate: &crate::record::Gate| gate.lacks_header(header, &digest);
        if self.gate.as_ref().is_some_and(lacks) {
            self.quarantine(self.turn.view, "J3: a batch of the own lane");
        }
    }

    /// Nothing below this view is ever signed, and the own lane goes on in another life. [J5][J6]
    fn bar_below(&mut self, min_sign_view: View) {
        let gate = self.gate.as_mut();
        if gate.is_some_and(|gate| gate.bar_below(min_sign_view)) {
            self.end_lane_life();
        }
    }

    /// A quarantined peer asks where this node stands. One that is in quarantine itself answers nothing. [J4][J7]
    pub(super) fn serve_rejoin(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        challenge: Hash,
        until: View,
    ) {
        let view = self.turn.view;
        let finalization = self.tree.finalization().cloned();
        let entry = self.turn.entry.clone().or_else(|| finalization.clone());
        let proven = view <= View(1)
            || entry
                .as_ref()
                .is_some_and(|entry| entry.view.next() >= view);
        let signs = self
            .gate
            .as_ref()
            .is_some_and(|gate| gate.closed().is_none());
        if !proven || !signs || !self.may_answer(now, from, self.pace.resend_us()) {
            return;
        }
        let Some(gate) = &self.gate else { return };
        let mut answer = gate.answer_rejoin(&self.set, from, challenge, view);
        answer.entry = entry.filter(|_| view > View(1));
        answer.finalization = finalization;
        let message = Message::RejoinAnswer(Box::new(answer));
        self.out.push(Output::Send { to: from, message });
        self.work_for_rejoiner(now, from, until);
    }

    fn work_for_rejoiner(&mut self, now: Now, from: ValidatorIndex, until: View) {
        let Some(last) = self.memory.worked_for.get_mut(from.usize()) else {
            return;
        };
        if last.is_some_and(|at| now.tick < at.plus(WORK_FOR_REJOINER_US)) {
            return;
        }
        *last = Some(now.tick);
        let view = self.turn.view.0;
        let least = view.saturating_add(2);
        let most = view.saturating_add(VIEWS_FOR_REJOINER_MAX);
        self.memory.target = self.memory.target.max(View(until.0.clamp(least, most)));
    }

    /// One answer per peer and interval: questions are cheap to ask. [M6]
    fn may_answer(&mut self, now: Now, from: ValidatorIndex, interval_us: u64) -> bool {
        let me = self.me();
        let Some(at) = self.memory.answered_at.get_mut(from.usize()) else {
            return false;
        };
        if Some(from) == me || at.is_some_and(|at| now.tick < at.plus(interval_us)) {
            return false;
        }
        *at = Some(now.tick);
        true
    }

    /// [J4]
    pub(super) fn take_rejoin_answer(
        &mut self,
        now: Now,
        from: ValidatorIndex,
        answer: RejoinAnswer,
    ) {
        let (set, me) = (&self.set, self.me());
        let Some(rejoin) = &mut self.memory.rejoin else {
            return;
        };
        let expected =
            answer.challenge == rejoin.challenge && answer.signer == from && me != Some(from);
        if !expected || rejoin.answers.contains_key(&from) {
            return;
        }
        let finalization_holds = answer.finalization.as_ref().is_none_or(|certificate| {
            certificate.kind == VoteKind::Finalize && certificate.verify(set)
        });
        if !me.is_some_and(|me| answer.verify(set, me)) || !finalization_holds {
            return self.fault(from, "J4: answer to a rejoin request");
        }
        rejoin.answers.insert(from, answer.view);
        let reach = answer
            .finalization
            .as_ref()
            .map(|certificate| certificate.view);
        rejoin.reach = rejoin.reach.max(reach.unwrap_or_default());
        for certificate in [answer.finalization, answer.entry].into_iter().flatten() {
            if !self.tree.knows(&certificate) {
                self.learn(now, &certificate);
            }
        }
    }
}

impl Rejoin {
    fn request(&self) -> Message {
        Message::RejoinRequest {
            challenge: self.challenge,
            until: self.state.min_sign_view,
        }
    }
}
