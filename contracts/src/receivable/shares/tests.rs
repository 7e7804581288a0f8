//! Vectors, and random holdings against the definition of the largest remainder.

use num_bigint::BigUint;
use proptest::prelude::*;
use sycee_primitives::amount::AMOUNT_MAX;

use super::*;
use crate::tests::vectors::{self, number, text};

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

#[test]
fn the_vectors_hold() {
    let cases = vectors::receivables("shortfall");
    assert!(cases.len() >= 5, "the vectors are there");
    for case in cases {
        let holders = case["input"]["holders"].as_array().unwrap();
        let holdings: Vec<(String, Amount)> = holders
            .iter()
            .map(|it| (text(&it["id"]), amount(number(&it["holding"]))))
            .collect();
        let found = shortfall(amount(number(&case["input"]["paid"])), &holdings).unwrap();
        let mut shares: Vec<(String, u128)> = holdings
            .iter()
            .zip(&found.shares)
            .map(|((id, _), share)| (id.clone(), share.minor()))
            .collect();
        shares.sort();
        let expected: Vec<(String, u128)> = case["expected"]["shares"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (text(&it["id"]), number(&it["amount"])))
            .collect();
        assert_eq!(shares, expected, "{}", case["id"]);
        assert_eq!(
            found.unpaid.minor(),
            number(&case["expected"]["unpaid"]),
            "{}",
            case["id"]
        );
    }
}

#[test]
fn what_cannot_be_shared_is_refused() {
    type Row<'a> = (&'a str, u128, &'a [(u32, u128)], ShareError);
    let rows: &[Row] = &[
        (
            "more than the face",
            11,
            &[(1, 4), (2, 6)],
            ShareError::PaidAboveFace,
        ),
        ("nobody to pay", 1, &[], ShareError::PaidAboveFace),
        (
            "beyond the largest amount",
            1,
            &[(1, AMOUNT_MAX), (2, 1)],
            ShareError::FaceTooLarge,
        ),
        (
            "one holder twice",
            1,
            &[(1, 1), (1, 1)],
            ShareError::IdRepeated,
        ),
    ];
    for (why, paid, holdings, expected) in rows {
        let holdings: Vec<(u32, Amount)> =
            holdings.iter().map(|(id, it)| (*id, amount(*it))).collect();
        assert_eq!(shortfall(amount(*paid), &holdings), Err(*expected), "{why}");
    }
    let nobody: &[(u32, Amount)] = &[];
    assert_eq!(shortfall(Amount::ZERO, nobody).unwrap().shares, vec![]);
    let empty_hands = shortfall(Amount::ZERO, &[(1, Amount::ZERO)]).unwrap();
    assert_eq!(empty_hands.shares, vec![Amount::ZERO]);
}

fn holdings() -> impl Strategy<Value = Vec<u128>> {
    let small = proptest::collection::vec(0u128..50, 1..12);
    let large = proptest::collection::vec(1..=AMOUNT_MAX / 12, 1..12);
    prop_oneof![small, large]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_unit_goes_to_the_largest_remainder_left(amounts in holdings(), part in 0u128..=1_000, turn in 0usize..12) {
        let face: u128 = amounts.iter().sum();
        let paid = face / 1_000 * part + face % 1_000 * part / 1_000;
        // Ids in another order than places.
        let ids: Vec<usize> = (0..amounts.len()).map(|n| (n + turn) % amounts.len()).collect();
        let holdings: Vec<(usize, Amount)> = ids.iter().zip(&amounts).map(|(id, it)| (*id, amount(*it))).collect();
        let found = shortfall(amount(paid), &holdings).unwrap();
        // The definition with unbounded integers, a unit at a time.
        let scaled: Vec<BigUint> = amounts.iter().map(|it| BigUint::from(paid) * *it).collect();
        let whole = BigUint::from(face.max(1));
        let mut expected: Vec<BigUint> = scaled.iter().map(|it| it / &whole).collect();
        let mut left: Vec<BigUint> = scaled.iter().map(|it| it % &whole).collect();
        while expected.iter().sum::<BigUint>() < BigUint::from(paid) {
            let best = (0..amounts.len()).max_by(|a, b| left[*a].cmp(&left[*b]).then(ids[*b].cmp(&ids[*a]))).unwrap();
            expected[best] += 1u8;
            left[best] = BigUint::from(0u8);
        }
        for (place, share) in found.shares.iter().enumerate() {
            prop_assert_eq!(BigUint::from(share.minor()), expected[place].clone());
            prop_assert!(share.minor() <= amounts[place]);
        }
        prop_assert_eq!(found.shares.iter().map(|it| it.minor()).sum::<u128>(), paid);
        prop_assert_eq!(found.unpaid.minor(), face - paid);
    }
}
