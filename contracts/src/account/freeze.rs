//! `Freeze`: the operator or a regulator stops debits, credits or both of an account, and lets them go again.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    participant::{KeyPurpose, Role},
    receipt::Outcome,
    reject::RejectReason,
    text::Purpose,
    verb::{Call, Verb},
};

/// Says which sides of an account are frozen from now on; changes no balance.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// The account.
    pub account: AccountId,
    /// Whether debits stop.
    pub debits: bool,
    /// Whether credits stop.
    pub credits: bool,
    /// External reason code, such as `LEGL` or `FRAD`.
    pub reason: Purpose,
}

impl Verb for Freeze {
    fn needs(&self) -> KeyPurpose {
        KeyPurpose::Rights
    }

    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let role = ledger.role(call.sender());
        if !matches!(role, Some(Role::Operator | Role::Regulator)) {
            return Err(RejectReason::FreezeForbidden);
        }
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        if account.kind == AccountKind::Issuance || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.accounts.set_rules(place(self.account), |rules| {
            rules.terms.debit_block = self.debits;
            rules.terms.credit_block = self.credits;
        });
        Ok(Outcome::Settled)
    }
}
