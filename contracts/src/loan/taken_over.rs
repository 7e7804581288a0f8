//! A book of running loans that a bank brings into a new network, before its first block.

use sycee_primitives::{AccountId, AssetId, BusinessDate, Height, ParticipantId};

use super::{
    Loan, LoanStatus, LoanTerms, Position,
    days::{Contract, LoanDays, next_due},
};
use crate::{FoundingError, Ledger, objects::Object};

/// Who lends to whom, over which accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoanParties {
    /// Who lends.
    pub lender: ParticipantId,
    /// Who borrows.
    pub borrower: ParticipantId,
    /// Where repayments go.
    pub lender_account: AccountId,
    /// From where it is repaid.
    pub borrower_account: AccountId,
    /// In what.
    pub asset: AssetId,
}

impl Loan {
    /// A loan that was paid out on `start` and has run until `today`: everything that fell due was paid, except for the last item
    /// when it `is_late`. `None` when the terms are none.
    #[must_use]
    pub fn taken_over(
        parties: LoanParties,
        terms: LoanTerms,
        start: BusinessDate,
        today: BusinessDate,
        is_late: bool,
    ) -> Option<Loan> {
        // No asset has a calendar before the first block.
        let contract = Contract::new(&terms, LoanDays::of(terms.calendar, None));
        contract.check_schedule(start).ok()?;
        let mut position = Position::paid_out(&contract, start);
        while position
            .next_pay_date(&contract)
            .is_some_and(|due| due <= today)
        {
            position.fall_due(&contract);
            let unpaid = position.items.pop();
            position.items.clear();
            position.items.extend(unpaid.filter(|_| is_late));
        }
        Some(Loan {
            lender: parties.lender,
            borrower: parties.borrower,
            lender_account: parties.lender_account,
            borrower_account: parties.borrower_account,
            asset: parties.asset,
            terms,
            line: None,
            status: LoanStatus::Active,
            position,
            due: None,
        })
    }
}

impl Ledger {
    /// Enters running loans before the first block.
    ///
    /// # Errors
    /// [`FoundingError::Loan`] for the first one that does not fit.
    pub fn found_loans(
        &mut self,
        loans: impl IntoIterator<Item = Loan>,
    ) -> Result<(), FoundingError> {
        let parameters = self.parameters;
        for (index, mut loan) in loans.into_iter().enumerate() {
            let is_running = loan.status == LoanStatus::Active && !loan.position.is_paid();
            let fits = is_running && self.height() == Height(0) && loan.is_sound(self);
            if !fits || self.products.loans.check_room().is_err() {
                return Err(FoundingError::Loan { index });
            }
            let contract = self.contract(&loan.terms);
            let due = next_due(loan.status, &loan.position, &contract, &parameters);
            loan.due = due;
            self.products.loans.add(loan);
        }
        self.make_checkpoint();
        Ok(())
    }
}
