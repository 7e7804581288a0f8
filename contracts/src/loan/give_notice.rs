//! `GiveNotice`: a call or revolving loan is ended; after the notice everything falls due.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::BusinessDate;

use super::{Loan, LoanStatus};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    term::calendar::Shift,
    verb::{Call, Verb},
};

/// Gives notice; the sender is the lender or the borrower.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveNotice {
    /// The loan's row.
    pub loan: u64,
}

impl GiveNotice {
    /// The day on which everything falls due: so many open days after today.
    fn day(&self, ledger: &Ledger, call: &Call) -> Result<BusinessDate, RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if loan.lender != call.sender() && loan.borrower != call.sender() {
            return Err(RejectReason::PartyOnly);
        }
        if loan.status != LoanStatus::Active {
            return Err(RejectReason::LoanNotOpen);
        }
        let notice = loan.terms.kind.notice();
        let notice = notice.ok_or(RejectReason::LoanWithoutNotice)?;
        if loan.position.called.is_some() {
            return Err(RejectReason::NoticeGiven);
        }
        let days = ledger.loan_days(loan.terms.calendar);
        let mut day = call.moment.date;
        for _ in 0..notice.notice_days {
            let next = BusinessDate(day.0 + 1);
            day = Shift::Following
                .apply(days.calendar(), next)
                .ok_or(RejectReason::LoanSchedule)?;
        }
        Ok(day)
    }
}

impl Verb for GiveNotice {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// Ending a loan is measured as the largest amount.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.day(ledger, call).map(|_day| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let day = self.day(ledger, call)?;
        let today = call.moment.date;
        ledger.change_loan(self.loan, today, |loan| {
            loan.position.call(day);
            // Without notice the day has come.
            loan.position.catch_up(&loan.contract, today);
        });
        ledger.serve_from_suspense(self.loan, today, &call.moment);
        ledger.loan_moved(self.loan, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
