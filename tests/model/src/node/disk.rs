//! What a node's store gives back: the journal of a restart, and the names of states.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher},
};

use sycee_consensus::{
    Certificate, Journal, LaneTip, Record, SignedBlock, SignedHeader, Token, ValidatorIndex, View,
    ViewRecord,
};
use sycee_primitives::{Hash, codec};

use super::{Habits, Node, start_above};
use crate::{fault::Fault, world::World};

/// Reads back what a store would give. With `collect`, what lies at or below the final view is gone. [G1]
#[must_use]
pub fn journal(world: &World, me: ValidatorIndex, records: &[Record], collect: bool) -> Journal {
    let mut journal = Journal {
        recorded: world.recorded.clone(),
        ..Journal::default()
    };
    let mut blocks: BTreeMap<Hash, SignedBlock> = BTreeMap::new();
    let mut batches: BTreeMap<Hash, SignedHeader> = BTreeMap::new();
    let mut certificates: Vec<Certificate> = Vec::new();
    let mut views: BTreeMap<View, ViewRecord> = BTreeMap::new();
    for record in records {
        match record {
            Record::View(view, record) => {
                views.insert(*view, *record);
            }
            Record::Batch(signed) => {
                let digest = signed.header.digest(world.set_of(signed.header.epoch));
                let header = &signed.header;
                let (incarnation, seq) = (header.incarnation, header.seq);
                let is_higher = journal
                    .own_lane_tip
                    .is_none_or(|tip| (tip.incarnation, tip.seq) < (incarnation, seq));
                if header.lane == me && is_higher {
                    journal.own_lane_tip = Some(LaneTip {
                        incarnation,
                        seq,
                        digest,
                    });
                }
                batches.insert(digest, signed.clone());
            }
            Record::Block(signed) => {
                let set = world.set_of(signed.block.epoch);
                blocks.insert(signed.block.digest(set), signed.clone());
            }
            Record::Certificate(certificate) => certificates.push(certificate.clone()),
            Record::Final { finalization, .. } => journal.finalization = Some(finalization.clone()),
            Record::Evidence(evidence) => journal.evidence.push(evidence.clone()),
            Record::Quarantine(quarantine) => journal.quarantine = *quarantine,
        }
    }
    if collect {
        let floor = journal.finalization.as_ref().map_or(View(0), |c| c.view);
        views = views.split_off(&floor.next());
        certificates.retain(|certificate| certificate.view > floor);
    }
    journal.blocks = blocks.into_values().collect();
    journal.batches = batches.into_values().collect();
    (journal.views, journal.certificates) = (views, certificates);
    journal
}

impl Node {
    /// Whether collecting what is allowed to be collected changes what comes back after a restart. [S9]
    #[must_use]
    pub fn is_collection_harmless(&self, world: &World, habits: Habits) -> bool {
        let name = |collect| {
            let mut journal = journal(world, self.me, &self.synced, collect);
            if collect && habits.fault == Fault::CollectsTooMuch {
                journal.views.clear();
            }
            let mut hasher = DefaultHasher::new();
            let core = start_above(world, self.me, self.root.clone(), Token(0), journal);
            core.fingerprint(&mut hasher);
            hasher.finish()
        };
        name(true) == name(false)
    }

    /// Names the state: equal names, equal futures.
    #[must_use]
    pub fn fingerprint(&self, world: &World) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.core.fingerprint(&mut hasher);
        let queued = self.queued.iter().flat_map(|(_, group)| group);
        for (part, records) in [
            self.synced.iter().collect::<Vec<_>>(),
            queued.collect::<Vec<_>>(),
        ]
        .iter()
        .enumerate()
        {
            let records: Vec<Record> = records.iter().map(|record| (*record).clone()).collect();
            part.hash(&mut hasher);
            name_of_disk(&journal(world, self.me, &records, true), world, &mut hasher);
        }
        (self.voted, self.proposed, self.held, self.crashes).hash(&mut hasher);
        let root = self.root.digest(world.set_of(self.epoch));
        let ended = self.ended.as_ref().map(|block| block.digest(&world.set));
        (self.epoch.0, root, ended, self.ahead_ms).hash(&mut hasher);
        (self.losses, self.question).hash(&mut hasher);
        for (to, answer) in &self.answers {
            (to, answer.view).hash(&mut hasher);
        }
        self.executed.hash(&mut hasher);
        hasher.finish()
    }
}

/// The order in which records were written does not matter, only what is read back.
fn name_of_disk(journal: &Journal, world: &World, into: &mut impl Hasher) {
    let name = |certificate: &Certificate| (certificate.kind, certificate.view, certificate.digest);
    let mut certificates: Vec<_> = journal.certificates.iter().map(name).collect();
    certificates.sort_unstable();
    certificates.dedup();
    certificates.hash(into);
    journal.finalization.as_ref().map(name).hash(into);
    for (view, record) in &journal.views {
        (view, record).hash(into);
    }
    for signed in &journal.blocks {
        let set = world.set_of(signed.block.epoch);
        signed.block.digest(set).hash(into);
    }
    for signed in &journal.batches {
        let set = world.set_of(signed.header.epoch);
        signed.header.digest(set).hash(into);
    }
    let tip = journal.own_lane_tip;
    tip.map(|tip| (tip.incarnation, tip.seq)).hash(into);
    journal.quarantine.hash(into);
    for evidence in &journal.evidence {
        codec::encode(evidence).hash(into);
    }
}
