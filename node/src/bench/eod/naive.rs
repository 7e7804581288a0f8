//! What a loan owes, found by walking through every day of its life: slow, obvious, and none of the ledger's own arithmetic.
//!
//! Interest of a day is outstanding × rate / days of the year; it is added up as one fraction and rounded half to even on the due
//! date. Weekends are closed and due dates go to the next open day.

use sycee_contracts::{
    loan::{Loan, LoanDays, LoanKind},
    term::day_count::DayCount,
};
use sycee_primitives::{BusinessDate, wide::Wide};

/// Days of the years that day counts name, multiplied.
const YEAR: u128 = 360 * 365 * 366;

/// Parts of a rate.
const RATE: u128 = 1_000_000_000_000;

/// Places of discount factors: 10^30, so that an instalment's error lies far below half a minor unit.
const FACTOR: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// Compares a loan whose items are all paid, but for the last before today's and today's own.
///
/// # Errors
/// What differs.
pub fn compare(loan: &Loan, today: BusinessDate, had_late: bool) -> Result<(), String> {
    let terms = &loan.terms;
    let dates = due_dates(loan).ok_or("its dates lie outside the calendar")?;
    let mut outstanding = terms.principal.minor();
    let instalment = instalment(loan, &dates).ok_or("its instalment exceeds its width")?;
    let (mut accrued, mut passed, mut items) = (0_u128, 0_usize, Vec::new());
    let mut day = loan.position.start;
    while day < today {
        let numerator = YEAR / days_of_year(terms.day_count, day);
        accrued += outstanding * u128::from(terms.rate) * numerator;
        day = BusinessDate(day.0 + 1);
        if dates.get(passed) == Some(&day) {
            passed += 1;
            let interest = half_even(accrued, RATE * YEAR);
            accrued = 0;
            let principal = if passed == dates.len() {
                outstanding
            } else {
                match &terms.kind {
                    LoanKind::Term | LoanKind::Bullet => 0,
                    LoanKind::Linear => instalment,
                    LoanKind::Annuity => instalment - interest,
                    LoanKind::Negative(_)
                    | LoanKind::Custom(_)
                    | LoanKind::Call(_)
                    | LoanKind::Revolving(_) => return Err("no such loan is drawn".to_owned()),
                }
            };
            outstanding -= principal;
            items.push((day, interest, principal));
        }
    }
    let position = &loan.position;
    let same = |what: &str, naive: u128, found: u128| {
        (naive == found)
            .then_some(())
            .ok_or(format!("{what} is {found}, day by day {naive}"))
    };
    same("outstanding", outstanding, position.outstanding)?;
    same(
        "due dates passed",
        passed as u128,
        u128::from(position.passed),
    )?;
    let unpaid = unpaid(&items, today, had_late);
    let found = position.items.iter();
    let found: Vec<_> = found
        .map(|it| (it.due, it.interest, it.principal))
        .collect();
    (unpaid == found)
        .then_some(())
        .ok_or(format!("unpaid items are {found:?}, day by day {unpaid:?}"))?;
    let penalty = penalty(loan, &unpaid, today);
    let owed = loan
        .owed(&LoanDays::of(loan.terms.calendar, None), today)
        .get(sycee_contracts::term::waterfall::Bucket::Penalty);
    same("penalty", penalty, owed)
}

/// Items that nobody has paid: today's, and the one before when it was late.
fn unpaid(
    items: &[(BusinessDate, u128, u128)],
    today: BusinessDate,
    had_late: bool,
) -> Vec<(BusinessDate, u128, u128)> {
    let earlier = items.iter().rev().find(|(due, ..)| *due < today);
    let now = items.iter().filter(|(due, ..)| *due == today);
    let all = earlier.filter(|_| had_late).into_iter().chain(now);
    all.filter(|(_, interest, principal)| interest + principal > 0)
        .copied()
        .collect()
}

/// Penalty of each late day added up, rounded once.
fn penalty(loan: &Loan, unpaid: &[(BusinessDate, u128, u128)], today: BusinessDate) -> u128 {
    let terms = &loan.terms;
    let mut weighted = 0;
    for (due, interest, principal) in unpaid {
        let base = principal
            + if terms.penalty_on_interest {
                *interest
            } else {
                0
            };
        for day in due.0..today.0 {
            // The day after the last day of grace is the first that counts.
            if day + 1 > due.0 + u32::from(terms.grace_days) {
                weighted += base;
            }
        }
    }
    let basis = match terms.day_count {
        DayCount::Actual360 => 360,
        _ => 365,
    };
    let factor = u128::from(terms.rate) * (RATE + u128::from(terms.surcharge));
    half_even(weighted * factor, RATE * RATE * basis)
}

const fn days_of_year(count: DayCount, day: BusinessDate) -> u128 {
    match count {
        DayCount::Actual360 => 360,
        DayCount::ActualActualIsda if is_leap(day) => 366,
        _ => 365,
    }
}

const fn is_leap(day: BusinessDate) -> bool {
    // 1 January 1972 was day 730; the years 1972 to 2099 follow the rule of four.
    (day.0 + 1) % 1_461 >= 731 && (day.0 + 1) % 1_461 < 1_097
}

/// The due dates, each on the next open day.
fn due_dates(loan: &Loan) -> Option<Vec<BusinessDate>> {
    let (year, month, day) = loan.position.start.civil();
    let mut dates = Vec::new();
    let (mut year, mut month) = (year, month);
    for _ in 0..loan.terms.periods {
        month += i64::from(loan.terms.period_months);
        while month > 12 {
            month -= 12;
            year += 1;
        }
        // The day is cut to the month's length.
        let cut = (1..=day).rev();
        let nominal = cut.filter_map(|day| BusinessDate::from_civil(year, month, day));
        let mut date = nominal.into_iter().next()?;
        while matches!((date.0 + 3) % 7, 5 | 6) {
            date = BusinessDate(date.0 + 1);
        }
        dates.push(date);
    }
    Some(dates)
}

/// The instalment of an annuity by discount factors of thirty places, the principal of a linear period.
fn instalment(loan: &Loan, dates: &[BusinessDate]) -> Option<u128> {
    let (terms, amount) = (&loan.terms, loan.terms.principal.minor());
    match &terms.kind {
        // The book has none of these.
        LoanKind::Negative(_)
        | LoanKind::Custom(_)
        | LoanKind::Call(_)
        | LoanKind::Revolving(_) => None,
        LoanKind::Term | LoanKind::Bullet => Some(0),
        LoanKind::Linear => Some(half_even(amount, u128::from(terms.periods))),
        LoanKind::Annuity => {
            let (mut factor, mut sum, mut from) = (FACTOR, 0_u128, loan.position.start);
            for date in dates {
                let mut share = 0;
                while from < *date {
                    share += YEAR / days_of_year(terms.day_count, from);
                    from = BusinessDate(from.0 + 1);
                }
                let whole = RATE * YEAR;
                let growth = whole + u128::from(terms.rate) * share;
                let scaled = Wide::product(factor, whole);
                factor = scaled.div_rem(Wide::from(growth))?.0.to_u128()?;
                sum += factor;
            }
            let doubled = Wide::product(amount * 2, FACTOR)
                .div_rem(Wide::from(sum))?
                .0;
            Some(doubled.to_u128()?.div_ceil(2))
        }
    }
}

const fn half_even(numerator: u128, denominator: u128) -> u128 {
    let (floor, rest) = (numerator / denominator, numerator % denominator);
    let is_up = rest > denominator - rest || (rest == denominator - rest && floor % 2 == 1);
    floor + is_up as u128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_years_and_weekends_are_those_of_the_calendar() {
        for day in 0..40_000 {
            let day = BusinessDate(day);
            assert_eq!(is_leap(day), day.in_leap_year(), "{day:?}");
            assert_eq!(
                matches!((day.0 + 3) % 7, 5 | 6),
                day.weekday() >= 5,
                "{day:?}"
            );
        }
    }

    #[test]
    fn a_half_goes_to_the_even_neighbour() {
        let halves = [(1, 0), (3, 2), (5, 2), (7, 4)];
        for (numerator, rounded) in halves {
            assert_eq!(half_even(numerator, 2), rounded);
        }
        assert_eq!((half_even(49, 100), half_even(51, 100)), (0, 1));
    }
}
