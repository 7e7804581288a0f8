//! `ReimburseCredit`: the applicant pays its bank back what cover did not reach; its line is free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::credit::DocumentaryCredit;
use crate::{
    backing::Reimbursement,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Reimburses the bank; the sender is the applicant. The account is its account for this credit from now on: cover that could not be paid
/// back goes there too.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReimburseCredit {
    /// The credit.
    pub credit: u64,
    /// An account of the sender.
    pub account: AccountId,
    /// How much; 0 when only the account changes.
    pub amount: Amount,
}

impl ReimburseCredit {
    fn reimbursement(&self, ledger: &Ledger, call: &Call) -> Result<Reimbursement, RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if credit.applicant != call.sender() {
            return Err(RejectReason::NotApplicant);
        }
        let paid = Reimbursement {
            from: self.account,
            to: credit.bank_account.ok_or(RejectReason::CreditNotOpen)?,
            amount: self.amount,
        };
        ledger.check_reimbursement(&credit.backing, &paid, &credit.sides())?;
        Ok(paid)
    }
}

impl Verb for ReimburseCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.reimbursement(ledger, call).map(|_paid| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let paid = self.reimbursement(ledger, call)?;
        let id = self.credit;
        let credit = ledger.credit(id)?;
        let (backing, sides) = (credit.backing, credit.sides());
        let backing = ledger.reimburse(&backing, &paid, &sides)?;
        ledger.products.credits.update(id, |it| {
            it.applicant_account = self.account;
            it.backing = backing;
        });
        ledger.trim_credit(id, &call.moment);
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id,
        })
    }
}
