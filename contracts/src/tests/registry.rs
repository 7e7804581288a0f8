//! The registry's proofs: presence and absence at checkpoints, before and after rows are stored and restored.

use sycee_primitives::{Amount, Hash, codec};

use super::{
    language::Stage,
    life::{Rows, restore, store},
};
use crate::{
    read::ReadError,
    registry::{DocumentMark, Fingerprint, prove},
};

fn fingerprint(name: &str) -> Fingerprint {
    let part = Hash::of(&[name.as_bytes()]);
    let mark = DocumentMark {
        number_part: part,
        detail_part: part,
    };
    mark.fingerprint()
}

#[test]
fn presence_and_absence_hold_under_the_state_root_and_nothing_else_does() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1 bb enter a 1000 600 = documents 0
        T2 ba enter b 10 10    = documents 1",
    );
    let root = stage.ledger.checkpoint().state_root;
    let present = prove(&stage.ledger, &fingerprint("a")).unwrap();
    let absent = prove(&stage.ledger, &fingerprint("c")).unwrap();
    assert_eq!(present.document.as_ref().unwrap().free().minor(), 400);
    assert_eq!(absent.document, None);
    assert!(present.verify(&root) && absent.verify(&root));
    assert!(codec::encode(&absent).len() <= 4_096);
    assert!(!present.verify(&Hash::ZERO) && !absent.verify(&Hash::ZERO));
    let mut hidden = present.clone();
    hidden.document = None;
    assert!(!hidden.verify(&root), "what is there is not absent");
    let mut other = present.clone();
    other.document.as_mut().unwrap().financed = Amount::ZERO;
    assert!(!other.verify(&root), "another row");
    let mut renamed = absent;
    renamed.fingerprint = fingerprint("b");
    assert!(
        !renamed.verify(&root),
        "absence of one is not that of another"
    );
    let mut reused = present;
    reused.fingerprint = fingerprint("c");
    assert!(
        !reused.verify(&root),
        "presence of one is not that of another"
    );
}

#[test]
fn a_document_newer_than_the_checkpoint_is_not_proven_yet() {
    let mut stage = Stage::new();
    stage.ledger.parameters.checkpoint_interval_ms = 10_000_000;
    stage.run("T1 bb enter a 1000 600 = documents 0");
    let early = prove(&stage.ledger, &fingerprint("a"));
    assert_eq!(early.unwrap_err(), ReadError::Newer);
    let absent = prove(&stage.ledger, &fingerprint("z")).unwrap();
    assert!(absent.verify(&stage.ledger.checkpoint().state_root));
}

#[test]
fn a_restored_ledger_proves_the_same() {
    let (mut stage, mut rows) = (Stage::new(), Rows::new());
    stage.run("T1 bb enter a 1000 600 = documents 0");
    store(&mut rows, &mut stage.ledger);
    let restored = restore(&rows).unwrap();
    let root = stage.ledger.checkpoint().state_root;
    for name in ["a", "z"] {
        let proof = prove(&restored, &fingerprint(name)).unwrap();
        assert_eq!(proof, prove(&stage.ledger, &fingerprint(name)).unwrap());
        assert!(proof.verify(&root));
    }
}
