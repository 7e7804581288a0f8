//! `sycee keys`: key files are made here and nowhere else, and their secrets are never shown.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::Outcome;
use super::output::Output;
use super::sending::key_problem;
use crate::keys::{KeyFile, Purpose};

/// `sycee keys ...`
#[derive(Subcommand, Debug)]
pub(super) enum Keys {
    /// Draw a new key into a new file with mode 0600.
    #[command(after_help = "Example:\n  sycee keys new --purpose participant bank-a.json")]
    New(KeyArguments),
    /// Show the public half of a key file.
    #[command(after_help = "Example:\n  sycee keys show --purpose participant bank-a.json")]
    Show(KeyArguments),
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
