//! Loans against their own plans; `daily` holds them against an engine that opens every day. Text tables stand with those of all verbs.

use proptest::{prelude::*, strategy::ValueTree};
use sycee_primitives::{Amount, BusinessDate};

use super::{position::ITEMS_MAX, *};
use crate::term::{
    calendar::{DayConvention, Shift, ShiftOrder},
    day_count::DayCount,
    waterfall::Bucket,
};

mod daily;

/// Terms whose days are never declared anew.
fn fixed(terms: &LoanTerms) -> Contract<'_> {
    Contract::new(terms, LoanDays::of(terms.calendar, None))
}

/// Some terms, always the same.
fn sample_terms() -> LoanTerms {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    terms().new_tree(&mut runner).unwrap().current()
}

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
            let [end_of_month, weekends, shift_first, penalty_on_interest] = flags;
            LoanTerms {
                kind,
                principal: Amount::from_minor(principal).unwrap(),
                rate,
                day_count,
                periods,
                period_months: months,
                end_of_month,
                calendar: if weekends {
                    LoanCalendar::Weekends
                } else {
                    LoanCalendar::None
                },
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
                probation: 0,
                index: None,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Without prepayments a loan falls due exactly as its published plan says.
    #[test]
    fn a_loan_follows_its_plan(terms in terms(), start in 18_000_u32..22_000) {
        let start = BusinessDate(start);
        let terms = fixed(&terms);
        let Ok(rows) = terms.plan(start).schedule(terms.days.calendar()) else {
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
        let old = fixed(&old);
        if old.check_schedule(start).is_err() {
            return Ok(());
        }
        let day = BusinessDate(start.0 + after);
        let mut before = Position::paid_out(&old, start);
        before.catch_up(&old, day);
        let payment = before.distribution(&old, day, old.principal.minor() * paid / 100, 0);
        before.repay(&old, day, &payment);
        let principal = before.restructured_principal(&old, day, capitalise);
        let new = LoanTerms { principal: Amount::from_minor(principal).unwrap(), ..new };
        let new = fixed(&new);
        let Ok(rows) = new.plan(day).schedule(new.days.calendar()) else {
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
    let terms = LoanTerms {
        kind: LoanKind::Linear,
        periods: 100,
        period_months: 1,
        rate: 10_000_000_000,
        ..sample_terms()
    };
    let terms = fixed(&terms);
    let mut position = Position::paid_out(&terms, BusinessDate(20_000));
    while position.next_pay_date(&terms).is_some() {
        position.fall_due(&terms);
    }
    assert_eq!(position.items.len(), ITEMS_MAX + 1);
    let due: u128 = position.items.iter().map(|item| item.principal).sum();
    assert_eq!((due, position.outstanding), (terms.principal.minor(), 0));
}
