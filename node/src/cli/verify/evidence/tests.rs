//! Files as an auditor gets them: evidence that holds, that was changed, and that is of another network.

use std::path::Path;

use sycee_consensus::{View, Vote, VoteKind};
use sycee_genesis::{DevnetOptions, DevnetSecrets, devnet};
use sycee_primitives::{Epoch, Hash, codec, domain::Domain};

use super::*;
use crate::exit;

/// Two Finalize of the devnet's validator 1 in view 5.
fn double_finalize(genesis: &Genesis, secrets: &DevnetSecrets) -> Evidence {
    let set = genesis.validator_set();
    let votes = [1, 2].map(|byte| {
        let (view, digest) = (View(5), Hash([byte; 32]));
        let body = codec::encode(&(view, digest));
        let statement = Domain::Finalize.statement(set.chain(), set.epoch(), &body);
        Vote {
            kind: VoteKind::Finalize,
            view,
            digest,
            signer: ValidatorIndex(1),
            signature: secrets.validators[1].consensus.sign(&statement),
        }
    });
    Evidence::of_votes(Epoch(0), &votes[0], &votes[1]).unwrap()
}

fn network(folder: &Path, seed: u8) -> (Genesis, DevnetSecrets, std::path::PathBuf) {
    let secrets = DevnetSecrets::from_seed(&[seed; 32]);
    let genesis = devnet(&secrets.public(), &DevnetOptions::default()).unwrap();
    let path = folder.join(format!("genesis-{seed}.toml"));
    std::fs::write(&path, genesis.to_toml()).unwrap();
    (genesis, secrets, path)
}

#[test]
fn evidence_holds_for_its_network_and_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (genesis, secrets, own) = network(folder.path(), 9);
    let (_, _, other) = network(folder.path(), 8);
    let bytes = double_finalize(&genesis, &secrets).to_bytes();
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    let cases = [
        ("good", bytes.clone(), &own, None),
        ("changed", changed, &own, Some(exit::UNVERIFIED)),
        ("foreign", bytes, &other, Some(exit::UNVERIFIED)),
        ("empty", Vec::new(), &own, Some(exit::UNVERIFIED)),
    ];
    for (name, bytes, genesis, expected) in cases {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let material = Material {
            file,
            genesis: genesis.clone(),
            receipt: None,
        };
        let found = evidence(&material, Output { json: true }).err();
        assert_eq!(found.map(|failed| failed.exit), expected, "{name}");
        let material = conflict(&material, Output { json: true }).err();
        let failed = material.map(|failed| failed.exit);
        assert_eq!(failed, Some(exit::UNVERIFIED), "{name} is no conflict");
    }
}
