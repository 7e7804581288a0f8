//! Verified transactions on their way into the own lane: bounded, first come first served, each once.
//!
//! It must never decide whether a transaction is good, only whether there is room and whether it is here already.
//!
//! ```text
//!   offer -> Queued --take--> Sealed(batch) --synced--> Synced(batch) --executed--> forgotten
//!            (bytes and count bounded)        (bounded by the lane window)
//!   own batch that nobody orders: what it accepted stays a promise until another own batch has it, or a block
//! ```
//! Invariant: an id is in at most one place, so a client that repeats itself costs a look-up and no lane space.

use std::collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry};

use sycee_contracts::VerifiedTransaction;
use sycee_primitives::{Hash, Tick, TransactionId, limits, planted};

/// Bytes that may wait: four windows of the lane, about a second of a full disk's work.
pub const MEMPOOL_BYTES_MAX: u64 = 4 * limits::LANE_WINDOW_BYTES_MAX;

/// Transactions that may wait; small ones cost more memory than their bytes.
pub const MEMPOOL_TRANSACTIONS_MAX: usize = 65_536;

const _: () = assert!(
    MEMPOOL_BYTES_MAX >= limits::TRANSACTION_BYTES_MAX as u64,
    "every transaction fits"
);

/// What became of an offered transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// It waits for the next batch.
    Queued,
    /// It is here already and not yet synced in the own lane.
    Waiting,
    /// It is here already and synced in the own lane: accepted.
    Accepted,
    /// No room; to be repeated later or elsewhere.
    Busy,
    /// This node is an observer and has no lane.
    NoLane,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Queued,
    Sealed,
    Synced,
}

/// The pool of one validator.
#[derive(Debug)]
pub struct Mempool {
    /// Bytes at which a batch closes.
    batch_bytes: u64,
    queue: VecDeque<(Tick, VerifiedTransaction)>,
    queued_bytes: u64,
    places: BTreeMap<TransactionId, Place>,
    sealed: BTreeMap<Hash, Vec<TransactionId>>,
    /// By own batch that no block will order: which of its transactions are in no other own batch that is synced. [L14]
    promises: BTreeMap<Hash, BTreeSet<TransactionId>>,
    /// Own batches whose promises are kept.
    kept: Vec<Hash>,
}

impl Mempool {
    /// An empty pool whose batches close at so many bytes.
    #[must_use]
    pub fn new(batch_bytes: u64) -> Mempool {
        Mempool {
            batch_bytes,
            queue: VecDeque::new(),
            queued_bytes: 0,
            places: BTreeMap::new(),
            sealed: BTreeMap::new(),
            promises: BTreeMap::new(),
            kept: Vec::new(),
        }
    }

    /// Takes a transaction in, unless it is here already or there is no room.
    pub fn offer(&mut self, now: Tick, transaction: VerifiedTransaction) -> Offer {
        match self.places.get(&transaction.id()) {
            Some(Place::Queued | Place::Sealed) => return Offer::Waiting,
            Some(Place::Synced) => return Offer::Accepted,
            None => {}
        }
        let bytes = self
            .queued_bytes
            .saturating_add(transaction.raw().len() as u64);
        if bytes > MEMPOOL_BYTES_MAX || self.queue.len() >= MEMPOOL_TRANSACTIONS_MAX {
            return Offer::Busy;
        }
        self.queued_bytes = bytes;
        self.places.insert(transaction.id(), Place::Queued);
        self.queue.push_back((now, transaction));
        Offer::Queued
    }

    /// When the oldest waiting transaction came.
    #[must_use]
    pub fn oldest(&self) -> Option<Tick> {
        self.queue.front().map(|(since, _)| *since)
    }

    /// Bytes of the one that is next.
    #[must_use]
    pub fn first_bytes(&self) -> u64 {
        self.queue
            .front()
            .map_or(0, |(_, transaction)| transaction.raw().len() as u64)
    }

    /// Waiting transactions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Bytes that wait.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.queued_bytes
    }

    /// Whether a whole batch waits.
    #[must_use]
    pub fn fills_a_batch(&self) -> bool {
        self.queued_bytes >= self.batch_bytes || self.queue.len() >= limits::BATCH_TRANSACTIONS_MAX
    }

    /// Takes out the next batch's transactions, at most `room` bytes; none when the first does not fit.
    ///
    /// A batch closes at the target; a larger transaction travels alone.
    pub fn take(&mut self, room: u64) -> Vec<VerifiedTransaction> {
        let most = room.min(self.batch_bytes);
        let mut taken: Vec<VerifiedTransaction> = Vec::new();
        let mut bytes: u64 = 0;
        while let Some((_, next)) = self.queue.front() {
            let with_next = bytes.saturating_add(next.raw().len() as u64);
            let allowed = if taken.is_empty() { room } else { most };
            if with_next > allowed || taken.len() >= limits::BATCH_TRANSACTIONS_MAX {
                break;
            }
            let Some((_, next)) = self.queue.pop_front() else {
                break;
            };
            bytes = with_next;
            taken.push(next);
        }
        self.queued_bytes = self.queued_bytes.saturating_sub(bytes);
        taken
    }

    /// Puts back what could not be sealed, in its order before everything else.
    pub fn put_back(&mut self, now: Tick, transactions: Vec<VerifiedTransaction>) {
        for transaction in transactions.into_iter().rev() {
            self.queued_bytes = self
                .queued_bytes
                .saturating_add(transaction.raw().len() as u64);
            self.queue.push_front((now, transaction));
        }
    }

    /// Notes that these are in an own batch now.
    pub fn sealed(&mut self, batch: Hash, transactions: &[VerifiedTransaction]) {
        let ids: Vec<TransactionId> = transactions.iter().map(VerifiedTransaction::id).collect();
        for id in &ids {
            self.places.insert(*id, Place::Sealed);
        }
        self.sealed.insert(batch, ids);
    }

    /// An own batch of an earlier life that no block has ordered yet; which transactions it has is read when it is needed. [L11]
    pub fn reopened(&mut self, batch: Hash) {
        self.sealed.entry(batch).or_default();
    }

    /// Notes that an own batch is synced; returns what may be acknowledged as accepted.
    pub fn synced(&mut self, batch: &Hash) -> Vec<TransactionId> {
        let ids = self.sealed.get(batch).cloned().unwrap_or_default();
        for id in &ids {
            self.places.insert(*id, Place::Synced);
        }
        self.keep(&ids);
        ids
    }

    /// Notes that a synced batch, or a block, has these now.
    fn keep(&mut self, ids: &[TransactionId]) {
        let kept = &mut self.kept;
        self.promises.retain(|batch, open| {
            ids.iter().for_each(|id| {
                open.remove(id);
            });
            if open.is_empty() {
                kept.push(*batch);
            }
            !open.is_empty()
        });
    }

    /// Takes back the transactions of an own batch that can never be final any more, before everything else. [L11]
    ///
    /// What waits here already, or is in another own batch, is not taken twice. The lane's window bounds what can come back.
    pub fn abandoned(&mut self, now: Tick, batch: &Hash, transactions: &[VerifiedTransaction]) {
        self.forget_sealed(batch);
        let mut back = Vec::new();
        let mut open = BTreeSet::new();
        for transaction in transactions {
            let id = transaction.id();
            match self.places.entry(id) {
                Entry::Vacant(place) => {
                    place.insert(Place::Queued);
                    back.push(transaction.clone());
                    open.insert(id);
                }
                Entry::Occupied(place) if matches!(place.get(), Place::Synced) => {}
                Entry::Occupied(_) => {
                    open.insert(id);
                }
            }
        }
        if planted!("promise-kept-early") {
            open.clear();
        }
        self.promises.insert(*batch, open);
        self.keep(&[]);
        self.put_back(now, back);
    }

    /// The same without a lane: they stay a promise until a block has them.
    pub fn promised(&mut self, batch: &Hash, transactions: &[VerifiedTransaction]) {
        self.forget_sealed(batch);
        let open = transactions.iter().map(VerifiedTransaction::id).collect();
        self.promises.insert(*batch, open);
        self.keep(&[]);
    }

    fn forget_sealed(&mut self, batch: &Hash) {
        for id in self.sealed.remove(batch).unwrap_or_default() {
            self.places.remove(&id);
        }
    }

    /// Own batches that no block has ordered, or none will, and that hold what was accepted.
    #[must_use]
    pub fn unordered(&self) -> BTreeSet<Hash> {
        self.sealed
            .keys()
            .chain(self.promises.keys())
            .copied()
            .collect()
    }

    /// Whether an own batch is known to hold what was accepted.
    #[must_use]
    pub fn answers_for(&self, batch: &Hash) -> bool {
        self.sealed.contains_key(batch) || self.promises.contains_key(batch)
    }

    /// Own batches that no block will order any more, and whose transactions are not known to be ordered.
    pub fn promises(&self) -> impl Iterator<Item = &Hash> {
        self.promises.keys()
    }

    /// Forgets an own batch that was executed; the ledger answers for its transactions from now on.
    pub fn executed(&mut self, batch: &Hash) {
        self.forget_sealed(batch);
        self.promises.remove(batch);
    }

    /// Notes that a block had these, in whosever batch. [L14]
    pub fn ordered(&mut self, transactions: &[VerifiedTransaction]) {
        let ids: Vec<TransactionId> = transactions.iter().map(VerifiedTransaction::id).collect();
        self.keep(&ids);
    }

    /// Own batches whose transactions are in other own batches, or in others' blocks, since the last call.
    pub fn take_kept(&mut self) -> Vec<Hash> {
        std::mem::take(&mut self.kept)
    }

    /// Takes out what waits for a lane, when this node has none any more; nothing of it was accepted but what promises hold.
    pub fn take_queued(&mut self) -> Vec<TransactionId> {
        self.queued_bytes = 0;
        let queue = std::mem::take(&mut self.queue);
        let ids: Vec<TransactionId> = queue.iter().map(|(_, queued)| queued.id()).collect();
        for id in &ids {
            self.places.remove(id);
        }
        ids
    }
}

#[cfg(test)]
mod tests;
