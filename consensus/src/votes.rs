//! Votes that are not yet a certificate: one slot per signer, kind and view, within bounded views. [B1]

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
};

use sycee_primitives::{Hash, Signature, planted};

use crate::{Certificate, ValidatorIndex, ValidatorSet, View, Vote, VoteKind};

/// Views below the current one for which late Notarize and Finalize votes are still taken. [B1]
const VIEWS_BEHIND_MAX: u64 = 64;
/// Views ahead of the current one for which votes are taken. [B1]
const VIEWS_AHEAD_MAX: u64 = 8;

#[derive(Clone, Default)]
struct Slots {
    /// By signer and kind: the first vote that held.
    votes: BTreeMap<(VoteKind, ValidatorIndex), (Hash, Signature)>,
}

/// The pool of verified votes.
#[derive(Clone, Default)]
pub(crate) struct VotePool {
    views: BTreeMap<View, Slots>,
}

impl VotePool {
    /// Whether a vote would fall into an open, empty slot; asked before its signature is checked. [B1]
    pub(crate) fn has_room(&self, vote: &Vote, current: View, final_view: View) -> bool {
        let oldest = final_view.0.max(current.0.saturating_sub(VIEWS_BEHIND_MAX));
        if vote.view.0 <= oldest || vote.view.0 > current.0.saturating_add(VIEWS_AHEAD_MAX) {
            return false;
        }
        if vote.view < current && vote.kind == VoteKind::Nullify {
            return false;
        }
        self.views
            .get(&vote.view)
            .is_none_or(|slots| !slots.votes.contains_key(&(vote.kind, vote.signer)))
    }

    /// Puts a verified vote into its slot; returns the certificate when it completes a quorum for the first time.
    pub(crate) fn insert(&mut self, set: &ValidatorSet, vote: &Vote) -> Option<Certificate> {
        let slots = self.views.entry(vote.view).or_default();
        let signer = if planted!("votes-by-message") {
            u16::try_from(slots.votes.len()).map_or(vote.signer, ValidatorIndex)
        } else {
            vote.signer
        };
        if slots
            .votes
            .insert((vote.kind, signer), (vote.digest, vote.signature))
            .is_some()
        {
            return None;
        }
        let same_body = || {
            slots
                .votes
                .iter()
                .filter(|((kind, _), (digest, _))| *kind == vote.kind && *digest == vote.digest)
                .map(|((_, signer), (_, signature))| (*signer, *signature))
        };
        let enough = if planted!("V16") && vote.kind == VoteKind::Finalize {
            set.availability()
        } else {
            set.quorum()
        };
        (same_body().count() == enough)
            .then(|| Certificate::assemble(set, vote.kind, vote.view, vote.digest, same_body()))
    }

    /// What `signer` has said of `view`, as far as this node has heard.
    pub(crate) fn of(&self, view: View, signer: ValidatorIndex) -> impl Iterator<Item = Vote> {
        let slots = self.views.get(&view);
        let kinds = [VoteKind::Notarize, VoteKind::Nullify, VoteKind::Finalize];
        kinds.into_iter().filter_map(move |kind| {
            let (digest, signature) = slots?.votes.get(&(kind, signer))?;
            Some(Vote {
                kind,
                view,
                digest: *digest,
                signer,
                signature: *signature,
            })
        })
    }

    /// Whether `signer` has given `view` up, as far as this node has heard.
    pub(crate) fn has_nullified(&self, view: View, signer: ValidatorIndex) -> bool {
        self.views
            .get(&view)
            .is_some_and(|slots| slots.votes.contains_key(&(VoteKind::Nullify, signer)))
    }

    /// Whether this very vote is in the pool; an own vote is once it is synced. [R3]
    pub(crate) fn holds(&self, vote: &Vote) -> bool {
        let slot = self
            .views
            .get(&vote.view)
            .and_then(|slots| slots.votes.get(&(vote.kind, vote.signer)));
        slot == Some(&(vote.digest, vote.signature))
    }

    /// The newest votes of one signer, highest views first. [J2]
    pub(crate) fn newest_of(&self, signer: ValidatorIndex, most: usize) -> Vec<Vote> {
        let of_view = |(view, slots): (&View, &Slots)| -> Vec<Vote> {
            let own = slots.votes.iter().filter(|((_, from), _)| *from == signer);
            own.map(|((kind, _), (digest, signature))| Vote {
                kind: *kind,
                view: *view,
                digest: *digest,
                signer,
                signature: *signature,
            })
            .collect()
        };
        let newest = self.views.iter().rev().flat_map(of_view);
        newest.take(most).collect()
    }

    /// Who said what, without signatures; `me` is told apart from the others only. For [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, me: Option<ValidatorIndex>, into: &mut impl Hasher) {
        for (view, slots) in &self.views {
            for ((kind, signer), (digest, _)) in &slots.votes {
                (view, kind, (Some(*signer) != me).then_some(signer), digest).hash(into);
            }
        }
    }

    /// Drops what can no longer matter. [G1]
    pub(crate) fn drop_through(&mut self, final_view: View) {
        self.views = self.views.split_off(&final_view.next());
    }
}
