//! Signatures: no honest key ever says two contradictory things, over all its lives, and says nothing whose record is not synced.
//!
//! Looked at where it counts: at the moment a frame leaves the node.
//!
//! ```text
//!   batch 7 synced at 0, 2, 4       a copy of 1 from before batch 7 is put back, asks, and is told by 3, 5, 6, 0
//!                                   another batch 7 of it:  0 had it when it answered -> violation;  only 2 and 4 had it -> excused
//! ```

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

/// A node that has a batch on its disk.
#[derive(Clone, Copy)]
struct Holding {
    node: usize,
    since_us: u64,
    until_us: u64,
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
    /// Honest nodes that have a batch on their disk: since when, and until when if they lost it.
    holders: BTreeMap<Hash, Vec<Holding>>,
    /// By node and epoch: who has told it since its start what its key has signed, and when that was said.
    told: BTreeMap<(usize, Epoch), BTreeMap<usize, u64>>,
    /// Answers on their way, by who sent them to whom: hash of the frame and when it last left.
    answers: BTreeMap<(usize, usize), BTreeMap<u64, u64>>,
    synced: BTreeMap<Slot, BTreeMap<View, ViewRecord>>,
    /// Places in which an honest key on an old copy of its disk has contradicted what nobody could have told it.
    excused: BTreeSet<(Slot, u64, u64)>,
    /// Contradictory batches of any key: forks seen.
    pub forks: u64,
}

impl Holding {
    fn is_there(self) -> bool {
        self.until_us == u64::MAX
    }
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
            told: BTreeMap::new(),
            answers: BTreeMap::new(),
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
    pub fn synced_batch(&mut self, now_us: u64, node: usize, digest: Hash) {
        self.synced_batches.insert(digest);
        let holders = self.holders.entry(digest).or_default();
        if !holders
            .iter()
            .any(|held| held.node == node && held.is_there())
        {
            holders.push(Holding {
                node,
                since_us: now_us,
                until_us: u64::MAX,
            });
        }
    }

    /// A node has lost its disk, or has an older one again.
    pub fn loses(&mut self, now_us: u64, node: usize) {
        let holders = self.holders.values_mut().flatten();
        for held in holders.filter(|held| held.node == node && held.is_there()) {
            held.until_us = now_us;
        }
    }

    /// A node starts: it has been told nothing.
    pub fn starts(&mut self, node: usize) {
        self.told.retain(|(told, _), _| *told != node);
    }

    /// A node tells another what it has seen of its key.
    pub fn tells(&mut self, now_us: u64, node: usize, to: usize, frame: u64) {
        self.answers
            .entry((node, to))
            .or_default()
            .insert(frame, now_us);
    }

    /// That reached the other one.
    pub fn hears(&mut self, node: usize, from: usize, epoch: Epoch, frame: u64) {
        let said = self.answers.get(&(from, node));
        // What a liar says counts, and it holds nothing that counts.
        let at_us = said.and_then(|said| said.get(&frame)).copied();
        let told = self.told.entry((node, epoch)).or_default();
        told.entry(from).or_insert(at_us.unwrap_or(0));
    }

    /// Whether a node has heard enough others, and none of them had the batch when it answered: then nobody could have told it.
    fn could_not_know(&self, node: usize, epoch: Epoch, batch: &Hash, enough: usize) -> bool {
        let Some(told) = self.told.get(&(node, epoch)) else {
            return false;
        };
        let mut holders = self.holders.get(batch).into_iter().flatten();
        told.len() >= enough
            && !holders.any(|held| {
                let at_us = told.get(&held.node);
                at_us.is_some_and(|at| held.since_us <= *at && *at < held.until_us)
            })
    }

    /// How many honest nodes have a batch on their disk.
    #[must_use]
    pub fn held_by(&self, digest: &Hash) -> usize {
        let holders = self.holders.get(digest).into_iter().flatten();
        holders.filter(|held| held.is_there()).count()
    }

    /// How many other honest nodes have a batch on their disk.
    #[must_use]
    pub fn held_by_others(&self, node: usize, digest: &Hash) -> usize {
        let holders = self.holders.get(digest).into_iter().flatten();
        holders
            .filter(|held| held.node != node && held.is_there())
            .count()
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
    /// A node on an old copy of its disk can only know what those knew whom it has heard, f+1 at least: what was still on its way to
    /// them when they answered is contradicted, and found out later.
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
        let (digest, enough) = (header.digest(set), set.availability());
        let slot = (header.epoch, header.lane);
        let place = (slot, header.incarnation, header.seq.0);
        let other = self.batches.insert(place, digest);
        let forked = other.is_some_and(|other| other != digest);
        self.forks += u64::from(forked);
        if !honest {
            return Ok(());
        }
        let excused =
            |before: Hash| old_copy && self.could_not_know(node, header.epoch, &before, enough);
        if forked && !other.is_some_and(excused) {
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

    /// What happens, who holds the first batch from when on, who loses it when, who answers, and whether the second is excused.
    type Case = (
        &'static str,
        &'static [(usize, u64)],
        Option<(usize, u64)>,
        &'static [usize],
        bool,
    );

    /// A second batch of an old copy, after answers of nodes 0 and 2: who held the first when it answered, and whether that is excused.
    #[test]
    fn an_old_copy_is_excused_for_what_nobody_who_told_it_had() {
        let cases: [Case; 7] = [
            ("nobody had it", &[(1, 5)], None, &[0, 2], true),
            ("one had it", &[(0, 5)], None, &[0, 2], false),
            ("it came after the answer", &[(0, 15)], None, &[0, 2], true),
            ("who had it was not heard", &[(2, 5)], None, &[0, 1], true),
            (
                "who had it had lost it",
                &[(0, 5)],
                Some((0, 8)),
                &[0, 2],
                true,
            ),
            ("it lost it later", &[(0, 5)], Some((0, 12)), &[0, 2], false),
            ("too few have told", &[(1, 5)], None, &[0], false),
        ];
        for (what, held, lost, told, excused) in cases {
            let mut oracle = oracle();
            let batch = |oracle: &Signatures, transactions| {
                let set = oracle.set(Epoch(0));
                let header = sycee_consensus::BatchHeader {
                    epoch: Epoch(0),
                    lane: ValidatorIndex(3),
                    incarnation: 0,
                    seq: sycee_consensus::Seq(1),
                    parent: sycee_consensus::BatchHeader::lane_genesis(set, ValidatorIndex(3)),
                    time: sycee_primitives::BlockTime(0),
                    transactions,
                    bytes: 10,
                    payload_root: Hash::ZERO,
                };
                let signature = Signature([0; 64]);
                SignedHeader { header, signature }
            };
            let (first, second) = (batch(&oracle, 1), batch(&oracle, 2));
            let digest =
                |oracle: &Signatures, it: &SignedHeader| it.header.digest(oracle.set(Epoch(0)));
            let [before, after] = [&first, &second].map(|it| digest(&oracle, it));
            oracle.synced_batch(1, 3, before);
            assert!(oracle.sends_batch(3, &first, (true, false)).is_ok());
            for (node, at) in held {
                oracle.synced_batch(*at, *node, before);
            }
            if let Some((node, at)) = lost {
                oracle.loses(at, node);
            }
            oracle.starts(3);
            for node in told {
                oracle.tells(10, *node, 3, 77);
                oracle.hears(3, *node, Epoch(0), 77);
            }
            oracle.synced_batch(20, 3, after);
            let verdict = oracle.sends_batch(3, &second, (true, true));
            assert_eq!(verdict.is_ok(), excused, "{what}: {verdict:?}");
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
