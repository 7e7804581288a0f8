//! Where the own lane goes on: at its tip, or anew from the final entry. [L1][L11]
//!
//! ```text
//!   final entry --> b6 --> b7 (tip)                     the tip descends from the entry: b8 on b7, same incarnation
//!   final entry moved to b6*, or the record was lost    b7* on the entry, incarnation = view * 256 + k
//! ```
//! It must never know what is in a batch. Positions signed are ascending by (incarnation, seq): no slot comes twice.

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher},
};

use sycee_primitives::{Hash, planted};

use crate::{BatchHeader, LaneEntry, Seq, View};

/// Incarnations that may begin in one view: the number's lowest byte. [L11]
const PER_VIEW: u64 = 256;

/// The next header's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slot {
    pub(crate) incarnation: u64,
    pub(crate) seq: Seq,
    pub(crate) parent: Hash,
}

/// The own lane as far as it was signed.
#[derive(Clone, Debug)]
pub(crate) struct OwnLane {
    incarnation: u64,
    has_signed: bool,
    /// Where `branch` begins.
    start: LaneEntry,
    /// What was signed above `start`, ascending without a gap.
    branch: BTreeMap<Seq, Hash>,
    /// The next batch begins anew from the final entry.
    is_off: bool,
}

impl OwnLane {
    /// A lane whose last header is `tip`, if it ever signed one; `line` are the digests that lead to it, ascending, and end with it.
    pub(crate) fn new(start: LaneEntry, tip: Option<u64>, line: &[LaneEntry]) -> OwnLane {
        OwnLane {
            incarnation: tip.unwrap_or(0),
            has_signed: tip.is_some(),
            start,
            branch: line.iter().map(|entry| (entry.seq, entry.digest)).collect(),
            is_off: false,
        }
    }

    /// The final entry of the own lane moved; the branch must go through it. [L11]
    pub(crate) fn follow(&mut self, entry: LaneEntry) {
        if self.is_off || entry == self.start {
            return;
        }
        if self.branch.get(&entry.seq) == Some(&entry.digest) {
            self.start = entry;
            self.branch = self.branch.split_off(&Seq(entry.seq.0.saturating_add(1)));
        } else {
            self.is_off = true;
        }
    }

    /// Ends this life of the lane: the next batch begins another, even if this one is not known to have signed. [L11]
    ///
    /// Returns what it had signed above the final entry.
    pub(crate) fn end_life(&mut self) -> Vec<Hash> {
        (self.is_off, self.has_signed) = (true, true);
        self.branch.values().copied().collect()
    }

    /// Whether an incarnation may have begun in `view` or later. [L11]
    pub(crate) fn is_of(incarnation: u64, view: View) -> bool {
        incarnation >= view.0.saturating_mul(PER_VIEW)
    }

    /// Whether this life began before `view`. [J6]
    pub(crate) fn is_before(&self, view: View) -> bool {
        !OwnLane::is_of(self.incarnation, view)
    }

    /// Whether a header of this life, or of a later one, is not among what was signed above the final entry. [J3]
    pub(crate) fn lacks(&self, header: &BatchHeader, digest: &Hash) -> bool {
        header.incarnation > self.incarnation
            || header.incarnation == self.incarnation
                && header.seq > self.start.seq
                && self.branch.get(&header.seq) != Some(digest)
    }

    /// Where the next header goes when `entry` is final; `None` when this view has no incarnation left. [L11]
    pub(crate) fn next(&self, view: View, entry: LaneEntry) -> Option<Slot> {
        if !self.is_off {
            let tip = self.branch.last_key_value();
            let (seq, parent) = tip.map_or((self.start.seq, self.start.digest), |(s, d)| (*s, *d));
            return Some(Slot {
                incarnation: self.incarnation,
                seq: Seq(seq.0.checked_add(1)?),
                parent,
            });
        }
        let incarnation = if self.has_signed {
            let view = if planted!("B6c") {
                self.incarnation / PER_VIEW
            } else {
                view.0
            };
            let first = view.checked_mul(PER_VIEW)?;
            let step = if planted!("B6a") { PER_VIEW } else { 1 };
            let next = first.max(self.incarnation.checked_add(step)?);
            (next - first < PER_VIEW).then_some(next)?
        } else {
            self.incarnation
        };
        let entry = if planted!("B6b") { self.start } else { entry };
        Some(Slot {
            incarnation,
            seq: Seq(entry.seq.0.checked_add(1)?),
            parent: entry.digest,
        })
    }

    /// Notes a header as signed, before the signature exists. [R1]
    pub(crate) fn signed(&mut self, slot: Slot, entry: LaneEntry, digest: Hash) {
        if self.is_off {
            (self.start, self.is_off) = (entry, false);
            self.branch.clear();
        }
        (self.incarnation, self.has_signed) = (slot.incarnation, true);
        self.branch.insert(slot.seq, digest);
    }

    /// What decides later headers, for [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let OwnLane {
            incarnation,
            has_signed,
            start,
            branch,
            is_off,
        } = self;
        (incarnation, has_signed, start.seq, branch, is_off).hash(into);
        // Before the first batch the beginning is the own lane's name, which says only who this is.
        (start.seq > Seq(0)).then_some(start.digest).hash(into);
    }
}

#[cfg(test)]
mod tests;
