//! `sycee verify object`: how an object stood at a checkpoint, with nothing but the genesis file.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sycee_api::{NodeFault, Problem, json as form};
use sycee_replica::CertifiedObject;

use super::PROOF_FILE_BYTES_MAX;
use crate::cli::output::{Output, read_file};
use crate::cli::{Outcome, genesis};

/// Flags of `sycee verify object`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Certified {
    /// File written by `sycee object show --out`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Genesis document of the network.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
}

impl Certified {
    pub(super) fn run(self, output: Output) -> Outcome {
        let genesis = genesis::load(&self.genesis)?;
        let bytes = read_file(&self.file, PROOF_FILE_BYTES_MAX)?;
        let shown = CertifiedObject::from_bytes(&bytes)
            .and_then(|proof| proof.verify(&genesis.validator_set()))
            .map_err(|error| {
                let place = format!("{}: {} {error}", self.file.display(), error.code());
                Problem::of(NodeFault::ProofInvalid, place)
            })?;
        output.object(&json!({
            "valid": true,
            "chain_id": genesis.chain_id().to_string(),
            "table": shown.table.name(),
            "id": shown.id,
            "object": form::object(shown.table, &shown.row)?,
            "as_of_height": shown.as_of.0,
            "as_of_ms": shown.as_of_time.0,
            "certified_in": shown.certified_in.0,
            "finalized": shown.finalized.0,
        }));
        Ok(())
    }
}
