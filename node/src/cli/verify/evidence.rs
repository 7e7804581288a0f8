//! `sycee verify evidence` and `sycee verify conflict`: who broke which rule, from a file and the genesis alone.

use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_consensus::{Conflict, Evidence, Guilt, Place, Shown, ValidatorIndex, blame};
use sycee_genesis::Genesis;
use sycee_replica::invalid_transaction;

use super::super::output::{Output, read_file};
use super::super::{Outcome, genesis};
use super::{Material, PROOF_FILE_BYTES_MAX};

impl Material {
    /// The genesis and the file.
    fn read(&self) -> Result<(Genesis, Vec<u8>), super::super::Failed> {
        let genesis = genesis::load(&self.genesis)?;
        Ok((genesis, read_file(&self.file, PROOF_FILE_BYTES_MAX)?))
    }

    fn invalid(&self, why: impl std::fmt::Display) -> Problem {
        Problem::of(
            NodeFault::ProofInvalid,
            format!("{}: {why}", self.file.display()),
        )
    }
}

pub(super) fn evidence(material: &Material, output: Output) -> Outcome {
    let (genesis, bytes) = material.read()?;
    let evidence = Evidence::from_bytes(&bytes)
        .map_err(|error| material.invalid(format!("EVIDENCE_MALFORMED {error}")))?;
    let culprit = evidence
        .verify(&genesis.validator_set(), invalid_transaction)
        .map_err(|error| material.invalid(format!("{} {error}", error.code())))?;
    let (view, lane) = match culprit.slot.place {
        Place::View(view) => (Some(view.0), None),
        Place::Lane { incarnation, seq } => (None, Some((incarnation, seq.0))),
    };
    let (name, key) = named(&genesis, culprit.validator);
    output.object(&json!({
        "valid": true,
        "chain_id": genesis.chain_id().to_string(),
        "id": culprit.id().to_hex(),
        "kind": culprit.slot.kind.word(),
        "validator": name,
        "index": culprit.validator.0,
        "public_key": key,
        "epoch": culprit.slot.epoch.0,
        "view": view,
        "incarnation": lane.map(|(incarnation, _)| incarnation),
        "seq": lane.map(|(_, seq)| seq),
        "verdict": "the validator of this key broke the rule",
    }));
    Ok(())
}

pub(super) fn conflict(material: &Material, output: Output) -> Outcome {
    let (genesis, bytes) = material.read()?;
    let found = Conflict::from_bytes(&bytes)
        .and_then(|conflict| blame(&genesis.validator_set(), &conflict))
        .map_err(|error| material.invalid(format!("{} {error}", error.code())))?;
    let culprits: Vec<Value> = found
        .culprits
        .iter()
        .map(|(index, guilt)| {
            let (name, key) = named(&genesis, *index);
            json!({
                "validator": name,
                "index": index.0,
                "public_key": key,
                "signed_contradiction": matches!(guilt, Guilt::Signed(_)),
                "why": why(guilt),
            })
        })
        .collect();
    let value = json!({
        "valid": true,
        "chain_id": genesis.chain_id().to_string(),
        "culprits": culprits,
    });
    output.print(&value, || {
        let lines = found.culprits.iter();
        lines
            .map(|(index, guilt)| {
                let (name, key) = named(&genesis, *index);
                format!("{name}  {key}  {}", why(guilt))
            })
            .collect()
    });
    Ok(())
}

/// A validator's name and key, as the genesis gives them.
fn named(genesis: &Genesis, index: ValidatorIndex) -> (String, String) {
    let validator = genesis.facts().validators.get(index.usize());
    validator.map_or_else(
        || (index.0.to_string(), String::new()),
        |it| (it.name.clone(), it.consensus_key.to_string()),
    )
}

fn why(guilt: &Guilt) -> String {
    match guilt {
        Guilt::Signed(_) => "signed two statements that contradict each other".to_owned(),
        Guilt::CouldNotShow(Shown::Nullification { view }) => {
            format!("voted across view {view}; cleared by a nullification of view {view}")
        }
        Guilt::CouldNotShow(Shown::Notarization { view, digest }) => format!(
            "voted on top of view {view}; cleared by a notarization of block {digest} in view {view}"
        ),
    }
}

#[cfg(test)]
mod tests;
