//! `sycee verify proof`: what the registry against double financing holds of a document, checked with the genesis file alone.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sycee_api::{NodeFault, Problem, convert::parse};
use sycee_replica::RegistryExtract;

use super::PROOF_FILE_BYTES_MAX;
use crate::cli::output::{Output, read_file};
use crate::cli::{Outcome, genesis};

/// Flags of `sycee verify proof`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Proof {
    /// File written by `sycee registry prove`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Genesis document of the network.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// The document it is to be about.
    #[arg(long, value_name = "FINGERPRINT")]
    fingerprint: Option<String>,
}

impl Proof {
    pub(super) fn run(self, output: Output) -> Outcome {
        let genesis = genesis::load(&self.genesis)?;
        let bytes = read_file(&self.file, PROOF_FILE_BYTES_MAX)?;
        let place = self.file.display();
        let shown = RegistryExtract::from_bytes(&bytes)
            .and_then(|extract| extract.verify(&genesis.validator_set()))
            .map_err(|error| {
                let why = format!("{place}: {} {error}", error.code());
                Problem::of(NodeFault::ProofInvalid, why)
            })?;
        if let Some(expected) = &self.fingerprint {
            let expected = parse::hash("fingerprint", expected)?;
            if shown.fingerprint.0 != expected {
                let found = shown.fingerprint.0.to_hex();
                return Err(
                    Problem::of(NodeFault::ExtractDiffers, format!("{place}: {found}")).into(),
                );
            }
        }
        let document = shown.document.as_ref().map(|it| {
            json!({
                "asset": it.asset.0,
                "total_minor": it.total.minor().to_string(),
                "financed_minor": it.financed.minor().to_string(),
                "free_minor": it.free().minor().to_string(),
                "receivable": it.receivable,
                "lot": it.lot,
                "presentation": it.presentation,
                "near_matches": it.near_matches,
                "financiers": it.financiers.iter().map(|(bank, amount)| json!({
                    "participant": bank.0,
                    "amount_minor": amount.minor().to_string(),
                })).collect::<Vec<_>>(),
            })
        });
        output.object(&json!({
            "valid": true,
            "chain_id": genesis.chain_id().to_string(),
            "fingerprint": shown.fingerprint.0.to_hex(),
            "present": shown.document.is_some(),
            "document": document,
            "documents": shown.documents,
            "checkpoint": shown.height.0,
            "checkpoint_at_ms": shown.time.0,
            "finalized": shown.finalized.0,
            "bytes": bytes.len(),
        }));
        Ok(())
    }
}
