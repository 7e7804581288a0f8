//! Which branch of a lane this node watermarks and includes. [L12]
//!
//! ```text
//!   base --> taken by the notarized line --> newest life, first header of each slot --> held
//! ```

use std::collections::BTreeSet;

use sycee_primitives::{Hash, Tick, planted};

use super::{Lane, Slot, follows};
use crate::{
    Seq,
    lanes::{Holders, LaneEntry},
};

impl Lane {
    /// Once per slot this node goes along with a or more others, so that two groups cannot swap for ever. [L12]
    pub(super) fn move_choice(&mut self, key: (u64, Seq), digest: Hash) -> bool {
        if self.dead.contains(&key.0) {
            return false;
        }
        let Some(slot) = self.slots.get_mut(&key) else {
            let slot = Slot {
                chosen: digest,
                is_moved: true,
                is_doubled: false,
            };
            self.slots.insert(key, slot);
            return true;
        };
        if slot.chosen == digest || slot.is_moved {
            return false;
        }
        (slot.chosen, slot.is_moved) = (digest, true);
        true
    }

    /// A batch is on disk. [L7][R4]
    pub(in crate::lanes) fn synced(&mut self, now: Tick, digest: &Hash) {
        let newest = self.newest();
        let Some(known) = self.batches.get_mut(digest).filter(|known| !known.synced) else {
            return;
        };
        known.synced = true;
        let header = &known.signed.header;
        let (incarnation, parent) = (header.incarnation, header.parent);
        *self.alive.entry(incarnation).or_default() += 1;
        let off_line = self.knows(&self.taken.digest) && !self.is_on_line(self.taken);
        if incarnation > newest || off_line || self.is_inside_line(&parent) {
            self.rebuild_line();
        } else {
            self.extend_line();
        }
        self.cover_own(now);
    }

    pub(in crate::lanes) fn cover_own(&mut self, now: Tick) {
        if let Some(me) = self.rules.me {
            self.cover(now, self.held.digest, Holders::one(me));
        }
    }

    /// The highest notarized block of the expected line takes the lane this far. [L12]
    pub(in crate::lanes) fn take(&mut self, now: Tick, entry: LaneEntry) {
        if entry == self.taken {
            return;
        }
        let was_off_line = !self.is_on_line(self.taken);
        self.taken = entry;
        if was_off_line || (self.knows(&entry.digest) && !self.is_on_line(entry)) {
            self.rebuild_line();
            self.cover_own(now);
        }
    }

    pub(super) fn is_on_line(&self, entry: LaneEntry) -> bool {
        entry.seq < self.base.seq || self.digest_at(entry.seq) == Some(entry.digest)
    }

    /// Whether the line goes on behind this batch already.
    pub(super) fn is_inside_line(&self, digest: &Hash) -> bool {
        self.place(digest)
            .is_some_and(|(_, seq)| seq < self.held.seq && self.digest_at(seq) == Some(*digest))
    }

    pub(super) fn digest_at(&self, seq: Seq) -> Option<Hash> {
        if seq == self.base.seq {
            Some(self.base.digest)
        } else {
            self.line.get(&seq).map(|(digest, _)| *digest)
        }
    }

    pub(super) fn rebuild_line(&mut self) {
        let (mut taken, mut at) = (BTreeSet::new(), self.taken.digest);
        while let Some(known) = self.batches.get(&at) {
            taken.insert(at);
            at = known.signed.header.parent;
        }
        // A new life stands on what was final for its owner; here that may not be delivered yet.
        let newest = self.newest();
        let first = self.slots.range((newest, Seq(0))..).next();
        let (mut below, mut at) = (BTreeSet::new(), first.map(|(_, slot)| slot.chosen));
        while let Some((digest, known)) = at.and_then(|at| Some((at, self.batches.get(&at)?))) {
            below.insert(digest);
            at = Some(known.signed.header.parent);
        }
        self.line.clear();
        self.held = self.base;
        while let Some((digest, seq, bytes)) = self.next_of_line(&taken, &below, newest) {
            self.line.insert(seq, (digest, bytes));
            self.held = LaneEntry { seq, digest };
        }
    }

    /// Walks the own watermark forward: along what is taken, else along the newest life and the chosen headers. [L7][L12]
    pub(super) fn extend_line(&mut self) {
        let (newest, nothing) = (self.newest(), BTreeSet::new());
        while let Some((digest, seq, bytes)) = self.next_of_line(&nothing, &nothing, newest) {
            self.line.insert(seq, (digest, bytes));
            self.held = LaneEntry { seq, digest };
        }
    }

    fn next_of_line(
        &self,
        taken: &BTreeSet<Hash>,
        below: &BTreeSet<Hash>,
        newest: u64,
    ) -> Option<(Hash, Seq, u64)> {
        let parent = self.place(&self.held.digest)?;
        let next = |digest: &Hash| {
            let known = self.batches.get(digest)?;
            let header = &known.signed.header;
            let is_taken = taken.contains(digest);
            let slot = self.slots.get(&(header.incarnation, header.seq));
            let is_live = if planted!("L6b") {
                header.incarnation == self.base_incarnation
            } else {
                header.incarnation >= newest || below.contains(digest)
            };
            let is_chosen = is_live && slot.is_some_and(|slot| slot.chosen == *digest);
            let is_sound =
                known.synced && follows(parent, header) && !self.poisoned.contains(digest);
            (is_sound && (is_taken || is_chosen)).then_some((
                is_taken,
                *digest,
                header.seq,
                header.bytes,
            ))
        };
        let children = self.children.get(&self.held.digest)?;
        let best = children.iter().filter_map(next).max();
        best.map(|(_, digest, seq, bytes)| (digest, seq, bytes))
    }
}
