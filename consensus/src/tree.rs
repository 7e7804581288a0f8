//! The block tree: blocks above the delivered one, the certificates above the final view, parents and finality.
//!
//! ```text
//!   delivered ---- final (fv) ---- 12 ---- 13            notarizations, nullifications: views above fv
//!   (executed      (certified)       \
//!    next)                            13'                dead branches leave when finality passes them
//! ```
//! It must never know lanes, timers or whose votes made a certificate.

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{Hash as _, Hasher},
};

use sycee_primitives::{BlockTime, Hash, Height};

use crate::{
    Block, BlockKind, Certificate, Exec, LaneEntry, SignedBlock, ValidatorSet, View, VoteKind,
    lanes::Holders,
};

/// Blocks whose parent is not known yet; beyond this they are fetched again. [M6]
const ORPHANS_MAX: usize = 64;

/// A block in its place on a line.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) signed: SignedBlock,
    pub(crate) digest: Hash,
    /// Full cut after the block.
    pub(crate) cut: Vec<LaneEntry>,
}

impl Placed {
    pub(crate) fn block(&self) -> &Block {
        &self.signed.block
    }

    pub(crate) fn height(&self) -> Height {
        self.block().height
    }

    pub(crate) fn exec(&self) -> Exec {
        self.block().exec
    }

    pub(crate) fn time(&self) -> BlockTime {
        self.block().time
    }
}

/// What became of a block that was handed in.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Insertion {
    /// It has its place now.
    Placed(Hash),
    /// It had its place already.
    Known(Hash),
    /// Its parent is missing.
    Orphan { parent: Hash },
    /// It cannot be on the final line.
    Stale,
    /// It breaks a rule of shape against its parent. [V8]
    Invalid(&'static str),
}

/// Result of looking for a parent to build on. [V4]
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Walk {
    Parent(Hash),
    /// With those that notarized it. [W5]
    NeedBlock(Hash, Holders),
    NeedCertificate(View),
}

/// Two finalizations that cannot both be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Conflict;

#[derive(Clone)]
pub(crate) struct Tree {
    lanes: usize,
    /// Highest delivered block.
    delivered: Placed,
    /// Highest final block; equal to `delivered` when nothing waits.
    final_tip: Hash,
    final_view: View,
    final_height: Height,
    /// Final blocks that wait for delivery, ascending.
    waiting: VecDeque<Hash>,
    placed: BTreeMap<Hash, Placed>,
    orphans: BTreeMap<Hash, SignedBlock>,
    notarizations: BTreeMap<View, Certificate>,
    nullifications: BTreeMap<View, Certificate>,
    /// Finalization of the final tip, if any block was finalized yet.
    finalization: Option<Certificate>,
    /// Highest finalization heard of whose block is not placed yet: the target of sync. [G2]
    target: Option<Certificate>,
}

impl Tree {
    /// A tree whose delivered and final block is `root`.
    pub(crate) fn new(root: SignedBlock, set: &ValidatorSet, cut: Vec<LaneEntry>) -> Tree {
        let digest = root.block.digest(set);
        let (final_view, final_height) = (root.block.view, root.block.height);
        Tree {
            lanes: set.size(),
            delivered: Placed {
                signed: root,
                digest,
                cut,
            },
            final_tip: digest,
            final_view,
            final_height,
            waiting: VecDeque::new(),
            placed: BTreeMap::new(),
            orphans: BTreeMap::new(),
            notarizations: BTreeMap::new(),
            nullifications: BTreeMap::new(),
            finalization: None,
            target: None,
        }
    }

    pub(crate) fn get(&self, digest: &Hash) -> Option<&Placed> {
        if *digest == self.delivered.digest {
            Some(&self.delivered)
        } else {
            self.placed.get(digest)
        }
    }

    /// A block that is placed or waits for its parent, for relaying. [V18]
    pub(crate) fn find(&self, digest: &Hash) -> Option<&SignedBlock> {
        self.placed
            .get(digest)
            .map(|placed| &placed.signed)
            .or_else(|| self.orphans.get(digest))
    }

    pub(crate) fn final_tip(&self) -> &Placed {
        self.get(&self.final_tip).unwrap_or(&self.delivered)
    }

    pub(crate) fn final_view(&self) -> View {
        self.final_view
    }

    pub(crate) fn final_height(&self) -> Height {
        self.final_height
    }

    /// Height of the highest final block of the ledger: Padding, which is never delivered, belongs to none. [T2]
    pub(crate) fn final_ledger_height(&self) -> Height {
        let waiting = self
            .waiting
            .iter()
            .rev()
            .filter_map(|it| self.placed.get(it));
        let mut of_ledger = waiting.filter(|it| it.block().kind != BlockKind::Padding);
        of_ledger
            .next()
            .map_or(self.delivered.height(), Placed::height)
    }

    pub(crate) fn delivered(&self) -> &Placed {
        &self.delivered
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Placed> {
        self.waiting
            .iter()
            .filter_map(|digest| self.placed.get(digest))
    }

    /// Blocks above the final view that a quorum has notarized and whose place is known.
    pub(crate) fn notarized(&self) -> impl Iterator<Item = &Placed> {
        self.notarizations
            .values()
            .filter_map(|certificate| self.placed.get(&certificate.digest))
    }

    pub(crate) fn finalization(&self) -> Option<&Certificate> {
        self.finalization.as_ref()
    }

    pub(crate) fn target(&self) -> Option<&Certificate> {
        self.target.as_ref()
    }

    pub(crate) fn notarization(&self, view: View) -> Option<&Certificate> {
        self.notarizations.get(&view)
    }

    pub(crate) fn nullification(&self, view: View) -> Option<&Certificate> {
        self.nullifications.get(&view)
    }

    /// Remembers the finalization of the root that a restart began with. [R6]
    pub(crate) fn adopt_finalization(&mut self, certificate: &Certificate) {
        if self.finalization.is_none() && certificate.digest == self.final_tip {
            self.finalization = Some(certificate.clone());
        }
    }

    /// Blocks and certificates by name; who signed a certificate decides nothing. For [`crate::Core::fingerprint`].
    pub(crate) fn fingerprint(&self, into: &mut impl Hasher) {
        let Tree {
            lanes: _,
            delivered,
            final_tip,
            final_view,
            final_height,
            waiting,
            placed,
            orphans,
            notarizations,
            nullifications,
            finalization,
            target,
        } = self;
        let name = |certificate: &Certificate| (certificate.view, certificate.digest);
        (delivered.digest, final_tip, final_view, final_height).hash(into);
        (finalization.as_ref().map(name), target.as_ref().map(name)).hash(into);
        waiting.hash(into);
        for digests in [placed.keys().collect::<Vec<_>>(), orphans.keys().collect()] {
            digests.hash(into);
        }
        for certificates in [notarizations, nullifications] {
            certificates
                .values()
                .map(name)
                .collect::<Vec<_>>()
                .hash(into);
        }
    }

    /// Whether a certificate brings nothing new. [V13]
    pub(crate) fn knows(&self, certificate: &Certificate) -> bool {
        if certificate.view <= self.final_view {
            return true;
        }
        match certificate.kind {
            VoteKind::Notarize => self.notarizations.contains_key(&certificate.view),
            VoteKind::Nullify => self.nullifications.contains_key(&certificate.view),
            VoteKind::Finalize => self
                .target
                .as_ref()
                .is_some_and(|target| target.view >= certificate.view),
        }
    }

    /// Keeps a verified, new certificate.
    pub(crate) fn insert_certificate(&mut self, certificate: &Certificate) {
        match certificate.kind {
            VoteKind::Notarize => self
                .notarizations
                .insert(certificate.view, certificate.clone()),
            VoteKind::Nullify => self
                .nullifications
                .insert(certificate.view, certificate.clone()),
            VoteKind::Finalize => self.target.replace(certificate.clone()),
        };
    }

    /// Whether a known certificate or waiting child names this digest. [V22]
    pub(crate) fn is_named(&self, digest: &Hash) -> bool {
        self.notarizations
            .values()
            .any(|certificate| certificate.digest == *digest)
            || self
                .target
                .as_ref()
                .is_some_and(|target| target.digest == *digest)
            || self
                .orphans
                .values()
                .any(|orphan| orphan.block.parent == *digest)
    }

    /// Puts a block whose leader's signature holds into its place. [V8][V22]
    pub(crate) fn insert(&mut self, set: &ValidatorSet, signed: SignedBlock) -> Insertion {
        let digest = signed.block.digest(set);
        if self.get(&digest).is_some() {
            return Insertion::Known(digest);
        }
        if signed.block.view <= self.final_view {
            return Insertion::Stale;
        }
        let Some(parent) = self.get(&signed.block.parent) else {
            let parent = signed.block.parent;
            if self.orphans.len() < ORPHANS_MAX {
                self.orphans.insert(digest, signed);
            }
            return Insertion::Orphan { parent };
        };
        let cut = match check_shape(&signed.block, parent, self.lanes) {
            Ok(cut) => cut,
            Err(rule) => return Insertion::Invalid(rule),
        };
        self.orphans.remove(&digest);
        self.placed.insert(
            digest,
            Placed {
                signed,
                digest,
                cut,
            },
        );
        Insertion::Placed(digest)
    }

    /// The block to fetch so that `digest` can have its place: itself, or the first missing one below the orphans it stands on. [V4][V10]
    pub(crate) fn lowest_missing(&self, digest: &Hash) -> Hash {
        let mut at = *digest;
        // A block contains its parent's digest, so the walk cannot come back to where it was.
        while let Some(orphan) = self.orphans.get(&at) {
            at = orphan.block.parent;
        }
        at
    }

    /// Orphans whose parent has its place now; the caller inserts them again.
    pub(crate) fn take_adoptable(&mut self) -> Vec<SignedBlock> {
        let adoptable: Vec<Hash> = self
            .orphans
            .iter()
            .filter(|(_, orphan)| self.get(&orphan.block.parent).is_some())
            .map(|(digest, _)| *digest)
            .collect();
        adoptable
            .iter()
            .filter_map(|digest| self.orphans.remove(digest))
            .collect()
    }

    /// The block to build on in `view`. [V4] With `strict` unset, unknown views are passed: what a voter expects.
    pub(crate) fn parent_for(&self, view: View, strict: bool) -> Walk {
        let mut at = View(view.0.saturating_sub(1));
        while at > self.final_view {
            let nullified = self.nullifications.contains_key(&at);
            if let Some(notarization) = self.notarizations.get(&at) {
                if self.get(&notarization.digest).is_some() {
                    return Walk::Parent(notarization.digest);
                }
                if !nullified && strict {
                    let signers = Holders::of(&notarization.bitmap);
                    return Walk::NeedBlock(notarization.digest, signers);
                }
            } else if !nullified && strict {
                return Walk::NeedCertificate(at);
            }
            at = View(at.0 - 1);
        }
        Walk::Parent(self.final_tip)
    }

    /// Whether `digest` is the final tip or notarized in `view`: what a child may build on. [V10]
    pub(crate) fn may_be_parent(&self, digest: &Hash, view: View) -> bool {
        (*digest == self.final_tip && view == self.final_view)
            || self
                .notarizations
                .get(&view)
                .is_some_and(|certificate| certificate.digest == *digest)
            || self
                .target
                .as_ref()
                .is_some_and(|target| target.digest == *digest && target.view == view)
    }

    /// The first view strictly between two without a known nullification. [V10]
    pub(crate) fn first_not_nullified(&self, from: View, to: View) -> Option<View> {
        let mut expected = from.next();
        for (view, _) in self.nullifications.range(expected..) {
            if *view != expected || expected >= to {
                break;
            }
            expected = expected.next();
        }
        (expected < to).then_some(expected)
    }

    /// The line from `digest` down to the final tip, the tip excluded; `None` if it does not end there.
    pub(crate) fn line_above_final(&self, digest: &Hash) -> Option<Vec<&Placed>> {
        let (mut line, mut at) = (Vec::new(), *digest);
        while at != self.final_tip {
            let placed = self
                .placed
                .get(&at)
                .filter(|placed| placed.height() > self.final_height)?;
            line.push(placed);
            at = placed.block().parent;
        }
        Some(line)
    }

    /// Makes the target final if its line is complete; returns what became final, ascending. [V16]
    ///
    /// # Errors
    /// [`Conflict`] when the target is placed but not on the final line.
    pub(crate) fn try_finalize(&mut self) -> Result<Vec<Hash>, Conflict> {
        let Some(target) = self.target.clone() else {
            return Ok(Vec::new());
        };
        if self.get(&target.digest).is_none() {
            return Ok(Vec::new());
        }
        let Some(line) = self.line_above_final(&target.digest) else {
            return Err(Conflict);
        };
        let Some(tip) = line.first() else {
            return Ok(Vec::new());
        };
        let height = tip.height();
        let digests: Vec<Hash> = line.iter().rev().map(|placed| placed.digest).collect();
        self.final_tip = target.digest;
        self.final_view = target.view;
        self.final_height = height;
        self.waiting.extend(&digests);
        self.finalization = self.target.take();
        self.prune();
        Ok(digests)
    }

    /// Drops certificates at or below the final view and blocks that are on no line above the final tip. [G1]
    fn prune(&mut self) {
        self.notarizations = self.notarizations.split_off(&self.final_view.next());
        self.nullifications = self.nullifications.split_off(&self.final_view.next());
        self.orphans
            .retain(|_, orphan| orphan.block.view > self.final_view);
        let alive: Vec<Hash> = self
            .placed
            .keys()
            .filter(|digest| self.line_above_final(digest).is_some())
            .copied()
            .collect();
        let mut keep: std::collections::BTreeSet<Hash> = alive.into_iter().collect();
        keep.extend(&self.waiting);
        self.placed.retain(|digest, _| keep.contains(digest));
    }

    /// The next final block was delivered.
    pub(crate) fn delivered_next(&mut self) {
        if let Some(placed) = self
            .waiting
            .pop_front()
            .and_then(|digest| self.placed.remove(&digest))
        {
            self.delivered = placed;
        }
    }
}

/// Whether a block of this kind may stand after its parent. [T1][T2]
fn follows_in_kind(block: &Block, parent: &Placed) -> bool {
    let before = parent.exec();
    match (&parent.block().kind, &block.kind) {
        (BlockKind::Ledger, BlockKind::Ledger) => true,
        (BlockKind::Ledger, BlockKind::Terminal(_)) => {
            block.cut.is_empty() && block.exec.executed > before.executed
        }
        (BlockKind::Ledger, BlockKind::Padding) => false,
        (_, kind) => {
            *kind == BlockKind::Padding
                && block.cut.is_empty()
                && block.evidence.is_empty()
                && block.exec == before
                && Some(block.time.0) == parent.time().0.checked_add(1)
        }
    }
}

/// Rules of shape of a block against its parent; the full cut after it when they hold. [V8][X1][X2]
fn check_shape(
    block: &Block,
    parent: &Placed,
    lanes: usize,
) -> Result<Vec<LaneEntry>, &'static str> {
    let before = parent.exec();
    let exec = block.exec;
    let rules: [(bool, &'static str); 10] = [
        (
            follows_in_kind(block, parent),
            "T2: kind of block after its parent's",
        ),
        (
            block.parent_view == parent.block().view,
            "V8: parent's view",
        ),
        (
            block.view > block.parent_view,
            "V8: view not above the parent's",
        ),
        (
            Some(block.height.0) == parent.height().0.checked_add(1),
            "V8: height is not the parent's plus one",
        ),
        (
            block.time > parent.time(),
            "V9: time not above the parent's",
        ),
        (
            before.executed <= exec.executed && exec.executed < block.height,
            "X1: executed height out of range",
        ),
        (
            before.checkpoint <= exec.checkpoint && exec.checkpoint <= exec.executed,
            "X1: checkpoint out of range",
        ),
        (
            exec.executed > before.executed || exec.results == before.results,
            "X2: results changed without execution",
        ),
        (
            exec.checkpoint > before.checkpoint || exec.state_root == before.state_root,
            "X2: state root changed",
        ),
        (
            block.cut.windows(2).all(|pair| pair[0].lane < pair[1].lane),
            "V8: cut not ascending by lane",
        ),
    ];
    if let Some((_, rule)) = rules.iter().find(|(holds, _)| !holds) {
        return Err(rule);
    }
    let mut cut = parent.cut.clone();
    for entry in &block.cut {
        match cut.get_mut(entry.lane.usize()) {
            Some(place) if entry.lane.usize() < lanes && entry.seq > place.seq => {
                *place = LaneEntry {
                    seq: entry.seq,
                    digest: entry.digest,
                };
            }
            _ => return Err("V8: cut entry not above the parent's"),
        }
    }
    Ok(cut)
}

#[cfg(test)]
mod tests;
