//! `PrepayLoan`: principal comes back before it is due, for the fee that the contract names.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate};

use super::{
    Loan, LoanStatus,
    accelerate_loan::{borrowed, check_funds},
    syndicate::Part,
};
use crate::{
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Prepays principal; the sender is the borrower or its bank.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepayLoan {
    /// The loan's row.
    pub loan: u64,
    /// Principal that is prepaid; the fee comes on top, and with the whole of the principal its interest up to today.
    pub principal: Amount,
}

/// What a prepayment moves.
struct Prepayment {
    debtor: usize,
    creditor: usize,
    total: u128,
    is_whole: bool,
    interest: u128,
    period: (BusinessDate, BusinessDate),
}

impl PrepayLoan {
    fn prepayment<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Loan, Prepayment), RejectReason> {
        let loan = borrowed(ledger, call, self.loan)?;
        if loan.status != LoanStatus::Active {
            return Err(RejectReason::LoanNotOpen);
        }
        let (day, amount) = (call.moment.date, self.principal.minor());
        let contract = ledger.contract(&loan.terms);
        let position = loan.position_on(&contract.days, day);
        if !position.items.is_empty() || position.penalty > 0 || position.costs > 0 {
            return Err(RejectReason::DueBeforePrepayment);
        }
        if amount > position.outstanding {
            return Err(RejectReason::PrepaymentTooLarge);
        }
        // A revolving loan goes on when nothing is drawn of it.
        let is_whole = amount == position.outstanding && !loan.terms.kind.is_revolving();
        let interest = if is_whole {
            position.interest_today(&contract, day)
        } else {
            0
        };
        let total = amount + loan.terms.prepayment.fee(amount) + interest;
        let account = loan.borrower_account;
        let debtor = check_new_debit(ledger, call.sender(), account, loan.asset, total)?;
        let creditor = check_creditor(ledger, loan.lender_account, loan.asset, total)?;
        let prepayment = Prepayment {
            debtor,
            creditor,
            total,
            is_whole,
            interest,
            period: (position.period_from, day),
        };
        Ok((loan, prepayment))
    }
}

impl Verb for PrepayLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.principal.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.principal.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.prepayment(ledger, call).map(|_prepayment| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        ledger.work_off(self.loan, &call.moment);
        let (loan, paid) = self.prepayment(ledger, call)?;
        let asset = loan.asset;
        check_funds(ledger, paid.debtor, paid.total)?;
        ledger.transfer(asset, paid.debtor, paid.creditor, paid.total)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            if paid.is_whole {
                loan.position.prepay_all(day);
            } else {
                let amount = self.principal.minor();
                loan.position.prepay(&loan.contract, day, amount);
            }
        });
        let interest = Part {
            amount: paid.interest,
            period: Some(paid.period),
        };
        let rest = Part {
            amount: paid.total - paid.interest,
            period: None,
        };
        ledger.hand_on(self.loan, &[interest, rest]);
        ledger.loan_moved(self.loan, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
