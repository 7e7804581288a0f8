//! `ReimburseGuarantee`: the applicant pays its bank back what cover did not reach; its line is free again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::undertaking::Guarantee;
use crate::{
    backing::Reimbursement,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Reimburses the bank; the sender is the applicant. The account is its account for this guarantee from now on: cover that could not be paid
/// back goes there too.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReimburseGuarantee {
    /// The guarantee.
    pub guarantee: u64,
    /// An account of the sender.
    pub account: AccountId,
    /// How much; 0 when only the account changes.
    pub amount: Amount,
}

impl ReimburseGuarantee {
    fn reimbursement(&self, ledger: &Ledger, call: &Call) -> Result<Reimbursement, RejectReason> {
        let guarantee = ledger.guarantee(self.guarantee)?;
        if guarantee.applicant != call.sender() {
            return Err(RejectReason::NotApplicant);
        }
        let to = guarantee.bank_account;
        let to = to.ok_or(RejectReason::GuaranteeNotOpen)?;
        let paid = Reimbursement {
            from: self.account,
            to,
            amount: self.amount,
        };
        ledger.check_reimbursement(&guarantee.backing, &paid, &guarantee.sides())?;
        Ok(paid)
    }
}

impl Verb for ReimburseGuarantee {
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
        let id = self.guarantee;
        let guarantee = ledger.guarantee(id)?;
        let (backing, sides) = (guarantee.backing, guarantee.sides());
        let backing = ledger.reimburse(&backing, &paid, &sides)?;
        ledger.products.guarantees.update(id, |it| {
            it.applicant_account = self.account;
            it.backing = backing;
        });
        ledger.trim_guarantee(id, &call.moment);
        Ok(Outcome::Recorded {
            table: Guarantee::TABLE,
            id,
        })
    }
}
