//! What the disk below costs: the price of one lone sync, and the space a folder takes.
//!
//! It must never touch a store's own files except to look at their size.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::StoreError;

/// Most samples of one measurement; enough for a 99.9th percentile.
pub const SYNC_SAMPLES_MAX: usize = 10_000;

const SYNC_SAMPLE_BYTES: usize = 4096;

/// Space taken by a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskUsage {
    /// Regular files found.
    pub files: u64,
    /// Sum of their lengths.
    pub length_bytes: u64,
    /// Space the file system holds for them; logs reserve more than they have filled.
    pub allocated_bytes: u64,
}

/// Measures `samples` times what appending 4 KiB and syncing it costs in `folder`; the file is removed afterwards.
///
/// This is the floor under every synced write: quote it with every latency.
///
/// # Errors
/// `Misuse` above [`SYNC_SAMPLES_MAX`], else the disk's error.
pub fn measure_sync(folder: &Path, samples: usize) -> Result<Vec<Duration>, StoreError> {
    if samples > SYNC_SAMPLES_MAX {
        let detail = format!("{samples} sync samples asked for, at most {SYNC_SAMPLES_MAX}");
        return Err(StoreError::Misuse { detail });
    }
    // The process id keeps two measurements in one folder apart.
    let path = folder.join(format!("sync-measurement-{}", std::process::id()));
    let measured = append_and_sync(&path, samples);
    let removed = match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    };
    let costs = measured.map_err(|error| StoreError::from_io(folder, "measuring syncs", &error))?;
    removed.map_err(|error| StoreError::from_io(folder, "measuring syncs", &error))?;
    Ok(costs)
}

fn append_and_sync(path: &Path, samples: usize) -> io::Result<Vec<Duration>> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let block = [0xA5_u8; SYNC_SAMPLE_BYTES];
    let mut costs = Vec::with_capacity(samples);
    for _ in 0..samples {
        let start = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        costs.push(start.elapsed());
    }
    Ok(costs)
}

/// Sums up the files below `folder`; links are not followed, files that vanish meanwhile are left out.
///
/// # Errors
/// `Missing` or `Unreadable` when the folder cannot be read.
pub fn disk_usage(folder: &Path) -> Result<DiskUsage, StoreError> {
    let mut usage = DiskUsage::default();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && current != folder => continue,
            Err(error) => return Err(StoreError::from_io(&current, "reading the folder", &error)),
        };
        for entry in entries {
            let entry = entry
                .map_err(|error| StoreError::from_io(&current, "reading the folder", &error))?;
            match entry.metadata() {
                Ok(data) if data.is_dir() => folders.push(entry.path()),
                Ok(data) if data.is_file() => {
                    usage.files = usage.files.saturating_add(1);
                    usage.length_bytes = usage.length_bytes.saturating_add(data.len());
                    // `blocks` counts units of 512 bytes whatever the file system's block size is.
                    let allocated = data.blocks().saturating_mul(512);
                    usage.allocated_bytes = usage.allocated_bytes.saturating_add(allocated);
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(StoreError::from_io(
                        &entry.path(),
                        "reading the folder",
                        &error,
                    ));
                }
            }
        }
    }
    Ok(usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_gives_one_cost_a_sample_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let costs = measure_sync(folder.path(), 5).unwrap();
        assert_eq!(costs.len(), 5);
        assert!(costs.iter().all(|cost| *cost > Duration::ZERO));
        assert_eq!(disk_usage(folder.path()).unwrap(), DiskUsage::default());
        let refused = measure_sync(folder.path(), SYNC_SAMPLES_MAX + 1).unwrap_err();
        assert_eq!(refused.code(), "STORE_MISUSE");
        let refused = measure_sync(&folder.path().join("absent"), 1).unwrap_err();
        assert_eq!(refused.code(), "STORE_MISSING");
    }

    #[test]
    fn usage_counts_files_of_all_depths_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        fs::write(folder.path().join("a"), [1; 100]).unwrap();
        fs::write(folder.path().join("inner/b"), [2; 23]).unwrap();
        std::os::unix::fs::symlink("/", folder.path().join("loop")).unwrap();
        let usage = disk_usage(folder.path()).unwrap();
        assert_eq!((usage.files, usage.length_bytes), (2, 123));
        let missing = disk_usage(&folder.path().join("absent")).unwrap_err();
        assert_eq!(missing.code(), "STORE_MISSING");
    }
}
