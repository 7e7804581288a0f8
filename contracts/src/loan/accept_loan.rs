//! `AcceptLoan`: the borrower signs the offered terms; the principal is paid out in the same block, or is open for drawing from then on.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{Loan, LoanStatus, Position, accelerate_loan::check_funds, syndicate::Sources};
use crate::{
    account::store::place,
    collateral::Secured,
    ledger::Ledger,
    objects::Object,
    payment::{check_creditor, check_debit},
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

/// The accounts between which the principal moves, the fee for it the other way.
struct Route {
    sources: Sources,
    agent: usize,
    creditor: usize,
    paid_out: u128,
    fee: u128,
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
        let is_drawn = loan.terms.is_paid_out_at_once();
        let paid_out = if is_drawn {
            loan.terms.principal.minor()
        } else {
            0
        };
        let fee = u128::from(loan.terms.fee);
        let sources = ledger.loan_sources(self.loan, loan, paid_out)?;
        let creditor = check_creditor(ledger, loan.borrower_account, loan.asset, paid_out)?;
        if fee > 0 {
            check_debit(ledger, loan.borrower_account, loan.asset)?;
            check_creditor(ledger, loan.lender_account, loan.asset, fee)?;
        }
        loan.check_line(ledger, paid_out, &call.moment)?;
        ledger.check_cover(Secured::Loan(self.loan), paid_out, &call.moment)?;
        // The loan starts today and not on the day of the offer.
        let contract = ledger.contract(&loan.terms);
        contract.check_schedule(call.moment.date)?;
        let route = Route {
            sources,
            agent: place(loan.lender_account),
            creditor,
            paid_out,
            fee,
        };
        Ok((loan, route))
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
        let asset = loan.asset;
        ledger.check_sources(&route.sources, route.creditor)?;
        // The fee may be paid out of the principal.
        let missing = route.fee.saturating_sub(route.paid_out);
        check_funds(ledger, route.creditor, missing)?;
        ledger
            .accounts
            .check_range(route.creditor, route.agent, route.fee)?;
        ledger.pay_out(asset, &route.sources, route.creditor)?;
        ledger.transfer(asset, route.creditor, route.agent, route.fee)?;
        let day = call.moment.date;
        ledger.change_loan(self.loan, day, |loan| {
            *loan.status = LoanStatus::Active;
            *loan.position = Position::paid_out(&loan.contract, day);
        });
        ledger.agree_to_cover(Secured::Loan(self.loan));
        ledger.loan_moved(self.loan, &call.moment);
        Ok(Outcome::Recorded {
            table: Loan::TABLE,
            id: self.loan,
        })
    }
}
