//! `RepayLoan`: the borrower pays what is due, in the order of the contract, and may prepay.
//!
//! At most what is owed is taken; what would be left over stays in the borrower's account, so that there is no suspense to return.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{
    Loan,
    accelerate_loan::{borrowed, check_funds},
};
use crate::{
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    term::waterfall::Distribution,
    verb::{Call, Verb},
};

/// Repays; the sender is the borrower or its bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepayLoan {
    /// The loan's row.
    pub loan: u64,
    /// At most this is paid.
    pub amount: Amount,
    /// How much of it may prepay principal that is not due.
    pub prepayment: Amount,
}

impl RepayLoan {
    /// The loan and the row of the account that pays.
    fn payer<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Loan, usize), RejectReason> {
        let loan = borrowed(ledger, call, self.loan)?;
        if !self.prepayment.is_zero() && loan.terms.prepayment.fee_rate > 0 {
            return Err(RejectReason::PrepaymentHasFee);
        }
        let debtor = check_new_debit(
            ledger,
            call.sender(),
            loan.borrower_account,
            loan.asset,
            self.amount.minor(),
        )?;
        Ok((loan, debtor))
    }

    fn distribution(
        &self,
        loan: &Loan,
        call: &Call,
    ) -> Result<(Distribution, Amount), RejectReason> {
        let paid = loan.position_on(call.moment.date).distribution(
            &loan.terms,
            call.moment.date,
            self.amount.minor(),
            self.prepayment.minor(),
        );
        let taken = Amount::from_minor(self.amount.minor() - paid.suspense);
        let taken = taken.map_err(|_| RejectReason::BalanceRange)?;
        if taken.is_zero() {
            return Err(RejectReason::NothingOwed);
        }
        Ok((paid, taken))
    }
}

impl Verb for RepayLoan {
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
        let (loan, _) = self.payer(ledger, call)?;
        let (_, taken) = self.distribution(loan, call)?;
        check_creditor(ledger, loan.lender_account, loan.asset, taken.minor()).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (loan, debtor) = self.payer(ledger, call)?;
        let (paid, taken) = self.distribution(loan, call)?;
        let asset = loan.asset;
        let creditor = check_creditor(ledger, loan.lender_account, asset, taken.minor())?;
        check_funds(ledger, debtor, taken.minor())?;
        ledger.transfer(asset, debtor, creditor, taken.minor())?;
        let parameters = ledger.parameters;
        let parts = ledger.products.loans.update(self.loan, |loan| {
            loan.position = loan.position_on(call.moment.date);
            let parts = loan.position.repay(&loan.terms, call.moment.date, &paid);
            loan.settle(&parameters);
            parts
        });
        ledger.hand_on(self.loan, &parts.unwrap_or_default());
        ledger.follow_line((Loan::TABLE, self.loan), &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
