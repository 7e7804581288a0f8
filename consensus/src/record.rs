//! The signing gate: the only place that makes a signature, and the record of what was signed. [R1]
//!
//! ```text
//!   try_vote / try_propose / next_header
//!        |  reads and updates the record in memory (image of the disk and of everything queued for it)
//!        v
//!   signed statement + Record for the disk     released only when that record is synced (R3, in core)
//! ```
//! It must never know why somebody wants to sign.

mod own_lane;

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
    sync::Arc,
};

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Hash, SecretKey, planted};

pub(crate) use own_lane::{OwnLane, Slot};

use crate::{
    BatchHeader, Block, LaneEntry, RejoinAnswer, SignedBlock, SignedHeader, ValidatorIndex,
    ValidatorSet, View, Vote, VoteKind,
};

/// What this validator has signed in one view.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Hash, BorshSerialize, BorshDeserialize)]
pub struct ViewRecord {
    /// Block it notarized.
    pub notarized: Option<Hash>,
    /// Whether it gave the view up.
    pub nullified: bool,
    /// Block it finalized.
    pub finalized: Option<Hash>,
    /// Block it proposed.
    pub proposed: Option<Hash>,
}

/// The gate with its record and the key.
#[derive(Clone)]
pub(crate) struct Gate {
    me: ValidatorIndex,
    /// Shared, so that a copy of the core for a checker does not copy the secret.
    key: Arc<SecretKey>,
    /// Nothing at or below is ever signed; the view of the highest final block whose record is queued. [R2][R7]
    floor: View,
    views: BTreeMap<View, ViewRecord>,
    /// Own lane as far as it was signed. [L1]
    lane: OwnLane,
    /// Nothing below is ever signed in this epoch; 0 unless the record was lost in it. [J5]
    min_sign_view: View,
    /// The Terminal block of the epoch is final: its members sign nothing more in it, and only serve. [T3]
    sealed: bool,
    closed: Option<Closed>,
}

/// Why the gate signs nothing at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) enum Closed {
    /// Just started: others are asked what this key has signed. [J2]
    Recollecting,
    /// The record is lost or contradicted. [J1]
    Quarantined,
    /// Own results contradict certified ones, for good. [X7]
    Stopped,
}

impl Gate {
    pub(crate) fn new(
        me: ValidatorIndex,
        key: SecretKey,
        floor: View,
        views: BTreeMap<View, ViewRecord>,
        lane: OwnLane,
    ) -> Gate {
        Gate {
            me,
            key: Arc::new(key),
            floor,
            views,
            lane,
            min_sign_view: View(0),
            sealed: false,
            closed: None,
        }
    }

    pub(crate) fn me(&self) -> ValidatorIndex {
        self.me
    }

    pub(crate) fn record(&self, view: View) -> ViewRecord {
        self.views.get(&view).copied().unwrap_or_default()
    }

    /// Closes the gate; a reason that weighs more stays.
    pub(crate) fn close(&mut self, why: Closed) {
        self.closed = self.closed.max(Some(why));
    }

    /// The epoch is over. [T3]
    pub(crate) fn seal(&mut self) {
        self.sealed = true;
    }

    /// Ends recollection, and nothing else. [J2]
    pub(crate) fn end_recollection(&mut self) {
        if self.closed == Some(Closed::Recollecting) {
            self.closed = None;
        }
    }

    /// Ends quarantine, and nothing else: from the view on that bars what lies below, this validator signs again. [J5]
    pub(crate) fn end_quarantine(&mut self) {
        if self.closed == Some(Closed::Quarantined) {
            self.closed = None;
        }
    }

    /// Bars every view below from ever being signed in; tells whether the lane's life is of one of them. [J5][J6]
    pub(crate) fn bar_below(&mut self, min_sign_view: View) -> bool {
        self.min_sign_view = self.min_sign_view.max(min_sign_view);
        self.lane.is_before(self.min_sign_view)
    }

    pub(crate) fn closed(&self) -> Option<Closed> {
        self.closed
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.closed == Some(Closed::Stopped)
    }

    /// Whether a statement of this key in `view` could matter and be unknown: at or below the floor, or barred, it cannot. [J3]
    pub(crate) fn may_contradict(&self, view: View) -> bool {
        view > self.floor && view >= self.min_sign_view
    }

    /// Whether this header of the own lane is one that the record should hold and does not. [J3]
    pub(crate) fn lacks_header(&self, header: &BatchHeader, digest: &Hash) -> bool {
        header.lane == self.me
            && OwnLane::is_of(header.incarnation, self.min_sign_view)
            && self.lane.lacks(header, digest)
    }

    fn may_sign(&self, view: View) -> bool {
        self.closed.is_none() && !self.sealed && self.may_contradict(view)
    }

    /// What decides later signatures, for [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let Gate {
            me: _,
            key: _,
            floor,
            views,
            lane,
            min_sign_view,
            sealed,
            closed,
        } = self;
        (floor, views, min_sign_view, sealed, closed).hash(into);
        lane.fingerprint(into);
    }

    /// Forgets views that can never be signed in again. [R7][G1]
    pub(crate) fn raise_floor(&mut self, floor: View) {
        self.floor = self.floor.max(floor);
        let first_kept = if planted!("S2") {
            View(u64::MAX)
        } else {
            self.floor.next()
        };
        self.views = self.views.split_off(&first_kept);
    }

    /// Makes a vote if the record allows it, and records it first. [R1][R2]
    ///
    /// `notarized` is the block this node knows a notarization of in `view`; `in_view` whether the node is in `view`.
    pub(crate) fn try_vote(
        &mut self,
        set: &ValidatorSet,
        kind: VoteKind,
        view: View,
        digest: Hash,
        context: VoteContext,
    ) -> Option<(Vote, ViewRecord)> {
        if !self.may_sign(view) {
            return None;
        }
        let looked_up = if planted!("double-sign") {
            view.next()
        } else {
            view
        };
        let mut record = self.record(looked_up);
        let allowed = match kind {
            VoteKind::Notarize => {
                record.notarized.is_none()
                    && context.in_view
                    && !(record.nullified && planted!("V7"))
            }
            VoteKind::Nullify => !record.nullified && record.finalized.is_none(),
            VoteKind::Finalize => {
                (!record.nullified || planted!("finalize-gate"))
                    && record.finalized.is_none()
                    && context.notarized == Some(digest)
            }
        };
        if !allowed {
            return None;
        }
        match kind {
            VoteKind::Notarize => record.notarized = Some(digest),
            VoteKind::Nullify => record.nullified = true,
            VoteKind::Finalize => record.finalized = Some(digest),
        }
        if !planted!("S1") {
            self.views.insert(view, record);
        }
        Some((
            Vote::sign(set, &self.key, self.me, kind, view, digest),
            record,
        ))
    }

    /// Signs again a vote that the record holds; the bytes are the same, since Ed25519 is deterministic. [R6]
    pub(crate) fn recorded_votes(&self, set: &ValidatorSet, view: View) -> Vec<Vote> {
        // What a gate has recorded it may repeat while it recollects: the bytes are the same.
        if self.closed.is_some_and(|why| why > Closed::Recollecting) {
            return Vec::new();
        }
        let record = self.record(view);
        let sign = |kind, digest| Vote::sign(set, &self.key, self.me, kind, view, digest);
        let mut votes = Vec::new();
        votes.extend(
            record
                .notarized
                .map(|digest| sign(VoteKind::Notarize, digest)),
        );
        votes.extend(
            record
                .nullified
                .then(|| sign(VoteKind::Nullify, Hash::ZERO)),
        );
        let finalized = if planted!("ava-labs-280") {
            record.finalized.or(record.notarized)
        } else {
            record.finalized
        };
        votes.extend(finalized.map(|digest| sign(VoteKind::Finalize, digest)));
        votes
    }

    /// Signs a proposal, once per view and not after an own Nullify of it. [V5][R1]
    pub(crate) fn try_propose(
        &mut self,
        set: &ValidatorSet,
        block: Block,
    ) -> Option<(SignedBlock, ViewRecord)> {
        let mut record = self.record(block.view);
        if !self.may_sign(block.view) || record.proposed.is_some() || record.nullified {
            return None;
        }
        record.proposed = Some(block.digest(set));
        self.views.insert(block.view, record);
        Some((SignedBlock::sign(set, &self.key, block), record))
    }

    /// Tells a validator that has lost its record in which view this one is. [J4]
    pub(crate) fn answer_rejoin(
        &self,
        set: &ValidatorSet,
        asker: ValidatorIndex,
        challenge: Hash,
        view: View,
    ) -> RejoinAnswer {
        RejoinAnswer::sign(set, &self.key, self.me, asker, challenge, view)
    }

    /// The final entry of the own lane moved. [L11]
    pub(crate) fn follow_lane(&mut self, entry: LaneEntry) {
        self.lane.follow(entry);
    }

    /// The own lane begins another life with its next batch; returns what this one had signed above the final entry. [L11]
    pub(crate) fn end_lane_life(&mut self) -> Vec<Hash> {
        self.lane.end_life()
    }

    /// Where the next batch of the own lane goes, if one may be signed now. [L11][J1]
    pub(crate) fn next_slot(&self, view: View, entry: LaneEntry) -> Option<Slot> {
        (self.closed.is_none() && !self.sealed).then(|| self.lane.next(view, entry))?
    }

    /// Signs the next header of the own lane; a slot is never signed twice. [L1][L11]
    ///
    /// `entry` is the lane's place in the highest final cut at this moment.
    pub(crate) fn next_header(
        &mut self,
        set: &ValidatorSet,
        view: View,
        entry: LaneEntry,
        make: impl FnOnce(Slot) -> BatchHeader,
    ) -> Option<SignedHeader> {
        self.lane.follow(entry);
        let slot = self.next_slot(view, entry)?;
        let header = make(slot);
        self.lane.signed(slot, entry, header.digest(set));
        Some(SignedHeader::sign(set, &self.key, header))
    }
}

/// What the gate must know about the moment of a vote.
#[derive(Clone, Copy)]
pub(crate) struct VoteContext {
    pub(crate) in_view: bool,
    pub(crate) notarized: Option<Hash>,
}

#[cfg(test)]
mod tests;
