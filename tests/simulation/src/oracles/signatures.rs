//! Signatures: no honest key ever says two contradictory things, over all its lives, and says nothing whose record is not synced.
//!
//! Looked at where it counts: at the moment a frame leaves the node.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sycee_consensus::{
    Certificate, Culprit, Place, SignedBlock, SignedHeader, ValidatorIndex, ValidatorSet, View,
    ViewRecord, Vote, VoteKind,
};
use sycee_primitives::{Epoch, Hash};

use super::Verdict;

/// What one key has said in one view.
#[derive(Clone, Copy, Default)]
struct Said {
    notarize: Option<Hash>,
    finalize: Option<Hash>,
    nullify: bool,
    proposed: Option<Hash>,
}

/// A validator of an epoch.
pub type Slot = (Epoch, ValidatorIndex);

/// Everything honest keys have said.
pub struct Signatures {
    /// The validators of each epoch that has begun.
    sets: Vec<ValidatorSet>,
    said: BTreeMap<(Slot, View), Said>,
    /// By lane, life of the lane and place in it.
    batches: BTreeMap<(Slot, u64, u64), Hash>,
    synced_batches: HashSet<Hash>,
    /// Honest nodes that have a batch on their disk.
    holders: BTreeMap<Hash, Vec<usize>>,
    synced: BTreeMap<Slot, BTreeMap<View, ViewRecord>>,
    /// Places in which an honest key on an old copy of its disk has contradicted what nobody could have told it.
    excused: BTreeSet<(Slot, u64, u64)>,
    /// Contradictory batches of any key: forks seen.
    pub forks: u64,
}

impl Signatures {
    /// For the founders.
    #[must_use]
    pub fn new(set: &ValidatorSet) -> Signatures {
        Signatures {
            sets: vec![set.clone()],
            said: BTreeMap::new(),
            batches: BTreeMap::new(),
            synced_batches: HashSet::new(),
            holders: BTreeMap::new(),
            synced: BTreeMap::new(),
            excused: BTreeSet::new(),
            forks: 0,
        }
    }

    /// The next epoch begins.
    pub fn begins(&mut self, set: &ValidatorSet) {
        self.sets.push(set.clone());
    }

    fn set(&self, epoch: Epoch) -> &ValidatorSet {
        let place = usize::try_from(epoch.0).unwrap_or(usize::MAX);
        self.sets
            .get(place)
            .expect("only messages of epochs that have begun are looked at")
    }

    /// A view record of an honest key reached the disk.
    pub fn synced(&mut self, key: Slot, view: View, record: ViewRecord) {
        let synced = self.synced.entry(key).or_default();
        synced.insert(view, record);
        while synced.len() > 512 {
            synced.pop_first();
        }
    }

    /// A batch reached the disk of an honest node.
    pub fn synced_batch(&mut self, node: usize, digest: Hash) {
        self.synced_batches.insert(digest);
        let holders = self.holders.entry(digest).or_default();
        if !holders.contains(&node) {
            holders.push(node);
        }
    }

    /// A node has lost its disk, or has an older one again.
    pub fn loses(&mut self, node: usize) {
        for holders in self.holders.values_mut() {
            holders.retain(|other| *other != node);
        }
    }

    /// How many honest nodes have a batch on their disk.
    #[must_use]
    pub fn held_by(&self, digest: &Hash) -> usize {
        self.holders.get(digest).map_or(0, Vec::len)
    }

    /// How many other honest nodes have a batch on their disk.
    #[must_use]
    pub fn held_by_others(&self, node: usize, digest: &Hash) -> usize {
        let holders = self.holders.get(digest).into_iter().flatten();
        holders.filter(|other| **other != node).count()
    }

    fn record(&self, key: Slot, view: View) -> Option<ViewRecord> {
        let Some(synced) = self.synced.get(&key) else {
            return Some(ViewRecord::default());
        };
        // Records of views long past are not kept here; who repeats those says nothing new.
        if synced.len() >= 512 && synced.keys().next().is_some_and(|first| view < *first) {
            return None;
        }
        Some(synced.get(&view).copied().unwrap_or_default())
    }

    /// An honest node sends its own vote.
    ///
    /// # Errors
    /// When its key has said the contrary, or the record is not synced.
    pub fn votes(&mut self, epoch: Epoch, vote: &Vote) -> Verdict {
        let slot = (epoch, vote.signer);
        let record = self.record(slot, vote.view);
        let said = self.said.entry((slot, vote.view)).or_default();
        let twice = |before: &mut Option<Hash>| {
            let other = before.replace(vote.digest);
            other.is_some_and(|other| other != vote.digest)
        };
        let contradicts = match vote.kind {
            VoteKind::Notarize => twice(&mut said.notarize),
            VoteKind::Finalize => twice(&mut said.finalize) || said.nullify,
            VoteKind::Nullify => {
                said.nullify = true;
                said.finalize.is_some()
            }
        };
        if contradicts {
            return Err(format!(
                "validator {} contradicts itself in view {}: {vote:?}",
                vote.signer.0, vote.view
            ));
        }
        let synced = record.is_none_or(|record| match vote.kind {
            VoteKind::Notarize => record.notarized == Some(vote.digest),
            VoteKind::Finalize => record.finalized == Some(vote.digest),
            VoteKind::Nullify => record.nullified,
        });
        if !synced {
            return Err(format!(
                "validator {} votes before its record is synced: {vote:?}",
                vote.signer.0
            ));
        }
        Ok(())
    }

    /// Whether an honest key may be shown to have contradicted itself there: an old copy of its disk had been put back.
    #[must_use]
    pub fn excuses(&self, culprit: &Culprit) -> bool {
        match culprit.slot.place {
            Place::Lane { incarnation, seq } => {
                let slot = (culprit.slot.epoch, culprit.validator);
                let place = (slot, incarnation, seq.0);
                self.excused.contains(&place)
            }
            Place::View(_) => false,
        }
    }

    /// An honest node sends a certificate, which may carry its own vote.
    ///
    /// # Errors
    /// When it carries a vote whose record is not synced.
    pub fn shows(&self, key: Slot, certificate: &Certificate) -> Verdict {
        let (kind, view) = (certificate.kind, certificate.view);
        let mut signers = certificate.signers(self.set(key.0));
        if !signers.any(|signer| signer == key.1) {
            return Ok(());
        }
        let synced = self.record(key, view).is_none_or(|record| match kind {
            VoteKind::Notarize => record.notarized == Some(certificate.digest),
            VoteKind::Finalize => record.finalized == Some(certificate.digest),
            VoteKind::Nullify => record.nullified,
        });
        synced.then_some(()).ok_or_else(|| {
            format!("validator {} shows its {kind:?} of view {view} in a certificate before its record is synced", key.1.0)
        })
    }

    /// A villain sends a block of a view that it leads; true when it has sent another before.
    pub fn villain_proposes(&mut self, block: &SignedBlock) -> bool {
        let (view, epoch) = (block.block.view, block.block.epoch);
        let set = self.set(epoch);
        let (leader, digest) = (set.leader(view), block.block.digest(set));
        let said = self.said.entry(((epoch, leader), view)).or_default();
        let other = said.proposed.replace(digest);
        other.is_some_and(|other| other != digest)
    }

    /// An honest node sends a proposal that is its own.
    ///
    /// # Errors
    /// When its key has proposed another block in that view, or the record is not synced.
    pub fn proposes(&mut self, block: &SignedBlock) -> Verdict {
        let (view, epoch) = (block.block.view, block.block.epoch);
        let set = self.set(epoch);
        let (leader, digest) = (set.leader(view), block.block.digest(set));
        let record = self.record((epoch, leader), view);
        let said = self.said.entry(((epoch, leader), view)).or_default();
        let other = said.proposed.replace(digest);
        if other.is_some_and(|other| other != digest) {
            return Err(format!(
                "validator {} proposes two blocks in view {view}",
                leader.0
            ));
        }
        if record.is_some_and(|record| record.proposed != Some(digest)) {
            return Err(format!(
                "validator {} proposes in view {view} before its record is synced",
                leader.0
            ));
        }
        Ok(())
    }

    /// A node sends a batch of its own lane.
    ///
    /// A node on an old copy of its disk can only know what the f+1 it has heard knew: what was still on its way to most of the others
    /// when the copy was put back is contradicted, and found out later.
    ///
    /// # Errors
    /// When it is honest and has sent another batch for that place, or the batch is not synced.
    pub fn sends_batch(
        &mut self,
        node: usize,
        signed: &SignedHeader,
        (honest, old_copy): (bool, bool),
    ) -> Verdict {
        let header = &signed.header;
        let set = self.set(header.epoch);
        let (digest, others, faults) = (
            header.digest(set),
            set.size().saturating_sub(1),
            set.faults(),
        );
        let slot = (header.epoch, header.lane);
        let place = (slot, header.incarnation, header.seq.0);
        let other = self.batches.insert(place, digest);
        let forked = other.is_some_and(|other| other != digest);
        self.forks += u64::from(forked);
        if !honest {
            return Ok(());
        }
        let told_by_any = others.saturating_sub(faults);
        let known = |before: Hash| self.held_by_others(node, &before) >= told_by_any;
        if forked && (!old_copy || other.is_some_and(known)) {
            return Err(format!(
                "validator {} signed two batches for place {}",
                header.lane.0, header.seq.0
            ));
        }
        if forked {
            self.excused.insert(place);
        }
        if !self.synced_batches.contains(&digest) {
            return Err(format!(
                "validator {} sends batch {} before it is synced",
                header.lane.0, header.seq.0
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sycee_primitives::{ChainId, SecretKey, Signature};

    fn oracle() -> Signatures {
        let keys = (0..4)
            .map(|i| SecretKey::from_seed(&[i; 32]).public_key())
            .collect();
        Signatures::new(&ValidatorSet::new(ChainId(Hash([1; 32])), Epoch(0), keys))
    }

    fn vote(kind: VoteKind, digest: u8) -> Vote {
        Vote {
            kind,
            view: View(5),
            digest: Hash([digest; 32]),
            signer: ValidatorIndex(2),
            signature: Signature([0; 64]),
        }
    }

    #[test]
    fn a_vote_before_its_record_and_a_contradiction_are_found() {
        let mut oracle = oracle();
        assert!(
            oracle
                .votes(Epoch(0), &vote(VoteKind::Notarize, 7))
                .is_err(),
            "nothing is synced"
        );
        let record = ViewRecord {
            notarized: Some(Hash([7; 32])),
            finalized: Some(Hash([7; 32])),
            nullified: true,
            proposed: None,
        };
        oracle.synced((Epoch(0), ValidatorIndex(2)), View(5), record);
        assert!(oracle.votes(Epoch(0), &vote(VoteKind::Notarize, 7)).is_ok());
        assert!(
            oracle.votes(Epoch(0), &vote(VoteKind::Notarize, 7)).is_ok(),
            "a repetition"
        );
        assert!(
            oracle
                .votes(Epoch(0), &vote(VoteKind::Notarize, 8))
                .is_err(),
            "another block"
        );
        assert!(oracle.votes(Epoch(0), &vote(VoteKind::Finalize, 7)).is_ok());
        assert!(
            oracle.votes(Epoch(0), &vote(VoteKind::Nullify, 0)).is_err(),
            "given up after finalizing"
        );
    }
}
