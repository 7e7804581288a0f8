//! The promises of the store on disk, each against the damage that breaks it elsewhere.
//!
//! A copied live folder and a killed process show what the kernel was given; what a power cut leaves is tested with
//! real processes on volumes of their own.

mod damage;
mod full_disk;
mod killed;
mod model;

use super::*;

fn small() -> RocksOptions {
    RocksOptions {
        write_buffer_bytes: 4 * 1024 * 1024,
        block_cache_bytes: 1024 * 1024,
        wal_bytes_max: 4 * 1024 * 1024,
        ..RocksOptions::default()
    }
}

fn put(family: Family, key: &str, value: impl Into<Vec<u8>>) -> WriteSet {
    let mut set = WriteSet::new();
    set.put(family, key, value);
    set
}

type Contents = Vec<(Family, Vec<u8>, Vec<u8>)>;

/// Every row of every family, in order.
fn contents(store: &dyn Store) -> Result<Contents, StoreError> {
    let mut rows = Vec::new();
    for family in Family::ALL {
        crate::for_each_row::<StoreError>(store, family, &[], None, |key, value| {
            rows.push((family, key, value));
            Ok(())
        })?;
    }
    Ok(rows)
}

/// Bytes that do not compress: xorshift from a seed.
fn noise(seed: u32, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    files
}

/// The log that holds data: the longest one.
fn newest_log(folder: &Path) -> PathBuf {
    files(folder, "log")
        .into_iter()
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap()
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    let mut set = WriteSet::new();
    for (number, family) in Family::ALL.into_iter().enumerate() {
        set.put(family, [u8::try_from(number).unwrap()], vec![7; 10_000]);
    }
    store.write(&set, Durability::Synced).unwrap();
    store
        .write(&put(Family::State, "later", "x"), Durability::Buffered)
        .unwrap();
    let (rows, sequence) = (contents(&store).unwrap(), store.sequence());
    drop(store);
    let store = RocksStore::open(&path, small()).unwrap();
    assert_eq!(contents(&store).unwrap(), rows);
    store.require_sequence(sequence).unwrap();
    assert_eq!(rows.len(), Family::ALL.len() + 1);
}

#[test]
fn a_copy_of_a_live_folder_holds_everything_synced() {
    let folder = tempfile::tempdir().unwrap();
    // Buffers larger than the data: no file is moved away while it is copied.
    let options = RocksOptions::default();
    let store = RocksStore::create(&folder.path().join("live"), options.clone()).unwrap();
    for round in 0..20_u32 {
        let key = format!("{round:04}");
        store
            .write(&put(Family::State, &key, "buffered"), Durability::Buffered)
            .unwrap();
        store
            .write(
                &put(Family::Batches, &key, noise(round, 300_000)),
                Durability::Synced,
            )
            .unwrap();
        if round % 5 == 0 {
            let copy = folder.path().join(format!("copy-{round}"));
            copy_folder(store.path(), &copy);
            let opened = RocksStore::open(&copy, options.clone()).unwrap();
            assert_eq!(
                contents(&opened).unwrap(),
                contents(&store).unwrap(),
                "round {round}"
            );
            opened.require_sequence(store.sequence()).unwrap();
        }
    }
}

#[test]
fn a_store_is_held_by_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    assert_eq!(
        RocksStore::open(&path, small()).unwrap_err().code(),
        "STORE_LOCKED"
    );
    drop(store);
    RocksStore::open(&path, small()).unwrap();
}

#[test]
fn a_folder_that_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    fs::create_dir(path("other")).unwrap();
    fs::write(path("other").join("letter"), "x").unwrap();
    fs::write(path("file"), "x").unwrap();
    let open = |name: &str| RocksStore::open(&path(name), small()).unwrap_err().code();
    let create = |name: &str| RocksStore::create(&path(name), small()).unwrap_err().code();
    assert_eq!(open("absent"), "STORE_MISSING");
    assert_eq!(open("empty"), "STORE_MISSING");
    assert_eq!(open("other"), "STORE_CORRUPT");
    assert_eq!(open("file"), "STORE_UNREADABLE");
    assert_eq!(create("other"), "STORE_EXISTS");
    assert_eq!(create("file"), "STORE_UNREADABLE");
    assert_eq!(create("absent/inner"), "STORE_MISSING");
    assert!(!path("absent").exists());
    assert_eq!(fs::read_dir(path("empty")).unwrap().count(), 0);
    assert_eq!(fs::read_dir(path("other")).unwrap().count(), 1);
    drop(RocksStore::create(&path("empty"), small()).unwrap());
    assert_eq!(create("empty"), "STORE_EXISTS");
}

#[test]
fn another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    let rewrite = |store: &RocksStore, value: &[u8]| {
        store
            .with_db(|db| {
                db.put(FORMAT_KEY, value)
                    .map_err(|error| classify("test", &error))
            })
            .unwrap();
    };
    let newer = FORMAT_VERSION + 1;
    rewrite(&store, &newer.to_be_bytes());
    drop(store);
    let refused = RocksStore::open(&path, small()).unwrap_err();
    assert!(
        matches!(&refused, StoreError::Format { found, .. } if *found == newer.to_string()),
        "{refused}"
    );

    let path = folder.path().join("newer");
    let mut options = Options::default();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    let names = Family::ALL.into_iter().map(Family::name).chain(["reports"]);
    drop(DB::open_cf(&options, &path, names).unwrap());
    let refused = RocksStore::open(&path, small()).unwrap_err();
    assert_eq!(refused.code(), "STORE_FORMAT", "{refused}");

    let path = folder.path().join("interrupted");
    let names = Family::ALL.into_iter().map(Family::name);
    drop(DB::open_cf(&options, &path, names).unwrap());
    let refused = RocksStore::open(&path, small()).unwrap_err();
    assert_eq!(refused.code(), "STORE_FORMAT", "{refused}");
}

#[test]
fn limits_are_refused_without_stopping_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = RocksStore::create(&folder.path().join("store"), small()).unwrap();
    let mut inverted = WriteSet::new();
    inverted.delete_range(Family::Index, "b", "a");
    assert_eq!(
        store
            .write(&inverted, Durability::Synced)
            .unwrap_err()
            .code(),
        "STORE_MISUSE"
    );
    let mut long_key = WriteSet::new();
    long_key.delete(Family::Index, vec![0; crate::KEY_BYTES_MAX + 1]);
    assert_eq!(
        store
            .write(&long_key, Durability::Synced)
            .unwrap_err()
            .code(),
        "STORE_TOO_LARGE"
    );
    store.write(&WriteSet::new(), Durability::Synced).unwrap();
    store
        .write(&put(Family::Index, "", ""), Durability::Synced)
        .unwrap();
    assert_eq!(store.get(Family::Index, b"").unwrap(), Some(Vec::new()));
    store.resume().unwrap();
}

#[test]
fn a_checkpoint_is_a_store_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = RocksStore::create(&folder.path().join("store"), small()).unwrap();
    store
        .write(&put(Family::Blocks, "1", "block"), Durability::Synced)
        .unwrap();
    let target = folder.path().join("image");
    store.checkpoint(&target).unwrap();
    let before = contents(&store).unwrap();
    store
        .write(&put(Family::Blocks, "2", "block"), Durability::Synced)
        .unwrap();
    let image = RocksStore::open(&target, small()).unwrap();
    assert_eq!(contents(&image).unwrap(), before);
    let older = image.require_sequence(store.sequence()).unwrap_err();
    assert_eq!(older.code(), "STORE_ROLLED_BACK");
    assert_eq!(
        store.checkpoint(&target).unwrap_err().code(),
        "STORE_EXISTS"
    );
}

#[test]
fn pruned_batches_give_their_space_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    for number in 0..64_u32 {
        let value = noise(number, 250_000);
        store
            .write(
                &put(Family::Batches, &format!("{number:04}"), value),
                Durability::Synced,
            )
            .unwrap();
    }
    store.compact(Family::Batches, b"", None).unwrap();
    let full = store.gauges().unwrap().live_bytes;
    let mut prune = WriteSet::new();
    prune.delete_range(Family::Batches, "0000", "0060");
    store.write(&prune, Durability::Synced).unwrap();
    drop(store);
    let store = RocksStore::open(&path, small()).unwrap();
    store.compact(Family::Batches, b"", None).unwrap();
    let left = store.gauges().unwrap().live_bytes;
    assert!(left < full / 4, "{left} of {full} bytes are left");
    assert_eq!(
        store
            .scan(Family::Batches, b"", None, 99, false)
            .unwrap()
            .rows
            .len(),
        4
    );
}
