//! Cycles and the dates they give: "every third month from the anchor until the end".
//!
//! ```text
//!   anchor ──┬──────┬──────┬────┐ end        short last period: the regular date before the end stays
//!            │      │      ▼    │            long last period: it is dropped, and the last period is longer than the others
//! ```
//! Date k is counted from the anchor and not from date k - 1, so that 31 January, 28 February, 31 March follow one another.
//! Spec: ledger 3.5, ACTUS schedule function and cycle format (`P1ML0`: every month, `L0` long and `L1` short last period).

use sycee_primitives::time::BusinessDate;

use super::moment::Moment;

/// Dates one schedule may have: every day for 50 years.
pub const SCHEDULE_DATES_MAX: usize = 20_000;

/// The largest count before a unit in a cycle.
pub const CYCLE_COUNT_MAX: u32 = 10_000;

/// What a cycle counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Days.
    Days,
    /// Months; quarters, half-years and years are three, six and twelve.
    Months,
}

/// A length of time by the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// How many; may be zero.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// A period that repeats, and what becomes of its last one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// The period, not zero.
    pub period: Period,
    /// Whether a broken last period is joined to the one before.
    pub long_last: bool,
}

impl Period {
    /// Reads `P`, a count and one of D W M Q H Y.
    #[must_use]
    pub fn parse(text: &str) -> Option<Period> {
        let rest = text.strip_prefix('P')?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = rest.split_at_checked(digits)?;
        let count: u32 = count
            .parse()
            .ok()
            .filter(|count| *count <= CYCLE_COUNT_MAX)?;
        let (times, unit) = match unit {
            "D" => (1, Unit::Days),
            "W" => (7, Unit::Days),
            "M" => (1, Unit::Months),
            "Q" => (3, Unit::Months),
            "H" => (6, Unit::Months),
            "Y" => (12, Unit::Months),
            _ => return None,
        };
        Some(Period {
            count: count * times,
            unit,
        })
    }

    /// `times` periods after `day` (before it when negative), cut to the month's length; `None` outside 1970 to 9999.
    #[must_use]
    pub fn after(self, day: BusinessDate, times: i64) -> Option<BusinessDate> {
        let steps = i64::from(self.count).checked_mul(times)?;
        match self.unit {
            Unit::Days => day.plus_days(steps),
            Unit::Months => day.plus_months(steps),
        }
    }
}

impl Cycle {
    /// Reads a period with an optional `L0` (long last period) or `L1` (short); without one the last period is long, as ACTUS has it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Cycle> {
        let (period, long_last) = match text.split_once('L') {
            None => (text, true),
            Some((period, "0")) => (period, true),
            Some((period, "1")) => (period, false),
            Some(_) => return None,
        };
        let period = Period::parse(period).filter(|period| period.count > 0)?;
        Some(Cycle { period, long_last })
    }

    /// Date `k` counted from `anchor`; with `end_of_month` and an anchor on the last day of its month, the last day of its month.
    #[must_use]
    pub fn date(self, anchor: BusinessDate, k: i64, end_of_month: bool) -> Option<BusinessDate> {
        let date = self.period.after(anchor, k)?;
        let sticks = end_of_month && self.period.unit == Unit::Months && anchor.is_month_end();
        Some(if sticks && k != 0 {
            date.month_end()
        } else {
            date
        })
    }

    /// The times from `anchor` up to, and without, `end`. A long last period drops the time before `end`, unless `end` is itself a time
    /// of the cycle. `closed` tells whether the caller puts `end` behind them, which decides how few are too few to drop one.
    ///
    /// `None` when there would be more than [`SCHEDULE_DATES_MAX`] times or one outside 1970 to 9999.
    #[must_use]
    pub fn times(
        self,
        anchor: Moment,
        end: Moment,
        end_of_month: bool,
        closed: bool,
    ) -> Option<Vec<Moment>> {
        let mut times = Vec::new();
        let mut next = anchor;
        while next < end {
            if times.len() == SCHEDULE_DATES_MAX {
                return None;
            }
            times.push(next);
            let k = i64::try_from(times.len()).ok()?;
            next.date = self.date(anchor.date, k, end_of_month)?;
        }
        let count = times.len() + usize::from(closed);
        if self.long_last && next != end && count > 2 {
            times.pop();
        }
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDate {
        BusinessDate::parse(text).unwrap()
    }

    fn dates(cycle: &str, anchor: &str, end: &str, end_of_month: bool) -> Vec<String> {
        let cycle = Cycle::parse(cycle).unwrap();
        let moment = |text| Moment::parse(text).unwrap();
        let times = cycle.times(moment(anchor), moment(end), end_of_month, true);
        let dates = times.unwrap().into_iter();
        dates.map(|time| time.date.to_string()).collect()
    }

    #[test]
    fn dates_are_counted_from_the_anchor() {
        assert_eq!(
            dates("P1ML1", "2013-01-31", "2013-04-10", false),
            ["2013-01-31", "2013-02-28", "2013-03-31"]
        );
        assert_eq!(
            dates("P1ML1", "2013-02-28", "2013-05-01", true),
            ["2013-02-28", "2013-03-31", "2013-04-30"]
        );
        assert_eq!(
            dates("P2WL1", "2013-01-31", "2013-03-01", true),
            ["2013-01-31", "2013-02-14", "2013-02-28"],
            "weeks know no end of month"
        );
        assert_eq!(
            dates("P1QL1", "2013-01-31", "2013-07-31", false),
            ["2013-01-31", "2013-04-30"]
        );
    }

    #[test]
    fn a_long_last_period_drops_the_date_before_the_end() {
        assert_eq!(
            dates("P1ML0", "2013-10-01", "2013-12-31", false),
            ["2013-10-01", "2013-11-01"]
        );
        assert_eq!(
            dates("P1ML0", "2013-10-01", "2014-01-01", false),
            ["2013-10-01", "2013-11-01", "2013-12-01"]
        );
        assert_eq!(
            dates("P1ML0", "2013-12-01", "2013-12-31", false),
            ["2013-12-01"]
        );
    }

    #[test]
    fn names_are_read_or_refused_and_schedules_are_bounded() {
        for wrong in [
            "", "P", "PM", "1M", "P1X", "P-1M", "P1ML2", "P0ML1", "P99999D", "P1M1",
        ] {
            assert_eq!(Cycle::parse(wrong), None, "{wrong}");
        }
        let daily = Cycle::parse("P1D").unwrap();
        let start = |text| Moment::start_of(day(text));
        let times = daily.times(start("1970-01-01"), start("2100-01-01"), false, true);
        assert_eq!(times, None);
        assert_eq!(
            Period::parse("P2H").unwrap().after(day("2020-08-31"), -1),
            Some(day("2019-08-31"))
        );
    }
}
