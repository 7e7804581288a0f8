//! Vectors, edges, and random terms against fractions of unbounded integers.

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
    let cases = vectors::receivables("discount");
    assert!(cases.len() >= 6, "the vectors are there");
    for case in cases {
        let (input, expected) = (&case["input"], &case["expected"]);
        let terms = Terms {
            face: amount(number(&input["face"])),
            rate: text(&input["rate"]).parse().unwrap(),
            days: u32::try_from(number(&input["days"])).unwrap(),
            basis: u16::try_from(number(&input["basis"])).unwrap(),
            fee: amount(number(&input["fee"])),
        };
        let found = discount(&terms);
        if expected["refused"].as_bool().unwrap() {
            assert_eq!(found, Err(DiscountError::NothingLeft), "{}", case["id"]);
        } else {
            let expected = Discount {
                discount: amount(number(&expected["discount"])),
                price: amount(number(&expected["price"])),
            };
            assert_eq!(found, Ok(expected), "{}", case["id"]);
        }
    }
}

#[test]
fn terms_at_the_edges() {
    type Row<'a> = (
        &'a str,
        (u128, u64, u32, u16, u128),
        Result<(u128, u128), DiscountError>,
    );
    use DiscountError::{Basis, NothingLeft, Rate};
    const MAX: u128 = AMOUNT_MAX;
    const R: u64 = 36_000_000_000;
    let rows: &[Row] = &[
        ("usual", (1_000_000, R, 100, 360, 0), Ok((10_000, 990_000))),
        (
            "free of charge",
            (1_000_000, 0, 100, 360, 0),
            Ok((0, 1_000_000)),
        ),
        (
            "largest face",
            (MAX, R, 100, 360, 0),
            Ok((MAX / 100, MAX / 100 * 99)),
        ),
        (
            "the fee leaves one",
            (1_000_000, R, 100, 360, 989_999),
            Ok((10_000, 1)),
        ),
        (
            "the fee leaves none",
            (1_000_000, R, 100, 360, 990_000),
            Err(NothingLeft),
        ),
        (
            "fee above the face",
            (1_000_000, R, 100, 360, MAX),
            Err(NothingLeft),
        ),
        (
            "discount takes all",
            (1_000_000, RATE_ONE, 360, 360, 0),
            Err(NothingLeft),
        ),
        (
            "for ever",
            (MAX, RATE_PER_YEAR_MAX, u32::MAX, 360, 0),
            Err(NothingLeft),
        ),
        (
            "rate too high",
            (1_000_000, RATE_PER_YEAR_MAX + 1, 1, 360, 0),
            Err(Rate),
        ),
        ("a year of no days", (1_000_000, R, 100, 0, 0), Err(Basis)),
        (
            "a year of 364 days",
            (1_000_000, R, 100, 364, 0),
            Err(Basis),
        ),
        ("a face of nothing", (0, 0, 100, 360, 0), Err(NothingLeft)),
    ];
    for (why, (face, rate, days, basis, fee), expected) in rows {
        let terms = Terms {
            face: amount(*face),
            rate: *rate,
            days: *days,
            basis: *basis,
            fee: amount(*fee),
        };
        let found = discount(&terms).map(|it| (it.discount.minor(), it.price.minor()));
        assert_eq!(found, *expected, "{why}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn exact_up_to_the_largest_amount(
        face in (1..=AMOUNT_MAX, 0u32..74).prop_map(|(face, shift)| face >> shift),
        rate in 0..=RATE_PER_YEAR_MAX,
        days in prop_oneof![0u32..400, any::<u32>()],
        basis in prop_oneof![Just(360u16), Just(365u16)],
        fee in 0u128..1_000,
    ) {
        let over = BigUint::from(face) * rate * days;
        let under = BigUint::from(RATE_ONE) * basis;
        let kept = (over + &under - 1u8) / under;
        let cost = kept.clone() + fee;
        let found = discount(&Terms { face: amount(face), rate, days, basis, fee: amount(fee) });
        if cost >= BigUint::from(face) {
            prop_assert_eq!(found, Err(DiscountError::NothingLeft));
        } else {
            let found = found.unwrap();
            prop_assert_eq!(BigUint::from(found.discount.minor()), kept);
            prop_assert_eq!(found.discount.minor() + found.price.minor() + fee, face);
        }
    }
}
