//! Why the store refused: one enum for both stores, each case with a stable code, the place, and what to do.
//!
//! It must never carry stored bytes: errors go to logs, and logs leave the machine.

use std::io;
use std::path::Path;

/// Why an operation on the store failed; `at` is the store's folder, or `memory`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No space, or the quota is used up; nothing further is written until [`crate::Store::resume`].
    #[error("{at}: the disk is full: {detail}")]
    DiskFull { at: String, detail: String },
    /// Stored bytes fail their checksum, or a file that must be there is missing.
    #[error("{at}: stored data is corrupt: {detail}")]
    Corrupt { at: String, detail: String },
    /// The store opens, but holds less than it had acknowledged as synced.
    #[error(
        "{at}: the store stands at sequence {found}, but {needed} was synced: writes were lost"
    )]
    RolledBack { at: String, found: u64, needed: u64 },
    /// Another process, or another handle of this one, holds the store.
    #[error("{at}: the store is in use by another process")]
    Locked { at: String },
    /// There is no store at this place.
    #[error("{at}: there is no store here")]
    Missing { at: String },
    /// A store was to be created where something already lies.
    #[error("{at}: the folder is not empty; a new store is never made over something else")]
    Exists { at: String },
    /// The folder cannot be entered, read or written.
    #[error("{at}: the folder cannot be used: {detail}")]
    Unreadable { at: String, detail: String },
    /// The store was written in another format.
    #[error("{at}: the store has format {found}, this program reads format {expected}")]
    Format {
        at: String,
        found: String,
        expected: String,
    },
    /// The disk or file system reported an error; writing has stopped for good.
    #[error("{at}: the disk failed: {detail}")]
    Io { at: String, detail: String },
    /// A key, value or write set is above its limit.
    #[error("{what} of {size} bytes is above the limit of {limit} bytes")]
    TooLarge {
        what: &'static str,
        size: u64,
        limit: u64,
    },
    /// The caller asked for something that has no meaning; a bug on our side.
    #[error("misuse of the store: {detail}")]
    Misuse { detail: String },
}

impl StoreError {
    /// The stable code of this refusal, for logs, metrics and runbooks.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull { .. } => "STORE_DISK_FULL",
            Self::Corrupt { .. } => "STORE_CORRUPT",
            Self::RolledBack { .. } => "STORE_ROLLED_BACK",
            Self::Locked { .. } => "STORE_LOCKED",
            Self::Missing { .. } => "STORE_MISSING",
            Self::Exists { .. } => "STORE_EXISTS",
            Self::Unreadable { .. } => "STORE_UNREADABLE",
            Self::Format { .. } => "STORE_FORMAT",
            Self::Io { .. } => "STORE_IO",
            Self::TooLarge { .. } => "STORE_TOO_LARGE",
            Self::Misuse { .. } => "STORE_MISUSE",
        }
    }

    /// What the operator should do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::DiskFull { .. } => {
                "Free space on this volume or enlarge it; the node goes on by itself once there is room. Reads still \
                 work and nothing acknowledged is lost."
            }
            Self::Corrupt { .. } => {
                "Keep the folder for analysis and check the disk. Recover this node from its peers; never copy \
                 another validator's folder and never start from an empty folder with the same signing key."
            }
            Self::RolledBack { .. } => {
                "The folder is an old copy, or the disk lost synced writes. Put the newest folder back, or let the \
                 node rejoin in quarantine; it will not vote before that."
            }
            Self::Locked { .. } => {
                "Stop the other process that uses this folder; two nodes must never share one."
            }
            Self::Missing { .. } => {
                "Check the data folder in the configuration. Use `init` for a new node and `recover` for one whose \
                 disk was lost; they differ."
            }
            Self::Exists { .. } => {
                "Choose an empty folder, or open the existing store instead of creating one."
            }
            Self::Unreadable { .. } => {
                "Let the node's user own the folder with mode 0700, on a file system mounted for writing."
            }
            Self::Format { .. } => {
                "Start the program version that wrote this folder, or follow the upgrade notes; the folder was left \
                 as it was."
            }
            Self::Io { .. } => {
                "Stop the node and check the disk. After a failed sync nothing can be trusted that was not \
                 acknowledged before; restart only once the disk is sound."
            }
            Self::TooLarge { .. } => {
                "Split the data; report this, because callers keep to the limits."
            }
            Self::Misuse { .. } => "Report this: it is a fault in the program.",
        }
    }

    /// True when freeing space is enough to go on, by [`crate::Store::resume`].
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull { .. })
    }

    /// Translates an error of the operating system met at `path`.
    pub(crate) fn from_io(path: &Path, doing: &str, error: &io::Error) -> Self {
        let at = path.display().to_string();
        let detail = format!("{doing}: {error}");
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { at, detail }
            }
            io::ErrorKind::NotFound => Self::Missing { at },
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::ReadOnlyFilesystem => Self::Unreadable { at, detail },
            _ => Self::Io { at, detail },
        }
    }
}
