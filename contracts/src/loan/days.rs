//! Whose business days a loan follows, and what a change of them does to dates that have not come.
//!
//! ```text
//!   terms name: none | weekends | an asset ──▶ that asset's calendar on the ledger, as it stands today
//!   SetCalendar, or a proposal that sets it ──▶ holds from that day on
//!     what has fallen due stays                  what has not follows the new calendar, and no date moves before the change
//!     rows are looked at some thousands a block, so that the index by due date agrees with what each row says
//! ```
//! What a loan owes is always computed with the calendar as it stands, so nobody can tell how far that has come. A calendar changes
//! only while no due date of a loan waits to be worked off: what was due under the old days has fallen due under them.

use std::ops::Deref;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AssetId, BlockTime, BusinessDate};

use super::{Loan, LoanStatus, LoanTerms, Position};
use crate::{
    calendar::BusinessCalendar,
    ledger::Ledger,
    objects::{ObjectTable, Objects},
    reject::RejectReason,
    standing::Moment,
    term::calendar::{Calendar, ShiftOrder},
};

/// Loans whose dates are looked at in one block after a change of a calendar: a few milliseconds of it.
pub(crate) const REDATED_PER_BLOCK: u64 = 5_000;

/// Whose business days a loan follows.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LoanCalendar {
    /// Every day is open.
    None = 0,
    /// Saturdays and Sundays are closed.
    Weekends = 1,
    /// The days of this asset's calendar on the ledger, as they are declared over the years.
    Asset(AssetId) = 2,
}

/// Days as they stand: which are open, and since when that is known.
#[derive(Clone, Copy, Debug)]
pub struct LoanDays<'a> {
    calendar: Calendar<'a>,
    /// No date that had not come by this day lies before it.
    since: BusinessDate,
}

impl<'a> LoanDays<'a> {
    /// The days that `named` means, given the calendar of the asset if it names one that has any.
    #[must_use]
    pub fn of(named: LoanCalendar, calendar: Option<&'a BusinessCalendar>) -> LoanDays<'a> {
        let always = |calendar| LoanDays {
            calendar,
            since: BusinessDate(0),
        };
        match (named, calendar) {
            (LoanCalendar::Weekends, _) => always(Calendar::WEEKENDS),
            (LoanCalendar::Asset(_), Some(calendar)) => LoanDays {
                calendar: calendar.days(),
                since: calendar.since,
            },
            (LoanCalendar::None, _) | (LoanCalendar::Asset(_), None) => {
                always(Calendar::ALWAYS_OPEN)
            }
        }
    }

    pub(super) const fn calendar(&self) -> &Calendar<'a> {
        &self.calendar
    }
}

/// Terms together with the days that hold for them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contract<'a> {
    pub(super) terms: &'a LoanTerms,
    pub(super) days: LoanDays<'a>,
}

impl Deref for Contract<'_> {
    type Target = LoanTerms;

    fn deref(&self) -> &LoanTerms {
        self.terms
    }
}

impl<'a> Contract<'a> {
    pub(crate) const fn new(terms: &'a LoanTerms, days: LoanDays<'a>) -> Contract<'a> {
        Contract { terms, days }
    }

    /// Whether a loan of these terms that starts on `start` has a repayment plan.
    ///
    /// # Errors
    /// [`RejectReason::LoanSchedule`].
    pub(crate) fn check_schedule(&self, start: BusinessDate) -> Result<(), RejectReason> {
        // A list of principal may be longer than what is owed when other terms are agreed.
        let kind = self.kind.check(self.principal.minor(), self.periods);
        kind.map_err(|_| RejectReason::LoanSchedule)?;
        let schedule = self.plan(start).schedule(self.days.calendar());
        schedule
            .map(|_rows| ())
            .map_err(|_| RejectReason::LoanSchedule)
    }

    /// Whether a loan of these terms that started on `start` has all its dates.
    pub(crate) fn is_sound(&self, start: BusinessDate) -> bool {
        let last = self
            .plan(start)
            .period(self.days.calendar(), self.due_dates());
        self.check().is_ok() && last.is_ok()
    }

    /// First day after the k-th period of a loan that started on `start`, and its due date; `None` when there is no such day.
    pub(super) fn period(
        &self,
        start: BusinessDate,
        k: u32,
    ) -> Option<(BusinessDate, BusinessDate)> {
        let (to, pay) = self.plan(start).period(self.days.calendar(), k).ok()?;
        let later = pay.max(self.days.since);
        match self.convention.order {
            ShiftOrder::ShiftCompute => Some((to.max(later), later)),
            ShiftOrder::ComputeShift => Some((to, later)),
        }
    }
}

/// The parts of a loan that change while it runs.
pub(crate) struct Running<'a> {
    pub(crate) status: &'a mut LoanStatus,
    pub(crate) position: &'a mut Position,
    pub(crate) contract: Contract<'a>,
}

/// What a named calendar means in this table of calendars.
pub(super) fn days_in(calendars: &Objects<BusinessCalendar>, named: LoanCalendar) -> LoanDays<'_> {
    let calendar = match named {
        LoanCalendar::None | LoanCalendar::Weekends => None,
        LoanCalendar::Asset(asset) => calendars
            .index()
            .get(&asset)
            .and_then(|id| calendars.get(*id)),
    };
    LoanDays::of(named, calendar)
}

impl Ledger {
    /// What a loan's calendar means today.
    #[must_use]
    pub fn loan_days(&self, named: LoanCalendar) -> LoanDays<'_> {
        days_in(&self.products.calendars, named)
    }

    pub(crate) fn contract<'a>(&'a self, terms: &'a LoanTerms) -> Contract<'a> {
        Contract::new(terms, self.loan_days(terms.calendar))
    }

    /// Whether an asset is there for every calendar that the terms name.
    ///
    /// # Errors
    /// [`RejectReason::AssetUnknown`].
    pub(crate) fn check_loan_calendar(&self, terms: &LoanTerms) -> Result<(), RejectReason> {
        match terms.calendar {
            LoanCalendar::None | LoanCalendar::Weekends => Ok(()),
            LoanCalendar::Asset(asset) => {
                let known = self.asset(asset).map(|_asset| ());
                known.ok_or(RejectReason::AssetUnknown)
            }
        }
    }

    /// Changes a loan that is first brought up to `day`; its next due time and whether it is paid follow.
    pub(crate) fn change_loan<R>(
        &mut self,
        id: u64,
        day: BusinessDate,
        change: impl FnOnce(Running<'_>) -> R,
    ) -> Option<R> {
        let parameters = self.parameters;
        let products = &mut *self.products;
        let calendars = &products.calendars;
        products.loans.update(id, |loan| {
            let Loan {
                terms,
                status,
                position,
                due,
                ..
            } = loan;
            let contract = Contract::new(terms, days_in(calendars, terms.calendar));
            if *status == LoanStatus::Active {
                position.catch_up(&contract, day);
            }
            let answer = change(Running {
                status,
                position,
                contract,
            });
            let is_open = matches!(status, LoanStatus::Active | LoanStatus::WrittenOff);
            if is_open && position.is_paid() {
                *status = LoanStatus::Closed;
            }
            *due = next_due(*status, position, &contract, &parameters);
            answer
        })
    }

    /// Whether a due date of a loan waits to be worked off, or dates of loans are being looked at after a change of this calendar.
    ///
    /// # Errors
    /// [`RejectReason::CalendarBusy`].
    pub(crate) fn check_loans_dated(
        &self,
        asset: AssetId,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        let first = self.products.loans.first_due();
        let waits = first.is_some_and(|(time, _)| time <= moment.time);
        let calendar = self.business_calendar(asset);
        let is_busy = waits || calendar.is_some_and(|it| it.redating.is_some());
        (!is_busy).then_some(()).ok_or(RejectReason::CalendarBusy)
    }

    /// Looks at the dates of some of the loans that may follow a calendar which has changed; answers from which row to go on.
    pub(crate) fn redate_loans(&mut self, asset: AssetId, from: u64) -> Option<u64> {
        let to = from
            .saturating_add(REDATED_PER_BLOCK)
            .min(self.products.loans.len());
        for id in from..to {
            self.redate_loan(asset, id);
        }
        (to < self.products.loans.len()).then_some(to)
    }

    fn redate_loan(&mut self, asset: AssetId, id: u64) {
        let Some(loan) = self.products.loans.get(id) else {
            return;
        };
        let follows = loan.terms.calendar == LoanCalendar::Asset(asset);
        if !follows || loan.status != LoanStatus::Active {
            return;
        }
        let contract = self.contract(&loan.terms);
        let due = next_due(loan.status, &loan.position, &contract, &self.parameters);
        if due != loan.due {
            self.products.loans.update(id, |loan| loan.due = due);
        }
    }
}

/// When time changes a loan next.
pub(super) fn next_due(
    status: LoanStatus,
    position: &Position,
    contract: &Contract<'_>,
    parameters: &crate::LedgerParameters,
) -> Option<BlockTime> {
    let next = position.next_date(contract);
    next.filter(|_| status == LoanStatus::Active)
        .map(|day| parameters.opening(day))
}
