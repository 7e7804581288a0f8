//! Business days and hours of an asset: which days are open, from when to when, and what happens to a payment that misses them.
//!
//! ```text
//!   no calendar:  every day, all day
//!   calendar:     00:00 ──opens──▶ hours ──cut-off──▶ 24:00        of an open day, in the ledger's zone; by product
//!                   │ waits          │ settles          │ LateRule::Refuse: refused     LateRule::NextDay: waits for the next open day
//!   closed day:   as after the cut-off
//! ```
//! A payment that waits is kept by `payment::warehouse` with the date on which it will settle; when that day opens it is judged anew, by
//! the calendar of that moment. What waits for funds is refused at the cut-off of its day. Everything that was promised before (holds,
//! exchanges, due days of loans and receivables) does not ask for hours.
//! Spec: ledger 3.1, 3.2 (Calendar), I6.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AssetId, BlockTime, BusinessDate, ParticipantId};

use crate::{
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    term::calendar::{Calendar, Shift},
};

pub(crate) mod set_calendar;

/// Single closed days that a calendar may name: several years of them.
pub(crate) const HOLIDAYS_MAX: usize = 200;

/// Minutes of a day.
pub(crate) const DAY_MINUTES: u16 = 1_440;

/// A day of the week.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Weekday {
    /// Monday.
    Monday = 0,
    /// Tuesday.
    Tuesday = 1,
    /// Wednesday.
    Wednesday = 2,
    /// Thursday.
    Thursday = 3,
    /// Friday.
    Friday = 4,
    /// Saturday.
    Saturday = 5,
    /// Sunday.
    Sunday = 6,
}

impl Weekday {
    /// All, in order.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
}

/// What has hours of its own.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Service {
    /// Single payments and returns.
    Payments = 0,
    /// Bulk payments.
    BulkPayments = 1,
    /// Redemption of cash.
    Redemption = 2,
}

/// The hours of one service on every open day.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ServiceHours {
    /// Which service.
    pub service: Service,
    /// First minute of the day at which it settles.
    pub opens_minute: u16,
    /// The cut-off: first minute of the day at which it settles no more; 1,440 for the end of the day.
    pub closes_minute: u16,
}

/// What happens to a single payment for a closed day, or after the cut-off.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LateRule {
    /// It is refused.
    Refuse = 0,
    /// It waits for the next open day.
    NextDay = 1,
}

/// The calendar of one asset, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessCalendar {
    /// Whose days they are.
    pub asset: AssetId,
    /// Weekdays that are closed, ascending.
    pub closed_weekdays: Vec<Weekday>,
    /// Single days that are closed too, ascending.
    pub holidays: Vec<BusinessDate>,
    /// Hours by service, ascending; a service without is open all day.
    pub hours: Vec<ServiceHours>,
    /// What happens to what comes late.
    pub late: LateRule,
    /// Who set it last.
    pub by: ParticipantId,
    /// The first day for which it holds: no due date of a loan that had not come by then lies before it.
    pub since: BusinessDate,
    /// How far due dates of loans have been looked at since it was set; nothing when they all have.
    pub redating: Option<Redating>,
}

/// How far due dates of loans have been looked at.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Redating {
    /// The first loan that has not been.
    pub next: u64,
    /// When some more of them are (block time).
    pub at: BlockTime,
}

impl Object for BusinessCalendar {
    const TABLE: Table = Table::Calendars;
    const ROWS_MAX: u64 = 1 << 16;
    type Index = BTreeMap<AssetId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.asset, id);
    }

    fn due(&self) -> Option<BlockTime> {
        self.redating.map(|it| it.at)
    }

    /// Looks at the due dates of some more loans; the rest follows in the next block.
    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let row = ledger.products.calendars.get(id);
        let Some((asset, from)) = row.and_then(|it| Some((it.asset, it.redating?.next))) else {
            return;
        };
        let next = ledger.redate_loans(asset, from);
        let at = moment.time.after_ms(1);
        ledger.products.calendars.update(id, |it| {
            it.redating = next.map(|next| Redating { next, at });
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.asset(self.asset).is_some()
            && ledger.participant(self.by).is_some()
            && check_days(&self.closed_weekdays, &self.holidays).is_ok()
            && check_hours(&self.hours).is_ok()
    }
}

/// The days of fields that stand in a row, whose order was checked when they were set.
fn days<'a>(closed_weekdays: &[Weekday], holidays: &'a [BusinessDate]) -> Calendar<'a> {
    let closed = closed_weekdays
        .iter()
        .fold(0, |bits, day| bits | 1 << *day as u8);
    Calendar::of_ascending(closed, holidays)
}

/// Whether days ascend and an open one is never far.
fn check_days(closed_weekdays: &[Weekday], holidays: &[BusinessDate]) -> Result<(), RejectReason> {
    let ascend = closed_weekdays.is_sorted_by(|left, right| left < right)
        && holidays.is_sorted_by(|left, right| left < right);
    if !ascend || holidays.len() > HOLIDAYS_MAX || closed_weekdays.len() == Weekday::ALL.len() {
        return Err(RejectReason::CalendarDays);
    }
    let calendar = days(closed_weekdays, holidays);
    let has_next = |day: &BusinessDate| Shift::Following.apply(&calendar, *day).is_some();
    let is_near = holidays.iter().all(has_next);
    is_near.then_some(()).ok_or(RejectReason::CalendarDays)
}

/// Whether services ascend and every one of them opens before it closes.
fn check_hours(hours: &[ServiceHours]) -> Result<(), RejectReason> {
    let ascend = hours.is_sorted_by(|left, right| left.service < right.service);
    let fit =
        |it: &ServiceHours| it.opens_minute < it.closes_minute && it.closes_minute <= DAY_MINUTES;
    let is_good = ascend && hours.iter().all(fit);
    is_good.then_some(()).ok_or(RejectReason::CalendarHours)
}

impl BusinessCalendar {
    pub(crate) fn days(&self) -> Calendar<'_> {
        days(&self.closed_weekdays, &self.holidays)
    }

    /// Opening and cut-off of a service, in minutes of the day.
    fn hours_of(&self, service: Service) -> (u16, u16) {
        let hours = self.hours.iter().find(|it| it.service == service);
        hours.map_or((0, DAY_MINUTES), |it| (it.opens_minute, it.closes_minute))
    }

    /// What comes late is refused with `reason`, or may go on to a later day.
    fn pass_on(&self, reason: RejectReason) -> Result<(), RejectReason> {
        match self.late {
            LateRule::Refuse => Err(reason),
            LateRule::NextDay => Ok(()),
        }
    }

    fn open_from(&self, day: Option<BusinessDate>) -> Result<BusinessDate, RejectReason> {
        day.and_then(|day| Shift::Following.apply(&self.days(), day))
            .ok_or(RejectReason::ValueDateClosed)
    }
}

/// When a payment settles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Timing {
    /// Now.
    Now,
    /// On this date, from this time on.
    Later(BusinessDate, BlockTime),
}

impl Ledger {
    pub(crate) fn business_calendar(&self, asset: AssetId) -> Option<&BusinessCalendar> {
        let calendars = &self.products.calendars;
        calendars.get(*calendars.index().get(&asset)?)
    }

    /// Open and closed days of an asset; all are open while no calendar was set. Shift a date with `Shift::apply`.
    #[must_use]
    pub fn calendar(&self, asset: AssetId) -> Calendar<'_> {
        let calendar = self.business_calendar(asset);
        calendar.map_or(Calendar::ALWAYS_OPEN, BusinessCalendar::days)
    }

    /// Whether business in an asset is done on this day.
    #[must_use]
    pub fn is_business_day(&self, asset: AssetId, day: BusinessDate) -> bool {
        self.calendar(asset).is_open(day)
    }

    /// When a single payment for `stated` settles that comes, or whose time has come, now.
    ///
    /// # Errors
    /// [`RejectReason::ValueDateClosed`] and [`RejectReason::OutsideHours`] when it comes late and may not go on to a later day.
    pub(crate) fn timing(
        &self,
        asset: AssetId,
        stated: BusinessDate,
        moment: &Moment,
    ) -> Result<Timing, RejectReason> {
        let mut day = stated.max(moment.date);
        let mut opens = self.parameters.minute_of(day, 0);
        if let Some(calendar) = self.business_calendar(asset) {
            let (opening, cut_off) = calendar.hours_of(Service::Payments);
            let missed =
                stated < moment.date || moment.time >= self.parameters.minute_of(stated, cut_off);
            if !calendar.days().is_open(stated) {
                calendar.pass_on(RejectReason::ValueDateClosed)?;
            } else if missed {
                calendar.pass_on(RejectReason::OutsideHours)?;
            }
            day = calendar.open_from(Some(day))?;
            if moment.time >= self.parameters.minute_of(day, cut_off) {
                day = calendar.open_from(day.plus_days(1))?;
            }
            opens = self.parameters.minute_of(day, opening);
        }
        Ok(if opens <= moment.time {
            Timing::Now
        } else {
            Timing::Later(day, opens)
        })
    }

    /// When single payments of a day begin to settle.
    pub(crate) fn opening(&self, asset: AssetId, day: BusinessDate) -> BlockTime {
        let calendar = self.business_calendar(asset);
        let minute = calendar.map_or(0, |it| it.hours_of(Service::Payments).0);
        self.parameters.minute_of(day, minute)
    }

    /// Whether a service that never waits settles now.
    pub(crate) fn check_service(
        &self,
        asset: AssetId,
        service: Service,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        let Some(calendar) = self.business_calendar(asset) else {
            return Ok(());
        };
        if !calendar.days().is_open(moment.date) {
            return Err(RejectReason::ValueDateClosed);
        }
        let (opening, cut_off) = calendar.hours_of(service);
        let at = |minute| self.parameters.minute_of(moment.date, minute);
        let is_open = at(opening) <= moment.time && moment.time < at(cut_off);
        is_open.then_some(()).ok_or(RejectReason::OutsideHours)
    }

    /// Until when a payment of today may wait for funds: its cut-off where there is one.
    pub(crate) fn cut_off(&self, asset: AssetId, moment: &Moment) -> Option<BlockTime> {
        let calendar = self.business_calendar(asset)?;
        let (_, cut_off) = calendar.hours_of(Service::Payments);
        Some(self.parameters.minute_of(moment.date, cut_off))
    }
}
