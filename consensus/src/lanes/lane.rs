//! One lane above the delivered cut: a tree of batches, who holds each of them, and the branch this node watermarks.
//!
//! ```text
//!   base --> 6 --> 7 --> 8          incarnation 0
//!      \ \-> 6* --> 7*              a second header of slot (0, 6): the owner lied; kept only when named        (L5, L12)
//!       \--> 6' --> 7'              incarnation 2560: the owner started anew from the final entry               (L10, L11)
//!   line: the branch this node watermarks and includes; its end is `held`
//! ```
//! Coverage: a batch's holders are at least those of each of its children, so it is counted once per batch and validator. [W3]

mod fingerprint;
mod line;
mod paths;
mod reads;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use sycee_primitives::{Hash, Tick, planted};

use super::{Absent, Holders, LaneEntry};
use crate::{BatchHeader, Seq, SignedHeader, ValidatorIndex};

/// Watermarks kept per sender until the batch they name is known. [W3]
const PENDING_WATERMARKS_MAX: usize = 8;
/// Lives of one lane that a node follows in an epoch; an owner with more is not worth the memory. [L11]
const INCARNATIONS_MAX: usize = 16;
/// Pairs of headers of one slot kept for evidence; one is enough to convict. [L5]
const PAIRS_MAX: usize = 64;

#[derive(Clone, Debug)]
struct Known {
    signed: SignedHeader,
    synced: bool,
    holders: Holders,
    /// Since when a quorum holds it, by the monotonic clock. [V24]
    quorum_since: Option<Tick>,
    /// Reported as abandoned by its owner, this node. [L11]
    is_given_up: bool,
}

/// Which header of a slot this node watermarks. [L5][L12]
#[derive(Clone, Debug, Hash)]
struct Slot {
    chosen: Hash,
    /// The choice has followed a or more watermarks once; it does not again.
    is_moved: bool,
    /// A second header was seen.
    is_doubled: bool,
}

/// What every lane must know of its network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) me: Option<ValidatorIndex>,
    pub(super) quorum: usize,
    pub(super) availability: usize,
    /// Bytes kept of what nothing names: twice the window. [L6]
    pub(super) bytes_max: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Lane {
    owner: ValidatorIndex,
    rules: Rules,
    pub(super) base: LaneEntry,
    base_incarnation: u64,
    batches: BTreeMap<Hash, Known>,
    by_seq: BTreeSet<(Seq, Hash)>,
    children: BTreeMap<Hash, Vec<Hash>>,
    slots: BTreeMap<(u64, Seq), Slot>,
    /// Synced batches of each incarnation.
    alive: BTreeMap<u64, usize>,
    /// Incarnations ever seen. [L11]
    seen: BTreeSet<u64>,
    /// Incarnations with a batch that does not hold. [L13]
    dead: BTreeSet<u64>,
    poisoned: BTreeSet<Hash>,
    /// Place of the lane in the highest notarized block of the line this node expects to go on. [L12]
    taken: LaneEntry,
    /// With the bytes of each batch.
    line: BTreeMap<Seq, (Hash, u64)>,
    /// Own watermark: the end of the line. [W1]
    pub(super) held: LaneEntry,
    /// Bytes of everything known, and of what was reported as abandoned. [L6][L2]
    bytes: u64,
    given_up_bytes: u64,
    /// What somebody names, or a known batch has as parent, and is not known. [W4]
    missing: BTreeMap<(Seq, Hash), Holders>,
    /// Per validator: watermarks naming what is not known yet, and how many it ever named. [W3][W6]
    pending: Vec<(Vec<LaneEntry>, u64)>,
    pub(super) is_forked: bool,
    pub(super) pairs: Vec<(SignedHeader, SignedHeader)>,
    /// By tip the lowest batch below it down to which everything is held: how far a look for what is missing came. It only saves steps.
    ways_down: RefCell<BTreeMap<LaneEntry, LaneEntry>>,
}

/// Whether `child` may stand on `parent`: next position, incarnation not lower. [L10]
fn follows(parent: (u64, Seq), child: &BatchHeader) -> bool {
    let is_later = child.incarnation >= parent.0 || planted!("L10-life");
    child.seq.0 == parent.1.0.saturating_add(1) && is_later
}

impl Lane {
    pub(super) fn new(
        owner: ValidatorIndex,
        rules: Rules,
        base: LaneEntry,
        validators: usize,
    ) -> Lane {
        Lane {
            owner,
            rules,
            base,
            base_incarnation: 0,
            batches: BTreeMap::new(),
            by_seq: BTreeSet::new(),
            children: BTreeMap::new(),
            slots: BTreeMap::new(),
            alive: BTreeMap::new(),
            seen: BTreeSet::new(),
            dead: BTreeSet::new(),
            poisoned: BTreeSet::new(),
            taken: base,
            line: BTreeMap::new(),
            held: base,
            bytes: 0,
            given_up_bytes: 0,
            missing: BTreeMap::new(),
            pending: vec![(Vec::new(), 0); validators],
            is_forked: false,
            pairs: Vec::new(),
            ways_down: RefCell::default(),
        }
    }

    pub(super) fn knows(&self, digest: &Hash) -> bool {
        self.batches.contains_key(digest)
    }

    /// The header of the base itself, as a restart finds it on disk: only its incarnation matters. [L10]
    pub(super) fn restore_base(&mut self, header: &BatchHeader) {
        self.base_incarnation = header.incarnation;
    }

    /// Position and incarnation of a known batch or of the base.
    fn place(&self, digest: &Hash) -> Option<(u64, Seq)> {
        if *digest == self.base.digest {
            return Some((self.base_incarnation, self.base.seq));
        }
        let header = &self.batches.get(digest)?.signed.header;
        Some((header.incarnation, header.seq))
    }

    fn newest(&self) -> u64 {
        self.alive
            .last_key_value()
            .map_or(self.base_incarnation, |(incarnation, _)| *incarnation)
    }

    /// Whether a batch of this incarnation is taken without being named. [L11][L13]
    fn is_live(&self, incarnation: u64) -> bool {
        incarnation >= self.newest()
            && !self.dead.contains(&incarnation)
            && (self.seen.contains(&incarnation) || self.seen.len() < INCARNATIONS_MAX)
    }

    /// Whether so many validators say they hold this unknown batch that one of them is honest. [L5]
    pub(super) fn is_demanded(&self, seq: Seq, digest: &Hash) -> bool {
        self.missing
            .get(&(seq, *digest))
            .is_some_and(|holders| holders.count() >= self.rules.availability)
    }

    /// Whether it is worth a check of its signatures although nothing names it. [L5][L6][L11][L13]
    pub(super) fn would_take(&self, header: &BatchHeader) -> bool {
        let slot = self.slots.get(&(header.incarnation, header.seq));
        // A second header is looked at once, for the evidence it makes; a third is not.
        slot.is_none_or(|slot| !slot.is_doubled)
            && self.is_live(header.incarnation)
            && self.bytes < self.rules.bytes_max
    }

    /// Whether a verified header that has a place here is taken although no block names it. [L5][L6]
    pub(super) fn takes_unnamed(&self, header: &BatchHeader, digest: &Hash) -> bool {
        let is_first = !self.slots.contains_key(&(header.incarnation, header.seq));
        let fits = self.bytes.saturating_add(header.bytes) <= self.rules.bytes_max;
        is_first && fits && self.is_live(header.incarnation) || self.is_demanded(header.seq, digest)
    }

    /// Takes a verified header; false when it is known, has no place here, or nothing asks for it. [L5][L6]
    pub(super) fn insert(
        &mut self,
        now: Tick,
        digest: Hash,
        signed: &SignedHeader,
        named: bool,
    ) -> bool {
        let header = &signed.header;
        if header.seq <= self.base.seq
            || self.batches.contains_key(&digest)
            || self.poisoned.contains(&digest)
        {
            return false;
        }
        let parent = self.place(&header.parent);
        let is_rootless = parent.is_none() && header.seq.0 == self.base.seq.0 + 1;
        if is_rootless || parent.is_some_and(|parent| !follows(parent, header)) {
            return false;
        }
        let key = (header.incarnation, header.seq);
        let is_first = !self.slots.contains_key(&key);
        if !is_first {
            self.note_pair(key, signed);
        }
        if !(named || self.takes_unnamed(header, &digest)) || planted!("L5") && !is_first {
            return false;
        }
        if is_first && self.is_live(header.incarnation) {
            let slot = Slot {
                chosen: digest,
                is_moved: false,
                is_doubled: false,
            };
            self.slots.insert(key, slot);
        }
        self.keep(now, digest, signed);
        true
    }

    /// Two headers of one slot: the owner's own signatures convict it. [L5]
    fn note_pair(&mut self, key: (u64, Seq), second: &SignedHeader) {
        self.is_forked = true;
        let Some(slot) = self.slots.get_mut(&key).filter(|slot| !slot.is_doubled) else {
            return;
        };
        slot.is_doubled = true;
        if let Some(first) = self.batches.get(&slot.chosen)
            && self.pairs.len() < PAIRS_MAX
        {
            self.pairs.push((first.signed.clone(), second.clone()));
        }
    }

    fn keep(&mut self, now: Tick, digest: Hash, signed: &SignedHeader) {
        let (seq, parent) = (signed.header.seq, signed.header.parent);
        self.bytes = self.bytes.saturating_add(signed.header.bytes);
        self.seen.insert(signed.header.incarnation);
        self.by_seq.insert((seq, digest));
        self.children.entry(parent).or_default().push(digest);
        let known = Known {
            signed: signed.clone(),
            synced: false,
            holders: Holders::default(),
            quorum_since: None,
            is_given_up: false,
        };
        self.batches.insert(digest, known);
        if self.place(&parent).is_none() {
            self.missing
                .entry((Seq(seq.0.saturating_sub(1)), parent))
                .or_default();
        }
        let holders = self.missing.remove(&(seq, digest)).unwrap_or_default();
        for (pending, _) in &mut self.pending {
            pending.retain(|entry| entry.digest != digest);
        }
        // Whoever named it at another position has named nothing.
        self.missing.retain(|(_, other), _| *other != digest);
        self.cover(now, digest, holders);
    }

    /// Counts holders for a batch and its ancestors, as far as they are new. [W3]
    fn cover(&mut self, now: Tick, digest: Hash, holders: Holders) {
        let (mut at, mut added, mut has_moved) = (digest, holders, false);
        while let Some(known) = self.batches.get_mut(&at) {
            added = added.without(known.holders);
            if added.is_empty() {
                break;
            }
            known.holders = known.holders.with(added);
            let count = known.holders.count();
            if count >= self.rules.quorum {
                known.quorum_since.get_or_insert(now);
            }
            let header = &known.signed.header;
            let slot = (header.incarnation, header.seq);
            let below = (Seq(header.seq.0.saturating_sub(1)), header.parent);
            if count >= self.rules.availability {
                has_moved |= self.move_choice(slot, at);
            }
            at = below.1;
            if at != self.base.digest && !self.batches.contains_key(&at) {
                let missing = self.missing.entry(below).or_default();
                *missing = missing.with(added);
            }
        }
        if has_moved {
            // Ends: a slot moves once.
            self.rebuild_line();
            self.cover_own(now);
        }
    }

    /// Notes a watermark. [W3]
    pub(super) fn watermark(&mut self, now: Tick, from: ValidatorIndex, entry: LaneEntry) {
        let holder = Holders::one(from);
        if entry.seq <= self.base.seq {
            return;
        }
        if let Some((_, seq)) = self.place(&entry.digest) {
            if seq == entry.seq {
                self.cover(now, entry.digest, holder);
            }
            return;
        }
        let Some((pending, named)) = self.pending.get_mut(from.usize()) else {
            return;
        };
        if pending.contains(&entry) {
            return;
        }
        *named = named.saturating_add(1);
        let before = std::mem::take(pending);
        let lower = before.iter().filter(|other| other.seq < entry.seq);
        *pending = lower.copied().collect();
        if pending.len() == PENDING_WATERMARKS_MAX {
            pending.remove(0);
        }
        pending.push(entry);
        // What this validator no longer names is named by the others only.
        for dropped in before {
            self.recount_claims(dropped);
        }
        let missing = self.missing.entry((entry.seq, entry.digest)).or_default();
        *missing = missing.with(holder);
    }

    /// Who still says to hold something unknown: by name, or by naming what is built on it. [W3]
    fn recount_claims(&mut self, entry: LaneEntry) {
        let children = self.children.get(&entry.digest);
        let mut holders = children
            .into_iter()
            .flatten()
            .filter_map(|child| self.batches.get(child))
            .fold(Holders::default(), |all, child| all.with(child.holders));
        for (index, (pending, _)) in (0u16..).zip(&self.pending) {
            if pending.contains(&entry) {
                holders = holders.with(Holders::one(ValidatorIndex(index)));
            }
        }
        let key = (entry.seq, entry.digest);
        if holders.is_empty() && children.is_none() {
            self.missing.remove(&key);
        } else if let Some(missing) = self.missing.get_mut(&key) {
            *missing = holders;
        }
    }

    /// What to fetch: the lowest that a validators name, and the lowest that each one names. [W4][W6]
    pub(super) fn absent(&self) -> Vec<Absent> {
        let mut absent: Vec<Absent> = Vec::new();
        let (mut has_many, mut asked, mut has_unnamed) = (false, Holders::default(), false);
        for ((seq, digest), holders) in &self.missing {
            let is_many = holders.count() >= self.rules.availability;
            let is_news =
                !holders.without(asked).is_empty() || (holders.is_empty() && !has_unnamed);
            let is_parent_only = planted!("B7a") && self.children.contains_key(digest);
            if !(is_news || is_many && !has_many)
                || self.poisoned.contains(digest)
                || is_parent_only
            {
                continue;
            }
            asked = asked.with(*holders);
            has_many |= is_many;
            has_unnamed |= holders.is_empty();
            let version = (0u16..)
                .zip(&self.pending)
                .filter(|(index, _)| holders.has(ValidatorIndex(*index)))
                .fold(0u64, |sum, (_, (_, named))| sum.saturating_add(*named));
            absent.push(Absent {
                lane: self.owner,
                seq: *seq,
                digest: *digest,
                holders: *holders,
                is_many,
                version,
            });
        }
        absent
    }

    /// The highest tip a leader may cut above `from` within `budget` bytes, with the bytes it adds. [L8][L9]
    pub(super) fn includable(&self, from: LaneEntry, budget: u64) -> Option<(LaneEntry, u64)> {
        if self.digest_at(from.seq) != Some(from.digest) {
            return None;
        }
        let own = self.rules.me == Some(self.owner) && !planted!("B9");
        let (mut tip, mut bytes) = (from, 0u64);
        for (seq, (digest, added)) in self.line.range(Seq(from.seq.0.saturating_add(1))..) {
            let known = self.batches.get(digest)?;
            let added = *added;
            let needed = if planted!("L11") {
                self.rules.availability
            } else {
                self.rules.quorum
            };
            let may_be_cut = own || known.holders.count() >= needed;
            if !may_be_cut || bytes.saturating_add(added) > budget {
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

    /// Whether some tip above `from` has, or once had, a quorum of watermarks: then a child of `from` has. [Q1]
    pub(super) fn has_quorum_above(&self, from: LaneEntry) -> bool {
        let children = self.children.get(&from.digest).into_iter().flatten();
        children
            .filter_map(|digest| self.batches.get(digest))
            .any(|known| known.holders.count() >= self.rules.quorum)
    }

    /// The highest batch of the line that a quorum has covered since `limit`; none in a lane that may have branches. [V24]
    pub(super) fn overdue(&self, limit: Tick) -> Option<LaneEntry> {
        if self.is_forked && !planted!("L4c") || self.newest() > self.base_incarnation {
            return None;
        }
        let is_old = |digest: &Hash| {
            let known = self.batches.get(digest);
            known.is_some_and(|known| known.quorum_since.is_some_and(|since| since <= limit))
        };
        let (seq, (digest, _)) = self
            .line
            .iter()
            .take_while(|(_, (digest, _))| is_old(digest))
            .last()?;
        Some(LaneEntry {
            seq: *seq,
            digest: *digest,
        })
    }

    /// An owner's batch has a signature in it that does not hold: nothing more of that life is taken unasked. [L13]
    pub(super) fn poison(&mut self, incarnation: u64, digest: Hash) {
        if self.poisoned.len() < INCARNATIONS_MAX {
            self.poisoned.insert(digest);
        }
        if self.dead.len() < INCARNATIONS_MAX && !planted!("poisoned-life") {
            self.dead.insert(incarnation);
        }
        if self.is_inside_line(&digest) || self.held.digest == digest {
            self.rebuild_line();
        }
    }

    /// Marks own batches of a life that is over; tells which were not marked before. [L11]
    pub(super) fn give_up(&mut self, digests: &[Hash]) -> Vec<Hash> {
        let mut news = Vec::new();
        for digest in digests {
            if let Some(known) = self
                .batches
                .get_mut(digest)
                .filter(|known| !known.is_given_up)
            {
                known.is_given_up = true;
                self.given_up_bytes += known.signed.header.bytes;
                news.push(*digest);
            }
        }
        news
    }

    /// The delivered cut moved: what is at or below it leaves, and every branch that does not go through it. [G1]
    ///
    /// Returns the batches that can never be final any more and were not given up before.
    pub(super) fn deliver(&mut self, now: Tick, entry: LaneEntry) -> Vec<Hash> {
        if entry.seq <= self.base.seq {
            return Vec::new();
        }
        let (mut path, mut at) = (BTreeSet::new(), entry.digest);
        while let Some(known) = self.batches.get(&at) {
            path.insert(at);
            at = known.signed.header.parent;
        }
        let incarnation = self
            .place(&entry.digest)
            .map(|(incarnation, _)| incarnation);
        let was_on_line = self.is_on_line(entry);
        let end = (Seq(entry.seq.0.saturating_add(1)), Hash::ZERO);
        let mut leaving: Vec<Hash> = self
            .by_seq
            .range(..end)
            .map(|(_, digest)| *digest)
            .collect();
        let next = Seq(end.0.0.saturating_add(1));
        let above = self.by_seq.range(end..(next, Hash::ZERO));
        leaving.extend(above.map(|(_, digest)| *digest).filter(|digest| {
            let known = self.batches.get(digest);
            known.is_some_and(|known| known.signed.header.parent != entry.digest)
        }));
        let mut lost = Vec::new();
        while let Some(digest) = leaving.pop() {
            let is_final = path.contains(&digest);
            if digest != entry.digest && !is_final {
                leaving.extend(self.children.get(&digest).into_iter().flatten());
            }
            if let Some(known) = self.forget(&digest)
                && !is_final
                && !known.is_given_up
            {
                lost.push(digest);
            }
        }
        self.base = entry;
        self.base_incarnation = incarnation.unwrap_or(self.base_incarnation);
        self.missing.retain(|(seq, _), _| *seq > entry.seq);
        for (pending, _) in &mut self.pending {
            pending.retain(|mark| mark.seq > entry.seq);
        }
        if was_on_line && self.held.seq >= entry.seq {
            self.line = self.line.split_off(&end.0);
            self.extend_line();
        } else {
            self.rebuild_line();
        }
        self.cover_own(now);
        lost.sort_unstable();
        lost
    }

    fn forget(&mut self, digest: &Hash) -> Option<Known> {
        self.ways_down.get_mut().clear();
        let known = self.batches.remove(digest)?;
        let header = &known.signed.header;
        self.by_seq.remove(&(header.seq, *digest));
        self.bytes = self.bytes.saturating_sub(header.bytes);
        if known.is_given_up {
            self.given_up_bytes = self.given_up_bytes.saturating_sub(header.bytes);
        }
        if known.synced
            && let Some(count) = self.alive.get_mut(&header.incarnation)
        {
            *count -= 1;
            if *count == 0 {
                self.alive.remove(&header.incarnation);
            }
        }
        let key = (header.incarnation, header.seq);
        if self
            .slots
            .get(&key)
            .is_some_and(|slot| slot.chosen == *digest)
        {
            self.slots.remove(&key);
        }
        if let Some(siblings) = self.children.get_mut(&header.parent) {
            siblings.retain(|other| other != digest);
            if siblings.is_empty() {
                self.children.remove(&header.parent);
            }
            self.recount_claims(LaneEntry {
                seq: Seq(header.seq.0.saturating_sub(1)),
                digest: header.parent,
            });
        }
        Some(known)
    }
}
