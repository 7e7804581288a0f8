//! `GiveSurety`: somebody who is no party of a loan answers for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BusinessDate};

use super::{Surety, SuretyState, SuretyTerms};
use crate::{
    ledger::Ledger,
    loan::LoanStatus,
    objects::Object,
    payment::check_new_debit,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Stands surety; the sender is the guarantor, who owns the account.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiveSurety {
    /// The loan's row; it is offered or running.
    pub loan: u64,
    /// From where the guarantor pays, and where it is repaid.
    pub account: AccountId,
    /// What it promises.
    pub terms: SuretyTerms,
}

impl Verb for GiveSurety {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.terms.check()
    }

    fn amount(&self) -> u128 {
        self.terms.most.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        let most = self.terms.most.minor();
        let row = check_new_debit(ledger, call.sender(), self.account, loan.asset, most)?;
        let owner = ledger.accounts.posting(row).map(|posting| posting.owner);
        if owner != Some(call.sender()) {
            return Err(RejectReason::SuretyOfOthers);
        }
        if [loan.lender, loan.borrower].contains(&call.sender()) {
            return Err(RejectReason::SuretyOfParty);
        }
        if !matches!(loan.status, LoanStatus::Offered | LoanStatus::Active) {
            return Err(RejectReason::LoanNotOpen);
        }
        if self.terms.last_day < call.moment.date {
            return Err(RejectReason::SuretyOver);
        }
        ledger.products.sureties.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let after = BusinessDate(self.terms.last_day.0.saturating_add(1));
        let id = ledger.products.sureties.add(Surety {
            loan: self.loan,
            guarantor: call.sender(),
            account: self.account,
            terms: self.terms.clone(),
            state: SuretyState::Given,
            paid: Amount::ZERO,
            repaid: Amount::ZERO,
            due: Some(ledger.parameters.opening(after)),
        });
        Ok(Outcome::Recorded {
            table: Surety::TABLE,
            id,
        })
    }
}
