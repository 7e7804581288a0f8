//! `GrantView`: lets another participant see what concerns one of the sender's accounts, or all of them.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, ParticipantId};

use crate::{
    account::store::place,
    grant::{GRANTS_PER_PARTICIPANT_MAX, Grant},
    ledger::Ledger,
    objects::Object,
    participant::KeyPurpose,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Grants a view, for a time.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantView {
    /// Who may see.
    pub to: ParticipantId,
    /// Which account of the sender's; `None` for all, those to come too.
    pub account: Option<AccountId>,
    /// From when.
    pub from: BlockTime,
    /// Until when, after `from`.
    pub until: BlockTime,
}

impl Verb for GrantView {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.from < self.until {
            true => Ok(()),
            false => Err(RejectReason::GrantWindow),
        }
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if let Some(account) = self.account {
            let posting = ledger.accounts.posting(place(account));
            let posting = posting.ok_or(RejectReason::AccountUnknown)?;
            if posting.owner != call.sender() {
                return Err(RejectReason::GrantForbidden);
            }
        }
        if ledger.participant(self.to).is_none() || self.to == call.sender() {
            return Err(RejectReason::GrantReceiver);
        }
        if self.until <= call.moment.time {
            return Err(RejectReason::GrantPast);
        }
        if ledger.grants_by(call.sender()).count() >= GRANTS_PER_PARTICIPANT_MAX {
            return Err(RejectReason::GrantsFull);
        }
        ledger.products.grants.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.grants.add(Grant {
            by: call.sender(),
            to: self.to,
            account: self.account,
            from: self.from,
            until: self.until,
        });
        let table = Grant::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
