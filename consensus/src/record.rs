//! The signing gate: the only place that makes a signature, and the record of what was signed. [R1]
//!
//! ```text
//!   try_vote / try_propose / next_header
//!        |  reads and updates the record in memory (image of the disk and of everything queued for it)
//!        v
//!   signed statement + Record for the disk     released only when that record is synced (R3, in core)
//! ```
//! It must never know why somebody wants to sign.

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
    sync::Arc,
};

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Hash, SecretKey};

use crate::{
    BatchHeader, Block, Seq, SignedBlock, SignedHeader, ValidatorIndex, ValidatorSet, View, Vote,
    VoteKind,
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
    /// Own lane: position and digest of the last signed header. [L1]
    lane_tip: (Seq, Hash),
    /// Set when own results contradict certified ones: nothing is signed any more. [X7]
    stopped: bool,
}

impl Gate {
    pub(crate) fn new(
        me: ValidatorIndex,
        key: SecretKey,
        floor: View,
        views: BTreeMap<View, ViewRecord>,
        lane_tip: (Seq, Hash),
    ) -> Gate {
        Gate {
            me,
            key: Arc::new(key),
            floor,
            views,
            lane_tip,
            stopped: false,
        }
    }

    pub(crate) fn me(&self) -> ValidatorIndex {
        self.me
    }

    pub(crate) fn record(&self, view: View) -> ViewRecord {
        self.views.get(&view).copied().unwrap_or_default()
    }

    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What decides later signatures, for [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let Gate {
            me: _,
            key: _,
            floor,
            views,
            lane_tip,
            stopped,
        } = self;
        (floor, views, lane_tip.0, stopped).hash(into);
        // Before the first batch the parent is the own lane's name, which says only who this is.
        (lane_tip.0 > Seq(0)).then_some(lane_tip.1).hash(into);
    }

    /// Forgets views that can never be signed in again. [R7][G1]
    pub(crate) fn raise_floor(&mut self, floor: View) {
        self.floor = self.floor.max(floor);
        self.views = self.views.split_off(&self.floor.next());
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
        if view <= self.floor || self.stopped {
            return None;
        }
        let mut record = self.record(view);
        let allowed = match kind {
            VoteKind::Notarize => record.notarized.is_none() && context.in_view,
            VoteKind::Nullify => !record.nullified && record.finalized.is_none(),
            VoteKind::Finalize => {
                !record.nullified && record.finalized.is_none() && context.notarized == Some(digest)
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
        self.views.insert(view, record);
        Some((
            Vote::sign(set, &self.key, self.me, kind, view, digest),
            record,
        ))
    }

    /// Signs again a vote that the record holds; the bytes are the same, since Ed25519 is deterministic. [R6]
    pub(crate) fn recorded_votes(&self, set: &ValidatorSet, view: View) -> Vec<Vote> {
        if self.stopped {
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
        votes.extend(
            record
                .finalized
                .map(|digest| sign(VoteKind::Finalize, digest)),
        );
        votes
    }

    /// Signs a proposal, once per view and not after an own Nullify of it. [V5][R1]
    pub(crate) fn try_propose(
        &mut self,
        set: &ValidatorSet,
        block: Block,
    ) -> Option<(SignedBlock, ViewRecord)> {
        let mut record = self.record(block.view);
        if block.view <= self.floor || self.stopped || record.proposed.is_some() || record.nullified
        {
            return None;
        }
        record.proposed = Some(block.digest(set));
        self.views.insert(block.view, record);
        Some((SignedBlock::sign(set, &self.key, block), record))
    }

    /// Signs the next header of the own lane; a slot is never signed twice. [L1]
    pub(crate) fn next_header(
        &mut self,
        set: &ValidatorSet,
        make: impl FnOnce(Seq, Hash) -> BatchHeader,
    ) -> Option<SignedHeader> {
        if self.stopped {
            return None;
        }
        let (seq, parent) = self.lane_tip;
        let header = make(Seq(seq.0 + 1), parent);
        self.lane_tip = (header.seq, header.digest(set));
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
