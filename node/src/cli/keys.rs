//! `sycee keys`: key files are made here and nowhere else, and their secrets are never shown.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use sycee_storage::VoteMarkFile;

use super::Outcome;
use super::init::start_failed;
use super::output::Output;
use super::sending::key_problem;
use crate::keys::{KeyError, KeyFile, Purpose};
use crate::node::{Folder, StartError, key_id};

/// `sycee keys ...`
#[derive(Subcommand, Debug)]
pub(super) enum Keys {
    /// Draw a new key into a new file with mode 0600.
    #[command(after_help = "Example:\n  sycee keys new --purpose participant bank-a.json")]
    New(KeyArguments),
    /// Show the public half of a key file.
    #[command(after_help = "Example:\n  sycee keys show --purpose participant bank-a.json")]
    Show(KeyArguments),
    /// Draw the key that a node will sign with once a change of validators names it; restart the node before that.
    #[command(after_help = "Example:\n  sycee keys rotate data")]
    Rotate(Rotate),
}

/// Flags of `sycee keys rotate`.
#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// Folder of the node.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

impl Rotate {
    /// The mark comes before the key: a key with a mark has never signed, a key without one may have.
    fn run(self, output: Output) -> Outcome {
        let folder = Folder::at(&self.folder);
        let path = folder.next_key();
        let failed = |error: StartError| start_failed(&error);
        if path.symlink_metadata().is_ok() {
            let at = path.display().to_string();
            return Err(failed(KeyError::Exists { at }.into()));
        }
        let key = KeyFile::generate(Purpose::Consensus);
        VoteMarkFile::create(&folder.next_vote_mark(), key_id(&key))
            .map_err(|error| failed(StartError::Mark(error)))?;
        key.write_new(&path).map_err(|error| key_problem(&error))?;
        output.object(&json!({
            "file": path.display().to_string(),
            "purpose": key.purpose().name(),
            "public": key.public_key().to_string(),
        }));
        Ok(())
    }
}

/// Flags of both.
#[derive(Args, Debug)]
pub(super) struct KeyArguments {
    /// What the key is for; a key of one purpose is never taken for another.
    #[arg(long, value_enum, default_value = "participant")]
    purpose: KeyPurpose,
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Purposes as words on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum KeyPurpose {
    /// Signs votes, blocks and batches.
    Consensus,
    /// Authenticates connections to other nodes.
    Network,
    /// Signs a participant's instructions.
    Participant,
}

impl From<KeyPurpose> for Purpose {
    fn from(purpose: KeyPurpose) -> Purpose {
        match purpose {
            KeyPurpose::Consensus => Purpose::Consensus,
            KeyPurpose::Network => Purpose::Network,
            KeyPurpose::Participant => Purpose::Participant,
        }
    }
}

impl Keys {
    pub(super) fn run(self, output: Output) -> Outcome {
        let (arguments, key) = match self {
            Keys::New(arguments) => {
                let key = KeyFile::generate(arguments.purpose.into());
                key.write_new(&arguments.file)
                    .map_err(|error| key_problem(&error))?;
                (arguments, key)
            }
            Keys::Rotate(rotate) => return rotate.run(output),
            Keys::Show(arguments) => {
                let key = KeyFile::read(&arguments.file, arguments.purpose.into());
                (arguments, key.map_err(|error| key_problem(&error))?)
            }
        };
        output.object(&json!({
            "file": arguments.file.display().to_string(),
            "purpose": key.purpose().name(),
            "public": key.public_key().to_string(),
        }));
        Ok(())
    }
}
