//! Which days are open, and where a date goes that falls on a closed one.
//!
//! ```text
//!   Sat 30 Nov:  following ▶ Mon 2 Dec     modified following ▶ Fri 29 Nov (2 Dec lies in another month)
//!                preceding ▶ Fri 29 Nov    modified preceding ▶ Fri 29 Nov
//! ```
//! Spec: ledger 3.5 (business day), ACTUS BusinessDayConvention.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::time::BusinessDate;

/// Days a search for an open day may take; a calendar that is closed longer is refused where it is made.
pub const CLOSED_RUN_DAYS_MAX: u32 = 366;

/// Saturday and Sunday.
const WEEKEND: u8 = 0b110_0000;

/// A calendar: closed weekdays and single closed days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Calendar<'a> {
    /// One bit a closed weekday, Monday the lowest.
    closed_weekdays: u8,
    holidays: &'a [BusinessDate],
}

impl Calendar<'static> {
    /// Every day is open.
    pub const ALWAYS_OPEN: Calendar<'static> = Calendar {
        closed_weekdays: 0,
        holidays: &[],
    };
    /// Saturdays and Sundays are closed.
    pub const WEEKENDS: Calendar<'static> = Calendar {
        closed_weekdays: WEEKEND,
        holidays: &[],
    };
}

impl<'a> Calendar<'a> {
    /// A calendar with single closed days, which stand in ascending order.
    ///
    /// # Panics
    /// When the days are not ascending: our own mistake, since they are sorted where they are read.
    #[must_use]
    pub fn with_holidays(weekends_closed: bool, holidays: &'a [BusinessDate]) -> Calendar<'a> {
        Calendar::with_closed(if weekends_closed { WEEKEND } else { 0 }, holidays)
    }

    /// A calendar with closed weekdays, one bit each and Monday the lowest, and single closed days in ascending order.
    ///
    /// # Panics
    /// When the days are not ascending: our own mistake, since they are sorted where they are read.
    #[must_use]
    pub fn with_closed(closed_weekdays: u8, holidays: &'a [BusinessDate]) -> Calendar<'a> {
        assert!(holidays.is_sorted(), "holidays stand in ascending order");
        Calendar::of_ascending(closed_weekdays, holidays)
    }

    /// The same of days whose order was checked already: a calendar of the ledger is asked for each due date of each loan.
    pub(crate) const fn of_ascending(
        closed_weekdays: u8,
        holidays: &'a [BusinessDate],
    ) -> Calendar<'a> {
        Calendar {
            closed_weekdays,
            holidays,
        }
    }

    /// Whether business is done on this day.
    #[must_use]
    pub fn is_open(&self, day: BusinessDate) -> bool {
        let is_closed = self.closed_weekdays & (1 << day.weekday()) != 0;
        !is_closed && self.holidays.binary_search(&day).is_err()
    }

    /// Open days in [`from`, `to`).
    #[must_use]
    pub fn open_days(&self, from: BusinessDate, to: BusinessDate) -> u64 {
        (from.0..to.0)
            .filter(|day| self.is_open(BusinessDate(*day)))
            .count() as u64
    }

    fn search(&self, day: BusinessDate, step: i64) -> Option<BusinessDate> {
        (0..=i64::from(CLOSED_RUN_DAYS_MAX))
            .map_while(|count| day.plus_days(count * step))
            .find(|day| self.is_open(*day))
    }
}

/// Where a date goes that falls on a closed day.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Default,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Shift {
    /// It stays.
    #[default]
    None = 0,
    /// To the next open day.
    Following = 1,
    /// To the next open day, or the last one before when that lies in another month.
    ModifiedFollowing = 2,
    /// To the last open day before.
    Preceding = 3,
    /// To the last open day before, or the next one when that lies in another month.
    ModifiedPreceding = 4,
}

/// Whether interest is counted between shifted dates or between the dates as they stand in the contract.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Default,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ShiftOrder {
    /// Shift, then compute (SC): shifted dates bound the periods.
    #[default]
    ShiftCompute = 0,
    /// Compute, then shift (CS): only the payment moves.
    ComputeShift = 1,
}

/// A business-day convention: where to, and in which order.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Default,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct DayConvention {
    /// Where a closed day goes.
    pub shift: Shift,
    /// What bounds the periods.
    pub order: ShiftOrder,
}

impl Shift {
    /// The day itself when it is open or nothing shifts; `None` when no open day lies near.
    #[must_use]
    pub fn apply(self, calendar: &Calendar<'_>, day: BusinessDate) -> Option<BusinessDate> {
        let same_month = |other: BusinessDate| other.civil().1 == day.civil().1;
        match self {
            Shift::None => Some(day),
            Shift::Following => calendar.search(day, 1),
            Shift::Preceding => calendar.search(day, -1),
            Shift::ModifiedFollowing => match calendar.search(day, 1) {
                Some(later) if same_month(later) => Some(later),
                _ => calendar.search(day, -1),
            },
            Shift::ModifiedPreceding => match calendar.search(day, -1) {
                Some(earlier) if same_month(earlier) => Some(earlier),
                _ => calendar.search(day, 1),
            },
        }
    }
}

impl DayConvention {
    /// Reads `NONE`, `NULL`, `NOS` or an order (SC, CS) with a shift (F, MF, P, MP), as in `SCMF`.
    #[must_use]
    pub fn parse(text: &str) -> Option<DayConvention> {
        if matches!(text, "NONE" | "NULL" | "NOS" | "SAME") {
            return Some(DayConvention::default());
        }
        let (order, shift) = text.split_at_checked(2)?;
        let order = match order {
            "SC" => ShiftOrder::ShiftCompute,
            "CS" => ShiftOrder::ComputeShift,
            _ => return None,
        };
        let shift = match shift {
            "F" => Shift::Following,
            "MF" => Shift::ModifiedFollowing,
            "P" => Shift::Preceding,
            "MP" => Shift::ModifiedPreceding,
            _ => return None,
        };
        Some(DayConvention { shift, order })
    }

    /// The day on which something falls due that the contract puts on `day`.
    #[must_use]
    pub fn due(self, calendar: &Calendar<'_>, day: BusinessDate) -> Option<BusinessDate> {
        self.shift.apply(calendar, day)
    }

    /// The day that bounds the period which the contract ends on `day`.
    #[must_use]
    pub fn counted(self, calendar: &Calendar<'_>, day: BusinessDate) -> Option<BusinessDate> {
        match self.order {
            ShiftOrder::ShiftCompute => self.shift.apply(calendar, day),
            ShiftOrder::ComputeShift => Some(day),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> BusinessDate {
        BusinessDate::parse(text).unwrap()
    }

    #[test]
    fn closed_days_go_where_the_convention_says() {
        // 30 November 2024 is a Saturday, 1 June 2024 too.
        for (from, shift, to) in [
            ("2024-11-30", Shift::None, "2024-11-30"),
            ("2024-11-30", Shift::Following, "2024-12-02"),
            ("2024-11-30", Shift::ModifiedFollowing, "2024-11-29"),
            ("2024-11-30", Shift::Preceding, "2024-11-29"),
            ("2024-06-01", Shift::Preceding, "2024-05-31"),
            ("2024-06-01", Shift::ModifiedPreceding, "2024-06-03"),
            ("2024-06-01", Shift::ModifiedFollowing, "2024-06-03"),
            ("2024-06-04", Shift::Following, "2024-06-04"),
        ] {
            let shifted = shift.apply(&Calendar::WEEKENDS, day(from));
            assert_eq!(shifted, Some(day(to)), "{from} {shift:?}");
        }
    }

    #[test]
    fn holidays_close_too_and_a_calendar_without_open_days_has_no_answer() {
        let holidays: Vec<BusinessDate> =
            ["2024-10-01", "2024-10-02", "2024-10-03"].map(day).into();
        let calendar = Calendar::with_holidays(true, &holidays);
        let shifted = Shift::Following.apply(&calendar, day("2024-10-01"));
        assert_eq!(shifted, Some(day("2024-10-04")));
        assert_eq!(calendar.open_days(day("2024-09-30"), day("2024-10-07")), 2);
        let always: Vec<BusinessDate> = (0..3_000).map(BusinessDate).collect();
        let closed = Calendar::with_holidays(false, &always);
        assert_eq!(Shift::Following.apply(&closed, BusinessDate(100)), None);
    }

    #[test]
    fn names_are_read_or_refused() {
        assert_eq!(
            DayConvention::parse("CSMP"),
            Some(DayConvention {
                shift: Shift::ModifiedPreceding,
                order: ShiftOrder::ComputeShift
            })
        );
        for wrong in ["", "F", "SC", "SCX", "XXF", "scf", "历F"] {
            assert_eq!(DayConvention::parse(wrong), None, "{wrong}");
        }
    }
}
