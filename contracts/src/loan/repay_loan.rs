//! `RepayLoan`: the borrower pays what is due, in the order of the contract, and may prepay.
//!
//! At most what is owed is taken; what would be left over stays in the borrower's account, so that there is no suspense to return.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate};

use super::{
    Loan, Position,
    accelerate_loan::{borrowed, check_funds},
    days::Contract,
};
use crate::{
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    standing::Moment,
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

/// A payment divided among the buckets, and how much of it is taken.
pub(crate) struct Repayment {
    pub(crate) paid: Distribution,
    pub(crate) taken: Amount,
}

/// What a payment of at most `amount` serves, of which `prepayment` may repay principal that is not due; `None` when it serves nothing.
fn divide(
    contract: &Contract<'_>,
    position: &Position,
    (amount, prepayment): (u128, u128),
    day: BusinessDate,
) -> Option<Repayment> {
    let paid = position.distribution(contract, day, amount, prepayment);
    let taken = Amount::from_minor(amount.checked_sub(paid.suspense)?).ok()?;
    (!taken.is_zero()).then_some(Repayment { paid, taken })
}

/// What a payment serves that may repay everything, due or not.
pub(crate) fn take_all(
    ledger: &Ledger,
    loan: &Loan,
    most: u128,
    day: BusinessDate,
) -> Option<Repayment> {
    let contract = ledger.contract(&loan.terms);
    let position = loan.position_on(&contract.days, day);
    divide(&contract, &position, (most, position.outstanding), day)
}

/// Books a payment that has reached the lender's account, and hands it on to who shares the loan.
pub(crate) fn book_repayment(ledger: &mut Ledger, id: u64, paid: &Distribution, moment: &Moment) {
    let day = moment.date;
    let parts = ledger.change_loan(id, day, |loan| {
        loan.position.repay(&loan.contract, day, paid)
    });
    ledger.hand_on(id, &parts.unwrap_or_default());
    ledger.loan_moved(id, moment);
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

    fn repayment(
        &self,
        ledger: &Ledger,
        loan: &Loan,
        call: &Call,
    ) -> Result<Repayment, RejectReason> {
        let day = call.moment.date;
        let contract = ledger.contract(&loan.terms);
        let position = loan.position_on(&contract.days, day);
        let asked = (self.amount.minor(), self.prepayment.minor());
        divide(&contract, &position, asked, day).ok_or(RejectReason::NothingOwed)
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
        let taken = self.repayment(ledger, loan, call)?.taken;
        check_creditor(ledger, loan.lender_account, loan.asset, taken.minor()).map(|_row| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (loan, debtor) = self.payer(ledger, call)?;
        let Repayment { paid, taken } = self.repayment(ledger, loan, call)?;
        let asset = loan.asset;
        let creditor = check_creditor(ledger, loan.lender_account, asset, taken.minor())?;
        check_funds(ledger, debtor, taken.minor())?;
        ledger.transfer(asset, debtor, creditor, taken.minor())?;
        book_repayment(ledger, self.loan, &paid, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
