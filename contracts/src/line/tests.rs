//! The commitment fee against an engine that walks day by day in other arithmetic; text tables stand with those of all verbs.

use num_bigint::BigUint;
use proptest::prelude::*;
use sycee_primitives::Height;

use super::*;

fn terms() -> impl Strategy<Value = LineTerms> {
    let numbers = (
        1_u128..1_000_000_000_000,
        0_u32..900,
        0_u64..200_000_000_000,
        1_u8..13,
    );
    (numbers, any::<bool>()).prop_map(|((cap, days, fee_rate, fee_months), revolving)| LineTerms {
        cap: Amount::from_minor(cap).unwrap(),
        last_day: BusinessDate(20_000 + days),
        revolving,
        rate_max: 0,
        fee_rate,
        fee_months,
    })
}

fn line(terms: LineTerms) -> CreditLine {
    CreditLine {
        lender: ParticipantId(1),
        borrower: ParticipantId(2),
        lender_account: AccountId(1),
        borrower_account: AccountId(2),
        asset: AssetId(0),
        terms,
        status: LineStatus::Open,
        revision: 1,
        proposed: None,
        used: 0,
        ever_used: 0,
        fee: LineFee {
            start: BusinessDate(20_000),
            passed: 0,
            counted_to: BusinessDate(20_000),
            accrued: 0,
            owed: 0,
        },
        due: None,
    }
}

fn at(day: u32) -> Moment {
    let time = crate::LedgerParameters::default().opening(BusinessDate(day));
    Moment {
        height: Height(1),
        time,
        date: BusinessDate(day),
    }
}

/// Half to even of a numerator over 360 × 10^12, in integers of any size.
fn rounded(numerator: &BigUint) -> BigUint {
    let whole = BigUint::from(360_000_000_000_000_u64);
    let (floor, rest) = (numerator / &whole, numerator % &whole);
    match (rest * 2_u32).cmp(&whole) {
        std::cmp::Ordering::Greater => floor + 1_u32,
        std::cmp::Ordering::Equal if floor.bit(0) => floor + 1_u32,
        std::cmp::Ordering::Equal | std::cmp::Ordering::Less => floor,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is used and given back on which days, and however seldom the row is looked at, the fee is the sum of its days.
    #[test]
    fn the_fee_is_the_sum_of_its_days(
        terms in terms(),
        steps in prop::collection::vec((0_u32..90, any::<bool>(), 0_u128..100), 0..16),
    ) {
        let mut line = line(terms);
        let (mut day, mut accrued, mut owed) = (20_000_u32, BigUint::ZERO, BigUint::ZERO);
        let (mut used, mut ever) = (0_u128, 0_u128);
        let (cap, last) = (terms.cap.minor(), terms.last_day.0);
        let start = BusinessDate(20_000);
        let mut period = 1;
        let due = |period: i64| start.plus_months(period * i64::from(terms.fee_months)).unwrap().0;
        for (wait, takes, part) in steps.into_iter().chain([(2_000, false, 0)]) {
            for _ in 0..wait {
                if day <= last {
                    let counts = if terms.revolving { used } else { ever };
                    accrued += BigUint::from(cap - counts) * terms.fee_rate;
                }
                day += 1;
                if day <= last && day == due(period) || day == last + 1 {
                    owed += rounded(&std::mem::take(&mut accrued));
                    period += 1;
                }
            }
            let amount = if takes { line.on(&at(day)).headroom(BusinessDate(day)) * part / 100 } else { used * part / 100 };
            line.catch_up(&at(day));
            line.count_fee(BusinessDate(day));
            if takes {
                (used, ever) = (used + amount, ever + amount);
                line.used += amount;
                line.ever_used += amount;
            } else {
                used -= amount;
                line.used -= amount;
            }
            prop_assert_eq!(BigUint::from(line.fee.owed), owed.clone());
            prop_assert_eq!(BigUint::from(line.fee_accrued(BusinessDate(day))), rounded(&accrued));
            prop_assert_eq!(line.status == LineStatus::Open, day <= last);
        }
        prop_assert_eq!(line.headroom(BusinessDate(day)), 0);
    }
}
