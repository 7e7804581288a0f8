//! A volume of its own that runs full: writing stops with a clear error, reads go on, and room brings it back.
//!
//! It needs the right to mount; without it the process tests are the only ones that fill a disk.

use std::process::Command;

use super::*;

/// A small volume in memory, gone when the test ends.
struct Volume(tempfile::TempDir);

impl Volume {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "sycee-test"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then(|| Self(folder))
    }

    fn resize(&self, size: &str) {
        let option = format!("remount,size={size}");
        let status = Command::new("mount")
            .args(["-o", &option])
            .arg(self.0.path())
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .status()
            .ok();
    }
}

#[test]
fn a_full_disk_stops_writing_keeps_reads_and_ends_with_room() {
    let Some(volume) = Volume::mount("24m") else {
        println!("no right to mount a volume: left to the process tests");
        return;
    };
    let path = volume.0.path().join("store");
    let store = RocksStore::create(&path, small()).unwrap();
    let mut acknowledged = Vec::new();
    let full = (0..1000_u32)
        .find_map(|number| {
            let key = format!("{number:06}");
            let value = noise(number, 200_000);
            match store.write(&put(Family::Batches, &key, value), Durability::Synced) {
                Ok(()) => {
                    acknowledged.push(key);
                    None
                }
                Err(error) => Some(error),
            }
        })
        .expect("the volume runs full");
    assert_eq!(full.code(), "STORE_DISK_FULL", "{full}");
    assert!(acknowledged.len() > 20);

    let held = |store: &RocksStore| {
        acknowledged.iter().all(|key| {
            let value = store.get(Family::Batches, key.as_bytes()).unwrap();
            value.is_some_and(|value| value.len() == 200_000)
        })
    };
    assert!(held(&store), "reads go on");
    let again = store
        .write(&put(Family::Meta, "small", "x"), Durability::Synced)
        .unwrap_err();
    assert_eq!(again, full, "even a small write is refused until resumed");
    let early = store.resume().unwrap_err();
    assert_eq!(early.code(), "STORE_DISK_FULL", "{early}");
    assert!(held(&store), "a refused resume leaves the reads");

    volume.resize("96m");
    store.resume().unwrap();
    assert_eq!(store.failure(), None);
    assert!(held(&store), "nothing acknowledged is lost");
    store
        .write(&put(Family::Meta, "small", "x"), Durability::Synced)
        .unwrap();
    drop(store);
    let store = RocksStore::open(&path, small()).unwrap();
    assert!(held(&store));
    assert_eq!(
        store.get(Family::Meta, b"small").unwrap(),
        Some(b"x".to_vec())
    );
    drop(store);
    drop(volume);
}
