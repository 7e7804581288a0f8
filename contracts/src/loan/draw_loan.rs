//! `DrawLoan`: the borrower takes a part of a loan that was accepted for drawing.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{Loan, LoanStatus, accelerate_loan::borrowed, syndicate::Sources};
use crate::{
    collateral::Secured,
    ledger::Ledger,
    objects::Object,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Draws a part of a loan; the sender is the borrower or its bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawLoan {
    /// The loan's row.
    pub loan: u64,
    /// What is paid out.
    pub amount: Amount,
}

impl DrawLoan {
    /// The loan, who pays how much, and the row of the account that is paid.
    fn route<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Loan, Sources, usize), RejectReason> {
        let loan = borrowed(ledger, call, self.loan)?;
        if loan.status != LoanStatus::Active {
            return Err(RejectReason::LoanNotOpen);
        }
        let day = call.moment.date;
        let position = loan.position_on(&ledger.loan_days(loan.terms.calendar), day);
        if position.undrawn == 0 {
            return Err(RejectReason::NothingToDraw);
        }
        if self.amount.minor() > u128::from(position.undrawn) {
            return Err(RejectReason::DrawTooLarge);
        }
        if position.delinquency(day) != super::Delinquency::Current {
            return Err(RejectReason::DrawWhileLate);
        }
        if position.probation.is_some() {
            return Err(RejectReason::LoanOnProbation);
        }
        let (asset, amount) = (loan.asset, self.amount.minor());
        let sources = ledger.loan_sources(self.loan, loan, amount)?;
        let creditor = check_creditor(ledger, loan.borrower_account, asset, amount)?;
        loan.check_line(ledger, amount, &call.moment)?;
        ledger.check_running_cover(Secured::Loan(self.loan), amount, &call.moment)?;
        Ok((loan, sources, creditor))
    }
}

impl Verb for DrawLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.route(ledger, call).map(|_route| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let (loan, sources, creditor) = self.route(ledger, call)?;
        let (asset, amount) = (loan.asset, self.amount.minor());
        ledger.check_sources(&sources, creditor)?;
        // At most what is undrawn, which is of that width.
        let drawn = u64::try_from(amount).map_err(|_| RejectReason::DrawTooLarge)?;
        ledger.pay_out(asset, &sources, creditor)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            loan.position.draw(&loan.contract, day, drawn);
        });
        ledger.loan_moved(self.loan, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
