//! The checkpoint that is being taken over: what of it is there, what is on its way, whom to ask next.

use std::collections::{BTreeMap, BTreeSet};

use sycee_consensus::ValidatorIndex;
use sycee_contracts::{CertifiedHeader, Part, Table};
use sycee_primitives::{Hash, Height, Tick};

use super::join::Staged;
use super::offer::SnapshotOffer;
use crate::epochs::EpochFacts;

/// A chunk that has not come after so long is asked for elsewhere, microseconds.
pub(super) const CHUNK_PATIENCE_US: u64 = 1_000_000;

/// Chunks on their way from one peer, and from all.
const IN_FLIGHT_PER_PEER_MAX: usize = 4;
pub(super) const IN_FLIGHT_MAX: usize = 16;

/// Chunks of one table that are verified: all below one, and some beyond.
#[derive(Clone, Default, Debug)]
pub(super) struct Done {
    pub(super) below: u64,
    pub(super) beyond: BTreeSet<u64>,
}

impl Done {
    pub(super) fn has(&self, chunk: u64) -> bool {
        chunk < self.below || self.beyond.contains(&chunk)
    }

    pub(super) fn add(&mut self, chunk: u64) {
        self.beyond.insert(chunk);
        while self.beyond.remove(&self.below) {
            self.below += 1;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.below + self.beyond.len() as u64
    }
}

/// The checkpoint that is being taken over.
#[derive(Debug)]
pub(super) struct Taking {
    pub(super) height: Height,
    pub(super) state_root: Hash,
    pub(super) offer: SnapshotOffer,
    pub(super) header: CertifiedHeader,
    pub(super) parts: Vec<Part>,
    pub(super) done: BTreeMap<Table, Done>,
    /// Who has offered this very state, and may have offered a later one since: it shows both, as long as it is asked.
    pub(super) givers: BTreeSet<ValidatorIndex>,
    pub(super) in_flight: BTreeMap<(Table, u64), (ValidatorIndex, Tick)>,
    /// Who was late and has given nothing since: asked for one thing at a time.
    pub(super) slow: BTreeSet<ValidatorIndex>,
    /// When this life began to take, and what was there by then.
    pub(super) began: Option<(Tick, u64)>,
    pub(super) last_came: Tick,
}

impl Taking {
    pub(super) fn new(
        offer: SnapshotOffer,
        header: CertifiedHeader,
        done: BTreeMap<Table, Done>,
        now: Tick,
    ) -> Taking {
        Taking {
            height: offer.height(),
            state_root: offer.state_root(),
            parts: header.parts(),
            offer,
            header,
            done,
            givers: BTreeSet::new(),
            in_flight: BTreeMap::new(),
            slow: BTreeSet::new(),
            began: None,
            last_came: now,
        }
    }

    /// What lies in the staging rows, if it still holds.
    pub(super) fn resumed(facts: &EpochFacts, staged: Staged) -> Option<Taking> {
        let (_, header) = staged.offer.verify_from(facts).ok()?;
        let mut taking = Taking::new(staged.offer, header, BTreeMap::new(), Tick(0));
        for (table, chunk) in staged.chunks {
            if taking.is_known((table, chunk)) {
                taking.done.entry(table).or_default().add(chunk);
            }
        }
        Some(taking)
    }

    /// Whether an offer is of this very state.
    pub(super) fn is_of(&self, offer: &SnapshotOffer) -> bool {
        self.height == offer.height() && self.state_root == offer.state_root()
    }

    /// Chunks that are verified and stored.
    pub(super) fn count(&self) -> u64 {
        self.done.values().map(Done::count).sum()
    }

    pub(super) fn is_known(&self, (table, chunk): (Table, u64)) -> bool {
        let part = self.parts.iter().find(|part| part.table == table);
        part.is_some_and(|part| chunk < part.chunks)
    }

    pub(super) fn left(&self) -> u64 {
        let left = self.parts.iter().map(|part| {
            let done = self.done.get(&part.table).map_or(0, Done::count);
            part.chunks.saturating_sub(done)
        });
        left.sum()
    }

    /// The next chunks to ask for, spread over those who offer this state.
    pub(super) fn next_requests(&mut self, now: Tick) -> Vec<(ValidatorIndex, Table, u64)> {
        let mut late: BTreeMap<(Table, u64), ValidatorIndex> = BTreeMap::new();
        self.in_flight.retain(|place, (peer, asked)| {
            let is_late = asked.plus(CHUNK_PATIENCE_US) <= now;
            if is_late {
                late.insert(*place, *peer);
            }
            !is_late
        });
        self.slow.extend(late.values());
        let givers = self.givers.iter().map(|it| (*it, 0));
        let mut load: BTreeMap<ValidatorIndex, usize> = givers.collect();
        for (peer, _) in self.in_flight.values() {
            if let Some(load) = load.get_mut(peer) {
                *load += 1;
            }
        }
        let mut requests = Vec::new();
        let room = IN_FLIGHT_MAX.saturating_sub(self.in_flight.len());
        for place in self.missing(room) {
            // The least busy one, and not again the one that was late with it.
            let slow = &self.slow;
            let is_free = |peer: &ValidatorIndex, load: usize| {
                load < IN_FLIGHT_PER_PEER_MAX && !(load > 0 && slow.contains(peer))
            };
            let free = load
                .iter()
                .filter(|(peer, load)| is_free(peer, **load))
                .min_by_key(|(peer, load)| {
                    let was_late = late.get(&place) == Some(*peer);
                    (was_late, slow.contains(peer), **load, **peer)
                });
            let Some(peer) = free.map(|(peer, _)| *peer) else {
                break;
            };
            *load.entry(peer).or_default() += 1;
            self.in_flight.insert(place, (peer, now));
            requests.push((peer, place.0, place.1));
        }
        requests
    }

    /// The lowest chunks that are neither there nor on their way.
    fn missing(&self, count: usize) -> Vec<(Table, u64)> {
        let of_part = |part: &Part| {
            let (table, chunks) = (part.table, part.chunks);
            let done = self.done.get(&table);
            let from = done.map_or(0, |done| done.below);
            (from..chunks).map(move |chunk| (table, chunk, done))
        };
        let all = self.parts.iter().flat_map(of_part);
        let open = all.filter(|(table, chunk, done)| {
            !done.is_some_and(|done| done.has(*chunk))
                && !self.in_flight.contains_key(&(*table, *chunk))
        });
        open.map(|(table, chunk, _)| (table, chunk))
            .take(count)
            .collect()
    }
}
