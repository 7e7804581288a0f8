//! Loans against their own plans, and against an engine that walks day by day. Text tables stand with those of all verbs.

use num_bigint::BigUint;
use proptest::{prelude::*, strategy::ValueTree};
use sycee_primitives::{Amount, BusinessDate};

use super::{position::ITEMS_MAX, *};
use crate::term::{
    calendar::{DayConvention, Shift, ShiftOrder},
    day_count::DayCount,
    waterfall::Bucket,
};

fn terms() -> impl Strategy<Value = LoanTerms> {
    let kind = prop::sample::select(vec![
        LoanKind::Term,
        LoanKind::Bullet,
        LoanKind::Linear,
        LoanKind::Annuity,
    ]);
    let count = prop::sample::select(vec![
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::ActualActualIsda,
    ]);
    let shift = prop::sample::select(vec![
        Shift::None,
        Shift::Following,
        Shift::ModifiedFollowing,
        Shift::Preceding,
        Shift::ModifiedPreceding,
    ]);
    let order = Just(Bucket::ALL.to_vec()).prop_shuffle();
    let numbers = (
        10_000_u128..1_000_000_000_000,
        0_u64..300_000_000_000,
        1_u16..37,
        1_u8..13,
    );
    let flags = any::<[bool; 4]>();
    (kind, count, shift, order, numbers, 0_u16..20, flags).prop_map(
        |(kind, day_count, shift, order, (principal, rate, periods, months), grace_days, flags)| {
            let [
                end_of_month,
                weekends_closed,
                shift_first,
                penalty_on_interest,
            ] = flags;
            LoanTerms {
                kind,
                principal: Amount::from_minor(principal).unwrap(),
                rate,
                day_count,
                periods,
                period_months: months,
                end_of_month,
                weekends_closed,
                convention: DayConvention {
                    shift,
                    order: if shift_first {
                        ShiftOrder::ShiftCompute
                    } else {
                        ShiftOrder::ComputeShift
                    },
                },
                grace_days,
                surcharge: 500_000_000_000,
                penalty_on_interest,
                order: order.try_into().unwrap(),
                fee: 0,
                costs_max: 0,
                prepayment: PrepaymentTerms::default(),
                draw_days: 0,
                index: None,
            }
        },
    )
}

/// Interest accrued day by day in big integers, without any of the engine's shortcuts: numerator over 10^12 × 365 × 366 × 360.
#[derive(Default)]
struct Naive {
    accrued: BigUint,
}

const NAIVE_YEAR: u64 = 365 * 366 * 360;

impl Naive {
    fn one_day(&mut self, terms: &LoanTerms, rate: u64, outstanding: u128, day: BusinessDate) {
        let days_of_year = match terms.day_count {
            DayCount::Actual360 => 360,
            DayCount::Actual365Fixed => 365,
            _ if day.in_leap_year() => 366,
            _ => 365,
        };
        self.accrued += BigUint::from(outstanding) * rate * (NAIVE_YEAR / days_of_year);
    }

    fn paid(&mut self) -> BigUint {
        let whole = BigUint::from(1_000_000_000_000_u64) * NAIVE_YEAR;
        let accrued = std::mem::take(&mut self.accrued);
        let (floor, rest) = (&accrued / &whole, &accrued % &whole);
        let goes_up = match (&rest * 2_u32).cmp(&whole) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => floor.bit(0),
            std::cmp::Ordering::Greater => true,
        };
        if goes_up { floor + 1_u32 } else { floor }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Without prepayments a loan falls due exactly as its published plan says.
    #[test]
    fn a_loan_follows_its_plan(terms in terms(), start in 18_000_u32..22_000) {
        let start = BusinessDate(start);
        let Ok(rows) = terms.plan(start).schedule(&terms.calendar()) else {
            return Ok(());
        };
        let mut position = Position::paid_out(&terms, start);
        for row in rows {
            prop_assert_eq!(position.next_pay_date(&terms), Some(row.pay));
            position.fall_due(&terms);
            let item = position.items.pop();
            let found = item.map_or((0, 0), |item| (item.interest, item.principal));
            prop_assert_eq!(found, (row.interest, row.principal));
            prop_assert_eq!(position.outstanding, row.outstanding);
        }
        prop_assert_eq!(position.next_pay_date(&terms), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Lazy accrual equals the naive daily engine, with new rates, prepayments, part payments, closed days and leap years; principal is neither
    /// made nor lost (I12), a payment is what its buckets get (I13), and a paid loan closes.
    #[test]
    fn lazy_accrual_is_the_daily_one(
        terms in terms(),
        start in 18_000_u32..22_000,
        payments in prop::collection::vec(
            (1_u32..120, 0_u128..100, 0_u128..100, prop::option::weighted(0.3, 0_u64..300_000_000_000)),
            0..12,
        ),
    ) {
        let start = BusinessDate(start);
        // Interest is counted to the shifted date; a due date before it would ask the naive engine for days to come.
        let order = ShiftOrder::ShiftCompute;
        let terms = LoanTerms { convention: DayConvention { order, ..terms.convention }, ..terms };
        if terms.plan(start).schedule(&terms.calendar()).is_err() {
            return Ok(());
        }
        let principal = terms.principal.minor();
        let mut position = Position::paid_out(&terms, start);
        let mut naive = Naive::default();
        let (mut day, mut repaid, mut rate) = (start, 0_u128, terms.rate);
        for (wait, amount, prepayment, reset) in payments {
            for _ in 0..wait {
                naive.one_day(&terms, rate, position.outstanding, day);
                day = BusinessDate(day.0 + 1);
                while position.next_pay_date(&terms).is_some_and(|due| due <= day) {
                    let before = position.items.len();
                    position.fall_due(&terms);
                    let interest = position.items.get(before).map_or(0, |item| item.interest);
                    prop_assert_eq!(BigUint::from(interest), naive.paid());
                }
            }
            if let Some(new) = reset {
                let owed = position.owed(&terms, day, 0);
                position.set_rate(&terms, day, new);
                rate = new;
                prop_assert_eq!(position.owed(&terms, day, 0), owed, "a new rate changes nothing of the past");
            }
            let amount = principal * amount / 100;
            let paid = position.distribution(&terms, day, amount, principal * prepayment / 100);
            let part = |bucket| paid.allocation.get(bucket);
            let sum: u128 = Bucket::ALL.iter().map(|bucket| part(*bucket)).sum();
            prop_assert_eq!(sum + paid.suspense, amount);
            let owed_before = position.owed(&terms, day, 0);
            position.repay(&terms, day, &paid);
            let owed = position.owed(&terms, day, 0);
            for bucket in Bucket::ALL.into_iter().filter(|it| *it != Bucket::Prepayment) {
                prop_assert_eq!(owed.get(bucket) + part(bucket), owed_before.get(bucket));
            }
            repaid += part(Bucket::OverduePrincipal) + part(Bucket::CurrentPrincipal);
            repaid += part(Bucket::Prepayment);
            let due: u128 = position.items.iter().map(|item| item.principal).sum();
            prop_assert_eq!(position.outstanding + due + repaid, principal);
        }
        // Whatever is left can be paid, and then the loan owes nothing.
        position.accelerate(&terms, day);
        let paid = position.distribution(&terms, day, u128::MAX / 4, 0);
        position.repay(&terms, day, &paid);
        prop_assert!(position.is_paid());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// After a restructuring the loan falls due as the plan of its new terms says, on exactly what was owed (I12); interest is neither lost
    /// nor counted twice, and penalty stands as it did.
    #[test]
    fn a_restructured_loan_follows_its_new_plan(
        old in terms(),
        new in terms(),
        start in 18_000_u32..22_000,
        (after, paid, capitalise) in (0_u32..900, 0_u128..120, any::<bool>()),
    ) {
        let start = BusinessDate(start);
        if old.plan(start).schedule(&old.calendar()).is_err() {
            return Ok(());
        }
        let day = BusinessDate(start.0 + after);
        let mut before = Position::paid_out(&old, start);
        before.catch_up(&old, day);
        let payment = before.distribution(&old, day, old.principal.minor() * paid / 100, 0);
        before.repay(&old, day, &payment);
        let principal = before.restructured_principal(&old, day, capitalise);
        let new = LoanTerms { principal: Amount::from_minor(principal).unwrap(), ..new };
        let Ok(rows) = new.plan(day).schedule(&new.calendar()) else {
            return Ok(());
        };
        let mut after = before.restructured(&old, &new, day, capitalise);
        let overdue: u128 = before.items.iter().map(|item| item.interest).sum();
        let interest = overdue + before.interest_today(&old, day);
        let carried: u128 = after.items.iter().map(|item| item.interest).sum();
        let principal_before = before.principal_owed();
        prop_assert_eq!(after.principal_owed() + carried, principal_before + interest);
        prop_assert_eq!(carried, if capitalise { 0 } else { interest });
        prop_assert_eq!(after.owed(&new, day, 0).get(Bucket::Penalty), before.owed(&old, day, 0).get(Bucket::Penalty));
        after.items.clear();
        for row in rows {
            prop_assert_eq!(after.next_pay_date(&new), Some(row.pay));
            after.fall_due(&new);
            let item = after.items.pop();
            let found = item.map_or((0, 0), |item| (item.interest, item.principal));
            prop_assert_eq!(found, (row.interest, row.principal));
            prop_assert_eq!(after.outstanding, row.outstanding);
        }
    }
}

#[test]
fn a_loan_that_nobody_pays_falls_due_as_a_whole_in_time() {
    let mut strategy_runner = proptest::test_runner::TestRunner::deterministic();
    let tree = terms().new_tree(&mut strategy_runner).unwrap();
    let terms = LoanTerms {
        kind: LoanKind::Linear,
        periods: 100,
        period_months: 1,
        rate: 10_000_000_000,
        ..tree.current()
    };
    let mut position = Position::paid_out(&terms, BusinessDate(20_000));
    while position.next_pay_date(&terms).is_some() {
        position.fall_due(&terms);
    }
    assert_eq!(position.items.len(), ITEMS_MAX + 1);
    let due: u128 = position.items.iter().map(|item| item.principal).sum();
    assert_eq!((due, position.outstanding), (terms.principal.minor(), 0));
}
