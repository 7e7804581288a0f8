//! `IssueCredit`: the bank binds itself; cover is taken and the applicant's line used for the rest.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::credit::{CreditState, DocumentaryCredit};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Issues a credit that was applied for; the sender is the bank, which cannot go back on it any more (article 7).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCredit {
    /// The application.
    pub credit: u64,
    /// The bank's account, which pays what falls due.
    pub account: AccountId,
}

impl IssueCredit {
    fn applied<'a>(
        &self,
        ledger: &'a Ledger,
        call: &Call,
    ) -> Result<&'a DocumentaryCredit, RejectReason> {
        let credit = ledger.credit(self.credit)?;
        if credit.bank != call.sender() {
            return Err(RejectReason::NotIssuingBank);
        }
        if credit.state != CreditState::Applied {
            return Err(RejectReason::CreditNotApplied);
        }
        credit.terms.check_dates(call.moment.date)?;
        ledger.check_own_account(call.sender(), self.account, credit.terms.asset)?;
        let (liability, cover) = (credit.terms.most(), credit.backing.terms.cover);
        let sides = credit.sides();
        ledger.check_backing(&credit.backing, liability, cover, &sides, &call.moment)?;
        Ok(credit)
    }
}

impl Verb for IssueCredit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.applied(ledger, call).map(|_credit| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let credit = self.applied(ledger, call)?;
        let (backing, sides) = (credit.backing, credit.sides());
        let (liability, cover) = (credit.terms.most(), backing.terms.cover);
        let backing = ledger.back(&backing, liability, cover, &sides)?;
        let id = self.credit;
        ledger.products.credits.update(id, |it| {
            it.state = CreditState::Issued;
            it.bank_account = Some(self.account);
            it.backing = backing;
        });
        ledger.credit_changed(id, &call.moment);
        Ok(Outcome::Recorded {
            table: DocumentaryCredit::TABLE,
            id,
        })
    }
}
