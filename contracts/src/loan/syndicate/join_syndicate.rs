//! `JoinSyndicate`: a lender signs for all shares that were put down for it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::Syndicate;
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Joins a syndicate; the sender is a member that has not signed yet.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinSyndicate {
    /// The loan's row.
    pub loan: u64,
}

impl JoinSyndicate {
    fn syndicate(&self, ledger: &Ledger, call: &Call) -> Result<u64, RejectReason> {
        let found = ledger.syndicate_of(self.loan);
        let (id, syndicate) = found.ok_or(RejectReason::SyndicateUnknown)?;
        let own = |member: &&super::Member| member.participant == call.sender();
        let mut own = syndicate.members.iter().filter(own).peekable();
        own.peek().ok_or(RejectReason::MemberOnly)?;
        if own.all(|member| member.has_joined) {
            return Err(RejectReason::MemberJoined);
        }
        Ok(id)
    }
}

impl Verb for JoinSyndicate {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    /// The share is not in the message, so the member's policy takes it for the largest.
    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.syndicate(ledger, call).map(|_id| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let id = self.syndicate(ledger, call)?;
        ledger.products.syndicates.update(id, |syndicate| {
            for member in &mut syndicate.members {
                member.has_joined |= member.participant == call.sender();
            }
        });
        Ok(Outcome::Recorded {
            table: Syndicate::TABLE,
            id,
        })
    }
}
