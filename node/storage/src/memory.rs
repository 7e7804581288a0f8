//! The store of the simulator: deterministic, in memory, with the same promises as a shared write-ahead log.
//!
//! It must never be kinder than the real store: an unsynced write is visible but lost by [`MemoryStore::crash`], and
//! a write whose sync failed may or may not be there afterwards.
//!
//! ```text
//!   durable ... | pending 1 | pending 2 | pending 3 | failed sync (invisible)
//!               ^ last Synced                        crash(2) keeps pending 1 and 2
//!                                                    crash(usize::MAX) keeps all, even the failed one
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::SCAN_BYTES_MAX;
use crate::{Durability, Family, Op, ScanPage, Store, StoreError, WriteSet, for_each_row};

#[cfg(test)]
mod tests;

/// How the next write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteFault {
    /// No space: nothing of the set is kept; [`Store::resume`] leads out once space is there.
    DiskFull,
    /// The sync fails: the set is not visible, and a crash decides whether it was kept.
    SyncFailed,
}

/// An in-memory [`Store`] that keeps unsynced writes apart.
#[derive(Debug, Default)]
pub struct MemoryStore {
    inner: Mutex<Inner>,
}

type Table = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Clone, Debug, Default)]
struct Inner {
    tables: [Table; Family::ALL.len()],
    sequence: u64,
    pending: VecDeque<Pending>,
    failed_sync: Option<WriteSet>,
    corrupt: BTreeSet<(Family, Vec<u8>)>,
    next_fault: Option<WriteFault>,
    disk_full: bool,
    failure: Option<StoreError>,
}

/// How to take one unsynced write set back.
#[derive(Clone, Debug, Default)]
struct Pending {
    sequence_before: u64,
    undo: Vec<(Family, Vec<u8>, Option<Vec<u8>>)>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cuts the power: of the unsynced write sets the first `keep` stay, the rest is gone; returns how many are gone.
    ///
    /// The store stands afterwards as a restarted node would find it, with no failure.
    pub fn crash(&self, keep: usize) -> usize {
        let mut inner = self.lock();
        let unsynced = inner.pending.len();
        let mut lost = 0_usize;
        while inner.pending.len() > keep {
            let Some(pending) = inner.pending.pop_back() else {
                break;
            };
            inner.take_back(pending);
            lost = lost.saturating_add(1);
        }
        if let Some(set) = inner.failed_sync.take() {
            if keep > unsynced {
                inner.apply(&set, |_, _, _| {});
            } else {
                lost = lost.saturating_add(1);
            }
        }
        inner.pending.clear();
        inner.failure = None;
        inner.next_fault = None;
        lost
    }

    /// How many write sets a power cut could still take, one whose sync failed included.
    pub fn unsynced(&self) -> usize {
        let inner = self.lock();
        inner
            .pending
            .len()
            .saturating_add(usize::from(inner.failed_sync.is_some()))
    }

    /// Lets the next non-empty or synced write fail.
    pub fn fail_next_write(&self, fault: WriteFault) {
        self.lock().next_fault = Some(fault);
    }

    /// Fills the disk, or frees space; while it is full every write and [`Store::resume`] fails.
    pub fn set_disk_full(&self, full: bool) {
        self.lock().disk_full = full;
    }

    /// Spoils a stored row: reading it gives `Corrupt` until it is written anew or deleted; false if there is none.
    pub fn corrupt_row(&self, family: Family, key: &[u8]) -> bool {
        let mut inner = self.lock();
        let there = inner.table(family).contains_key(key);
        if there {
            inner.corrupt.insert((family, key.to_vec()));
        }
        there
    }

    /// A copy of what is visible now, all of it durable: the backup an operator might put back one day.
    pub fn image(&self) -> Self {
        let mut inner = self.lock().clone();
        inner.pending.clear();
        inner.failed_sync = None;
        inner.failure = None;
        inner.next_fault = None;
        inner.disk_full = false;
        Self {
            inner: Mutex::new(inner),
        }
    }

    /// A copy of some families as they are visible now: rows of one moment for a reader, whatever is written meanwhile.
    pub fn view(&self, families: &[Family]) -> Self {
        let inner = self.lock();
        let mut copy = Inner::default();
        for family in families {
            copy.table_mut(*family).clone_from(inner.table(*family));
        }
        Self {
            inner: Mutex::new(copy),
        }
    }

    /// Every visible row, in the order of family and key.
    pub fn contents(&self) -> Vec<(Family, Vec<u8>, Vec<u8>)> {
        let inner = self.lock();
        Family::ALL
            .into_iter()
            .flat_map(|family| {
                inner
                    .table(family)
                    .iter()
                    .map(move |(k, v)| (family, k.clone(), v.clone()))
            })
            .collect()
    }

    // A panic of another thread while it held the lock leaves whole maps, so its poison carries no news.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.lock().read(family, key)
    }

    fn get_many(&self, family: Family, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let inner = self.lock();
        keys.iter().map(|key| inner.read(family, key)).collect()
    }

    fn visit(
        &self,
        family: Family,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        let mut goes_on = true;
        for_each_row(self, family, &[], None, |key, value| {
            goes_on = goes_on && visit(&key, &value);
            Ok(())
        })
    }

    fn scan(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
        reverse: bool,
    ) -> Result<ScanPage, StoreError> {
        let inner = self.lock();
        if to.is_some_and(|to| from >= to) {
            return Ok(ScanPage {
                rows: Vec::new(),
                complete: true,
            });
        }
        let upper = to.map_or(Bound::Unbounded, Bound::Excluded);
        let range = inner
            .table(family)
            .range::<[u8], _>((Bound::Included(from), upper));
        if reverse {
            inner.page(family, range.rev(), limit)
        } else {
            inner.page(family, range, limit)
        }
    }

    fn write(&self, set: &WriteSet, durability: Durability) -> Result<(), StoreError> {
        let mut inner = self.lock();
        if let Some(failure) = &inner.failure {
            return Err(failure.clone());
        }
        set.check()?;
        if set.is_empty() && durability == Durability::Buffered {
            return Ok(());
        }
        let fault = if inner.disk_full {
            Some(WriteFault::DiskFull)
        } else {
            inner.next_fault.take()
        };
        if let Some(fault) = fault {
            return Err(inner.fail(fault, set));
        }
        match durability {
            Durability::Synced => {
                inner.apply(set, |_, _, _| {});
                inner.pending.clear();
            }
            Durability::Buffered => {
                let sequence_before = inner.sequence;
                let mut undo = Vec::new();
                inner.apply(set, |family, key, old| undo.push((family, key, old)));
                inner.pending.push_back(Pending {
                    sequence_before,
                    undo,
                });
            }
        }
        Ok(())
    }

    fn sequence(&self) -> u64 {
        self.lock().sequence
    }

    fn failure(&self) -> Option<StoreError> {
        self.lock().failure.clone()
    }

    fn resume(&self) -> Result<(), StoreError> {
        let mut inner = self.lock();
        match &inner.failure {
            None => Ok(()),
            Some(failure) if inner.disk_full || !failure.is_disk_full() => Err(failure.clone()),
            // Opening again writes everything visible anew and syncs it, as the real store does.
            Some(_) => {
                inner.pending.clear();
                inner.failure = None;
                Ok(())
            }
        }
    }
}

impl Inner {
    fn table(&self, family: Family) -> &Table {
        &self.tables[family.index()]
    }

    fn table_mut(&mut self, family: Family) -> &mut Table {
        &mut self.tables[family.index()]
    }

    fn refuse_corrupt(&self, family: Family, key: &[u8]) -> Result<(), StoreError> {
        if !self.corrupt.is_empty() && self.corrupt.contains(&(family, key.to_vec())) {
            let detail = format!("a row of {} fails its checksum", family.name());
            return Err(StoreError::Corrupt {
                at: "memory".to_string(),
                detail,
            });
        }
        Ok(())
    }

    fn read(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.refuse_corrupt(family, key)?;
        Ok(self.table(family).get(key).cloned())
    }

    fn page<'a>(
        &self,
        family: Family,
        rows: impl Iterator<Item = (&'a Vec<u8>, &'a Vec<u8>)>,
        limit: usize,
    ) -> Result<ScanPage, StoreError> {
        let mut page = ScanPage {
            rows: Vec::new(),
            complete: false,
        };
        let mut bytes = 0_usize;
        for (key, value) in rows {
            if page.rows.len() >= limit || bytes >= SCAN_BYTES_MAX {
                return Ok(page);
            }
            self.refuse_corrupt(family, key)?;
            bytes = bytes.saturating_add(key.len()).saturating_add(value.len());
            page.rows.push((key.clone(), value.clone()));
        }
        page.complete = true;
        Ok(page)
    }

    fn fail(&mut self, fault: WriteFault, set: &WriteSet) -> StoreError {
        let at = "memory".to_string();
        let failure = match fault {
            WriteFault::DiskFull => StoreError::DiskFull {
                at,
                detail: "no space left".to_string(),
            },
            WriteFault::SyncFailed => {
                self.failed_sync = Some(set.clone());
                StoreError::Io {
                    at,
                    detail: "the sync failed".to_string(),
                }
            }
        };
        self.failure = Some(failure.clone());
        failure
    }

    /// Writes; tells of every row that changes what stood there.
    fn apply(&mut self, set: &WriteSet, mut note: impl FnMut(Family, Vec<u8>, Option<Vec<u8>>)) {
        for op in set.ops() {
            self.sequence = self.sequence.saturating_add(1);
            match op {
                Op::Put { family, key, value } => {
                    let old = self.put(*family, key, value);
                    note(*family, key.clone(), old);
                }
                Op::Delete { family, key } => {
                    if let Some(old) = self.remove(*family, key) {
                        note(*family, key.clone(), Some(old));
                    }
                }
                Op::DeleteRange { family, from, to } => {
                    let bounds = (
                        Bound::Included(from.as_slice()),
                        Bound::Excluded(to.as_slice()),
                    );
                    let table = self.table(*family);
                    let keys: Vec<_> = table
                        .range::<[u8], _>(bounds)
                        .map(|(key, _)| key.clone())
                        .collect();
                    for key in keys {
                        let old = self.remove(*family, &key);
                        note(*family, key, old);
                    }
                }
            }
        }
    }

    fn put(&mut self, family: Family, key: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        self.heal(family, key);
        self.table_mut(family).insert(key.to_vec(), value.to_vec())
    }

    fn remove(&mut self, family: Family, key: &[u8]) -> Option<Vec<u8>> {
        let old = self.table_mut(family).remove(key)?;
        self.heal(family, key);
        Some(old)
    }

    fn heal(&mut self, family: Family, key: &[u8]) {
        if !self.corrupt.is_empty() {
            self.corrupt.remove(&(family, key.to_vec()));
        }
    }

    fn take_back(&mut self, pending: Pending) {
        for (family, key, old) in pending.undo.into_iter().rev() {
            match old {
                Some(value) => self.table_mut(family).insert(key, value),
                None => self.table_mut(family).remove(&key),
            };
        }
        self.sequence = pending.sequence_before;
    }
}
