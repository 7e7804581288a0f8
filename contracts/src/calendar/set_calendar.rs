//! `SetCalendar`: the asset's issuer or the operator says which days and hours are open.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AssetId, BusinessDate, ParticipantId};

use crate::{
    calendar::{
        BusinessCalendar, LateRule, Redating, ServiceHours, Weekday, check_days, check_hours,
    },
    ledger::Ledger,
    objects::Object,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
    verb::{Call, Verb},
};

/// Sets the calendar of an asset in place of the one before; it holds for everything that is judged from now on.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetCalendar {
    /// Whose days they are.
    pub asset: AssetId,
    /// Weekdays that are closed, ascending.
    pub closed_weekdays: Vec<Weekday>,
    /// Single days that are closed too, ascending; at most 200.
    pub holidays: Vec<BusinessDate>,
    /// Hours by service, ascending; a service without is open all day.
    pub hours: Vec<ServiceHours>,
    /// What happens to single payments that come late.
    pub late: LateRule,
}

impl Verb for SetCalendar {
    fn check_shape(&self) -> Result<(), RejectReason> {
        check_days(&self.closed_weekdays, &self.holidays)?;
        check_hours(&self.hours)
    }

    /// Whoever moves cut-offs moves everybody's payments.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let asset = ledger.asset(self.asset).ok_or(RejectReason::AssetUnknown)?;
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && asset.issuer != call.sender() {
            return Err(RejectReason::CalendarForbidden);
        }
        self.check_place(ledger)?;
        ledger.check_loans_dated(self.asset, &call.moment)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.set(ledger, call.sender(), &call.moment);
        let table = BusinessCalendar::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}

impl SetCalendar {
    /// Whether the asset is there and has a calendar, or room for one.
    pub(crate) fn check_place(&self, ledger: &Ledger) -> Result<(), RejectReason> {
        ledger.asset(self.asset).ok_or(RejectReason::AssetUnknown)?;
        match ledger.business_calendar(self.asset) {
            Some(_) => Ok(()),
            None => ledger.products.calendars.check_room(),
        }
    }

    /// Puts it in place of the one before; the caller has checked that it may.
    pub(crate) fn set(&self, ledger: &mut Ledger, by: ParticipantId, moment: &Moment) -> u64 {
        let has_loans = ledger.products.loans.len() > 0;
        let row = BusinessCalendar {
            asset: self.asset,
            closed_weekdays: self.closed_weekdays.clone(),
            holidays: self.holidays.clone(),
            hours: self.hours.clone(),
            late: self.late,
            by,
            since: moment.date,
            redating: has_loans.then(|| Redating {
                next: 0,
                at: moment.time.after_ms(1),
            }),
        };
        let known = ledger.products.calendars.index().get(&self.asset).copied();
        match known {
            Some(id) => {
                ledger.products.calendars.update(id, |it| *it = row);
                id
            }
            None => ledger.products.calendars.add(row),
        }
    }
}
