//! `CallSurety`: the lender of a loan that is late is paid by its guarantor, as far as the surety and the guarantor's account reach.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::Amount;

use super::{Surety, SuretyState, surety_with_loan};
use crate::{
    ledger::Ledger,
    loan::{Loan, LoanStatus, repay_loan::book_repayment},
    objects::Object,
    payment::{check_creditor, check_debit},
    receipt::Outcome,
    reject::RejectReason,
    term::{penalty::penalty_days, waterfall::Distribution},
    verb::{Call, Verb},
};

/// Calls a surety; the sender is the loan's lender. What the guarantor cannot pay now may be called again.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallSurety {
    /// The surety's row.
    pub surety: u64,
}

/// What a call moves.
struct Called {
    debtor: usize,
    creditor: usize,
    taken: u128,
    paid: Distribution,
}

impl CallSurety {
    fn called<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Loan, Called), RejectReason> {
        let (surety, loan) = surety_with_loan(ledger, self.surety)?;
        if loan.lender != call.sender() {
            return Err(RejectReason::LenderOnly);
        }
        if surety.state != SuretyState::Given || surety.terms.last_day < call.moment.date {
            return Err(RejectReason::SuretyOver);
        }
        if !matches!(loan.status, LoanStatus::Active | LoanStatus::WrittenOff) {
            return Err(RejectReason::LoanNotOpen);
        }
        let day = call.moment.date;
        let contract = ledger.contract(&loan.terms);
        let position = loan.position_on(&contract.days, day);
        let late = position
            .items
            .first()
            .map_or(0, |it| penalty_days(it.due, day));
        if loan.status == LoanStatus::Active && late <= u32::from(loan.terms.grace_days) {
            return Err(RejectReason::LoanNotOverdue);
        }
        let claim = surety.claim(&position.owed(&contract, day, 0));
        if claim == 0 {
            return Err(RejectReason::SuretyUsed);
        }
        let debtor = check_debit(ledger, surety.account, loan.asset)?;
        let posting = ledger.accounts.posting(debtor);
        let free = posting.map_or(0, |posting| posting.headroom().max(0).unsigned_abs());
        let taken = claim.min(free);
        if taken == 0 {
            return Err(RejectReason::InsufficientFunds);
        }
        let creditor = check_creditor(ledger, loan.lender_account, loan.asset, taken)?;
        let called = Called {
            debtor,
            creditor,
            taken,
            paid: position.distribution(&contract, day, taken, 0),
        };
        Ok((loan, called))
    }
}

impl Verb for CallSurety {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The amount is not in the message, so the signing policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.called(ledger, call).map(|_called| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = surety_with_loan(ledger, self.surety)?.0.loan;
        ledger.work_off(id, &call.moment);
        let (loan, called) = self.called(ledger, call)?;
        let asset = loan.asset;
        let taken = Amount::from_minor(called.taken).map_err(|_| RejectReason::BalanceRange)?;
        ledger.transfer(asset, called.debtor, called.creditor, called.taken)?;
        ledger.products.sureties.update(self.surety, |it| {
            // Within the most that it pays, which is an amount.
            let paid = it.paid.minor() + taken.minor();
            it.paid = Amount::from_minor(paid).unwrap_or(it.terms.most);
        });
        book_repayment(ledger, id, &called.paid, call.moment.date, &call.moment);
        Ok(Outcome::Recorded {
            table: Surety::TABLE,
            id: self.surety,
        })
    }
}
