use super::*;
use proptest::prelude::*;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

/// The folder of independent test data: `SYCEE_VECTORS`, else beside the project, else the selection that ships with it.
fn vectors(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let folders = match std::env::var("SYCEE_VECTORS") {
        Ok(folder) => vec![folder],
        Err(_) => vec![
            format!("{root}/../shared/vectors"),
            format!("{root}/tests/vectors"),
        ],
    };
    folders
        .iter()
        .find_map(|folder| std::fs::read_to_string(format!("{folder}/{path}")).ok())
        .unwrap_or_else(|| panic!("{path} is missing in {folders:?}"))
}

#[test]
fn a_signature_holds_for_its_key_and_statement_only() {
    let (statement, other) = (Hash([7; 32]), Hash([8; 32]));
    let signature = key(1).sign(&statement);
    assert!(key(1).public_key().verify(&statement, &signature));
    assert!(!key(1).public_key().verify(&other, &signature));
    assert!(!key(2).public_key().verify(&statement, &signature));
    for byte in 0..64 {
        let mut changed = signature;
        changed.0[byte] ^= 1;
        assert!(
            !key(1).public_key().verify(&statement, &changed),
            "byte {byte}"
        );
    }
}

#[test]
fn keys_of_small_order_and_bytes_off_the_curve_are_refused_at_registration() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(!PublicKey(identity).is_acceptable(), "the identity");
    assert!(!PublicKey([0; 32]).is_acceptable(), "order 4");
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    assert!(!PublicKey(off_curve).is_acceptable(), "not a point");
    assert!(key(3).public_key().is_acceptable());
}

/// "Taming the many EdDSAs", twelve edge cases with the answers of ZIP-215; alone and in every position among good signatures.
#[test]
fn single_and_batch_verification_give_the_answers_of_zip_215() {
    let document: serde_json::Value =
        serde_json::from_str(&vectors("ed25519/speccheck-zip215.json")).unwrap();
    let cases = document.as_array().unwrap();
    assert!(cases.len() >= 12);
    let field = |case: &serde_json::Value, name: &str| {
        crate::hash::from_hex(case[name].as_str().unwrap()).unwrap()
    };
    for (number, case) in cases.iter().enumerate() {
        let public_key = PublicKey(field(case, "public_key").try_into().unwrap());
        let message = field(case, "message");
        let signature = Signature(field(case, "signature").try_into().unwrap());
        let expected = case["expected"] == "accept";
        assert_eq!(
            ed25519::verify(&public_key.0, &message, &signature.0),
            expected,
            "case {number} alone"
        );
        let Ok(statement) = <[u8; 32]>::try_from(message.as_slice()).map(Hash) else {
            continue;
        };
        for position in 0..8 {
            let mut items: Vec<SignedStatement> = (0..8)
                .map(|i| {
                    (
                        key(i).public_key(),
                        Hash([i; 32]),
                        key(i).sign(&Hash([i; 32])),
                    )
                })
                .collect();
            items.insert(position, (public_key, statement, signature));
            assert_eq!(
                verify_batch(&items),
                expected,
                "case {number} at {position}"
            );
            assert_eq!(
                first_invalid(&items),
                (!expected).then_some(position),
                "case {number} at {position}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn bisection_finds_the_first_bad_signature(bad in prop::collection::btree_set(0usize..24, 0..4)) {
        let items: Vec<SignedStatement> = (0..24u8)
            .map(|i| {
                let signed = Hash([i ^ u8::from(bad.contains(&usize::from(i))); 32]);
                (key(i % 5).public_key(), Hash([i; 32]), key(i % 5).sign(&signed))
            })
            .collect();
        prop_assert_eq!(first_invalid(&items), bad.first().copied());
    }
}
