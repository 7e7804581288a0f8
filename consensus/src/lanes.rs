//! The data lanes as one node sees them: which batches exist above the delivered cut, who holds what, what may be cut next.
//!
//! ```text
//!   lane 2:   delivered --> b7 --> b8 --> b9 --> b10        (linked by parent digest; payloads are the shell's)
//!                                   ^      ^
//!                       own watermark      covered by q: include-able for a leader
//! ```
//! It must never know views, blocks or votes. Batches at or below the delivered cut have left. [G1]

mod holders;
mod lane;

use std::hash::Hasher;

use sycee_primitives::{Hash, Tick, planted};

pub(crate) use holders::Holders;
use lane::{Lane, Rules};

use crate::{BatchHeader, Seq, SignedHeader, ValidatorIndex, ValidatorSet, Watermark};

/// Place of a lane: position and digest of a batch, or of the lane's genesis.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct LaneEntry {
    /// Position.
    pub seq: Seq,
    /// Digest there.
    pub digest: Hash,
}

/// All lanes of the epoch.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    lanes: Vec<Lane>,
}

/// Something of a lane that others have and this node lacks. [W4]
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Absent {
    pub(crate) lane: ValidatorIndex,
    pub(crate) seq: Seq,
    pub(crate) digest: Hash,
    /// Who says to hold it.
    pub(crate) holders: Holders,
    /// Whether one of them must be honest.
    pub(crate) is_many: bool,
    /// Grows whenever one of them names something new. [W6]
    pub(crate) version: u64,
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
        let rules = Rules {
            me,
            quorum: set.quorum(),
            availability: set.availability(),
            bytes_max: window_bytes.saturating_mul(if planted!("L4e") { 1 } else { 2 }),
        };
        let lanes = set
            .indexes()
            .map(|lane| {
                let (seq, digest) = delivered_cut
                    .get(lane.usize())
                    .copied()
                    .unwrap_or_else(|| (Seq(0), BatchHeader::lane_genesis(set, lane)));
                Lane::new(lane, rules, LaneEntry { seq, digest }, set.size())
            })
            .collect();
        Lanes { lanes }
    }

    /// Place of a lane in the delivered cut.
    pub(crate) fn base(&self, lane: ValidatorIndex) -> LaneEntry {
        self.lanes[lane.usize()].base
    }

    /// Whether a batch is known, synced or not.
    pub(crate) fn knows(&self, lane: ValidatorIndex, digest: &Hash) -> bool {
        self.lanes
            .get(lane.usize())
            .is_some_and(|lane| lane.knows(digest))
    }

    /// Whether a batch that no block names is worth a check of its signatures. [L5][L6][L11][L13]
    pub(crate) fn would_take(&self, header: &BatchHeader) -> bool {
        self.lanes
            .get(header.lane.usize())
            .is_some_and(|lane| lane.would_take(header))
    }

    /// Whether so many validators name this unknown batch that one of them is honest. [L5]
    pub(crate) fn is_demanded(&self, header: &BatchHeader, digest: &Hash) -> bool {
        self.lanes
            .get(header.lane.usize())
            .is_some_and(|lane| lane.is_demanded(header.seq, digest))
    }

    /// Whether a verified header that has a place here is taken although no block names it. [L5][L6]
    pub(crate) fn takes_unnamed(&self, header: &BatchHeader, digest: &Hash) -> bool {
        self.lanes
            .get(header.lane.usize())
            .is_some_and(|lane| lane.takes_unnamed(header, digest))
    }

    /// Takes a verified header; false when it is known, has no place here, or nothing asks for it. [L5][L6]
    pub(crate) fn insert(
        &mut self,
        now: Tick,
        digest: Hash,
        signed: &SignedHeader,
        named: bool,
    ) -> bool {
        self.lanes
            .get_mut(signed.header.lane.usize())
            .is_some_and(|lane| lane.insert(now, digest, signed, named))
    }

    /// Takes back what a restart found on disk: batches above the delivered cut, and those at the cut itself. [R6]
    pub(crate) fn restore(&mut self, digest: Hash, signed: &SignedHeader) {
        let Some(lane) = self.lanes.get_mut(signed.header.lane.usize()) else {
            return;
        };
        if digest == lane.base.digest {
            lane.restore_base(&signed.header);
        } else {
            lane.insert(Tick(0), digest, signed, true);
            lane.synced(Tick(0), &digest);
        }
    }

    /// A batch is on disk: it counts as held as soon as its ancestors are. [L7][R4]
    pub(crate) fn synced(&mut self, now: Tick, lane: ValidatorIndex, digest: &Hash) {
        if let Some(lane) = self.lanes.get_mut(lane.usize()) {
            lane.synced(now, digest);
        }
    }

    /// Notes a peer's watermark. [W3]
    pub(crate) fn watermark(&mut self, now: Tick, from: ValidatorIndex, mark: &Watermark) {
        if let Some(lane) = self.lanes.get_mut(mark.lane.usize()) {
            let (seq, digest) = (mark.seq, mark.digest);
            lane.watermark(now, from, LaneEntry { seq, digest });
        }
    }

    /// A batch above the delivered cut. [J3]
    pub(crate) fn header(&self, lane: ValidatorIndex, digest: &Hash) -> Option<&BatchHeader> {
        self.lanes.get(lane.usize())?.header(digest)
    }

    /// Batches of a lane that are known here and that no delivered block has ordered. [L14]
    pub(crate) fn unordered(&self, lane: ValidatorIndex) -> Vec<Hash> {
        let lane = self.lanes.get(lane.usize());
        lane.into_iter().flat_map(Lane::unordered).collect()
    }

    /// The newest header of a lane that is known here. [J2]
    pub(crate) fn newest_header(&self, lane: ValidatorIndex) -> Option<SignedHeader> {
        self.lanes.get(lane.usize())?.newest_header().cloned()
    }

    /// The highest notarized block of the expected line takes the lanes this far. [L12]
    pub(crate) fn take(&mut self, now: Tick, cut: &[LaneEntry]) {
        for (lane, entry) in self.lanes.iter_mut().zip(cut) {
            lane.take(now, *entry);
        }
    }

    /// Own watermarks of all lanes, in their order.
    pub(crate) fn own_watermarks(&self) -> impl Iterator<Item = Watermark> {
        (0u16..).zip(&self.lanes).map(|(index, lane)| Watermark {
            lane: ValidatorIndex(index),
            seq: lane.held.seq,
            digest: lane.held.digest,
        })
    }

    /// What watermarks name, or known batches have as parent, and this node lacks. [W4]
    pub(crate) fn absent(&self) -> impl Iterator<Item = Absent> {
        self.lanes.iter().flat_map(Lane::absent)
    }

    /// The batches between `from` (excluded) and `tip`. [V11]
    pub(crate) fn path(&self, index: ValidatorIndex, from: LaneEntry, tip: LaneEntry) -> Path {
        self.lanes
            .get(index.usize())
            .map_or(Path::Broken, |lane| lane.path(from, tip))
    }

    /// The first batch on the way down from `tip` to `from` that is missing or not synced. [W4]
    pub(crate) fn first_missing(
        &self,
        index: ValidatorIndex,
        from: LaneEntry,
        tip: LaneEntry,
    ) -> Option<Hash> {
        self.lanes.get(index.usize())?.first_missing(from, tip)
    }

    /// The highest tip a leader may cut above `from` within `budget` bytes, with the bytes it adds. [L8][L9]
    pub(crate) fn includable(
        &self,
        index: ValidatorIndex,
        from: LaneEntry,
        budget: u64,
    ) -> Option<(LaneEntry, u64)> {
        self.lanes
            .get(index.usize())
            .and_then(|lane| lane.includable(from, budget))
    }

    /// Whether some tip above `from` has, or once had, a quorum of watermarks. [Q1]
    pub(crate) fn has_quorum_above(&self, index: ValidatorIndex, from: LaneEntry) -> bool {
        self.lanes
            .get(index.usize())
            .is_some_and(|lane| lane.has_quorum_above(from))
    }

    /// Per lane the highest held tip that a quorum has covered since `limit`. [V24]
    pub(crate) fn overdue(&self, limit: Tick) -> Vec<Option<LaneEntry>> {
        self.lanes.iter().map(|lane| lane.overdue(limit)).collect()
    }

    /// Bytes of one known batch. [L9]
    pub(crate) fn bytes_of(&self, index: ValidatorIndex, digest: &Hash) -> Option<u64> {
        self.lanes.get(index.usize())?.bytes_of(digest)
    }

    /// What is known of each lane. For [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let Lanes { lanes } = self;
        for lane in lanes {
            lane.fingerprint(into);
        }
    }

    /// Whether the own watermark of some lane lies above `cut`. [Q7]
    pub(crate) fn holds_above(&self, cut: &[LaneEntry]) -> bool {
        self.lanes
            .iter()
            .zip(cut)
            .any(|(lane, entry)| lane.held.seq > entry.seq)
    }

    /// The delivered cut moved: everything at or below it leaves. [G1] Returns what can never be final any more.
    pub(crate) fn deliver(
        &mut self,
        now: Tick,
        index: ValidatorIndex,
        entry: LaneEntry,
    ) -> Vec<Hash> {
        self.lanes
            .get_mut(index.usize())
            .map(|lane| lane.deliver(now, entry))
            .unwrap_or_default()
    }

    /// Bytes of a lane above `entry` that may still become final: the owner's window. [L2]
    pub(crate) fn bytes_above(&self, index: ValidatorIndex, entry: LaneEntry) -> u64 {
        self.lanes
            .get(index.usize())
            .map_or(0, |lane| lane.bytes_above(entry))
    }

    /// A batch has a signature in it that does not hold. [L13]
    pub(crate) fn poison(&mut self, header: &BatchHeader, digest: Hash) {
        if let Some(lane) = self.lanes.get_mut(header.lane.usize()) {
            lane.poison(header.incarnation, digest);
        }
    }

    /// Own batches of a life that is over; returns those that were not given up before. [L11]
    pub(crate) fn give_up(&mut self, index: ValidatorIndex, digests: &[Hash]) -> Vec<Hash> {
        self.lanes
            .get_mut(index.usize())
            .map(|lane| lane.give_up(digests))
            .unwrap_or_default()
    }

    /// Pairs of headers of one slot seen since the last call, for evidence. [L5]
    pub(crate) fn take_pairs(&mut self) -> Vec<(SignedHeader, SignedHeader)> {
        let pairs = self.lanes.iter_mut();
        pairs
            .flat_map(|lane| std::mem::take(&mut lane.pairs))
            .collect()
    }
}

#[cfg(test)]
mod tests;
