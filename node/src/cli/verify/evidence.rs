//! `sycee verify evidence` and `sycee verify conflict`: who broke which rule, from a file and the genesis alone.

use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use sycee_consensus::{
    BlameError, Conflict, Evidence, Guilt, Place, Shown, ValidatorIndex, ValidatorSet, blame,
};
use sycee_genesis::Genesis;
use sycee_replica::{CertifiedReceipt, ProofError, invalid_transaction, signers};

use super::super::output::{Output, read_file};
use super::super::{Failed, Outcome, genesis};
use super::{Material, PROOF_FILE_BYTES_MAX};

impl Material {
    /// The genesis and the file.
    fn read(&self) -> Result<(Genesis, Vec<u8>), Failed> {
        let genesis = genesis::load(&self.genesis)?;
        Ok((genesis, read_file(&self.file, PROOF_FILE_BYTES_MAX)?))
    }

    /// The validators of an epoch, as the genesis and the receipt's handovers give them.
    fn signers(&self, genesis: &Genesis, epoch: u64) -> Result<ValidatorSet, Failed> {
        let missing = || {
            let what = format!("validators of epoch {epoch}: give a receipt of it with --receipt");
            Problem::of(NodeFault::FieldMissing, what)
        };
        let founded = genesis.validator_set();
        if epoch == 0 {
            return Ok(founded);
        }
        let file = self.receipt.as_ref().ok_or_else(missing)?;
        let bytes = read_file(file, PROOF_FILE_BYTES_MAX)?;
        let invalid = |error: ProofError| {
            let what = format!("{}: {} {error}", file.display(), error.code());
            Problem::of(NodeFault::ProofInvalid, what)
        };
        let proof = CertifiedReceipt::from_bytes(&bytes).map_err(invalid)?;
        let count = usize::try_from(epoch).unwrap_or(usize::MAX);
        let handovers = proof.handovers.get(..count).ok_or_else(missing)?;
        Ok(signers(&founded, handovers).map_err(invalid)?)
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
    let set = material.signers(&genesis, evidence.epoch.0)?;
    let culprit = evidence
        .verify(&set, invalid_transaction)
        .map_err(|error| material.invalid(format!("{} {error}", error.code())))?;
    let (view, lane) = match culprit.slot.place {
        Place::View(view) => (Some(view.0), None),
        Place::Lane { incarnation, seq } => (None, Some((incarnation, seq.0))),
    };
    let (name, key) = named(&genesis, &set, culprit.validator);
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
    let invalid = |error: BlameError| material.invalid(format!("{} {error}", error.code()));
    let shown = Conflict::from_bytes(&bytes).map_err(invalid)?;
    let set = material.signers(&genesis, shown.epoch.0)?;
    let found = blame(&set, &shown).map_err(invalid)?;
    let culprits: Vec<Value> = found
        .culprits
        .iter()
        .map(|(index, guilt)| {
            let (name, key) = named(&genesis, &set, *index);
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
                let (name, key) = named(&genesis, &set, *index);
                format!("{name}  {key}  {}", why(guilt))
            })
            .collect()
    });
    Ok(())
}

/// A validator's name and key; a key that came later than the genesis has only its place for a name.
fn named(genesis: &Genesis, set: &ValidatorSet, index: ValidatorIndex) -> (String, String) {
    let key = set.key(index).copied();
    let validators = &genesis.facts().validators;
    let founded = validators.iter().find(|it| Some(it.consensus_key) == key);
    let name = founded.map_or_else(|| index.0.to_string(), |it| it.name.clone());
    (name, key.map_or_else(String::new, |key| key.to_string()))
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
