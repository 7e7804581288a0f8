//! `AcceptLoan`: the borrower signs the offered terms, and the principal is paid out in the same block.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Loan, LoanStatus, Position, offer_loan::check_schedule};
use crate::{
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_new_debit},
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Accepts a loan; the sender is the borrower.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptLoan {
    /// The loan's row.
    pub loan: u64,
}

/// The accounts between which the principal moves.
struct Route {
    debtor: usize,
    creditor: usize,
}

impl AcceptLoan {
    fn route<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<(&'a Loan, Route), RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if loan.borrower != call.sender() {
            return Err(RejectReason::BorrowerOnly);
        }
        if loan.status != LoanStatus::Offered {
            return Err(RejectReason::LoanNotOffered);
        }
        let principal = loan.terms.principal.minor();
        let (lender, account) = (loan.lender, loan.lender_account);
        let debtor = check_new_debit(ledger, lender, account, loan.asset, principal)?;
        let creditor = check_creditor(ledger, loan.borrower_account, loan.asset, principal)?;
        // The loan starts today and not on the day of the offer.
        check_schedule(&loan.terms, call.moment.date)?;
        Ok((loan, Route { debtor, creditor }))
    }
}

impl Verb for AcceptLoan {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The principal is not in the message, so the borrower's policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.route(ledger, call).map(|_route| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (loan, route) = self.route(ledger, call)?;
        let (asset, principal) = (loan.asset, loan.terms.principal);
        let headroom = ledger
            .accounts
            .posting(route.debtor)
            .map_or(0, |it| it.headroom());
        if principal.signed() > headroom {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.transfer(asset, route.debtor, route.creditor, principal.minor())?;
        let parameters = ledger.parameters;
        ledger.products.loans.update(self.loan, |loan| {
            loan.status = LoanStatus::Active;
            loan.position = Position::paid_out(&loan.terms, call.moment.date);
            loan.due = loan.next_due(&parameters);
        });
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
