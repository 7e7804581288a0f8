//! Every vector whose message is supported gets exactly the stated judgement; every other one is refused by naming those supported.

use std::path::PathBuf;

use serde_json::Value;

use super::*;

/// The folder of vectors: the one named by SYCEE_VECTORS (which must exist), else the full set beside the repository, else our selection.
fn folder() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if let Some(named) = std::env::var_os("SYCEE_VECTORS") {
        let folder = PathBuf::from(named).join("iso20022");
        assert!(
            folder.is_dir(),
            "SYCEE_VECTORS is set but {} is no folder",
            folder.display()
        );
        return folder;
    }
    let full = manifest.join("../../../shared/vectors/iso20022");
    if full.is_dir() {
        full
    } else {
        manifest.join("../../tests/vectors/iso20022")
    }
}

#[test]
fn every_vector_gets_the_stated_judgement() {
    let folder = folder();
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let document: Value = serde_json::from_str(&expected).unwrap();
    let cases = document["cases"].as_array().unwrap();
    let mut faults = Vec::new();
    for case in cases {
        let mut judge = Judge::new(Directory::from_json(&expected, None).unwrap());
        let read = |name: &Value| std::fs::read(folder.join(name.as_str().unwrap())).unwrap();
        for earlier in case["after"].as_array().into_iter().flatten() {
            let judgement = judge.judge("earlier.xml", &read(earlier));
            assert_eq!(judgement.outcome, Outcome::Accepted, "{earlier}");
        }
        let judgement = judge.judge(case["file"].as_str().unwrap(), &read(&case["file"]));
        let report = serde_json::to_value(&judgement).unwrap();
        let supported = MessageKind::ALL
            .iter()
            .any(|kind| case["message"] == kind.identifier());
        let fault = if supported {
            differs(case, &report)
        } else {
            not_named(&report)
        };
        if let Some(fault) = fault {
            faults.push(format!("{}: {fault}\n  {report}", case["file"]));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(cases.len() >= 13, "too few cases to mean anything");
}

fn differs(case: &Value, report: &Value) -> Option<String> {
    for key in ["outcome", "facts", "stage", "xpath"] {
        let wanted = case.get(key).unwrap_or(&Value::Null);
        if report[key] != *wanted {
            return Some(format!("{key} should be {wanted}"));
        }
    }
    let codes = case["also_acceptable"].as_array().into_iter().flatten();
    let mut codes = codes.chain(case.get("code"));
    let fits = case.get("code").is_none() || codes.any(|code| report["code"] == *code);
    (!fits).then(|| format!("code should be {}", case["code"]))
}

fn not_named(report: &Value) -> Option<String> {
    let reason = report["reason"].as_str().unwrap_or_default();
    let named = MessageKind::ALL
        .iter()
        .all(|kind| reason.contains(kind.identifier()));
    let refused = report["outcome"] == "rejected" && report["code"] == "FF03";
    (!named || !refused).then(|| "should be refused naming the supported messages".to_owned())
}
