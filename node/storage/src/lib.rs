//! The one durable store of a node, behind a small trait.
//!
//! It keeps bytes under bytes and must never know what they mean: no block, vote or payment type enters this crate,
//! and no other crate knows RocksDB. The simulator builds it without the feature `rocksdb` and uses [`MemoryStore`].
//!
//! ```text
//!                       Store (trait): get, get_many, scan, write, resume, sequence
//!                      /                                         \
//!   RocksStore  (feature `rocksdb`)                    MemoryStore  (simulator)
//!   one WAL for all families, fsync per Synced         unsynced writes kept apart, crash(keep), faults
//!
//!   VoteMarkFile    64 bytes outside the store: how far this validator's key has signed
//!   measure_sync, disk_usage    what the disk below costs
//! ```
//!
//! Order of one turn that signs: `write(set, Synced)`, then `VoteMarkFile::advance` with the store's
//! [`Store::sequence`], then the signature may leave. At start, a store whose sequence is below the mark's has lost
//! synced writes ([`Store::require_sequence`]) and the validator must not vote. Spec: design 5, reliability 3.2, 3.6.

mod disk;
mod error;
mod memory;
#[cfg(feature = "rocksdb")]
mod rocks;
mod store;
mod vote_mark;

pub use disk::{DiskUsage, SYNC_SAMPLES_MAX, disk_usage, measure_sync};
pub use error::StoreError;
pub use memory::{MemoryStore, WriteFault};
#[cfg(feature = "rocksdb")]
pub use rocks::{FORMAT_VERSION, RocksGauges, RocksOptions, RocksStore};
pub use store::{
    Durability, Family, KEY_BYTES_MAX, Op, ReadRows, Row, SCAN_BYTES_MAX, ScanPage, Store,
    VALUE_BYTES_MAX, WRITE_SET_BYTES_MAX, WriteSet, for_each_row,
};
pub use vote_mark::{KeyId, MarkError, VOTE_MARK_BYTES, VoteMark, VoteMarkFile};
