//! `sycee recover`: a validator that has lost its vote record may start again, in quarantine.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Outcome;
use super::init::start_failed;
use super::output::Output;
use crate::node::Folder;
use crate::recover::recover;

/// Flags of `sycee recover`.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  sycee recover --folder data && sycee start --folder data\n\nUse it when `start` says that the vote record is missing, \
    damaged or behind. Nothing is deleted: what cannot be used is renamed. The validator signs nothing until the others have told it from \
    where on that is safe; `sycee status` shows it. Never use `init` for this: it would let the key sign twice."
)]
pub(super) struct Recover {
    /// Folder of the validator.
    #[arg(long)]
    folder: PathBuf,
}

impl Recover {
    pub(super) fn run(self, output: Output) -> Outcome {
        let recovered = recover(&Folder::at(&self.folder)).map_err(|error| start_failed(&error))?;
        let set_aside: Vec<String> = recovered
            .set_aside
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        output.object(&json!({
            "folder": self.folder.display().to_string(),
            "node": recovered.identity.name,
            "state": "quarantined",
            "blocks_and_state": if recovered.keeps_store { "kept" } else { "come from the other validators" },
            "set_aside": set_aside,
        }));
        Ok(())
    }
}
