//! `CloseAccount`: an account that is empty and has nothing pending is closed for ever.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Closes an account; the operator, its owner or the owner's sponsor may.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseAccount {
    /// The account.
    pub account: AccountId,
}

impl Verb for CloseAccount {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let row = place(self.account);
        let account = ledger.accounts.posting(row);
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && !ledger.acts_for(call.sender(), self.account) {
            return Err(RejectReason::CloserForbidden);
        }
        if account.kind == AccountKind::Issuance || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        let terms = ledger.accounts.rules(row).map(|rules| rules.terms);
        let terms = terms.unwrap_or_default();
        let frozen = terms.debit_block || terms.credit_block;
        if account.balance() != 0 || terms.set_aside() != 0 || terms.credits_pending != 0 || frozen
        {
            return Err(RejectReason::AccountInUse);
        }
        let is_lent_to = ledger.intraday_drawn(self.account) > 0;
        let is_used = ledger.is_collector(self.account)
            || ledger.is_default_fund(self.account)
            || ledger.bears_interest(self.account)
            || ledger.pays_interest(self.account);
        if is_used || is_lent_to {
            return Err(RejectReason::AccountInUse);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.accounts.set_rules(place(self.account), |rules| {
            rules.status = AccountStatus::Closed;
        });
        Ok(Outcome::Settled)
    }
}
