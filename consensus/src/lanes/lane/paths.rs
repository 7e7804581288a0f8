//! The ways between two batches of a lane: whether a node holds everything on them.

use sycee_primitives::Hash;

use super::{Lane, follows};
use crate::{
    Seq,
    lanes::{LaneEntry, Path},
};

/// Ways down that are remembered at once.
const WAYS_DOWN_MAX: usize = 4_096;

/// What lies below a batch.
enum Step {
    /// Held, with so many bytes; its parent.
    Down(u64, LaneEntry),
    /// Not known, or not synced.
    Missing,
    /// Of another position than it was named at, or it cannot stand on its parent.
    Broken,
}

impl Lane {
    /// The batches between `from` (excluded) and `tip`. [V11][L10]
    pub(in crate::lanes) fn path(&self, from: LaneEntry, tip: LaneEntry) -> Path {
        if self.runs_along_line(from, tip) {
            let (mut digests, mut bytes) = (Vec::new(), 0u64);
            for (digest, size) in self
                .line
                .range(Seq(from.seq.0.saturating_add(1))..=tip.seq)
                .map(|(_, it)| it)
            {
                digests.push(*digest);
                bytes = bytes.saturating_add(*size);
            }
            return Path::Held(digests, bytes);
        }
        let (mut digests, mut bytes, mut at) = (Vec::new(), 0u64, tip);
        while at.seq > from.seq {
            match self.step_down(at) {
                Step::Down(size, parent) => {
                    digests.push(at.digest);
                    bytes = bytes.saturating_add(size);
                    at = parent;
                }
                Step::Missing => return Path::Missing(self.owner, at.digest),
                Step::Broken => return Path::Broken,
            }
        }
        if at != from {
            return Path::Broken;
        }
        digests.reverse();
        Path::Held(digests, bytes)
    }

    /// The first batch on the way down from `tip` to `from` that is missing or not synced. [W4]
    ///
    /// Asked for at every step while something is missing, so each way is walked once, and from where it was held to the last time.
    pub(in crate::lanes) fn first_missing(&self, from: LaneEntry, tip: LaneEntry) -> Option<Hash> {
        if self.runs_along_line(from, tip) {
            return None;
        }
        let mut ways = self.ways_down.borrow_mut();
        let (mut at, mut lowest_held) = (ways.get(&tip).copied().unwrap_or(tip), None);
        let missing = loop {
            if at.seq <= from.seq {
                break None;
            }
            match self.step_down(at) {
                Step::Down(_, parent) => lowest_held = Some(std::mem::replace(&mut at, parent)),
                Step::Missing => break Some(at.digest),
                Step::Broken => break None,
            }
        };
        if let Some(held) = lowest_held {
            if ways.len() >= WAYS_DOWN_MAX {
                ways.clear();
            }
            ways.insert(tip, held);
        }
        missing
    }

    /// From a batch to its parent.
    fn step_down(&self, at: LaneEntry) -> Step {
        let Some(known) = self.batches.get(&at.digest).filter(|known| known.synced) else {
            return Step::Missing;
        };
        let header = &known.signed.header;
        let is_linked = self
            .place(&header.parent)
            .is_none_or(|parent| follows(parent, header));
        if header.seq != at.seq || !is_linked {
            return Step::Broken;
        }
        let parent = LaneEntry {
            seq: Seq(at.seq.0 - 1),
            digest: header.parent,
        };
        Step::Down(header.bytes, parent)
    }

    /// Whether both are on the line, which is held and linked from end to end: no look at what lies between is needed. [L7]
    fn runs_along_line(&self, from: LaneEntry, tip: LaneEntry) -> bool {
        self.base.seq <= from.seq
            && from.seq < tip.seq
            && self.digest_at(from.seq) == Some(from.digest)
            && self.digest_at(tip.seq) == Some(tip.digest)
    }
}
