//! The high-water mark of a validator's key: 64 bytes outside the store that say how far it has signed.
//!
//! The store can be put back to an old copy, or lose the tail of its log, and still open cleanly. This file is the
//! second witness. It must never be part of a backup or snapshot, never be created beside a key that has signed
//! (`init` and `recover` differ), and never go backwards.
//!
//! ```text
//!   0        8        16      24     32                 40         48               56         64
//!   | SYMARK01 | key id | epoch | view | lane incarnation | lane seq | store sequence | CRC-64 |
//! ```
//!
//! All numbers are big-endian; the checksum covers the 56 bytes before it, and finds any change of up to 64
//! neighbouring bits. 64 bytes lie within one disk sector, so an in-place write is torn only by a failing disk, and
//! then found out. Any doubt about this file means quarantine: spec consensus A10, reliability 3.6, design 5.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// Length of the file, always.
pub const VOTE_MARK_BYTES: usize = 64;

const MAGIC: [u8; 8] = *b"SYMARK01";
const BODY_BYTES: usize = VOTE_MARK_BYTES - 8;
/// The node's user reads and writes; nobody else does either.
const FILE_MODE: u32 = 0o600;

/// The first 8 bytes that tell one signing key from another; a mark of another key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// How far a key has signed, and what the store held by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteMark {
    /// Whose mark it is.
    pub key_id: KeyId,
    /// Epoch of the newest signature.
    pub epoch: u64,
    /// Highest view signed in that epoch.
    pub view: u64,
    /// Newest incarnation of the own lane in that epoch.
    pub lane_incarnation: u64,
    /// Highest sequence number signed in that incarnation.
    pub lane_seq: u64,
    /// What [`crate::Store::sequence`] said after the synced write of these signatures.
    pub store_sequence: u64,
}

impl VoteMark {
    /// The mark of a key that has never signed.
    pub const fn unsigned(key_id: KeyId) -> Self {
        Self {
            key_id,
            epoch: 0,
            view: 0,
            lane_incarnation: 0,
            lane_seq: 0,
            store_sequence: 0,
        }
    }

    /// This mark, raised by what a record says that may know less: after a lost store the record begins anew below the mark.
    ///
    /// A record that goes through epochs before the mark's leaves the mark where it is: nothing is signed there. Never in the store's
    /// sequence: a store that falls behind while it is used is a fault.
    #[must_use]
    pub fn raised_by(&self, next: Self) -> Self {
        if self.epoch < next.epoch {
            return next;
        }
        if self.epoch > next.epoch {
            return Self {
                store_sequence: next.store_sequence,
                ..*self
            };
        }
        let own_lane = (self.lane_incarnation, self.lane_seq);
        let (lane_incarnation, lane_seq) = own_lane.max((next.lane_incarnation, next.lane_seq));
        Self {
            view: self.view.max(next.view),
            lane_incarnation,
            lane_seq,
            ..next
        }
    }

    /// Checks that `next` forgets nothing that this mark knows.
    ///
    /// Within an epoch the view and the pair (incarnation, seq) may not fall; a later epoch starts both anew. The
    /// epoch and the store's sequence never fall.
    ///
    /// # Errors
    /// `ForeignKey` or `Backwards`.
    pub fn check_advance(&self, next: &Self) -> Result<(), MarkError> {
        if self.key_id != next.key_id {
            return Err(MarkError::ForeignKey {
                found: next.key_id,
                expected: self.key_id,
            });
        }
        let same_epoch = self.epoch == next.epoch;
        let own_lane = (self.lane_incarnation, self.lane_seq);
        let next_lane = (next.lane_incarnation, next.lane_seq);
        let falls = [
            ("epoch", next.epoch < self.epoch),
            ("view", same_epoch && next.view < self.view),
            ("lane", same_epoch && next_lane < own_lane),
            ("store sequence", next.store_sequence < self.store_sequence),
        ];
        match falls.into_iter().find(|(_, falls)| *falls) {
            Some((field, _)) => Err(MarkError::Backwards { field }),
            None => Ok(()),
        }
    }

    fn to_bytes(self) -> [u8; VOTE_MARK_BYTES] {
        let fields = [
            MAGIC,
            self.key_id.0,
            self.epoch.to_be_bytes(),
            self.view.to_be_bytes(),
            self.lane_incarnation.to_be_bytes(),
            self.lane_seq.to_be_bytes(),
            self.store_sequence.to_be_bytes(),
        ];
        let mut bytes = [0; VOTE_MARK_BYTES];
        for (place, field) in bytes.chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field);
        }
        let (body, check) = bytes.split_at_mut(BODY_BYTES);
        check.copy_from_slice(&crc64(body).to_be_bytes());
        bytes
    }

    /// `None` when the bytes are not those of a mark.
    fn from_bytes(bytes: &[u8; VOTE_MARK_BYTES]) -> Option<Self> {
        let mut fields = [[0_u8; 8]; VOTE_MARK_BYTES / 8];
        for (field, place) in fields.iter_mut().zip(bytes.chunks_exact(8)) {
            field.copy_from_slice(place);
        }
        let [
            magic,
            key_id,
            epoch,
            view,
            incarnation,
            seq,
            store_sequence,
            check,
        ] = fields;
        let (body, _) = bytes.split_at(BODY_BYTES);
        if magic != MAGIC || u64::from_be_bytes(check) != crc64(body) {
            return None;
        }
        Some(Self {
            key_id: KeyId(key_id),
            epoch: u64::from_be_bytes(epoch),
            view: u64::from_be_bytes(view),
            lane_incarnation: u64::from_be_bytes(incarnation),
            lane_seq: u64::from_be_bytes(seq),
            store_sequence: u64::from_be_bytes(store_sequence),
        })
    }
}

/// CRC-64/XZ, bit by bit: 56 bytes a turn need no table.
fn crc64(bytes: &[u8]) -> u64 {
    const POLYNOMIAL_REFLECTED: u64 = 0xC96C_5795_D787_0F42;
    let mut crc = u64::MAX;
    for byte in bytes {
        crc ^= u64::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc >>= 1;
            if carry == 1 {
                crc ^= POLYNOMIAL_REFLECTED;
            }
        }
    }
    !crc
}

/// The mark's file, locked against every other process while this value lives.
#[derive(Debug)]
pub struct VoteMarkFile {
    path: PathBuf,
    file: File,
    mark: VoteMark,
    stopped: bool,
}

impl VoteMarkFile {
    /// Creates the file of a key that has never signed, durable with its folder entry when the call returns.
    ///
    /// After a crash in here the file is either absent or whole.
    ///
    /// # Errors
    /// `Exists` if there is a mark already, `Locked` if another process is creating it, else the disk's error.
    pub fn create(path: &Path, key_id: KeyId) -> Result<Self, MarkError> {
        if path.symlink_metadata().is_ok() {
            return Err(MarkError::Exists {
                at: path.display().to_string(),
            });
        }
        let mark = VoteMark::unsigned(key_id);
        let mut draft = path.as_os_str().to_owned();
        draft.push(".draft");
        let draft = PathBuf::from(draft);
        let io = |doing: &str, error: &io::Error| MarkError::from_io(path, doing, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(FILE_MODE)
            .open(&draft)
            .map_err(|error| io("creating the draft", &error))?;
        lock(&file, path)?;
        file.set_len(0)
            .map_err(|error| io("emptying the draft", &error))?;
        file.write_all(&mark.to_bytes())
            .map_err(|error| io("writing the draft", &error))?;
        file.sync_all()
            .map_err(|error| io("syncing the draft", &error))?;
        // Unlike a rename, a hard link never replaces a mark that appeared meanwhile.
        fs::hard_link(&draft, path).map_err(|error| io("linking the file", &error))?;
        fs::remove_file(&draft).map_err(|error| io("removing the draft", &error))?;
        sync_parent(path).map_err(|error| io("syncing the folder", &error))?;
        Ok(Self {
            path: path.to_path_buf(),
            file,
            mark,
            stopped: false,
        })
    }

    /// Opens and locks the file of `key_id`; it is never created or repaired here.
    ///
    /// # Errors
    /// `Missing`, `Locked`, `Exposed`, `WrongSize`, `Corrupt`, `ForeignKey`, or the disk's error. Each of them but
    /// `Locked` means that the validator may not vote: quarantine.
    pub fn open(path: &Path, key_id: KeyId) -> Result<Self, MarkError> {
        let at = || path.display().to_string();
        let io = |doing: &str, error: &io::Error| MarkError::from_io(path, doing, error);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|error| io("opening the file", &error))?;
        lock(&file, path)?;
        let data = file
            .metadata()
            .map_err(|error| io("reading the file's size", &error))?;
        // Whoever can write the mark can make the validator sign twice.
        if data.mode() & 0o022 != 0 {
            return Err(MarkError::Exposed {
                at: at(),
                mode: data.mode() & 0o777,
            });
        }
        if data.len() != VOTE_MARK_BYTES as u64 {
            return Err(MarkError::WrongSize {
                at: at(),
                found: data.len(),
            });
        }
        let mut bytes = [0; VOTE_MARK_BYTES];
        file.read_exact_at(&mut bytes, 0)
            .map_err(|error| io("reading the file", &error))?;
        let mark = VoteMark::from_bytes(&bytes).ok_or_else(|| MarkError::Corrupt { at: at() })?;
        if mark.key_id != key_id {
            return Err(MarkError::ForeignKey {
                found: mark.key_id,
                expected: key_id,
            });
        }
        Ok(Self {
            path: path.to_path_buf(),
            file,
            mark,
            stopped: false,
        })
    }

    /// The mark as it stands on the disk.
    pub fn mark(&self) -> VoteMark {
        self.mark
    }

    /// Moves the mark forward; it is durable when the call returns. An equal mark costs nothing.
    ///
    /// # Errors
    /// `ForeignKey` or `Backwards` leave the file as it was. A failed write or sync stops the file for good: what
    /// is on the disk is then unknown, so nothing may be signed any more.
    pub fn advance(&mut self, next: VoteMark) -> Result<(), MarkError> {
        self.mark.check_advance(&next)?;
        self.put(next)
    }

    /// Accepts a store that has less than the mark says; the one way in which a number falls.
    ///
    /// Only at the end of quarantine, when the signatures the store has lost can no longer be contradicted.
    ///
    /// # Errors
    /// As a failed [`VoteMarkFile::advance`].
    pub fn accept_store(&mut self, store_sequence: u64) -> Result<(), MarkError> {
        self.put(VoteMark {
            store_sequence,
            ..self.mark
        })
    }

    fn put(&mut self, next: VoteMark) -> Result<(), MarkError> {
        if self.stopped {
            return Err(MarkError::Stopped {
                at: self.path.display().to_string(),
            });
        }
        if next == self.mark {
            return Ok(());
        }
        let written = self
            .file
            .write_all_at(&next.to_bytes(), 0)
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.mark = next;
                Ok(())
            }
            Err(error) => {
                self.stopped = true;
                Err(MarkError::from_io(&self.path, "writing the mark", &error))
            }
        }
    }
}

fn lock(file: &File, path: &Path) -> Result<(), MarkError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(MarkError::Locked {
            at: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => {
            Err(MarkError::from_io(path, "locking the file", &error))
        }
    }
}

/// Makes the folder entry of `path` durable; without this a new file can vanish although its bytes were synced.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    File::open(parent)?.sync_all()
}

/// Why the mark cannot be used or moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// There is no file.
    #[error("{at}: the vote mark is missing")]
    Missing { at: String },
    /// A mark was to be created where one lies.
    #[error("{at}: there is a vote mark already")]
    Exists { at: String },
    /// Another process holds the file: a second node with this key runs here.
    #[error("{at}: the vote mark is in use by another process")]
    Locked { at: String },
    /// Others than the owner may write the file.
    #[error("{at}: the vote mark can be written by others (mode {mode:o})")]
    Exposed { at: String, mode: u32 },
    /// The file is cut, or something was appended.
    #[error("{at}: the vote mark has {found} bytes instead of {VOTE_MARK_BYTES}")]
    WrongSize { at: String, found: u64 },
    /// The bytes are not those of a mark.
    #[error("{at}: the vote mark fails its checksum")]
    Corrupt { at: String },
    /// The mark belongs to another key.
    #[error("the vote mark belongs to key {found}, not to {expected}")]
    ForeignKey { found: KeyId, expected: KeyId },
    /// The new mark forgets what the old one knew.
    #[error("the vote mark would go backwards in its {field}")]
    Backwards { field: &'static str },
    /// An earlier write failed; the file is not used any more.
    #[error("{at}: an earlier write of the vote mark failed")]
    Stopped { at: String },
    /// The operating system refused.
    #[error("{at}: the vote mark cannot be used: {detail}")]
    Io { at: String, detail: String },
}

impl MarkError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "MARK_MISSING",
            Self::Exists { .. } => "MARK_EXISTS",
            Self::Locked { .. } => "MARK_LOCKED",
            Self::Exposed { .. } => "MARK_EXPOSED",
            Self::WrongSize { .. } => "MARK_WRONG_SIZE",
            Self::Corrupt { .. } => "MARK_CORRUPT",
            Self::ForeignKey { .. } => "MARK_FOREIGN_KEY",
            Self::Backwards { .. } => "MARK_BACKWARDS",
            Self::Stopped { .. } => "MARK_STOPPED",
            Self::Io { .. } => "MARK_IO",
        }
    }

    /// What the operator should do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Missing { .. } | Self::WrongSize { .. } | Self::Corrupt { .. } => {
                "Do not create a new mark beside this key. Put the file back if only its place changed; otherwise \
                 use `recover`, and the node rejoins in quarantine."
            }
            Self::Exists { .. } => "Open the existing mark; a key has exactly one.",
            Self::Locked { .. } => "Stop the other node that uses this key; two must never run.",
            Self::Exposed { .. } => {
                "Set the file's mode to 0600 and find out who could have written it."
            }
            Self::ForeignKey { .. } => {
                "Put the mark and the signing key that belong together together."
            }
            Self::Backwards { .. } => {
                "Report this: it is a fault in the program, and nothing was signed."
            }
            Self::Stopped { .. } | Self::Io { .. } => {
                "Check the disk and the file's owner, then restart; nothing is signed until then."
            }
        }
    }

    fn from_io(path: &Path, doing: &str, error: &io::Error) -> Self {
        let at = path.display().to_string();
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { at },
            io::ErrorKind::AlreadyExists => Self::Exists { at },
            _ => Self::Io {
                at,
                detail: format!("{doing}: {error}"),
            },
        }
    }
}
