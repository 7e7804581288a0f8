//! The data lanes as one node sees them: which batches exist above the delivered cut, who holds what, what may be cut next.
//!
//! ```text
//!   lane 2:   delivered --> b7 --> b8 --> b9 --> b10        (linked by parent digest; payloads are the shell's)
//!                                   ^      ^
//!                       own watermark      covered by q: include-able for a leader
//! ```
//! It must never know views, blocks or votes. Batches at or below the delivered cut have left. [G1]

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
};

use sycee_primitives::Hash;

use crate::{BatchHeader, Seq, SignedHeader, ValidatorIndex, ValidatorSet, Watermark};

/// Place of a lane: position and digest of a batch, or of the lane's genesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct LaneEntry {
    /// Position.
    pub seq: Seq,
    /// Digest there.
    pub digest: Hash,
}

/// Pending watermarks kept per sender and lane until the batch they name is known. [W3]
const PENDING_WATERMARKS_MAX: usize = 8;

#[derive(Clone, Debug)]
struct Known {
    header: BatchHeader,
    synced: bool,
}

/// One lane above the delivered cut.
#[derive(Clone, Debug)]
struct Lane {
    base: LaneEntry,
    /// Batches by digest; more than one per position only when a block named another branch. [L5]
    batches: BTreeMap<Hash, Known>,
    /// First valid batch of each position. [L5]
    first: BTreeMap<Seq, Hash>,
    /// Own watermark: held up to here along `first`. [W1]
    held: LaneEntry,
    /// Bytes of everything in `batches`. [L6]
    bytes: u64,
    /// Per validator: how far along `first` it holds the lane. [W3]
    coverage: Vec<Seq>,
    /// Per validator: watermarks naming what is not known yet.
    pending: Vec<Vec<LaneEntry>>,
    /// Highest position that ever had a quorum. [Q1]
    quorum_seq: Seq,
}

impl Lane {
    fn new(base: LaneEntry, validators: usize) -> Lane {
        Lane {
            base,
            batches: BTreeMap::new(),
            first: BTreeMap::new(),
            held: base,
            bytes: 0,
            coverage: vec![base.seq; validators],
            pending: vec![Vec::new(); validators],
            quorum_seq: base.seq,
        }
    }

    fn digest_at(&self, seq: Seq) -> Option<Hash> {
        if seq == self.base.seq {
            Some(self.base.digest)
        } else {
            self.first.get(&seq).copied()
        }
    }

    /// Walks the own watermark forward over synced batches that extend it. [L7]
    fn advance_held(&mut self) {
        while let Some(digest) = self.first.get(&Seq(self.held.seq.0 + 1)) {
            match self.batches.get(digest) {
                Some(known) if known.synced && known.header.parent == self.held.digest => {
                    self.held = LaneEntry {
                        seq: known.header.seq,
                        digest: *digest,
                    };
                }
                _ => break,
            }
        }
    }

    /// Counts pending watermarks whose batch has become known. [W3]
    fn resolve_pending(&mut self) {
        for validator in 0..self.pending.len() {
            let pending = std::mem::take(&mut self.pending[validator]);
            for entry in pending {
                self.cover(validator, entry);
            }
        }
    }

    fn cover(&mut self, validator: usize, entry: LaneEntry) {
        if entry.seq <= self.coverage[validator] {
            return;
        }
        if self.digest_at(entry.seq) == Some(entry.digest) {
            self.coverage[validator] = entry.seq;
        } else if entry.seq > self.base.seq {
            let pending = &mut self.pending[validator];
            pending.retain(|other| other.seq < entry.seq);
            if pending.len() == PENDING_WATERMARKS_MAX {
                pending.remove(0);
            }
            pending.push(entry);
        }
    }

    /// The highest position that `count` validators hold.
    fn covered_by(&self, count: usize) -> Seq {
        let mut coverage = self.coverage.clone();
        coverage.sort_unstable_by(|a, b| b.cmp(a));
        count
            .checked_sub(1)
            .and_then(|place| coverage.get(place))
            .copied()
            .unwrap_or(self.base.seq)
    }
}

/// All lanes of the epoch.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    lanes: Vec<Lane>,
    quorum: usize,
    me: Option<ValidatorIndex>,
    window_bytes: u64,
}

/// What the path between two places of a lane looks like to this node. [V11]
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Path {
    /// Held: digests in lane order and their bytes.
    Held(Vec<Hash>, u64),
    /// This batch is missing or not synced yet.
    Missing(ValidatorIndex, Hash),
    /// The tip does not descend from there.
    Broken,
}

impl Lanes {
    pub(crate) fn new(
        set: &ValidatorSet,
        me: Option<ValidatorIndex>,
        delivered_cut: &[(Seq, Hash)],
        window_bytes: u64,
    ) -> Lanes {
        let lanes = set
            .indexes()
            .map(|lane| {
                let (seq, digest) = delivered_cut
                    .get(lane.usize())
                    .copied()
                    .unwrap_or_else(|| (Seq(0), BatchHeader::lane_genesis(set, lane)));
                Lane::new(LaneEntry { seq, digest }, set.size())
            })
            .collect();
        Lanes {
            lanes,
            quorum: set.quorum(),
            me,
            window_bytes,
        }
    }

    /// Place of a lane in the delivered cut.
    pub(crate) fn base(&self, lane: ValidatorIndex) -> LaneEntry {
        self.lanes[lane.usize()].base
    }

    /// Whether a batch is known, synced or not.
    pub(crate) fn knows(&self, lane: ValidatorIndex, digest: &Hash) -> bool {
        self.lanes
            .get(lane.usize())
            .is_some_and(|lane| lane.batches.contains_key(digest))
    }

    /// Whether the window of a lane takes another batch that no block names. [L6]
    pub(crate) fn has_room(&self, index: ValidatorIndex) -> bool {
        self.lanes
            .get(index.usize())
            .is_some_and(|lane| lane.bytes < self.window_bytes.saturating_mul(2))
    }

    /// Takes a verified header; false when it is known, delivered already, or beyond the window and not named by a block. [L5][L6]
    pub(crate) fn insert(&mut self, digest: Hash, signed: &SignedHeader, named: bool) -> bool {
        let Some(lane) = self.lanes.get_mut(signed.header.lane.usize()) else {
            return false;
        };
        let header = &signed.header;
        let fits =
            named || lane.bytes.saturating_add(header.bytes) <= self.window_bytes.saturating_mul(2);
        let first = !lane.first.contains_key(&header.seq);
        if header.seq <= lane.base.seq
            || lane.batches.contains_key(&digest)
            || !fits
            || !(first || named)
        {
            return false;
        }
        lane.bytes += header.bytes;
        lane.batches.insert(
            digest,
            Known {
                header: header.clone(),
                synced: false,
            },
        );
        if first {
            lane.first.insert(header.seq, digest);
            lane.resolve_pending();
        }
        true
    }

    /// A batch is on disk: it counts as held as soon as its ancestors are. [L7][R4]
    pub(crate) fn synced(&mut self, lane: ValidatorIndex, digest: &Hash) {
        let Some(lane) = self.lanes.get_mut(lane.usize()) else {
            return;
        };
        if let Some(known) = lane.batches.get_mut(digest) {
            known.synced = true;
        }
        lane.advance_held();
        let held = lane.held;
        if let Some(me) = self.me {
            lane.cover(me.usize(), held);
        }
    }

    /// Notes a peer's watermark. [W3]
    pub(crate) fn watermark(&mut self, from: ValidatorIndex, mark: &Watermark) {
        if let Some(lane) = self.lanes.get_mut(mark.lane.usize())
            && from.usize() < lane.coverage.len()
        {
            lane.cover(
                from.usize(),
                LaneEntry {
                    seq: mark.seq,
                    digest: mark.digest,
                },
            );
        }
    }

    /// How many validators name this batch or a later one of its lane, held here or not. [W6]
    pub(crate) fn named_by(&self, lane: ValidatorIndex, seq: Seq) -> usize {
        let Some(lane) = self.lanes.get(lane.usize()) else {
            return 0;
        };
        lane.coverage
            .iter()
            .zip(&lane.pending)
            .filter(|(covered, pending)| {
                **covered >= seq || pending.iter().any(|entry| entry.seq >= seq)
            })
            .count()
    }

    /// Own watermarks of all lanes.
    pub(crate) fn own_watermarks(&self) -> Vec<Watermark> {
        (0u16..)
            .zip(&self.lanes)
            .map(|(index, lane)| Watermark {
                lane: ValidatorIndex(index),
                seq: lane.held.seq,
                digest: lane.held.digest,
            })
            .collect()
    }

    /// The lowest batch of a lane that some validator holds and this node lacks, as (position, digest). [W4]
    ///
    /// The digest is known only from a child or a watermark; between them the walk goes down the parents.
    pub(crate) fn lowest_missing(&self, index: ValidatorIndex) -> Option<(Seq, Hash)> {
        let lane = self.lanes.get(index.usize())?;
        // Known batches above a hole name their missing parent.
        let hole = lane
            .first
            .values()
            .filter_map(|digest| lane.batches.get(digest))
            .find_map(|known| {
                let parent = known.header.parent;
                let missing =
                    known.header.seq.0 > lane.base.seq.0 + 1 && !lane.batches.contains_key(&parent);
                missing.then(|| (Seq(known.header.seq.0 - 1), parent))
            });
        hole.or_else(|| {
            let named = lane
                .pending
                .iter()
                .flatten()
                .filter(|entry| !lane.batches.contains_key(&entry.digest));
            named
                .min_by_key(|entry| (entry.seq, entry.digest))
                .map(|entry| (entry.seq, entry.digest))
        })
    }

    /// The batches between `from` (excluded) and `tip`. [V11]
    pub(crate) fn path(&self, index: ValidatorIndex, from: LaneEntry, tip: LaneEntry) -> Path {
        let Some(lane) = self.lanes.get(index.usize()) else {
            return Path::Broken;
        };
        let (mut digests, mut bytes, mut at) = (Vec::new(), 0u64, tip);
        while at.seq > from.seq {
            let Some(known) = lane.batches.get(&at.digest).filter(|known| known.synced) else {
                return Path::Missing(index, at.digest);
            };
            if known.header.seq != at.seq {
                return Path::Broken;
            }
            digests.push(at.digest);
            bytes = bytes.saturating_add(known.header.bytes);
            at = LaneEntry {
                seq: Seq(at.seq.0 - 1),
                digest: known.header.parent,
            };
        }
        if at != from {
            return Path::Broken;
        }
        digests.reverse();
        Path::Held(digests, bytes)
    }

    /// The highest tip a leader may cut above `from` within `budget` bytes, with the bytes it adds. [L8][L9]
    pub(crate) fn includable(
        &self,
        index: ValidatorIndex,
        from: LaneEntry,
        budget: u64,
    ) -> Option<(LaneEntry, u64)> {
        let lane = self.lanes.get(index.usize())?;
        let own = self.me == Some(index);
        let limit = if own {
            lane.held.seq
        } else {
            lane.covered_by(self.quorum).min(lane.held.seq)
        };
        if limit <= from.seq || lane.digest_at(from.seq) != Some(from.digest) {
            return None;
        }
        let (mut tip, mut bytes) = (from, 0u64);
        for (seq, digest) in lane.first.range(Seq(from.seq.0 + 1)..=limit) {
            let added = lane
                .batches
                .get(digest)
                .map_or(u64::MAX, |known| known.header.bytes);
            if bytes.saturating_add(added) > budget {
                break;
            }
            bytes += added;
            tip = LaneEntry {
                seq: *seq,
                digest: *digest,
            };
        }
        (tip.seq > from.seq).then_some((tip, bytes))
    }

    /// Whether some tip above `from` has, or once had, a quorum of watermarks. [Q1]
    pub(crate) fn has_quorum_above(&mut self, index: ValidatorIndex, from: LaneEntry) -> bool {
        let quorum = self.quorum;
        let Some(lane) = self.lanes.get_mut(index.usize()) else {
            return false;
        };
        lane.quorum_seq = lane.quorum_seq.max(lane.covered_by(quorum));
        lane.quorum_seq > from.seq && lane.digest_at(from.seq) == Some(from.digest)
    }

    /// What is known and who holds it, the own place told apart from the others only. For [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let Lanes {
            lanes,
            quorum: _,
            me,
            window_bytes: _,
        } = self;
        let me = me.map(ValidatorIndex::usize);
        for lane in lanes {
            let Lane {
                base,
                batches,
                first,
                held,
                bytes,
                coverage,
                pending,
                quorum_seq,
            } = lane;
            (base, first, held, bytes, quorum_seq).hash(into);
            for (digest, known) in batches {
                (digest, known.synced).hash(into);
            }
            for (place, told) in coverage.iter().zip(pending).enumerate() {
                if Some(place) != me {
                    told.hash(into);
                }
            }
            me.and_then(|me| coverage.get(me)).hash(into);
        }
    }

    /// Whether the own watermark of some lane lies above `cut`. [Q7]
    pub(crate) fn holds_above(&self, cut: &[LaneEntry]) -> bool {
        self.lanes
            .iter()
            .zip(cut)
            .any(|(lane, entry)| lane.held.seq > entry.seq)
    }

    /// The delivered cut moved: everything at or below it leaves. [G1]
    pub(crate) fn deliver(&mut self, index: ValidatorIndex, entry: LaneEntry) {
        let Some(lane) = self.lanes.get_mut(index.usize()) else {
            return;
        };
        if entry.seq <= lane.base.seq {
            return;
        }
        let off_branch = lane.first.get(&entry.seq) != Some(&entry.digest);
        lane.base = entry;
        lane.batches.retain(|_, known| known.header.seq > entry.seq);
        lane.first = lane.first.split_off(&Seq(entry.seq.0 + 1));
        if off_branch {
            // The chain took another branch than the one first seen: what was built on the lost branch is not this lane any more.
            lane.batches.clear();
            lane.first.clear();
            lane.held = entry;
        }
        if lane.held.seq < entry.seq {
            lane.held = entry;
        }
        lane.bytes = lane.batches.values().map(|known| known.header.bytes).sum();
        for covered in &mut lane.coverage {
            *covered = (*covered).max(entry.seq);
        }
        for pending in &mut lane.pending {
            pending.retain(|mark| mark.seq > entry.seq);
        }
        lane.quorum_seq = lane.quorum_seq.max(entry.seq);
        lane.advance_held();
        lane.resolve_pending();
    }

    /// Bytes of a lane above `entry` that are known here: the owner's window. [L2]
    pub(crate) fn bytes_above(&self, index: ValidatorIndex, entry: LaneEntry) -> u64 {
        let Some(lane) = self.lanes.get(index.usize()) else {
            return 0;
        };
        lane.batches
            .values()
            .filter(|known| known.header.seq > entry.seq)
            .map(|known| known.header.bytes)
            .sum()
    }
}

#[cfg(test)]
mod tests;
