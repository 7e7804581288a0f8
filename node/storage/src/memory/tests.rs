//! What the simulator may rely on: prefixes survive a crash, faults stop writing, and each has its way out.

use super::*;

fn put(key: &str, value: &str) -> WriteSet {
    let mut set = WriteSet::new();
    set.put(Family::State, key, value);
    set
}

fn text(store: &MemoryStore) -> String {
    let rows = store.contents().into_iter();
    let rows: Vec<String> = rows
        .map(|(_, key, value)| {
            format!(
                "{}={}",
                String::from_utf8_lossy(&key),
                String::from_utf8_lossy(&value)
            )
        })
        .collect();
    rows.join(" ")
}

/// One row: writes (`s` synced, `b` buffered), how many unsynced ones the crash keeps, what is there afterwards.
#[test]
fn a_crash_keeps_a_prefix_that_reaches_at_least_the_last_sync() {
    let table = [
        ("s a=1", 0, "a=1"),
        ("b a=1", 0, ""),
        ("b a=1", 1, "a=1"),
        ("b a=1; b b=1; b c=1", 2, "a=1 b=1"),
        ("b a=1; s b=1; b c=1", 0, "a=1 b=1"),
        ("b a=1; s b=1; b c=1", 9, "a=1 b=1 c=1"),
        ("s a=1; b a=2; b a=3", 0, "a=1"),
        ("s a=1; b a=2; b a=3", 1, "a=2"),
        ("s a=1; b a=-; b a=3", 0, "a=1"),
        ("s a=1; b a=-; b a=3", 1, ""),
        ("s a=1; s b=2; s c=3; b *=-", 0, "a=1 b=2 c=3"),
        ("s a=1; s b=2; s c=3; b *=-; b b=4", 1, "c=3"),
        ("s a=1; s b=2; s c=3; b *=-; s", 0, "c=3"),
    ];
    for (writes, keep, after) in table {
        let store = MemoryStore::new();
        for write in writes.split("; ") {
            let (durability, row) = write.split_once(' ').unwrap_or((write, ""));
            let durability = if durability == "s" {
                Durability::Synced
            } else {
                Durability::Buffered
            };
            let mut set = WriteSet::new();
            match row.split_once('=') {
                None => {}
                Some(("*", _)) => set.delete_range(Family::State, "a", "c"),
                Some((key, "-")) => set.delete(Family::State, key),
                Some((key, value)) => set.put(Family::State, key, value),
            }
            store.write(&set, durability).unwrap();
        }
        store.crash(keep);
        assert_eq!(text(&store), after, "{writes}, keep {keep}");
        assert_eq!(store.unsynced(), 0);
    }
}

#[test]
fn the_sequence_shows_a_lost_write_and_no_other() {
    let store = MemoryStore::new();
    store.write(&put("a", "1"), Durability::Synced).unwrap();
    let synced = store.sequence();
    store.write(&put("b", "1"), Durability::Buffered).unwrap();
    let buffered = store.sequence();
    assert_eq!(store.crash(0), 1);
    store.require_sequence(synced).unwrap();
    let lost = store.require_sequence(buffered).unwrap_err();
    assert_eq!(lost.code(), "STORE_ROLLED_BACK");
}

#[test]
fn a_failed_sync_stops_writing_until_a_restart_which_may_bring_the_write_back() {
    for (keep, after) in [(0, "a=1"), (1, "a=1 b=1"), (2, "a=1 b=1 c=1")] {
        let store = MemoryStore::new();
        store.write(&put("a", "1"), Durability::Synced).unwrap();
        store.write(&put("b", "1"), Durability::Buffered).unwrap();
        store.fail_next_write(WriteFault::SyncFailed);
        let failed = store.write(&put("c", "1"), Durability::Synced).unwrap_err();
        assert_eq!(failed.code(), "STORE_IO");
        assert_eq!(
            store.get(Family::State, b"c").unwrap(),
            None,
            "never shown before a restart"
        );
        assert_eq!(
            store.write(&put("d", "1"), Durability::Synced).unwrap_err(),
            failed
        );
        assert_eq!(store.resume().unwrap_err(), failed);
        assert_eq!(store.unsynced(), 2);
        store.crash(keep);
        assert_eq!(text(&store), after);
        store.write(&put("d", "1"), Durability::Synced).unwrap();
    }
}

#[test]
fn a_full_disk_refuses_writes_keeps_reads_and_ends_with_resume() {
    let store = MemoryStore::new();
    store.write(&put("a", "1"), Durability::Synced).unwrap();
    store.set_disk_full(true);
    let full = store
        .write(&put("b", "1"), Durability::Buffered)
        .unwrap_err();
    assert!(full.is_disk_full());
    assert!(store.resume().unwrap_err().is_disk_full());
    assert_eq!(store.get(Family::State, b"a").unwrap(), Some(b"1".to_vec()));
    store.set_disk_full(false);
    assert!(
        store
            .write(&put("b", "1"), Durability::Synced)
            .unwrap_err()
            .is_disk_full()
    );
    store.resume().unwrap();
    assert_eq!(store.failure(), None);
    store.write(&put("c", "1"), Durability::Synced).unwrap();
    assert_eq!(text(&store), "a=1 c=1");
}

#[test]
fn a_spoiled_row_is_refused_by_every_read_until_it_is_written_anew() {
    let store = MemoryStore::new();
    store.write(&put("a", "1"), Durability::Synced).unwrap();
    assert!(!store.corrupt_row(Family::State, b"z"));
    assert!(store.corrupt_row(Family::State, b"a"));
    let codes = [
        store.get(Family::State, b"a").unwrap_err().code(),
        store
            .get_many(Family::State, &[b"z", b"a"])
            .unwrap_err()
            .code(),
        store
            .scan(Family::State, b"", None, 9, false)
            .unwrap_err()
            .code(),
    ];
    assert_eq!(codes, ["STORE_CORRUPT"; 3]);
    store.write(&put("a", "2"), Durability::Synced).unwrap();
    assert_eq!(store.get(Family::State, b"a").unwrap(), Some(b"2".to_vec()));
}

#[test]
fn limits_are_refused_without_stopping_the_store() {
    let store = MemoryStore::new();
    let mut long_key = WriteSet::new();
    long_key.delete(Family::Index, vec![0; crate::KEY_BYTES_MAX + 1]);
    let mut inverted = WriteSet::new();
    inverted.delete_range(Family::Index, "b", "a");
    let mut grown = put("a", "1");
    grown.append(inverted.clone());
    for (set, code) in [
        (long_key, "STORE_TOO_LARGE"),
        (inverted, "STORE_MISUSE"),
        (grown, "STORE_MISUSE"),
    ] {
        assert_eq!(
            store.write(&set, Durability::Synced).unwrap_err().code(),
            code
        );
    }
    let mut empty_range = put("a", "1");
    empty_range.delete_range(Family::State, "a", "a");
    store.write(&empty_range, Durability::Synced).unwrap();
    assert_eq!(text(&store), "a=1");
}

#[test]
fn an_image_is_a_store_of_its_own() {
    let store = MemoryStore::new();
    store.write(&put("a", "1"), Durability::Buffered).unwrap();
    let image = store.image();
    store.write(&put("b", "1"), Durability::Synced).unwrap();
    image.crash(0);
    assert_eq!(text(&image), "a=1");
    let lost = image.require_sequence(store.sequence()).unwrap_err();
    assert_eq!(lost.code(), "STORE_ROLLED_BACK");
}

#[test]
fn pages_follow_one_another_without_gap_or_repeat() {
    let store = MemoryStore::new();
    let mut set = WriteSet::new();
    for number in 0..10_000_u32 {
        set.put(Family::Index, number.to_be_bytes(), []);
    }
    store.write(&set, Durability::Synced).unwrap();
    let mut seen = 0_u32;
    crate::for_each_row::<StoreError>(&store, Family::Index, &[], None, |key, _| {
        assert_eq!(key, seen.to_be_bytes());
        seen += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, 10_000);
    let page = store
        .scan(Family::Index, &[], Some(&5_u32.to_be_bytes()), 2, true)
        .unwrap();
    let keys: Vec<_> = page.rows.into_iter().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        [4_u32.to_be_bytes().to_vec(), 3_u32.to_be_bytes().to_vec()]
    );
    assert!(!page.complete);
}
