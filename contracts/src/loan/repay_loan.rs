//! `RepayLoan`: the borrower pays what is due, in the order of the contract, and may prepay.
//!
//! What nothing is due for stays in the borrower's account, unless the payer says that it is to stand in suspense (`suspense`).

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BusinessDate};

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
    term::waterfall::{Bucket, Distribution},
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
    /// The lender's holding account in which the rest stands in suspense until something falls due; nothing leaves it with the payer.
    pub surplus_to: Option<AccountId>,
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

/// Books a payment of `day` that has reached the lender's account, and hands it on to who shares the loan.
pub(crate) fn book_repayment(
    ledger: &mut Ledger,
    id: u64,
    paid: &Distribution,
    day: BusinessDate,
    moment: &Moment,
) {
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

    fn repayment(&self, ledger: &Ledger, loan: &Loan, call: &Call) -> Result<Paid, RejectReason> {
        let day = call.moment.date;
        let contract = ledger.contract(&loan.terms);
        let position = loan.position_on(&contract.days, day);
        let (amount, prepayment) = (self.amount.minor(), self.prepayment.minor());
        let paid = position.distribution(&contract, day, amount, prepayment);
        let taken = amount - paid.suspense;
        let mut kept = None;
        if let Some(holding) = self.surplus_to {
            let row = ledger.check_suspense(self.loan, loan, holding)?;
            let left = position.outstanding - paid.allocation.get(Bucket::Prepayment);
            let surplus = paid.suspense.min(ledger.suspense_room(self.loan, left));
            kept = (surplus > 0).then_some((holding, row, surplus));
        }
        if taken == 0 && kept.is_none() {
            return Err(RejectReason::NothingOwed);
        }
        let creditor = check_creditor(ledger, loan.lender_account, loan.asset, taken)?;
        Ok(Paid {
            paid,
            taken,
            kept,
            creditor,
        })
    }
}

/// Where a payment goes: to the lender's row, and the surplus to a holding account with its row.
struct Paid {
    paid: Distribution,
    taken: u128,
    kept: Option<(AccountId, usize, u128)>,
    creditor: usize,
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
        self.repayment(ledger, loan, call).map(|_paid| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let (loan, debtor) = self.payer(ledger, call)?;
        let Paid {
            paid,
            taken,
            kept,
            creditor,
        } = self.repayment(ledger, loan, call)?;
        let asset = loan.asset;
        let surplus = kept.map_or(0, |(_, _, surplus)| surplus);
        check_funds(ledger, debtor, taken + surplus)?;
        if let Some((_, row, _)) = kept {
            ledger.accounts.check_range(debtor, row, taken + surplus)?;
        }
        if taken > 0 {
            ledger.transfer(asset, debtor, creditor, taken)?;
        }
        if let Some((holding, row, surplus)) = kept {
            let amount = Amount::from_minor(surplus).map_err(|_| RejectReason::BalanceRange)?;
            ledger.transfer(asset, debtor, row, surplus)?;
            ledger.keep_in_suspense(self.loan, holding, amount);
        }
        if taken > 0 {
            book_repayment(ledger, self.loan, &paid, call.moment.date, &call.moment);
        }
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
