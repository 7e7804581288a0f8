//! Edges, and random terms against fractions of unbounded integers.

use num_bigint::BigUint;
use proptest::prelude::*;
use sycee_primitives::{AccountId, AssetId, BlockTime, ParticipantId, amount::AMOUNT_MAX};

use super::*;

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn terms(advance_ppm: u32, rate: u64, fee_ppm: u32) -> Factoring {
    Factoring {
        factor: ParticipantId(1),
        account: AccountId(1),
        seller: ParticipantId(2),
        asset: AssetId(0),
        advance_ppm,
        rate,
        basis: 360,
        fee_ppm,
        days_min: 0,
        days_max: 366,
        recourse: false,
        disclosed: true,
        limit: amount(AMOUNT_MAX),
        in_use: Amount::ZERO,
        expires: BlockTime(0),
    }
}

#[test]
fn advances_at_the_edges() {
    type Row<'a> = (
        &'a str,
        (u128, u32, u64, u32, u32),
        Result<[u128; 5], DiscountError>,
    );
    const R: u64 = 36_000_000_000;
    const MAX: u128 = AMOUNT_MAX;
    let nothing = Err(DiscountError::NothingLeft);
    // Claim, advance, rate, fee, days; advanced, holdback, discount, fee, paid.
    let rows: &[Row] = &[
        (
            "usual",
            (1_000_000, 800_000, R, 2_500, 90),
            Ok([800_000, 200_000, 7_200, 2_500, 790_300]),
        ),
        (
            "all of it is a sale",
            (1_000_000, 1_000_000, R, 0, 90),
            Ok([1_000_000, 0, 9_000, 0, 991_000]),
        ),
        (
            "down, up, up",
            (999, 800_000, R, 1, 1),
            Ok([799, 200, 1, 1, 797]),
        ),
        ("due today", (10, 500_000, R, 0, 0), Ok([5, 5, 0, 0, 5])),
        ("less than a unit", (1, 999_999, 0, 0, 9), nothing),
        ("the fee takes all", (10, 500_000, 0, 500_000, 9), nothing),
        (
            "largest claim",
            (MAX, 1_000_000, 0, 0, 366),
            Ok([MAX, 0, 0, 0, MAX]),
        ),
        (
            "a year at the highest rate",
            (MAX, 1, u64::MAX, 0, 1),
            Err(DiscountError::Rate),
        ),
    ];
    for (why, (claim, advance_ppm, rate, fee_ppm, days), expected) in rows {
        let found = advance(&terms(*advance_ppm, *rate, *fee_ppm), amount(*claim), *days);
        let parts = |it: Advance| {
            [it.advanced, it.holdback, it.discount, it.fee, it.paid].map(Amount::minor)
        };
        assert_eq!(found.map(parts), *expected, "{why}");
    }
}

proptest! {
    #[test]
    fn advances_are_those_of_exact_fractions(
        claim in 1..=AMOUNT_MAX,
        advance_ppm in 1..=1_000_000_u32,
        rate in 0..=1_000_000_000_000_u64,
        fee_ppm in 0..=20_000_u32,
        days in 0..=366_u32,
    ) {
        let big = |minor: u128| BigUint::from(minor);
        let million = BigUint::from(1_000_000_u32);
        let up = |over: BigUint, under: BigUint| (over + &under - 1_u32) / under;
        let advanced = big(claim) * advance_ppm / &million;
        let fee = up(big(claim) * fee_ppm, million);
        let discount = up(&advanced * rate * days, BigUint::from(360_000_000_000_000_u64));
        match advance(&terms(advance_ppm, rate, fee_ppm), amount(claim), days) {
            Ok(found) => {
                prop_assert_eq!(big(found.advanced.minor()), advanced.clone());
                prop_assert_eq!(big(found.fee.minor()), fee.clone());
                prop_assert_eq!(big(found.discount.minor()), discount.clone());
                prop_assert_eq!(found.advanced.minor() + found.holdback.minor(), claim);
                prop_assert_eq!(big(found.paid.minor()) + fee + discount, advanced);
            }
            Err(error) => {
                prop_assert_eq!(error, DiscountError::NothingLeft);
                prop_assert!(advanced <= fee + discount);
            }
        }
    }
}
