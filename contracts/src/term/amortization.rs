//! Repayment plans in minor units: term, bullet, linear and annuity, interest rounded once where it is paid.
//!
//! ```text
//!   nominal dates: start + k × months (cut, end of month) ──convention──▶ [from, to) bounds a period, pay is when it falls due
//!   interest k  = half-even(outstanding × rate × year fraction)
//!   annuity A   = half-even(N / Σ exact discount factors)        the last instalment takes what is outstanding
//! ```
//! Spec: ledger 3.9, 3.10 items 1 to 3; `vectors/README.md`, "loans".

use sycee_primitives::time::BusinessDate;
use thiserror::Error;

use super::{
    RATE_ONE,
    calendar::{Calendar, DayConvention},
    cycle::{Cycle, Period, Unit},
    day_count::{DayCount, YearFraction},
    natural::Natural,
    rounding::{Rounding, round_ratio},
};

/// Instalments one plan may have: monthly for a hundred years. It bounds the size of the exact sum behind an annuity.
pub const PERIODS_MAX: u32 = 1_200;

/// How principal comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Principal and simple interest in one payment at maturity.
    Term,
    /// Interest each period, principal with the last.
    Bullet,
    /// The same principal each period.
    Linear,
    /// The same instalment each period.
    Annuity,
}

/// What a plan is made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// How principal comes back.
    pub kind: Kind,
    /// Amount lent, minor units.
    pub principal: u128,
    /// Rate per year, per 10^12.
    pub rate: u128,
    /// Day count of the interest.
    pub day_count: DayCount,
    /// First day of the first period; never shifted.
    pub start: BusinessDate,
    /// Number of periods.
    pub periods: u32,
    /// Months of a period.
    pub period_months: u32,
    /// Whether dates stay at the end of the month when the start is one.
    pub end_of_month: bool,
    /// Where closed days go.
    pub convention: DayConvention,
}

/// One row of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instalment {
    /// First day of the period.
    pub from: BusinessDate,
    /// First day after the period.
    pub to: BusinessDate,
    /// The day on which it falls due.
    pub pay: BusinessDate,
    /// Length of the period.
    pub fraction: YearFraction,
    /// Interest, minor units.
    pub interest: u128,
    /// Principal, minor units.
    pub principal: u128,
    /// Principal outstanding afterwards, minor units.
    pub outstanding: u128,
}

impl Instalment {
    /// What is paid.
    #[must_use]
    pub const fn total(&self) -> u128 {
        self.interest + self.principal
    }
}

/// Why there is no plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PlanError {
    /// Nothing is lent.
    #[error("the principal is zero")]
    NoPrincipal,
    /// No period, a period of no length, or too many.
    #[error("a plan has 1 to {PERIODS_MAX} periods of at least one month")]
    Periods,
    /// A date lies outside the years 1970 to 9999, or no open day lies near it.
    #[error("a date of the plan lies outside 1970 to 9999 or has no open day near it")]
    Date,
    /// A product exceeds its width.
    #[error("the amounts exceed what can be computed exactly")]
    TooLarge,
    /// The rounded principal times the number of periods exceeds the loan (ledger 3.10 item 3).
    #[error("the rounded instalment repays more than the loan before its last period")]
    LastNegative,
    /// The instalment does not cover a period's interest.
    #[error("the instalment is smaller than the interest of a period")]
    InstalmentTooSmall,
}

/// Interest of `amount` over `fraction`, half-even; `None` when it exceeds its width. A negative fraction counts as none.
#[must_use]
pub fn interest(amount: u128, rate: u128, fraction: YearFraction) -> Option<u128> {
    let numerator = u128::try_from(fraction.numerator).unwrap_or(0);
    let denominator = u128::from(fraction.denominator);
    round_ratio(
        Rounding::HalfEven,
        &[amount, rate, numerator],
        &[RATE_ONE, denominator],
    )
}

/// N / Σ discount factors as an exact fraction (numerator, denominator): each factor is the product of 1 / (1 + rate × fraction) up to
/// its period. `None` without periods.
#[must_use]
pub fn exact_annuity(
    amount: u128,
    rate: u128,
    fractions: &[YearFraction],
) -> Option<(Natural, Natural)> {
    // Horner from the last period: S = f (1 + S'), with f = d / (d + n), as the fraction sum/over.
    let (mut sum, mut over) = (Natural::zero(), Natural::from(1));
    for fraction in fractions.iter().rev() {
        let denominator = RATE_ONE.checked_mul(u128::from(fraction.denominator))?;
        let growth = rate.checked_mul(u128::try_from(fraction.numerator).ok()?)?;
        sum = sum.plus(&over).times(denominator);
        over = over.times(denominator.checked_add(growth)?);
    }
    (!sum.is_zero()).then(|| (over.times(amount), sum))
}

impl Plan {
    /// Dates of the plan: for each period from, to and pay.
    ///
    /// # Errors
    /// [`PlanError::Periods`] and [`PlanError::Date`].
    pub fn periods(
        &self,
        calendar: &Calendar<'_>,
    ) -> Result<Vec<(BusinessDate, BusinessDate, BusinessDate)>, PlanError> {
        let count = match self.kind {
            Kind::Term => 1,
            Kind::Bullet | Kind::Linear | Kind::Annuity => self.periods,
        };
        // An empty plan and one that is too long are refused by its first period.
        let mut from = self.start;
        let mut rows = Vec::new();
        for k in 1..=count.clamp(1, PERIODS_MAX) {
            let (to, pay) = self.period(calendar, k)?;
            rows.push((from, to, pay));
            from = to;
        }
        Ok(rows)
    }

    /// First day after the k-th period, and the day on which it falls due. A term loan has one period.
    ///
    /// # Errors
    /// [`PlanError::Periods`] and [`PlanError::Date`].
    pub fn period(
        &self,
        calendar: &Calendar<'_>,
        k: u32,
    ) -> Result<(BusinessDate, BusinessDate), PlanError> {
        if !(1..=PERIODS_MAX).contains(&self.periods) || self.period_months == 0 {
            return Err(PlanError::Periods);
        }
        let cycle = Cycle {
            period: Period {
                count: self.period_months,
                unit: Unit::Months,
            },
            long_last: false,
        };
        let k = match self.kind {
            Kind::Term => self.periods,
            Kind::Bullet | Kind::Linear | Kind::Annuity => k,
        };
        let day = cycle.date(self.start, i64::from(k), self.end_of_month);
        let day = day.ok_or(PlanError::Date)?;
        let counted = self.convention.counted(calendar, day);
        let due = self.convention.due(calendar, day);
        counted.zip(due).ok_or(PlanError::Date)
    }

    /// The plan's rows.
    ///
    /// # Errors
    /// [`PlanError`] when there is no such plan.
    pub fn schedule(&self, calendar: &Calendar<'_>) -> Result<Vec<Instalment>, PlanError> {
        if self.principal == 0 {
            return Err(PlanError::NoPrincipal);
        }
        let periods = self.periods(calendar)?;
        let fractions: Vec<YearFraction> = periods
            .iter()
            .map(|(from, to, _)| self.day_count.fraction(*from, *to, None, calendar))
            .collect();
        let annuity = match self.kind {
            Kind::Annuity => self.annuity(&fractions)?,
            Kind::Term | Kind::Bullet | Kind::Linear => 0,
        };
        let mut outstanding = self.principal;
        let mut rows = Vec::with_capacity(periods.len());
        for (k, ((from, to, pay), fraction)) in periods.iter().zip(&fractions).enumerate() {
            let interest =
                interest(outstanding, self.rate, *fraction).ok_or(PlanError::TooLarge)?;
            let principal = if k + 1 == periods.len() {
                outstanding
            } else {
                self.regular_principal(annuity, interest)?
            };
            outstanding = outstanding
                .checked_sub(principal)
                .ok_or(PlanError::LastNegative)?;
            interest.checked_add(principal).ok_or(PlanError::TooLarge)?;
            rows.push(Instalment {
                from: *from,
                to: *to,
                pay: *pay,
                fraction: *fraction,
                interest,
                principal,
                outstanding,
            });
        }
        Ok(rows)
    }

    /// Principal of a period that is not the last.
    fn regular_principal(&self, annuity: u128, interest: u128) -> Result<u128, PlanError> {
        match self.kind {
            Kind::Term | Kind::Bullet => Ok(0),
            Kind::Linear => round_ratio(
                Rounding::HalfEven,
                &[self.principal],
                &[u128::from(self.periods)],
            )
            .ok_or(PlanError::TooLarge),
            Kind::Annuity => annuity
                .checked_sub(interest)
                .ok_or(PlanError::InstalmentTooSmall),
        }
    }

    fn annuity(&self, fractions: &[YearFraction]) -> Result<u128, PlanError> {
        let (numerator, denominator) =
            exact_annuity(self.principal, self.rate, fractions).ok_or(PlanError::TooLarge)?;
        Rounding::HalfEven
            .round_natural(false, &numerator, &denominator)
            .and_then(|rounded| rounded.to_u128())
            .ok_or(PlanError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(kind: Kind, principal: u128, rate: u128, periods: u32) -> Plan {
        Plan {
            kind,
            principal,
            rate,
            day_count: DayCount::Thirty360European,
            start: BusinessDate::parse("2024-01-15").unwrap(),
            periods,
            period_months: 1,
            end_of_month: false,
            convention: DayConvention::default(),
        }
    }

    fn totals(plan: Plan) -> Result<Vec<u128>, PlanError> {
        let rows = plan.schedule(&Calendar::ALWAYS_OPEN)?;
        assert_eq!(
            rows.iter().map(|row| row.principal).sum::<u128>(),
            plan.principal
        );
        assert_eq!(rows.last().map(|row| row.outstanding), Some(0));
        Ok(rows.iter().map(Instalment::total).collect())
    }

    #[test]
    fn plans_by_hand() {
        // 12 % a year on 30E/360 is 1 % a month.
        let rate = 120_000_000_000;
        assert_eq!(totals(plan(Kind::Term, 10_000, rate, 3)), Ok(vec![10_300]));
        assert_eq!(
            totals(plan(Kind::Bullet, 10_000, rate, 2)),
            Ok(vec![100, 10_100])
        );
        assert_eq!(
            totals(plan(Kind::Linear, 10_000, rate, 3)),
            Ok(vec![3_433, 3_400, 3_367])
        );
        // 10000 × 0.01 / (1 - 1.01^-3) = 3400.22...; the last instalment takes the rest.
        assert_eq!(
            totals(plan(Kind::Annuity, 10_000, rate, 3)),
            Ok(vec![3_400, 3_400, 3_401])
        );
        assert_eq!(
            totals(plan(Kind::Annuity, 10_000, 0, 4)),
            Ok(vec![2_500; 4])
        );
    }

    #[test]
    fn plans_that_cannot_be() {
        assert_eq!(
            totals(plan(Kind::Linear, 0, 0, 3)),
            Err(PlanError::NoPrincipal)
        );
        assert_eq!(
            totals(plan(Kind::Linear, 5, 0, 8)),
            Err(PlanError::LastNegative)
        );
        assert_eq!(
            totals(plan(Kind::Annuity, 31, 0, 60)),
            Err(PlanError::LastNegative)
        );
        assert_eq!(totals(plan(Kind::Bullet, 1, 0, 0)), Err(PlanError::Periods));
        assert_eq!(
            totals(plan(Kind::Bullet, 1, 0, PERIODS_MAX + 1)),
            Err(PlanError::Periods)
        );
        let mut far = plan(Kind::Term, 1, 0, 1_200);
        far.period_months = 1_000;
        assert_eq!(totals(far), Err(PlanError::Date));
        assert_eq!(
            totals(plan(Kind::Term, u128::MAX, u128::MAX, 1)),
            Err(PlanError::TooLarge)
        );
    }
}
