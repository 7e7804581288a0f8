//! Three kinds of time that must never be mixed.
//!
//! `BlockTime` is consensus data (milliseconds, written by leaders, checked by voters). `Tick` is one node's monotonic clock
//! (microseconds, an argument, never compared between nodes). `BusinessDate` is a calendar day of the ledger.

use borsh::{BorshDeserialize, BorshSerialize};

/// Milliseconds since 1970-01-01 UTC, as agreed by consensus.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct BlockTime(pub u64);

impl BlockTime {
    /// This instant plus `ms` milliseconds, saturating at the end of time.
    #[must_use]
    pub const fn after_ms(self, ms: u64) -> BlockTime {
        BlockTime(self.0.saturating_add(ms))
    }

    /// The calendar day (UTC) this instant lies in; a network with another zone states an offset in its genesis.
    #[must_use]
    pub fn date(self) -> BusinessDate {
        BusinessDate(u32::try_from(self.0 / 86_400_000).unwrap_or(u32::MAX))
    }
}

/// Microseconds of one node's monotonic clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Tick(pub u64);

impl Tick {
    /// This instant plus `micros`, saturating at the end of time.
    #[must_use]
    pub const fn plus(self, micros: u64) -> Tick {
        Tick(self.0.saturating_add(micros))
    }

    /// Microseconds since `earlier`, zero when it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Tick) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A calendar day: days since 1970-01-01.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize,
)]
pub struct BusinessDate(pub u32);

impl BusinessDate {
    /// Reads `YYYY-MM-DD` of the years 1970 to 9999; `None` for anything that is not a real day.
    #[must_use]
    pub fn parse(text: &str) -> Option<BusinessDate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| -> Option<i64> {
            bytes[range].iter().try_fold(0, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + i64::from(byte - b'0'))
            })
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        if year < 1970 || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month)
        {
            return None;
        }
        u32::try_from(days_from_civil(year, month, day))
            .ok()
            .map(BusinessDate)
    }

    /// The day of this year, month (1-12) and day of the month; `None` before 1970 and for a day that does not exist.
    #[must_use]
    pub fn from_civil(year: i64, month: i64, day: i64) -> Option<BusinessDate> {
        let is_real = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        is_real.then_some(())?;
        u32::try_from(days_from_civil(year, month, day))
            .ok()
            .map(BusinessDate)
    }

    /// This day plus `days` (which may be negative); `None` outside 1970 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<BusinessDate> {
        let sum = i64::from(self.0).checked_add(days)?;
        let day = BusinessDate(u32::try_from(sum).ok()?);
        (day.civil().0 <= 9999).then_some(day)
    }

    /// The same day of the month `months` later (or earlier), cut to the length of that month; `None` outside 1970 to 9999.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Option<BusinessDate> {
        let (year, month, day) = self.civil();
        let count = (year * 12 + month - 1).checked_add(months)?;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        BusinessDate::from_civil(year, month, day.min(days_in_month(year, month)))
    }

    /// Whether this is the last day of its month.
    #[must_use]
    pub fn is_month_end(self) -> bool {
        let (year, month, day) = self.civil();
        day == days_in_month(year, month)
    }

    /// The last day of this day's month.
    #[must_use]
    pub fn month_end(self) -> BusinessDate {
        let (year, month, day) = self.civil();
        let rest = days_in_month(year, month) - day;
        BusinessDate(self.0 + u32::try_from(rest).unwrap_or(0))
    }

    /// The day of the week: 0 is Monday, 6 is Sunday.
    #[must_use]
    pub const fn weekday(self) -> u32 {
        (self.0 + 3) % 7
    }

    /// Whether this day lies in a leap year.
    #[must_use]
    pub fn in_leap_year(self) -> bool {
        is_leap(self.civil().0)
    }

    /// Days from this day to `later`; negative when it lies before.
    #[must_use]
    pub fn days_to(self, later: BusinessDate) -> i64 {
        i64::from(later.0) - i64::from(self.0)
    }

    /// Year, month (1-12) and day (1-31).
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64) {
        civil_from_days(i64::from(self.0))
    }
}

impl std::fmt::Display for BusinessDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::fmt::Debug for BusinessDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date, by shifting the year to start in March (Hinnant, "chrono-compatible
/// low-level date algorithms").
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + (month <= 2) as i64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_survives_the_round_trip() {
        for days in 0..146_097 * 2 {
            let date = BusinessDate(days);
            assert_eq!(BusinessDate::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn months_are_added_with_the_day_cut_and_weekdays_are_known() {
        let day = |text| BusinessDate::parse(text).unwrap();
        for (from, months, to) in [
            ("2024-01-31", 1, "2024-02-29"),
            ("2023-01-31", 1, "2023-02-28"),
            ("2024-01-31", 2, "2024-03-31"),
            ("2024-03-31", -1, "2024-02-29"),
            ("2023-12-15", 13, "2025-01-15"),
        ] {
            assert_eq!(day(from).plus_months(months), Some(day(to)), "{from}");
        }
        assert_eq!(day("1970-01-31").plus_months(-1), None);
        assert_eq!(day("9999-12-31").plus_days(1), None);
        assert_eq!(BusinessDate::from_civil(2023, 2, 29), None);
        assert_eq!(day("1970-01-01").weekday(), 3, "a Thursday");
        assert_eq!(day("2026-11-28").weekday(), 5, "a Saturday");
        assert_eq!(day("2024-02-10").month_end(), day("2024-02-29"));
        assert!(day("2100-02-28").is_month_end() && !day("2000-02-28").is_month_end());
        assert_eq!(day("2024-03-01").days_to(day("2024-02-28")), -2);
    }

    #[test]
    fn known_days_and_days_that_do_not_exist() {
        assert_eq!(BusinessDate::parse("1970-01-01"), Some(BusinessDate(0)));
        assert_eq!(
            BusinessDate::parse("2026-12-01"),
            Some(BusinessDate(20_788))
        );
        for wrong in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "1969-12-31",
            "2026/12/01",
            "２026-12-0",
        ] {
            assert_eq!(BusinessDate::parse(wrong), None, "{wrong}");
        }
        assert!(BusinessDate::parse("2000-02-29").is_some());
    }
}
