//! The core's records as rows, and back: what must be on disk before a signature leaves, and what a restart begins with.
//!
//! It must never decide what to keep for safety: it drops exactly what lies at or below the final view [R7][G1].
//!
//! ```text
//!   Core --Persist(records)--> JournalWriter --WriteSet + SigningMark--> storage, one synced write
//!   storage --load_journal--> Journal --> Core::new
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sycee_consensus::{
    BlockKind, Certificate, Culprit, Evidence, LaneTip, Record, Seq, SignedBlock, SignedHeader,
    ValidatorIndex, ValidatorSet, View, VoteKind,
};
use sycee_primitives::{Epoch, Hash, Height, codec, limits, planted};
use sycee_storage::{Family, WriteSet};

use crate::rows::{self, FinalRow, OffenceRow, PromiseRow};

mod load;

pub use load::{Loaded, genesis_cut, initial_rows, load_journal, quarantine_rows};
pub(crate) use load::{apply_cut, block_at, load_promises, new_batches};

/// How far this validator has signed, for the vote mark outside the store.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct SigningMark {
    /// Epoch of the newest signature.
    pub epoch: Epoch,
    /// Highest view with a record.
    pub view: View,
    /// Incarnation of the own lane.
    pub lane_incarnation: u64,
    /// Last position of the own lane.
    pub lane_seq: Seq,
}

/// Turns records into rows; remembers the blocks that are stored and not final, because finality decides their fate.
#[derive(Debug)]
pub struct JournalWriter {
    set: Arc<ValidatorSet>,
    me: Option<ValidatorIndex>,
    open_blocks: BTreeMap<Hash, SignedBlock>,
    last_final: (Height, Hash),
    /// No record of a view below it is on disk. [R7]
    lowest: View,
    /// Offences that final blocks record: each counts once. [E5]
    recorded: BTreeSet<Culprit>,
    mark: SigningMark,
}

impl JournalWriter {
    /// Continues where a loaded journal stands.
    #[must_use]
    pub fn new(
        set: Arc<ValidatorSet>,
        me: Option<ValidatorIndex>,
        loaded: &Loaded,
    ) -> JournalWriter {
        let mark = SigningMark {
            epoch: set.epoch(),
            ..loaded.mark
        };
        JournalWriter {
            open_blocks: loaded.open_blocks.clone(),
            last_final: loaded.last_final,
            lowest: loaded.lowest,
            recorded: loaded.journal.recorded.iter().copied().collect(),
            set,
            me,
            mark,
        }
    }

    /// The writer of the epoch that begins above this height with this root.
    pub(crate) fn next_epoch(
        &self,
        set: Arc<ValidatorSet>,
        me: Option<ValidatorIndex>,
        root: (Height, Hash),
    ) -> JournalWriter {
        JournalWriter {
            open_blocks: BTreeMap::new(),
            last_final: root,
            lowest: View(1),
            recorded: self.recorded.clone(),
            mark: SigningMark {
                epoch: set.epoch(),
                ..SigningMark::default()
            },
            set,
            me,
        }
    }

    /// The rows of these records, and the new mark if they contain something this validator signed.
    ///
    /// # Panics
    /// When a record names a payload or an ancestor that was never recorded: a bug that must stop before it is written.
    pub fn rows_of(
        &mut self,
        records: Vec<Record>,
        payload: impl Fn(&Hash) -> Option<Arc<[u8]>>,
    ) -> (WriteSet, Option<SigningMark>) {
        let mut writes = WriteSet::new();
        let before = self.mark;
        for record in records {
            match record {
                Record::View(view, record) => {
                    if !planted!("mark-late") {
                        self.mark.view = self.mark.view.max(view);
                    }
                    self.lowest = self.lowest.min(view);
                    let key = rows::vote_key(self.set.epoch(), view);
                    writes.put(Family::Votes, key, codec::encode(&record));
                }
                Record::Batch(header) => self.batch(&header, &payload, &mut writes),
                Record::Block(block) => self.block(block, &mut writes),
                Record::Certificate(certificate) => writes.put(
                    Family::Certificates,
                    rows::certificate_key(self.set.epoch(), certificate.view, certificate.kind),
                    codec::encode(&certificate),
                ),
                Record::Quarantine(quarantine) => writes.put(
                    Family::Meta,
                    rows::META_QUARANTINE,
                    codec::encode(&quarantine),
                ),
                Record::Evidence(evidence) => {
                    if let Some(culprit) = evidence.accused(&self.set) {
                        let key = rows::pending_key(&culprit.id());
                        writes.put(Family::Index, key, codec::encode(&evidence));
                    }
                }
                Record::Final {
                    finalization,
                    height,
                } => self.finalize(&finalization, height, &mut writes),
            }
        }
        (writes, (self.mark != before).then_some(self.mark))
    }

    fn batch(
        &mut self,
        header: &SignedHeader,
        payload: &impl Fn(&Hash) -> Option<Arc<[u8]>>,
        writes: &mut WriteSet,
    ) {
        let digest = header.header.digest(&self.set);
        let frame = payload(&digest);
        assert!(
            frame.is_some(),
            "a recorded batch has a payload: {digest:?}"
        );
        let (lane, seq) = (header.header.lane, header.header.seq);
        writes.put(
            Family::Batches,
            digest.0,
            frame
                .filter(|_| Some(lane) == self.me || !planted!("R4-payload"))
                .map_or_else(Vec::new, |frame| frame.to_vec()),
        );
        writes.put(
            Family::Index,
            rows::lane_key(self.set.epoch(), lane, seq, &digest),
            codec::encode(header),
        );
        if Some(lane) == self.me {
            let promise = PromiseRow {
                epoch: self.set.epoch(),
                is_apart: false,
            };
            writes.put(
                Family::Index,
                rows::promise_key(&digest),
                codec::encode(&promise),
            );
        }
        // [L11] Own positions ascend by (incarnation, position); an own batch of an earlier life that came back is not the last.
        let incarnation = header.header.incarnation;
        let last = (self.mark.lane_incarnation, self.mark.lane_seq);
        if Some(lane) == self.me && (incarnation, seq) > last {
            (self.mark.lane_incarnation, self.mark.lane_seq) = (incarnation, seq);
            let tip = LaneTip {
                incarnation,
                seq,
                digest,
            };
            writes.put(Family::Meta, rows::META_LANE, codec::encode(&tip));
        }
    }

    fn block(&mut self, block: SignedBlock, writes: &mut WriteSet) {
        let digest = block.block.digest(&self.set);
        let height = block.block.height;
        writes.put(
            Family::Blocks,
            rows::block_key(height, &digest),
            codec::encode(&block),
        );
        writes.put(
            Family::Index,
            rows::open_block_key(self.set.epoch(), block.block.view, &digest),
            rows::number(height.0),
        );
        self.open_blocks.insert(digest, block);
    }

    /// Marks the named block and its ancestors final, and drops everything that can never matter again. [V16][R7]
    fn finalize(&mut self, finalization: &Certificate, height: Height, writes: &mut WriteSet) {
        let mut digest = finalization.digest;
        let mut at = height;
        let mut recording: Vec<(Height, Vec<Evidence>)> = Vec::new();
        let mut last = self.last_final;
        // [T2] Padding above the Terminal block belongs to no height of the ledger; it stays until the epoch has ended.
        let mut padding = BTreeSet::new();
        while at > self.last_final.0 {
            let block = self.open_blocks.get(&digest).cloned();
            assert!(
                block.is_some(),
                "a final block and its ancestors are recorded: height {at}, {digest:?}"
            );
            let Some(block) = block else { return };
            assert!(
                block.block.height == at,
                "heights descend by one along a chain"
            );
            if block.block.kind == BlockKind::Padding && !planted!("S7") {
                padding.insert(digest);
            } else {
                self.open_blocks.remove(&digest);
                last = last.max((at, digest));
                writes.put(Family::Index, rows::height_key(at), digest.0);
                let key = rows::open_block_key(self.set.epoch(), block.block.view, &digest);
                writes.delete(Family::Index, key);
                recording.push((at, block.block.evidence));
            }
            digest = block.block.parent;
            at = Height(at.0.saturating_sub(1));
        }
        assert!(
            digest == self.last_final.1 || self.last_final.0 == Height(0),
            "what becomes final extends what was final: {digest:?}"
        );
        for (at, evidence) in recording.into_iter().rev() {
            self.record_offences(at, evidence, writes);
        }
        self.drop_overtaken(finalization.view, &padding, writes);
        self.last_final = last;
        self.put_final(finalization, padding.is_empty(), writes);
    }

    /// The finalization and the row that says how far finality is; votes below it go.
    fn put_final(&mut self, finalization: &Certificate, is_ledger: bool, writes: &mut WriteSet) {
        let (view, epoch) = (finalization.view, self.set.epoch());
        let (family, key) = if is_ledger {
            (
                Family::Certificates,
                rows::finalization_key(self.last_final.0),
            )
        } else {
            (Family::Meta, rows::META_SEAL.to_vec())
        };
        writes.put(family, key, codec::encode(finalization));
        let row = FinalRow {
            epoch,
            height: self.last_final.0,
            digest: self.last_final.1,
            view,
        };
        writes.put(Family::Meta, rows::META_FINAL, codec::encode(&row));
        // Not from 0: ranges that overlap cost later reads of the family their number squared.
        let below = view.next();
        let from = self.lowest.min(below);
        let (from, to) = (rows::vote_key(epoch, from), rows::vote_key(epoch, below));
        writes.delete_range(Family::Votes, from, to);
        // [E8] Notarizations and nullifications stay for the retention time; this one stands under its height.
        let key = rows::certificate_key(epoch, view, VoteKind::Finalize);
        writes.delete(Family::Certificates, key);
        self.lowest = self.lowest.max(view.next());
    }

    /// The first final block that shows an offence records it; what comes later changes nothing. [E5]
    fn record_offences(&mut self, height: Height, evidence: Vec<Evidence>, writes: &mut WriteSet) {
        for (place, evidence) in (0u16..).zip(evidence) {
            let Some(culprit) = evidence.accused(&self.set) else {
                continue;
            };
            let id = culprit.id();
            writes.delete(Family::Index, rows::pending_key(&id));
            let same = |other: &&Culprit| {
                other.validator == culprit.validator && other.slot.epoch == culprit.slot.epoch
            };
            let is_full =
                self.recorded.iter().filter(same).count() >= limits::EVIDENCE_PER_CULPRIT_MAX;
            if is_full || !self.recorded.insert(culprit) {
                continue;
            }
            let row = OffenceRow {
                height,
                place,
                evidence,
            };
            writes.put(Family::Index, rows::offence_key(&id), codec::encode(&row));
            let key = rows::offence_place_key(height, place);
            writes.put(Family::Index, key, codec::encode(&culprit));
        }
    }

    /// Blocks at or below the final view that did not become final.
    fn drop_overtaken(&mut self, view: View, padding: &BTreeSet<Hash>, writes: &mut WriteSet) {
        self.open_blocks.retain(|digest, block| {
            let overtaken = block.block.view <= view && !padding.contains(digest);
            if overtaken {
                writes.delete(Family::Blocks, rows::block_key(block.block.height, digest));
                let key = rows::open_block_key(block.block.epoch, block.block.view, digest);
                writes.delete(Family::Index, key);
            }
            !overtaken
        });
    }
}

#[cfg(test)]
mod tests;
