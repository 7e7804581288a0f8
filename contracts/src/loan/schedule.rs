//! What a loan will ask for and when, as things stand: the position itself, moved on from due date to due date.

use sycee_primitives::BusinessDate;

use super::{
    Loan, LoanStatus, Position,
    days::{Contract, LoanDays},
};

/// One due date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScheduleRow {
    /// The day.
    pub due: BusinessDate,
    /// Interest, minor units: what is unpaid of it, or what it will be at the present rate.
    pub interest: u128,
    /// Principal, minor units: what is unpaid of it, or what will fall due.
    pub principal: u128,
    /// Principal that will fall due later, minor units.
    pub left: u128,
    /// Whether the day has come.
    pub has_fallen_due: bool,
}

impl Loan {
    /// Unpaid items and everything to come, when nothing is prepaid, drawn or fixed anew; before acceptance the plan as of `day`.
    #[must_use]
    pub fn schedule(&self, days: &LoanDays<'_>, day: BusinessDate) -> Vec<ScheduleRow> {
        let contract = Contract::new(&self.terms, *days);
        let mut position = match self.status {
            LoanStatus::Offered => Position::drawn(&contract, day),
            LoanStatus::Active
            | LoanStatus::Closed
            | LoanStatus::WrittenOff
            | LoanStatus::Lapsed => self.position_on(days, day),
        };
        let unpaid: u128 = position.items.iter().map(|item| item.principal).sum();
        let mut left = position.outstanding + unpaid;
        let mut rows = Vec::new();
        for item in std::mem::take(&mut position.items) {
            left -= item.principal;
            rows.push(ScheduleRow {
                due: item.due,
                interest: item.interest,
                principal: item.principal,
                left,
                has_fallen_due: true,
            });
        }
        while position.next_pay_date(&contract).is_some() {
            position.fall_due(&contract);
            // A due date of nothing at all makes no item.
            for item in std::mem::take(&mut position.items) {
                rows.push(ScheduleRow {
                    due: item.due,
                    interest: item.interest,
                    principal: item.principal,
                    left: position.outstanding,
                    has_fallen_due: false,
                });
            }
        }
        rows
    }
}
