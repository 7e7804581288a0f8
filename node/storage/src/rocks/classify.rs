//! Turns RocksDB's messages into our errors. The binding passes text only, so the text is read here and nowhere else.

use rocksdb::{Error, ErrorKind};

use crate::StoreError;

/// The error of an operation on the store `at`.
pub(super) fn classify(at: &str, error: &Error) -> StoreError {
    let at = at.to_string();
    let text: &str = error.as_ref();
    let detail = text.to_string();
    let says = |part: &str| text.contains(part);
    // A full disk can hide inside any kind, also inside the message of an earlier background error.
    if says("No space left on device") || says("NoSpace") || says("Disk quota exceeded") {
        return StoreError::DiskFull { at, detail };
    }
    match error.kind() {
        ErrorKind::Corruption => StoreError::Corrupt { at, detail },
        ErrorKind::IOError if says("While lock file") || says("lock hold by current process") => {
            if says("Permission denied") || says("Read-only file system") {
                StoreError::Unreadable { at, detail }
            } else {
                StoreError::Locked { at }
            }
        }
        ErrorKind::IOError
            if says("Permission denied")
                || says("Not a directory")
                || says("Read-only file system") =>
        {
            StoreError::Unreadable { at, detail }
        }
        // A file that the manifest names and the folder lacks: the folder is damaged.
        ErrorKind::IOError if says("No such file or directory") => {
            StoreError::Corrupt { at, detail }
        }
        ErrorKind::NotSupported => StoreError::Format {
            at,
            found: detail,
            expected: super::FORMAT_VERSION.to_string(),
        },
        ErrorKind::IOError
        | ErrorKind::NotFound
        | ErrorKind::InvalidArgument
        | ErrorKind::MergeInProgress
        | ErrorKind::Incomplete
        | ErrorKind::ShutdownInProgress
        | ErrorKind::TimedOut
        | ErrorKind::Aborted
        | ErrorKind::Busy
        | ErrorKind::Expired
        | ErrorKind::TryAgain
        | ErrorKind::CompactionTooLarge
        | ErrorKind::ColumnFamilyDropped
        | ErrorKind::Unknown => StoreError::Io { at, detail },
    }
}
