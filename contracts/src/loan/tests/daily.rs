//! Lazy accrual against an engine that opens one day after the other, by the calendar of that day.
//!
//! The engine knows no schedule: each morning, and again when the calendar changes, it asks whether the contract's next date, shifted by
//! the days as they are known then, has come. Interest is added up day by day in big integers.

use num_bigint::BigUint;
use proptest::prelude::*;
use sycee_primitives::{Amount, AssetId, BusinessDate, ParticipantId};

use super::{super::*, sample_terms, terms};
use crate::{
    calendar::{BusinessCalendar, LateRule, Weekday},
    loan::days::Contract,
    term::{
        calendar::{DayConvention, Shift, ShiftOrder},
        day_count::DayCount,
        waterfall::Bucket,
    },
};

/// Interest accrued day by day: numerator over 10^12 × 365 × 366 × 360.
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

    fn now(&self) -> BigUint {
        let whole = BigUint::from(1_000_000_000_000_u64) * NAIVE_YEAR;
        let (floor, rest) = (&self.accrued / &whole, &self.accrued % &whole);
        let goes_up = match (&rest * 2_u32).cmp(&whole) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => floor.bit(0),
            std::cmp::Ordering::Greater => true,
        };
        if goes_up { floor + 1_u32 } else { floor }
    }
}

/// A calendar as it is declared: weekends closed or not, and runs of holidays from a day on.
#[derive(Clone, Debug)]
struct Declared {
    weekends: bool,
    runs: Vec<(u32, u32)>,
}

fn declared() -> impl Strategy<Value = Declared> {
    let runs = prop::collection::vec((0_u32..150, 1_u32..11), 0..6);
    (any::<bool>(), runs).prop_map(|(weekends, runs)| Declared { weekends, runs })
}

impl Declared {
    fn on(&self, today: BusinessDate) -> BusinessCalendar {
        let days = |(offset, length): &(u32, u32)| {
            let first = today.0 + offset;
            (first..first + length).map(BusinessDate)
        };
        let mut holidays: Vec<BusinessDate> = self.runs.iter().flat_map(days).collect();
        holidays.sort_unstable();
        holidays.dedup();
        let closed_weekdays = if self.weekends {
            vec![Weekday::Saturday, Weekday::Sunday]
        } else {
            Vec::new()
        };
        BusinessCalendar {
            asset: AssetId(0),
            closed_weekdays,
            holidays,
            hours: Vec::new(),
            late: LateRule::Refuse,
            by: ParticipantId(0),
            since: today,
            redating: None,
        }
    }
}

fn is_open(calendar: &BusinessCalendar, day: u32) -> bool {
    // 1 January 1970 was a Thursday.
    let weekday = (day + 3) % 7;
    let is_weekend = weekday >= 5 && !calendar.closed_weekdays.is_empty();
    !is_weekend && !calendar.holidays.contains(&BusinessDate(day))
}

/// Where the days as they are known put a date.
fn shifted(calendar: &BusinessCalendar, shift: Shift, day: u32) -> u32 {
    let search = |mut at: u32, forward: bool| {
        while !is_open(calendar, at) {
            at = if forward { at + 1 } else { at - 1 };
        }
        at
    };
    let month = |at: u32| BusinessDate(at).civil().1;
    let (later, earlier) = (search(day, true), search(day, false));
    match shift {
        Shift::None => day,
        Shift::Following => later,
        Shift::Preceding => earlier,
        Shift::ModifiedFollowing if month(later) == month(day) => later,
        Shift::ModifiedFollowing => earlier,
        Shift::ModifiedPreceding if month(earlier) == month(day) => earlier,
        Shift::ModifiedPreceding => later,
    }
}

/// The contract's date at the end of its k-th period, before any shift.
fn nominal(terms: &LoanTerms, start: BusinessDate, k: u16) -> u32 {
    let k = if terms.kind == LoanKind::Term {
        terms.periods
    } else {
        k
    };
    let months = i64::from(k) * i64::from(terms.period_months);
    let day = start.plus_months(months).unwrap();
    let is_end = terms.end_of_month && start == start.month_end();
    if is_end { day.month_end().0 } else { day.0 }
}

/// A loan on two engines: one is opened every day, the other touched only when something is done with it.
struct Both {
    start: BusinessDate,
    day: BusinessDate,
    rate: u64,
    calendar: BusinessCalendar,
    daily: Position,
    lazy: Position,
    naive: Naive,
}

impl Both {
    fn contract<'a>(&'a self, terms: &'a LoanTerms) -> Contract<'a> {
        let days = LoanDays::of(terms.calendar, Some(&self.calendar));
        Contract::new(terms, days)
    }

    /// What has come falls due, by the days as they are known now, with the interest of the days that are over.
    fn fall_due(&mut self, terms: &LoanTerms) -> Result<(), TestCaseError> {
        let calendar = self.calendar.clone();
        loop {
            let has_more = u32::from(self.daily.passed) < terms.due_dates()
                && (self.daily.outstanding > 0 || self.naive.accrued > BigUint::ZERO);
            let next = nominal(terms, self.start, self.daily.passed + 1);
            if !has_more || self.day.0 < shifted(&calendar, terms.convention.shift, next) {
                return Ok(());
            }
            let before = self.daily.items.len();
            let contract = Contract::new(terms, LoanDays::of(terms.calendar, Some(&calendar)));
            self.daily.fall_due(&contract);
            let item = self.daily.items.get(before);
            let interest = item.map_or(0, |item| item.interest);
            prop_assert_eq!(BigUint::from(interest), self.naive.now());
            prop_assert_eq!(item.map_or(self.day, |item| item.due), self.day);
            self.naive.accrued = BigUint::ZERO;
        }
    }

    fn next_day(&mut self, terms: &LoanTerms) -> Result<(), TestCaseError> {
        let (outstanding, day) = (self.daily.outstanding, self.day);
        self.naive.one_day(terms, self.rate, outstanding, day);
        self.day = BusinessDate(day.0 + 1);
        self.fall_due(terms)?;
        self.agree(terms)
    }

    /// Untouched since its last event, the lazy engine says the same of today.
    fn agree(&self, terms: &LoanTerms) -> Result<(), TestCaseError> {
        let contract = self.contract(terms);
        let mut lazy = self.lazy.clone();
        lazy.catch_up(&contract, self.day);
        prop_assert_eq!(&lazy, &self.daily);
        let interest = lazy.interest_today(&contract, self.day);
        prop_assert_eq!(BigUint::from(interest), self.naive.now());
        Ok(())
    }

    /// Days are declared anew: what was due by the old ones has fallen due.
    fn declare(&mut self, terms: &LoanTerms, declared: &Declared) -> Result<(), TestCaseError> {
        let (contract, day) = (self.contract(terms), self.day);
        let mut lazy = self.lazy.clone();
        lazy.catch_up(&contract, day);
        self.lazy = lazy;
        self.calendar = declared.on(day);
        self.fall_due(terms)?;
        self.agree(terms)
    }

    fn change(&mut self, terms: &LoanTerms, change: impl Fn(&mut Position, &Contract<'_>)) {
        let (calendar, day) = (self.calendar.clone(), self.day);
        let contract = Contract::new(terms, LoanDays::of(terms.calendar, Some(&calendar)));
        self.lazy.catch_up(&contract, day);
        change(&mut self.lazy, &contract);
        change(&mut self.daily, &contract);
    }
}

/// What happens after some days: a payment of so many per cent, a prepayment, another rate, another calendar.
type Event = (u32, u128, u128, Option<u64>, Option<Declared>);

fn event() -> impl Strategy<Value = Event> {
    (
        1_u32..120,
        0_u128..100,
        0_u128..100,
        prop::option::weighted(0.3, 0_u64..300_000_000_000),
        prop::option::weighted(0.4, declared()),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Lazy accrual equals the naive daily engine on every day, with new rates, prepayments, part payments, holidays that are declared while the
    /// loan runs and leap years; principal is neither made nor lost (I12), a payment is what its buckets get (I13), and a paid loan closes.
    #[test]
    fn lazy_accrual_is_the_daily_one(
        terms in terms(),
        start in 18_000_u32..22_000,
        first in declared(),
        events in prop::collection::vec(event(), 0..8),
    ) {
        let start = BusinessDate(start);
        // Interest is counted to the shifted date; a due date before it would ask the naive engine for days to come.
        let order = ShiftOrder::ShiftCompute;
        let terms = LoanTerms {
            convention: DayConvention { order, ..terms.convention },
            calendar: LoanCalendar::Asset(AssetId(0)),
            ..terms
        };
        let calendar = first.on(start);
        let contract = Contract::new(&terms, LoanDays::of(terms.calendar, Some(&calendar)));
        if contract.check_schedule(start).is_err() {
            return Ok(());
        }
        let principal = terms.principal.minor();
        let daily = Position::paid_out(&contract, start);
        let mut loan = Both {
            start,
            day: start,
            rate: terms.rate,
            lazy: daily.clone(),
            daily,
            calendar: calendar.clone(),
            naive: Naive::default(),
        };
        let mut repaid = 0_u128;
        for (wait, amount, prepayment, reset, declared) in events {
            for _ in 0..wait {
                loan.next_day(&terms)?;
            }
            if let Some(declared) = declared {
                loan.declare(&terms, &declared)?;
            }
            let day = loan.day;
            if let Some(new) = reset {
                let owed = loan.daily.owed(&loan.contract(&terms), day, 0);
                loan.change(&terms, |position, contract| position.set_rate(contract, day, new));
                loan.rate = new;
                let after = loan.daily.owed(&loan.contract(&terms), day, 0);
                prop_assert_eq!(after, owed, "a new rate changes nothing of the past");
            }
            let (asked, early) = (principal * amount / 100, principal * prepayment / 100);
            let contract = loan.contract(&terms);
            let paid = loan.daily.distribution(&contract, day, asked, early);
            let owed_before = loan.daily.owed(&contract, day, 0);
            let part = |bucket| paid.allocation.get(bucket);
            let sum: u128 = Bucket::ALL.iter().map(|bucket| part(*bucket)).sum();
            prop_assert_eq!(sum + paid.suspense, asked);
            loan.change(&terms, |position, contract| {
                position.repay(contract, day, &paid);
            });
            let owed = loan.daily.owed(&loan.contract(&terms), day, 0);
            for bucket in Bucket::ALL.into_iter().filter(|it| *it != Bucket::Prepayment) {
                prop_assert_eq!(owed.get(bucket) + part(bucket), owed_before.get(bucket));
            }
            repaid += part(Bucket::OverduePrincipal) + part(Bucket::CurrentPrincipal);
            repaid += part(Bucket::Prepayment);
            let due: u128 = loan.daily.items.iter().map(|item| item.principal).sum();
            prop_assert_eq!(loan.daily.outstanding + due + repaid, principal);
            loan.agree(&terms)?;
        }
        // Whatever is left can be paid, and then the loan owes nothing.
        let day = loan.day;
        loan.change(&terms, |position, contract| {
            position.accelerate(contract, day);
            let paid = position.distribution(contract, day, u128::MAX / 4, 0);
            position.repay(contract, day, &paid);
        });
        prop_assert!(loan.daily.is_paid());
        prop_assert_eq!(loan.daily, loan.lazy);
    }
}

/// 1 October 2027 is a Friday. Declared closed in time, it moves the date to the eighth; declared on the day itself, the date has come.
#[test]
fn a_holiday_moves_the_dates_that_have_not_come() {
    let terms = LoanTerms {
        kind: LoanKind::Linear,
        principal: Amount::from_minor(1_200).unwrap(),
        rate: 0,
        day_count: DayCount::Actual360,
        periods: 3,
        period_months: 1,
        calendar: LoanCalendar::Asset(AssetId(0)),
        convention: DayConvention::parse("SCF").unwrap(),
        ..sample_terms()
    };
    let start = BusinessDate::parse("2027-09-01").unwrap();
    let golden_week = Declared {
        weekends: true,
        runs: vec![(0, 7)],
    };
    let weekends = Declared {
        weekends: true,
        runs: Vec::new(),
    };
    let first = BusinessDate::parse("2027-10-01").unwrap();
    let mut closed = golden_week.on(first);
    for (declared_on, due) in [("2027-09-20", "2027-10-08"), ("2027-10-01", "2027-10-01")] {
        let known = weekends.on(start);
        let contract = Contract::new(&terms, LoanDays::of(terms.calendar, Some(&known)));
        let mut position = Position::paid_out(&contract, start);
        let day = BusinessDate::parse(declared_on).unwrap();
        position.catch_up(&contract, day);
        closed.since = day;
        let contract = Contract::new(&terms, LoanDays::of(terms.calendar, Some(&closed)));
        position.catch_up(&contract, BusinessDate(first.0 + 30));
        assert_eq!(position.items[0].due, BusinessDate::parse(due).unwrap());
    }
    // Declared closed behind the day before: nothing falls due before the day on which that was said.
    let preceding = LoanTerms {
        convention: DayConvention::parse("SCP").unwrap(),
        ..terms
    };
    closed.since = first;
    let contract = Contract::new(&preceding, LoanDays::of(preceding.calendar, Some(&closed)));
    let position = Position::paid_out(&contract, start);
    assert_eq!(position.next_pay_date(&contract), Some(first));
}
