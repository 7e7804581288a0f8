//! Year fractions, exact: how much of a year lies in [start, end).
//!
//! Spec: ledger 3.9 (first item), `vectors/README.md` (30/360 US with its February tests), ACTUS DayCountConvention.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::time::BusinessDate;

use super::calendar::Calendar;

/// A day-count convention.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum DayCount {
    /// Days over 360.
    Actual360 = 1,
    /// Days over 365.
    Actual365Fixed = 2,
    /// Days in leap years over 366 plus other days over 365 (ISDA).
    ActualActualIsda = 3,
    /// Months of 30 days; day 31 counts as 30 on both sides.
    Thirty360European = 4,
    /// Months of 30 days with the end-of-month rules of the United States.
    Thirty360Us = 5,
    /// Months of 30 days; the last day of any month counts as 30, but not the maturity at the end of February (ISDA).
    Thirty360Isda = 6,
    /// Open days over 252.
    Business252 = 7,
}

/// An exact fraction of a year, in lowest terms. Negative when the end lies before the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearFraction {
    /// Numerator.
    pub numerator: i64,
    /// Denominator, above zero.
    pub denominator: u64,
}

impl YearFraction {
    /// No time.
    pub const ZERO: YearFraction = YearFraction {
        numerator: 0,
        denominator: 1,
    };

    fn reduced(numerator: i64, denominator: u64) -> YearFraction {
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator);
        YearFraction {
            numerator: numerator / divisor.cast_signed(),
            denominator: denominator / divisor,
        }
    }
}

const fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl DayCount {
    /// Reads the names of vectors and of ACTUS: A360, A365 or A365F, AA or ACTACT_ISDA, 30E360, 30360US, 30E360ISDA, B252.
    #[must_use]
    pub fn parse(text: &str) -> Option<DayCount> {
        Some(match text {
            "A360" => DayCount::Actual360,
            "A365" | "A365F" => DayCount::Actual365Fixed,
            "AA" | "ACTACT_ISDA" | "AAISDA" => DayCount::ActualActualIsda,
            "30E360" => DayCount::Thirty360European,
            "30360US" => DayCount::Thirty360Us,
            "30E360ISDA" => DayCount::Thirty360Isda,
            "B252" => DayCount::Business252,
            _ => return None,
        })
    }

    /// The fraction of a year in [`start`, `end`). `maturity` matters to the ISDA form of 30E/360 only, `calendar` to B/252 only.
    #[must_use]
    pub fn fraction(
        self,
        start: BusinessDate,
        end: BusinessDate,
        maturity: Option<BusinessDate>,
        calendar: &Calendar<'_>,
    ) -> YearFraction {
        if end < start {
            let forward = self.fraction(end, start, maturity, calendar);
            return YearFraction {
                numerator: -forward.numerator,
                ..forward
            };
        }
        let days = start.days_to(end);
        match self {
            DayCount::Actual360 => YearFraction::reduced(days, 360),
            DayCount::Actual365Fixed => YearFraction::reduced(days, 365),
            DayCount::ActualActualIsda => {
                let leap = leap_days(start, end);
                YearFraction::reduced((days - leap) * 366 + leap * 365, 365 * 366)
            }
            DayCount::Thirty360European => {
                thirty(start, end, |day| day.min(30), |day, _| day.min(30))
            }
            DayCount::Thirty360Us => thirty_us(start, end),
            DayCount::Thirty360Isda => {
                let (first_cut, last_cut) = (start.is_month_end(), end.is_month_end());
                let spares = Some(end) == maturity && end.civil().1 == 2;
                thirty(
                    start,
                    end,
                    |day| if first_cut { 30 } else { day },
                    |day, _| if last_cut && !spares { 30 } else { day },
                )
            }
            DayCount::Business252 => {
                let open = calendar.open_days(start, end);
                YearFraction::reduced(i64::try_from(open).unwrap_or(i64::MAX), 252)
            }
        }
    }

    /// [`DayCount::fraction`] for conventions that need neither maturity nor calendar, and with an open calendar for the one that does.
    #[must_use]
    pub fn plain_fraction(self, start: BusinessDate, end: BusinessDate) -> YearFraction {
        self.fraction(start, end, None, &Calendar::ALWAYS_OPEN)
    }
}

/// Days of [`start`, `end`) that lie in leap years.
pub(crate) fn leap_days(start: BusinessDate, end: BusinessDate) -> i64 {
    let (first, last) = (start.civil().0, end.civil().0);
    (first..=last)
        .filter_map(|year| {
            let begin = BusinessDate::from_civil(year, 1, 1)?;
            let next = BusinessDate(begin.0 + if begin.in_leap_year() { 366 } else { 365 });
            let days = begin.max(start).days_to(next.min(end));
            begin.in_leap_year().then_some(days.max(0))
        })
        .sum()
}

fn thirty(
    start: BusinessDate,
    end: BusinessDate,
    first: impl Fn(i64) -> i64,
    last: impl Fn(i64, i64) -> i64,
) -> YearFraction {
    let ((y1, m1, d1), (y2, m2, d2)) = (start.civil(), end.civil());
    let d1 = first(d1);
    let days = 360 * (y2 - y1) + 30 * (m2 - m1) + last(d2, d1) - d1;
    YearFraction::reduced(days, 360)
}

fn thirty_us(start: BusinessDate, end: BusinessDate) -> YearFraction {
    let is_february_end = |day: BusinessDate| day.is_month_end() && day.civil().1 == 2;
    let (from, to) = (is_february_end(start), is_february_end(end));
    thirty(
        start,
        end,
        |day| if from { 30 } else { day.min(30) },
        |day, first| {
            if (from && to) || (day == 31 && first == 30) {
                30
            } else {
                day
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(count: DayCount, from: &str, to: &str) -> (i64, u64) {
        let day = |text| BusinessDate::parse(text).unwrap();
        let maturity = Some(day("2024-02-29"));
        let found = count.fraction(day(from), day(to), maturity, &Calendar::WEEKENDS);
        (found.numerator, found.denominator)
    }

    /// Where conventions differ; the published set of 250 pairs runs with the files of vectors.
    #[test]
    fn conventions_differ_where_they_should() {
        for (count, from, to, expected) in [
            (DayCount::Actual360, "2024-01-31", "2024-03-31", (1, 6)),
            (
                DayCount::ActualActualIsda,
                "2023-12-31",
                "2024-01-02",
                (731, 133_590),
            ),
            (
                DayCount::Thirty360European,
                "2024-01-31",
                "2024-02-29",
                (29, 360),
            ),
            (DayCount::Thirty360Us, "2024-02-29", "2025-02-28", (1, 1)),
            (DayCount::Thirty360Us, "2024-01-15", "2024-01-31", (2, 45)),
            (
                DayCount::Thirty360Isda,
                "2023-02-28",
                "2024-02-29",
                (359, 360),
            ),
            (DayCount::Thirty360Isda, "2022-02-28", "2023-02-28", (1, 1)),
            (DayCount::Business252, "2024-03-01", "2024-03-08", (5, 252)),
            (
                DayCount::Actual365Fixed,
                "2024-03-02",
                "2024-03-01",
                (-1, 365),
            ),
        ] {
            assert_eq!(fraction(count, from, to), expected, "{count:?} {from} {to}");
        }
    }
}
