//! `PledgeReceivable`: a bank gets a portion as security; it is paid first and the portion stays where it is.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, ParticipantId};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::portion::Pledge,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Pledges a portion; the sender is its holder.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PledgeReceivable {
    /// The portion.
    pub portion: u64,
    /// The bank that gets it as security.
    pub pledgee: ParticipantId,
    /// Where the bank is paid.
    pub account: AccountId,
    /// How much is secured, at most what is claimed.
    pub secured: Amount,
}

impl Verb for PledgeReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.secured.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.secured.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (portion, promise) =
            ledger.movable_portion(self.portion, call.sender(), &call.moment)?;
        let role = ledger.role(self.pledgee);
        if !matches!(role, Some(Role::Bank | Role::IndirectBank)) || self.pledgee == call.sender() {
            return Err(RejectReason::PledgeeNotBank);
        }
        if self.secured > portion.claim {
            return Err(RejectReason::SecuredAboveClaim);
        }
        ledger.check_payee(self.account, promise.asset, self.pledgee, 0)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.products.portions.update(self.portion, |it| {
            it.pledge = Some(Pledge {
                pledgee: self.pledgee,
                account: self.account,
                secured: self.secured,
                collateral: None,
            });
        });
        Ok(Outcome::Recorded {
            table: Table::Portions,
            id: self.portion,
        })
    }
}
