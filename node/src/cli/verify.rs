//! `sycee verify`: proofs are checked with nothing but the genesis file. No node is asked.

mod evidence;
mod object;
mod proof;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use sycee_api::{NodeFault, Problem, convert};
use sycee_replica::CertifiedReceipt;

use super::output::{Output, read_file};
use super::sending::receipt_json;
use super::{Outcome, genesis};

/// Bytes of a proof file: above the largest proof that a node gives.
const PROOF_FILE_BYTES_MAX: u64 = 32 << 20;

/// `sycee verify ...`
#[derive(Subcommand, Debug)]
pub(super) enum Verify {
    /// Check a certified receipt against the validators of a genesis.
    #[command(
        after_help = "Example:\n  sycee verify receipt payment.receipt --genesis genesis.toml --transaction 3f0c...e1"
    )]
    Receipt(Receipt),
    /// Check an extract of the registry: a document is in it, or it is not.
    #[command(
        after_help = "Example:\n  sycee verify proof invoice.extract --genesis genesis.toml --fingerprint 9a41...07"
    )]
    Proof(proof::Proof),
    /// Check a certified object against the validators of a genesis: how it stood at a checkpoint.
    #[command(
        after_help = "Example:\n  sycee verify object loans-7.object --genesis genesis.toml --json"
    )]
    Object(object::Certified),
    /// Check evidence against a validator, and say which rule it broke.
    #[command(
        after_help = "Example:\n  sycee verify evidence validator-2.evidence --genesis genesis.toml"
    )]
    Evidence(Material),
    /// Name the validators to blame for two finalizations that contradict each other.
    #[command(
        after_help = "Example:\n  sycee verify conflict both.conflict --genesis genesis.toml --json"
    )]
    Conflict(Material),
}

/// Flags of `sycee verify evidence` and `sycee verify conflict`.
#[derive(Args, Debug)]
pub(super) struct Material {
    /// What shows it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Genesis document of the network.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// Certified receipt of the same epoch or a later one, which leads from the genesis to the validators of epochs above 0.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// Flags of `sycee verify receipt`.
#[derive(Args, Debug)]
pub(super) struct Receipt {
    /// File written by `sycee tx prove`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Genesis document of the network.
    #[arg(long, value_name = "FILE")]
    genesis: PathBuf,
    /// The transaction it is to be the receipt of.
    #[arg(long, value_name = "ID")]
    transaction: Option<String>,
}

impl Verify {
    pub(super) fn run(self, output: Output) -> Outcome {
        match self {
            Verify::Receipt(receipt) => receipt.run(output),
            Verify::Proof(proof) => proof.run(output),
            Verify::Object(object) => object.run(output),
            Verify::Evidence(material) => evidence::evidence(&material, output),
            Verify::Conflict(material) => evidence::conflict(&material, output),
        }
    }
}

impl Receipt {
    fn run(self, output: Output) -> Outcome {
        let genesis = genesis::load(&self.genesis)?;
        let bytes = read_file(&self.file, PROOF_FILE_BYTES_MAX)?;
        let invalid = |why: String| {
            Problem::of(
                NodeFault::ProofInvalid,
                format!("{}: {why}", self.file.display()),
            )
        };
        let verified = CertifiedReceipt::from_bytes(&bytes)
            .and_then(|proof| proof.verify(&genesis.validator_set()))
            .map_err(|error| invalid(format!("{} {error}", error.code())))?;
        if let Some(expected) = &self.transaction {
            let expected = convert::transaction_id(expected)?;
            if verified.receipt.transaction != expected {
                let found = verified.receipt.transaction;
                return Err(
                    invalid(format!("it is the receipt of {found}, not of {expected}")).into(),
                );
            }
        }
        let mut value = json!({
            "valid": true,
            "chain_id": genesis.chain_id().to_string(),
            "certified_in": verified.certified_in.0,
            "certified_at_ms": verified.certified_at.0,
            "finalized": verified.finalized.0,
        });
        let receipt = receipt_json(&convert::receipt(&verified.receipt));
        if let (Some(value), Some(receipt)) = (value.as_object_mut(), receipt.as_object()) {
            value.extend(receipt.clone());
        }
        output.object(&value);
        Ok(())
    }
}
