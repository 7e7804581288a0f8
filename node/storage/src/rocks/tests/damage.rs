//! Damaged folders: refused, or noticed by the sequence; never a different content under the same sequence.

use super::*;

const WRITES: u32 = 1000;

/// A live store's folder after `WRITES` synced writes, copied; with the contents and sequence it must have.
fn synced_copy(folder: &Path) -> (PathBuf, Contents, u64) {
    let store = RocksStore::create(&folder.join("live"), small()).unwrap();
    for number in 0..WRITES {
        let mut set = put(Family::State, &format!("{number:06}"), vec![b'v'; 180]);
        set.put(Family::Meta, "height", number.to_be_bytes());
        store.write(&set, Durability::Synced).unwrap();
    }
    let copy = folder.join("copy");
    copy_folder(store.path(), &copy);
    (copy, contents(&store).unwrap(), store.sequence())
}

/// Opens a fresh copy of `folder` after `damage` to the file called `name`.
fn open_damaged(
    folder: &Path,
    name: &Path,
    damage: impl FnOnce(&mut Vec<u8>),
) -> Result<RocksStore, StoreError> {
    let trial = folder.with_extension("trial");
    fs::remove_dir_all(&trial).ok();
    copy_folder(folder, &trial);
    let file = trial.join(name.file_name().unwrap());
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    RocksStore::open(&trial, small())
}

#[test]
fn a_flipped_byte_in_the_middle_of_the_log_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, rows, sequence) = synced_copy(folder.path());
    let log = newest_log(&copy);
    let length = usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    assert!(length > 100_000, "the writes are still in the log");
    let middle = open_damaged(&copy, &log, |bytes| bytes[length / 2] ^= 0x01).unwrap_err();
    assert_eq!(middle.code(), "STORE_CORRUPT", "{middle}");

    // A byte that makes a record of the last 32 KiB look longer than the file cannot be told from a cut tail by
    // RocksDB. The sequence tells: that is what the vote mark keeps it for.
    let (mut refused, mut noticed) = (0, 0);
    for place in (0..length).step_by(length / 50) {
        for mask in [0x01_u8, 0xFF] {
            match open_damaged(&copy, &log, |bytes| bytes[place] ^= mask) {
                Err(error) => {
                    assert_eq!(error.code(), "STORE_CORRUPT", "byte {place}: {error}");
                    refused += 1;
                }
                Ok(store) => {
                    let lost = store.require_sequence(sequence).unwrap_err();
                    assert_eq!(lost.code(), "STORE_ROLLED_BACK", "byte {place}");
                    let left = contents(&store).unwrap();
                    assert!(left.len() < rows.len(), "byte {place}");
                    noticed += 1;
                }
            }
        }
    }
    assert!(
        refused > 20 * noticed,
        "{refused} flips refused, {noticed} noticed by sequence"
    );
}

#[test]
fn a_record_length_in_the_last_block_is_noticed_by_the_sequence_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, _, sequence) = synced_copy(folder.path());
    let log = newest_log(&copy);
    let length = usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    let block = length / 32_768 * 32_768;
    // Within a block a record begins with checksum (4), length (2, low byte first), type (1).
    let store = open_damaged(&copy, &log, |bytes| bytes[block + 5] = 0x7F).unwrap();
    assert_eq!(
        store.require_sequence(sequence).unwrap_err().code(),
        "STORE_ROLLED_BACK"
    );
}

#[test]
fn a_cut_tail_drops_the_torn_write_and_nothing_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, rows, sequence) = synced_copy(folder.path());
    let log = newest_log(&copy);
    for cut in [1, 10, 150] {
        let store = open_damaged(&copy, &log, |bytes| bytes.truncate(bytes.len() - cut)).unwrap();
        let left = contents(&store).unwrap();
        let torn = format!("{:06}", WRITES - 1).into_bytes();
        let expected: Vec<_> = rows
            .iter()
            .filter(|(_, key, _)| *key != torn)
            .map(|(family, key, value)| match family {
                Family::Meta => (*family, key.clone(), (WRITES - 2).to_be_bytes().to_vec()),
                _ => (*family, key.clone(), value.clone()),
            })
            .collect();
        assert_eq!(left, expected, "cut by {cut}: whole sets only");
        assert!(store.sequence() < sequence);
        store
            .write(&put(Family::State, "next", "x"), Durability::Synced)
            .unwrap();
    }
}

#[test]
fn a_lost_log_is_noticed_by_the_sequence() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, _, sequence) = synced_copy(folder.path());
    fs::remove_file(newest_log(&copy)).unwrap();
    match RocksStore::open(&copy, small()) {
        Err(error) => assert_eq!(error.code(), "STORE_CORRUPT"),
        Ok(store) => {
            assert_eq!(
                store.require_sequence(sequence).unwrap_err().code(),
                "STORE_ROLLED_BACK"
            );
        }
    }
}

#[test]
fn a_flipped_byte_in_tables_and_blobs_is_never_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    for number in 0..200_u32 {
        let mut set = put(
            Family::State,
            &format!("{number:06}"),
            number.to_be_bytes().repeat(30),
        );
        set.put(
            Family::Batches,
            format!("{number:06}"),
            number.to_be_bytes().repeat(2000),
        );
        store.write(&set, Durability::Synced).unwrap();
    }
    let (rows, sequence) = (contents(&store).unwrap(), store.sequence());
    drop(store);
    // Opening moves the replayed log into tables and blob files.
    drop(RocksStore::open(&path, small()).unwrap());
    for ending in ["sst", "blob"] {
        let file = files(&path, ending)
            .into_iter()
            .max_by_key(|file| fs::metadata(file).unwrap().len())
            .unwrap();
        let length = usize::try_from(fs::metadata(&file).unwrap().len()).unwrap();
        let mut found = 0;
        for place in (0..length).step_by(length / 40 + 1) {
            let read = open_damaged(&path, &file, |bytes| bytes[place] ^= 0x40).and_then(|store| {
                store.require_sequence(sequence)?;
                contents(&store)
            });
            match read {
                // A byte that no read needs, such as a filter's or padding's, may be spoiled without effect.
                Ok(read) => assert_eq!(read, rows, "{ending} byte {place}"),
                Err(error) => {
                    assert_eq!(
                        error.code(),
                        "STORE_CORRUPT",
                        "{ending} byte {place}: {error}"
                    );
                    found += 1;
                }
            }
        }
        assert!(found > 20, "{ending}: {found} flips found");
    }
}

#[test]
fn a_missing_file_is_corruption_and_not_an_empty_store() {
    let folder = tempfile::tempdir().unwrap();
    let (copy, ..) = synced_copy(folder.path());
    drop(RocksStore::open(&copy, small()).unwrap());
    let manifest = fs::read_dir(&copy)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("MANIFEST"))
        .unwrap();
    for name in [
        copy.join("CURRENT"),
        manifest,
        files(&copy, "sst").pop().unwrap(),
    ] {
        let trial = folder.path().join("trial");
        fs::remove_dir_all(&trial).ok();
        copy_folder(&copy, &trial);
        fs::remove_file(trial.join(name.file_name().unwrap())).unwrap();
        let refused = RocksStore::open(&trial, small()).unwrap_err();
        assert_eq!(
            refused.code(),
            "STORE_CORRUPT",
            "{}: {refused}",
            name.display()
        );
    }
}
