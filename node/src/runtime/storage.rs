//! The one writer: everything that waits is written as one group with one sync, then the vote mark, then the core is told.
//!
//! It must never wait for another thread, and never say "persisted" after a failed sync.
//!
//! ```text
//!   Persist 7, rows, Persist 8, rows --merge--> write(Synced) --> mark.advance (if this node signed) --> persisted = 8
//!   flush, slice of pruning          --alone--> write(Buffered), durable with the next group
//! ```
//! The mark follows the store and does not run beside it: a mark that is ahead of the record after a power cut would lock an honest
//! validator out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use sycee_consensus::Token;
use sycee_primitives::{Height, PublicKey};
use sycee_replica::{SigningMark, Snapshot};
use sycee_storage::{Durability, KeyId, Store, StoreError, VoteMark, VoteMarkFile, WriteSet};

use super::failure::{Failure, Stop};
use super::snapshots::Snapshots;
use crate::metrics::Metrics;

/// A group closes at so many bytes, so that no vote waits behind more than that.
const GROUP_BYTES_MAX: u64 = 16 << 20;

/// How often a full disk is tried again.
const FULL_DISK_RETRY: Duration = Duration::from_secs(1);

/// One write.
pub(crate) enum Write {
    /// Records of the core: synced before the token is told.
    Persist {
        token: Token,
        writes: WriteSet,
        mark: Option<(PublicKey, SigningMark)>,
    },
    /// Rows that must be durable with the next group.
    Rows(WriteSet),
    /// Derived rows up to a height.
    Flush {
        height: Height,
        writes: WriteSet,
        /// The state to be shown to peers from now on.
        snapshot: Option<Box<Snapshot>>,
    },
    /// A slice of old rows that go; heights from `lowest` on stay.
    Prune { lowest: Height, writes: WriteSet },
}

/// The vote mark of this validator's key.
pub(crate) struct MarkKeeper {
    pub(crate) file: VoteMarkFile,
    pub(crate) key_id: KeyId,
}

pub(crate) struct Storage {
    pub(crate) store: Arc<dyn Store>,
    /// One for each key this node may sign with.
    pub(crate) marks: Vec<MarkKeeper>,
    pub(crate) writes: Receiver<Write>,
    pub(crate) persisted: Arc<AtomicU64>,
    pub(crate) doorbell: Sender<()>,
    pub(crate) flushed: Arc<AtomicU64>,
    pub(crate) pruned: Arc<AtomicU64>,
    pub(crate) snapshots: Snapshots,
    pub(crate) stop: Receiver<()>,
    pub(crate) metrics: Metrics,
}

#[derive(Default)]
struct Group {
    writes: WriteSet,
    token: Option<Token>,
    mark: Option<(PublicKey, SigningMark)>,
    flush: Option<(Height, WriteSet, Option<Box<Snapshot>>)>,
    prune: Option<(Height, WriteSet)>,
}

impl Storage {
    /// Runs until every sender is gone, then syncs once more.
    pub(crate) fn run(mut self, stop: &Stop) {
        while let Ok(first) = self.writes.recv() {
            let mut group = Group::default();
            let mut next = Some(first);
            while let Some(write) = next.take() {
                group.add(write);
                if group.is_closed() || group.writes.bytes() >= GROUP_BYTES_MAX {
                    break;
                }
                next = self.writes.try_recv().ok();
            }
            if let Err(failure) = self.commit(group) {
                self.snapshots.end();
                return stop.fail(failure);
            }
        }
        if let Err(failure) = self.write(&WriteSet::new(), Durability::Synced) {
            stop.fail(failure);
        }
        self.snapshots.end();
    }

    fn commit(&mut self, group: Group) -> Result<(), Failure> {
        let started = Instant::now();
        if let Some(token) = group.token {
            self.write(&group.writes, Durability::Synced)?;
            if let Some((key, mark)) = group.mark {
                self.advance(&key, mark)?;
            }
            self.persisted.fetch_max(token.0, Ordering::Release);
            // A full doorbell is one that the core has yet to answer.
            let _ = self.doorbell.try_send(());
        } else if !group.writes.is_empty() {
            self.write(&group.writes, Durability::Buffered)?;
        }
        if let Some((height, writes, snapshot)) = group.flush {
            self.write(&writes, Durability::Buffered)?;
            if let Some(snapshot) = snapshot {
                self.snapshots.begin(*snapshot);
            }
            self.flushed.fetch_max(height.0, Ordering::Release);
        }
        if let Some((lowest, writes)) = group.prune {
            self.write(&writes, Durability::Buffered)?;
            self.pruned.fetch_max(lowest.0, Ordering::Release);
        }
        self.metrics.commits.inc();
        self.metrics
            .commit_seconds
            .observe(started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Writes; waits out a full disk, since that is the one failure after which the same write may be tried again.
    fn write(&self, writes: &WriteSet, durability: Durability) -> Result<(), Failure> {
        let mut result = self.store.write(writes, durability);
        while let Err(error) = &result
            && error.is_disk_full()
        {
            tracing::error!(code = error.code(), "{error}. {}", error.remedy());
            if !matches!(
                self.stop.recv_timeout(FULL_DISK_RETRY),
                Err(RecvTimeoutError::Timeout)
            ) {
                break;
            }
            if self.store.resume().is_ok() {
                result = self.store.write(writes, durability);
            }
        }
        result.map_err(|error| failure(&error))?;
        self.metrics.written_bytes.inc_by(writes.bytes());
        Ok(())
    }

    fn advance(&mut self, key: &PublicKey, mark: SigningMark) -> Result<(), Failure> {
        let key_id = key_id_of(key);
        let keeper = self.marks.iter_mut().find(|it| it.key_id == key_id);
        let Some(keeper) = keeper else {
            return Ok(());
        };
        // [J1] In quarantine the record begins anew, and own batches come back from others before anything is signed.
        let next = keeper.file.mark().raised_by(VoteMark {
            key_id: keeper.key_id,
            epoch: mark.epoch.0,
            view: mark.view.0,
            lane_incarnation: mark.lane_incarnation,
            lane_seq: mark.lane_seq.0,
            store_sequence: self.store.sequence(),
        });
        keeper.file.advance(next).map_err(|error| Failure {
            exit: 9,
            code: error.code(),
            what: error.to_string(),
            remedy: error.remedy(),
        })
    }
}

impl Group {
    fn add(&mut self, write: Write) {
        match write {
            Write::Persist {
                token,
                writes,
                mark,
            } => {
                self.writes.append(writes);
                self.token = Some(token);
                self.mark = mark.or(self.mark);
            }
            Write::Rows(writes) => self.writes.append(writes),
            Write::Flush {
                height,
                writes,
                snapshot,
            } => self.flush = Some((height, writes, snapshot)),
            Write::Prune { lowest, writes } => self.prune = Some((lowest, writes)),
        }
    }

    /// A set that is written alone ends its group.
    fn is_closed(&self) -> bool {
        self.flush.is_some() || self.prune.is_some()
    }
}

/// By what a mark knows its key.
pub(crate) fn key_id_of(key: &PublicKey) -> KeyId {
    let mut id = [0; 8];
    for (place, byte) in id.iter_mut().zip(key.0) {
        *place = byte;
    }
    KeyId(id)
}

fn failure(error: &StoreError) -> Failure {
    Failure {
        exit: if error.is_disk_full() { 6 } else { 1 },
        code: error.code(),
        what: error.to_string(),
        remedy: error.remedy(),
    }
}
