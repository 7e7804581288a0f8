//! The ways between two batches of a lane: whether a node holds everything on them.

use sycee_primitives::Hash;

use super::{Lane, follows};
use crate::{
    Seq,
    lanes::{LaneEntry, Path},
};

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
            let known = self.batches.get(&at.digest).filter(|known| known.synced);
            let Some(known) = known else {
                return Path::Missing(self.owner, at.digest);
            };
            let header = &known.signed.header;
            let is_linked = self
                .place(&header.parent)
                .is_none_or(|parent| follows(parent, header));
            if header.seq != at.seq || !is_linked {
                return Path::Broken;
            }
            digests.push(at.digest);
            bytes = bytes.saturating_add(header.bytes);
            at = LaneEntry {
                seq: Seq(at.seq.0 - 1),
                digest: header.parent,
            };
        }
        if at != from {
            return Path::Broken;
        }
        digests.reverse();
        Path::Held(digests, bytes)
    }

    /// The first batch on the way down from `tip` to `from` that is missing or not synced. [W4]
    pub(in crate::lanes) fn first_missing(&self, from: LaneEntry, tip: LaneEntry) -> Option<Hash> {
        if self.runs_along_line(from, tip) {
            return None;
        }
        match self.path(from, tip) {
            Path::Missing(_, digest) => Some(digest),
            Path::Held(..) | Path::Broken => None,
        }
    }

    /// Whether both are on the line, which is held and linked from end to end: no look at what lies between is needed. [L7]
    fn runs_along_line(&self, from: LaneEntry, tip: LaneEntry) -> bool {
        self.base.seq <= from.seq
            && from.seq < tip.seq
            && self.digest_at(from.seq) == Some(from.digest)
            && self.digest_at(tip.seq) == Some(tip.digest)
    }
}
