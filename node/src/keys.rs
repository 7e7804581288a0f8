//! Key files: one secret in one JSON file that nobody but the node's user can read.
//!
//! ```text
//!   {"version": 1, "purpose": "consensus", "public": "<64 hex>", "secret": "<64 hex>"}      mode 0600 or narrower
//! ```
//! A file with wider permissions is refused and not repaired: whoever could read it may have a copy. Secrets are never printed.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sycee_primitives::{
    PublicKey, SecretKey,
    hash::{from_hex, to_hex},
};
use thiserror::Error;

/// Format of the files.
const VERSION: u32 = 1;

/// A key file is about 230 bytes; more is something else.
const FILE_BYTES_MAX: u64 = 4_096;

/// What a key is for; a key of one purpose is never taken for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Signs votes, blocks and batches.
    Consensus,
    /// Authenticates connections to other nodes.
    Network,
    /// Signs a participant's instructions.
    Participant,
}

impl Purpose {
    /// The word in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Consensus => "consensus",
            Purpose::Network => "network",
            Purpose::Participant => "participant",
        }
    }
}

/// Why a key file cannot be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// There is no file.
    #[error("{at}: there is no key file")]
    Missing {
        /// The path.
        at: String,
    },
    /// There is one already.
    #[error("{at}: a key file exists already; keys are never overwritten")]
    Exists {
        /// The path.
        at: String,
    },
    /// Others than the owner can read or write it.
    #[error("{at}: the key file has mode {mode:03o}, others than its owner can use it")]
    Exposed {
        /// The path.
        at: String,
        /// Its mode.
        mode: u32,
    },
    /// It is no key file.
    #[error("{at}: not a key file: {why}")]
    Malformed {
        /// The path.
        at: String,
        /// What is wrong; never its content.
        why: String,
    },
    /// It is a key for something else.
    #[error("{at}: this is a {found} key, a {expected} key is needed")]
    WrongPurpose {
        /// The path.
        at: String,
        /// What it is for.
        found: &'static str,
        /// What is needed.
        expected: &'static str,
    },
    /// The system does not let this user read or write it.
    #[error("{at}: this user may not use the key file: {error}")]
    Denied {
        /// The path.
        at: String,
        /// What the system said.
        error: io::Error,
    },
    /// The disk failed.
    #[error("{at}: the key file cannot be used: {error}")]
    Io {
        /// The path.
        at: String,
        /// What the system said.
        error: io::Error,
    },
}

impl KeyError {
    /// The stable code of this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            KeyError::Missing { .. } => "KEY_MISSING",
            KeyError::Exists { .. } => "KEY_EXISTS",
            KeyError::Exposed { .. } => "KEY_EXPOSED",
            KeyError::Malformed { .. } => "KEY_MALFORMED",
            KeyError::WrongPurpose { .. } => "KEY_WRONG_PURPOSE",
            KeyError::Denied { .. } => "KEY_DENIED",
            KeyError::Io { .. } => "KEY_IO",
        }
    }

    /// What the operator should do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            KeyError::Missing { .. } => "Check the path; `sycee keys new` makes a key.",
            KeyError::Exists { .. } => "Choose another path, or move the old key away yourself.",
            KeyError::Exposed { .. } => {
                "Run `chmod 600` on it if you are sure that nobody read it; else make a new key and have it registered."
            }
            KeyError::Malformed { .. } => "Restore the file from its backup.",
            KeyError::WrongPurpose { .. } => "Give the right key file.",
            KeyError::Denied { .. } => {
                "Let the user of this process own the file with mode 0600 and the folder with mode 0700, or run it as their owner."
            }
            KeyError::Io { .. } => "Check the path and the disk.",
        }
    }
}

/// A secret seed and what it is for.
pub struct KeyFile {
    purpose: Purpose,
    seed: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    purpose: Purpose,
    public: String,
    secret: String,
}

impl KeyFile {
    /// A key out of its seed.
    #[must_use]
    pub fn from_seed(purpose: Purpose, seed: [u8; 32]) -> KeyFile {
        KeyFile { purpose, seed }
    }

    /// A new key from the randomness of the operating system.
    #[must_use]
    pub fn generate(purpose: Purpose) -> KeyFile {
        KeyFile {
            purpose,
            seed: rand::random(),
        }
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.secret_key().public_key()
    }

    /// The key for signing.
    #[must_use]
    pub fn secret_key(&self) -> SecretKey {
        SecretKey::from_seed(&self.seed)
    }

    /// The seed, for the network layer's own key type.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.seed
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Writes a new file with mode 0600, durable when the call returns.
    ///
    /// # Errors
    /// [`KeyError::Exists`] or the disk's error.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        let document = Document {
            version: VERSION,
            purpose: self.purpose,
            public: self.public_key().to_string(),
            secret: to_hex(&self.seed),
        };
        let text =
            serde_json::to_string_pretty(&document).map_err(|error| KeyError::Malformed {
                at: path.display().to_string(),
                why: error.to_string(),
            })?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| io_error(path, error))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.write_all(b"\n"))
            .and_then(|()| file.sync_all())
            .map_err(|error| io_error(path, error))
    }

    /// Reads a key for `purpose`.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(path: &Path, purpose: Purpose) -> Result<KeyFile, KeyError> {
        let at = || path.display().to_string();
        let mut file = OpenOptions::new()
            .read(true)
            .open(path)
            .map_err(|error| io_error(path, error))?;
        let data = file.metadata().map_err(|error| io_error(path, error))?;
        let mode = data.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed { at: at(), mode });
        }
        let malformed = |why: &str| KeyError::Malformed {
            at: at(),
            why: why.to_owned(),
        };
        let mut text = String::new();
        (&mut file)
            .take(FILE_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|error| io_error(path, error))?;
        // The parser's words could quote the secret.
        let document: Document = serde_json::from_str(&text)
            .map_err(|error| malformed(&format!("line {}", error.line())))?;
        if document.version != VERSION {
            return Err(malformed("another version"));
        }
        if document.purpose != purpose {
            return Err(KeyError::WrongPurpose {
                at: at(),
                found: document.purpose.name(),
                expected: purpose.name(),
            });
        }
        let seed = from_hex(&document.secret).and_then(|seed| seed.try_into().ok());
        let key = KeyFile {
            purpose,
            seed: seed.ok_or_else(|| malformed("the secret is not 64 hexadecimal characters"))?,
        };
        if key.public_key().to_string() != document.public.to_ascii_lowercase() {
            return Err(malformed("the public key does not belong to the secret"));
        }
        Ok(key)
    }
}

fn io_error(path: &Path, error: io::Error) -> KeyError {
    let at = path.display().to_string();
    match error.kind() {
        io::ErrorKind::NotFound => KeyError::Missing { at },
        io::ErrorKind::AlreadyExists => KeyError::Exists { at },
        io::ErrorKind::PermissionDenied => KeyError::Denied { at, error },
        _ => KeyError::Io { at, error },
    }
}

#[cfg(test)]
mod tests;
