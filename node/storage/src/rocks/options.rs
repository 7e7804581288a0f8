//! The pinned settings of RocksDB, each with its reason; `tests.rs` holds the crashes they were chosen for.
//!
//! Never set here, because each of them breaks a promise of [`crate::Store`]: `manual_wal_flush` and `disable_wal`
//! (an acknowledged write may be nowhere), `unordered_write` (a crash may leave holes), recycled logs (a tail of an
//! old log passes for a new one), mmap and direct I/O (other failure modes, never tested here).

use rocksdb::{
    BlockBasedIndexType, BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType,
    DBRecoveryMode, LogLevel, Options,
};

use crate::Family;

const MIB: usize = 1024 * 1024;

/// What one store may take of the machine; the defaults let five nodes share a small one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RocksOptions {
    /// Memory for rows not yet in table files, over all families.
    pub write_buffer_bytes: usize,
    /// Memory for blocks, indexes and filters read from table files, over all families.
    pub block_cache_bytes: usize,
    /// Log kept before rows are moved into tables: bounds the disk and the replay at start.
    pub wal_bytes_max: u64,
    /// Threads for moving and merging tables.
    pub background_jobs: i32,
    /// Table files held open, well under the usual limit of 1,024 a process.
    pub open_files_max: i32,
}

impl Default for RocksOptions {
    fn default() -> Self {
        Self {
            write_buffer_bytes: 64 * MIB,
            block_cache_bytes: 32 * MIB,
            wal_bytes_max: 128 * MIB as u64,
            background_jobs: 2,
            open_files_max: 256,
        }
    }
}

pub(super) fn database(options: &RocksOptions, create: bool) -> Options {
    let mut db = Options::default();
    // A folder is made by `create` alone; `open` must never turn a lost folder into an empty store.
    db.create_if_missing(create);
    db.create_missing_column_families(create);
    db.set_error_if_exists(create);

    // A cut tail was never acknowledged and is dropped; any other damage refuses to open. The default would open
    // and silently forget everything after the damage.
    db.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    // A log that was complete and synced, and is missing or short at start, is an error and not an old state. The
    // newest log is not covered: the vote mark's store sequence is (see `crate::VoteMark`).
    db.set_track_and_verify_wals_in_manifest(true);
    // Stop writing at the first sign of damage.
    db.set_paranoid_checks(true);
    db.set_recycle_log_file_num(0);

    db.set_db_write_buffer_size(options.write_buffer_bytes);
    // A family that is rarely written pins old logs; this bound flushes it.
    db.set_max_total_wal_size(options.wal_bytes_max);
    db.set_max_background_jobs(options.background_jobs.max(1));
    db.set_max_subcompactions(1);
    db.set_max_open_files(options.open_files_max.max(32));
    // Hand dirty table pages to the disk early, so that the sync of a vote does not wait behind a whole table.
    db.set_bytes_per_sync(MIB as u64);
    // Deleting big files is left to the background, off the path of votes.
    db.set_avoid_unnecessary_blocking_io(true);

    // RocksDB's own text log: small, and warnings only.
    db.set_keep_log_file_num(4);
    db.set_max_log_file_size(4 * MIB);
    db.set_log_level(LogLevel::Warn);
    db.set_stats_dump_period_sec(0);
    db
}

pub(super) fn families(options: &RocksOptions) -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(options.block_cache_bytes);
    Family::ALL
        .into_iter()
        .map(|family| {
            ColumnFamilyDescriptor::new(family.name(), family_options(family, options, &cache))
        })
        .collect()
}

/// What distinguishes a family on disk; listed row by row so that a new one must choose.
struct Tuning {
    /// Values from this size on live in blob files, which compaction does not copy; none for small values.
    blob_from_bytes: Option<u64>,
    /// Whether keys are asked for that may not exist.
    filter: Filter,
    /// Share of the write buffers, as a divisor.
    buffer_share: usize,
}

/// How a family tells that a key is not there without reading its rows.
#[derive(PartialEq, Eq)]
enum Filter {
    /// Not at all: its keys are known.
    None,
    /// One filter a table: the family is small, or seldom asked in vain.
    Whole,
    /// Filters in pieces, each read alone, and one over the rows in memory: the family outgrows the cache, and almost every
    /// question is in vain.
    Pieces,
}

fn tuning(family: Family) -> Tuning {
    match family {
        Family::Batches => Tuning {
            blob_from_bytes: Some(4096),
            filter: Filter::Whole,
            buffer_share: 2,
        },
        Family::State | Family::Receipts | Family::Index => Tuning {
            blob_from_bytes: None,
            filter: Filter::Whole,
            buffer_share: 4,
        },
        Family::Identifiers => Tuning {
            blob_from_bytes: None,
            filter: Filter::Pieces,
            buffer_share: 4,
        },
        // Written once, read once, dropped as a whole.
        Family::Staging => Tuning {
            blob_from_bytes: Some(4096),
            filter: Filter::None,
            buffer_share: 8,
        },
        Family::Votes | Family::Blocks | Family::Certificates | Family::Results | Family::Meta => {
            Tuning {
                blob_from_bytes: None,
                filter: Filter::None,
                buffer_share: 8,
            }
        }
    }
}

fn family_options(family: Family, options: &RocksOptions, cache: &Cache) -> Options {
    let Tuning {
        blob_from_bytes,
        filter,
        buffer_share,
    } = tuning(family);
    let mut cf = Options::default();
    cf.set_write_buffer_size((options.write_buffer_bytes / buffer_share).max(MIB));
    cf.set_max_write_buffer_number(2);
    cf.set_target_file_size_base(32 * MIB as u64);
    cf.set_max_bytes_for_level_base(128 * MIB as u64);
    // Sizes the levels from the bottom: about a tenth of dead rows at most, whatever the store's size.
    cf.set_level_compaction_dynamic_level_bytes(true);
    cf.set_compression_type(DBCompressionType::Lz4);

    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_block_size(16 * 1024);
    table.set_format_version(6);
    // Indexes and filters count against the cache, so that memory stays bounded as tables grow.
    table.set_cache_index_and_filter_blocks(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    if filter != Filter::None {
        // About one question in a hundred for an absent key reads a block for nothing.
        table.set_bloom_filter(10.0, false);
    }
    if filter == Filter::Pieces {
        // A question then loads 4 KiB of filter and not that of a whole table.
        table.set_index_type(BlockBasedIndexType::TwoLevelIndexSearch);
        table.set_partition_filters(true);
        table.set_metadata_block_size(4096);
        table.set_pin_top_level_index_and_filter(true);
        // Point questions only: whole keys are filtered in memory as well.
        cf.set_memtable_whole_key_filtering(true);
        cf.set_memtable_prefix_bloom_ratio(0.05);
        // Small blocks: what is read for nothing, or for one row, is short.
        table.set_block_size(4096);
    }
    cf.set_block_based_table_factory(&table);

    if let Some(bytes) = blob_from_bytes {
        cf.set_enable_blob_files(true);
        cf.set_min_blob_size(bytes);
        cf.set_blob_file_size(64 * MIB as u64);
        cf.set_blob_compression_type(DBCompressionType::Lz4);
        // Pruned batches free their space: files half of which is dead are rewritten.
        cf.set_enable_blob_gc(true);
        cf.set_blob_gc_age_cutoff(0.25);
        cf.set_blob_gc_force_threshold(0.5);
    }
    cf
}
