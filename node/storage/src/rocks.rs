//! The store on disk: one RocksDB folder with one column family per [`Family`] and one log for all of them.
//!
//! It must never retry a failed sync and go on: kernels mark pages clean after a failed write-back, so a second sync
//! would lie. A full disk is the one failure it comes back from, by opening the folder again, which writes everything
//! visible anew. Spec: reliability 0 item 2, section 2 rows 6, 8, 9, and 3.2.
//!
//! ```text
//!   create: empty folder only -> families -> format row, synced -> folder entry synced
//!   open:   folder there? -> families known? -> RocksDB (log replay, damage refused) -> format row equal
//!   write:  check limits -> one WriteBatch, one log record -> fdatasync if Synced      error: no write ever after
//!   resume: only from DiskFull -> room proved by a real file -> close, open -> nothing synced is missing
//! ```
//!
//! The format row lies in RocksDB's default family, which no [`Family`] names: no caller can overwrite it.

mod classify;
mod options;
#[cfg(test)]
mod tests;
mod view;

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use rocksdb::checkpoint::Checkpoint;
use rocksdb::{
    ColumnFamily, DB, DEFAULT_COLUMN_FAMILY_NAME, ErrorKind, Options, ReadOptions, WriteBatch,
    WriteOptions,
};

use crate::store::SCAN_BYTES_MAX;
use crate::vote_mark::sync_parent;
use crate::{Durability, Family, Op, ReadRows, ScanPage, Store, StoreError, WriteSet};
use classify::classify;
pub use options::RocksOptions;

/// Bytes that a visit of all rows reads ahead.
const VISIT_READAHEAD_BYTES: usize = 4 << 20;

/// Version of the folder's layout; raised when families or the meaning of keys change.
pub const FORMAT_VERSION: u32 = 3;

/// Pause between attempts while merging is behind; short against a merge, long against a write.
const STALL_PAUSE: Duration = Duration::from_millis(2);
/// Pauses before a stall counts as a full disk; a merge that once failed and recovered may still be slow.
const STALL_PAUSES_MIN: u32 = 500;
const FORMAT_KEY: &[u8] = b"format";
const RESUME_PROBE: &str = "resume.probe";
/// Room beyond the rows in memory that opening again needs: a manifest, a log, table footers.
const RESUME_SPARE_BYTES: u64 = 4 * 1024 * 1024;

/// The durable store of a node.
#[derive(Debug)]
pub struct RocksStore {
    path: PathBuf,
    at: String,
    options: RocksOptions,
    // Empty only while, or after, opening again failed.
    db: RwLock<Option<DB>>,
    failure: Mutex<Option<StoreError>>,
    synced: AtomicU64,
}

/// Figures of RocksDB for the operations port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RocksGauges {
    /// Rows in memory, in bytes.
    pub memtable_bytes: u64,
    /// Table and blob data that is alive, in bytes.
    pub live_bytes: u64,
    /// Work that merging is behind with, in bytes.
    pub compaction_debt_bytes: u64,
    /// True while writers wait for merging.
    pub writes_stalled: bool,
}

impl RocksStore {
    /// Makes a new store in an absent or empty folder; its parent must exist.
    ///
    /// # Errors
    /// `Exists` when anything lies there, else the disk's error.
    pub fn create(path: &Path, options: RocksOptions) -> Result<Self, StoreError> {
        let io = |doing: &str, error: &io::Error| StoreError::from_io(path, doing, error);
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut entries =
                    fs::read_dir(path).map_err(|error| io("reading the folder", &error))?;
                if entries.next().is_some() {
                    return Err(StoreError::Exists {
                        at: path.display().to_string(),
                    });
                }
            }
            Err(error) => return Err(io("making the folder", &error)),
        }
        let store = Self::start(path, options, true)?;
        store.with_db(|db| {
            db.put_opt(
                FORMAT_KEY,
                FORMAT_VERSION.to_be_bytes(),
                &write_options(Durability::Synced),
            )
            // In a table, so that a folder which later loses its log is not taken for another format.
            .and_then(|()| db.flush())
            .map_err(|error| classify(&store.at, &error))
        })?;
        store.note_synced();
        sync_parent(path).map_err(|error| io("syncing the parent folder", &error))?;
        Ok(store)
    }

    /// Opens an existing store; replays its log and refuses any damage but a cut tail.
    ///
    /// # Errors
    /// `Missing`, `Locked`, `Corrupt`, `Unreadable`, `Format`, `DiskFull` or `Io`; the folder is not repaired.
    pub fn open(path: &Path, options: RocksOptions) -> Result<Self, StoreError> {
        require_folder(path)?;
        let store = Self::start(path, options, false)?;
        store.with_db(|db| require_format(&store.at, db))?;
        store.note_synced();
        Ok(store)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies a consistent image of the store into the absent folder `target`, by links where the disk allows it.
    ///
    /// The image holds the vote record of this moment: a validator that goes on signing must never be put back to it
    /// without its vote mark, which is not part of the image.
    ///
    /// # Errors
    /// `Exists` when the target is there, else the disk's error.
    pub fn checkpoint(&self, target: &Path) -> Result<(), StoreError> {
        if target.symlink_metadata().is_ok() {
            return Err(StoreError::Exists {
                at: target.display().to_string(),
            });
        }
        self.with_db(|db| {
            Checkpoint::new(db)
                .and_then(|checkpoint| checkpoint.create_checkpoint(target))
                .map_err(|error| classify(&self.at, &error))
        })?;
        sync_parent(target)
            .map_err(|error| StoreError::from_io(target, "syncing the parent folder", &error))
    }

    /// Lets `act` read the rows as they are at this moment, for as long as it runs, whatever is written meanwhile.
    ///
    /// Old versions of rows that change stay on the disk until it returns. It must return soon after [`Store::failure`] tells of
    /// one: opening again waits for it.
    ///
    /// # Errors
    /// The store is closed.
    pub fn with_view(&self, act: impl FnOnce(&dyn ReadRows)) -> Result<(), StoreError> {
        self.with_db(|db| {
            act(&view::View::new(self, db));
            Ok(())
        })
    }

    /// Merges the tables of `from <= key < to` now, so that pruned rows give their space back.
    ///
    /// # Errors
    /// Only that the store is closed; merging reports its own failures with the next write.
    pub fn compact(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        self.with_db(|db| {
            db.compact_range_cf(self.handle(db, family)?, Some(from), to);
            Ok(())
        })
    }

    /// Figures for the operations port.
    ///
    /// # Errors
    /// The store is closed, or RocksDB does not know a figure.
    pub fn gauges(&self) -> Result<RocksGauges, StoreError> {
        self.with_db(|db| {
            let sum = |name: &str| -> Result<u64, StoreError> {
                Family::ALL.into_iter().try_fold(0_u64, |sum, family| {
                    let figure = db
                        .property_int_value_cf(self.handle(db, family)?, name)
                        .map_err(|error| classify(&self.at, &error))?;
                    Ok(sum.saturating_add(figure.unwrap_or(0)))
                })
            };
            let stalled = db
                .property_int_value("rocksdb.is-write-stopped")
                .map_err(|error| classify(&self.at, &error))?;
            Ok(RocksGauges {
                memtable_bytes: sum("rocksdb.cur-size-all-mem-tables")?,
                live_bytes: sum("rocksdb.estimate-live-data-size")?
                    .saturating_add(sum("rocksdb.live-blob-file-size")?),
                compaction_debt_bytes: sum("rocksdb.estimate-pending-compaction-bytes")?,
                writes_stalled: stalled.is_some_and(|stalled| stalled != 0),
            })
        })
    }

    fn start(path: &Path, options: RocksOptions, create: bool) -> Result<Self, StoreError> {
        let at = path.display().to_string();
        let db = open_database(path, &at, &options, create)?;
        Ok(Self {
            path: path.to_path_buf(),
            at,
            options,
            db: RwLock::new(Some(db)),
            failure: Mutex::new(None),
            synced: AtomicU64::new(0),
        })
    }

    /// Runs `act` on the open database.
    fn with_db<T>(&self, act: impl FnOnce(&DB) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let guard: RwLockReadGuard<'_, Option<DB>> =
            self.db.read().unwrap_or_else(PoisonError::into_inner);
        match guard.as_ref() {
            Some(db) => act(db),
            None => Err(self.failure_lock().clone().unwrap_or_else(|| self.closed())),
        }
    }

    fn closed(&self) -> StoreError {
        StoreError::Io {
            at: self.at.clone(),
            detail: "the store is closed".to_string(),
        }
    }

    fn failure_lock(&self) -> MutexGuard<'_, Option<StoreError>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle<'a>(&self, db: &'a DB, family: Family) -> Result<&'a ColumnFamily, StoreError> {
        db.cf_handle(family.name())
            .ok_or_else(|| StoreError::Misuse {
                detail: format!("{}: the family {} is not open", self.at, family.name()),
            })
    }

    fn note_synced(&self) {
        self.synced.store(self.sequence(), Ordering::Release);
    }

    fn batch(&self, db: &DB, set: &WriteSet) -> Result<WriteBatch, StoreError> {
        let mut handles = Vec::with_capacity(Family::ALL.len());
        for family in Family::ALL {
            handles.push(self.handle(db, family)?);
        }
        // Room for the rows and for RocksDB's few bytes around each.
        let room = set
            .bytes()
            .saturating_add(set.ops().len().saturating_mul(16) as u64);
        let mut batch = WriteBatch::with_capacity_bytes(usize::try_from(room).unwrap_or(0));
        for op in set.ops() {
            match op {
                Op::Put { family, key, value } => {
                    batch.put_cf(handles[family.index()], key, value);
                }
                Op::Delete { family, key } => batch.delete_cf(handles[family.index()], key),
                Op::DeleteRange { family, from, to } => {
                    batch.delete_range_cf(handles[family.index()], from, to);
                }
            }
        }
        Ok(batch)
    }

    fn write_batch(&self, set: &WriteSet, durability: Durability) -> Result<(), StoreError> {
        self.with_db(|db| {
            if set.is_empty() {
                // An empty record would carry nothing; the log itself is synced.
                return db
                    .flush_wal(true)
                    .map_err(|error| classify(&self.at, &error));
            }
            let mut pauses = 0_u32;
            loop {
                match db.write_opt(self.batch(db, set)?, &write_options(durability)) {
                    Ok(()) => return Ok(()),
                    // Held back before anything reached the log: merging is behind, or its disk is full.
                    Err(error) if error.kind() == ErrorKind::Incomplete => {
                        // Any other failure of that work would have been the write's own error.
                        if pauses >= STALL_PAUSES_MIN && self.background_errors(db)? > 0 {
                            let detail = "rows in memory cannot be moved into tables".to_string();
                            return Err(StoreError::DiskFull {
                                at: self.at.clone(),
                                detail,
                            });
                        }
                        pauses = pauses.saturating_add(1);
                        std::thread::sleep(STALL_PAUSE);
                    }
                    Err(error) => return Err(classify(&self.at, &error)),
                }
            }
        })
    }

    fn background_errors(&self, db: &DB) -> Result<u64, StoreError> {
        db.property_int_value("rocksdb.background-errors")
            .map(Option::unwrap_or_default)
            .map_err(|error| classify(&self.at, &error))
    }

    /// Proves by a real file that opening again will find room, while the old handle still serves reads.
    fn probe_room(&self) -> Result<(), StoreError> {
        let gauges = self.gauges()?;
        let mut room = gauges.memtable_bytes.saturating_add(RESUME_SPARE_BYTES);
        let path = self.path.join(RESUME_PROBE);
        let mut fill = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            let block = [0xA5_u8; 64 * 1024];
            while room > 0 {
                file.write_all(&block)?;
                room = room.saturating_sub(block.len() as u64);
            }
            file.sync_all()
        };
        let filled = fill();
        let removed = fs::remove_file(&path);
        filled
            .and(removed)
            .map_err(|error| StoreError::from_io(&self.path, "proving that there is room", &error))
    }

    fn reopen(&self) -> Result<(), StoreError> {
        let mut guard = self.db.write().unwrap_or_else(PoisonError::into_inner);
        // The old handle must be gone first, because it holds the lock.
        drop(guard.take());
        let db = open_database(&self.path, &self.at, &self.options, false)?;
        require_format(&self.at, &db)?;
        let (found, needed) = (
            db.latest_sequence_number(),
            self.synced.load(Ordering::Acquire),
        );
        if found < needed {
            return Err(StoreError::RolledBack {
                at: self.at.clone(),
                found,
                needed,
            });
        }
        *guard = Some(db);
        Ok(())
    }
}

impl Store for RocksStore {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with_db(|db| {
            db.get_cf(self.handle(db, family)?, key)
                .map_err(|error| classify(&self.at, &error))
        })
    }

    fn get_many(&self, family: Family, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.with_db(|db| {
            db.batched_multi_get_cf(self.handle(db, family)?, keys.iter().copied(), false)
                .into_iter()
                .map(|value| match value {
                    Ok(value) => Ok(value.map(|value| value.to_vec())),
                    Err(error) => Err(classify(&self.at, &error)),
                })
                .collect()
        })
    }

    fn visit(
        &self,
        family: Family,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        self.with_db(|db| {
            let mut options = ReadOptions::default();
            // Everything is read once, in order: it would only drive other rows out of the cache.
            options.fill_cache(false);
            options.set_readahead_size(VISIT_READAHEAD_BYTES);
            let mut rows = db.raw_iterator_cf_opt(self.handle(db, family)?, options);
            rows.seek_to_first();
            while let Some((key, value)) = rows.item() {
                if !visit(key, value) {
                    return Ok(());
                }
                rows.next();
            }
            // An iterator that ends for an error looks like one that ends for lack of rows.
            rows.status().map_err(|error| classify(&self.at, &error))
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
        let mut page = ScanPage {
            rows: Vec::new(),
            complete: true,
        };
        if to.is_some_and(|to| from >= to) {
            return Ok(page);
        }
        self.with_db(|db| {
            let bounds = bounds(ReadOptions::default(), from, to);
            let mut rows = db.raw_iterator_cf_opt(self.handle(db, family)?, bounds);
            if reverse {
                rows.seek_to_last()
            } else {
                rows.seek_to_first()
            }
            let mut bytes = 0_usize;
            while let Some((key, value)) = rows.item() {
                if page.rows.len() >= limit || bytes >= SCAN_BYTES_MAX {
                    page.complete = false;
                    break;
                }
                bytes = bytes.saturating_add(key.len()).saturating_add(value.len());
                page.rows.push((key.to_vec(), value.to_vec()));
                if reverse { rows.prev() } else { rows.next() }
            }
            // An iterator that ends for an error looks like one that ends for lack of rows.
            rows.status().map_err(|error| classify(&self.at, &error))?;
            Ok(page)
        })
    }

    fn write(&self, set: &WriteSet, durability: Durability) -> Result<(), StoreError> {
        if let Some(failure) = self.failure() {
            return Err(failure);
        }
        set.check()?;
        if set.is_empty() && durability == Durability::Buffered {
            return Ok(());
        }
        match self.write_batch(set, durability) {
            Ok(()) => {
                if durability == Durability::Synced {
                    self.note_synced();
                }
                Ok(())
            }
            Err(error) => {
                *self.failure_lock() = Some(error.clone());
                Err(error)
            }
        }
    }

    fn sequence(&self) -> u64 {
        // A closed store answers with what it is known to hold.
        self.with_db(|db| Ok(db.latest_sequence_number()))
            .unwrap_or_else(|_| self.synced.load(Ordering::Acquire))
    }

    fn failure(&self) -> Option<StoreError> {
        self.failure_lock().clone()
    }

    fn resume(&self) -> Result<(), StoreError> {
        match self.failure() {
            None => return Ok(()),
            Some(failure) if !failure.is_disk_full() => return Err(failure),
            Some(_) => {}
        }
        let open = self
            .db
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some();
        if open {
            self.probe_room()?;
        }
        match self.reopen() {
            Ok(()) => {
                self.note_synced();
                *self.failure_lock() = None;
                Ok(())
            }
            Err(error) => {
                *self.failure_lock() = Some(error.clone());
                Err(error)
            }
        }
    }
}

/// Reads between two keys.
fn bounds(mut options: ReadOptions, from: &[u8], to: Option<&[u8]>) -> ReadOptions {
    options.set_iterate_lower_bound(from);
    if let Some(to) = to {
        options.set_iterate_upper_bound(to);
    }
    options
}

fn write_options(durability: Durability) -> WriteOptions {
    let mut options = WriteOptions::default();
    options.set_sync(durability == Durability::Synced);
    // RocksDB would let a writer wait inside it for as long as the disk is full, without a word; `write_batch` waits.
    options.set_no_slowdown(true);
    options
}

fn open_database(
    path: &Path,
    at: &str,
    options: &RocksOptions,
    create: bool,
) -> Result<DB, StoreError> {
    let db_options = options::database(options, create);
    if !create {
        require_families(path, at)?;
    }
    DB::open_cf_descriptors(&db_options, path, options::families(options))
        .map_err(|error| classify(at, &error))
}

/// Tells a folder that is not there from one that has lost the file every store begins with.
fn require_folder(path: &Path) -> Result<(), StoreError> {
    let mut entries = fs::read_dir(path)
        .map_err(|error| StoreError::from_io(path, "reading the folder", &error))?;
    let at = path.display().to_string();
    match fs::metadata(path.join("CURRENT")) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if entries.next().is_none() {
                return Err(StoreError::Missing { at });
            }
            Err(StoreError::Corrupt {
                at,
                detail: "the file CURRENT is missing".to_string(),
            })
        }
        Err(error) => Err(StoreError::from_io(path, "reading CURRENT", &error)),
    }
}

fn require_families(path: &Path, at: &str) -> Result<(), StoreError> {
    let found = DB::list_cf(&Options::default(), path).map_err(|error| classify(at, &error))?;
    let mut found: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|name| *name != DEFAULT_COLUMN_FAMILY_NAME)
        .collect();
    let mut expected: Vec<&str> = Family::ALL.into_iter().map(Family::name).collect();
    found.sort_unstable();
    expected.sort_unstable();
    if found != expected {
        return Err(StoreError::Format {
            at: at.to_string(),
            found: format!("with families {}", found.join(" ")),
            expected: format!("{FORMAT_VERSION} with families {}", expected.join(" ")),
        });
    }
    Ok(())
}

fn require_format(at: &str, db: &DB) -> Result<(), StoreError> {
    let found = db.get(FORMAT_KEY).map_err(|error| classify(at, &error))?;
    let expected = FORMAT_VERSION.to_be_bytes();
    if found.as_deref() == Some(expected.as_slice()) {
        return Ok(());
    }
    let found = match found.as_deref().map(<[u8; 4]>::try_from) {
        Some(Ok(bytes)) => u32::from_be_bytes(bytes).to_string(),
        Some(Err(_)) => "unknown".to_string(),
        None => "none (its creation was interrupted)".to_string(),
    };
    Err(StoreError::Format {
        at: at.to_string(),
        found,
        expected: FORMAT_VERSION.to_string(),
    })
}
