//! Why a node does not start: a stable code, an exit code and a remedy for each reason.
//!
//! ```text
//!   what was found  ->  StartError  ->  one line: code, what and where, remedy  ->  exit code (interfaces B2)
//! ```

use std::io::ErrorKind;
use std::path::Path;

use sycee_genesis::GenesisErrors;
use sycee_network::NetworkError;
use sycee_primitives::PublicKey;
use sycee_replica::{BootError, ExecutionError, InstallError, JournalError};
use sycee_storage::{MarkError, StoreError};
use thiserror::Error;

use crate::keys::KeyError;

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The folder was never initialised.
    #[error("{at}: this is not a node's folder")]
    NotInitialised {
        /// The folder.
        at: String,
    },
    /// The folder is initialised already.
    #[error("{at}: the folder exists already; a node is never initialised over something else")]
    Exists {
        /// The folder.
        at: String,
    },
    /// Nothing is lost here that `recover` could help with.
    #[error(
        "{at}: this folder's vote record is whole, or it signs nothing; there is nothing to recover"
    )]
    NothingToRecover {
        /// The folder.
        at: String,
    },
    /// The genesis document has problems.
    #[error("{at}: {errors}")]
    Genesis {
        /// The document.
        at: String,
        /// All of them.
        errors: GenesisErrors,
    },
    /// The founding state leaves the ledger's ranges.
    #[error("the genesis cannot be founded: {0}")]
    Founding(String),
    /// The keys are not those of any node of the genesis.
    #[error("the network key {key} is not named in the genesis")]
    NotNamed {
        /// The public key.
        key: PublicKey,
    },
    /// The consensus key is not the one the genesis names for this validator.
    #[error("the consensus key {found} is not the one the genesis names for {name}: {expected}")]
    WrongConsensusKey {
        /// The validator.
        name: String,
        /// The key of the folder.
        found: PublicKey,
        /// The key of the genesis.
        expected: PublicKey,
    },
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key of this validator may have signed, and its vote record is gone.
    #[error("{at}: the vote record of this validator's key is missing")]
    VoteRecordMissing {
        /// Where it should be.
        at: String,
    },
    /// The vote mark knows of signatures that the record does not.
    #[error(
        "the vote mark says the key has signed up to {field} {mark}, the record only knows {record}"
    )]
    VoteRecordBehind {
        /// View or lane position.
        field: &'static str,
        /// What the mark says.
        mark: u64,
        /// What the record says.
        record: u64,
    },
    /// The vote mark cannot be used.
    #[error(transparent)]
    Mark(MarkError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stored rows cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The ledger cannot be brought up.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// A state that was taken over cannot be installed.
    #[error(transparent)]
    Install(InstallError),
    /// The network cannot be started.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The system does not let this user read or write a file of the node.
    #[error("{at}: this user may not read or write it: {error}")]
    Denied {
        /// Where.
        at: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The system refused.
    #[error("{at}: {error}")]
    Io {
        /// Where.
        at: String,
        /// What it said.
        error: std::io::Error,
    },
}

impl From<BootError> for StartError {
    fn from(error: BootError) -> StartError {
        match error {
            BootError::Journal(error) | BootError::Install(InstallError::Journal(error)) => {
                StartError::Journal(error)
            }
            BootError::Install(error) => StartError::Install(error),
            BootError::Execution(error) => StartError::Execution(error),
            BootError::Store(error) => StartError::Store(error),
        }
    }
}

impl StartError {
    /// What the system refused at `path`.
    pub(crate) fn from_io(path: &Path, error: std::io::Error) -> StartError {
        let at = path.display().to_string();
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                StartError::Denied { at, error }
            }
            _ => StartError::Io { at, error },
        }
    }

    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            StartError::NotInitialised { .. } => "NODE_NOT_INITIALISED",
            StartError::Exists { .. } => "NODE_EXISTS",
            StartError::NothingToRecover { .. } => "NODE_NOTHING_TO_RECOVER",
            StartError::Genesis { .. } => "GENESIS_INVALID",
            StartError::Founding(_) => "GENESIS_FOUNDING",
            StartError::NotNamed { .. } => "NODE_NOT_NAMED",
            StartError::WrongConsensusKey { .. } => "NODE_WRONG_KEY",
            StartError::Key(error) => error.code(),
            StartError::VoteRecordMissing { .. } => "VOTE_RECORD_MISSING",
            StartError::VoteRecordBehind { .. } => "VOTE_RECORD_BEHIND",
            StartError::Mark(error) => error.code(),
            StartError::Store(error) => error.code(),
            StartError::Journal(error) => error.code(),
            StartError::Execution(_) | StartError::Install(_) => "STATE_UNUSABLE",
            StartError::Network(error) => error.code(),
            StartError::Denied { .. } => "NODE_DENIED",
            StartError::Io { .. } => "NODE_IO",
        }
    }

    /// Exit code of the process (interfaces, exit codes).
    #[must_use]
    pub fn exit(&self) -> u8 {
        match self {
            StartError::NotInitialised { .. } => 3,
            StartError::Exists { .. } | StartError::NothingToRecover { .. } => 5,
            StartError::Key(KeyError::Missing { .. }) => 3,
            StartError::Key(KeyError::Exists { .. }) => 5,
            StartError::Key(KeyError::Io { .. }) => 1,
            StartError::Key(
                KeyError::Exposed { .. }
                | KeyError::Malformed { .. }
                | KeyError::WrongPurpose { .. }
                | KeyError::Denied { .. },
            )
            | StartError::NotNamed { .. }
            | StartError::Denied { .. }
            | StartError::Store(StoreError::Unreadable { .. }) => 4,
            StartError::WrongConsensusKey { .. }
            | StartError::VoteRecordMissing { .. }
            | StartError::VoteRecordBehind { .. }
            | StartError::Mark(_)
            | StartError::Store(StoreError::Locked { .. } | StoreError::RolledBack { .. }) => 9,
            StartError::Genesis { .. }
            | StartError::Founding(_)
            | StartError::Journal(_)
            | StartError::Execution(_)
            | StartError::Install(_)
            | StartError::Store(StoreError::Corrupt { .. } | StoreError::Format { .. }) => 8,
            StartError::Network(NetworkError::QuicNotBuilt) => 2,
            StartError::Network(_) | StartError::Store(StoreError::DiskFull { .. }) => 6,
            StartError::Store(_) | StartError::Io { .. } => 1,
        }
    }

    /// What the operator should do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            StartError::NotInitialised { .. } => {
                "Check the path, or run `sycee init` for a new node."
            }
            StartError::Exists { .. } => "Choose another folder, or start the node that is there.",
            StartError::NothingToRecover { .. } => "Run `sycee start`.",
            StartError::Genesis { .. } | StartError::Founding(_) => {
                "Correct the document, or get it again from the other founders and compare its hash."
            }
            StartError::NotNamed { .. } => {
                "Put the key into this folder whose public half the genesis names, or have the genesis corrected before the start."
            }
            StartError::WrongConsensusKey { .. } => {
                "Put the right key file into the folder. Never let two validators share a key."
            }
            StartError::Key(error) => error.remedy(),
            StartError::VoteRecordMissing { .. } | StartError::VoteRecordBehind { .. } => {
                "Do not initialise this folder again: the key could sign twice. Put the newest store and vote mark back; \
                 if they are lost, run `sycee recover`, and the node rejoins in quarantine."
            }
            StartError::Mark(error) => error.remedy(),
            StartError::Store(error) => error.remedy(),
            StartError::Journal(error) => error.remedy(),
            StartError::Execution(_) | StartError::Install(_) => {
                "Keep the folder for analysis. Start again from an empty state with the same blocks, or from a snapshot."
            }
            StartError::Network(_) => "See the message; it names the setting.",
            StartError::Denied { .. } => {
                "Let the user of this process own the folder and all in it (folders 0700, key files 0600), on a file system \
                 mounted for writing, or run it as their owner."
            }
            StartError::Io { .. } => "Check the path and the disk.",
        }
    }
}
