//! What waits for the disk. [R3][R4]
//!
//! ```text
//!   records of this step --Persist(token)--> shell ... Persisted(token) --> releases of that token
//! ```
//! A release is only ever queued together with, or behind, the records it depends on; records leave in the order they were made.

use std::{
    collections::VecDeque,
    hash::{Hash as _, Hasher},
};

use sycee_primitives::Hash;

use super::interface::{Output, Record, Token};
use crate::{Certificate, Proposal, ValidatorIndex, ValidatorSet, Vote};

/// What may happen once the records before it are synced.
#[derive(Clone, Debug)]
pub(super) enum Release {
    /// The own vote enters the own tally and leaves. [R3]
    Vote(Vote),
    /// The own proposal leaves.
    Proposal(Box<Proposal>),
    /// A batch counts as held; an own one leaves.
    Batch { lane: ValidatorIndex, digest: Hash },
    /// Everything up to this finalization may be delivered.
    Final(Certificate),
    /// Quarantine is over. [J5]
    Rejoined,
}

#[derive(Clone, Default)]
pub(super) struct Outbox {
    last_token: Token,
    records: Vec<Record>,
    releases: Vec<Release>,
    waiting: VecDeque<(Token, Vec<Release>)>,
}

impl Outbox {
    /// Nothing waits; tokens begin above `last_token`.
    pub(super) fn after(last_token: Token) -> Outbox {
        Outbox {
            last_token,
            ..Outbox::default()
        }
    }

    /// Forgets what was collected in this step: all of it is on the disk already. [R6]
    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.releases.clear();
    }

    /// What waits for the disk, in order; tokens only count. For [`super::Core::fingerprint`].
    pub(super) fn fingerprint(&self, set: &ValidatorSet, into: &mut impl Hasher) {
        for (_, releases) in &self.waiting {
            for release in releases {
                match release {
                    Release::Vote(vote) => (0u8, vote.kind, vote.view, vote.digest).hash(into),
                    Release::Proposal(proposal) => {
                        (1u8, proposal.block.block.digest(set)).hash(into);
                    }
                    Release::Batch { lane, digest } => (2u8, lane, digest).hash(into),
                    Release::Final(certificate) => {
                        (3u8, certificate.view, certificate.digest).hash(into);
                    }
                    Release::Rejoined => 4u8.hash(into),
                }
            }
        }
    }

    pub(super) fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    pub(super) fn release_when_synced(&mut self, release: Release) {
        self.releases.push(release);
    }

    /// Ends a step: one group of records for the disk, if there are any.
    pub(super) fn close(&mut self) -> Option<Output> {
        if self.records.is_empty() && self.releases.is_empty() {
            return None;
        }
        self.last_token = Token(self.last_token.0 + 1);
        let (token, releases) = (self.last_token, std::mem::take(&mut self.releases));
        self.waiting.push_back((token, releases));
        Some(Output::Persist {
            token,
            records: std::mem::take(&mut self.records),
        })
    }

    /// Everything up to `token` is synced: what waited for it.
    pub(super) fn synced(&mut self, token: Token) -> Vec<Release> {
        let mut released = Vec::new();
        while self
            .waiting
            .front()
            .is_some_and(|(waiting, _)| *waiting <= token)
        {
            released.extend(
                self.waiting
                    .pop_front()
                    .into_iter()
                    .flat_map(|(_, releases)| releases),
            );
        }
        released
    }
}
