//! `SetAccountRule`: the issuer of an asset, or the operator, gives an account a floor and a ceiling.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Balance, amount::AMOUNT_MAX};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    collateral::Secured,
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Says what an account may hold from now on. What it holds now is left as it is: a balance below a new floor takes no debits, one
/// above a new ceiling no credits.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAccountRule {
    /// The account.
    pub account: AccountId,
    /// The balance a debit may not go below: 0, or the negative of an overdraft.
    pub floor: Balance,
    /// The balance a credit may not go above; `None` for none.
    pub ceiling: Option<Balance>,
}

impl Verb for SetAccountRule {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let lowest = Balance(-(AMOUNT_MAX as i128));
        if self.floor > Balance::ZERO || self.floor < lowest {
            return Err(RejectReason::FloorRange);
        }
        let highest = Balance(AMOUNT_MAX as i128);
        if self
            .ceiling
            .is_some_and(|it| it < Balance::ZERO || it > highest)
        {
            return Err(RejectReason::CeilingRange);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        let issuer = ledger.asset(account.asset).map(|asset| asset.issuer);
        let is_operator = ledger.role(call.sender()) == Some(Role::Operator);
        if !is_operator && issuer != Some(call.sender()) {
            return Err(RejectReason::RuleForbidden);
        }
        let is_ruled = match account.kind {
            AccountKind::Issuance | AccountKind::Escrow => true,
            AccountKind::Settlement | AccountKind::Current => false,
        };
        if is_ruled || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        Ok(())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        ledger.accounts.set_rules(place(self.account), |rules| {
            rules.floor = self.floor.0;
            rules.terms.ceiling = self.ceiling;
        });
        ledger.mark_secured(Secured::Overdraft(self.account));
        Ok(Outcome::Settled)
    }
}
