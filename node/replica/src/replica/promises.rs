//! What was accepted is ordered, whatever becomes of the batch that held it. [L14]
//!
//! ```text
//!   own batch --overtaken, or its epoch ended--> promise --in the own lane anew--> another own batch
//!                                                   |  no lane any more: the batch goes to a member --> into its lane
//!   own disk lost: whoever saw the chain go past a batch names it to its owner --fetched--> promise
//! ```
//! A promise is a row on the disk until another own synced batch has its transactions, or a block.
//! It must never decide what is executed: what comes twice is executed once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sycee_consensus::{Quarantine, Record, ValidatorIndex};
use sycee_primitives::{Epoch, Hash, Tick, codec, limits, planted};
use sycee_storage::{Family, WriteSet};

use super::{Replica, VERIFYING_PER_PEER_MAX};
use crate::batch::VerifiedBatch;
use crate::interface::Effect;
use crate::message::{Class, UnverifiedBatch, encode_left_over, encode_left_over_request};
use crate::rows::{self, PromiseRow};
use crate::serve::{ServeRequest, Wanted};

/// Batches named to their owner in one message, and remembered per owner.
pub(crate) const LEFT_OVER_MAX: usize = 4_096;

/// A promise goes to a member again after so long without a block that has it, in microseconds.
const HAND_ON_INTERVAL_US: u64 = 2_000_000;
/// Promises handed on at a time.
const HANDED_ON_MAX: usize = 16;

/// What peers name is asked for so often, in microseconds,
const ASK_INTERVAL_US: u64 = 1_000_000;
/// so many at a time and peer,
const ASKED_MAX: usize = 256;
/// and so often each: it may be here already, or with nobody.
const ASKED_TIMES_MAX: u8 = 8;

/// Bytes of batches of an ended lane that one former member hands on in an epoch, and of own ones that come back: twice a window. [L6]
const TAKEN_BYTES_MAX: u64 = 2 * limits::LANE_WINDOW_BYTES_MAX;

/// What is known of promises beyond the own mempool.
#[derive(Default)]
pub(super) struct Promises {
    /// Rows of promises, as the disk has them.
    rows: BTreeMap<Hash, PromiseRow>,
    /// Own batches that blocks have ordered; their rows are to go.
    ordered: Vec<Hash>,
    /// Found at the start, to be read once time begins.
    found: Vec<(Hash, Epoch)>,
    /// The vote record was lost: own batches may be with others only.
    asks: bool,
    /// Own batches that a peer names, and how often each was asked for.
    told: BTreeMap<ValidatorIndex, BTreeMap<Hash, u8>>,
    /// Own batches that were asked for and are being checked, or were taken back.
    taken_back: BTreeSet<Hash>,
    /// Batches of others that the chain went past, by owner, the latest last.
    overtaken: BTreeMap<ValidatorIndex, Vec<(Epoch, Hash)>>,
    /// Batches of former members that went into the own lane.
    taken_over: BTreeSet<Hash>,
    /// Bytes taken from each owner in this epoch.
    bytes: BTreeMap<ValidatorIndex, u64>,
    /// Which member is handed promises next, and when.
    turn: usize,
    due: Tick,
    ask_due: Tick,
}

impl Promises {
    pub(super) fn new(rows: BTreeMap<Hash, PromiseRow>, quarantine: &Quarantine) -> Promises {
        Promises {
            rows,
            asks: *quarantine != Quarantine::default(),
            ..Promises::default()
        }
    }

    /// Whether an own batch has a promise that is not kept.
    pub(super) fn has(&self, digest: &Hash) -> bool {
        self.rows.contains_key(digest)
    }

    /// Everything found on the disk but what the running lane still has.
    pub(super) fn find(&mut self, open: &BTreeSet<Hash>) {
        let found = self
            .rows
            .iter()
            .filter(|(digest, _)| !open.contains(*digest));
        self.found = found.map(|(digest, row)| (*digest, row.epoch)).collect();
    }

    fn is_told(&self, digest: &Hash) -> bool {
        self.told.values().any(|told| told.contains_key(digest))
    }

    fn note_overtaken(&mut self, owner: ValidatorIndex, epoch: Epoch, digests: &[Hash]) {
        let known = self.overtaken.entry(owner).or_default();
        known.extend(digests.iter().map(|digest| (epoch, *digest)));
        let surplus = known.len().saturating_sub(LEFT_OVER_MAX);
        known.drain(..surplus);
    }

    /// A new epoch: what was counted per epoch begins anew.
    pub(super) fn turn_epoch(&mut self) {
        self.bytes.clear();
        self.due = Tick(0);
    }
}

impl Replica {
    /// Promises that a start found on the disk go into the lane anew.
    pub(super) fn load_found(&mut self) {
        for (digest, epoch) in std::mem::take(&mut self.promises.found) {
            self.load_to_rewrap(digest, epoch);
        }
    }

    /// Own batches that nobody will order any more: what was accepted goes into the lane anew. [L14]
    pub(super) fn rewrap(
        &mut self,
        now: Tick,
        epoch: Epoch,
        digests: impl IntoIterator<Item = Hash>,
    ) {
        for digest in digests {
            if !self.promises.has(&digest) {
                continue;
            }
            match self.cache.get(&digest).map(Arc::clone) {
                Some(batch) => {
                    self.promise(now, &batch);
                    self.cache.remove(&digest);
                }
                None => {
                    let row = self.promises.rows.get(&digest);
                    self.load_to_rewrap(digest, row.map_or(epoch, |row| row.epoch));
                }
            }
        }
    }

    pub(super) fn load_to_rewrap(&mut self, digest: Hash, epoch: Epoch) {
        let Some(set) = self.epochs.set(epoch).map(Arc::clone) else {
            return;
        };
        if self.rewrapping.insert(digest) {
            self.effects.push(Effect::LoadBatch { digest, set });
        }
    }

    /// What a batch holds is to be ordered: by the own lane, or by another's when there is none.
    pub(super) fn promise(&mut self, now: Tick, batch: &VerifiedBatch) {
        let digest = batch.digest();
        if self.me.is_some() {
            self.mempool.abandoned(now, &digest, batch.transactions());
        } else {
            self.mempool.promised(&digest, batch.transactions());
        }
    }

    /// The rows of promises that are kept go.
    pub(super) fn drop_kept(&mut self) {
        let mut kept = self.mempool.take_kept();
        kept.append(&mut self.promises.ordered);
        if kept.is_empty() {
            return;
        }
        let mut writes = WriteSet::new();
        for digest in kept {
            let row = self.promises.rows.remove(&digest);
            writes.delete(Family::Index, rows::promise_key(&digest));
            // What a row of a lane may name is the journal's, and goes with it: blocks may have it, whatever a peer says.
            if row.is_some_and(|row| row.is_apart || planted!("named-dropped")) {
                writes.delete(Family::Batches, digest.0);
            }
        }
        self.effects.push(Effect::Stage(writes));
    }

    /// Own batches on their way to the disk have their promise with them.
    pub(super) fn note_promises(&mut self, records: &[Record]) {
        let row = PromiseRow {
            epoch: self.set.epoch(),
            is_apart: false,
        };
        for record in records {
            if let Record::Batch(signed) = record
                && Some(signed.header.lane) == self.me
            {
                let digest = signed.header.digest(&self.set);
                self.promises.rows.insert(digest, row);
            }
        }
    }

    /// Without a lane nothing can be taken in: who waits for it is told. What was accepted is handed on.
    pub(super) fn give_up_lane(&mut self) {
        if self.me.is_some() {
            return;
        }
        for transaction in self.mempool.take_queued() {
            self.effects.push(Effect::Offered {
                transaction,
                offer: crate::mempool::Offer::NoLane,
            });
        }
    }

    /// When promises are next handed on, or asked for.
    pub(super) fn promises_due(&self) -> Option<Tick> {
        let hands_on = self.hands_on().then_some(self.promises.due);
        let asks = !self.promises.told.is_empty();
        hands_on
            .into_iter()
            .chain(asks.then_some(self.promises.ask_due))
            .min()
    }

    fn hands_on(&self) -> bool {
        self.me.is_none()
            && self.mempool.promises().next().is_some()
            && self.connected_members().next().is_some()
    }

    fn connected_members(&self) -> impl Iterator<Item = ValidatorIndex> {
        let members = self.validators.iter().map(|node| ValidatorIndex(*node));
        members.filter(|node| self.turning.connected.contains(node))
    }

    /// Hands on what this node accepted and cannot order itself; asks for what it may have lost.
    pub(super) fn keep_promises(&mut self, now: Tick) {
        if self.hands_on() && self.promises.due <= now && !planted!("leaver-forgets") {
            let members: Vec<ValidatorIndex> = self.connected_members().collect();
            let to = members[self.promises.turn % members.len()];
            self.promises.turn = self.promises.turn.wrapping_add(1);
            self.promises.due = now.plus(HAND_ON_INTERVAL_US);
            let next = self.mempool.promises().take(HANDED_ON_MAX);
            for digest in next.copied().collect::<Vec<_>>() {
                let wanted = Wanted::Batch(digest);
                self.effects
                    .push(Effect::Serve(ServeRequest { to, wanted }));
            }
        }
        if self.promises.ask_due <= now && !self.promises.told.is_empty() {
            self.promises.ask_due = now.plus(ASK_INTERVAL_US);
            self.ask_for_told(now);
        }
    }

    fn ask_for_told(&mut self, now: Tick) {
        let mut told = std::mem::take(&mut self.promises.told);
        for (peer, digests) in &mut told {
            digests.retain(|digest, times| {
                *times < ASKED_TIMES_MAX && !self.mempool.answers_for(digest)
            });
            let fewest = digests.values().min().copied().unwrap_or_default();
            let next = digests.iter_mut().filter(|(_, times)| **times == fewest);
            for (digest, times) in next.take(ASKED_MAX) {
                *times += 1;
                self.serve(now, *peer, Wanted::Lost(*digest));
            }
        }
        told.retain(|_, digests| !digests.is_empty());
        self.promises.told = told;
    }

    /// A channel opened: who may have lost batches asks, and is told which the chain went past.
    pub(super) fn tell_left_over(&mut self, peer: ValidatorIndex) {
        if self.promises.asks {
            self.effects.push(Effect::Send {
                to: peer,
                class: Class::Votes,
                frame: encode_left_over_request(),
            });
        }
        let known = self.promises.overtaken.get(&peer);
        let mut by_epoch: BTreeMap<Epoch, Vec<Hash>> = BTreeMap::new();
        for (epoch, digest) in known.into_iter().flatten() {
            by_epoch.entry(*epoch).or_default().push(*digest);
        }
        for (epoch, digests) in by_epoch {
            self.name_to(peer, epoch, &digests);
        }
    }

    fn name_to(&mut self, owner: ValidatorIndex, epoch: Epoch, digests: &[Hash]) {
        if !self.turning.connected.contains(&owner) || planted!("lost-untold") {
            return;
        }
        for digests in digests.chunks(LEFT_OVER_MAX) {
            self.effects.push(Effect::Send {
                to: owner,
                class: Class::Sync,
                frame: encode_left_over(epoch, digests),
            });
        }
    }

    /// The vote record was lost, or put back: others may have own batches that this node does not know. [J6]
    pub(super) fn ask_left_over(&mut self) {
        self.promises.asks = true;
        self.effects.push(Effect::Broadcast {
            class: Class::Votes,
            frame: encode_left_over_request(),
        });
    }

    /// A peer asks which batches of its lane are known here and not ordered. Answered as often as one item is served. [W7]
    pub(super) fn show_left_over(&mut self, now: Tick, peer: ValidatorIndex) {
        let request = ServeRequest {
            to: peer,
            wanted: Wanted::Lost(Hash::ZERO),
        };
        let window_us = self.core.status().delay_us.saturating_mul(2);
        if !self.limiter.allows(now, window_us, &request, 0) {
            return;
        }
        let (lane, epoch) = (self.index_of(peer), self.set.epoch());
        let mut digests = self.core.unordered(lane);
        digests.truncate(LEFT_OVER_MAX);
        self.name_to(peer, epoch, &digests);
    }

    /// The chain went past batches of another's lane. [L14]
    pub(super) fn overtaken(&mut self, lane: ValidatorIndex, digests: &[Hash]) {
        let (owner, epoch) = (self.node_of(lane), self.set.epoch());
        self.promises.note_overtaken(owner, epoch, digests);
        self.name_to(owner, epoch, digests);
    }

    /// The epoch is over: what its lanes hold beyond the last cut is their owners'.
    pub(super) fn name_unordered(&mut self) {
        for lane in self.set.indexes() {
            let digests = self.core.unordered(lane);
            if Some(lane) != self.me && !digests.is_empty() {
                self.overtaken(lane, &digests);
            }
        }
    }

    /// A peer names own batches that nobody orders: what is not on the disk is asked for.
    pub(super) fn take_left_over(&mut self, now: Tick, peer: ValidatorIndex, digests: &[Hash]) {
        let news = digests.iter().take(LEFT_OVER_MAX);
        let news = news.filter(|digest| {
            !self.mempool.answers_for(digest) && !self.promises.taken_back.contains(*digest)
        });
        let news: Vec<Hash> = news.copied().collect();
        if news.is_empty() {
            return;
        }
        let told = self.promises.told.entry(peer).or_default();
        for digest in news {
            if told.len() < LEFT_OVER_MAX {
                told.entry(digest).or_insert(0);
            }
        }
        self.promises.ask_due = now;
    }

    /// A batch that the core has no use for: an own one that was lost, or one that a former member hands on.
    pub(super) fn consider_left_over(&mut self, from: ValidatorIndex, batch: UnverifiedBatch) {
        let header = &batch.header().header;
        let Some(facts) = self.epochs.get(header.epoch) else {
            return;
        };
        if facts.set.key(header.lane).is_none() {
            return;
        }
        let (digest, owner) = (header.digest(&facts.set), facts.node_of(header.lane));
        let is_own = owner.0 == self.config.node && self.promises.is_told(&digest);
        let is_handed_on = self.me.is_some()
            && owner == from
            && header.epoch < self.set.epoch()
            && !self.validators.contains(&owner.0)
            && !self.promises.taken_over.contains(&digest);
        let bytes = self.promises.bytes.get(&owner).copied().unwrap_or(0);
        let fits = bytes.saturating_add(header.bytes) <= TAKEN_BYTES_MAX;
        let of_peer = self.verifying.values().filter(|(peer, _)| *peer == from);
        let has_room = of_peer.count() < VERIFYING_PER_PEER_MAX;
        if !(is_own || is_handed_on) || !fits || !has_room || self.verifying.contains_key(&digest) {
            return;
        }
        let set = Arc::clone(&facts.set);
        self.verifying
            .insert(digest, (from, batch.header().clone()));
        self.effects.push(Effect::VerifyBatch {
            batch,
            digest,
            from,
            set,
        });
    }

    /// Such a batch holds; tells whether it was one.
    pub(super) fn take_left_over_batch(&mut self, now: Tick, batch: &VerifiedBatch) -> bool {
        let (digest, header) = (batch.digest(), &batch.header().header);
        let Some(owner) = self
            .epochs
            .get(header.epoch)
            .map(|facts| facts.node_of(header.lane))
        else {
            return false;
        };
        let is_own = owner.0 == self.config.node && self.promises.is_told(&digest);
        let has_no_lane = !self.validators.contains(&owner.0);
        if !is_own && (header.epoch >= self.set.epoch() || !has_no_lane) {
            return false;
        }
        let bytes = self.promises.bytes.entry(owner).or_default();
        *bytes = bytes.saturating_add(header.bytes);
        if is_own {
            self.take_back(now, batch);
        } else if self.me.is_some() {
            self.take_over(now, batch);
        }
        true
    }

    /// An own batch that only others had: its promise is on the disk again, and it is ordered anew.
    fn take_back(&mut self, now: Tick, batch: &VerifiedBatch) {
        let digest = batch.digest();
        for told in self.promises.told.values_mut() {
            told.remove(&digest);
        }
        self.promises.told.retain(|_, told| !told.is_empty());
        if self.mempool.answers_for(&digest) || !self.promises.taken_back.insert(digest) {
            return;
        }
        // Not apart: whoever names it may lie, and a block may have it.
        let row = PromiseRow {
            epoch: batch.header().header.epoch,
            is_apart: false,
        };
        self.promises.rows.insert(digest, row);
        let mut writes = WriteSet::new();
        writes.put(Family::Batches, digest.0, batch.frame().to_vec());
        writes.put(
            Family::Index,
            rows::promise_key(&digest),
            codec::encode(&row),
        );
        self.effects.push(Effect::Stage(writes));
        // Until that is on the disk, whoever wraps it again must not look for it there.
        self.cache.insert(Arc::new(batch.clone()));
        self.promise(now, batch);
    }

    /// What a former member accepted goes into this node's lane.
    fn take_over(&mut self, now: Tick, batch: &VerifiedBatch) {
        let mut has_room = true;
        for transaction in batch.transactions() {
            let offer = self.mempool.offer(now, transaction.clone());
            has_room &= offer != crate::mempool::Offer::Busy;
        }
        // Its owner comes again, here or elsewhere.
        if has_room {
            self.promises.taken_over.insert(batch.digest());
        }
    }

    /// A block was executed: whatever it had need not be handed on any more.
    pub(super) fn note_ordered(&mut self, batches: &[Hash]) {
        let own = batches.iter().filter(|digest| self.promises.has(digest));
        let own: Vec<Hash> = own.copied().collect();
        self.promises.ordered.extend(own);
        if self.mempool.promises().next().is_none() {
            return;
        }
        for digest in batches {
            if let Some(batch) = self.cache.get(digest) {
                self.mempool.ordered(batch.transactions());
            }
        }
    }
}
