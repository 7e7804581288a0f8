//! `IssueGuarantee`: the bank binds itself; cover is taken and the applicant's line used for the rest.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::undertaking::{Guarantee, GuaranteeState};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Issues a guarantee that was applied for; the sender is the bank, which cannot go back on it any more (article 4).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueGuarantee {
    /// The application.
    pub guarantee: u64,
    /// The bank's account, which pays what falls due.
    pub account: AccountId,
}

impl IssueGuarantee {
    fn applied<'a>(&self, ledger: &'a Ledger, call: &Call) -> Result<&'a Guarantee, RejectReason> {
        let guarantee = ledger.guarantee(self.guarantee)?;
        if guarantee.bank != call.sender() {
            return Err(RejectReason::NotGuarantor);
        }
        if guarantee.state != GuaranteeState::Applied {
            return Err(RejectReason::GuaranteeNotApplied);
        }
        let terms = guarantee.terms;
        terms.check_dates(call.moment.date)?;
        ledger.check_own_account(call.sender(), self.account, terms.asset)?;
        let (backing, sides) = (&guarantee.backing, guarantee.sides());
        let cover = backing.terms.cover;
        ledger.check_backing(backing, terms.amount, cover, &sides, &call.moment)?;
        Ok(guarantee)
    }
}

impl Verb for IssueGuarantee {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.applied(ledger, call).map(|_guarantee| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let guarantee = self.applied(ledger, call)?;
        let (backing, sides) = (guarantee.backing, guarantee.sides());
        let (liability, cover) = (guarantee.terms.amount, backing.terms.cover);
        let backing = ledger.back(&backing, liability, cover, &sides)?;
        let id = self.guarantee;
        ledger.products.guarantees.update(id, |it| {
            it.state = GuaranteeState::Issued;
            it.bank_account = Some(self.account);
            it.backing = backing;
        });
        ledger.guarantee_changed(id, &call.moment);
        Ok(Outcome::Recorded {
            table: Guarantee::TABLE,
            id,
        })
    }
}
