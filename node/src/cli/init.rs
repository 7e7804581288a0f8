//! `sycee init`: the folder of a node, once, never over anything else.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::{Failed, Outcome, genesis};
use crate::keys::{KeyError, KeyFile, Purpose};
use crate::node::{self, Folder, NodeKeys, StartError};

/// Flags of `sycee init`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee keys new --purpose consensus keys/consensus.json\n  sycee keys new --purpose network keys/network.json\n  \
    sycee init --folder data --genesis genesis.toml --keys keys\n\nAn observer has no consensus key."
)]
pub(super) struct Init {
    /// Folder to be made; must not exist.
    #[arg(long)]
    folder: PathBuf,
    /// Genesis document.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// Folder with network.json and, for a validator, consensus.json.
    #[arg(long, value_name = "FOLDER")]
    keys: PathBuf,
}

impl Init {
    pub(super) fn run(self, output: Output) -> Outcome {
        let genesis = genesis::load(&self.genesis)?;
        let network = KeyFile::read(&self.keys.join("network.json"), Purpose::Network)
            .map_err(|error| start_failed(&error.into()))?;
        let consensus = match KeyFile::read(&self.keys.join("consensus.json"), Purpose::Consensus) {
            Ok(key) => Some(key),
            Err(KeyError::Missing { .. }) => None,
            Err(error) => return Err(start_failed(&error.into())),
        };
        let folder = Folder::at(&self.folder);
        let identity = node::init(
            &folder,
            &genesis,
            &NodeKeys {
                consensus,
                next: None,
                network,
            },
        )
        .map_err(|error| start_failed(&error))?;
        output.object(&json!({
            "folder": self.folder.display().to_string(),
            "chain_id": genesis.chain_id().to_string(),
            "node": identity.name,
            "role": if identity.is_validator { "validator" } else { "observer" },
        }));
        Ok(())
    }
}

/// A node's refusal to be made or started, on one line.
pub(super) fn start_failed(error: &StartError) -> Failed {
    let text = error.to_string().replace('\n', " | ");
    Failed {
        lines: vec![format!(
            "{}: {text}; remedy: {}",
            error.code(),
            error.remedy()
        )],
        exit: error.exit(),
    }
}
